"""Numbers in words: each survives being spelt; what one reader takes for 102 and another for 120 is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.cell_numbers import read_counts
from analysis.clean.number_words import spoken_number

ONES = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def _below_hundred(number):
    ten, unit = divmod(number, 10)
    if ten == 0:
        return [ONES[unit]]
    last = {0: [], 1: ["mốt" if ten > 1 else "một"], 5: ["lăm"]}.get(unit, [ONES[unit]])
    return (["mười"] if ten == 1 else [ONES[ten], "mươi"]) + last


def _below_thousand(number, *, full):
    hundred, rest = divmod(number, 100)
    if not hundred and not full:
        return _below_hundred(rest)
    link = ["linh"] if 0 < rest < 10 else []
    return [ONES[hundred], "trăm", *link, *(_below_hundred(rest) if rest else [])]


@given(st.integers(1, 999_999))
def test_a_number_survives_being_spelt_as_the_schoolbook_does(number):
    thousands, rest = divmod(number, 1000)
    words = [*_below_thousand(thousands, full=False), "nghìn"] if thousands else []
    words += _below_thousand(rest, full=bool(thousands)) if rest or not thousands else []
    assert read_counts([" ".join([*words, "người"])])[0].value == number


@pytest.mark.parametrize(
    "words",
    ["một trăm hai", "một nghìn hai", "hai mươi năm", "hai ba", "nghìn", "hai nghìn nghìn", "người", ""],
)
def test_what_may_be_two_numbers_or_none_is_no_number(words):
    assert spoken_number(words) is None
