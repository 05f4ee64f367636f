"""Reading calendar files into plain values: no application, no database."""

from datetime import UTC, datetime

import pytest

from eventsapp.calendar_import.found import FoundCalendar, FoundEvent
from eventsapp.calendar_import.problems import Fault, Kind, Problem, UnreadableFile
from eventsapp.calendar_import.reading import read_calendar
from tests.calendar_import.files import WINDOW, calendar_file, timed, vevent


def read(*events: str, head: str = "") -> FoundCalendar:
    return read_calendar(calendar_file(*events, head=head), WINDOW)


def only(*events: str, head: str = "") -> FoundEvent:
    found = read(*events, head=head)
    assert found.left_out == ()
    (event,) = found.events
    return event


def starts(event: FoundEvent) -> list[str]:
    return [f"{one.starts_at:%m-%d %H:%M}" for one in event.times]


def test_an_event_is_read_with_everything_that_it_says() -> None:
    event = only(
        vevent(
            timed("Att upptäcka våld\\, steg 2")
            + "\nDESCRIPTION:Första raden\\nAndra raden\\n\\nNytt stycke\\; slut"
            + "\nLOCATION:Rådhuset\\, Storgatan 1\\, Umeå\nURL:https://region.example.se/vald"
        ),
        head="X-WR-CALNAME:Regionens kalender",
    )
    (time,) = event.times
    assert (event.uid, event.line, event.title) == ("ett@example.se", 5, "Att upptäcka våld, steg 2")
    assert (time.starts_at, time.ends_at) == (
        datetime(2027, 3, 10, 8, tzinfo=UTC),
        datetime(2027, 3, 10, 11, tzinfo=UTC),
    )
    assert (time.all_day, time.key, time.label) == (False, "", "")
    assert event.body == "Första raden  \nAndra raden\n\nNytt stycke; slut"
    assert (event.venue, event.address, event.url) == (
        "Rådhuset",
        "Storgatan 1, Umeå",
        "https://region.example.se/vald",
    )
    assert event.notes == ()


def test_what_is_read_survives_being_kept() -> None:
    found = read(
        vevent(timed()),
        vevent("SUMMARY:Trasig\nDTSTART:i morgon", uid="två"),
        vevent(timed(start="20200101T090000", end="20200101T100000"), uid="gammal"),
    )
    assert found.outside == 1
    assert FoundCalendar.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("DTSTART:20270710T070000Z", "07-10 07:00"),
        ("DTSTART;TZID=Europe/Stockholm:20270710T090000", "07-10 07:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20270710T090000", "07-10 07:00"),
        (
            'DTSTART;TZID="(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna":20270710T090000',
            "07-10 07:00",
        ),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Stockholm:20270710T090000", "07-10 07:00"),
        ("DTSTART;TZID=FLE Standard Time:20270710T090000", "07-10 06:00"),
        ('DTSTART;TZID="UTC+03:30":20270710T090000', "07-10 05:30"),
        ("DTSTART;TZID=Egen:20270710T090000", "07-10 02:00"),
    ],
)
def test_a_time_means_the_same_whatever_its_zone_is_called(start: str, expected: str) -> None:
    own = """
BEGIN:VTIMEZONE
TZID:Egen
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
END:STANDARD
END:VTIMEZONE"""
    found = read_calendar(calendar_file(own, vevent(f"SUMMARY:Ett\n{start}\nDURATION:PT1H")), WINDOW)
    assert starts(found.events[0]) == [expected]


def test_a_floating_time_is_swedish_unless_the_file_says_another_zone() -> None:
    event = vevent("SUMMARY:Ett\nDTSTART:20270310T090000\nDTEND:20270310T100000")
    assert (starts(only(event)), only(event).notes) == (["03-10 08:00"], (Problem(Kind.NO_ZONE, 7),))
    other = only(event, head="X-WR-TIMEZONE:Europe/London")
    assert (starts(other), other.notes) == (["03-10 09:00"], ())


