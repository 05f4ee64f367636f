"""The lines of a calendar file (RFC 5545 section 3.1): unfolded, with their numbers, and sorted into what they belong to.

What is about persons is left behind here, so that nothing above can keep it.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from eventsapp.calendar_import.problems import Fault, Kind, Problem, UnreadableFile

MOST_BYTES = 5 * 1024 * 1024
_DEEPEST = 20
_SHOWN = 60
_WANTED = frozenset(
    {
        "CLASS",
        "CONFERENCE",
        "DESCRIPTION",
        "DTEND",
        "DTSTART",
        "DURATION",
        "EXDATE",
        "LOCATION",
        "RDATE",
        "RECURRENCE-ID",
        "RRULE",
        "SEQUENCE",
        "STATUS",
        "SUMMARY",
        "UID",
        "URL",
        "X-ALT-DESC",
        "X-GOOGLE-CONFERENCE",
        "X-MICROSOFT-CDO-ALLDAYEVENT",
        "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    }
)
"""Whoever takes part, invites or is reminded is not among them."""
_NAME = re.compile(r"[A-Za-z0-9-]+")
_LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Line:
    """One property: NAME;PARAMETER=value:value, with the number of its first line in the file."""

    number: int
    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class Block:
    """The lines of one event, and what is wrong with some of them."""

    number: int
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def first(self, name: str) -> Line | None:
        return next((line for line in self.lines if line.name == name), None)

    def every(self, name: str) -> Iterator[Line]:
        return (line for line in self.lines if line.name == name)


@dataclass
class Sorted:
    """A file in its parts. `zones` has the text of each VTIMEZONE."""

    properties: dict[str, str] = field(default_factory=dict)
    zones: list[str] = field(default_factory=list)
    events: list[Block] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def sort_lines(content: bytes) -> Sorted:
    """The parts of a file. Raises UnreadableFile for what is no calendar; a part that is broken is told in `problems`."""
    if len(content) > MOST_BYTES:
        raise UnreadableFile(Fault.TOO_LARGE)
    found = Sorted()
    text_lines = _text_lines(content, found)
    first = next((text for _number, text in text_lines if text.strip()), "")
    if not first:
        raise UnreadableFile(Fault.EMPTY)
    if first.strip().upper() != "BEGIN:VCALENDAR":
        raise UnreadableFile(Fault.NOT_A_CALENDAR)
    sorter = _Sorter(found)
    for number, text in text_lines:
        if text.strip():
            sorter.take(number, text)
    sorter.end()
    if found.properties.get("VERSION") == "1.0":
        raise UnreadableFile(Fault.OLD_FORMAT)
    if found.properties.get("CALSCALE", "GREGORIAN").upper() != "GREGORIAN":
        raise UnreadableFile(Fault.OTHER_CALENDAR)
    return found


def _text_lines(content: bytes, found: Sorted) -> list[tuple[int, str]]:
    """The unfolded lines as text. Folds may fall inside a letter, so they are mended before the bytes are read."""
    for mark, charset in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            content = content.decode(charset, "replace").encode()
    lines: list[tuple[int, bytes]] = []
    for number, raw in enumerate(_LINE_END.split(content.removeprefix(codecs.BOM_UTF8)), 1):
        if raw[:1] in (b" ", b"\t") and lines:
            start, before = lines[-1]
            lines[-1] = (start, before + raw[1:])
        else:
            lines.append((number, raw))
    try:
        return [(number, raw.decode()) for number, raw in lines]
    except UnicodeDecodeError:
        found.problems.append(Problem(Kind.OTHER_CHARSET))
        return [(number, raw.decode("cp1252", "replace")) for number, raw in lines]


class _Sorter:
    """Takes one line after the other and knows which part it is in."""

    def __init__(self, found: Sorted) -> None:
        self.found = found
        self.inside: list[str] = []
        self.event: Block | None = None
        self.zone: list[str] = []

    def take(self, number: int, text: str) -> None:
        upper = text.strip().upper()
        if upper.startswith("BEGIN:"):
            self._begin(number, upper.removeprefix("BEGIN:").strip())
        elif upper.startswith("END:"):
            self._end(upper.removeprefix("END:").strip())
        elif "VTIMEZONE" in self.inside:
            self.zone.append(text)
        elif self.event is not None and self.inside[-1:] == ["VEVENT"]:
            self._keep(self.event, number, text)
        elif self.inside == ["VCALENDAR"]:
            name, _, value = text.partition(":")
            self.found.properties.setdefault(name.split(";")[0].upper(), value.strip())

    def end(self) -> None:
        """The file is over; an event that is not has been cut off."""
        self._leave_open_event()

    def _begin(self, number: int, name: str) -> None:
        if name == "VEVENT" and self.event is not None:
            self._leave_open_event()
            self.inside = ["VCALENDAR"]
        self.inside.append(name)
        if len(self.inside) > _DEEPEST:
            raise UnreadableFile(Fault.TOO_DEEP)
        if name == "VEVENT":
            self.event = Block(number)
        elif name == "VTIMEZONE":
            self.zone = []
        if "VTIMEZONE" in self.inside:
            self.zone.append(f"BEGIN:{name}")

    def _end(self, name: str) -> None:
        if name not in self.inside:
            return
        while self.inside:
            closed = self.inside.pop()
            if closed == "VEVENT" and self.event is not None:
                if closed == name:
                    self.found.events.append(self.event)
                    self.event = None
                else:
                    self._leave_open_event()
            if "VTIMEZONE" in (*self.inside, closed):
                self.zone.append(f"END:{closed}")
            if closed == "VTIMEZONE":
                self.found.zones.append("\r\n".join(self.zone))
            if closed == name:
                return

    def _leave_open_event(self) -> None:
        if self.event is not None:
            self.found.problems.append(Problem(Kind.UNENDED, self.event.number))
            self.event = None

    def _keep(self, event: Block, number: int, text: str) -> None:
        name = _NAME.match(text)
        if (
            name is not None
            and name[0].upper() not in _WANTED
            and text[name.end() : name.end() + 1] in (";", ":")
        ):
            return
        line = read_line(number, text)
        if line is None:
            event.problems.append(Problem(Kind.LINE_SKIPPED, number, shown(text)))
        else:
            event.lines.append(line)


def read_line(number: int, text: str) -> Line | None:
    """A line in its parts, or None for one that is none. A quoted parameter may hold colons and semicolons."""
    name = _NAME.match(text)
    if name is None:
        return None
    parameters: dict[str, str] = {}
    rest = text[name.end() :]
    while rest.startswith(";"):
        key, sign, rest = rest[1:].partition("=")
        if not sign or not _NAME.fullmatch(key.strip()):
            return None
        if rest.startswith('"'):
            value, quote, rest = rest[1:].partition('"')
            if not quote:
                return None
        else:
            end = re.search("[;:]", rest)
            if end is None:
                return None
            value, rest = rest[: end.start()], rest[end.start() :]
        parameters[key.strip().upper()] = value
    if not rest.startswith(":"):
        return None
    return Line(number, name[0].upper(), parameters, rest[1:])


def shown(text: str) -> str:
    """The beginning of a line, as it can be shown to a person."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"
