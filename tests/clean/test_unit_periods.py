"""One row a unit and period: the facts of the real rows, targets, part-years, sources that differ."""

import pandas as pd
import pytest

from analysis import cleaning

PART = {"subgroup": "female", "value": "7"}
YEAR_PLAN = {"measure": "target", "value": "120", "basis": "year_plan"}
FIRST_HALF = {"period_type": "partial_year", "period_end": "2016-06-30", "value": "45"}
TO_SOME_DAY = {"period_type": "partial_year", "period_limits": "inferred", "value": "60"}
TERM = {"period_type": "term", "period_start": "2015-01-01", "period_end": "2020-12-31"}

FACTS = [
    pytest.param(
        ("huyện Mường Ảng", "year", "2016-12-31"),
        {
            "province": "Điện Biên",
            "admitted": 152,
            "attainment_printed": 127,
            "target_basis": "inferred",
            "target_low": 120,
            "target_high": 120,
            "members_end": 2128,
            "rate_end": pytest.approx(100 * 152 / 2128),
            "recognised": 171,
        },
        id="muong-ang-2016",
    ),
    pytest.param(
        ("huyện Mường Ảng", "point", "2016-12-31"),
        {"members": 2128, "places_without_members": 1, "places_without_cell": 26},
        id="muong-ang-end-of-2016",
    ),
    pytest.param(
        ("thị trấn Mường Ảng", "term", "2020-05-14"),
        {"admitted": 45, "members_end": 247},
        id="thi-tran-muong-ang-term",
    ),
    pytest.param(
        ("thị trấn Mường Ảng", "point", "2020-05-14"), {"members": 247, "cells": 15}, id="thi-tran-muong-ang"
    ),
    pytest.param(
        ("Chi bộ tổ dân phố 8", "year", "2019-12-31"),
        {"level": "cell", "district": "huyện Mường Ảng", "trained": 4, "admitted": 1},
        id="street-group-8",
    ),
    pytest.param(
        ("thị trấn Mường Khương", "year", "2024-12-31"),
        {
            "province": "Lào Cai",
            "admitted": 53,
            "target_basis": "printed",
            "target_low": 20,
            "target_high": 20,
            "attainment": 265,
            "members_end": 454,
        },
        id="muong-khuong-2024",
    ),
    pytest.param(("thị trấn Mường Khương", "term", "2024-12-31"), {"admitted": 93}, id="muong-khuong-term"),
    pytest.param(
        ("thị xã Thái Hòa", "year", "2014-12-31"),
        {"province": "Nghệ An", "admitted": 130, "attainment_printed": 108, "target_low": 120},
        id="thai-hoa-2014",
    ),
    pytest.param(
        ("thị xã Thái Hòa", "year", "2015-12-31"),
        {"admitted": 156, "attainment_printed": 130, "target_low": 120, "target_high": 120},
        id="thai-hoa-2015",
    ),
    pytest.param(
        ("thị xã Thái Hòa", "term", "2020-12-31"),
        {
            "admitted": 639,
            "attainment_printed": 107,
            "target_basis": "inferred",
            "target_low": 595,
            "target_high": 600,
            "attainment_low": pytest.approx(63900 / 600),
            "attainment_high": pytest.approx(63900 / 595),
        },
        id="thai-hoa-term",
    ),
    pytest.param(
        ("thị xã Thái Hòa", "partial_year", "2021-10-15"),
        {"admitted": 100, "elapsed_share": pytest.approx((9 + 15 / 31) / 12, abs=1e-6)},
        id="thai-hoa-2021",
    ),
    pytest.param(
        ("thị xã Thái Hòa", "partial_year", "2021-09-30"),
        {"disciplined": 31, "expelled": 12},
        id="thai-hoa-discipline",
    ),
    pytest.param(
        ("huyện M'Đrắk", "year", "2017-12-31"),
        {
            "province": "Đắk Lắk",
            "admitted": 167,
            "attainment_printed": 111,
            "target_basis": "inferred",
            "target_low": 150,
            "target_high": 151,
            "members_end": 3044,
            "trained": 310,
        },
        id="mdrak-2017",
    ),
    pytest.param(
        ("huyện M'Đrắk", "year", "2018-12-31"),
        {"target_basis": "printed", "target_low": 150, "target_high": 150, "members_start": 3044},
        id="mdrak-2018",
    ),
    pytest.param(
        ("xã Cư San", "year", "2017-12-31"),
        {"admitted": 13, "attainment_printed": 160, "target_basis": "none_fits"},
        id="cu-san-2017",
    ),
    pytest.param(
        ("xã Cư San", "multi_year", "2018-12-31"), {"trained": 85, "admitted": 36}, id="cu-san-2016-2018"
    ),
    pytest.param(
        ("huyện Bắc Trà My", "partial_year", "2022-06-30"),
        {"admitted": 52, "target_low": 90, "attainment_printed": 57.77, "attainment_reading": "truncated"},
        id="bac-tra-my-cut-off",
    ),
]


