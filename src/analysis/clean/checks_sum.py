"""Checks of counts: parts against wholes, running totals, stocks, and sources against each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.clean.findings import ABOUT, about

_PERIOD = ["period_type", "period_start", "period_end"]
_PARTITIONS = (
    ("members", ("other:full", "probationary")),
    ("admitted", ("other:base_branches", "other:sector_branches")),
    ("target", ("other:base_branches", "other:sector_branches")),
)
_BELOW = {"province": ("district", "bloc"), "district": ("commune", "grassroots")}


def _traces(rows: pd.DataFrame) -> dict[str, str]:
    return {
        "sources": "; ".join(sorted(set(rows["source_id"]))),
        "raw_rows": "; ".join(str(n) for n in sorted(rows["raw_row"])),
    }


def parts(figures: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the sum of subgroups that make up a whole (full and probationary members) against it."""
    counts = figures.loc[figures["value_unit"] == "persons"]
    for measure, subgroups in _PARTITIONS:
        of_measure = counts.loc[counts["measure"] == measure]
        for _, group in of_measure.groupby(["source_id", *ABOUT], dropna=False, sort=True):
            total = group.loc[group["subgroup"] == "all"]
            found = group.loc[group["subgroup"].isin(subgroups)].drop_duplicates("subgroup")
            if len(total) == 1 and len(found) == len(subgroups):
                yield _sum(total.iloc[0], found, "parts", measure, complete=True)


def organisations(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield grassroots committees and grassroots cells against all grassroots organisations."""
    names = ["grassroots_orgs", "grassroots_committees", "grassroots_cells"]
    for _, row in table.dropna(subset=names).iterrows():
        computed = row["grassroots_committees"] + row["grassroots_cells"]
        yield about(row, "parts", "grassroots_orgs") | {
            "finding": "agrees" if computed == row["grassroots_orgs"] else "differs",
            "explanation": "committees_and_cells",
            "printed": row["grassroots_orgs"],
            "computed": computed,
            "sources": row["sources"],
            "raw_rows": row["raw_rows"],
        }


def units(figures: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the sum over the units that a source prints against the total it prints.

    Units printed without the rest leave the sum below the total, which proves nothing; a sum
    above the total contradicts it.
    """
    counts = figures.loc[
        (figures["value_unit"] == "persons")
        & figures["measure"].isin(["admitted", "target"])
        & (figures["qualifier"] == "exact")
    ]
    key = ["source_id", "measure", "subgroup", "basis", "province_vintage", "province_code", *_PERIOD]
    for _, group in counts.groupby(key, dropna=False, sort=True):
        for level, below in _BELOW.items():
            for _, total in group.loc[group["level"] == level].iterrows():
                found = group.loc[group["level"].isin(below)].drop_duplicates("unit_id")
                if level == "district":
                    found = found.loc[found["district"] == total["unit"]]
                if len(found) > 1:
                    yield _sum(total, found, "units", str(total["measure"]), complete=False)


def _sum(
    total: pd.Series, found: pd.DataFrame, check: str, measure: str, *, complete: bool
) -> dict[str, Any]:
    computed, printed = found["value"].sum(), total["value"]
    finding = "agrees" if computed == printed else "above" if computed > printed else "below"
    if complete and finding != "agrees":
        finding = "differs"
    traces = _traces(pd.concat([found, total.to_frame().T]))
    return (
        about(total, check, measure, total["subgroup"])
        | traces
        | {
            "finding": finding,
            "printed": printed,
            "computed": computed,
            "other": len(found),
        }
    )


def running_totals(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield each later count since New Year that is below an earlier one of the same unit."""
    since_new_year = table.loc[
        table["admitted"].notna()
        & (table["admitted_qualifier"] == "exact")
        & (table["period_type"].eq("year") | table["elapsed_share"].notna())
    ]
    for _, group in since_new_year.groupby(["unit_id", "period_start"], sort=True):
        ordered = group.sort_values(["period_end", "admitted"])
        for (_, before), (_, after) in zip(
            list(ordered.iterrows())[:-1], list(ordered.iterrows())[1:], strict=True
        ):
            yield about(after, "running_total", "admitted") | {
                "finding": "agrees" if after["admitted"] >= before["admitted"] else "differs",
                "printed": after["admitted"],
                "other": before["admitted"],
                "sources": "; ".join(sorted({*before["sources"].split("; "), *after["sources"].split("; ")})),
                "raw_rows": f"{before['raw_rows']}; {after['raw_rows']}",
            }


def falling_stocks(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield each fall of a unit's members over a time in which it admitted people.

    ``low`` is the least number that must have left (moved, died, struck off, units split off):
    the fall and all who are known to have been admitted within the time.
    """
    stocks = table.loc[table["members"].notna() & (table["members_qualifier"] == "exact")]
    for unit, group in stocks.groupby("unit_id", sort=True):
        ordered = list(group.sort_values(["period_end", "variant"]).iterrows())
        admissions = table.loc[(table["unit_id"] == unit) & table["admitted"].notna()]
        for (_, before), (_, after) in itertools.pairwise(ordered):
            within = admissions.loc[
                (admissions["period_start"] > before["period_end"])
                & (admissions["period_end"] <= after["period_end"])
            ]
            if after["members"] >= before["members"] or within.empty:
                continue
            admitted = within["admitted"].max()
            yield about(after, "stock", "members") | {
                "finding": "falls",
                "printed": after["members"],
                "other": before["members"],
                "numerator": admitted,
                "low": before["members"] - after["members"] + admitted,
                "sources": f"{before['sources']}; {after['sources']}",
                "raw_rows": f"{before['raw_rows']}; {after['raw_rows']}",
            }


def contradictions(table: pd.DataFrame, composition: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield each fact on which sources differ, a row for each of its values."""
    for _, row in table.loc[table["conflict"] != ""].iterrows():
        for name in row["conflict"].split("; "):
            if pd.notna(row[name]):
                yield about(row, "sources", name) | {
                    "finding": "differs",
                    "explanation": row.get(f"{name}_qualifier", ""),
                    "printed": row[name],
                    "sources": row["sources"],
                    "raw_rows": row["raw_rows"],
                }
    for _, row in composition.loc[composition["conflict"]].iterrows():
        yield about(row, "sources", row["measure"], row["subgroup"]) | {
            "finding": "differs",
            "printed": row["count"] if pd.notna(row["count"]) else row["share_printed"],
            "sources": row["sources"],
            "raw_rows": row["raw_rows"],
        }


def unclear_spans(figures: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the figures of which it is not clear whether they count a year or the whole period."""
    for _, row in figures.loc[figures["span"] == "unclear"].iterrows():
        yield about(row, "span", row["measure"], row["subgroup"]) | {
            "finding": "not_used",
            "printed": row["value"],
            "sources": row["source_id"],
            "raw_rows": str(row["raw_row"]),
        }


def more_than_members(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield each count of people admitted that is above all members at the period's end."""
    rows = table.loc[
        (table["admitted"] > table["members_end"])
        & table["admitted_qualifier"].eq("exact")
        & table["period_type"].isin(["year", "partial_year"])
    ]
    for _, row in rows.iterrows():
        yield about(row, "members", "admitted") | {
            "finding": "differs",
            "printed": row["admitted"],
            "numerator": row["admitted"],
            "denominator": row["members_end"],
        }
