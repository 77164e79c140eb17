"""Composition: shares with Wilson limits, counts and percents reconciled, sources kept apart."""

import pandas as pd
import pytest

from analysis import cleaning
from analysis.vocab import dimension

WOMEN = {"subgroup": "female"}


def composition(raw_of, *figures):
    return cleaning.clean(raw_of(*figures)).composition


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        pytest.param("81", "263", 0.2552885, 0.3662096, id="81-of-263"),
        pytest.param("15", "148", 0.0623864, 0.1604872, id="15-of-148"),
        pytest.param("0", "20", 0, 0.1611252, id="0-of-20"),
        pytest.param("1", "29", 0.0061132, 0.1717552, id="1-of-29"),
    ],
)
def test_limits_are_wilsons_as_newcombe_printed_them(raw_of, count, total, low, high):
    """Newcombe (1998), Statistics in Medicine 17, table I, method 3, to seven decimals."""
    (row,) = composition(raw_of, {"value": total}, WOMEN | {"value": count}).itertuples()
    assert row.share == pytest.approx(100 * int(count) / int(total))
    assert row.share_low == pytest.approx(100 * low, abs=6e-6)
    assert row.share_high == pytest.approx(100 * high, abs=6e-6)
    assert row.share_basis == "count"


@pytest.mark.parametrize(
    ("percent", "low", "high", "reading"),
    [
        pytest.param("66.7", 34, 34, "", id="one-count"),
        pytest.param("67", 34, 34, "", id="no-decimals"),
        pytest.param("56.8", 29, 29, "truncated", id="only-if-cut-off"),
        pytest.param("100", 51, 51, "", id="all"),
        pytest.param("0", 0, 0, "", id="none"),
    ],
)
def test_a_share_without_a_count_gives_the_whole_counts_it_allows(raw_of, percent, low, high, reading):
    (row,) = composition(raw_of, {"value": "51"}, WOMEN | {"like": "share", "value": percent}).itertuples()
    assert (row.count_low, row.count_high, row.reading) == (low, high, reading)
    assert (row.share, row.share_printed, row.share_basis) == (float(percent), float(percent), "percent")
    assert row.share_low <= 100 * low / 51
    assert row.share_high >= 100 * high / 51
    assert pd.isna(row.count)


def test_a_percent_that_allows_one_count_has_the_limits_of_that_count(raw_of):
    (printed,) = composition(raw_of, {"value": "51"}, WOMEN | {"like": "share", "value": "66.7"}).itertuples()
    (counted,) = composition(raw_of, {"value": "51"}, WOMEN | {"value": "34"}).itertuples()
    assert printed.share_low == pytest.approx(counted.share_low)
    assert printed.share_high == pytest.approx(counted.share_high)


def test_a_coarse_percent_of_many_allows_several_counts_and_widens_the_limits(raw_of):
    (coarse,) = composition(raw_of, {"value": "1000"}, WOMEN | {"like": "share", "value": "40"}).itertuples()
    (counted,) = composition(raw_of, {"value": "1000"}, WOMEN | {"value": "400"}).itertuples()
    assert (coarse.count_low, coarse.count_high) == (395, 405)
    assert coarse.share_low < counted.share_low < counted.share_high < coarse.share_high


def test_a_share_that_no_whole_count_gives_has_no_limits(raw_of):
    (row,) = composition(raw_of, {"value": "51"}, WOMEN | {"like": "share", "value": "57.9"}).itertuples()
    assert (row.share, row.reading, row.share_basis) == (57.9, "no_whole_count", "printed")
    assert pd.isna(row.share_low)
    assert pd.isna(row.count_low)


@pytest.mark.parametrize(
    ("count", "total", "percent", "reading"),
    [
        pytest.param("225", "454", "49.56", "rounded", id="rounded"),
        pytest.param("225", "454", "49.55", "truncated", id="cut-off"),
        pytest.param("65", "118", "50.08", "differs", id="65-of-118"),
    ],
)
def test_count_and_percent_are_reconciled_and_both_stay(raw_of, count, total, percent, reading):
    (row,) = composition(
        raw_of, {"value": total}, WOMEN | {"value": count}, WOMEN | {"like": "share", "value": percent}
    ).itertuples()
    assert (row.count, row.share_printed, row.reading) == (int(count), float(percent), reading)
    assert row.share == pytest.approx(100 * int(count) / int(total))
    assert row.raw_rows == "3; 4"


@pytest.mark.parametrize("word", ["more_than", "at_least", "about", "nearly"])
def test_a_count_that_is_not_exact_is_not_held_against_its_percent(raw_of, word):
    (row,) = composition(
        raw_of,
        {"value": "1100"},
        WOMEN | {"value": "1000", "qualifier": word},
        WOMEN | {"like": "share", "value": "92"},
    ).itertuples()
    assert (row.reading, row.count_qualifier) == ("", word)
    assert row.share == pytest.approx(1000 / 11)
    assert pd.isna(row.share_low)


def test_members_are_a_census_and_their_shares_have_no_limits(raw_of):
    stock = {"like": "point", "measure": "members"}
    share = WOMEN | {"value": "20", "value_unit": "percent", "basis": "members"}
    rows = (stock | {"value": "60"}, stock | WOMEN | {"value": "12"}, stock | share)
    (row,) = composition(raw_of, *rows).itertuples()
    assert (row.measure, row.share, row.share_printed, row.reading) == ("members", 20, 20, "rounded")
    assert pd.isna(row.share_low)


