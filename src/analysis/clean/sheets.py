"""A sheet as its raw columns: what the readers of workbooks and of CSV files return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.clean.cells import Cell, Column

UNCOMPUTED = "#UNCOMPUTED!"
"""Stands where a formula was saved without its result, which a spreadsheet would show as empty or 0."""

ERRORS = frozenset({
    UNCOMPUTED, "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A",
    "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!",
    "#ERROR!",
})  # fmt: skip
"""Texts that stand for a cell which has no value because its formula failed."""

_CHUNK = 4096
_EXACT = 2**53
_KEPT = frozenset({str, int, date, datetime})
_TRUE, _FALSE = object(), object()  # 1 == 1.0 == True: a dict would make them one


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or a CSV file.

    Attributes
    ----------
    name : str
        Empty for a CSV file.
    hidden : bool
        True where the workbook hides the sheet.
    columns : tuple of Column
        From column A on, all of length ``rows``; empty ones included, so that positions are true.
    rows : int
        Number of rows, up to the last one that holds anything.
    first_row : int
        Number of the first row, as the spreadsheet counts them (from 1).
    hidden_rows : frozenset of int
        Numbers of the rows that the workbook hides or filters out, as the spreadsheet counts them.
    merged : tuple of (first row, first column, last row, last column)
        Merged cells, counted from 0 within the grid.
    fonts : frozenset of str
        Fonts that the workbook names; ``.VnTime`` or ``VNI-Times`` betray text that is not Unicode.
    formulas : frozenset of int
        Columns, counted from 0, in which at least one cell is computed; the values are those saved.
    epoch : {1900, 1904}
        From when the workbook counts days that are stored as plain numbers.
    """

    name: str
    hidden: bool
    columns: tuple[Column, ...]
    rows: int
    first_row: int
    hidden_rows: frozenset[int]
    merged: tuple[tuple[int, int, int, int], ...]
    fonts: frozenset[str]
    formulas: frozenset[int]
    epoch: int = 1900


@dataclass(slots=True)
class Marks:
    """What a workbook says of one sheet beside its values; rows and columns are counted from 0.

    Attributes
    ----------
    rows, columns : int
        Extent of the cells that hold something, empty ones to the left and above included.
    hidden : set of int
        Rows that are hidden.
    failed : dict of (row, column) to str
        Cells without a value because their formula failed or was never computed; one of ``ERRORS``.
    formulas : set of int
        Columns that hold a formula.
    merged : list of (first row, first column, last row, last column)
        Merged cells.
    """

    rows: int = 0
    columns: int = 0
    hidden: set[int] = field(default_factory=set)
    failed: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def reach(self, row: int, column: int) -> None:
        """Extend the sheet to the cell."""
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)


class _Codes(dict[Any, int]):
    """Code of each distinct cell, given in the order of first sight; -1 where it is empty."""

    __slots__ = ("distinct",)

    def __init__(self) -> None:
        super().__init__({"": -1})
        self.distinct = 0

    def __missing__(self, cell: Any) -> int:
        if cell.__class__ is str and cell.isspace():
            self[cell] = -1
            return -1
        code = self[cell] = self.distinct
        self.distinct = code + 1
        return code


def columns_of(
    rows: Iterable[list[Any]], start: int = 0, failed: dict[tuple[int, int], str] | None = None
) -> tuple[Column, ...]:
    """Return the columns of a grid, each as its distinct cells and one code a row.

    Parameters
    ----------
    rows : iterable of list
        The cells, row by row, all rows of one length; '' where a cell is empty.
    start : int
        Number of empty columns to the left of the grid.
    failed : dict of (row, column) to str, optional
        Cells to be replaced by the name of their error.

    Returns
    -------
    tuple of Column
        Text is left as it stands, except that cells of nothing but spaces are empty. A whole
        number is an int, any other a float; times of day and durations are text in ISO form.

    Examples
    --------
    >>> one, two = columns_of([[1.0, "Nam"], [True, "  "], [1.0, "Nam"]])
    >>> list(one.values), one.codes.tolist()
    ([1, True], [0, 1, 0])
    >>> list(two.values), two.codes.tolist()
    (['Nam'], [0, -1, 0])

    A cell that failed is not an empty cell:

    >>> columns_of([["", ""]], failed={(0, 1): "#N/A"})[1].values
    ['#N/A']
    """
    books: list[_Codes] = []
    parts: list[list[npt.NDArray[np.int32]]] = []
    count = 0
    rest = iter(rows)
    while chunk := list(islice(rest, _CHUNK)):
        count += len(chunk)
        for number, cells in enumerate(zip(*chunk, strict=True)):
            if number == len(books):
                books.append(_Codes())
                parts.append([])
            told = _tell_apart(cells) if bool in set(map(type, cells)) else cells
            parts[number].append(np.fromiter(map(books[number].__getitem__, told), np.int32, len(chunk)))
    marks = _by_column(failed or {})
    width = max([start + len(books) if books else 0, *(column + 1 for column in marks)])
    height = max([count, *(row + 1 for row, _ in failed or {})])
    made = []
    for number in range(width):
        inside = 0 <= number - start < len(books)
        codes = np.full(height, -1, np.int32)
        if inside:
            codes[:count] = np.concatenate(parts[number - start])
        made.append(_column(codes, books[number - start] if inside else _Codes(), marks.get(number, {})))
    return tuple(made)


def _tell_apart(cells: Iterable[Any]) -> list[Any]:
    return [_TRUE if cell is True else _FALSE if cell is False else cell for cell in cells]


def _by_column(failed: dict[tuple[int, int], str]) -> dict[int, dict[int, str]]:
    columns: dict[int, dict[int, str]] = {}
    for (row, column), error in failed.items():
        columns.setdefault(column, {})[row] = error
    return columns


def _column(codes: npt.NDArray[np.int32], book: _Codes, failed: dict[int, str]) -> Column:
    for row, error in failed.items():
        codes[row] = book[error]
    distinct = (value for value, code in book.items() if code >= 0)
    return Column(codes, [value if type(value) in _KEPT else _cell(value) for value in distinct])


def _cell(value: Any) -> Cell:
    if isinstance(value, float):
        if value.is_integer() and -_EXACT <= value <= _EXACT:
            return int(value)
        return value if isfinite(value) else "#NUM!"
    if value is _TRUE or value is _FALSE:
        return value is _TRUE
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    return str(value)


def _duration(value: timedelta) -> str:
    seconds = round(abs(value).total_seconds())
    sign = "-" if value < timedelta(0) else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
