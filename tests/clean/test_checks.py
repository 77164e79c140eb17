"""Checks: what each printed number says against the others, and that the printed one stays."""

import pytest

from analysis import cleaning

PART = {"subgroup": "female", "value": "7"}
TARGET = {"measure": "target", "basis": "year_plan"}


def found(raw_of, check, *figures, other=PART):
    table = cleaning.clean(raw_of(*figures, other)).checks
    return table.loc[table["check"] == check]


@pytest.mark.parametrize(
    ("key", "facts"),
    [
        pytest.param(
            {"unit": "xã Cư San", "check": "attainment", "period_end": "2017-12-31"},
            {
                "finding": "differs",
                "explanation": "no_whole_target",
                "printed": 160,
                "numerator": 13,
                "denominator": 8,
                "computed": 162.5,
            },
            id="cu-san-160-percent",
        ),
        pytest.param(
            {"unit": "huyện Bắc Trà My", "check": "attainment"},
            {"finding": "truncated", "printed": 57.77, "numerator": 52, "denominator": 90},
            id="52-of-90-cut-off",
        ),
        pytest.param(
            {"unit": "tỉnh Bình Thuận", "check": "share", "printed": 1.75},
            {
                "subgroup": "pupil_or_student",
                "finding": "explained",
                "explanation": "target_low",
                "numerator": 35,
                "denominator": 1383,
                "other": 2000,
            },
            id="35-of-the-plan",
        ),
        pytest.param(
            {"unit": "huyện Đức Linh", "check": "share", "subgroup": "religious"},
            {"finding": "explained", "explanation": "neighbours_count", "names": "pupil", "other": 14},
            id="religious-has-the-pupils-percent",
        ),
        pytest.param(
            {"unit": "huyện Đức Linh", "check": "share", "subgroup": "pupil"},
            {"finding": "explained", "explanation": "neighbours_count", "names": "religious", "other": 15},
            id="pupils-have-the-religious-percent",
        ),
        pytest.param(
            {"unit": "tỉnh Quảng Nam", "check": "units"},
            {"finding": "above", "measure": "target", "printed": 1905, "computed": 1950, "other": 22},
            id="22-units-above-the-plan",
        ),
        pytest.param(
            {"unit": "tỉnh Bến Tre", "check": "units", "printed": 957},
            {"finding": "agrees", "measure": "admitted", "computed": 957, "other": 13},
            id="13-units-agree",
        ),
        pytest.param(
            {"unit": "Công ty Astro", "check": "parts"},
            {"finding": "differs", "measure": "members", "printed": 24, "computed": 25},
            id="18-and-7-are-not-24",
        ),
        pytest.param(
            {"unit": "Khối các cơ quan tỉnh Đồng Nai", "measure": "target_rate"},
            {
                "finding": "differs",
                "printed": 6.6,
                "numerator": 350,
                "low": 5264,
                "high": 5343,
                "other": 4959,
            },
            id="two-implied-denominators",
        ),
        pytest.param(
            {"unit": "huyện M'Đrắk", "check": "parts"},
            {"finding": "agrees", "measure": "grassroots_orgs", "printed": 39, "computed": 39},
            id="21-committees-and-18-cells",
        ),
        pytest.param(
            {"unit": "thị xã Thái Hòa", "check": "parts"},
            {"finding": "agrees", "printed": 48, "computed": 48},
            id="19-committees-and-29-cells",
        ),
    ],
)
def test_findings_in_the_real_rows(tables, one, key, facts):
    row = one(tables.checks, **key)
    assert {name: row[name] for name in facts} == facts


@pytest.mark.parametrize(
    ("unit", "end", "low", "high"),
    [
        pytest.param("huyện Mường Ảng", "2016-12-31", 120, 120, id="muong-ang"),
        pytest.param("huyện M'Đrắk", "2017-12-31", 150, 151, id="mdrak"),
        pytest.param("thị xã Thái Hòa", "2020-12-31", 595, 600, id="thai-hoa"),
    ],
)
def test_a_percent_without_a_target_says_what_it_implies(tables, one, unit, end, low, high):
    row = one(tables.checks, unit=unit, period_end=end, check="attainment")
    assert (row["finding"], row["explanation"]) == ("implied", "whole_targets")
    assert (row["low"], row["high"]) == (low, high)


