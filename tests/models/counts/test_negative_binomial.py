"""The negative binomial likelihood, its derivatives and its maximum."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.optimize import approx_fprime
from scipy.special import gammaln

from analysis.errors import ParameterError
from analysis.models.counts import negative_binomial as nb
from analysis.models.counts.fit import fit_counts
from analysis.models.counts.patterns import collapse


@pytest.mark.parametrize("alpha", [pytest.param(a, id=f"alpha {a}") for a in (1e-6, 1e-2, 0.7, 30.0)])
def test_likelihood_is_scipys(alpha: float) -> None:
    y, mean = np.array([0.0, 1.0, 4.0, 200.0]), np.array([0.3, 2.0, 9.0, 150.0])
    theirs = stats.nbinom.logpmf(y, 1 / alpha, 1 / (1 + alpha * mean))
    ours = nb.nb2_log_likelihood(y, mean, alpha) - gammaln(y + 1)
    np.testing.assert_allclose(ours, theirs, rtol=1e-8)


def test_likelihood_tends_to_poissons() -> None:
    y, mean = np.array([0.0, 1.0, 7.0]), np.array([0.5, 2.0, 5.0])
    poisson = y * np.log(mean) - mean
    np.testing.assert_allclose(nb.nb2_log_likelihood(y, mean, 1e-12), poisson, rtol=1e-10)


@pytest.mark.parametrize("alpha", [pytest.param(a, id=f"alpha {a}") for a in (1e-5, 0.05, 1.0, 40.0)])
@pytest.mark.parametrize("scale", [pytest.param(s, id=f"exposure {s}") for s in (1e-3, 1.0, 500.0)])
def test_derivatives_are_those_of_the_likelihood(alpha: float, scale: float) -> None:
    rng = np.random.default_rng(4)
    rows = pd.DataFrame(
        {"y": rng.poisson(scale * 3, size=12), "e": scale * rng.integers(1, 4, size=12), "x": [0, 1, 2] * 4}
    )
    data = collapse(rows, ["x"], outcome="y", exposure="e")
    basis = np.linalg.qr(np.c_[np.ones(3), [0.0, 1.0, 2.0]])[0]
    kinds = nb._Kinds.of(data)
    point = np.array([1.2, -0.3, np.log(alpha)])
    height, gradient, curve = nb._surface(basis, kinds, point)
    assert np.isfinite(height)
    step = 1e-6
    slopes = approx_fprime(point, lambda p: nb._surface(basis, kinds, p)[0], step)
    np.testing.assert_allclose(gradient, slopes, rtol=2e-4, atol=2e-5 * abs(height) ** 0.5)
    curves = np.array(
        [
            (nb._surface(basis, kinds, point + d)[1] - nb._surface(basis, kinds, point - d)[1]) / (2 * step)
            for d in np.eye(3) * step
        ]
    )
    np.testing.assert_allclose(curve, curves, rtol=1e-4, atol=1e-5 * (1 + np.abs(curve).max()))


def test_rows_of_one_pattern_and_several_exposures_are_not_added_up() -> None:
    rng = np.random.default_rng(6)
    rows = pd.DataFrame(
        {"admitted": rng.negative_binomial(2, 0.2, size=300), "members": rng.integers(5, 50, size=300)}
    )
    one = fit_counts(rows, "1", family="nb2")
    repeated = fit_counts(pd.concat([rows, rows]), "1", family="nb2")
    assert repeated.alpha == pytest.approx(one.alpha, rel=1e-9)
    assert repeated.loglik == pytest.approx(2 * one.loglik, rel=1e-12)
    assert repeated.vcov[0, 0] == pytest.approx(one.vcov[0, 0] / 2, rel=1e-8)


@pytest.mark.parametrize("alpha", [pytest.param(a, id=f"alpha {a}") for a in (0.02, 0.5, 5.0)])
def test_truth_is_found_again(alpha: float) -> None:
    rng = np.random.default_rng(8)
    members = rng.integers(20, 400, size=20_000).astype(float)
    sex = np.repeat(["f", "m"], 10_000)
    mean = 0.05 * members * np.where(sex == "f", 1.0, 1.5)
    counts = rng.poisson(mean * rng.gamma(1 / alpha, alpha, size=len(mean)))
    fit = fit_counts(pd.DataFrame({"admitted": counts, "members": members, "sex": sex}), "sex", family="nb2")
    assert fit.alpha == pytest.approx(alpha, rel=0.08)
    assert abs(fit.coefficients[1] - np.log(1.5)) < 3 * np.sqrt(fit.vcov[1, 1])


def test_counts_beyond_any_commune_are_refused() -> None:
    rows = pd.DataFrame({"admitted": [2e7, 1e3, 5.0, 8.0, 2.0, 4.0], "members": 1e9})
    with pytest.raises(ParameterError, match="up to 10000000"):
        fit_counts(rows, "1", family="nb2")