def test_whole_days_are_swedish_and_end_after_their_last() -> None:
    event = only(vevent("SUMMARY:Konferens\nDTSTART;VALUE=DATE:20270520\nDTEND;VALUE=DATE:20270522"))
    (time,) = event.times
    assert time.all_day
    assert (time.starts_at, time.ends_at) == (
        datetime(2027, 5, 19, 22, tzinfo=UTC),
        datetime(2027, 5, 21, 22, tzinfo=UTC),
    )
    (alone,) = only(vevent("SUMMARY:En dag\nDTSTART;VALUE=DATE:20270520")).times
    assert alone.ends_at == datetime(2027, 5, 20, 22, tzinfo=UTC)


def test_outlooks_midnights_are_whole_days() -> None:
    (time,) = only(
        vevent(timed(start="20270520T000000", end="20270521T000000") + "\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE")
    ).times
    assert (time.all_day, time.ends_at) == (True, datetime(2027, 5, 20, 22, tzinfo=UTC))


def test_a_rule_gives_one_activity_with_a_time_for_each_over_the_change_of_clocks() -> None:
    event = only(
        vevent(
            timed(start="20270315T090000", end="20270315T110000")
            + "\nRRULE:FREQ=WEEKLY;COUNT=5\nEXDATE;TZID=Europe/Stockholm:20270322T090000"
            + "\nRDATE;TZID=Europe/Stockholm:20270330T130000"
        )
    )
    assert starts(event) == ["03-15 08:00", "03-29 07:00", "03-30 11:00", "04-05 07:00", "04-12 07:00"]
    assert event.times[0].key == "20270315T080000Z"


def test_one_time_of_a_series_is_moved_renamed_or_cancelled_alone() -> None:
    series = timed("Nätverk", "20270301T090000", "20270301T100000") + "\nRRULE:FREQ=WEEKLY;COUNT=4"
    moved = (
        timed("Nätverk på annan plats", "20270309T130000", "20270309T140000")
        + "\nRECURRENCE-ID;TZID=Europe/Stockholm:20270308T090000"
    )
    cancelled = (
        timed("Nätverk", "20270315T090000", "20270315T100000")
        + "\nRECURRENCE-ID;TZID=Europe/Stockholm:20270315T090000\nSTATUS:CANCELLED"
    )
    event = only(vevent(series), vevent(moved), vevent(cancelled))
    assert starts(event) == ["03-01 08:00", "03-09 12:00", "03-22 08:00"]
    assert [(one.key, one.label) for one in event.times] == [
        ("20270301T080000Z", ""),
        ("20270308T080000Z", "Nätverk på annan plats"),
        ("20270322T080000Z", ""),
    ]
    assert event.notes == (Problem(Kind.ONE_CANCELLED, 18, "2027-03-15"),)
    assert not event.is_cancelled


def test_a_series_without_an_end_gives_as_many_times_as_an_activity_can_have() -> None:
    event = only(vevent(timed(start="20270301T090000", end="20270301T100000") + "\nRRULE:FREQ=DAILY"))
    assert (len(event.times), starts(event)[0]) == (100, "03-01 08:00")
    assert event.notes == (Problem(Kind.MANY_TIMES, 9),)


def test_the_hour_that_summer_time_skips_is_told() -> None:
    event = only(vevent(timed(start="20270328T023000", end="20270328T040000")))
    assert starts(event) == ["03-28 01:30"]
    assert event.notes == (Problem(Kind.SPRING_GAP, 7, "2027-03-28 03.30"),)


def test_an_end_that_is_missing_is_an_hour_later_and_one_before_the_start_is_refused() -> None:
    without = only(vevent("SUMMARY:Ett\nDTSTART:20270310T080000Z"))
    assert (without.times[0].ends_at.hour, without.notes) == (9, (Problem(Kind.NO_END, 7),))
    found = read(vevent(timed(end="20270309T090000")))
    assert found.left_out == (("Våldsprevention", Problem(Kind.END_FIRST, 8)),)


