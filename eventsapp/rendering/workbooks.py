"""Reading the cells of an XLSX file (ECMA-376, part 1, section 18) as text. Formulas are not run: what the file says they
came to is read. A file that would unfold to very much is refused before it does.

It is our own since it can be so small: rows come as they stand, however far apart, and nothing is kept of looks, links
and other books, where most of what can go wrong in a workbook is.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType
from zipfile import BadZipFile, ZipFile, is_zipfile
from zlib import error as ZlibError  # noqa: N812 - a class of another library with a small letter

MOST_UNFOLDED_BYTES = 40 * 1024 * 1024
_MOST_SHARED_TEXTS = 300_000
_PIECE_BYTES = 64 * 1024
_CELL = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_MOST_ROWS = 1_048_576
_MOST_DAYS = 2_957_000
"""Later than this is no date: it is near the end of the year 9999, counted from either day 0."""
_DATE_FORMATS = frozenset({"14", "15", "16", "17", "22", *map(str, range(27, 37)), *map(str, range(50, 59))})
"""The formats without a code of their own that show a day (section 18.8.30); some are for East Asian languages."""
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_SHOWS_DAY = re.compile(r"[yd]", re.IGNORECASE)


class BrokenWorkbook(Exception):
    """The file is no XLSX file, is damaged, or unfolds to too much."""


def read_workbook(content: bytes, *, columns: int, rows: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet that is shown, each with its number, as far as they have cells in the first columns.

    Raises BrokenWorkbook, and TooManyRows for more than `rows` that say something.
    """
    if not is_zipfile(BytesIO(content)):
        raise BrokenWorkbook
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = _Parts(archive)
            texts = _SharedTexts()
            parts.parse("xl/sharedStrings.xml", texts, needed=False)
            styles = _Styles()
            parts.parse("xl/styles.xml", styles, needed=False)
            first_sheet, book = parts.first_sheet()
            sheet = _Sheet(_Cells(texts.texts, styles.of_dates, book.epoch), columns, rows)
            parts.parse(first_sheet, sheet)
    # What zipfile raises for files that were made to harm it is of these kinds.
    except (
        BadZipFile,
        ExpatError,
        ZlibError,
        EOFError,
        OSError,
        ValueError,
        KeyError,
        NotImplementedError,
        RuntimeError,
    ):
        raise BrokenWorkbook from None
    yield from sorted(sheet.rows.items())


class TooManyRows(Exception):
    """The sheet has more rows than are wanted."""


class _Reader:
    """What is done at the beginning, inside and at the end of an element; names are without their namespaces."""

    def begin(self, name: str, attributes: dict[str, str]) -> None: ...

    def text(self, text: str) -> None: ...

    def end(self, name: str) -> None: ...


class _Parts:
    """The files within the file."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive = archive
        # zipfile never reads more of a part than the file says that it is.
        if sum(part.file_size for part in archive.infolist()) > MOST_UNFOLDED_BYTES:
            raise BrokenWorkbook
        self.names = {part.filename for part in archive.infolist()}

    def parse(self, name: str, reader: _Reader, *, needed: bool = True) -> None:
        """Let a reader meet the elements of a part."""
        if name not in self.names:
            if needed:
                raise BrokenWorkbook
            return
        with self.archive.open(name) as part:
            _parse(part, reader)

    def first_sheet(self) -> "tuple[str, _Book]":
        """The name of the part with the first sheet that is shown, and what the book says."""
        book, targets = _Book(), _Targets()
        self.parse("xl/workbook.xml", book)
        self.parse("xl/_rels/workbook.xml.rels", targets)
        target = targets.of_id.get(book.first_shown, "")
        return target.removeprefix("/") if target.startswith("/") else f"xl/{target}", book


def _parse(part: IO[bytes], reader: _Reader) -> None:
    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_definitions
    parser.StartElementHandler = lambda name, attributes: reader.begin(_local(name), attributes)
    parser.EndElementHandler = lambda name: reader.end(_local(name))
    parser.CharacterDataHandler = reader.text
    _feed(part, parser)


def _feed(part: IO[bytes], parser: XMLParserType) -> None:
    while piece := part.read(_PIECE_BYTES):
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _refuse_definitions(*_definition: object) -> None:
    """No spreadsheet program writes any, and entities that unfold have no other way in."""
    raise BrokenWorkbook


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


class _Book(_Reader):
    first_shown = ""
    epoch = datetime(1899, 12, 30)  # noqa: DTZ001 - days are counted from it, and have no time zone
    """Day 0. Excel takes 1900 for a leap year, so that this is right from March 1900 on."""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr" and attributes.get("date1904", "0") in {"1", "true"}:
            self.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - as above
        if name == "sheet" and not self.first_shown and attributes.get("state", "visible") == "visible":
            self.first_shown = next((value for key, value in attributes.items() if key.endswith(" id")), "")


class _Targets(_Reader):
    def __init__(self) -> None:
        self.of_id: dict[str, str] = {}

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            self.of_id[attributes.get("Id", "")] = attributes.get("Target", "")


class _Styles(_Reader):
    """Which of the styles of cells show a number as a date."""

    def __init__(self) -> None:
        self.of_dates: set[int] = set()
        self._formats = set(_DATE_FORMATS)
        self._inside_cells = False
        self._number = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt" and _SHOWS_DAY.search(_NOT_SHOWN.sub("", attributes.get("formatCode", ""))):
            self._formats.add(attributes.get("numFmtId", ""))
        elif name == "cellXfs":
            self._inside_cells = True
        elif name == "xf" and self._inside_cells:
            if attributes.get("numFmtId", "") in self._formats:
                self.of_dates.add(self._number)
            self._number += 1

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside_cells = False


class _Texts(_Reader):
    """Gathers what stands in <t>, apart from how it is pronounced."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._inside: Callable[[str], None] | None = None
        self._pronounced = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "rPh":
            self._pronounced = True
        elif name == "t" and not self._pronounced:
            self._inside = self._pieces.append

    def text(self, text: str) -> None:
        if self._inside is not None:
            self._inside(text)

    def end(self, name: str) -> None:
        if name == "rPh":
            self._pronounced = False
        elif name == "t":
            self._inside = None

    def _taken(self) -> str:
        whole = "".join(self._pieces)
        self._pieces.clear()
        return _ESCAPED.sub(_character, whole) if "_x" in whole else whole


