"""The product with its guards taken away, to show that the races would find it out. Only the tests can start it.

`BROKEN=no_lock` counts without locking the pools, and takes its time before it claims: on PostgreSQL the unique guard alone
stands then, and with that dropped from the database as well it oversells. `BROKEN=early_count` counts in a transaction of its
own before the writing one begins; it oversells on SQLite.
"""

import os
import sys
import time
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from flask import g, request
from sqlalchemy import select

from eventsapp import create_app
from eventsapp.core.db import db, reading
from eventsapp.places import ledger, operations
from eventsapp.places.ledger import Balance, Ledger, Subjects, read_pools
from eventsapp.places.models import Pool

_PAUSE_SECONDS = 0.25
"""So long that everybody at the door has counted before the first has taken a place, however busy the machine is."""


def _replace(module: ModuleType, name: str, function: object) -> None:
    """Put a function in the place of one of the room `places`, in every module that has taken it from there."""
    original = getattr(module, name)
    for one in list(sys.modules.values()):
        if isinstance(one, ModuleType) and getattr(one, name, None) is original:
            setattr(one, name, function)


def _look_at_pools(subjects: Subjects) -> list[Pool]:
    return read_pools(subjects)


_claim_place = operations.claim_place


def _claim_late(*arguments: Any, **options: Any) -> frozenset[int]:
    time.sleep(_PAUSE_SECONDS)
    return _claim_place(*arguments, **options)


class _EarlyLedger(Ledger):
    """Counts what the transaction before has counted."""

    def recount(self) -> None:
        super().recount()
        early: dict[int, Balance] = g.get("early_counts", {})
        for pool_id, balance in self.balances.items():
            if pool_id in early:
                balance.taken = early[pool_id].taken


def _count_early() -> None:
    if request.method == "POST":
        with reading():
            pools: Iterable[Pool] = db.session.scalars(select(Pool).order_by(Pool.id))
            g.early_counts = Ledger(pools).balances
            db.session.rollback()


app = create_app()
if os.environ["BROKEN"] == "no_lock":
    _replace(ledger, "lock_pools", _look_at_pools)
    _replace(operations, "claim_place", _claim_late)
else:
    app.before_request(_count_early)
    _replace(ledger, "Ledger", _EarlyLedger)
