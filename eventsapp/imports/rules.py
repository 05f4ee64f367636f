"""Decisions about lists, on values alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext

from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.i18n import format_count
from eventsapp.core.text import email_key
from eventsapp.events.models import Event, EventState
from eventsapp.imports.columns import (
    FIRST_NAME,
    HEAD_COUNT,
    LAST_NAME,
    MOST_CHARACTERS,
    NAME,
    ImportColumn,
    columns_of,
    submission_of,
)
from eventsapp.imports.matching import HEADING_WITHIN
from eventsapp.imports.models import BatchState, ImportBatch, StopReason
from eventsapp.imports.problems import Problem, ProblemKind, Unreadable
from eventsapp.registrations.submission import Submission
from eventsapp.rendering.table_files import Limits

MOST_PEOPLE = 5000
LIMITS = Limits(rows=MOST_PEOPLE + HEADING_WITHIN, columns=60, characters=MOST_CHARACTERS + 1)
MOST_BYTES = 2 * 1024 * 1024
UNDO_WITHIN = timedelta(hours=24)
ROWS_KEPT_FOR = timedelta(days=7)
"""How long after the end rows that were not read in can be downloaded; then what they say is erased."""
UNACCEPTED_KEPT_FOR = timedelta(days=2)
MOST_FAILURES = 3


@dataclass(frozen=True)
class Reading:
    """How the cells of a list are read."""

    event: Event
    keys: tuple[str, ...]
    """For each cell of a row the key of its column, or ""."""
    defaults: Mapping[str, str]
    language: str

    @classmethod
    def of_batch(cls, event: Event, batch: ImportBatch) -> "Reading":
        return cls(event, tuple(batch.columns), batch.defaults, batch.language)


@dataclass(frozen=True)
class CheckedRow:
    """A row after checking: what it says as a submission, or what is wrong with it."""

    number: int
    submission: Submission | None
    problems: tuple[Problem, ...] = ()


def check_rows(reading: Reading, rows: Iterable[tuple[int, Sequence[str]]]) -> list[CheckedRow]:
    """Read rows, each with its number; of several good ones with one address the first counts."""
    columns = columns_of(reading.event)
    first_with: dict[str, int] = {}
    checked = []
    for number, cells in rows:
        row = _check_row(reading, columns, number, cells)
        key = email_key(row.submission.email) if row.submission else ""
        if key and first_with.setdefault(key, number) != number:
            row = CheckedRow(number, None, (Problem(ProblemKind.REPEATED, str(first_with[key])),))
        checked.append(row)
    return checked


def _check_row(
    reading: Reading, columns: Mapping[str, ImportColumn], number: int, cells: Sequence[str]
) -> CheckedRow:
    said = {key: cell for key, cell in zip(reading.keys, cells, strict=False) if key in columns}
    values: dict[str, object] = {}
    problems = []
    for key, column in columns.items():
        try:
            value = column.value(said.get(key, "")) or column.value(reading.defaults.get(key, ""))
        except Unreadable as error:
            problems.append(Problem(error.kind, key))
            continue
        if value is not None:
            values[key] = value
        elif column.is_needed and not (key == NAME and {FIRST_NAME, LAST_NAME} & _keys_said(said)):
            problems.append(Problem(ProblemKind.MISSING, key))
    if problems:
        return CheckedRow(number, None, tuple(problems))
    submission = submission_of(reading.event, values, reading.language)
    if (submission.head_count or 1) > submission.people():
        return CheckedRow(number, None, (Problem(ProblemKind.ALONE_ON_SITE, HEAD_COUNT),))
    return CheckedRow(number, submission)


def _keys_said(said: Mapping[str, str]) -> set[str]:
    """The keys of the columns in which something stands, whether or not it can be read."""
    return {key for key, cell in said.items() if cell.strip()}


def require_columns(keys: Sequence[str], columns: Mapping[str, ImportColumn]) -> None:
    """Raise DomainError unless each column is read as one that there is, and no two as the same."""
    chosen = [key for key in keys if key]
    unknown = set(chosen) - columns.keys()
    if unknown:
        raise DomainError(gettext("Välj ett av alternativen."))
    twice = next((key for key in chosen if chosen.count(key) > 1), None)
    if twice is not None:
        raise DomainError(
            gettext("Två kolumner läses som %(column)s. Välj en av dem.", column=columns[twice].label)
        )
    if not {NAME, FIRST_NAME, LAST_NAME} & set(chosen):
        raise DomainError(gettext("Välj vilken kolumn som har namnet."))


def stop_reason(event: Event) -> StopReason | None:
    """Why nobody more can be read in; the same as when staff add one by hand."""
    match event.state:
        case EventState.CANCELLED:
            return StopReason.CANCELLED
        case EventState.DRAFT:
            return StopReason.DRAFT
    return None


def too_many_rows() -> DomainError:
    """What is said of a list that is too long."""
    return DomainError(
        gettext("Det är för många rader. Läs in högst %(most)s åt gången.", most=format_count(MOST_PEOPLE))
    )


def require_people(rows: Sequence[object]) -> None:
    """Raise DomainError for a list without anybody in it, and for one that is too long."""
    if not rows:
        raise DomainError(gettext("Det står ingen under rubrikerna."))
    if len(rows) > MOST_PEOPLE:
        raise too_many_rows()


def may_undo(batch: ImportBatch, now: datetime) -> bool:
    """Whether what an import added can be taken back: once, for a day after its end."""
    return (
        batch.state in (BatchState.DONE, BatchState.STOPPED)
        and batch.undone_at is None
        and batch.ended_at is not None
        and now < batch.ended_at + UNDO_WITHIN
    )


def require_may_undo(batch: ImportBatch, now: datetime) -> None:
    if not may_undo(batch, now):
        raise Conflict(gettext("Importen går inte att ångra längre."))
