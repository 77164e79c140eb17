"""The contracts of the tables made from registers, targets and members as offices keep them."""

from __future__ import annotations

from typing import Any

import pandera.pandas as pa

from analysis.schema.fields import code, contract, count, filled, flag, text
from analysis.vocab import categories, codes, table

AT = ["start", "end"]


def _coded(about: str, name: str) -> pa.Column:
    return text(f"{about}; empty where not known", ["", *(row["code"] for row in categories(name))])


_AGE_BANDS = list(dict.fromkeys(row["code"] for row in table("age_bands")))
_LOCALITIES = [row["code"] for row in categories("locality_types")]
_UNIT: dict[str, Any] = {
    "synthetic": flag("whether the row was made by a simulation"),
    "province_vintage": text("2008 (63 provinces) or 2025 (34)", ["2008", "2025"]),
    "province_code": code("statistics office's code; the key is (vintage, code)", r"^\d\d$"),
    "province": filled("name of the province in that vintage"),
    "district": text("district; empty where the source names none"),
    "unit": filled("Party organisation, without the word Đảng bộ, in one spelling"),
    "unit_id": filled(
        "key of the unit: province vintage and code / level / district / unit, case and tone placement folded"
    ),
    "level": text("level of the unit", list(codes("level"))),
    "locality": text("type of locality; empty where not known", ["", *_LOCALITIES]),
}
_YEAR = pa.Column("int64", pa.Check.in_range(1930, 2099), description="calendar year")
_FILE = filled("raw file, under data/raw")

ADMISSIONS = contract(
    "admissions",
    "One row a person admitted, without identity. Rows that are alike stand for different people.",
    {
        **_UNIT,
        "cell": text("cell (chi bộ) that the person joined; empty where not known"),
        "admitted": code(
            "month of admission; a quarter, half-year or year where the register tells no more",
            r"^\d{4}(-(\d\d|Q[1-4]|H[12]))?$",
        ),
        "year": _YEAR,
        "age_months": count("completed months of age at admission; the middle of what is possible"),
        "age_uncertainty": count("months between the lowest and the highest age possible; 0 is exact"),
        "age_band": text("age at admission in the bands of form 2-BTCTW", ["", *_AGE_BANDS]),
        "sex": _coded("sex", "sexes"),
        "ethnicity": _coded("ethnic group", "ethnic_groups"),
        "minority": flag("whether of an ethnic minority", nullable=True),
        "religion": _coded("religion", "religions"),
        "religious": flag(
            "whether of a religion; known too where the register only marks those who have one", nullable=True
        ),
        "general_education": _coded("highest level of general education completed", "general_education"),
        "professional_education": _coded("highest professional level", "professional_education"),
        "occupation": _coded("occupation", "occupations"),
        "youth_union": flag("whether a member of the Youth Union", nullable=True),
        "mass_organisation": _coded("mass organisation", "mass_organisations"),
        "was_recognised": flag(
            "whether recognised as a full member; no where the register has a column for it and the cell is empty, "
            "missing where it has none, or where what stands there cannot be read",
            nullable=True,
        ),
        "days_to_recognition": count("days from admission to recognition as a full member"),
        "has_left": flag(
            "whether the person left, or moved to another organisation; no where the register has a column for it and "
            "the cell is empty, missing where it has none, or where what stands there cannot be read",
            nullable=True,
        ),
        "days_to_exit": count(
            "days from admission to leaving; the earliest where the register tells several"
        ),
        "exit": _coded("way of leaving", "exits"),
        "under_18": flag("younger than 18 at admission", nullable=True),
        "over_60": flag(
            "older than 60 at admission, to the month: sixty years and one month are over 60, while `age_band` "
            "counts completed years and has its last band from 61 on",
            nullable=True,
        ),
        "recognised_early": flag("recognised before twelve months", nullable=True),
        "certificate_expired": flag("class certificate older than 60 months at admission", nullable=True),
        "before_unit": flag("admitted before the unit existed", nullable=True),
        "same_person": flag(
            "another row names a person of the same name and day of birth in the province, or year of birth in "
            "the unit; names without their diacritics meet none that have them; missing where that cannot be judged",
            nullable=True,
        ),
        "file": _FILE,
    },
    [],
)

