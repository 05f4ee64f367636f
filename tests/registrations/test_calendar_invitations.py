"""Invitations as they leave: sent through a mail server and read as a calendar reads them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from icalendar import Calendar
from icalendar import Event as Entry
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.events.facts import OccasionFacts, facts_of
from eventsapp.events.life_cycle import cancel_event
from eventsapp.events.models import Event, EventFormat, WaitingListRule
from eventsapp.events.operations import update_event
from eventsapp.events.queries import get_event_to_change
from eventsapp.outbox.delivery import deliver_due_letters
from eventsapp.outbox.models import Letter
from eventsapp.outbox.operations import resend_letter
from eventsapp.outbox.transport import SmtpTransport, parse_smtp_url
from eventsapp.participants.calendar_choice import choose_way
from eventsapp.participants.models import CalendarWay
from eventsapp.protection.locking import lock_record
from eventsapp.registrations.models import AttendanceMode, Registration, RegistrationStatus
from eventsapp.registrations.operations import (
    cancel_registration,
    register,
    register_by_staff,
    send_confirmation_again,
)
from eventsapp.registrations.reminders import remind_people_of
from eventsapp.rendering.calendar import VTIMEZONE
from eventsapp.self_service.date_moving import move_to_date
from eventsapp.self_service.handovers import accept_handover
from eventsapp.sign_up.address_correction import correct_address
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion, make_series
from tests.factories.registrations import make_handover, make_registration, make_submission
from tests.mailbox import Mailbox, text_of
from tests.registrations.steps import STAFF, cancel, loaded, person, sign_up, step

pytestmark = pytest.mark.usefixtures("app", "frozen_now")
ADDRESS = "asa.ahlstrom@umea.example.se"
Send = Callable[[], list[EmailMessage]]


@pytest.fixture
def send(app: Flask, mailbox: Mailbox) -> Send:
    """`send()` sends what waits, and answers what came since the last time."""

    def send() -> list[EmailMessage]:
        before = len(mailbox.letters)
        db.session.commit()
        transport = SmtpTransport(parse_smtp_url(mailbox.url), "kurser@example.se", "kurser.example.se")
        deliver_due_letters(transport, seconds=30)
        db.session.expire_all()
        return mailbox.letters[before:]

    return send


@dataclass(frozen=True)
class Message:
    """What a calendar makes of a letter: the method that its type and its content agree on, and the one entry."""

    method: str
    entry: Entry

    @property
    def number(self) -> int:
        return int(self.entry["SEQUENCE"])


def invitation_in(letter: EmailMessage) -> Message | None:
    """The invitation of a letter, with its form checked as a calendar does; None where there is none."""
    parts = [part for part in letter.walk() if part.get_content_type() == "text/calendar" and method_of(part)]
    if not parts:
        return None
    (part,) = parts
    mixed, alternatives = letter, letter.get_payload(0)
    assert mixed.get_content_type() == "multipart/mixed"
    assert isinstance(alternatives, EmailMessage)
    assert alternatives.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in alternatives.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    content = part.get_payload(decode=True)
    (file,) = [one for one in letter.iter_attachments() if one.get_content_type() == "application/ics"]
    assert isinstance(content, bytes)
    assert file.get_payload(decode=True) == content
    assert content.endswith(b"\r\n") and b"\n" not in content.replace(b"\r\n", b"")
    assert content.count(VTIMEZONE) == 1 and b"VALARM" not in content and len(content) < 100_000
    calendar = Calendar.from_ical(content)
    (entry,) = calendar.walk("VEVENT")
    assert str(calendar["METHOD"]) == method_of(part)
    assert part.get_content_charset() == "utf-8"
    assert entry["ORGANIZER"] == f"mailto:{letter['From'].addresses[0].addr_spec}"
    assert letter["Reply-To"].addresses[0].addr_spec == letter["From"].addresses[0].addr_spec
    assert not isinstance(entry["ATTENDEE"], list)
    assert entry["ATTENDEE"] == f"mailto:{letter['To'].addresses[0].addr_spec}"
    assert entry["DTSTAMP"].dt == now().replace(microsecond=0)
    return Message(method_of(part), entry)


def method_of(part: EmailMessage) -> str:
    return str(part.get_param("method", ""))


def the_invitation(letters: list[EmailMessage]) -> Message:
    (letter,) = letters
    found = invitation_in(letter)
    assert found is not None
    return found


def move(event: Event, **facts: object) -> None:
    """Change an event as its officer does, an hour later by default."""
    with step():
        found = get_event_to_change(event.id)
        as_it_is = facts_of(found)
        facts = facts or {"occasions": tuple(later(one) for one in as_it_is.occasions)}
        update_event(found, replace(as_it_is, **facts), actor=STAFF)


def later(occasion: OccasionFacts) -> OccasionFacts:
    hour = timedelta(hours=1)
    return replace(occasion, starts_at=occasion.starts_at + hour, ends_at=occasion.ends_at + hour)


def several() -> Event:
    first = swedish_today() + timedelta(days=30)
    return make_event(occasions=[make_occasion(first), make_occasion(first + timedelta(days=7))])


def test_one_uid_and_a_rising_number_from_sign_up_to_the_end(send: Send, frozen_now: FrozenClock) -> None:
    event = make_event(contact_email="jamstalldhet@example.se")
    uid = event.occasions[0].uid
    start = event.occasions[0].starts_at
    sign_up(event, email=ADDRESS)
    made = the_invitation(send())
    assert (made.method, made.entry["UID"], made.number) == ("REQUEST", uid, 0)
    assert made.entry["ATTENDEE"] == f"mailto:{ADDRESS}"
    assert made.entry["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert made.entry["ATTENDEE"].params["RSVP"] == "FALSE"
    assert made.entry["ORGANIZER"] == "mailto:kurser@example.se"
    assert made.entry["STATUS"] == "CONFIRMED"
    assert made.entry["DTSTART"].dt == start

    frozen_now.advance(hours=1)
    move(event)
    moved = the_invitation(send())
    assert (moved.method, moved.entry["UID"], moved.number) == ("REQUEST", uid, 1)
    assert moved.entry["DTSTART"].dt == start + timedelta(hours=1)

    frozen_now.advance(hours=1)
    move(event, venue="Väven")
    assert the_invitation(send()).number == 2

    frozen_now.advance(hours=1)
    cancel(db.session.scalars(select(Registration)).one())
    gone = the_invitation(send())
    assert (gone.method, gone.entry["UID"], gone.number) == ("CANCEL", uid, 3)
    assert gone.entry["STATUS"] == "CANCELLED"
    assert gone.entry["DTSTART"].dt == start + timedelta(hours=1)
    # The activity itself takes place.
    assert not str(gone.entry["SUMMARY"]).startswith("INSTÄLLT")
    assert str(gone.entry["DESCRIPTION"]).startswith("Du är inte längre anmäld.")


def test_one_who_signs_up_again_gets_a_number_above_that_of_the_withdrawal(send: Send) -> None:
    event = make_event()
    sign_up(event, email=ADDRESS)
    cancel(db.session.scalars(select(Registration)).one())
    first, withdrawn = (invitation_in(letter) for letter in send())
    sign_up(event, email=ADDRESS.upper())
    again = the_invitation(send())
    assert first and withdrawn
    assert [(one.method, one.number) for one in (first, withdrawn, again)] == [
        ("REQUEST", 0),
        ("CANCEL", 1),
        ("REQUEST", 2),
    ]
    assert again.entry["UID"] == first.entry["UID"]
    assert len(db.session.scalars(select(Registration)).all()) == 2
    sign_up(event, email="bo@umea.example.se")
    assert the_invitation(send()).number == 0


def test_the_number_is_never_below_that_of_the_occasion(send: Send) -> None:
    event = make_event(occasions=[make_occasion(sequence=7)])
    sign_up(event, email=ADDRESS)
    assert the_invitation(send()).number == 7
    send_confirmation_again(person(db.session.scalars(select(Registration)).one()), actor=STAFF)
    assert the_invitation(send()).number == 8


def test_an_activity_that_is_cancelled_is_taken_out_of_the_calendars(send: Send) -> None:
    event = make_event()
    sign_up(event, email=ADDRESS)
    make_registration(event, email="bo@umea.example.se")
    send()
    with step():
        cancel_event(get_event_to_change(event.id), "Föreläsaren är sjuk.", actor=STAFF)
    letters = {letter["To"].addresses[0].addr_spec: letter for letter in send()}
    withdrawn = invitation_in(letters[ADDRESS])
    assert withdrawn is not None
    assert (withdrawn.method, withdrawn.number) == ("CANCEL", 1)
    assert str(withdrawn.entry["SUMMARY"]).startswith("INSTÄLLT: ")
    assert "Inbjudan i din kalender tas bort med det här brevet." in text_of(letters[ADDRESS])
    # Who was never invited has nothing that could be withdrawn.
    assert invitation_in(letters["bo@umea.example.se"]) is None
    assert "Inbjudan" not in text_of(letters["bo@umea.example.se"])


def test_one_who_waits_is_told_in_words_alone_until_there_is_a_place(send: Send) -> None:
    event = make_event(capacity_total=1, waiting_list=WaitingListRule.AUTOMATIC)
    sign_up(event, email="bo@umea.example.se")
    sign_up(event, email=ADDRESS)
    invited, waits = send()
    assert invitation_in(invited) is not None
    assert [part.get_content_type() for part in waits.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
    ]
    move(event)
    assert sorted(invitation_in(letter) is not None for letter in send()) == [False, True]
    cancel(db.session.scalars(select(Registration).where(Registration.email != ADDRESS)).one())
    gone, raised, _to_the_officer = send()
    assert "En plats har blivit ledig, och den är din." in text_of(raised)
    in_gone, in_raised = invitation_in(gone), invitation_in(raised)
    assert in_gone and in_raised
    assert (in_gone.method, in_gone.number) == ("CANCEL", 2)
    assert (in_raised.method, in_raised.number) == ("REQUEST", 1)


def test_the_join_link_comes_with_the_way_of_taking_part(send: Send) -> None:
    event = make_event(format=EventFormat.HYBRID, join_url="https://video.example.se/rum/42")
    sign_up(event, email=ADDRESS, mode=AttendanceMode.ONLINE)
    assert the_invitation(send()).entry["CONFERENCE"] == "https://video.example.se/rum/42"
    move(event, join_url="https://video.example.se/rum/43")
    changed = the_invitation(send())
    assert changed.entry["CONFERENCE"] == "https://video.example.se/rum/43"
    assert changed.number == 1
    cancel(db.session.scalars(select(Registration)).one())
    assert b"video.example.se" not in the_invitation(send()).entry.to_ical()


def test_several_occasions_are_files_and_never_invitations(send: Send) -> None:
    event = several()
    uids = [occasion.uid for occasion in event.occasions]
    sign_up(event, email=ADDRESS)
    (letter,) = send()
    assert invitation_in(letter) is None
    assert letter["Reply-To"].addresses[0].addr_spec == "jamstalldhet@example.se"
    files = list(letter.iter_attachments())
    assert [part.get_filename() for part in files] == [f"{event.slug}-1.ics", f"{event.slug}-2.ics"]
    for part, uid in zip(files, uids, strict=True):
        assert part["Content-Type"].params.keys() == {"charset"}
        calendar = Calendar.from_ical(part.get_payload(decode=True))
        assert "METHOD" not in calendar
        assert [entry["UID"] for entry in calendar.walk("VEVENT")] == [uid]
    assert "http://localhost/min/kalendrar" in text_of(letter)
    cancel(db.session.scalars(select(Registration)).one())
    (gone,) = send()
    assert invitation_in(gone) is None
    assert "Ta bort aktiviteten ur din kalender om du har lagt in den." in text_of(gone)


def test_an_occasion_that_is_added_leaves_the_invitation_to_the_first(send: Send) -> None:
    event = make_event()
    first = event.occasions[0].uid
    sign_up(event, email=ADDRESS)
    send()
    known = facts_of(get_event_to_change(event.id)).occasions
    week = timedelta(days=7)
    added = replace(known[0], id=None, starts_at=known[0].starts_at + week, ends_at=known[0].ends_at + week)
    move(event, occasions=(*known, added))
    (letter,) = send()
    updated = invitation_in(letter)
    assert updated is not None
    assert (updated.method, updated.entry["UID"], updated.number) == ("REQUEST", first, 1)
    assert [part.get_filename() for part in letter.iter_attachments()] == [
        f"{event.slug}.ics",
        f"{event.slug}-2.ics",
    ]


def test_an_occasion_that_is_taken_away_is_withdrawn_by_a_letter_of_its_own(send: Send) -> None:
    event = make_event()
    first = event.occasions[0].uid
    sign_up(event, email=ADDRESS)
    send()
    (known,) = facts_of(get_event_to_change(event.id)).occasions
    move(event, occasions=(later(replace(known, id=None)),))
    withdrawing, moved = (invitation_in(letter) for letter in send())
    assert withdrawing and moved
    assert (withdrawing.method, withdrawing.entry["UID"], withdrawing.number) == ("CANCEL", first, 1)
    assert (moved.method, moved.number) == ("REQUEST", 2)
    assert moved.entry["UID"] not in ("", first)


def test_another_date_takes_the_first_one_out(send: Send) -> None:
    series = make_series()
    first = make_event(series_id=series.id)
    other = make_event(series_id=series.id, occasions=[make_occasion(swedish_today() + timedelta(days=60))])
    uids = [first.occasions[0].uid, other.occasions[0].uid]
    title = first.title_sv
    sign_up(first, email=ADDRESS)
    send()
    with step():
        here = person(db.session.scalars(select(Registration)).one())
        move_to_date(here, loaded(other), actor=Actor.participant(here.id))
    withdrawing, letter = send()
    gone, made = invitation_in(withdrawing), invitation_in(letter)
    assert gone and made
    assert (gone.method, gone.entry["UID"], gone.number) == ("CANCEL", uids[0], 1)
    assert (made.method, made.entry["UID"], made.number) == ("REQUEST", uids[1], 0)
    assert str(withdrawing["Subject"]) == f"Tas bort ur kalendern: {title}"
    assert "Ett eget brev tar bort det datumet ur din kalender." in text_of(letter)


def test_a_place_that_is_handed_over_goes_from_one_calendar_to_the_other(send: Send) -> None:
    event = make_event()
    sign_up(event, email=ADDRESS)
    send()
    here = person(db.session.scalars(select(Registration)).one())
    handover = make_handover(here, email="bo@umea.example.se")
    colleague = make_submission(event, name="Bo Berg", email="bo@umea.example.se")
    accept_handover(handover, colleague, actor=Actor.anonymous())
    found = {letter["To"].addresses[0].addr_spec: invitation_in(letter) for letter in send()}
    assert {to: (one.method, one.number) for to, one in found.items() if one} == {
        ADDRESS: ("CANCEL", 1),
        "bo@umea.example.se": ("REQUEST", 0),
    }


@pytest.mark.parametrize("way", [CalendarWay.SUBSCRIPTION, CalendarWay.NEITHER])
def test_one_who_has_chosen_another_way_gets_words_alone(send: Send, way: CalendarWay) -> None:
    choose_way(email_key(ADDRESS), way)
    one, more = make_event(), several()
    for event in (one, more):
        sign_up(event, email=ADDRESS)
    move(one)
    cancel(db.session.scalars(select(Registration).where(Registration.event_id == one.id)).one())
    letters = send()
    assert len(letters) == 4
    for letter in letters:
        assert letter.get_content_type() == "multipart/alternative"
        assert "kalender" not in text_of(letter).replace("Ta bort aktiviteten ur din kalender", "")


def test_what_is_in_a_calendar_is_kept_right_whatever_is_chosen_later(send: Send) -> None:
    event = make_event()
    sign_up(event, email=ADDRESS)
    send()
    choose_way(email_key(ADDRESS), CalendarWay.SUBSCRIPTION)
    move(event)
    assert the_invitation(send()).number == 1
    cancel(db.session.scalars(select(Registration)).one())
    assert the_invitation(send()).method == "CANCEL"
    sign_up(event, email=ADDRESS)
    (letter,) = send()
    assert invitation_in(letter) is None


def test_a_reminder_does_not_send_again_what_the_calendar_has(send: Send, frozen_now: FrozenClock) -> None:
    event = make_event()
    sign_up(event, email=ADDRESS)
    make_registration(event, email="bo@umea.example.se")
    send()
    frozen_now.advance(days=27)
    assert remind_people_of(event.id, now()) == 2
    found = {letter["To"].addresses[0].addr_spec: invitation_in(letter) for letter in send()}
    assert found[ADDRESS] is None
    late = found["bo@umea.example.se"]
    assert late is not None and (late.method, late.number) == ("REQUEST", 0)


def test_a_letter_that_is_sent_again_says_the_same_to_the_calendar(
    send: Send, frozen_now: FrozenClock
) -> None:
    event = make_event()
    sign_up(event, email=ADDRESS)
    (first,) = send()
    letter = db.session.scalars(select(Letter).options(selectinload(Letter.attachments))).one()
    resend_letter(letter, actor=STAFF)
    frozen_now.advance(hours=3)
    (again,) = send()
    assert again["Message-ID"] != first["Message-ID"]
    assert again["Date"].datetime - first["Date"].datetime == timedelta(hours=3)
    assert parts_of(again) == parts_of(first)
    registration = db.session.scalars(select(Registration)).one()
    assert (registration.invitation_sequence, registration.is_invited) == (0, True)


def parts_of(letter: EmailMessage) -> list[tuple[str, object]]:
    """The parts of a letter but for its texts, which hold new personal links."""
    return [
        (str(part["Content-Type"]), part.get_payload(decode=True))
        for part in letter.walk()
        if part.get_content_type() in ("text/calendar", "application/ics")
    ]


def test_an_address_that_cannot_stand_in_an_invitation_gets_the_file(send: Send) -> None:
    event = make_event()
    make_registration(event, email='"asa,a"@umea.example.se', status=RegistrationStatus.CONFIRMED)
    with step():
        send_confirmation_again(person(db.session.scalars(select(Registration)).one()), actor=STAFF)
    (letter,) = send()
    assert invitation_in(letter) is None
    assert [part.get_filename() for part in letter.iter_attachments()] == [f"{event.slug}-1.ics"]


def test_staff_who_tell_nobody_leave_the_number_alone(send: Send) -> None:
    event = make_event()
    sign_up(event, email=ADDRESS)
    send()
    cancel_registration(person(db.session.scalars(select(Registration)).one()), actor=STAFF, tell=False)
    assert send() == []
    register(loaded(event), make_submission(event, email=ADDRESS), actor=Actor.anonymous())
    assert the_invitation(send()).number == 1


def test_an_address_that_is_put_right_is_invited_and_the_wrong_one_forgotten(send: Send) -> None:
    event = make_event()
    receipt = sign_up(event, email="asa.ahlstrom@umea.example.com").receipt
    assert receipt is not None
    send()
    correct_address(loaded(event), receipt, ADDRESS, actor=Actor.anonymous())
    (letter,) = send()
    made = invitation_in(letter)
    assert made is not None
    assert (made.method, made.number, made.entry["ATTENDEE"]) == ("REQUEST", 1, f"mailto:{ADDRESS}")
    assert "Brevet är också en kalenderinbjudan" in text_of(letter)


def test_one_who_is_added_afterwards_is_not_invited_to_what_has_been(
    send: Send, frozen_now: FrozenClock
) -> None:
    event = make_event()
    frozen_now.advance(days=31)
    register_by_staff(
        loaded(event), make_submission(event, email=ADDRESS), overbook=False, tell=True, actor=STAFF
    )
    (letter,) = send()
    assert invitation_in(letter) is None
    assert list(letter.iter_attachments()) == []


def test_a_locked_record_is_told_nothing_more(send: Send) -> None:
    event = make_event()
    sign_up(event, email=ADDRESS)
    send()
    here = person(db.session.scalars(select(Registration)).one())
    lock_record(here.event, here, seal_organisation=False, actor=STAFF)
    move(event)
    assert send() == []
    assert not db.session.scalars(select(Registration.is_invited)).one()
