"""What each row below the header of a table is: a person or unit, a sum, a heading, a note."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from analysis.clean.cell_dates import read_date
from analysis.clean.cells import Cell, Column
from analysis.clean.header_rows import Header
from analysis.clean.text import fold, tidy, tone_key


class RowKind(IntEnum):
    """What a row below the header is."""

    DATA = 0
    EMPTY = 1
    NUMBERING = 2
    REPEATED_HEADER = 3
    TOTAL = 4
    SECTION = 5
    NOTE = 6


_TOTAL = re.compile(
    r"(?:tổng(?: cộng| số)?|cộng(?: dồn)?|luỹ kế|lũy kế|tong cong|tong so|cong)(?:\W.*)?", re.DOTALL
)
_PLAIN_TOTAL = re.compile(r"(?:toàn (?:tỉnh|huyện|xã|đảng bộ))\b.*", re.DOTALL)
_ORDINAL = re.compile(r"\d{1,7}[.)]?")
_NUMBERING = re.compile(r"\(?(?:\d{1,2}|[A-Za-z])\)?")
_SECTION = re.compile(r"\(?(?:[IVXLC]{1,7}|[A-ZĐa-zđ]|\d{1,3}(?:\.\d{1,3})*)\s*[.)/\-:]\s*(?=\S)")
_UNIT_WORDS = (
    "chi bo", "dang bo", "dang uy", "to chuc co so", "xa", "phuong", "thi tran", "dac khu", "huyen", "thi xa",
    "thanh pho", "quan", "khoi", "cum", "don vi", "truong", "cong ty", "ban", "thon", "buon", "ap", "to dan pho",
    "h", "x", "p", "tt", "tx", "tp", "db", "cb", "dbcs", "cbcs", "benh vien", "trung tam", "cong an", "quan su",
)  # fmt: skip


def is_total(text: str) -> bool:
    """Tell whether a row's label says that the row sums others (*tổng cộng, cộng*).

    Examples
    --------
    >>> is_total("Tổng cộng:"), is_total("CỘNG"), is_total("Tống Văn Cộng")
    (True, True, False)
    """
    key = " ".join(tidy(text).casefold().split())
    return bool(_TOTAL.fullmatch(key) or _PLAIN_TOTAL.fullmatch(key)) and not key.startswith("cộng đồng")


@cache
def section_name(text: str) -> str | None:
    """Return the name of the unit that a row of its own puts above its people; None if it is none.

    Examples
    --------
    >>> section_name("II. Đảng bộ xã Ẳng Nưa"), section_name("Người lập biểu")
    ('Đảng bộ xã Ẳng Nưa', None)
    """
    text = tidy(text)
    found = _SECTION.match(text)
    name = text[found.end() :] if found else text
    words = fold(name)
    known = any(words == word or words.startswith(word + " ") for word in _UNIT_WORDS)
    return name if known and not is_total(name) and len(name) <= 120 and not name.endswith(".") else None


@dataclass(frozen=True, slots=True)
class Rows:
    """What the rows below a header are.

    Attributes
    ----------
    kinds : ndarray of uint8, one a row below the header
        A :class:`RowKind` each.
    labels : dict of int to str
        For the rows that are sections, the unit's name.
    """

    kinds: npt.NDArray[np.uint8]
    labels: Mapping[int, str]


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
    few = filled - (columns[ordinal].codes >= 0 if ordinal is not None else 0) < 3
    if ordinal is not None:
        _unmark_notes(columns, header, kind, core, np.flatnonzero(core & few & ~numbered))
    thin = (kinds == RowKind.DATA) & ~core & few & ~(numbered & (filled > 2))
    kinds[thin & ~numbered] = RowKind.NOTE
    labels = _sections(columns, np.flatnonzero(thin), kinds)
    doubtful = ~core | (filled * 2 < np.median(filled[core]) if core.any() else True)
    if ordinal is not None:
        doubtful |= ~numbered
    if kind != "register":
        doubtful[:] = True  # a row that sums units is filled like any other
    _mark_totals(columns, header, kinds, np.flatnonzero(doubtful & (kinds != RowKind.EMPTY)))
    _mark_repeated(columns, header, kinds, filled)
    if first_chunk:
        _mark_numbering(columns, kinds, filled)
    return Rows(kinds, {row: name for row, name in labels.items() if kinds[row] == RowKind.SECTION})


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


def _sections(
    columns: Sequence[Column], thin: npt.NDArray[np.intp], kinds: npt.NDArray[np.uint8]
) -> dict[int, str]:
    labels: dict[int, str] = {}
    for row in thin.tolist():
        texts = [c.values[c.codes[row]] for c in columns if c.codes[row] >= 0]
        words = [t for t in dict.fromkeys(texts) if isinstance(t, str)]
        names = [name for t in words if (name := section_name(t)) is not None]
        if names and len(words) <= 2:
            labels[row] = names[-1]
            kinds[row] = RowKind.SECTION
    return labels


def _mark_totals(
    columns: Sequence[Column], header: Header, kinds: npt.NDArray[np.uint8], rows: npt.NDArray[np.intp]
) -> None:
    """Mark rows that sum others; only rows that do not look like a person's or a unit's own are asked."""
    roles = header.found.roles
    for at in {roles.get("ordinal", 0), *header.found.identity[:1], roles.get("unit", 0), 0, 1}:
        if at < len(columns):
            column = columns[at]
            for row in rows[column.codes[rows] >= 0].tolist():
                cell = column.values[column.codes[row]]
                if isinstance(cell, str) and is_total(cell):
                    kinds[row] = RowKind.TOTAL


def _mark_repeated(
    columns: Sequence[Column], header: Header, kinds: npt.NDArray[np.uint8], filled: npt.NDArray[np.int32]
) -> None:
    """Mark rows that say the header again, as printed pages do."""
    same = np.zeros(len(kinds), dtype=np.int32)
    for at, (column, texts) in enumerate(zip(columns, header.texts, strict=True)):
        keys = {tone_key(text) for text in texts}
        if keys and at not in (*header.found.identity, header.found.roles.get("ordinal")):
            same += _holds(column, lambda cell, keys=keys: _says(cell, keys))
    kinds[(same >= 2) & (same * 2 >= filled)] = RowKind.REPEATED_HEADER


def _says(cell: Cell, keys: set[str]) -> bool:
    # A cell that begins with a digit is a day or a count: most distinct cells are, and none is a header.
    return isinstance(cell, str) and not cell[:1].isdigit() and tone_key(cell) in keys


def _mark_numbering(
    columns: Sequence[Column], kinds: npt.NDArray[np.uint8], filled: npt.NDArray[np.int32]
) -> None:
    """Mark the row directly under the header that numbers the columns: (1) (2) (3), A B 1 2."""
    if not len(kinds):
        return
    cells = [column.values[column.codes[0]] for column in columns if column.codes[0] >= 0]
    texts = [str(int(c)) if isinstance(c, float) and c.is_integer() else str(c).strip() for c in cells]
    if len(texts) >= 3 and filled[0] >= len(columns) - 2 and all(_NUMBERING.fullmatch(t) for t in texts):
        kinds[0] = RowKind.NUMBERING
