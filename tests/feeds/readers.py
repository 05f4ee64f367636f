"""A feed as two independent readers understand it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import vobject
from icalendar import Calendar


@dataclass(frozen=True)
class Read:
    """What a subscriber sees of one entry; times in UTC, whole days as dates with the day after the last as end."""

    uid: str
    starts: datetime | date
    ends: datetime | date
    summary: str
    status: str
    sequence: int
    location: str
    url: str
    categories: tuple[str, ...]
    organizer: str
    changed_at: datetime


def by_icalendar(content: bytes) -> dict[str, Read]:
    """uid → entry, as the library reads it that also wrote it."""
    found = {}
    for event in Calendar.from_ical(content).walk("VEVENT"):
        categories = event.get("CATEGORIES")
        found[str(event["UID"])] = Read(
            uid=str(event["UID"]),
            starts=_moment(event["DTSTART"].dt),
            ends=_moment(event["DTEND"].dt),
            summary=str(event["SUMMARY"]),
            status=str(event["STATUS"]),
            sequence=int(event["SEQUENCE"]),
            location=str(event.get("LOCATION", "")),
            url=str(event.get("URL", "")),
            categories=tuple(str(name) for name in categories.cats) if categories else (),
            organizer=str(event.get("ORGANIZER", "")),
            changed_at=event["LAST-MODIFIED"].dt,
        )
    return found


def by_vobject(content: bytes) -> dict[str, Read]:
    """uid → entry, as a reader that has nothing in common with the writer."""
    found = {}
    for event in vobject.readOne(content.decode()).contents.get("vevent", []):

        def text(name: str, event: vobject.base.Component = event) -> str:
            lines = event.contents.get(name)
            return str(vars(lines[0])["value"]) if lines else ""

        categories = event.contents.get("categories")
        found[text("uid")] = Read(
            uid=text("uid"),
            starts=_moment(event.dtstart.value),
            ends=_moment(event.dtend.value),
            summary=text("summary"),
            status=text("status"),
            sequence=int(text("sequence")),
            location=text("location"),
            url=text("url"),
            categories=tuple(categories[0].value) if categories else (),
            organizer=text("organizer"),
            changed_at=_utc(event.last_modified.value),
        )
    return found


def _moment(value: datetime | date) -> datetime | date:
    return _utc(value) if isinstance(value, datetime) else value


def _utc(moment: datetime) -> datetime:
    assert moment.tzinfo is not None
    return moment.astimezone(UTC)
