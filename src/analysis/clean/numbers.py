"""Printed numbers, and what a printed percent says about the whole numbers behind it."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_NUMBER = re.compile(r"\d+(?:\.(\d+))?")


def parse(text: str) -> Decimal | None:
    """Return the number that a cell holds, or None where it holds none.

    A cell of the published figures holds digits with a decimal point and nothing else.
    """
    return Decimal(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else None


def decimals(text: str) -> int:
    """Return how many decimals are printed: 2 for ``6.10``.

    Examples
    --------
    >>> decimals("6.10"), decimals("127")
    (2, 0)
    """
    match = _NUMBER.fullmatch(text)
    return len(match.group(1) or "") if match else 0


def rounded_from(percent: Decimal, places: int) -> tuple[Decimal, Decimal]:
    """Return the closed interval of the percents that are printed so after rounding.

    Both ends belong to it, since sources round halves either way.
    """
    half = Decimal(1).scaleb(-places) / 2
    return percent - half, percent + half


def truncated_from(percent: Decimal, places: int) -> tuple[Decimal, Decimal]:
    """Return the half-open interval [low, high) of the percents printed so by cutting digits."""
    return percent, percent + Decimal(1).scaleb(-places)


def printed_as(percent: Decimal, printed: Decimal, places: int) -> str | None:
    """Tell how a percent comes to be printed as ``printed``.

    Returns
    -------
    str or None
        ``rounded`` (whether or not cutting gives the same), ``truncated`` where only cutting
        does, None where neither does.

    Examples
    --------
    >>> printed_as(Decimal(5200) / 90, Decimal("57.77"), 2)
    'truncated'
    """
    low, high = rounded_from(printed, places)
    if low <= percent <= high:
        return "rounded"
    low, high = truncated_from(printed, places)
    return "truncated" if low <= percent < high else None


def whole_targets(
    admitted: int, attainment: Decimal, places: int, *, truncated: bool = False
) -> tuple[int, int] | None:
    """Return the lowest and highest whole target that a printed attainment allows.

    Parameters
    ----------
    admitted : int
        Persons admitted, printed as an exact count.
    attainment : Decimal
        Percent of the target, as printed.
    places : int
        Decimals printed.
    truncated : bool
        Read the percent as cut off instead of rounded.

    Returns
    -------
    (int, int) or None
        Ends of the run of whole targets, both included; None where no whole target fits.

    Examples
    --------
    >>> whole_targets(152, Decimal(127), 0)
    (120, 120)
    >>> whole_targets(639, Decimal(107), 0)
    (595, 600)
    >>> whole_targets(13, Decimal(160), 0) is None
    True
    """
    low, high = (truncated_from if truncated else rounded_from)(attainment, places)
    if high <= 0 or admitted == 0:
        return None
    persons = Decimal(100 * admitted)
    first = (persons / high).to_integral_value(ROUND_CEILING)
    if truncated and first * high == persons:
        first += 1
    if low <= 0:
        return None
    last = (persons / low).to_integral_value(ROUND_FLOOR)
    return (int(first), int(last)) if 1 <= first <= last else None


def whole_counts(
    percent: Decimal, places: int, total: int, *, truncated: bool = False
) -> tuple[int, int] | None:
    """Return the lowest and highest whole count of ``total`` that a printed share allows.

    Examples
    --------
    >>> whole_counts(Decimal("66.7"), 1, 51)
    (34, 34)
    >>> whole_counts(Decimal("56.8"), 1, 51), whole_counts(Decimal("56.8"), 1, 51, truncated=True)
    (None, (29, 29))
    """
    low, high = (truncated_from if truncated else rounded_from)(percent, places)
    if truncated:
        high -= Decimal(1).scaleb(-places - 12)
    first = max(0, int((low * total / 100).to_integral_value(ROUND_CEILING)))
    last = min(total, int((high * total / 100).to_integral_value(ROUND_FLOOR)))
    return (first, last) if first <= last else None
