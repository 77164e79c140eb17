"""Workbooks: the same cells from each format, nothing lost without a word, and no file that does harm."""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.clean import archive as archive_module
from analysis.clean import odf
from analysis.clean import workbook as workbook_module
from analysis.clean.archive import Archive
from analysis.clean.sheets import ERRORS, UNCOMPUTED, Sheet, columns_of
from analysis.clean.workbook import read_workbook
from analysis.errors import DataRefusedError

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "workbooks"
SECRET = "Nguyễn Thị Bí Mật"
OPEN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"


def cells(sheet: Sheet, column: int) -> list[Any]:
    found = sheet.columns[column]
    return [None if code < 0 else found.values[code] for code in found.codes]


def rows(sheet: Sheet) -> list[list[Any]]:
    return [list(row) for row in zip(*(cells(sheet, number) for number in range(len(sheet.columns))))]


def make(path: Path, fill: Callable[[Any], None] = lambda _: None) -> Path:
    book = openpyxl.Workbook()
    fill(book.active)
    book.save(path)
    return path


def alter(path: Path, **parts: str | bytes | None) -> Path:
    """Write a workbook whose named parts (the file's name without extension) are replaced or dropped."""
    source = make(path.with_suffix(".source"), lambda sheet: sheet.append([SECRET]))
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = parts.get(Path(name).name.split(".")[0], old.read(name))
            if content is not None:
                new.writestr(name, content)
        if "sharedStrings" in parts:
            new.writestr("xl/sharedStrings.xml", parts["sharedStrings"] or "")
    return path


def sheet_of(path: Path, data: str, tail: str = "") -> Path:
    return alter(path, sheet1=f"{OPEN}<sheetData>{data}</sheetData>{tail}</worksheet>")


def ods_of(path: Path, tables: str, head: str = "") -> Path:
    space = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content {space} '
        'xmlns:calcext="urn:calcext"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("mimetype", SPREADSHEET, zipfile.ZIP_STORED)
        new.writestr("content.xml", content)
        new.writestr("META-INF/manifest.xml", "<manifest:manifest/>")
    return path


def record(kind: int, content: bytes = b"") -> bytes:
    """Return one record of an .xlsb."""
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + bytes([len(content)]) + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb_of(path: Path, *records: bytes, styles: bytes = b"") -> Path:
    formats = record(617, struct.pack("<I", 1)) + record(47, bytes(16)) + record(618)
    sheet = record(129) + record(148, struct.pack("<4I", 0, 9, 0, 9)) + record(145) + b"".join(records)
    bundle = record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Sổ"))
    with zipfile.ZipFile(path, "w") as new:
        new.writestr(
            "xl/workbook.bin", record(131) + record(143) + bundle + record(144) + record(157) + record(132)
        )
        new.writestr("xl/worksheets/sheet1.bin", sheet + record(146) + record(130))
        new.writestr("xl/styles.bin", record(278) + styles + formats + record(279))
        new.writestr(
            "xl/_rels/workbook.bin.rels",
            '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.bin"/></Relationships>',
        )
    return path


def header(row: int, hidden: bool = False) -> bytes:
    return record(0, struct.pack("<IIHBBB", row, 0, 300, 0, 0x10 if hidden else 0, 0) + bytes(4))


def cell(kind: int, column: int, content: bytes) -> bytes:
    return record(kind, struct.pack("<II", column, 0) + content)


def refusal(path: Path) -> str:
    with pytest.raises(DataRefusedError) as caught:
        read_workbook(path)
    (problem,) = caught.value.problems
    assert problem.file == str(path)
    assert problem.row is None
    assert problem.column is None
    assert SECRET not in str(caught.value)
    return f"{problem.seen} | {problem.allowed}"


