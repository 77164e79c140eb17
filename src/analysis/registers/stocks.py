"""How many members a unit has in a year: which counts may be used, and what they add up to."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.clean.unit_tables import age_bands
from analysis.vocab import table

Array = npt.NDArray[Any]
Columns = dict[str, Array]
UNIT_YEAR = ["synthetic", "unit", "year"]
CELL = [*UNIT_YEAR, "age_band", "sex"]
ALL = -1
"""Code of a count that does not tell bands, or sexes, apart."""

_END = [*UNIT_YEAR, "at"]
_PARTS = {"cells": (True, True), "bands": (True, False), "sexes": (False, True)}
"""Kinds of parts, finest first: whether bands and whether sexes are told apart."""


def coarse_of() -> Array:
    """Return for each age band the one of form 2-TCTW that holds it; itself where it is of that form.

    Examples
    --------
    >>> [age_bands()[at] for at in coarse_of()[:5]]
    ['age_under_18', 'age_18_30', 'age_31_40', 'age_31_40', 'age_41_50']
    """
    codes = age_bands()
    rows = table("age_bands")
    coarse = sorted((int(row["from_years"]), row["code"]) for row in rows if row["form"] == "2-TCTW")
    start = {row["code"]: int(row["from_years"]) for row in rows}
    return np.array(
        [codes.index([name for low, name in coarse if low <= start[code]][-1]) for code in codes],
        dtype=np.int64,
    )


def contradicted_targets(columns: Columns) -> Array:
    """Tell which rows set another target than a row about the same unit and year."""
    frame = pd.DataFrame({name: columns[name] for name in (*UNIT_YEAR, "target")})
    return (frame.groupby(UNIT_YEAR)["target"].transform("nunique") > 1).to_numpy().astype(np.int8)


def contradicted_members(columns: Columns, gaps: Columns) -> tuple[Array, Array]:
    """Tell which rows contradict others about members, and which about eligible people.

    Members contradict each other where two rows count the same differently, or where parts do not
    add up to their whole: they exceed it, or are less though all of them are there. Where a row
    was refused, parts may be less.

    Returns
    -------
    (ndarray of int8, ndarray of int8)
        One flag a row each.
    """
    frame = pd.DataFrame(
        {name: columns[name].astype(np.int64) for name in (*CELL, "at", "members", "eligible")}
    )
    same = frame.groupby([*CELL, "at"])["members"].transform("nunique") > 1
    told = pd.Series(eligible_of_units(columns), frame.index)
    told = told.where(told >= 0)
    eligible = told.groupby([frame[name] for name in UNIT_YEAR]).transform("nunique") > 1
    rows = frame.loc[~same]
    parted = _not_adding_up(rows, _lost(gaps)).reindex(frame.index, fill_value=False)
    return (same | parted).to_numpy().astype(np.int8), eligible.to_numpy().astype(np.int8)


def eligible_of_units(columns: Columns) -> Array:
    """Return the eligible people of the whole unit that each row tells; below 0 where it tells none.

    A file of age bands and sexes may repeat the unit's number in each row, or count each row's people. It
    counts by row where the rows of most of its unit-years differ; then they are added up, and a unit-year of
    which a row is silent tells nothing.
    """
    names = [*CELL, "at", "file", "eligible"]
    frame = pd.DataFrame({name: columns[name].astype(np.int64) for name in names})
    parts = frame.loc[(frame["age_band"] >= 0) | (frame["sex"] >= 0)]
    by = [*UNIT_YEAR, "at", "file"]
    sums = parts.groupby(by).agg(
        rows=("eligible", "size"),
        low=("eligible", "min"),
        high=("eligible", "max"),
        total=("eligible", "sum"),
    )
    several = sums.loc[(sums["rows"] > 1) & (sums["high"] > 0)]
    differing = (several["low"] < several["high"]).groupby("file").mean()
    counting = parts["file"].isin(differing.index[differing > 0.5])
    total = sums["total"].where(sums["low"] >= 0, -1)
    added = total.reindex(pd.MultiIndex.from_frame(parts.loc[counting, by])).to_numpy()
    found = frame["eligible"].to_numpy().copy()
    found[parts.index[counting]] = added
    return found


def _lost(gaps: Columns) -> pd.MultiIndex:
    """Return each unit-year and end of the year of which a row was refused."""
    if not gaps:
        return pd.MultiIndex.from_arrays([[]] * 4, names=[*UNIT_YEAR, "at"])
    at = gaps["at"].astype(np.int64)
    keys = [gaps[name].astype(np.int64) for name in UNIT_YEAR]
    # The end of the year of a refused row may not be known: it is lost to both.
    both = [np.concatenate([key, key[at < 0], key[at < 0]]) for key in keys]
    ends = np.concatenate([at, np.zeros((at < 0).sum(), np.int64), np.ones((at < 0).sum(), np.int64)])
    return pd.MultiIndex.from_arrays([*both, ends], names=[*UNIT_YEAR, "at"]).unique()


def _not_adding_up(rows: pd.DataFrame, lost: pd.MultiIndex) -> pd.Series:
    """Tell which rows are a whole, or parts of one, that differ."""
    once = rows.drop_duplicates([*CELL, "at"])
    bad = pd.Series(data=False, index=rows.index)
    whole = _of(once, (False, False)).set_index(_END)["members"]
    for kind in _PARTS.values():
        parts = _without_nested(_of(once, kind)).groupby(_END)
        sums = parts.agg(parts=("members", "sum"), sexes=("sex", "nunique"), sex=("sex", "first"))
        # 'Of them women' is a part by itself: that it is less than the whole is no contradiction.
        full = (sums["sex"] == ALL) | (sums["sexes"] > 1)
        here = pd.concat([_of(rows, (False, False)), _of(rows, kind)])
        bad |= _hit(here, _END, _differing(whole, sums["parts"], full, lost), rows.index)
    up = rows.assign(coarse=_coarse(rows))
    of_split = up.loc[up["coarse"].isin(_split())]
    once = of_split.drop_duplicates([*CELL, "at"])
    by = [*_END, "sex", "coarse"]
    nested = once["coarse"] != once["age_band"]
    sums = once.loc[nested].groupby(by).agg(parts=("members", "sum"), bands=("age_band", "nunique"))
    direct = once.loc[~nested].set_index(by)["members"]
    bad |= _hit(of_split, by, _differing(direct, sums["parts"], sums["bands"] > 1, lost), rows.index)
    return bad


def _differing(whole: pd.Series, parts: pd.Series, full: pd.Series, lost: pd.MultiIndex) -> pd.Index:
    both = pd.DataFrame({"parts": parts, "full": full}).join(whole.rename("whole"), how="inner")
    end = pd.MultiIndex.from_arrays([both.index.get_level_values(name) for name in _END])
    full = both["full"].astype(bool) & ~end.isin(lost)
    return both.index[(both["parts"] > both["whole"]) | (full & (both["parts"] < both["whole"]))]


def _hit(rows: pd.DataFrame, by: list[str], bad: pd.Index, index: pd.Index) -> pd.Series:
    hit = pd.MultiIndex.from_frame(rows[by]).isin(bad)
    return pd.Series(hit, index=rows.index).reindex(index, fill_value=False)


def _split() -> list[int]:
    """Return the bands of form 2-TCTW that form 2-BTCTW splits."""
    return sorted({int(to) for at, to in enumerate(coarse_of()) if to != at})


def _coarse(rows: pd.DataFrame) -> Array:
    band = rows["age_band"].to_numpy()
    return np.where(band >= 0, coarse_of()[band], ALL)


def _of(rows: pd.DataFrame, kind: tuple[bool, bool]) -> pd.DataFrame:
    return rows.loc[((rows["age_band"] >= 0) == kind[0]) & ((rows["sex"] >= 0) == kind[1])]


def _without_nested(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows without bands that a coarser band beside them counts already."""
    by = [*_END, "sex"]
    up = _coarse(rows)
    direct = pd.MultiIndex.from_frame(rows.loc[rows["age_band"].isin(_split()), [*by, "age_band"]])
    mine = pd.MultiIndex.from_arrays([*(rows[name] for name in by), up])
    return rows.loc[~((up != rows["age_band"]) & mine.isin(direct))]


