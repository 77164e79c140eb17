"""The slice of the data that a report stands on, in the provinces of the period and in those of 2025."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pandas as pd
import pytest

from analysis.clean.places import find_province
from analysis.processed import Processed
from analysis.report.place_slice import Cuts, Place, keys
from analysis.vocab import provinces


def of(tables: Processed, name: str, units: str = "period") -> Place:
    """Return what is known of a province."""
    return Cuts(tables, units).of(find_province(name, {"period": "2008", "2025": "2025"}[units]))


@pytest.mark.parametrize("name", ["Điện Biên", "Lào Cai", "Nghệ An", "Đắk Lắk", "Bắc Ninh"])
def test_a_report_of_a_former_province_holds_its_own_figures(name: str, tables: Processed) -> None:
    cut = of(tables, name).tables
    assert len(cut.figures) > 0
    for table in (cut.figures, cut.unit_periods, cut.composition, cut.checks):
        assert set(table["province"]) <= {name}
    former = tables.figures["province"].eq(name) & tables.figures["province_vintage"].eq("2008")
    assert set(tables.figures.loc[former, "raw_row"]) <= set(cut.figures["raw_row"])
    assert set(cut.sources["source_id"]) == set(cut.figures["source_id"])
    assert set(cut.cleaning_log["raw_row"]) <= set(cut.figures["raw_row"])


def test_nothing_is_known_of_a_province_that_nobody_wrote_of(tables: Processed) -> None:
    cut = of(tables, "Vĩnh Long").tables
    assert {len(getattr(cut, field.name)) for field in dataclasses.fields(cut)} == {0}


def test_every_figure_of_a_province_is_in_a_report_of_its_time(tables: Processed) -> None:
    known = tables.figures.loc[tables.figures["province_vintage"] == "2008"]
    found = [
        line
        for place in provinces("2008")
        for line in Cuts(tables, "period").of(place).tables.figures["raw_row"]
    ]
    assert set(known["raw_row"]) <= set(found)
    assert len(found) == len(set(found))


def test_every_figure_of_a_province_is_in_one_report_of_2025(tables: Processed) -> None:
    known = tables.figures.loc[tables.figures["province_code"] != "", "raw_row"]
    found = [
        line
        for place in provinces("2025")
        for line in Cuts(tables, "2025").of(place).tables.figures["raw_row"]
    ]
    assert sorted(found) == sorted(known)


def test_a_merged_province_keeps_the_names_of_those_that_came_into_it(tables: Processed) -> None:
    figures = of(tables, "Gia Lai", "2025").tables.figures
    assert set(figures["province"]) == {"Gia Lai", "Bình Định"}
    former = figures.loc[figures["province_vintage"].eq("2008") & figures["province"].eq("Bình Định")]
    assert len(former) > 0
    assert (former["unit"] + former["district"]).str.endswith("tỉnh Bình Định cũ").all()
    others = figures.drop(former.index)
    assert not (others["unit"] + others["district"]).str.contains("Bình Định").any()


def test_a_new_province_of_the_same_name_stands_apart_from_the_old(tables: Processed) -> None:
    place = find_province("Lào Cai", "2008")
    marks = keys(place, "period")
    assert marks["2008", "10"] == ""
    (new,) = [mark for key, mark in marks.items() if key[0] == "2025"]
    assert "mới" in new
    # Yên Bái came into the new Lào Cai, but not into the old one's report.
    assert set(of(tables, "Lào Cai").tables.figures["province"]) == {"Lào Cai"}


def test_a_province_that_did_not_merge_needs_no_mark() -> None:
    assert set(keys(find_province("Điện Biên", "2008"), "period").values()) == {""}
    assert set(keys(find_province("Điện Biên", "2025"), "2025").values()) == {""}


@pytest.mark.parametrize(
    "table", ["figures", "unit_periods", "composition", "checks", "sources", "cleaning_log"]
)
def test_the_hash_of_a_province_follows_its_own_data_only(table: str, tables: Processed) -> None:
    place = find_province("Nghệ An", "2008")
    whole: pd.DataFrame = getattr(tables, table)
    column = {"sources": "title", "cleaning_log": "before", "checks": "unit"}.get(table, "unit")
    mine = of(tables, "Nghệ An").tables
    if table in ("sources", "cleaning_log"):
        key = "source_id" if table == "sources" else "raw_row"
        here = whole[key].isin(mine.figures[key])
    else:
        here = whole["province"].eq("Nghệ An") & whole["province_vintage"].eq("2008")
    before = Cuts(tables, "period").hash(place)
    assert before == Cuts(tables, "period").hash(place)
    for rows, same in ((~here, True), (here, False)):
        changed = whole.copy()
        changed.loc[changed.index[rows][0], column] += " khác"
        assert (Cuts(replace(tables, **{table: changed}), "period").hash(place) == before) is same


def test_the_folder_of_a_report_is_plain_and_each_its_own(tables: Processed) -> None:
    slugs = [Cuts(tables, "period").of(place).slug for place in provinces("2008")]
    assert {"dien-bien", "tp-ho-chi-minh", "ba-ria-vung-tau"} <= set(slugs)
    assert len(set(slugs)) == 63
    assert all(slug.replace("-", "").isascii() and slug.replace("-", "").isalpha() for slug in slugs)
