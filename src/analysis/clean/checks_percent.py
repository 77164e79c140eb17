"""Checks of printed percents: attainment, shares, rates, and the denominators that explain them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from analysis.clean import numbers
from analysis.clean.facts import TARGET_KINDS
from analysis.clean.findings import about

NEARLY = 0.1
"""'Nearly' and 'about' are taken to reach at most this part away from the printed number."""


def compare(computed: float, printed: float, places: int, qualifier: str) -> str:
    """Return ``agrees``, ``truncated`` or ``differs`` for a percent as its source words it."""
    if qualifier == "exact":
        reading = numbers.printed_as(Decimal(repr(float(computed))), Decimal(f"{printed:.{places}f}"), places)
        return {"rounded": "agrees", "truncated": "truncated"}.get(reading or "", "differs")
    step = 10.0**-places / 2
    if qualifier in ("more_than", "at_least"):
        fits = computed >= printed - step
    elif qualifier == "nearly":
        fits = printed * (1 - NEARLY) <= computed <= printed + step
    else:
        fits = abs(computed - printed) <= printed * NEARLY
    return "agrees" if fits else "differs"


def attainment(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the check of each printed attainment against admitted / target."""
    rows = table.loc[table["attainment_printed"].notna() & table["admitted"].notna()]
    for _, row in rows.iterrows():
        base = about(row, "attainment", "attainment")
        base |= {"printed": row["attainment_printed"], "numerator": row["admitted"]}
        base["qualifier"] = row["attainment_printed_qualifier"]
        low, high = row["target_low"], row["target_high"]
        if row["target_basis"] == "printed" and row["admitted_qualifier"] == "exact":
            yield base | _against_targets(row)
        elif row["target_basis"] == "inferred":
            yield base | {"finding": "implied", "low": low, "high": high, "explanation": "whole_targets"}
        elif row["target_basis"] == "none_fits":
            yield base | _no_whole_target(row)


def _against_targets(row: pd.Series) -> dict[str, Any]:
    printed, places = row["attainment_printed"], int(row["attainment_decimals"])
    qualifier = row["attainment_printed_qualifier"]
    target = row["target_low"]
    if not target:
        return {"finding": "differs", "explanation": "zero_target", "denominator": target}
    computed = 100 * row["admitted"] / target
    result = {"computed": computed, "denominator": target}
    finding = compare(computed, printed, places, qualifier)
    if finding != "differs":
        return result | {"finding": finding}
    others = {f"target_{kind}": row[f"target_{kind}"] for kind in TARGET_KINDS}
    others |= {"members_end": row["members_end"], "members_start": row["members_start"]}
    for name, other in others.items():
        if (
            pd.notna(other)
            and compare(100 * row["admitted"] / other, printed, places, qualifier) != "differs"
        ):
            return result | {"finding": "explained", "explanation": name, "other": other}
    return result | {"finding": "differs"}


def _no_whole_target(row: pd.Series) -> dict[str, Any]:
    """Return the finding where no whole target gives the percent, with the nearest that could."""
    if pd.notna(row["target_truncated_low"]):
        return {
            "finding": "truncated",
            "low": row["target_truncated_low"],
            "high": row["target_truncated_high"],
            "explanation": "whole_targets",
        }
    if not row["attainment_printed"] or not row["admitted"]:
        return {"finding": "differs", "explanation": "zero"}
    nearest = max(1, round(100 * row["admitted"] / row["attainment_printed"]))
    return {
        "finding": "differs",
        "explanation": "no_whole_target",
        "denominator": nearest,
        "computed": 100 * row["admitted"] / nearest,
    }


