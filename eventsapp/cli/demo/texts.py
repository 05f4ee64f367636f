"""The demonstration activities as they stand in the files: checked when read, so that a misspelt word is found at once."""

import tomllib
from dataclasses import dataclass, fields
from datetime import time
from pathlib import Path
from typing import TypeVar

from eventsapp.events.models import Admission, EventFormat, EventState, RegistrationMode

DATA = Path(__file__).parent / "data"

Value = object
Table = dict[str, Value]
Piece = TypeVar("Piece", "OccasionText", "ItemText", "SpeakerText", "LinkText")


@dataclass(frozen=True, kw_only=True)
class OccasionText:
    """A time on a weekday, or `days` whole days; `after_weeks` counts from the activity's own week."""

    weekday: str
    start: str = ""
    end: str = ""
    days: int = 0
    after_weeks: int = 0
    label: str = ""
    label_en: str | None = None

    @property
    def all_day(self) -> bool:
        return self.days > 0


@dataclass(frozen=True, kw_only=True)
class SpeakerText:
    name: str
    title: str
    organisation: str

    @property
    def description(self) -> str:
        return ", ".join(part for part in (self.title, self.organisation) if part)


@dataclass(frozen=True, kw_only=True)
class ItemText:
    """A programme item on the day of the occasion number `day`."""

    start: str
    end: str
    title: str
    day: int = 1
    title_en: str | None = None
    text: str = ""
    room: str = ""
    places: int | None = None
    """How many can go to one that people choose; None is one that they do not choose."""
    speakers: tuple[SpeakerText, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LinkText:
    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class ActivityText:
    """One activity of the files under `data/activities`."""

    key: str
    kind: str
    title: str
    summary: str
    text: str
    title_en: str | None = None
    summary_en: str | None = None
    text_en: str | None = None
    made_from: str = ""
    language: str = "sv"
    series: str = ""
    state: EventState = EventState.PUBLISHED
    cancel_reason: str = ""
    weeks: int | None = None
    iso_week: int | None = None
    moved_by_days: int = 0
    occasions: tuple[OccasionText, ...] = ()
    format: EventFormat
    venue: str = ""
    room: str = ""
    address: str = ""
    municipality: str | None = None
    counties: tuple[str, ...]
    access: str = ""
    join_url: str = ""
    registration: RegistrationMode = RegistrationMode.REQUIRED
    registration_url: str = ""
    admission: Admission = Admission.FIRST_COME
    opens_in_days: int | None = None
    last_day_before: int | None = None
    seats_onsite: int | None = None
    seats_online: int | None = None
    seats_total: int | None = None
    shared_pool: bool = False
    taken_onsite: int = 0
    taken_online: int = 0
    target_groups: tuple[str, ...]
    target_group_note: str = ""
    topics: tuple[str, ...]
    organiser: str
    co_organisers: tuple[str, ...] = ()
    cost: str = ""
    asks_food: bool = False
    asks_access: bool = False
    shared_screen_max: int | None = None
    neutral_in_calendars: bool = False
    contact_email: str
    publications: tuple[str, ...] = ()
    links: tuple[LinkText, ...] = ()
    programme: tuple[ItemText, ...] = ()


def read_activities() -> list[ActivityText]:
    """Every demonstration activity, in the order of the files."""
    return [
        _activity(table)
        for path in sorted((DATA / "activities").glob("*.toml"))
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["activity"]
    ]


def wall_time(text: str) -> time:
    return time.fromisoformat(text)


def _activity(table: Table) -> ActivityText:
    values = dict(table)
    for name in ("counties", "target_groups", "topics", "co_organisers", "publications"):
        values[name] = tuple(_list(values.get(name)))
    values["occasions"] = tuple(_piece(OccasionText, row) for row in _tables(values.get("occasions")))
    values["links"] = tuple(_piece(LinkText, row) for row in _tables(values.get("links")))
    values["programme"] = tuple(_item(row) for row in _tables(values.get("programme")))
    values["format"] = EventFormat(str(values["format"]))
    values["state"] = EventState(str(values.get("state", EventState.PUBLISHED)))
    values["registration"] = RegistrationMode(str(values.get("registration", RegistrationMode.REQUIRED)))
    values["admission"] = Admission(str(values.get("admission", Admission.FIRST_COME)))
    for name in ("text", "text_en"):
        if name in values:
            values[name] = str(values[name]).strip()
    _check_names(ActivityText, values)
    return ActivityText(**values)  # type: ignore[arg-type]


def _item(table: Table) -> ItemText:
    values = dict(table)
    values["speakers"] = tuple(_piece(SpeakerText, row) for row in _tables(values.get("speakers")))
    _check_names(ItemText, values)
    return ItemText(**values)  # type: ignore[arg-type]


def _piece(kind: type[Piece], table: Table) -> Piece:
    _check_names(kind, table)
    return kind(**table)  # type: ignore[arg-type]


def _check_names(kind: type, table: Table) -> None:
    unknown = set(table) - {field.name for field in fields(kind)}
    if unknown:
        raise ValueError(f"{table.get('key') or table.get('title')}: unknown {', '.join(sorted(unknown))}")


def _list(value: Value) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else []


def _tables(value: Value) -> list[Table]:
    return [dict(part) for part in value] if isinstance(value, list) else []
