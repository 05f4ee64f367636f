"""The only way to a place, and back."""

from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import case, func, select, update

from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict
from eventsapp.places.models import Place, PlaceState, Pool, PoolName


class PoolFull(Conflict):
    """There is no free place in the pool."""


@dataclass(frozen=True)
class Holder:
    """Who has a place, by kind and id, since the rooms that hold places are above this one."""

    kind: str
    id: int


def set_pools(subject_kind: str, subject_id: int, capacities: dict[PoolName, int | None]) -> None:
    """Give a subject exactly these pools with these capacities (None is unlimited); flushes.

    A capacity below the number taken takes nobody's place. A pool that is no longer wanted is
    retired: those who hold its places keep them, and nobody new comes in.
    """
    existing = {
        pool.name: pool
        for pool in db.session.scalars(
            select(Pool)
            .where(Pool.subject_kind == subject_kind, Pool.subject_id == subject_id)
            .order_by(Pool.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    for name, capacity in capacities.items():
        if name in existing:
            pool = existing[name]
            if pool.capacity is None and capacity is not None:
                _number_places(pool)
            pool.capacity = capacity
            pool.is_retired = False
        else:
            db.session.add(
                Pool(
                    subject_kind=subject_kind,
                    subject_id=subject_id,
                    name=name,
                    capacity=capacity,
                )
            )
    for name, pool in existing.items():
        if name not in capacities:
            pool.is_retired = True
    db.session.flush()


def _number_places(pool: Pool) -> None:
    """Give the places of a pool that was unlimited numbers, in the order they were taken."""
    highest = db.session.scalar(select(func.max(Place.number)).where(Place.pool_id == pool.id)) or 0
    unnumbered = db.session.scalars(
        select(Place).where(Place.pool_id == pool.id, Place.number.is_(None)).order_by(Place.id)
    )
    for place in unnumbered:
        if place.state is PlaceState.FREE:
            db.session.delete(place)
        else:
            highest += 1
            place.number = highest


def lock_pools(pool_ids: list[int]) -> list[Pool]:
    """Lock pools in the order of their ids, as they are now in the database; nobody else can claim from them until
    this transaction ends (on SQLite every writing transaction has the whole database)."""
    return list(
        db.session.scalars(
            select(Pool)
            .where(Pool.id.in_(pool_ids))
            .order_by(Pool.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def claim_place(pool_id: int, holder: Holder, *, overbook: bool = False) -> Place:
    """Take one place of a pool for a holder; flushes.

    The pool is locked, taken places are counted in one statement, and the unique (pool, number) stands behind.
    Raises PoolFull when there is none left; `overbook` gives staff a place above the capacity all the same.
    """
    (pool,) = lock_pools([pool_id])
    if pool.is_retired:
        raise PoolFull(gettext("Det finns inga platser kvar."))
    if pool.capacity is None:
        place = Place(
            pool_id=pool.id,
            number=None,
            state=PlaceState.TAKEN,
            holder_kind=holder.kind,
            holder_id=holder.id,
        )
        db.session.add(place)
        db.session.flush()
        return place
    taken, lowest_free, highest = db.session.execute(
        select(
            func.count(case((Place.state != PlaceState.FREE, 1))),
            func.min(case((Place.state == PlaceState.FREE, Place.number))),
            func.coalesce(func.max(Place.number), 0),
        ).where(Place.pool_id == pool.id)
    ).one()
    if taken >= pool.capacity and not overbook:
        raise PoolFull(gettext("Det finns inga platser kvar."))
    message = gettext("Platsen hann tas av någon annan. Försök igen.")
    with conflict_if("uq_places_pool_id_number", message):
        if lowest_free is not None and (lowest_free <= pool.capacity or overbook):
            return _take_free_place(pool.id, lowest_free, holder)
        place = Place(
            pool_id=pool.id,
            number=highest + 1,
            state=PlaceState.TAKEN,
            holder_kind=holder.kind,
            holder_id=holder.id,
        )
        db.session.add(place)
        return place


def _take_free_place(pool_id: int, number: int, holder: Holder) -> Place:
    place = db.session.scalars(
        update(Place)
        .where(
            Place.pool_id == pool_id,
            Place.number == number,
            Place.state == PlaceState.FREE,
        )
        .values(state=PlaceState.TAKEN, holder_kind=holder.kind, holder_id=holder.id)
        .returning(Place)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if place is None:
        raise Conflict(gettext("Platsen hann tas av någon annan. Försök igen."))
    return place


def release_places(holder: Holder) -> list[int]:
    """Free every place of a holder; flushes. Answers the ids of the pools that got a place back."""
    pool_ids = sorted(
        db.session.scalars(
            select(Place.pool_id).where(Place.holder_kind == holder.kind, Place.holder_id == holder.id)
        )
    )
    if not pool_ids:
        return []
    lock_pools(pool_ids)
    db.session.execute(
        update(Place)
        .where(Place.holder_kind == holder.kind, Place.holder_id == holder.id)
        .values(state=PlaceState.FREE, holder_kind=None, holder_id=None)
    )
    return pool_ids
