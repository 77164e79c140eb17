"""Which target a result stands against, printed or inferred, and what attainment follows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from analysis.clean import numbers

_SHORT = ("year_plan", "term_resolution", "unspecified")
_LONG = ("term_resolution", "unspecified", "year_plan")
FULL_TERM_MONTHS = 66
"""Months from which on a coded term is a whole one: of 2015-2020 the outer bounds are coded, 72 months."""


def add_targets(table: pd.DataFrame) -> pd.DataFrame:
    """Add to each row of ``unit_periods`` its target and the attainment that follows from it.

    A printed target of the row's own period comes first. The part of a year that begins with it
    takes the target of the year; the elapsed part of a term takes the term's. Where none is
    printed but an exact count and an exact percent are, the whole targets that the printed
    rounding allows are inferred, with their lowest and highest. Of two printed targets the one
    that reproduces the printed percent is used.

    Columns added
    -------------
    target_basis : ``printed``, ``inferred``, ``none_fits`` (no whole target gives the percent), or ''
    target_low, target_high : whole targets; equal where printed
    target_kind, target_scope, target_qualifier : which target, and of what
    target_truncated_low, target_truncated_high : inferred, if the source cut digits off
    attainment_low, attainment : computed, with the highest target and with the middle of the two
    attainment_high : computed, with the lowest target
    attainment_reading : how the printed percent follows from admitted / target
    """
    by_unit = dict(tuple(table.groupby("unit_id", sort=False)))
    added = [_target(row, by_unit[row["unit_id"]]) for _, row in table.iterrows()]
    return pd.concat([table, pd.DataFrame(added, index=table.index)], axis=1)


def _target(row: pd.Series, unit: pd.DataFrame) -> dict[str, Any]:
    result: dict[str, Any] = {
        "target_basis": "",
        "target_kind": "",
        "target_scope": "",
        "target_qualifier": "",
        **dict.fromkeys(
            [
                "target_low",
                "target_high",
                "target_truncated_low",
                "target_truncated_high",
                "attainment_low",
                "attainment",
                "attainment_high",
            ]
        ),
        "attainment_reading": "",
    }
    if pd.isna(row["admitted"]) and pd.isna(row["attainment_printed"]):
        return result | _planned_only(row)
    printed = _printed(row, unit)
    if printed is not None:
        kind, scope, value, qualifier = printed
        result |= {
            "target_basis": "printed",
            "target_kind": kind,
            "target_scope": scope,
            "target_low": value,
            "target_high": value,
            "target_qualifier": qualifier,
        }
    elif _exact(row) and row["span"] != "each_year":
        result |= _inferred(row)
    return result | _attainment(row, result)


def _planned_only(row: pd.Series) -> dict[str, Any]:
    """Return the target of a row that has no result to set against it."""
    for kind in _order(row):
        if pd.notna(row[f"target_{kind}"]):
            value = row[f"target_{kind}"]
            return {
                "target_basis": "printed",
                "target_kind": kind,
                "target_scope": "period",
                "target_low": value,
                "target_high": value,
                "target_qualifier": row[f"target_{kind}_qualifier"],
            }
    return {}


def _order(row: pd.Series) -> tuple[str, ...]:
    return _SHORT if row["period_type"] in ("year", "partial_year") else _LONG


def _exact(row: pd.Series) -> bool:
    return (
        pd.notna(row["admitted"])
        and pd.notna(row["attainment_printed"])
        and row["admitted_qualifier"] == row["attainment_printed_qualifier"] == "exact"
    )


def _printed(row: pd.Series, unit: pd.DataFrame) -> tuple[str, str, float, str] | None:
    """Return (kind, scope, value, qualifier) of the printed target to use, if there is one."""
    candidates = [*_own(row), *_enclosing(row, unit)]
    if not candidates:
        return None
    if _exact(row):
        places = int(row["attainment_decimals"])
        for candidate in candidates:
            if _reading(row["admitted"], candidate[2], row["attainment_printed"], places):
                return candidate
    return candidates[0]


def _own(row: pd.Series) -> list[tuple[str, str, float, str]]:
    if row["span"] == "each_year":
        return []
    return [
        (kind, _own_scope(row), row[f"target_{kind}"], row[f"target_{kind}_qualifier"])
        for kind in _order(row)
        if pd.notna(row[f"target_{kind}"])
    ]


def _own_scope(row: pd.Series) -> str:
    """Return what a target of the row's own period is for: the elapsed part of a term has the term's."""
    elapsed = row["months"] < FULL_TERM_MONTHS or row["span"] == "elapsed_part"
    return "whole_term" if row["period_type"] == "term" and elapsed else "period"


def _enclosing(row: pd.Series, unit: pd.DataFrame) -> list[tuple[str, str, float, str]]:
    """Return the targets of the whole year or term of which the row's period is the beginning."""
    start, end, kind = row["period_start"], row["period_end"], row["period_type"]
    inside = unit.loc[(unit["period_start"] <= start) & (unit["period_end"] >= end)]
    terms = inside.loc[inside["period_type"] == "term"]
    if kind == "term":
        longer = terms.loc[(terms["period_start"] == start) & (terms["period_end"] > end)]
        return _kinds(longer, _LONG[:2], "whole_term")
    if kind not in ("year", "partial_year") or (start.month, start.day) != (1, 1):
        return []
    found: list[tuple[str, str, float, str]] = []
    if kind == "partial_year":
        found = _kinds(inside.loc[inside["period_type"] == "year"], _SHORT, "whole_year")
    return found or _kinds(terms, ("each_year",), "each_year")


