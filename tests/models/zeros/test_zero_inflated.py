"""Zero-inflated models against those of R's pscl, and what keeps them from being read."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from zero_rows import reference, reference_rows, unit_years

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.zeros.hurdle import hurdle
from analysis.models.zeros.two_part import TwoPart
from analysis.models.zeros.zero_inflated import zero_inflated

FORMULA = "locality + young"


@pytest.fixture(scope="module")
def randhie() -> pd.DataFrame:
    return sm.datasets.randhie.load_pandas().data


def test_randhie_as_in_pscl(randhie: pd.DataFrame) -> None:
    formula = " + ".join(randhie.columns[1:])
    found = zero_inflated(randhie, formula, outcome="mdvis", exposure=None, cluster=None)
    assert round(found.at("zero_Intercept")["estimate"], 6) == -0.898937
    assert round(found.at("count_Intercept")["estimate"], 6) == 1.117581
    assert round(found.at("count_lncoins")["estimate"], 6) == -0.017771
    assert round(found.log_likelihood, 5) == -55327.61952


@pytest.mark.parametrize(
    ("model", "count"),
    [
        pytest.param("zip", "poisson", id="Poisson"),
        pytest.param("zinb", "nb2", id="NB2, its theta 1/alpha"),
    ],
)
def test_covariates_in_both_parts_and_exposure_as_in_pscl(model: str, count: str) -> None:
    expected = reference(model)
    found = zero_inflated(
        reference_rows(), FORMULA, "locality", exposure="members", count=count, cluster=None
    )
    table = found.estimates.loc[found.estimates["name"] != "alpha"]
    assert table["estimate"].to_numpy() == pytest.approx(expected["count"] + expected["zero"], abs=2e-6)
    assert table["std_error"].to_numpy() == pytest.approx(expected["std_error"], rel=2e-6)
    assert found.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-8)
    assert found.aic == pytest.approx(expected["aic"], abs=1e-7)
    assert found.zeros_expected == pytest.approx(expected["zeros"], abs=1e-4)
    assert found.fitted["mean"].sum() == pytest.approx(expected["mean"], abs=1e-3)
    if count == "nb2":
        assert 1 / found.at("count_alpha")["response"] == pytest.approx(expected["theta"], rel=1e-6)


def test_clusters_as_in_sandwich() -> None:
    found = zero_inflated(reference_rows(), FORMULA, "locality", exposure="members")
    assert found.estimates["std_error"].to_numpy() == pytest.approx(reference("zip")["clustered"], rel=2e-6)
    assert (found.clusters, found.covariance) == (60, "CR1 by unit_id")


def test_order_of_rows_and_units_of_covariates_change_nothing() -> None:
    rows = reference_rows()
    first = zero_inflated(rows, FORMULA, "locality", exposure="members")
    mixed = rows.sample(frac=1, random_state=1).assign(young=lambda table: 1000 * table["young"] + 2016)
    second = zero_inflated(mixed, FORMULA, "locality", exposure="members")
    assert second.log_likelihood == pytest.approx(first.log_likelihood, abs=1e-9)
    assert 1000 * second.at("count_young")["estimate"] == pytest.approx(
        first.at("count_young")["estimate"], rel=1e-8
    )


def test_probabilities_of_rows_carry_their_index() -> None:
    rows = reference_rows().iloc[::-1]
    found = zero_inflated(rows, FORMULA, exposure="members")
    assert found.fitted.index.tolist() == rows.index.tolist()
    always, none = found.fitted["always_zero"], found.fitted["zero_probability"]
    assert always.between(0, 1).all()
    assert (none >= always).all()
    assert found.always_zero == pytest.approx(always.mean())


FITS: list[object] = [
    pytest.param(lambda rows, **more: zero_inflated(rows, "locality", **more), id="zip"),
    pytest.param(lambda rows, **more: zero_inflated(rows, "locality", count="nb2", **more), id="zinb"),
    pytest.param(lambda rows, **more: hurdle(rows, "locality", **more), id="hurdle"),
    pytest.param(
        lambda rows, **more: hurdle(
            rows, "locality", count="nb2", zero="poisson", zero_exposure=more["exposure"], **more
        ),
        id="hurdle nb2 poisson",
    ),
]
ZEROS = [0] * 60


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        pytest.param(unit_years().iloc[:0], {"no_rows"}, id="no row"),
        pytest.param(unit_years().iloc[:1], {"few_events", "few_clusters", "few_rows"}, id="one row"),
        pytest.param(unit_years(ZEROS), {"few_events"}, id="all zero"),
        pytest.param(unit_years(lambda rows: rows["admitted"] + 1), {"few_zeros"}, id="no zero"),
        pytest.param(unit_years(members=0), {"exposure_not_positive"}, id="exposure zero"),
        pytest.param(unit_years(members=[-1] + [50] * 59), {"exposure_not_positive"}, id="one below zero"),
        pytest.param(unit_years(members=[None] + [50] * 59), {"exposure_missing"}, id="exposure missing"),
        pytest.param(unit_years([np.inf] + [1] * 59), {"outcome_not_a_count"}, id="outcome infinite"),
        pytest.param(unit_years([np.nan] + [1] * 59), {"outcome_missing"}, id="outcome missing"),
        pytest.param(unit_years([2.5] + [1] * 59), {"outcome_not_a_count"}, id="half a person"),
        pytest.param(unit_years(unit_id="u"), {"few_clusters"}, id="one unit"),
        pytest.param(unit_years(locality=["a"] * 40 + [None] * 20).iloc[40:], {"no_rows"}, id="all gaps"),
        pytest.param(unit_years(eligible=0, admitted=ZEROS), {"no_rows"}, id="nothing but structural zeros"),
        pytest.param(
            unit_years(lambda rows: rows["admitted"] * (rows["locality"] == "commune")),
            {"separation"},
            id="a locality without admissions",
        ),
    ],
)
def test_what_may_not_be_read_is_withheld(
    fit: Callable[..., TwoPart], rows: pd.DataFrame, codes: set[str], recwarn: pytest.WarningsRecorder
) -> None:
    found = fit(rows, exposure="members")
    assert found.withheld
    assert {finding.code for finding in found.findings if finding.fatal} & codes
    numbers = found.estimates[["estimate", "std_error", "low", "high", "p_value"]]
    assert numbers.isna().all(axis=None)
    assert np.isnan([found.log_likelihood, found.aic, found.zeros_expected]).all()
    assert found.fitted.isna().all(axis=None)
    assert "Không công bố" in found.words()[0]
    assert found.to_latex()
    assert not recwarn.list


def test_robust_errors_do_not_hide_separation() -> None:
    # Scores vanish where a category is separated: its clustered error is small beside a coefficient of 30
    rows = unit_years().assign(
        admitted=lambda table: np.where(table["locality"] == "township", 1, 0) * 3 + table["admitted"]
    )
    found = hurdle(rows, "locality", exposure="members")
    assert [(f.code, f.where) for f in found.findings] == [("separation", "locality[township]")]


def test_no_excess_zeros_is_found_and_says_what_helps() -> None:
    counts = np.random.default_rng(3).binomial(8, 0.25, 60)  # fewer zeros than Poisson counts have
    for count in ("poisson", "nb2"):
        found = zero_inflated(unit_years(counts), "1", exposure=None, count=count)
        assert [finding.code for finding in found.findings] == ["no_excess_zeros"]
    assert "hurdle" in found.words()[1]


def test_a_category_without_excess_zeros_is_named() -> None:
    generator = np.random.default_rng(11)
    township = np.tile([False, True], 200)
    counts = generator.poisson(3, 400) * ((generator.random(400) < 0.5) | township)
    counts[township] = generator.binomial(12, 0.25, 200)
    rows = unit_years(n=400).assign(admitted=counts)
    found = zero_inflated(rows, "1", "locality", exposure=None)
    assert [(f.code, f.where) for f in found.findings] == [("inflation_bound", "zero_locality[T.township]")]


def test_alpha_at_its_bound_is_found() -> None:
    generator = np.random.default_rng(5)
    counts = generator.binomial(12, 0.25, 400) * (generator.random(400) < 0.6)
    found = zero_inflated(unit_years(n=400).assign(admitted=counts), "1", exposure=None, count="nb2")
    assert [finding.code for finding in found.findings] == ["alpha_bound"]


def test_collinear_columns_are_named() -> None:
    rows = unit_years().assign(twice=lambda table: 2.0 * table["members"])
    found = zero_inflated(rows, "members + twice", exposure=None)
    assert [finding.code for finding in found.findings] == ["rank"]
    assert "twice" in found.findings[0].where


def test_structural_zeros_are_no_part_of_the_fit() -> None:
    rows = reference_rows().assign(eligible=5)
    more = rows.iloc[:40].assign(admitted=0, eligible=0, unit_id="none")
    with_them = zero_inflated(pd.concat([rows, more], ignore_index=True), FORMULA, exposure="members")
    without = zero_inflated(rows, FORMULA, exposure="members")
    pd.testing.assert_frame_equal(with_them.estimates, without.estimates)
    assert [dropped.rows for dropped in with_them.dropped] == [40]


def test_admissions_without_eligible_people_are_told_and_kept() -> None:
    found = zero_inflated(reference_rows().assign(eligible=0), FORMULA, exposure="members")
    contradicted = int((reference_rows()["admitted"] > 0).sum())
    assert found.n == contradicted
    codes = {finding.code: finding.numbers.get("count") for finding in found.findings}
    assert codes["eligible_contradicted"] == contradicted


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"exposure": "people"}, "no column 'people'", id="exposure unknown"),
        pytest.param(
            {"outcome": "locality"}, "'locality' holds something else than numbers", id="outcome is text"
        ),
        pytest.param({"cluster": "village"}, "no column 'village'", id="cluster unknown"),
        pytest.param({"formula": "localty"}, "no column 'localty'", id="term unknown"),
        pytest.param({"formula": "locality +"}, "cannot be read", id="formula broken"),
        pytest.param({"formula": "0"}, "has no term", id="no term"),
        pytest.param({"zero_formula": "log(none)"}, "not a finite number", id="log of zero"),
        pytest.param({"count": "nb1"}, "neither 'poisson' nor 'nb2'", id="count unknown"),
        pytest.param({"level": 95}, "no share", id="level in percent"),
        pytest.param({"outcome": "huge"}, "counts up to 100,000", id="huge counts"),
    ],
)
def test_what_cannot_be_asked_is_refused(changes: dict[str, object], words: str) -> None:
    rows = reference_rows().assign(none=0, huge=10**9)
    asked = {"formula": FORMULA, "zero_formula": "1", "exposure": "members"} | changes
    with pytest.raises(ParameterError, match=words):
        zero_inflated(rows, **asked)


def test_words_come_from_the_numbers() -> None:
    found = zero_inflated(reference_rows(), FORMULA, "locality", exposure="members")
    assert found.zeros_observed == 78
    with speaking("en"):
        words = found.words()
        table = found.to_markdown("en")
    assert words[0] == "Unit-years without admission: 78; the model expects 78.3."
    assert words[1].startswith(f"By the model, {100 * found.always_zero:.1f}% of unit-years are always zero")
    assert "| always zero (zero part): " in table
    assert words[-1] == "The coefficients are associations in the data, not causal effects."


def test_a_category_of_one_cluster_is_named() -> None:
    rows = reference_rows()
    rows.loc[rows["unit_id"] == "u05", "locality"] = "zone"
    for found in (
        zero_inflated(rows, "locality", exposure="members"),
        hurdle(rows, "locality", "1", exposure="members"),
    ):
        assert [(f.code, f.where) for f in found.findings] == [("few_clusters", "locality[T.zone]")]
    assert not zero_inflated(rows, "locality", exposure="members", cluster=None).withheld


def test_scores_that_cancel_within_clusters_are_found() -> None:
    rows = unit_years(unit_id=np.repeat([f"u{i}" for i in range(6)], 10))
    rows["admitted"] = np.tile([0, 0, 0, 0, 1, 2, 3, 4, 5, 6], 6)
    found = zero_inflated(rows, "1", exposure=None)
    assert {finding.code for finding in found.findings} == {"vanishing_error"}


def test_alpha_has_no_p_value_and_the_others_have() -> None:
    found = zero_inflated(reference_rows(), FORMULA, "locality", exposure="members", count="nb2")
    missing = found.estimates.loc[found.estimates["p_value"].isna(), "term"]
    assert missing.tolist() == ["count_alpha"]
