"""Reading a calendar file into plain values: one broken event never spoils the others."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from eventsapp.calendar_import.found import FoundCalendar, FoundEvent, FoundTime
from eventsapp.calendar_import.lines import Block, sort_lines
from eventsapp.calendar_import.members import HOUR, Member, read_member, value_of
from eventsapp.calendar_import.places import place_of
from eventsapp.calendar_import.problems import Kind, Problem, UnreadableEvent
from eventsapp.calendar_import.recurrence import (
    MOST_TIMES,
    Budget,
    Repetition,
    Window,
    is_whole_day,
    repetitions,
)
from eventsapp.calendar_import.texts import line_of, markdown_of, unescaped
from eventsapp.calendar_import.times import Clock, Moment, in_utc, is_skipped
from eventsapp.calendar_import.zones import Zones
from eventsapp.core.clock import STOCKHOLM, swedish_midnight, to_swedish
from eventsapp.rendering.plain_text import plain_line
from eventsapp.web.fields import is_web_address

MOST_EVENTS = 500
LONGEST_TITLE = 300
LONGEST_TEXT = 20_000
_LONGEST_UID = 255


def read_calendar(content: bytes, window: Window, budget: Budget | None = None) -> FoundCalendar:
    """Everything that a file says of the window of time. Raises UnreadableFile where nothing can be read."""
    sorted_lines = sort_lines(content)
    properties = sorted_lines.properties
    clock = Clock.of_file(Zones(sorted_lines.zones), line_of(properties.get("X-WR-TIMEZONE", "")))
    reader = _Reader(clock, window, budget or Budget())
    reader.left_out.extend(("", problem) for problem in sorted_lines.problems)
    for blocks in _by_uid(sorted_lines.events):
        if not reader.take(blocks):
            break
    return FoundCalendar(
        line_of(properties.get("X-WR-CALNAME") or properties.get("NAME") or "")[:LONGEST_TITLE],
        tuple(sorted(reader.events, key=lambda one: (one.times[0].starts_at, one.line))),
        tuple(reader.left_out),
        reader.outside,
        window.first,
    )


def _by_uid(blocks: Sequence[Block]) -> list[list[Block]]:
    """The events of a file with their changed times; those without a UID stand alone."""
    series: dict[str, list[Block]] = {}
    for block in blocks:
        line = block.first("UID")
        uid = line_of(line.value) if line else ""
        series.setdefault(uid or f"line {block.number}", []).append(block)
    return list(series.values())


class _Reader:
    def __init__(self, clock: Clock, window: Window, budget: Budget) -> None:
        self.clock = clock
        self.window = window
        self.budget = budget
        self.events: list[FoundEvent] = []
        self.left_out: list[tuple[str, Problem]] = []
        self.outside = 0

    def take(self, blocks: Sequence[Block]) -> bool:
        """Read what has one UID; False when the limits of the file are reached."""
        for stop, kind in (
            (len(self.events) >= MOST_EVENTS, Kind.TOO_MANY_EVENTS),
            (self.budget.is_spent, Kind.TOO_SLOW),
        ):
            if stop:
                self.left_out.append(("", Problem(kind, blocks[0].number)))
                return False
        try:
            event = self._read(blocks)
        except UnreadableEvent as error:
            title = blocks[0].first("SUMMARY")
            self.left_out.append((line_of(title.value)[:LONGEST_TITLE] if title else "", error.problem))
            return True
        except (ValueError, OverflowError):
            # The last net under the libraries: what they stumble over leaves out one event, not the file.
            self.left_out.append(("", Problem(Kind.UNREADABLE, blocks[0].number)))
            return True
        if event is None:
            self.outside += 1
        else:
            self.events.append(event)
        return True

    def _read(self, blocks: Sequence[Block]) -> FoundEvent | None:
        members = [read_member(self.clock, number, block) for number, block in enumerate(blocks)]
        masters = [one for one in members if one.part.recurrence_id is None]
        main = max(masters, key=lambda one: one.part.sequence) if masters else members[0]
        for other in masters:
            if other is not main:
                self.left_out.append((_title(other.block), Problem(Kind.SAME_UID, other.block.number)))
        kept = [one for one in members if one is main or one.part.recurrence_id is not None]
        active = [one for one in kept if one is main or not _is_cancelled(one.block)]
        notes = [note for one in active for note in (*one.block.problems, *one.notes)]
        found = self._repetitions(main, kept)
        cancelled = {one.part.number: one for one in kept if one not in active}
        for one in found:
            if one.number in cancelled:
                notes.append(Problem(Kind.ONE_CANCELLED, cancelled[one.number].block.number, _day(one.start)))
        found = [one for one in found if one.number not in cancelled]
        if not found:
            return None
        if len(found) > MOST_TIMES:
            notes.append(Problem(Kind.MANY_TIMES, main.part.rule_line))
        is_series = main.part.is_repeated or main.part.recurrence_id is not None
        times = [
            self._time(one, members[one.number], main, is_series=is_series, notes=notes)
            for one in found[:MOST_TIMES]
        ]
        return self._event(main.block, times, notes)

    def _repetitions(self, main: Member, members: Sequence[Member]) -> list[Repetition]:
        if len(members) == 1 and not main.part.is_repeated:
            one = Repetition("", main.part.start, main.part.end, main.part.number)
            return [one] if self._is_inside(one) else []
        return repetitions([one.part for one in members], self.window)

    def _is_inside(self, one: Repetition) -> bool:
        starts_at, ends_at = _span(one.start, one.end)
        return ends_at >= self.window.first and starts_at <= self.window.last

    def _time(
        self, one: Repetition, member: Member, main: Member, *, is_series: bool, notes: list[Problem]
    ) -> FoundTime:
        starts_at, ends_at = _span(one.start, one.end)
        if isinstance(one.start, datetime) and is_skipped(one.start):
            line = member.block.first("DTSTART")
            read_as = f"{to_swedish(starts_at):%Y-%m-%d %H.%M}"
            notes.append(Problem(Kind.SPRING_GAP, line.number if line else 0, read_as))
        title, own = _title(main.block), _title(member.block)
        return FoundTime(
            one.key if is_series else "",
            starts_at,
            ends_at,
            is_whole_day(one.start),
            own if own != title else "",
        )

    def _event(self, block: Block, times: list[FoundTime], notes: list[Problem]) -> FoundEvent:
        title = _title(block)
        if not title:
            raise UnreadableEvent(Problem(Kind.NO_TITLE, block.number))
        body = _body(block)
        if len(title) > LONGEST_TITLE or len(body) > LONGEST_TEXT:
            notes.append(Problem(Kind.CUT, block.number))
        uid_line = block.first("UID")
        uid = line_of(uid_line.value) if uid_line else ""
        if not uid:
            notes.append(Problem(Kind.NO_UID, block.number))
        is_private = value_of(block, "CLASS").upper() in ("PRIVATE", "CONFIDENTIAL")
        if is_private:
            notes.append(Problem(Kind.PRIVATE, block.number))
        if value_of(block, "STATUS").upper() == "TENTATIVE":
            notes.append(Problem(Kind.TENTATIVE, block.number))
        place = place_of(value_of(block, "LOCATION"), _addresses(block))
        url = value_of(block, "URL")
        return FoundEvent(
            uid=_uid_key(uid, title, times[0]),
            line=block.number,
            title=title[:LONGEST_TITLE].rstrip(),
            times=tuple(times),
            body=body[:LONGEST_TEXT].rstrip(),
            venue=place.venue,
            address=place.address,
            join_url=place.join_url,
            url=url if is_web_address(url) and url != place.join_url else "",
            is_cancelled=_is_cancelled(block),
            is_private=is_private,
            notes=tuple(dict.fromkeys(notes)),
        )


def _span(start: Moment, end: Moment) -> tuple[datetime, datetime]:
    """Start and end in UTC; whole days are Swedish ones, whatever day it is elsewhere."""
    if isinstance(start, datetime):
        begins = in_utc(start)
        ends = in_utc(end) if isinstance(end, datetime) else begins + HOUR
        return begins, ends if ends > begins else begins + HOUR
    last = end.date() if isinstance(end, datetime) else end
    return swedish_midnight(start), swedish_midnight(max(last, start + timedelta(days=1)))


def _day(moment: Moment) -> str:
    day: date = moment.astimezone(STOCKHOLM).date() if isinstance(moment, datetime) else moment
    return day.isoformat()


def _title(block: Block) -> str:
    return value_of(block, "SUMMARY")


def _is_cancelled(block: Block) -> bool:
    return value_of(block, "STATUS").upper() in ("CANCELLED", "CANCELED")


def _body(block: Block) -> str:
    for name in ("DESCRIPTION", "X-ALT-DESC"):
        for line in block.every(name):
            if text := markdown_of(unescaped(line.value[: 3 * LONGEST_TEXT])):
                return text
    return ""


def _addresses(block: Block) -> list[str]:
    """Where one joins online, as several programs say it."""
    lines = [*block.every("CONFERENCE"), *block.every("X-GOOGLE-CONFERENCE")]
    lines += block.every("X-MICROSOFT-SKYPETEAMSMEETINGURL")
    return [address for line in lines if is_web_address(address := plain_line(line.value))]


def _uid_key(uid: str, title: str, first: FoundTime) -> str:
    """The UID, short enough for a column; made of title and start where a program gives none."""
    if not uid:
        uid = f"{title} {first.starts_at.astimezone(UTC).isoformat()}"
    elif len(uid) <= _LONGEST_UID:
        return uid
    return f"sha256:{hashlib.sha256(uid.encode()).hexdigest()}"
