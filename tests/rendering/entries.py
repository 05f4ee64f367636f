"""What the calendar tests share: a believable occasion and ways to look at what is written."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from eventsapp.rendering.calendar import CalendarEntry, render_calendar

STOCKHOLM = ZoneInfo("Europe/Stockholm")
REVISED = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
PAGE = "https://exempel.se/aktiviteter/vald-i-nara-relationer"


def local(year: int, month: int, day: int, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=STOCKHOLM, fold=fold).astimezone(UTC)


def entry(**changes: Any) -> CalendarEntry:
    values: dict[str, Any] = {
        "uid": "0f6b7a52-5d0f-4d2e-9a39-7a1f3b6f1c11",
        "sequence": 2,
        "created_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "last_modified_at": REVISED,
        "summary": "Utbildningsdag",
    }
    if "starts_on" not in changes:
        values |= {"starts_at": local(2026, 11, 25, 9), "ends_at": local(2026, 11, 25, 15, 30)}
    return CalendarEntry(**(values | changes))


def rendered(*entries: CalendarEntry, **options: Any) -> bytes:
    return render_calendar(entries, **({"name": "Kalender"} | options))


def lines(content: bytes) -> list[str]:
    """The unfolded lines."""
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


def event_of(content: bytes) -> Any:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event
