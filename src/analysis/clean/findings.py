"""A finding of a check: what it is about, and the columns that it may fill."""

from __future__ import annotations

from typing import Any

import pandas as pd

ABOUT = (
    "unit_id",
    "unit",
    "level",
    "district",
    "province_vintage",
    "province_code",
    "province",
    "period_type",
    "period_start",
    "period_end",
)
COLUMNS = (
    "check",
    "finding",
    "explanation",
    *ABOUT,
    "measure",
    "subgroup",
    "printed",
    "qualifier",
    "computed",
    "numerator",
    "denominator",
    "low",
    "high",
    "other",
    "names",
    "sources",
    "raw_rows",
)


def about(row: pd.Series, check: str, measure: str, subgroup: str = "all") -> dict[str, Any]:
    """Return the beginning of a finding: the unit, period and number that a row is about."""
    traced = [name for name in ("sources", "raw_rows") if name in row.index]
    found = {name: row[name] for name in (*ABOUT, *traced)}
    return found | {"check": check, "measure": measure, "subgroup": subgroup}
