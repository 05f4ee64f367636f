"""Everybody is told when the activity is off or moved."""

from datetime import timedelta

from sqlalchemy import select

from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.events.models import Event, EventState
from eventsapp.events.signals import event_cancelled
from eventsapp.outbox.models import Letter, LetterAttachment
from eventsapp.registrations.event_changes import tell_of_cancelled_event, tell_of_moved_event
from eventsapp.registrations.models import Registration, RegistrationStatus
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_registration

STAFF = Actor.user(7, "Karin Öberg")


def letters(kind: str) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def cancelled_event(**facts) -> Event:
    return make_event(cancel_reason="Föreläsaren är sjuk.", **facts)


def test_everyone_who_is_confirmed_and_has_an_address_is_told_with_the_reason(app) -> None:
    event = cancelled_event()
    make_registration(event, email="asa@umea.example.se")
    make_registration(event, email="john@umea.example.se", language="en")
    make_registration(event, email="")
    make_registration(event, status=RegistrationStatus.CANCELLED)
    make_registration(make_event())
    db.session.commit()
    event = db.session.get_one(Event, event.id)
    event.state, event.cancelled_at = EventState.CANCELLED, now()
    assert tell_of_cancelled_event(event, STAFF) == 2
    db.session.commit()
    swedish, english = letters("event_cancelled")
    assert (swedish.recipient, swedish.language) == ("asa@umea.example.se", "sv")
    assert (english.recipient, english.language) == ("john@umea.example.se", "en")
    assert "Utbildningsdagen är inställd." in swedish.body_text
    assert "Föreläsaren är sjuk." in swedish.body_text
    assert "[[link:" not in swedish.body_text + swedish.body_html
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_name, entry.changes) == (
        "registrations.told",
        "Karin Öberg",
        {"letters": ["", "2"]},
    )


def test_nobody_to_tell_leaves_no_trace(app) -> None:
    event = cancelled_event(state=EventState.CANCELLED)
    assert tell_of_cancelled_event(event, STAFF) == 0
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_the_signal_of_a_cancelled_event_reaches_the_participants(app) -> None:
    event = cancelled_event(state=EventState.CANCELLED)
    make_registration(event)
    event_cancelled.send(event, actor=STAFF)
    assert len(letters("event_cancelled")) == 1


def test_a_moved_event_is_told_with_its_new_time_and_file(app) -> None:
    event = make_event(venue="Väven", address="Storgatan 46")
    make_registration(event)
    db.session.commit()
    event = db.session.get_one(Event, event.id)
    event.moved_at = now()
    assert tell_of_moved_event(event, STAFF) == 1
    (letter,) = letters("event_moved")
    assert "Var: Väven, Storgatan 46, Umeå" in letter.body_text
    attachment = db.session.scalars(select(LetterAttachment)).one()
    assert attachment.filename == f"{event.slug}.ics"
    assert b"Storgatan 46" in attachment.content


def test_one_who_was_reminded_of_the_old_day_is_reminded_of_a_far_new_one(app) -> None:
    far, near = make_event(), make_event(occasions=[make_occasion(swedish_today(now()) + timedelta(days=2))])
    for event in (far, near):
        registration = make_registration(event)
        registration.reminded_at = now()
        db.session.commit()
        tell_of_moved_event(db.session.get_one(Event, event.id), STAFF)
        db.session.commit()
    reminded = db.session.execute(
        select(Registration.event_id).where(Registration.reminded_at.is_not(None))
    ).scalars()
    assert reminded.all() == [near.id]


def test_a_thousand_people_are_told_in_a_few_statements(app, queries) -> None:
    event = make_event(capacity_total=None, state=EventState.CANCELLED, cancel_reason="Snöstorm.")
    event_id = event.id
    moment = now() - timedelta(days=2)
    db.session.add_all(
        Registration(
            event_id=event_id,
            mode="onsite",
            name=f"Person {number}",
            email=f"person{number}@umea.example.se",
            email_key=f"person{number}@umea.example.se",
            organisation_name="Umeå kommun",
            registered_at=moment,
            changed_at=moment,
            sort_key=f"person {number}",
            search_text=f"person {number}",
        )
        for number in range(1000)
    )
    db.session.commit()
    event = db.session.get_one(Event, event_id)
    with queries() as statements:
        assert tell_of_cancelled_event(event, STAFF) == 1000
        db.session.commit()
    assert len(statements) <= 12
    assert len(letters("event_cancelled")) == 1000


def test_those_who_wait_are_told_in_words_of_their_own_and_without_a_ticket(app) -> None:
    event = make_event(cancel_reason="Snöstorm.", capacity_total=9)
    for status in (RegistrationStatus.WAITING, RegistrationStatus.OFFERED, RegistrationStatus.APPLIED):
        make_registration(event, status=status)
    make_registration(event, status=RegistrationStatus.DECLINED)
    db.session.commit()
    event = db.session.get_one(Event, event.id)
    assert tell_of_moved_event(event, STAFF) == 3
    waiting, offered, applied = letters("event_moved")
    assert "Du står kvar på reservlistan." in waiting.body_text
    assert "Du har ett erbjudande om en plats. Det gäller lika länge som förut." in offered.body_text
    assert "Din ansökan gäller fortfarande." in applied.body_text
    for letter in (waiting, offered, applied):
        assert "biljett" not in letter.body_text + letter.body_html
        assert "[[link:show]]" in letter.body_text and "[[link:show]]" in letter.body_html
        assert "[[link:change]]" not in letter.body_text
    assert db.session.scalars(select(LetterAttachment)).all() == []
    event.state = EventState.CANCELLED
    assert tell_of_cancelled_event(event, STAFF) == 3
    waiting, offered, applied = letters("event_cancelled")
    assert "Du stod på reservlistan. Den är stängd nu." in waiting.body_text
    assert "Du hade ett erbjudande om en plats." in offered.body_html
    assert "Du hade sökt en plats. Ansökan är avslutad." in applied.body_text


def test_the_officer_s_words_take_the_place_of_the_usual_ones_in_each_language(app) -> None:
    event = make_event()
    make_registration(event)
    make_registration(event, language="en")
    db.session.commit()
    event = db.session.get_one(Event, event.id)
    tell_of_moved_event(event, STAFF, message={"sv": "Första raden\nandra <b>raden</b>\n\nNytt stycke"})
    swedish, english = letters("event_moved")
    assert "Första raden\nandra <b>raden</b>\n\nNytt stycke\n\n" in swedish.body_text
    assert "Första raden<br>andra &lt;b&gt;raden&lt;/b&gt;</p>" in swedish.body_html
    assert ">Nytt stycke</p>" in swedish.body_html
    assert "Tiden eller platsen har ändrats." not in swedish.body_text
    assert "Nytt stycke" not in english.body_text
