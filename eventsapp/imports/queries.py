"""Reading imports: the list of an activity, its rows, and how far it has come."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import func, select

from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import ActorKind
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.sealing import unseal
from eventsapp.imports.models import ADDED, ENDED, WORKED_ON, BatchState, ImportBatch, ImportRow, RowOutcome
from eventsapp.organisations.models import Organisation
from eventsapp.registrations.models import ACTIVE, Registration
from eventsapp.web.paging import PAGE_SIZE, Page

_KEYS_AT_ONCE = 500
_NO_CHANGES = (
    "registration.made",
    "registration.waiting",
    "registration.overbooked",
    "registration.confirmation_sent_again",
)
"""What staff do to a registration without changing what the import made of it."""


def imports_of(event_id: int) -> Sequence[ImportBatch]:
    """The imports of an activity, newest first."""
    return db.session.scalars(
        select(ImportBatch).where(ImportBatch.event_id == event_id).order_by(ImportBatch.id.desc()).limit(50)
    ).all()


def get_batch(event_id: int, batch_id: int) -> ImportBatch:
    """One import of an activity; raises NotFound."""
    return _found(
        db.session.scalar(
            select(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.event_id == event_id)
        )
    )


def lock_batch(event_id: int, batch_id: int) -> ImportBatch:
    """The same as it is now, locked until the transaction ends; raises NotFound."""
    return _found(
        db.session.scalar(
            select(ImportBatch)
            .where(ImportBatch.id == batch_id, ImportBatch.event_id == event_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _found(batch: ImportBatch | None) -> ImportBatch:
    if batch is None:
        raise NotFound(gettext("Importen finns inte."))
    return batch


def lock_batch_at_work(batch_id: int) -> ImportBatch | None:
    """An import that is worked on, locked; None where there is nothing to do, or another worker has it in hand."""
    return db.session.scalar(
        select(ImportBatch)
        .where(ImportBatch.id == batch_id, ImportBatch.state.in_(WORKED_ON))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def batches_at_work() -> list[int]:
    """The imports that are worked on, the one that has waited longest first."""
    return list(
        db.session.scalars(
            select(ImportBatch.id).where(ImportBatch.state.in_(WORKED_ON)).order_by(ImportBatch.id)
        )
    )


def cells_of(row: ImportRow) -> list[str] | None:
    """What the cells of a row said; None once that is erased."""
    if row.sealed_cells is None:
        return None
    cells: list[str] = json.loads(unseal(row.sealed_cells))
    return cells


def headings_of(batch: ImportBatch) -> list[str]:
    """What stands above the columns; nothing once that is erased."""
    if batch.sealed_headings is None:
        return [""] * len(batch.columns)
    headings: list[str] = json.loads(unseal(batch.sealed_headings))
    return headings


def rows_with_cells(batch_id: int) -> list[tuple[int, list[str]]]:
    """Every row that still says something, with its number, in the order of the list."""
    rows = db.session.execute(
        select(ImportRow.number, ImportRow.sealed_cells)
        .where(ImportRow.batch_id == batch_id, ImportRow.sealed_cells.is_not(None))
        .order_by(ImportRow.number)
    )
    return [(number, json.loads(unseal(sealed))) for number, sealed in rows if sealed is not None]


def next_rows(batch_id: int, number: int) -> Sequence[ImportRow]:
    """The next rows to read in, in the order of the list."""
    return db.session.scalars(
        select(ImportRow)
        .where(ImportRow.batch_id == batch_id, ImportRow.outcome == RowOutcome.PENDING)
        .order_by(ImportRow.number)
        .limit(number)
    ).all()


def next_to_undo(batch_id: int, number: int) -> list[tuple[ImportRow, Registration | None]]:
    """The next rows to take back, with their registrations: who waits before who has a place, the last of the list first.

    So no place that comes free goes to somebody who is taken back a moment later.
    """
    rows = db.session.execute(
        select(ImportRow, Registration)
        .outerjoin(Registration, Registration.id == ImportRow.registration_id)
        .where(ImportRow.batch_id == batch_id, ImportRow.outcome.in_(ADDED))
        .order_by(Registration.waiting_order.is_(None), ImportRow.number.desc())
        .limit(number)
    )
    return [(row, registration) for row, registration in rows]


def registered_among(event_id: int, keys: Collection[str]) -> set[str]:
    """Those of these addresses that are registered, in a statement for every five hundred."""
    wanted = sorted(key for key in keys if key)
    found: set[str] = set()
    for start in range(0, len(wanted), _KEYS_AT_ONCE):
        found |= set(
            db.session.scalars(
                select(Registration.email_key).where(
                    Registration.event_id == event_id,
                    Registration.email_key.in_(wanted[start : start + _KEYS_AT_ONCE]),
                    Registration.status.in_(ACTIVE),
                )
            )
        )
    return found


def organisations_by_name() -> dict[str, Organisation]:
    """Every organisation by each of its names, as `organisations.queries.find_by_name` would find it; one statement."""
    found: dict[str, Organisation] = {}
    for organisation in db.session.scalars(
        select(Organisation).order_by(Organisation.is_official.desc(), Organisation.id)
    ):
        for name in organisation.search_text.split("\n"):
            found.setdefault(name, organisation)
    return found


@dataclass(frozen=True)
class Progress:
    """How far an import has come, in numbers of rows."""

    by_outcome: dict[RowOutcome, int]

    def __getitem__(self, outcome: str) -> int:
        return self.by_outcome.get(RowOutcome(outcome), 0)

    @property
    def total(self) -> int:
        return sum(self.by_outcome.values())

    @property
    def added(self) -> int:
        """Those who are registered by the import and have not been taken back."""
        return sum(self[outcome] for outcome in ADDED)

    @property
    def left(self) -> int:
        return self["pending"]


def progress_of(batch: ImportBatch) -> Progress:
    """The numbers of an import, in one statement."""
    rows = db.session.execute(
        select(ImportRow.outcome, func.count().label("number"))
        .where(ImportRow.batch_id == batch.id)
        .group_by(ImportRow.outcome)
    )
    return Progress({row.outcome: row.number for row in rows})


def report_page(batch: ImportBatch, number: int) -> Page[ImportRow]:
    """One page of the rows that were not read in, or not taken back, in the order of the list."""
    told = ImportRow.outcome.in_((RowOutcome.SKIPPED, RowOutcome.KEPT))
    total = db.session.scalar(
        select(func.count()).select_from(ImportRow).where(ImportRow.batch_id == batch.id, told)
    )
    rows = db.session.scalars(
        select(ImportRow)
        .where(ImportRow.batch_id == batch.id, told)
        .order_by(ImportRow.number)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page(list(rows), number, PAGE_SIZE, total or 0)


def rows_left_out(batch_id: int) -> Iterator[ImportRow]:
    """Every row that was not read in and still says something, in the order of the list."""
    yield from db.session.scalars(
        select(ImportRow)
        .where(
            ImportRow.batch_id == batch_id,
            ImportRow.outcome.in_((RowOutcome.SKIPPED, RowOutcome.PENDING)),
            ImportRow.sealed_cells.is_not(None),
        )
        .order_by(ImportRow.number)
    )


def changed_by_somebody(registration_ids: Collection[int]) -> set[int]:
    """Those of these registrations that a person has done something with since they were added."""
    return set(
        db.session.scalars(
            select(AuditEntry.subject_id)
            .where(
                AuditEntry.subject_kind == "registration",
                AuditEntry.subject_id.in_(registration_ids),
                AuditEntry.actor_kind != ActorKind.SYSTEM,
                AuditEntry.action.not_in(_NO_CHANGES),
            )
            .distinct()
        )
    )


def names_of(registration_ids: Collection[int]) -> dict[int, str]:
    """What these registered people are called."""
    rows = db.session.execute(
        select(Registration.id, Registration.name).where(Registration.id.in_(registration_ids))
    )
    return {row.id: row.name for row in rows}


def unaccepted_since(moment: datetime) -> list[int]:
    """The imports that were read before a moment, and that nobody has accepted."""
    return list(
        db.session.scalars(
            select(ImportBatch.id).where(ImportBatch.state == BatchState.READ, ImportBatch.read_at < moment)
        )
    )


def ended_before(moment: datetime) -> list[int]:
    """The imports that ended before a moment, and whose rows may still say something."""
    return list(
        db.session.scalars(
            select(ImportBatch.id).where(
                ImportBatch.state.in_(ENDED),
                ImportBatch.erased_at.is_(None),
                func.coalesce(ImportBatch.undone_at, ImportBatch.ended_at) < moment,
            )
        )
    )