# What is read


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_the_same_register_in_three_formats(form: str) -> None:
    first, hidden, empty = read_workbook(FIXTURES / f"register.{form}")
    assert [first.name, hidden.name, empty.name] == ["Kết nạp", "Ẩn", "Trống"]
    assert [first.hidden, hidden.hidden, empty.hidden] == [False, True, False]
    grid = rows(first)
    assert grid[0][0] == "SỔ THEO DÕI KẾT NẠP (DỮ LIỆU GIẢ, SYNTHETIC)"
    assert grid[1] == [None] * 9
    assert grid[3] == [None, None, "Ngày sinh", "Giới tính", None, None, None, None, None]
    assert cells(first, 0)[4:] == [1, 2, 3, 4]
    assert all(type(value) is int for value in cells(first, 0)[4:])
    assert cells(first, 2)[4:] == [date(1990, 2, 28), date(1985, 12, 1), "1/1/1979", 1995]
    assert cells(first, 4)[4:] == [12.5, 7, None, -3.25]
    assert cells(first, 5)[4:] == ["0123", "0456", "0789", None]
    assert cells(first, 6)[4:] == [True, False, True, None]
    assert cells(first, 7)[4] == datetime(2019, 5, 19, 8, 30)
    assert cells(first, 8)[4:] == [2, "#DIV/0!", "#N/A", None]
    assert (first.rows, first.first_row, first.hidden_rows) == (8, 1, frozenset({6}))
    assert sorted(first.merged) == [(0, 0, 0, 8), (2, 0, 3, 0), (2, 2, 2, 3)]
    assert {".VnTime", "VNI-Times"} <= first.fonts
    assert first.formulas == {6, 8}
    assert rows(hidden) == [[None, None], [None, "trang ẩn"]]
    assert (empty.rows, empty.columns) == (0, ())


@pytest.mark.parametrize("form", ["xlsx", "xls"])
def test_booleans_stay_booleans(form: str) -> None:
    column = cells(read_workbook(FIXTURES / f"register.{form}")[0], 6)
    assert [type(value) for value in column[4:7]] == [bool] * 3


def test_an_xlsb(tmp_path: Path) -> None:
    font = record(43, bytes(21) + wide("VNI-Times"))
    path = xlsb_of(
        tmp_path / "so.xlsb",
        *[header(0), cell(6, 0, wide("Nam")), cell(5, 2, struct.pack("<d", 2.0)), cell(3, 3, b"\x2a")],
        *[header(2, hidden=True), cell(9, 1, struct.pack("<d", 0.5)), cell(11, 2, b"\x17")],
        styles=font,
    )
    (sheet,) = read_workbook(path)
    assert rows(sheet) == [["Nam", None, 2, "#N/A"], [None] * 4, [None, 0.5, "#REF!", None]]
    assert (sheet.name, sheet.hidden_rows, sheet.formulas) == ("Sổ", {3}, {1, 2})
    assert sheet.fonts == {"VNI-Times"}


def test_positions_are_those_of_the_spreadsheet(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet["C4"], sheet["D6"] = "x", 2.5
        sheet.row_dimensions[5].hidden = sheet.row_dimensions[60].hidden = True

    (sheet,) = read_workbook(make(tmp_path / "so.xlsx", fill))
    assert rows(sheet)[3] == [None, None, "x", None]
    assert rows(sheet)[5] == [None, None, None, 2.5]
    assert (sheet.rows, len(sheet.columns), sheet.hidden_rows) == (6, 4, {5})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param('<row r="2"><c r="B2"><f>NOW()</f></c></row>', [[None, UNCOMPUTED]], id="no value"),
        pytest.param(
            '<row r="2"><c r="B2"><f>A1</f><v></v></c></row>', [[None, UNCOMPUTED]], id="empty value"
        ),
        pytest.param('<row r="2"><c r="B2"><f>A1</f><v /></c></row>', [[None, UNCOMPUTED]], id="no content"),
        pytest.param(
            '<row r="2"><c r="B2"><f t="shared" si="0"/></c></row>', [[None, UNCOMPUTED]], id="shared"
        ),
        pytest.param('<row r="2"><c r="A2" t="str"><f>""</f><v></v></c></row>', [[None]], id="empty text"),
        pytest.param('<row r="2"><c r="A2"><f>1</f><v>1</v></c></row>', [[1]], id="computed"),
        pytest.param('<row r="2"><c r="A2" t="e"><v>#REF!</v></c></row>', [["#REF!"]], id="error"),
        pytest.param("<row r='2'><c r='A2' t='e'><v>#N/A</v></c></row>", [["#N/A"]], id="single quotes"),
        pytest.param('<row r="2"><c t="e" r="A2"><v>#N/A</v></c></row>', [["#N/A"]], id="type first"),
        pytest.param(
            '<row/><row><c><v>1</v></c><c t="e"><v>#N/A</v></c></row>', [[1, "#N/A"]], id="no positions"
        ),
        pytest.param(
            '<row r="2"><c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B2"><v>3</v></c></row>',
            [["#DIV/0!", 3]],
            id="error of a formula",
        ),
        pytest.param('<row r="2"><c r="A2"><v>1e300</v></c></row>', [[1e300]], id="too large for an int"),
        pytest.param('<row r="2"><c r="A2"><v>1e999</v></c></row>', [["#NUM!"]], id="infinite"),
        pytest.param('<row r="2"><c r="A2"><v>NaN</v></c></row>', [["#NUM!"]], id="not a number"),
        pytest.param('<row r="2"><c r="A2"><v>1</v></c><c r="XFD2" s="0"/></row>', [[1]], id="far but empty"),
    ],
)
def test_no_cell_is_silently_empty(tmp_path: Path, data: str, expected: list[list[Any]]) -> None:
    (sheet,) = read_workbook(sheet_of(tmp_path / "so.xlsx", data))
    assert rows(sheet)[1:] == expected
    assert [type(cell) for cell in rows(sheet)[1]] == [type(cell) for cell in expected[0]]


