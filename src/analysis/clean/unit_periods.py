"""One row a unit and period from the published figures: what was admitted, against what, of how many."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.clean.facts import merge_sources
from analysis.clean.targets import FULL_TERM_MONTHS, add_targets

FLOWS = (
    "nominated",
    "trained",
    "training_classes",
    "recognised",
    "cards",
    "disciplined",
    "expelled",
    "struck_off",
    "resigned",
    "mean_age",
)
STOCKS = (
    "grassroots_orgs",
    "grassroots_committees",
    "grassroots_cells",
    "cells",
    "places_without_members",
    "places_without_cell",
    "cells_without_committee",
    "cells_with_no_admission",
)
_NEEDED = (
    "variant",
    "conflict",
    "sources",
    "raw_rows",
    "span",
    "admitted",
    "admitted_qualifier",
    "attainment_printed",
    "rate_printed",
    "target_rate_printed",
    "target_low",
    "target_basis",
    "members",
    "members_qualifier",
    "members_end",
    "grassroots_orgs",
    "grassroots_committees",
    "grassroots_cells",
    "elapsed_share",
    "attainment_printed_qualifier",
    "rate_printed_qualifier",
    "target_rate_printed_qualifier",
    "target_qualifier",
    "denominator",
)
"""Columns that checks look at; the schema adds the rest to a table without rows."""

TERM_YEARS = 5
"""A congress term; of one printed as 2015-2020 the coded limits are outer bounds, six calendar years."""

NEAR_DAYS = 31
"""A stock counts as that of a period's start or end if its day is at most so far from it."""

_UNIT = ["unit_id", "unit", "level", "district", "province_vintage", "province_code", "province"]
_PERIOD = ["period_type", "period_start", "period_end"]


def unit_periods(figures: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Return one row a unit and period, wide; see ``schema.UNIT_PERIODS`` for each column.

    The same fact from two sources is one row that names both. Sources that contradict each other
    on a fact keep a row each: ``variant`` counts them, ``conflict`` names the facts. Parts of
    years, years, terms, ceremonies and stocks at a day are rows of their own and never added.

    Parameters
    ----------
    figures, sources : DataFrame
        As the cleaner of the published figures returns them.
    """
    whole = figures.loc[(figures["subgroup"] == "all") & (figures["span"] != "unclear")]
    ratios = whole["measure"].isin(["admitted", "attainment", "admission_rate", "target_rate"])
    whole = whole.loc[whole["value_unit"].ne("percent") | ratios]
    records: list[dict[str, Any]] = []
    for _, group in whole.groupby([*_UNIT, *_PERIOD], dropna=False, sort=True):
        first = group.iloc[0]
        base = {name: first[name] for name in [*_UNIT, *_PERIOD, "months"]}
        records += [base | row for row in merge_sources(group)]
    if not records:
        return pd.DataFrame(columns=[*_UNIT, *_PERIOD, *_NEEDED])
    table = pd.DataFrame.from_records(records)
    for name in (*FLOWS, *STOCKS):
        table[name] = table.get(name, None)
    table["printed_before_end"] = _printed_before_end(table, sources)
    table["elapsed_share"] = pd.array([_elapsed_share(row) for _, row in table.iterrows()], "Float64")
    for name in [c for c in table if table[c].dtype == "object"]:
        table[name] = table[name].astype("Float64")
    table = add_targets(table)
    table = _add_members(table, whole.loc[whole["measure"] == "members"])
    order = [*_UNIT[4:6], "level", "unit_id", "period_end", "period_type", "period_start", "variant"]
    return table.sort_values(order, ignore_index=True, na_position="first")


def _printed_before_end(table: pd.DataFrame, sources: pd.DataFrame) -> pd.Series:
    """Tell whether a source appeared before its period had ended; missing where it cannot be told."""
    days = sources.set_index("source_id")[["published_first", "published_last"]]

    def early(row: pd.Series) -> bool | None:
        if row["period_type"] == "point":
            return None
        found = days.loc[row["sources"].split("; ")]
        if (found["published_last"] < row["period_end"]).any():
            return True
        return False if (found["published_first"] > row["period_end"]).all() else None

    return pd.Series([early(row) for _, row in table.iterrows()], table.index, dtype="boolean")


def _elapsed_share(row: pd.Series) -> float | None:
    """Return the part of the year that a result covers; None where the cut-off is not known."""
    if row["period_type"] != "partial_year":
        return None
    start, end = row["period_start"], row["period_end"]
    from_new_year = (start.month, start.day) == (1, 1)
    known_end = (end.month, end.day) != (12, 31)
    return row["months"] / 12 if from_new_year and known_end else None


def _add_members(table: pd.DataFrame, stocks: pd.DataFrame) -> pd.DataFrame:
    """Add the stock of members nearest to each period's start and end, and the rates over them.

    A day on which sources contradict each other on the stock gives none.
    """
    contradicted = stocks.duplicated(["unit_id", "period_end"], keep=False) & ~stocks.duplicated(
        ["unit_id", "period_end", "value"], keep=False
    )
    stocks = stocks.loc[~contradicted]
    exact_first = stocks.sort_values(
        ["qualifier", "source_id"], key=lambda s: s.where(s != "exact", "") if s.name == "qualifier" else s
    )
    by_unit = dict(tuple(exact_first.groupby("unit_id")))
    found: dict[str, list[Any]] = {}
    for row in table.itertuples():
        mine = by_unit.get(row.unit_id)
        for side, day in (("end", row.period_end), ("start", row.period_start - pd.Timedelta(days=1))):
            stock = None if row.period_type == "point" else _nearest_stock(mine, day)
            found.setdefault(f"members_{side}", []).append(None if stock is None else stock["value"])
            found.setdefault(f"members_{side}_date", []).append(
                None if stock is None else stock["period_end"]
            )
            found.setdefault(f"members_{side}_qualifier", []).append(
                "" if stock is None else stock["qualifier"]
            )
    for name, values in found.items():
        table[name] = pd.array(values, "Float64") if name in ("members_end", "members_start") else values
    years = pd.Series([_years(row) for _, row in table.iterrows()], table.index, dtype="Float64")
    for side in ("end", "start"):
        table[f"members_{side}_date"] = pd.to_datetime(table[f"members_{side}_date"]).astype("datetime64[s]")
        members = table[f"members_{side}"]
        rate = 100 * table["admitted"] / members.where(members > 0)
        table[f"rate_{side}"] = rate
        table[f"rate_{side}_per_year"] = rate / years
    return table


def _years(row: pd.Series) -> float | None:
    """Return the years over which a rate a year may be taken; None where they are not known.

    A calendar year is one, a whole term five. Other periods of a year or more count by their
    length if both limits are printed. A part of a year is not a year, whatever its limits; nor is
    a year whose result appeared before it had ended.
    """
    if row["span"] != "whole_period" or row["period_type"] not in ("year", "term", "multi_year"):
        return None
    if pd.notna(row["printed_before_end"]) and row["printed_before_end"]:
        return None
    if row["period_type"] == "term" and row["months"] >= FULL_TERM_MONTHS:
        return TERM_YEARS
    if row["period_type"] == "year":
        return 1
    return row["months"] / 12 if row["limits"] == "printed" and row["months"] >= 12 else None


def _nearest_stock(stocks: pd.DataFrame | None, day: pd.Timestamp) -> pd.Series | None:
    if stocks is None or pd.isna(day):
        return None
    distance = (stocks["period_end"] - day).abs()
    if distance.min() > pd.Timedelta(days=NEAR_DAYS):
        return None
    return stocks.loc[distance.idxmin()]
