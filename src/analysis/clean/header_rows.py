"""Where in a sheet the table begins: the header that lets most of its columns be recognised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.clean.headers import Recognised, recognise
from analysis.clean.sheets import Sheet
from analysis.clean.text import tidy

_HEADER_WITHIN = 60
_DEEPEST = 3
_FEWEST = {"register": 3, "targets": 2, "members": 2}


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table.

    Attributes
    ----------
    first, depth : int
        Position of its first row in the grid, and how many rows it has (1 to 3).
    texts : tuple of tuple of str
        For each column the lines of its header from the top.
    found : Recognised
        What the columns hold.
    """

    first: int
    depth: int
    texts: tuple[tuple[str, ...], ...]
    found: Recognised


def find_header(
    sheet: Sheet, kind: str, stated: Mapping[str, str], fewest: int | None = None
) -> Header | None:
    """Return the header that lets most columns be recognised; None where no row looks like one.

    Parameters
    ----------
    sheet : Sheet
        As it was read.
    kind : {"register", "targets", "members"}
        What the table lists.
    stated : mapping of str to str
        Header → role, from the mapping file.
    fewest : int, optional
        Columns that must be recognised; 3 in a register and 2 in a table of units if not given.
    """
    least = fewest or _FEWEST[kind]
    lines = _top(sheet)
    best: tuple[tuple[int, int, int], Header] | None = None
    for first in range(len(lines)):
        for depth in range(1, min(_DEEPEST, len(lines) - first) + 1):
            texts = _paths(lines[first : first + depth])
            found = recognise(texts, kind, stated)
            score = len(found.roles) + len(found.years) + len(found.identity) + len(found.ambiguous)
            # Of two that tell as much, the one with all that is needed, then the one with fewer rows.
            rank = (score, -len(found.missing(kind)), -depth)
            if score >= least and (best is None or rank > best[0]):
                best = (rank, Header(first, depth, tuple(texts), found))
    return best[1] if best else None


def _top(sheet: Sheet) -> list[list[str]]:
    """Return the first rows as text, merged cells filled."""
    rows = min(_HEADER_WITHIN, sheet.rows)
    lines = [[""] * len(sheet.columns) for _ in range(rows)]
    for at, column in enumerate(sheet.columns):
        for row in range(rows):
            code = column.codes[row]
            value = column.values[code] if code >= 0 else ""
            lines[row][at] = tidy(value) if isinstance(value, str) else str(value)
    for top, left, bottom, right in sheet.merged:
        for row in range(top, min(bottom, rows - 1) + 1):
            for at in range(left, min(right, len(sheet.columns) - 1) + 1):
                lines[row][at] = lines[top][left]
    return lines


def _paths(lines: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return for each column its header's lines; a group's name reaches over its columns."""
    filled = [list(line) for line in lines]
    for upper, lower in zip(filled, lines[1:], strict=False):
        group = ""
        for at, text in enumerate(upper):
            if text:
                group = text if lower[at] else ""
            elif group and lower[at]:
                upper[at] = group
            else:
                group = ""
    return [tuple(dict.fromkeys(t for t in texts if t)) for texts in zip(*filled, strict=True)]