def test_an_error_of_an_unknown_name_is_not_quoted(tmp_path: Path) -> None:
    path = ods_of(
        tmp_path / "so.ods",
        '<table:table table:name="a"><table:table-row><table:table-cell office:value-type="string" '
        f'calcext:value-type="error"><text:p>{SECRET}</text:p></table:table-cell></table:table-row></table:table>',
    )
    assert rows(read_workbook(path)[0]) == [["#ERROR!"]]
    assert "#ERROR!" in ERRORS


def test_prefixed_xml_is_seen_as_well(tmp_path: Path) -> None:
    path = alter(
        tmp_path / "so.xlsx",
        sheet1='<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        '<x:row r="1" hidden="1"><x:c r="A1"><x:f>A2</x:f></x:c><x:c r="B1"><x:v>1</x:v></x:c></x:row>'
        '<x:row r="2"><x:c r="A2" t="e"><x:v>#N/A</x:v></x:c></x:row></x:sheetData></x:worksheet>',
    )
    (sheet,) = read_workbook(path)
    assert rows(sheet) == [[UNCOMPUTED, 1], ["#N/A", None]]
    assert sheet.hidden_rows == {1}


def test_a_repeated_row_of_an_ods_is_many_rows(tmp_path: Path) -> None:
    path = ods_of(
        tmp_path / "so.ods",
        '<table:table table:name="a"><table:table-row table:number-rows-repeated="2"><table:table-cell/>'
        '</table:table-row><table:table-row table:number-rows-repeated="3" table:visibility="filter">'
        '<table:table-cell/><table:table-cell table:formula="of:=1" table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048571" table:visibility="collapse"><table:table-cell/>'
        "</table:table-row></table:table>",
    )
    (sheet,) = read_workbook(path)
    assert rows(sheet) == [[None] * 4] * 2 + [[None, UNCOMPUTED, UNCOMPUTED, "x"]] * 3
    assert sheet.hidden_rows == {3, 4, 5}
    with Archive(path) as archive:
        assert odf.marks(archive)["a"].hidden == {2, 3, 4}, "rows below the table take memory"


def test_a_formula_of_an_ods_after_plain_cells(tmp_path: Path) -> None:
    path = ods_of(
        tmp_path / "so.ods",
        '<table:table table:name="a"><table:table-row><table:table-cell office:value-type="string"><text:p>x'
        '</text:p></table:table-cell><table:table-cell table:formula="of:=1"/></table:table-row></table:table>',
    )
    (sheet,) = read_workbook(path)
    assert (rows(sheet), sheet.formulas) == ([["x", UNCOMPUTED]], {1})


def test_marks_are_found_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(sheet: Any) -> None:
        for number in range(1, 40):
            sheet.append([number, "Nữ", f"=A{number}"])
            sheet.row_dimensions[number].hidden = number % 3 == 0

    path = make(tmp_path / "so.xlsx", fill)
    whole = read_workbook(path)
    monkeypatch.setattr("analysis.clean.ooxml._BLOCK", 61)
    assert [rows(sheet) for sheet in read_workbook(path)] == [rows(sheet) for sheet in whole]
    assert read_workbook(path)[0].hidden_rows == frozenset(range(3, 40, 3))
    assert cells(whole[0], 2) == [UNCOMPUTED] * 39


@pytest.mark.parametrize("named", ["register.xls", "register.csv", "register"])
def test_the_content_says_what_a_file_is(tmp_path: Path, named: str) -> None:
    path = tmp_path / named
    path.write_bytes((FIXTURES / "register.xlsx").read_bytes())
    assert [sheet.name for sheet in read_workbook(path)] == ["Kết nạp", "Ẩn", "Trống"]