@pytest.mark.parametrize(("key", "facts"), FACTS)
def test_facts_of_the_real_rows(tables, one, key, facts):
    unit, period_type, end = key
    row = one(tables.unit_periods, unit=unit, period_type=period_type, period_end=end)
    assert {name: row[name] for name in facts} == facts


@pytest.mark.parametrize(
    ("key", "empty"),
    [
        pytest.param(("xã Cư San", "year", "2017-12-31"), "target_low", id="no-whole-target"),
        pytest.param(("xã Cư San", "year", "2017-12-31"), "attainment", id="no-target-no-attainment"),
        pytest.param(("thị trấn Mường Khương", "year", "2024-12-31"), "attainment_printed", id="not-printed"),
        pytest.param(("huyện M'Đrắk", "year", "2018-12-31"), "admitted", id="planned-only"),
        pytest.param(("thị xã Thái Hòa", "partial_year", "2021-10-15"), "rate_end_per_year", id="part-year"),
        pytest.param(("huyện Thanh Hà", "term", "2021-12-31"), "attainment", id="yearly-target"),
        pytest.param(("huyện Thanh Hà", "term", "2025-12-31"), "target_low", id="yearly-target-of-a-term"),
        pytest.param(("xã Đồng Lạc", "term", "2023-12-31"), "attainment", id="yearly-target-of-a-commune"),
        pytest.param(("xã Đồng Lạc", "term", "2025-12-31"), "target_term_resolution", id="no-term-target"),
    ],
)
def test_what_is_not_known_of_the_real_rows_is_missing(tables, one, key, empty):
    unit, period_type, end = key
    assert pd.isna(one(tables.unit_periods, unit=unit, period_type=period_type, period_end=end)[empty])


def test_seven_of_seventeen_street_group_cells_without_committee_became_two(tables):
    town = tables.figures.loc[
        (tables.figures["unit"] == "thị trấn Mường Khương") & (tables.figures["subgroup"] == "street_group")
    ]
    values = town.set_index(["measure", town["period_end"].dt.year])["value"].to_dict()
    assert values == {
        ("cells_without_committee", 2020): 7,
        ("cells_without_committee", 2024): 2,
        ("cells", 2024): 17,
    }


@pytest.mark.parametrize(("unit", "each_year"), [("huyện Thanh Hà", 90), ("xã Đồng Lạc", 4)])
def test_a_yearly_target_of_a_term_keeps_its_own_column(tables, unit, each_year):
    rows = tables.unit_periods.loc[tables.unit_periods["unit"] == unit]
    assert rows["target_each_year"].dropna().tolist() == [each_year]
    assert rows["attainment"].isna().all()


