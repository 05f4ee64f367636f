"""The times of an event that is repeated, counted by recurring-ical-events within limits that a hostile file cannot pass."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Component, Event, vRecur
from recurring_ical_events import of

from eventsapp.calendar_import.problems import Kind, Problem, UnreadableEvent
from eventsapp.calendar_import.times import Moment
from eventsapp.events.checks import MAX_OCCASIONS

MOST_TIMES = MAX_OCCASIONS
SECONDS_FOR_RULES = 5.0
_STEP = timedelta(days=92)
_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_MOST_POSITIONS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}


@dataclass(frozen=True)
class Window:
    """The time whose events are read."""

    first: datetime
    last: datetime

    @classmethod
    def around(cls, moment: datetime) -> "Window":
        """A month back, so that what has just been can be corrected, and two years ahead."""
        return cls(moment - timedelta(days=30), moment + timedelta(days=730))


@dataclass(frozen=True)
class Part:
    """One VEVENT of a series as values: the whole series, or with `recurrence_id` one changed time of it."""

    number: int
    start: Moment
    end: Moment
    sequence: int = 0
    rule: str = ""
    rule_line: int = 0
    added: tuple[Moment | tuple[datetime, datetime], ...] = ()
    left_out: tuple[Moment, ...] = ()
    recurrence_id: Moment | None = None
    and_later: bool = False

    @property
    def is_repeated(self) -> bool:
        return bool(self.rule or self.added)


@dataclass(frozen=True)
class Repetition:
    """One time: what it is known by (its RECURRENCE-ID), its start and end, and the VEVENT that it comes from."""

    key: str
    start: Moment
    end: Moment
    number: int


class Budget:
    """How long the rules of a file may take together."""

    def __init__(self, seconds: float = SECONDS_FOR_RULES) -> None:
        self._until = time.monotonic() + seconds

    @property
    def is_spent(self) -> bool:
        return time.monotonic() > self._until


def repetitions(parts: Sequence[Part], window: Window) -> list[Repetition]:
    """The times of a series inside the window, in order, at most one more than `MOST_TIMES`. Raises UnreadableEvent."""
    calendar = Calendar()
    for part in parts:
        calendar.add_component(_component(part))
    found: dict[str, Repetition] = {}
    try:
        query = of(calendar)
        for first, last in _steps(window):
            for component in query.between(first, last):
                one = _repetition(component)
                found.setdefault(f"{one.key} {one.start}", one)
            if len(found) > MOST_TIMES:
                break
    except (ValueError, TypeError, OverflowError, AttributeError, KeyError, IndexError):
        # The library raises many things for rules that make no sense.
        raise UnreadableEvent(Problem(Kind.BAD_RULE, parts[0].rule_line, parts[0].rule[:60])) from None
    return sorted(found.values(), key=lambda one: _order(one.start))


def check_rule(rule: str, line: int) -> None:
    """Raises UnreadableEvent for a rule that could not be counted in reasonable time, or that no training follows."""
    try:
        parts = {key: [str(one) for one in values] for key, values in vRecur.from_ical(rule).items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnreadableEvent(Problem(Kind.BAD_RULE, line, rule[:60])) from None
    frequency = parts.get("FREQ", [""])[0].upper()
    if frequency in ("SECONDLY", "MINUTELY", "HOURLY") or any(
        len(parts.get(name, ())) > 1 for name in ("BYHOUR", "BYMINUTE", "BYSECOND")
    ):
        raise UnreadableEvent(Problem(Kind.TOO_OFTEN, line, rule[:60]))
    if frequency not in _FREQUENCIES or not _is_possible(frequency, parts):
        raise UnreadableEvent(Problem(Kind.BAD_RULE, line, rule[:60]))


def _is_possible(frequency: str, parts: dict[str, list[str]]) -> bool:
    """Whether the days that a rule asks for exist; the library would look for them until the year 9999."""
    if parts.get("INTERVAL", ["1"])[0] == "0":
        return False
    if frequency != "YEARLY" and ("BYYEARDAY" in parts or "BYWEEKNO" in parts):
        return False
    if "BYMONTH" in parts and ("BYYEARDAY" in parts or "BYWEEKNO" in parts):
        return False
    if any(abs(int(one)) > _MOST_POSITIONS[frequency] for one in parts.get("BYSETPOS", ())):
        return False
    days = [abs(int(one)) for one in parts.get("BYMONTHDAY", ())]
    months = [int(re.sub(r"\D", "", one) or 0) for one in parts.get("BYMONTH", ())] or list(range(1, 13))
    if not days:
        return True
    return frequency != "WEEKLY" and any(
        1 <= day <= _LONGEST_MONTHS.get(month, 31) for day in days for month in months
    )


def _steps(window: Window) -> Iterator[tuple[datetime, datetime]]:
    """The window a quarter at a time, so that a daily rule is left as soon as it has given enough."""
    first = window.first
    while first < window.last:
        yield first, min(first + _STEP, window.last)
        first += _STEP


def _component(part: Part) -> Event:
    component = Event()
    component.add("uid", "one")
    component.add("sequence", part.sequence)
    component.add("x-number", str(part.number))
    component.add("dtstart", part.start)
    component.add("dtend", part.end)
    if part.recurrence_id is not None:
        range_of = {"RANGE": "THISANDFUTURE"} if part.and_later else {}
        component.add("recurrence-id", part.recurrence_id, parameters=range_of)
    if part.rule:
        component.add("rrule", vRecur.from_ical(part.rule))
    for added in part.added:
        component.add("rdate", [added])
    for left_out in part.left_out:
        component.add("exdate", [left_out])
    return component


def _repetition(component: Component) -> Repetition:
    start: Moment = component.decoded("DTSTART")
    end: Moment = component.decoded("DTEND", start)
    known_by: Moment = component.decoded("RECURRENCE-ID", start)
    return Repetition(key_of(known_by), start, end, int(str(component["X-NUMBER"])))


def key_of(moment: Moment) -> str:
    """How a time is known, the same whatever zone it is written in."""
    if isinstance(moment, datetime):
        return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{moment:%Y%m%d}"


def _order(moment: Moment) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)


def is_whole_day(moment: Moment) -> bool:
    return isinstance(moment, date) and not isinstance(moment, datetime)
