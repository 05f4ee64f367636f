"""What a calendar program reads must be what was written: shape, times and states, by three independent readers."""

import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import ics
import pytest
import vobject
from dateutil.tz import tzical  # type: ignore[import-untyped]
from icalendar import Calendar

from eventsapp.rendering.calendar import PRODID, VTIMEZONE, EntryStatus, etag_of, render_calendar
from tests.rendering.entries import PAGE, STOCKHOLM, entry, event_of, lines, local, rendered


def test_a_feed_line_by_line() -> None:
    content = render_calendar(
        [
            entry(
                summary="Våld, hedern; och \\ lagen",
                description="Program:\n- Kaffe",
                location="Sal Ö, Rådhuset, Storgatan 1, Växjö",
                url=PAGE,
                categories=("Utbildningsdag", "Våld, nära"),
                organizer_name="Länsstyrelsen i Kronobergs län, enheten",
                organizer_email="kurs@exempel.se",
                language="sv",
                siblings=("a-1", "b-2"),
            )
        ],
        name="Kurser, Kronobergs län; på plats",
        description="Aktiviteter, hela länet",
        source_url="https://exempel.se/kalender.ics?lan=07&form=plats",
    )
    assert lines(content) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//eventsapp//Kalender 1//SV",
        "CALSCALE:GREGORIAN",
        r"DESCRIPTION:Aktiviteter\, hela länet",
        r"X-WR-CALDESC:Aktiviteter\, hela länet",
        r"NAME:Kurser\, Kronobergs län\; på plats",
        r"X-WR-CALNAME:Kurser\, Kronobergs län\; på plats",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "SOURCE;VALUE=URI:https://exempel.se/kalender.ics?lan=07&form=plats",
        "X-PUBLISHED-TTL:PT4H",
        *VTIMEZONE.decode().split("\r\n")[:-1],
        "BEGIN:VEVENT",
        r"SUMMARY;LANGUAGE=sv:Våld\, hedern\; och \\ lagen",
        "DTSTART;TZID=Europe/Stockholm:20261125T090000",
        "DTEND;TZID=Europe/Stockholm:20261125T153000",
        "DTSTAMP:20260203T040506Z",
        "UID:0f6b7a52-5d0f-4d2e-9a39-7a1f3b6f1c11",
        "SEQUENCE:2",
        "CATEGORIES:Utbildningsdag,Våld nära",
        "CREATED:20260102T030405Z",
        rf"DESCRIPTION;LANGUAGE=sv:Program:\n- Kaffe\n\n{PAGE}",
        "LAST-MODIFIED:20260203T040506Z",
        r"LOCATION:Sal Ö\, Rådhuset\, Storgatan 1\, Växjö",
        'ORGANIZER;CN="Länsstyrelsen i Kronobergs län, enheten":mailto:kurs@exempel.se',
        "RELATED-TO;RELTYPE=SIBLING:a-1",
        "RELATED-TO;RELTYPE=SIBLING:b-2",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        f"URL:{PAGE}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_file_has_neither_name_nor_interval() -> None:
    head = lines(rendered(entry(), name=None, refresh_hours=None))[:5]
    assert head == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODID}",
        "CALSCALE:GREGORIAN",
        "BEGIN:VTIMEZONE",
    ]


def test_what_must_never_be_in_a_feed() -> None:
    content = rendered(entry(), entry(uid="b", status=EntryStatus.CANCELLED))
    names = {re.split("[:;]", line)[0] for line in lines(content)}
    assert names.isdisjoint({"METHOD", "ATTENDEE", "VALARM", "X-ALT-DESC", "GEO", "CLASS"})
    assert Calendar.from_ical(content).get("UID") is None
    assert not content.startswith(b"\xef\xbb\xbf")


def test_an_empty_feed_carries_the_time_zone() -> None:
    calendar = Calendar.from_ical(rendered())
    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE"]
    assert str(calendar["X-WR-CALNAME"]) == str(calendar["NAME"]) == "Kalender"
    assert ics.Calendar(rendered().decode()).events == set()


