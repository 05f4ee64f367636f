"""Limits that hold over several processes, counted in the database in fixed windows."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.db import Base, UtcDateTime, db
from eventsapp.core.tokens import keyed_digest


class ThrottleCount(Base):
    """How often something was tried in one window. The subject is kept as a keyed digest only."""

    __tablename__ = "throttle_counts"

    scope: Mapped[str] = mapped_column(primary_key=True)
    subject_digest: Mapped[str] = mapped_column(primary_key=True)
    window_starts_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    count: Mapped[int]


def _secret() -> str:
    return str(current_app.secret_key)


def _window_start(moment: datetime, minutes: int) -> datetime:
    seconds = minutes * 60
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, moment.tzinfo)


def count_attempt(scope: str, subject: str, *, minutes: int, now: datetime) -> int:
    """Count one more attempt by `subject` in the window of `minutes` around `now`; answer how many there are now."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(ThrottleCount).values(
        scope=scope,
        subject_digest=keyed_digest(subject, _secret()),
        window_starts_at=_window_start(now, minutes),
        count=1,
    )
    counted = statement.on_conflict_do_update(
        index_elements=["scope", "subject_digest", "window_starts_at"],
        set_={"count": ThrottleCount.count + 1},
    ).returning(ThrottleCount.count)
    return db.session.scalars(counted).one()


def attempts(scope: str, subject: str, *, minutes: int, now: datetime) -> int:
    """How many attempts `subject` has made in the window around `now`."""
    statement = select(func.coalesce(func.sum(ThrottleCount.count), 0)).where(
        ThrottleCount.scope == scope,
        ThrottleCount.subject_digest == keyed_digest(subject, _secret()),
        ThrottleCount.window_starts_at == _window_start(now, minutes),
    )
    return db.session.scalars(statement).one()


def forget_attempts(scope: str, subject: str) -> None:
    """Clear the counts of one subject, as after a right password."""
    db.session.execute(
        delete(ThrottleCount).where(
            ThrottleCount.scope == scope,
            ThrottleCount.subject_digest == keyed_digest(subject, _secret()),
        )
    )


def forget_old_attempts(now: datetime) -> None:
    """Delete the counts of windows that are over since a day."""
    db.session.execute(delete(ThrottleCount).where(ThrottleCount.window_starts_at < now - timedelta(days=1)))
