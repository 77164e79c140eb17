"""Puts the figures of one unit and period together: agreeing sources in one row, contradicting ones apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

_QUALIFIED = ("admitted", "attainment_printed", "rate_printed", "members")
TARGET_KINDS = ("year_plan", "term_resolution", "unspecified", "each_year")


@dataclass
class _Row:
    """Facts that agree: column → the figures that print it."""

    facts: dict[str, list[pd.Series]] = field(default_factory=dict)
    alone: bool = False

    def agrees(self, facts: dict[str, pd.Series]) -> bool:
        return not self.alone and all(
            self.facts[name][0]["value"] == figure["value"]
            for name, figure in facts.items()
            if name in self.facts
        )

    def add(self, facts: dict[str, pd.Series]) -> None:
        for name, figure in facts.items():
            self.facts.setdefault(name, []).append(figure)


def column(figure: pd.Series) -> str:
    """Return the column of ``unit_periods`` that holds a figure."""
    measure = str(figure["measure"])
    if measure == "admitted" and figure["value_unit"] == "percent":
        return "rate_printed" if figure["basis"] == "members" else "attainment_printed"
    if measure == "target":
        if figure["span"] == "each_year":
            return "target_each_year"
        return f"target_{figure['basis'] or 'unspecified'}"
    return {
        "attainment": "attainment_printed",
        "admission_rate": "rate_printed",
        "target_rate": "target_rate_printed",
    }.get(measure, measure)


def merge_sources(group: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of one unit and period, one for each set of sources that agree.

    Parameters
    ----------
    group : DataFrame
        Figures of one unit and period, about all (no subgroup).

    Returns
    -------
    list of dict
        Columns and values. A source that contradicts the rows before it on some fact gets a row
        of its own; ``variant`` counts from 1; ``conflict`` names the facts, joined by ``; ``.
    """
    rows: list[_Row] = []
    ordered = group.sort_values(["source_id", "raw_row"])
    for _, figures in ordered.groupby("source_id", sort=True):
        facts, unpaired = _statements(figures)
        fitting = next((row for row in rows if row.agrees(facts)), None)
        if facts and fitting is None:
            fitting = _Row()
            rows.append(fitting)
        if facts and fitting is not None:
            fitting.add(facts)
        rows += [_Row({name: [figure]}, alone=True) for name, figure in unpaired]
    conflict = "; ".join(_conflicting(rows))
    return [_record(row, number, conflict) for number, row in enumerate(rows, start=1)]


def _statements(
    figures: pd.DataFrame,
) -> tuple[dict[str, pd.Series], list[tuple[str, pd.Series]]]:
    """Return what one source says once, and apart each value of a fact that it gives several.

    Which of two counts goes with which of two percents cannot be told: they stay unpaired.
    """
    said: dict[str, list[pd.Series]] = {}
    for _, figure in figures.sort_values(["value", "raw_row"]).iterrows():
        found = said.setdefault(column(figure), [])
        if all(other["value"] != figure["value"] for other in found):
            found.append(figure)
    once = {name: found[0] for name, found in said.items() if len(found) == 1}
    several = [(name, figure) for name, found in said.items() if len(found) > 1 for figure in found]
    return once, several


def _conflicting(rows: list[_Row]) -> list[str]:
    names = {name for row in rows for name in row.facts}
    values = {name: {row.facts[name][0]["value"] for row in rows if name in row.facts} for name in names}
    return sorted(name for name, found in values.items() if len(found) > 1)


def _record(row: _Row, variant: int, conflict: str) -> dict[str, Any]:
    figures = [figure for found in row.facts.values() for figure in found]
    record: dict[str, Any] = {
        "variant": variant,
        "conflict": conflict,
        "sources": "; ".join(sorted({str(f["source_id"]) for f in figures})),
        "raw_rows": "; ".join(str(n) for n in sorted({int(f["raw_row"]) for f in figures})),
        "limits": "printed" if all(f["limits"] == "printed" for f in figures) else "inferred",
        "span": _span(row),
        "denominator": "",
        "rate_span": "",
    }
    for name in (*_QUALIFIED, "target_rate_printed", *(f"target_{kind}" for kind in TARGET_KINDS)):
        record[name] = None
        record[f"{name}_qualifier"] = ""
    for name, found in row.facts.items():
        best = min(found, key=lambda f: (f["qualifier"] != "exact", f["source_id"]))
        record[name] = float(best["value"])
        if f"{name}_qualifier" in record:
            record[f"{name}_qualifier"] = best["qualifier"]
        if name == "attainment_printed":
            record["attainment_decimals"] = int(best["decimals"])
        if name == "target_rate_printed":
            record["target_rate_decimals"] = int(best["decimals"])
        if name == "rate_printed":
            record["rate_decimals"] = int(best["decimals"])
            record["denominator"] = best["denominator"]
            record["rate_span"] = best["span"]
    return record


def _span(row: _Row) -> str:
    """Return what the row's result spans: that of what was admitted, else of the percent."""
    for name in ("admitted", "attainment_printed", "rate_printed"):
        if name in row.facts:
            return str(row.facts[name][0]["span"])
    return "whole_period"
