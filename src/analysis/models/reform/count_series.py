"""Admissions as a series: one row a month, quarter or year, with the time or the members exposed."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _
from analysis.models.result import Dropped

MONTHS = {"month": 1, "quarter": 3, "year": 12}
"""Length of the periods that a series may have."""

_WRITTEN = re.compile(r"(?P<year>\d{4})(?:-(?:(?P<month>\d\d)|Q(?P<quarter>[1-4])|H(?P<half>[12])))?")


def span(written: str) -> tuple[int, int]:
    """Return the first and last month of a date as the registers write it, counted from the year 0.

    Raises
    ------
    ParameterError
        It is no ``2021-03``, ``2021-Q1``, ``2021-H1`` or ``2021``.

    Examples
    --------
    >>> span("2021-03"), span("2021-Q1"), span("2021")
    ((24254, 24254), (24252, 24254), (24252, 24263))
    """
    found = _WRITTEN.fullmatch(written)
    if not found or (found["month"] and not 1 <= int(found["month"]) <= 12):
        raise ParameterError(f"period {written!r}: write 2021-03, 2021-Q1 or 2021")
    first, length = 12 * int(found["year"]), 12
    for name, months in (("month", 1), ("quarter", 3), ("half", 6)):
        if found[name]:
            first, length = first + months * (int(found[name]) - 1), months
    return first, first + length - 1


def written(place: int, every: str) -> str:
    """Return a period as the registers write it, from its place: periods since the year 0.

    Examples
    --------
    >>> written(24254, "month"), written(8084, "quarter"), written(2021, "year")
    ('2021-03', '2021-Q1', '2021')
    """
    year, part = divmod(place, 12 // MONTHS[every])
    return {"month": f"{year}-{part + 1:02d}", "quarter": f"{year}-Q{part + 1}", "year": f"{year}"}[every]


def first_day(place: int, every: str) -> date:
    """Return the first day of a period.

    Examples
    --------
    >>> first_day(8086, "quarter")
    datetime.date(2021, 7, 1)
    """
    year, month = divmod(place * MONTHS[every], 12)
    return date(year, month + 1, 1)


def years_long(place: int, every: str) -> float:
    """Return the length of a period as a share of its year, by days."""
    days = (first_day(place + 1, every) - first_day(place, every)).days
    return days / (366 if calendar.isleap(first_day(place, every).year) else 365)


def dated(admissions: pd.DataFrame) -> pd.DataFrame:
    """Return the distinct dates of admissions: written, first and last month, people; in their order.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it.

    Raises
    ------
    ParameterError
        There is no column ``admitted``, a date cannot be read, or simulated rows stand beside real ones.

    Examples
    --------
    >>> dated(pd.DataFrame({"admitted": ["2021", "2021-02", "2021-02"]})).values.tolist()
    [['2021', 24252, 24263, 1], ['2021-02', 24253, 24253, 2]]
    """
    if "admitted" not in admissions:
        raise ParameterError("the admissions have no column 'admitted'")
    if "synthetic" in admissions and admissions["synthetic"].nunique() > 1:
        raise ParameterError("the admissions hold simulated rows beside real ones: keep the one or the other")
    people = admissions["admitted"].value_counts(sort=False, dropna=False)
    people = people.loc[people > 0]
    texts = [str(text) for text in people.index]
    spans = np.array([span(text) for text in texts], dtype=np.int64).reshape(-1, 2)
    table = pd.DataFrame(
        {
            "written": texts,
            "first": spans[:, 0],
            "last": spans[:, 1],
            "people": people.to_numpy(dtype=np.int64),
        }
    )
    return table.sort_values(["first", "last"], ignore_index=True)


def count_series(
    admissions: pd.DataFrame,
    every: str,
    first: str,
    last: str,
    *,
    members: Mapping[int, float] | None = None,
) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return the admissions of each period, zeros among them.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it.
    every : str
        ``month``, ``quarter`` or ``year``.
    first, last : str
        First and last period that the registers cover, such as ``2018-01`` and ``2025-09``: a period
        between them without an admission is a zero, not a gap.
    members : mapping of int to float, optional
        Year → members; must have every year of the series.

    Returns
    -------
    rows : DataFrame
        period (as the registers write it), admitted, exposure: person-years, or without ``members``
        the length of the period in years.
    dropped : tuple of Dropped
        Admissions before the first or after the last period.

    Raises
    ------
    ParameterError
        Some admissions are dated more coarsely than asked (the message counts them), a year has no
        members, or a parameter is wrong.

    Examples
    --------
    >>> rows, _ = count_series(pd.DataFrame({"admitted": ["2021-02", "2021-Q2"]}), "quarter", "2021-Q1", "2021-Q3")
    >>> rows["admitted"].tolist()
    [1, 1, 0]
    >>> count_series(pd.DataFrame({"admitted": ["2021-02", "2021-Q2"]}), "month", "2021-01", "2021-12")
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: 1 of 2 admissions are dated more coarsely than by month, such as 2021-Q2: \
ask for quarters or years, or leave out what lacks its month
    """
    start, end = _range(every, first, last)
    width = MONTHS[every]
    dates = dated(admissions)
    found, spans = dates["people"].to_numpy(), dates[["first", "last"]].to_numpy() // width
    inside = (spans[:, 1] >= start) & (spans[:, 0] <= end)
    coarse = inside & (spans[:, 0] < spans[:, 1])
    if coarse.any():
        such = str(dates["written"].iloc[int(coarse.argmax())])
        raise ParameterError(_too_coarse(int(found[coarse].sum()), int(found[inside].sum()), every, such))
    counts = np.bincount(spans[inside, 0] - start, found[inside], end - start + 1)
    outside = int(found[~inside].sum())
    places = range(start, end + 1)
    rows = pd.DataFrame(
        {
            "period": [written(place, every) for place in places],
            "admitted": counts.astype(np.int64),
            "exposure": [years_long(place, every) * _members(members, place, every) for place in places],
        }
    )
    reason = _("ngoài khoảng {first} – {last}").format(first=first, last=last)
    return rows, ((Dropped(reason, outside),) if outside else ())


def _range(every: str, first: str, last: str) -> tuple[int, int]:
    if every not in MONTHS:
        raise ParameterError(f"every {every!r} is none of {', '.join(MONTHS)}")
    ends = []
    for name, text in (("first", first), ("last", last)):
        begins, ceases = span(text)
        if ceases - begins + 1 != MONTHS[every]:
            raise ParameterError(f"{name} {text!r} is no {every}")
        ends.append(begins // MONTHS[every])
    if ends[0] > ends[1]:
        raise ParameterError(f"first {first!r} is after last {last!r}")
    return ends[0], ends[1]


def _members(members: Mapping[int, float] | None, place: int, every: str) -> float:
    year = first_day(place, every).year
    if members is None:
        return 1.0
    if year not in members:
        raise ParameterError(f"members of {year} are not given; the series needs them")
    return float(members[year])


def _too_coarse(many: int, all_of_them: int, every: str, such: str) -> str:
    wider = {"month": "quarters or years", "quarter": "years"}[every]
    return (
        f"{many} of {all_of_them} admissions are dated more coarsely than by {every}, such as {such}: "
        f"ask for {wider}, or leave out what lacks its {every}"
    )
