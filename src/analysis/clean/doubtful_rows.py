"""Rows that fill no column which people fill: headings of units, notes, signatures, or people without a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from analysis.clean.cells import Column
from analysis.clean.header_rows import Header
from analysis.clean.identity import unit_identifying
from analysis.clean.row_labels import (
    closes,
    is_count,
    is_marker,
    is_neutral,
    is_total,
    marked_name,
    section_name,
    without_count,
)
from analysis.clean.text import tidy


class RowKind(IntEnum):
    """What a row below the header is."""

    DATA = 0
    EMPTY = 1
    NUMBERING = 2
    REPEATED_HEADER = 3
    TOTAL = 4
    SECTION = 5
    NOTE = 6


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows below a header and what is known of them so far.

    Attributes
    ----------
    columns : sequence of Column
        The grid below the header.
    header : Header
        What the columns hold.
    kinds : ndarray of uint8, one a row
        A :class:`RowKind` each; doubtful rows are ``DATA``.
    few : ndarray of bool, one a row
        Whether fewer than three cells are filled beside the row's number.
    numbered : ndarray of bool, one a row
        Whether the row has an Arabic number of its own.
    """

    columns: Sequence[Column]
    header: Header
    kinds: npt.NDArray[np.uint8]
    few: npt.NDArray[np.bool_]
    numbered: npt.NDArray[np.bool_]


@dataclass(slots=True)
class Judged:
    """What doubtful rows are.

    Attributes
    ----------
    kinds : dict of int to RowKind
        For the rows that are no people or units.
    labels : dict of int to str
        For the headings, the unit's name.
    breaks : list of int
        Rows that may be a heading which was not understood.
    """

    kinds: dict[int, RowKind] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)


def doubtful_rows(grid: Grid, rows: npt.NDArray[np.intp]) -> Judged:
    """Return what each of the doubtful rows is.

    Parameters
    ----------
    grid : Grid
        All rows.
    rows : ndarray of intp
        Positions of those that are doubtful.
    """
    found = Judged()
    sure = grid.kinds == RowKind.DATA
    sure[rows] = False
    certain = np.flatnonzero(sure | (grid.kinds == RowKind.REPEATED_HEADER))
    people = np.flatnonzero(sure)
    end = int(people[-1]) if len(people) else len(grid.kinds)
    blocks = np.searchsorted(certain, rows)
    gaps = np.cumsum(np.isin(grid.kinds, (RowKind.EMPTY, RowKind.TOTAL)))
    block, closed = -1, False
    for row, at in zip(rows.tolist(), blocks.tolist(), strict=True):
        closed = closed and at == block
        block = at
        line = _Line.of(grid, row)
        if (heading := line.heading()) is not None:
            closed = False
            found.kinds[row], found.labels[row] = RowKind.SECTION, heading
            continue
        closed = closed or line.closes()
        apart = bool(gaps[row] > (gaps[int(certain[at - 1])] if at else 0))
        if not grid.numbered[row]:
            _judge(found, row, line, closed=closed, under=closed or (row > end and apart and line.alone))
    return found


def _judge(found: Judged, row: int, line: _Line, *, closed: bool, under: bool) -> None:
    """Tell a note from a person without a date; ``under``: the row stands where signatures do."""
    person = bool(line.name) and not under
    if not person and (line.few or closed):
        found.kinds[row] = RowKind.NOTE
    if (person and line.alone) or (not person and line.few and not under and not line.neutral()):
        found.breaks.append(row)


@dataclass(frozen=True, slots=True)
class _Line:
    """One doubtful row: its texts, whether a heading's number stands before them, and its name column."""

    words: tuple[str, ...]
    marked: bool
    name: str
    few: bool
    alone: bool

    @classmethod
    def of(cls, grid: Grid, row: int) -> _Line:
        cells = {at: c.values[c.codes[row]] for at, c in enumerate(grid.columns) if c.codes[row] >= 0}
        texts = {at: tidy(cell) for at, cell in cells.items() if isinstance(cell, str)}
        first = next(iter(texts), None)
        ordinal = grid.header.found.roles.get("ordinal", first)
        marked = ordinal in texts and is_marker(texts[ordinal])
        words = {
            at: text
            for at, text in texts.items()
            if not (marked and at == ordinal) and any(map(str.isalpha, text)) and not is_count(text)
        }
        names = [words[at] for at in grid.header.found.names if at in words]
        others = len(cells) - (ordinal in cells and ordinal not in words) - len(names)
        distinct = tuple(dict.fromkeys(words.values()))
        return cls(distinct, marked, " ".join(names), bool(grid.few[row]), others <= 0)

    def heading(self) -> str | None:
        """Return the name of the unit that the row puts above its people."""
        if len(self.words) == 1:
            (text,) = self.words
            name = without_count(text) if self.marked else marked_name(text)
            if name and not is_total(text) and len(name) <= 120 and (self.marked or self.few):
                return section_name(text) or name
        if not self.few or not 1 <= len(self.words) <= 2:
            return None
        asked = [self.name] if self.name else self.words
        found = [name for text in asked if (name := section_name(text)) and unit_identifying(name) is None]
        return found[-1] if found else None

    def closes(self) -> bool:
        """Tell whether the row belongs to the place, day and signatures under a table."""
        return any(map(closes, [self.name] if self.name else self.words))

    def neutral(self) -> bool:
        """Tell whether the row leaves the heading above in force."""
        return all(map(is_neutral, self.words))
