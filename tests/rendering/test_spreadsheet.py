"""What stands in a cell is what people typed, in Excel and in CSV, and nothing runs."""

import csv
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from eventsapp.rendering.plain_text import plain_text
from eventsapp.rendering.spreadsheet import Cell, Column, ColumnKind, write_csv, write_xlsx

TEXT = [Column("Värde")]
FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\x00=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(A1)",
    " ＝HYPERLINK(1)",
    '=HYPERLINK("https://exempel.se";"Klicka")',
    "-",
    "+46 70 123 45 67+cmd|' /C calc'!A0",
    "+1-1",
]
PHONES = [
    "070-123 45 67",
    "08-123 456 78",
    "0470-860 00",
    "0470-86000",
    "0701234567",
    "070 123 45 67",
    "08-1234",
    "+46 70 123 45 67",
    "+46701234567",
    "+46 (0)70-123 45 67",
    "0046 70 123 45 67",
    "112",
]


def sheet_of(columns: list[Column], rows: list[list[Cell]], **titles: str) -> Worksheet:
    titles = {"sheet_title": "Deltagare", "document_title": "Deltagare"} | titles
    with write_xlsx(columns, rows, **titles) as file:
        sheet = load_workbook(BytesIO(file.read())).active
    assert isinstance(sheet, Worksheet)
    return sheet


def csv_of(columns: list[Column], rows: list[list[Cell]]) -> list[list[str]]:
    content = b"".join(write_csv(columns, rows)).decode("utf-8-sig")
    return list(csv.reader(StringIO(content, newline=""), delimiter=";"))


def csv_cell(text: str) -> str:
    (_, (cell,)) = csv_of(TEXT, [[text]])
    return cell


def test_xlsx_cells_have_their_kinds() -> None:
    columns = [
        Column("Namn", width=30),
        Column("Antal", ColumnKind.NUMBER),
        Column("Dag", ColumnKind.DATE),
        Column("Anmäld", ColumnKind.DATETIME),
    ]
    sheet = sheet_of(
        columns,
        [
            ["Åsa Öberg", 3, date(2026, 11, 25), datetime(2026, 7, 1, 7, 30, tzinfo=UTC)],
            ["Ärla", Decimal("2.5"), None, datetime(2026, 12, 31, 23, 30, tzinfo=UTC)],
            [None, -1.25, date(1999, 1, 1), None],
        ],
    )
    assert list(sheet.values) == [
        ("Namn", "Antal", "Dag", "Anmäld"),
        ("Åsa Öberg", 3, datetime(2026, 11, 25), datetime(2026, 7, 1, 9, 30)),
        ("Ärla", 2.5, None, datetime(2027, 1, 1, 0, 30)),
        (None, -1.25, datetime(1999, 1, 1), None),
    ]
    assert [sheet.cell(2, column).number_format for column in (1, 3, 4)] == [
        "@",
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm",
    ]
    assert sheet.column_dimensions["A"].width == pytest.approx(30.7, abs=0.1)


def test_xlsx_head_is_bold_frozen_and_filtered() -> None:
    sheet = sheet_of([Column("Namn"), Column("Ort")], [["Åsa", "Växjö"], ["Bo", "Kalmar"]])
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B3"
    assert sheet.print_title_rows == "$1:$1"


def test_xlsx_without_rows_still_has_its_head() -> None:
    sheet = sheet_of([Column("Namn")], [])
    assert list(sheet.values) == [("Namn",)]
    assert sheet.auto_filter.ref == "A1"


def test_xlsx_titles() -> None:
    with write_xlsx(
        TEXT, [], sheet_title="'Deltagare: [våren] 2026/27, Kronobergs län'", document_title="A"
    ) as file:
        workbook = load_workbook(file)
    assert workbook.sheetnames == ["Deltagare våren 2026 27, Kronob"]
    assert workbook.properties.title == "A"
    with write_xlsx(TEXT, [], sheet_title="''", document_title="") as file:
        assert load_workbook(file).sheetnames == ["Lista"]


