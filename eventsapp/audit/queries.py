"""Reading the trail."""

from sqlalchemy import select

from eventsapp.audit.models import AuditEntry
from eventsapp.core.db import db


def history_of_event(event_id: int, *, limit: int = 200) -> list[AuditEntry]:
    """What happened to an activity and its registrations, newest first."""
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.event_id == event_id)
            .order_by(AuditEntry.id.desc())
            .limit(limit)
        )
    )


def history_of(subject_kind: str, subject_id: int, *, limit: int = 200) -> list[AuditEntry]:
    """What happened to one thing, newest first."""
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(
                AuditEntry.subject_kind == subject_kind,
                AuditEntry.subject_id == subject_id,
            )
            .order_by(AuditEntry.id.desc())
            .limit(limit)
        )
    )
