"""What the contracts cannot say: the unit of a column's numbers, and the code table of its codes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from analysis.vocab import CATEGORY_TABLES, categories, table

UNITS: dict[str, str] = {
    name: unit
    for unit, names in {
        "persons": "target_year_plan target_term_resolution target_unspecified target_each_year target_low "
        "target_high target_truncated_low target_truncated_high members_start members_end count total "
        "count_low count_high surplus minority youth_union unit_members unit_target unit_eligible eligible",
        "percent": "attainment_printed attainment_low attainment_high rate_printed rate_start rate_end "
        "target_rate_printed share_printed share share_low share_high",
        "percent a year": "rate_start_per_year rate_end_per_year",
        "share": "elapsed_share",
        "months": "months age_months age_uncertainty",
        "days": "days_to_recognition days_to_exit",
        "calendar year": "year",
        "decimals": "decimals attainment_decimals rate_decimals target_rate_decimals share_decimals",
        "row number": "raw_row header_row",
        "number in order": "variant",
        "rows": "rows_read rows_empty rows_total rows_heading rows_other rows_in rows_hidden rows_refused "
        "rows_stayed rows_changed",
        "table cells": "cells_changed cells_refused",
        "see `value_unit`": "value",
        "as printed": "printed computed",
        "persons or organisations": "numerator denominator low high other",
    }.items()
    for name in names.split()
}
"""Unit of each column of numbers that is not named after a measure; a name means the same in every table."""

_TABLE_OF = {
    "limits": "period_limits",
    "age_band": "age_bands",
    "ethnicity": "ethnic_groups",
    "exit": "exits",
    "locality": "locality_types",
    "mass_organisation": "mass_organisations",
    "measure": "measures",
    "occupation": "occupations",
    "province_code": "provinces",
    "religion": "religions",
    "sex": "sexes",
    "subgroup": "subgroups",
}
_SAME_NAME = ("level", "period_type", "value_unit", "basis", "denominator", "qualifier")


@dataclass(frozen=True, slots=True)
class CodeTable:
    """The codes of a column, with their words.

    Attributes
    ----------
    name : str
        What the codebook calls it.
    file : str
        Its file under ``src/analysis/vocab/``.
    rows : tuple of (code, Vietnamese, English, beside)
        In the order of the file; ``beside`` is what tells codes apart further (``beside_name``).
    beside_name : str
        Heading of ``beside``; empty where there is none.
    """

    name: str
    file: str
    rows: tuple[tuple[str, str, str, str], ...]
    beside_name: str = ""

    def codes(self) -> set[str]:
        """Return the codes."""
        return {row[0] for row in self.rows}


def unit_of(column: str) -> str:
    """Return the unit of a column of numbers.

    Raises
    ------
    ValueError
        None is stated: a number without a unit may not enter the codebook.

    Examples
    --------
    >>> unit_of("age_months"), unit_of("mean_age"), unit_of("training_classes")
    ('months', 'years', 'classes')
    >>> unit_of("height")
    Traceback (most recent call last):
    ValueError: height: no unit is stated; add it to UNITS in src/analysis/schema/meaning.py
    """
    # The first unit of a measure is that of its count; a column named after it never holds its percent.
    measures = {row["code"]: row["value_units"].split()[0] for row in table("measures")}
    unit = UNITS.get(column) or measures.get(column)
    if unit is None:
        raise ValueError(f"{column}: no unit is stated; add it to UNITS in src/analysis/schema/meaning.py")
    return unit


def code_table_of(column: str) -> str:
    """Return the name of the code table of a column of codes; empty where it has none.

    Examples
    --------
    >>> code_table_of("sex"), code_table_of("target_qualifier"), code_table_of("note")
    ('sexes', 'qualifier', '')
    """
    if column.endswith("_qualifier"):
        return "qualifier"
    if column in _SAME_NAME or column in CATEGORY_TABLES:
        return column
    return _TABLE_OF.get(column, "")


@cache
def code_table(name: str) -> CodeTable:
    """Return a code table by its name.

    Examples
    --------
    >>> code_table("sexes").rows[0], code_table("qualifier").file
    (('female', 'nữ', 'female', ''), 'codes.csv')
    >>> code_table("provinces").rows[0]
    ('01', 'Hà Nội', 'Hà Nội', '2008')
    """
    if name == "provinces":
        places = table("provinces")
        rows = tuple((row["code"], row["name"], row["name"], row["vintage"]) for row in places)
        return CodeTable(name, "provinces.csv", rows, "vintage")
    if name == "age_bands":
        return CodeTable(name, "age_bands.csv", _age_bands(), "form")
    if name in CATEGORY_TABLES:
        file, found = CATEGORY_TABLES[name][0], categories(name)
    elif name in ("measures", "subgroups"):
        file, found = name, table(name)
    else:
        file, found = "codes", tuple(row for row in table("codes") if row["table"] == name)
    return CodeTable(
        name, f"{file}.csv", tuple((row["code"], row["label_vi"], row["label_en"], "") for row in found)
    )


def _age_bands() -> tuple[tuple[str, str, str, str], ...]:
    """Return each band once, with every form that has it."""
    forms: dict[str, list[str]] = {}
    for row in table("age_bands"):
        forms.setdefault(row["code"], []).append(row["form"])
    words = {row["code"]: (row["label_vi"], row["label_en"]) for row in table("age_bands")}
    return tuple((code, *words[code], ", ".join(of)) for code, of in forms.items())
