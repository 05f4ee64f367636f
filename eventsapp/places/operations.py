"""The only way to a place, and back."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import Table, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from eventsapp.core.db import db, execute_plainly, violated_constraint
from eventsapp.core.errors import Conflict
from eventsapp.places.ledger import Ledger, locked
from eventsapp.places.models import Place, PlaceState, Pool, PoolName

ATTEMPTS = 3
"""How often a claim is tried when somebody else takes the same number, which the locks let nobody do."""
_places: Table = Place.__table__  # type: ignore[assignment]
_ADD_PLACE = insert(_places)


class PoolFull(Conflict):
    """There is no free place; `pool_ids` are the pools that lacked one."""

    def __init__(self, message: str, field: str | None = None, *, pool_ids: Collection[int] = ()) -> None:
        super().__init__(message, field)
        self.pool_ids = frozenset(pool_ids)


@dataclass(frozen=True)
class Holder:
    """Who has a place, by kind and id, since the rooms that hold places are above this one."""

    kind: str
    id: int


@dataclass(frozen=True)
class Claim:
    """One place in each of these pools for one holder."""

    holder: Holder
    pool_ids: tuple[int, ...]


def set_pools(subject_kind: str, subject_id: int, capacities: dict[PoolName, int | None]) -> None:
    """Give a subject exactly these pools with these capacities (None is unlimited); flushes.

    A capacity below the number taken takes nobody's place. A pool that is no longer wanted is
    retired: those who hold its places keep them, and nobody new comes in.
    """
    existing = {
        pool.name: pool
        for pool in locked(and_(Pool.subject_kind == subject_kind, Pool.subject_id == subject_id))
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
                Pool(subject_kind=subject_kind, subject_id=subject_id, name=name, capacity=capacity)
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
    for number, place in enumerate(unnumbered, highest + 1):
        place.number = number


def claim_place(
    ledger: Ledger, *claims: Claim, state: PlaceState = PlaceState.TAKEN, overbook: bool = False
) -> frozenset[int]:
    """Take a place in every pool of every claim, or none at all; flushes. `state` HELD keeps them for an offer.

    Pools must be locked in `ledger`; the unique (pool, number) stands behind, and whoever it turns away tries again
    with what is left. Raises PoolFull when a pool has too few; `overbook` gives numbers above the capacity all the same,
    and the answer names the pools where that was so. Raises Conflict when the number was taken again and again.
    """
    wanted = Counter(pool_id for claim in claims for pool_id in claim.pool_ids)
    message = gettext("Platsen hann tas av någon annan. Försök igen.")
    for _attempt in range(ATTEMPTS):
        full = frozenset(
            pool_id for pool_id, number in wanted.items() if not ledger.balances[pool_id].has_room_for(number)
        )
        retired = {pool_id for pool_id in full if ledger.balances[pool_id].pool.is_retired}
        if retired or (full and not overbook):
            raise PoolFull(gettext("Det finns inga platser kvar."), pool_ids=full)
        db.session.flush()
        try:
            # The rows are written past the session, so the savepoint is too: it has no objects to put back.
            with db.session.connection().begin_nested():
                _take(ledger, claims, wanted, state)
        except IntegrityError as error:
            if violated_constraint(error) != "uq_places_pool_id_number":
                raise
            ledger.recount()
        except Conflict:
            ledger.recount()
        else:
            return full
    raise Conflict(message)


def _take(ledger: Ledger, claims: tuple[Claim, ...], wanted: Counter[int], state: PlaceState) -> None:
    """Write the rows: numbers that were given back first, then the next ones."""
    free = {pool_id: _free_numbers(ledger, pool_id, number) for pool_id, number in wanted.items()}
    reused: list[dict[str, int]] = []
    added: list[dict[str, Any]] = []
    following = {pool_id: ledger.balances[pool_id].highest for pool_id in wanted}
    for claim in claims:
        for pool_id in claim.pool_ids:
            if free[pool_id]:
                reused.append(
                    {"in_pool": pool_id, "at_number": free[pool_id].pop(0), "for_holder": claim.holder.id}
                )
                continue
            number: int | None = None
            if ledger.balances[pool_id].pool.capacity is not None:
                number = following[pool_id] = following[pool_id] + 1
            added.append(
                {
                    "pool_id": pool_id,
                    "number": number,
                    "state": state,
                    "holder_kind": claim.holder.kind,
                    "holder_id": claim.holder.id,
                }
            )
    if reused:
        _reuse(reused, claims[0].holder.kind, state)
    if added:
        execute_plainly(_ADD_PLACE, added)
    for pool_id, number_taken in wanted.items():
        balance = ledger.balances[pool_id]
        balance.taken += number_taken
        balance.held += number_taken if state is PlaceState.HELD else 0
        balance.highest = following[pool_id]
        balance.knows_free = balance.knows_free and balance.lowest_free is None


def _free_numbers(ledger: Ledger, pool_id: int, how_many: int) -> list[int]:
    """The lowest numbers that were given back, at most so many; those above the capacity only when it is exceeded."""
    balance = ledger.balances[pool_id]
    if (balance.knows_free and balance.lowest_free is None) or balance.pool.capacity is None:
        return []
    highest = max(balance.pool.capacity, balance.taken + how_many)
    if how_many == 1 and balance.knows_free and balance.lowest_free is not None:
        return [balance.lowest_free] if balance.lowest_free <= highest else []
    return [
        number
        for number in db.session.scalars(
            select(Place.number)
            .where(Place.pool_id == pool_id, Place.state == PlaceState.FREE, Place.number <= highest)
            .order_by(Place.number)
            .limit(how_many)
        )
        if number is not None
    ]


def _reuse(rows: list[dict[str, int]], holder_kind: str, state: PlaceState) -> None:
    """Give free rows their new holders; raises Conflict unless every one of them was still free."""
    statement = (
        update(_places)
        .where(
            _places.c.pool_id == bindparam("in_pool"),
            _places.c.number == bindparam("at_number"),
            _places.c.state == PlaceState.FREE,
        )
        .values(state=state, holder_kind=holder_kind, holder_id=bindparam("for_holder"))
    )
    # The session's own bulk update would look the rows up by their ids first.
    result = execute_plainly(statement, rows)
    if result.rowcount != len(rows):
        raise Conflict(gettext("Platsen hann tas av någon annan. Försök igen."))


def take_held(ledger: Ledger, holders: Collection[Holder]) -> None:
    """Turn what is held for these into places that are taken; raises Conflict where nothing is held."""
    pool_ids = [
        pool_id
        for pool_id, _ in db.session.execute(
            update(Place)
            .where(*_held_by(holders), Place.state == PlaceState.HELD)
            .values(state=PlaceState.TAKEN)
            .returning(Place.pool_id, Place.holder_id)
            .execution_options(synchronize_session=False)
        )
    ]
    if not pool_ids:
        raise Conflict(gettext("Platsen är inte kvar."))
    for pool_id in pool_ids:
        if pool_id in ledger.balances:
            ledger.balances[pool_id].held -= 1


def release_places(
    ledger: Ledger, holders: Collection[Holder], *, pool_ids: Collection[int] | None = None
) -> frozenset[int]:
    """Free every place of these holders, or those in certain pools; answers the pools that got a place back.

    The pools must be locked in `ledger`.
    """
    if not holders:
        return frozenset()
    conditions = _held_by(holders)
    if pool_ids is not None:
        conditions.append(Place.pool_id.in_(pool_ids))
    held: set[int] = set()
    if ledger.held:
        held = set(db.session.scalars(select(Place.id).where(*conditions, Place.state == PlaceState.HELD)))
    freed = db.session.execute(
        update(Place)
        .where(*conditions)
        .values(state=PlaceState.FREE, holder_kind=None, holder_id=None)
        .returning(Place.id, Place.pool_id, Place.number)
        .execution_options(synchronize_session=False)
    ).all()
    unnumbered = [place_id for place_id, _, number in freed if number is None]
    if unnumbered:
        db.session.execute(
            delete(Place).where(Place.id.in_(unnumbered)).execution_options(synchronize_session=False)
        )
    for place_id, pool_id, number in freed:
        balance = ledger.balances.get(pool_id)
        if balance is None:
            continue  # of something that is gone, as a programme item that was taken out
        balance.taken -= 1
        balance.held -= place_id in held
        balance.knows_free = balance.knows_free and number is None
    return frozenset(pool_id for _, pool_id, _ in freed)


def pass_on_places(giver: Holder, receiver: Holder, pool_ids: Collection[int]) -> None:
    """Let another holder have the places of this one in these pools, without their being free in between. The pools must
    be locked."""
    db.session.execute(
        update(Place)
        .where(*_held_by([giver]), Place.pool_id.in_(pool_ids))
        .values(holder_kind=receiver.kind, holder_id=receiver.id)
        .execution_options(synchronize_session=False)
    )


def _held_by(holders: Collection[Holder]) -> list[Any]:
    (kind,) = {holder.kind for holder in holders}
    return [Place.holder_kind == kind, Place.holder_id.in_([holder.id for holder in holders])]
