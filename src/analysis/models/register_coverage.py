"""What registers cover: years closed before their end, units that none names, units that hold others."""

from __future__ import annotations

import pandas as pd

_WHOLES = ("national", "province", "district")
_LATE = 10
"""A year whose last admission lies before October has perhaps not been told to its end."""
_ENOUGH = 20
"""Admissions from which on three months without one are no accident of an even run (0.75^20 = 0.3%)."""
_COARSE_SHARE = 0.1
"""Share of admissions known to a quarter or year only, above which months tell nothing of a year's end."""
_COVERED = 0.9
"""Share of a unit's members that its parts must count to stand for it."""
_AREA = ["synthetic", "province_vintage", "province_code", "district"]


def part_years(admissions: pd.DataFrame) -> pd.DataFrame:
    """Return the districts and years of which the registers seem not to tell the end.

    A district's year with at least twenty admissions known to the month, none of them after September, is
    taken for one whose register was closed before its end. A year without any admission tells nothing.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it.

    Returns
    -------
    DataFrame
        ``synthetic``, ``province_vintage``, ``province_code``, ``district``, ``year``.
    """
    keys = [*_AREA, "year"]
    plain = admissions[keys].astype(dict.fromkeys(_AREA[1:], "object"))
    written = admissions["admitted"].astype("str")
    monthly = written.str.fullmatch(r"\d{4}-\d\d").astype(bool)
    months = written.where(monthly).str[5:7].astype("Float64")
    found = plain.assign(month=months, coarse=~monthly).groupby(keys, sort=True, as_index=False)
    told = found.agg(count=("month", "count"), last=("month", "max"), coarse=("coarse", "mean"))
    early = (told["count"] >= _ENOUGH) & (told["last"] < _LATE) & (told["coarse"] <= _COARSE_SHARE)
    return told.loc[early.fillna(value=False).astype(bool), keys].reset_index(drop=True)


def silent_units(unit_years: pd.DataFrame) -> pd.Series:
    """Tell which rows are of units that no register names, in districts and years that one covers.

    A unit with an admission in any year is named; that its other years are not wholly known has another cause.

    Parameters
    ----------
    unit_years : DataFrame
        Processed table, or a slice of it that holds all years.
    """
    complete = unit_years["complete"].fillna(value=False).astype(bool)
    unit = unit_years["synthetic"].astype("str") + "/" + unit_years["unit_id"].astype("str")
    untold = unit_years["admitted"].isna().groupby(unit).transform("all")
    area = place(unit_years) + "/" + unit_years["district"].astype("str")
    inside = unit_years["district"].astype("object").ne("") & ~unit_years["level"].isin(_WHOLES)
    return untold & inside & complete.groupby(area).transform("any")


def counted_twice(unit_years: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Tell which rows are of a unit whose parts stand for it, and which of parts that do not.

    Where a district and some of its communes are wholly known in a year, the communes stand for it if they
    count nine tenths of its members (of its admissions, where it counts no members); else they leave.

    Parameters
    ----------
    unit_years : DataFrame
        Processed table, or a slice of it, of one origin.

    Returns
    -------
    (Series of bool, Series of bool)
        Wholes, and parts, to leave out.
    """
    keys = pd.Series(
        list(zip(unit_years["unit_id"].astype("str"), unit_years["year"], strict=True)), unit_years.index
    )
    wholes, parts = set(), set()
    if unit_years["level"].isin(_WHOLES).any():
        units = _units(unit_years)
        for whole in units.loc[units["level"].isin(_WHOLES) & units["complete"]].itertuples():
            below = units["level"].ne(whole.level) & units["place"].eq(whole.place) & units["complete"]
            if whole.level == "district":
                below &= units["district"].eq(whole.unit)
            held = units.loc[below & ~units["level"].isin(_above(str(whole.level)))]
            if held.empty:
                continue
            if _stand_for(held, whole):
                wholes.add((whole.unit_id, whole.year))
            else:
                parts |= set(zip(held["unit_id"], held["year"], strict=True))
    return keys.isin(wholes), keys.isin(parts)


def _above(level: str) -> tuple[str, ...]:
    return _WHOLES[: _WHOLES.index(level) + 1]


def _units(unit_years: pd.DataFrame) -> pd.DataFrame:
    """Return one row a unit and year: where it is, whether wholly known, admitted, members."""
    told = unit_years["complete"].fillna(value=False).astype(bool) & unit_years["admitted"].notna()
    words = ("unit_id", "unit", "district", "level")
    plain = pd.DataFrame({name: unit_years[name].astype("object") for name in words})
    plain = plain.assign(
        year=unit_years["year"],
        place=place(unit_years),
        complete=told,
        admitted=unit_years["admitted"],
        members=unit_years["unit_members"],
    )
    how = dict.fromkeys(("unit", "district", "level", "place", "members"), "first")
    return plain.groupby(["unit_id", "year"], as_index=False, sort=True).agg(
        how | {"complete": "all", "admitted": "sum"}
    )


def _stand_for(held: pd.DataFrame, whole: object) -> bool:
    measure = "members" if pd.notna(whole.members) and whole.members > 0 else "admitted"  # type: ignore[attr-defined]
    return bool(held[measure].fillna(0).sum() >= _COVERED * getattr(whole, measure))


def place(rows: pd.DataFrame) -> pd.Series:
    """Return the origin, province and year of each row, as one text."""
    names = ("synthetic", "province_vintage", "province_code", "year")
    first, *others = (rows[name].astype("str") for name in names)
    return first.str.cat(others, sep="-")
