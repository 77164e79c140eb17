"""Count models against results that others made, against the fit on rows, and on rows that cannot be fitted."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from count_data import cells, epilepsy, golden, lip, register, ships
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.models.counts.count_fit import CountFit
from analysis.models.counts.fit import fit_counts

SHIP = "op_75_79 + C(ship) + co_65_69 + co_70_74 + co_75_79"
CELLS = "sex * locality + C(year)"


def errors(fit: CountFit) -> list[float]:
    return fit.estimates["std_error"].tolist()


def codes(fit: CountFit) -> set[str]:
    return {finding.code for finding in fit.findings}


def printed(values: Any, digits: list[float], places: int) -> None:
    """Hold numbers to all digits that are printed."""
    assert [round(float(value), places) for value in values] == digits


def test_poisson_with_exposure() -> None:
    fit = fit_counts(ships(), "yr_con + op_75_79", outcome="accident", exposure="service")
    assert fit.design.terms == ("Intercept", "yr_con", "op_75_79")
    printed(fit.coefficients, [-6.9747128028, 0.3063381945, 0.3559222961], 10)
    printed(errors(fit), [0.1325242502, 0.0579083137, 0.1215175930], 10)
    printed([fit.loglik], [-91.2872794], 7)
    assert (fit.n, fit.exposure, fit.freedom) == (34, ships()["service"].sum(), 31)


def test_poisson_with_factors_and_its_dispersion() -> None:
    fit = fit_counts(ships(), SHIP, outcome="accident", exposure="service")
    row = fit.at("op_75_79")
    printed(row[["estimate", "std_error"]], [0.384467, 0.118272], 6)
    printed([fit.deviance, fit.pearson, fit.dispersion], [38.695052, 42.275253, 1.691010], 6)
    assert fit.freedom == 25


@pytest.mark.parametrize(
    ("covariance", "expected"),
    [
        pytest.param(
            None, [0.0968657, 0.0381769, 0.0921316], id="G/(G-1), Stata's Poisson, as if nothing is said"
        ),
        pytest.param("CR0", [0.0866393, 0.0341465, 0.0824050], id="uncorrected"),
        pytest.param("CR1S", [0.0999415, 0.0393892, 0.0950572], id="statsmodels' own default"),
    ],
)
def test_clusters_of_ships(covariance: str | None, expected: list[float]) -> None:
    rows = ships()
    fit = fit_counts(
        rows,
        "yr_con + op_75_79",
        outcome="accident",
        exposure="service",
        cluster="ship",
        covariance=covariance,
    )
    printed(errors(fit), expected, 7)
    assert fit.covariance == f"{covariance or 'CR1'} by ship"
    assert fit.clusters == 5


def test_clusters_of_patients() -> None:
    fit = fit_counts(
        epilepsy(), "lb * tr + la + V4", outcome="y", exposure=None, cluster="subject", covariance="CR1S"
    )
    assert fit.design.terms == ("Intercept", "lb", "tr", "la", "V4", "lb:tr")
    printed(fit.coefficients, [-2.7258307, 0.9486222, -1.3386448, 0.8875953, -0.1597696, 0.5615356], 7)
    # R with its usual epsilon stops short of the maximum: with 1e-14 the first is 0.9564696
    expected = [0.9564697, 0.0983673, 0.4337980, 0.2780550, 0.0664102, 0.1772797]
    np.testing.assert_allclose(errors(fit), expected, rtol=0, atol=1.1e-7)


@pytest.mark.parametrize(
    ("family", "covariance", "expected"),
    [
        pytest.param("poisson", "model", [0.0695245, 0.0595572], id="Poisson"),
        pytest.param("poisson", "HC0", [0.1574132, 0.1386205], id="HC0"),
        # Trap 1: statsmodels' HC1 of a count model is its HC0
        pytest.param("poisson", "HC1", [0.1603017, 0.1411642], id="HC1 has its factor"),
        pytest.param("quasi_poisson", None, [0.1541810, 0.1320769], id="quasi: sqrt(phi) times Poisson's"),
    ],
)
def test_lip_cancer(family: str, covariance: str | None, expected: list[float]) -> None:
    fit = fit_counts(lip(), "x", outcome="o", exposure="e", family=family, covariance=covariance)
    printed(fit.coefficients, [-0.5422682, 0.7373219], 7)
    printed(errors(fit), expected, 7)
    printed([fit.dispersion], [4.9179635], 7)


def test_negative_binomial() -> None:
    fit = fit_counts(lip(), "x", outcome="o", exposure="e", family="nb2")
    printed(fit.coefficients, [-0.3527686, 0.7148155], 7)
    # 2.98428025..., which R, stopping some 1e-8 before the maximum, has just below the half
    assert 1 / fit.alpha == pytest.approx(2.9842802, abs=1e-7)
    printed([fit.loglik], [-171.4702558], 7)
    printed(errors(fit), [0.1604226, 0.1479954], 7)
    mean = lip()["e"] * np.exp(fit.design.of(lip()[["x"]]) @ fit.coefficients)
    x = fit.design.of(lip()[["x"]])
    expected = np.linalg.inv(x.T @ (x * (mean / (1 + fit.alpha * mean)).to_numpy()[:, None]))
    printed(np.sqrt(np.diag(expected)), [0.1495357, 0.1324296], 7)


@pytest.fixture(scope="module")
def by_r() -> dict[str, Any]:
    return golden("counts")


@pytest.mark.parametrize(
    ("options", "part"),
    [
        pytest.param({"covariance": "model"}, "model", id="model"),
        pytest.param({"covariance": "HC0"}, "hc0", id="HC0"),
        pytest.param({"covariance": "HC1"}, "hc1", id="HC1"),
        pytest.param({"cluster": "unit", "covariance": "CR0"}, "cr0", id="CR0"),
        pytest.param({"cluster": "unit"}, "cr1", id="CR1"),
        pytest.param({"cluster": "unit", "covariance": "CR1S"}, "cr1s", id="CR1S"),
        pytest.param({"family": "quasi_poisson"}, "quasi", id="quasi"),
    ],
)
def test_errors_are_those_of_r(by_r: dict[str, Any], options: dict[str, str], part: str) -> None:
    fit = fit_counts(cells(), CELLS, **options)
    found = dict(zip(_r_terms(fit), zip(fit.coefficients, errors(fit), strict=True), strict=True))
    for term, estimate, error in zip(by_r["terms"], by_r["coefficients"], by_r[part], strict=True):
        assert found[term] == pytest.approx((estimate, error), rel=1e-9)


def _r_terms(fit: CountFit) -> list[str]:
    """Return terms as R writes them."""
    written = {"Intercept": "(Intercept)"}
    return [
        written.get(term, term.replace("C(year)", "year").replace("[T.", "").replace("]", ""))
        for term in fit.design.terms
    ]


def test_fit_is_that_of_r(by_r: dict[str, Any]) -> None:
    fit = fit_counts(cells(), CELLS)
    found = [fit.loglik, fit.deviance, fit.pearson, fit.dispersion]
    assert found == pytest.approx(
        [by_r[part][0] for part in ("loglik", "deviance", "pearson", "phi")], rel=1e-10
    )
    tests = fit.tests.set_index("test")["statistic"]
    assert tests["cameron_trivedi"] == pytest.approx(by_r["cameron_trivedi"][0], rel=1e-9)
    assert tests["dean"] == pytest.approx(by_r["dean"][0], rel=1e-9)


def test_negative_binomial_is_that_of_r(by_r: dict[str, Any]) -> None:
    fit = fit_counts(cells(), CELLS, family="nb2")
    found = dict(zip(_r_terms(fit), fit.coefficients, strict=True))
    assert [found[term] for term in by_r["terms"]] == pytest.approx(by_r["nb_coefficients"], rel=1e-5)
    assert 1 / fit.alpha == pytest.approx(by_r["theta"][0], rel=1e-5)
    assert [fit.loglik, fit.deviance] == pytest.approx(
        [by_r["nb_loglik"][0], by_r["nb_deviance"][0]], rel=1e-6
    )


def test_knots_of_a_spline_are_those_of_the_rows_not_of_the_patterns(by_r: dict[str, Any]) -> None:
    fit = fit_counts(cells(), "bs(age, df=4) + sex")
    assert len(fit.patterns) < fit.n
    assert fit.deviance == pytest.approx(by_r["spline_deviance"][0], rel=1e-9)
    at = pd.DataFrame({"age": [25.0, 41.0], "sex": "male"})
    rate = fit.predict_rate(1, at, exposure="members").estimates
    assert rate["estimate"].tolist() == pytest.approx(by_r["spline_link"], rel=1e-8)
    assert rate["std_error"].tolist() == pytest.approx(by_r["spline_se"], rel=1e-8)


@pytest.mark.parametrize(
    "formula",
    [
        pytest.param("1", id="constant"),
        pytest.param("age_band * sex + locality + C(year)", id="factors"),
        pytest.param("0 + sex + year", id="no constant, a trend"),
        pytest.param("bs(year, df=3) * sex", id="spline"),
    ],
)
def test_collapsed_fit_is_the_fit_on_rows(formula: str) -> None:
    rows = register()
    fit = fit_counts(rows, formula, cluster="unit", covariance="CR1S")
    x = fit.design.of(rows)
    model = sm.GLM(rows["admitted"], x, family=sm.families.Poisson(), offset=np.log(rows["members"]))
    theirs = model.fit(tol=1e-14, cov_type="cluster", cov_kwds={"groups": rows["unit"].to_numpy()})
    plain = model.fit(tol=1e-14)
    assert len(fit.patterns) <= len(rows) / 10
    np.testing.assert_allclose(fit.coefficients, theirs.params, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(errors(fit), theirs.bse, rtol=1e-8)
    np.testing.assert_allclose(errors(fit_counts(rows, formula)), plain.bse, rtol=1e-8)
    np.testing.assert_allclose(
        [fit.loglik, fit.deviance, fit.pearson, fit.dispersion],
        [plain.llf, plain.deviance, plain.pearson_chi2, plain.pearson_chi2 / plain.df_resid],
        rtol=1e-8,
    )
    scores = x * (rows["admitted"] - plain.fittedvalues).to_numpy()[:, None]
    sums = pd.DataFrame(scores).groupby(rows["unit"]).sum()
    np.testing.assert_allclose(fit.scores_by_cluster, sums.loc[fit.cluster_labels], atol=1e-7)


@pytest.mark.parametrize(
    ("covariance", "kwds"),
    [
        pytest.param("model", {}, id="model"),
        pytest.param("HC0", {"cov_type": "HC0"}, id="HC0"),
        pytest.param("CR0", {"cov_type": "cluster"}, id="CR0"),
    ],
)
def test_collapsed_negative_binomial_is_the_fit_on_rows(covariance: str, kwds: dict[str, Any]) -> None:
    rows = register()
    cluster = "unit" if covariance == "CR0" else None
    fit = fit_counts(rows, "age_band + sex", family="nb2", covariance=covariance, cluster=cluster)
    if cluster:
        kwds = kwds | {"cov_kwds": {"groups": rows["unit"], "use_correction": False}}
    model = sm.NegativeBinomial(rows["admitted"], fit.design.of(rows), offset=np.log(rows["members"]))
    theirs = model.fit(np.r_[fit.coefficients, fit.alpha], method="newton", tol=1e-12, disp=0, **kwds)
    np.testing.assert_allclose([*fit.coefficients, fit.alpha], theirs.params, rtol=1e-6)
    np.testing.assert_allclose(errors(fit), theirs.bse[:-1], rtol=1e-5)
    assert fit.loglik == pytest.approx(theirs.llf, rel=1e-10)


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_order_of_the_rows_changes_nothing(seed: int) -> None:
    rows = register(units=8, years=2)
    mixed = rows.sample(frac=1, random_state=seed)
    one, other = (fit_counts(part, "age_band * sex", cluster="unit") for part in (rows, mixed))
    np.testing.assert_allclose(one.coefficients, other.coefficients, rtol=1e-10)
    np.testing.assert_allclose(one.vcov, other.vcov, rtol=1e-9, atol=1e-13)
    assert one.patterns.equals(other.patterns)


def test_exposure_in_other_units_moves_the_constant_alone() -> None:
    rows = register()
    one, other = fit_counts(rows, "sex"), fit_counts(rows.assign(members=rows["members"] * 1000.0), "sex")
    np.testing.assert_allclose(one.coefficients - other.coefficients, [np.log(1000), 0], atol=1e-10)
    np.testing.assert_allclose(one.vcov, other.vcov, rtol=1e-9)


def test_reference_category_is_the_one_named() -> None:
    rows = register()
    fit = fit_counts(rows, "sex + C(year)", reference={"sex": "male", "year": 2020})
    assert fit.design.terms == (
        "Intercept",
        "sex[T.female]",
        "C(year)[T.2018]",
        "C(year)[T.2019]",
        "C(year)[T.2021]",
    )
    assert fit.references == {"sex": "male", "C(year)": "2020"}
    usual = fit_counts(rows, "sex + C(year)")
    assert fit.at("sex[T.female]")["estimate"] == pytest.approx(-usual.at("sex[T.male]")["estimate"])
    at = pd.DataFrame({"sex": ["female"], "year": [2019]})
    rates = [
        part.predict_rate(1000, at, exposure="members").estimates["response"][0] for part in (fit, usual)
    ]
    assert rates[0] == pytest.approx(rates[1])


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(lambda c: c.astype("category"), id="categories"),
        pytest.param(lambda c: c.astype("object"), id="objects"),
        pytest.param(
            lambda c: c.astype(pd.CategoricalDtype(["male", "unseen", "female"])), id="category unseen"
        ),
    ],
)
def test_type_of_a_column_changes_no_rate(kind: Any) -> None:
    rows = register()
    rows = rows.assign(admitted=rows["admitted"].astype("Int64"), members=rows["members"].astype("Int64"))
    fit = fit_counts(rows.assign(sex=kind(rows["sex"])), "sex")
    rate = rows.groupby("sex")["admitted"].sum() / rows.groupby("sex")["members"].sum()
    found = fit.predict_rate(1, pd.DataFrame({"sex": ["female", "male"]}), exposure="members")
    assert found.estimates["response"].tolist() == pytest.approx(rate.astype(float).tolist())


# --- Trap 4: separation -------------------------------------------------------------------------


def test_category_without_admission_gives_no_number() -> None:
    rows = register()
    rows.loc[rows["age_band"] == "c", "admitted"] = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = fit_counts(rows, "age_band + sex")
    assert fit.withheld
    assert [(f.code, f.where) for f in fit.findings] == [("separation", "age_band[c]")]
    assert (
        fit.estimates[["estimate", "std_error", "low", "high", "response", "p_value"]].isna().all(axis=None)
    )
    assert np.isnan(fit.coefficients).all()
    assert np.isnan([fit.loglik, fit.deviance, fit.dispersion]).all()
    theirs = smf.glm("admitted ~ age_band + sex", rows, family=sm.families.Poisson()).fit()
    assert theirs.converged
    assert theirs.bse.max() > 1000, "what the trap is about"


@pytest.mark.parametrize(
    ("formula", "empty", "where"),
    [
        pytest.param("sex", "sex == 'female'", "sex[female]", id="the reference category"),
        pytest.param("C(year) + sex", "year == 2019", "year[2019]", id="a year"),
        pytest.param(
            "age_band * sex", "age_band == 'b' and sex == 'male'", "age_band[b]:sex[male]", id="one cell"
        ),
    ],
)
def test_separated_category_is_named(formula: str, empty: str, where: str) -> None:
    rows = register()
    rows.loc[rows.eval(empty), "admitted"] = 0
    assert [(f.code, f.where) for f in fit_counts(rows, formula).findings] == [("separation", where)]


def test_one_empty_cell_of_an_additive_model_is_no_separation() -> None:
    rows = register()
    rows.loc[rows.eval("age_band == 'b' and sex == 'male'"), "admitted"] = 0
    assert not fit_counts(rows, "age_band + sex").withheld


# --- Trap 5: underdispersion --------------------------------------------------------------------


def test_underdispersed_counts_have_no_negative_binomial() -> None:
    rows = pd.DataFrame({"admitted": [4, 5, 4, 5, 5, 4] * 10, "members": 100.0, "sex": ["f", "m"] * 30})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = fit_counts(rows, "sex", family="nb2")
    assert codes(fit) == {"alpha_bound"}
    assert fit.withheld
    assert np.isnan(fit.alpha)
    assert not fit_counts(rows, "sex").withheld


# --- Trap 7, trap 2: clusters -------------------------------------------------------------------


def test_clusters_stay_with_their_rows_when_rows_are_dropped() -> None:
    rows = register()
    gaps = rows.assign(locality=rows["locality"].mask(rows.index % 7 == 0, ""))
    fit = fit_counts(gaps, "sex + locality", cluster="unit")
    kept = rows.loc[rows.index % 7 != 0].sample(frac=1, random_state=1)
    np.testing.assert_allclose(
        errors(fit), errors(fit_counts(kept, "sex + locality", cluster="unit")), rtol=1e-10
    )
    assert [(d.reason, d.rows) for d in fit.dropped] == [("thiếu loại địa bàn", 103)]
    assert fit.n == len(kept)


def test_intervals_by_clusters_have_the_t_of_their_number() -> None:
    fit = fit_counts(register(units=9), "sex", cluster="unit")
    row = fit.at("sex[T.male]")
    assert (row["high"] - row["estimate"]) / row["std_error"] == pytest.approx(2.306004, abs=1e-6)
    assert fit.error_freedom == 8


def test_few_clusters_in_a_category_give_no_error() -> None:
    rows = register().assign(locality=lambda d: np.where(d["unit"] == 3, "ward", "commune"))
    fit = fit_counts(rows, "locality", cluster="unit")
    found = [(f.code, f.where, f.numbers["count"]) for f in fit.findings]
    assert found == [("few_clusters", "locality[T.ward]", 1)]
    assert fit.withheld
    assert not fit_counts(rows, "locality").withheld


# --- Rows that cannot be fitted -----------------------------------------------------------------


def _changed(**columns: Any) -> pd.DataFrame:
    rows = register(units=8, years=2)
    for name, change in columns.items():
        rows[name] = change(rows[name].astype(object if name == "sex" else float))
    return rows


def _at_first(value: object) -> Any:
    return lambda column: column.where(column.index > 0, value)


@pytest.mark.parametrize(
    ("rows", "options", "expected"),
    [
        pytest.param(register().iloc[:0], {}, {"no_rows"}, id="no row"),
        pytest.param(register().iloc[:1], {}, {"few_rows", "few_events", "one_category"}, id="one row"),
        pytest.param(_changed(admitted=lambda c: c * 0), {}, {"few_events"}, id="no admission"),
        pytest.param(_changed(admitted=_at_first(np.nan)), {}, {"outcome_missing"}, id="count missing"),
        pytest.param(_changed(admitted=_at_first(1.5)), {}, {"outcome_not_a_count"}, id="half a person"),
        pytest.param(_changed(admitted=_at_first(-1)), {}, {"outcome_not_a_count"}, id="below zero"),
        pytest.param(_changed(members=_at_first(np.nan)), {}, {"exposure_missing"}, id="exposure missing"),
        pytest.param(_changed(members=_at_first(0)), {}, {"exposure_not_positive"}, id="exposure zero"),
        pytest.param(
            _changed(members=_at_first(-5)), {}, {"exposure_not_positive"}, id="exposure below zero"
        ),
        pytest.param(
            _changed(members=_at_first(np.inf)), {}, {"exposure_not_positive"}, id="exposure infinite"
        ),
        pytest.param(
            _changed(sex=lambda c: c.map(lambda _: "")), {}, {"no_rows"}, id="covariate empty throughout"
        ),
        pytest.param(
            _changed(sex=lambda c: c.map(lambda _: "male")),
            {},
            {"one_category"},
            id="one category, told only",
        ),
        pytest.param(
            register(twice=1.0).assign(twice=lambda d: d["year"] * 2.0),
            {"formula": "year + twice"},
            {"rank"},
            id="collinear",
        ),
        pytest.param(
            register().query("not (sex == 'male' and age_band == 'b')"),
            {"formula": "sex * age_band"},
            {"empty_term"},
            id="combination without rows",
        ),
        pytest.param(register(units=1), {"cluster": "unit"}, {"few_clusters"}, id="one cluster"),
        pytest.param(
            register(units=8, years=1).iloc[:7],
            {"formula": "C(unit) * age_band * sex", "covariance": "HC1"},
            None,
            id="as many terms as rows",
        ),
        pytest.param(
            _changed(admitted=lambda c: c * 1e9, members=lambda c: c * 1e9), {}, set(), id="huge counts"
        ),
        pytest.param(
            _changed(admitted=lambda c: c * 1e15, members=lambda c: c * 1e15), {}, set(), id="beyond counting"
        ),
        pytest.param(
            _changed(members=lambda c: 10.0 ** (c.index - 48) * 1e3), {}, set(), id="exposures of every size"
        ),
        pytest.param(_changed(members=lambda c: c * 1e-200), {}, set(), id="tiny exposures"),
    ],
)
def test_bad_rows_give_a_finding_and_no_number(
    rows: pd.DataFrame, options: dict[str, Any], expected: set[str] | None
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = fit_counts(rows, **({"formula": "sex"} | options))
        fit.to_markdown("en")
        fit.to_latex()
    if expected is None:
        assert fit.withheld
    else:
        assert codes(fit) == expected
    assert fit.estimates["estimate"].isna().all() == fit.withheld


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("options", "seen"),
    [
        pytest.param({"family": "nb1"}, "'nb1' is none of", id="family"),
        pytest.param({"covariance": "HC3"}, "'HC3' is none of", id="covariance"),
        pytest.param({"covariance": "CR1"}, "needs a cluster", id="CR1 without a cluster"),
        pytest.param(
            {"covariance": "HC1", "cluster": "unit"}, "does not use the cluster", id="HC1 with a cluster"
        ),
        pytest.param({"level": 95}, "does not lie between", id="level in percent"),
        pytest.param({"level": "0.95"}, "does not lie between", id="level in words"),
        pytest.param({"exposure": "member"}, "no column 'member'", id="exposure misspelt"),
        pytest.param({"cluster": "untis"}, "no column 'untis'", id="cluster misspelt"),
        pytest.param({"outcome": "sex"}, "cannot explain itself", id="outcome among the covariates"),
        pytest.param({"outcome": "locality"}, "holds no numbers", id="outcome of words"),
        pytest.param({"formula": "sexx"}, "no column 'sexx'", id="covariate misspelt"),
        pytest.param({"formula": "sex +* year"}, "formula", id="formula that cannot be read"),
        pytest.param({"formula": "log(zero)"}, "not a finite number", id="logarithm of zero"),
        pytest.param({"formula": "0"}, "has no term", id="no term"),
        pytest.param({"formula": "rows"}, "cannot be called 'rows'", id="reserved name"),
        pytest.param({"reference": {"sex": "men"}}, "no category 'men'", id="reference misspelt"),
        pytest.param({"reference": {"year": 2019}}, "'year' is no covariate", id="reference of no covariate"),
    ],
)
def test_meaningless_parameters_are_refused(options: dict[str, Any], seen: str) -> None:
    rows = register(units=8, years=2).assign(zero=0.0, rows=1.0)
    with pytest.raises(ParameterError, match=seen):
        fit_counts(rows, **({"formula": "sex"} | options))


# --- Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param({}, "hence too small", id="Poisson errors are too small"),
        pytest.param({"family": "quasi_poisson"}, "multiplied by the square root", id="quasi"),
        pytest.param({"covariance": "HC1"}, "robust errors allow for it", id="robust"),
        pytest.param({"family": "nb2"}, "likelihood-ratio test gives p < 0.001", id="negative binomial"),
        pytest.param({"cluster": "unit"}, "There are only 30 clusters", id="few clusters"),
    ],
)
def test_words_say_what_the_variance_means_for_the_errors(options: dict[str, Any], said: str) -> None:
    text = fit_counts(cells(), CELLS, **options).to_markdown("en")
    assert said in text
    assert "do not tell causes" in text
    assert "Reference categories: sex: female; locality: commune; year: 2018." in text


def test_words_of_poisson_counts_see_nothing_amiss() -> None:
    rng = np.random.default_rng(5)
    rows = register().assign(admitted=lambda d: rng.poisson(0.1 * d["members"]))
    fit = fit_counts(rows, "sex")
    assert 0.9 < fit.dispersion < 1.1
    assert "do not seem to vary more" in fit.to_markdown("en")
    assert "too small" not in fit.to_markdown("en")


def test_trend_by_calendar_year_is_not_held_up_by_its_constant_at_the_year_zero() -> None:
    rows = register()
    fit = fit_counts(rows, "sex * year", cluster="unit")
    assert fit.findings == ()
    assert fit.at("Intercept")["std_error"] > 10, "which would be absurd of a category"
    centred = fit_counts(rows.assign(year=rows["year"] - 2019), "sex * year", cluster="unit")
    assert fit.at("year")["std_error"] == pytest.approx(centred.at("year")["std_error"], rel=1e-7)
    assert fit.loglik == pytest.approx(centred.loglik, rel=1e-12)


@pytest.mark.parametrize(
    "options",
    [pytest.param({"covariance": "HC1"}, id="HC1"), pytest.param({"cluster": "unit"}, id="CR1")],
)
def test_residuals_of_zero_are_no_certainty(options: dict[str, str]) -> None:
    rows = register().assign(members=1.0, admitted=lambda d: np.where(d["sex"] == "male", 2, 3))
    fit = fit_counts(rows, "sex", **options)
    assert codes(fit) == {"vanishing_error"}
    assert not fit_counts(rows, "sex").withheld


def test_two_columns_that_say_nearly_the_same_have_absurd_errors() -> None:
    rng = np.random.default_rng(1)
    rows = register().assign(x=lambda d: rng.normal(size=len(d)))
    rows = rows.assign(same=rows["x"] + 1e-6 * rng.normal(size=len(rows)))
    fit = fit_counts(rows, "x + same")
    assert [(f.code, f.where) for f in fit.findings] == [("absurd_error", "x"), ("absurd_error", "same")]
    assert fit.withheld
    assert not fit_counts(rows, "x").withheld


def test_two_columns_of_one_name_are_refused() -> None:
    rows = register()
    with pytest.raises(ParameterError, match="two columns are called 'sex'"):
        fit_counts(pd.concat([rows, rows[["sex"]]], axis=1), "sex")
