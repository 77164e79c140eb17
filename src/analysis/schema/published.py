"""The contracts of the processed tables: what each column holds, in what unit, and what it may be.

The codebook and datapackage.json are generated from these schemas.
"""

from __future__ import annotations

from typing import Any

import pandera.pandas as pa

from analysis.clean.findings import COLUMNS
from analysis.vocab import codes

PERIOD_TYPES = list(codes("period_type"))
_QUALIFIERS = ["", *codes("qualifier")]


def _text(about: str, allowed: list[str] | None = None) -> pa.Column:
    checks = [pa.Check.isin(allowed)] if allowed is not None else None
    return pa.Column("str", checks, description=about)


def _code(about: str, pattern: str) -> pa.Column:
    return pa.Column("str", pa.Check.str_matches(pattern), description=about)


def _filled(about: str) -> pa.Column:
    return pa.Column("str", pa.Check.str_length(min_value=1), description=about)


def _day(about: str, *, nullable: bool = True) -> pa.Column:
    return pa.Column("datetime64[s]", nullable=nullable, description=about)


def _number(about: str, *, high: float | None = None) -> pa.Column:
    checks = [pa.Check.ge(0)] + ([pa.Check.le(high)] if high is not None else [])
    return pa.Column("Float64", checks, nullable=True, description=about)


def _count(about: str) -> pa.Column:
    return pa.Column("Int64", pa.Check.ge(0), nullable=True, description=about)


def _flag(about: str, *, nullable: bool = False) -> pa.Column:
    return pa.Column("boolean", nullable=nullable, description=about)


def _table(name: str, about: str, columns: dict[str, pa.Column], key: list[str]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        columns,
        name=name,
        description=about,
        unique=key,
        strict=True,
        ordered=True,
        coerce=True,
        metadata={"key": key},
    )


_PLACE: dict[str, Any] = {
    "unit": _filled("Party organisation, without the word Đảng bộ, in one spelling"),
    "unit_id": _filled(
        "key of the unit: province vintage and code / level / district / unit, case and tone placement folded"
    ),
    "level": _text("level of the unit", list(codes("level"))),
    "district": _text("district for commune, grassroots and cell; empty otherwise"),
    "province_vintage": _text(
        "2008 (63 provinces) or 2025 (34); empty at national level", ["", "2008", "2025"]
    ),
    "province_code": _code("statistics office's code; the key is (vintage, code)", r"^(\d\d)?$"),
    "province": _text("name of the province in that vintage"),
}
_PERIOD: dict[str, Any] = {
    "period_type": _text("kind of period", PERIOD_TYPES),
    "period_start": _day("first day; missing for a stock"),
    "period_end": _day("last day, or the day of a stock", nullable=False),
    "months": _number("length of the period in months, both days included; missing for a stock"),
}
_SOURCES: dict[str, Any] = {
    "sources": _filled("source_id of each source that prints this, joined by '; '"),
    "raw_rows": _filled("rows of observations.csv, joined by '; '"),
}

SOURCES = _table(
    "sources",
    "One row a document in which figures are printed.",
    {
        "source_id": _filled("key of the document"),
        "publisher": _filled("newspaper, portal or committee"),
        "title": _filled("title as printed"),
        "url": _code("address, as known; may be empty", r"^(https?://\S.*)?$"),
        "published": _code("day, month or year of publication; may be empty", r"^(\d{4}(-\d\d(-\d\d)?)?)?$"),
        "published_first": _day("first day on which it may have appeared"),
        "published_last": _day("last day on which it may have appeared"),
    },
    ["source_id"],
)

FIGURES = _table(
    "figures",
    "One row a published figure: typed, placed, dated.",
    {
        "raw_row": pa.Column(
            "int64", pa.Check.ge(2), unique=True, description="row of observations.csv, the header being 1"
        ),
        "source_id": _filled("where the figure is printed"),
        **_PLACE,
        **_PERIOD,
        "limits": _text("whether the limits of the period are printed or inferred", ["printed", "inferred"]),
        "span": _text(
            "what the figure counts: the whole period, each year of it, its elapsed part, or unclear",
            ["whole_period", "each_year", "elapsed_part", "unclear"],
        ),
        "measure": _text("what is counted", list(codes("measure"))),
        "subgroup": _filled("all, or the part that the figure counts"),
        "value": pa.Column("float64", pa.Check.ge(0), description="the printed number"),
        "decimals": pa.Column("int64", pa.Check.ge(0), description="decimals printed"),
        "value_unit": _text("unit of the value", list(codes("value_unit"))),
        "basis": _text("for a percent, of what; for a target, set by what", list(codes("basis"))),
        "denominator": _text("for a rate: which stock of members", ["", *codes("denominator")]),
        "qualifier": _text("how the source words the number", list(codes("qualifier"))),
        "note": _text("the coder's note, in English"),
    },
    ["raw_row"],
)


