"""The one thing that changes what the trail says: that somebody must not be found in it."""

from sqlalchemy import select

from eventsapp.audit.models import AuditEntry
from eventsapp.core.db import db
from eventsapp.core.redaction import Redaction


def redact_entries(subject_kind: str, subject_id: int, redaction: Redaction) -> None:
    """Put the alias where the history of one thing quotes a person, as a written reason may; flushes.

    What was done, when and by whom stays as it is.
    """
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject_kind == subject_kind, AuditEntry.subject_id == subject_id)
    )
    for entry in entries:
        changes = {
            name: None if pair is None else [redaction(value) for value in pair]
            for name, pair in entry.changes.items()
        }
        if changes != entry.changes:
            entry.changes = changes
    db.session.flush()
