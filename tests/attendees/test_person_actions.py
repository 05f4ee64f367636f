"""What the page of one person lets staff do, by the person's state."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from eventsapp.accounts.models import Reach, User
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Admission, Event, WaitingListRule
from eventsapp.outbox.models import Letter
from eventsapp.registrations.models import Registration, RegistrationStatus
from tests.conftest import FrozenClock
from tests.factories.events import make_event
from tests.factories.registrations import make_registration
from tests.page_client import Page, PageClient


@pytest.fixture(autouse=True)
def officer(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


def event_with_list(**facts: object) -> Event:
    return make_event(**({"capacity_total": 2, "waiting_list": WaitingListRule.OFFER} | facts))


def page_of(client: PageClient, registration: Registration) -> Page:
    return client.get_page(f"/personal/aktiviteter/{registration.event_id}/deltagare/{registration.id}")


@pytest.mark.parametrize(
    ("status", "actions"),
    [
        ("confirmed", ["Ändra uppgifterna", "Skicka bekräftelsen igen", "Avanmäl"]),
        ("applied", ["Godkänn", "Avslå", "Ändra uppgifterna", "Skicka brevet igen", "Avanmäl"]),
        (
            "waiting",
            [
                "Ge plats",
                "Erbjud plats",
                "Erbjud ett annat datum",
                "Flytta till nummer …",
                "Ta bort från reservlistan",
                "Ändra uppgifterna",
                "Skicka brevet igen",
                "Avanmäl",
            ],
        ),
        ("offered", ["Ge plats", "Dra tillbaka erbjudandet", "Skicka brevet igen", "Avanmäl"]),
        ("cancelled", ["Ge plats igen"]),
        ("declined", ["Ge plats igen"]),
        ("expired", ["Ge plats igen"]),
        ("refused", ["Ge plats igen"]),
    ],
)
def test_each_state_has_its_actions(client: PageClient, status: str, actions: list[str]) -> None:
    event = event_with_list(admission=Admission.APPROVAL)
    one = make_registration(event, status=RegistrationStatus(status))
    page = page_of(client, one)
    assert page.texts(".action-list > li")[: len(actions)] == actions
    assert one.status.label in page.text


def test_one_who_was_cancelled_gets_a_place_again_and_one_is_back_on_the_page(client: PageClient) -> None:
    event = event_with_list()
    one = make_registration(event, status=RegistrationStatus.CANCELLED, name="Bo Berg")
    page = page_of(client, one).click("Ge plats igen")
    assert page.href("Avbryt") == f"/personal/aktiviteter/{event.id}/deltagare/{one.id}"
    page = page.submit(button="Ge 1 person plats")
    assert page.url == f"/personal/aktiviteter/{event.id}/deltagare/{one.id}"
    assert page.messages == ["1 person har fått plats."]
    db.session.refresh(one)
    assert (one.status, one.cancelled_at) == (RegistrationStatus.CONFIRMED, None)


def test_it_warns_when_it_is_full(client: PageClient) -> None:
    event = event_with_list()
    for _ in range(2):
        make_registration(event)
    one = make_registration(event, status=RegistrationStatus.REFUSED, name="Bo Berg")
    page = page_of(client, one).click("Ge plats igen")
    assert "Ger du plats ändå blir det 1 person fler än antalet platser, och 1 brev skickas." in page.text
    page = page.submit({"Ge plats även utöver antalet platser": True}, button="Ge plats")
    assert page.messages == ["1 person har fått plats."]


def test_one_who_has_signed_up_anew_stays_as_they_are(client: PageClient) -> None:
    event = event_with_list()
    make_registration(event, email="bo@example.se")
    one = make_registration(event, status=RegistrationStatus.CANCELLED, name="Bo Berg", email="bo@example.se")
    page = page_of(client, one).click("Ge plats igen")
    assert "Bo Berg har anmält sig på nytt. Ge plats åt den nya anmälan i stället." in page.text
    assert "Ge plats" not in page.buttons()
    db.session.refresh(one)
    assert one.status is RegistrationStatus.CANCELLED


def test_an_application_is_approved_from_the_page(client: PageClient) -> None:
    event = event_with_list(admission=Admission.APPROVAL)
    one = make_registration(event, status=RegistrationStatus.APPLIED)
    page = page_of(client, one).click("Godkänn").submit(button="Godkänn 1 ansökan")
    assert page.url == f"/personal/aktiviteter/{event.id}/deltagare/{one.id}"


def test_the_number_and_the_deadline_are_told(client: PageClient) -> None:
    event = event_with_list()
    make_registration(event, status=RegistrationStatus.WAITING)
    second = make_registration(event, status=RegistrationStatus.WAITING, takes_any_mode=True)
    assert "Nummer 2, sedan" in page_of(client, second).text
    offered = make_registration(event, status=RegistrationStatus.OFFERED)
    assert "Svara senast" in page_of(client, offered).text


def test_an_offer_is_sent_again_with_the_deadline_it_had(
    client: PageClient, frozen_now: FrozenClock, officer: User
) -> None:
    event = event_with_list()
    one = make_registration(event, status=RegistrationStatus.OFFERED)
    frozen_now.advance(hours=20)
    page_of(client, one).submit(button="Skicka brevet igen")
    letter = db.session.scalars(select(Letter)).one()
    assert letter.kind == "place_offered"
    assert "till lördag 3 oktober 2026 kl.\xa010.00" in letter.body_text
    frozen_now.advance(hours=30)
    page_of(client, one).submit(button="Skicka brevet igen", status=409)
    assert len(db.session.scalars(select(Letter)).all()) == 1
