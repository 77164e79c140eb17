"""Every figure of the registers: its numbers, what stands where there is none, and what it may not show."""

from __future__ import annotations

import ast
import itertools
import re
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import made
import numpy as np
import pandas as pd
import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.textpath import TextPath

from analysis.figures import register, style
from analysis.figures.register import phrases, scales
from analysis.language import speaking
from analysis.models.counts.fit import fit_counts
from analysis.models.process.competing_risks import ends_of_probation
from analysis.models.process.conversion import printed_conversion
from analysis.models.process.recognition_cohorts import recognition_by_cohort
from analysis.models.process.waiting import kaplan_meier, recognition_delay
from analysis.models.provinces.meta_analysis import random_effects
from analysis.models.reform.count_series import count_series
from analysis.models.reform.segmented import segmented
from analysis.models.result import ESTIMATES, Result
from analysis.models.small_units.funnel import funnel
from analysis.models.small_units.ranks import posterior_ranks
from analysis.models.small_units.shrinkage import shrink
from analysis.models.standardisation.decomposition import decompose_product, decompose_rates
from analysis.models.standardisation.standardise import standardise_direct, standardise_indirect
from analysis.models.targets.heaping import heaping
from analysis.models.terms import NO_LOCALITY, category_label
from analysis.shown import Drawing

Box = tuple[float, float, float, float]

PLACE = {
    "synthetic": False,
    "province_vintage": "2008",
    "province_code": "11",
    "province": "Điện Biên",
    "district": "huyện Mường Ảng",
    "level": "commune",
}
UNTIL = date(2022, 12, 31)
REAL = [False]
WITHHELD = "không công bố"
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def units(*records: dict[str, Any]) -> pd.DataFrame:
    """Return rows as of `by_unit`; each record says what is not usual."""
    usual = PLACE | {"locality": "commune", "year": 2019, "members_at": "start", "target": 10, "members": 250}
    rows = pd.DataFrame([usual | {"unit": f"xã {i}"} | record for i, record in enumerate(records)])
    rows["unit_id"] = "2008-11/" + rows["unit"]
    return rows.astype(dict.fromkeys(("target", "members", "admitted"), "Int64"))


def cells(*records: dict[str, Any]) -> pd.DataFrame:
    """Return rows as of `by_cell`."""
    usual = {"sex": "female", "age_band": "age_18_30", "members": 100}
    rows = units(*(usual | record for record in records))
    bands = [b for b in ("age_18_30", "age_31_35", "age_56_60", "age_over_60") if b in set(rows["age_band"])]
    return rows.assign(age_band=pd.Categorical(rows["age_band"], bands))


@cache
def many_units() -> pd.DataFrame:
    """Return forty units over four years: two that stand apart, and a heap on the target."""
    random = np.random.default_rng(4)
    records = []
    for unit in range(40):
        level = {3: 3.5, 7: 0.15}.get(unit, random.gamma(20, 1 / 20))
        for year in range(2018, 2022):
            target = int(random.integers(4, 14))
            admitted = int(random.poisson(level * target))
            admitted = target if target > admitted >= target - 2 and random.random() < 0.5 else admitted
            members = 30 * target
            record = {"unit": f"xã Đông Hòa {unit}", "year": year, "target": target, "admitted": admitted}
            records.append(record | {"members": members})
    return units(*records)


@cache
def many_cells() -> pd.DataFrame:
    """Return cells of twelve units in two provinces and years."""
    random = np.random.default_rng(5)
    records = []
    for unit in range(12):
        for year in (2018, 2019):
            for band, rate in (("age_18_30", 0.06), ("age_31_35", 0.03), ("age_56_60", 0.01)):
                for sex in ("female", "male"):
                    members = int(random.integers(150, 400))
                    where = {"province": "Nghệ An"} if unit % 2 else {}
                    where["locality"] = "township" if unit % 3 else "commune"
                    admitted = int(random.poisson(rate * members))
                    record = {"unit": f"xã {unit}", "year": year, "age_band": band, "sex": sex}
                    records.append(record | where | {"members": members, "admitted": admitted})
    return cells(*records)


@cache
def admissions() -> pd.DataFrame:
    """Return four hundred people admitted from 2017 to 2021, most of them recognised."""
    random = np.random.default_rng(1)
    n = 400
    months = [f"{y}-{m:02d}" for y, m in zip(random.integers(2017, 2022, n), random.integers(1, 13, n))]
    left = random.random(n) < 0.08
    known = (random.random(n) < 0.93) & ~left
    days = 365 + np.floor(random.gamma(1.2, 40, n))
    ways = random.choice(["struck_off", "moved"], n)
    return pd.DataFrame(
        {
            "synthetic": False,
            "admitted": months,
            "file": "a.csv",
            "was_recognised": known,
            "days_to_recognition": np.where(known, days, np.nan),
            "recognised_early": False,
            "has_left": left,
            "days_to_exit": np.where(left, 370 + random.integers(0, 300, n), np.nan),
            "exit": np.where(left, ways, ""),
            "sex": random.choice(["female", "male"], n),
        }
    )


@cache
def series(every: str = "month") -> pd.DataFrame:
    random = np.random.default_rng(2)
    people = [
        f"{year}-{month:02d}"
        for year in range(2016, 2022)
        for month in range(1, 13)
        for _person in range(random.poisson(20 + 8 * (year >= 2019)))
    ]
    span = ("2016-01", "2021-12") if every == "month" else ("2016", "2021")
    return count_series(pd.DataFrame({"admitted": people}), every, *span)[0]


