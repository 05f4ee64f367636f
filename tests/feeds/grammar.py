"""The bytes of a feed against the grammar of RFC 5545, without any library: what is wrong raises NotACalendar."""

import re
from dataclasses import dataclass

_LINE = re.compile(
    r"(?P<name>[A-Z0-9-]+)"
    r"(?P<params>(?:;[A-Z0-9-]+=(?:\"[^\"\x00-\x08\x0a-\x1f\x7f]*\"|[^\";:,\x00-\x08\x0a-\x1f\x7f]*))*)"
    r":(?P<value>[^\x00-\x08\x0a-\x1f\x7f]*)"
)
_PARAM = re.compile(r";([A-Z0-9-]+)=(\"[^\"]*\"|[^\";:,]*)")
# Section 3.3.11: a backslash stands only before these, and a comma or a semicolon only after one.
_TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,n])*")
_TEXTS = re.compile(r"(?:[^\\;,]|\\[\\;,n])+(?:,(?:[^\\;,]|\\[\\;,n])+)*")
_UTC = re.compile(r"\d{8}T\d{6}Z")
_WALL_CLOCK = re.compile(r"\d{8}T\d{6}")
_DAY = re.compile(r"\d{8}")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[!-~]+")
_IS_TEXT = {"SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "X-WR-CALNAME", "X-WR-CALDESC", "UID", "RELATED-TO"}
_IS_UTC = {"DTSTAMP", "CREATED", "LAST-MODIFIED"}
_IS_ADDRESS = {"URL", "SOURCE", "CONFERENCE", "ORGANIZER", "ATTENDEE"}
_ONCE = {
    "UID",
    "DTSTAMP",
    "LAST-MODIFIED",
    "CREATED",
    "SEQUENCE",
    "SUMMARY",
    "DTSTART",
    "DTEND",
    "STATUS",
    "TRANSP",
}
_AT_MOST_ONCE = {"DESCRIPTION", "LOCATION", "URL", "ORGANIZER", "CATEGORIES"}


class NotACalendar(AssertionError):
    """What the bytes are not, and where."""


@dataclass(frozen=True)
class Line:
    """One unfolded line."""

    name: str
    params: dict[str, str]
    value: str


def require(fact: object, what: str) -> None:
    if not fact:
        raise NotACalendar(what)


def lines_of(content: bytes) -> list[Line]:
    """The unfolded lines (section 3.1)."""
    require(content.startswith(b"BEGIN:VCALENDAR\r\n"), "it begins with something else, as a byte order mark")
    require(content.endswith(b"\r\nEND:VCALENDAR\r\n"), "the last line is not ended, or is another")
    require(b"\n" not in (rest := content.replace(b"\r\n", b"")) and b"\r" not in rest, "half a line end")
    lines: list[str] = []
    for number, raw in enumerate(content.removesuffix(b"\r\n").split(b"\r\n"), 1):
        require(0 < len(raw) <= 75, f"line {number} has {len(raw)} octets")
        try:
            line = raw.decode()
        except UnicodeDecodeError as error:
            raise NotACalendar(f"line {number} is cut inside a character") from error
        if line.startswith(" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [_parsed(line) for line in lines]


def _parsed(line: str) -> Line:
    match = _LINE.fullmatch(line)
    require(match, f"not a line: {line}")
    assert match is not None
    return Line(match["name"], dict(_PARAM.findall(match["params"])), match["value"])


def require_calendar(content: bytes, method: str = "") -> list[list[Line]]:
    """The lines of each VEVENT of a feed or a file, or with `method` of an invitation; raises NotACalendar.

    Only an invitation has a METHOD, and one event with one ATTENDEE in it (RFC 5546 section 3.2).
    """
    lines = lines_of(content)
    begins = [line.value for line in lines if line.name == "BEGIN"]
    require(
        set(begins) <= {"VCALENDAR", "VTIMEZONE", "STANDARD", "DAYLIGHT", "VEVENT"}, f"components: {begins}"
    )
    require(begins.count("VCALENDAR") == 1, "several calendars")
    head = [line.name for line in lines[: [line.name for line in lines[1:]].index("BEGIN") + 1]]
    require({"VERSION", "PRODID"} <= set(head) and len(head) == len(set(head)), f"the head: {head}")
    require("UID" not in head, f"the head: {head}")
    require([line.value for line in lines if line.name == "METHOD"] == [method][: len(method)], "the method")
    events = _events(lines)
    require(not method or len(events) == 1, "an invitation to several events")
    for event in events:
        _require_event(event)
        attendees = [line.value for line in event if line.name == "ATTENDEE"]
        require(len(attendees) == bool(method), f"they take part by name: {attendees}")
    uids = [line.value for event in events for line in event if line.name == "UID"]
    require(len(uids) == len(set(uids)), "a UID twice")
    uses_zone = any("TZID" in line.params for event in events for line in event)
    require(begins.count("VTIMEZONE") == (uses_zone or not events), "the time zone is not there once")
    require(
        not uses_zone or begins.index("VTIMEZONE") < begins.index("VEVENT"), "the time zone comes too late"
    )
    return events


def _events(lines: list[Line]) -> list[list[Line]]:
    events: list[list[Line]] = []
    inside: list[str] = []
    for line in lines:
        if line.name == "BEGIN":
            inside.append(line.value)
            if line.value == "VEVENT":
                events.append([])
        elif line.name == "END":
            require(inside and inside.pop() == line.value, f"END:{line.value} ends something else")
        elif inside and inside[-1] == "VEVENT":
            events[-1].append(line)
    require(not inside, "something is not ended")
    return events


def _require_event(event: list[Line]) -> None:
    names = [line.name for line in event]
    require({name for name in _ONCE if names.count(name) != 1} == set(), f"not once each: {names}")
    require({name for name in _AT_MOST_ONCE if names.count(name) > 1} == set(), f"twice: {names}")
    for line in event:
        require(line.value, f"{line.name} is empty")
        require(_is_well_written(line), f"{line.name}: {line.value}")
    first, last = (next(line for line in event if line.name == name) for name in ("DTSTART", "DTEND"))
    require(
        first.params == last.params and len(first.value) == len(last.value), "start and end are of two kinds"
    )
    require(first.value < last.value, "it ends before it starts")


def _is_well_written(line: Line) -> bool:
    if line.name in _IS_TEXT:
        return _TEXT.fullmatch(line.value) is not None and line.value == line.value.strip()
    if line.name in _IS_UTC:
        return _UTC.fullmatch(line.value) is not None
    if line.name in _IS_ADDRESS:
        return _ADDRESS.fullmatch(line.value) is not None
    if line.name in ("DTSTART", "DTEND"):
        form = {"DATE": _DAY}.get(
            line.params.get("VALUE", ""), _WALL_CLOCK if "TZID" in line.params else _UTC
        )
        return line.params.get("TZID", "Europe/Stockholm") == "Europe/Stockholm" and bool(
            form.fullmatch(line.value)
        )
    return {
        "SEQUENCE": line.value.isascii() and line.value.isdigit(),
        "STATUS": line.value in ("TENTATIVE", "CONFIRMED", "CANCELLED"),
        "TRANSP": line.value in ("OPAQUE", "TRANSPARENT"),
        "CATEGORIES": _TEXTS.fullmatch(line.value) is not None,
    }[line.name]
