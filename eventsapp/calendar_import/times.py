"""Dates and times of a calendar file (RFC 5545 sections 3.3.4–3.3.6, 3.3.9 and 3.3.12)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from icalendar import vDuration

from eventsapp.calendar_import.lines import Line, shown
from eventsapp.calendar_import.problems import Kind, Problem, UnreadableEvent
from eventsapp.calendar_import.zones import Zones, known_zone
from eventsapp.core.clock import STOCKHOLM

Moment = date | datetime
"""A whole day, or a moment with its zone."""
_FIRST_YEAR, _LAST_YEAR = 1500, 9000
"""Apple has birthdays of the year 1604; nearer to the ends of Python's calendar nothing can be counted with."""
_LONGEST = timedelta(days=1000)
_WHEN = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})?(Z)?)?")


@dataclass(frozen=True)
class Clock:
    """What the times of one file mean."""

    zones: Zones
    floating: tzinfo
    """The zone of times that name none (the file's X-WR-TIMEZONE, or Swedish time)."""
    says_zone: bool

    @classmethod
    def of_file(cls, zones: Zones, default: str) -> "Clock":
        zone = zones.zone(default) if default else None
        return cls(zones, zone or STOCKHOLM, zone is not None)

    def read(self, line: Line) -> Moment:
        """The value of a line that has one time. Raises UnreadableEvent."""
        return self._read(line, line.value)

    def read_list(self, line: Line) -> list[Moment | tuple[datetime, datetime]]:
        """The values of RDATE or EXDATE; a period is its start and end."""
        found: list[Moment | tuple[datetime, datetime]] = []
        for value in filter(None, (part.strip() for part in line.value.split(","))):
            start_text, sign, end_text = value.partition("/")
            start = self._read(line, start_text)
            if not sign or not isinstance(start, datetime):
                found.append(start)
            elif end_text[:1].upper() == "P":
                found.append((start, start + self.duration(line, end_text)))
            else:
                end = self._read(line, end_text)
                found.append((start, end) if isinstance(end, datetime) else start)
        return found

    def duration(self, line: Line, text: str) -> timedelta:
        """Raises UnreadableEvent."""
        try:
            found = vDuration.from_ical(text.strip())
            if abs(found) > _LONGEST:
                raise UnreadableEvent(Problem(Kind.TOO_LONG, line.number))
            return found
        except (ValueError, OverflowError, TypeError):
            raise UnreadableEvent(Problem(Kind.BAD_TIME, line.number, shown(text))) from None

    def is_floating(self, line: Line) -> bool:
        """Whether a line's time says nothing of where it is."""
        return (
            "T" in line.value
            and not line.value.strip().endswith("Z")
            and "TZID" not in line.parameters
            and not self.says_zone
        )

    def _read(self, line: Line, text: str) -> Moment:
        found = _WHEN.fullmatch(text.strip())
        try:
            if found is None or not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
                raise ValueError
            year, month, day = int(found[1]), int(found[2]), int(found[3])
            if found[4] is None:
                return date(year, month, day)
            # A leap second is the last second that Python has.
            second = min(int(found[6] or 0), 59)
            zone = UTC if found[7] else self._zone(line)
            return datetime(year, month, day, int(found[4]), int(found[5]), second, tzinfo=zone)
        except ValueError:
            raise UnreadableEvent(Problem(Kind.BAD_TIME, line.number, shown(text))) from None

    def _zone(self, line: Line) -> tzinfo:
        name = line.parameters.get("TZID", "")
        if not name:
            return self.floating
        zone = self.zones.zone(name) or known_zone(name)
        if zone is None:
            raise UnreadableEvent(Problem(Kind.BAD_ZONE, line.number, shown(name)))
        return zone


def in_utc(moment: datetime) -> datetime:
    """A moment with its zone, in UTC. In the hour that summer time skips it is read with the offset before the change
    (RFC 5545 section 3.3.5)."""
    return moment.astimezone(UTC)


def is_skipped(moment: datetime) -> bool:
    """Whether summer time skips the clock of a moment in its own zone."""
    back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return back.replace(tzinfo=None) != moment.replace(tzinfo=None)
