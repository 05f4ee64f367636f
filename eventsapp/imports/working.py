"""Reading a list in, and taking it back, a portion at a time: each portion is one transaction with everything in it.

Whoever dies in the middle of a portion has done nothing of it. What a row led to is noted with it, so that the next
worker goes on where the last one ended.
"""

from collections.abc import Sequence
from itertools import groupby

from eventsapp.audit import operations as audit
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.events.models import Event
from eventsapp.imports import queries
from eventsapp.imports.models import BatchState, ImportBatch, ImportRow, RowOutcome, StopReason
from eventsapp.imports.problems import Problem, ProblemKind
from eventsapp.imports.rules import MOST_FAILURES, Reading, check_rows, stop_reason
from eventsapp.imports.undoing import undo_rows
from eventsapp.places.operations import PoolFull
from eventsapp.registrations.models import Registration, RegistrationSource, RegistrationStatus
from eventsapp.registrations.operations import Terms, add_needs, admit
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.registrations.records import new_registration
from eventsapp.registrations.seats import Seats, lock_seats
from eventsapp.registrations.submission import Submission

PORTION = 50


def work_on(batch_id: int) -> bool:
    """Take the next portion of an import, or of its undoing; flushes. Answers whether there may be more."""
    batch = queries.lock_batch_at_work(batch_id)
    if batch is None:
        return False
    event = get_event_in_letters(batch.event_id)
    seats = lock_seats(event)
    has_more = (_undo if batch.state is BatchState.UNDOING else _read_in)(seats, event, batch)
    batch.failures = 0
    db.session.flush()
    return has_more


def note_failure(batch_id: int) -> None:
    """Note that a portion failed; after a few in a row the import stops, and says so. Flushes."""
    batch = queries.lock_batch_at_work(batch_id)
    if batch is None:
        return
    batch.failures += 1
    if batch.failures >= MOST_FAILURES and batch.state is BatchState.UNDOING:
        # What could not be taken back may be tried again, as long as an undo may.
        batch.state, batch.stop_reason, batch.undone_at = BatchState.STOPPED, StopReason.UNDO_FAILED, None
    elif batch.failures >= MOST_FAILURES:
        _end(batch, StopReason.FAILED)
    db.session.flush()


def _end(batch: ImportBatch, reason: StopReason | None = None) -> None:
    batch.state = BatchState.STOPPED if reason else BatchState.DONE
    batch.stop_reason = reason
    batch.ended_at = now()
    progress = queries.progress_of(batch)
    audit.record(
        "import.stopped" if reason else "import.finished",
        "import",
        batch.id,
        actor=batch.actor,
        event_id=batch.event_id,
        changes={
            "import_added": ["", str(progress.added)],
            "import_left_out": ["", str(progress["skipped"] + progress.left)],
        },
    )


def _read_in(seats: Seats, event: Event, batch: ImportBatch) -> bool:
    rows = queries.next_rows(batch.id, PORTION)
    reason = stop_reason(event)
    if not rows or reason:
        _end(batch, reason if rows else None)
        return False
    with_cells = [(row.number, queries.cells_of(row) or []) for row in rows]
    checked = check_rows(Reading.of_batch(event, batch), with_cells)
    good = {row.number: row.submission for row in checked if row.submission}
    registered = queries.registered_among(event.id, {email_key(one.email) for one in good.values()})
    new: list[tuple[ImportRow, Submission]] = []
    for row, check in zip(rows, checked, strict=True):
        if check.submission is None:
            _leave_out(row, *check.problems)
        elif email_key(check.submission.email) in registered:
            _leave_out(row, Problem(ProblemKind.REGISTERED))
        else:
            new.append((row, check.submission))
    _add(seats, event, batch, new)
    return True


def _leave_out(row: ImportRow, *problems: Problem) -> None:
    row.outcome = RowOutcome.SKIPPED
    row.problems = [problem.to_pair() for problem in problems]


def _add(
    seats: Seats, event: Event, batch: ImportBatch, people: Sequence[tuple[ImportRow, Submission]]
) -> None:
    """Register people as when staff add them by hand, in the order of the list; those who follow each other with the same
    choices in the programme together."""
    for items, together in groupby(people, lambda one: one[1].items):
        _add_alike(seats, event, batch, list(together), items)


def _add_alike(
    seats: Seats,
    event: Event,
    batch: ImportBatch,
    people: Sequence[tuple[ImportRow, Submission]],
    items: tuple[int, ...],
) -> None:
    """Register people with the same choices: together where there is room for all of them, else one by one."""
    new = [
        (row, submission, new_registration(event, submission, RegistrationSource.STAFF))
        for row, submission in people
    ]
    together = [registration for _row, _submission, registration in new]
    terms = Terms(items=items, tell=batch.tell, overbook=batch.overbook)
    has_room = _has_room(seats, event, together, items)
    if has_room:
        admit(seats, event, together, terms, actor=batch.actor)
    for row, submission, registration in new:
        if not has_room:
            try:
                admit(seats, event, [registration], terms, actor=batch.actor)
            except PoolFull as error:
                kind = ProblemKind.ITEM_FULL if error.field == "items" else ProblemKind.FULL
                _leave_out(row, Problem(kind))
                continue
        add_needs(event, registration, submission)
        _note(seats, event, row, registration, items)


def _has_room(seats: Seats, event: Event, registrations: list[Registration], items: tuple[int, ...]) -> bool:
    try:
        return not seats.full_pools(seats.needs_of(event, registrations, items))
    except PoolFull:
        return False


def _note(
    seats: Seats, event: Event, row: ImportRow, registration: Registration, items: tuple[int, ...]
) -> None:
    """Note what a row led to; what its cells said stands in the registration from now on."""
    row.registration_id = registration.id
    row.sealed_cells = None
    row.outcome = RowOutcome.PLACED
    if registration.status is RegistrationStatus.WAITING:
        row.outcome = RowOutcome.WAITING
    elif _is_over(seats, event, registration, items):
        row.outcome = RowOutcome.OVER


def _is_over(seats: Seats, event: Event, registration: Registration, items: tuple[int, ...]) -> bool:
    (needs,) = seats.needs_of(event, [registration], items)
    balances = [seats.ledger.balances[pool] for pool in needs]
    return any(one.pool.capacity is not None and one.taken > one.pool.capacity for one in balances)


def _undo(seats: Seats, event: Event, batch: ImportBatch) -> bool:
    if undo_rows(seats, event, batch, PORTION):
        return True
    batch.state = BatchState.UNDONE
    progress = queries.progress_of(batch)
    audit.record(
        "import.undone",
        "import",
        batch.id,
        actor=batch.actor,
        event_id=batch.event_id,
        changes={
            "import_taken_back": ["", str(progress["undone"])],
            "import_kept": ["", str(progress["kept"])],
        },
    )
    return False
