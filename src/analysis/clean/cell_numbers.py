"""Numbers in office cells: whether ``1.234`` is a thousand or a fraction is decided by its column, never alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from analysis.clean.cells import Cell, CellRefusedError, Reading
from analysis.clean.number_marks import Convention, NumberEvidence, marked_number, written
from analysis.clean.number_words import WORD, spoken_number
from analysis.clean.text import tidy
from analysis.errors import ParameterError

LONGEST = 80
"""Characters of the longest text that is tried: no number is longer, and no pattern runs away on a long one."""

LARGEST = 10**12
LARGEST_COUNT = 10_000_000
"""Twice the members of the whole Party: no count of persons is larger."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a cell states it.

    Attributes
    ----------
    value : Decimal
        Never negative. For ``454/800`` it is 454; for ``vượt 11%`` it is 111 (percent of the target).
    unit : {'count', 'percent'}
        ``percent`` only where the cell says so. A workbook keeps a cell that shows 62,5% as the number
        0.625, which is a ``count`` here: only the one who knows the column can tell.
    qualifier : {'exact', 'more_than', 'at_least', 'about', 'nearly'}
        Code of the table ``qualifier``.
    of : Decimal or None
        The number after the stroke: 800 in ``454/800``.
    decimals : int
        Decimals written: 2 in ``6,10``.
    """

    value: Decimal
    unit: Literal["count", "percent"] = "count"
    qualifier: str = "exact"
    of: Decimal | None = None
    decimals: int = 0


_QUALIFIERS = {
    **dict.fromkeys(("trên", "hơn", ">"), "more_than"),
    **dict.fromkeys(("ít nhất", "tối thiểu", "không dưới", ">=", "≥"), "at_least"),
    **dict.fromkeys(("khoảng", "chừng", "xấp xỉ", "~", "≈"), "about"),
    "gần": "nearly",
}
_SCALES = {"trăm": 100, "nghìn": 1_000, "ngàn": 1_000, "triệu": 1_000_000}
_STEPS = {("nghìn", "trăm"), ("ngàn", "trăm"), ("triệu", "nghìn"), ("triệu", "ngàn")}
_REFUSED_WORDS = {
    **dict.fromkeys(("-", "--", "–", "—"), "dash"),
    **dict.fromkeys(("x", "✓", "✔"), "mark"),
    **dict.fromkeys(("không", "không có", "chưa", "chưa có"), "none_or_zero"),
}
_NOT_KNOWN = {"không rõ", "chưa rõ", "không biết", "?", "??"}

_UNIT = r"(?P<unit>%|phần trăm|người|đồng chí|đ/c|đảng viên|đv)"
_QUALIFIER = "(?:(?P<qualifier>" + "|".join(sorted(_QUALIFIERS, key=len, reverse=True)) + ") ?)?"
_NUMBER = r"[0-9](?:[0-9., ]*[0-9])?"
_DIGITS = re.compile(
    rf"{_QUALIFIER}(?P<number>{_NUMBER})(?: ?/ ?(?P<of>{_NUMBER})"
    r"| ?(?P<scale>trăm|nghìn|ngàn|triệu)(?: (?P<more>[1-9][0-9]{0,2}) (?P<step>trăm|nghìn|ngàn))?)?"
    rf"(?: ?{_UNIT})?"
)
_SPOKEN = re.compile(rf"{_QUALIFIER}(?P<words>{WORD}(?: {WORD})*)(?: {_UNIT})?")
# 'vượt 11% so với cùng kỳ' exceeds another thing than the target: it is refused.
_OVER = re.compile(rf"vượt (?P<number>{_NUMBER}) ?%(?: (?:so với )?(?:chỉ tiêu|kế hoạch)(?: đề ra)?)?")
_BARE = re.compile("[0-9]+(?:[.,][0-9]+)*%?")  # most cells: no words, nothing to tidy
_NEGATIVE = re.compile(r"[-−–—] ?[0-9]")
_UPPER = re.compile(r"(?:dưới|<=?|≤|không quá|tối đa|chưa đến|chưa tới) ?[0-9]")


def number_evidence(values: Sequence[Cell]) -> NumberEvidence:
    """Return what the cells of a column, or of a chunk of it, say about how it writes numbers.

    Examples
    --------
    >>> number_evidence(["1.234", "2128", "Nghị quyết 12.5"]).convention is None
    True
    >>> number_evidence(["62,5", "3.16"]).convention
    'both'
    """
    found: set[str] = set()
    for value in values:
        if not isinstance(value, str) or not ("." in value or "," in value) or len(value) > LONGEST:
            continue
        tokens: tuple[str | None, ...] = (value.rstrip("%"),)
        if not _BARE.fullmatch(value):
            text = tidy(value).casefold()
            match = _DIGITS.fullmatch(text) or _OVER.fullmatch(text)
            named = match.groupdict() if match else {}
            tokens = (named.get("number"), named.get("of"))
        found.update(parts.evidence for token in tokens if token and (parts := written(token)))
    return NumberEvidence("vi" in found, "en" in found)


def read_numbers(values: Sequence[Cell], *, convention: str | None = None) -> list[Reading[Quantity]]:
    """Return the quantity in each distinct cell of a column.

    Parameters
    ----------
    values : sequence of Cell
        The distinct cells of the whole column; of chunks, join the evidence and call :func:`read_number`.
    convention : {'vi', 'en'}, optional
        How the column writes numbers, where that was stated; otherwise its decisive cells tell.

    Raises
    ------
    ParameterError
        The convention is another word.

    Examples
    --------
    >>> [str(r.value.value) for r in read_numbers(["2.128", "62,5%"])]
    ['2128', '62.5']
    >>> [r.rule for r in read_numbers(["1.234", "-", "khoảng"])]
    ['ambiguous_thousands', 'dash', 'not_a_number']
    >>> [r.rule for r in read_numbers(["1,234", "3.16", "62,5", "7"])]
    ['two_conventions', 'two_conventions', 'two_conventions', '']
    """
    chosen = _chosen(values, convention)
    return [read_number(value, chosen) for value in values]


def read_number(cell: Cell, convention: Convention | None) -> Reading[Quantity]:
    """Return the quantity in a cell of a column of a known convention (None: no cell is decisive).

    Examples
    --------
    >>> read_number("1.234", "vi").value.value
    Decimal('1234')
    >>> read_number("3.16", "vi").rule
    'other_convention'
    """
    if isinstance(cell, str) and len(cell) <= 12 and cell.isascii() and cell.isdigit() and cell[0] != "0":
        return Reading(Quantity(Decimal(cell)))
    try:
        quantity, rule = _text(cell, convention) if isinstance(cell, str) else _typed(cell)
        if quantity is not None and max(quantity.value, quantity.of or 0) > LARGEST:
            raise CellRefusedError("too_large")  # noqa: TRY301
    except CellRefusedError as refusal:
        return Reading(None, str(refusal), refused=True)
    return Reading(quantity, rule)


def read_counts(values: Sequence[Cell], *, convention: str | None = None) -> list[Reading[int]]:
    """Return the count in each distinct cell of a column: a whole number that is stated exactly.

    Parameters and errors are those of :func:`read_numbers`.

    Examples
    --------
    >>> [r.value for r in read_counts(["05", "2 128 người", 37.0])]
    [5, 2128, 37]
    >>> [r.rule for r in read_counts(["trên 200", "62%", 0.5, "454/800", "99999999"])]
    ['qualified', 'percent', 'not_whole', 'of_total', 'too_large']
    """
    chosen = _chosen(values, convention)
    return [read_count(value, chosen) for value in values]


def read_count(cell: Cell, convention: Convention | None) -> Reading[int]:
    """Return the count in a cell of a column of a known convention (None: no cell is decisive)."""
    reading = read_number(cell, convention)
    quantity = reading.value
    if quantity is None:
        return Reading(None, reading.rule, reading.refused)
    refusals = {
        "percent": quantity.unit == "percent",
        "qualified": quantity.qualifier != "exact",
        "of_total": quantity.of is not None,
        "not_whole": quantity.value % 1 != 0,
        "too_large": quantity.value > LARGEST_COUNT,
    }
    for rule, holds in refusals.items():
        if holds:
            return Reading(None, rule, refused=True)
    return Reading(int(quantity.value), reading.rule)


def _chosen(values: Sequence[Cell], stated: str | None) -> Convention | None:
    if stated is None:
        return number_evidence(values).convention
    if stated == "vi":
        return "vi"
    if stated == "en":
        return "en"
    raise ParameterError(f"convention: found {stated!r}; expected: 'vi' (1.234,5) or 'en' (1,234.5)")


def _typed(cell: Cell) -> tuple[Quantity, str]:
    if isinstance(cell, date):  # a spreadsheet makes dates of 1/6 and 3.16
        raise CellRefusedError("date_in_numbers")
    if isinstance(cell, bool) or not isinstance(cell, (int, float)) or cell != cell:  # noqa: PLR0124 (NaN)
        raise CellRefusedError("not_a_number")
    if cell < 0:
        raise CellRefusedError("negative")
    if cell > LARGEST:
        raise CellRefusedError("too_large")
    # Spreadsheets keep and show 15 digits; what stands beyond them is an artefact of binary fractions.
    number = abs(float(cell))
    value = Decimal(int(number)) if number.is_integer() else Decimal(f"{number:.15g}")
    exponent = value.as_tuple().exponent
    return Quantity(value, decimals=max(0, -int(exponent))), "" if float(value) == number else "15_digits"


def _text(cell: str, convention: Convention | None) -> tuple[Quantity | None, str]:
    if len(cell) > LONGEST:
        raise CellRefusedError("too_long")
    if _BARE.fullmatch(cell):
        value, decimals, rule = marked_number(cell.rstrip("%"), convention)
        percent = cell[-1] == "%"
        return Quantity(
            value, "percent" if percent else "count", decimals=decimals
        ), rule or "unit_word" * percent
    text = tidy(cell).casefold()
    if match := _DIGITS.fullmatch(text):
        return _digits(match, convention, text == cell)
    if text in _NOT_KNOWN:
        return None, "not_known"
    if text in _REFUSED_WORDS:
        raise CellRefusedError(_REFUSED_WORDS[text])
    if match := _OVER.fullmatch(text):
        value, decimals, _ = marked_number(match["number"], convention)
        return Quantity(100 + value, "percent", decimals=decimals), "over_target"
    # 'năm' alone is five or the word for a year, such as a header repeated in the middle of a sheet.
    if text != "năm" and (match := _SPOKEN.fullmatch(text)) and (spoken := spoken_number(match["words"])):
        return Quantity(Decimal(spoken), *_said(match)), "number_words"
    if _NEGATIVE.match(text):
        raise CellRefusedError("negative")
    raise CellRefusedError("upper_bound" if _UPPER.match(text) else "not_a_number")


def _said(match: re.Match[str]) -> tuple[Literal["count", "percent"], str]:
    unit: Literal["count", "percent"] = "percent" if match["unit"] in ("%", "phần trăm") else "count"
    return unit, _QUALIFIERS.get(match["qualifier"] or "", "exact")


def _digits(match: re.Match[str], convention: Convention | None, unchanged: bool) -> tuple[Quantity, str]:
    value, decimals, rule = marked_number(match["number"], convention)
    unit, qualifier = _said(match)
    of = None
    if match["of"]:
        if unit == "percent":
            raise CellRefusedError("not_a_number")
        of, _, of_rule = marked_number(match["of"], convention)
        rule = rule or of_rule or "of_total"
    if match["scale"]:
        value, decimals, rule = _scaled(match, value), 0, "scale_word"
    # One rule is named: the one that says most about how the number itself came about.
    said = "qualifier" if qualifier != "exact" else "unit_word" if match["unit"] else ""
    return Quantity(value, unit, qualifier, of, decimals), rule or said or ("" if unchanged else "spaces")


def _scaled(match: re.Match[str], value: Decimal) -> Decimal:
    if value > LARGEST:
        raise CellRefusedError("too_large")
    scale, more = _SCALES[match["scale"]], 0
    if match["more"]:
        # '1 nghìn 2' and '1 triệu 2 trăm' mean different numbers to different readers; '2,5 nghìn 3 trăm' none.
        more = int(match["more"]) * _SCALES[match["step"]]
        if (match["scale"], match["step"]) not in _STEPS or value % 1 or more >= scale:
            raise CellRefusedError("not_a_number")
    value = value * scale + more
    if value % 1:
        raise CellRefusedError("not_whole")
    return Decimal(int(value))
