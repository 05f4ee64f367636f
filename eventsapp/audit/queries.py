"""Reading the trail."""

from collections.abc import Sequence

from sqlalchemy import func, select

from eventsapp.audit.models import AuditEntry
from eventsapp.core.db import db
from eventsapp.web.paging import PAGE_SIZE, Page


def history_of_event(event_id: int, *, limit: int = 200) -> list[AuditEntry]:
    """What happened to an activity and its registrations, newest first."""
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.event_id == event_id)
            .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
            .limit(limit)
        )
    )


def history_page(event_id: int, number: int) -> Page[AuditEntry]:
    """One page of what happened to an activity and its registrations, newest first; two statements."""
    total = db.session.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.event_id == event_id)
    )
    rows = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.event_id == event_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page(list(rows), number, PAGE_SIZE, total or 0)


def newest_entry_id(event_id: int) -> int:
    """The id of the newest row about an activity, 0 when there is none."""
    return db.session.scalar(select(func.max(AuditEntry.id)).where(AuditEntry.event_id == event_id)) or 0


def changes_since(event_id: int, entry_id: int, subject_kinds: Sequence[str]) -> list[AuditEntry]:
    """What happened to things of these kinds within an activity after a row of the trail, oldest first."""
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(
                AuditEntry.event_id == event_id,
                AuditEntry.id > entry_id,
                AuditEntry.subject_kind.in_(subject_kinds),
            )
            .order_by(AuditEntry.id)
            .limit(200)
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
            .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
            .limit(limit)
        )
    )