def test_every_check_points_to_its_rows_and_repeats_the_printed_number(tables):
    values = tables.figures.set_index("raw_row")["value"]
    for row in tables.checks.itertuples():
        lines = [int(line) for line in row.raw_rows.split("; ")]
        assert row.printed in set(values.loc[lines])


@pytest.mark.parametrize(
    ("target", "percent", "finding"),
    [
        pytest.param("120", "127", "agrees", id="agrees"),
        pytest.param("119", "127", "truncated", id="cut-off"),
        pytest.param("110", "127", "differs", id="differs"),
    ],
)
def test_attainment_is_held_against_the_printed_target(raw_of, target, percent, finding):
    rows = ({}, TARGET | {"value": target}, {"like": "attainment", "value": percent})
    (row,) = found(raw_of, "attainment", *rows).itertuples()
    assert (row.finding, row.printed) == (finding, float(percent))
    assert row.computed == pytest.approx(15200 / int(target))


def test_an_attainment_that_is_of_the_members_is_explained(raw_of):
    stock = {"like": "point", "measure": "members", "value": "2128"}
    percent = {"like": "attainment", "value": "7.14"}
    (row,) = found(raw_of, "attainment", {}, TARGET | {"value": "120"}, percent, stock).itertuples()
    assert (row.finding, row.explanation, row.other) == ("explained", "members_end", 2128)


@pytest.mark.parametrize(
    ("word", "percent", "finding"),
    [
        pytest.param("more_than", "125", "agrees", id="more-than-less"),
        pytest.param("more_than", "130", "differs", id="more-than-more"),
        pytest.param("nearly", "130", "agrees", id="nearly-more"),
        pytest.param("nearly", "120", "differs", id="nearly-less"),
        pytest.param("about", "125", "agrees", id="about"),
        pytest.param("about", "100", "differs", id="about-but-far"),
    ],
)
def test_a_percent_is_read_as_its_source_words_it(raw_of, word, percent, finding):
    worded = {"like": "attainment", "value": percent, "qualifier": word}
    (row,) = found(raw_of, "attainment", {}, TARGET | {"value": "120"}, worded).itertuples()
    assert row.finding == finding


@pytest.mark.parametrize(
    ("count", "total", "percent", "finding"),
    [
        pytest.param("65", "118", "55.08", "agrees", id="65-of-118"),
        pytest.param("65", "118", "50.08", "differs", id="65-of-118-as-50.08"),
    ],
)
def test_a_share_is_held_against_its_count(raw_of, count, total, percent, finding):
    women = {"subgroup": "female"}
    rows = ({"value": total}, women | {"like": "share", "value": percent})
    (row,) = found(raw_of, "share", *rows, other=women | {"value": count}).itertuples()
    assert (row.finding, row.printed, row.numerator) == (finding, float(percent), int(count))


def test_a_count_and_share_without_a_total_imply_it(raw_of):
    women = {"subgroup": "female"}
    rows = ({"measure": "recognised"}, women | {"like": "share", "value": "46"})
    (row,) = found(raw_of, "share", *rows, other=women | {"value": "70"}).itertuples()
    assert (row.finding, row.explanation) == ("implied", "whole_totals")
    assert (row.low, row.high) == (151, 153)


@pytest.mark.parametrize(
    ("members", "rate", "finding"),
    [
        pytest.param("2128", "7.14", "agrees", id="of-the-members-at-the-end"),
        pytest.param(None, "7.14", "implied", id="no-stock-known"),
    ],
)
def test_a_printed_rate_is_held_against_the_members(raw_of, members, rate, finding):
    stock = [{"like": "point", "measure": "members", "value": members}] if members else []
    (row,) = found(raw_of, "rate", {}, {"like": "rate", "value": rate}, *stock).itertuples()
    assert row.finding == finding
    if not members:
        assert row.low <= 2128 <= row.high


@pytest.mark.parametrize(
    ("later", "finding"),
    [pytest.param("80", "differs", id="falls"), pytest.param("110", "agrees", id="rises")],
)
def test_a_running_total_of_a_year_does_not_fall(raw_of, later, finding):
    part = {"period_type": "partial_year"}
    june = part | {"period_end": "2016-06-30", "value": "90"}
    september = part | {"period_end": "2016-09-30", "value": later}
    (row,) = found(raw_of, "running_total", june, september).itertuples()
    assert (row.finding, row.printed, row.other) == (finding, int(later), 90)
    assert row.raw_rows == "2; 3"


