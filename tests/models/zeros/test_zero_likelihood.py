"""Likelihoods of counts with many zeros: probabilities that add up, derivatives that are derivatives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.models.zeros.zero_likelihood import (
    Hurdle,
    Inflated,
    NB2Count,
    Plain,
    PoissonCount,
    RowLikelihood,
)

MODELS = [
    pytest.param(Plain(PoissonCount()), id="Poisson"),
    pytest.param(Plain(NB2Count()), id="NB2"),
    pytest.param(Inflated(PoissonCount()), id="zero-inflated Poisson"),
    pytest.param(Inflated(NB2Count()), id="zero-inflated NB2"),
    pytest.param(Hurdle(PoissonCount(), "poisson"), id="hurdle Poisson, Poisson"),
    pytest.param(Hurdle(PoissonCount(), "logit"), id="hurdle Poisson, logit"),
    pytest.param(Hurdle(NB2Count(), "logit"), id="hurdle NB2, logit"),
]
EACH = pytest.mark.parametrize("model", MODELS)


def at(model: RowLikelihood, mean: float, zero: float, n: int) -> np.ndarray:
    """Return n equal rows of predictors; alpha is 0.5 where the model has one."""
    alpha = isinstance(getattr(model, "count", None), NB2Count)
    row = [np.log(mean), *([np.log(0.5)] if alpha else []), *([] if isinstance(model, Plain) else [zero])]
    return np.tile(row, (n, 1))


@EACH
@pytest.mark.parametrize(("mean", "zero"), [(0.02, -1.0), (2.5, 0.4), (6.0, -3.0)])
def test_probabilities_add_up_to_one_and_to_the_mean(model: RowLikelihood, mean: float, zero: float) -> None:
    y = np.arange(400.0)
    rows = at(model, mean, zero, len(y))
    chance = np.exp(model.rows(y, rows).value)
    assert chance.sum() == pytest.approx(1, abs=1e-12)
    assert chance @ y == pytest.approx(model.mean(rows)[0], rel=1e-10)


@EACH
@given(mean=st.floats(0.01, 40), zero=st.floats(-6, 6), y=st.integers(0, 60))
def test_slopes_and_curvatures_are_those_of_the_value(
    model: RowLikelihood, mean: float, zero: float, y: int
) -> None:
    point = at(model, mean, zero, 1)
    found = model.rows(np.array([float(y)]), point)
    for i in range(model.width):
        step = np.zeros_like(point)
        step[0, i] = 1e-5
        up, down = (model.rows(np.array([float(y)]), point + sign * step) for sign in (1, -1))
        size = 1 + abs(found.value[0])
        assert found.gradient[0, i] == pytest.approx((up.value - down.value)[0] / 2e-5, abs=1e-5 * size)
        slope = (up.gradient - down.gradient)[0] / 2e-5
        assert found.curvature[0, i] == pytest.approx(slope, abs=1e-5 * size * max(1, y))


def test_counts_are_those_of_scipy() -> None:
    y = np.arange(30.0)
    poisson = Plain(PoissonCount()).rows(y, at(Plain(PoissonCount()), 3.0, 0, 30)).value
    assert poisson == pytest.approx(stats.poisson.logpmf(y, 3.0), rel=1e-12)
    nb2 = Plain(NB2Count()).rows(y, at(Plain(NB2Count()), 3.0, 0, 30)).value
    assert nb2 == pytest.approx(stats.nbinom.logpmf(y, 2, 2 / (2 + 3.0)), rel=1e-12)


def test_nb2_of_a_tiny_alpha_is_poisson() -> None:
    y = np.arange(12.0)
    tiny = np.tile([np.log(2.0), np.log(1e-9)], (12, 1))
    nb2 = Plain(NB2Count()).rows(y, tiny).value
    assert nb2 == pytest.approx(stats.poisson.logpmf(y, 2.0), abs=1e-7)


def test_a_hurdle_of_equal_parts_is_poisson() -> None:
    y = np.arange(12.0)
    rows = np.tile([0.3, 0.3], (12, 1))
    value = Hurdle(PoissonCount(), "poisson").rows(y, rows).value
    assert value == pytest.approx(stats.poisson.logpmf(y, np.exp(0.3)), rel=1e-12)
