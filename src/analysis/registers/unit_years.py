"""Admissions by unit, year, age band and sex, beside the members exposed and the unit's target."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.clean.joint_key import joint_key
from analysis.clean.unit_tables import age_bands
from analysis.registers.assemble import Assembled, Columns
from analysis.registers.coverage import complete
from analysis.registers.stocks import ALL, CELL, UNIT_YEAR, stocks
from analysis.vocab import age_band

Array = npt.NDArray[Any]
_COUNTS = ["admitted", "surplus", "minority", "youth_union"]
_OF_AGE = 18 * 12


def bands_of(months: Array, under_18: Array, form: str = "2-BTCTW") -> Array:
    """Return the age band of each age, as its place in ``age_bands()``; -1 where no age is known.

    Who may have been 18, by a birth year alone, is not put among those under 18.
    """
    months = np.where((months >= 0) & (months < _OF_AGE) & (under_18 != 1), _OF_AGE, months)
    ages = np.arange(int(months.max(initial=0)) + 1)
    codes = age_bands()
    place = np.array([*(codes.index(age_band(int(age), form)) for age in ages), -1], dtype=np.int8)
    return place[months]


def unit_years(rows: Assembled) -> pd.DataFrame:
    """Return one row a unit, year, age band and sex, as codes.

    Bands are those of form 2-BTCTW, unless a unit counts its members of the year in those of 2-TCTW:
    then its admissions are told in these, so that each count has its exposure.

    Returns
    -------
    DataFrame
        ``unit`` counts in ``rows.units``, ``age_band`` and ``sex`` in their code tables, -1 where
        not known; a count is missing where nothing tells it.
    """
    parts, stock = stocks(rows.members, rows.gaps)
    people = _people(rows, stock.loc[stock["coarse"] == 1, UNIT_YEAR])
    found = people.merge(parts, on=CELL, how="outer")
    found = _with_whole_units(found, rows, stock)
    found["complete"] = complete(rows, found)
    zero = found["complete"] & found["admitted"].isna()
    for name in _COUNTS:
        found[name] = found[name].mask(zero, 0).astype("Int64")
    return found.sort_values(CELL, ignore_index=True)


def _people(rows: Assembled, coarse: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of those admitted; in bands of form 2-TCTW in the unit-years of ``coarse``.

    What the rows of a cell do not all tell is missing, not a count of those that do.
    """
    people = rows.admissions
    if not people:
        return pd.DataFrame(columns=[*CELL, *_COUNTS], dtype="int64")
    fine = bands_of(people["age_months"], people["under_18"])
    year = people["admitted"] // 100
    if len(coarse):
        here = np.isin(
            _unit_year(people["synthetic"], people["unit"], year), _unit_year(*coarse.to_numpy().T)
        )
        fine = np.where(here, bands_of(people["age_months"], people["under_18"], "2-TCTW"), fine)
    keys = [people["synthetic"], people["unit"], year, fine, people["sex"]]
    _, first, inverse, counts = np.unique(
        joint_key(keys), return_index=True, return_inverse=True, return_counts=True
    )
    found = pd.DataFrame(
        {name: np.asarray(values)[first].astype("int64") for name, values in zip(CELL, keys, strict=True)}
    )
    found["admitted"] = counts
    found["surplus"] = _surplus(people, inverse, len(counts))
    for name in ("minority", "youth_union"):
        told = np.bincount(inverse[people[name] == 1], minlength=len(counts))
        unknown = np.bincount(inverse[people[name] < 0], minlength=len(counts))
        found[name] = np.where(unknown == 0, told, np.nan)
    return found


def _unit_year(synthetic: Array, unit: Array, year: Array) -> Array:
    return (np.asarray(unit, np.int64) * 3000 + year) * 2 + synthetic


def _surplus(people: Columns, inverse: Array, cells: int) -> Array:
    """Return how many rows of each cell name a person whom another row of the cell names."""
    twice = np.flatnonzero(people["person"] >= 0)
    if not len(twice):
        return np.zeros(cells, dtype=np.int64)
    pairs = np.stack([inverse[twice], people["person"][twice]], axis=1)
    distinct = np.unique(pairs, axis=0)
    return np.bincount(inverse[twice], minlength=cells) - np.bincount(distinct[:, 0], minlength=cells)


def _with_whole_units(found: pd.DataFrame, rows: Assembled, stock: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the unit's target, members and eligible people, and a row for each unit without."""
    for extra in (_used_targets(rows.targets), stock.drop(columns="coarse")):
        missing = extra[UNIT_YEAR].merge(found[UNIT_YEAR].drop_duplicates(), how="left", indicator=True)
        bare = missing.loc[missing["_merge"] == "left_only", UNIT_YEAR].assign(age_band=ALL, sex=ALL)
        found = pd.concat([found, bare], ignore_index=True).merge(extra, on=UNIT_YEAR, how="left")
    return found


def _used_targets(columns: Columns) -> pd.DataFrame:
    names = [*UNIT_YEAR, "target"]
    if not columns:
        return pd.DataFrame(columns=[*UNIT_YEAR, "unit_target"], dtype="int64")
    found = pd.DataFrame({name: columns[name].astype("int64") for name in names})
    found = found.loc[columns["contradicted"] == 0].drop_duplicates(UNIT_YEAR)
    return found.rename(columns={"target": "unit_target"})
