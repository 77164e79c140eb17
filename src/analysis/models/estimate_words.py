"""The numbers of an estimate as a reader writes them: with few digits, as an interval, as a p-value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.language import _, number

_LARGE = 15
"""Power of ten from which on a number is written with it."""


def significant(value: float, digits: int = 4) -> str:
    """Return a number with about ``digits`` significant digits, as the reader writes it; – where missing.

    Examples
    --------
    >>> significant(0.012345), significant(1.5), significant(float("nan"))
    ('0,01235', '1,500', '–')
    """
    if value is None or pd.isna(value):
        return "–"
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    size = 0 if value == 0 else int(np.floor(np.log10(abs(value))))
    if size >= _LARGE:
        return f"{number(float(value) / 10.0**size, digits - 1)} × 10^{size}"
    return number(float(value), min(max(digits - 1 - size, 0), 8))


def interval(low: float, high: float, digits: int = 4) -> str:
    """Return an interval; a word stands between limits that may have a minus.

    Examples
    --------
    >>> interval(0.91324, 1.2041), interval(-2, -0.5, 2)
    ('0,9132 – 1,204', '−2,0 đến −0,50')
    """
    if pd.isna(low) and pd.isna(high):
        return "–"
    first, last = significant(low, digits), significant(high, digits)
    return _("{low} đến {high}").format(low=first, high=last) if low < 0 else f"{first} – {last}"


def p_value(value: float) -> str:
    """Return a p-value: ``0,013``, ``< 0,001``."""
    if value is None or pd.isna(value):
        return "–"
    return f"< {number(0.001, 3)}" if value < 0.001 else number(float(value), 3)


def p_words(value: float) -> str:
    """Return a p-value as a sentence says it: ``p = 0,013``, ``p < 0,001``."""
    shown = p_value(value)
    return f"p {shown}" if shown.startswith("<") else f"p = {shown}"
