""" "Fel adress?": the form's sender puts the address right."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.events.models import Event
from eventsapp.outbox.models import Letter
from eventsapp.places.operations import PoolFull
from eventsapp.places.queries import pools_of
from eventsapp.registrations import queries
from eventsapp.registrations.models import Registration, RegistrationStatus, SignUpReceipt
from eventsapp.registrations.operations import register
from eventsapp.registrations.personal_links import may_receive, mint_links
from eventsapp.sign_up.address_correction import correct_address
from tests.factories.events import make_event
from tests.factories.registrations import make_registration, make_submission

WRONG = "asa@umae.example.se"
RIGHT = "asa@umea.example.se"
NONCE = "n" * 32


def sign_up(event: Event, email: str = WRONG, **answers) -> None:
    db.session.commit()
    event = queries.get_event_in_letters(event.id)
    register(event, make_submission(event, email=email, nonce=NONCE, **answers), actor=Actor.anonymous())
    db.session.commit()


def correct(event: Event, email: str = RIGHT) -> None:
    db.session.commit()
    event = queries.get_event_in_letters(event.id)
    receipt = queries.find_receipt(event.id, NONCE)
    assert receipt is not None
    correct_address(event, receipt, email, actor=Actor.anonymous())
    db.session.commit()


def letters() -> list[tuple[str, str]]:
    return [
        (letter.kind, letter.recipient) for letter in db.session.scalars(select(Letter).order_by(Letter.id))
    ]


def registrations() -> list[tuple[str, str]]:
    found = db.session.scalars(select(Registration).order_by(Registration.id))
    return [(registration.email, registration.status.value) for registration in found]


def receipt() -> SignUpReceipt:
    return db.session.scalars(select(SignUpReceipt)).one()


def taken(event: Event) -> int:
    return pools_of("event", event.id)[0].taken


def test_the_address_of_a_new_registration_is_changed_and_its_old_links_die(app) -> None:
    event = make_event()
    sign_up(event)
    registration_id = db.session.scalars(select(Registration.id)).one()
    old_token = mint_links(registration_id, "confirmed")["show"].rsplit("/", 1)[1]
    correct(event)
    assert registrations() == [(RIGHT, "confirmed")]
    assert letters() == [("confirmed", WRONG), ("confirmed", RIGHT)]
    assert queries.find_by_token(old_token) is None
    assert not may_receive(registration_id, WRONG)
    assert may_receive(registration_id, RIGHT)
    registration = db.session.get(Registration, registration_id)
    assert registration is not None
    assert registration.email_key == RIGHT
    assert RIGHT in registration.search_text and WRONG not in registration.search_text
    assert queries.submission_of(receipt()).email == RIGHT
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "registration.address_corrected")
    ).one()
    assert entry.changes == {"email": None}
    assert taken(event) == 1


def test_an_address_is_corrected_three_times(app) -> None:
    event = make_event()
    sign_up(event)
    for number in range(3):
        correct(event, f"person{number}@umea.example.se")
    with pytest.raises(Conflict):
        correct(event, RIGHT)
    assert registrations() == [("person2@umea.example.se", "confirmed")]


def test_the_same_address_again_is_no_correction(app) -> None:
    event = make_event()
    sign_up(event)
    with pytest.raises(DomainError) as refusal:
        correct(event, WRONG.upper())
    assert (refusal.value.field, refusal.value.message) == ("email", "Det är samma adress som förut.")
    assert receipt().corrections == 0


def test_once_the_link_was_used_the_address_stands(app) -> None:
    event = make_event()
    sign_up(event)
    registration = db.session.scalars(select(Registration)).one()
    registration.link_opened_at = now()
    with pytest.raises(Conflict):
        correct(event)
    assert registrations() == [(WRONG, "confirmed")]


def test_a_form_whose_address_was_registered_before_makes_its_registration_now(app) -> None:
    event = make_event(asks_food=True)
    make_registration(event, email=WRONG, name="En Annan")
    sign_up(event, name="Åsa Ahlström", food="vegan")
    correct(event)
    assert registrations() == [(WRONG, "confirmed"), (RIGHT, "confirmed")]
    made = db.session.scalars(select(Registration).where(Registration.email == RIGHT)).one()
    assert made.name == "Åsa Ahlström"
    assert queries.answers_of(made.id).food == "vegan"
    assert receipt().registration_id == made.id
    assert letters() == [("already_registered", WRONG), ("confirmed", RIGHT)]
    assert taken(event) == 2
    # From now on it is corrected like any other.
    correct(event, "asa2@umea.example.se")
    assert registrations() == [(WRONG, "confirmed"), ("asa2@umea.example.se", "confirmed")]


def test_after_the_last_day_a_form_that_was_sent_in_time_still_makes_its_registration(app) -> None:
    event = make_event()
    make_registration(event, email=WRONG)
    sign_up(event)
    event.registration_closes_on = swedish_today(now()) - timedelta(days=1)
    correct(event)
    assert registrations() == [(WRONG, "confirmed"), (RIGHT, "confirmed")]


def test_where_the_right_address_is_registered_the_wrong_one_gives_its_place_back(app) -> None:
    event = make_event()
    make_registration(event, email=RIGHT)
    sign_up(event)
    wrong = db.session.scalars(select(Registration).where(Registration.email == WRONG)).one()
    token = mint_links(wrong.id, "confirmed")["show"].rsplit("/", 1)[1]
    correct(event)
    assert registrations() == [(RIGHT, "confirmed"), (WRONG, "cancelled")]
    assert letters() == [("confirmed", WRONG), ("already_registered", RIGHT)]
    assert queries.find_by_token(token) is None
    assert receipt().registration_id is None
    assert taken(event) == 1
    # And the form can still be led to a third address.
    correct(event, "asa2@umea.example.se")
    assert registrations()[-1] == ("asa2@umea.example.se", "confirmed")


def test_both_addresses_registered_before_is_told_to_both(app) -> None:
    event = make_event()
    make_registration(event, email=WRONG)
    make_registration(event, email=RIGHT)
    sign_up(event)
    correct(event)
    assert letters() == [("already_registered", WRONG), ("already_registered", RIGHT)]
    assert registrations() == [(WRONG, "confirmed"), (RIGHT, "confirmed")]


def test_a_form_that_makes_its_registration_late_may_meet_a_full_house(app) -> None:
    event = make_event(capacity_total=2)
    make_registration(event, email=WRONG)
    sign_up(event)
    make_registration(event)
    with pytest.raises(PoolFull):
        correct(event)
    db.session.commit()
    assert receipt().corrections == 0
    assert receipt().registration_id is None
    assert [status for _, status in registrations()] == [RegistrationStatus.CONFIRMED.value] * 2
