"""Dates known to the day, the month, the quarter, the half-year or the year, and the ages that they leave open."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from analysis.clean.cells import CellRefusedError

Precision = Literal["day", "month", "quarter", "half_year", "year"]

YEARS = (1900, 2099)
"""Years that a date may be in."""

_PRECISION: dict[int, Precision] = {1: "month", 3: "quarter", 6: "half_year", 12: "year"}


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as exactly as it is known.

    Attributes
    ----------
    first, last : date
        The first and the last day that it may be.
    precision : {'day', 'month', 'quarter', 'half_year', 'year'}
        What was stated.
    """

    first: date
    last: date
    precision: Precision


@cache
def exact_day(year: int, month: int, day: int) -> PartialDate:
    """Return the date of one day.

    Raises
    ------
    CellRefusedError
        There is no such day, or the year is out of range.

    Examples
    --------
    >>> exact_day(2020, 2, 29).precision
    'day'
    """
    if not YEARS[0] <= year <= YEARS[1]:
        raise CellRefusedError("year_out_of_range")
    try:
        found = date(year, month, day)
    except ValueError:
        raise CellRefusedError("no_such_day") from None
    return PartialDate(found, found, "day")


@cache
def span(year: int, month: int = 1, months: int = 12) -> PartialDate:
    """Return the date of a month, a quarter, half a year or a year.

    Parameters
    ----------
    year, month : int
        Where it begins.
    months : {1, 3, 6, 12}
        How long it is; it does not go beyond the year.

    Raises
    ------
    CellRefusedError
        There is no such month, or the year is out of range.

    Examples
    --------
    >>> span(2021, 7, 3).last
    datetime.date(2021, 9, 30)
    """
    if not YEARS[0] <= year <= YEARS[1]:
        raise CellRefusedError("year_out_of_range")
    if not 1 <= month <= 12:
        raise CellRefusedError("no_such_month")
    end = month + months - 1
    return PartialDate(
        date(year, month, 1), date(year, end, calendar.monthrange(year, end)[1]), _PRECISION[months]
    )


def to_text(found: PartialDate) -> str:
    """Return the date in the form that the tables hold.

    Examples
    --------
    >>> [to_text(known) for known in (exact_day(2020, 2, 3), span(2021, 7, 3), span(2021, 1, 6))]
    ['2020-02-03', '2021-Q3', '2021-H1']
    """
    year, month = f"{found.first.year:04}", found.first.month
    return {
        "day": found.first.isoformat(),
        "month": f"{year}-{month:02}",
        "quarter": f"{year}-Q{(month + 2) // 3}",
        "half_year": f"{year}-H{(month + 5) // 6}",
        "year": year,
    }[found.precision]


def age_in_months(birth: PartialDate, at: PartialDate) -> tuple[int, int]:
    """Return the lowest and highest age in completed months; negative where the birth comes later.

    A month is completed on the day of the same number, and where the month has no such day on its last one:
    who was born on 29 February is 18 on 28 February of a common year, who was born on the 31st is a month
    older on the 30th of a shorter month.

    References
    ----------
    Civil Code (Bộ luật Dân sự) 91/2015/QH13, article 148, paragraph 3: a term counted in months ends with the
    corresponding day of its last month or, where that month has none, with its last day.

    Examples
    --------
    >>> age_in_months(exact_day(2000, 2, 29), exact_day(2018, 2, 28))
    (216, 216)
    >>> age_in_months(span(1990), exact_day(2020, 2, 3))
    (349, 361)
    """
    return _completed(birth.last, at.first), _completed(birth.first, at.last)


def _completed(start: date, end: date) -> int:
    months = 12 * (end.year - start.year) + end.month - start.month
    return months - (end.day < min(start.day, calendar.monthrange(end.year, end.month)[1]))
