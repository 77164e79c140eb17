"""Poisson models with a normal random intercept, against lme4."""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.optimize import minimize
from scipy.special import logsumexp
from statsmodels.genmod.bayes_mixed_glm import PoissonBayesMixedGLM

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.counts.fit import fit_counts
from analysis.models.counts.random_intercept import fit_random_intercept

REFERENCE = Path(__file__).parents[2] / "reference"
MADE = json.loads((REFERENCE / "random_intercept.json").read_text(encoding="utf-8"))
REGISTER = pd.read_csv(REFERENCE / "data" / "margins.csv")

# Printed by glmer 1.1-31 as it comes, 25 nodes: const, lb, tr, la, V4, lb:tr; the log-likelihood by Laplace's method
PRINTED = [-1.3244221, 0.8834043, -0.9332015, 0.4805621, -0.1597672, 0.3387819]
PRINTED_SD = 0.5023912
PRINTED_LAPLACE = -665.4747905


def _epil():
    rows = pd.read_csv(REFERENCE / "data" / "epil.csv")
    return rows.assign(
        lb=np.log(rows["base"] / 4), la=np.log(rows["age"]), tr=(rows["trt"] == "progabide").astype(int)
    )


def _seizures(nodes, rows=None):
    rows = _epil() if rows is None else rows
    return fit_random_intercept(
        rows, "lb*tr + la + V4", outcome="y", exposure=None, unit="subject", nodes=nodes
    )


@pytest.fixture(scope="module")
def epil():
    return _seizures(25)


@pytest.fixture(scope="module")
def laplace():
    return _seizures(1)


@pytest.fixture(scope="module")
def register():
    return fit_random_intercept(REGISTER, "sex + age_band + C(year)", unit="unit")


def test_the_printed_reference_is_lme4_as_it_comes_which_stops_short_of_the_maximum(epil, laplace):
    as_it_comes, exact = MADE["nodes_25_default"], MADE["nodes_25"]
    assert np.round(as_it_comes["coefficients"], 7).tolist() == PRINTED
    assert round(as_it_comes["sd"], 7) == PRINTED_SD
    assert round(MADE["laplace_default"]["loglik"], 7) == PRINTED_LAPLACE
    # lme4's own likelihood is higher at the maximum, and that is where this fit is
    assert exact["loglik"] - MADE["saturated"] > as_it_comes["loglik"]
    np.testing.assert_allclose(epil.coefficients, PRINTED, atol=2e-5)
    assert epil.sd == pytest.approx(PRINTED_SD, abs=5e-6)
    assert laplace.loglik == pytest.approx(PRINTED_LAPLACE, abs=5e-4)


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [pytest.param("nodes_25", 2e-9, id="25-nodes"), pytest.param("laplace", 1e-7, id="laplace")],
)
def test_estimates_are_those_of_lme4_carried_to_the_maximum(epil, laplace, name, tolerance):
    found, expected = {"nodes_25": epil, "laplace": laplace}[name], MADE[name]
    np.testing.assert_allclose(found.coefficients, expected["coefficients"], atol=tolerance)
    assert found.sd == pytest.approx(expected["sd"], abs=tolerance)
    # Constants included, so that it may be compared with the Poisson model's
    assert found.loglik == pytest.approx(expected["loglik"], abs=1e-8)


def test_errors_are_those_of_lme4s_likelihood(epil):
    np.testing.assert_allclose(epil.estimates["std_error"], MADE["nodes_25"]["std_errors"], rtol=1e-6)
    assert epil.sd_error == pytest.approx(MADE["nodes_25"]["sd_error"], rel=1e-6)


def test_modes_of_the_subjects_are_those_of_lme4(epil):
    # lme4's are at its own estimates, 2e-5 away
    np.testing.assert_allclose(epil.units["mode"], MADE["nodes_25_default"]["modes"], atol=1e-4)


def test_rates_with_an_exposure_are_those_of_lme4(register):
    expected = MADE["register"]
    np.testing.assert_allclose(register.coefficients, expected["coefficients"], atol=1e-8)
    assert register.sd == pytest.approx(expected["sd"], abs=1e-8)
    assert register.loglik == pytest.approx(expected["loglik"], abs=1e-8)
    np.testing.assert_allclose(register.estimates["std_error"], expected["std_errors"], rtol=1e-5)