def test_parts_in_other_case_and_with_backslashes_are_the_same_parts(tmp_path: Path) -> None:
    path = tmp_path / "so.xlsx"
    with zipfile.ZipFile(FIXTURES / "register.xlsx") as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name.replace("sharedStrings", "SharedStrings"), old.read(name))
    assert rows(read_workbook(path)[0]) == rows(read_workbook(FIXTURES / "register.xlsx")[0])


# Factorising

CELL = st.one_of(
    st.text(max_size=3),
    st.sampled_from(["", " ", "\u00a0", 0.0, -0.0, 1.0, 1, True, False, "1", "True", 0, 2.5]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.datetimes(),
)


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=30))
def test_every_cell_comes_back_with_its_type(grid: list[list[Any]]) -> None:
    columns = columns_of(grid)
    for number, column in enumerate(columns):
        for row, code in enumerate(column.codes.tolist()):
            cell = grid[row][number]
            if isinstance(cell, str) and not cell.strip():
                assert code == -1
                continue
            back = column.values[code]
            assert back == cell
            assert isinstance(back, bool) == isinstance(cell, bool)
            assert isinstance(back, str) == isinstance(cell, str)
        assert len({(type(value), value) for value in column.values}) == len(column.values)
        assert set(column.codes.tolist()) - {-1} == set(range(len(column.values)))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param(time(8, 30), "08:30:00", id="time of day"),
        pytest.param(timedelta(days=1, hours=12), "36:00:00", id="duration"),
        pytest.param(timedelta(minutes=-90), "-01:30:00", id="negative duration"),
    ],
)
def test_times_are_text(cell: Any, expected: str) -> None:
    assert columns_of([[cell]])[0].values == [expected]


def test_codes_go_on_from_chunk_to_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.clean.sheets._CHUNK", 2)
    (column,) = columns_of([["a"], [""], ["b"], ["a"], ["c"]], failed={(3, 0): "#N/A"})
    assert list(column.values) == ["a", "b", "c", "#N/A"]
    assert column.codes.tolist() == [0, -1, 1, 3, 2]


# What is refused


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        pytest.param(b"", "an empty file", id="empty"),
        pytest.param(b"%PDF-1.7\n\0", "a PDF", id="pdf"),
        pytest.param(b"Ho ten,Ngay sinh\r\nA,1/1/1990\r\n", "name it .csv", id="csv"),
        pytest.param("\ufeffHọ tên\n".encode("utf-16-le"), "name it .csv", id="csv in UTF-16"),
        pytest.param(b"\xef\xbb\xbf\n <HTML><table>", "web page (HTML)", id="html"),
        pytest.param("\ufeff<table>".encode("utf-16-le"), "web page (HTML)", id="html in UTF-16"),
        pytest.param(b'<?xml version="1.0"?><html xmlns="x">', "web page (HTML)", id="xhtml"),
        pytest.param(b'<?xml version="1.0"?><Workbook>', "Excel 2003", id="xml of 2003"),
        pytest.param(b"MIME-Version: 1.0\r\n", "web page (MHT)", id="mht"),
        pytest.param(b"\x09\x08\x10\x00\x00\x06", "Excel 5 or older", id="bare biff"),
        pytest.param(b"{\\rtf1", "text document", id="rtf"),
        pytest.param(b"Rar!\x1a\x07", "RAR", id="rar"),
        pytest.param(b"\x00\x01\x02", "another kind", id="other"),
        pytest.param(b"PK\x03\x04" + bytes(50), "damaged or cut off", id="zip without directory"),
        pytest.param(b"PK\x05\x06" + bytes(18), "no workbook", id="empty zip"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged", id="broken ole"),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, content: bytes, seen: str) -> None:
    path = tmp_path / "so.xls"
    path.write_bytes(content)
    assert seen in refusal(path)


def test_a_document_and_a_plain_archive(tmp_path: Path) -> None:
    for part, seen in {"word/document.xml": "text document", "so.csv": "unpack it first"}.items():
        path = tmp_path / "so.xlsx"
        with zipfile.ZipFile(path, "w") as new:
            new.writestr(part, "x")
        assert seen in refusal(path)


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    assert "a folder" in refusal(tmp_path)
    assert "no file" in refusal(tmp_path / "so.xlsx")
    assert "cannot be opened" in refusal(tmp_path / "so\0.xlsx") or "no file" in refusal(
        tmp_path / "so\0.xlsx"
    )


@pytest.mark.parametrize(
    ("data", "tail", "seen"),
    [
        pytest.param('<row r="1"><c r="ALM1"><v>1</v></c></row>', "", "column 1,001", id="1,001 columns"),
        pytest.param(
            "<row>" + "<c><v>1</v></c>" * 1001 + "</row>", "", "column 1,001", id="unplaced columns"
        ),
        pytest.param('<row r="1"><c r="a1"><v>1</v></c></row>', "", "position", id="lower-case position"),
        pytest.param('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>', "", "column", id="beyond XFD"),
        pytest.param('<row r="1048577"><c r="A1048577"><v>1</v></c></row>', "", "1,048,577 rows", id="rows"),
        pytest.param(
            '<row r="1"><c r="A9999999"><v>1</v></c></row>', "", "9,999,999 rows", id="cell not in its row"
        ),
        pytest.param(
            '<row r="1"><c r="ALL1"><v>1</v></c></row><row r="900000"><c r="A900000"><v>1</v></c></row>',
            "",
            "spans 900,000 rows and 1,000 columns",
            id="too wide and long",
        ),
        pytest.param('<row r="1"><!-- --><c r="A1"/></row>', "", "comments", id="comment"),
        pytest.param(
            "", '<mergeCells count="4000000000"><mergeCell ref="A1:B2"/></mergeCells>', "declares", id="count"
        ),
        pytest.param('<row r="x"><c r="A1"><v>1</v></c></row>', "", "position", id="row without number"),
    ],
)
def test_sheets_that_reach_too_far_are_not_even_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: str, tail: str, seen: str
) -> None:
    path = sheet_of(tmp_path / "so.xlsx", data, tail)
    monkeypatch.setattr(workbook_module, "CalamineWorkbook", None)
    assert seen in refusal(path)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param('<row r="1"><c r="A1" t="s"><v>99</v></c></row>', id="unknown text"),
        pytest.param('<row r="1"><c r="A1"><v>1', id="open cell"),
    ],
)
def test_damaged_sheets(tmp_path: Path, data: str) -> None:
    assert "damaged" in refusal(sheet_of(tmp_path / "so.xlsx", data))