def _qualified(name: str, column: pa.Column, about: str) -> dict[str, pa.Column]:
    return {name: column, f"{name}_qualifier": _text(f"qualifier of {about}", _QUALIFIERS)}


_TARGETS: dict[str, Any] = {
    **_qualified("target_year_plan", _count("target of the year's plan, persons"), "target_year_plan"),
    **_qualified(
        "target_term_resolution",
        _count("target set by the term's resolution, persons"),
        "target_term_resolution",
    ),
    **_qualified(
        "target_unspecified",
        _count("target whose origin the source does not say, persons"),
        "target_unspecified",
    ),
    **_qualified(
        "target_each_year", _count("target for each year of the period, persons"), "target_each_year"
    ),
    "target_basis": _text("where the target used comes from", ["", "printed", "inferred", "none_fits"]),
    "target_kind": _text(
        "which printed target is used", ["", "year_plan", "term_resolution", "unspecified", "each_year"]
    ),
    "target_scope": _text(
        "what the target used is for", ["", "period", "whole_year", "whole_term", "each_year"]
    ),
    "target_qualifier": _text("qualifier of the target used", _QUALIFIERS),
    "target_low": _count("target used, lowest; equal to the highest where printed"),
    "target_high": _count("target used, highest"),
    "target_truncated_low": _count("lowest whole target if the source cut the percent's digits off"),
    "target_truncated_high": _count("highest whole target in that reading"),
}
_ATTAINMENT: dict[str, Any] = {
    **_qualified(
        "attainment_printed", _number("attainment as printed, percent of the target"), "attainment_printed"
    ),
    "attainment_decimals": _count("decimals printed of the attainment"),
    "attainment_low": _number("admitted / target_high, percent"),
    "attainment": _number("admitted / middle of target_low and target_high, percent"),
    "attainment_high": _number("admitted / target_low, percent"),
    "attainment_reading": _text(
        "how the printed attainment follows from a printed target", ["", "rounded", "truncated", "differs"]
    ),
    "elapsed_share": _number("part of the year covered by a part-year result since New Year, 0 to 1", high=1),
}
_RATES: dict[str, Any] = {
    **_qualified("rate_printed", _number("admission rate as printed, percent of members"), "rate_printed"),
    "rate_decimals": _count("decimals printed of the rate"),
    "denominator": _text("denominator of the printed rate", ["", *codes("denominator")]),
    "rate_span": _text("what the printed rate spans", ["", "whole_period", "each_year"]),
    **_qualified(
        "target_rate_printed", _number("target as a percent of members, as printed"), "target_rate_printed"
    ),
    "target_rate_decimals": _count("decimals printed of the target rate"),
}
for _side, _word in (("end", "end"), ("start", "start")):
    _RATES |= {
        f"members_{_side}": _count(f"members at most 31 days from the period's {_word}"),
        f"members_{_side}_date": _day(f"day of members_{_side}"),
        f"members_{_side}_qualifier": _text(f"qualifier of members_{_side}", _QUALIFIERS),
        f"rate_{_side}": _number(f"admitted per 100 of members_{_side}, over the whole period"),
        f"rate_{_side}_per_year": _number(
            "the same a year: calendar years, terms as five years, other periods with printed limits"
        ),
    }
_FLOWS: dict[str, Any] = {
    "nominated": _count("outstanding people nominated"),
    "trained": _count("people who took the awareness class"),
    "training_classes": _count("awareness classes held"),
    "recognised": _count("recognised as full members"),
    "cards": _count("membership cards issued"),
    "disciplined": _count("members disciplined"),
    "expelled": _count("members expelled"),
    "struck_off": _count("members struck off"),
    "resigned": _count("members who left at their own request"),
    "mean_age": _number("mean age of those admitted, years"),
    "grassroots_orgs": _count("grassroots organisations"),
    "grassroots_committees": _count("grassroots committees"),
    "grassroots_cells": _count("grassroots cells"),
    "cells": _count("cells"),
    "places_without_members": _count("villages and groups without a member"),
    "places_without_cell": _count("villages and groups without a cell"),
    "cells_without_committee": _count("cells without a committee"),
    "cells_with_no_admission": _count("cells that admitted nobody for years"),
}

