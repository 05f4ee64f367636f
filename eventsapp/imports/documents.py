"""The rows that were not read in, as a file to put right and read in anew."""

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext

from eventsapp.imports.models import ImportRow
from eventsapp.imports.problems import Problem
from eventsapp.imports.queries import cells_of
from eventsapp.rendering.spreadsheet import Cell, Column, ColumnKind


def left_out_columns(headings: Sequence[str]) -> list[Column]:
    """The heads: the number of the row and why it was left out, then those of the list."""
    own = [
        heading or gettext("Kolumn %(number)d", number=number) for number, heading in enumerate(headings, 1)
    ]
    return [Column(gettext("Rad"), ColumnKind.NUMBER), Column(gettext("Orsak")), *map(Column, own)]


def left_out_rows(rows: Iterable[ImportRow], labels: dict[str, str], width: int) -> Iterator[list[Cell]]:
    """One list of cells for each row, one at a time."""
    for row in rows:
        cells = cells_of(row) or []
        yield [row.number, reasons_of(row, labels), *cells, *[None] * (width - len(cells))]


def reasons_of(row: ImportRow, labels: dict[str, str]) -> str:
    """Why a row was left out, or not taken back, in sentences."""
    return " ".join(Problem.from_pair(pair).in_words(labels) for pair in row.problems)
