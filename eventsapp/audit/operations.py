"""Writing the trail."""

from collections.abc import Sequence

from sqlalchemy import insert

from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db, execute_plainly

_ADD_ENTRY = insert(AuditEntry.__table__)  # type: ignore[arg-type]


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


def record_for_many(
    action: str, subject_kind: str, subject_ids: Sequence[int], *, actor: Actor, event_id: int | None = None
) -> None:
    """Add the same row for each of these, in one statement; what was recorded before comes before it in the trail."""
    if not subject_ids:
        return
    moment = now()
    execute_plainly(
        _ADD_ENTRY,
        [
            {
                "at": moment,
                "actor_kind": actor.kind,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "action": action,
                "subject_kind": subject_kind,
                "subject_id": subject_id,
                "event_id": event_id,
                "changes": {},
            }
            for subject_id in subject_ids
        ],
    )
