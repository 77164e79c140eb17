"""Tests of the Poisson variance: their size where it holds, their power where it does not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.models.counts.overdispersion import dispersion_tests, likelihood_ratio


@pytest.mark.parametrize("test", [pytest.param(name, id=name) for name in ("cameron_trivedi", "dean")])
@pytest.mark.parametrize(
    ("alpha", "low", "high"),
    [pytest.param(0.0, 0.02, 0.09, id="size 5%"), pytest.param(0.3, 0.9, 1.0, id="power")],
)
def test_share_of_rejections(test: str, alpha: float, low: float, high: float) -> None:
    rng = np.random.default_rng(11)
    mean, hits = np.tile([2.0, 4.0, 8.0, 12.0], 50), 0
    for _ in range(400):
        spread = rng.gamma(1 / alpha, alpha, size=200) if alpha else 1.0
        counts = rng.poisson(mean * spread)
        rate = counts.sum() / mean.sum()
        found = dispersion_tests(counts, mean * rate, mean / mean.sum()).set_index("test")
        hits += found.at[test, "p_value"] < 0.05
    assert low <= hits / 400 <= high


def test_likelihood_ratio_at_the_bound_has_half_the_chance() -> None:
    assert likelihood_ratio(-10.0, -10.0).at[0, "p_value"] == 1.0
    assert likelihood_ratio(-10.0, -9.0).at[0, "p_value"] == 1.0, "no better than Poisson"
    found = likelihood_ratio(-10.0, -12.0)
    assert found.at[0, "statistic"] == 4.0
    assert found.at[0, "p_value"] == pytest.approx(stats.chi2.sf(4.0, 1) / 2)


def test_one_row_tells_nothing() -> None:
    found = dispersion_tests(np.array([3.0]), np.array([3.0]), np.array([1.0]))
    assert np.isnan(found.set_index("test").at["cameron_trivedi", "statistic"])
