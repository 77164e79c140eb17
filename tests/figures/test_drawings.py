"""Every figure, on real provinces and on rows made up: nothing empty, nothing from elsewhere, the same bytes."""

from __future__ import annotations

import dataclasses
import logging
import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any
from xml.etree import ElementTree

import made
import pandas as pd
import pytest
from matplotlib import font_manager

from analysis import figures
from analysis.clean.places import find_province
from analysis.clean.text import slug
from analysis.figures import style
from analysis.models.published.pooled import pooled_ratio
from analysis.models.published.rows import against_target
from analysis.models.published.selection import best_attainment
from analysis.processed import Processed
from analysis.report import coverage
from analysis.report.place_slice import Cuts
from analysis.shown import Drawing

Draw = Callable[[Processed], Drawing | None]


def _forest(tables: Processed) -> Drawing | None:
    rows = against_target(tables.unit_periods, part_years=False)
    return figures.forest(rows, pooled_ratio(rows, "everything").table)


OF_A_PROVINCE: dict[str, Draw] = {
    "attainment": lambda t: figures.attainment(t.unit_periods),
    "rates": lambda t: figures.rates(t.unit_periods),
    "composition": lambda t: figures.composition(t.composition),
    "members": lambda t: figures.members(t.unit_periods),
    "process": lambda t: figures.process(t.figures),
}
OF_ALL: dict[str, Draw] = {
    "forest": _forest,
    "funnel": lambda t: figures.funnel(against_target(t.unit_periods, part_years=True)),
    "histogram": lambda t: figures.histogram(best_attainment(t.unit_periods)),
    "early": lambda t: figures.early(best_attainment(t.unit_periods)),
    "trends": lambda t: figures.trends(t.composition),
    "tile-map": lambda t: figures.tile_map(*coverage(t, "period")),
    "tile-map-2025": lambda t: figures.tile_map(*coverage(t, "2025")),
}
EVIL = r"xã <script>alert(1)</script> & $x^2$ {unit} 50% -- > $\frac{$"
"""A name that would be code in HTML, in a comment and in a template, and a broken formula in a figure."""

NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def of(tables: Processed, province: str) -> Processed:
    """Return the tables of one province of the 63."""
    return Cuts(tables, "period").of(find_province(province, "2008")).tables


def tree(drawing: Drawing) -> ElementTree.Element:
    """Return a drawing's SVG as XML, comments and all: text is drawn as paths and stands in comments."""
    builder = ElementTree.TreeBuilder(insert_comments=True)
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", str(drawing.svg)).replace("xlink:href", "href")
    return ElementTree.fromstring(svg, ElementTree.XMLParser(target=builder))


def words(drawing: Drawing) -> list[str]:
    """Return the lines of text that a drawing shows."""
    return [str(e.text).strip() for e in tree(drawing).iter() if e.tag is ElementTree.Comment]


def panels(drawing: Drawing) -> int:
    """Return the number of panels in a drawing."""
    return len(re.findall(r'id="[^"]*axes_\d+"', str(drawing.svg)))


DRAWN = [
    *(("Đắk Lắk", name) for name in OF_A_PROVINCE),
    *((place, name) for place in ("Điện Biên", "Lào Cai") for name in ("attainment", "rates")),
    *(("Nghệ An", name) for name in OF_A_PROVINCE),
    *(("", name) for name in OF_ALL),
]
each = pytest.mark.parametrize(
    ("place", "name"), [pytest.param(*key, id=f"{slug(key[0])} {key[1]}".strip()) for key in DRAWN]
)


@pytest.fixture(scope="module")
def drawn(tables: Processed) -> Callable[[str, str], Drawing]:
    """Return what draws a figure of a province, or of all, once; with each warning an error."""

    @cache
    def draw(place: str, name: str) -> Drawing:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = (OF_A_PROVINCE | OF_ALL)[name](of(tables, place) if place else tables)
        assert found is not None
        return found

    return draw


Drawn = Callable[[str, str], Drawing]


