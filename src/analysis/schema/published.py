"""The contracts of the tables made from published figures, and of the cleaning log."""

from __future__ import annotations

from typing import Any

import pandera.pandas as pa

from analysis.clean.findings import COLUMNS
from analysis.schema.fields import code, contract, count, day, filled, flag, number, text
from analysis.vocab import codes

PERIOD_TYPES = list(codes("period_type"))
_QUALIFIERS = ["", *codes("qualifier")]


_PLACE: dict[str, Any] = {
    "unit": filled("Party organisation, without the word Đảng bộ, in one spelling"),
    "unit_id": filled(
        "key of the unit: province vintage and code / level / district / unit, case and tone placement folded"
    ),
    "level": text("level of the unit", list(codes("level"))),
    "district": text("district for commune, grassroots and cell; empty otherwise"),
    "province_vintage": text(
        "2008 (63 provinces) or 2025 (34); empty at national level", ["", "2008", "2025"]
    ),
    "province_code": code("statistics office's code; the key is (vintage, code)", r"^(\d\d)?$"),
    "province": text("name of the province in that vintage"),
}
_PERIOD: dict[str, Any] = {
    "period_type": text("kind of period", PERIOD_TYPES),
    "period_start": day("first day; missing for a stock"),
    "period_end": day("last day, or the day of a stock", nullable=False),
    "months": number("length of the period in months, both days included; missing for a stock"),
}
_SOURCES: dict[str, Any] = {
    "sources": filled("source_id of each source that prints this, joined by '; '"),
    "raw_rows": filled("rows of observations.csv, joined by '; '"),
}

SOURCES = contract(
    "sources",
    "One row a document in which figures are printed.",
    {
        "source_id": filled("key of the document"),
        "publisher": filled("newspaper, portal or committee"),
        "title": filled("title as printed"),
        "url": code("address, as known; may be empty", r"^(https?://\S.*)?$"),
        "published": code("day, month or year of publication; may be empty", r"^(\d{4}(-\d\d(-\d\d)?)?)?$"),
        "published_first": day("first day on which it may have appeared"),
        "published_last": day("last day on which it may have appeared"),
    },
    ["source_id"],
)

FIGURES = contract(
    "figures",
    "One row a published figure: typed, placed, dated.",
    {
        "raw_row": pa.Column(
            "int64", pa.Check.ge(2), unique=True, description="row of observations.csv, the header being 1"
        ),
        "source_id": filled("where the figure is printed"),
        **_PLACE,
        **_PERIOD,
        "limits": text("whether the limits of the period are printed or inferred", ["printed", "inferred"]),
        "span": text(
            "what the figure counts: the whole period, each year of it, its elapsed part, or unclear",
            ["whole_period", "each_year", "elapsed_part", "unclear"],
        ),
        "measure": text("what is counted", list(codes("measure"))),
        "subgroup": filled("all, or the part that the figure counts"),
        "value": pa.Column("float64", pa.Check.ge(0), description="the printed number"),
        "decimals": pa.Column("int64", pa.Check.ge(0), description="decimals printed"),
        "value_unit": text("unit of the value", list(codes("value_unit"))),
        "basis": text("for a percent, of what; for a target, set by what", list(codes("basis"))),
        "denominator": text("for a rate: which stock of members", ["", *codes("denominator")]),
        "qualifier": text("how the source words the number", list(codes("qualifier"))),
        "note": text("the coder's note, in English"),
    },
    ["raw_row"],
)


def _qualified(name: str, column: pa.Column, about: str) -> dict[str, pa.Column]:
    return {name: column, f"{name}_qualifier": text(f"qualifier of {about}", _QUALIFIERS)}


