"""Zeros seen beside zeros expected, and the models side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.discrete import _diagnostics_count
from zero_rows import reference, reference_rows, unit_years

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.zeros.zero_choice import zero_choice

FORMULA = "locality + young"


@pytest.fixture(scope="module")
def found() -> object:
    return zero_choice(reference_rows(), FORMULA, "locality", exposure="members")


@pytest.mark.parametrize("model", ["poisson", "nb2", "zip", "zinb"])
def test_likelihood_and_zeros_as_in_r(found, model: str) -> None:
    expected, row = reference(model), found.at(model)
    assert row["log_likelihood"] == pytest.approx(expected["log_likelihood"], abs=1e-7)
    assert row["estimate"] == pytest.approx(expected["zeros"], abs=1e-4)
    if "aic" in expected:
        assert row["aic"] == pytest.approx(expected["aic"], abs=1e-7)


def test_hurdle_of_a_poisson_zero_part_takes_the_exposure_in_both(found) -> None:
    expected = reference("hurdle_poisson_poisson")
    assert found.at("hurdle_poisson")["log_likelihood"] == pytest.approx(expected["log_likelihood"], abs=1e-7)
    assert found.at("hurdle_poisson")["estimate"] == pytest.approx(expected["zeros"], abs=1e-4)


def test_bic_counts_rows_and_parameters(found) -> None:
    row = found.at("nb2")
    assert row["parameters"] == 5
    assert row["bic"] == pytest.approx(5 * np.log(240) - 2 * row["log_likelihood"])
    assert (found.best("aic"), found.best("bic")) == ("zinb", "nb2")


def test_zeros_of_poisson_are_tested_as_in_he_et_al(found) -> None:
    rows = reference_rows()
    design = sm.add_constant(pd.get_dummies(rows["locality"], drop_first=True).astype(float)).assign(
        young=rows["young"]
    )
    fit = sm.Poisson(rows["admitted"], design, exposure=rows["members"]).fit(
        disp=0, method="newton", tol=1e-12
    )
    expected = _diagnostics_count.test_poisson_zeros(fit)
    row = found.at("poisson")
    z = (found.zeros_observed - row["estimate"]) / row["std_error"]
    assert z == pytest.approx(expected.statistic, rel=1e-6)
    assert row["p_value"] == pytest.approx(expected.pvalue, rel=1e-5, abs=1e-12)


def test_spread_of_the_zeros_of_nb2_is_what_its_estimates_leave(found) -> None:
    rows = reference_rows()
    x = pd.get_dummies(rows["locality"], drop_first=True).astype(float).assign(young=rows["young"], one=1.0)
    fit = sm.NegativeBinomial(rows["admitted"], x, exposure=rows["members"]).fit(
        disp=0, method="newton", tol=1e-12
    )

    def none(parameters: np.ndarray) -> np.ndarray:
        mean = rows["members"].to_numpy() * np.exp(x.to_numpy() @ parameters[:-1])
        return (1 + parameters[-1] * mean) ** (-1 / parameters[-1])

    at = fit.params.to_numpy()
    slopes = [(none(at + step) - none(at - step)).sum() / 2e-5 for step in 1e-5 * np.eye(5)]
    zero = none(at)
    variance = (zero * (1 - zero)).sum() - slopes @ fit.cov_params().to_numpy() @ slopes
    assert found.at("nb2")["std_error"] == pytest.approx(np.sqrt(variance), rel=1e-5)


def test_words_say_more_fewer_or_alike(found) -> None:
    with speaking("en"):
        words = found.words()
    assert words[0] == "Poisson: 78 zeros, more than the 38.5 expected (p < 0.001)."
    assert words[1] == "NB2: 78 zeros, 74.3 expected, no clear difference (p = 0.221)."
    assert words[2] == "The lowest AIC is that of zero-inflated NB2, the lowest BIC that of NB2."
    even = unit_years(n=200).assign(admitted=np.random.default_rng(3).binomial(4, 0.5, 200))
    fewer = zero_choice(even, "1", exposure=None)
    with speaking("en"):
        assert any("fewer than" in line for line in fewer.words())


def test_a_model_that_may_not_be_read_is_left_out_and_named() -> None:
    counts = np.random.default_rng(3).binomial(8, 0.25, 60)
    found = zero_choice(unit_years(counts), "1", exposure=None)
    assert found.at("zip")["withheld"] == "no_excess_zeros"
    assert found.at("nb2")["withheld"] == "alpha_bound"
    assert np.isnan(found.at("zip")["aic"])
    assert found.best("aic") in ("poisson", "hurdle_poisson")
    assert not found.withheld


def test_too_few_zeros_are_not_tested() -> None:
    rows = unit_years(lambda table: table["admitted"] + 2)
    row = zero_choice(rows, "1", exposure=None).at("poisson")
    assert np.isnan(row["p_value"])
    assert row["aic"] > 0


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(unit_years().iloc[:0], id="no row"),
        pytest.param(unit_years([0] * 60), id="all zero"),
        pytest.param(unit_years(members=0), id="no exposure"),
    ],
)
def test_nothing_is_told_of_rows_that_carry_no_model(rows: pd.DataFrame) -> None:
    found = zero_choice(rows, "locality", exposure="members")
    assert found.withheld
    assert found.estimates[["estimate", "aic", "bic", "log_likelihood", "p_value"]].isna().all(axis=None)
    assert found.best("aic") == ""
    assert "Không công bố" in found.to_markdown()


def test_a_zero_part_that_is_none_is_refused() -> None:
    with pytest.raises(ParameterError, match="'probit'"):
        zero_choice(reference_rows(), "1", exposure=None, zero="probit")
