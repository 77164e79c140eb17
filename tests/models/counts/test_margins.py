"""Average marginal effects on rates, against the package marginaleffects."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.models.counts.fit import fit_counts
from analysis.models.counts.margins import average_marginal_effects

REFERENCE = Path(__file__).parents[2] / "reference"
ROWS = pd.read_csv(REFERENCE / "data" / "margins.csv")
MADE = json.loads((REFERENCE / "margins.json").read_text(encoding="utf-8"))
FORMULA = "sex * age_band + C(year) + remote + distance + I(distance**2)"


@pytest.fixture(scope="module")
def fit():
    return fit_counts(ROWS, FORMULA)


@pytest.fixture(scope="module")
def effects(fit):
    return average_marginal_effects(fit)


OURS = {
    "sex": "sex[T.{}]",
    "age_band": "age_band[T.{}]",
    "year_2023": "year[T.2023]",
    "remote": "remote[T.1]",
}


@pytest.mark.parametrize("row", MADE["comparisons"], ids=lambda row: row["contrast"])
def test_differences_are_those_of_marginaleffects(effects, row):
    found = effects.at(OURS[row["term"]].format(row["contrast"].split(" - ")[0]))
    assert found["estimate"] == pytest.approx(1000 * row["estimate"], rel=1e-9)
    assert found["std_error"] == pytest.approx(1000 * row["std_error"], rel=1e-6)


def test_a_slope_is_that_of_marginaleffects(effects):
    (row,) = MADE["slopes"]
    found = effects.at("distance")
    # Made with a finite difference, ours by a parabola
    assert found["estimate"] == pytest.approx(1000 * row["estimate"], rel=1e-7)
    assert found["std_error"] == pytest.approx(1000 * row["std_error"], rel=1e-5)


@pytest.mark.parametrize("factor", ["sex", "age_band"])
def test_adjusted_rates_are_those_of_marginaleffects(effects, factor):
    rates = effects.rates.loc[effects.rates["factor"] == factor].set_index("category")
    for row in MADE[f"by_{factor}"]:
        assert rates.at[row[factor], "rate"] == pytest.approx(1000 * row["estimate"], rel=1e-9)
        assert rates.at[row[factor], "std_error"] == pytest.approx(1000 * row["std_error"], rel=1e-6)


def test_the_overall_rate_honours_the_exposure(effects):
    """statsmodels' predict and margins leave the offset out: they would average rows, not exposure."""
    overall = effects.rates.iloc[0]
    assert overall["rate"] == pytest.approx(1000 * ROWS["admitted"].sum() / ROWS["members"].sum(), rel=1e-12)
    assert overall["rate"] == pytest.approx(1000 * MADE["overall"][0]["estimate"], rel=1e-9)
    assert overall["std_error"] == pytest.approx(1000 * MADE["overall"][0]["std_error"], rel=1e-6)
    assert effects.exposure == ROWS["members"].sum()


def test_one_factor_alone_gives_the_difference_of_crude_rates():
    sums = ROWS.groupby("sex")[["admitted", "members"]].sum()
    rate = 1000 * sums["admitted"] / sums["members"]
    error = 1000 * np.sqrt((sums["admitted"] / sums["members"] ** 2).sum())
    found = average_marginal_effects(fit_counts(ROWS, "sex")).at("sex[T.male]")
    assert found["estimate"] == pytest.approx(rate["male"] - rate["female"], rel=1e-9)
    assert found["std_error"] == pytest.approx(error, rel=1e-9)


def test_effects_are_in_the_unit_asked_for_and_doubling_the_exposure_halves_them(fit, effects):
    small = average_marginal_effects(fit, per=1).estimates
    doubled = fit_counts(ROWS.assign(members=2 * ROWS["members"]), FORMULA)
    halved = average_marginal_effects(doubled).estimates
    for column in ("estimate", "std_error", "low", "high"):
        np.testing.assert_allclose(1000 * small[column], effects.estimates[column], rtol=1e-12)
        np.testing.assert_allclose(2 * halved[column], effects.estimates[column], rtol=1e-7)


