"""Data of the reference results, and rows that a test makes up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import statsmodels

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
_STATSMODELS = Path(statsmodels.__file__).parent

_OBSERVED = (
    "9,39,11,9,15,8,26,7,6,20,13,5,3,8,17,9,2,7,9,7,16,31,11,7,19,15,7,10,16,11,5,3,7,8,11,9,11,8,6,4,10,8,2,"
    "6,19,3,2,3,28,6,1,1,1,1,0,0"
)
_EXPECTED = (
    "1.4,8.7,3.0,2.5,4.3,2.4,8.1,2.3,2.0,6.6,4.4,1.8,1.1,3.3,7.8,4.6,1.1,4.2,5.5,4.4,10.5,22.7,8.8,5.6,15.5,"
    "12.5,6.0,9.0,14.4,10.2,4.8,2.9,7.0,8.5,12.3,10.1,12.7,9.4,7.2,5.3,18.8,15.8,4.3,14.6,50.7,8.2,5.6,9.3,"
    "88.7,19.6,3.4,3.6,5.7,7.0,4.2,1.8"
)
_OUTDOORS = (
    "16,16,10,24,10,24,10,7,7,16,7,16,10,24,7,16,10,7,7,10,7,16,10,7,1,1,7,7,10,10,7,24,10,7,7,0,10,1,16,0,1,"
    "16,16,0,1,7,1,1,0,1,1,0,1,1,16,10"
)


def ships() -> pd.DataFrame:
    """Return ship damage incidents (McCullagh & Nelder 1989), 34 rows."""
    return pd.read_csv(_STATSMODELS / "discrete/tests/results/ships.csv").dropna()


def epilepsy() -> pd.DataFrame:
    """Return seizure counts (Thall & Vail 1990), 236 rows of 59 subjects."""
    rows = pd.read_csv(_STATSMODELS / "genmod/tests/results/epil.csv")
    return rows.assign(
        lb=np.log(rows["base"] / 4), la=np.log(rows["age"]), tr=(rows["trt"] == "progabide").astype(int)
    )


def lip() -> pd.DataFrame:
    """Return lip cancer in Scotland's 56 districts: observed, expected, share outdoors."""

    def read(text: str) -> np.ndarray:
        return np.array([float(part) for part in text.split(",")])

    return pd.DataFrame({"o": read(_OBSERVED), "e": read(_EXPECTED), "x": read(_OUTDOORS) / 10})


def cells() -> pd.DataFrame:
    """Return the synthetic rows that the golden files of R are of: 30 units, 4 years, 2 sexes."""
    return pd.read_csv(REFERENCE / "data" / "count_cells.csv")


def golden(part: str) -> dict[str, Any]:
    """Return what R found."""
    found: dict[str, Any] = json.loads((REFERENCE / f"{part}.json").read_text(encoding="utf-8"))
    return found


def register(units: int = 30, years: int = 4, seed: int = 3, **extra: Any) -> pd.DataFrame:
    """Return made-up rows by unit, year, band and sex, whose counts vary more than Poisson counts."""
    rng = np.random.default_rng(seed)
    grid = pd.MultiIndex.from_product(
        [range(units), range(2018, 2018 + years), ["a", "b", "c"], ["female", "male"]],
        names=["unit", "year", "age_band", "sex"],
    ).to_frame(index=False)
    members = rng.integers(10, 60, size=len(grid))
    rate = 0.05 * np.exp(0.4 * rng.standard_normal(units))[grid["unit"]]
    rate *= np.where(grid["sex"] == "female", 1.3, 1.0) * grid["age_band"].map({"a": 1.5, "b": 1.0, "c": 0.6})
    locality = np.array(["commune", "township", "ward"])[grid["unit"] % 3]
    return grid.assign(members=members, admitted=rng.poisson(members * rate), locality=locality, **extra)
