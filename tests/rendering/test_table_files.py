"""Tables that people send, good ones, strange ones, and ones made to do harm."""

import csv
import zipfile
from datetime import date, datetime
from io import BytesIO, StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from eventsapp.rendering.spreadsheet import Column, write_csv, write_xlsx
from eventsapp.rendering.table_files import (
    Fault,
    Limits,
    TableRow,
    UnreadableTable,
    read_file,
    read_text,
)

LIMITS = Limits(rows=200, columns=20, characters=100)
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff"),
    min_size=1,
    max_size=30,
).map(str.strip)


def cells(rows: list[TableRow]) -> list[tuple[str, ...]]:
    return [row.cells for row in rows]


def workbook(sheet: str, *, shared: str = "", head: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """An XLSX file with this inside its sheet."""
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="urn:r"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/s.xml"/></Relationships>',
        "xl/worksheets/s.xml": f'{head}<worksheet xmlns="{SHEET}"><sheetData>{sheet}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{shared}</sst>',
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (parts | (more or {})).items():
            archive.writestr(name, text)
    return file.getvalue()


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_files_of_every_making(separator: str, encoding: str) -> None:
    text = (
        separator.join(["Namn", "E-post"])
        + "\r\n\r\n"
        + separator.join(['"Åsa ""Å"" Ö"', "asa@example.se"])
        + "\r\n"
    )
    rows = read_file(text.encode(encoding), "lista.csv", LIMITS)
    assert rows == [TableRow(1, ("Namn", "E-post")), TableRow(3, ('Åsa "Å" Ö', "asa@example.se"))]


def test_a_first_line_may_name_the_separator() -> None:
    assert cells(read_text("sep=,\na;b,c", LIMITS)) == [("a;b", "c")]


def test_commas_in_texts_do_not_divide_a_list_with_semicolons() -> None:
    assert cells(read_text("Åsa;Umeå, kommun\nBo;Piteå, kommun", LIMITS))[0] == ("Åsa", "Umeå, kommun")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(WORDS.filter(lambda word: word and word[0] not in "'="), min_size=2, max_size=5),
        min_size=1,
        max_size=8,
    )
)
def test_what_our_own_files_say_is_read_back(rows: list[list[str]]) -> None:
    width = max(map(len, rows))
    table = [row + ["x"] * (width - len(row)) for row in rows]
    columns = [Column(f"K{number}") for number in range(width)]
    with write_xlsx(columns, table, sheet_title="A", document_title="A") as file:
        by_excel = cells(read_file(file.read(), "a.xlsx", LIMITS))[1:]
    by_csv = cells(read_file(b"".join(write_csv(columns, table)), "a.csv", LIMITS))[1:]
    assert len(by_excel) == len(table)
    assert by_excel == by_csv


def test_a_workbook_of_another_program() -> None:
    book = Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.sheet_state = "hidden"
    hidden.append(["Fel blad"])
    sheet = book.create_sheet("Deltagare")
    sheet.append(["Namn", "Telefon", "Antal"])
    sheet.append([])
    sheet.append(["Åsa", 46701234567, 2.5])
    sheet["E3"] = "=1+1"
    file = BytesIO()
    book.save(file)
    assert read_file(file.getvalue(), "a.xlsx", LIMITS) == [
        TableRow(1, ("Namn", "Telefon", "Antal")),
        TableRow(3, ("Åsa", "46701234567", "2.5")),
    ]


@pytest.mark.parametrize("epoch", [WINDOWS_EPOCH, MAC_EPOCH])
def test_dates_are_read_as_they_are_written_by_hand(epoch: datetime) -> None:
    book = Workbook()
    book.epoch = epoch
    sheet = book.active
    assert sheet is not None
    sheet.append([date(2026, 11, 25), datetime(2026, 11, 25, 9, 30), 45000, 0.5])
    sheet["A1"].number_format = "yyyy-mm-dd"
    sheet["D1"].number_format = '0.0 "dygn"'
    file = BytesIO()
    book.save(file)
    assert cells(read_file(file.getvalue(), "a.xlsx", LIMITS)) == [
        ("2026-11-25", "2026-11-25 09:30", "45000", "0.5")
    ]


@settings(max_examples=100, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False), st.booleans())
def test_any_number_can_look_like_a_date(number: float, from_1904: bool) -> None:
    more = {
        "xl/styles.xml": b'<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/workbook.xml": (
            f'<workbook xmlns="{SHEET}" xmlns:r="urn:r"><workbookPr date1904="{int(from_1904)}"/>'
            '<sheets><sheet name="A" r:id="r1"/></sheets></workbook>'
        ).encode(),
    }
    rows = read_file(workbook(f'<row><c s="0"><v>{number!r}</v></c></row>', more=more), "a.xlsx", LIMITS)
    assert is_within_limits(rows)


