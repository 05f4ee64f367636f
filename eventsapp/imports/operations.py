"""Taking in a list, correcting what its columns are, accepting it, and throwing it away."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import bindparam, insert, update

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db, execute_plainly
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.jobs import wake
from eventsapp.core.sealing import seal
from eventsapp.events.models import Event
from eventsapp.imports import queries
from eventsapp.imports.columns import columns_of
from eventsapp.imports.matching import match
from eventsapp.imports.models import BatchState, ImportBatch, ImportRow, RowOutcome
from eventsapp.imports.rules import (
    CheckedRow,
    Reading,
    check_rows,
    require_columns,
    require_may_undo,
    require_people,
)
from eventsapp.registrations.rules import require_staff_may_add
from eventsapp.rendering.table_files import TableRow

WORK_JOB = "work_on_imports"
_rows = ImportRow.__table__


@dataclass(frozen=True)
class Choices:
    """How a list is accepted: `version` is that of the preview that was seen."""

    version: int
    tell: bool
    overbook: bool
    skip_broken: bool


def read_in(event: Event, table: Sequence[TableRow], *, language: str, actor: Actor) -> ImportBatch:
    """Keep a list, sealed, to be looked at; nobody is registered yet. Flushes.

    Raises Conflict where staff may add nobody, and DomainError for a list without people or with too many.
    """
    require_staff_may_add(event)
    assert actor.id is not None
    found = match(table, columns_of(event))
    require_people(found.rows)
    batch = ImportBatch(
        event_id=event.id,
        actor_id=actor.id,
        actor_name=actor.name,
        language=language,
        sealed_headings=seal(json.dumps(found.headings, ensure_ascii=False)),
        columns=list(found.columns),
        row_count=len(found.rows),
        read_at=now(),
    )
    db.session.add(batch)
    db.session.flush()
    execute_plainly(
        insert(_rows),  # type: ignore[arg-type]
        [
            {
                "batch_id": batch.id,
                "number": row.number,
                "sealed_cells": seal(json.dumps(row.cells, ensure_ascii=False)),
                "outcome": RowOutcome.PENDING,
                "problems": [],
            }
            for row in found.rows
        ],
    )
    return batch


def choose_columns(
    event: Event, batch_id: int, keys: Sequence[str], defaults: Mapping[str, str], *, actor: Actor
) -> None:
    """Say what the columns of a list are; flushes. Raises DomainError for a choice that makes no sense."""
    batch = queries.lock_batch(event.id, batch_id)
    _require_unaccepted(batch)
    if len(keys) != len(batch.columns):
        raise DomainError(gettext("Välj ett av alternativen."))
    require_columns(keys, columns_of(event))
    batch.columns = list(keys)
    batch.defaults = {key: text for key, text in defaults.items() if text}
    batch.version += 1
    batch.actor_id, batch.actor_name = actor.id or batch.actor_id, actor.name
    db.session.flush()


def accept(event: Event, batch_id: int, choices: Choices, *, actor: Actor) -> None:
    """Let the worker read a list in; flushes. Accepted twice it is read in once.

    Rows that cannot be read are left out at once, each with its reasons. Raises Conflict where the preview has changed or
    nobody can be added, and DomainError at "skip_broken" unless they are to be left out.
    """
    batch = queries.lock_batch(event.id, batch_id)
    if batch.state is not BatchState.READ:
        return
    if batch.version != choices.version:
        raise Conflict(gettext("Kolumnerna har ändrats sedan du öppnade sidan. Se igenom raderna igen."))
    require_staff_may_add(event)
    checked = check_rows(Reading.of_batch(event, batch), queries.rows_with_cells(batch.id))
    broken = [row for row in checked if row.problems]
    if broken and not choices.skip_broken:
        raise DomainError(
            gettext("Kryssa i att de rader som inte går att läsa in ska hoppas över."), "skip_broken"
        )
    if len(broken) == len(checked):
        raise DomainError(gettext("Ingen rad går att läsa in. Välj vad kolumnerna är."))
    leave_out(batch, broken)
    batch.state = BatchState.RUNNING
    batch.accepted_at = now()
    batch.tell, batch.overbook = choices.tell, choices.overbook
    batch.actor_id, batch.actor_name = actor.id or batch.actor_id, actor.name
    audit.record(
        "import.accepted",
        "import",
        batch.id,
        actor=actor,
        event_id=event.id,
        changes={"import_rows": ["", str(batch.row_count)], "import_broken": ["", str(len(broken))]},
    )
    db.session.flush()
    wake(WORK_JOB)


def leave_out(batch: ImportBatch, rows: Sequence[CheckedRow]) -> None:
    """Note of rows that they are not read in, and why, in one statement."""
    if not rows:
        return
    table = ImportRow.__table__
    execute_plainly(
        update(table)  # type: ignore[arg-type]
        .where(table.c.batch_id == batch.id, table.c.number == bindparam("of_number"))
        .values(outcome=RowOutcome.SKIPPED, problems=bindparam("because")),
        [
            {"of_number": row.number, "because": [problem.to_pair() for problem in row.problems]}
            for row in rows
        ],
    )


def throw_away(event: Event, batch_id: int) -> None:
    """Erase a list that nobody has accepted; flushes."""
    batch = queries.lock_batch(event.id, batch_id)
    _require_unaccepted(batch)
    db.session.delete(batch)
    db.session.flush()


def begin_undo(event: Event, batch_id: int, *, actor: Actor) -> None:
    """Let the worker take back what an import added; flushes. Asked twice it is done once. Raises Conflict when it is too
    late."""
    batch = queries.lock_batch(event.id, batch_id)
    if batch.undone_at is not None:
        return
    require_may_undo(batch, now())
    batch.state = BatchState.UNDOING
    batch.undone_at = now()
    batch.failures = 0
    batch.actor_id, batch.actor_name = actor.id or batch.actor_id, actor.name
    added = queries.progress_of(batch).added
    audit.record(
        "import.undo_begun",
        "import",
        batch.id,
        actor=actor,
        event_id=event.id,
        changes={"import_added": ["", str(added)]},
    )
    db.session.flush()
    wake(WORK_JOB)


def _require_unaccepted(batch: ImportBatch) -> None:
    if batch.state is not BatchState.READ:
        raise Conflict(gettext("Importen är redan godkänd."))
