"""Who was admitted, and who the members are: shares by subgroup, counts and percents reconciled."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.clean import numbers
from analysis.vocab import dimension

_UNIT = ["unit_id", "unit", "level", "district", "province_vintage", "province_code", "province"]
_PERIOD = ["period_type", "period_start", "period_end"]
_COLUMNS = [*_UNIT, *_PERIOD, "months", "measure", "subgroup", "sources", "raw_rows", "conflict"]
_COLUMNS += ["count", "count_qualifier", "total", "total_qualifier", "count_low", "count_high"]
_COLUMNS += ["share_printed", "share_qualifier", "share_decimals", "share", "share_low", "share_high"]
_COLUMNS += ["share_basis", "reading"]
_KEY = [*_UNIT, *_PERIOD, "months", "measure", "subgroup"]


def composition(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of subgroups among those admitted and among members.

    A count over a total of the same unit and period gives the share; a percent alone gives the
    whole counts that its rounding allows, where the total is exact. A share of those admitted has
    its Wilson interval at 95%, how far it could move by chance if the same process ran again,
    unless its count or total is qualified; the stock of members is a census and has none. Sources
    that print different values keep a row each, marked ``conflict``.

    Returns
    -------
    DataFrame
        One row a unit, period, measure (``admitted`` or ``members``), subgroup and statement; see
        ``schema.COMPOSITION``. Shares and limits are percents.
    """
    of_the_measure = figures["basis"].eq(figures["measure"]) & figures["subgroup"].ne("all")
    counted = figures.loc[
        figures["measure"].isin(["admitted", "members"])
        & figures["subgroup"].ne("other:yearly_mean")
        & (figures["value_unit"].eq("persons") | of_the_measure)
    ]
    parts = counted.loc[counted["subgroup"] != "all"]
    totals = dict(
        tuple(
            counted.loc[counted["subgroup"] == "all"].groupby([*_UNIT[:1], *_PERIOD, "measure"], dropna=False)
        )
    )
    records: list[dict[str, Any]] = []
    for key, group in parts.groupby(_KEY, dropna=False, sort=True):
        base = dict(zip(_KEY, key, strict=True))
        whole = totals.get((base["unit_id"], *(base[name] for name in _PERIOD), base["measure"]))
        statements = _statements(group)
        for statement in statements:
            record = base | statement | _total(whole, statement["sources"])
            record["conflict"] = len(statements) > 1
            records.append(record | _share(record))
    table = pd.DataFrame.from_records(records, columns=_COLUMNS)
    table["dimension"] = [dimension(code) for code in table["subgroup"]]
    order = ["province_vintage", "province_code", "level", "unit_id", "period_end", "period_type"]
    order += ["period_start", "measure", "dimension", "subgroup", "sources"]
    return table.sort_values(order, ignore_index=True, na_position="first")


def _statements(group: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what is printed of one subgroup: equal statements of several sources are one."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for source, rows in group.groupby("source_id", sort=True):
        for statement in _of_one_source(rows.sort_values(["value", "raw_row"])):
            record = _statement(statement)
            same = found.setdefault(tuple(record.values()), record | {"sources": [], "raw_rows": []})
            same["sources"].append(source)
            same["raw_rows"] += statement["raw_row"].tolist()
    for record in found.values():
        record["sources"] = "; ".join(dict.fromkeys(record["sources"]))
        record["raw_rows"] = "; ".join(str(n) for n in sorted(record["raw_rows"]))
    return list(found.values())


def _of_one_source(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Return a count and its percent together; each apart where one source prints several of either."""
    if rows.groupby("value_unit")["value"].nunique().max() == 1:
        return [rows]
    return [same for _, same in rows.groupby(["value_unit", "value"], sort=True)]


def _statement(rows: pd.DataFrame) -> dict[str, Any]:
    count = rows.loc[rows["value_unit"] == "persons"].head(1)
    share = rows.loc[rows["value_unit"] == "percent"].head(1)
    return {
        "count": count["value"].iloc[0] if len(count) else None,
        "count_qualifier": count["qualifier"].iloc[0] if len(count) else "",
        "share_printed": share["value"].iloc[0] if len(share) else None,
        "share_decimals": int(share["decimals"].iloc[0]) if len(share) else None,
        "share_qualifier": share["qualifier"].iloc[0] if len(share) else "",
    }


def _total(whole: pd.DataFrame | None, sources: str) -> dict[str, Any]:
    """Return the total printed for the same unit and period, of the same source where it has one."""
    if whole is None:
        return {"total": None, "total_qualifier": ""}
    own = whole.loc[whole["source_id"].isin(sources.split("; "))]
    best = (own if len(own) else whole).sort_values(["source_id", "raw_row"]).iloc[0]
    return {"total": best["value"], "total_qualifier": best["qualifier"]}


def _share(row: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {
        **dict.fromkeys(["count_low", "count_high", "share", "share_low", "share_high"]),
        "share_basis": "",
        "reading": "",
    }
    total, count, printed = row["total"], row["count"], row["share_printed"]
    if count is not None and total:
        return result | _from_count(row)
    if printed is None:
        return result
    result |= {"share": printed, "share_basis": "printed"}
    if total and row["share_qualifier"] == "exact":
        result |= _from_percent(printed, row)
    return result


def _from_count(row: dict[str, Any]) -> dict[str, Any]:
    count, total = row["count"], row["total"]
    if count > total:
        return {"reading": "part_exceeds_whole"}
    result: dict[str, Any] = {"share": 100 * count / total, "share_basis": "count"}
    exact = row["count_qualifier"] == row["total_qualifier"] == "exact"
    if exact and row["measure"] == "admitted":
        low, high = proportion_confint(count, total, method="wilson")
        result |= {"share_low": 100 * low, "share_high": 100 * high}
    if exact and row["share_printed"] is not None and row["share_qualifier"] == "exact":
        places = row["share_decimals"]
        percent = Decimal(100 * int(count)) / Decimal(int(total))
        printed = Decimal(f"{row['share_printed']:.{places}f}")
        result["reading"] = numbers.printed_as(percent, printed, places) or "differs"
    return result


def _from_percent(printed: float, row: dict[str, Any]) -> dict[str, Any]:
    """Return the limits of a share printed without its count, its rounding included."""
    total, places = row["total"], row["share_decimals"]
    if row["total_qualifier"] != "exact":
        return {}
    percent = Decimal(f"{printed:.{places}f}")
    reading = ""
    counts = numbers.whole_counts(percent, places, int(total))
    if counts is None:
        counts = numbers.whole_counts(percent, places, int(total), truncated=True)
        reading = "truncated"
    if counts is None:
        return {"reading": "no_whole_count"}
    found: dict[str, Any] = {"count_low": counts[0], "count_high": counts[1]}
    if row["measure"] == "admitted":
        found["share_low"] = 100 * proportion_confint(counts[0], total, method="wilson")[0]
        found["share_high"] = 100 * proportion_confint(counts[1], total, method="wilson")[1]
    return found | {"share_basis": "percent", "reading": reading}