def test_what_cells_can_hold() -> None:
    sheet = (
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="inlineStr"><is><t>rad_x000A_ny</t></is></c>'
        '<c r="C2"><f>HYPERLINK("x")</f><v>7.01234567E8</v></c><c r="D2" t="e"><v>#N/A</v></c>'
        '<c r="E2" t="str"><f>A1</f><v>svar</v></c><c r="F2" t="s"><v>99</v></c><c r="ZZ2"><v>1</v></c></row>'
        "<row><c><v>1E400</v></c><c><v>0</v></c></row>"
    )
    shared = "<si><r><t>Å</t></r><r><t>sa</t></r><rPh><t>uttal</t></rPh></si>"
    assert read_file(workbook(sheet, shared=shared), "a.xlsx", LIMITS) == [
        TableRow(2, ("Åsa", "rad\nny", "701234567", "", "svar")),
        TableRow(3, ("1E400", "0")),
    ]


BOMB = "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>"


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04",
        workbook('<row r="1"><c r="A1"><v>&b;</v></c></row>', head=BOMB),
        workbook("", more={"xl/worksheets/other.xml": b"\0" * 41 * 1024 * 1024}),
        workbook("<row"),
        workbook('<row r="9999999"><c><v>1</v></c></row>'),
        workbook("", more={"xl/workbook.xml": b"<workbook/>"}),
        workbook("<row><c><v>1</v></c></row>")[:-30],
    ],
    ids=["cut", "entities", "unfolds", "no_xml", "row_too_high", "no_sheet", "no_end"],
)  # fmt: skip
def test_damaged_and_harmful_workbooks_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableTable) as refused:
        read_file(content, "a.xlsx", LIMITS)
    assert refused.value.fault is Fault.DAMAGED


@pytest.mark.parametrize(
    ("content", "filename", "fault"),
    [
        (b"", "a.csv", Fault.EMPTY),
        (b"\xef\xbb\xbf;;\r\n;", "a.csv", Fault.EMPTY),
        (workbook(""), "a.xlsx", Fault.EMPTY),
        (workbook("<row><c><v>1</v></c></row>"), "a.csv", Fault.NOT_AS_NAMED),
        (b"a;b", "a.xlsx", Fault.NOT_AS_NAMED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a.xlsx", Fault.OLD_OR_LOCKED),
        (b"GIF89a\0\0", "a.csv", Fault.NOT_A_TABLE),
        (b"a;b\n" * 201, "a.csv", Fault.TOO_MANY_ROWS),
        (workbook("<row><c><v>1</v></c></row>" * 201), "a.xlsx", Fault.TOO_MANY_ROWS),
        (b'"' + b"x" * 200_000, "a.csv", Fault.NOT_A_TABLE),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, filename: str, fault: Fault) -> None:
    with pytest.raises(UnreadableTable) as refused:
        read_file(content, filename, LIMITS)
    assert refused.value.fault is fault


def is_within_limits(rows: list[TableRow]) -> bool:
    return 0 < len(rows) <= LIMITS.rows and all(
        any(row.cells)
        and len(row.cells) <= LIMITS.columns
        and all(len(cell) <= LIMITS.characters and cell.encode() is not None for cell in row.cells)
        for row in rows
    )


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000), st.sampled_from(["a.csv", "a.xlsx", "a", ""]))
def test_any_bytes_are_a_table_within_the_limits_or_refused(content: bytes, filename: str) -> None:
    try:
        rows = read_file(content, filename, LIMITS)
    except UnreadableTable:
        return
    assert is_within_limits(rows)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_workbook_with_bytes_changed_is_a_table_or_refused(data: st.DataObject) -> None:
    whole = bytearray(
        workbook('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', shared="<si><t>Namn</t></si>")
    )
    for _change in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        rows = read_file(bytes(whole), "a.xlsx", LIMITS)
    except UnreadableTable:
        return
    assert is_within_limits(rows)


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from('<>/"= rctvsi01AB&;x_\n'), max_size=200), st.sampled_from([True, False]))
def test_any_text_in_a_sheet_is_a_table_or_refused(text: str, in_shared: bool) -> None:
    content = workbook("<row><c t='s'><v>0</v></c></row>", shared=text) if in_shared else workbook(text)
    try:
        rows = read_file(content, "a.xlsx", LIMITS)
    except UnreadableTable:
        return
    assert is_within_limits(rows)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=20), max_size=6), max_size=20
    )
)
def test_any_csv_is_read(table: list[list[str]]) -> None:
    buffer = StringIO()
    csv.writer(buffer, delimiter=";").writerows(table)
    try:
        rows = read_text(buffer.getvalue(), LIMITS)
    except UnreadableTable:
        return
    assert is_within_limits(rows)
