"""The truths that registers are drawn from, and their rows as models take them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.simulate import population
from analysis.simulate.parts import LOCALITIES, Unit
from analysis.simulate.truth import Truth

MEN = 1 / 1.3
"""Rate of men over that of women."""

WARDS = 0.8
"""Rate of wards over that of communes."""

AGES = {
    "age_18_30": 2.5,
    "age_36_40": 0.7,
    "age_41_45": 0.45,
    "age_46_50": 0.3,
    "age_51_55": 0.15,
    "age_56_60": 0.15,
    "age_over_60": 0.0,
}
PER_1000 = 30.0
OF_AGES = {"per_1000": PER_1000, "age": AGES, "sex": {"female": 1.3}, "locality": {"ward": WARDS}}
"""Rates that differ by age, sex and locality."""

EVEN = {"per_1000": PER_1000, "age": {}, "sex": {}, "locality": {"ward": WARDS}}
"""Rates that differ by locality alone."""


def stated(communes: int, wards: int, **values: Any) -> Truth:
    """Return a truth with so many communes and wards, all with eligible people and members from the start."""
    kinds = ["commune"] * communes + ["ward"] * wards
    assert set(kinds) <= set(LOCALITIES)
    units = tuple(Unit(name=f"xã {place:05d}", locality=kind) for place, kind in enumerate(kinds))
    return Truth.stated(province="Điện Biên", units=units, **{"unit_sd": 0.0} | values)


def cells(truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    """Return a register's unit-years by age band and sex, as ``by_cell`` does: those with members, who may be admitted.

    Returns
    -------
    DataFrame
        unit_id, locality, year, age_band, sex, members, admitted, expected (the mean of ``admitted``).
    """
    drawn = population.draw(truth, rng)
    rows = drawn.cells().rename(columns={"unit": "unit_id", "members_start": "members"})
    exposed = (rows["members"] > 0) & ((rows["age_band"] != "age_over_60") | (rows["expected"] > 0))
    names = ["unit_id", "locality", "year", "age_band", "sex", "members", "admitted", "expected"]
    return rows.loc[exposed, names].reset_index(drop=True)


def unit_years(truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    """Return a register's unit-years: unit_id, locality, year, target, members, admitted, expected."""
    drawn = population.draw(truth, rng)
    unit, year = (axis.ravel() for axis in np.indices(drawn.target.shape))
    sums = {name: getattr(drawn, name).sum(axis=(2, 3)).ravel() for name in ("admitted", "expected")}
    rows = drawn.unit_columns(unit)[["unit", "locality"]].rename(columns={"unit": "unit_id"})
    rows = rows.assign(year=np.asarray(drawn.years)[year], target=drawn.target.ravel(), **sums)
    rows["members"] = drawn.members_start.sum(axis=(2, 3)).ravel()
    return rows.loc[rows["members"] > 0].reset_index(drop=True)
