"""The append-only trail."""

from datetime import datetime

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.actor import ActorKind
from eventsapp.core.db import Base, EnumText, UtcDateTime


class AuditEntry(Base):
    """One thing that happened. Personal data is named, never quoted; `event_id` gathers an activity's history."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject", "subject_kind", "subject_id"),
        Index("ix_audit_entries_event_id", "event_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[ActorKind] = mapped_column(EnumText(ActorKind, 12))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(default="")
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    event_id: Mapped[int | None]
    changes: Mapped[dict[str, list[str] | None]] = mapped_column(JSON, default=dict)
    """Field → [before, after] for facts, field → null where only the name may be kept."""