def test_html_becomes_markdown_and_plain_text_stays_plain() -> None:
    html = only(
        vevent(
            timed()
            + "\nDESCRIPTION:<p>Kom <b>i tid</b>.</p><ul><li>Ett</li><li>Två &amp\\; tre</li></ul>"
            + '<a href="https://region.example.se/x">Läs mer</a><script>alert(1)</script>'
        )
    )
    assert html.body == "Kom **i tid**.\n\n- Ett\n- Två & tre\n\n[Läs mer](https://region.example.se/x)"
    plain = only(vevent(timed() + "\nDESCRIPTION:# 1 i listan\\n> inte citat\\n3 < 4"))
    assert plain.body == "\\# 1 i listan  \n\\> inte citat  \n3 < 4"
    trick = only(vevent(timed() + '\nDESCRIPTION:<a href="javascript:alert(1)">klicka</a>'))
    assert trick.body == "klicka"


def test_where_one_joins_online_is_a_link_and_no_place() -> None:
    teams = only(
        vevent(
            timed()
            + "\nLOCATION:Microsoft Teams-möte\nX-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.example.com/l/1"
        )
    )
    assert (teams.venue, teams.join_url) == ("", "https://teams.example.com/l/1")
    both = only(vevent(timed() + "\nLOCATION:Sal Ö\\, Rådhuset; https://zoom.example.com/j/2"))
    assert (both.venue, both.address, both.join_url) == ("Sal Ö", "Rådhuset", "https://zoom.example.com/j/2")


def test_nothing_of_persons_is_kept() -> None:
    alarm = (
        "BEGIN:VALARM\nACTION:EMAIL\nSUMMARY:Påminn Kim\nDESCRIPTION:Ring Kim\nLOCATION:Hos Kim"
        "\nATTENDEE:mailto:kim.hemlig@example.se\nEND:VALARM"
    )
    found = read(
        vevent(
            f"{alarm}\n{timed()}"
            "\nORGANIZER;CN=Kim Hemlig:mailto:kim.hemlig@example.se"
            '\nATTENDEE;CN="Alex Dold";PARTSTAT=ACCEPTED:mailto:alex.dold@example.se'
            "\nCONTACT:Kim Hemlig\\, 070-123 45 67\nATTACH:https://example.se/kim-hemlig.pdf"
        )
    )
    assert found.events[0].title == "Våldsprevention"
    kept = str(found.to_json()).casefold()
    assert [word for word in ("kim", "hemlig", "alex", "dold", "070-", "påminn") if word in kept] == []


def test_a_broken_event_is_told_with_its_line_and_the_good_ones_are_read() -> None:
    content = calendar_file(
        vevent("SUMMARY:Fel tid\nDTSTART:2027-03-10 09:00", uid="1"),
        vevent("SUMMARY:Fel dag\nDTSTART;VALUE=DATE:20270230", uid="2"),
        vevent("SUMMARY:Ingen tid", uid="3"),
        vevent("DTSTART:20270310T080000Z", uid="4"),
        vevent("SUMMARY:Okänd zon\nDTSTART;TZID=Nowhere:20270310T080000", uid="5"),
        vevent("SUMMARY:Fel regel\nDTSTART:20270310T080000Z\nRRULE:FREQ=OFTA", uid="6"),
        vevent(timed("Bra"), uid="7"),
        "BEGIN:VEVENT\nUID:8\nSUMMARY:Avbruten",
    )
    found = read_calendar(content, WINDOW)
    assert [event.title for event in found.events] == ["Bra"]
    assert found.left_out == (
        ("", Problem(Kind.UNENDED, 39)),
        ("Fel tid", Problem(Kind.BAD_TIME, 7, "2027-03-10 09:00")),
        ("Fel dag", Problem(Kind.BAD_TIME, 12, "20270230")),
        ("Ingen tid", Problem(Kind.NO_START, 14)),
        ("", Problem(Kind.NO_TITLE, 18)),
        ("Okänd zon", Problem(Kind.BAD_ZONE, 25, "Nowhere")),
        ("Fel regel", Problem(Kind.BAD_RULE, 31, "FREQ=OFTA")),
    )


