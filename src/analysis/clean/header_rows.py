"""Where in a sheet the table begins: the header that lets most of its columns be recognised."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.clean.headers import Recognised, recognise
from analysis.clean.sheets import Sheet
from analysis.clean.text import tidy

_HEADER_WITHIN = 60
_DEEPEST = 3
FEWEST = {"register": 3, "targets": 2, "members": 2}
"""Columns that must be recognised for a row to be a header."""

_NUMBER = re.compile(r"[\d/.\-: ]*\d[\d/.\-: ]*")
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d.*")
_COUNT_NOT_YEAR = re.compile(r"(?!(?:19|20)\d\d$)\d+[.)]?")


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
    least = fewest or FEWEST[kind]
    lines = top_lines(sheet)
    best: tuple[tuple[int, int, int], Header] | None = None
    for first in range(len(lines)):
        for depth in range(1, min(_DEEPEST, len(lines) - first) + 1):
            if depth > 1 and _is_data(lines[first + depth - 1], kind):
                break
            texts = _paths(lines[first : first + depth])
            found = recognise(texts, kind, stated)
            score = len(found.roles) + len(found.years) + len(found.identity) + len(found.ambiguous)
            # Of two that tell as much, the one with all that is needed, then the one with fewer rows.
            rank = (score, -len(found.missing(kind)), -depth)
            if score >= least and (best is None or rank > best[0]):
                best = (rank, Header(first, depth, tuple(texts), found))
    return best[1] if best else None


def _is_data(line: Sequence[str], kind: str) -> bool:
    """Tell whether a line has a number or a day of its own, as no line of a header has."""
    number = _NUMBER if kind == "register" else _COUNT_NOT_YEAR
    return any(number.fullmatch(text) for text in line)


def people_above(
    sheet: Sheet, header: Header, kind: str, stated: Mapping[str, str]
) -> tuple[int, int] | None:
    """Return the first and last row above a header that belong to another table; None where there are none.

    Parameters
    ----------
    sheet, kind, stated
        As in :func:`find_header`.
    header : Header
        The one that was found.
    """
    lines = top_lines(sheet)[: header.first]
    data = [
        at
        for at, line in enumerate(lines)
        if len(set(filter(None, line))) >= FEWEST[kind] and _is_data(line, kind)
    ]
    if kind == "register":
        data = [at for at in data if any(map(_DATE.fullmatch, lines[at]))]
    else:
        tops = [
            at for at, line in enumerate(lines) if not recognise(_paths([line]), kind, stated).missing(kind)
        ]
        data = [at for at in data if tops and at > tops[0]]
    return (sheet.first_row + data[0], sheet.first_row + data[-1]) if data else None


def looks_like_people(sheet: Sheet) -> bool:
    """Tell whether a sheet without a known header lists people: a row with a day, or rows of many texts."""
    filled = np.zeros(sheet.rows, dtype=np.int32)
    texts, days = filled.copy(), filled.copy()
    for column in sheet.columns:
        filled += column.codes >= 0
        words = [isinstance(c, str) and not _NUMBER.fullmatch(c) and c[:1] != "#" for c in column.values]
        texts += column.take(words, bool, False)
        days += column.take([bool(_DATE.fullmatch(str(cell).strip())) for cell in column.values], bool, False)
    return bool(((days > 0) & (filled >= 4)).any() or (texts >= 4).sum() >= 4)


def top_lines(sheet: Sheet) -> list[list[str]]:
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