def test_entities_do_no_harm(tmp_path: Path) -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi")
    )
    sheet = (
        f'{lol}]>{OPEN}<sheetData><row r="1"><c r="A1" t="str"><v>&i;</v></c></row></sheetData></worksheet>'
    )
    assert "document type" in refusal(alter(tmp_path / "so.xlsx", sheet1=sheet))
    assert "document type" in refusal(ods_of(tmp_path / "so.ods", "", lol + "]>"))
    assert "document type" in refusal(
        alter(tmp_path / "s.xlsx", sharedStrings=f"{lol}]><sst><si><t>&i;</t></si></sst>")
    )


@pytest.mark.parametrize(
    ("table", "seen"),
    [
        pytest.param("columns-repeated='16384'", "column 16,384", id="columns"),
        pytest.param('columns-repeated="99999999999999"', "column 999,999,999", id="columns without end"),
    ],
)
def test_an_ods_that_repeats_a_filled_cell(tmp_path: Path, table: str, seen: str) -> None:
    path = ods_of(
        tmp_path / "so.ods",
        '<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        f'office:value-type="float" office:value="1" table:number-{table}/></table:table-row></table:table>',
    )
    assert seen in refusal(path)


def test_an_ods_with_two_sheets_of_one_name(tmp_path: Path) -> None:
    one = '<table:table table:name="a"><table:table-row/></table:table>'
    assert "one name" in refusal(ods_of(tmp_path / "so.ods", one * 2))


def test_a_packing_that_office_programs_do_not_use(tmp_path: Path) -> None:
    path = tmp_path / "so.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as new:
        new.writestr("mimetype", SPREADSHEET, zipfile.ZIP_STORED)
        new.writestr("content.xml", "<x/>")
    assert "packed in a way" in refusal(path)


def test_a_zip_bomb_that_declares_its_size(tmp_path: Path) -> None:
    assert "unpacks to more" in refusal(alter(tmp_path / "so.xlsx", theme1=bytes(60 << 20)))