def shares(composition: pd.DataFrame, unit_periods: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the check of each printed share against its count over the total."""
    key = ["unit_id", "period_type", "period_start", "period_end"]
    periods = dict(tuple(unit_periods.groupby(key, dropna=False)))
    groups = dict(tuple(composition.groupby([*key, "measure"], dropna=False)))
    for _, row in composition.iterrows():
        if row["reading"] == "part_exceeds_whole":
            yield about(row, "share", row["measure"], row["subgroup"]) | {
                "finding": "differs",
                "explanation": "part_exceeds_whole",
                "numerator": row["count"],
                "denominator": row["total"],
            }
        elif pd.notna(row["share_printed"]) and pd.notna(row["count"]):
            where = tuple(row[name] for name in key)
            yield _share(row, periods.get(where), groups[(*where, row["measure"])])
        elif row["reading"] == "truncated":
            yield about(row, "share", row["measure"], row["subgroup"]) | {
                "finding": "truncated",
                "explanation": "whole_counts",
                "printed": row["share_printed"],
                "denominator": row["total"],
                "low": row["count_low"],
                "high": row["count_high"],
            }
        elif row["reading"] == "no_whole_count":
            yield about(row, "share", row["measure"], row["subgroup"]) | {
                "finding": "differs",
                "explanation": "no_whole_count",
                "printed": row["share_printed"],
                "denominator": row["total"],
            }


def _share(row: pd.Series, periods: pd.DataFrame | None, neighbours: pd.DataFrame) -> dict[str, Any]:
    printed, places = row["share_printed"], int(row["share_decimals"])
    base = about(row, "share", row["measure"], row["subgroup"])
    base |= {"printed": printed, "numerator": row["count"], "qualifier": row["share_qualifier"]}
    if pd.isna(row["total"]) or not row["total"]:
        if row["share_qualifier"] != "exact" or row["count_qualifier"] != "exact" or not printed:
            return base | {"finding": "implied"}
        totals = numbers.whole_targets(int(row["count"]), Decimal(f"{printed:.{places}f}"), places)
        low, high = totals or (None, None)
        return base | {"finding": "implied", "explanation": "whole_totals", "low": low, "high": high}
    computed = 100 * row["count"] / row["total"]
    base |= {"computed": computed, "denominator": row["total"]}
    if row["count_qualifier"] != "exact" or row["total_qualifier"] != "exact":
        return base | {"finding": compare(computed, printed, places, "about")}
    finding = compare(computed, printed, places, row["share_qualifier"])
    if finding != "differs" or row["share_qualifier"] != "exact":
        return base | {"finding": finding}
    return base | _other_denominator(row, periods, neighbours)


def _other_denominator(
    row: pd.Series, periods: pd.DataFrame | None, neighbours: pd.DataFrame
) -> dict[str, Any]:
    """Return which other denominator or neighbour's count would give a printed share."""
    printed, places = row["share_printed"], int(row["share_decimals"])

    def gives(count: float, total: float) -> bool:
        return bool(total) and compare(100 * count / total, printed, places, "exact") == "agrees"

    others: list[tuple[str, str, float]] = []
    if periods is not None:
        for name in ("target_low", "target_high", "members_end", "members_start"):
            others += [(name, "", value) for value in periods[name].dropna()]
    for name, subgroup, total in others:
        if gives(row["count"], total):
            return {"finding": "explained", "explanation": name, "other": total, "names": subgroup}
    beside = neighbours.loc[(neighbours["subgroup"] != row["subgroup"]) & neighbours["count"].notna()]
    for _, neighbour in beside.iterrows():
        if gives(neighbour["count"], row["total"]):
            return {
                "finding": "explained",
                "explanation": "neighbours_count",
                "other": neighbour["count"],
                "names": neighbour["subgroup"],
            }
    return {"finding": "differs"}


def rates(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the check of each printed admission rate against the stocks of members that are known."""
    rows = table.loc[
        table["rate_printed"].notna()
        & table["admitted"].notna()
        & (table["span"] == "whole_period")
        & (table["rate_printed_qualifier"] == "exact")
    ]
    for _, row in rows.iterrows():
        printed, places = row["rate_printed"], int(row["rate_decimals"])
        base = about(row, "rate", "admission_rate")
        base |= {"printed": printed, "numerator": row["admitted"]}
        if not (row["months"] <= 12):
            continue
        sides = [side for side in ("start", "end") if pd.notna(row[f"members_{side}"])]
        named = [s for s in sides if f"members_{s}" == row["denominator"]]
        matching = [s for s in sides if compare(row[f"rate_{s}"], printed, places, "exact") != "differs"]
        side = next(iter(named or matching), None)
        if side is None:
            low, high = _implied_members(row["admitted"], printed, places)
            yield base | {"finding": "implied", "explanation": "whole_members", "low": low, "high": high}
        else:
            yield base | {
                "finding": compare(row[f"rate_{side}"], printed, places, "exact"),
                "explanation": f"members_{side}",
                "computed": row[f"rate_{side}"],
                "denominator": row[f"members_{side}"],
            }


def target_rates(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the members that a target and its printed rate imply, against what a result implies.

    A unit whose plan is 350, printed as 6.6% of its members, cannot also have admitted 150
    printed as 3.02% of the same members.
    """
    planned = table.loc[table["target_rate_printed"].notna() & table["target_low"].notna()]
    for _, row in planned.iterrows():
        if row["target_qualifier"] != "exact" or row["target_rate_printed_qualifier"] != "exact":
            continue
        places = int(row["target_rate_decimals"])
        low, high = _implied_members(row["target_low"], row["target_rate_printed"], places)
        base = about(row, "rate", "target_rate") | {
            "printed": row["target_rate_printed"],
            "numerator": row["target_low"],
            "low": low,
            "high": high,
        }
        same = table.loc[
            (table["unit_id"] == row["unit_id"])
            & (table["period_start"] == row["period_start"])
            & (table["denominator"] == "members_start")
            & table["rate_printed"].notna()
            & table["admitted"].notna()
        ]
        other = None
        for _, result in same.iterrows():
            limits = _implied_members(
                result["admitted"], result["rate_printed"], int(result["rate_decimals"])
            )
            if None not in (*limits, low, high) and (limits[0] > high or limits[1] < low):
                other = limits[0]
        finding = "implied" if other is None else "differs"
        yield base | {"finding": finding, "explanation": "whole_members", "other": other}


def _implied_members(count: float, rate: float, places: int) -> tuple[Any, Any]:
    """Return the fewest and most members of whom a whole count is the printed percent."""
    interval = numbers.whole_targets(int(count), Decimal(f"{rate:.{places}f}"), places)
    return interval or (None, None)