def test_the_penalised_fit_of_statsmodels_is_not_taken_for_maximum_likelihood(epil):
    rows = _epil()
    x = np.c_[np.ones(len(rows)), rows["lb"], rows["tr"], rows["la"], rows["V4"], rows["lb"] * rows["tr"]]
    subjects = pd.get_dummies(rows["subject"]).to_numpy(dtype=float)
    penalised = PoissonBayesMixedGLM(
        rows["y"].to_numpy(), x, subjects, np.zeros(subjects.shape[1], dtype=int), vcp_p=1.0, fe_p=2.0
    ).fit_map()
    assert np.exp(penalised.vcp_mean[0]) == pytest.approx(0.417, abs=0.02)
    assert round(epil.sd, 3) == 0.502


def test_more_nodes_change_nothing(epil):
    finer = _seizures(51)
    np.testing.assert_allclose(finer.coefficients, epil.coefficients, atol=1e-9)
    assert finer.loglik == pytest.approx(epil.loglik, abs=1e-9)
    assert not epil.findings


def test_a_quadrature_too_coarse_is_said():
    rng = np.random.default_rng(2)
    units = np.repeat(np.arange(200), 3)
    rows = pd.DataFrame(
        {
            "unit_id": units,
            "members": 1.0,
            "admitted": rng.poisson(np.exp(2 * rng.normal(size=200))[units] / 4),
        }
    )
    rough, fine = (fit_random_intercept(rows, "1", nodes=nodes) for nodes in (1, 25))
    assert [finding.code for finding in rough.findings] == ["quadrature_coarse"]
    assert not fine.findings
    assert abs(rough.sd - fine.sd) > 0.05 * fine.sd_error


def test_the_same_fit_from_rows_and_from_sums_over_each_unit_and_pattern(register):
    sums = REGISTER.groupby(["unit", "sex", "age_band", "year"], as_index=False)[
        ["admitted", "members"]
    ].sum()
    split = pd.concat(
        [
            sums.assign(admitted=sums["admitted"] // 2, members=sums["members"] / 4),
            sums.assign(admitted=sums["admitted"] - sums["admitted"] // 2, members=sums["members"] * 3 / 4),
        ]
    )
    again = fit_random_intercept(
        split.sample(frac=1, random_state=1), "sex + age_band + C(year)", unit="unit"
    )
    np.testing.assert_allclose(again.coefficients, register.coefficients, atol=1e-9)
    assert again.sd == pytest.approx(register.sd, abs=1e-9)
    assert again.statistic == pytest.approx(register.statistic, abs=1e-7)
    np.testing.assert_allclose(again.units["effect"], register.units["effect"], atol=1e-9)


def test_the_test_of_no_spread_halves_the_p_value_of_chi_square():
    rows = _simulated(4, sd=0.12)
    fit, poisson = fit_random_intercept(rows, "sex"), fit_counts(rows, "sex")
    assert fit.loglik_poisson == pytest.approx(poisson.loglik, abs=1e-9)
    assert fit.statistic == pytest.approx(2 * (fit.loglik - poisson.loglik), abs=1e-9)
    assert 0.001 < fit.test_p_value < 0.4
    assert fit.test_p_value == pytest.approx(stats.chi2.sf(fit.statistic, 1) / 2, rel=1e-9)


def _brute(rows, coefficients, sd):
    """Return the log-likelihood row by row, on a fixed grid of the intercepts."""
    z = np.linspace(-7, 7, 281)
    weights = stats.norm.pdf(z)
    x = np.c_[
        np.ones(len(rows)),
        rows["sex"] == "male",
        rows["age_band"] == "age_31_40",
        rows["age_band"] == "age_41_50",
        rows["year"] == 2023,
    ]
    predictor = x @ coefficients + np.log(rows["members"].to_numpy())
    each = stats.poisson.logpmf(rows["admitted"].to_numpy()[:, None], np.exp(predictor[:, None] + sd * z))
    units = pd.DataFrame(each).groupby(rows["unit"].to_numpy()).sum().to_numpy()
    return logsumexp(units, b=weights / weights.sum(), axis=1).sum()


def test_the_likelihood_is_that_of_the_rows(register):
    assert register.loglik == pytest.approx(_brute(REGISTER, register.coefficients, register.sd), abs=1e-6)


def test_ends_of_the_interval_of_sd_lose_half_of_chi_squares_quantile(register):
    for end in (register.sd_low, register.sd_high):
        best = minimize(lambda b, sd=end: -_brute(REGISTER, b, sd), register.coefficients, method="BFGS")
        assert 2 * (register.loglik + best.fun) == pytest.approx(stats.chi2.ppf(0.95, 1), abs=1e-4)


def _simulated(seed, units=40, sd=0.5):
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), 6)
    sex, members = np.tile([0, 1], units * 3), rng.integers(20, 200, units * 6).astype(float)
    mean = members * 0.04 * np.exp(0.3 * sex + sd * rng.normal(size=units)[unit])
    return pd.DataFrame({"unit_id": unit, "sex": sex, "members": members, "admitted": rng.poisson(mean)})