@each
def test_a_figure_shows_its_data_in_words_too(place: str, name: str, drawn: Drawn) -> None:
    drawing = drawn(place, name)
    assert len(drawing.data)
    assert panels(drawing)
    svg = tree(drawing)
    assert (svg.tag, svg.get("role"), svg.get("aria-label")) == ("svg", "img", drawing.alt)
    assert [title.text for title in svg.findall("title")] == [drawing.alt]
    assert len(drawing.alt) > 30
    assert drawing.title
    assert drawing.caption


@each
def test_ids_carry_the_name_and_every_reference_has_its_target(place: str, name: str, drawn: Drawn) -> None:
    drawing = drawn(place, name)
    ids = [e.get("id") for e in tree(drawing).iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert all(str(name).startswith(f"{drawing.name}-") for name in ids)
    asked = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', str(drawing.svg))
    assert {here or there for here, there in asked} <= set(ids)


@each
def test_nothing_comes_from_elsewhere(place: str, name: str, drawn: Drawn) -> None:
    text = str(drawn(place, name).svg)
    assert set(re.findall(r"https?://[^\s\"'<>)]+", text)) <= NAMESPACES
    assert not re.search(r"<(script|image|foreignObject|metadata)|@import|<!DOCTYPE", text)


@each
def test_every_mark_and_word_is_of_a_known_value(place: str, name: str, drawn: Drawn) -> None:
    drawing = drawn(place, name)
    assert not re.search(r"\b(nan|inf)\b", str(drawing.svg), re.IGNORECASE)
    assert not [line for line in words(drawing) if re.search(r"\b(nan|None|NaT)\b|<NA>", line)]


@pytest.mark.parametrize("name", [*OF_A_PROVINCE, *OF_ALL])
def test_the_same_data_give_the_same_bytes(name: str, tables: Processed, drawn: Drawn) -> None:
    place = "" if name in OF_ALL else "Đắk Lắk"
    again = (OF_A_PROVINCE | OF_ALL)[name](of(tables, place) if place else tables)
    assert again is not None
    assert again._repr_mimebundle_() == drawn(place, name)._repr_mimebundle_()


def test_nothing_is_written_to_the_log(tables: Processed, caplog: pytest.LogCaptureFixture) -> None:
    font_manager.fontManager._findfont_cached.cache_clear()
    with caplog.at_level(logging.WARNING):
        OF_A_PROVINCE["process"](of(tables, "Đắk Lắk"))
        OF_ALL["histogram"](tables)
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("place", "name"), [pytest.param(*key, id=f"{slug(key[0])} {key[1]}") for key in DRAWN if key[0]]
)
def test_the_data_of_a_province_are_its_own(place: str, name: str, tables: Processed, drawn: Drawn) -> None:
    units = set(of(tables, place).figures["unit"])
    elsewhere = set(tables.figures["unit"]) - units
    assert set(drawn(place, name).data["unit"]) <= units
    text = " ".join(words(drawn(place, name)))
    assert not [unit for unit in elsewhere if len(unit) > 12 and unit in text]


def _empty(tables: Processed) -> Processed:
    return Processed(*(getattr(tables, field.name).iloc[:0] for field in dataclasses.fields(Processed)))


@pytest.mark.parametrize("name", [*OF_A_PROVINCE, "forest", "funnel", "histogram", "early", "trends"])
def test_no_data_no_figure(name: str, tables: Processed) -> None:
    assert (OF_A_PROVINCE | OF_ALL)[name](_empty(tables)) is None


PART = made.year(2016, 9)
STOCK = {"period_type": "point", "period_start": None, "months": None}


