"""Transactions that only read, constraints that say their name, moments that know their zone."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from eventsapp.core.db import conflict_if, db, reading, violated_constraint
from eventsapp.core.errors import Conflict
from eventsapp.core.jobs import Heartbeat
from eventsapp.places.models import Place, PlaceState, Pool, PoolName


def make_pool() -> Pool:
    pool = Pool(subject_kind="event", subject_id=1, name=PoolName.ALL, capacity=2)
    db.session.add(pool)
    db.session.flush()
    return pool


def taken(pool: Pool, number: int) -> Place:
    return Place(
        pool_id=pool.id, number=number, state=PlaceState.TAKEN, holder_kind="registration", holder_id=number
    )


def test_the_database_itself_refuses_a_write_while_reading(app: Flask) -> None:
    with reading():
        db.session.add(Heartbeat(name="worker", beat_at=datetime.now(UTC)))
        with pytest.raises(DBAPIError):
            db.session.flush()
        db.session.rollback()
    assert db.session.get(Heartbeat, "worker") is None


def test_a_write_follows_a_read_on_the_same_connection(app: Flask) -> None:
    with reading():
        db.session.execute(text("SELECT 1"))
        db.session.rollback()
    db.session.add(Heartbeat(name="worker", beat_at=datetime.now(UTC)))
    db.session.commit()
    assert db.session.get(Heartbeat, "worker") is not None


def test_a_broken_constraint_says_its_name_on_both_databases(app: Flask) -> None:
    pool = make_pool()
    db.session.add(taken(pool, 1))
    db.session.flush()
    with pytest.raises(IntegrityError) as caught, db.session.begin_nested():
        db.session.add(taken(pool, 1))
        db.session.flush()
    assert violated_constraint(caught.value) == "uq_places_pool_id_number"


def test_a_conflict_leaves_the_transaction_usable(app: Flask) -> None:
    pool = make_pool()
    db.session.add(taken(pool, 1))
    db.session.flush()
    with pytest.raises(Conflict, match="already"), conflict_if("uq_places_pool_id_number", "already"):
        db.session.add(taken(pool, 1))
    db.session.add(taken(pool, 2))
    db.session.commit()
    assert db.session.query(Place).filter_by(pool_id=pool.id).count() == 2


def test_another_broken_constraint_goes_on_up(app: Flask) -> None:
    pool = make_pool()
    with pytest.raises(IntegrityError), conflict_if("uq_places_pool_id_number", "already"):
        db.session.add(
            Place(pool_id=pool.id, number=1, state=PlaceState.TAKEN, holder_kind=None, holder_id=None)
        )
    db.session.rollback()


def test_a_moment_without_a_zone_is_refused(app: Flask) -> None:
    db.session.add(Heartbeat(name="worker", beat_at=datetime(2026, 1, 1)))
    with pytest.raises(StatementError, match="without a time zone"):
        db.session.flush()
    db.session.rollback()


def test_sqlite_is_as_careful_as_we_say(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite's own settings")
    values = {
        name: db.session.execute(text(f"PRAGMA {name}")).scalar_one()
        for name in ("journal_mode", "foreign_keys", "secure_delete", "busy_timeout")
    }
    assert values == {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 20000}
