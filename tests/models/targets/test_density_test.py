"""Frandsen's test at the target: its p-value, its size, and the curvature it allows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.targets.density_test import (
    density_test,
    frandsen_p_value,
    poisson_curvature,
    share_bounds,
)


@pytest.fixture(scope="module")
def reference(root: Path) -> dict[str, list]:
    return json.loads((root / "tests/reference/targets.json").read_text())


def near(below: int, at: int, above: int, target: int = 10) -> pd.DataFrame:
    admitted = [target - 1] * below + [target] * at + [target + 1] * above
    return pd.DataFrame({"admitted": admitted, "target": target})


def test_the_p_value_is_that_of_its_definition(reference: dict[str, list]) -> None:
    found = [frandsen_p_value(int(at), int(n), k) for at, n, k in reference["frandsen_cases"]]
    assert found == pytest.approx(reference["frandsen"], abs=1e-10)


@pytest.mark.parametrize("k", [0.0, 0.02, 0.1, 0.3, 1.0])
@pytest.mark.parametrize("n", [1, 2, 7, 30, 101])
def test_the_test_never_rejects_oftener_than_it_says(n: int, k: float) -> None:
    p_values = np.array([frandsen_p_value(at, n, k) for at in range(n + 1)])
    for share in np.linspace(*share_bounds(k), 5):
        masses = stats.binom.pmf(np.arange(n + 1), n, share)
        for size in (0.01, 0.05, 0.1, 0.3):
            assert masses[p_values <= size].sum() <= size + 1e-12


def test_all_rows_at_the_threshold_do_not_have_a_p_value_of_zero() -> None:
    # rddisttestk doubles P(N > n) = 0 for k = 0
    assert frandsen_p_value(5, 5, 0.0) == pytest.approx((1 / 3) ** 5)


@given(n=st.integers(1, 60), k=st.floats(0, 0.9), data=st.data())
def test_more_curvature_explains_more_of_an_excess(n: int, k: float, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, n))
    p, wider = frandsen_p_value(at, n, k), frandsen_p_value(at, n, min(1.0, k + 0.1))
    assert 0 < p <= 1
    tail = stats.binom.sf(at - 1, n, share_bounds(k)[1])
    assert p >= min(1.0, tail, stats.binom.cdf(at, n, share_bounds(k)[0])) - 1e-12
    if at / n > share_bounds(min(1.0, k + 0.1))[1]:
        assert wider >= tail - 1e-12


@given(
    target=st.integers(1, 40), attainment=st.floats(0.2, 4), mixed=st.floats(0.2, 4), alpha=st.floats(0.01, 3)
)
def test_no_mixture_of_poissons_bulges_more_than_the_default_allows(
    target: int, attainment: float, mixed: float, alpha: float
) -> None:
    points = np.array([target - 1, target, target + 1])
    both = (stats.poisson.pmf(points, target * attainment) + stats.poisson.pmf(points, target * mixed)) / 2
    wide = stats.nbinom.pmf(points, 1 / alpha, 1 / (1 + alpha * target * attainment))
    for below, at, above in (both, wide):
        assert at <= (1 + poisson_curvature(target).item()) * (below + above) / 2 * (1 + 1e-12)


@pytest.mark.parametrize("at", [16, 18, 21, 25])
def test_the_default_bounds_the_chance_of_an_excess_at_unequal_targets(at: int) -> None:
    targets = np.repeat([1, 2, 20], 10)
    rows = pd.DataFrame({"admitted": targets + (np.arange(30) >= at), "target": targets})
    shares = share_bounds(poisson_curvature(targets))[1]
    assert density_test(rows).at("all")["p_excess"] >= stats.poisson_binom.sf(at - 1, shares)


def test_a_heap_is_found() -> None:
    row = density_test(near(30, 90, 35)).at("all")
    assert (row["below"], row["at"], row["above"]) == (30, 90, 35)
    assert row["estimate"] == pytest.approx(90 / 155)
    assert row["p_value"] < 0.001
    assert row["p_excess"] < 0.001


def test_the_default_curvature_is_that_of_the_targets_near_which_rows_are() -> None:
    one = density_test(near(5, 5, 5, target=1)).at("all")
    assert one["k"] == pytest.approx(np.sqrt(2) - 1)
    far = pd.DataFrame({"admitted": [50], "target": [30]})
    assert density_test(pd.concat([near(5, 5, 5, target=1), far])).at("all")["k"] == pytest.approx(one["k"])
    both = density_test(pd.concat([near(5, 5, 5, target=1), near(5, 5, 5, target=8)])).at("all")
    shares = [share_bounds(poisson_curvature(target).item())[1] for target in (1, 8)]
    assert both["share_high"] == pytest.approx(np.mean(shares))


def test_the_curvature_needed_is_where_the_interval_begins(reference: dict[str, list]) -> None:
    row = density_test(near(30, 45, 25), k=0.0).at("all")
    assert [row["low"], row["high"]] == pytest.approx(reference["clopper_pearson"], abs=1e-9)
    assert share_bounds(row["k_needed"])[1] == pytest.approx(row["low"])
    assert density_test(near(40, 5, 40), k=0.0).at("all")["k_needed"] == 0


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param(near(0, 0, 0), "no_rows", id="no row"),
        pytest.param(pd.DataFrame({"admitted": [1], "target": [9]}), "few_rows", id="none near its target"),
        pytest.param(
            pd.DataFrame({"admitted": [1.5], "target": [2]}), "outcome_not_a_count", id="half a person"
        ),
        pytest.param(
            pd.DataFrame({"admitted": [2], "target": [1.5]}), "outcome_not_a_count", id="half a target"
        ),
        pytest.param(
            pd.DataFrame({"admitted": [2], "target": [-1]}), "exposure_not_positive", id="below zero"
        ),
        pytest.param(
            pd.DataFrame({"admitted": [2], "target": [np.inf]}), "exposure_not_positive", id="no bound"
        ),
    ],
)
def test_what_cannot_be_tested_is_withheld(rows: pd.DataFrame, code: str) -> None:
    found = density_test(rows)
    assert found.withheld
    assert code in [finding.code for finding in found.findings]
    assert found.estimates[["estimate", "p_value", "p_excess", "k_needed"]].isna().all(axis=None)
    assert found.to_markdown("en")


def test_rows_without_a_target_are_left_out_and_counted() -> None:
    rows = pd.concat([near(3, 4, 5), pd.DataFrame({"admitted": [3.0, 4.0], "target": [0.0, np.nan]})])
    found = density_test(rows)
    assert found.n == 12
    assert [dropped.rows for dropped in found.dropped] == [1, 1]


@pytest.mark.parametrize(
    ("k", "level"), [pytest.param(-0.1, 0.95, id="k"), pytest.param(1.5, 0.95, id="k above"), (None, 1.0)]
)
def test_parameters_out_of_range_are_refused(k: float | None, level: float) -> None:
    with pytest.raises(ParameterError):
        density_test(near(1, 1, 1), k=k, level=level)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ParameterError, match="target"):
        density_test(pd.DataFrame({"admitted": [1]}))


def test_the_words_say_what_the_numbers_say() -> None:
    with speaking("en"):
        text = " ".join(density_test(near(30, 90, 35), k=0.1).words())
    assert "90 (58.1%" in text
    assert "p < 0.001" in text
    assert "k = 0.100" in text
