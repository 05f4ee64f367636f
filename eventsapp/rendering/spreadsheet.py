"""Tables as Excel and CSV files: what a cell says is what people typed, and no cell can run as a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import StringIO
from tempfile import SpooledTemporaryFile, TemporaryDirectory
from typing import IO

import xlsxwriter
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from eventsapp.core.clock import to_swedish
from eventsapp.rendering.plain_text import plain_line, plain_text

Cell = str | int | float | Decimal | date | datetime | None
Row = Sequence[Cell]

_KEPT_IN_MEMORY_BYTES = 4 * 1024 * 1024
_CSV_CHUNK_CHARACTERS = 64 * 1024
_MAX_XLSX_ROWS = 1_048_576
_A4 = 9
_DATE_FORM = "yyyy-mm-dd"
_DATETIME_FORM = "yyyy-mm-dd hh:mm"

_NOT_IN_SHEET_TITLES = re.compile(r"[\[\]:*?/\\]")
# Excel in some languages takes the full-width signs for the plain ones, and skips spaces before them.
_STARTS_A_FORMULA = re.compile(r"[\s\u00ad\u200b-\u200d\u2060]*[=+\-@＝＋－＠﹦﹢﹣﹫−]")
_INTERNATIONAL_NUMBER = re.compile(r"\+(?:[ ()-]*\d){7,15}")
_READ_AS_NUMBER_OR_DATE = re.compile(r"[\d(][\d \u00a0.,:/()-]*%?|\d+(?:[.,]\d+)?[eE][+-]?\d+")
_READ_AS_TEXT = re.compile(r"0\d{1,3}-(?:\d{2,3}(?: \d{2,3})+|\d{5,8})")


class ColumnKind(StrEnum):
    """What a column holds, which decides how its cells are written."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"