def test_a_yearly_target_of_a_term_serves_the_years_within_it(raw_of, one):
    thanh_ha = {"unit": "huyện Thanh Hà", "province": "Hải Dương", "source_id": "baohaiduong-thanhha"}
    term = {"period_type": "term", "period_start": "2020-01-01", "period_end": "2025-12-31"}
    target = {"measure": "target", "value": "90", "basis": "term_resolution"}
    year = {"period_start": "2022-01-01", "period_end": "2022-12-31", "value": "99"}
    found = cleaning.clean(raw_of(thanh_ha | term | target, thanh_ha | year, thanh_ha | year | PART))
    row = one(found.unit_periods, period_type="year")
    assert (row["target_scope"], row["target_low"], row["attainment"]) == ("each_year", 90, 110)


def test_a_percent_of_the_yearly_plan_is_not_of_the_terms_target(raw_of, one):
    bung_lao = {"unit": "xã Búng Lao", "source_id": "enbaodienbienphu-bunglao"}
    bung_lao |= {"period_type": "term", "period_start": "2020-01-01", "period_end": "2025-12-31"}
    target = {"measure": "target", "value": "50", "basis": "term_resolution"}
    found = cleaning.clean(raw_of(bung_lao | {"like": "attainment"}, bung_lao | target, bung_lao | PART))
    row = one(found.unit_periods, period_type="term")
    assert (row["span"], row["target_term_resolution"]) == ("each_year", 50)
    assert pd.isna(row["target_low"])


def test_a_part_of_a_year_stands_against_the_target_of_the_whole_year(raw_of, one):
    found = cleaning.clean(raw_of(PART, YEAR_PLAN, FIRST_HALF))
    half = one(found.unit_periods, period_type="partial_year")
    assert (half["target_low"], half["target_scope"], half["target_basis"]) == (120, "whole_year", "printed")
    assert half["attainment"] == 37.5
    assert half["elapsed_share"] == 0.5


def test_the_elapsed_share_is_missing_where_the_cut_off_is_the_outer_bound(raw_of, one):
    found = cleaning.clean(raw_of(PART, YEAR_PLAN, TO_SOME_DAY))
    row = one(found.unit_periods, period_type="partial_year")
    assert (row["period_end"].isoformat()[:10], row["target_scope"]) == ("2016-12-31", "whole_year")
    assert pd.isna(row["elapsed_share"])


def test_a_quarter_that_does_not_begin_the_year_takes_no_target_of_the_year(raw_of, one):
    march = {"period_type": "partial_year", "period_start": "2016-03-01", "period_end": "2016-03-31"}
    found = cleaning.clean(raw_of(PART, YEAR_PLAN, march | {"value": "9"}))
    row = one(found.unit_periods, period_type="partial_year")
    assert pd.isna(row["target_low"])
    assert pd.isna(row["elapsed_share"])


@pytest.mark.parametrize("part", [FIRST_HALF, TO_SOME_DAY], ids=["first-half", "to-some-day"])
def test_a_part_of_a_year_is_never_a_year(raw_of, one, part):
    stock = {
        "like": "point",
        "measure": "members",
        "value": "2000",
        "period_end": part.get("period_end", "2016-12-31"),
    }
    found = cleaning.clean(raw_of({}, PART, part, stock))
    assert one(found.unit_periods, period_type="year")["admitted"] == 152
    row = one(found.unit_periods, period_type="partial_year")
    assert row["admitted"] == int(part["value"])
    assert row["rate_end"] == pytest.approx(int(part["value"]) / 20)
    assert pd.isna(row["rate_end_per_year"])


@pytest.mark.parametrize("kind", ["partial_year", "school_year", "event"])
def test_only_years_and_several_years_have_a_rate_a_year(tables, kind):
    rows = tables.unit_periods.loc[tables.unit_periods["period_type"] == kind]
    assert rows["rate_end_per_year"].isna().all()
    assert rows["rate_start_per_year"].isna().all()


def test_an_event_is_no_total_of_its_day_or_year(tables):
    events = tables.unit_periods.loc[tables.unit_periods["period_type"] == "event"]
    assert len(events)
    assert events["target_low"].isna().all()


