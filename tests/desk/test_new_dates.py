"""A new date that is made of a waiting list."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.accounts.models import Reach, User
from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, EventState, WaitingListRule
from eventsapp.events.queries import get_event
from eventsapp.outbox.models import Letter
from eventsapp.places.models import PoolName
from eventsapp.places.queries import pools_of
from eventsapp.programme.models import ProgrammeItem
from eventsapp.registrations.models import PlaceOffer, Registration, RegistrationStatus
from tests.factories.events import make_event
from tests.factories.registrations import make_registration
from tests.page_client import PageClient


@pytest.fixture(autouse=True)
def officer(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


def address(event: Event, query: str = "") -> str:
    return f"/personal/aktiviteter/{event.id}/reservlista/nytt-datum{query}"


def full_event(waiting: int) -> tuple[Event, list[Registration]]:
    event = make_event(
        capacity_total=1,
        waiting_list=WaitingListRule.OFFER,
        registration_opens_on=swedish_today() - timedelta(days=5),
        registration_closes_on=swedish_today() + timedelta(days=9),
    )
    make_registration(event)
    people = [
        make_registration(event, status=RegistrationStatus.WAITING, name=f"Bo Berg{number}")
        for number in range(waiting)
    ]
    return event, people


def test_the_list_becomes_a_new_date(client: PageClient) -> None:
    event, people = full_event(4)
    db.session.add(
        ProgrammeItem(
            event_id=event.id,
            title_sv="Inledning",
            starts_at=event.first_starts_at,
            ends_at=event.first_starts_at + timedelta(hours=1),
        )
    )
    day = swedish_today() + timedelta(days=90)
    page = client.get_page(address(event))
    assert "högst 4" in page.text
    page = page.submit(
        {"Första dagen": day.isoformat(), "Antal platser": "3"}, button="Gör datumet och skicka erbjudandena"
    )
    assert page.messages == ["Det nya datumet är publicerat, och 3 personer har fått ett erbjudande."]
    made = get_event(int(page.url.rsplit("/", 1)[1]))
    assert (made.state, made.capacity_total, made.occasions[0].first_day) == (EventState.PUBLISHED, 3, day)
    assert made.registration_opens_on is None
    (pool,) = pools_of("event", made.id)
    assert (pool.name, pool.capacity, pool.taken) == (PoolName.ALL, 3, 3)
    assert db.session.scalars(
        select(ProgrammeItem.title_sv).where(ProgrammeItem.event_id == made.id)
    ).all() == ["Inledning"]
    offers = db.session.scalars(
        select(PlaceOffer).where(PlaceOffer.event_id == made.id).order_by(PlaceOffer.id)
    ).all()
    assert [offer.instead_of_id for offer in offers] == [one.id for one in people[:3]]
    letters = db.session.scalars(select(Letter).where(Letter.event_id == made.id).order_by(Letter.id)).all()
    assert [(letter.kind, letter.recipient) for letter in letters] == [
        ("other_date_offered", one.email) for one in people[:3]
    ]
    still = db.session.scalars(select(Registration.status).where(Registration.event_id == event.id)).all()
    assert still.count(RegistrationStatus.WAITING) == 4


def test_only_those_who_are_ticked_are_offered_it(client: PageClient) -> None:
    event, people = full_event(3)
    page = client.get_page(address(event, f"?person={people[2].id}"))
    page = page.submit(
        {"Första dagen": (swedish_today() + timedelta(days=90)).isoformat(), "Antal platser": ""},
        button="Gör datumet och skicka erbjudandena",
    )
    assert page.messages == ["Det nya datumet är publicerat, och 1 person har fått ett erbjudande."]
    assert db.session.scalars(select(PlaceOffer.instead_of_id)).all() == [people[2].id]


def test_a_day_that_has_come_and_no_places_are_refused(client: PageClient) -> None:
    event, _ = full_event(1)
    button = "Gör datumet och skicka erbjudandena"
    page = client.get_page(address(event)).submit({"Första dagen": "", "Antal platser": "0"}, button=button)
    assert page.problems == ["Fyll i vilken dag."]
    page = page.submit({"Första dagen": swedish_today().isoformat()}, button=button)
    assert page.problems == ["Skriv hur många platser det nya datumet har."]
    page = page.submit({"Antal platser": "2"}, button=button)
    assert page.problems == ["Välj en dag som inte har kommit än."]
    assert db.session.scalars(select(Event.id)).all() == [event.id]
