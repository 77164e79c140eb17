"""Words of the figures on registers: estimates with their intervals, rates, years, places."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.language import _, number, plain
from analysis.models.estimate_words import significant


def said(middle: float, low: float, high: float) -> str:
    """Return an estimate with its interval; – where it is missing.

    Examples
    --------
    >>> said(1.234, 1.1, 1.38), said(-0.471, -0.512, -0.429), said(float("nan"), 0, 1)
    ('1,23 (1,10–1,38)', '−0,471 (−0,512 đến −0,429)', '–')
    """
    return "–" if pd.isna(middle) else f"{brief(middle)} ({span(low, high)})"


def span(low: float, high: float) -> str:
    """Return an interval alone: ``0,91–1,20``; in words where an end is negative.

    Examples
    --------
    >>> span(0.91, 1.2), span(-0.5, 0.25)
    ('0,910–1,20', '−0,500 đến 0,250')
    """
    return joined_ends(brief(low), brief(high))


def joined_ends(low: str, high: str) -> str:
    """Return the ends of an interval as one text, without a dash beside a minus."""
    if "−" in low + high:
        return _("{low} đến {high}").format(low=low, high=high)
    return f"{low}–{high}"


def brief(value: float) -> str:
    """Return a number with three significant digits; – where missing.

    Examples
    --------
    >>> brief(0.81234), brief(-12.0), brief(0.0)
    ('0,812', '−12,0', '0')
    """
    return number(0) if value == 0 else significant(value, 3)


def fixed(value: float, decimals: int) -> str:
    """Return a number with so many decimals and a true minus; never minus nought.

    Examples
    --------
    >>> fixed(-0.4712, 2), fixed(-0.002, 1)
    ('−0,47', '0,0')
    """
    if pd.isna(value):
        return "–"
    text = number(abs(value), decimals)
    return text if value >= 0 or text == number(0, decimals) else f"−{text}"


def rate_words(rate: float) -> str:
    """Return a rate per 100 for a label: with a decimal, or two digits below 1, so that no small one looks like 0.

    Examples
    --------
    >>> rate_words(3.24), rate_words(0.0476), rate_words(0.0), rate_words(12.0)
    ('3,2', '0,048', '0', '12,0')
    """
    if rate == 0:
        return number(0)
    return number(rate, 1) if rate >= 1 else significant(rate, 2)


def coverage(level: float) -> str:
    """Return the coverage of an interval: ``95%``."""
    return f"{plain(100 * level, 1)}%"


def years(values: pd.Series) -> str:
    """Return the first and last year: ``2016``, ``2016–2020``."""
    first, last = int(values.min()), int(values.max())
    return str(first) if first == last else f"{first}–{last}"


def places(provinces: Iterable[object]) -> str:
    """Return the province that rows are of, or how many there are; empty where none is named."""
    names = {str(name) for name in provinces if str(name)}
    if len(names) == 1:
        return names.pop()
    return _("{count} tỉnh").format(count=number(len(names))) if names else ""


def joined(*sentences: str) -> str:
    """Return sentences as one caption, without the empty ones."""
    return " ".join(sentence for sentence in sentences if sentence)
