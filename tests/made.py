"""Rows of processed tables that a test makes up, held to the same contract as the real ones."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.schema import TABLES

UNIT = {
    "unit": "huyện Mường Ảng",
    "unit_id": "2008-11/-/huyen muong ang",
    "level": "district",
    "district": "",
    "province_vintage": "2008",
    "province_code": "11",
    "province": "Điện Biên",
}
YEAR = {"period_type": "year", "period_start": "2016-01-01", "period_end": "2016-12-31", "months": 12}
PRINTED = {"sources": "paper", "raw_rows": "2", "limits": "printed", "span": "whole_period"}
_EXACT = ("admitted", "target", "members", "members_end", "members_start", "count", "total", "share")
DEFAULTS: dict[str, dict[str, Any]] = {
    "unit_periods": UNIT | YEAR | PRINTED | {"variant": 1},
    "composition": UNIT
    | YEAR
    | PRINTED
    | {"measure": "admitted", "dimension": "sex", "subgroup": "female", "conflict": False},
    "sources": {"source_id": "paper", "publisher": "A newspaper", "title": "A page", "published": "2017"},
    "figures": UNIT
    | YEAR
    | {
        "source_id": "paper",
        "limits": "printed",
        "span": "whole_period",
        "measure": "admitted",
        "subgroup": "all",
        "decimals": 0,
        "value_unit": "persons",
        "basis": "",
        "qualifier": "exact",
    },
}


def rows(name: str, *records: dict[str, Any]) -> pd.DataFrame:
    """Return rows of a processed table; each record says what is not as in ``DEFAULTS``.

    A count that is given without its qualifier is exact.
    """
    schema = TABLES[name]
    made = []
    for place, record in enumerate(records, start=2):
        row = DEFAULTS[name] | ({"raw_row": place} if name == "figures" else {}) | record
        for column in _EXACT:
            if (
                row.get(column, row.get(f"{column}_low")) is not None
                and f"{column}_qualifier" in schema.columns
            ):
                row.setdefault(f"{column}_qualifier", "exact")
        made.append(row)
    frame = pd.DataFrame.from_records(made).reindex(columns=list(schema.columns))
    for column, kind in schema.columns.items():
        if str(kind.dtype).startswith("datetime"):
            frame[column] = pd.to_datetime(frame[column])
        elif str(kind.dtype).startswith("str"):
            frame[column] = frame[column].astype("str").where(frame[column].notna(), "")
    return schema.validate(frame).reset_index(drop=True)


def unit(
    name: str, level: str, district: str = "", place: tuple[str, str, str] = ("2008", "11", "Điện Biên")
) -> dict[str, str]:
    """Return the columns of a unit: its name, level, district and (vintage, code, name) of its province."""
    vintage, code, province = place
    return {
        "unit": name,
        "unit_id": f"{vintage}-{code}/{district or '-'}/{name}".casefold(),
        "level": level,
        "district": district,
        "province_vintage": vintage,
        "province_code": code,
        "province": province,
    }


def year(of: int, months: int = 12) -> dict[str, Any]:
    """Return the columns of a calendar year, or of its first months with the elapsed share."""
    end = pd.Timestamp(of, months, 1) + pd.offsets.MonthEnd(0)
    part = months < 12
    return {
        "period_type": "partial_year" if part else "year",
        "period_start": f"{of}-01-01",
        "period_end": end.strftime("%Y-%m-%d"),
        "months": months,
    } | ({"elapsed_share": months / 12, "target_scope": "whole_year"} if part else {})
