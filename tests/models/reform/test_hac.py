"""Newey-West errors against R's sandwich, and their remedy for short series."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import ParameterError
from analysis.models.counts.poisson import maximise_poisson
from analysis.models.reform.break_fit import design_of
from analysis.models.reform.hac import (
    Series,
    autocorrelations,
    contrast_errors,
    default_lag,
    first_correlation,
    newey_west,
)

REFERENCE = Path(__file__).parents[2] / "reference"
GOLDEN: dict[str, Any] = json.loads((REFERENCE / "reform.json").read_text())
BELTS = pd.read_csv(REFERENCE / "data" / "seatbelts.csv")


def series_of(
    matrix: np.ndarray, counts: np.ndarray, exposure: np.ndarray, positions: np.ndarray | None = None
) -> tuple[Series, np.ndarray]:
    found = maximise_poisson(matrix, counts, exposure)
    means = exposure * np.exp(matrix @ found.coefficients)
    places = np.arange(len(counts)) if positions is None else positions
    made = Series(matrix=matrix, residuals=counts - means, means=means, bread=found.inverse, positions=places)
    return made, found.coefficients


def belts() -> tuple[Series, np.ndarray]:
    """Return the fit of months under the law and before, the month of the change left out and its gap closed."""
    places = np.arange(12 * 1969, 12 * 1985)
    used = places != 12 * 1983
    matrix, _terms = design_of(places, 12 * 1983 + 1, "month", "factor")
    counts, exposure = (BELTS[name].to_numpy(dtype=float) for name in ("killed", "kilometres"))
    return series_of(matrix[used], counts[used], exposure[used])


@pytest.mark.parametrize("lag", [0, 4, 12])
@pytest.mark.parametrize("adjusted", [True, False], ids=["n/(n-k)", "plain"])
def test_what_sandwich_gives(lag: int, adjusted: bool) -> None:
    series, coefficients = belts()
    expected = GOLDEN["whole"]
    assert coefficients == pytest.approx(expected["coefficients"], rel=1e-9)
    assert np.sqrt(np.diag(series.bread)) == pytest.approx(expected["model"], rel=1e-8)
    errors = np.sqrt(np.diag(newey_west(series, lag, small_sample=adjusted)))
    assert errors == pytest.approx(expected[f"{'adjusted' if adjusted else 'plain'}_{lag}"], rel=1e-8)


def test_autocorrelations_of_the_residuals() -> None:
    series, _ = belts()
    assert autocorrelations(series, 6) == pytest.approx(GOLDEN["whole"]["correlation"], rel=1e-7)


def test_a_gap_keeps_periods_apart() -> None:
    matrix, counts, exposure = np.ones((6, 1)), np.array([3.0, 9, 4, 8, 2, 7]), np.ones(6)
    closed, _ = series_of(matrix, counts, exposure)
    gapped, _ = series_of(matrix, counts, exposure, np.array([0, 1, 2, 4, 5, 6]))
    residuals = closed.residuals
    between = 2 * 0.5 * residuals[2] * residuals[3] * closed.bread[0, 0] ** 2
    apart = newey_west(closed, 1, small_sample=False) - newey_west(gapped, 1, small_sample=False)
    assert apart[0, 0] == pytest.approx(between)


@pytest.mark.parametrize("lag", [-1, 6, 50])
def test_lags_that_there_are_not_are_refused(lag: int) -> None:
    series, _ = series_of(np.ones((6, 1)), np.array([3.0, 9, 4, 8, 2, 7]), np.ones(6))
    with pytest.raises(ParameterError, match=f"lag {lag}"):
        newey_west(series, lag)


@pytest.mark.parametrize(("periods", "lag"), [(12, 2), (48, 3), (100, 4), (192, 4), (300, 5)])
def test_rule_of_thumb(periods: int, lag: int) -> None:
    assert default_lag(periods) == lag


def test_one_mean_and_no_autocorrelation_give_the_textbook_error() -> None:
    # s²/n with n - 1 degrees of freedom, which the plain sandwich misses by (n-1)/n
    counts = np.array([3.0, 9, 4, 8, 2, 7])
    series, _ = series_of(np.ones((6, 1)), counts, np.ones(6))
    (error,), (freedom,) = contrast_errors(series, np.array([[1.0]]), 0, 0.0)
    assert error == pytest.approx(np.sqrt(counts.var(ddof=1) / 6) / counts.mean())
    assert freedom == pytest.approx(5)


def test_correlation_is_freed_of_what_the_fit_takes_from_it() -> None:
    draws = np.random.default_rng(11)
    raw, mended = [], []
    matrix, _ = design_of(np.arange(60), 40, "month", "factor")
    for _ in range(60):
        noise = [draws.normal()]
        for _step in range(59):
            noise.append(0.5 * noise[-1] + np.sqrt(0.75) * draws.normal())
        counts = np.round(1000 * np.exp(0.2 * np.array(noise)))
        series, _ = series_of(matrix, counts, np.ones(60))
        raw.append(float(autocorrelations(series, 1)[0]))
        mended.append(first_correlation(series))
    assert np.mean(raw) < 0.4
    assert np.mean(mended) == pytest.approx(0.5, abs=0.08)


def test_periods_without_neighbours_tell_no_correlation() -> None:
    counts = np.array([3.0, 9, 4, 8, 2, 7])
    series, _ = series_of(np.ones((6, 1)), counts, np.ones(6), 2 * np.arange(6))
    assert first_correlation(series) == 0


def test_mended_errors_cover_where_plain_ones_do_not() -> None:
    draws = np.random.default_rng(5)
    matrix, terms = design_of(np.arange(48), 36, "month", "harmonics")
    contrast = np.array([term == "level_change" for term in terms], dtype=float)
    covered = {"mended": 0, "plain": 0}
    trials = 300
    for _ in range(trials):
        noise = [draws.normal()]
        for _step in range(47):
            noise.append(0.4 * noise[-1] + np.sqrt(0.84) * draws.normal())
        counts = draws.poisson(50 * np.exp(0.3 * np.array(noise))).astype(float)
        series, coefficients = series_of(matrix, counts, np.ones(48))
        value = abs(float(contrast @ coefficients))
        (error,), (freedom,) = contrast_errors(series, contrast[None, :], 3, first_correlation(series))
        plain = float(np.sqrt(contrast @ newey_west(series, 3) @ contrast))
        covered["mended"] += value <= stats.t.ppf(0.975, freedom) * error
        covered["plain"] += value <= stats.t.ppf(0.975, 48 - len(terms)) * plain
    assert covered["mended"] / trials > 0.92
    assert covered["plain"] / trials < 0.82