UNIT_YEARS = contract(
    "unit_years",
    "One row a unit, year, age band and sex with its admissions and the members exposed; a unit-year "
    "without either has one row with neither band nor sex.",
    {
        **_UNIT,
        "year": _YEAR,
        "age_band": text(
            "age at admission in completed years, in the bands in which the unit-year counts its members; empty "
            "where not known or not told apart",
            ["", *_AGE_BANDS],
        ),
        "sex": _coded("sex", "sexes"),
        "admitted": count("rows of admissions"),
        "surplus": count("of them, rows beyond the first of the same person in the unit-year, band and sex"),
        "minority": count("of them, of an ethnic minority; missing unless all of them tell"),
        "youth_union": count("of them, members of the Youth Union; missing unless all of them tell"),
        "members": count("members of this age band and sex; missing where they are not counted by these"),
        "members_at": text("at which end of the year members were counted", ["", *AT]),
        "unit_members": count(
            "members of the whole unit, or the sum of its parts where no part is lost or contradicted; do not add "
            "over rows"
        ),
        "unit_target": count("target of the whole unit and year; do not add over rows"),
        "unit_eligible": count(
            "eligible people of the whole unit; 0 is a structural zero; do not add over rows"
        ),
        "complete": flag(
            "whether the zeros are zeros. Either the unit has no eligible people; or some register names the unit, "
            "and a file that names several units lists admissions of its district in that year (where no district "
            "is known: a file that shares a unit with a file that names it), or a file lists admissions of the unit "
            "in that year. Never where a row was refused that may be of this unit and year"
        ),
    },
    ["synthetic", "unit_id", "year", "age_band", "sex"],
)

TARGETS = contract(
    "targets",
    "One row a target that a file sets for a unit and year.",
    {
        **_UNIT,
        "year": _YEAR,
        "target": count("persons to be admitted"),
        "contradicted": flag("another row sets another target for the unit and year; neither is used"),
        "file": _FILE,
        "raw_row": pa.Column("int64", pa.Check.ge(1), description="row of the raw file"),
    },
    ["file", "raw_row", "year", "unit_id"],
)

MEMBERS = contract(
    "members",
    "One row a stock of members that a file counts, of a unit or a part of it.",
    {
        **_UNIT,
        "year": _YEAR,
        "at": text("at which end of the year they were counted", AT),
        "age_band": text("age band; empty for all", ["", *_AGE_BANDS]),
        "sex": text("sex; empty for all", ["", *(row["code"] for row in table("sexes"))]),
        "members": count("members"),
        "eligible": count("people who might be admitted"),
        "founded": text("day on which the unit was founded, as the row tells it; empty where it does not"),
        "contradicted": flag(
            "another row counts the same members differently, or its parts do not add up to it; none of them is used"
        ),
        "eligible_contradicted": flag(
            "rows of the unit-year give several numbers of eligible people; `unit_eligible` is then missing"
        ),
        "file": _FILE,
        "raw_row": pa.Column("int64", pa.Check.ge(1), description="row of the raw file"),
    },
    ["file", "raw_row", "year", "at", "unit_id"],
)

FILES = contract(
    "files",
    "One row a sheet that was read: what came in, what stayed, what was left out.",
    {
        "file": _FILE,
        "sheet": text("sheet of a workbook; empty for a text file"),
        "table": text(
            "table that its rows went to; empty where the sheet holds none",
            ["", "admissions", "targets", "members"],
        ),
        "synthetic": flag("whether its rows were made by a simulation"),
        "encoding": filled("code in which the text stood"),
        "evidence": text("how the code was found"),
        "header_row": count("first row of the header"),
        "rows_read": count("rows below the header"),
        "rows_empty": count("of them, empty"),
        "rows_total": count("of them, sums of others"),
        "rows_heading": count("of them, headings that name a unit"),
        "rows_other": count("of them, numbers of columns, repeated headers, notes, signatures"),
        "rows_in": count("of them, people or units; a table with a column a year counts each of its numbers"),
        "rows_hidden": count(
            "of the people or units, rows that the workbook hides; they are read like any other"
        ),
        "rows_refused": count("of the people or units, refused"),
        "rows_stayed": count("of the people or units, in the table"),
        "rows_changed": count("of those that came in, rows with a cell that was changed"),
        "cells_changed": count("cells that were changed"),
        "cells_refused": count("cells that could not be read and are missing"),
        "columns_read": text("columns read, as header = what it holds, joined by '; '"),
        "columns_dropped": text("columns left out that identify nobody, joined by '; '"),
        "columns_identity": text("columns left out that name or find people, joined by '; '"),
        "columns_unknown": text("columns left out since they were not recognised, joined by '; '"),
    },
    ["file", "sheet"],
)
