"""Cells as people type them: each messed cell with what a perfect reader makes of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

from analysis.simulate.spellings import DITTO, MARKS, NOT_KNOWN, UNIT_FORMS, UNREADABLE, spelled

Cell = str | int | float | date | None
Outcome = Literal["recover", "coarse", "refuse", "missing"]
"""The value can be told; only a longer period can; nothing can and the cell must be refused; it is empty."""


class Messed(NamedTuple):
    """A cell with what was done to it.

    Attributes
    ----------
    cell : str, int, float, date or None
        What the file holds.
    kind : str
        What was done.
    outcome : str
        What a perfect reader makes of it.
    precision : str
        Of a date that is not known to the day: ``month``, ``quarter``, ``year``.
    """

    cell: Cell
    kind: str
    outcome: Outcome
    precision: str = ""


_EPOCH = date(1899, 12, 30)
_QUARTERS = ("I", "II", "III", "IV")
_DATE_FORMS: dict[str, Callable[[date], Cell]] = {
    "slashes": lambda d: f"{d.day}/{d.month}/{d.year}",
    "padded_slashes": lambda d: f"{d.day:02}/{d.month:02}/{d.year}",
    "dashes": lambda d: f"{d.day}-{d.month}-{d.year}",
    "dots": lambda d: f"{d.day:02}.{d.month:02}.{d.year}",
    "words": lambda d: f"ngày {d.day} tháng {d.month} năm {d.year}",
    "iso": lambda d: d.isoformat(),
    "spaces": lambda d: f" {d.day:02}/{d.month:02}/{d.year}  ",
    "two_digit_year": lambda d: f"{d.day:02}/{d.month:02}/{d.year % 100:02}",
    "serial": lambda d: (d - _EPOCH).days,
}
_PARTS: dict[str, tuple[Callable[[date], Cell], str]] = {
    "month_only": (lambda d: f"T{d.month}/{d.year}", "month"),
    "month_words": (lambda d: f"tháng {d.month} năm {d.year}", "month"),
    "quarter_only": (lambda d: f"Quý {_QUARTERS[(d.month - 1) // 3]} năm {d.year}", "quarter"),
    "year_only": (lambda d: str(d.year), "year"),
}
_NO_DATES: dict[str, Callable[[date], Cell]] = {
    "no_such_day": lambda d: f"31/02/{d.year}",
    # Both numbers above 12, or the cell would speak for the month first, and so against its column.
    "no_such_month": lambda d: f"{max(d.day, 13)}/{d.month + 12}/{d.year}",
    "no_year": lambda d: f"{d.day}/{d.month}",
    "not_a_date": lambda _: "chờ xác minh",
}
_LEGACY_SIGNS = str.maketrans({"Ð": "Đ", "’": "'", "″": '"', "×": "x", "–": "-"})

PLAIN = ("slashes", "padded_slashes", "iso")
"""Forms of dates that a whole column may be written in."""


def written(day: date, form: str) -> Cell:
    """Return a date in one of the forms; ``typed`` leaves it a date.

    Examples
    --------
    >>> written(date(2019, 2, 7), "slashes"), written(date(2019, 2, 7), "serial")
    ('7/2/2019', 43503)
    """
    return day if form == "typed" else _DATE_FORMS[form](day)


def messed_date(day: date, rng: np.random.Generator, *, certain: bool = False) -> Messed:
    """Return a date written in any way: most can be read, some only in part, some not at all.

    With ``certain`` all can be read to the day.
    """
    chance = 0.0 if certain else rng.random()
    if chance < 0.8:
        kind = _any(rng, tuple(_DATE_FORMS))
        return Messed(_DATE_FORMS[kind](day), kind, "recover")
    if chance < 0.9:
        kind = _any(rng, tuple(_PARTS))
        form, precision = _PARTS[kind]
        return Messed(form(day), kind, "coarse", precision)
    if chance < 0.96:
        kind = _any(rng, tuple(_NO_DATES))
        return Messed(_NO_DATES[kind](day), kind, "refuse")
    return Messed(None, "empty", "missing")


def messed_year(year: int, rng: np.random.Generator) -> Messed:
    """Return a birth year under Nam or Nữ written in another way."""
    kind = _any(rng, ("text", "spaces", "words"))
    cell = {"text": str(year), "spaces": f" {year} ", "words": f"năm {year}"}[kind]
    return Messed(cell, kind, "coarse", "year")


def messed_code(role: str, code: str, rng: np.random.Generator) -> Messed:
    """Return a category spelled otherwise, or so that it must be refused, or left out."""
    chance = rng.random()
    if chance < 0.88:
        return Messed(spelled(role, code, rng), "spelling", "recover")
    if chance < 0.95:
        return Messed(_any(rng, UNREADABLE[role]), "unreadable", "refuse")
    if chance < 0.97:
        return Messed(_any(rng, NOT_KNOWN), "not_known", "missing")
    return Messed(None, "empty", "missing")


def messed_mark(applies: bool, rng: np.random.Generator) -> Messed:
    """Return another mark for what applies; what does not is left blank, or denied."""
    cell = _any(rng, MARKS) if applies else _any(rng, ("", "không", "0"))
    return Messed(cell or None, "mark", "recover")


def messed_unit(name: str, rng: np.random.Generator) -> Messed:
    """Return a unit's name as another office would write it; all forms can be undone."""
    kind = _any(rng, tuple(UNIT_FORMS))
    return Messed(UNIT_FORMS[kind](name), kind, "recover")


def messed_text(text: str, rng: np.random.Generator) -> Messed:
    """Return a name of a person or a place in capitals, decomposed or with spaces."""
    kind = _any(rng, ("capitals", "decomposed", "spaces", "eth"))
    return Messed(UNIT_FORMS[kind](text), kind, "recover")


def ditto(rng: np.random.Generator) -> Messed:
    """Return a mark that says 'as above'."""
    return Messed(_any(rng, DITTO), "ditto", "recover")


def for_legacy(cell: Cell) -> Cell:
    """Return a cell with the signs that codes of before Unicode do not have written in theirs."""
    if not isinstance(cell, str):
        return cell
    return unicodedata.normalize("NFC", cell).translate(_LEGACY_SIGNS)


def _any(rng: np.random.Generator, words: tuple[str, ...]) -> str:
    return words[int(rng.integers(len(words)))]
