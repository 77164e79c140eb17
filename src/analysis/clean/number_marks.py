"""The dots, commas and spaces in a number: thousands to one column, decimals to another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from analysis.clean.cells import CellRefusedError

Convention = Literal["vi", "en", "both"]
"""How a column writes numbers: ``vi`` 1.234,5; ``en`` 1,234.5; ``both`` where its cells contradict each other."""

_NUMBER = re.compile(
    r"(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?P<group>[ .,])[0-9]{3}(?:(?P=group)[0-9]{3})*)"
    r"(?:(?P<point>[.,])(?P<fraction>[0-9]+))?"
)
_GROUPING = re.compile("[ .,]")
_MARK_RULES = {".": "thousands_dot", ",": "thousands_comma", " ": "thousands_space", "": ""}


@dataclass(frozen=True, slots=True)
class NumberEvidence:
    """Which conventions some cell of a column leaves no doubt about; evidence of chunks is joined by ``|``.

    Examples
    --------
    >>> (NumberEvidence(vietnamese=True) | NumberEvidence()).convention
    'vi'
    >>> NumberEvidence().convention is None
    True
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


class Written(NamedTuple):
    """The parts of a number in digits, and the convention that it leaves no doubt about.

    ``evidence`` is empty where nothing marks thousands or decimals, and ``?`` where a mark may be either.
    """

    whole: str
    group: str
    point: str
    fraction: str
    evidence: Literal["vi", "en", "?", ""]


def written(token: str) -> Written | None:
    """Return the parts of a number in digits; None where the text is none.

    Examples
    --------
    >>> [written(text).evidence for text in ("1.234,5", "3.16", "1.234", "1234")]
    ['vi', 'en', '?', '']
    >>> written("12.5.2019") is None
    True
    """
    match = _NUMBER.fullmatch(token)
    if match is None:
        return None
    whole, group, point, fraction = match.groups("")
    if not point:
        return Written(whole, group, "", "", "" if group in ("", " ") else "vi" if group == "." else "en")
    if group == point:
        return None
    # 1.234 may be a thousand; 0.234, 1234.567 and 12 500.125 may not.
    if not group and len(fraction) == 3 and len(whole) <= 3 and whole[0] != "0":
        return Written(whole, "", point, fraction, "?")
    return Written(whole, group, point, fraction, "vi" if point == "," else "en")


def marked_number(token: str, convention: Convention | None) -> tuple[Decimal, int, str]:
    """Return the value of a number in digits, its decimals and the rule.

    Parameters
    ----------
    token : str
        The digits with their marks, without sign, unit or spaces around.
    convention : {'vi', 'en', 'both'} or None
        How the column writes numbers; None where no cell of it is decisive.

    Raises
    ------
    CellRefusedError
        The text is no number, or its marks are not those of the column.

    Examples
    --------
    >>> marked_number("1.234", "vi"), marked_number("6,10", "vi")
    ((Decimal('1234'), 0, 'thousands_dot'), (Decimal('6.10'), 2, 'decimal_comma'))
    """
    parts = written(token)
    if parts is None:
        raise CellRefusedError("not_a_number")
    whole, group, point, fraction, evidence = parts
    # Offices write one to nine as 01 to 09; more zeros in front mark a code, not a number.
    if whole[0] == "0" and (len(whole) > 2 or (point and whole != "0")):
        raise CellRefusedError("leading_zero")
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
        raise CellRefusedError("two_conventions")
    if convention is None and evidence == "?":
        raise CellRefusedError("ambiguous_thousands")
    if convention is not None and evidence not in ("?", convention):
        raise CellRefusedError("other_convention")
