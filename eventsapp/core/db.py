"""The database session, and the one place that knows how SQLite and PostgreSQL differ."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    String,
    UniqueConstraint,
    event,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from eventsapp.core.errors import Conflict

SQLITE_WAITS_SECONDS = 20
"""How long a transaction waits for its turn before it gives up."""


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)

SortKey = String(200).with_variant(String(200, collation="C"), "postgresql")
"""The type of stored sort keys: compared bytewise on both databases."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment; a naive one is refused, since nobody could say what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class EnumText(TypeDecorator[StrEnum]):
    """A StrEnum stored as its value in a plain text column, so that a new member needs no change of the table."""

    impl = String
    cache_ok = True

    def __init__(self, members: type[StrEnum], length: int) -> None:
        super().__init__(length)
        self.members = members

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.members(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.members(value)


class TransactionMode(StrEnum):
    """Chosen before the first statement of a transaction, by HTTP method or job."""

    READ = "read"
    WRITE = "write"


_mode: ContextVar[TransactionMode] = ContextVar("transaction_mode", default=TransactionMode.WRITE)


def set_transaction_mode(mode: TransactionMode) -> None:
    """Decide what the transactions that begin from now on may do."""
    _mode.set(mode)


def transaction_mode() -> TransactionMode:
    return _mode.get()


@contextmanager
def reading() -> Iterator[None]:
    """Run a block whose transactions only read; the mode before comes back afterwards."""
    with _in_mode(TransactionMode.READ):
        yield


@contextmanager
def writing() -> Iterator[None]:
    """Run a block whose transactions may write; the mode before comes back afterwards."""
    with _in_mode(TransactionMode.WRITE):
        yield


@contextmanager
def _in_mode(mode: TransactionMode) -> Iterator[None]:
    token = _mode.set(mode)
    try:
        yield
    finally:
        _mode.reset(token)


def init_db(app: Flask) -> None:
    """Bind the session to the database of the settings, with the rules of each engine."""
    # Values of statements are addresses and tokens' digests; an error that is logged must not quote them.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"hide_parameters": True}
    db.init_app(app)
    with app.app_context():
        _prepare_engine(db.engine)


def _prepare_engine(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "begin", _postgresql_begin)


def _sqlite_connect(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: it would begin deferred ones, and a read that
    # later writes fails at once with "locked" however long the busy timeout is.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {SQLITE_WAITS_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    cursor = connection.connection.cursor()
    if _mode.get() is TransactionMode.READ:
        cursor.execute("PRAGMA query_only = ON")
        cursor.execute("BEGIN")
    else:
        cursor.execute("PRAGMA query_only = OFF")
        _begin_in_turn(cursor)
    cursor.close()


def _begin_in_turn(cursor: Any) -> None:
    """Begin to write, asking the more often the longer one has waited.

    SQLite's own waiting does the opposite: newcomers ask often and those who have waited long ten times a second, so that
    under a rush some were passed by until their time was out.
    """
    began = time.monotonic()
    cursor.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                cursor.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - began
                is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or waited > SQLITE_WAITS_SECONDS:
                    raise
                time.sleep(max(0.002, 0.02 - waited / 100))
            else:
                return
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {SQLITE_WAITS_SECONDS * 1000}")


def _postgresql_begin(connection: Connection) -> None:
    # psycopg sends BEGIN with the first statement, so the mode costs no round trip.
    driver_connection: Any = connection.connection.dbapi_connection
    driver_connection.read_only = _mode.get() is TransactionMode.READ


def violated_constraint(error: IntegrityError) -> str | None:
    """The name of the constraint that a statement broke, on both databases, or None when it is not a named one.

    PostgreSQL gives the name. SQLite names the table and columns, or the index of a partial unique index.
    """
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        name: str | None = diagnostics.constraint_name
        return name
    message = str(error.orig)
    if "index '" in message:
        return message.split("index '", 1)[1].split("'", 1)[0]
    if not message.startswith("UNIQUE constraint failed: "):
        return message.rsplit(": ", 1)[1] if message.startswith("CHECK constraint failed") else None
    columns = [part.strip() for part in message.split(": ", 1)[1].split(",")]
    table_name = columns[0].split(".")[0]
    names = {column.split(".", 1)[1] for column in columns}
    table = Base.metadata.tables[table_name]
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and {c.name for c in constraint.columns} == names:
            return str(constraint.name)
    for index in table.indexes:
        if index.unique and {c.name for c in index.columns} == names:
            return str(index.name)
    return None


def execute_plainly(statement: Executable, values: Any = None) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement in the session's transaction, for numbers and for rows that nobody needs as objects.

    The session would take two to five times as long, mostly to look for objects. What objects have changed is written
    first, as before the session's own statements.
    """
    db.session.flush()
    return db.session.connection().execute(statement, values)


def read_number(statement: str) -> int | None:
    """The number that a plain SELECT finds, in a statement by itself, outside the session and of any transaction.

    For answers that ten thousand programs ask for every hour: a session takes ten times as long for it. Raises the
    driver's own errors.
    """
    connection = db.engine.raw_connection()
    try:
        driver_connection: Any = connection.dbapi_connection
        if is_postgresql := db.engine.dialect.name == "postgresql":
            # Else the driver would send BEGIN before and ROLLBACK after.
            driver_connection.autocommit = True
        try:
            cursor = connection.cursor()
            cursor.execute(statement)
            row = cursor.fetchone()
            cursor.close()
        finally:
            if is_postgresql and not driver_connection.closed:
                driver_connection.autocommit = False
    finally:
        connection.close()
    return None if row is None else int(row[0])


@contextmanager
def conflict_if(
    constraints: str | tuple[str, ...], message: str, *, field: str | None = None
) -> Iterator[None]:
    """Flush a block in a savepoint and turn the breach of a constraint (or of one of several) into a Conflict;
    other breaches go on up."""
    try:
        with db.session.begin_nested():
            yield
            db.session.flush()
    except IntegrityError as error:
        if violated_constraint(error) not in (
            (constraints,) if isinstance(constraints, str) else constraints
        ):
            raise
        raise Conflict(message, field) from error