def _kinds(rows: pd.DataFrame, kinds: tuple[str, ...], scope: str) -> list[tuple[str, str, float, str]]:
    ordered = rows.sort_values(["period_end", "variant"])
    found: list[tuple[str, str, float, str]] = []
    for kind in kinds:
        contradicted = ordered["conflict"].str.split("; ").map(lambda names, k=kind: f"target_{k}" in names)
        printed = ordered.loc[ordered[f"target_{kind}"].notna() & ~contradicted]
        for value, word in zip(printed[f"target_{kind}"], printed[f"target_{kind}_qualifier"], strict=True):
            found.append((kind, scope, value, word))
    return found


def _inferred(row: pd.Series) -> dict[str, Any]:
    admitted, places = int(row["admitted"]), int(row["attainment_decimals"])
    percent = _decimal(row["attainment_printed"], places)
    rounded = numbers.whole_targets(admitted, percent, places)
    cut = numbers.whole_targets(admitted, percent, places, truncated=True)
    scope = "whole_year" if row["period_type"] == "partial_year" else _own_scope(row)
    result: dict[str, Any] = {
        "target_basis": "inferred" if rounded else "none_fits",
        "target_scope": scope,
        "target_truncated_low": cut[0] if cut else None,
        "target_truncated_high": cut[1] if cut else None,
    }
    if rounded:
        result |= {"target_low": rounded[0], "target_high": rounded[1], "target_qualifier": "exact"}
    return result


def _attainment(row: pd.Series, target: dict[str, Any]) -> dict[str, Any]:
    low, high = target["target_low"], target["target_high"]
    if pd.isna(row["admitted"]) or low is None or low == 0:
        return {}
    admitted = row["admitted"]
    result: dict[str, Any] = {
        "attainment_low": 100 * admitted / high,
        "attainment": 200 * admitted / (low + high),
        "attainment_high": 100 * admitted / low,
    }
    if target["target_basis"] == "printed" and _exact(row):
        places = int(row["attainment_decimals"])
        reading = _reading(admitted, low, row["attainment_printed"], places)
        result["attainment_reading"] = reading or "differs"
    return result


def _reading(admitted: float, target: float, printed: float, places: int) -> str | None:
    if not target:
        return None
    percent = Decimal(100 * int(admitted)) / Decimal(int(target))
    return numbers.printed_as(percent, _decimal(printed, places), places)


def _decimal(value: float, places: int) -> Decimal:
    return Decimal(f"{value:.{places}f}")
