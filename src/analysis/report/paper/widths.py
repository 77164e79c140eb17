"""How wide the columns of a table are set, so that its rows are as low as may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from pathlib import Path

import numpy as np
from matplotlib.ft2font import FT2Font

from analysis.report.paper.blocks import Table, Text, plain

_BREAKS = re.compile(r"[ \n]+|(?<=[–—])|(?<=[/-])(?=[^\W\d])")

_WHOLE = 10.5
"""Width up to which a number with what belongs to it is not broken: ``0,91 (0,70–1,20)``."""

_NAME = 9.2
"""Width of a row's name that stays in a line, if there is room: ``Huyện Mường Nhé``."""

_DEARER = 1.15
"""How much higher a table may become for that."""

_RAGGED = 1.5
"""What a line of many leaves empty on average, for it ends at a word; at most half of it."""

_STEPS = (3.4, 1.7, 0.6)
"""What a column gives to another, as long as rows become lower."""

_SPARE = 0.1
"""Added to the least width of a column, for what a program rounds."""

_UNKNOWN = 0.7
"""Width of a letter that the house's font lacks."""

_FONT = Path(__file__).parent / "fonts" / "BeVietnamPro-SemiBold.ttf"
"""Of the heads, whose letters are the widest."""

_EVEN = 0.01
"""Weight of the height of all cells beside that of the rows: of two tables of one height the more even one."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table.

    Attributes
    ----------
    widths : tuple of float
        Of each without the space between columns, in sizes of the letters (em).
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
    """Return the columns of a table in a line that is ``room`` em wide, less the space between columns.

    A column is at least as wide as its longest word or number, and no wider than its longest line; the first
    holds the names of rows in a line, if they are short and the table becomes little higher. Between these,
    widths that make the sum of the squared heights of all cells least are the start; then columns give to each
    other as long as the table becomes lower.
    """
    cells = list(zip(*([head.text for head in table.heads], *table.rows), strict=True))
    lines_of = [[[length(line) for line in plain(cell).split("\n")] for cell in column] for column in cells]
    deepest = max(len(cell) for column in lines_of for cell in column)
    lengths = np.array(
        [[cell + [0] * (deepest - len(cell)) for cell in column] for column in lines_of], dtype=float
    )
    most = _SPARE + lengths.max(axis=(1, 2))
    least = np.array(
        [
            _SPARE + max([_longest_word(column[0]), *(_unbroken(cell, head.numeric) for cell in column[1:])])
            for head, column in zip(table.heads, cells, strict=True)
        ],
        dtype=float,
    )
    widths = np.maximum(most, 1) if most.sum() <= room else _narrowed(least, most, lengths, room)
    lines = _heights(lengths, widths).max(axis=0)
    fits = bool(widths.sum() <= room + 1e-6)
    return Columns(tuple(map(float, widths)), float(lines.mean()), float(lines.max()), fits)


def _narrowed(least: np.ndarray, most: np.ndarray, lengths: np.ndarray, room: float) -> np.ndarray:
    """Return widths that fill the room, with names in a line where that makes the table little higher."""
    weights = np.cbrt((lengths**2).sum(axis=(1, 2)))
    lowest = _lowered(_between(least, most, weights, room), least, lengths)
    named = least.copy()
    named[0] = max(least[0], min(float(most[0]), _NAME))
    if named[0] <= lowest[0] or named.sum() > room:
        return lowest
    found = _lowered(_between(named, most, weights, room), named, lengths)
    return found if _cost(lengths, found) <= _DEARER * _cost(lengths, lowest) else lowest


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
    slope = np.maximum(lengths / widths[:, None, None], 1)  # towards fewer lines, where one step is too few
    return float(heights.max(axis=0).sum() + _EVEN * (heights.sum() + slope.sum()))


def _heights(lengths: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """Return the lines of each cell, from the length of each of its lines: column, row, line."""
    within = widths[:, None, None]
    filled = np.maximum(within - _RAGGED, within / 2)
    lines = np.where(lengths <= within, np.ceil(lengths / within), np.ceil(lengths / filled))
    return np.maximum(lines.sum(axis=2), 1)


def _longest_line(text: Text) -> float:
    return max(length(line) for line in plain(text).split("\n"))


def _longest_word(text: Text) -> float:
    return max(length(word) for word in _BREAKS.split(plain(text)))


def _unbroken(text: Text, numeric: bool) -> float:
    line = _longest_line(text)
    return line if numeric and line <= _WHOLE else _longest_word(text)


def length(words: str) -> float:
    """Return how long some words are in a line, in sizes of their letters (em)."""
    return sum(map(_wide, words))


@cache
def _wide(letter: str) -> float:
    """Return how wide a letter is, as a part of its size."""
    font = _font()
    if not font.get_char_index(ord(letter)):
        return _UNKNOWN
    return font.load_char(ord(letter)).linearHoriAdvance / 2**16


@cache
def _font() -> FT2Font:
    font = FT2Font(str(_FONT))
    font.set_size(1, 72)
    return font
