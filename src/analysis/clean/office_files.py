"""Opens the file of an office, workbook or text, and hands out its sheets in Unicode."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from analysis.clean.cells import Cell, Column
from analysis.clean.encoding import Encoding, decode, decode_as, sniff
from analysis.clean.legacy import LegacyCode, legacy_code, to_unicode
from analysis.clean.mapping import Mapping
from analysis.clean.sheets import Sheet, columns_of
from analysis.clean.workbook import read_workbook
from analysis.errors import DataRefusedError, Problem

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
TEXTS = (".csv", ".tsv", ".txt")

_STREAMED_FROM = 32 << 20
"""Text files from this size on are read in pieces; they must have one line a row and equal rows."""

_PIECE = 96 << 20
_SAMPLE = 1 << 20
_MOST_COLUMNS = 1_000
_UNREADABLE = "#ENCODING!"
_SEPARATORS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Opened:
    """One sheet, or a piece of a text file.

    Attributes
    ----------
    sheet : Sheet
        In Unicode.
    encoding : str
        The code in which it stood: utf-8, tcvn3, ...
    evidence : str
        How that was found.
    continued : bool
        Whether it goes on where the one before ended.
    """

    sheet: Sheet
    encoding: str
    evidence: str
    continued: bool = False


def open_sheets(path: Path, mapping: Mapping) -> Iterator[Opened]:
    """Yield the sheets of a file; those of a large text file piece by piece.

    Parameters
    ----------
    path : Path
        A workbook or a CSV file.
    mapping : Mapping
        May name the encoding.

    Raises
    ------
    DataRefusedError
        The file is none of these, is broken, or its code cannot be told.
    """
    if path.suffix.lower() not in TEXTS:
        for sheet in read_workbook(path):
            yield _in_unicode(sheet)
        return
    if path.stat().st_size < _STREAMED_FROM:
        yield _small_text(path, mapping)
        return
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    found = Encoding(mapping.encoding, "stated") if mapping.encoding else sniff(sample, path.name)
    if not found.utf8:
        yield _small_text(path, mapping)
        return
    yield from _streamed(path, sample.decode("utf-8-sig", "ignore"), found)


def _in_unicode(sheet: Sheet) -> Opened:
    """Return a workbook's sheet with text of a legacy font in Unicode."""
    texts = list({v for column in sheet.columns for v in column.values if isinstance(v, str)})
    code = legacy_code(texts, sheet.fonts)
    if code is None:
        return Opened(sheet, "unicode", "as the workbook keeps it")
    columns = tuple(replace(c, values=[_converted(v, code) for v in c.values]) for c in sheet.columns)
    fonts = f", fonts {', '.join(code.fonts)}" if code.fonts else ""
    evidence = f"{code.gained} words are Vietnamese only in {code.code}{fonts}"
    return Opened(replace(sheet, columns=columns), code.code, evidence)


def _converted(cell: Cell, code: LegacyCode) -> Cell:
    if not isinstance(cell, str):
        return cell
    read = to_unicode(cell, code)
    return _UNREADABLE if read.value is None else read.value


def _small_text(path: Path, mapping: Mapping) -> Opened:
    data = path.read_bytes()
    found = decode_as(data, mapping.encoding, path.name) if mapping.encoding else decode(data, path.name)
    if not found.text.strip():
        raise DataRefusedError([Problem(path.name, None, None, "an empty file", "a header and its rows")])
    separator = _separator(found.text)
    rows = _rows(path, found.text.removeprefix("\ufeff"), separator)
    width = max(map(len, rows))
    _refuse_wide(path, width)
    for row in rows:
        row.extend([""] * (width - len(row)))
    return Opened(_sheet(columns_of(rows), len(rows), 1), found.encoding, found.evidence)


_QUOTE_ADVICE = "each quotation mark within a cell doubled and the cell itself in quotation marks; saving the table as .xlsx helps"


