"""Which rows of registers a model stands on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis import cleaning, processed
from analysis.errors import ParameterError
from analysis.models.register_coverage import part_years
from analysis.models.register_rows import by_cell, by_unit, of_term, silent_unit_years

CELL: dict[str, Any] = {
    "synthetic": False,
    "province_vintage": "2008",
    "province_code": "11",
    "province": "Điện Biên",
    "district": "huyện Mường Ảng",
    "unit": "xã Ẳng Nưa",
    "unit_id": "a",
    "level": "commune",
    "locality": "commune",
    "year": 2016,
    "age_band": "age_18_30",
    "sex": "female",
    "admitted": 2,
    "minority": 1,
    "youth_union": 2,
    "members": 40,
    "members_at": "start",
    "unit_members": 90,
    "unit_target": 5,
    "unit_eligible": 7,
    "complete": True,
}


def cells(*changes: dict[str, Any]) -> pd.DataFrame:
    """Return unit-years of made-up cells, in the types of the processed table."""
    rows = pd.DataFrame([CELL | change for change in changes])
    whole = [
        "year",
        "admitted",
        "minority",
        "youth_union",
        "members",
        "unit_members",
        "unit_target",
        "unit_eligible",
    ]
    return rows.astype(dict.fromkeys(whole, "Int64") | {"complete": "boolean", "synthetic": "boolean"})


MALE = {"sex": "male", "admitted": 1, "members": 50}


def test_a_unit_is_the_sum_of_its_cells_and_its_target_counts_once() -> None:
    rows, dropped = by_unit(cells({}, MALE))
    assert rows[["admitted", "target", "members", "eligible"]].to_numpy().tolist() == [[3, 5, 90, 7]]
    assert rows["term"].to_list() == ["2015–2019"]
    assert dropped == ()


def test_a_part_of_those_admitted_is_told_only_if_all_tell() -> None:
    rows, _ = by_unit(cells({}, MALE, {"unit_id": "b"}, MALE | {"unit_id": "b", "minority": None}))
    assert rows["minority"].to_list() == [2, pd.NA]
    assert rows["youth_union"].to_list() == [4, 4]
    assert by_cell(cells({}, MALE | {"minority": None}))[0]["minority"].to_list() == [1, pd.NA]


def test_people_of_unknown_age_stay_in_the_unit_and_leave_the_cells_in_words() -> None:
    table = cells({}, MALE, {"age_band": "", "admitted": 4, "members": None})
    assert by_unit(table)[0]["admitted"].to_list() == [7]
    rows, dropped = by_cell(table)
    assert rows["admitted"].sum() == 3
    assert [(d.reason, d.rows) for d in dropped] == [("không biết tuổi hay giới (4 người)", 1)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"complete": False, "unit_id": "b"}, "không có sổ nào", id="zeros that may be none"),
        pytest.param({"admitted": None, "unit_id": "b"}, "không có sổ nào", id="nothing told"),
        pytest.param({"members": None}, "không đếm đảng viên", id="no exposure"),
        pytest.param({"members": 0, "admitted": 0}, "không có đảng viên nào", id="nobody exposed"),
        pytest.param(
            {"members": 0, "admitted": 3}, "không có mẫu số (3 người)", id="admitted into an empty cell"
        ),
    ],
)
def test_a_cell_without_count_or_exposure_is_left_out_and_told(change: dict[str, Any], reason: str) -> None:
    rows, dropped = by_cell(cells(MALE, change))
    assert rows["sex"].to_list() == ["male"]
    assert len(dropped) == 1
    assert reason in dropped[0].reason


def test_a_unit_year_that_is_not_covered_is_no_zero() -> None:
    rows, dropped = by_unit(cells({}, {"unit_id": "b", "admitted": None, "complete": False}))
    assert rows["unit_id"].to_list() == ["a"]
    assert dropped[0].rows == 1


@pytest.mark.parametrize(
    ("change", "units"),
    [
        pytest.param({}, ["a", "b"], id="of a district that is covered"),
        pytest.param({"district": "huyện Tủa Chùa"}, ["a"], id="of another district"),
        pytest.param({"year": 2017}, ["a"], id="of another year"),
        pytest.param({"district": ""}, ["a"], id="of no known district"),
        pytest.param({"admitted": 1}, ["a"], id="named, but with rows lost"),
    ],
)
def test_a_silent_unit_is_a_zero_only_if_that_is_stated(change: dict[str, Any], units: list[str]) -> None:
    silent = {"unit_id": "b", "admitted": None, "complete": False} | change
    table = cells({}, silent, silent | {"sex": "male", "admitted": None})
    assert by_unit(table)[0]["unit_id"].to_list() == ["a"]
    rows, _ = by_unit(table, silent_as_zero=True)
    assert rows["unit_id"].to_list() == units
    assert rows["admitted"].sum() == 2
    assert set(by_cell(table, silent_as_zero=True)[0]["unit_id"]) == set(units)


def test_synthetic_rows_leave_where_there_are_real_ones() -> None:
    mixed = cells({}, {"synthetic": True, "unit_id": "b"})
    assert by_unit(mixed)[0]["unit_id"].to_list() == ["a"]
    only = by_unit(mixed.loc[mixed["synthetic"]])
    assert only[0]["unit_id"].to_list() == ["b"]
    assert only[1] == ()


@pytest.mark.parametrize("level", ["district", "province"])
def test_nobody_is_counted_twice(level: str) -> None:
    unit = "huyện Mường Ảng" if level == "district" else "tỉnh Điện Biên"
    whole = {"level": level, "unit": unit, "unit_id": "w", "district": "", "admitted": 60}
    rows, dropped = by_unit(cells({}, whole, whole | {"year": 2017}))
    assert rows[["unit_id", "year"]].to_numpy().tolist() == [["a", 2016], ["w", 2017]]
    assert dropped[0].rows == 1


WHOLE = {"level": "district", "unit": "huyện Mường Ảng", "unit_id": "w", "district": ""}


def test_a_few_communes_do_not_stand_for_their_district() -> None:
    rows, dropped = by_unit(cells({}, WHOLE | {"admitted": 80, "unit_members": 2000}))
    assert rows[["unit_id", "admitted"]].to_numpy().tolist() == [["w", 80]]
    assert "một phần" in dropped[0].reason


def test_a_commune_that_is_not_covered_leaves_its_district() -> None:
    silent = {"admitted": None, "complete": False}
    rows, _ = by_unit(cells(silent, WHOLE | {"admitted": 80, "unit_members": 2000}))
    assert rows["unit_id"].to_list() == ["w"]


def test_a_district_is_no_silent_unit_of_its_own() -> None:
    table = cells({}, WHOLE | {"admitted": None, "complete": False, "district": "huyện Mường Ảng"})
    assert silent_unit_years(table).empty


def test_a_unit_with_admissions_in_another_year_is_not_silent() -> None:
    lost = {"unit_id": "b", "admitted": None, "complete": False}
    table = cells({}, lost, {"unit_id": "b", "year": 2017})
    assert silent_unit_years(table).empty
    assert silent_unit_years(cells({}, lost))[["year", "members"]].to_numpy().tolist() == [[2016, 90]]


def test_a_unit_of_which_a_row_was_refused_is_named() -> None:
    _, dropped = by_unit(cells({}, MALE, {"unit_id": "b", "unit": "xã Búng Lao", "complete": False}))
    assert ("xã Búng Lao; 2 người" in dropped[0].reason, dropped[0].rows) == (True, 1)


def test_cells_leave_with_their_unit_year() -> None:
    table = cells({}, MALE | {"complete": False}, {"unit_id": "b"})
    assert set(by_cell(table)[0]["unit_id"]) == set(by_unit(table)[0]["unit_id"]) == {"b"}


def test_a_district_of_another_name_stays() -> None:
    other = {"level": "district", "unit": "huyện Tủa Chùa", "unit_id": "w", "district": ""}
    assert set(by_unit(cells({}, other))[0]["unit_id"]) == {"a", "w"}


def test_overlapping_bands_are_carried_to_the_coarse_ones() -> None:
    rows, _ = by_cell(
        cells(
            {"age_band": "age_31_35", "admitted": 1, "members": 10},
            {"age_band": "age_36_40", "admitted": 2, "members": 20},
            {"unit_id": "b", "age_band": "age_31_40", "admitted": 4, "members": 40},
        )
    )
    assert rows["age_band"].to_list() == ["age_31_40", "age_31_40"]
    assert rows[["admitted", "members"]].to_numpy().tolist() == [[3, 30], [4, 40]]


def test_bands_come_in_the_order_of_age() -> None:
    rows, _ = by_cell(cells({"age_band": "age_over_60"}, {"age_band": "age_under_18"}, {}))
    assert rows["age_band"].cat.categories.to_list() == ["age_under_18", "age_18_30", "age_over_60"]


def test_years_are_taken_to_their_ends() -> None:
    table = cells({}, {"year": 2017}, {"year": 2018})
    assert by_unit(table, years=(2017, 2018))[0]["year"].to_list() == [2017, 2018]
    with pytest.raises(ParameterError, match="2018 is after 2017"):
        by_unit(table, years=(2018, 2017))


@pytest.mark.parametrize(("year", "term"), [(2014, "2010–2014"), (2015, "2015–2019"), (2025, "2025–2029")])
def test_terms(year: int, term: str) -> None:
    assert of_term(year) == term


@pytest.mark.parametrize(
    ("months", "found"),
    [
        pytest.param(["2024-09"] * 20, [2024], id="twenty and none later"),
        pytest.param(["2024-09"] * 19, [], id="too few to tell"),
        pytest.param(["2024-09"] * 20 + ["2024-10"], [], id="one in October"),
        pytest.param(["2024-09"] * 20 + ["2024"], [2024], id="one known to the year only"),
        pytest.param(["2024-09"] * 20 + ["2024"] * 9, [], id="many known to the year only"),
    ],
)
def test_a_year_that_was_closed_early_is_found(months: list[str], found: list[int]) -> None:
    people = pd.DataFrame(
        {"admitted": months, "year": 2024, "province_code": "11", "province_vintage": "2008"}
    )
    people = people.assign(synthetic=False, district="huyện Mường Ảng")
    late = people.head(1).assign(admitted="2024-12", district="huyện Tủa Chùa")
    assert part_years(pd.concat([people, late]))["year"].to_list() == found


def test_examples_lose_nobody(root: Path, tmp_path: Path) -> None:
    cleaning.write(cleaning.clean(root / "data/raw"), tmp_path, made_from="x", raw=root / "data/raw")
    table = processed.load_table(tmp_path, "unit_years")
    people = table["admitted"].sum()
    assert by_unit(table)[0]["admitted"].sum() == people
    rows, dropped = by_cell(table)
    lost = [int(d.reason.split("(")[1].split()[0]) for d in dropped if "người)" in d.reason]
    assert rows["admitted"].sum() + sum(lost) == people


def test_agencies_and_schools_are_a_locality_of_their_own() -> None:
    rows, _ = by_unit(
        cells(
            {},
            {"unit_id": "b", "level": "grassroots", "locality": ""},
            {"unit_id": "c", "level": "commune", "locality": ""},
        )
    )
    assert rows.set_index("unit_id")["locality"].to_dict() == {
        "a": "commune",
        "b": "other_organisation",
        "c": "",
    }