_TARGETS: dict[str, Any] = {
    **_qualified("target_year_plan", count("target of the year's plan, persons"), "target_year_plan"),
    **_qualified(
        "target_term_resolution",
        count("target set by the term's resolution, persons"),
        "target_term_resolution",
    ),
    **_qualified(
        "target_unspecified",
        count("target whose origin the source does not say, persons"),
        "target_unspecified",
    ),
    **_qualified(
        "target_each_year", count("target for each year of the period, persons"), "target_each_year"
    ),
    "target_basis": text("where the target used comes from", ["", "printed", "inferred", "none_fits"]),
    "target_kind": text(
        "which printed target is used", ["", "year_plan", "term_resolution", "unspecified", "each_year"]
    ),
    "target_scope": text(
        "what the target used is for", ["", "period", "whole_year", "whole_term", "each_year"]
    ),
    "target_qualifier": text("qualifier of the target used", _QUALIFIERS),
    "target_low": count("target used, lowest; equal to the highest where printed"),
    "target_high": count("target used, highest"),
    "target_truncated_low": count("lowest whole target if the source cut the percent's digits off"),
    "target_truncated_high": count("highest whole target in that reading"),
}
_ATTAINMENT: dict[str, Any] = {
    **_qualified(
        "attainment_printed", number("attainment as printed, percent of the target"), "attainment_printed"
    ),
    "attainment_decimals": count("decimals printed of the attainment"),
    "attainment_low": number("admitted / target_high, percent"),
    "attainment": number("admitted / middle of target_low and target_high, percent"),
    "attainment_high": number("admitted / target_low, percent"),
    "attainment_reading": text(
        "how the printed attainment follows from a printed target", ["", "rounded", "truncated", "differs"]
    ),
    "elapsed_share": number("part of the year covered by a part-year result since New Year, 0 to 1", high=1),
}
_RATES: dict[str, Any] = {
    **_qualified("rate_printed", number("admission rate as printed, percent of members"), "rate_printed"),
    "rate_decimals": count("decimals printed of the rate"),
    "denominator": text("denominator of the printed rate", ["", *codes("denominator")]),
    "rate_span": text("what the printed rate spans", ["", "whole_period", "each_year"]),
    **_qualified(
        "target_rate_printed", number("target as a percent of members, as printed"), "target_rate_printed"
    ),
    "target_rate_decimals": count("decimals printed of the target rate"),
}
for _side, _word in (("end", "end"), ("start", "start")):
    _RATES |= {
        f"members_{_side}": count(f"members at most 31 days from the period's {_word}"),
        f"members_{_side}_date": day(f"day of members_{_side}"),
        f"members_{_side}_qualifier": text(f"qualifier of members_{_side}", _QUALIFIERS),
        f"rate_{_side}": number(f"admitted per 100 of members_{_side}, over the whole period"),
        f"rate_{_side}_per_year": number(
            "the same a year: calendar years, terms as five years, other periods with printed limits"
        ),
    }
_FLOWS: dict[str, Any] = {
    "nominated": count("outstanding people nominated"),
    "trained": count("people who took the awareness class"),
    "training_classes": count("awareness classes held"),
    "recognised": count("recognised as full members"),
    "cards": count("membership cards issued"),
    "disciplined": count("members disciplined"),
    "expelled": count("members expelled"),
    "struck_off": count("members struck off"),
    "resigned": count("members who left at their own request"),
    "mean_age": number("mean age of those admitted, years"),
    "grassroots_orgs": count("grassroots organisations"),
    "grassroots_committees": count("grassroots committees"),
    "grassroots_cells": count("grassroots cells"),
    "cells": count("cells"),
    "places_without_members": count("villages and groups without a member"),
    "places_without_cell": count("villages and groups without a cell"),
    "cells_without_committee": count("cells without a committee"),
    "cells_with_no_admission": count("cells that admitted nobody for years"),
}

