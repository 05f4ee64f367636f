"""The attendee list as a spreadsheet: exactly the view that is shown, without food and access needs."""

from collections.abc import Iterator, Sequence

from eventsapp.attendees.queries import AttendeeColumn, AttendeeRow
from eventsapp.core.text import family_first
from eventsapp.questions.kinds import NOTHING, kind_of
from eventsapp.questions.models import Question, QuestionKind
from eventsapp.rendering.spreadsheet import Cell, Column, ColumnKind

_WIDTHS = {AttendeeColumn.EMAIL: 32, AttendeeColumn.ORGANISATION: 30, AttendeeColumn.NAME: 28}
_COLUMN_KINDS = {
    AttendeeColumn.REGISTERED: ColumnKind.DATETIME,
    AttendeeColumn.HEAD_COUNT: ColumnKind.NUMBER,
}
_KINDS = {QuestionKind.NUMBER: ColumnKind.NUMBER, QuestionKind.DATE: ColumnKind.DATE}
_AS_IT_IS = {
    AttendeeColumn.EMAIL: "email",
    AttendeeColumn.PHONE: "phone",
    AttendeeColumn.ORGANISATION: "organisation_name",
    AttendeeColumn.JOB_TITLE: "job_title",
}


def spreadsheet_columns(columns: tuple[AttendeeColumn, ...], questions: Sequence[Question]) -> list[Column]:
    """The heads of the sheet, in the order of the list; the questions come last."""
    plain = [
        Column(
            column.label,
            kind=_COLUMN_KINDS.get(column, ColumnKind.TEXT),
            width=_WIDTHS.get(column, 20),
        )
        for column in columns
    ]
    return plain + [
        Column(one.short_name, kind=_KINDS.get(one.kind, ColumnKind.TEXT), width=24) for one in questions
    ]


def spreadsheet_rows(
    columns: tuple[AttendeeColumn, ...], questions: Sequence[Question], rows: Iterator[AttendeeRow]
) -> Iterator[list[Cell]]:
    """One list of cells for each person; made one at a time, so that memory stays constant."""
    return (
        [cell(column, row) for column in columns]
        + [kind_of(one).cell(one, row.answers.get(one.id, NOTHING)) for one in questions]
        for row in rows
    )


def answer_in_words(question: Question, row: AttendeeRow) -> str:
    """What one person answered to a question that is a column of the list."""
    return kind_of(question).words(question, row.answers.get(question.id, NOTHING))


def cell(column: AttendeeColumn, row: AttendeeRow) -> Cell:
    """What one column says of one person."""
    registration = row.registration
    match column:
        case AttendeeColumn.NAME:
            return family_first(registration.name)
        case AttendeeColumn.MUNICIPALITY:
            return row.municipality
        case AttendeeColumn.PROFESSION:
            return registration.profession.label if registration.profession else ""
        case AttendeeColumn.MODE:
            return registration.mode.label
        case AttendeeColumn.HEAD_COUNT:
            return registration.head_count
        case AttendeeColumn.COMPANIONS:
            return ", ".join(row.companions)
        case AttendeeColumn.STATUS:
            return registration.status.label
        case AttendeeColumn.REGISTERED:
            return registration.registered_at
        case AttendeeColumn.PROGRAMME:
            return row.programme
        case _:
            return str(getattr(registration, _AS_IT_IS[column]))
