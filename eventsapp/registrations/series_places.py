"""The places that the dates of a series share: everybody who has a place on one of them counts against the whole."""

from sqlalchemy import select, update

from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.places.models import Place, PlaceState, Pool
from eventsapp.places.operations import Claim, claim_place, release_places
from eventsapp.registrations import queries
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.seats import Seats, holder_of


def count_in_series(seats: Seats, event: Event) -> None:
    """Let those of a locked event count against the places of the series it belongs to now, and no other; flushes.

    Nobody loses a place by it: those who are in count also above the number.
    """
    series_id = seats.events.get(event.id)
    shared = None if series_id is None else seats.ledger.find("series", series_id)
    people = {
        PlaceState.TAKEN: queries.people_with_status(event.id, RegistrationStatus.CONFIRMED),
        PlaceState.HELD: queries.people_with_status(event.id, RegistrationStatus.OFFERED),
    }
    counted = _counted(event.id)
    everyone = [one for group in people.values() for one in group]
    wrong = {pool_id for pools in counted.values() for pool_id in pools if pool_id != shared}
    if wrong:
        _forget(seats, everyone, wrong)
    if shared is None:
        return
    for state, group in people.items():
        missing = [one for one in group if shared not in counted.get(one.id, ())]
        if missing:
            claims = (Claim(holder_of(one), (shared,)) for one in missing)
            claim_place(seats.ledger, *claims, state=state, overbook=True)


def _counted(event_id: int) -> dict[int, set[int]]:
    """The pools of series that people of an event have places in: registration id → pool ids."""
    rows = db.session.execute(
        select(Place.holder_id, Place.pool_id)
        .join(Pool, Pool.id == Place.pool_id)
        .join(Registration, Registration.id == Place.holder_id)
        .where(
            Place.holder_kind == "registration",
            Pool.subject_kind == "series",
            Registration.event_id == event_id,
        )
    )
    found: dict[int, set[int]] = {}
    for holder_id, pool_id in rows:
        if holder_id is not None:
            found.setdefault(holder_id, set()).add(pool_id)
    return found


def _forget(seats: Seats, people: list[Registration], pool_ids: set[int]) -> None:
    locked = pool_ids & set(seats.ledger.balances)
    if locked:
        release_places(seats.ledger, [holder_of(one) for one in people], pool_ids=locked)
    if pool_ids - locked:
        # Of a series that the event has left: its number is free again for the others, who ask for it under its lock.
        db.session.execute(
            update(Place)
            .where(
                Place.pool_id.in_(pool_ids - locked),
                Place.holder_kind == "registration",
                Place.holder_id.in_([one.id for one in people]),
            )
            .values(state=PlaceState.FREE, holder_kind=None, holder_id=None),
            execution_options={"synchronize_session": False},
        )
