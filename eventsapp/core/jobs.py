"""Background jobs on Huey: rooms declare them, the application gives them a queue, the worker runs them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import psycopg
from flask import Flask, current_app
from huey import Huey, MemoryHuey, PostgresHuey, SqliteHuey, crontab
from huey.api import TaskWrapper
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from eventsapp.config import Settings
from eventsapp.core.clock import now
from eventsapp.core.db import (
    Base,
    TransactionMode,
    UtcDateTime,
    db,
    set_transaction_mode,
)

log = logging.getLogger(__name__)
_QUEUE_TABLES_LOCK = 0x6875_6579
"""The advisory lock in PostgreSQL of those who make the tables of the queue; the number is "huey" in ASCII."""


class Heartbeat(Base):
    """When a part of the system last showed that it lives."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Job:
    """A function that looks at state and may be run twice without harm. `every` is when it runs by itself."""

    name: str
    function: Callable[[], None]
    every: Callable[[datetime], bool] | None


class Jobs:
    """The declared jobs of the whole product."""

    def __init__(self) -> None:
        self.declared: dict[str, Job] = {}

    def job(
        self, name: str, *, every: Callable[[datetime], bool] | None = None
    ) -> Callable[[Callable[[], None]], Callable[[], None]]:
        """Declare a job that the worker runs; it commits by itself and is run in a write transaction."""

        def declare(function: Callable[[], None]) -> Callable[[], None]:
            self.declared[name] = Job(name, function, every)
            return function

        return declare

    def init_app(self, app: Flask, settings: Settings) -> None:
        """Give the application a queue with every declared job in it."""
        huey = make_queue(settings)
        tasks: dict[str, TaskWrapper] = {}
        for job in self.declared.values():
            run = _in_application(app, job)
            if job.every is None:
                tasks[job.name] = huey.task(name=job.name)(run)
            else:
                tasks[job.name] = huey.periodic_task(job.every, name=job.name)(run)
        app.extensions["huey"] = huey
        app.extensions["huey_tasks"] = tasks


jobs = Jobs()

every_minute = crontab()
"""Runs each minute."""
every_night = crontab(minute="15", hour="1")
"""Runs at 01.15 UTC."""
every_morning = crontab(minute="0", hour="6")
"""Runs at 06.00 UTC, which is 07.00 or 08.00 in Sweden."""


def make_queue(settings: Settings) -> Huey:
    """The queue of an installation, with its tables; processes may start together."""
    if settings.testing:
        return MemoryHuey("eventsapp", results=False, utc=True)
    if settings.uses_postgresql:
        dsn = (
            make_url(settings.sqlalchemy_url)
            .set(drivername="postgresql")
            .render_as_string(hide_password=False)
        )
        # The queue makes its tables when they are missing, and PostgreSQL's "if not exists" fails for one of two processes
        # that start at the same moment. They take turns.
        with psycopg.connect(dsn) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_QUEUE_TABLES_LOCK])
            return PostgresHuey("eventsapp", dsn=dsn, results=False)
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("eventsapp", filename=str(settings.instance_path / "huey.db"), results=False)


def _in_application(app: Flask, job: Job) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            set_transaction_mode(TransactionMode.WRITE)
            try:
                job.function()
            finally:
                db.session.remove()

    run.__name__ = job.name
    return run


def wake(name: str) -> None:
    """Run a job as soon as the present transaction is committed; nothing happens if it is rolled back."""
    db.session.info.setdefault("wake", set()).add(name)


def beat(name: str) -> None:
    """Note that a part of the system lives; the caller commits."""
    db.session.merge(Heartbeat(name=name, beat_at=now()))


def _enqueue_woken(session: Session) -> None:
    if session.in_nested_transaction():
        return
    names: set[str] = session.info.pop("wake", set())
    for name in names:
        # What is committed is committed: a queue that does not answer must not turn it into an error page,
        # and the job's own minute run finds the work anyway.
        try:
            huey: Huey = current_app.extensions["huey"]
            huey.enqueue(current_app.extensions["huey_tasks"][name].s())
        except Exception:
            log.exception("could not wake the job %s", name)


def _forget_woken(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop("wake", None)


event.listen(db.session, "after_commit", _enqueue_woken)
event.listen(db.session, "after_soft_rollback", _forget_woken)
