"""The figures: typed, placed, dated; each change in the log, each printed value as it stands."""

import csv
import unicodedata

import pandas as pd
import pytest

from analysis import cleaning
from analysis.clean.dates import months_between
from analysis.errors import DataRefusedError

PART = {"subgroup": "female", "value": "70"}
TERM = {"period_type": "term", "period_start": "2015-01-01", "period_end": "2020-12-31"}


@pytest.fixture(scope="module")
def rows(raw):
    with (raw / "published-figures" / "observations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_raw_row_is_a_figure_or_a_logged_repetition(rows, tables):
    dropped = tables.cleaning_log.loc[tables.cleaning_log["rule"] == "the row repeats an earlier one"]
    lines = sorted([*tables.figures["raw_row"], *dropped["raw_row"]])
    assert lines == list(range(2, len(rows) + 2))


def test_the_printed_value_always_stays(rows, tables):
    for figure in tables.figures.itertuples():
        row = rows[figure.raw_row - 2]
        assert figure.value == float(row["value"])
        assert figure.decimals == len(row["value"].partition(".")[2])
        assert (figure.measure, figure.value_unit, figure.qualifier) == (
            row["measure"],
            row["value_unit"],
            row["qualifier"],
        )


def test_periods_are_days_with_their_length_in_months(rows, tables):
    for figure in tables.figures.itertuples():
        row = rows[figure.raw_row - 2]
        assert figure.period_end.date().isoformat() == row["period_end"]
        if figure.period_type == "point":
            assert pd.isna(figure.period_start)
            assert pd.isna(figure.months)
        else:
            assert figure.period_start.date().isoformat() == row["period_start"]
            assert figure.months == months_between(figure.period_start.date(), figure.period_end.date())


def test_limits_that_are_not_printed_count_as_inferred(rows, tables):
    for figure in tables.figures.itertuples():
        printed = rows[figure.raw_row - 2]["period_limits"] == "printed"
        assert figure.limits == ("printed" if printed else "inferred")


def test_every_figure_but_a_national_one_has_a_province(tables):
    national = tables.figures["level"] == "national"
    assert (tables.figures.loc[national, "province_code"] == "").all()
    assert tables.figures.loc[~national, "province_code"].str.fullmatch(r"\d\d").all()


def test_districts_stand_in_the_provinces_of_2008(tables):
    districts = tables.figures.loc[
        (tables.figures["level"] == "district") | (tables.figures["district"] != "")
    ]
    assert set(districts["province_vintage"]) == {"2008"}


def test_figures_of_a_merged_province_have_the_code_of_their_vintage(tables):
    codes = tables.figures.groupby("province")[["province_vintage", "province_code"]].agg(set)
    assert codes.loc["An Giang"].tolist() == [{"2008", "2025"}, {"89", "91"}]
    assert codes.loc["Gia Lai"].tolist() == [{"2008", "2025"}, {"64", "52"}]
    assert codes.loc["Điện Biên", "province_code"] == {"11"}


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param("thị xã Thái Hoà", id="old-tone-placement"),
        pytest.param("Thị xã Thái Hòa", id="capital"),
        pytest.param("thị xã  Thái Hòa", id="two-spaces"),
        pytest.param(unicodedata.normalize("NFD", "thị xã Thái Hòa"), id="decomposed"),
    ],
)
def test_a_unit_spelled_otherwise_is_the_same_unit(raw_of, spelling):
    unit = {"unit": "thị xã Thái Hòa", "province": "Nghệ An"}
    other = {"unit": spelling, "province": "Nghệ An", "measure": "recognised", "value": "3"}
    found = cleaning.clean(raw_of(unit, unit | PART, other))
    assert set(found.figures["unit"]) == {"thị xã Thái Hòa"}
    assert len(found.unit_periods) == 1


@pytest.mark.parametrize(
    "district",
    [
        pytest.param("huyện Mường  Ảng", id="two-spaces"),
        pytest.param("Huyện Mường Ảng", id="capital"),
        pytest.param(unicodedata.normalize("NFD", "huyện Mường Ảng"), id="decomposed"),
    ],
)
def test_a_district_spelled_otherwise_is_the_same_district(raw_of, district):
    commune = {"unit": "xã Búng Lao", "level": "commune", "district": "huyện Mường Ảng"}
    other = commune | {"district": district, "measure": "recognised", "value": "3"}
    found = cleaning.clean(raw_of(commune, commune | PART, other))
    assert len(found.unit_periods) == 1
    assert set(found.figures["district"]) == {"huyện Mường Ảng"}