STUDIES = ([0.3, -0.1, 0.5, 0.1, 0.2], [0.1, 0.2, 0.15, 0.1, 0.3])
PLACES = ["Điện Biên", "Nghệ An", "Lào Cai", "Bà Rịa – Vũng Tàu", "Thành phố Hồ Chí Minh"]


def _count_fit(rows: pd.DataFrame, formula: str = "age_band * sex + locality + C(year)") -> Result:
    return fit_counts(rows, formula, name="rate", title="Tỷ lệ kết nạp")


def _shrunken(synthetic: list[bool]) -> Drawing | None:
    found = shrink(many_units(), label="unit")
    return register.shrunken(found, posterior_ranks(found, seed=1), synthetic=synthetic)


SIDES = {"between": "province", "first": "Điện Biên", "second": "Nghệ An"}
FROM: dict[str, Callable[[list[bool]], Drawing | None]] = {
    "trend": lambda s: register.trend(many_units().assign(synthetic=s[0])),
    "pyramid": lambda s: register.pyramid(many_cells().assign(synthetic=s[0])),
    "rates_by": lambda s: register.rates_by(many_cells().assign(synthetic=s[0])),
    "target_against_admitted": lambda s: register.target_against_admitted(
        many_units().assign(synthetic=s[0])
    ),
    "coefficients": lambda s: register.coefficients(_count_fit(many_cells()), synthetic=s),
    "funnel_plot": lambda s: register.funnel_plot(funnel(many_units(), label="unit"), synthetic=s),
    "shrunken": _shrunken,
    "heaping_histogram": lambda s: register.heaping_histogram(heaping(many_units(), draws=99), synthetic=s),
    "forest": lambda s: register.forest(random_effects(*STUDIES, PLACES), synthetic=s),
    "process_funnel": lambda s: register.process_funnel(
        recognition_by_cohort(admissions(), date(2022, 6, 30)), synthetic=s
    ),
    "recognition_curve": lambda s: register.recognition_curve(
        ends_of_probation(admissions(), UNTIL), synthetic=s
    ),
    "waiting_curve": lambda s: register.waiting_curve(
        recognition_delay(admissions(), UNTIL, by="sex"), synthetic=s
    ),
    "components": lambda s: register.components(
        decompose_rates(many_cells(), factors=["age_band", "sex"], **SIDES), synthetic=s
    ),
    "standardised_rates": lambda s: register.standardised_rates(
        standardise_direct(many_cells(), by="province", strata=["age_band", "sex"], standard="pooled"),
        synthetic=s,
    ),
    "segmented_series": lambda s: register.segmented_series(
        segmented(series(), date(2019, 1, 1)), synthetic=s
    ),
}
each = pytest.mark.parametrize("name", FROM)


@cache
def drawn(name: str, *, synthetic: bool = False) -> Drawing:
    """Return a figure, drawn once, with each warning an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawing = FROM[name]([synthetic])
    assert drawing is not None
    return drawing


def tree(drawing: Drawing) -> ElementTree.Element:
    """Return a drawing's SVG as XML, comments and all: text is drawn as paths and stands in comments."""
    builder = ElementTree.TreeBuilder(insert_comments=True)
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", str(drawing.svg)).replace("xlink:href", "href")
    return ElementTree.fromstring(svg, ElementTree.XMLParser(target=builder))


def words(drawing: Drawing | None) -> list[str]:
    """Return the lines of text that a drawing shows."""
    assert drawing is not None
    return [str(e.text).strip() for e in tree(drawing).iter() if e.tag is ElementTree.Comment]


def texts(drawing: Drawing) -> Iterator[tuple[float, float, float]]:
    """Yield the place and the scale of each line of level text: its first letter's, in the SVG's units."""
    for place, sizes in re.findall(
        r'<g [^>]*transform="translate\(([^)]*)\) scale\(([^)]*)\)', str(drawing.svg)
    ):
        x, y = (float(part) for part in place.split())
        yield x, y, abs(float(sizes.split()[0]))


def lettering(drawing: Drawing) -> list[tuple[str, Box]]:
    """Return each level line of text with its box (left, top, right, bottom), from where its letters stand."""
    found = []
    written = r'<!-- (.*?) -->\s*<g [^>]*transform="translate\((\S+) (\S+)\) scale\((\S+) \S+\)">(.*?)</g>'
    for line, x, y, scale, glyphs in re.findall(written, str(drawing.svg), re.DOTALL):
        em = 100 * float(scale)
        last = max([float(at) for at in re.findall(r"<use [^>]*translate\((\S+) ", glyphs)], default=0.0)
        left, base = float(x), float(y)
        found.append((line, (left, base - 0.7 * em, left + last * float(scale) + 0.4 * em, base)))
    return found


def apart(one: Box, other: Box) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def written_over(drawing: Drawing) -> list[tuple[str, str]]:
    """Return the pairs of lines that lie on each other."""
    pairs = itertools.combinations(lettering(drawing), 2)
    return [(line, other) for (line, box), (other, there) in pairs if not apart(box, there)]


def cut_off(drawing: Drawing) -> list[str]:
    """Return the lines that run beyond the right edge."""
    width = re.search(r'viewBox="0 0 ([\d.]+) ', str(drawing.svg))
    assert width is not None
    return [line for line, box in lettering(drawing) if box[2] > float(width[1])]


def test_every_public_figure_is_drawn_here() -> None:
    assert set(FROM) == set(register.__all__)