class _SharedTexts(_Texts):
    """The texts that cells refer to by their number."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def end(self, name: str) -> None:
        super().end(name)
        if name == "si":
            if len(self.texts) >= _MOST_SHARED_TEXTS:
                raise BrokenWorkbook
            self.texts.append(self._taken())


@dataclass(frozen=True)
class _Cells:
    """How what stands in a cell is read: the shared texts, the styles that make a number a date, and day 0."""

    shared: list[str]
    of_dates: set[int]
    epoch: datetime

    def read(self, text: str, kind: str, style: int) -> str:
        """What a cell of a kind says to one who reads it."""
        match kind:
            case "s":
                return self.shared[int(text)] if text.isdecimal() and int(text) < len(self.shared) else ""
            case "n":
                return self._day(text) if style in self.of_dates else _number(text)
            case "e":
                return ""
        return text

    def _day(self, text: str) -> str:
        """A date as 2026-11-25, with the time of day where there is one."""
        if not _NUMBER.fullmatch(text.strip()) or not 0 <= (days := float(text)) < _MOST_DAYS:
            return text
        moment = self.epoch + timedelta(seconds=round(days * 24 * 60 * 60))
        return f"{moment:%Y-%m-%d}" if days.is_integer() else f"{moment:%Y-%m-%d %H:%M}"


class _Sheet(_Texts):
    """The rows of a sheet that have cells in its first columns."""

    def __init__(self, cells: _Cells, columns: int, most_rows: int) -> None:
        super().__init__()
        self.rows: dict[int, list[str]] = {}
        self._cells = cells
        self._columns = columns
        self._most_rows = most_rows
        self._row = 0
        self._column = 0
        self._kind = ""
        self._style = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        super().begin(name, attributes)
        if name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 8 else self._row + 1
            self._column = 0
            if not 1 <= self._row <= _MOST_ROWS:
                raise BrokenWorkbook
        elif name == "c":
            place = _CELL.fullmatch(attributes.get("r", ""))
            self._column = _column_number(place[1]) if place else self._column + 1
            self._kind = attributes.get("t", "n")
            style = attributes.get("s", "")
            self._style = int(style) if style.isdecimal() and len(style) < 8 else 0
            self._pieces.clear()
        elif name == "v":
            self._inside = self._pieces.append

    def end(self, name: str) -> None:
        super().end(name)
        if name == "v":
            self._inside = None
        elif (
            name == "c"
            and self._column <= self._columns
            and (said := self._cells.read(self._taken(), self._kind, self._style))
        ):
            row = self.rows.setdefault(self._row, [])
            if len(self.rows) > self._most_rows:
                raise TooManyRows
            row.extend([""] * (self._column - len(row)))
            row[self._column - 1] = said


def _character(escaped: re.Match[str]) -> str:
    """The character that "_x000D_" stands for; half a surrogate pair is no character."""
    code = int(escaped[1], 16)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _number(text: str) -> str:
    """A number as a person writes it: telephone numbers come as "7.01234567E8"."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return text
    value = float(text)
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else text
