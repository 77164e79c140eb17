"""The rows of a table below its header: its people or units, what stands for 'as above', and under which heading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from analysis.clean.cells import Cell, Column
from analysis.clean.changes import Change, Changes
from analysis.clean.header_rows import Header
from analysis.clean.layout import RowKind, classify
from analysis.clean.sheets import Sheet
from analysis.clean.text import tidy
from analysis.clean.units import take_apart
from analysis.errors import DataRefusedError, Problem

_DITTO = re.compile(r"[-–—.\s]*(?:nt|như trên|như tr|[\"″”“〃]+|'{2})[-–—.\s]*", re.IGNORECASE)
_NEVER_DITTO = {"ordinal", "name"}
_OF_A_HEADING = {"unit", "cell", "commune", "district"}
_RULES = {
    RowKind.NUMBERING: "row_numbering",
    RowKind.REPEATED_HEADER: "row_repeated_header",
    RowKind.TOTAL: "row_total",
    RowKind.SECTION: "row_heading",
    RowKind.NOTE: "row_note",
}


def is_ditto(cell: Cell) -> bool:
    """Tell whether a cell says 'as above' (*nt*, *-nt-*, ″, *như trên*).

    Examples
    --------
    >>> is_ditto("-nt-"), is_ditto("″"), is_ditto("-")
    (True, True, False)
    """
    return isinstance(cell, str) and bool(_DITTO.fullmatch(cell))


@dataclass(slots=True)
class Above:
    """What stood above a chunk of a sheet, for the chunk that follows.

    Attributes
    ----------
    cells : dict of int to Cell
        Column → the cell of the last row, where it is filled.
    headings : dict of str to str
        ``district``, ``unit``, ``cell`` → the heading in force.
    """

    cells: dict[int, Cell] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Body:
    """The rows that list people or units, in the order of the sheet.

    Attributes
    ----------
    rows : ndarray of int64
        Spreadsheet row of each.
    columns : dict of str to Column
        Role → cells of these rows, 'as above' and merged cells filled in.
    names : tuple of Column
        The columns that name the person; they stay in memory.
    years : dict of int to Column
        For a table with one column a year: year → its cells.
    headings : dict of str to Column
        ``district``, ``unit``, ``cell`` → what the headings above say.
    kinds : dict of RowKind to int
        How many rows of each kind the sheet has below its header.
    """

    rows: npt.NDArray[np.int64]
    columns: Mapping[str, Column]
    names: tuple[Column, ...]
    years: Mapping[int, Column]
    headings: Mapping[str, Column]
    kinds: Mapping[RowKind, int]

    def filled(self, *roles: str) -> npt.NDArray[np.bool_]:
        """Return which rows fill one of these columns."""
        found = np.zeros(len(self.rows), dtype=bool)
        for role in roles:
            if role in self.columns:
                found |= self.columns[role].codes >= 0
        return found


def read_body(
    sheet: Sheet,
    header: Header,
    kind: str,
    changes: Changes,
    above: Above | None = None,
    *,
    chunk: bool = False,
) -> Body:
    """Return the rows of a table that list people or units; what the others are goes to the log.

    Parameters
    ----------
    sheet : Sheet
        The grid; for a chunk that follows another, rows below the header only.
    header : Header
        Of the sheet.
    kind : {"register", "targets", "members"}
        What the table lists.
    changes : Changes
        Where rows and cells are logged.
    above : Above, optional
        What stood above; updated for the next chunk.
    chunk : bool
        Whether the grid is a chunk that follows another.

    Raises
    ------
    DataRefusedError
        The header of another table stands below the table's own.
    """
    above = above if above is not None else Above()
    start = 0 if chunk else header.first + header.depth
    numbers = np.arange(sheet.first_row + start, sheet.first_row + sheet.rows, dtype=np.int64)
    below = [replace(column, codes=column.codes[start:]) for column in sheet.columns]
    if not chunk:
        below = _fill_merged(sheet, start, below, header, changes, numbers)
    found = classify(below, header, kind, first_chunk=not chunk)
    if found.others:
        raise DataRefusedError([_another_table(changes, numbers[list(found.others)].tolist())])
    for row_kind, rule in _RULES.items():
        changes.add_same("", numbers[found.kinds == row_kind], Change(rule=rule))
    data = np.flatnonzero(found.kinds == RowKind.DATA)
    events = dict.fromkeys(found.breaks, "") | dict(found.labels)
    headings = _headings(events, data, above)
    under = np.array(sorted(events), dtype=np.int64)
    columns = {}
    for role, at in header.found.roles.items():
        if at >= 0:
            cells = replace(below[at], codes=below[at].codes[data])
            columns[role] = (
                cells
                if role in _NEVER_DITTO
                else _as_above(cells, role, at, numbers[data], changes, above, numbers[under])
            )
    return Body(
        rows=numbers[data],
        columns=columns,
        names=tuple(replace(below[at], codes=below[at].codes[data]) for at in header.found.names),
        years={
            year: replace(below[at], codes=below[at].codes[data]) for year, at in header.found.years.items()
        },
        headings=headings,
        kinds={kind: int((found.kinds == kind).sum()) for kind in RowKind},
    )


def _another_table(changes: Changes, rows: Sequence[int]) -> Problem:
    shown = ", ".join(map(str, rows[:10]))
    seen = (
        f"the header of another table, with other columns, in row {shown}: its people would be read wrongly"
    )
    name = f"{changes.file}{f', sheet {changes.sheet}' if changes.sheet else ''}"
    return Problem(name, rows[0], None, seen, "each table in a sheet or file of its own")


def _fill_merged(
    sheet: Sheet,
    start: int,
    below: Sequence[Column],
    header: Header,
    changes: Changes,
    numbers: npt.NDArray[np.int64],
) -> list[Column]:
    """Return the columns with cells that are merged downwards filled: each of their rows has the value."""
    filled = list(below)
    roles = {at: role for role, at in header.found.roles.items()}
    for top, left, bottom, right in sheet.merged:
        first = top - start
        if left != right or bottom <= top or first < 0 or left not in roles:
            continue
        column = filled[left]
        codes = column.codes.copy()
        rows = np.arange(first + 1, min(bottom - start + 1, len(codes)))
        rows = rows[codes[rows] < 0]
        codes[rows] = codes[first]
        filled[left] = replace(column, codes=codes)
        changes.add_same(roles[left], numbers[rows], Change(rule="merged_cell"))
    return filled


def _as_above(
    column: Column,
    role: str,
    at: int,
    numbers: npt.NDArray[np.int64],
    changes: Changes,
    above: Above,
    headings: npt.NDArray[np.int64],
) -> Column:
    """Return a column with 'as above' filled in; the name of a unit is not taken from above a heading."""
    ditto = column.take([is_ditto(value) for value in column.values], bool, False)
    values, codes = column.values, column.codes
    if ditto.any():
        carried = above.cells.get(at)
        if carried is not None:
            values = [*values, carried]
        source = np.where(ditto, -1, np.arange(len(codes)))
        np.maximum.accumulate(source, out=source)
        first = len(values) - 1 if carried is not None else -1
        filled = np.where(source >= 0, codes[np.maximum(source, 0)], first).astype(np.int32)
        if role in _OF_A_HEADING:
            part = np.searchsorted(headings, numbers)
            from_part = np.where(source >= 0, part[np.maximum(source, 0)], 0)
            filled[ditto & (from_part != part)] = -1
        nothing = ditto & (filled < 0)
        changes.add_same(role, numbers[ditto & ~nothing], Change("nt", "", "as_above"))
        changes.add_same(role, numbers[nothing], Change("nt", "", "as_above_nothing", refused=True))
        codes = filled
    if len(codes):
        above.cells.pop(at, None)
        ended = role in _OF_A_HEADING and len(headings) and headings[-1] > numbers[-1]
        if codes[-1] >= 0 and not ended:
            above.cells[at] = values[int(codes[-1])]
    return Column(codes, values)


_LEVELS = ("district", "unit", "cell")


def _headings(
    labels: Mapping[int, str],
    data: npt.NDArray[np.intp],
    above: Above,
) -> dict[str, Column]:
    """Return for each level the heading that each row of people stands under."""
    now = dict(above.headings)
    states: list[dict[str, str]] = [dict(now)]
    starts = [0]
    for row, label in sorted(labels.items()):
        if not label:
            now.clear()
            states.append({})
            starts.append(row)
            continue
        level = _level(label)
        now[level] = tidy(label)
        for lower in _LEVELS[_LEVELS.index(level) + 1 :]:
            now.pop(lower, None)
        states.append(dict(now))
        starts.append(row)
    above.headings = now
    at = np.searchsorted(np.array(starts[1:], dtype=np.int64), data, side="right")
    found = {}
    for level in _LEVELS:
        values = list(dict.fromkeys(state[level] for state in states if level in state))
        if values:
            code = np.array([values.index(s[level]) if level in s else -1 for s in states], dtype=np.int32)
            found[level] = Column(code[at], values)
    return found


def _level(label: str) -> str:
    kind = take_apart(label)
    if kind.level == "district":
        return "district"
    return "cell" if kind.level == "cell" else "unit"
