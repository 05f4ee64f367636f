"""Our feeds byte by byte: lines, folds, escapes, components, and the one time zone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from eventsapp.accounts.calendars import open_staff_calendar
from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.participants.calendars import open_calendar
from eventsapp.rendering.calendar import Invitation, InvitationMethod, render_invitation
from tests.conftest import FrozenClock
from tests.factories.accounts import make_user
from tests.factories.registrations import make_registration
from tests.feeds.grammar import NotACalendar, require_calendar
from tests.feeds.occasions import HIDDEN, PUBLIC
from tests.feeds.readers import Reader, read_alike
from tests.page_client import PageClient
from tests.rendering.entries import entry, rendered

ADDRESS = "asa.ahlstrom@umea.example.se"
JOIN = "https://meet.example.se/abc?a=1,2;b=%C3%A5"


def test_every_feed_keeps_to_the_grammar(client: PageClient, frozen_now: FrozenClock) -> None:
    officer = make_user()
    slugs = []
    for case in PUBLIC.values():
        event = case.make(join_url=JOIN, responsible_id=officer.id, registration_closes_on=date(2026, 10, 20))
        make_registration(event, email=ADDRESS)
        slugs.append(event.slug)
    for case in HIDDEN.values():
        case.make()
    own = open_calendar(email_key(ADDRESS), "Telefonen", "sv")
    staff = open_staff_calendar(officer, "Outlook", "own", "en")
    db.session.commit()
    occasions = sum(len(case.shown) for case in PUBLIC.values())
    numbers = {
        "/kalender.ics": occasions + 2,
        "/en/calendar.ics": occasions + 2,
        "/kalender.ics?q=,;%5C&typ=konferens": 0,
        "/kalender/anmalan.ics": len(PUBLIC),
        f"/kalender/min/{own}.ics": occasions,
        f"/kalender/personal/{staff}.ics": occasions,
    }
    assert {path: len(require_calendar(client.get(path).data)) for path in numbers} == numbers
    for slug in slugs:
        file = require_calendar(client.get(f"/aktiviteter/{slug}.ics").data)
        feed = require_calendar(client.get(f"/aktiviteter/{slug}/kalender.ics").data)
        assert file == feed != []


@pytest.mark.parametrize("method", InvitationMethod)
def test_an_invitation_keeps_to_the_grammar_and_is_read_as_the_feed_is(
    readers: dict[str, Reader], method: InvitationMethod
) -> None:
    occasion = entry(
        summary="Våld, hedern; och \\ lagen",
        description="Anslut:\n" + JOIN,
        location="Sal Ö, Växjö",
        conference_url=JOIN,
        categories=("Utbildningsdag",),
    )
    invitation = Invitation(
        method=method,
        sequence=5,
        made_at=datetime(2026, 10, 1, 8, tzinfo=UTC),
        organizer_name='Länsstyrelsen "Väst"; kurser, m.m.',
        organizer_email="kurser@example.se",
        attendee_email=ADDRESS,
    )
    content = render_invitation(occasion, invitation)
    require_calendar(content, method)
    ((uid, read),) = read_alike(content, readers).items()
    ((feed_uid, in_feed),) = read_alike(rendered(occasion), readers).items()
    assert uid == feed_uid
    status = "CANCELLED" if method is InvitationMethod.CANCEL else "CONFIRMED"
    assert read == replace(in_feed, status=status, sequence=5, organizer="mailto:kurser@example.se")


def right(**changes: object) -> bytes:
    return rendered(
        entry(description="Ett, två; tre\nfyra \\ fem", location="Sal Ö, 漢" * 9, **changes), name="Ö" * 60
    )


WRONG = {
    "a byte order mark": (b"BEGIN:VCALENDAR", b"\xef\xbb\xbfBEGIN:VCALENDAR"),
    "a line end of Unix": (b"\r\nDTSTAMP", b"\nDTSTAMP"),
    "a line end within a line": (b"SEQUENCE:2", b"SEQUENCE:2\r"),
    "an empty line": (b"\r\nDTSTAMP", b"\r\n\r\nDTSTAMP"),
    "no end": (b"END:VCALENDAR\r\n", b"END:VCALENDAR"),
    "76 octets": (b"SUMMARY:Utbildningsdag", b"SUMMARY:" + b"x" * 68),
    "a fold inside a character": ("Ö\r\n ".encode(), "Ö".encode()[:1] + b"\r\n " + "Ö".encode()[1:]),
    "a bare comma": (b"Ett\\, ", b"Ett, "),
    "a bare semicolon": ("två\\; ".encode(), "två; ".encode()),
    "a lone backslash": (b"fyra \\\\ fem", b"fyra \\ fem"),
    "an escape that is none": (b"tre\\nfyra", b"tre\\tfyra"),
    "a control character": (b"fyra", b"fy\x07ra"),
    "a method": (b"CALSCALE:GREGORIAN", b"METHOD:PUBLISH"),
    "a time zone too many": (
        b"BEGIN:VEVENT",
        rendered()[rendered().index(b"BEGIN:VTIMEZONE") : -15] + b"BEGIN:VEVENT",
    ),
    "an unknown time zone": (b"DTSTART;TZID=Europe/Stockholm", b"DTSTART;TZID=Europe/Oslo"),
    "a floating time": (b"DTSTART;TZID=Europe/Stockholm:", b"DTSTART:"),
    "an end before the start": (b"DTEND;TZID=Europe/Stockholm:2026", b"DTEND;TZID=Europe/Stockholm:2025"),
    "an American spelling": (b"STATUS:CONFIRMED", b"STATUS:CANCELED"),
    "no number": (b"SEQUENCE:2\r\n", b""),
    "one who takes part": (b"SEQUENCE:2", b"SEQUENCE:2\r\nATTENDEE:mailto:asa@example.se"),
    "an alarm": (b"END:VEVENT", b"BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT"),
    "an empty value": (b"SUMMARY:Utbildningsdag", b"SUMMARY:"),
    "an event that is not ended": (b"END:VEVENT\r\n", b""),
}


@pytest.mark.parametrize(("part", "spoiled"), WRONG.values(), ids=WRONG.keys())
def test_the_grammar_finds_what_is_wrong(part: bytes, spoiled: bytes) -> None:
    assert len(require_calendar(right())) == 1
    assert right().count(part) >= 1
    with pytest.raises(NotACalendar):
        require_calendar(right().replace(part, spoiled, 1))


def test_every_reader_sees_the_moments_of_the_coming_years(readers: dict[str, Reader]) -> None:
    """Those around each change of the clocks, as zoneinfo knows them, and one in each season.

    Until 2037, where the tables end that ics has its zones from (dateutil's); the others go on.
    """
    moments = []
    for year in range(2026, 2038):
        for month in (3, 10):
            last_day = datetime(year, month, 31, tzinfo=UTC)
            change = last_day - timedelta(days=(last_day.weekday() + 1) % 7) + timedelta(hours=1)
            moments += [change + timedelta(minutes=minutes) for minutes in (-60, -1, 0, 59, 60)]
        moments += [datetime(year, month, 15, 8, tzinfo=UTC) for month in (1, 7)]
    entries = [
        entry(uid=f"{moment:%Y%m%d%H%M}", starts_at=moment, ends_at=moment + timedelta(minutes=30))
        for moment in moments
    ]
    found = read_alike(rendered(*entries), readers)
    assert {uid: (one.starts, one.ends) for uid, one in found.items()} == {
        one.uid: (one.starts_at, one.ends_at) for one in entries
    }
