"""Count models that look only at rows off their target, many samples at once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.models.targets.off_target import Derivatives, conditional, fit_off_target, log_probability


@pytest.fixture(scope="module")
def reference(root: Path) -> dict[str, list[float]]:
    return json.loads((root / "tests/reference/targets.json").read_text())


@pytest.fixture(scope="module")
def register(root: Path) -> pd.DataFrame:
    return pd.read_csv(root / "tests/reference/data/targets.csv")


def arrays(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    matrix = np.column_stack([np.ones(len(rows)), rows["urban"]])
    return rows["admitted"].to_numpy(float)[None], rows["target"].to_numpy(float), matrix


@pytest.mark.parametrize("family", ["poisson", "nb2"])
def test_estimates_are_those_of_a_general_optimiser(
    family: str, reference: dict[str, list[float]], register: pd.DataFrame
) -> None:
    fit = fit_off_target(*arrays(register), dispersed=family == "nb2")
    assert fit.converged.all()
    found = [*fit.coefficients[0], *([fit.alpha[0]] if family == "nb2" else [])]
    assert found == pytest.approx(reference[family], rel=2e-6)
    _counts, target, matrix = arrays(register)
    chances = np.exp(log_probability(target, fit.mean(target, matrix), fit.alpha[:, None]))
    assert chances.sum() == pytest.approx(reference[f"{family}_expected"][0], rel=1e-6)


def test_many_samples_at_once_are_fitted_as_one_by_one() -> None:
    random = np.random.default_rng(3)
    target = random.integers(1, 12, 80).astype(float)
    matrix = np.column_stack([np.ones(80), random.normal(size=80)])
    counts = random.negative_binomial(4, 4 / (4 + target), (12, 80)).astype(float)
    together = fit_off_target(counts, target, matrix, dispersed=True)
    for place, sample in enumerate(counts):
        alone = fit_off_target(sample[None], target, matrix, dispersed=True)
        assert alone.coefficients[0] == pytest.approx(together.coefficients[place], abs=1e-10)
        assert alone.alpha[0] == pytest.approx(together.alpha[place], abs=1e-10)


def test_what_happens_at_the_target_does_not_move_the_fit() -> None:
    random = np.random.default_rng(4)
    target = random.integers(1, 9, 200).astype(float)
    matrix = np.ones((200, 1))
    counts = random.poisson(target).astype(float)
    extra = np.repeat(target[:1], 50)
    plain = fit_off_target(counts[None], target, matrix, dispersed=False)
    heaped = fit_off_target(
        np.r_[counts, extra][None], np.r_[target, extra], np.ones((250, 1)), dispersed=False
    )
    assert heaped.coefficients[0] == pytest.approx(plain.coefficients[0], abs=1e-12)


def test_the_truth_is_found_without_the_rows_on_target() -> None:
    random = np.random.default_rng(5)
    target = random.choice([1.0, 2.0, 3.0, 8.0], 40_000)
    matrix = np.column_stack([np.ones(40_000), random.integers(0, 2, 40_000)])
    mean = target * np.exp(matrix @ [-0.1, 0.3])
    counts = random.negative_binomial(1 / 0.2, 1 / (1 + 0.2 * mean)).astype(float)
    fit = fit_off_target(counts[None], target, matrix, dispersed=True)
    assert fit.coefficients[0] == pytest.approx([-0.1, 0.3], abs=0.02)
    assert fit.alpha[0] == pytest.approx(0.2, abs=0.02)


def test_counts_that_vary_less_than_poisson_have_no_over_dispersion() -> None:
    target = np.tile([4.0, 6.0, 9.0], 30)
    counts = target + np.tile([1.0, -1.0], 45)
    fit = fit_off_target(counts[None], target, np.ones((90, 1)), dispersed=True)
    assert fit.converged.all()
    assert fit.alpha.tolist() == [0.0]


@given(
    count=st.integers(0, 60),
    mean=st.floats(0.05, 60),
    alpha=st.sampled_from([0.0, 1e-6, 1e-3, 0.1, 2.0, 50.0]),
)
def test_probabilities_are_those_of_scipy(count: int, mean: float, alpha: float) -> None:
    known = (
        stats.nbinom.logpmf(count, 1 / alpha, 1 / (1 + alpha * mean))
        if alpha
        else stats.poisson.logpmf(count, mean)
    )
    found = log_probability(np.full((1, 1), float(count)), np.full((1, 1), mean), np.full((1, 1), alpha))
    assert found.item() == pytest.approx(known, rel=1e-7, abs=1e-7)


@given(
    count=st.integers(0, 40),
    target=st.integers(1, 40),
    mean=st.floats(0.2, 40),
    alpha=st.sampled_from([1e-3, 0.1, 2.0]),
)
def test_derivatives_are_those_of_the_conditional_probability(
    count: int, target: int, mean: float, alpha: float
) -> None:
    counts, targets = np.full((1, 1), float(count)), np.full(1, float(target))

    def parts(eta: float, tau: float) -> Derivatives:
        return conditional(
            counts, targets, np.full((1, 1), mean * np.exp(eta)), np.full((1, 1), alpha * np.exp(tau))
        )

    def height(eta: float, tau: float) -> float:
        place = np.full((1, 1), mean * np.exp(eta)), np.full((1, 1), alpha * np.exp(tau))
        there = np.exp(log_probability(targets, *place))
        return float((log_probability(counts, *place) - np.log1p(-there)).item()) if count != target else 0.0

    at, step = parts(0, 0), 1e-5
    slopes = {
        "eta": height(step, 0) - height(-step, 0),
        "tau": height(0, step) - height(0, -step),
        "eta_eta": (parts(step, 0).eta - parts(-step, 0).eta).item(),
        "eta_tau": (parts(0, step).eta - parts(0, -step).eta).item(),
        "tau_tau": (parts(0, step).tau - parts(0, -step).tau).item(),
    }
    for name, rise in slopes.items():
        assert getattr(at, name).item() == pytest.approx(rise / (2 * step), rel=2e-5, abs=2e-5), name
