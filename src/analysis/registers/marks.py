"""Flags that only all tables together can tell: the same person twice, admitted before the unit existed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.clean.person_dates import days_of

Array = npt.NDArray[Any]
Columns = dict[str, Array]


def side(columns: Columns) -> Array:
    """Return a number for each unit, apart for what was simulated: that tells nothing of the real one."""
    return 2 * columns["unit"].astype(np.int64) + columns["synthetic"]


def before_unit(people: Columns, members: Columns, units: int) -> Array:
    """Return whether each was admitted before the unit existed; the members' tables may tell when it began."""
    flag = people["before_unit"]
    if not members:
        return flag
    low, high = np.full(2 * units, np.iinfo(np.int32).max, dtype=np.int32), np.full(2 * units, -1, np.int32)
    told = members["founded"] >= 0
    np.minimum.at(low, side(members)[told], members["founded"][told])
    np.maximum.at(high, side(members)[told], members["founded"][told])
    founded = np.where(low == high, high, -1)[side(people)]
    codes, at = np.unique(people["admitted"], return_inverse=True)
    days = np.array([days_of(int(code)) for code in codes], dtype=np.int32).reshape(-1, 2)[at]
    known = (flag < 0) & (founded >= 0)
    before, after = known & (days[:, 1] < founded), known & (days[:, 0] >= founded)
    return np.where(before, 1, np.where(after, 0, flag)).astype(np.int8)


_ODD = np.uint64(0x9E3779B97F4A7C15)
"""Spreads places over the keys of persons."""


def same_person(people: Columns, provinces: Sequence[str]) -> tuple[Array, Array]:
    """Return whether another row names the same person, and a number for each who is named twice.

    The same name and day of birth in one province, before the reform or after; with the year of
    birth alone, in one unit. A simulated row is no real person's.

    The flag is 1 or 0, or what the file itself says where that cannot be judged; the number is -1
    for those who are named once.
    """
    codes = np.array([int(text.split("/")[1]) for text in provinces] or [0], dtype=np.int64)
    where = np.where(
        people["by_year"] == 1, 1000 + people["unit"].astype(np.int64), codes[people["province"]]
    )
    where = 2 * where + people["synthetic"]
    person, given = people["person"], people["same_person"]
    person = np.where(person != 0, person + where.astype(np.uint64) * _ODD, 0).astype(np.uint64)
    _, inverse, counts = np.unique(person, return_inverse=True, return_counts=True)
    twice = (counts[inverse] > 1) & (person != 0)
    flag = np.where(person != 0, twice, given).astype(np.int8)
    return flag, np.where(twice, inverse, -1).astype(np.int32)
