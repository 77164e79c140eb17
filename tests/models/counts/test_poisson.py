"""The maximum of the Poisson likelihood, from near and from far."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.models.counts.poisson import maximise_poisson


@pytest.mark.parametrize(
    ("x", "outcome", "exposure"),
    [
        pytest.param([0.0, 1.0, 2.0], [3.0, 5.0, 4.0], [10.0, 10.0, 10.0], id="near"),
        # Whole steps from here lead away without end
        pytest.param([5.0, 5.4, 6.5], [6.0, 7.0, 1.0], [2e-5, 2.0, 0.2], id="steps must be halved"),
        pytest.param(
            [2015.0, 2016.0, 2017.0], [1e12, 2e12, 5e12], [1e13, 1e13, 1e13], id="huge counts, years"
        ),
        pytest.param([0.0, 1.0, 2.0], [3.0, 5.0, 4.0], [1e-250, 2e-250, 3e-250], id="tiny exposures"),
    ],
)
def test_gradient_vanishes_at_the_maximum(
    x: list[float], outcome: list[float], exposure: list[float]
) -> None:
    matrix, y, e = np.c_[np.ones(3), x], np.array(outcome), np.array(exposure)
    with np.errstate(all="raise", under="ignore"):
        found = maximise_poisson(matrix, y, e)
    gradient = matrix.T @ (y - e * np.exp(matrix @ found.coefficients))
    assert found.converged
    assert np.abs(gradient).max() <= 1e-9 * y.sum() * np.abs(x).max()
    np.testing.assert_allclose(found.inverse @ found.information, np.eye(2), atol=1e-4)


def test_results_without_a_maximum_do_not_converge() -> None:
    found = maximise_poisson(np.c_[np.ones(2), [0.0, 1.0]], np.array([4.0, 0.0]), np.ones(2))
    assert not found.converged or found.coefficients[1] < -20