UNIT_PERIODS = contract(
    "unit_periods",
    "One row a unit and period, wide; sources that contradict each other keep a row each.",
    {
        **_PLACE,
        **_PERIOD,
        "variant": pa.Column(
            "int64", pa.Check.ge(1), description="1, or more where sources contradict each other"
        ),
        "conflict": text("facts on which sources contradict each other, joined by '; '"),
        **_SOURCES,
        "limits": text("printed only where all limits are printed", ["printed", "inferred"]),
        "span": text("what the result spans", ["whole_period", "each_year", "elapsed_part"]),
        "printed_before_end": flag("whether a source appeared before the period had ended", nullable=True),
        **_qualified("admitted", count("persons admitted in the period"), "admitted"),
        **_TARGETS,
        **_ATTAINMENT,
        **_qualified("members", count("members on the day of a stock"), "members"),
        **_RATES,
        **_FLOWS,
    },
    ["unit_id", "period_type", "period_start", "period_end", "variant"],
)

COMPOSITION = contract(
    "composition",
    "One row a share of a subgroup among those admitted or among members.",
    {
        **_PLACE,
        **_PERIOD,
        "measure": text("of whom the share is", ["admitted", "members"]),
        "dimension": filled("what the subgroup divides by: sex, education, occupation, ..."),
        "subgroup": filled("the part counted"),
        **_SOURCES,
        "conflict": flag("whether sources print different values"),
        **_qualified("count", count("persons of the subgroup, as printed"), "count"),
        **_qualified("total", count("persons in all, printed for the same unit and period"), "total"),
        "count_low": count("fewest persons that the printed percent allows"),
        "count_high": count("most persons that the printed percent allows"),
        "share_printed": number("share as printed, percent"),
        "share_qualifier": text("qualifier of share_printed", _QUALIFIERS),
        "share_decimals": count("decimals printed of the share"),
        "share": number("count / total, percent; where no count is printed, the printed share", high=100),
        "share_low": number("lower limit of the 95% Wilson interval, percent", high=100),
        "share_high": number("upper limit, percent", high=100),
        "share_basis": text("what the share rests on", ["", "count", "percent", "printed"]),
        "reading": text(
            "how the printed share follows from the count",
            ["", "rounded", "truncated", "differs", "no_whole_count", "part_exceeds_whole"],
        ),
    },
    ["unit_id", "period_type", "period_start", "period_end", "measure", "subgroup", "raw_rows"],
)

CHECKS = contract(
    "checks",
    "One row an arithmetic check and its finding; the printed value always stays.",
    {
        "check": text(
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
        "finding": text(
            "what was found",
            ["agrees", "truncated", "explained", "implied", "below", "above", "falls", "not_used", "differs"],
        ),
        "explanation": text("what explains it, or what is implied"),
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
        "measure": filled("what the printed number is"),
        "subgroup": filled("of whom"),
        "printed": number("the printed number"),
        "qualifier": text("how the source words it", _QUALIFIERS),
        "computed": number("what the other printed numbers give"),
        "numerator": number("count that the percent is of"),
        "denominator": number("what it was divided by"),
        "low": number("lowest whole number implied"),
        "high": number("highest whole number implied"),
        "other": number("the other denominator or count that explains it; units summed; the earlier number"),
        "names": text("the neighbour whose count explains it"),
        **_SOURCES,
    },
    list(COLUMNS),
)

CLEANING_LOG = contract(
    "cleaning_log",
    "One row a value or row that cleaning changed, refused, or read from a note.",
    {
        "table": filled("processed table"),
        "file": filled("raw file, under data/raw"),
        "sheet": text("sheet of a workbook; empty for a text file"),
        "raw_row": pa.Column(
            "int64", pa.Check.ge(0), description="row of the raw file, the first being 1; 0 for a whole sheet"
        ),
        "column": text("column; empty where a whole row is meant"),
        "before": text("as it stood; of a register only what identifies nobody, else its shape (Aaa 99)"),
        "after": text("as it stands now"),
        "rule": filled("why"),
    },
    ["table", "file", "sheet", "raw_row", "column", "before", "after", "rule"],
)