def test_the_time_zone_stands_once_before_the_first_event_and_only_when_used() -> None:
    content = rendered(entry(), entry(uid="b"))
    assert [component.name for component in Calendar.from_ical(content).subcomponents] == [
        "VTIMEZONE",
        "VEVENT",
        "VEVENT",
    ]
    days_only = rendered(entry(starts_on=date(2026, 5, 20), ends_on=date(2026, 5, 21)))
    assert b"VTIMEZONE" not in days_only


def test_same_entries_same_bytes_in_any_order() -> None:
    first, second = entry(uid="b"), entry(uid="a", starts_at=local(2026, 11, 25, 8))
    day = entry(uid="c", starts_on=date(2026, 11, 25), ends_on=date(2026, 11, 25))
    content = rendered(first, second, day)
    assert content == rendered(day, first, second)
    assert [str(event["UID"]) for event in Calendar.from_ical(content).walk("VEVENT")] == ["c", "a", "b"]
    assert etag_of(content) == etag_of(rendered(day, second, first))
    assert etag_of(content) != etag_of(rendered(first, second))
    assert re.fullmatch("[0-9a-f]{32}", etag_of(content))


TIMES = {
    "winter": (local(2026, 1, 15, 9), local(2026, 1, 15, 12)),
    "summer": (local(2026, 7, 15, 9), local(2026, 7, 15, 12)),
    "over the spring change": (local(2026, 3, 28, 22), local(2026, 3, 29, 8)),
    "just before the spring change": (local(2026, 3, 29, 1), local(2026, 3, 29, 1, 59)),
    "just after the spring change": (local(2026, 3, 29, 3), local(2026, 3, 29, 4)),
    "over the autumn change": (local(2026, 10, 24, 22), local(2026, 10, 25, 8)),
    "just before the autumn change": (local(2026, 10, 25, 1), local(2026, 10, 25, 1, 59)),
    "in the doubled hour": (local(2026, 10, 25, 2, 15), local(2026, 10, 25, 2, 45)),
    "in the doubled hour, second time": (
        local(2026, 10, 25, 2, 15, fold=1),
        local(2026, 10, 25, 2, 45, fold=1),
    ),
    "from the first to the second doubled hour": (
        local(2026, 10, 25, 2, 30),
        local(2026, 10, 25, 2, 30, fold=1),
    ),
    "over midnight": (local(2026, 12, 31, 22), local(2027, 1, 1, 2)),
    "three days": (local(2026, 9, 8, 9), local(2026, 9, 10, 16)),
}


@pytest.mark.parametrize("times", TIMES.values(), ids=TIMES.keys())
def test_three_readers_see_the_same_moments(times: tuple[datetime, datetime]) -> None:
    content = rendered(entry(starts_at=times[0], ends_at=times[1]))
    event = event_of(content)
    assert (event.start.astimezone(UTC), event.end.astimezone(UTC)) == times
    (by_ics,) = ics.Calendar(content.decode()).events
    assert (by_ics.begin.datetime.astimezone(UTC), by_ics.end.datetime.astimezone(UTC)) == times
    by_vobject = vobject.readOne(content.decode()).vevent
    assert (by_vobject.dtstart.value.astimezone(UTC), by_vobject.dtend.value.astimezone(UTC)) == times


