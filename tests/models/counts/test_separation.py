"""Separated results and dependent terms, against what is known of small designs and against brute force."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from analysis.models.counts.poisson import maximise_poisson
from analysis.models.counts.separation import rank_findings, separated, separation_findings

TWO_BY_TWO = np.array([[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]], dtype=float)


@pytest.mark.parametrize(
    ("matrix", "outcome", "expected"),
    [
        pytest.param(TWO_BY_TWO, [3, 2, 4, 1], [], id="admissions everywhere"),
        pytest.param(TWO_BY_TWO, [3, 2, 0, 0], [2, 3], id="a category without"),
        pytest.param(TWO_BY_TWO, [0, 0, 4, 1], [0, 1], id="the reference category without"),
        pytest.param(TWO_BY_TWO, [3, 2, 4, 0], [], id="one empty cell of an additive model is none"),
        pytest.param(TWO_BY_TWO, [0, 2, 4, 0], [], id="two opposite cells are none"),
        pytest.param(TWO_BY_TWO, [3, 0, 0, 0], [1, 2, 3], id="only one cell with"),
        pytest.param(np.c_[np.ones(4), [1, 2, 3, 4]], [0, 0, 0, 5], [0, 1, 2], id="a slope: all on one side"),
        pytest.param(np.c_[np.ones(4), [1, 2, 3, 4]], [0, 3, 0, 5], [], id="a slope: two points fix it"),
        pytest.param(np.c_[np.ones(3), [2015, 2016, 2017]], [0, 0, 9], [0, 1], id="large numbers"),
        pytest.param(np.c_[np.ones(3), [1e-9, 2e-9, 3e-9]], [0, 0, 9], [0, 1], id="small numbers"),
        pytest.param(np.ones((3, 1)), [0, 0, 0], [0, 1, 2], id="nobody at all"),
    ],
)
def test_separated_patterns(matrix: np.ndarray, outcome: list[int], expected: list[int]) -> None:
    assert np.flatnonzero(separated(matrix, np.array(outcome, dtype=float))).tolist() == expected


@settings(max_examples=40)
@given(st.lists(st.integers(0, 2), min_size=12, max_size=12), st.integers(0, 10_000))
def test_estimates_exist_exactly_where_nothing_is_separated(outcome: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = np.c_[np.ones(12), np.repeat([0, 1], 6), np.tile([0, 0, 1], 4), rng.integers(-2, 3, size=12)]
    y = np.array(outcome, dtype=float)
    if np.linalg.matrix_rank(matrix) < 4 or not y.any():
        return
    found = separated(matrix, y)
    # Without bound: the likelihood still rises far out along some direction
    far = minimize(
        lambda b: np.exp(np.minimum(matrix @ b, 50)).sum() - y @ (matrix @ b), np.zeros(4), method="BFGS"
    ).x
    assert bool(found.any()) == bool(np.abs(matrix @ far).max() > 8)
    if not found.any():
        assert maximise_poisson(matrix, y, np.ones(12)).converged


def test_patterns_that_are_left_have_estimates() -> None:
    outcome = np.array([0.0, 0.0, 4.0, 1.0])
    left = ~separated(TWO_BY_TWO, outcome)
    kept, _ = rank_findings(TWO_BY_TWO[left], ["Intercept", "a", "b"])
    assert maximise_poisson(TWO_BY_TWO[left][:, kept], outcome[left], np.ones(2)).converged


def test_some_hundred_patterns_are_named_shortly() -> None:
    table = pd.MultiIndex.from_product([range(20), range(20)], names=["year", "unit"]).to_frame(index=False)
    where = (table["year"] == table["unit"]).to_numpy()
    (finding,) = separation_findings(table, ["year", "unit"], where)
    assert finding.where.startswith("year[0]:unit[0]; year[1]:unit[1]; ")
    assert finding.where.endswith("(+14)")


@pytest.mark.parametrize(
    ("columns", "kept", "found"),
    [
        pytest.param({"a": [0, 1, 0, 1]}, [0, 1], [], id="independent"),
        pytest.param({"a": [0, 1, 0, 1], "b": [1, 0, 1, 0]}, [0, 1], ["b ~ Intercept + a"], id="complement"),
        pytest.param({"a": [0, 1, 2, 3], "b": [0, 2, 4, 6]}, [0, 1], ["b ~ a"], id="a multiple"),
        pytest.param({"a": [0, 0, 0, 0], "b": [0, 1, 0, 1]}, [0, 2], ["a"], id="zeros"),
        pytest.param(
            {"a": [0, 1, 0, 1], "b": [0, 1, 0, 1], "c": [0, 1, 0, 2]},
            [0, 1, 3],
            ["b ~ a"],
            id="one before the end",
        ),
        pytest.param(
            {"a": [2015, 2016, 2017, 2018], "b": [2015**2, 2016**2, 2017**2, 2018**2]},
            [0, 1, 2],
            [],
            id="a square of years is its own",
        ),
        pytest.param({"a": [0, 1e-8, 0, 0]}, [0, 1], [], id="small is not zero"),
        pytest.param({"a": [1, 1, 1, 1 + 1e-12]}, [0], ["a ~ Intercept"], id="constant but for rounding"),
    ],
)
def test_terms_that_follow_from_others_are_named(
    columns: dict[str, list[float]], kept: list[int], found: list[str]
) -> None:
    matrix = np.column_stack([np.ones(4), *columns.values()]).astype(float)
    places, findings = rank_findings(matrix, ["Intercept", *columns])
    assert places == kept
    assert [finding.where for finding in findings] == found