@each
def test_a_figure_says_in_words_what_it_shows(name: str) -> None:
    drawing = drawn(name)
    svg = tree(drawing)
    assert (svg.tag, svg.get("role"), svg.get("aria-label")) == ("svg", "img", drawing.alt)
    assert re.search(r"\d", drawing.alt)
    assert len(drawing.data)
    assert drawing.title
    assert len(drawing.caption) > 60
    for text in (drawing.alt, drawing.caption, drawing.title, *words(drawing)):
        assert not re.search(r"\b(nan|None|NaT|inf)\b|<NA>|[{}]", text)


@each
def test_ids_carry_the_name_and_every_reference_has_its_target(name: str) -> None:
    drawing = drawn(name)
    ids = [e.get("id") for e in tree(drawing).iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert all(str(one).startswith(f"{drawing.name}-") for one in ids)
    asked = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', str(drawing.svg))
    assert {here or there for here, there in asked} <= set(ids)


def test_figures_of_one_report_have_names_of_their_own() -> None:
    names = [drawn(name).name for name in FROM]
    assert len(names) == len(set(names))


@each
def test_nothing_comes_from_elsewhere(name: str) -> None:
    text = str(drawn(name).svg)
    assert set(re.findall(r"https?://[^\s\"'<>)]+", text)) <= NAMESPACES
    # Letters are paths: a page's fonts need not have them.
    assert not re.search(r"<(script|image|foreignObject|metadata|text)\b|@import|\b(nan|inf)\b", text)


@each
def test_colours_follow_the_page(name: str) -> None:
    # A colour that is no variable of the page's stands out in the dark.
    bare = re.sub(r"var\(--kn-\w+,#\w{6}\)", "", str(drawn(name).svg))
    assert not re.findall(r"(?:fill|stroke): (#\w+)", bare)


@each
def test_text_is_large_enough_and_within_the_figure(name: str) -> None:
    drawing = drawn(name)
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', str(drawing.svg))
    assert box is not None
    found = list(texts(drawing))
    assert found
    # Glyphs are drawn at 100 units an em: the scale is a hundredth of the size in points.
    assert min(size for _x, _y, size in found) >= 0.08 - 1e-9
    assert all(0 <= x <= float(box[1]) and 0 <= y <= float(box[2]) for x, y, _size in found)


@each
def test_no_line_is_cut_off_or_lies_on_another(name: str) -> None:
    assert len(lettering(drawn(name))) > 3
    assert cut_off(drawn(name)) == []
    assert written_over(drawn(name)) == []


@pytest.mark.parametrize("places", [("commune", NO_LOCALITY), (NO_LOCALITY, "commune"), (NO_LOCALITY,)])
def test_a_long_title_of_a_panel_is_folded(places: tuple[str, ...]) -> None:
    rows = [
        {"unit": f"xã {i}", "locality": place, "members": 900 - i, "admitted": 20}
        for i, place in enumerate(places)
    ]
    drawing = register.rates_by(cells(*rows))
    assert drawing is not None
    title = category_label("locality", NO_LOCALITY).casefold()
    parts = [line for line in words(drawing) if line.casefold() in title and len(line) > 2]
    assert " ".join(parts).casefold() == title
    assert (cut_off(drawing), written_over(drawing)) == ([], [])


@each
def test_the_same_data_give_the_same_bytes(name: str) -> None:
    again = FROM[name]([False])
    assert again is not None
    assert (again.svg, again.alt, again.caption) == (drawn(name).svg, drawn(name).alt, drawn(name).caption)
    pd.testing.assert_frame_equal(again.data, drawn(name).data)


@each
def test_synthetic_data_say_so(name: str) -> None:
    # In the drawing too, which may go elsewhere without its title.
    marked, plain = drawn(name, synthetic=True), drawn(name)
    assert marked.title.endswith("(dữ liệu giả lập)")
    assert "Dữ liệu giả lập" in words(marked)
    assert "giả lập" not in " ".join([plain.title, *words(plain)])
    assert written_over(marked) == []


def test_withheld_synthetic_results_say_so() -> None:
    result, draw = withheld_results()["funnel_plot"]
    assert "Dữ liệu giả lập" in words(draw(result, synthetic=[True]))
    assert "Có dữ liệu giả lập" in words(draw(result, synthetic=[True, False]))


def test_every_message_has_its_english() -> None:
    source = Path(register.__file__).parent
    messages = {
        call.args[0].value
        for path in source.glob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_"
    }
    catalogue = source.parents[1] / "locale" / "en" / "register_figures.po"
    with catalogue.open("rb") as file:
        english = {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}
    assert set(english) == messages
    for vietnamese, text in english.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", vietnamese))


def test_a_figure_speaks_english() -> None:
    with speaking("en"):
        drawing = FROM["trend"]([False])
    assert drawing is not None
    assert drawing.title.startswith("Yearly admission rate")
    assert "denominator: members at the start of the year" in words(drawing)


# The trend


def test_a_rate_is_that_of_all_units_together_with_exact_limits() -> None:
    first = [{"admitted": 4, "members": 150}, {"admitted": 6, "members": 50}]
    drawing = register.trend(units(*first, {"admitted": 9, "year": 2020}))
    assert drawing is not None
    row = drawing.data.iloc[0]
    assert (row["admitted"], row["members"], row["units"]) == (10, 200, 2)
    # Garwood's limits of a count of 10
    assert [round(2 * row[name], 5) for name in ("rate", "low", "high")] == [10, 4.79539, 18.39036]
    assert "đảng viên đầu năm" in drawing.caption


@pytest.mark.parametrize(
    ("years", "banded"),
    [
        pytest.param([2018, 2019], False, id="before"),
        pytest.param([2019, 2020], True, id="its first year"),
        pytest.param([2025, 2026], True, id="its last year"),
        pytest.param([2026, 2027], False, id="after"),
    ],
)
def test_the_band_of_the_resolution_is_drawn_for_its_years_only(years: list[int], banded: bool) -> None:
    drawing = register.trend(units(*({"admitted": 9, "year": year} for year in years)))
    assert any("21-NQ/TW" in line for line in words(drawing)) == banded
    assert drawing is not None
    assert (f"--kn-band,{style.BAND}" in str(drawing.svg)) == banded


def test_a_change_of_the_units_covered_is_told_apart_from_a_change_of_the_rate() -> None:
    years = [(2016, "A"), (2016, "B"), (2017, "A"), (2017, "B"), (2018, "A"), (2020, "A")]
    rows = units(*({"unit": unit, "year": year, "admitted": 5} for year, unit in years))
    drawing = register.trend(rows)
    assert drawing is not None
    assert drawing.data["same_units"].tolist() == [False, True, False, False]
    assert drawing.data["units"].tolist() == [2, 2, 1, 1]
    assert {"cùng các đơn vị như năm trước", "các đơn vị có sổ đã đổi"} <= set(words(drawing))


def test_rates_over_members_at_the_start_and_at_the_end_are_not_joined() -> None:
    rows = units({"admitted": 5}, {"admitted": 5, "members_at": "end"})
    drawing = register.trend(rows)
    assert drawing is not None
    assert drawing.data["members_at"].tolist() == ["start", "end"]
    assert {"mẫu số: đảng viên đầu năm", "mẫu số: đảng viên cuối năm"} <= set(words(drawing))


def test_one_rate_alone_is_no_figure() -> None:
    assert register.trend(units({"admitted": 4}, {"admitted": 6})) is None


def test_units_without_members_are_left_out_and_counted() -> None:
    without = [{"admitted": 7, "members": None}, {"admitted": 7, "members": 0}]
    drawing = register.trend(units({"admitted": 5}, {"admitted": 6, "year": 2020}, *without))
    assert drawing is not None
    assert drawing.data["admitted"].tolist() == [5, 6]
    assert "2 đơn vị-năm không có số đảng viên" in drawing.caption


def test_a_year_that_is_not_told_to_its_end_is_no_yearly_rate() -> None:
    rows = units({"admitted": 10, "year": 2018}, {"admitted": 1, "year": 2019})
    drawing = register.trend(rows, part_years=[2019])
    assert drawing is not None
    assert drawing.data["part_year"].tolist() == [False, True]
    assert "năm 2018" in drawing.alt
    assert "không phải tỷ lệ của cả năm" in drawing.caption
    assert "năm chưa có sổ đủ" in words(drawing)


def test_nobody_admitted_in_a_year_is_a_rate_of_zero() -> None:
    drawing = register.trend(units({"admitted": 0, "members": 100}, {"admitted": 9, "year": 2020}))
    assert drawing is not None
    assert drawing.data[["rate", "low"]].iloc[0].tolist() == [0, 0]
    assert drawing.data["high"].iloc[0] == pytest.approx(3.6888795, abs=5e-8)


# Age and sex


def test_the_shares_of_both_sexes_make_up_the_whole() -> None:
    drawing = register.pyramid(
        cells({"admitted": 3, "members": 50}, {"admitted": 1, "members": 150, "sex": "male"})
    )
    assert drawing is not None
    assert drawing.data["admitted_share"].tolist() == [75, 25]
    assert drawing.data["members_share"].tolist() == [25, 75]
    assert "nữ 75,0% số kết nạp và 25,0% số đảng viên" in drawing.alt
    assert {"75,0%", "25,0%"} <= set(words(drawing))


def test_a_band_without_members_is_no_band_without_admissions() -> None:
    rows = cells(
        {"admitted": 3},
        {"admitted": 0, "sex": "male"},
        {"admitted": 2, "sex": "male", "age_band": "age_31_35"},
    )
    lines = words(register.pyramid(rows))
    assert lines.count("không có đảng viên") == 1
    assert lines.count("0") == 3  # one share, and the corner of each panel


def test_a_pyramid_of_nobody_is_none() -> None:
    assert register.pyramid(cells({"admitted": 0})) is None


def test_zero_and_empty_cells_of_the_rates_differ() -> None:
    rows = cells(
        {"admitted": 8, "locality": "commune"},
        {"admitted": 0, "members": 40, "locality": "township"},
        {"admitted": 1, "locality": "commune", "age_band": "age_31_35"},
        {"admitted": 2, "locality": ""},
    )
    drawing = register.rates_by(rows)
    assert drawing is not None
    lines = words(drawing)
    assert "0 · 0/40" in lines
    assert lines.count("không có đảng viên") == lines.count("–") == 2
    assert "Không rõ loại địa bàn" in lines
    # The dot of a cell without admissions is the only hollow one.
    assert len(re.findall(r"fill: var\(--kn-paper,[^>]*stroke: var\(--kn-blue", str(drawing.svg))) == 1
    zero = drawing.data.loc[drawing.data["members"].eq(40)].iloc[0]
    assert (zero["rate"], round(zero["high"], 6)) == (0, round(100 * 3.6888795 / 40, 6))
    assert drawing.data.loc[drawing.data["members"].eq(0), "rate"].isna().all()


def test_a_small_rate_does_not_look_like_zero() -> None:
    rows = cells({"admitted": 1, "members": 2104}, {"admitted": 400, "members": 5000, "sex": "male"})
    lines = words(register.rates_by(rows.assign(locality=["ward", "commune"])))
    assert "0,048 · 1/2.104" in lines


def test_places_on_an_axis_are_written_in_full() -> None:
    rows = cells({"admitted": 8}, {"admitted": 1, "locality": "ward"})
    assert {"2,5", "7,5"} <= set(words(register.rates_by(rows)))


def test_published_steps_stand_only_where_they_are_told() -> None:
    units_ = [f"huyện {letter}" for letter in "abc"]
    figures = [
        {"unit": unit, "unit_id": unit, "measure": measure, "value": value}
        for unit, measures in zip(
            units_, (("nominated", "admitted"), ("trained", "admitted")) * 2, strict=False
        )
        for measure, value in zip(measures, (20, 5), strict=True)
    ]
    drawing = register.process_funnel(printed_conversion(made.rows("figures", *figures)), synthetic=REAL)
    lines = words(drawing)
    assert [sum(unit in line.casefold() for line in lines) for unit in units_] == [1, 1, 1]
    assert lines.count("25,0% · 5/20") == 3
    assert "–" not in lines


# Targets


def test_bubbles_count_unit_years_and_mark_those_on_target() -> None:
    rows = units(
        *[{"target": 3, "admitted": 3}] * 4,
        {"target": 3, "admitted": 5},
        {"target": 0, "admitted": 1},
        {"target": None, "admitted": 1},
    )
    drawing = register.target_against_admitted(rows)
    assert drawing is not None
    assert drawing.data.to_dict("list") == {"target": [3, 3], "admitted": [3, 5], "unit_years": [4, 1]}
    assert "đúng bằng chỉ tiêu: 4 (80,0%)" in words(drawing)
    assert "2 đơn vị-năm không có chỉ tiêu" in drawing.caption


def test_the_scale_of_large_targets_is_told() -> None:
    rows = units({"target": 3, "admitted": 3}, {"target": 900, "admitted": 0})
    lines = words(register.target_against_admitted(rows))
    assert "Chỉ tiêu của năm, người (thang căn bậc hai)" in lines


def test_a_heap_stands_beside_what_is_expected() -> None:
    found = heaping(many_units(), draws=99)
    drawing = register.heaping_histogram(found, synthetic=REAL)
    assert drawing is not None
    on = int((many_units()["admitted"] == many_units()["target"]).sum())
    assert drawing.data.set_index("difference").at[0, "observed"] == on
    assert f"{on} kết nạp đúng bằng chỉ tiêu" in drawing.alt
    assert drawing.data["expected"].notna().all()


def test_counts_are_drawn_without_a_model_where_it_iswithheld_results() -> None:
    found = heaping(units(*[{"target": 2, "admitted": 2}] * 3), draws=99)
    assert found.withheld
    drawing = register.heaping_histogram(found, synthetic=REAL)
    assert drawing is not None
    assert "đúng chỉ tiêu: đã đếm 3" in words(drawing)
    assert "mô hình kỳ vọng" not in words(drawing)
    assert WITHHELD in drawing.alt.casefold()


# Models


def test_references_stand_at_one_under_the_name_of_their_factor() -> None:
    drawing = drawn("coefficients")
    lines = words(drawing)
    assert lines.count("nhóm so sánh") == 4
    assert {"Nhóm tuổi:", "Giới:", "Loại địa bàn:", "Năm:", "Nhóm tuổi × giới:"} <= set(lines)
    fit = _count_fit(many_cells())
    row = fit.at("sex[T.male]")
    assert phrases.said(row["response"], row["response_low"], row["response_high"]) in lines
    assert "hằng số" not in " ".join(lines)


def test_parts_of_a_spline_are_not_drawn_alone() -> None:
    fit = fit_counts(many_cells(), "sex + bs(year, df=3, degree=1)", title="Tỷ lệ")
    if fit.withheld:  # the columns of the spline depend on each other in two years
        fit = fit_counts(many_units().assign(sex="x"), "locality + cr(year, df=3)", title="Tỷ lệ")
    drawing = register.coefficients(fit, synthetic=REAL)
    assert drawing is None or not [line for line in words(drawing) if "bs(" in line or "cr(" in line]


def test_a_model_of_a_constant_has_no_coefficients_to_draw() -> None:
    assert register.coefficients(_count_fit(many_cells(), "1"), synthetic=REAL) is None


def test_a_withheld_fit_is_empty_rows_with_the_reason_where_it_is() -> None:
    rows = many_cells().assign(age_band=many_cells()["age_band"].astype(str))
    rows.loc[rows["age_band"].eq("age_56_60"), "admitted"] = 0
    fit = _count_fit(rows, "age_band + sex")
    assert fit.withheld
    drawing = register.coefficients(fit, synthetic=REAL)
    assert drawing is not None
    lines = words(drawing)
    assert sum(line.startswith(WITHHELD) for line in lines) == 3
    assert any(line.startswith(f"{WITHHELD}: nhóm tuổi: 56–60 tuổi") for line in lines)
    # No axis, no estimate: the only numbers are those of the bands and of the reason.
    assert not [line for line in lines if re.fullmatch(r"[\d,.()–−\s]+", line)]
    assert drawing.data[list(ESTIMATES[1:])].isna().all(axis=None)


def test_a_finding_of_the_whole_fit_stands_in_its_first_row() -> None:
    few = many_cells().assign(admitted=0)
    few.loc[few.index[0], "admitted"] = 3
    fit = _count_fit(few, "sex")
    lines = words(register.coefficients(fit, synthetic=REAL))
    assert any(line.startswith(f"{WITHHELD}: ") for line in lines)


def test_differences_stand_on_a_linear_axis_about_zero() -> None:
    columns = [["a[T.x]", "a[T.y]"], [-2.0, 1.0], [0.5, 0.5], [-3.0, 0.0], [-1.0, 2.0]]
    columns += [[-2.0, 1.0], [-3.0, 0.0], [-1.0, 2.0], [0.0, 0.05]]
    table = pd.DataFrame(dict(zip(ESTIMATES, columns, strict=True)))
    found = Result(name="slopes", title="Hiệu", estimates=table, specification="y ~ a", n=9)
    lines = words(register.coefficients(found, synthetic=REAL))
    assert "−2,00 (−3,00 đến −1,00)" in lines
    assert "Khác biệt so với nhóm so sánh" in lines
    assert "nhóm so sánh" not in lines


def test_only_units_beyond_the_limits_are_named() -> None:
    found = funnel(many_units(), label="unit")
    outside = found.estimates.loc[found.estimates["outside_wide"].str.endswith("_998"), "label"]
    assert {"xã Đông Hòa 3", "xã Đông Hòa 7"} <= set(outside)
    named = {line for line in words(drawn("funnel_plot")) if line.startswith("xã Đông Hòa")}
    assert named == set(outside)


def test_names_in_a_crowd_cover_neither_points_nor_each_other() -> None:
    random = np.random.default_rng(3)
    level = dict(zip(many_units()["unit"].unique(), random.gamma(1.2, 0.9, 40), strict=True))
    admitted = (many_units()["target"].astype(float) * many_units()["unit"].map(level)).round()
    rows = many_units().assign(admitted=admitted.astype("Int64"))
    drawing = register.funnel_plot(funnel(rows, label="unit", adjustment="none", centre=1), synthetic=REAL)
    assert drawing is not None
    names = [(line, box) for line, box in lettering(drawing) if line.startswith("xã Đông Hòa")]
    assert len(names) > 8
    assert written_over(drawing) == []
    points = re.findall(
        r'<use href="#[^"]*" x="(\S+)" y="(\S+)" style="fill: [^"]*(?:blue|orange)', str(drawing.svg)
    )
    assert len(points) == 40
    covered = [
        line
        for line, (left, top, right, bottom) in names
        for x, y in points
        if left < float(x) + 2 and float(x) - 2 < right and top < float(y) + 2 and float(y) - 2 < bottom
    ]
    assert covered == []


def test_names_that_find_no_room_are_counted() -> None:
    rows = [{"unit": f"xã {'rất dài ' * 9}{i}", "target": 100, "admitted": 400} for i in range(12)]
    rows += [{"unit": f"khác {i}", "target": 100, "admitted": 90 + i % 20} for i in range(60)]
    found = funnel(units(*rows), label="unit", adjustment="none", centre=1)
    drawing = register.funnel_plot(found, synthetic=REAL)
    assert drawing is not None
    named = sum(line.startswith("xã") for line in words(drawing))
    assert f"{12 - named} đơn vị ngoài giới hạn không đủ chỗ ghi tên" in drawing.caption


def test_at_most_twenty_units_are_drawn_each_rank_with_its_interval() -> None:
    drawing = drawn("shrunken")
    assert len(drawing.data) == 20
    assert drawing.data["label"].iloc[0] == "xã Đông Hòa 3"
    assert drawing.data["label"].iloc[-1] == "xã Đông Hòa 7"
    ranks = [line for line in words(drawing) if line.startswith("hạng")]
    assert len(ranks) == 20
    assert all(re.fullmatch(r"hạng \d+ \(\d+–\d+\)", line) for line in ranks)


def test_units_that_do_not_differ_have_no_ranks() -> None:
    found = shrink(units(*({"admitted": 10 + i % 2} for i in range(12))), label="unit")
    drawing = register.shrunken(found, posterior_ranks(found, seed=1), synthetic=REAL)
    assert drawing is not None
    assert not [line for line in words(drawing) if line.startswith("hạng")]
    assert "Không ghi hạng" in drawing.caption
    assert "không khác nhau quá mức ngẫu nhiên" in drawing.alt


def test_a_forest_has_the_numbers_of_metafor() -> None:
    # BCG: REML mean -.7145323 (.1797815), prediction interval -1.866692, .437628
    vaccinated = [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27]
    healthy = [119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886]
    other = [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29]
    rest = [128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825]
    a, b, c, d = (np.array(part, dtype=float) for part in (vaccinated, healthy, other, rest))
    estimates = np.log(a / (a + b)) - np.log(c / (c + d))
    errors = np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    found = random_effects(estimates, errors, [f"nơi {i}" for i in range(13)], knapp_hartung=False)
    lines = words(register.forest(found, synthetic=REAL))
    assert "0,489 (0,344–0,696)" in lines
    assert "0,155–1,55" in lines


def test_too_few_provinces_are_drawn_without_a_mean() -> None:
    found = random_effects([0.1, 0.3], [0.1, 0.2], PLACES[:2])
    drawing = register.forest(found, synthetic=REAL)
    assert drawing is not None
    lines = words(drawing)
    assert sum(line.startswith(WITHHELD) for line in lines) == 2
    assert "1,11 (0,908–1,34)" in lines
    assert "I² =" not in drawing.caption


def test_a_share_has_wilsons_limits() -> None:
    stages = [{"measure": "nominated", "value": 263}, {"measure": "admitted", "value": 81}]
    found = printed_conversion(made.rows("figures", *stages))
    drawing = register.process_funnel(found, synthetic=REAL)
    assert drawing is not None
    # Newcombe (1998): 81 of 263
    assert drawing.data[["low", "high"]].iloc[0].round(5).tolist() == [25.52885, 36.62096]
    assert "30,8% · 81/263" in words(drawing)


def test_a_cohort_that_was_not_followed_so_long_is_an_empty_row() -> None:
    lines = words(drawn("process_funnel"))
    assert lines.count("chưa theo dõi đủ lâu") == lines.count("–") > 0
    assert "Được công nhận trong 24 tháng" in lines


def test_outcomes_and_those_still_waiting_make_up_the_whole() -> None:
    found = ends_of_probation(admissions(), UNTIL)
    last = found.curves.groupby("cause", sort=False)["incidence"].last()
    lines = words(drawn("recognition_curve"))
    shown = [line for line in lines if re.search(r"\d%$", line)]
    assert len(shown) == len(last) == 3
    assert f"Công nhận chính thức {phrases.fixed(100 * last['recognised'], 1)}%" in shown


def test_a_waiting_curve_ends_where_kaplan_and_meier_say() -> None:
    # Gehan's 6-MP group: S(23) = .448179, median 23
    time = [10, 7, 32, 23, 22, 6, 16, 34, 32, 25, 11, 20, 19, 6, 17, 35, 6, 13, 9, 6, 10]
    event = [1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0]
    rows = pd.DataFrame({"time": time * 2, "event": event * 2})
    drawing = register.waiting_curve(kaplan_meier(rows, time="time", event="event"), synthetic=REAL)
    assert drawing is not None
    assert "còn chờ 44,8%" in words(drawing)
    assert "trung vị 23" in drawing.alt


@pytest.mark.parametrize(
    ("name", "start"),
    [
        pytest.param("waiting_curve", min, id="waiting"),
        pytest.param("recognition_curve", max, id="recognised"),
    ],
)
def test_all_wait_in_the_beginning(name: str, start: Callable[[list[float]], float]) -> None:
    found = re.findall(r'<path d="([^"]*)"[^>]*fill: none;[^"]*stroke: var\(--kn-blue', str(drawn(name).svg))
    heights = [float(y) for y in re.findall(r"[ML] [\d.]+ ([\d.]+)", found[0])]
    assert len(heights) > 20
    assert heights[0] == start(heights)  # an SVG's heights run downwards


def test_the_parts_of_a_difference_add_up_to_its_bar() -> None:
    drawing = drawn("components")
    parts = drawing.data.set_index("term")["response"]
    assert drawing.data["term"].iloc[-1] == "difference"
    assert parts["composition"] + parts["rates"] == pytest.approx(parts["difference"], abs=1e-12)
    factors = [term for term in parts.index if term.startswith("composition:")]
    assert parts[factors].sum() == pytest.approx(parts["composition"], abs=1e-12)
    assert {"trong đó cơ cấu theo nhóm tuổi", "trong đó cơ cấu theo giới"} <= set(words(drawing))


def test_factors_of_a_product_have_the_numbers_of_das_gupta() -> None:
    found = decompose_product(
        {"a": 10930.0, "b": 0.717892}, {"a": 16591.0, "b": 0.825974}, sides=("trước", "sau")
    )
    assert {"4.370", "1.487", "5.857"} <= {
        line.split()[0] for line in words(register.components(found, synthetic=REAL))
    }


def test_crude_rates_stand_beside_standardised_ones() -> None:
    found = standardise_direct(many_cells(), by="province", strata=["age_band", "sex"], standard="pooled")
    drawing = drawn("standardised_rates")
    rows = found.estimates.set_index("term")
    for row in drawing.data.to_dict("records"):
        assert (row["crude"], row["rate"]) == (
            rows.at[row["term"], "crude"],
            rows.at[row["term"], "response"],
        )
    assert {"tỷ lệ thô", "tỷ lệ chuẩn hóa"} <= set(words(drawing))


def test_a_group_that_cannot_be_standardised_keeps_its_crude_rate_alone() -> None:
    rows = many_cells()
    rows = rows.loc[~(rows["province"].eq("Nghệ An") & rows["age_band"].eq("age_18_30"))]
    found = standardise_direct(rows, by="province", strata=["age_band"], standard="pooled")
    drawing = register.standardised_rates(found, synthetic=REAL)
    assert drawing is not None
    lines = words(drawing)
    assert lines.count("không chuẩn hóa được") == 1
    blank = drawing.data.loc[drawing.data["rate"].isna()]
    assert blank["crude"].notna().all()
    assert "18–30 tuổi" in drawing.caption


def test_indirect_rates_are_not_compared_with_each_other() -> None:
    found = standardise_indirect(many_cells(), by="year", strata=["age_band"], standard="pooled")
    drawing = register.standardised_rates(found, synthetic=REAL)
    assert drawing is not None
    assert drawing.data["term"].tolist() == ["2018", "2019"]
    assert "không so hai nhóm với nhau" in drawing.caption


def test_a_counterfactual_runs_from_the_change_on() -> None:
    drawing = drawn("segmented_series")
    known = drawing.data["counterfactual"].notna()
    assert drawing.data.loc[known, "period"].min() == "2019-01"
    assert "01/01/2019" in words(drawing)


# What the gate withheld, and what there is not


@cache
def withheld_results() -> dict[str, tuple[Result, Callable[..., Drawing | None]]]:
    few = units(*({"admitted": 1} for _unit in range(3)))
    nobody = many_cells().assign(admitted=0)
    uncounted = many_cells().assign(members=pd.array([None] * len(many_cells()), "Int64"))
    return {
        "funnel_plot": (funnel(few), register.funnel_plot),
        "shrunken": (shrink(few), register.shrunken),
        "process_funnel": (recognition_by_cohort(admissions(), date(2017, 1, 31)), register.process_funnel),
        "recognition_curve": (ends_of_probation(admissions().head(4), UNTIL), register.recognition_curve),
        "waiting_curve": (recognition_delay(admissions().head(4), UNTIL), register.waiting_curve),
        "components": (decompose_rates(nobody, factors=["sex"], **SIDES), register.components),
        "standardised_rates": (
            standardise_direct(uncounted, by="province", strata=["sex"], standard="pooled"),
            register.standardised_rates,
        ),
        "segmented_series": (segmented(series("year"), date(2019, 1, 1)), register.segmented_series),
    }


@pytest.mark.parametrize("name", list(withheld_results()))
def test_a_withheld_result_is_an_empty_row_with_the_reason(name: str) -> None:
    result, draw = withheld_results()[name]
    assert result.withheld
    drawing = draw(result, synthetic=REAL)
    if drawing is None:
        assert result.estimates.empty
        return
    lines = words(drawing)
    reason = next(line for line in lines if line.startswith(f"{WITHHELD}: "))
    rest = " ".join(lines[lines.index(reason) + 1 :])
    assert not re.search(r"\d[,.]\d", rest)
    assert WITHHELD in drawing.alt
    assert "Nên: " in drawing.caption
    assert drawing.data[list(ESTIMATES[1:])].isna().all(axis=None)


@pytest.mark.parametrize("name", ["trend", "target_against_admitted", "pyramid", "rates_by"])
def test_no_rows_no_figure(name: str) -> None:
    rows = (many_cells() if name in ("pyramid", "rates_by") else many_units()).iloc[:0]
    assert getattr(register, name)(rows) is None


def test_rows_without_what_a_figure_draws_give_none() -> None:
    assert register.trend(units({"admitted": 3, "members": None})) is None
    assert register.target_against_admitted(units({"admitted": 3, "target": None})) is None


EVIL = r"xã <script>alert(1)</script> & $x^2$ {unit} 50% $\frac{$"


def test_names_of_the_data_are_drawn_as_they_stand() -> None:
    rows = many_units().assign(
        unit=many_units()["unit"].where(many_units()["unit"].ne("xã Đông Hòa 3"), EVIL)
    )
    drawing = register.funnel_plot(funnel(rows, label="unit"), synthetic=REAL)
    assert drawing is not None
    assert "<script" not in drawing._repr_mimebundle_()["text/html"]
    text = " ".join(words(drawing))
    assert [part in text for part in ("alert(1)", "$x^2$", "{unit}", r"$\frac{$")] == [True] * 4


def test_letters_are_measured_as_wide_as_they_are_drawn() -> None:
    figure, (axes,) = style.new(1.0)
    for line in ("0,0380 (0,0221–0,0655)", "Cơ quan, trường, doanh nghiệp và tổ chức khác"):
        text = axes.text(0, 0, line, fontsize=8)
        drawn_width = TextPath((0, 0), line, prop=text.get_fontproperties()).get_extents().x1
        assert text.get_window_extent().width * 72 / figure.dpi == pytest.approx(drawn_width, rel=0.01)


# Axes


@cache
def _axes() -> Axes:
    return style.new(1.0)[1][0]


_RATIOS = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=12)