def test_one_unit_at_two_levels_is_kept_or_refused(raw_of):
    rows_ = ({}, PART, {"level": "bloc", "measure": "recognised", "value": "3"})
    try:
        found = cleaning.clean(raw_of(*rows_))
    except DataRefusedError:
        return
    assert len(found.figures) == 3


def test_a_word_for_a_subgroup_becomes_the_packages_code_and_is_logged(raw_of, one):
    found = cleaning.clean(raw_of({}, {"subgroup": "other:pupils_and_students", "value": "7"}))
    assert set(found.figures["subgroup"]) == {"all", "pupil_or_student"}
    change = one(found.cleaning_log, column="subgroup")
    assert (change["raw_row"], change["before"], change["after"]) == (
        3,
        "other:pupils_and_students",
        "pupil_or_student",
    )
    assert "subgroup_aliases" in change["rule"]


@pytest.mark.parametrize(
    ("column", "before", "after"),
    [
        pytest.param("unit", "huyện  Mường Ảng", "huyện Mường Ảng", id="unit-with-two-spaces"),
        pytest.param("province", "điện biên", "Điện Biên", id="province-in-lower-case"),
        pytest.param("period_limits", "not_recorded", "inferred", id="limits"),
        pytest.param("note", "two  spaces", "two spaces", id="note-with-two-spaces"),
    ],
)
def test_every_changed_value_is_in_the_log(raw_of, one, column, before, after):
    found = cleaning.clean(raw_of({}, PART, {"measure": "recognised", "value": "3", column: before}))
    change = one(found.cleaning_log, column=column)
    assert (change["table"], change["raw_row"], change["before"], change["after"]) == (
        "figures",
        4,
        before,
        after,
    )


def test_a_row_that_is_repeated_stands_once_and_is_logged(raw_of, one):
    found = cleaning.clean(raw_of({}, PART, {}))
    assert found.figures["raw_row"].tolist() == [2, 3]
    assert one(found.cleaning_log, raw_row=4)["rule"] == "the row repeats an earlier one"


@pytest.mark.parametrize(
    "note",
    ["a yearly target", "40 each year", "40 per year", "40 a year", "40 every year", "the annual target"],
)
def test_a_target_of_a_term_whose_note_speaks_of_years_is_unclear_and_not_used(raw_of, one, note):
    target = TERM | {"measure": "target", "value": "40", "basis": "term_resolution", "note": note}
    found = cleaning.clean(raw_of(TERM | {"value": "200"}, TERM | PART, target))
    assert one(found.figures, measure="target")["span"] == "unclear"
    term = one(found.unit_periods, period_type="term")
    assert pd.isna(term["target_low"])
    assert pd.isna(term["attainment"])
    check = one(found.checks, check="span")
    assert (check["finding"], check["printed"], check["raw_rows"]) == ("not_used", 40, "4")
    assert "readings.csv" in one(found.cleaning_log, column="span")["rule"]


@pytest.mark.parametrize(
    ("unit", "measure", "span"),
    [
        pytest.param("huyện Thanh Hà", "target", "each_year", id="thanh-ha-target"),
        pytest.param("huyện Thanh Hà", "admitted", "elapsed_part", id="thanh-ha-admitted"),
        pytest.param("xã Đồng Lạc", "target", "each_year", id="dong-lac-target"),
        pytest.param("xã Xiêng My", "target", "whole_period", id="yearly-mean-of-a-term-target"),
    ],
)
def test_notes_that_were_read_say_what_a_figure_spans(tables, one, unit, measure, span):
    figure = one(tables.figures, unit=unit, measure=measure, subgroup="all", period_type="term")
    assert figure["span"] == span
    logged = tables.cleaning_log.loc[tables.cleaning_log["raw_row"] == figure["raw_row"], "column"]
    assert ("span" in set(logged)) == (span != "whole_period") or unit == "xã Xiêng My"


def test_a_printed_rate_names_its_denominator_or_says_it_is_unstated(tables):
    rates = tables.figures.loc[tables.figures["measure"].isin(["admission_rate", "target_rate"])]
    assert set(rates["denominator"]) <= {"members_start", "members_end", "unstated"}
    assert (rates["denominator"] != "").all()
    others = tables.figures.drop(rates.index)
    assert (others["denominator"] == "").all()


def test_figures_without_any_subgroup_can_be_cleaned(raw_of):
    found = cleaning.clean(raw_of({}))
    assert len(found.unit_periods) == 1
    assert found.composition.empty


def test_figures_of_a_subgroup_alone_can_be_cleaned(raw_of):
    found = cleaning.clean(raw_of(PART))
    assert found.unit_periods.empty
    assert found.composition["count"].tolist() == [70]
