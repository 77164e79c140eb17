"""Exact limits of counts and limits of funnel plots, against what R and a paper give."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import made
import numpy as np
import pandas as pd
import pytest

from analysis.models.intervals import attainment_limits, funnel_limits, poisson_limits


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        # R 4.2.2
        pytest.param(10, 4.7953886, 18.3903584, id="ten"),
        pytest.param(0, 0.0, 3.6888795, id="none seen"),
    ],
)
def test_poisson_limits_are_those_of_r(count: int, low: float, high: float) -> None:
    found = poisson_limits(count)
    assert (float(found[0]), float(found[1])) == pytest.approx((low, high), abs=3e-6)


def tail(count: int, mean: float) -> Decimal:
    """Return the probability that a Poisson variable of this mean is at most ``count``, in 40 digits."""
    with localcontext(prec=40):
        terms = (Decimal(mean) ** k / math.factorial(k) for k in range(count + 1))
        return (-Decimal(mean)).exp() * sum(terms)


@pytest.mark.parametrize("count", [1, 10, 152, 639])
def test_poisson_limits_leave_a_fortieth_in_each_tail(count: int) -> None:
    low, high = (float(limit) for limit in poisson_limits(count))
    assert float(1 - tail(count - 1, low)) == pytest.approx(0.025, abs=1e-11)
    assert float(tail(count, high)) == pytest.approx(0.025, abs=1e-11)


def test_wider_coverage_gives_wider_limits() -> None:
    low, high = poisson_limits([3, 30], 0.998)
    inner_low, inner_high = poisson_limits([3, 30])
    assert (low < inner_low).all()
    assert (high > inner_high).all()


@pytest.mark.parametrize(
    ("expected", "level", "low", "high"),
    [
        # Spiegelhalter 2005, appendix A.1.1, computed in R 4.2.2
        pytest.param(10, 0.95, 0.3775188, 1.6159951, id="10 at 95%"),
        pytest.param(10, 0.998, 0.1220529, 2.0662001, id="10 at 99.8%"),
        pytest.param(50, 0.95, 0.7224344, 1.2766098, id="50 at 95%"),
        pytest.param(50, 0.998, 0.5824563, 1.4550282, id="50 at 99.8%"),
    ],
)
def test_funnel_limits_are_those_of_r(expected: float, level: float, low: float, high: float) -> None:
    found = funnel_limits(expected, level)
    assert (float(found[0]), float(found[1])) == pytest.approx((low, high), abs=1e-7)


def test_funnel_limits_close_in_on_one() -> None:
    low, high = funnel_limits([5, 10, 100, 1000, 10000], 0.95)
    assert (np.diff(low) > 0).all()
    assert (np.diff(high) < 0).all()
    assert low[-1] < 1 < high[-1]
    # Far out the limits are those of the normal distribution.
    assert (low[-1], high[-1]) == pytest.approx((1 - 0.0196, 1 + 0.0196), abs=5e-4)


def test_funnel_limits_run_without_steps_between_whole_counts() -> None:
    expected = np.arange(8, 60, 0.01)
    for limits in funnel_limits(expected, 0.95):
        assert np.abs(np.diff(limits)).max() < 0.005


def test_a_funnel_never_reaches_below_zero() -> None:
    low, _high = funnel_limits([0.5, 1.0, 2.0], 0.998)
    assert (low >= 0).all()


def test_attainment_limits_of_a_known_target() -> None:
    rows = made.rows(
        "unit_periods", {"admitted": 10, "target_basis": "printed", "target_low": 20, "target_high": 20}
    )
    found = attainment_limits(rows).iloc[0]
    # The limits of a count of 10, over 20 and in percent
    assert (found["limit_low"], found["limit_high"]) == pytest.approx((23.976943, 91.951780), abs=5e-6)


def test_attainment_limits_reach_over_every_target_that_the_rounding_allows() -> None:
    rows = made.rows(
        "unit_periods", {"admitted": 10, "target_basis": "inferred", "target_low": 10, "target_high": 20}
    )
    found = attainment_limits(rows).iloc[0]
    assert (found["limit_low"], found["limit_high"]) == pytest.approx((23.976943, 183.903560), abs=5e-6)


@pytest.mark.parametrize(
    "record",
    [
        pytest.param({"admitted": 10}, id="no target"),
        pytest.param({"target_low": 20, "target_high": 20}, id="no count"),
        pytest.param(
            {"admitted": 10, "admitted_qualifier": "more_than", "target_low": 20, "target_high": 20},
            id="count not exact",
        ),
    ],
)
def test_no_limits_where_count_or_target_are_not_known(record: dict[str, object]) -> None:
    found = attainment_limits(made.rows("unit_periods", record))
    assert found[["limit_low", "limit_high"]].isna().all(axis=None)


def test_limits_keep_to_their_rows_whatever_the_index() -> None:
    known = {"admitted": 10, "target_low": 20, "target_high": 20}
    rows = made.rows("unit_periods", {"admitted": 10}, known | made.year(2017))
    found = attainment_limits(rows.set_index(pd.Index([7, 3])))
    assert pd.isna(found.loc[7, "limit_low"])
    assert found.loc[3, "limit_low"] == pytest.approx(23.976943, abs=5e-6)
