"""Expected rates and counts: never without the exposure that they are for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from count_data import cells, golden, register

from analysis.errors import ParameterError
from analysis.models.counts.count_fit import CountFit
from analysis.models.counts.fit import fit_counts

AT = pd.DataFrame({"sex": ["male"], "locality": ["ward"], "year": [2020]})


@pytest.fixture(scope="module")
def fit() -> CountFit:
    return fit_counts(cells(), "sex * locality + C(year)")


def test_rate_is_that_of_r(fit: CountFit) -> None:
    row = fit.predict_rate(1000, AT, exposure="members").estimates.iloc[0]
    link, error = golden("counts")["link"][0], golden("counts")["link_se"][0]
    assert row["estimate"] == pytest.approx(link + np.log(1000), rel=1e-10)
    assert row["std_error"] == pytest.approx(error, rel=1e-9)
    limits = 1000 * np.exp(link + np.array([-1, 1]) * 1.959963985 * error)
    assert row[["response_low", "response_high"]].tolist() == pytest.approx(limits.tolist(), rel=1e-9)
    assert np.isnan(row["p_value"])


def test_trap_that_the_exposure_of_the_fit_is_forgotten(fit: CountFit) -> None:
    rows = cells()
    theirs = smf.poisson("admitted ~ sex * locality + C(year)", rows, exposure=rows["members"]).fit(disp=0)
    mean = rows["admitted"].mean()
    assert theirs.predict(rows).mean() < mean / 10, "what the trap is about"
    ours = fit.predict_count(rows, exposure=rows["members"]).estimates["response"]
    assert ours.mean() == pytest.approx(mean, rel=1e-10)


@pytest.mark.parametrize(
    ("ask", "seen"),
    [
        pytest.param(
            lambda f: f.predict_rate(), "is not named: say .*exposure='members'", id="rate of nothing"
        ),
        pytest.param(
            lambda f: f.predict_rate(100, exposure="target"), "is not 'target'", id="another exposure"
        ),
        pytest.param(lambda f: f.predict_rate(0, exposure="members"), "above zero", id="per nobody"),
        pytest.param(lambda f: f.predict_count(AT), "need their exposure", id="count of nothing"),
        pytest.param(lambda f: f.predict_count(AT, exposure=0), "not above zero", id="exposure zero"),
        pytest.param(
            lambda f: f.predict_count(AT, exposure=[1, 2]), "one for each of the 1 rows", id="too many"
        ),
        pytest.param(lambda f: f.predict_count(AT, exposure=[np.nan]), "is missing", id="exposure missing"),
        pytest.param(
            lambda f: f.predict_rate(1, AT.drop(columns="sex"), exposure="members"),
            "lack .*'sex'",
            id="covariate missing",
        ),
        pytest.param(
            lambda f: f.predict_rate(1, AT.assign(sex="x"), exposure="members"),
            "do not fit",
            id="category unseen",
        ),
        pytest.param(
            lambda f: f.predict_rate(1, AT.assign(year=2035), exposure="members"),
            "do not fit",
            id="year unseen",
        ),
        pytest.param(
            lambda f: f.predict_rate(1, AT.assign(sex=None), exposure="members"),
            "do not fit",
            id="covariate empty",
        ),
        pytest.param(lambda f: f.predict_rate(1, AT.iloc[:0], exposure="members"), "no row", id="no row"),
    ],
)
def test_refusals(fit: CountFit, ask: Any, seen: str) -> None:
    with pytest.raises(ParameterError, match=seen):
        ask(fit)


def test_counts_without_exposure() -> None:
    fit = fit_counts(cells(), "sex", exposure=None)
    mean = cells().groupby("sex")["admitted"].mean()
    found = fit.predict_count(pd.DataFrame({"sex": ["female", "male"]})).estimates["response"]
    assert found.tolist() == pytest.approx(mean.tolist())
    with pytest.raises(ParameterError, match="no exposure"):
        fit.predict_rate(1, exposure="members")
    with pytest.raises(ParameterError, match="none can be given"):
        fit.predict_count(exposure=5)


def test_without_rows_each_pattern_has_its_rate() -> None:
    rows = register()
    found = fit_counts(rows, "sex").predict_rate(100, exposure="members")
    sums = rows.groupby("sex")[["admitted", "members"]].sum()
    assert found.estimates["response"].tolist() == pytest.approx(
        (100 * sums["admitted"] / sums["members"]).tolist()
    )
    assert found.estimates["term"].tolist() == ["sex[female]", "sex[male]"]
    assert found.covariates["sex"].tolist() == ["female", "male"]
    assert "| giới: nữ |" in found.to_markdown("vi")
    assert "| sex: female |" in found.to_markdown("en")


def test_withheld_fit_expects_nothing() -> None:
    rows = register()
    rows.loc[rows["sex"] == "male", "admitted"] = 0
    found = fit_counts(rows, "sex").predict_rate(1000, exposure="members")
    assert found.withheld
    assert found.estimates[["estimate", "response", "response_low", "response_high"]].isna().all(axis=None)
    assert "Rate per 1,000 members" in found.to_markdown("en")


def test_year_beyond_the_data_is_told() -> None:
    fit = fit_counts(register(), "year")
    near = fit.predict_rate(1000, pd.DataFrame({"year": [2020]}), exposure="members")
    far = fit.predict_rate(1000, pd.DataFrame({"year": [2020, 2030]}), exposure="members")
    assert near.findings == ()
    assert [(f.code, f.where, f.numbers["count"]) for f in far.findings] == [("extrapolated", "year", 1)]
    assert not far.withheld


def test_words_say_what_the_numbers_are(fit: CountFit) -> None:
    assert "rates per 1,000 members" in fit.predict_rate(1000, AT, exposure="members").to_markdown("en")
    assert "expected means" in fit.predict_count(AT, exposure=500).to_markdown("en")
