"""What is left in pools that this transaction has locked, counted under the locks."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select

from eventsapp.core.db import db, execute_plainly
from eventsapp.places.models import Place, PlaceState, Pool, PoolName


@dataclass(frozen=True)
class Selected:
    """The ids that a statement finds, which is made once, with the values of its parameters."""

    statement: Select[int]
    values: Mapping[str, Any]


Subjects = Mapping[str, Collection[int] | Selected]
"""Kinds of subject, each with the ids of those whose pools are meant, or a select of them."""

# Each sign-up locks and counts pools, and to make a statement takes longer than to run it.
_COUNTS = (
    select(
        Place.pool_id,
        func.count(case((Place.state != PlaceState.FREE, 1))),
        func.count(case((Place.state == PlaceState.HELD, 1))),
        func.min(case((Place.state == PlaceState.FREE, Place.number))),
        func.max(Place.number),
    )
    .where(Place.pool_id.in_(bindparam("pool_ids", expanding=True)))
    .group_by(Place.pool_id)
)


@dataclass
class Balance:
    """One locked pool. `lowest_free` is the lowest number that somebody has given back, as far as that is known;
    `highest` is the highest so far."""

    pool: Pool
    taken: int = 0
    """Places that are taken or held."""
    held: int = 0
    lowest_free: int | None = None
    knows_free: bool = True
    highest: int = 0

    @property
    def left(self) -> int | None:
        """Places left, never below 0; None is unlimited."""
        if self.pool.is_retired:
            return 0
        return None if self.pool.capacity is None else max(0, self.pool.capacity - self.taken)

    def has_room_for(self, number: int) -> bool:
        return self.left is None or self.left >= number


class Ledger:
    """The locked pools of a transaction; nobody else claims from them or gives back to them until it ends."""

    def __init__(self, pools: Iterable[Pool]) -> None:
        self.balances = {pool.id: Balance(pool) for pool in pools}
        self._by_subject = {
            (balance.pool.subject_kind, balance.pool.subject_id, balance.pool.name): pool_id
            for pool_id, balance in self.balances.items()
        }
        self.recount()

    def add(self, pools: Iterable[Pool]) -> None:
        """Take in pools that this transaction has made itself, which nobody has a place in."""
        for pool in pools:
            self.balances[pool.id] = Balance(pool)
            self._by_subject[pool.subject_kind, pool.subject_id, pool.name] = pool.id

    def find(self, subject_kind: str, subject_id: int, name: PoolName = PoolName.ALL) -> int | None:
        """The id of a pool that gives places; None where there is none, or it is retired."""
        pool_id = self._by_subject.get((subject_kind, subject_id, name))
        return None if pool_id is None or self.balances[pool_id].pool.is_retired else pool_id

    def left(self) -> dict[int, int | None]:
        """Places left in each pool; None is unlimited."""
        return {pool_id: balance.left for pool_id, balance in self.balances.items()}

    @property
    def held(self) -> int:
        """How many places are held by offers."""
        return sum(balance.held for balance in self.balances.values())

    def recount(self) -> None:
        """Count every pool as the database has it now, in one statement."""
        if not self.balances:
            return
        rows = execute_plainly(_COUNTS, {"pool_ids": list(self.balances)})
        counted = {pool_id: counts for pool_id, *counts in rows}
        for pool_id, balance in self.balances.items():
            taken, held, lowest_free, highest = counted.get(pool_id, (0, 0, None, None))
            balance.taken, balance.held = taken, held
            balance.lowest_free, balance.knows_free, balance.highest = lowest_free, True, highest or 0


def lock_pools(subjects: Subjects) -> list[Pool]:
    """Lock every pool of these subjects in the order of their ids, for a ledger that counts them.

    Nobody else can claim from them until this transaction ends (on SQLite every writing transaction has the whole
    database). The locks are taken by one statement and the places counted by the next, since on PostgreSQL a statement
    that waits for a lock still counts what it saw before it waited. For the same reason it does not find a pool that was
    made while it waited: pools that are made under the locks of others are locked after those, by a call of their own.
    """
    if not subjects:
        return []
    return list(db.session.scalars(_pools_of(_shape(subjects)).locked, _values(subjects)))


def read_pools(subjects: Subjects) -> list[Pool]:
    """The same pools without a lock, for pages that say how full it is."""
    if not subjects:
        return []
    return list(db.session.scalars(_pools_of(_shape(subjects)).seen, _values(subjects)))


_Shape = tuple[tuple[str, Select[int] | None], ...]


@dataclass(frozen=True)
class _PoolStatements:
    seen: Select[Pool]
    locked: Select[Pool]


def _shape(subjects: Subjects) -> _Shape:
    """What the statement of these subjects is made of, apart from values."""
    return tuple(
        (kind, ids.statement if isinstance(ids, Selected) else None) for kind, ids in subjects.items()
    )


def _values(subjects: Subjects) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for kind, ids in subjects.items():
        values |= ids.values if isinstance(ids, Selected) else {f"{kind}_ids": list(ids)}
    return values


@cache
def _pools_of(shape: _Shape) -> _PoolStatements:
    """The statements for subjects of a shape, of which there are a few in all."""
    condition = or_(
        *(
            and_(
                Pool.subject_kind == kind,
                Pool.subject_id.in_(
                    bindparam(f"{kind}_ids", expanding=True) if statement is None else statement
                ),
            )
            for kind, statement in shape
        )
    )
    return _PoolStatements(select(Pool).where(condition).order_by(Pool.id), _locked(condition))


def locked(condition: ColumnElement[bool]) -> list[Pool]:
    """The pools that fulfil a condition, as they are now in the database, locked in the order of their ids."""
    return list(db.session.scalars(_locked(condition)))


def _locked(condition: ColumnElement[bool]) -> Select[Pool]:
    return (
        select(Pool)
        .where(condition)
        .order_by(Pool.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
