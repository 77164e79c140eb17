"""Shrunken rates of small units: against R and the literature, at their boundaries, and in words."""

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
from analysis.models.small_units.gamma_poisson import maximum_likelihood, moments
from analysis.models.small_units.shrinkage import shrink

REFERENCE = Path(__file__).parents[2] / "reference"
R = json.loads((REFERENCE / "small_units.json").read_text())
LIP = pd.read_csv(REFERENCE / "data" / "lip.csv", dtype={"unit_id": "str"})


def units(admitted: list[float], target: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"unit_id": [f"u{k}" for k in range(len(admitted))], "admitted": admitted, "target": target}
    )


def test_maximum_likelihood_of_the_gamma_prior_is_that_of_the_literature() -> None:
    prior = shrink(LIP).prior
    found = (prior.mean, prior.shape, prior.rate, prior.log_likelihood)
    assert found == pytest.approx((1.4220600, 1.8794900, 1.3216671, -181.5760741), abs=6e-8)


def test_shrunken_rates_are_those_of_the_literature() -> None:
    table = shrink(LIP).estimates.set_index("term")
    found = table.loc[["01", "02", "03", "04", "05", "49", "55", "56"], "response"].tolist()
    expected = [3.9973624, 4.0791107, 2.9802133, 2.8467916, 3.0025773, 0.3319144, 0.3403845, 0.6020789]
    assert found == pytest.approx(expected, abs=6e-8)
    first = table.loc["01", ["response_low", "response_high"]].tolist()
    assert first == pytest.approx([1.9864856, 6.6994958], abs=6e-8)


def test_moments_are_marshalls() -> None:
    found = shrink(LIP, method="moments")
    assert (found.prior.mean, found.prior.variance) == pytest.approx((0.9996270, 0.8027001), abs=6e-8)
    assert found.estimates["response"][:3].tolist() == pytest.approx(
        [3.8728112, 4.0466092, 2.8843139], abs=6e-8
    )


@pytest.mark.parametrize(
    ("column", "key"),
    [
        pytest.param("response", "shrunken", id="shrunken"),
        pytest.param("std_error", "std_error", id="posterior deviation"),
        pytest.param("low", "low", id="lower limit"),
        pytest.param("high", "high", id="upper limit"),
        pytest.param("weight", "weight", id="weight of the unit's own numbers"),
    ],
)
def test_each_unit_is_as_in_r(column: str, key: str) -> None:
    assert shrink(LIP).estimates[column].tolist() == pytest.approx(R[key], rel=1e-9)


def test_the_test_of_heterogeneity_is_that_of_r() -> None:
    assert shrink(LIP).prior.heterogeneity_p == pytest.approx(R["heterogeneity_p"], rel=1e-6)


def test_a_shrunken_rate_lies_between_its_raw_rate_and_the_mean_at_its_weight() -> None:
    found = shrink(LIP)
    table = found.estimates
    mixed = table["weight"] * table["raw"] + (1 - table["weight"]) * found.prior.mean
    assert table["response"].tolist() == pytest.approx(mixed.tolist(), rel=1e-12)


def test_rows_of_a_unit_are_summed() -> None:
    halves = pd.concat(
        [LIP.assign(admitted=0, target=LIP["target"] / 2), LIP.assign(target=LIP["target"] / 2)]
    )
    pd.testing.assert_frame_equal(shrink(halves).estimates, shrink(LIP).estimates)


def test_the_order_of_rows_changes_nothing() -> None:
    pd.testing.assert_frame_equal(shrink(LIP.iloc[::-1]).estimates, shrink(LIP).estimates)


def test_large_counts_fit_as_their_distribution_says() -> None:
    # A count far above 1,000 goes through Euler and Maclaurin's sum; scipy's own likelihood is the judge.
    random = np.random.default_rng(5)
    exposure = random.uniform(1e4, 1e6, 40)
    observed = random.poisson(exposure * random.gamma(20, 1 / 20, 40)).astype(float)
    prior = maximum_likelihood(observed, exposure)

    def log_likelihood(mean: float, shape: float) -> float:
        return float(stats.nbinom.logpmf(observed, shape, shape / (shape + mean * exposure)).sum())

    top = log_likelihood(prior.mean, prior.shape)
    assert prior.log_likelihood == pytest.approx(top, abs=1e-6)
    for mean, shape in [(1.002, 1), (0.998, 1), (1, 1.01), (1, 0.99)]:
        assert log_likelihood(prior.mean * mean, prior.shape * shape) < top


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), min_size=5, max_size=12))
def test_no_neighbouring_prior_is_likelier(pairs: list[tuple[int, int]]) -> None:
    observed, exposure = (np.array(part, dtype=float) for part in zip(*pairs, strict=True))
    if not observed.any():
        return
    prior = maximum_likelihood(observed, exposure)

    def log_likelihood(mean: float, size: float) -> float:
        shape = 1 / size
        return float(stats.nbinom.logpmf(observed, shape, shape / (shape + mean * exposure)).sum())

    size = prior.variance / prior.mean**2
    for factor in (0.5, 0.97, 1.03, 2.0):
        other = size * factor if size > 0 else 0.01 * factor
        assert log_likelihood(prior.mean, other) <= prior.log_likelihood + 1e-6
    if size > 0:
        for factor in (0.97, 1.03):
            assert log_likelihood(prior.mean * factor, size) <= prior.log_likelihood + 1e-6