@pytest.mark.parametrize(
    ("name", "table", "records"),
    [
        pytest.param("attainment", "unit_periods", [{"admitted": 152}], id="admitted without a target"),
        pytest.param("rates", "unit_periods", [{"admitted": 152}], id="admitted without members"),
        pytest.param(
            "rates",
            "unit_periods",
            [PART | {"admitted": 9, "rate_printed": 2.1}],
            id="rate of a part of a year",
        ),
        pytest.param("members", "unit_periods", [STOCK | {"members": 247}], id="members on one day"),
        pytest.param("composition", "composition", [{"count": 9}], id="a count without its whole"),
        pytest.param(
            "composition", "composition", [{"measure": "members", "share": 40.0}], id="shares of members only"
        ),
        pytest.param("process", "figures", [{"measure": "trained", "value": 4}], id="one stage alone"),
        pytest.param(
            "forest",
            "unit_periods",
            [PART | {"admitted": 9, "target_low": 12, "target_high": 12, "target_basis": "printed"}],
            id="parts of a year only",
        ),
        pytest.param("early", "unit_periods", [{"attainment_printed": 104}], id="whole years only"),
        pytest.param("trends", "composition", [{"subgroup": "farmer", "share": 12.0}], id="another subgroup"),
    ],
)
def test_data_without_what_a_figure_draws_give_none(
    name: str, table: str, records: list[dict[str, Any]], tables: Processed
) -> None:
    given = replace(_empty(tables), **{table: made.rows(table, *records)})
    assert (OF_A_PROVINCE | OF_ALL)[name](given) is None


MET = {"target_basis": "printed", "target_scope": "whole_year", "target_low": 10, "target_high": 10}


@pytest.mark.parametrize(
    ("name", "table", "records"),
    [
        pytest.param(
            "histogram", "unit_periods", [{"attainment_printed": 104}], id="histogram of whole years only"
        ),
        pytest.param(
            "histogram",
            "unit_periods",
            [PART | {"attainment_printed": 80}],
            id="histogram of parts of a year only",
        ),
        pytest.param("trends", "composition", [{"share": 40.0}], id="trends of women only"),
        pytest.param(
            "members",
            "unit_periods",
            [STOCK | {"members": 240}, STOCK | {"members": 247, "period_end": "2018-12-31"}],
            id="members of one unit",
        ),
    ],
)
def test_there_is_a_panel_only_for_what_there_is(
    name: str, table: str, records: list[dict[str, Any]], tables: Processed
) -> None:
    drawing = (OF_A_PROVINCE | OF_ALL)[name](replace(_empty(tables), **{table: made.rows(table, *records)}))
    assert drawing is not None
    assert panels(drawing) == 1


@pytest.mark.parametrize(
    ("name", "table", "records"),
    [
        pytest.param("attainment", "unit_periods", [MET | {"admitted": 0, "attainment": 0}], id="attainment"),
        pytest.param("forest", "unit_periods", [MET | {"admitted": 0}], id="forest"),
        pytest.param("funnel", "unit_periods", [MET | {"admitted": 0}], id="funnel"),
        pytest.param("early", "unit_periods", [PART | {"attainment_printed": 0}], id="early"),
        pytest.param(
            "process",
            "figures",
            [{"measure": "nominated", "value": 0}, {"measure": "admitted", "value": 0}],
            id="process",
        ),
    ],
)
def test_nobody_admitted_is_a_result_that_can_be_drawn(
    name: str, table: str, records: list[dict[str, Any]], tables: Processed
) -> None:
    given = replace(_empty(tables), **{table: made.rows(table, *records)})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawing = (OF_A_PROVINCE | OF_ALL)[name](given)
    assert drawing is not None


@pytest.mark.parametrize("name", OF_A_PROVINCE)
def test_text_of_the_data_is_drawn_as_it_stands(name: str, tables: Processed) -> None:
    cut = of(tables, "Đắk Lắk")
    named = ("figures", "unit_periods", "composition", "checks")
    drawing = OF_A_PROVINCE[name](
        replace(cut, **{table: getattr(cut, table).assign(unit=EVIL) for table in named})
    )
    assert drawing is not None
    assert set(drawing.data["unit"]) == {EVIL}
    assert "<script" not in drawing._repr_mimebundle_()["text/html"]
    text = " ".join(words(drawing))
    assert [part in text for part in ("alert(1)", "$x^2$", "{unit}", "50%", r"$\frac{$")] == [True] * 5