def test_a_zip_bomb_that_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sizes in the directory say 10 bytes, and the check sum fits them."""
    monkeypatch.setattr(archive_module, "_UNPACKED", 8 << 20)
    path = alter(tmp_path / "so.xlsx", theme1=bytes(9 << 20))
    content = bytearray(path.read_bytes())
    name = b"xl/theme/theme1.xml"
    at = content.rfind(name) - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    content[at + 16 : at + 20] = struct.pack("<I", zlib.crc32(bytes(10)))
    path.write_bytes(content)
    assert "unpacks to more" in refusal(path)


def test_a_workbook_cut_off(tmp_path: Path) -> None:
    for form in ("xlsx", "xls", "ods"):
        whole = (FIXTURES / f"register.{form}").read_bytes()
        for part in (0.1, 0.5, 0.9):
            path = tmp_path / f"so.{form}"
            path.write_bytes(whole[: int(len(whole) * part)])
            assert "damaged" in (seen := refusal(path)) or "no workbook" in seen


def test_a_password(tmp_path: Path) -> None:
    path = tmp_path / "so.xls"
    content = (FIXTURES / "register.xls").read_bytes()
    name, other = ("Workbook\0".encode("utf-16-le"), "EncryptedPackage\0".encode("utf-16-le"))
    at = content.index(name)
    path.write_bytes(
        content[:at] + other.ljust(64, b"\0") + struct.pack("<H", len(other)) + content[at + 66 :]
    )
    assert "password" in refusal(path)
    locked = content.replace(b"\x42\x00\x02\x00", b"\x2f\x00\x02\x00", 1)  # FILEPASS for CODEPAGE
    assert locked != content
    path.write_bytes(locked)
    assert "password" in refusal(path)
    with zipfile.ZipFile(tmp_path / "so.ods", "w") as new:
        new.writestr("mimetype", SPREADSHEET)
        new.writestr("content.xml", b"\x8a\x01\xff")
        new.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    assert "password" in refusal(tmp_path / "so.ods")


@pytest.mark.parametrize("tag", ["table:table", "table:table-row", "table:table-cell", "text:p"])
def test_an_ods_without_an_end_tag_is_refused_at_once(tmp_path: Path, tag: str) -> None:
    table = (
        '<table:table table:name="a"><table:table-row><table:table-cell office:value-type="string">'
        "<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert rows(read_workbook(ods_of(tmp_path / "so.ods", table))[0]) == [["x"]]
    assert "damaged" in refusal(ods_of(tmp_path / "so.ods", table.replace(f"</{tag}>", "")))


def test_a_missing_sheet(tmp_path: Path) -> None:
    assert "sheet is missing" in refusal(alter(tmp_path / "so.xlsx", sheet1=None))


def test_a_defect_of_the_reader_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):  # the name that pyo3 gives it
        pass

    def panic(*_: Any) -> None:
        raise PanicException(SECRET)

    monkeypatch.setattr(workbook_module, "_sheet", panic)
    assert "cannot make out" in refusal(make(tmp_path / "so.xlsx"))


def test_an_interrupt_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workbook_module, "_sheet", interrupt)
    with pytest.raises(KeyboardInterrupt):
        read_workbook(make(tmp_path / "so.xlsx"))


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_damaged_bytes_are_read_or_refused(tmp_path: Path, form: str) -> None:
    """Some bytes changed at random: no exception but the package's own, and nothing that ends the process."""
    whole = (FIXTURES / f"register.{form}").read_bytes()
    chance = random.Random(1)
    path = tmp_path / f"so.{form}"
    refused = 0
    for _ in range(40):
        content = bytearray(whole)
        for _ in range(chance.choice([1, 3, 30])):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content)
        try:
            read_workbook(path)
        except DataRefusedError:
            refused += 1
    assert refused


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=200),
    start=st.sampled_from([b"", b"PK\x03\x04", b"<", b"\xff\xfe", b"\xd0\xcf"]),
)
def test_any_bytes_are_refused(tmp_path: Path, content: bytes, start: bytes) -> None:
    path = tmp_path / "so.xlsx"
    path.write_bytes(start + content)
    refusal(path)


@pytest.mark.parametrize(
    ("trial", "seen"),
    [
        pytest.param("import os; os.abort()", "more memory than a register can need", id="ends the process"),
        pytest.param("import time; time.sleep(60)", "too long", id="does not end"),
    ],
)
def test_a_binary_workbook_is_tried_in_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trial: str, seen: str
) -> None:
    monkeypatch.setattr(workbook_module, "_TRIAL", trial)
    monkeypatch.setattr(workbook_module, "_SECONDS", 1)
    assert seen in refusal(FIXTURES / "register.xls")
    assert seen in refusal(xlsb_of(tmp_path / "so.xlsb", header(0), cell(6, 0, wide("Nam"))))
