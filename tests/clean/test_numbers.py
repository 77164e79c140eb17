"""Numbers: what a cell holds, and which whole numbers can stand behind a printed percent."""

from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from analysis.clean.numbers import decimals, parse, printed_as, whole_counts, whole_targets

printed_percents = st.tuples(st.integers(1, 40_000), st.integers(0, 2)).map(
    lambda drawn: (Decimal(drawn[0]).scaleb(-drawn[1]), drawn[1])
)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        pytest.param("2128", Decimal(2128), id="whole"),
        pytest.param("62.5", Decimal("62.5"), id="decimal"),
        pytest.param("6.10", Decimal("6.10"), id="trailing-zero"),
        pytest.param("0", Decimal(0), id="zero"),
        pytest.param("", None, id="empty"),
        pytest.param("1.479,5", None, id="vietnamese-decimal-comma"),
        pytest.param("1,479", None, id="thousands-comma"),
        pytest.param("ba mươi", None, id="words"),
        pytest.param("-5", None, id="negative"),
        pytest.param("1e3", None, id="exponent"),
        pytest.param("NaN", None, id="nan"),
        pytest.param("٣", None, id="arabic-digit"),
        pytest.param("12.", None, id="no-digit-after-point"),
        pytest.param("5\n", None, id="line-end"),
    ],
)
def test_a_cell_is_digits_with_a_decimal_point_or_no_number(cell, number):
    assert parse(cell) == number


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_a_number_survives_being_printed(number):
    assert parse(str(number)) == number
    assert decimals(str(number)) == 2


@given(st.text())
def test_any_text_is_a_number_or_none(text):
    number = parse(text)
    assert number is None or number >= 0


@pytest.mark.parametrize(
    ("admitted", "percent", "targets"),
    [
        pytest.param(152, "127", (120, 120), id="152-at-127"),
        pytest.param(167, "111", (150, 151), id="167-at-111"),
        pytest.param(639, "107", (595, 600), id="639-at-107"),
        pytest.param(130, "108", (120, 120), id="130-at-108"),
        pytest.param(156, "130", (120, 120), id="156-at-130"),
        pytest.param(13, "160", None, id="13-at-160"),
        pytest.param(13, "162.5", (8, 8), id="13-at-162.5"),
        pytest.param(9, "100", (9, 9), id="9-at-100"),
        pytest.param(0, "0", None, id="nobody-at-0"),
    ],
)
def test_the_rounding_of_a_printed_percent_allows_these_targets(admitted, percent, targets):
    assert whole_targets(admitted, Decimal(percent), decimals(percent)) == targets


@pytest.mark.parametrize(
    ("admitted", "percent", "targets"),
    [
        pytest.param(52, "57.77", (90, 90), id="52-at-57.77"),
        pytest.param(67, "111", (60, 60), id="67-at-111"),
        pytest.param(152, "127", (119, 119), id="152-at-127"),
        pytest.param(13, "160", None, id="13-at-160"),
        pytest.param(10, "100", (10, 10), id="exact-belongs-to-its-own-percent"),
    ],
)
def test_a_percent_with_digits_cut_off_allows_these_targets(admitted, percent, targets):
    assert whole_targets(admitted, Decimal(percent), decimals(percent), truncated=True) == targets


def stands_behind(count, total, printed, *, truncated):
    """Tell in whole numbers whether count / total is printed as the percent."""
    percent, places = printed
    step = 10**places
    low = 2 * int(percent * step) - (0 if truncated else 1)
    high = 2 * int(percent * step) + (2 if truncated else 1)
    exact = 200 * count * step
    return low * total <= exact and (exact < high * total if truncated else exact <= high * total)


@given(st.integers(1, 200), printed_percents, st.booleans())
@example(1, (Decimal(200), 0), False)
@example(13, (Decimal(160), 0), False)
@example(100, (Decimal(100), 0), True)
def test_exactly_the_targets_of_the_run_give_the_printed_percent(admitted, printed, truncated):
    assume(printed[0] >= 1)
    every = range(1, 200 * admitted + 1)
    expected = [t for t in every if stands_behind(admitted, t, printed, truncated=truncated)]
    run = whole_targets(admitted, *printed, truncated=truncated)
    assert (list(range(run[0], run[1] + 1)) if run else []) == expected


@given(st.integers(1, 5_000), st.integers(1, 5_000), st.integers(0, 2))
def test_the_true_target_is_always_in_the_run(admitted, target, places):
    percent = round(Decimal(100 * admitted) / target, places)
    assume(percent >= 1)
    low, high = whole_targets(admitted, percent, places)
    assert low <= target <= high
    assert printed_as(Decimal(100 * admitted) / target, percent, places) == "rounded"


@given(st.integers(1, 300), printed_percents, st.booleans())
@example(51, (Decimal("66.7"), 1), False)
@example(51, (Decimal("56.8"), 1), True)
@example(10, (Decimal(100), 0), True)
def test_exactly_the_counts_of_the_run_give_the_printed_share(total, printed, truncated):
    every = range(total + 1)
    expected = [c for c in every if stands_behind(c, total, printed, truncated=truncated)]
    run = whole_counts(*printed, total, truncated=truncated)
    assert (list(range(run[0], run[1] + 1)) if run else []) == expected


@pytest.mark.parametrize(
    ("count", "total", "printed", "reading"),
    [
        pytest.param(152, 120, "127", "rounded", id="rounded-up"),
        pytest.param(52, 90, "57.77", "truncated", id="cut-off"),
        pytest.param(52, 90, "57.78", "rounded", id="rounded"),
        pytest.param(13, 8, "162", "rounded", id="half-down"),
        pytest.param(13, 8, "163", "rounded", id="half-up"),
        pytest.param(65, 118, "50.08", None, id="65-of-118-as-50.08"),
        pytest.param(13, 8, "160", None, id="neither"),
        pytest.param(52, 90, "57.76", None, id="below-the-cut"),
    ],
)
def test_how_a_percent_comes_to_be_printed(count, total, printed, reading):
    assert printed_as(Decimal(100 * count) / total, Decimal(printed), decimals(printed)) == reading