def test_a_year_is_no_less_than_its_first_half(raw_of):
    june = {"period_type": "partial_year", "period_end": "2016-06-30", "value": "160"}
    (row,) = found(raw_of, "running_total", june, {}).itertuples()
    assert (row.finding, row.printed, row.other) == ("differs", 152, 160)


def test_parts_of_two_years_or_units_are_no_running_total(raw_of):
    part = {"period_type": "partial_year", "period_end": "2016-06-30", "value": "90"}
    later = part | {"period_start": "2017-01-01", "period_end": "2017-06-30", "value": "80"}
    elsewhere = part | {"unit": "huyện Mường Nhé", "period_end": "2016-09-30", "value": "80"}
    assert found(raw_of, "running_total", part, later, elsewhere).empty


@pytest.mark.parametrize(
    ("end", "fires"),
    [pytest.param("2100", True, id="falls"), pytest.param("2200", False, id="rises")],
)
def test_a_stock_that_falls_while_people_are_admitted_is_shown(raw_of, end, fires):
    stock = {"like": "point", "measure": "members"}
    rows = (
        stock | {"value": "2128"},
        {"period_start": "2017-01-01", "period_end": "2017-12-31", "value": "50"},
        stock | {"value": end, "period_end": "2017-12-31"},
    )
    table = found(raw_of, "stock", *rows)
    assert len(table) == fires
    for row in table.itertuples():
        assert (row.finding, row.printed, row.other, row.numerator) == ("falls", 2100, 2128, 50)
        assert row.low == 28 + 50


def test_a_stock_that_falls_without_a_known_admission_is_no_finding(raw_of):
    stock = {"like": "point", "measure": "members"}
    later = stock | {"value": "2100", "period_end": "2017-12-31"}
    assert found(raw_of, "stock", stock | {"value": "2128"}, later).empty


@pytest.mark.parametrize(
    ("counts", "finding"),
    [
        pytest.param(("70", "82"), "agrees", id="the-sum"),
        pytest.param(("70", "90"), "above", id="above-contradicts"),
        pytest.param(("70", "20"), "below", id="below-proves-nothing"),
    ],
)
def test_communes_are_held_against_their_district(raw_of, counts, finding):
    commune = {"level": "commune", "district": "huyện Mường Ảng"}
    rows = [commune | {"unit": f"xã {number}", "value": count} for number, count in enumerate(counts)]
    (row,) = found(raw_of, "units", {}, *rows).itertuples()
    assert (row.finding, row.printed, row.computed, row.other) == (finding, 152, sum(map(int, counts)), 2)


def test_communes_of_another_district_are_not_summed(raw_of):
    commune = {"level": "commune", "district": "huyện Mường Nhé"}
    rows = [commune | {"unit": f"xã {number}", "value": "99"} for number in range(3)]
    assert found(raw_of, "units", {}, *rows).empty


@pytest.mark.parametrize(
    ("cells", "finding"), [pytest.param("29", "agrees", id="48"), pytest.param("28", "differs", id="47")]
)
def test_committees_and_cells_make_the_organisations(raw_of, cells, finding):
    def stock(measure, value):
        return {"like": "point", "value_unit": "organisations", "measure": measure, "value": value}

    rows = (
        stock("grassroots_orgs", "48"),
        stock("grassroots_committees", "19"),
        stock("grassroots_cells", cells),
    )
    (row,) = found(raw_of, "parts", *rows, {}).itertuples()
    assert (row.finding, row.printed, row.computed) == (finding, 48, 19 + int(cells))


def test_sources_that_differ_on_a_share_are_shown(raw_of):
    radio = {"source_id": "radio-2017", "subgroup": "female", "value": "9"}
    table = found(raw_of, "sources", {}, radio)
    assert table["subgroup"].tolist() == ["female", "female"]
    assert sorted(table["printed"]) == [7, 9]


def test_figures_without_anything_to_check_give_an_empty_table(raw_of):
    assert cleaning.clean(raw_of({}, PART)).checks.empty
