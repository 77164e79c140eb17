"""Admissions by unit, year, age band and sex, beside the members exposed and the unit's target."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.clean.unit_tables import AT, age_bands
from analysis.registers.assemble import Assembled, Columns
from analysis.vocab import age_band, table

Array = npt.NDArray[Any]
_UNIT_YEAR = ["synthetic", "unit", "year"]
_CELL = [*_UNIT_YEAR, "age_band", "sex"]
_COUNTS = ["admitted", "surplus", "minority", "youth_union"]
_ALL = -1


def bands_of(months: Array, form: str = "2-BTCTW") -> Array:
    """Return the age band of each age, as its place in ``age_bands()``; -1 where no age is known."""
    ages = np.arange(int(months.max(initial=0)) + 1)
    codes = age_bands()
    place = np.array([*(codes.index(age_band(int(age), form)) for age in ages), -1], dtype=np.int8)
    return place[months]


def unit_years(rows: Assembled) -> pd.DataFrame:
    """Return one row a unit, year, age band and sex, as codes.

    Bands are those of form 2-BTCTW, unless a province counts its members in those of 2-TCTW: then
    its admissions are told in these, so that each count has its exposure.

    Returns
    -------
    DataFrame
        ``unit`` counts in ``rows.units``, ``age_band`` and ``sex`` in their code tables, -1 where
        not known; a count is missing where nothing tells it.
    """
    members = _members(rows.members)
    people = _people(rows, _coarse_provinces(rows, members))
    parts = members.loc[(members["age_band"] != _ALL) & (members["sex"] != _ALL), [*_CELL, "members"]]
    found = people.merge(parts, on=_CELL, how="outer")
    found = _with_whole_units(found, rows, members)
    covered = _covered(rows)
    found["complete"] = _pack(rows, found).isin(covered).to_numpy()
    zero = found["complete"] & found["admitted"].isna()
    for name in _COUNTS:
        found[name] = found[name].mask(zero, 0).astype("Int64")
    return found.sort_values(_CELL, ignore_index=True)


def _people(rows: Assembled, coarse: Array) -> pd.DataFrame:
    """Return the counts of those admitted."""
    people = rows.admissions
    if not people:
        return pd.DataFrame(columns=[*_CELL, *_COUNTS], dtype="int64")
    fine = bands_of(people["age_months"])
    if coarse.any():
        fine = np.where(coarse[people["unit"]], bands_of(people["age_months"], "2-TCTW"), fine)
    year = people["admitted"] // 100
    keys = [people["synthetic"], people["unit"], year, fine, people["sex"]]
    packed, first, inverse, counts = np.unique(
        _joint(keys), return_index=True, return_inverse=True, return_counts=True
    )
    del packed
    found = pd.DataFrame(
        {name: np.asarray(values)[first].astype("int64") for name, values in zip(_CELL, keys, strict=True)}
    )
    found["admitted"] = counts
    found["surplus"] = _surplus(people, inverse, len(counts))
    for name in ("minority", "youth_union"):
        found[name] = np.bincount(inverse[people[name] == 1], minlength=len(counts))
    return found


def _surplus(people: Columns, inverse: Array, cells: int) -> Array:
    """Return how many rows of each cell name a person whom another row of the cell names."""
    twice = np.flatnonzero(people["person"] >= 0)
    if not len(twice):
        return np.zeros(cells, dtype=np.int64)
    pairs = np.stack([inverse[twice], people["person"][twice]], axis=1)
    distinct = np.unique(pairs, axis=0)
    return np.bincount(inverse[twice], minlength=cells) - np.bincount(distinct[:, 0], minlength=cells)


def _joint(keys: list[Array]) -> Array:
    joint = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        values = np.asarray(key).astype(np.int64)
        low = int(values.min(initial=0))
        joint = joint * (int(values.max(initial=0)) - low + 1) + (values - low)
    return joint


def _members(columns: Columns) -> pd.DataFrame:
    """Return the stocks to be used: those at the start of a year where it has both, none contradicted."""
    names = [*_CELL, "members", "eligible", "at"]
    if not columns:
        return pd.DataFrame(columns=names, dtype="int64")
    found = pd.DataFrame({name: columns[name].astype("int64") for name in names})
    found = found.loc[columns["contradicted"] == 0]
    return found.sort_values([*_CELL, "at"]).drop_duplicates(_CELL, ignore_index=True)


def _coarse_provinces(rows: Assembled, members: pd.DataFrame) -> Array:
    """Tell of each unit whether its province counts members in the bands of form 2-TCTW."""
    own = {row["code"] for row in table("age_bands") if row["form"] == "2-BTCTW"}
    coarse = [at for at, code in enumerate(age_bands()) if code not in own]
    place = [f"{unit.vintage}/{unit.code}" for unit in rows.units]
    using = {place[unit] for unit in members.loc[members["age_band"].isin(coarse), "unit"]}
    return np.array([name in using for name in place], dtype=bool)


def _with_whole_units(found: pd.DataFrame, rows: Assembled, members: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the unit's target, members and eligible people, and a row for each unit without."""
    target = _used_targets(rows.targets)
    whole = members.loc[(members["age_band"] == _ALL) & (members["sex"] == _ALL)]
    told = set(map(tuple, whole[_UNIT_YEAR].to_numpy().tolist()))
    cells = members.loc[(members["age_band"] != _ALL) & (members["sex"] != _ALL)]
    summed = cells.groupby(_UNIT_YEAR, as_index=False).agg(members=("members", "sum"), at=("at", "first"))
    lost = set(zip(*(rows.gaps[name].tolist() for name in _UNIT_YEAR), strict=True)) if rows.gaps else set()
    summed = summed.loc[[tuple(key) not in lost for key in summed[_UNIT_YEAR].to_numpy().tolist()]]
    summed = summed.loc[[tuple(key) not in told for key in summed[_UNIT_YEAR].to_numpy().tolist()]]
    stock = pd.concat([whole[[*_UNIT_YEAR, "members", "at"]], summed])
    stock = stock.rename(columns={"members": "unit_members", "at": "members_at"})
    eligible = members.loc[members["eligible"] >= 0].groupby(_UNIT_YEAR, as_index=False)["eligible"].max()
    for extra in (target, stock, eligible.rename(columns={"eligible": "unit_eligible"})):
        missing = extra[_UNIT_YEAR].merge(found[_UNIT_YEAR].drop_duplicates(), how="left", indicator=True)
        bare = missing.loc[missing["_merge"] == "left_only", _UNIT_YEAR].assign(age_band=_ALL, sex=_ALL)
        found = pd.concat([found, bare], ignore_index=True).merge(extra, on=_UNIT_YEAR, how="left")
    return found