@pytest.mark.parametrize(("fold", "hour"), [(0, "00"), (1, "01")])
def test_the_doubled_hour_is_written_in_utc(fold: int, hour: str) -> None:
    moment = local(2026, 10, 25, 2, 15, fold=fold)
    content = rendered(entry(starts_at=moment, ends_at=local(2026, 10, 25, 5, 15)))
    assert f"DTSTART:20261025T{hour}1500Z" in lines(content)
    assert "DTEND:20261025T041500Z" in lines(content)
    assert b"VTIMEZONE" not in content
    assert b"VTIMEZONE" in rendered(
        entry(starts_at=local(2026, 10, 25, 1, 59), ends_at=local(2026, 10, 25, 3))
    )


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [(date(2026, 5, 20), date(2026, 5, 20), 1), (date(2026, 10, 24), date(2026, 10, 26), 3)],
)
def test_whole_days_end_the_day_after(first: date, last: date, days: int) -> None:
    content = rendered(entry(starts_on=first, ends_on=last))
    assert f"DTSTART;VALUE=DATE:{first:%Y%m%d}" in lines(content)
    assert f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}" in lines(content)
    event = event_of(content)
    assert (event.start, event.end) == (first, last + timedelta(days=1))
    by_vobject = vobject.readOne(content.decode()).vevent
    assert (by_vobject.dtstart.value, by_vobject.dtend.value) == (first, last + timedelta(days=1))
    (by_ics,) = ics.Calendar(content.decode()).events
    assert by_ics.all_day
    assert by_ics.begin.date() == first
    assert by_ics.duration == timedelta(days=days)


@pytest.mark.parametrize("year", range(2026, 2036))
def test_the_constant_time_zone_agrees_with_zoneinfo(year: int) -> None:
    zone = tzical(StringIO(VTIMEZONE.decode().replace("\r\n", "\n"))).get("Europe/Stockholm")
    assert zone is not None
    moment = datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        ours, theirs = moment.astimezone(zone), moment.astimezone(STOCKHOLM)
        assert (ours.replace(tzinfo=None), ours.tzname()) == (theirs.replace(tzinfo=None), theirs.tzname()), (
            moment
        )
        # Within a day of a change every hour counts; in between, a look every other day is enough.
        near_change = moment.month in (3, 10) and moment.day > 23
        moment += timedelta(hours=1) if near_change else timedelta(days=1)


@pytest.mark.parametrize(
    ("language", "title", "sentence"),
    [
        ("sv", "INSTÄLLT: Utbildningsdag", "Aktiviteten är inställd."),
        ("en", "CANCELLED: Utbildningsdag", "This event has been cancelled."),
    ],
)
def test_a_cancelled_occasion_says_so_everywhere(language: str, title: str, sentence: str) -> None:
    cancelled = entry(status=EntryStatus.CANCELLED, description="Om dagen.", url=PAGE)
    content = rendered(cancelled, language=language)
    event = event_of(content)
    assert str(event["SUMMARY"]) == title
    assert str(event["DESCRIPTION"]) == f"{sentence}\n\nOm dagen.\n\n{PAGE}"
    assert (str(event["STATUS"]), str(event["TRANSP"])) == ("CANCELLED", "TRANSPARENT")
    assert event.start == local(2026, 11, 25, 9)
    (by_ics,) = ics.Calendar(content.decode()).events
    assert (by_ics.name, by_ics.status, by_ics.transparent) == (title, "CANCELLED", True)


def test_save_the_date_and_transparent() -> None:
    event = event_of(rendered(entry(status=EntryStatus.TENTATIVE, transparent=True)))
    assert (str(event["STATUS"]), str(event["TRANSP"])) == ("TENTATIVE", "TRANSPARENT")


@pytest.mark.parametrize(
    "changes",
    [
        {"uid": ""},
        {"uid": "a\r\nb"},
        {"uid": "å" * 128},
        {"siblings": ("",)},
        {"sequence": -1},
        {"sequence": 2**31},
        {"last_modified_at": datetime(2026, 1, 1)},
        {"starts_at": datetime(2026, 11, 25, 9)},
        {"starts_at": None},
        {"ends_at": None},
        {"ends_at": local(2026, 11, 25, 9)},
        {"starts_on": date(2026, 5, 20)},
        {"starts_on": date(2026, 5, 20), "ends_on": date(2026, 5, 19)},
        {"starts_on": date(2026, 5, 20), "ends_on": date(2026, 5, 20), "starts_at": local(2026, 5, 20, 9)},
    ],
    ids=str,
)
def test_an_entry_that_would_break_the_feed_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"UID|sequence|zone|later end"):
        entry(**changes)
