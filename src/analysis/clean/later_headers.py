"""Headers below the header of a table: the same again, as printed pages have it, or that of another table."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analysis.clean.cells import Cell, Column
from analysis.clean.header_rows import FEWEST, Header
from analysis.clean.headers import DROPPED, IDENTITY, known_texts, role
from analysis.clean.text import tone_key

_LONGEST = 80
_VALUES = frozenset(map(tone_key, ("Nam", "Nữ", "Đoàn viên", "Đảng viên", "Chính thức", "Dự bị")))
"""Headers that are also what cells say."""

_YEAR = re.compile(r"(?:19|20)\d\d")


def later_headers(
    columns: Sequence[Column], header: Header, kind: str, core: Sequence[int]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return which rows say the header again, and which are the header of another table.

    Parameters
    ----------
    columns : sequence of Column
        The grid below the header.
    header : Header
        What the columns hold.
    kind : {"register", "targets", "members"}
        What the table lists.
    core : sequence of int
        Positions of the columns that hold dates or counts: a number in one of them makes a row no header.

    Returns
    -------
    tuple of ndarray of intp
        Positions of the rows; of a header of several lines each.
    """
    hits = np.zeros(len(columns[0].codes), dtype=np.int32)
    number = np.zeros(len(hits), dtype=bool)
    known = known_texts(kind) - _VALUES
    years = {at: str(year) for year, at in header.found.years.items()}
    for at, (column, texts) in enumerate(zip(columns, header.texts, strict=True)):
        keys = known | {tone_key(text) for text in texts}
        if at not in (*header.found.identity, header.found.roles.get("ordinal")):
            says = [_says(cell, keys) or str(cell) == years.get(at) for cell in column.values]
            hits += column.take(says, bool, False)
        if at in core:
            starts = [not isinstance(c, str) or c[:1].isdigit() for c in column.values]
            if at in years:
                starts = [s and str(c) != years[at] for s, c in zip(starts, column.values, strict=True)]
            number |= column.take(starts, bool, False)
    same: list[int] = []
    other: list[int] = []
    for row in np.flatnonzero((hits >= 2) & ~number).tolist():
        cells = {at: c.values[c.codes[row]] for at, c in enumerate(columns) if c.codes[row] >= 0}
        verdict = _compared(cells, header, kind)
        if verdict is not None:
            (same if verdict else other).append(row)
    return np.array(same, dtype=np.intp), np.array(other, dtype=np.intp)


def _says(cell: Cell, keys: frozenset[str] | set[str]) -> bool:
    # A cell that begins with a digit is a day or a count: most distinct cells are, and none is a header.
    return (
        isinstance(cell, str) and not cell[:1].isdigit() and len(cell) <= _LONGEST and tone_key(cell) in keys
    )


def _compared(cells: dict[int, Cell], header: Header, kind: str) -> bool | None:
    """Tell whether a row says the header again (True) or is another one (False); None where it is no header."""
    texts = {at: str(cell) for at, cell in cells.items()}
    again = {at for at, text in texts.items() if tone_key(text) in set(map(tone_key, header.texts[at]))}
    roles = {at: role([text], kind) for at, text in texts.items()}
    told = sum(found is not None for found in roles.values())
    digits = sum(t[:1].isdigit() and not _YEAR.fullmatch(t) and at not in again for at, t in texts.items())
    if 2 * max(told, len(again)) < len(texts) or digits:
        return None
    if any(_contradicts(at, roles[at], header) for at in texts if at not in again):
        return False if told >= FEWEST[kind] else None
    return True if len(again) >= 2 else None


def _contradicts(at: int, told: str | None, header: Header) -> bool:
    """Tell whether a text that is not the header's own gives its column another meaning."""
    meant = {place: name for name, place in header.found.roles.items() if place >= 0}
    meant |= dict.fromkeys(header.found.years.values(), "year")
    meant |= dict.fromkeys(header.found.identity, IDENTITY) | dict.fromkeys(header.found.names, "name")
    silent = (None, DROPPED, IDENTITY)
    return told != meant.get(at) and not (told in silent and meant.get(at) in silent)