def test_of_a_total_that_is_nearly_known_no_whole_counts_follow(raw_of):
    (row,) = composition(
        raw_of,
        {"value": "50", "qualifier": "nearly"},
        WOMEN | {"like": "share", "value": "57.7"},
    ).itertuples()
    assert (row.total, row.total_qualifier) == (50, "nearly")
    assert pd.isna(row.count_low)
    assert pd.isna(row.count_high)
    assert (row.share, row.share_basis, row.reading) == (57.7, "printed", "")
    assert pd.isna(row.share_low)


def test_a_share_of_an_unknown_total_stays_as_printed_without_limits(raw_of):
    (row,) = composition(
        raw_of, {"measure": "recognised"}, WOMEN | {"like": "share", "value": "40"}
    ).itertuples()
    assert (row.share, row.share_basis) == (40, "printed")
    assert pd.isna(row.total)
    assert pd.isna(row.share_low)


def test_a_share_worded_as_more_than_has_no_limits(raw_of):
    more = WOMEN | {"like": "share", "value": "60", "qualifier": "more_than"}
    (row,) = composition(raw_of, {"value": "53"}, more).itertuples()
    assert (row.share, row.share_qualifier, row.share_basis) == (60, "more_than", "printed")
    assert pd.isna(row.share_low)


def test_a_part_above_its_whole_has_no_share(raw_of):
    (row,) = composition(raw_of, {"value": "50"}, WOMEN | {"value": "60"}).itertuples()
    assert (row.count, row.total, row.reading) == (60, 50, "part_exceeds_whole")
    assert pd.isna(row.share)


def test_where_nobody_was_admitted_no_share_is_computed(raw_of):
    none = WOMEN | {"value": "0"}
    (row,) = composition(raw_of, {"value": "0"}, none, none | {"like": "share"}).itertuples()
    assert (row.count, row.total, row.share_printed) == (0, 0, 0)
    assert pd.isna(row.share_low)


def test_a_part_of_a_year_does_not_lend_its_total_to_the_year(raw_of):
    half = {"period_type": "partial_year", "period_end": "2016-06-30", "value": "50"}
    (row,) = composition(raw_of, half, WOMEN | {"value": "20"}).itertuples()
    assert row.count == 20
    assert pd.isna(row.total)
    assert pd.isna(row.share)


def test_a_percent_of_all_members_is_no_total_of_those_admitted(raw_of):
    rate = {"value": "3", "value_unit": "percent", "basis": "members"}
    (row,) = composition(raw_of, rate, WOMEN | {"value": "2"}, {"measure": "recognised"}).itertuples()
    assert pd.isna(row.total)
    assert pd.isna(row.share)


@pytest.mark.parametrize("basis", ["target", "members"])
def test_a_percent_of_something_else_is_no_share_of_those_admitted(raw_of, basis):
    other = WOMEN | {"like": "share", "value": "40", "basis": basis}
    found = composition(raw_of, {}, other, {"subgroup": "religious", "value": "9"})
    assert not (found["share"] == 40).any()


def test_sources_that_agree_are_one_share_and_those_that_differ_two(raw_of):
    radio = {"source_id": "radio-2017"}
    found = composition(
        raw_of,
        {},
        WOMEN | {"value": "70"},
        radio | WOMEN | {"value": "70"},
        {"subgroup": "religious", "value": "9"},
        radio | {"subgroup": "religious", "value": "8"},
    )
    women = found.loc[found["subgroup"] == "female"]
    assert women[["sources", "raw_rows", "conflict"]].values.tolist() == [
        ["paper-2017; radio-2017", "3; 4", False]
    ]
    religious = found.loc[found["subgroup"] == "religious"]
    assert sorted(religious["count"]) == [8, 9]
    assert religious["conflict"].all()


def test_a_source_that_contradicts_itself_on_a_share_is_flagged(raw_of):
    found = composition(raw_of, {}, WOMEN | {"value": "70"}, WOMEN | {"value": "71"})
    assert sorted(found["count"]) == [70, 71]
    assert found["conflict"].all()


def test_a_cooperative_of_muong_khuong_had_nine_of_the_53(tables, one):
    row = one(tables.composition, unit="thị trấn Mường Khương", subgroup="non_state_enterprise")
    assert (row["count"], row["total"]) == (9, 53)
    assert row["share"] == pytest.approx(900 / 53)


def test_real_farmers_and_preschool_teachers_of_ninh_giang_are_29_of_51(tables, one):
    row = one(tables.composition, unit="huyện Ninh Giang", share_printed=56.8)
    assert (row["total"], row["count_low"], row["count_high"], row["reading"]) == (51, 29, 29, "truncated")


def test_real_shares_lie_within_their_limits(tables):
    limited = tables.composition.dropna(subset=["share_low"])
    assert len(limited) > 100
    assert (limited["share_low"] <= limited["share"] + 1e-9).all()
    assert (limited["share"] <= limited["share_high"] + 1e-9).all()
    assert (limited["share_low"] >= 0).all()
    assert (limited["share_high"] <= 100).all()


def test_every_share_has_the_dimension_of_its_subgroup(tables):
    shares = tables.composition
    assert [dimension(code) for code in shares["subgroup"]] == shares["dimension"].tolist()
    assert set(shares.loc[shares["subgroup"].str.startswith("age_"), "dimension"]) == {"age"}
