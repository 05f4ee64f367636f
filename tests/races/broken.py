"""The product with its guards taken away, to show that the races would find it out. Only the tests can start it.

`BROKEN=no_lock` claims without locking the pool; with the unique guard dropped from the database as well it oversells on
PostgreSQL. `BROKEN=early_count` counts in a transaction of its own before the writing one begins; it oversells on SQLite.
"""

import os
import sys
import time
from types import ModuleType

from flask import g, request
from sqlalchemy import func, select

from eventsapp import create_app
from eventsapp.core.db import db, reading
from eventsapp.places import operations
from eventsapp.places.models import Place, PlaceState, Pool
from eventsapp.places.operations import Holder, PoolFull

_PAUSE_SECONDS = 0.25
"""So long that everybody at the door has counted before the first has taken a place, however busy the machine is."""


def _replace(name: str, function: object) -> None:
    """Put a function in the place of one of the room `places`, in every module that has taken it from there."""
    original = getattr(operations, name)
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType) and getattr(module, name, None) is original:
            setattr(module, name, function)


def _look_at_pools(pool_ids: list[int]) -> list[Pool]:
    return list(db.session.scalars(select(Pool).where(Pool.id.in_(pool_ids)).order_by(Pool.id)))


def _count_taken(pool_id: int) -> int:
    taken = select(func.count(Place.id)).where(Place.pool_id == pool_id, Place.state != PlaceState.FREE)
    return db.session.scalar(taken) or 0


def _claim_without_lock(pool_id: int, holder: Holder, *, overbook: bool = False) -> Place:
    (pool,) = _look_at_pools([pool_id])
    taken = _count_taken(pool_id)
    time.sleep(_PAUSE_SECONDS)
    return _take_next(pool, taken, holder)


def _claim_by_early_count(pool_id: int, holder: Holder, *, overbook: bool = False) -> Place:
    (pool,) = _look_at_pools([pool_id])
    return _take_next(pool, g.early_counts[pool_id], holder)


def _take_next(pool: Pool, taken: int, holder: Holder) -> Place:
    if pool.capacity is not None and taken >= pool.capacity:
        raise PoolFull("full")
    place = Place(
        pool_id=pool.id,
        number=_count_taken(pool.id) + 1,
        state=PlaceState.TAKEN,
        holder_kind=holder.kind,
        holder_id=holder.id,
    )
    db.session.add(place)
    db.session.flush()
    return place


app = create_app()
if os.environ["BROKEN"] == "no_lock":
    _replace("claim_place", _claim_without_lock)
else:
    _replace("claim_place", _claim_by_early_count)

    @app.before_request
    def count_early() -> None:
        if request.method == "POST":
            with reading():
                g.early_counts = {
                    pool_id: _count_taken(pool_id) for pool_id in db.session.scalars(select(Pool.id))
                }
                db.session.rollback()