def _used_targets(columns: Columns) -> pd.DataFrame:
    names = [*_UNIT_YEAR, "target"]
    if not columns:
        return pd.DataFrame(columns=[*_UNIT_YEAR, "unit_target"], dtype="int64")
    found = pd.DataFrame({name: columns[name].astype("int64") for name in names})
    found = found.loc[columns["contradicted"] == 0].drop_duplicates(_UNIT_YEAR)
    return found.rename(columns={"target": "unit_target"})


def _covered(rows: Assembled) -> set[tuple[Any, ...]]:
    """Return the (synthetic, province, district, year) of which a register lists admissions."""
    people = rows.admissions
    if not people:
        return set()
    frame = pd.DataFrame(
        {"synthetic": people["synthetic"], "unit": people["unit"], "year": people["admitted"] // 100}
    ).drop_duplicates()
    return set(_pack(rows, frame))


def _pack(rows: Assembled, frame: pd.DataFrame) -> pd.Series:
    places = [(unit.vintage, unit.code, unit.district) for unit in rows.units]
    keys = [
        (bool(synthetic), *places[unit], int(year))
        for synthetic, unit, year in frame[_UNIT_YEAR].to_numpy().tolist()
    ]
    return pd.Series(keys, index=frame.index, dtype=object)


def at_text(code: float) -> str:
    """Return at which end of the year members were counted; empty where none were."""
    return "" if pd.isna(code) else AT[int(code)]
