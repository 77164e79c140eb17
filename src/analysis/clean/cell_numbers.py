"""Numbers in office cells: whether ``1.234`` is a thousand or a fraction is decided by its column, never alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from analysis.clean.cells import Cell, Reading
from analysis.clean.text import tidy
from analysis.errors import ParameterError

Convention = Literal["vi", "en", "both"]
"""How a column writes numbers: ``vi`` 1.234,5; ``en`` 1,234.5; ``both`` where its cells contradict each other."""

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


@dataclass(frozen=True, slots=True)
class NumberEvidence:
    """Which conventions some cell of a column leaves no doubt about; evidence of chunks is joined by ``|``.

    Examples
    --------
    >>> chunks = ["1.234", "62,5"], ["2.128"]
    >>> (number_evidence(chunks[0]) | number_evidence(chunks[1])).convention
    'vi'
    """

    vietnamese: bool = False
    english: bool = False

    def __or__(self, other: NumberEvidence) -> NumberEvidence:
        return NumberEvidence(self.vietnamese or other.vietnamese, self.english or other.english)

    @property
    def convention(self) -> Convention | None:
        """The convention of the column; None where no cell is decisive."""
        if self.vietnamese and self.english:
            return "both"
        return "vi" if self.vietnamese else "en" if self.english else None


class _RefusedError(Exception):
    """A cell is no number; its text is the rule. It never leaves this module."""


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

_WORD = r"(?:không|một|mốt|hai|ba|bốn|tư|năm|lăm|nhăm|sáu|bảy|bẩy|tám|chín|mười|mươi|trăm|linh|lẻ|nghìn|ngàn)"
_UNIT = r"(?P<unit>%|phần trăm|người|đồng chí|đ/c|đảng viên|đv)"
_QUALIFIER = "(?:(?P<qualifier>" + "|".join(sorted(_QUALIFIERS, key=len, reverse=True)) + ") ?)?"
_NUMBER = r"[0-9](?:[0-9., ]*[0-9])?"
_DIGITS = re.compile(
    rf"{_QUALIFIER}(?P<number>{_NUMBER})(?: ?/ ?(?P<of>{_NUMBER})"
    r"| ?(?P<scale>trăm|nghìn|ngàn|triệu)(?: (?P<more>[1-9][0-9]{0,2}) (?P<step>trăm|nghìn|ngàn))?)?"
    rf"(?: ?{_UNIT})?"
)
_SPOKEN = re.compile(rf"{_QUALIFIER}(?P<words>{_WORD}(?: {_WORD})*)(?: {_UNIT})?")
# 'vượt 11% so với cùng kỳ' exceeds another thing than the target: it is refused.
_OVER = re.compile(rf"vượt (?P<number>{_NUMBER}) ?%(?: (?:so với )?(?:chỉ tiêu|kế hoạch)(?: đề ra)?)?")
_TOKEN = re.compile(
    r"(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?P<group>[ .,])[0-9]{3}(?:(?P=group)[0-9]{3})*)"
    r"(?:(?P<point>[.,])(?P<fraction>[0-9]+))?"
)
_GROUPING = re.compile("[ .,]")
_MARK_RULES = {".": "thousands_dot", ",": "thousands_comma", " ": "thousands_space", "": ""}
_BARE = re.compile("[0-9]+(?:[.,][0-9]+)*%?")  # most cells: no words, nothing to tidy
_NEGATIVE = re.compile(r"[-−–—] ?[0-9]")
_UPPER = re.compile(r"(?:dưới|<=?|≤|không quá|tối đa|chưa đến|chưa tới) ?[0-9]")


def _spoken_numbers() -> tuple[dict[str, int], dict[str, int]]:
    # Only what is unmistakable: 'một trăm hai' is 102 to one reader and 120 to another, 'hai mươi năm'
    # may be twenty years, so they are in neither table. The words are those of the schoolbook.
    words = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
    ones = {word: n for n, word in enumerate(words, 1)} | {"bẩy": 7}
    after_ten = {w: n for w, n in ones.items() if n != 5} | {"tư": 4, "lăm": 5, "nhăm": 5}
    after_tens = {w: n for w, n in after_ten.items() if n != 1} | {"mốt": 1}
    tens = {"mười": 10} | {f"mười {w}": 10 + n for w, n in after_ten.items()}
    for word, ten in ones.items():
        if ten > 1:
            tens[f"{word} mươi"] = 10 * ten
            tens |= {f"{word} mươi {w}": 10 * ten + n for w, n in after_tens.items()}
    odd = {f"{link} {w}": n for link in ("linh", "lẻ") for w, n in (ones | {"tư": 4}).items()}
    hundreds = {f"{word} trăm": 100 * n for word, n in ones.items()}
    rest = tens | odd
    full = hundreds | {f"{h} {w}": m + n for h, m in hundreds.items() for w, n in rest.items()}
    return ones | tens | full, full | odd | {f"không trăm {w}": n for w, n in rest.items()}


_GROUP, _AFTER_THOUSAND = _spoken_numbers()
"""Spoken numbers up to 999, alone or before *nghìn*; and what may follow *nghìn*."""


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
            parts = match.groupdict() if match else {}
            tokens = (parts.get("number"), parts.get("of"))
        found.update(written.evidence for token in tokens if token and (written := _written(token)))
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
            raise _RefusedError("too_large")  # noqa: TRY301
    except _RefusedError as refusal:
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
        raise _RefusedError("date_in_numbers")
    if isinstance(cell, bool) or not isinstance(cell, (int, float)) or cell != cell:  # noqa: PLR0124 (NaN)
        raise _RefusedError("not_a_number")
    if cell < 0:
        raise _RefusedError("negative")
    if cell > LARGEST:
        raise _RefusedError("too_large")
    # Spreadsheets keep and show 15 digits; what stands beyond them is an artefact of binary fractions.
    number = abs(float(cell))
    value = Decimal(int(number)) if number.is_integer() else Decimal(f"{number:.15g}")
    exponent = value.as_tuple().exponent
    return Quantity(value, decimals=max(0, -int(exponent))), "" if float(value) == number else "15_digits"


def _text(cell: str, convention: Convention | None) -> tuple[Quantity | None, str]:
    if len(cell) > LONGEST:
        raise _RefusedError("too_long")
    if _BARE.fullmatch(cell):
        value, decimals, rule = _token(cell.rstrip("%"), convention)
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
        raise _RefusedError(_REFUSED_WORDS[text])
    if match := _OVER.fullmatch(text):
        value, decimals, _ = _token(match["number"], convention)
        return Quantity(100 + value, "percent", decimals=decimals), "over_target"
    # 'năm' alone is five or the word for a year, such as a header repeated in the middle of a sheet.
    if text != "năm" and (match := _SPOKEN.fullmatch(text)) and (spoken := _spoken(match["words"])):
        return Quantity(Decimal(spoken), *_said(match)), "number_words"
    if _NEGATIVE.match(text):
        raise _RefusedError("negative")
    raise _RefusedError("upper_bound" if _UPPER.match(text) else "not_a_number")


def _said(match: re.Match[str]) -> tuple[Literal["count", "percent"], str]:
    unit: Literal["count", "percent"] = "percent" if match["unit"] in ("%", "phần trăm") else "count"
    return unit, _QUALIFIERS.get(match["qualifier"] or "", "exact")


def _digits(match: re.Match[str], convention: Convention | None, unchanged: bool) -> tuple[Quantity, str]:
    value, decimals, rule = _token(match["number"], convention)
    unit, qualifier = _said(match)
    of = None
    if match["of"]:
        if unit == "percent":
            raise _RefusedError("not_a_number")
        of, _, of_rule = _token(match["of"], convention)
        rule = rule or of_rule or "of_total"
    if match["scale"]:
        value, decimals, rule = _scaled(match, value), 0, "scale_word"
    # One rule is named: the one that says most about how the number itself came about.
    said = "qualifier" if qualifier != "exact" else "unit_word" if match["unit"] else ""
    return Quantity(value, unit, qualifier, of, decimals), rule or said or ("" if unchanged else "spaces")


def _scaled(match: re.Match[str], value: Decimal) -> Decimal:
    if value > LARGEST:
        raise _RefusedError("too_large")
    scale, more = _SCALES[match["scale"]], 0
    if match["more"]:
        # '1 nghìn 2' and '1 triệu 2 trăm' mean different numbers to different readers; '2,5 nghìn 3 trăm' none.
        more = int(match["more"]) * _SCALES[match["step"]]
        if (match["scale"], match["step"]) not in _STEPS or value % 1 or more >= scale:
            raise _RefusedError("not_a_number")
    value = value * scale + more
    if value % 1:
        raise _RefusedError("not_whole")
    return Decimal(int(value))


def _spoken(words: str) -> int | None:
    thousands, found, rest = words.replace("ngàn", "nghìn").partition(" nghìn")
    if not found:
        return _GROUP.get(words)
    above, below = _GROUP.get(thousands), _AFTER_THOUSAND.get(rest.strip()) if rest else 0
    return None if above is None or below is None else 1000 * above + below


class _Written(NamedTuple):
    """The parts of a number in digits, and the convention that it leaves no doubt about.

    ``evidence`` is empty where nothing marks thousands or decimals, and ``?`` where a mark may be either.
    """

    whole: str
    group: str
    point: str
    fraction: str
    evidence: Literal["vi", "en", "?", ""]


def _written(token: str) -> _Written | None:
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    whole, group, point, fraction = match.groups("")
    if not point:
        return _Written(whole, group, "", "", "" if group in ("", " ") else "vi" if group == "." else "en")
    if group == point:
        return None
    # 1.234 may be a thousand; 0.234, 1234.567 and 12 500.125 may not.
    if not group and len(fraction) == 3 and len(whole) <= 3 and whole[0] != "0":
        return _Written(whole, "", point, fraction, "?")
    return _Written(whole, group, point, fraction, "vi" if point == "," else "en")


def _token(token: str, convention: Convention | None) -> tuple[Decimal, int, str]:
    """Return the value of a written number, its decimals and the rule."""
    written = _written(token)
    if written is None:
        raise _RefusedError("not_a_number")
    whole, group, point, fraction, evidence = written
    # Offices write one to nine as 01 to 09; more zeros in front mark a code, not a number.
    if whole[0] == "0" and (len(whole) > 2 or (point and whole != "0")):
        raise _RefusedError("leading_zero")
    if evidence:
        _check_convention(evidence, convention)
    if evidence == "?" and (point == ".") == (convention == "vi"):
        return Decimal(whole + fraction), 0, _MARK_RULES[point]
    if point:
        rule = _MARK_RULES[group] or ("decimal_comma" if point == "," else "")
        return Decimal(f"{_GROUPING.sub('', whole)}.{fraction}"), len(fraction), rule
    zero = "leading_zero" if len(whole) == 2 and whole[0] == "0" else ""
    return Decimal(_GROUPING.sub("", whole)), 0, _MARK_RULES[group] or zero


def _check_convention(evidence: str, convention: Convention | None) -> None:
    if convention == "both":
        raise _RefusedError("two_conventions")
    if convention is None and evidence == "?":
        raise _RefusedError("ambiguous_thousands")
    if convention is not None and evidence not in ("?", convention):
        raise _RefusedError("other_convention")
