"""Errors of least squares by clusters, mended after Bell and McCaffrey; R's numbers stand in the tests of the ratchet."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.models.bell_mccaffrey import cr2_errors


def residuals(design: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    return outcome - design @ np.linalg.lstsq(design, outcome, rcond=None)[0]


def test_two_groups_of_rows_have_the_errors_and_freedom_of_welch() -> None:
    """Welch's own freedom weighs the groups by the variances seen, Bell and McCaffrey's by equal ones."""
    rng = np.random.default_rng(1)
    sizes = (5, 9)
    parts = [rng.normal(0, spread, size) for spread, size in zip((1, 3), sizes, strict=True)]
    design = np.column_stack([np.ones(14), np.repeat([0.0, 1.0], sizes)])
    outcome = np.concatenate(parts)
    errors, freedom = cr2_errors(design, residuals(design, outcome), np.arange(14), np.array([[0.0, 1.0]]))
    welch = stats.ttest_ind(*parts, equal_var=False)
    assert errors[0] == pytest.approx(abs(np.subtract(*[part.mean() for part in parts]) / welch.statistic))
    reciprocal = [1 / size for size in sizes]
    satterthwaite = sum(reciprocal) ** 2 / sum(
        part**2 / (size - 1) for part, size in zip(reciprocal, sizes, strict=True)
    )
    assert freedom[0] == pytest.approx(satterthwaite)


def test_effects_that_are_taken_out_count_as_columns() -> None:
    rng = np.random.default_rng(2)
    groups = np.repeat(np.arange(8), rng.integers(2, 7, 8))
    clusters = groups // 2
    slopes = rng.normal(size=(len(groups), 2)) * rng.gamma(1, 1, 8)[groups, None]
    outcome = rng.normal(size=len(groups))
    effects = (groups[:, None] == np.arange(8)).astype(float)
    whole = np.column_stack([slopes, effects])
    means = effects @ np.diag(1 / effects.sum(axis=0)) @ effects.T
    within, left = slopes - means @ slopes, outcome - means @ outcome
    apart = cr2_errors(within, residuals(within, left), clusters, np.eye(2))
    together = cr2_errors(whole, residuals(whole, outcome), clusters, np.eye(10)[:2])
    np.testing.assert_allclose(apart, together, rtol=1e-9)


def test_a_cluster_that_carries_the_slope_leaves_it_little_freedom() -> None:
    rng = np.random.default_rng(3)
    clusters = np.repeat(np.arange(30), 4)
    covariate = np.where(clusters < 3, rng.normal(0, 10, 120), rng.normal(0, 0.1, 120))
    design = np.column_stack([np.ones(120), covariate])
    _errors, freedom = cr2_errors(design, residuals(design, rng.normal(size=120)), clusters, np.eye(2))
    assert freedom[0] > 25
    assert freedom[1] < 3.5


def test_units_of_measurement_do_not_matter() -> None:
    rng = np.random.default_rng(4)
    design, clusters = rng.normal(size=(40, 2)), np.repeat(np.arange(10), 4)
    left = residuals(design, rng.normal(size=40))
    errors, freedom = cr2_errors(design, left, clusters, np.eye(2))
    scaled, same = cr2_errors(design * 1e7, left, clusters, np.eye(2))
    np.testing.assert_allclose(scaled * 1e7, errors, rtol=1e-9)
    np.testing.assert_allclose(same, freedom, rtol=1e-9)


@pytest.mark.filterwarnings("error")
def test_a_fit_through_every_row_has_no_freedom() -> None:
    errors, freedom = cr2_errors(np.eye(3), np.zeros(3), np.arange(3), np.eye(3))
    assert errors.tolist() == [0.0, 0.0, 0.0]
    assert np.isnan(freedom).all()
