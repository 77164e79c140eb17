"""The integral of a random intercept, against integration by brute force and derivatives by differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from analysis.models.counts.adaptive_quadrature import curvature, integral, posterior, quantiles

CASES = [
    pytest.param(3.0, 1.0, 0.5, id="ordinary"),
    pytest.param(0.0, 2.0, 1.0, id="nobody"),
    pytest.param(50.0, -2.0, 1.5, id="many-more-than-expected"),
    pytest.param(1000.0, 6.5, 0.3, id="large"),
    pytest.param(2.0, 1.0, 0.0, id="no-spread"),
]


def _density(count, log_mean, sd, mode):
    def of(u):
        return count * sd * u - np.exp(log_mean + sd * u) - u * u / 2

    return lambda u: np.exp(of(u) - of(mode)), of(mode)


def _brute(count, log_mean, sd, power=0):
    found = posterior(np.array([count]), np.array([log_mean]), sd, 25)
    mode, scale = found.mode[0], found.scale[0]
    density, top = _density(count, log_mean, sd, mode)
    ends = (mode - 14 * scale, mode + 14 * scale)
    value = quad(lambda u: u**power * density(u), *ends, epsabs=1e-13, epsrel=1e-10, limit=400)[0]
    return value, top


@pytest.mark.parametrize(("count", "log_mean", "sd"), CASES)
def test_25_nodes_give_the_integral(count, log_mean, sd):
    value, top = _brute(count, log_mean, sd)
    expected = np.log(value) + top - np.log(2 * np.pi) / 2
    found = integral(np.array([count]), np.array([log_mean]), sd, 25)
    assert found.log[0] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("nodes", [1, 2, 25])
@pytest.mark.parametrize(("count", "log_mean", "sd"), CASES)
def test_first_derivatives_are_those_of_the_quadrature_itself(count, log_mean, sd, nodes):
    def log(m, s):
        return integral(np.array([count]), np.array([m]), s, nodes).log[0]

    found = integral(np.array([count]), np.array([log_mean]), sd, nodes)
    step = 1e-5
    by_mean = (log(log_mean + step, sd) - log(log_mean - step, sd)) / (2 * step)
    by_sd = (log(log_mean, sd + step) - log(log_mean, sd - step)) / (2 * step)
    assert found.by_mean[0] == pytest.approx(by_mean, rel=1e-6, abs=1e-6)
    assert found.by_sd[0] == pytest.approx(by_sd, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("count", "log_mean", "sd"), CASES)
def test_second_derivatives(count, log_mean, sd):
    def first(m, s):
        found = integral(np.array([count]), np.array([m]), s, 45)
        return np.array([found.by_mean[0], found.by_sd[0]])

    step = 1e-5
    by_mean = (first(log_mean + step, sd) - first(log_mean - step, sd)) / (2 * step)
    by_sd = (first(log_mean, sd + step) - first(log_mean, sd - step)) / (2 * step)
    found = [part[0] for part in curvature(np.array([count]), np.array([log_mean]), sd, 45)]
    np.testing.assert_allclose(found[1:], [by_mean[0], by_mean[1], by_sd[1]], rtol=1e-5, atol=1e-5)
    assert found[0] == pytest.approx(first(log_mean, sd)[0], rel=1e-9)


def test_one_node_is_laplaces_method():
    count, log_mean, sd = 3.0, 1.0, 0.5
    found = posterior(np.array([count]), np.array([log_mean]), sd, 1)
    u = found.mode[0]
    assert sd * (count - np.exp(log_mean + sd * u)) == pytest.approx(u, abs=1e-12)
    height = count * sd * u - np.exp(log_mean + sd * u) - u**2 / 2
    expected = height - np.log(1 + sd**2 * np.exp(log_mean + sd * u)) / 2
    assert integral(np.array([count]), np.array([log_mean]), sd, 1).log[0] == pytest.approx(
        expected, rel=1e-14
    )


@given(
    st.integers(0, 10**7),
    st.floats(-12, 16),
    st.floats(0, 8),
)
def test_the_mode_is_found_wherever_it_is(count, log_mean, sd):
    found = posterior(np.array([float(count)]), np.array([log_mean]), sd, 5)
    u = found.mode[0]
    assert abs(sd * (count - np.exp(log_mean + sd * u)) - u) * found.scale[0] < 1e-6 * (1 + abs(u))
    assert np.isfinite(integral(np.array([float(count)]), np.array([log_mean]), sd, 5).log).all()


@pytest.mark.parametrize(("count", "log_mean", "sd"), CASES)
def test_posterior_moments(count, log_mean, sd):
    found = posterior(np.array([count]), np.array([log_mean]), sd, 45)
    mass, first, second = (_brute(count, log_mean, sd, power)[0] for power in (0, 1, 2))
    mean = found.mean(found.points)[0]
    assert mean == pytest.approx(first / mass, rel=1e-6, abs=1e-7)
    spread = found.mean((found.points - mean) ** 2)[0]
    assert spread == pytest.approx(second / mass - (first / mass) ** 2, rel=1e-5)


@pytest.mark.parametrize(("count", "log_mean", "sd"), CASES)
def test_posterior_quantiles(count, log_mean, sd):
    given_ = (np.array([count]), np.array([log_mean]), sd)
    found = posterior(*given_, 25)
    density, _ = _density(count, log_mean, sd, found.mode[0])
    start = found.mode[0] - 14 * found.scale[0]
    whole = quad(density, start, found.mode[0] + 14 * found.scale[0], limit=400)[0]
    for probability, (value,) in zip(
        (0.025, 0.5, 0.975), quantiles(*given_, (0.025, 0.5, 0.975)), strict=True
    ):
        below = quad(density, start, value, limit=400)[0] / whole
        assert below == pytest.approx(probability, abs=2e-4)


def test_without_spread_the_posterior_is_the_normal_prior():
    low, high = quantiles(np.array([5.0]), np.array([1.0]), 0.0, (0.025, 0.975))
    assert (low[0], high[0]) == pytest.approx(tuple(stats.norm.ppf([0.025, 0.975])), abs=1e-3)
