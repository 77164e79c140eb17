"""What each row below the header of a table is: a person or unit, a sum, a heading, a note."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from analysis.clean.cell_dates import read_date
from analysis.clean.cells import Cell, Column
from analysis.clean.doubtful_rows import Grid, RowKind, doubtful_rows
from analysis.clean.header_rows import Header
from analysis.clean.later_headers import later_headers
from analysis.clean.row_labels import is_total, is_total_alone, section_name

__all__ = ["RowKind", "Rows", "classify", "is_total", "section_name"]


_ORDINAL = re.compile(r"\d{1,7}[.)]?")
_NUMBERING = re.compile(r"\(?(?:\d{1,2}|[A-Za-z])\)?")


@dataclass(frozen=True, slots=True)
class Rows:
    """What the rows below a header are.

    Attributes
    ----------
    kinds : ndarray of uint8, one a row below the header
        A :class:`RowKind` each.
    labels : dict of int to str
        For the rows that are sections, the unit's name.
    breaks : tuple of int
        Rows from which on it is not known under which heading the people stand.
    others : tuple of int
        Rows that are the header of another table.
    """

    kinds: npt.NDArray[np.uint8]
    labels: Mapping[int, str]
    breaks: tuple[int, ...]
    others: tuple[int, ...]


def classify(columns: Sequence[Column], header: Header, kind: str, *, first_chunk: bool = True) -> Rows:
    """Return what each row is.

    Parameters
    ----------
    columns : sequence of Column
        The grid below the header, or a chunk of it.
    header : Header
        What the columns hold.
    kind : {"register", "targets", "members"}
        What the table lists.
    first_chunk : bool
        Whether the first row stands directly under the header, where columns are sometimes numbered.
    """
    rows = len(columns[0].codes)
    filled = np.zeros(rows, dtype=np.int32)
    for column in columns:
        filled += column.codes >= 0
    kinds = np.full(rows, RowKind.DATA, dtype=np.uint8)
    kinds[filled == 0] = RowKind.EMPTY
    ordinal = header.found.roles.get("ordinal")
    numbered = _numbered(columns[ordinal]) if ordinal is not None else np.zeros(rows, dtype=bool)
    core = _core(columns, header, kind)
    has_ordinal = columns[ordinal].codes >= 0 if ordinal is not None else np.zeros(rows, dtype=bool)
    few = filled - has_ordinal < 3
    if ordinal is not None or kind == "register":
        _unmark_notes(columns, header, kind, core, np.flatnonzero(core & ~numbered & (few | has_ordinal)))
    doubtful = ~core | (filled * 2 < np.median(filled[core]) if core.any() else True)
    if ordinal is not None:
        doubtful |= ~numbered
    if kind != "register":
        doubtful[:] = True  # a row that sums units is filled like any other
    _mark_totals(columns, header, kinds, np.flatnonzero(doubtful & (kinds != RowKind.EMPTY)), numbered)
    same, other = later_headers(columns, header, kind, _core_places(header, kind))
    kinds[same] = RowKind.REPEATED_HEADER
    if first_chunk:
        _mark_numbering(columns, kinds, filled)
    thin = (kinds == RowKind.DATA) & ~core & ~(numbered & (filled > 2))
    seen = doubtful_rows(Grid(columns, header, kinds, few, numbered), np.flatnonzero(thin))
    for row, row_kind in seen.kinds.items():
        kinds[row] = row_kind
    return Rows(kinds, seen.labels, _not_before_headings(kinds, seen.breaks), tuple(other.tolist()))


def _not_before_headings(kinds: npt.NDArray[np.uint8], rows: Sequence[int]) -> tuple[int, ...]:
    """Return those rows after which people stand before the next heading does."""
    told = np.flatnonzero((kinds == RowKind.DATA) | (kinds == RowKind.SECTION))
    following = np.searchsorted(told, rows, side="right")
    return tuple(
        row
        for row, at in zip(rows, following.tolist(), strict=True)
        if at == len(told) or kinds[told[at]] != RowKind.SECTION
    )


def _holds(column: Column, test: object) -> npt.NDArray[np.bool_]:
    return column.take([test(v) for v in column.values], bool, False)  # type: ignore[operator]


def _numbered(column: Column) -> npt.NDArray[np.bool_]:
    """Tell which rows have a number of their own (*STT*)."""
    texts = getattr(column.values, "texts", None)
    if texts is None:
        return _holds(column, _is_number)
    found = pc.match_substring_regex(texts, f"^(?:{_ORDINAL.pattern})$").to_numpy(zero_copy_only=False)
    return np.append(found, False)[column.codes]


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        return bool(_ORDINAL.fullmatch(cell.strip()))
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _core(columns: Sequence[Column], header: Header, kind: str) -> npt.NDArray[np.bool_]:
    """Tell which rows fill a column that only rows of the table's own kind fill."""
    core = np.zeros(len(columns[0].codes), dtype=bool)
    for at in _core_places(header, kind):
        core |= columns[at].codes >= 0
    return core