UNIT_PERIODS = _table(
    "unit_periods",
    "One row a unit and period, wide; sources that contradict each other keep a row each.",
    {
        **_PLACE,
        **_PERIOD,
        "variant": pa.Column(
            "int64", pa.Check.ge(1), description="1, or more where sources contradict each other"
        ),
        "conflict": _text("facts on which sources contradict each other, joined by '; '"),
        **_SOURCES,
        "limits": _text("printed only where all limits are printed", ["printed", "inferred"]),
        "span": _text("what the result spans", ["whole_period", "each_year", "elapsed_part"]),
        "printed_before_end": _flag("whether a source appeared before the period had ended", nullable=True),
        **_qualified("admitted", _count("persons admitted in the period"), "admitted"),
        **_TARGETS,
        **_ATTAINMENT,
        **_qualified("members", _count("members on the day of a stock"), "members"),
        **_RATES,
        **_FLOWS,
    },
    ["unit_id", "period_type", "period_start", "period_end", "variant"],
)

COMPOSITION = _table(
    "composition",
    "One row a share of a subgroup among those admitted or among members.",
    {
        **_PLACE,
        **_PERIOD,
        "measure": _text("of whom the share is", ["admitted", "members"]),
        "dimension": _filled("what the subgroup divides by: sex, education, occupation, ..."),
        "subgroup": _filled("the part counted"),
        **_SOURCES,
        "conflict": _flag("whether sources print different values"),
        **_qualified("count", _count("persons of the subgroup, as printed"), "count"),
        **_qualified("total", _count("persons in all, printed for the same unit and period"), "total"),
        "count_low": _count("fewest persons that the printed percent allows"),
        "count_high": _count("most persons that the printed percent allows"),
        "share_printed": _number("share as printed, percent"),
        "share_qualifier": _text("qualifier of share_printed", _QUALIFIERS),
        "share_decimals": _count("decimals printed of the share"),
        "share": _number("count / total, percent; where no count is printed, the printed share", high=100),
        "share_low": _number("lower limit of the 95% Wilson interval, percent", high=100),
        "share_high": _number("upper limit, percent", high=100),
        "share_basis": _text("what the share rests on", ["", "count", "percent", "printed"]),
        "reading": _text(
            "how the printed share follows from the count",
            ["", "rounded", "truncated", "differs", "no_whole_count", "part_exceeds_whole"],
        ),
    },
    ["unit_id", "period_type", "period_start", "period_end", "measure", "subgroup", "raw_rows"],
)

CHECKS = _table(
    "checks",
    "One row an arithmetic check and its finding; the printed value always stays.",
    {
        "check": _text(
            "what is checked",
            [
                "attainment",
                "share",
                "rate",
                "parts",
                "units",
                "running_total",
                "stock",
                "sources",
                "span",
                "members",
            ],
        ),
        "finding": _text(
            "what was found",
            ["agrees", "truncated", "explained", "implied", "below", "above", "falls", "not_used", "differs"],
        ),
        "explanation": _text("what explains it, or what is implied"),
        "unit_id": _PLACE["unit_id"],
        "unit": _PLACE["unit"],
        "level": _PLACE["level"],
        "district": _PLACE["district"],
        "province_vintage": _PLACE["province_vintage"],
        "province_code": _PLACE["province_code"],
        "province": _PLACE["province"],
        "period_type": _PERIOD["period_type"],
        "period_start": _PERIOD["period_start"],
        "period_end": _PERIOD["period_end"],
        "measure": _filled("what the printed number is"),
        "subgroup": _filled("of whom"),
        "printed": _number("the printed number"),
        "qualifier": _text("how the source words it", _QUALIFIERS),
        "computed": _number("what the other printed numbers give"),
        "numerator": _number("count that the percent is of"),
        "denominator": _number("what it was divided by"),
        "low": _number("lowest whole number implied"),
        "high": _number("highest whole number implied"),
        "other": _number("the other denominator or count that explains it; units summed; the earlier number"),
        "names": _text("the neighbour whose count explains it"),
        **_SOURCES,
    },
    list(COLUMNS),
)

CLEANING_LOG = _table(
    "cleaning_log",
    "One row a value that cleaning changed, or read from a note.",
    {
        "table": _filled("processed table"),
        "raw_row": pa.Column("int64", pa.Check.ge(2), description="line of the raw file"),
        "column": _text("column; empty where a whole row is meant"),
        "before": _text("as it stood"),
        "after": _text("as it stands now"),
        "rule": _filled("why"),
    },
    ["table", "raw_row", "column", "before", "after", "rule"],
)

TABLES: dict[str, pa.DataFrameSchema] = {
    schema.name: schema for schema in (SOURCES, FIGURES, UNIT_PERIODS, COMPOSITION, CHECKS, CLEANING_LOG)
}
