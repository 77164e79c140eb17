"""Reads a raw CSV of the published figures strictly: every problem of a file in one go."""

from __future__ import annotations

import csv
import difflib
import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.errors import DataRefusedError, Problem

CellCheck = Callable[[str], tuple[str, str] | None]
"""Looks at one cell; returns (seen, allowed) where something is wrong with it."""

RowCheck = Callable[[dict[str, str]], list[tuple[str, str, str]]]
"""Looks at one row of sound cells; returns (column, seen, allowed) for each thing wrong with it."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What a raw file must hold.

    Attributes
    ----------
    cells : dict of str to callable
        The columns that must be there, in any order, and what looks at each of their cells.
    row : callable
        Looks at the cells of a row together, once each of them is sound.
    """

    cells: dict[str, CellCheck]
    row: RowCheck


_NO_CSV = {
    b"PK\x03\x04": "an Excel or LibreOffice workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
}
_SAVE_AS = (
    "a CSV in UTF-8: in Excel, Save As, 'CSV UTF-8'; in LibreOffice, Text CSV, character set Unicode (UTF-8)"
)


def read(path: Path, contract: Contract) -> pd.DataFrame:
    """Return the cells of a raw CSV as text, with the line of the file in ``raw_row``.

    Cells are NFC with no space around them. A file in windows line ends or with a byte order
    mark is read as it is.

    Parameters
    ----------
    path : Path
        A CSV in UTF-8 with the columns of ``contract``.
    contract : Contract
        What it must hold.

    Raises
    ------
    DataRefusedError
        The file is missing, empty, not UTF-8 or no table, a column is missing, or a row breaks
        the contract; every problem is named.
    """
    rows = _records(path, _decode(path))
    names = _names(rows[0][1])
    problems = _header_problems(path, names, list(contract.cells))
    whole_header = not problems
    records: list[dict[str, str]] = []
    for line, row in rows[1:]:
        if len(row) != len(names):
            problems.append(
                Problem(path.name, line, None, f"{len(row)} cells", f"the header has {len(names)}")
            )
            continue
        record = {
            name: unicodedata.normalize("NFC", cell).strip() for name, cell in zip(names, row, strict=True)
        }
        wrong = _cell_problems(record, contract.cells)
        if not wrong and whole_header:
            wrong = contract.row(record)
        problems += [Problem(path.name, line, *found) for found in wrong]
        records.append(record | {"raw_row": str(line)})
    if not problems and not records:
        problems.append(Problem(path.name, None, None, "a header and no row", "at least one row"))
    if problems:
        raise DataRefusedError(problems)
    table = pd.DataFrame(records, dtype="str")[[*contract.cells, "raw_row"]]
    return table.astype({"raw_row": "int64"})


def header(path: Path) -> list[str]:
    """Return the column names of a CSV in UTF-8.

    Raises
    ------
    DataRefusedError
        The file is missing, empty, not UTF-8 or no table.
    """
    return _names(_records(path, _decode(path))[0][1])


def _names(cells: list[str]) -> list[str]:
    """Return the column names of a header."""
    return [unicodedata.normalize("NFC", name).strip() for name in cells]


def _cell_problems(record: dict[str, str], checks: dict[str, CellCheck]) -> list[tuple[str, str, str]]:
    found = []
    for column, check in checks.items():
        if column in record and (wrong := check(record[column])):
            found.append((column, *wrong))
    return found


def _decode(path: Path) -> str:
    if path.is_dir():
        raise DataRefusedError([Problem(str(path), None, None, "a folder", "a CSV file in it")])
    if not path.is_file():
        raise DataRefusedError([Problem(path.name, None, None, "no such file", f"a file at {path}")])
    data = path.read_bytes()
    for beginning, kind in _NO_CSV.items():
        if data.startswith(beginning):
            raise DataRefusedError([Problem(path.name, None, None, kind, _SAVE_AS)])
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise DataRefusedError(
            [Problem(path.name, None, None, "the file is empty", "a CSV with a header and rows")]
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        seen = f"the byte 0x{data[error.start]:02X}, which is no UTF-8"
        fix = f"{_SAVE_AS}; other encodings are not guessed here"
        raise DataRefusedError([Problem(path.name, line, None, seen, fix)]) from None


def _records(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """Return (number of the record, the header being 1; cells) for each record that holds something.

    The number is the row that a spreadsheet shows, also where a cell holds several lines.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, row in enumerate(reader, start=1):
            if any(cell.strip() for cell in row):
                rows.append((number, row))
    except csv.Error as error:
        problem = Problem(
            path.name,
            reader.line_num,
            None,
            f"no CSV: {error}",
            "cells separated by commas, quotes within cells doubled",
        )
        raise DataRefusedError([problem]) from None
    if not rows:
        problem = Problem(path.name, None, None, "no cell that holds anything", "a header and rows")
        raise DataRefusedError([problem])
    return rows


def _header_problems(path: Path, header: Sequence[str], columns: Sequence[str]) -> list[Problem]:
    problems = []
    if len(header) == 1 and (mark := next((m for m in (";", "\t", "|") if m in header[0]), None)):
        seen = f"cells separated by {mark!r}"
        return [Problem(path.name, 1, None, seen, "cells separated by commas: save as 'CSV UTF-8'")]
    for name in columns:
        if name not in header:
            near = difflib.get_close_matches(name, [h for h in header if h not in columns], n=1)
            hint = f"; is {near[0]!r} meant for it?" if near else ""
            problems.append(
                Problem(path.name, 1, name, "the column is missing", f"the header must name it{hint}")
            )
    for name in header:
        if header.count(name) > 1 and name in columns:
            problems.append(Problem(path.name, 1, name, "the column stands twice", "once"))
    return list(dict.fromkeys(problems))


def nearest(seen: str, allowed: Sequence[str]) -> str:
    """Return 'one of ...' for an error message, with the nearest allowed value named first."""
    near = difflib.get_close_matches(seen, allowed, n=1)
    named = [code or "(empty)" for code in allowed]
    hint = f"; nearest: {near[0]}" if near else ""
    return f"allowed: {', '.join(named)}{hint}"
