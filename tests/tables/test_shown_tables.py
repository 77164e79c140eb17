"""Every table, on real provinces and on text that would be code: escaped, linked, in the reader's numbers."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import replace

import made
import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from analysis import tables as shown
from analysis.clean.places import find_province
from analysis.models.published.pooled import pooled_ratio
from analysis.models.published.rows import against_target
from analysis.models.published.selection import best_attainment, followed_up, share_on_target
from analysis.processed import Processed
from analysis.report.place_slice import Cuts
from analysis.shown import Table
from analysis.tables.register import unit_results

Make = Callable[[Processed], Table | None]

OF_A_PROVINCE: dict[str, Make] = {
    "units": lambda t: shown.units(t.unit_periods, t.sources),
    "composition": lambda t: shown.composition(t.composition, t.sources),
    "members": lambda t: shown.members(t.unit_periods, t.sources),
    "process": lambda t: shown.process(t.figures, t.sources),
    "places": lambda t: shown.places(t.figures, t.sources),
    "exits": lambda t: shown.exits(t.figures, t.sources),
    "checks": lambda t: shown.checks(t.checks, t.sources),
    "figures": lambda t: shown.figures(t.figures, t.sources),
    "sources": lambda t: shown.sources(t.sources, t.figures),
}
HOME = {"exits": "Nghệ An", "places": "Điện Biên"}
"""Province that has what a table shows; Đắk Lắk has all the others."""

EVIL = "xã <script>alert(1)</script> & $x^2$ {unit} <b>"


def of(tables: Processed, province: str) -> Processed:
    """Return the tables of one province of the 63."""
    return Cuts(tables, "period").of(find_province(province, "2008")).tables


def page(table: Table | None) -> BeautifulSoup:
    """Return a table as a browser reads it."""
    assert table is not None
    return BeautifulSoup(table._repr_mimebundle_()["text/html"], "html.parser")


def cells(table: Table | None, *words: str) -> list[str]:
    """Return the cells of the one row that holds each of these cells."""
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page(table).select("tbody tr")]
    found = [row for row in rows if all(word in row for word in words)]
    assert len(found) == 1, rows
    return found[0]


@pytest.mark.parametrize("name", OF_A_PROVINCE)
def test_a_table_has_a_head_for_each_cell_and_its_data(name: str, tables: Processed) -> None:
    table = OF_A_PROVINCE[name](of(tables, HOME.get(name, "Đắk Lắk")))
    html = page(table)
    assert table is not None
    assert len(table.rows) > 0
    heads = html.select("thead th[scope=col]")
    assert all(head.get_text() for head in heads)
    assert {len(row.select("th, td")) for row in html.select("tbody tr")} == {len(heads)}
    assert all(len(row.select("th[scope=row]")) == 1 for row in html.select("tbody tr"))
    assert len(html.select("figcaption")) == 1
    assert len(table.data) > 0
    assert not re.search(r"\b(nan|None|NaT)\b|<NA>", html.get_text())


@pytest.mark.parametrize("name", OF_A_PROVINCE)
def test_text_of_the_data_shows_as_text(name: str, tables: Processed) -> None:
    cut = of(tables, HOME.get(name, "Đắk Lắk"))
    named = ("figures", "unit_periods", "composition", "checks")
    given = replace(
        cut,
        **{
            table: getattr(cut, table).assign(unit=EVIL, district=EVIL)
            for table in named
            if table != "figures"
        },
        figures=cut.figures.assign(unit=EVIL, district=EVIL, note=EVIL),
        sources=cut.sources.assign(publisher=EVIL, title=EVIL),
    )
    html = page(OF_A_PROVINCE[name](given))
    assert html.find("script") is None
    assert html.find("b") is None
    first = html.select_one("tbody tr")
    assert first is not None
    assert EVIL[1:] in first.get_text()


@pytest.mark.parametrize("name", OF_A_PROVINCE)
def test_no_data_no_table(name: str, tables: Processed) -> None:
    empty = Processed(*(getattr(tables, field.name).iloc[:0] for field in dataclasses.fields(Processed)))
    assert OF_A_PROVINCE[name](empty) is None


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        pytest.param("https://example.org/a?b=1&c=2", True, id="https"),
        pytest.param("http://example.org/", True, id="http"),
        pytest.param("javascript:alert(1)", False, id="javascript"),
        pytest.param("JavaScript:alert(1)//https://example.org", False, id="javascript in another case"),
        pytest.param("data:text/html,<script>alert(1)</script>", False, id="data"),
        pytest.param("", False, id="none"),
        pytest.param('https://example.org/"onclick="alert(1)', True, id="quotes"),
    ],
)
def test_only_addresses_of_the_web_are_links(url: str, linked: bool, tables: Processed) -> None:
    cut = of(tables, "Đắk Lắk")
    html = page(shown.sources(cut.sources.head(1).assign(url=url), cut.figures))
    links = html.select("tbody a")
    assert [link.get("href") for link in links] == ([url] if linked else [])
    assert all(set(link.attrs) <= {"href", "rel"} for link in links)
    assert html.find("script") is None
    assert cut.sources["title"].iloc[0] in html.get_text()


def test_a_note_in_english_says_so(tables: Processed) -> None:
    cut = of(tables, "Nghệ An")
    html = page(shown.figures(cut.figures, cut.sources))
    noted = cut.figures.loc[cut.figures["note"] != "", "note"]
    assert len(noted) > 3
    assert sorted(span.get_text() for span in html.select('[lang="en"]')) == sorted(noted)


def test_every_figure_stands_with_its_line_of_the_raw_file(tables: Processed) -> None:
    cut = of(tables, "Điện Biên")
    table = shown.figures(cut.figures, cut.sources)
    assert len(page(table).select("tbody tr")) == len(cut.figures)
    lines = {
        cell
        for row in page(table).select("tbody tr")
        for cell in [c.get_text() for c in row.select("td.num")]
    }
    assert {str(line) for line in cut.figures["raw_row"]} <= lines


def test_a_reference_leads_to_its_source(tables: Processed) -> None:
    cut = of(tables, "Đắk Lắk")
    anchors = {
        str(tag["id"]): int(tag.get_text())
        for tag in page(shown.sources(cut.sources, cut.figures)).select("td [id], th [id]")
    }
    assert sorted(anchors.values()) == list(range(1, len(cut.sources) + 1))
    for name in ("units", "figures", "checks"):
        links = page(OF_A_PROVINCE[name](cut)).select('tbody a[href^="#"]')
        assert links
        assert all(anchors[str(link["href"])[1:]] == int(link.get_text().strip("[]")) for link in links)


def test_numbers_are_written_as_the_reader_writes_them(tables: Processed) -> None:
    cut = of(tables, "Điện Biên")
    row = cells(shown.units(cut.unit_periods, cut.sources), "Huyện Mường Ảng", "năm 2016")
    assert any(cell.startswith("2.128") for cell in row)
    assert any("7,1" in cell for cell in row)
    assert not any("2,128" in cell or "7.1" in cell for cell in row)


def test_a_computed_number_stands_in_brackets_beside_the_printed_one() -> None:
    printed = {"attainment_printed": 57.77, "attainment_decimals": 2, "attainment": 57.78}
    rows = made.rows(
        "unit_periods",
        printed | {"admitted": 52, "attainment_low": 57.78, "attainment_high": 57.78},
        {"admitted": 53, "attainment": 265.0, "attainment_low": 265.0, "attainment_high": 265.0}
        | made.year(2024),
    )
    sources = made.rows("sources", {})
    both = cells(shown.units(rows, sources), "năm 2016")
    assert any(re.search(r"57,77%.*\[57,8%\]", cell) for cell in both)
    assert "[265,0%]" in cells(shown.units(rows, sources), "năm 2024")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        pytest.param({"target_low": 595, "target_high": 600}, "595–600", id="a run of targets"),
        pytest.param({"target_low": 150, "target_high": 151}, "150 hoặc 151", id="two targets"),
        pytest.param({"target_low": 1200, "target_high": 1200}, "1.200", id="one target"),
    ],
)
def test_an_inferred_target_says_so(record: dict[str, int], said: str) -> None:
    rows = made.rows(
        "unit_periods", {"admitted": 9, "target_basis": "inferred", "target_scope": "period"} | record
    )
    cell = cells(shown.units(rows, made.rows("sources", {})), "năm 2016")[3]
    assert cell.startswith(f"{said} (")
    assert "suy ra" in cell


def test_missing_is_a_dash_and_none_is_a_zero() -> None:
    rows = made.rows(
        "unit_periods",
        {
            "admitted": 0,
            "target_unspecified": 5,
            "target_low": 5,
            "target_high": 5,
            "target_basis": "printed",
        },
        {"target_unspecified": 5} | made.year(2017),
    )
    table = shown.units(rows, made.rows("sources", {}))
    assert cells(table, "năm 2016")[2] == "0"
    assert cells(table, "năm 2017")[2] == "–"


def test_a_part_of_a_year_says_how_much_of_it_has_gone() -> None:
    part = made.year(2021, 9) | {
        "admitted": 100,
        "attainment_printed": 83,
        "attainment_decimals": 0,
    }
    row = cells(shown.units(made.rows("unit_periods", part), made.rows("sources", {})), "Huyện Mường Ảng")
    assert "30/09/2021" in row[1]
    assert not row[1].startswith("năm")
    assert any("75%" in cell for cell in row)


@pytest.mark.parametrize("name", ["units", "composition", "members", "process", "figures", "checks"])
def test_a_table_of_a_province_is_its_own(name: str, tables: Processed) -> None:
    cut = of(tables, "Đắk Lắk")
    elsewhere = {unit for unit in set(tables.figures["unit"]) - set(cut.figures["unit"]) if len(unit) > 12}
    rows = page(OF_A_PROVINCE[name](cut)).select("tbody tr")
    named = [row.select("th, td")[0].get_text() for row in rows]
    assert not [unit for unit in elsewhere for text in named if unit.casefold() in text.casefold()]


def ratios(tables: Processed) -> Table:
    """Return the pooled ratios of the real whole years, by level."""
    rows = against_target(tables.unit_periods, part_years=False)
    return shown.pooled({"Cấp": pooled_ratio(rows, "level")}, "pooled", "Tỷ số")


def test_a_pooled_ratio_stands_with_its_interval_or_with_the_reason_for_none(tables: Processed) -> None:
    table = ratios(tables)
    given = {row.category: row for row in table.data.itertuples()}
    assert {row.withheld for row in given.values()} > {""}
    for row, html in zip(table.data.itertuples(), page(table).select("tbody tr"), strict=True):
        text = html.select("td")[-1].get_text()
        interval = re.fullmatch(r"\d+,\d\d \(\d+,\d\d–\d+,\d\d\)", text)
        assert bool(interval) == (row.withheld == "")
        # A quotient that is no estimate stands in brackets, with why.
        assert interval or re.fullmatch(r"\[\d+,\d\d\].*[a-zđ].*", text)


def test_the_share_at_the_target_stands_with_its_limits(tables: Processed) -> None:
    published = best_attainment(tables.unit_periods)
    table = shown.selection({"Cấp": share_on_target(published, "level")})
    assert len(page(table).select("tbody tr")) == published["level"].nunique()
    assert all("–" in row.select("td")[-1].get_text() for row in page(table).select("tbody tr"))


def test_units_printed_twice_stand_with_both_results(tables: Processed) -> None:
    rows = followed_up(best_attainment(tables.unit_periods))
    assert len(rows) > 0
    html = page(shown.followed(rows))
    assert len(html.select("tbody tr")) == len(rows)
    assert shown.followed(rows.iloc[:0]) is None


def test_what_a_unit_is_called_across_provinces_is_escaped_too(tables: Processed) -> None:
    rows = followed_up(best_attainment(tables.unit_periods)).assign(unit=EVIL, district=EVIL)
    html = page(shown.followed(rows))
    assert html.find("script") is None
    first = html.select_one("tbody th")
    assert isinstance(first, Tag)
    assert EVIL[1:] in first.get_text()


def test_a_long_table_says_under_it_how_many_rows_its_file_has() -> None:
    units = pd.DataFrame({"unit": [f"xã {n}" for n in range(250)], "district": "huyện A", "year": 2019})
    counts = {"members": 90, "eligible": 30, "target": 4, "admitted": 3}
    units = units.assign(synthetic=False, **counts).astype(dict.fromkeys(counts, "Int64"))
    table = unit_results(units)
    assert table is not None
    shown_page = page(table)
    assert len(shown_page.select("tbody tr")) == 200
    assert "200 trong 250" in shown_page.select("ul.kn-notes")[0].get_text()
    file = table._repr_mimebundle_()["text/csv"]
    assert len(file.splitlines()) == 1 + 250
    assert page(unit_results(units.head(200))).select("ul.kn-notes") == []
