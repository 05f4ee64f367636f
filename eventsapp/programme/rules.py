"""Decisions about a programme, on values alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations, groupby

from flask_babel import gettext, ngettext

from eventsapp.core.clock import from_swedish, to_swedish
from eventsapp.core.errors import DomainError
from eventsapp.core.text import clean_line
from eventsapp.events.models import Event
from eventsapp.events.rules import current_occasions
from eventsapp.programme.models import ProgrammeItem

MAX_ITEMS = 300
MAX_SPEAKERS = 50
MAX_NAME = 200
MOST_WISHES = 3
"""So many of the items that begin at the same time one can rank."""
_MOST_DAYS = 62


@dataclass(frozen=True)
class SpeakerFacts:
    """Name, and title with organisation."""

    name: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class ItemFacts:
    """What a programme item says; its times are moments."""

    starts_at: datetime
    ends_at: datetime | None
    title_sv: str
    title_en: str | None = None
    text_sv: str = ""
    text_en: str | None = None
    room: str = ""
    speakers: tuple[SpeakerFacts, ...] = ()
    is_choice: bool = False
    capacity: int | None = None


@dataclass(frozen=True)
class Slot:
    """Items that participants choose one of: those that are chosen and begin at the same time."""

    starts_at: datetime
    items: tuple[ProgrammeItem, ...]


def choice_slots(items: Iterable[ProgrammeItem]) -> list[Slot]:
    """The choices that a participant makes, in order of time; items that are not chosen are left out."""
    chosen = sorted(
        (item for item in items if item.is_choice), key=lambda item: (item.starts_at, item.id or 0)
    )
    return [Slot(starts_at, tuple(group)) for starts_at, group in groupby(chosen, lambda one: one.starts_at)]


def clashing(items: Iterable[ProgrammeItem]) -> list[tuple[ProgrammeItem, ProgrammeItem]]:
    """The pairs of chosen items that overlap though they begin at different times, the earlier one first.

    Items that begin at the same time are another question: they are one choice. An item without an end overlaps
    nothing that begins later.
    """
    chosen = sorted(
        (item for item in items if item.is_choice), key=lambda item: (item.starts_at, item.id or 0)
    )
    return [
        (earlier, later)
        for earlier, later in combinations(chosen, 2)
        if earlier.starts_at < later.starts_at
        and earlier.ends_at is not None
        and later.starts_at < earlier.ends_at
    ]


def require_told(chosen: int, confirmed: bool) -> None:
    """Raise DomainError at "confirmed" when people have chosen what is to be chosen no longer, and nobody said yes to it."""
    if chosen and not confirmed:
        raise DomainError(
            ngettext(
                "%(num)s person har valt programpunkten, och valet försvinner. "
                "Kryssa i att den inte ska gå att välja längre, och spara igen.",
                "%(num)s personer har valt programpunkten, och valen försvinner. "
                "Kryssa i att den inte ska gå att välja längre, och spara igen.",
                chosen,
            ),
            "confirmed",
        )


def occasion_days(event: Event) -> list[date]:
    """The Swedish days of an event's current occasions, in order; of very long ones the first two months."""
    days: set[date] = set()
    for occasion in current_occasions(event):
        length = min((occasion.last_day - occasion.first_day).days, _MOST_DAYS)
        days.update(occasion.first_day + timedelta(days=number) for number in range(length + 1))
    return sorted(days)


def item_times(day: date, starts: time, ends: time | None) -> tuple[datetime, datetime | None]:
    """Start and end as moments. Raises DomainError at "starts" or "ends" for times that cannot be."""
    starts_at = _moment(day, starts, "starts")
    ends_at = _moment(day, ends, "ends") if ends is not None else None
    if ends_at is not None and ends_at <= starts_at:
        raise DomainError(gettext("Sluttiden måste vara efter starttiden."), "ends")
    return starts_at, ends_at


def _moment(day: date, wall_time: time, field: str) -> datetime:
    try:
        return from_swedish(day, wall_time)
    except ValueError:
        raise DomainError(
            gettext("Den tiden finns inte: klockan ställs fram till sommartid. Välj en annan tid."), field
        ) from None


def speakers_from_lines(text: str) -> tuple[SpeakerFacts, ...]:
    """Speakers as they are typed, one a line: "Namn, titel, organisation".

    Raises DomainError at "speakers" for a line without a name, for too many, and for endless ones.
    """
    found = []
    for line in text.split("\n"):
        name, _, description = (clean_line(part) for part in line.partition(","))
        if not name and not description:
            continue
        if not name:
            raise DomainError(gettext("Börja varje rad med ett namn."), "speakers")
        if len(name) > MAX_NAME or len(description) > 2 * MAX_NAME:
            raise DomainError(gettext("En av raderna är för lång."), "speakers")
        found.append(SpeakerFacts(name, description))
    if len(found) > MAX_SPEAKERS:
        raise DomainError(gettext("Högst %(max)s medverkande får plats.", max=MAX_SPEAKERS), "speakers")
    return tuple(found)


def speakers_as_lines(item: ProgrammeItem) -> str:
    """The speakers of an item as they are typed."""
    return "\n".join(
        f"{speaker.name}, {speaker.description}" if speaker.description else speaker.name
        for speaker in item.speakers
    )


def day_of(item: ProgrammeItem) -> date:
    """The Swedish day of an item."""
    return to_swedish(item.starts_at).date()


def stray_days(item_days: Iterable[date], days: Sequence[date]) -> list[date]:
    """The days of a programme on which the event does not take place."""
    return sorted(set(item_days) - set(days))


def days_to_follow(item_days: Iterable[date], days: Sequence[date]) -> dict[date, date]:
    """Where the days of a programme go when the event has moved: stray day → the event's day.

    Empty unless it is plain: as many stray days as days of the event that have no programme, taken in order.
    """
    known = set(item_days)
    stray = stray_days(known, days)
    free = [day for day in days if day not in known]
    return dict(zip(stray, free, strict=True)) if len(stray) == len(free) else {}


def moved(moment: datetime, days: int) -> datetime:
    """The moment some calendar days later at the same Swedish time of day; where summer time skips it, an hour later."""
    local = to_swedish(moment)
    try:
        return from_swedish(local.date() + timedelta(days=days), local.time())
    except ValueError:
        return moment + timedelta(days=days)
