"""What became of those admitted: recognition as a full member (*công nhận chính thức*), or leaving (*rời Đảng*)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.clean.changes import Change
from analysis.clean.column_reader import EXITED, ColumnReader, codes_of
from analysis.clean.person_dates import Dates

Array = npt.NDArray[Any]

OUTCOMES = ("was_recognised", "has_left")
"""Whether each happened: 1 yes, 0 where the register has a column for it and the cell is empty, else -1."""


def read_outcomes(reader: ColumnReader, admitted: Dates, dates: dict[str, Dates]) -> dict[str, Array]:
    """Return whether each person was recognised and whether they left, after how many days, and how.

    A day before the admission is refused. Of several days of leaving the earliest counts: who moved away
    may die later.
    """
    early = Change(rule="recognised_before_admitted", refused=True)
    recognised = _after(reader, "recognised", admitted, dates["recognised"], early)
    days = _given(reader, "days_to_recognition", _days(admitted, recognised))
    left, way = _leaving(reader, admitted, dates)
    days_to_exit = _given(reader, "days_to_exit", _days(admitted, left))
    gone = left.known | (days_to_exit >= 0) | (way >= 0)
    return {
        "days_to_recognition": days,
        "days_to_exit": days_to_exit,
        "exit": way.astype(np.int8),
        "was_recognised": _happened(
            reader, "was_recognised", ("recognised",), recognised.known | (days >= 0)
        ),
        "has_left": _happened(reader, "has_left", (*EXITED, "exit"), gone),
    }


def _leaving(reader: ColumnReader, admitted: Dates, dates: dict[str, Dates]) -> tuple[Dates, Array]:
    """Return the earliest day of leaving, and the way; -1 where it is not told, or told twice and differently."""
    stated = reader.coded("exit", "exit")
    stated = reader.none() if stated is None else stated
    day, way = Dates.none(reader.rows), reader.none()
    for role, code in EXITED.items():
        early = Change(rule="exited_before_admitted", refused=True)
        here = _after(reader, role, admitted, dates[role], early)
        earlier = here.known & (~day.known | (here.first < day.first))
        day = here.where(earlier).or_else(day)
        way = np.where(earlier, codes_of("exit").index(code) if code else stated, way)
    contradicted = (way >= 0) & (stated >= 0) & (way != stated)
    reader.changes.add_same(
        "exit", reader.body.rows[contradicted], Change(rule="exit_contradicted", refused=True)
    )
    return day, np.where(contradicted, -1, np.where(way >= 0, way, stated))


def _after(reader: ColumnReader, role: str, admitted: Dates, found: Dates, why: Change) -> Dates:
    """Return the dates that do not lie before the admission; the others are refused."""
    before = admitted.known & found.known & (found.last < admitted.first)
    reader.changes.add_same(role, reader.body.rows[before], why)
    return found.where(~before)


def _days(admitted: Dates, found: Dates) -> Array:
    """Return the days from the admission where both days are known, else -1."""
    exact = admitted.known & found.known & (admitted.first == admitted.last) & (found.first == found.last)
    return np.where(exact, found.first - admitted.first, -1).astype(np.int32)


def _given(reader: ColumnReader, name: str, computed: Array) -> Array:
    given = reader.count(name)
    return computed if given is None else np.where(computed >= 0, computed, given).astype(np.int32)


def _happened(reader: ColumnReader, name: str, roles: tuple[str, ...], known: Array) -> Array:
    """Return 1 where it is known to have happened, 0 where all columns for it are empty, else -1.

    Our own table says it in a column of its own, whatever other columns it has.
    """
    if reader.column(name) is not None:
        empty = reader.flag(name)
    elif any(reader.column(role) is not None for role in roles):
        filled = np.logical_or.reduce([reader.filled(role) for role in roles])
        empty = np.where(filled, -1, 0)
    else:
        empty = reader.none()
    return np.where(known, 1, empty).astype(np.int8)