def _rows(path: Path, text: str, separator: str) -> list[list[str]]:
    """Return the rows of a CSV text.

    A quotation mark that nobody closed, or one typed for 'as above', swallows the rows that follow it: a cell
    that holds an end of line and as many separators as a row is refused.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            fewest = max(2, (len(rows[0]) if rows else len(row)) // 2)
            if any("\n" in cell and cell.count(separator) >= fewest for cell in row):
                seen = "a cell that holds whole rows: a quotation mark that is not closed"
                raise DataRefusedError([Problem(path.name, len(rows) + 1, None, seen, _QUOTE_ADVICE)])
            rows.append(row)
    except csv.Error:
        seen = f"a quotation mark that is not closed, or stands within a cell (line {reader.line_num})"
        raise DataRefusedError([Problem(path.name, len(rows) + 1, None, seen, _QUOTE_ADVICE)]) from None
    return rows


def _sheet(columns: tuple[Column, ...], rows: int, first_row: int) -> Sheet:
    return Sheet(
        name="",
        hidden=False,
        columns=columns,
        rows=rows,
        first_row=first_row,
        hidden_rows=frozenset(),
        merged=(),
        fonts=frozenset(),
        formulas=frozenset(),
    )


def _refuse_wide(path: Path, width: int) -> None:
    if width > _MOST_COLUMNS:
        allowed = f"at most {_MOST_COLUMNS:,} columns"
        raise DataRefusedError([Problem(path.name, None, None, f"a table of {width:,} columns", allowed)])


def _separator(text: str) -> str:
    """Return what separates the cells: what most lines of the beginning have equally often and most."""
    lines = [line for line in text[:_SAMPLE].splitlines()[:200] if line.strip()]

    def fit(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        usual = max(set(counts), key=lambda n: (n > 0, counts.count(n), n))
        return counts.count(usual) if usual else 0, usual

    return max(_SEPARATORS, key=fit)


class ArrowTexts(Sequence[str]):
    """Texts of an Arrow array, taken out only when they are asked for."""

    def __init__(self, texts: pa.Array) -> None:
        self.texts = texts

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, at: int) -> str:  # type: ignore[override]
        return str(self.texts[at].as_py())

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts.to_pylist())


_MOST_DISTINCT = 0.3
"""A column of which more cells than that differ holds names or numbers of rows: its texts stay in Arrow."""


def _streamed(path: Path, sample: str, found: Encoding) -> Iterator[Opened]:
    separator = _separator(sample)
    width = _width(path, sample, separator)
    _refuse_wide(path, width)
    names = [str(at) for at in range(width)]
    row = 1
    try:
        reader = pa_csv.open_csv(
            path,
            read_options=pa_csv.ReadOptions(column_names=names, block_size=_PIECE),
            parse_options=pa_csv.ParseOptions(delimiter=separator, newlines_in_values=False),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
        for batch in reader:
            columns = tuple(_column(path, batch.column(at)) for at in range(width))
            sheet = _sheet(columns, batch.num_rows, row)
            yield Opened(sheet, found.label, found.evidence, continued=row > 1)
            row += batch.num_rows
    except pa.ArrowInvalid as error:
        # Arrow's message quotes the line, which names people.
        kind = str(error).split(":", maxsplit=1)[0][:40]
        seen = f"a row near {row} that has not {width} cells, or bytes that are no UTF-8 ({kind})"
        allowed = (
            f"rows of {width} cells each: a text file of over {_STREAMED_FROM >> 20} MB is read in pieces"
        )
        raise DataRefusedError([Problem(path.name, row, None, seen, allowed)]) from None


def _width(path: Path, sample: str, separator: str) -> int:
    """Return how many cells a row has; the lines above the header must have as many."""
    lines = [line for line in sample.splitlines()[:200] if line.strip()]
    widths = [len(next(csv.reader([line], delimiter=separator))) for line in lines[:-1] or lines]
    usual = max(set(widths), key=widths.count)
    if widths[0] != usual:
        first = next(at for at, width in enumerate(widths, 1) if width == usual)
        seen = f"lines of {widths[0]} cells above a table of {usual}"
        allowed = f"the {first - 1} lines above the header removed: so large a file is read in pieces"
        raise DataRefusedError([Problem(path.name, 1, None, seen, allowed)])
    return usual


def _column(path: Path, texts: pa.Array) -> Column:
    found = texts.dictionary_encode()
    if pc.any(pc.match_substring(found.dictionary, "\n")).as_py():
        seen = "a cell that holds an end of line, or a quotation mark that is not closed"
        raise DataRefusedError([Problem(path.name, None, None, seen, _QUOTE_ADVICE)])
    codes = found.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    few = len(found.dictionary) <= len(texts) * _MOST_DISTINCT
    return Column(codes, found.dictionary.to_pylist() if few else ArrowTexts(found.dictionary))