def test_a_line_that_is_none_is_told_and_the_event_is_read() -> None:
    event = only(vevent(timed() + "\nDESCRIPTION:Första raden\nandra raden utan indrag"))
    assert (event.body, event.notes) == (
        "Första raden",
        (Problem(Kind.LINE_SKIPPED, 10, "andra raden utan indrag"),),
    )


def test_folds_inside_letters_and_escapes_are_mended() -> None:
    content = calendar_file(vevent(timed("Möte om våld\\, öppet")))
    whole = "SUMMARY:Möte om våld\\, öppet".encode()
    for place in range(1, len(whole)):
        folded = content.replace(whole, whole[:place] + b"\r\n " + whole[place:])
        assert read_calendar(folded, WINDOW).events[0].title == "Möte om våld, öppet"


def test_other_charsets_are_read_and_told() -> None:
    content = calendar_file(vevent(timed("Åtgärder för ökad jämställdhet")))
    latin = read_calendar(content.decode().encode("cp1252"), WINDOW)
    assert latin.events[0].title == "Åtgärder för ökad jämställdhet"
    assert latin.left_out == (("", Problem(Kind.OTHER_CHARSET)),)
    for charset in ("utf-8-sig", "utf-16"):
        assert (
            read_calendar(content.decode().encode(charset), WINDOW).events[0].title
            == "Åtgärder för ökad jämställdhet"
        )


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.EMPTY),
        (b"\r\n \r\n", Fault.EMPTY),
        (b"<!doctype html><title>Logga in</title>", Fault.NOT_A_CALENDAR),
        (b"\x00\x01\x02", Fault.NOT_A_CALENDAR),
        (calendar_file().replace(b"VERSION:2.0", b"VERSION:1.0"), Fault.OLD_FORMAT),
        (calendar_file(head="CALSCALE:JULIAN"), Fault.OTHER_CALENDAR),
        (b"BEGIN:VCALENDAR\r\n" + b"x" * (5 * 1024 * 1024), Fault.TOO_LARGE),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X\r\n" * 100_000, Fault.TOO_DEEP),
    ],
)
def test_what_is_no_calendar_is_said_to_be_none(content: bytes, fault: Fault) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_calendar(content, WINDOW)
    assert caught.value.fault is fault


def test_titles_of_all_kinds_are_read_exactly() -> None:
    title = "Komma, semikolon; omvänt \\ snedstreck, emoji 🎓 och עברית"
    escaped = title.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    assert only(vevent(timed(escaped))).title == title
    long = only(vevent(timed("å" * 5000)))
    assert (long.title, long.notes) == ("å" * 300, (Problem(Kind.CUT, 4),))


def test_an_event_without_a_uid_is_known_by_what_it_is() -> None:
    first, again = (only(vevent(timed()).replace("UID:ett@example.se\n", "")) for _ in range(2))
    other = only(vevent(timed(start="20270310T100000")).replace("UID:ett@example.se\n", ""))
    assert first.uid == again.uid != other.uid
    assert first.notes == (Problem(Kind.NO_UID, 4),)


def test_of_two_with_one_uid_the_newer_is_read_and_the_other_told() -> None:
    found = read(
        vevent(timed("Ny") + "\nSEQUENCE:2"), vevent(timed("Gammal", "20270311T090000", "20270311T100000"))
    )
    assert [event.title for event in found.events] == ["Ny"]
    assert found.left_out == (("Gammal", Problem(Kind.SAME_UID, 11)),)


def test_cancelled_private_and_tentative_are_told() -> None:
    assert only(vevent(timed() + "\nSTATUS:CANCELLED")).is_cancelled
    private = only(vevent(timed() + "\nCLASS:PRIVATE\nSTATUS:TENTATIVE"))
    assert private.is_private
    assert private.notes == (Problem(Kind.PRIVATE, 4), Problem(Kind.TENTATIVE, 4))
