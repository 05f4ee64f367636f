"""Invitations byte by byte: what a calendar acts on, made of the same entry as the feeds."""

from datetime import UTC, date, datetime
from typing import Any

import ics
import pytest
import vobject
from icalendar import Calendar

from eventsapp.rendering.calendar import (
    VTIMEZONE,
    EntryStatus,
    Invitation,
    InvitationMethod,
    can_be_invited,
    render_invitation,
)
from tests.rendering.entries import entry, lines, local, rendered

MADE = datetime(2026, 10, 1, 8, 0, 0, tzinfo=UTC)
ABOUT_THE_MESSAGE = ("DTSTAMP", "SEQUENCE", "METHOD", "ORGANIZER", "ATTENDEE")


def invitation(method: InvitationMethod = InvitationMethod.REQUEST, **changes: Any) -> Invitation:
    values: dict[str, Any] = {
        "method": method,
        "sequence": 5,
        "made_at": MADE,
        "organizer_name": 'Länsstyrelsen "Västerbotten", kurser',
        "organizer_email": "kurser@example.se",
        "attendee_email": "asa@umea.example.se",
    }
    return Invitation(**(values | changes))


def test_an_invitation_line_by_line() -> None:
    found = lines(render_invitation(entry(), invitation()))
    assert found[:6] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//eventsapp//Kalender 1//SV",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        "BEGIN:VTIMEZONE",
    ]
    assert found[found.index("BEGIN:VEVENT") :] == [
        "BEGIN:VEVENT",
        "SUMMARY:Utbildningsdag",
        "DTSTART;TZID=Europe/Stockholm:20261125T090000",
        "DTEND;TZID=Europe/Stockholm:20261125T153000",
        "DTSTAMP:20261001T080000Z",
        "UID:0f6b7a52-5d0f-4d2e-9a39-7a1f3b6f1c11",
        "SEQUENCE:5",
        "ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:asa@umea.example.se",
        "CREATED:20260102T030405Z",
        "LAST-MODIFIED:20260203T040506Z",
        "ORGANIZER;CN=\"Länsstyrelsen 'Västerbotten', kurser\":mailto:kurser@example.se",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_but_for_the_message_it_says_what_the_feed_says() -> None:
    one = entry(
        description="Rad ett;\nrad två, \\ tre", location="Sal Ö, Umeå", organizer_email="x@example.se"
    )
    feed, invited = (
        lines(rendered(one, name=None, refresh_hours=None)),
        lines(render_invitation(one, invitation())),
    )
    assert [line for line in invited if not line.startswith(ABOUT_THE_MESSAGE)] == [
        line for line in feed if not line.startswith(ABOUT_THE_MESSAGE)
    ]
    # Nor does an invitation change what is kept for the feeds.
    assert lines(rendered(one, name=None, refresh_hours=None)) == feed
    assert not any("ATTENDEE" in line or "METHOD" in line for line in feed)


def test_a_withdrawal_is_cancelled_without_saying_that_the_activity_is() -> None:
    (found,) = Calendar.from_ical(render_invitation(entry(), invitation(InvitationMethod.CANCEL))).walk(
        "VEVENT"
    )
    assert (found["STATUS"], found["TRANSP"], found["SUMMARY"]) == (
        "CANCELLED",
        "TRANSPARENT",
        "Utbildningsdag",
    )
    assert set(found["ATTENDEE"].params) == {"CUTYPE", "ROLE"}
    off = entry(status=EntryStatus.CANCELLED)
    (found,) = Calendar.from_ical(render_invitation(off, invitation(InvitationMethod.CANCEL))).walk("VEVENT")
    assert found["SUMMARY"] == "INSTÄLLT: Utbildningsdag"


@pytest.mark.parametrize("method", list(InvitationMethod))
def test_three_readers_read_the_same(method: InvitationMethod) -> None:
    one = entry(summary="Våld, hot; \\ och 🙂", description="å" * 200, location="Sal Ö, Umeå")
    content = render_invitation(one, invitation(method)).decode()
    (by_ics,) = ics.Calendar(content).events
    calendar = vobject.readOne(content)
    by_vobject = calendar.vevent
    (by_icalendar,) = Calendar.from_ical(content).walk("VEVENT")
    assert calendar.method.value == method
    assert by_ics.uid == by_vobject.uid.value == by_icalendar["UID"] == one.uid
    assert by_ics.name == by_vobject.summary.value == by_icalendar["SUMMARY"] == one.summary
    assert by_ics.begin.datetime == by_vobject.dtstart.value == by_icalendar["DTSTART"].dt == one.starts_at
    assert by_ics.status == by_vobject.status.value == by_icalendar["STATUS"]
    assert by_vobject.attendee.value == by_icalendar["ATTENDEE"] == "mailto:asa@umea.example.se"
    assert [attendee.email for attendee in by_ics.attendees] == ["asa@umea.example.se"]


def test_the_time_zone_is_there_where_it_is_used_and_no_reminder_is() -> None:
    timed = render_invitation(entry(), invitation())
    assert timed.count(VTIMEZONE) == 1 and b"VALARM" not in timed
    whole_days = entry(starts_on=date(2026, 11, 25), ends_on=date(2026, 11, 26))
    autumn = entry(starts_at=local(2026, 10, 25, 2, fold=1), ends_at=local(2026, 10, 25, 5))
    for one in (whole_days, autumn):
        assert b"TZID" not in render_invitation(one, invitation())


@pytest.mark.parametrize("name", ["organizer_email", "attendee_email"])
@pytest.mark.parametrize(
    "address",
    ["", "asa", "asa@umea.example.se\r\nX:1", '"asa,a"@umea.example.se', "asa@a.se,bo@b.se", "<asa@a.se>"],
)
def test_an_address_that_could_be_two_things_is_refused(name: str, address: str) -> None:
    assert not can_be_invited(address)
    with pytest.raises(ValueError, match=r"^an address that cannot stand in an invitation$"):
        render_invitation(entry(), invitation(**{name: address}))