def _core_places(header: Header, kind: str) -> list[int]:
    roles = header.found.roles
    wanted: tuple[str, ...]
    if kind == "register":
        wanted = ("admitted", "birth", "birth_male", "birth_female", "age", "age_months")
    else:
        wanted = ("target", "members", "members_start", "members_end", "eligible")
    return [roles[name] for name in wanted if roles.get(name, -1) >= 0] + list(header.found.years.values())


def _unmark_notes(
    columns: Sequence[Column],
    header: Header,
    kind: str,
    core: npt.NDArray[np.bool_],
    rows: npt.NDArray[np.intp],
) -> None:
    """Unmark rows without a number whose few cells hold no day or count: the place, day and names of signatures."""
    places = _core_places(header, kind)
    for row in rows.tolist():
        cells = [columns[at].values[columns[at].codes[row]] for at in places if columns[at].codes[row] >= 0]
        if kind == "register":
            core[row] = any(read_date(cell, "dmy").value is not None for cell in cells)
        else:
            core[row] = any(any(c.isdigit() for c in str(cell)) for cell in cells)


def _mark_totals(
    columns: Sequence[Column],
    header: Header,
    kinds: npt.NDArray[np.uint8],
    rows: npt.NDArray[np.intp],
    numbered: npt.NDArray[np.bool_],
) -> None:
    """Mark rows that sum others; only rows that do not look like a person's or a unit's own are asked."""
    roles = header.found.roles
    for at in {roles.get("ordinal", 0), *header.found.identity[:1], roles.get("unit", 0), 0, 1}:
        if at < len(columns):
            column = columns[at]
            for row in rows[column.codes[rows] >= 0].tolist():
                cell = column.values[column.codes[row]]
                if isinstance(cell, str) and (is_total_alone if numbered[row] else is_total)(cell):
                    kinds[row] = RowKind.TOTAL


def _mark_numbering(
    columns: Sequence[Column], kinds: npt.NDArray[np.uint8], filled: npt.NDArray[np.int32]
) -> None:
    """Mark the row directly under the header that numbers the columns: (1) (2) (3), A B 1 2."""
    if not len(kinds):
        return
    cells = [column.values[column.codes[0]] for column in columns if column.codes[0] >= 0]
    texts = [str(int(c)) if isinstance(c, float) and c.is_integer() else str(c).strip() for c in cells]
    if len(texts) >= 3 and filled[0] >= len(columns) - 2 and _run_on(texts):
        kinds[0] = RowKind.NUMBERING


def _run_on(texts: Sequence[str]) -> bool:
    """Tell whether texts count on: letters first, where there are any, then 1, 2, 3."""
    if not all(_NUMBERING.fullmatch(text) for text in texts):
        return False
    marks = [text.strip("()") for text in texts]
    letters = [mark.upper() for mark in marks if mark.isalpha()]
    numbers = [int(mark) for mark in marks[len(letters) :] if mark.isdigit()]
    return (
        len(letters) + len(numbers) == len(marks)
        and letters == [chr(ord("A") + at) for at in range(len(letters))]
        and numbers == list(range(1, len(numbers) + 1))
    )
