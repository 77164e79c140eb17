"""Which figure of a province can be set beside other provinces': the latest that is sound, a measure.

Only figures of the province's own Party organisation count, each of a place with the tile's territory. A figure
whose sources contradict each other is left out, and so is the result of a year that was printed before its end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.models.published.rows import yearly_rates
from analysis.models.published.selection import best_attainment
from analysis.report.parameters import VINTAGES
from analysis.report.place_slice import Cuts, keys
from analysis.vocab import provinces

SHARES = ("female", "ethnic_minority", "youth_union", "age_18_30")
"""Subgroups whose share among those admitted is a measure."""

_UNIT_COLUMNS = (
    *("unit_id", "variant", "sources"),
    *("period_type", "period_start", "period_end", "months", "span", "limits", "printed_before_end"),
    *("members", "members_qualifier", "admitted", "admitted_qualifier"),
    *("rate_printed", "rate_printed_qualifier", "rate_decimals", "rate_span", "denominator"),
    *("rate_end_per_year", "members_end", "members_end_date", "members_end_qualifier"),
    *("rate_start_per_year", "members_start", "members_start_date", "members_start_qualifier"),
    *("attainment_printed", "attainment_printed_qualifier", "attainment_decimals", "attainment"),
    *("target_scope", "target_qualifier"),
)
_SHARE_COLUMNS = (
    *("measure", "subgroup", "sources"),
    *("period_type", "period_start", "period_end", "months", "reading"),
    *("count_qualifier", "total", "total_qualifier"),
    *("share_printed", "share_qualifier", "share_decimals", "share"),
)


_UNIT = ("level", "province_vintage", "province_code")


@dataclass(frozen=True)
class Latest:
    """The rows that the measures stand on, one a measure and province; the same in every language.

    Attributes
    ----------
    rows : dict
        Measure → rows; each has ``tile``, the code of its province on the map.
    """

    rows: dict[str, list[Any]]

    @classmethod
    def of(cls, cuts: Cuts) -> Latest:
        """Return the latest sound row of each measure and province."""
        own = _of_tiles(cuts.tables.unit_periods, _UNIT_COLUMNS, cuts.units)
        early = own["printed_before_end"].fillna(False).to_numpy(dtype=bool)
        rated = ~early & _any(own, "rate_printed", "rate_end_per_year", "rate_start_per_year")
        compared = ~early & _any(own, "attainment_printed", "attainment")
        every = _records(own)
        ended = [row for row, told_early in zip(every, early, strict=True) if not told_early]
        shares = _of_tiles(cuts.tables.composition, _SHARE_COLUMNS, cuts.units)
        among = [row for row in _records(shares) if _among_admitted(row)]
        rows = {
            "members": _newest(r for r in every if r.period_type == "point" and pd.notna(r.members)),
            "admitted": _newest(r for r in ended if _of_a_year(r) and pd.notna(r.admitted)),
            "rate": _newest(_records(yearly_rates(own.loc[rated]))),
            "attainment": _newest(r for r in _records(best_attainment(own.loc[compared])) if _final(r)),
        }
        return cls(rows | {name: _newest(r for r in among if r.subgroup == name) for name in SHARES})


def _of_tiles(rows: pd.DataFrame, columns: tuple[str, ...], units: str) -> pd.DataFrame:
    """Return columns of the sound rows of the provinces' own organisations, with the tile of their territory."""
    tiles = {
        ("province", *key): place.code
        for place in provinces(VINTAGES[units])
        for key, mark in keys(place, units).items()
        if not mark  # a place of another territory has a mark in its name
    }
    units_of_rows = zip(*(rows[name].tolist() for name in _UNIT), strict=True)
    found = [tiles.get(unit, "") for unit in units_of_rows]
    sound = rows["conflict"].isin(["", False])
    kept = np.flatnonzero(np.array([tile != "" for tile in found]) & sound.to_numpy(dtype=bool))
    return rows[list(columns)].take(kept).assign(tile=[found[place] for place in kept])


def _any(rows: pd.DataFrame, *columns: str) -> npt.NDArray[np.bool_]:
    """Tell which rows hold one of some columns."""
    return rows[list(columns)].notna().to_numpy().any(axis=1)


def _among_admitted(row: Any) -> bool:
    """Tell whether a row is a known share of those admitted in a period, not at one ceremony."""
    known = pd.notna(row.share) or pd.notna(row.share_printed)
    return bool(known and row.measure == "admitted" and row.period_type != "event")


def _records(rows: pd.DataFrame) -> list[Any]:
    return list(rows.itertuples())


def _of_a_year(row: Any) -> bool:
    return bool(row.period_type == "year" and row.span == "whole_period")


def _final(row: Any) -> bool:
    """Tell whether a result is of a whole year or term, against its own target."""
    return row.period_type in ("year", "term") and not row.part


def whole(row: Any) -> bool:
    """Tell whether a figure is of one calendar year or of a day."""
    return row.period_type in ("year", "point")


def _newest(rows: Iterable[Any]) -> list[Any]:
    """Return one row a tile: the latest of a year or day; where there is none, the latest of other periods."""
    ordered = sorted(
        rows, key=lambda row: (whole(row), row.period_end, row.months if pd.notna(row.months) else 0)
    )
    return list({row.tile: row for row in ordered}.values())
