"""What keeps an estimate from being read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.models.gate import MIN_ROWS, category_reason, fit_reason


@pytest.mark.parametrize(
    ("admitted", "clusters", "least", "why"),
    [
        pytest.param([1] * 5, "abcde", 5, "", id="enough"),
        pytest.param([1] * 4, "abcd", 2, "few_rows", id="too few rows, though clusters enough"),
        pytest.param([1] * 9, "aabbccddd", 5, "few_clusters", id="many rows of few clusters"),
        pytest.param([1] * 9, "aabbccddd", 4, "", id="as many clusters as were asked for"),
        pytest.param([0] * 5, "abcde", 5, "no_events", id="no event"),
        pytest.param([0, 0, 0, 0, 1], "abcde", 5, "", id="one event"),
    ],
)
def test_reason_of_a_category(admitted: list[int], clusters: str, least: int, why: str) -> None:
    rows = pd.DataFrame({"admitted": admitted, "cluster": list(clusters)})
    assert category_reason(rows, "admitted", "cluster", least) == why


def test_fewest_rows_is_where_the_gate_opens() -> None:
    rows = pd.DataFrame({"admitted": 1, "cluster": range(MIN_ROWS)})
    assert category_reason(rows, "admitted", "cluster", 2) == ""
    assert category_reason(rows.iloc[1:], "admitted", "cluster", 2) == "few_rows"


@pytest.mark.parametrize(
    ("converged", "estimate", "error", "why"),
    [
        pytest.param(True, 0.1, 0.05, "", id="sound"),
        pytest.param(False, 0.1, 0.05, "not_converged", id="not converged"),
        pytest.param(True, np.nan, 0.05, "absurd_errors", id="estimate not a number"),
        pytest.param(True, 0.1, np.inf, "absurd_errors", id="error without bound"),
        # Separation in statsmodels 0.15: converged, a coefficient near -27, an error of 17,000
        pytest.param(True, -27.0, 17000.0, "absurd_errors", id="separation"),
    ],
)
def test_reason_of_a_fit(converged: bool, estimate: float, error: float, why: str) -> None:
    assert fit_reason(converged, np.array([estimate]), np.array([error])) == why
