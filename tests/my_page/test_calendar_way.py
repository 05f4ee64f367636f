"""One way into the calendar at a time: the page where it is chosen, and what comes of it."""

import pytest
from sqlalchemy import select

from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.outbox.models import Letter, LetterAttachment
from eventsapp.participants.calendar_choice import choose_way, chosen_way
from eventsapp.participants.models import CalendarChoice, CalendarWay
from eventsapp.protection.locking import lock_record
from eventsapp.registrations.models import Registration
from eventsapp.registrations.operations import register
from eventsapp.registrations.queries import find_with_event, get_event_in_letters
from tests.conftest import FrozenClock
from tests.factories.events import make_event
from tests.factories.participants import let_in
from tests.factories.registrations import make_registration, make_submission
from tests.page_client import PageClient

ADDRESS = "asa.ahlstrom@umea.example.se"
KEY = email_key(ADDRESS)
INVITATION = "Inbjudan i brevet. Varje nytt brev ändrar det som står i kalendern."
SUBSCRIPTION = "Prenumeration. Kalendern hämtar det som är nytt, ibland först efter ett dygn."
NEITHER = "Ingetdera. Jag skriver in det själv."
WITHDRAW = "Ta bort inbjudningarna som redan finns i min kalender"
pytestmark = pytest.mark.usefixtures("frozen_now")


def way() -> CalendarWay:
    db.session.expire_all()
    return chosen_way(KEY)


def invited() -> Registration:
    """One who has signed up, and so has an invitation."""
    event = make_event()
    db.session.commit()
    found = register(
        get_event_in_letters(event.id), make_submission(event, email=ADDRESS), actor=Actor.anonymous()
    )
    db.session.commit()
    assert found.registration is not None
    return found.registration


def letters() -> list[str]:
    kinds = select(Letter.kind).where(Letter.subject_kind == "registration").order_by(Letter.id)
    return list(db.session.scalars(kinds))


def test_the_invitation_holds_until_something_else_is_chosen(client: PageClient) -> None:
    let_in(client, ADDRESS)
    page = client.get_page("/min/kalendrar/val")
    assert page.heading == "Inbjudan eller prenumeration"
    assert [box["value"] for box in page.all("input[name=way][checked]")] == ["invitation"]
    page = page.submit({"way": NEITHER}, button="Spara valet")
    assert page.messages == ["Ditt val gäller nya anmälningar."]
    assert NEITHER in page.text
    assert way() is CalendarWay.NEITHER
    assert chosen_way(email_key("bo@umea.example.se")) is CalendarWay.INVITATION
    client.get_page("/min/kalendrar/val").submit({"way": INVITATION}, button="Spara valet")
    assert way() is CalendarWay.INVITATION
    assert len(db.session.scalars(select(CalendarChoice)).all()) == 1


def test_a_way_that_does_not_exist_is_refused(client: PageClient) -> None:
    let_in(client, ADDRESS)
    data = {"way": "duva", "csrf_token": client.csrf_token("/min/kalendrar/val")}
    page = client.post_page("/min/kalendrar/val", data, status=400)
    assert page.problems == ["Välj ett av alternativen."]
    assert way() is CalendarWay.INVITATION


def test_what_is_in_the_calendar_stays_unless_it_is_asked_for(client: PageClient) -> None:
    registration = invited()
    let_in(client, ADDRESS)
    client.get_page("/min/kalendrar/val").submit({"way": SUBSCRIPTION}, button="Spara valet")
    assert letters() == ["confirmed"]
    db.session.refresh(registration)
    assert registration.is_invited
    page = client.get_page("/min/kalendrar/val").submit(
        {"way": SUBSCRIPTION, WITHDRAW: True}, button="Spara valet"
    )
    assert page.messages == [
        "Ditt val gäller nya anmälningar. Du får ett brev som tar bort en inbjudan ur din kalender."
    ]
    assert letters() == ["confirmed", "calendar_withdrawn"]
    file = db.session.scalars(select(LetterAttachment).order_by(LetterAttachment.id)).all()[-1]
    assert file.content_type.endswith("method=CANCEL")
    assert b"SEQUENCE:1\r\n" in file.content
    client.get_page("/min/kalendrar/val").submit({"way": NEITHER, WITHDRAW: True}, button="Spara valet")
    assert letters() == ["confirmed", "calendar_withdrawn"]


def test_the_invitations_of_others_and_of_what_is_over_stay(
    client: PageClient, frozen_now: FrozenClock
) -> None:
    invited()
    frozen_now.advance(days=40)
    other = make_registration(make_event(), email="bo@umea.example.se")
    other.is_invited, other.invitation_uid, other.invitation_sequence = True, "a-uid", 0
    let_in(client, ADDRESS)
    client.get_page("/min/kalendrar/val").submit({"way": NEITHER, WITHDRAW: True}, button="Spara valet")
    assert letters() == ["confirmed"]


@pytest.mark.parametrize(("instead", "chosen"), [(True, "subscription"), (False, "invitation")])
def test_a_subscription_is_offered_as_the_only_way(client: PageClient, instead: bool, chosen: str) -> None:
    let_in(client, ADDRESS)
    page = client.get_page("/min/kalendrar")
    page.submit(
        {"Vad ska den heta?": "Telefonen", "Skicka inga fler kalenderinbjudningar i breven": instead},
        button="Skapa adressen",
    )
    assert way().value == chosen


def test_one_who_has_chosen_is_not_asked_again_with_each_subscription(client: PageClient) -> None:
    choose_way(KEY, CalendarWay.NEITHER)
    let_in(client, ADDRESS)
    page = client.get_page("/min/kalendrar")
    assert "Skicka inga fler" not in page.text
    page.submit({"Vad ska den heta?": "Telefonen"}, button="Skapa adressen")
    assert way() is CalendarWay.NEITHER


def test_one_who_is_not_let_in_goes_to_the_door(client: PageClient) -> None:
    assert client.get("/min/kalendrar/val").headers["Location"] == "/min"


def test_the_choice_goes_with_the_rest_of_a_person_whose_record_is_locked(client: PageClient) -> None:
    registration = invited()
    choose_way(KEY, CalendarWay.SUBSCRIPTION)
    db.session.commit()
    found = find_with_event(registration.id)
    assert found is not None
    lock_record(found.event, found, seal_organisation=False, actor=Actor.user(7, "Karin Öberg"))
    db.session.commit()
    assert db.session.scalars(select(CalendarChoice)).all() == []