@pytest.mark.parametrize("method", ["ml", "moments"])
def test_units_alike_get_the_common_rate_with_its_exact_interval(method: str) -> None:
    found = shrink(units([10, 20, 30, 40, 50], [10, 20, 30, 40, 50]), method=method)
    assert found.prior.variance == 0
    assert [finding.code for finding in found.findings] == ["no_heterogeneity"]
    assert not found.withheld
    assert found.estimates["weight"].tolist() == [0] * 5
    assert set(found.estimates["response"]) == {1.0}
    # R 4.2.2: poisson.test(150)$conf.int / 150
    limits = found.estimates[["low", "high"]].iloc[0].tolist()
    assert limits == pytest.approx([0.846374409, 1.173447774], abs=1e-9)


def test_one_unit_that_has_it_all_is_no_boundary() -> None:
    found = shrink(units([100, 0, 0, 0, 0, 0], [5] * 6))
    assert not found.withheld
    assert found.prior.variance > found.prior.mean**2


@pytest.mark.parametrize(
    ("admitted", "target", "code"),
    [
        pytest.param([], [], "no_rows", id="no row"),
        pytest.param([20, 20, 20, 20], [10, 10, 10, 10], "few_rows", id="four units"),
        pytest.param([0] * 6, [10] * 6, "few_events", id="nobody admitted"),
        pytest.param([5, 6, np.nan, 7, 8, 9], [10] * 6, "outcome_missing", id="count missing"),
        pytest.param([5, 6, 1.5, 7, 8, 9], [10] * 6, "outcome_not_a_count", id="half a person"),
        pytest.param([5, 6, -1, 7, 8, 9], [10] * 6, "outcome_not_a_count", id="negative count"),
        pytest.param([5, 6, 7, 7, 8, 9], [10, 10, np.nan, 9, 9, 9], "exposure_missing", id="target missing"),
        pytest.param([5, 6, 7, 7, 8, 9], [10, 10, 0, 9, 9, 9], "exposure_not_positive", id="target zero"),
        pytest.param(
            [5, 6, 7, 7, 8, 9], [10, 10, -4, 9, 9, 9], "exposure_not_positive", id="target negative"
        ),
        pytest.param([5, 6, 7, 7, 8, 9], [10, 10, np.inf, 9, 9, 9], "exposure_not_positive", id="no bound"),
    ],
)
@pytest.mark.parametrize("method", ["ml", "moments"])
def test_no_number_leaves_rows_that_carry_none(
    admitted: list[float], target: list[float], code: str, method: str
) -> None:
    found = shrink(units(admitted, target), method=method)
    assert code in [finding.code for finding in found.findings]
    assert found.withheld
    columns = [
        "estimate",
        "std_error",
        "low",
        "high",
        "response",
        "response_low",
        "response_high",
        "raw",
        "weight",
    ]
    assert found.estimates[columns].isna().all(axis=None)
    assert np.isnan(found.prior.mean)
    assert found.words()[0] == "Không công bố con số nào của mô hình này."


def test_a_unit_without_its_key_is_dropped_and_counted() -> None:
    found = shrink(pd.concat([LIP, LIP.iloc[:2].assign(unit_id=["", None])]))
    assert [dropped.rows for dropped in found.dropped] == [2]
    assert len(found.estimates) == len(LIP)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"level": 1.0}, id="level one"),
        pytest.param({"level": float("nan")}, id="level missing"),
        pytest.param({"method": "bayes"}, id="unknown method"),
        pytest.param({"exposure": "members"}, id="no such column"),
        pytest.param({"label": "unit"}, id="no such label"),
        pytest.param({"exposure": "unit_id"}, id="one column for two things"),
    ],
)
def test_wrong_parameters_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ParameterError):
        shrink(LIP, **changes)  # type: ignore[arg-type]


def test_text_for_numbers_is_refused() -> None:
    with pytest.raises(ParameterError, match="'admitted' holds something else than numbers"):
        shrink(LIP.assign(admitted="nhiều"))


def test_words_tell_the_spread_and_the_weights_from_the_numbers() -> None:
    words = shrink(LIP).words()
    assert words[0] == "56 đơn vị có tỷ lệ trung bình 142,2%, độ lệch chuẩn giữa các đơn vị 104%."
    assert "từ 45% đến 99%" in words[1]
    assert words[2] == "Các đơn vị khác nhau hơn mức ngẫu nhiên (p < 0,001)."


def test_words_do_not_claim_differences_that_chance_explains() -> None:
    words = " ".join(shrink(units([1, 30, 5, 60, 9], [2, 20, 10, 50, 10])).words())
    assert "Không thấy các đơn vị khác nhau hơn mức ngẫu nhiên (p = 0,351)." in words


def test_the_table_shows_names_and_percents_in_english_too() -> None:
    shown = shrink(LIP.assign(unit="xã " + LIP["unit_id"]), label="unit").to_markdown("en")
    assert "| xã 01 | 9 | 1.4 | 642.9 | 399.7 | 198.6 – 669.9 | 0.51 |" in shown
    assert "| Unit | Admitted | Exposure | Raw rate, % | Shrunken rate, % | 95% interval | Weight |" in shown


def test_moments_never_give_a_negative_variance() -> None:
    assert moments(np.array([5.0, 5.0, 5.0]), np.array([5.0, 5.0, 5.0])).variance == 0