def test_errors_and_intervals_are_of_the_covariance_of_the_fit():
    fit = fit_counts(ROWS, "sex + age_band", cluster="unit")
    found = average_marginal_effects(fit, ["sex"])
    by_hand = fit.predict_rate(1000, ROWS[["sex", "age_band"]], "members").estimates["response"]
    share = ROWS["members"] / ROWS["members"].sum()
    rate = average_marginal_effects(fit, ["sex"]).rates["rate"].iloc[0]
    assert rate == pytest.approx(float(by_hand.to_numpy() @ share), rel=1e-12)
    row = found.at("sex[T.male]")
    # t with 15 degrees of freedom
    assert row["high"] - row["estimate"] == pytest.approx(2.131449546 * row["std_error"], rel=1e-9)
    assert found.covariance == "CR1 by unit"


def test_the_average_can_run_over_other_exposures(fit):
    other = ROWS.loc[ROWS["age_band"] == "age_41_50"]
    found = average_marginal_effects(fit, ["sex"], at_exposure=other)
    rows = other[["sex", "age_band", "year", "remote", "distance"]]
    rates = [
        fit.predict_rate(1000, rows.assign(sex=sex), "members").estimates["response"]
        for sex in ("female", "male")
    ]
    expected = np.average(rates[1] - rates[0], weights=other["members"])
    assert found.at("sex[T.male]")["estimate"] == pytest.approx(expected, rel=1e-9)
    assert found.exposure == other["members"].sum()


def test_a_reference_category_is_kept():
    found = average_marginal_effects(fit_counts(ROWS, "sex", reference={"sex": "male"})).estimates
    assert found[["category", "against"]].to_numpy().tolist() == [["female", "male"]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"factors": ["age"]}, "no factor 'age'", id="unknown-factor"),
        pytest.param({"per": 0}, "per 0", id="per-nothing"),
        pytest.param({"per": float("nan")}, "per nan", id="per-not-a-number"),
        pytest.param({"at_exposure": ROWS.drop(columns="sex")}, "no column 'sex'", id="column-lacking"),
        pytest.param({"at_exposure": ROWS.drop(columns="members")}, "no column 'members'", id="no-exposure"),
        pytest.param({"at_exposure": ROWS.iloc[:0]}, "no row", id="no-row"),
        pytest.param({"at_exposure": ROWS.assign(members=0)}, "at_exposure", id="zero-exposure"),
        pytest.param({"at_exposure": ROWS.assign(sex="x")}, "do not fit the model", id="unknown-category"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(fit, options, message):
    with pytest.raises(ParameterError, match=message):
        average_marginal_effects(fit, **options)


def test_nothing_leaves_a_fit_that_must_not_be_read():
    rows = ROWS.assign(admitted=ROWS["admitted"].where(ROWS["sex"] == "female", 0))
    found = average_marginal_effects(fit_counts(rows, "sex + age_band"))
    assert found.withheld
    assert not np.isfinite(found.estimates["estimate"].astype(float)).any()
    assert not np.isfinite(found.rates["rate"].astype(float)).any()
    assert "Giới: nam" in " ".join(found.words())


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(ROWS.iloc[:0], id="no-rows"),
        pytest.param(ROWS.iloc[:1], id="one-row"),
        pytest.param(ROWS.assign(admitted=0), id="nobody"),
        pytest.param(ROWS.assign(members=0), id="no-members"),
        pytest.param(ROWS.assign(members=np.nan), id="members-missing"),
    ],
)
def test_rows_that_carry_no_model_give_no_effects(rows):
    found = average_marginal_effects(fit_counts(rows, "sex + age_band"))
    assert found.withheld
    assert not found.estimates["estimate"].notna().any()
    assert found.to_markdown()


def test_no_exposure_at_all_counts_rows():
    found = average_marginal_effects(fit_counts(ROWS, "sex", exposure=None), per=1)
    means = ROWS.groupby("sex")["admitted"].mean()
    assert found.at("sex[T.male]")["estimate"] == pytest.approx(means["male"] - means["female"], rel=1e-9)
    assert "trên 1 dòng" in found.words()[0]


def test_words_say_what_is_compared_with_what_and_per_what(effects):
    words = " ".join(effects.words())
    assert "trên 1.000 đảng viên" in words
    assert "giới, so với nữ: nam +4,981 (0,5173 – 9,444)" in words
    assert "remote, so với không: có +18,62" in words
    assert "năm, so với 2022: 2023 +6,704" in words
    assert "distance, thêm một đơn vị: −0,3754" in words
    assert "không phải tác động nhân quả" in words


def test_the_table_speaks_english(effects):
    shown = effects.to_markdown("en")
    assert "sex: male against female" in shown
    assert "Difference per 1,000" in shown
    assert "not causal effects" in shown
    assert "\\begin{tabular}" in effects.to_latex("en")
