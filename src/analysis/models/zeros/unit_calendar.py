"""Units × years: where each row stands, and the years in a row of which something holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.models.zeros.organisations import known_columns, numbers

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MOST_YEARS = 200
"""Years from the first to the last; more is a mistake in a year."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Units × years.

    Attributes
    ----------
    units : Index
        Units, in order.
    years : (y,) array
        All years from the first to the last.
    unit, year : (n,) arrays
        Place of each row.
    """

    units: pd.Index
    years: Codes
    unit: Codes
    year: Codes

    def spread(self, values: npt.NDArray[Any], empty: Any) -> npt.NDArray[Any]:
        """Return the rows' values, units × years, and ``empty`` where there is no row."""
        cells = np.full((len(self.units), len(self.years)), empty)
        cells[self.unit, self.year] = values
        return cells


def calendar(rows: pd.DataFrame) -> Calendar:
    """Return where each row stands among units × years.

    Raises
    ------
    ParameterError
        A unit-year has two rows, a unit or a year is missing, a year is no whole number or lies far off.
    """
    known_columns(rows, ["unit_id", "year"])
    years = numbers(rows, "year")
    if np.isnan(years).any() or (years != np.floor(years)).any() or rows["unit_id"].isna().any():
        raise ParameterError("every row needs a unit_id and a whole year")
    twice = rows.duplicated(["unit_id", "year"])
    if twice.any():
        row = rows.loc[twice].iloc[0]
        raise ParameterError(f"two rows of {row['unit_id']!r} in {row['year']}: give one row a unit and year")
    if len(years) and np.ptp(years) >= MOST_YEARS:
        raise ParameterError(f"year: {years.min():.0f} to {years.max():.0f} are more than {MOST_YEARS} years")
    unit, units = pd.factorize(rows["unit_id"].astype("object"), sort=True)
    first = int(years.min()) if len(years) else 0
    every = np.arange(first, int(years.max()) + 1 if len(years) else first, dtype=np.int64)
    return Calendar(pd.Index(units), every, unit.astype(np.int64), years.astype(np.int64) - first)


def running(dry: Flags) -> npt.NDArray[np.int16]:
    """Return, for each unit and year, the years without admission in a row up to that year.

    Each run of L years or more passes L exactly once.

    Examples
    --------
    >>> running(np.array([[True, True, False, True]])).tolist()
    [[1, 2, 0, 1]]
    """
    found = np.zeros(dry.shape, dtype=np.int16)
    before = np.zeros(len(dry), dtype=np.int16)
    for year in range(dry.shape[1]):
        before = (before + np.int16(1)) * dry[:, year]
        found[:, year] = before
    return found
