"""Admissions by year, with what chance alone allows the attainment of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.language import _, number
from analysis.models.intervals import poisson_limits
from analysis.shown import Head, Table
from analysis.tables import register


def years(units: pd.DataFrame, *, part_years: Collection[int] = ()) -> Table | None:
    """Return admissions by year, with an interval of the attainment; None without units.

    The target is taken as fixed and the admitted as a Poisson count, whose limits are exact.

    Parameters
    ----------
    units : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`.
    part_years : collection of int
        Years among them that registers tell in part: their count is not of the time of their target, and has
        no interval.
    """
    plain = register.years(units)
    if plain is None:
        return None
    found = _with_limits(plain.data, part_years)
    place = [str(head.label) for head in plain.heads].index(_("Đạt (%)")) + 1
    head = Head(_("Khoảng 95% của tỷ lệ đạt (chỉ kể ngẫu nhiên)"), numeric=True)
    limits = [_limits(low, high) for low, high in zip(found["attainment_low"], found["attainment_high"])]
    cells = [[*row[:place], words, *row[place:]] for row, words in zip(plain.rows, limits, strict=True)]
    caption = plain.caption
    if found["attainment_low"].notna().any():
        caption += " " + _(
            "Khoảng của tỷ lệ đạt: Poisson chính xác, coi chỉ tiêu là cố định; không kể việc chỉ tiêu được đặt ra sao."
        )
    early = found.loc[found["year"].isin(list(part_years)) & found["target"].notna(), "year"]
    if len(early):
        caption += " " + _(
            "Năm {years}: sổ chưa ghi hết năm mà chỉ tiêu là của cả năm, nên tỷ lệ đạt không có khoảng."
        ).format(years=", ".join(map(str, early)))
    heads = [*plain.heads[:place], head, *plain.heads[place:]]
    return replace(plain, caption=caption, heads=heads, rows=cells, data=found)


def _with_limits(found: pd.DataFrame, part_years: Collection[int]) -> pd.DataFrame:
    """Return the years with ``attainment_low`` and ``attainment_high``, in percent of the target."""
    low, high = poisson_limits(found["admitted_of_target"].to_numpy(dtype=float))
    whole = found["target"].notna() & ~found["year"].isin(list(part_years))
    target = found["target"].where(whole).to_numpy(dtype=float, na_value=np.nan)
    return found.assign(attainment_low=100 * low / target, attainment_high=100 * high / target)


def _limits(low: float, high: float) -> str:
    return "–" if pd.isna(low) else f"{number(low, 1)}–{number(high, 1)}"
