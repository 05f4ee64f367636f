"""How full things are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, case, func, select

from eventsapp.core.db import execute_plainly
from eventsapp.places.models import Place, PlaceState, Pool, PoolName


@dataclass(frozen=True)
class PoolCount:
    """How many places of a pool are taken. `capacity` None is unlimited."""

    pool_id: int
    name: PoolName
    capacity: int | None
    taken: int
    is_retired: bool = False
    held: int = 0
    """Those of the taken ones that are held by offers."""

    @property
    def left(self) -> int | None:
        """Places left, never below 0; None when unlimited."""
        if self.is_retired:
            return 0
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def is_full(self) -> bool:
        return self.left == 0


# Many pages ask it, and to make a statement takes longer than to run it.
_TAKEN = (
    select(
        Pool.subject_id,
        Pool.id,
        Pool.name,
        Pool.capacity,
        Pool.is_retired,
        func.count(Place.id),
        func.count(case((Place.state == PlaceState.HELD, 1))),
    )
    .outerjoin(Place, and_(Place.pool_id == Pool.id, Place.state != PlaceState.FREE))
    .where(
        Pool.subject_kind == bindparam("kind"), Pool.subject_id.in_(bindparam("subject_ids", expanding=True))
    )
    .group_by(Pool.subject_id, Pool.id, Pool.name, Pool.capacity, Pool.is_retired)
    .order_by(Pool.id)
)


def places_taken(subject_kind: str, subject_ids: Sequence[int]) -> dict[int, list[PoolCount]]:
    """The pools of many subjects with the places taken, in one statement: subject id → its pools."""
    rows = execute_plainly(_TAKEN, {"kind": subject_kind, "subject_ids": list(subject_ids)})
    found: dict[int, list[PoolCount]] = {subject_id: [] for subject_id in subject_ids}
    for subject_id, pool_id, name, capacity, is_retired, taken, held in rows:
        if taken or not is_retired:
            found[subject_id].append(PoolCount(pool_id, PoolName(name), capacity, taken, is_retired, held))
    return found


def pools_of(subject_kind: str, subject_id: int) -> list[PoolCount]:
    """The pools of one subject with the places taken."""
    return places_taken(subject_kind, [subject_id])[subject_id]
