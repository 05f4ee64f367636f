"""Reading tables that people send: XLSX and CSV files, and what is pasted from them. Nothing in them is run."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from itertools import islice
from statistics import median

from eventsapp.rendering.workbooks import BrokenWorkbook, TooManyRows, read_workbook

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
"""The beginning of XLS files, and of XLSX files that are locked with a password."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = (";", "\t", ",")
_ROWS_LOOKED_AT = 20
_ESCAPED_FORMULA = re.compile(r"'(?=\s*[=+\-@])")


class Fault(StrEnum):
    """Why a file is refused."""

    EMPTY = "empty"
    NOT_A_TABLE = "not_a_table"
    NOT_AS_NAMED = "not_as_named"
    OLD_OR_LOCKED = "old_or_locked"
    DAMAGED = "damaged"
    TOO_MANY_ROWS = "too_many_rows"


class UnreadableTable(Exception):
    """The file cannot be read as a table."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Limits:
    """What is read at most: rows that say something, columns (those to the right are left out), and characters of a cell
    (what comes after is cut off)."""

    rows: int
    columns: int
    characters: int


@dataclass(frozen=True)
class TableRow:
    """One row that says something: its number as a spreadsheet shows it, and its cells as trimmed text."""

    number: int
    cells: tuple[str, ...]


def read_file(content: bytes, filename: str, limits: Limits) -> list[TableRow]:
    """The rows of an XLSX or CSV file that say something. What the file is decides, but its name must not say otherwise.

    Raises UnreadableTable.
    """
    ending = filename.rpartition(".")[2].casefold()
    if not content.strip():
        raise UnreadableTable(Fault.EMPTY)
    if content.startswith(_OLD_OFFICE):
        raise UnreadableTable(Fault.OLD_OR_LOCKED)
    is_zip = content.startswith(_ZIP)
    if (is_zip and ending in {"csv", "tsv", "txt"}) or (not is_zip and ending in {"xlsx", "xlsm"}):
        raise UnreadableTable(Fault.NOT_AS_NAMED)
    if not is_zip:
        return read_text(_decoded(content), limits)
    try:
        rows = read_workbook(content, columns=limits.columns, rows=limits.rows)
        return _limited(rows, limits)
    except TooManyRows:
        raise UnreadableTable(Fault.TOO_MANY_ROWS) from None
    except BrokenWorkbook:
        raise UnreadableTable(Fault.DAMAGED) from None


def read_text(text: str, limits: Limits) -> list[TableRow]:
    """The rows of a CSV text, or of lines that were pasted, whichever of tab, semicolon and comma divides them.

    Raises UnreadableTable.
    """
    text = text.removeprefix("\ufeff")
    # Excel writes and understands a first line that names the separator.
    named = re.match(r'"?sep=(.)"?\r?\n', text, re.IGNORECASE)
    separator = named[1] if named and named[1] in _SEPARATORS else _separator_of(text)
    try:
        records = enumerate(_records(text, separator), 1)
        return _limited(islice(records, 1, None) if named else records, limits)
    except csv.Error:
        raise UnreadableTable(Fault.NOT_A_TABLE) from None


def _decoded(content: bytes) -> str:
    if content.startswith(_UTF_16):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise UnreadableTable(Fault.NOT_A_TABLE)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # A few bytes mean nothing in Windows-1252 either; whoever reads the cell sees that something was lost.
        return content.decode("cp1252", errors="replace")


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=separator)


def _separator_of(text: str) -> str:
    """The one that makes the most columns of the first rows; our own files have semicolons, and tabs within their cells."""

    def columns(separator: str) -> float:
        try:
            widths = [len(record) for record in islice(_records(text, separator), _ROWS_LOOKED_AT) if record]
        except csv.Error:
            return 0
        return median(widths) if widths else 0

    return max(_SEPARATORS, key=columns)


def _limited(rows: Iterable[tuple[int, list[str]]], limits: Limits) -> list[TableRow]:
    found: list[TableRow] = []
    for number, cells in rows:
        texts = tuple(_trimmed(cell, limits.characters) for cell in cells[: limits.columns])
        if not any(texts):
            continue
        if len(found) == limits.rows:
            raise UnreadableTable(Fault.TOO_MANY_ROWS)
        found.append(TableRow(number, texts))
    if not found:
        raise UnreadableTable(Fault.EMPTY)
    return found


def _trimmed(cell: str, characters: int) -> str:
    """The cell without what `write_csv` puts in front of texts that a spreadsheet would take for something else."""
    return _ESCAPED_FORMULA.sub("", cell.strip(), count=1)[:characters] if cell else ""
