"""Dates of periods and of publication, and how long a period is."""

from __future__ import annotations

import calendar
import re
from datetime import date

YEARS = (1930, 2099)
"""Years that a figure may speak of: from the founding of the Party on."""

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_day(text: str) -> date | None:
    """Return the day of an ISO date, or None where the text is no such date."""
    if not _ISO.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if YEARS[0] <= day.year <= YEARS[1] else None


def parse_published(text: str) -> tuple[date, date] | None:
    """Return the first and last day on which a source may have appeared.

    Examples
    --------
    >>> parse_published("2018-02")
    (datetime.date(2018, 2, 1), datetime.date(2018, 2, 28))
    """
    if day := parse_day(text):
        return day, day
    try:
        if not YEARS[0] <= int(text[:4]) <= YEARS[1]:
            return None
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
            year, month = int(text[:4]), int(text[5:])
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        if re.fullmatch(r"[0-9]{4}", text):
            return date(int(text), 1, 1), date(int(text), 12, 31)
    except (ValueError, calendar.IllegalMonthError):
        return None
    return None


def months_between(start: date, end: date) -> float:
    """Return the length of a period in months, both days included.

    A part of a month counts by its days: 2021-01-01 to 2021-10-15 is 9 + 15/31 months.

    Examples
    --------
    >>> months_between(date(2016, 1, 1), date(2016, 12, 31))
    12.0
    >>> round(months_between(date(2021, 1, 1), date(2021, 10, 15)), 3)
    9.484
    """

    def position(day: date, days: int) -> float:
        return day.year * 12 + day.month + days / calendar.monthrange(day.year, day.month)[1]

    return round(position(end, end.day) - position(start, start.day - 1), 6)
