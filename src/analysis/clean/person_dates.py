"""The dates of many people at once: partial dates as arrays, and the months between them."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from analysis.clean.cells import Column
from analysis.clean.partial_dates import PartialDate

Ints = npt.NDArray[np.int32]
_FIELDS = ("known", "first_month", "first_day", "last_month", "last_day", "first", "last", "code")
_PART = {"quarter": (20, 3), "half_year": (30, 6)}


@dataclass(frozen=True, slots=True)
class Dates:
    """One partial date a row.

    Attributes
    ----------
    known : ndarray of bool
        False where there is none; the rest is then without meaning.
    first_month, last_month : ndarray of int32
        Months since year 0 of the first and the last day that the date may be.
    first_day, last_day : ndarray of int32
        Day of the month of each.
    first, last : ndarray of int32
        Each as a day count.
    code : ndarray of int32
        The date to the month, see :func:`month_text`; 0 where there is none.
    """

    known: npt.NDArray[np.bool_]
    first_month: Ints
    first_day: Ints
    last_month: Ints
    last_day: Ints
    first: Ints
    last: Ints
    code: Ints

    @classmethod
    def of(cls, column: Column, found: Sequence[PartialDate | None]) -> Dates:
        """Return the dates of a column from those of its distinct cells."""
        table = np.array([*map(_numbers, found), _numbers(None)], dtype=np.int32)
        rows = table[column.codes]
        return cls(
            rows[:, 0].astype(bool), *(np.ascontiguousarray(rows[:, i]) for i in range(1, len(_FIELDS)))
        )

    @classmethod
    def none(cls, rows: int) -> Dates:
        """Return a date for no row."""
        zeros = np.zeros(rows, dtype=np.int32)
        return cls(zeros.astype(bool), *(zeros for _ in _FIELDS[1:]))

    def where(self, keep: npt.NDArray[np.bool_]) -> Dates:
        """Return the dates, known only where ``keep`` holds too."""
        rest = {name: getattr(self, name) for name in _FIELDS[1:-1]}
        return Dates(self.known & keep, **rest, code=np.where(keep, self.code, 0))

    def or_else(self, other: Dates) -> Dates:
        """Return these dates, and the other's where there is none."""
        return Dates(
            self.known | other.known,
            *(np.where(self.known, getattr(self, name), getattr(other, name)) for name in _FIELDS[1:]),
        )


@lru_cache(maxsize=1 << 17)
def _numbers(found: PartialDate | None) -> tuple[int, ...]:
    if found is None:
        return (0,) * len(_FIELDS)
    first, last = found.first, found.last
    return (
        1,
        12 * first.year + first.month - 1,
        first.day,
        12 * last.year + last.month - 1,
        last.day,
        first.toordinal(),
        last.toordinal(),
        month_code(found),
    )


def month_code(found: PartialDate) -> int:
    """Return a date to the month as a number that sorts: 201902, 201923 for Q3, 201932 for H2, 201900."""
    year, month = found.first.year, found.first.month
    if found.precision == "year":
        return 100 * year
    base, length = _PART.get(found.precision, (0, 1))
    return 100 * year + base + (month - 1) // length + 1


def month_text(code: int) -> str:
    """Return a date to the month as the tables hold it.

    Examples
    --------
    >>> month_text(201902), month_text(201923), month_text(201932), month_text(201900)
    ('2019-02', '2019-Q3', '2019-H2', '2019')
    """
    year, part = divmod(code, 100)
    if part == 0:
        return f"{year:04}"
    return f"{year:04}-" + (f"{part:02}" if part <= 12 else f"{'Q' if part < 30 else 'H'}{part % 10}")


def days_of(code: int) -> tuple[int, int]:
    """Return the first and the last day of a date to the month, as day counts.

    Examples
    --------
    >>> [date.fromordinal(day).isoformat() for day in days_of(201923)]
    ['2019-07-01', '2019-09-30']
    """
    year, part = divmod(code, 100)
    length = 12 if part == 0 else 1 if part <= 12 else 3 if part < 30 else 6
    first = 1 if part == 0 else part if part <= 12 else length * (part % 10 - 1) + 1
    last = first + length - 1
    return date(year, first, 1).toordinal(), date(year, last, calendar.monthrange(year, last)[1]).toordinal()


_LENGTHS = np.array(
    [calendar.monthrange(2001, month)[1] for month in range(1, 13)]
    + [calendar.monthrange(2000, month)[1] for month in range(1, 13)],
    dtype=np.int32,
)


def _length(month: Ints) -> Ints:
    year = month // 12
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return _LENGTHS[month % 12 + 12 * leap]


def completed_months(start: Dates, end: Dates) -> tuple[Ints, Ints]:
    """Return the lowest and highest count of completed months from one date to another.

    The rule is that of :func:`analysis.clean.partial_dates.age_in_months`. Rows where either date is
    not known hold no meaning.
    """

    def months(from_month: Ints, from_day: Ints, to_month: Ints, to_day: Ints) -> Ints:
        return to_month - from_month - (to_day < np.minimum(from_day, _length(to_month)))

    low = months(start.last_month, start.last_day, end.first_month, end.first_day)
    high = months(start.first_month, start.first_day, end.last_month, end.last_day)
    return low, high