def test_the_elapsed_part_of_a_term_stands_against_the_terms_target(tables, one):
    row = one(tables.unit_periods, unit="huyện Đức Linh", period_type="term", period_end="2017-12-31")
    assert (row["admitted"], row["target_low"], row["target_scope"]) == (454, 800, "whole_term")
    assert row["attainment"] == 56.75


def test_of_two_printed_targets_the_one_that_gives_the_printed_percent_is_used(raw_of, one):
    own = {"measure": "target", "value": "130", "basis": "term_resolution"}
    found = cleaning.clean(raw_of({}, PART, YEAR_PLAN, own, {"like": "attainment", "value": "117"}))
    row = one(found.unit_periods, period_type="year")
    assert (row["target_year_plan"], row["target_term_resolution"]) == (120, 130)
    assert (row["target_kind"], row["target_low"], row["attainment_reading"]) == (
        "term_resolution",
        130,
        "rounded",
    )


def test_a_printed_target_comes_before_an_inferred_one_and_the_percent_stays(raw_of, one):
    target = YEAR_PLAN | {"value": "110"}
    found = cleaning.clean(raw_of({}, PART, target, {"like": "attainment"}))
    row = one(found.unit_periods, period_type="year")
    assert (row["target_basis"], row["target_low"], row["attainment_printed"]) == ("printed", 110, 127)
    assert row["attainment"] == pytest.approx(15200 / 110)
    assert row["attainment_reading"] == "differs"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(({"qualifier": "more_than"}, {"like": "attainment"}), id="more-than-152"),
        pytest.param(({}, {"like": "attainment", "qualifier": "nearly"}), id="nearly-127"),
    ],
)
def test_no_target_is_inferred_from_a_number_that_is_not_exact(raw_of, one, rows):
    row = one(cleaning.clean(raw_of(*rows, PART)).unit_periods, period_type="year")
    assert row["target_basis"] == ""
    assert pd.isna(row["target_low"])


@pytest.mark.parametrize(
    ("admitted", "percent"), [pytest.param("0", "0", id="nobody"), pytest.param("4", "0", id="few")]
)
def test_nothing_follows_from_a_printed_attainment_of_zero(raw_of, one, admitted, percent):
    none = {"like": "attainment", "value": percent}
    found = cleaning.clean(raw_of({"value": admitted}, none, {"like": "point", "measure": "members"}, PART))
    row = one(found.unit_periods, period_type="year")
    assert (row["admitted"], row["attainment_printed"]) == (int(admitted), 0)
    assert row["target_basis"] != "inferred"
    assert pd.isna(row["target_low"])


@pytest.mark.parametrize("printed", [True, False], ids=["with-percent", "without-percent"])
def test_a_target_of_zero_gives_no_attainment(raw_of, one, printed):
    rows = ({}, PART, YEAR_PLAN | {"value": "0"}, *([{"like": "attainment"}] if printed else []))
    row = one(cleaning.clean(raw_of(*rows)).unit_periods, period_type="year")
    assert row["target_year_plan"] == 0
    assert pd.isna(row["attainment"])


def test_no_rate_is_computed_over_no_members(raw_of, one):
    found = cleaning.clean(raw_of({}, PART, {"like": "point", "measure": "members", "value": "0"}))
    assert pd.isna(one(found.unit_periods, period_type="year")["rate_end"])


@pytest.mark.parametrize(
    ("percent", "column"),
    [
        pytest.param(
            {"value": "3.5", "value_unit": "percent", "basis": "members"}, "admitted", id="admitted"
        ),
        pytest.param({"value": "3", "value_unit": "percent", "basis": "members"}, "admitted", id="whole"),
        pytest.param(
            {"measure": "trained", "value": "40", "value_unit": "percent", "basis": "members"},
            "trained",
            id="trained",
        ),
    ],
)
def test_a_percent_is_never_taken_for_a_count(raw_of, percent, column):
    found = cleaning.clean(raw_of(percent, PART, {"measure": "recognised", "value": "9"}))
    assert found.unit_periods[column].isna().all()


