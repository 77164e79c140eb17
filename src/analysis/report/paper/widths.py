"""How wide the columns of a table are set, so that its rows are as low as may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from analysis.report.paper.blocks import Table, Text, plain

_BREAKS = re.compile(r"[ \n]+|(?<=[–—])|(?<=[/-])(?=[^\W\d])")

_WHOLE = 18
"""Letters up to which a number with what belongs to it is not broken: ``0,91 (0,70–1,20)``."""

_RAGGED = 1.1
"""How much longer a text is in a column than its letters, for lines end at words."""

_STEPS = (6.0, 3.0, 1.0)
"""Letters that a column gives to another, as long as rows become lower."""

_EVEN = 0.01
"""Weight of the height of all cells beside that of the rows: of two tables of one height the more even one."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table.

    Attributes
    ----------
    widths : tuple of float
        Letters that each holds in a line.
    lines : float
        Of a row on average, those of its highest cell counting.
    highest : float
        Lines of the highest row.
    fits : bool
        Whether no word is longer than its column, and all columns fit beside each other.
    """

    widths: tuple[float, ...]
    lines: float
    highest: float
    fits: bool


def columns(table: Table, room: float) -> Columns:
    """Return the columns of a table in a line that holds ``room`` letters, less the space between columns.

    A column is at least as wide as its longest word or number, and no wider than its longest line. Between
    these, widths that make the sum of the squared heights of all cells least are the start; then columns give
    letters to each other as long as the table becomes lower.
    """
    cells = list(zip(*([head.text for head in table.heads], *table.rows), strict=True))
    lines_of = [[[len(line) for line in plain(cell).split("\n")] for cell in column] for column in cells]
    deepest = max(len(cell) for column in lines_of for cell in column)
    lengths = np.array(
        [[cell + [0] * (deepest - len(cell)) for cell in column] for column in lines_of], dtype=float
    )
    most = lengths.max(axis=(1, 2))
    least = np.array(
        [
            max(1, _longest_word(column[0]), *(_unbroken(cell, head.numeric) for cell in column[1:]))
            for head, column in zip(table.heads, cells, strict=True)
        ],
        dtype=float,
    )
    widths = np.maximum(most, 1)
    if most.sum() > room:
        widths = _lowered(_between(least, most, np.cbrt((lengths**2).sum(axis=(1, 2))), room), least, lengths)
    lines = _heights(lengths, widths).max(axis=0)
    fits = bool(widths.sum() <= room + 1e-6)
    return Columns(tuple(map(float, widths)), float(lines.mean()), float(lines.max()), fits)


def _between(least: np.ndarray, most: np.ndarray, weights: np.ndarray, room: float) -> np.ndarray:
    """Return widths in proportion to weights that fill the room, none out of its limits."""
    weights = np.maximum(weights, 1e-9)
    low, high = 0.0, float((most / weights).max())
    for _step in range(50):
        middle = (low + high) / 2
        if np.clip(middle * weights, least, most).sum() > room:
            high = middle
        else:
            low = middle
    return np.clip(low * weights, least, most)


def _lowered(widths: np.ndarray, least: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return widths after all exchanges between two columns that make the table lower."""
    best = _cost(lengths, widths)
    for letters in _STEPS:
        improved = True
        while improved:
            improved = False
            for gives, takes in permutations(range(len(widths)), 2):
                if widths[gives] - letters < least[gives]:
                    continue
                tried = widths.copy()
                tried[[gives, takes]] += (-letters, letters)
                cost = _cost(lengths, tried)
                if cost < best:
                    best, widths, improved = cost, tried, True
    return widths


def _cost(lengths: np.ndarray, widths: np.ndarray) -> float:
    heights = _heights(lengths, widths)
    return float(heights.max(axis=0).sum() + _EVEN * heights.sum())


def _heights(lengths: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """Return the lines of each cell, from the letters of each of its lines: column, row, line."""
    ratio = lengths / widths[:, None, None]
    lines = np.where(ratio <= 1, np.ceil(ratio), np.ceil(ratio * _RAGGED))
    return np.maximum(lines.sum(axis=2), 1)


def _longest_line(text: Text) -> int:
    return max(len(line) for line in plain(text).split("\n"))


def _longest_word(text: Text) -> int:
    return max(len(word) for word in _BREAKS.split(plain(text)))


def _unbroken(text: Text, numeric: bool) -> int:
    line = _longest_line(text)
    return line if numeric and line <= _WHOLE else _longest_word(text)
