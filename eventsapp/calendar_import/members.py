"""One VEVENT on its own: what its times say, before those of its series are counted."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from eventsapp.calendar_import.lines import Block, Line
from eventsapp.calendar_import.problems import Kind, Problem, UnreadableEvent
from eventsapp.calendar_import.recurrence import Part, check_rule, is_whole_day
from eventsapp.calendar_import.texts import line_of
from eventsapp.calendar_import.times import Clock, Moment
from eventsapp.core.clock import to_swedish

HOUR = timedelta(hours=1)
_LONGEST_SPAN = timedelta(days=366)
_UNTIL = re.compile(r"UNTIL=([0-9]{8}T[0-9]{6})Z", re.IGNORECASE)


@dataclass(frozen=True)
class Member:
    """One VEVENT that is read: its times as values, and its lines."""

    block: Block
    part: Part
    notes: list[Problem]


def read_member(clock: Clock, number: int, block: Block) -> Member:
    """The times of one VEVENT as values. Raises UnreadableEvent."""
    start_line = block.first("DTSTART")
    if start_line is None:
        raise UnreadableEvent(Problem(Kind.NO_START, block.number))
    notes: list[Problem] = []
    start = clock.read(start_line)
    if clock.is_floating(start_line):
        notes.append(Problem(Kind.NO_ZONE, start_line.number))
    end = _end(clock, block, start_line, start, notes)
    start, end = _as_whole_days(block, start, end)
    # Some programs write a rule that says nothing.
    rule = next((line for line in block.every("RRULE") if line.value.strip()), None)
    if rule is not None:
        check_rule(rule.value, rule.number)
    changed = block.first("RECURRENCE-ID")
    sequence = block.first("SEQUENCE")
    part = Part(
        number,
        start,
        end,
        sequence=_whole_number(sequence.value) if sequence else 0,
        rule=_rule_of(rule.value, is_whole_day(start)) if rule else "",
        rule_line=rule.number if rule else block.number,
        added=tuple(one for line in block.every("RDATE") for one in clock.read_list(line)),
        left_out=tuple(
            _day_if(is_whole_day(start), one)
            for line in block.every("EXDATE")
            for one in clock.read_list(line)
            if not isinstance(one, tuple)
        ),
        recurrence_id=_day_if(is_whole_day(start), clock.read(changed)) if changed else None,
        and_later=changed is not None and changed.parameters.get("RANGE", "").upper() == "THISANDFUTURE",
    )
    return Member(block, part, notes)


def _end(clock: Clock, block: Block, start_line: Line, start: Moment, notes: list[Problem]) -> Moment:
    """When an event ends; a day or an hour after its start where it does not say."""
    line = block.first("DTEND") or block.first("DURATION")
    if line is None:
        end = start
    elif line.name == "DURATION":
        end = start + clock.duration(line, line.value)
    else:
        end = _like(start, clock.read(line))
    length = _length(start, end)
    if length < timedelta():
        raise UnreadableEvent(Problem(Kind.END_FIRST, line.number if line else start_line.number))
    if length > _LONGEST_SPAN:
        raise UnreadableEvent(Problem(Kind.TOO_LONG, start_line.number))
    if length:
        return end
    if is_whole_day(start):
        return start + timedelta(days=1)
    notes.append(Problem(Kind.NO_END, start_line.number))
    return start + HOUR


def _length(start: Moment, end: Moment) -> timedelta:
    if isinstance(start, datetime) and isinstance(end, datetime):
        return end - start
    return date(end.year, end.month, end.day) - date(start.year, start.month, start.day)


def _like(start: Moment, end: Moment) -> Moment:
    """An end of the same type as its start; some programs mix them."""
    if isinstance(start, datetime) and not isinstance(end, datetime):
        return datetime(end.year, end.month, end.day, tzinfo=start.tzinfo)
    if not isinstance(start, datetime) and isinstance(end, datetime):
        return end.date()
    return end


def _whole_number(value: str) -> int:
    """A SEQUENCE, 0 for what is none."""
    return int(value) if re.fullmatch(r"\s*[0-9]{1,9}\s*", value) else 0


def _rule_of(value: str, whole: bool) -> str:
    """A rule whose last day is a day where the event has whole days; Exchange writes its midnight in UTC."""
    until = _UNTIL.search(value)
    if not whole or until is None:
        return value.strip()
    moment = datetime.strptime(until[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return value.replace(until[0], f"UNTIL={to_swedish(moment):%Y%m%d}").strip()


def _day_if(whole: bool, moment: Moment) -> Moment:
    """The day of a moment, where it names one of a series of whole days; Exchange writes its midnight."""
    return moment.date() if whole and isinstance(moment, datetime) else moment


def _as_whole_days(block: Block, start: Moment, end: Moment) -> tuple[Moment, Moment]:
    """Outlook writes whole days as times from midnight to midnight, and says so in a line of its own."""
    if value_of(block, "X-MICROSOFT-CDO-ALLDAYEVENT").upper() != "TRUE" or not isinstance(start, datetime):
        return start, end
    first, last = start.date(), end.date() if isinstance(end, datetime) else end
    return first, max(last, first + timedelta(days=1))


def value_of(block: Block, name: str) -> str:
    """What the first line with a name says, on one line; "" where there is none."""
    line = block.first(name)
    return line_of(line.value) if line else ""