def test_a_percent_of_all_cells_is_never_taken_for_a_number_of_cells(raw_of):
    share = {"like": "point", "measure": "cells", "value": "35", "value_unit": "percent"}
    found = cleaning.clean(raw_of({}, PART, share | {"basis": "organisations"}))
    assert found.unit_periods["cells"].isna().all()


def test_the_same_fact_from_two_sources_is_one_row_with_both(raw_of, one):
    again = {"source_id": "radio-2017"}
    found = cleaning.clean(raw_of({}, PART, again, again | {"measure": "recognised", "value": "171"}))
    row = one(found.unit_periods, period_type="year")
    assert (row["sources"], row["raw_rows"]) == ("paper-2017; radio-2017", "2; 4; 5")
    assert (row["admitted"], row["recognised"], row["conflict"]) == (152, 171, "")


def test_real_facts_of_two_sources_are_one_row(tables, one):
    row = one(tables.unit_periods, unit="huyện Đức Trọng", period_type="year", period_end="2016-12-31")
    assert row["sources"] == "baolamdong-20170215; baolamdong-20170427"
    assert (row["admitted"], row["target_low"], row["attainment_printed"]) == (250, 200, 125)


def test_sources_that_contradict_each_other_stay_two_rows_and_are_flagged(raw_of):
    found = cleaning.clean(raw_of({}, PART, {"source_id": "radio-2017", "value": "150"}))
    rows = found.unit_periods.sort_values("variant")
    assert rows["variant"].tolist() == [1, 2]
    assert rows["admitted"].tolist() == [152, 150]
    assert rows["sources"].tolist() == ["paper-2017", "radio-2017"]
    assert rows["conflict"].tolist() == ["admitted", "admitted"]
    flagged = found.checks.loc[found.checks["check"] == "sources"]
    assert sorted(zip(flagged["printed"], flagged["finding"])) == [(150, "differs"), (152, "differs")]


def test_a_source_that_contradicts_itself_stays_two_rows(raw_of):
    found = cleaning.clean(raw_of({}, PART, {"value": "150"}))
    assert found.unit_periods["admitted"].tolist() == [150, 152]
    assert set(found.unit_periods["conflict"]) == {"admitted"}


def test_two_counts_of_an_giang_stay_two_and_are_flagged(tables):
    rows = tables.unit_periods.loc[tables.unit_periods["unit"] == "tỉnh An Giang"]
    rows = rows.loc[rows["conflict"] == "members"]
    assert sorted(rows["members"]) == [131485, 131487]
    assert set(rows["province_vintage"] + rows["province_code"]) == {"202591"}


@pytest.mark.parametrize(
    ("days", "near"),
    [pytest.param("2017-01-31", True, id="31-days"), pytest.param("2017-02-01", False, id="32-days")],
)
def test_a_stock_counts_for_a_period_if_it_is_at_most_31_days_away(raw_of, one, days, near):
    stock = {"like": "point", "measure": "members", "value": "2000", "period_end": days}
    row = one(cleaning.clean(raw_of({}, PART, stock)).unit_periods, period_type="year")
    assert pd.notna(row["rate_end"]) == near


@pytest.mark.parametrize(
    ("published", "early"),
    [
        pytest.param("2016-12-30", True, id="day-before-the-end"),
        pytest.param("2017", False, id="the-next-year"),
        pytest.param("2016-12", None, id="month-of-the-end"),
        pytest.param("", None, id="unknown"),
    ],
)
def test_a_result_printed_before_its_period_ended_is_marked(raw_of, one, published, early):
    raw = raw_of({}, PART, sources=[{"published": published}])
    found = one(cleaning.clean(raw).unit_periods, period_type="year")["printed_before_end"]
    assert pd.isna(found) if early is None else found == early