def test_intervals_hold_the_truth():
    held = np.zeros(2)
    for seed in range(20):
        fit = fit_random_intercept(_simulated(seed), "sex")
        sex = fit.at("sex")
        held += [sex["low"] < 0.3 < sex["high"], fit.sd_low < 0.5 < fit.sd_high]
    # 95% less 3 standard errors of 20
    assert (held >= 16).all()


def test_units_that_do_not_differ_are_a_poisson_model_and_it_is_said():
    rng = np.random.default_rng(1)
    rows = _simulated(1, sd=0.0)
    # Fewer ups and downs between units than chance makes
    rows["admitted"] = np.round(rows["members"] * 0.04 * np.exp(0.3 * rows["sex"])).astype(
        int
    ) + rng.integers(0, 2, len(rows))
    fit, poisson = fit_random_intercept(rows, "sex"), fit_counts(rows, "sex")
    assert not fit.withheld
    assert [finding.code for finding in fit.findings] == ["sd_at_bound"]
    assert (fit.sd, fit.statistic, fit.test_p_value, fit.sd_low) == (0.0, 0.0, 1.0, 0.0)
    assert 0 < fit.sd_high < 0.2
    assert np.isnan(fit.sd_error)
    np.testing.assert_allclose(fit.estimates["std_error"], poisson.estimates["std_error"], rtol=1e-9)
    assert (fit.units[["mode", "effect", "low", "high"]] == 0).all(axis=None)
    assert "độ lệch chuẩn của hiệu ứng đơn vị bằng 0" in " ".join(fit.words())


def test_effects_of_units_are_drawn_towards_the_median_unit(register):
    units = register.units
    assert list(units["unit"]) == sorted(REGISTER["unit"].unique())
    np.testing.assert_allclose(units["outcome"], REGISTER.groupby("unit")["admitted"].sum())
    np.testing.assert_allclose(units["exposure"], REGISTER.groupby("unit")["members"].sum())
    crude = np.log(units["outcome"] / units["expected"])
    assert (np.abs(units["effect"]) < np.abs(crude) + 0.05).all()
    assert np.corrcoef(units["effect"], crude)[0, 1] > 0.95
    assert ((units["low"] < units["effect"]) & (units["effect"] < units["high"])).all()
    np.testing.assert_allclose(units["ratio_high"], np.exp(units["high"]))


def test_counts_of_a_whole_country_are_no_trouble():
    rng = np.random.default_rng(5)
    effect = rng.normal(0, 0.3, 30)
    unit = np.repeat(np.arange(30), 4)
    rows = pd.DataFrame({"unit_id": unit, "year": np.tile([2020, 2021, 2022, 2023], 30), "members": 5e7})
    rows["admitted"] = rng.poisson(5e7 * 0.03 * np.exp(effect[unit]))
    fit = fit_random_intercept(rows, "year")
    assert not fit.withheld
    # So much is counted that the intercepts are as good as seen
    seen = np.log(rows.groupby("unit_id")["admitted"].sum() / (4 * 5e7))
    assert fit.sd == pytest.approx(seen.std(ddof=0), rel=1e-4)
    np.testing.assert_allclose(fit.units["effect"], seen - seen.mean(), atol=1e-3)


