"""What time it is, and Swedish wall-clock time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def _system_clock() -> datetime:
    return datetime.now(UTC)


_clock: Callable[[], datetime] = _system_clock


def now() -> datetime:
    """The present moment as an aware UTC time with whole seconds and microseconds as the clock gives them."""
    return _clock()


def set_clock(clock: Callable[[], datetime] | None) -> None:
    """Let tests decide what time it is; None gives the system's clock back."""
    global _clock
    _clock = clock or _system_clock


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Do something as if it were `moment`, as when demonstration data gets a past; never while others are served."""
    global _clock
    before = _clock
    _clock = lambda: moment  # noqa: E731 (a clock is a function)
    try:
        yield
    finally:
        _clock = before


def to_swedish(moment: datetime) -> datetime:
    """The same moment as Swedish wall-clock time."""
    return moment.astimezone(STOCKHOLM)


def swedish_today(moment: datetime | None = None) -> date:
    """The Swedish calendar date at `moment`, or now."""
    return to_swedish(moment or now()).date()


def swedish_midnight(day: date) -> datetime:
    """The aware UTC moment when `day` begins in Sweden."""
    return datetime.combine(day, time(), STOCKHOLM).astimezone(UTC)


def from_swedish(day: date, wall_time: time) -> datetime:
    """The UTC moment of a Swedish wall-clock time.

    Raises ValueError for a time in the spring gap (02.00–02.59 on the last Sunday of March), which does not exist;
    in the doubled hour of autumn the first, summer-time one is meant (RFC 5545 section 3.3.5).
    """
    local = datetime.combine(day, wall_time, STOCKHOLM)
    moment = local.astimezone(UTC)
    if moment.astimezone(STOCKHOLM).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"{local:%Y-%m-%d %H:%M} does not exist in Sweden")
    return moment


def end_of_swedish_day(day: date) -> datetime:
    """The UTC moment when `day` is over in Sweden; a deadline on `day` holds until then."""
    return swedish_midnight(day + timedelta(days=1))