_WIDTHS = {ColumnKind.TEXT: 24, ColumnKind.NUMBER: 12, ColumnKind.DATE: 12, ColumnKind.DATETIME: 17}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, what it holds, and its width in characters (None: what suits the kind)."""

    title: str
    kind: ColumnKind = ColumnKind.TEXT
    width: float | None = None


def write_xlsx(
    columns: Sequence[Column], rows: Iterable[Row], *, sheet_title: str, document_title: str
) -> IO[bytes]:
    """An Excel file, positioned at its start, which the caller closes; a row at a time is held in memory.

    A row has one value per column: str (text), int, float or Decimal (number), date, or aware datetime, which becomes
    Swedish wall-clock time; None leaves the cell empty. Text stays text, also when it looks like a number, a formula
    or an address, and also after somebody has edited the cell. Control characters are taken away. Raises TypeError
    for a value that does not suit its column and ValueError for more rows than Excel has.
    """
    file = SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY_BYTES)  # noqa: SIM115 the caller closes it
    try:
        # XlsxWriter keeps rows in a file until the end; in a folder of our own none stays when something fails.
        with (
            TemporaryDirectory(prefix="spreadsheet-") as folder,
            xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": folder}) as workbook,
        ):
            workbook.set_properties({"title": plain_line(document_title)})
            _fill(workbook, workbook.add_worksheet(_sheet_title(sheet_title)), columns, rows)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def write_csv(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[bytes]:
    """A CSV file in pieces, as Swedish Excel opens it by a double click: UTF-8 with a byte order mark, semicolons, CRLF.

    Values and errors are those of `write_xlsx`; decimals have a comma, times are Swedish.

    CSV has no types, so Excel guesses, and quotation marks do not stop it. Text that would start a formula gets an
    apostrophe in front, visible on purpose. Phone numbers are worth more than that. Excel would turn 0701234567 and
    +46701234567 into the numbers 701234567 and 46701234567, "+46 70 123 45 67" likewise where a space separates
    thousands, and 08-1234 into a date, so text made of nothing but digits and their punctuation gets a TAB in front: Excel
    then takes it for text and shows it exactly as typed, since it draws no TAB. That cannot hide a formula, because
    no letter or operator passes the pattern, and every value is in quotation marks, so the TAB separates nothing.
    Numbers that Excel reads as text anyway, like 070-123 45 67, are left as they are. A program that reads the file
    should trim its values.
    """
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([_csv_text(plain_line(column.title)) for column in columns])
    for row in rows:
        writer.writerow([_csv_value(column.kind, value) for column, value in zip(columns, row, strict=True)])
        if buffer.tell() >= _CSV_CHUNK_CHARACTERS:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _fill(
    workbook: xlsxwriter.Workbook, sheet: Worksheet, columns: Sequence[Column], rows: Iterable[Row]
) -> None:
    head = workbook.add_format({"bold": True, "bottom": 1, "valign": "top", "text_wrap": True})
    several_lines = workbook.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    formats = {
        # "@" keeps what is typed over an existing text as text, too.
        ColumnKind.TEXT: workbook.add_format({"num_format": "@", "valign": "top"}),
        ColumnKind.NUMBER: workbook.add_format({"valign": "top"}),
        ColumnKind.DATE: workbook.add_format({"num_format": _DATE_FORM, "valign": "top", "align": "left"}),
        ColumnKind.DATETIME: workbook.add_format(
            {"num_format": _DATETIME_FORM, "valign": "top", "align": "left"}
        ),
    }
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width or _WIDTHS[column.kind], formats[column.kind])
        sheet.write_string(0, index, _not_markup(plain_line(column.title)), head)
    last = 0
    for last, row in enumerate(rows, start=1):
        if last >= _MAX_XLSX_ROWS:
            raise ValueError(f"an Excel sheet has {_MAX_XLSX_ROWS} rows")
        for index, (column, raw) in enumerate(zip(columns, row, strict=True)):
            value = _of_kind(column.kind, raw)
            cell_format = formats[column.kind]
            if value is None:
                sheet.write_blank(last, index, None, cell_format)
            elif isinstance(value, str):
                text_format = several_lines if "\n" in value else cell_format
                sheet.write_string(last, index, _not_markup(value), text_format)
            elif isinstance(value, date):
                sheet.write_datetime(last, index, value, cell_format)
            else:
                sheet.write_number(last, index, value, cell_format)
    table = (0, 0, last, len(columns) - 1)
    sheet.autofilter(*table)
    # Without this Excel flags each phone number with a green corner.
    sheet.ignore_errors({"number_stored_as_text": xl_range(*table)})
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _csv_value(kind: ColumnKind, value: Cell) -> str:
    value = _of_kind(kind, value)
    if value is None:
        return ""
    if isinstance(value, str):
        return _csv_text(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace(".", ",")


def _of_kind(kind: ColumnKind, value: Cell) -> Cell:
    """`value` as the column holds it: clean text, times as naive Swedish wall-clock time, None for an empty cell."""
    match kind, value:
        case (_, None):
            return None
        case (ColumnKind.TEXT, str()):
            return plain_text(value) or None
        case (ColumnKind.NUMBER, int() | float() | Decimal()) if not isinstance(value, bool):
            return value
        case (ColumnKind.DATETIME, datetime()) if value.tzinfo is not None:
            return to_swedish(value).replace(tzinfo=None)
        case (ColumnKind.DATE, date()) if not isinstance(value, datetime):
            return value
    raise TypeError(f"a {kind} column cannot hold {value!r}")


def _not_markup(text: str) -> str:
    """`text`, unless XlsxWriter would take it for markup and write it unescaped, so that anybody could add a formula."""
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _csv_text(text: str) -> str:
    if _INTERNATIONAL_NUMBER.fullmatch(text):
        return f"\t{text}"
    if _STARTS_A_FORMULA.match(text):
        return f"'{text}"
    if _READ_AS_NUMBER_OR_DATE.fullmatch(text) and not _READ_AS_TEXT.fullmatch(text):
        return f"\t{text}"
    return text


def _sheet_title(title: str) -> str:
    """At most 31 characters, none of those that Excel reserves."""
    allowed = plain_line(_NOT_IN_SHEET_TITLES.sub(" ", title)).strip("' ")
    return allowed[:31].strip("' ") or "Lista"


def _emptied(buffer: StringIO) -> bytes:
    content = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return content
