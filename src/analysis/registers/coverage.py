"""Which zeros are zeros: the unit-years that the registers cover."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from analysis.clean.joint_key import joint_key
from analysis.registers.assemble import Assembled, district_key

Array = npt.NDArray[Any]
_ENTRY = ["synthetic", "unit", "year", "file"]
_YEARS = 3000


def complete(rows: Assembled, found: pd.DataFrame) -> Array:
    """Tell of each row of ``unit_years`` whether all admissions of its unit-year are counted.

    They are where the unit has no eligible people; where a file lists admissions of the unit in that
    year; and where some register names the unit and a file that names several units lists admissions
    of its district in that year. Where the unit's district is not known, that file must share a unit
    with a file that names this one. They never are where a row was refused that may be of this unit
    and year: what is not known of such a row, any unit or year of its place may be.

    Returns
    -------
    ndarray of bool
    """
    if found.empty:
        return np.zeros(0, dtype=bool)
    once = found[["synthetic", "unit", "year", "unit_eligible"]].drop_duplicates(
        ["synthetic", "unit", "year"], ignore_index=True
    )
    places = _Places(rows)
    covered = (once["unit_eligible"] == 0).to_numpy() | _listed(rows, places, once)
    once["complete"] = covered & ~_lost(rows, places, once)
    return found[["synthetic", "unit", "year"]].merge(once, how="left")["complete"].to_numpy(dtype=bool)


class _Places:
    """Numbers of the province and the district of each unit; districts in which refused rows lie count too."""

    def __init__(self, rows: Assembled) -> None:
        own = [(unit.vintage, unit.code, district_key(unit.district)) for unit in rows.units]
        every = sorted({*own, *rows.places})
        at = {place: i for i, place in enumerate(every)}
        provinces = sorted({place[:2] for place in every})
        self.province_of_place = np.array([provinces.index(place[:2]) for place in every], dtype=np.int64)
        self.named = np.array([bool(place[2]) for place in every], dtype=bool)
        self.of_unit = np.array([at[place] for place in own], dtype=np.int64)
        self.of_lost = np.array([at[place] for place in rows.places], dtype=np.int64)


def _key(synthetic: Array, place: Array, year: Array) -> Array:
    """Return one number for each; a year that is not known is -1."""
    return (np.asarray(place, np.int64) * _YEARS + np.asarray(year, np.int64) + 1) * 2 + np.asarray(
        synthetic, np.int64
    )


def _listed(rows: Assembled, places: _Places, once: pd.DataFrame) -> Array:
    people = rows.admissions
    if not people:
        return np.zeros(len(once), dtype=bool)
    entries = _entries(people)
    unit, synthetic, year = (once[name].to_numpy() for name in ("unit", "synthetic", "year"))
    own = np.isin(_key(synthetic, unit, year), _key(entries["synthetic"], entries["unit"], entries["year"]))
    known = np.isin(
        _key(synthetic, unit, 0 * year), _key(entries["synthetic"], entries["unit"], 0 * entries["year"])
    )
    of_several = entries.groupby(["synthetic", "file"])["unit"].transform("nunique") > 1
    entries = entries.loc[of_several].assign(place=places.of_unit[entries.loc[of_several, "unit"]])
    place = places.of_unit[unit]
    in_district = np.isin(
        _key(synthetic, place, year), _key(entries["synthetic"], entries["place"], entries["year"])
    )
    named = places.named[place]
    near = _near(entries.loc[~places.named[entries["place"]]])
    return own | (known & named & in_district) | (~named & np.isin(_key(synthetic, unit, year), near))


def _entries(people: dict[str, Array]) -> pd.DataFrame:
    """Return the distinct units, years and files of those admitted."""
    columns = [people["synthetic"], people["unit"], people["admitted"] // 100, people["file"]]
    _, first = np.unique(joint_key(columns), return_index=True)
    return pd.DataFrame(
        {name: np.asarray(c)[first].astype(np.int64) for name, c in zip(_ENTRY, columns, strict=True)}
    )


def _near(entries: pd.DataFrame) -> Array:
    """Return the units and years that files cover which share a unit with a file that names the unit."""
    if entries.empty:
        return np.empty(0, dtype=np.int64)
    file, files = pd.factorize(2 * entries["file"] + entries["synthetic"])
    names = sparse.csr_array(
        (np.ones(len(entries)), (file, entries["unit"].to_numpy())),
        shape=(len(files), int(entries["unit"].max()) + 1),
    )
    reach = ((names @ names.T) @ names).tocoo()
    pairs = pd.DataFrame({"at": reach.row, "other": reach.col})
    years = entries.assign(at=file)[["at", "synthetic", "place", "year"]].drop_duplicates()
    place = entries.drop_duplicates("unit").set_index("unit")["place"]
    pairs["place"] = pairs["other"].map(place)
    met = pairs.merge(years, on=["at", "place"])
    return np.unique(_key(met["synthetic"], met["other"], met["year"]))


def _lost(rows: Assembled, places: _Places, once: pd.DataFrame) -> Array:
    """Tell which unit-years a refused row may be of."""
    lost = rows.lost
    if not len(lost["unit"]):
        return np.zeros(len(once), dtype=bool)
    unit, synthetic = once["unit"].to_numpy(), once["synthetic"].to_numpy()
    place = places.of_unit[unit]
    province = places.province_of_place[place]
    of_unit = lost["unit"] >= 0
    at = places.of_lost[lost["place"]]
    anywhere = ~of_unit & ~places.named[at]
    hit = np.zeros(len(once), dtype=bool)
    for year in (once["year"].to_numpy(), np.full(len(once), -1)):
        for rows_of, where, here, mine in (
            (of_unit, lost["unit"], np.ones(len(once), dtype=bool), unit),
            (~of_unit, at, np.ones(len(once), dtype=bool), place),
            (anywhere, places.province_of_place[at], np.ones(len(once), dtype=bool), province),
            (~of_unit, places.province_of_place[at], ~places.named[place], province),
        ):
            keys = _key(lost["synthetic"][rows_of], where[rows_of], lost["year"][rows_of])
            hit |= here & np.isin(_key(synthetic, mine, year), keys)
    return hit
