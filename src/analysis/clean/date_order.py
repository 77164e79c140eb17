"""Whether a column writes the day or the month first, from what its cells say together."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from functools import cache
from typing import Literal

from analysis.clean.cells import CellRefusedError

Order = Literal["dmy", "mdy", "undecided", "swapped"]
"""How a column orders day and month; see :attr:`DateEvidence.order`."""


@dataclass(frozen=True, slots=True)
class DateEvidence:
    """What some cells of a column say about the order of day and month; evidence of chunks is joined by ``|``.

    Attributes
    ----------
    day_first, month_first : bool
        Some text is a date only with the day first (25/12/2019), or only with the month first.
    either : bool
        Some text is a date in both orders, and another one in each (7/2/2019).
    typed_low, typed_high : bool
        Some typed date has a day up to 12 that is not its month; some has a day above 12.

    Examples
    --------
    >>> (DateEvidence(month_first=True) | DateEvidence(either=True)).order
    'undecided'
    >>> DateEvidence().order
    'dmy'
    """

    day_first: bool = False
    month_first: bool = False
    either: bool = False
    typed_low: bool = False
    typed_high: bool = False

    def __or__(self, other: DateEvidence) -> DateEvidence:
        return DateEvidence(
            self.day_first or other.day_first,
            self.month_first or other.month_first,
            self.either or other.either,
            self.typed_low or other.typed_low,
            self.typed_high or other.typed_high,
        )

    @property
    def order(self) -> Order:
        """The order of the column.

        ``dmy`` unless the cells speak against it, as is the custom in Vietnam. ``undecided`` where some text
        needs the month first and none the day. ``swapped`` where the texts all have a number above 12, all on
        the same side, and no typed date has a day above 12: so it looks when a spreadsheet set to month-first
        takes 7/2/2019 for the second of July and leaves 25/12/2019 as text.
        """
        one_order = self.day_first != self.month_first
        if one_order and not self.either and self.typed_low and not self.typed_high:
            return "swapped"
        return "undecided" if self.month_first and not self.day_first else "dmy"


@cache
def speaks_for(before: str, after: str) -> str:
    """Return the evidence that two numbers before a year are.

    Returns
    -------
    str
        ``day_first``, ``month_first`` or ``either`` as in :class:`DateEvidence`; ``same`` where both orders
        give one date, ``neither`` where none gives any.

    Examples
    --------
    >>> [speaks_for(*pair) for pair in (("25", "12"), ("12", "25"), ("7", "2"), ("5", "5"), ("31", "2"))]
    ['day_first', 'month_first', 'either', 'same', 'neither']
    """
    first, second = int(before), int(after)
    day_first = 1 <= second <= 12 and 1 <= first <= calendar.monthrange(2000, second)[1]
    month_first = 1 <= first <= 12 and 1 <= second <= calendar.monthrange(2000, first)[1]
    if day_first and month_first:
        return "either" if first != second else "same"
    return "day_first" if day_first else "month_first" if month_first else "neither"


def day_and_month(first: int, second: int, order: Order) -> tuple[int, int]:
    """Return the day and the month that two numbers are.

    Raises
    ------
    CellRefusedError
        The column does not tell which is which.

    Examples
    --------
    >>> day_and_month(7, 2, "dmy"), day_and_month(7, 2, "mdy"), day_and_month(5, 5, "undecided")
    ((7, 2), (2, 7), (5, 5))
    """
    if first != second and (order == "undecided" or (order == "swapped" and first <= 12)):
        raise CellRefusedError("day_month_order")
    return (second, first) if order == "mdy" else (first, second)