def test_the_drawn_numbers_are_the_readers(drawn: Drawn) -> None:
    # 152 of an inferred 120, marked as inferred, at a printed 127%
    lines = words(drawn("Điện Biên", "attainment"))
    assert any("152/120*" in line and "127%" in line for line in lines)
    assert re.search(r"7,1%.*2\.128", " ".join(words(drawn("Điện Biên", "rates"))))


@pytest.mark.parametrize(("name", "tiles"), [("tile-map", 63), ("tile-map-2025", 34)])
def test_the_map_has_a_tile_for_each_province_and_the_islands(name: str, tiles: int, drawn: Drawn) -> None:
    drawing = drawn("", name)
    assert len(drawing.data) == drawing.data["province_code"].nunique() == tiles
    # Tiles are the only patches with an edge before those of the key; the islands have one each.
    assert len(tiles_of(drawing)) == tiles + 2
    lines = words(drawing)
    for islands, province in (("Hoàng Sa", "(Đà Nẵng)"), ("Trường Sa", "(Khánh Hòa)")):
        assert lines.count(islands) == 1
        assert province in lines[lines.index(islands) : lines.index(islands) + 3]


def tiles_of(drawing: Drawing) -> list[str]:
    """Return how each tile of a map is drawn."""
    before_the_key = str(drawing.svg).partition("legend_1")[0]
    return re.findall(r'<g id="[^"]*patch_\d+">\s*<path [^>]*style="([^"]*stroke:[^"]*)"', before_the_key)


def test_the_map_keeps_zero_from_missing_and_islands_from_data() -> None:
    known = pd.DataFrame({"province_code": ["48", "56", "01"], "value": [115, 115, 0]})
    drawing = figures.tile_map(known, "2008", "Tiêu đề", "số liệu")
    assert drawing is not None
    filled = [tile for tile in tiles_of(drawing) if "fill: none" not in tile]
    assert len(filled) == 3  # zero among them; neither the other provinces nor the islands of these two
    assert len(set(filled)) == 2
    dashed = [tile for tile in tiles_of(drawing) if "stroke-dasharray" in tile]
    assert len(dashed) == 2
    data = drawing.data.set_index("province_code")["value"]
    assert data["01"] == 0
    assert pd.isna(data["79"])
    lines = words(drawing)
    assert "0" in lines
    assert lines.count("–") == 60
    # The key tells the classes and what a dash is.
    assert lines[-7:] == ["Số liệu", "0–4", "5–18", "19–41", "42–73", "74–115", "–: không có số liệu"]


@pytest.mark.parametrize("name", ["Điện Biên", "Lào Cai", "Hà Nội", "Bắc Ninh", "Vĩnh Long"])
def test_the_map_counts_the_figures_of_each_report(name: str, drawn: Drawn, tables: Processed) -> None:
    value = drawn("", "tile-map").data.set_index("province").loc[name, "value"]
    known = len(of(tables, name).figures)
    # No figure is a dash on the map, not a zero.
    assert pd.isna(value) if known == 0 else value == known


def test_the_fonts_hold_every_letter_of_the_data(tables: Processed) -> None:
    style.new(1.0)
    path = font_manager.findfont("Be Vietnam Pro", fallback_to_default=False)
    glyphs = set(font_manager.get_font(path).get_charmap())
    text = set()
    for column in ("unit", "district", "province"):
        text |= set("".join(tables.figures[column].unique()))
    assert not [letter for letter in text if ord(letter) not in glyphs]


def test_a_bundle_names_its_file_and_carries_its_data(drawn: Drawn) -> None:
    drawing = drawn("Điện Biên", "attainment")
    bundle = drawing._repr_mimebundle_()
    assert bundle["text/plain"] == drawing.alt
    assert bundle["text/csv"].splitlines()[0].split(",")[0] == "unit"
    assert len(bundle["text/csv"].splitlines()) == len(drawing.data) + 1
    assert 'href="figures/attainment.csv"' in bundle["text/html"]