def test_the_origin_of_a_covariate_does_not_matter():
    near, far = (
        fit_random_intercept(REGISTER.assign(year=REGISTER["year"] - shift), "sex + year", unit="unit")
        for shift in (2022, 0)
    )
    assert near.sd == pytest.approx(far.sd, abs=1e-9)
    assert near.at("year")["estimate"] == pytest.approx(far.at("year")["estimate"], abs=1e-9)
    assert near.at("year")["std_error"] == pytest.approx(far.at("year")["std_error"], rel=1e-6)


SPOILT = [
    pytest.param(REGISTER.iloc[:0], "no_rows", id="no-rows"),
    pytest.param(REGISTER.iloc[:1], "few_rows", id="one-row"),
    pytest.param(REGISTER.assign(admitted=0), "few_events", id="nobody"),
    pytest.param(REGISTER.assign(admitted=np.nan), "outcome_missing", id="outcome-missing"),
    pytest.param(REGISTER.assign(admitted=0.5), "outcome_not_a_count", id="no-counts"),
    pytest.param(REGISTER.assign(members=0), "exposure_not_positive", id="no-members"),
    pytest.param(REGISTER.assign(members=-REGISTER["members"]), "exposure_not_positive", id="negative"),
    pytest.param(REGISTER.assign(members=np.nan), "exposure_missing", id="members-missing"),
    pytest.param(
        REGISTER.assign(admitted=REGISTER["admitted"].where(REGISTER["sex"] == "female", 0)),
        "separation",
        id="separated",
    ),
    pytest.param(REGISTER.assign(remote=(REGISTER["sex"] == "male").astype(int)), "rank", id="collinear"),
    pytest.param(REGISTER.assign(unit="u01"), "few_clusters", id="one-unit"),
    pytest.param(REGISTER.assign(unit=""), "no_rows", id="no-unit-named"),
]


@pytest.mark.parametrize(("rows", "code"), SPOILT)
def test_nothing_leaves_a_fit_that_must_not_be_read(rows, code):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = fit_random_intercept(rows, "sex + remote", unit="unit")
    assert code in {finding.code for finding in fit.findings}
    assert fit.withheld
    assert not fit.estimates[["estimate", "std_error", "p_value"]].notna().any(axis=None)
    assert np.isnan([fit.sd, fit.sd_low, fit.sd_high, fit.loglik, fit.statistic, fit.test_p_value]).all()
    assert not np.isfinite(fit.coefficients).any()
    assert not fit.units["effect"].notna().any()
    assert fit.to_markdown("en")
    assert fit.to_latex()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"nodes": 0}, "nodes 0", id="no-node"),
        pytest.param({"nodes": 2.5}, "nodes 2.5", id="half-a-node"),
        pytest.param({"nodes": 1000}, "from 1 to 101", id="too-many-nodes"),
        pytest.param({"unit": "place"}, "no column 'place'", id="no-unit"),
        pytest.param({"formula": "sex + unit"}, "both fixed and random", id="unit-in-the-formula"),
        pytest.param({"formula": "age"}, "no column 'age'", id="no-covariate"),
        pytest.param({"outcome": "people"}, "no column 'people'", id="no-outcome"),
        pytest.param({"level": 1.5}, "level", id="level"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(options, message):
    asked = {"formula": "sex", "unit": "unit"} | options
    with pytest.raises(ParameterError, match=message):
        fit_random_intercept(REGISTER, asked.pop("formula"), **asked)


def test_rows_without_a_unit_are_dropped_and_counted():
    fit = fit_random_intercept(REGISTER.assign(unit=REGISTER["unit"].replace("u03", "")), "sex", unit="unit")
    assert fit.clusters == 15
    assert sum(dropped.rows for dropped in fit.dropped) == 12


def test_units_may_be_categories_some_of_which_do_not_occur(register):
    rows = REGISTER.assign(unit=pd.Categorical(REGISTER["unit"], [f"u{i:02d}" for i in range(40)]))
    fit = fit_random_intercept(rows, "sex + age_band + C(year)", unit="unit")
    assert fit.sd == pytest.approx(register.sd, abs=1e-12)
    assert len(fit.units) == 16


def test_words_are_made_from_the_numbers(register):
    words = " ".join(register.words())
    assert "(thang log): 0,5260" in words
    assert "gấp 1,69 lần" in words
    assert "p < 0,001" in words
    assert "không cho biết nguyên nhân" in words
    with speaking("en"):
        assert "(log scale): 0.5260" in " ".join(register.words())
