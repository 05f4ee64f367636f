"""People's choices when a programme item is no longer one that they choose, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.events.queries import get_event_to_change
from eventsapp.places.models import Place, PlaceState, Pool
from eventsapp.places.operations import Claim, claim_place
from eventsapp.programme.models import ProgrammeItem
from eventsapp.programme.operations import add_item, change_item, remove_item
from eventsapp.programme.queries import get_item
from eventsapp.programme.rules import ItemFacts
from eventsapp.registrations.models import ChosenItem, Registration, RegistrationStatus
from eventsapp.registrations.queries import chosen_count
from eventsapp.registrations.seats import holder_of, lock_seats
from tests.factories.events import make_event
from tests.factories.registrations import make_registration

pytestmark = pytest.mark.usefixtures("app")

STAFF = Actor.user(7, "Karin Öberg")


def facts(event: Event, title: str, *, is_choice: bool = True, capacity: int | None = 20) -> ItemFacts:
    assert event.first_starts_at is not None
    starts_at = event.first_starts_at + timedelta(hours=1)
    return ItemFacts(
        starts_at=starts_at, ends_at=None, title_sv=title, is_choice=is_choice, capacity=capacity
    )


def choose(event: Event, item: ProgrammeItem, registration: Registration) -> None:
    db.session.add(ChosenItem(registration_id=registration.id, item_id=item.id))
    seats = lock_seats(event)
    pool = seats.item_pool(item.id)
    assert pool is not None
    claim_place(seats.ledger, Claim(holder_of(registration), (pool,)))


def places_of(item_id: int) -> list[PlaceState]:
    return list(
        db.session.scalars(
            select(Place.state)
            .join(Pool, Pool.id == Place.pool_id)
            .where(Pool.subject_kind == "programme_item", Pool.subject_id == item_id)
        )
    )


@pytest.mark.parametrize(("capacity", "left"), [(20, [PlaceState.FREE]), (None, [])])
@pytest.mark.parametrize("removed", [True, False])
def test_the_choices_go_and_the_registrations_stay(
    capacity: int | None, left: list[PlaceState], removed: bool
) -> None:
    made = make_event()
    db.session.commit()
    event = get_event_to_change(made.id)
    ending = add_item(event, facts(event, "Att fråga", capacity=capacity), actor=STAFF)
    other = add_item(event, facts(event, "Att lyssna"), actor=STAFF)
    asa, bo = make_registration(event), make_registration(event)
    choose(event, ending, asa)
    choose(event, other, bo)
    db.session.commit()
    event, ending = get_event_to_change(made.id), get_item(made.id, ending.id)
    item_id = ending.id
    if removed:
        remove_item(event, ending, actor=STAFF)
    else:
        change_item(event, ending, facts(event, "Att fråga", is_choice=False), actor=STAFF)
    db.session.commit()
    assert (places_of(item_id), places_of(other.id)) == (left, [PlaceState.TAKEN])
    assert [chosen_count(item_id), chosen_count(other.id)] == [0, 1]
    assert asa.status is RegistrationStatus.CONFIRMED


def test_only_those_who_come_or_still_may_come_are_counted() -> None:
    event = make_event()
    item = ProgrammeItem(
        event_id=event.id, title_sv="Att fråga", starts_at=event.first_starts_at, is_choice=True
    )
    db.session.add(item)
    db.session.flush()
    for status in RegistrationStatus:
        registration = make_registration(event, status=status)
        db.session.add(ChosenItem(registration_id=registration.id, item_id=item.id))
    db.session.flush()
    assert chosen_count(item.id) == 4
