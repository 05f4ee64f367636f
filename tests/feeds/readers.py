"""A feed as independent readers understand it; two more are in javascript.py."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import ics
import vobject
from icalendar import Calendar


@dataclass(frozen=True)
class Read:
    """What a subscriber sees of one entry; times in UTC, whole days as dates with the day after the last as end."""

    uid: str
    starts: datetime | date
    ends: datetime | date
    summary: str
    description: str
    status: str
    sequence: int
    location: str
    url: str
    categories: tuple[str, ...]
    organizer: str
    changed_at: datetime


Reader = Callable[[bytes], dict[str, Read]]


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
            description=str(event.get("DESCRIPTION", "")),
            status=str(event["STATUS"]),
            sequence=int(event["SEQUENCE"]),
            location=str(event.get("LOCATION", "")),
            url=str(event.get("URL", "")),
            categories=tuple(sorted(map(str, categories.cats))) if categories else (),
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
            description=text("description"),
            status=text("status"),
            sequence=int(text("sequence")),
            location=text("location"),
            url=text("url"),
            categories=tuple(sorted(categories[0].value)) if categories else (),
            organizer=text("organizer"),
            changed_at=_utc(event.last_modified.value),
        )
    return found


def by_ics(content: bytes) -> dict[str, Read]:
    """uid → entry, as the reader does whose times are the arrow library's; it leaves the number where it was written."""
    found = {}
    for event in ics.Calendar(content.decode()).events:
        (sequence,) = [line.value for line in event.extra if line.name == "SEQUENCE"]
        found[event.uid] = Read(
            uid=event.uid,
            starts=event.begin.date() if event.all_day else _utc(event.begin.datetime),
            ends=event.end.date() if event.all_day else _utc(event.end.datetime),
            summary=event.name,
            description=event.description or "",
            status=event.status,
            sequence=int(sequence),
            location=event.location or "",
            url=event.url or "",
            categories=tuple(sorted(event.categories)),
            organizer=f"mailto:{event.organizer.email}" if event.organizer else "",
            changed_at=_utc(event.last_modified.datetime),
        )
    return found


def _as_ics_reads(text: str) -> str:
    """ics 0.7.3 undoes "\\n" before "\\\\", so a written backslash before one of these letters becomes one before a line end."""
    for letter, end in {"n": "\n", "N": "\n", "r": "\r", "R": "\r"}.items():
        text = text.replace(f"\\{letter}", f"\\{end}")
    return text


def _as_node_ical_reads(text: str) -> str:
    """node-ical 0.27.2 does the same with n and N, and takes away the quotation marks around a whole text."""
    text = re.sub(r"\\[nN]", r"\\\n", text)
    return text[1:-1] if re.fullmatch(r'"[^\n]*"', text) else text


FAULTS: dict[str, Callable[[str], str]] = {"ics": _as_ics_reads, "node-ical": _as_node_ical_reads}
"""What these readers make of a text. The others read as RFC 5545 section 3.3.11 means it, from left to right."""


def read_alike(content: bytes, readers: dict[str, Reader]) -> dict[str, Read]:
    """uid → entry, as every reader understands it; fails where one differs in another way than it is known to."""
    first, *others = readers
    found = readers[first](content)
    for name in others:
        reading = FAULTS.get(name, str)
        expected = {
            uid: replace(
                entry,
                summary=reading(entry.summary),
                description=reading(entry.description),
                location=reading(entry.location),
            )
            for uid, entry in found.items()
        }
        assert readers[name](content) == expected, name
    return found


def _moment(value: datetime | date) -> datetime | date:
    return _utc(value) if isinstance(value, datetime) else value


def _utc(moment: datetime) -> datetime:
    assert moment.tzinfo is not None
    return moment.astimezone(UTC)
