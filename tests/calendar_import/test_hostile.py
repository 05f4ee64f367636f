"""Files that were made to do harm: each is left after some seconds at most, whatever it asks for."""

import random
import time

import pytest

from eventsapp.calendar_import.problems import Kind, UnreadableFile
from eventsapp.calendar_import.reading import MOST_EVENTS, read_calendar
from eventsapp.calendar_import.recurrence import Budget
from tests.calendar_import.files import WINDOW, calendar_file, timed, vevent
from tests.calendar_import.test_real_files import DATA, EVER


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("FREQ=SECONDLY", Kind.TOO_OFTEN),
        ("FREQ=MINUTELY;COUNT=999999999", Kind.TOO_OFTEN),
        ("FREQ=HOURLY;INTERVAL=1", Kind.TOO_OFTEN),
        ("FREQ=DAILY;BYHOUR=1,2,3,4,5,6;BYMINUTE=1,2,3,4;BYSECOND=1,2,3", Kind.TOO_OFTEN),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30,31", Kind.BAD_RULE),
        ("FREQ=DAILY;INTERVAL=0", Kind.BAD_RULE),
        ("FREQ=WEEKLY;BYSETPOS=300;BYDAY=MO", Kind.BAD_RULE),
        ("FREQ=DAILY;BYYEARDAY=366;BYMONTH=1", Kind.BAD_RULE),
        ("FREQ=DAILY;BYMONTHDAY=99999999999999999999", Kind.BAD_RULE),
        ("FREQ=WEEKLY;BYDAY=" + ",".join(["XX"] * 1000), Kind.BAD_RULE),
    ],
)
def test_a_rule_that_never_ends_is_refused_at_once(rule: str, kind: Kind) -> None:
    began = time.monotonic()
    found = read_calendar(calendar_file(vevent(timed() + f"\nRRULE:{rule}")), WINDOW)
    assert [problem.kind for _title, problem in found.left_out] == [kind]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;COUNT=999999999",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=WEEKLY;UNTIL=99991231T235959Z",
    ],
)
def test_a_rule_that_is_possible_costs_little(rule: str) -> None:
    began = time.monotonic()
    found = read_calendar(
        calendar_file(vevent(timed(start="20270308T090000", end="20270308T100000") + f"\nRRULE:{rule}")),
        WINDOW,
    )
    assert [len(event.times) <= 100 for event in found.events] in ([True], [])
    assert time.monotonic() - began < 20


def test_many_rules_together_are_left_when_the_time_is_out() -> None:
    events = [
        vevent(timed(uid_title) + "\nRRULE:FREQ=DAILY", uid=uid_title) for uid_title in ("ett", "två", "tre")
    ]
    found = read_calendar(calendar_file(*events), WINDOW, Budget(0))
    assert (found.events, [problem.kind for _title, problem in found.left_out]) == ((), [Kind.TOO_SLOW])


def test_a_zone_that_changes_every_second_is_unknown() -> None:
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Egen\nBEGIN:STANDARD\nDTSTART:16010101T000000\nRRULE:FREQ=SECONDLY\n"
        "TZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE"
    )
    began = time.monotonic()
    found = read_calendar(
        calendar_file(zone, vevent("SUMMARY:Ett\nDTSTART;TZID=Egen:20270310T090000")), WINDOW
    )
    assert [problem.kind for _title, problem in found.left_out] == [Kind.BAD_ZONE]
    assert time.monotonic() - began < 5


def test_more_events_than_anybody_looks_through_are_left() -> None:
    events = [vevent(timed(f"Nummer {number}"), uid=str(number)) for number in range(MOST_EVENTS + 2)]
    found = read_calendar(calendar_file(*events), WINDOW)
    assert len(found.events) == MOST_EVENTS
    assert [problem.kind for _title, problem in found.left_out] == [Kind.TOO_MANY_EVENTS]


PIECES = [
    *(
        b";",
        b":",
        b"=",
        b'"',
        b",",
        b"\\",
        b"\r\n ",
        b"\r\n",
        b"T",
        b"Z",
        b"99999999",
        b"-1",
        b"\x00",
        b"\xff",
    ),
    *(
        b"BEGIN:VEVENT\r\n",
        b"END:VEVENT\r\n",
        b"DTSTART:99991231T235959Z\r\n",
        b"DTSTART;VALUE=DATE:00010101\r\n",
    ),
    *(
        b"DTEND:19000101\r\n",
        b"DURATION:P99999999W\r\n",
        b"DURATION:-P1D\r\n",
        b"SEQUENCE:99999999999999\r\n",
    ),
    *(b"RRULE:FREQ=YEARLY\r\n", b"RRULE:FREQ=DAILY;UNTIL=99991231\r\n", b"RDATE:\r\n", b"TZID="),
    *(b"EXDATE;VALUE=DATE:20200101\r\n", b"RDATE;VALUE=PERIOD:20200101T000000Z/PT1H\r\n"),
    *(b"RECURRENCE-ID:20200101T000000Z\r\n", b"RECURRENCE-ID;RANGE=THISANDFUTURE:20200101\r\n"),
]


@pytest.mark.parametrize(
    "name", sorted(path.name for path in DATA.glob("*.ics") if path.stat().st_size < 5000)
)
def test_whatever_stands_in_a_file_it_is_read_or_refused_in_words(name: str) -> None:
    chance = random.Random(name)  # the same each time, so that a fault is found again
    whole = (DATA / name).read_bytes()
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(content))
            if chance.random() < 0.6:
                place = content.rfind(b"\n", 0, place) + 1
            content[place : place + chance.choice((0, 0, 3))] = chance.choice(PIECES)
        try:
            found = read_calendar(bytes(content), EVER)
        except UnreadableFile:
            continue
        assert Kind.UNREADABLE not in {problem.kind for _title, problem in found.left_out}, bytes(content)


def test_nul_bytes_and_other_controls_leave_no_trace() -> None:
    content = calendar_file(vevent(timed("Våld\x00spre\x1bvention\u202e") + "\nLOCATION:Sal\x00 Ö"))
    event = read_calendar(content, WINDOW).events[0]
    assert (event.title, event.venue) == ("Våldsprevention", "Sal Ö")


def test_five_megabytes_of_one_line_are_read_in_seconds() -> None:
    content = calendar_file(vevent(timed() + "\nDESCRIPTION:" + "<b>" * 1_500_000))
    began = time.monotonic()
    assert len(read_calendar(content, WINDOW).events) == 1
    assert time.monotonic() - began < 20
