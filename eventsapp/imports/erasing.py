"""Erasing what lists say of people, when nobody needs it any more."""

from datetime import datetime

from sqlalchemy import delete, update

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.imports import queries
from eventsapp.imports.models import ENDED, BatchState, ImportBatch, ImportRow
from eventsapp.imports.rules import ROWS_KEPT_FOR, UNACCEPTED_KEPT_FOR


def erase_old_rows(moment: datetime) -> None:
    """Throw away lists that nobody has accepted for some days, and empty the rows of those that ended some days ago."""
    _delete(queries.unaccepted_since(moment - UNACCEPTED_KEPT_FOR))
    _empty(queries.ended_before(moment - ROWS_KEPT_FOR))


def forget_lists(_registration_id: int, *, event_id: int, **_what_was: object) -> None:
    """Erase what the lists of an activity say, since somebody in it has got protected personal data.

    The rows are sealed, so that nobody can see which of them are about the person.
    """
    batches = [batch for batch in queries.imports_of(event_id) if batch.erased_at is None]
    _delete([batch.id for batch in batches if batch.state is BatchState.READ])
    _empty([batch.id for batch in batches if batch.state in ENDED])


def _delete(batch_ids: list[int]) -> None:
    if batch_ids:
        db.session.execute(
            delete(ImportBatch).where(ImportBatch.id.in_(batch_ids), ImportBatch.state == BatchState.READ),
            execution_options={"synchronize_session": False},
        )


def _empty(batch_ids: list[int]) -> None:
    if not batch_ids:
        return
    for statement in (
        update(ImportRow).where(ImportRow.batch_id.in_(batch_ids)).values(sealed_cells=None),
        update(ImportBatch)
        .where(ImportBatch.id.in_(batch_ids))
        .values(sealed_headings=None, erased_at=now()),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})
