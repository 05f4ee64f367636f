"""Calendar files for tests: a few lines become a whole file, with the line ends that the format has."""

from datetime import UTC, datetime

from eventsapp.calendar_import.recurrence import Window

WINDOW = Window(datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 12, 31, tzinfo=UTC))


def calendar_file(*parts: str, head: str = "") -> bytes:
    """A file with these events; each is its lines, the first of which is the SUMMARY."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//test//SV", *head.split("\n")]
    for part in parts:
        lines += part.strip("\n").split("\n")
    return "".join(f"{line}\r\n" for line in [*lines, "END:VCALENDAR"] if line).encode()


def vevent(lines: str, *, uid: str = "ett@example.se") -> str:
    """One event with a UID and these lines."""
    return f"BEGIN:VEVENT\nUID:{uid}\n{lines.strip()}\nEND:VEVENT"


def timed(
    title: str = "Våldsprevention", start: str = "20270310T090000", end: str = "20270310T120000"
) -> str:
    """The lines of an event in Swedish time."""
    return f"SUMMARY:{title}\nDTSTART;TZID=Europe/Stockholm:{start}\nDTEND;TZID=Europe/Stockholm:{end}"
