"""Numbers in office cells: the column decides what a mark means, and what is doubtful is refused by name."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.cell_numbers import (
    Quantity,
    number_evidence,
    read_count,
    read_counts,
    read_number,
    read_numbers,
)
from analysis.errors import ParameterError
from analysis.vocab import codes

cells = (
    st.text()
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.text(alphabet="0123456789.,/% -><=xđvốhaimươitrămnghlẻ\u00a0\u202f\u0301٣²", max_size=20)
)
counts = st.integers(0, 10_000_000)


def one(cell, **stated):
    return read_numbers([cell], **stated)[0]


@pytest.mark.parametrize(
    ("cell", "value", "rule"),
    [
        pytest.param("0", "0", "", id="zero"),
        pytest.param("2128", "2128", "", id="plain-digits"),
        pytest.param("05", "5", "leading_zero", id="office-zero-in-front"),
        pytest.param(" 37 ", "37", "spaces", id="spaces-around"),
        pytest.param("12 500", "12500", "thousands_space", id="space-thousands"),
        pytest.param("12\u00a0500", "12500", "thousands_space", id="no-break-space-thousands"),
        pytest.param(
            "1\u202f234\u202f567", "1234567", "thousands_space", id="narrow-no-break-space-thousands"
        ),
        pytest.param("12 500,5", "12500.5", "thousands_space", id="space-thousands-decimal-comma"),
        pytest.param("1.234.567", "1234567", "thousands_dot", id="two-dots"),
        pytest.param("1,234,567", "1234567", "thousands_comma", id="two-commas"),
        pytest.param("1.234,5", "1234.5", "thousands_dot", id="vietnamese-both-marks"),
        pytest.param("1,234.5", "1234.5", "thousands_comma", id="english-both-marks"),
        pytest.param("62,5", "62.5", "decimal_comma", id="decimal-comma"),
        pytest.param("3.16", "3.16", "", id="decimal-point"),
        pytest.param("0,125", "0.125", "decimal_comma", id="three-decimals-after-zero"),
        pytest.param("1234.567", "1234.567", "", id="three-decimals-after-four-digits"),
        pytest.param("2 nghìn", "2000", "scale_word", id="digit-thousand"),
        pytest.param("2,5 ngàn", "2500", "scale_word", id="decimal-thousand"),
        pytest.param("1 triệu", "1000000", "scale_word", id="million"),
        pytest.param("1 nghìn 2 trăm", "1200", "scale_word", id="thousand-and-hundreds"),
        pytest.param("1 triệu 200 nghìn", "1200000", "scale_word", id="million-and-thousands"),
        pytest.param("Năm người", "5", "number_words", id="five-persons"),
        pytest.param("Hai mươi ba", "23", "number_words", id="23-in-words"),
        pytest.param("hai mươi mốt", "21", "number_words", id="21-in-words"),
        pytest.param("ba mươi lăm", "35", "number_words", id="35-in-words"),
        pytest.param("mười lăm đồng chí", "15", "number_words", id="15-in-words-with-unit"),
        pytest.param("một trăm linh bảy", "107", "number_words", id="107-in-words"),
        pytest.param("một ngàn lẻ tám", "1008", "number_words", id="1008-in-words"),
        pytest.param("hai nghìn không trăm hai mươi", "2020", "number_words", id="2020-in-words"),
        pytest.param(
            "chín trăm chín mươi chín nghìn chín trăm chín mươi chín",
            "999999",
            "number_words",
            id="999999-in-words",
        ),
        pytest.param("hai mu\u031bo\u031bi ba", "23", "number_words", id="words-nfd"),
        pytest.param("25 người", "25", "unit_word", id="persons"),
        pytest.param("25đ/c", "25", "unit_word", id="comrades-abbreviated"),
        pytest.param("25 Đồng chí", "25", "unit_word", id="comrades"),
        pytest.param("25 đảng viên", "25", "unit_word", id="members"),
        pytest.param("25 ĐV", "25", "unit_word", id="members-abbreviated"),
    ],
)
def test_an_exact_number_in_each_office_form(cell, value, rule):
    reading = one(cell)
    assert (reading.refused, reading.rule) == (False, rule)
    assert reading.value == Quantity(Decimal(value), decimals=len(value.partition(".")[2]))


@pytest.mark.parametrize(
    ("cell", "quantity", "rule"),
    [
        pytest.param(
            "62,50%", Quantity(Decimal("62.50"), "percent", decimals=2), "decimal_comma", id="percent"
        ),
        pytest.param("62 %", Quantity(Decimal(62), "percent"), "unit_word", id="percent-spaced"),
        pytest.param("62%", Quantity(Decimal(62), "percent"), "unit_word", id="percent-bare"),
        pytest.param("62 phần trăm", Quantity(Decimal(62), "percent"), "unit_word", id="percent-in-words"),
        pytest.param("mười phần trăm", Quantity(Decimal(10), "percent"), "number_words", id="all-in-words"),
        pytest.param("vượt 11%", Quantity(Decimal(111), "percent"), "over_target", id="over-target"),
        pytest.param(
            "Vượt 11,5% so với chỉ tiêu",
            Quantity(Decimal("111.5"), "percent", decimals=1),
            "over_target",
            id="over-by",
        ),
        pytest.param("454/800", Quantity(Decimal(454), of=Decimal(800)), "of_total", id="of-a-total"),
        pytest.param(
            "454 / 800 người", Quantity(Decimal(454), of=Decimal(800)), "of_total", id="of-a-total-spaced"
        ),
        pytest.param("trên 200", Quantity(Decimal(200), qualifier="more_than"), "qualifier", id="more-than"),
        pytest.param(
            "hơn 12 500", Quantity(Decimal(12500), qualifier="more_than"), "thousands_space", id="over"
        ),
        pytest.param("> 5", Quantity(Decimal(5), qualifier="more_than"), "qualifier", id="more-than-sign"),
        pytest.param(">= 5", Quantity(Decimal(5), qualifier="at_least"), "qualifier", id="at-least-sign"),
        pytest.param("≥5", Quantity(Decimal(5), qualifier="at_least"), "qualifier", id="at-least-one-sign"),
        pytest.param(
            "Ít nhất 5 người", Quantity(Decimal(5), qualifier="at_least"), "qualifier", id="at-least"
        ),
        pytest.param("khoảng 40", Quantity(Decimal(40), qualifier="about"), "qualifier", id="about"),
        pytest.param("gần 300", Quantity(Decimal(300), qualifier="nearly"), "qualifier", id="nearly"),
        pytest.param(
            "gần hai nghìn", Quantity(Decimal(2000), qualifier="nearly"), "number_words", id="nearly-in-words"
        ),
    ],
)
def test_what_a_number_is_of_and_how_exactly_it_is_meant_are_kept(cell, quantity, rule):
    reading = one(cell)
    assert (reading.value, reading.rule) == (quantity, rule)
    assert reading.value.qualifier in codes("qualifier")
    assert reading.value.decimals == quantity.decimals


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        pytest.param("1.234", "ambiguous_thousands", id="thousand-or-three-decimals"),
        pytest.param("hơn 1,000", "ambiguous_thousands", id="qualified-thousand-or-three-decimals"),
        pytest.param("454/1.800", "ambiguous_thousands", id="doubtful-total"),
        pytest.param("1,234 nghìn", "ambiguous_thousands", id="doubtful-thousands"),
        pytest.param("-", "dash", id="dash"),
        pytest.param(" – ", "dash", id="en-dash"),
        pytest.param("x", "mark", id="mark"),
        pytest.param("Không", "none_or_zero", id="no"),
        pytest.param("không có", "none_or_zero", id="there-is-none"),
        pytest.param("-5", "negative", id="negative"),
        pytest.param("−5", "negative", id="minus-sign"),
        pytest.param(-3, "negative", id="typed-negative"),
        pytest.param("dưới 30", "upper_bound", id="below"),
        pytest.param("<=30", "upper_bound", id="at-most"),
        pytest.param("vượt 11% so với cùng kỳ", "not_a_number", id="over-last-year"),
        pytest.param("vượt 11", "not_a_number", id="over-by-persons"),
        pytest.param("012", "leading_zero", id="a-code"),
        pytest.param("01,5", "leading_zero", id="zero-before-a-decimal"),
        pytest.param("1 nghìn 2", "not_a_number", id="1002-or-1200"),
        pytest.param("1 triệu 2 trăm", "not_a_number", id="million-and-hundreds"),
        pytest.param("1 nghìn 12 trăm", "not_a_number", id="hundreds-above-a-thousand"),
        pytest.param("2,5 nghìn 3 trăm", "not_a_number", id="decimal-thousands-and-hundreds"),
        pytest.param("1,2345 nghìn", "not_whole", id="half-a-person"),
        pytest.param("một trăm hai", "not_a_number", id="102-or-120"),
        pytest.param("một nghìn hai", "not_a_number", id="1002-or-1200-in-words"),
        pytest.param("hai mươi năm", "not_a_number", id="25-or-twenty-years"),
        pytest.param("hai ba", "not_a_number", id="two-three"),
        pytest.param("Năm", "not_a_number", id="five-or-the-header-year"),
        pytest.param("1,23,456", "not_a_number", id="indian-groups"),
        pytest.param("12.5.2019", "not_a_number", id="a-date"),
        pytest.param("1.234.5", "not_a_number", id="mark-in-two-roles"),
        pytest.param("5 10", "not_a_number", id="two-numbers"),
        pytest.param("5-10", "not_a_number", id="a-range"),
        pytest.param("454/800%", "not_a_number", id="percent-of-a-total"),
        pytest.param("1/2/3", "not_a_number", id="two-strokes"),
        pytest.param("1e3", "not_a_number", id="exponent"),
        pytest.param("12.", "not_a_number", id="no-digit-after-point"),
        pytest.param("٣", "not_a_number", id="arabic-digit"),
        pytest.param("５", "not_a_number", id="full-width-digit"),
        pytest.param("²", "not_a_number", id="superscript"),
        pytest.param("5\u200b", "not_a_number", id="zero-width-space"),
        pytest.param("", "not_a_number", id="empty"),
        pytest.param("\x00", "not_a_number", id="control-character"),
        pytest.param("#N/A", "not_a_number", id="spreadsheet-error"),
        pytest.param("9" * 13, "too_large", id="beyond-all"),
        pytest.param("9" * 70 + " triệu", "too_large", id="beyond-the-precision-of-decimals"),
        pytest.param("5/" + "9" * 13, "too_large", id="total-beyond-all"),
        pytest.param("9" * 10_000, "too_long", id="ten-thousand-digits"),
        pytest.param(10**5000, "too_large", id="typed-beyond-floats"),
        pytest.param(float("inf"), "too_large", id="infinity"),
        pytest.param(float("-inf"), "negative", id="minus-infinity"),
        pytest.param(float("nan"), "not_a_number", id="not-a-number"),
        pytest.param(True, "not_a_number", id="true"),
        pytest.param(date(2019, 3, 16), "date_in_numbers", id="date"),
        pytest.param(datetime(2019, 3, 16), "date_in_numbers", id="datetime"),
    ],
)
def test_what_is_doubtful_is_refused_by_name(cell, rule):
    reading = one(cell)
    assert (reading.value, reading.rule, reading.refused) == (None, rule, True)


@pytest.mark.parametrize("cell", ["không rõ", "Chưa rõ", "?"])
def test_what_says_that_nothing_is_known_is_no_refusal(cell):
    reading = one(cell)
    assert (reading.value, reading.rule, reading.refused) == (None, "not_known", False)
    assert read_count(cell, None) == reading


@pytest.mark.parametrize(
    ("column", "values"),
    [
        pytest.param(["1.234", "62,5"], ["1234", "62.5"], id="decimal-comma-decides"),
        pytest.param(["1,234", "62,5%"], ["1.234", "62.5"], id="decimal-comma-decides-commas"),
        pytest.param(["1.234", "3.16"], ["1.234", "3.16"], id="decimal-point-decides"),
        pytest.param(["1,479", "3.16"], ["1479", "3.16"], id="decimal-point-decides-commas"),
        pytest.param(["2.128", "1.234.567"], ["2128", "1234567"], id="two-dots-decide"),
        pytest.param(["2.128", "hơn 1.234,5 người"], ["2128", "1234.5"], id="decides-inside-a-phrase"),
        pytest.param(["2.128", "vượt 1,5%"], ["2128", "101.5"], id="decides-over-the-target"),
        pytest.param(["2.128", "1,5/3"], ["2128", "1.5"], id="decides-before-a-stroke"),
        pytest.param(["2.128", "1/3,5"], ["2128", "1"], id="decides-after-a-stroke"),
    ],
)
def test_decisive_cells_decide_for_the_column(column, values):
    assert [str(reading.value.value) for reading in read_numbers(column)] == values


def test_a_column_of_two_conventions_loses_every_cell_with_a_mark_and_no_other():
    column = ["62,5", "3.16", "1.234", "1.234.567", "12 500", "37", 62.5]
    assert [reading.rule for reading in read_numbers(column)] == [
        *["two_conventions"] * 4,
        "thousands_space",
        "",
        "",
    ]


@pytest.mark.parametrize("cell", ["Nghị quyết 12,5", "1,5 x 2", "-62,5", "1.2.3", "62,5" + " " * 100, 62.5])
def test_only_cells_that_are_numbers_are_evidence(cell):
    assert number_evidence([cell]).convention is None


@pytest.mark.parametrize(
    ("cell", "convention", "value"),
    [
        pytest.param("1.234", "vi", "1234", id="vi-dot"),
        pytest.param("1,234", "vi", "1.234", id="vi-comma"),
        pytest.param("1.234", "en", "1.234", id="en-dot"),
        pytest.param("1,234", "en", "1234", id="en-comma"),
    ],
)
def test_a_stated_convention_decides(cell, convention, value):
    assert str(one(cell, convention=convention).value.value) == value


@pytest.mark.parametrize(
    ("cell", "convention"), [("3.16", "vi"), ("1,234,567", "vi"), ("62,5", "en"), ("1.234,5", "en")]
)
def test_a_cell_against_the_stated_convention_is_refused(cell, convention):
    assert one(cell, convention=convention).rule == "other_convention"


@pytest.mark.parametrize("convention", ["VI", "both", "", "fr"])
def test_another_convention_is_an_error_that_names_the_right_ones(convention):
    with pytest.raises(ParameterError, match=r"'vi'.*'en'"):
        read_counts(["5"], convention=convention)


@given(st.lists(cells, max_size=6), st.lists(cells, max_size=6))
def test_evidence_of_chunks_is_that_of_the_column(one_chunk, other_chunk):
    assert number_evidence(one_chunk) | number_evidence(other_chunk) == number_evidence(
        one_chunk + other_chunk
    )


@pytest.mark.parametrize(
    ("cell", "value", "decimals", "rule"),
    [
        pytest.param(37, "37", 0, "", id="int"),
        pytest.param(37.0, "37", 0, "", id="whole-float"),
        pytest.param(62.5, "62.5", 1, "", id="float"),
        pytest.param(-0.0, "0", 0, "", id="minus-zero"),
        pytest.param(0.1 + 0.2, "0.3", 1, "15_digits", id="artefact-of-binary-fractions"),
    ],
)
def test_typed_numbers_are_taken_as_they_are_shown(cell, value, decimals, rule):
    reading = one(cell)
    assert (str(reading.value.value), reading.value.decimals, reading.rule) == (value, decimals, rule)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        pytest.param("trên 200", "qualified", id="qualified"),
        pytest.param("62%", "percent", id="percent"),
        pytest.param("vượt 11%", "percent", id="over-target"),
        pytest.param("454/800", "of_total", id="of-a-total"),
        pytest.param("62,5", "not_whole", id="fraction"),
        pytest.param(0.625, "not_whole", id="typed-fraction"),
        pytest.param("10000001", "too_large", id="too-large"),
        pytest.param("-", "dash", id="no-number"),
    ],
)
def test_a_count_is_whole_and_exact_or_refused_by_name(cell, rule):
    reading = read_counts([cell])[0]
    assert (reading.value, reading.rule, reading.refused) == (None, rule, True)


def test_a_count_is_an_integer():
    found = [reading.value for reading in read_counts(["12,0", "10 000 000", 37.0])]
    assert found == [12, 10_000_000, 37]
    assert {type(value) for value in found} == {int}


@given(counts)
def test_a_count_survives_each_way_of_writing_it(count):
    english = f"{count:,}"
    assert read_counts(
        [str(count), count, float(count), english.replace(",", " ")], convention="vi"
    ) == read_counts([str(count), count, float(count), english.replace(",", "\u00a0")])
    written = [str(count), english.replace(",", " ") + " người", f"{count}đ/c", count, float(count)]
    assert {reading.value for reading in read_counts(written)} == {count}
    assert read_counts([english], convention="en")[0].value == count
    assert read_counts([english.replace(",", ".")], convention="vi")[0].value == count
    assert read_counts([str(count)])[0].rule == ""


@given(st.decimals(0, 10**9, places=2))
def test_a_decimal_survives_each_way_of_writing_it(number):
    english = f"{number:,}"
    vietnamese = english.translate(str.maketrans(",.", ".,"))
    for written in (english, vietnamese, str(number)):
        quantity = one(written).value
        assert (quantity.value, quantity.decimals) == (number, 2)
    assert one(f"{vietnamese}%").value == Quantity(number, "percent", decimals=2)


@given(cells, st.sampled_from(["vi", "en", "both", None]))
def test_any_cell_is_a_quantity_or_a_refusal_with_a_name(cell, convention):
    reading = read_number(cell, convention)
    assert reading.value is None or reading.value.value >= 0
    assert reading.refused == (reading.value is None and reading.rule != "not_known")
    assert reading.rule or not reading.refused
    count = read_count(cell, convention)
    assert count.value is None or 0 <= count.value <= 10_000_000


@given(cells)
def test_cleaning_what_was_cleaned_changes_nothing(cell):
    reading = read_count(cell, "vi")
    if reading.value is not None:
        again = read_counts([str(reading.value)])[0]
        assert (again.value, again.rule) == (reading.value, "")
