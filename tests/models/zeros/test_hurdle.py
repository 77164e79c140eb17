"""Hurdle models against those of R's pscl."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from zero_rows import reference, reference_rows, unit_years

from analysis.errors import ParameterError
from analysis.language import again, speaking
from analysis.models.zeros.hurdle import hurdle

FORMULA = "locality + young"
PASSING = "locality + log(members)"


def test_randhie_as_in_pscl_by_a_gradient_that_vanishes() -> None:
    data = sm.datasets.randhie.load_pandas().data
    formula = " + ".join(data.columns[1:])
    found = hurdle(data, formula, outcome="mdvis", exposure=None, zero="poisson", cluster=None)
    assert round(found.at("count_Intercept")["estimate"], 6) == 1.133066
    assert round(found.at("count_lncoins")["estimate"], 6) == -0.014578
    # pscl prints -.072828 where it stops by default (-.0728284); started anew from there with reltol = 1e-16
    # it ends at -.0728290 with a likelihood higher by 2e-8: the maximum
    assert found.at("zero_Intercept")["estimate"] == pytest.approx(-0.072828, abs=1.5e-6)
    assert found.at("zero_Intercept")["estimate"] == pytest.approx(-0.072829010, abs=5e-9)
    assert round(found.log_likelihood, 5) == -54792.18766
    assert found.converged


@pytest.mark.parametrize(
    ("model", "more"),
    [
        pytest.param("hurdle_poisson_logit", {"zero_formula": PASSING}, id="Poisson, logit"),
        pytest.param(
            "hurdle_poisson_poisson", {"zero": "poisson", "zero_exposure": "members"}, id="Poisson, Poisson"
        ),
        pytest.param("hurdle_nb2_logit", {"zero_formula": PASSING, "count": "nb2"}, id="NB2, logit"),
    ],
)
def test_covariates_in_both_parts_and_exposure_as_in_pscl(model: str, more: dict[str, str]) -> None:
    expected = reference(model)
    found = hurdle(reference_rows(), FORMULA, exposure="members", cluster=None, **more)
    table = found.estimates.loc[found.estimates["name"] != "alpha"]
    assert table["estimate"].to_numpy() == pytest.approx(expected["count"] + expected["zero"], abs=2e-6)
    assert table["std_error"].to_numpy() == pytest.approx(expected["std_error"], rel=2e-6)
    assert found.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-8)
    assert found.zeros_expected == pytest.approx(expected["zeros"], abs=1e-4)
    assert found.fitted["mean"].sum() == pytest.approx(expected["mean"], abs=1e-3)
    if "theta" in expected:
        assert 1 / found.at("count_alpha")["response"] == pytest.approx(expected["theta"], rel=1e-6)


def test_clusters_as_in_sandwich() -> None:
    found = hurdle(reference_rows(), FORMULA, PASSING, exposure="members")
    expected = reference("hurdle_poisson_logit")["clustered"]
    assert found.estimates["std_error"].to_numpy() == pytest.approx(expected, rel=2e-6)


def test_parts_share_nothing() -> None:
    one = hurdle(reference_rows(), FORMULA, PASSING, exposure="members")
    other = hurdle(reference_rows(), "1", PASSING, exposure="members", count="nb2")
    zero, same = (found.estimates.loc[found.estimates["part"] == "zero"] for found in (one, other))
    assert zero["estimate"].to_numpy() == pytest.approx(same["estimate"].to_numpy(), rel=1e-9)


def test_zero_formula_is_the_formula_unless_given() -> None:
    found = hurdle(reference_rows(), FORMULA, exposure="members")
    names = found.estimates.groupby("part")["name"].apply(list)
    assert names["count"] == names["zero"]


def test_only_ones_above_zero_are_no_count() -> None:
    rows = unit_years(lambda table: (table["admitted"] > 0).astype(int))
    found = hurdle(rows, "1", exposure=None)
    assert [finding.code for finding in found.findings] == ["separation"]
    assert found.estimates["estimate"].isna().all()


def test_a_category_of_only_ones_is_named() -> None:
    rows = unit_years(n=200)
    rows.loc[rows["locality"].eq("township"), "admitted"] = rows["admitted"].clip(upper=1)
    found = hurdle(rows, "locality", "1", exposure=None)
    assert [(f.code, f.where) for f in found.findings] == [("separation", "locality[township]")]


def test_a_line_that_parts_any_from_none_is_named() -> None:
    rows = unit_years(
        lambda table: np.where(table["members"] > 60, 3, 0) + (np.arange(60) % 2) * (table["members"] > 60)
    )
    found = hurdle(rows, "1", "members", exposure=None)
    assert {finding.code for finding in found.findings} == {"separation"}


def test_a_logit_takes_no_exposure() -> None:
    with pytest.raises(ParameterError, match=r"add log\(members\) to zero_formula"):
        hurdle(reference_rows(), "1", exposure="members", zero_exposure="members")
    with pytest.raises(ParameterError, match="neither 'logit' nor 'poisson'"):
        hurdle(reference_rows(), "1", exposure="members", zero="probit")


def test_specification_names_both_offsets() -> None:
    found = hurdle(
        reference_rows(), "young", "1", exposure="members", zero="poisson", zero_exposure="members"
    )
    with speaking("en"):
        said = again(found.specification)
    assert said == (
        "hurdle: Poisson cut off at zero, log E(uncut count) = log(members) + young; "
        "log(-log P(none)) = log(members) + 1"
    )


def test_markdown_tells_the_parts_apart() -> None:
    found = hurdle(reference_rows(), "locality", exposure="members")
    text = found.to_markdown("en")
    assert "| how many (count part): " in text
    assert "| any or none (zero part): " in text
    assert found.at("zero_locality[T.ward]")["part"] == "zero"
