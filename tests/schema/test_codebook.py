"""The codebook is in step with the contracts, leads where its links say, and names real codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.schema import TABLES
from analysis.schema.codebook import SHOWN_WHOLE, codebook
from analysis.schema.describe import describe
from analysis.schema.meaning import UNITS, code_table
from analysis.vocab import CATEGORY_TABLES, known_subgroup, table

FIELDS = [(name, field) for name, schema in TABLES.items() for field in describe(schema).fields]
KNOWN = [
    *CATEGORY_TABLES,
    *sorted({row["table"] for row in table("codes")}),
    "measures",
    "subgroups",
    "age_bands",
]
CODED = sorted({field.codes for _, field in FIELDS if field.codes})


@pytest.fixture(scope="module")
def page() -> str:
    return codebook()


def section(page: str, heading: str) -> str:
    found = re.search(rf"^### {heading}\n(.*?)(?=^##|\Z)", page, re.DOTALL | re.MULTILINE)
    assert found, heading
    return found[1]


def test_the_page_in_the_repository_is_what_the_contracts_say(root: Path, page):
    stored = (root / "docs" / "codebook.md").read_text(encoding="utf-8")
    assert stored == page, "docs/codebook.md is out of step: run `make codebook`"


def test_every_link_leads_somewhere(root: Path, page):
    headings = [
        line.lstrip("# ").lower().replace(" ", "-") for line in page.splitlines() if line.startswith("#")
    ]
    assert len(headings) == len(set(headings))
    for target in re.findall(r"\]\(([^)]+)\)", page):
        if target.startswith("#"):
            assert target[1:] in headings, target
        else:
            assert (root / "docs" / target).is_file(), target


def test_every_row_has_the_cells_of_its_table(page):
    width = 0
    for line in page.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not (width and cells) or cells == width, line
        width = cells


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_its_row_in_order(page, name):
    rows = re.findall(r"^\| `(\w+)` \|", section(page, name), re.MULTILINE)
    assert rows == list(TABLES[name].columns)


@pytest.mark.parametrize("name", CODED)
def test_every_code_table_is_shown_or_named(page, name):
    found = code_table(name)
    text = section(page, name)
    assert f"src/analysis/vocab/{found.file}" in text
    shown = re.findall(r"^\| (?:`([\w:]+)`|\*\(empty\)\*) \| (.*?) \| (.*?) \|", text, re.MULTILINE)
    rows = [(code, vi, en) for code, vi, en, _ in found.rows]
    assert rows
    assert shown == (rows if len(rows) <= SHOWN_WHOLE else rows[: len(shown)])
    assert len(shown) == len(rows) or (f"{len(rows)} codes" in text and len(shown) >= 3)


@pytest.mark.parametrize(("name", "field"), [p for p in FIELDS if p[1].codes and p[1].allowed])
def test_a_column_of_codes_holds_codes_of_its_table(name, field):
    assert set(field.allowed) <= code_table(field.codes).codes(), name


@pytest.mark.parametrize(("name", "field"), [p for p in FIELDS if p[1].allowed and not p[1].codes])
def test_a_column_without_a_code_table_has_none_that_fits(name, field):
    fitting = [known for known in KNOWN if code_table(known).codes() - {""} == set(field.allowed)]
    assert not fitting, f"{name}.{field.name}"


def test_the_codes_of_the_real_tables_are_in_their_code_tables(tables):
    provinces = {(row[3], row[0]) for row in code_table("provinces").rows}
    placed = tables.figures.loc[tables.figures["province_code"] != ""]
    assert set(zip(placed["province_vintage"], placed["province_code"], strict=True)) <= provinces
    said = set(re.findall(r"`(age_\w+)`", section(codebook(), "subgroups")))
    assert said
    assert all(known_subgroup(code) for code in said)


def test_units_are_stated_once_and_for_columns_that_there_are():
    numbers = {field.name for _, field in FIELDS if field.kind in ("integer", "number")}
    measures = {row["code"] for row in table("measures")}
    assert set(UNITS) <= numbers
    assert not set(UNITS) & measures


@pytest.mark.parametrize(("name", "field"), [p for p in FIELDS if p[1].unit])
def test_a_description_that_names_a_unit_names_the_same(name, field):
    said = {unit for unit in ("percent", "months", "years", "persons") if field.about.endswith(f", {unit}")}
    assert said <= {field.unit}, name
