"""Which column of a list is which: by the headings, or by what stands below where there are none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eventsapp.imports.columns import EMAIL, NAME, ORGANISATION, ImportColumn, heading_key, keys_by_heading
from eventsapp.rendering.table_files import TableRow

HEADING_WITHIN = 15
"""So many rows may stand above the headings, as a title and a date."""
_ENOUGH = 2
"""So many known headings make a row one of headings; further down than the first row one could be chance."""


@dataclass(frozen=True)
class ReadList:
    """A list with its headings apart; `headings` and `columns` are as long as the widest row. `columns` has the key that
    each column is read as, or "", each key once."""

    headings: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


def match(rows: Sequence[TableRow], columns: Mapping[str, ImportColumn]) -> ReadList:
    """Find the row of headings, if there is one, and what the columns hold."""
    width = max(len(row.cells) for row in rows)
    known = keys_by_heading(columns)
    for position, row in enumerate(rows[:HEADING_WITHIN]):
        keys = [known.get(heading_key(cell), "") for cell in row.cells]
        found = sum(1 for key in keys if key)
        if found >= (1 if position == 0 else _ENOUGH) and not any("@" in cell for cell in row.cells):
            headings = [cell[:100] for cell in row.cells]
            return ReadList(
                tuple(headings + [""] * (width - len(headings))),
                tuple(_each_once(keys + [""] * (width - len(keys)))),
                tuple(rows[position + 1 :]),
            )
    return ReadList(("",) * width, tuple(_guessed(rows, width)), tuple(rows))


def _each_once(keys: Sequence[str]) -> list[str]:
    return [key if key not in keys[:position] else "" for position, key in enumerate(keys)]


def _guessed(rows: Sequence[TableRow], width: int) -> list[str]:
    """Addresses show themselves; the first other column is taken for the name and the next one for the organisation."""
    with_sign = [
        sum(1 for row in rows if len(row.cells) > column and "@" in row.cells[column])
        for column in range(width)
    ]
    most = max(with_sign)
    address = with_sign.index(most) if most else None
    keys = [""] * width
    others = iter([NAME, ORGANISATION])
    for column in range(width):
        keys[column] = EMAIL if column == address else next(others, "")
    return keys
