"""Those who have a place count where they should when an event's pools become others: its own, and those that the dates of
a series share, where everybody who has a place on one of them counts against the whole."""

from sqlalchemy import select, update

from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.places.models import Place, PlaceState, Pool
from eventsapp.places.operations import Claim, claim_place, release_places
from eventsapp.registrations import queries, rules
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.seats import Seats, holder_of


def count_in_event(seats: Seats, event: Event) -> None:
    """Let those who have places in pools that a locked event no longer has count against the ones it has now; flushes.

    Otherwise as many again would find room beside them. Nobody loses a place by it.
    """
    retired = {
        pool_id
        for pool_id, balance in seats.ledger.balances.items()
        if balance.pool.is_retired
        and balance.taken
        and balance.pool.subject_kind == "event"
        and balance.pool.subject_id == event.id
    }
    if not retired:
        return
    holders = set(db.session.scalars(select(Place.holder_id).where(Place.pool_id.in_(retired))))
    for status, state in (
        (RegistrationStatus.CONFIRMED, PlaceState.TAKEN),
        (RegistrationStatus.OFFERED, PlaceState.HELD),
    ):
        people = [one for one in queries.people_with_status(event.id, status) if one.id in holders]
        pools = [seats.ledger.find("event", event.id, rules.pool_name_for(event, one.mode)) for one in people]
        claims = [
            Claim(holder_of(one), (pool,))
            for one, pool in zip(people, pools, strict=True)
            if pool is not None
        ]
        if claims:
            claim_place(seats.ledger, *claims, state=state, overbook=True)
            release_places(seats.ledger, [claim.holder for claim in claims], pool_ids=retired)


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


def series_counted_in(event_id: int) -> list[int]:
    """The series whose places people of an event have, also one that it has left."""
    return list(
        db.session.scalars(
            select(Pool.subject_id)
            .join(Place, Place.pool_id == Pool.id)
            .join(Registration, Registration.id == Place.holder_id)
            .where(
                Place.holder_kind == "registration",
                Pool.subject_kind == "series",
                Registration.event_id == event_id,
            )
            .distinct()
        )
    )


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
