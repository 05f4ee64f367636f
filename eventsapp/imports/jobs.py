"""What the worker does with imports."""

import logging
import time

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.jobs import every_minute, every_night, jobs, wake
from eventsapp.imports import queries
from eventsapp.imports.erasing import erase_old_rows
from eventsapp.imports.operations import WORK_JOB
from eventsapp.imports.working import note_failure, work_on

RUN_SECONDS = 45
"""A worker with one thread comes up for air before its next minute."""
PAUSE_SECONDS = 0.02
"""Between portions, so that on SQLite those who wait for their turn to write get it."""
log = logging.getLogger(__name__)


@jobs.job(WORK_JOB, every=every_minute)
def work_on_imports() -> None:
    """Read lists in and take them back, with a commit for each portion; what is left after a while goes on in a new run."""
    until = time.monotonic() + RUN_SECONDS
    batch_ids = queries.batches_at_work()
    db.session.rollback()
    for batch_id in batch_ids:
        while _take_portion(batch_id):
            if time.monotonic() > until:
                wake(WORK_JOB)
                db.session.commit()
                return
            time.sleep(PAUSE_SECONDS)


def _take_portion(batch_id: int) -> bool:
    """One portion in a transaction of its own; one that fails is tried again in the next minute."""
    try:
        has_more = work_on(batch_id)
        db.session.commit()
    except Exception as error:  # noqa: BLE001 - one bad import never stops the others
        db.session.rollback()
        log.error("a portion of import %d failed: %s", batch_id, type(error).__name__)
        note_failure(batch_id)
        db.session.commit()
        return False
    return has_more


@jobs.job("erase_imported_rows", every=every_night)
def erase_imported_rows() -> None:
    """Erase what lists say of people, some days after their end."""
    erase_old_rows(now())
    db.session.commit()
