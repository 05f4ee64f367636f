"""Writing the trail."""

from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db


def record(
    action: str,
    subject_kind: str,
    subject_id: int,
    *,
    actor: Actor,
    event_id: int | None = None,
    changes: dict[str, list[str] | None] | None = None,
) -> None:
    """Add one row to the trail, in the caller's transaction.

    `changes` has [before, after] for the facts of an activity, and None for personal data, of which the trail
    keeps the field's name only.
    """
    db.session.add(
        AuditEntry(
            at=now(),
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            event_id=event_id,
            changes=changes or {},
        )
    )