@pytest.mark.parametrize(
    "text", [*PHONES, "0001", "1E5", "2-3", "https://exempel.se", "mailto:a@exempel.se", "TRUE"]
)
def test_xlsx_keeps_text_as_text(text: str) -> None:
    cell = sheet_of(TEXT, [[text]])["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    assert cell.hyperlink is None


@pytest.mark.parametrize("text", FORMULAS)
def test_xlsx_has_no_formulas(text: str) -> None:
    with write_xlsx(TEXT, [[text]], sheet_title="A", document_title="A") as file:
        xml = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert 't="inlineStr"' in xml


def test_xlsx_markup_in_a_cell_stays_text() -> None:
    attack = '<r><t>x</t></r></is></c><c r="B2"><f>1+1</f></c><c t="inlineStr"><is><r><t>y</t></r>'
    with write_xlsx(TEXT, [[attack]], sheet_title="A", document_title="A") as file:
        content = file.read()
    assert b"<f>" not in zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")
    sheet = load_workbook(BytesIO(content)).active
    assert isinstance(sheet, Worksheet)
    assert sheet["A2"].value == attack + " "
    assert sheet["B2"].value is None


def test_xlsx_strips_what_excel_cannot_hold() -> None:
    value = sheet_of(TEXT, [["\x00a\x08b\x0bc\x1fd\ud800e\uffff\r\nf  g "]])["A2"].value
    assert value == "ab\ncde\nf  g"


def test_xlsx_wraps_cells_with_several_lines() -> None:
    sheet = sheet_of(TEXT, [["en rad"], ["två\nrader"]])
    assert not sheet["A2"].alignment.wrap_text
    assert sheet["A3"].alignment.wrap_text


def test_xlsx_cuts_what_is_longer_than_a_cell() -> None:
    assert len(sheet_of(TEXT, [["ö" * 40_000]])["A2"].value) == 32_767


def test_xlsx_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def broken() -> Iterator[list[Cell]]:
        yield ["Åsa"]
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        write_xlsx(TEXT, broken(), sheet_title="A", document_title="A")
    write_xlsx(TEXT, [["Åsa"]], sheet_title="A", document_title="A").close()
    assert list(tmp_path.iterdir()) == []


WRONG: list[tuple[ColumnKind, Cell]] = [
    (ColumnKind.TEXT, 1),
    (ColumnKind.NUMBER, "1"),
    (ColumnKind.NUMBER, True),
    (ColumnKind.DATE, datetime(2026, 1, 1, tzinfo=UTC)),
    (ColumnKind.DATE, "2026-01-01"),
    (ColumnKind.DATETIME, datetime(2026, 1, 1)),
    (ColumnKind.DATETIME, date(2026, 1, 1)),
]


@pytest.mark.parametrize(("kind", "value"), WRONG)
def test_a_value_that_does_not_suit_its_column_is_refused(kind: ColumnKind, value: Cell) -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        write_xlsx([Column("A", kind)], [[value]], sheet_title="A", document_title="A")
    with pytest.raises(TypeError, match="cannot hold"):
        list(write_csv([Column("A", kind)], [[value]]))


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        list(write_csv(TEXT, [["a", "b"]]))


def test_csv_bytes() -> None:
    columns = [
        Column("Namn"),
        Column("Antal", ColumnKind.NUMBER),
        Column("Dag", ColumnKind.DATE),
        Column("Anmäld", ColumnKind.DATETIME),
    ]
    rows: list[list[Cell]] = [
        ['Åsa "Ö"; von', Decimal("2.5"), date(2026, 11, 25), datetime(2026, 7, 1, 7, 30, tzinfo=UTC)],
        ["två\r\nrader", -3, None, None],
    ]
    assert b"".join(write_csv(columns, rows)) == (
        b"\xef\xbb\xbf"
        + (
            '"Namn";"Antal";"Dag";"Anmäld"\r\n'
            '"Åsa ""Ö""; von";"2,5";"2026-11-25";"2026-07-01 09:30"\r\n'
            '"två\nrader";"-3";"";""\r\n'
        ).encode()
    )


def test_csv_comes_in_pieces() -> None:
    pieces = list(write_csv(TEXT, [["x" * 1_000]] * 500))
    assert len(pieces) > 5
    assert all(len(piece) < 70_000 for piece in pieces)
    assert [piece[:3] == b"\xef\xbb\xbf" for piece in pieces] == [True] + [False] * (len(pieces) - 1)


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_formulas_get_an_apostrophe(text: str) -> None:
    assert csv_cell(text).startswith("'")
    assert csv_cell(text)[1:] == text.replace("\x00", "").strip()


def test_csv_heads_are_neutralised_too() -> None:
    assert csv_of([Column("=1+1")], []) == [["'=1+1"]]


@pytest.mark.parametrize("text", PHONES)
def test_csv_phone_numbers_are_whole(text: str) -> None:
    assert csv_cell(text).lstrip("\t") == text


@pytest.mark.parametrize(
    "text",
    [
        "0701234567",
        "070 123 45 67",
        "08-1234",
        "08-12",
        "+46 70 123 45 67",
        "+46701234567",
        "+46 (0)70-123 45 67",
        "0046701234567",
        "352 30",
        "2-3",
        "1/2",
        "1E5",
        "12:30",
        "2026-11-25",
        "50%",
    ],
)
def test_csv_text_that_excel_would_turn_into_something_else_is_held_as_text(text: str) -> None:
    assert csv_cell(text) == f"\t{text}"


@pytest.mark.parametrize(
    "text",
    [
        "070-123 45 67",
        "08-123 456 78",
        "0470-860 00",
        "0470-86000",
        "Åsa",
        "a-b",
        "x=1",
        "3 maj",
        "",
        "asa@exempel.se",
    ],
)
def test_csv_leaves_ordinary_text_alone(text: str) -> None:
    assert csv_cell(text) == text


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_csv_no_text_starts_a_formula(text: str) -> None:
    cell = csv_cell(text)
    assert cell[:1] not in ("=", "+", "-", "@", "\r", "\n", "＝", "＋", "－", "＠")
    if cell.startswith("\t"):
        assert not set(cell) - set("\t0123456789 \u00a0+-.,:/()%eE")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=20))
@example(["_x0041_", "_x005F_", " <r> ", "&amp; <b>", "a\tb"])
def test_xlsx_text_comes_back(texts: list[str]) -> None:
    sheet = sheet_of(TEXT, [[text] for text in texts])
    # openpyxl leaves Excel's escape for what looks like an escape as it is.
    read = [value and unescape(str(value)) for (value,) in sheet.iter_rows(min_row=2, values_only=True)]
    assert read == [plain_text(text) or None for text in texts]