def stocks(columns: Columns, gaps: Columns) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the members to be used by cell, and by unit-year.

    All of a unit-year's counts are of one end of the year: the start, unless the end has parts that
    the start lacks and lacks none. Where a unit-year uses bands of form 2-TCTW, its finer ones are
    added up to these.

    Returns
    -------
    (DataFrame, DataFrame)
        A row an age band and sex with ``members``; and a row a unit-year with ``members_at``,
        ``unit_members`` and ``unit_eligible``, missing where not known, and ``coarse``.
    """
    names = [*CELL, "at", "members", "eligible", "file"]
    if not columns:
        wide = [*UNIT_YEAR, "members_at", "unit_members", "unit_eligible", "coarse"]
        return tuple(pd.DataFrame(columns=n, dtype="int64") for n in ([*CELL, "members"], wide))
    frame = pd.DataFrame({name: columns[name].astype(np.int64) for name in names})
    bad = columns["contradicted"] == 1
    lost = _lost(gaps).union(pd.MultiIndex.from_frame(frame.loc[bad, _END])).unique()
    rows = _one_end(frame.loc[~bad].drop_duplicates([*CELL, "at"]), lost)
    rows, coarse = _one_form(rows, lost)
    whole = _whole(rows, lost, frame)
    frame["eligible"] = eligible_of_units(columns)
    told = frame.loc[(frame["eligible"] >= 0) & (columns["eligible_contradicted"] == 0)]
    eligible = told.groupby(UNIT_YEAR)["eligible"].max().rename("unit_eligible")
    found = rows.groupby(UNIT_YEAR)["at"].first().to_frame("members_at")
    found = found.join(whole).join(eligible, how="outer").join(coarse)
    return _of(rows, (True, True))[[*CELL, "members"]], found.reset_index()


def _one_end(rows: pd.DataFrame, lost: pd.MultiIndex) -> pd.DataFrame:
    start, end = (rows.loc[rows["at"] == at, CELL] for at in (0, 1))
    parts = [part.groupby(UNIT_YEAR).size() for part in (start, end, start.merge(end, on=CELL))]
    count = pd.concat(parts, axis=1, keys=["start", "end", "shared"]).fillna(0).rename_axis(UNIT_YEAR)
    key = count.reset_index()[UNIT_YEAR]
    whole = [~pd.MultiIndex.from_frame(key.assign(at=at)).isin(lost) for at in (0, 1)]
    start_whole = (count["start"] > 0) & (count["shared"] == count["end"]) & whole[0]
    end_whole = (count["end"] > 0) & (count["shared"] == count["start"]) & whole[1]
    use = np.where(start_whole, 0, np.where(end_whole, 1, np.where(count["start"] > 0, 0, 1)))
    chosen = pd.MultiIndex.from_frame(key.assign(at=use))
    return rows.loc[pd.MultiIndex.from_frame(rows[_END]).isin(chosen)]


def _one_form(rows: pd.DataFrame, lost: pd.MultiIndex) -> tuple[pd.DataFrame, pd.Series]:
    """Return the rows in the bands of one form, and which unit-years use the coarse one."""
    coarse = (
        rows["age_band"].isin(_split()).groupby([rows[name] for name in UNIT_YEAR]).any().rename("coarse")
    )
    here = rows.set_index(UNIT_YEAR).index.isin(coarse.index[coarse])
    mixed = _without_nested(rows.loc[here])
    up = _coarse(mixed)
    # Of a band that is added up no part may be lost.
    partial = pd.MultiIndex.from_frame(mixed[_END]).isin(lost) & (up != mixed["age_band"])
    mixed = mixed.assign(age_band=up).loc[~partial]
    added = mixed.groupby([*CELL, "at"], as_index=False).agg(
        members=("members", "sum"), file=("file", "first")
    )
    return pd.concat([rows.loc[~here], added], ignore_index=True), coarse


def _whole(rows: pd.DataFrame, lost: pd.MultiIndex, frame: pd.DataFrame) -> pd.Series:
    """Return the members of whole units: as told, or as the sum of parts of which none is lost."""
    kept = rows.loc[~pd.MultiIndex.from_frame(rows[_END]).isin(lost)]
    sexes = frame.loc[frame["sex"] >= 0].groupby("file")["sex"].nunique()
    kept = kept.assign(both=kept["file"].map(sexes).fillna(0) > 1)
    found = _of(rows, (False, False)).set_index(UNIT_YEAR)["members"]
    for name, kind in _PARTS.items():
        parts = _of(kept, kind).groupby(UNIT_YEAR)
        sums = parts.agg(
            members=("members", "sum"),
            both=("both", "all"),
            sexes=("sex", "nunique"),
            bands=("age_band", "nunique"),
        )
        # A table of women alone, or of one band alone, tells no whole.
        full = {"cells": sums["both"], "bands": sums["bands"] > 1, "sexes": sums["sexes"] > 1}[name]
        found = found.combine_first(sums.loc[full.astype(bool), "members"])
    return found.rename("unit_members")