@given(middles=_RATIOS, widths=st.floats(1, 1e4))
def test_every_ratio_lies_within_its_axis(middles: list[float], widths: float) -> None:
    axes = _axes()
    values = np.array(middles)
    scales.ratio_axis(axes, values, values / widths, values * widths)
    left, right = axes.get_xlim()
    assert left < min(*middles, 1.0) <= max(*middles, 1.0) < right
    ticks = scales.ticks(left, right)
    assert 0 < len(ticks) <= 8
    assert all(left <= tick <= right for tick in ticks)


@given(left=st.floats(1e-3, 1e5), span=st.floats(1.05, 1e5))
def test_places_on_a_logarithmic_axis_are_few_and_within(left: float, span: float) -> None:
    ticks = scales.ticks(left, left * span)
    assert 0 < len(ticks) <= 8
    assert ticks == sorted(set(ticks))
    assert left * (1 - 1e-9) <= ticks[0] <= ticks[-1] <= left * span * (1 + 1e-9)


@given(middles=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12), width=st.floats(0, 1e6))
def test_every_difference_lies_within_its_axis(middles: list[float], width: float) -> None:
    axes = _axes()
    axes.set_xscale("linear")
    values = np.array(middles)
    scales.difference_axis(axes, values, values - width, values + width)
    left, right = axes.get_xlim()
    assert left < min(*middles, 0.0) <= max(*middles, 0.0) < right


@given(values=st.lists(st.floats(0, 1e4), min_size=1, max_size=12), more=st.floats(0, 1e6))
def test_every_rate_lies_within_its_axis(values: list[float], more: float) -> None:
    top = scales.reach(values, np.array(values) + more)
    assert top > 0
    assert top >= max(values)
