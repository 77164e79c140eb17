"""Meta-analysis against metafor, statsmodels and arithmetic by hand."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.provinces.between_studies import generalised_q, spread_between
from analysis.models.provinces.mean_of_studies import mean_of
from analysis.models.provinces.meta_analysis import MetaAnalysis, random_effects

REFERENCE = Path(__file__).parents[2] / "reference"
GOLDEN: dict[str, Any] = json.loads((REFERENCE / "provinces.json").read_text())
BCG = (np.array(GOLDEN["estimates"]), np.sqrt(GOLDEN["variances"]))
TRIALS = [f"trial {number}" for number in range(1, 14)]
ALIKE = pd.read_csv(REFERENCE / "data" / "alike.csv")
NUMBERS = ["tau2", "tau2_low", "tau2_high", "q", "q_p", "i2", "h2", "prediction_low", "prediction_high"]


def bcg(**options: Any) -> MetaAnalysis:
    return random_effects(*BCG, TRIALS, **options)


def test_the_reference_numbers_to_the_digits_printed() -> None:
    # REFERENCE-RESULTS, ME: metafor on the BCG vaccine trials
    normal, hartung = bcg(knapp_hartung=False), bcg()
    assert normal.at("fixed")[["estimate", "std_error"]].to_list() == pytest.approx(
        [-0.4302852, 0.0404988], abs=5e-8
    )
    simple = bcg(tau2="DL", knapp_hartung=False)
    assert simple.at("random")[["estimate", "std_error"]].to_list() == pytest.approx(
        [-0.7141172, 0.1787421], abs=5e-8
    )
    assert (simple.tau2, simple.i2) == (pytest.approx(0.3087603, abs=5e-8), pytest.approx(92.11735, abs=5e-6))
    assert normal.at("random")[["estimate", "std_error"]].to_list() == pytest.approx(
        [-0.7145323, 0.1797815], abs=5e-8
    )
    assert normal.tau2 == pytest.approx(0.3132433, abs=5e-8)
    assert normal.q == pytest.approx(152.2330081, abs=5e-8)
    assert (normal.prediction_low, normal.prediction_high) == pytest.approx((-1.866692, 0.437628), abs=5.1e-7)
    assert hartung.at("random")["std_error"] == pytest.approx(0.1807917, abs=5e-8)
    assert hartung.at("random")[["low", "high"]].to_list() == pytest.approx(
        [-1.1084437, -0.3206210], abs=5e-8
    )


@pytest.mark.parametrize("method", ["DL", "PM", "REML"])
@pytest.mark.parametrize(
    ("data", "hartung"),
    [
        pytest.param("bcg", False, id="BCG, normal"),
        pytest.param("bcg", True, id="BCG, Knapp-Hartung"),
        pytest.param("alike", True, id="alike, Knapp-Hartung with q kept at 1"),
    ],
)
def test_what_metafor_gives(data: str, hartung: bool, method: str) -> None:
    expected = GOLDEN[f"{data}_{method}_{'hartung' if hartung else 'normal'}"]
    studies = (*BCG, TRIALS) if data == "bcg" else (ALIKE["estimate"], ALIKE["std_error"], ALIKE["label"])
    found = random_effects(*studies, tau2=method, knapp_hartung=hartung)
    row = found.at("random")
    for name in ("estimate", "std_error", "low", "high", "p_value"):
        assert row[name] == pytest.approx(expected[name], rel=1e-9), name
    for name in ("tau2", "i2", "h2", "q", "q_p", "prediction_low", "prediction_high"):
        assert getattr(found, name) == pytest.approx(expected[name], rel=1e-9, abs=1e-12), name
    assert found.studies["weight_random"].to_list() == pytest.approx(expected["weights"], rel=1e-9)


def test_knapp_and_hartung_are_metafors_where_studies_differ_more_than_by_chance() -> None:
    expected = GOLDEN["bcg_REML_knha"]
    row = bcg().at("random")
    assert row[["std_error", "low", "high"]].to_list() == pytest.approx(
        [expected[name] for name in ("std_error", "low", "high")], rel=1e-9
    )


def test_the_forest_has_a_row_a_study_and_weights_that_add_up() -> None:
    forest = bcg().studies
    assert forest["label"].to_list() == TRIALS
    assert forest["weight_fixed"].to_list() == pytest.approx(GOLDEN["bcg_fixed"]["weights"], rel=1e-9)
    assert forest[["weight_fixed", "weight_random"]].sum().to_list() == pytest.approx([100, 100])
    first = forest.iloc[0]
    assert first["low"] == pytest.approx(first["estimate"] - 1.959963985 * first["std_error"])
    assert first["response_high"] == pytest.approx(np.exp(first["high"]))


def test_profile_limits_of_the_variance_between_studies() -> None:
    found = bcg()
    assert (found.tau2_low, found.tau2_high) == pytest.approx(
        (GOLDEN["bcg_profile"]["low"], GOLDEN["bcg_profile"]["high"]), rel=1e-9
    )


def test_leaving_out_one_study_at_a_time() -> None:
    table = bcg().leave_one_out
    assert table["left_out"].to_list() == TRIALS
    for name, values in GOLDEN["bcg_left_out"].items():
        assert table[name].to_list() == pytest.approx(values, rel=1e-8), name


def test_three_studies_are_enough_but_leave_none_out() -> None:
    found = random_effects(BCG[0][:3], BCG[1][:3], TRIALS[:3])
    row, expected = found.at("random"), GOLDEN["bcg_three"]
    assert row[["estimate", "low", "high"]].to_list() == pytest.approx(
        [expected[name] for name in ("estimate", "low", "high")], rel=1e-9
    )
    assert found.leave_one_out.empty
    assert [finding.code for finding in found.findings] == ["few_studies_spread"]
    assert not found.withheld


def test_statsmodels_agrees_where_it_has_the_method_and_has_no_reml() -> None:
    # Trap 10: combine_effects knows DL and PM with Hartung-Knapp, but not REML
    values, errors = BCG
    for ours, theirs in (("DL", "dl"), ("PM", "iterated")):
        combined = combine_effects(values, errors**2, method_re=theirs)
        row = bcg(tau2=ours).at("random")
        assert row["estimate"] == pytest.approx(combined.mean_effect_re, rel=1e-6)
        assert row["std_error"] == pytest.approx(combined.var_hksj_re**0.5, rel=1e-6)
    with pytest.raises(ValueError, match="method_re must be one of"):
        combine_effects(values, errors**2, method_re="reml")
    assert bcg(tau2="REML").tau2 == pytest.approx(0.3132433, abs=5e-8)


def test_statsmodels_own_variances_go_wrong_where_ours_do_not() -> None:
    # Its DL falls below zero where studies agree, and its PM to zero where a step ends a hair too far
    values, variances = ALIKE["estimate"].to_numpy(), ALIKE["std_error"].to_numpy() ** 2
    with np.errstate(invalid="ignore"):
        assert combine_effects(values, variances, method_re="dl").tau2 < 0
    assert spread_between(values, variances, "DL").tau2 == 0
    assert combine_effects(BCG[0], BCG[1] ** 2, method_re="iterated", atol=1e-12).tau2 == 0
    assert bcg(tau2="PM").tau2 == pytest.approx(0.318068452205, rel=1e-9)


def test_studies_that_agree_exactly_keep_the_error_that_they_have() -> None:
    found = random_effects([0.2] * 4, [0.1] * 4, list("abcd"))
    assert not found.withheld
    assert found.tau2 == 0
    assert found.at("random")["std_error"] == pytest.approx(0.05)
    assert np.isnan([found.tau2_low, found.tau2_high]).all()
    assert any("gần nhau hơn" in line for line in found.words())


@pytest.mark.parametrize("count", [0, 1, 2])
def test_one_or_two_studies_are_not_pooled(count: int) -> None:
    found = random_effects(BCG[0][:count], BCG[1][:count], TRIALS[:count])
    assert found.withheld
    assert [finding.code for finding in found.findings] == ["few_studies"]
    assert found.estimates[["estimate", "low", "high", "response"]].isna().all(axis=None)
    assert np.isnan([getattr(found, name) for name in NUMBERS]).all()
    assert found.studies["estimate"].to_list() == BCG[0][:count].tolist()
    assert sum(line.startswith(("trial 1:", "trial 2:")) for line in found.words()) == count


def test_two_studies_are_set_against_each_other() -> None:
    found = random_effects([0.0, np.log(2)], [0.3, 0.4], ["A", "B"])
    line = next(line for line in found.words() if line.startswith("B so với A"))
    # ln 2 / 0.5 = 1.386294: p = 0.1657; limits 2 exp(±1.959964 × 0.5)
    assert line == "B so với A: gấp 2,000 lần (khoảng 95%: 0,7506 – 5,329), p: 0,166."
    with speaking("en"):
        assert any(line.startswith("B against A: 2.000 times") for line in found.words())


@pytest.mark.parametrize(
    ("value", "error", "code"),
    [
        pytest.param(0.1, 0.0, "study_error", id="error zero"),
        pytest.param(0.1, -0.1, "study_error", id="error below zero"),
        pytest.param(0.1, np.inf, "study_error", id="error without bound"),
        pytest.param(np.inf, 0.1, "study_error", id="estimate without bound"),
        pytest.param(0.1, np.nan, "study_error", id="error missing"),
        pytest.param(900.0, 0.1, "study_error", id="a factor that no ratio has"),
        pytest.param(-27.0, 17000.0, "absurd_error", id="a separated fit"),
    ],
)
def test_a_study_that_cannot_be_used_holds_up_the_whole(value: float, error: float, code: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = random_effects([0.1, 0.2, 0.3, value], [0.1, 0.1, 0.1, error], list("abcd"))
        text = found.to_markdown()
    assert found.withheld
    assert [(finding.code, finding.where) for finding in found.findings] == [(code, "d")]
    assert "Không công bố" in text
    assert found.estimates["estimate"].isna().all()


def test_a_study_withheld_where_it_was_fitted_is_left_out_and_named() -> None:
    found = random_effects([0.1, np.nan, 0.2, 0.3], [0.1, np.nan, 0.1, 0.1], ["A", "B", "C", "D"])
    assert not found.withheld
    assert [(part.reason, part.rows) for part in found.dropped] == [("không có ước lượng: B", 1)]
    assert found.n == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"tau2": "ML"}, "tau2 'ML'", id="method"),
        pytest.param({"link": "probit"}, "link 'probit'", id="link"),
        pytest.param({"level": 95}, "level 95", id="level"),
        pytest.param({"labels": ["A", "A", "B"]}, "'A' stands twice", id="label twice"),
        pytest.param({"errors": ["0,1", 0.1, 0.1]}, "errors: Unable to parse", id="text"),
        pytest.param({"labels": ["A", "B"]}, "differ in length", id="lengths"),
    ],
)
def test_wrong_parameters_are_refused(change: dict[str, Any], words: str) -> None:
    given_ = {"estimates": [0.1, 0.2, 0.3], "errors": [0.1, 0.1, 0.1], "labels": ["A", "B", "C"]} | change
    with pytest.raises(ParameterError, match=words):
        random_effects(**given_)


STUDIES = st.lists(
    st.tuples(st.floats(-3, 3).map(lambda x: round(x, 3)), st.floats(0.05, 2).map(lambda x: round(x, 3))),
    min_size=3,
    max_size=12,
)


@settings(max_examples=40)
@given(STUDIES, st.sampled_from(["DL", "PM", "REML"]), st.floats(-5, 5))
def test_a_shift_and_the_order_of_studies_change_nothing_else(
    studies: list[tuple[float, float]], method: str, shift: float
) -> None:
    values, errors = (np.array(part) for part in zip(*studies, strict=True))
    table = pd.DataFrame({"estimate": values, "std_error": errors})
    found = mean_of(table, method, knapp_hartung=True, level=0.95)
    moved = mean_of(table.iloc[::-1].assign(estimate=lambda t: t["estimate"] + shift), method, True, 0.95)
    assert moved.spread.tau2 == pytest.approx(found.spread.tau2, rel=1e-6, abs=1e-8)
    assert moved.value == pytest.approx(found.value + shift, abs=1e-6)
    # Never narrower than the studies' own errors allow
    assert found.error >= found.fixed[1] * (1 - 1e-9)
    assert values.min() - 1e-9 <= found.value <= values.max() + 1e-9


@given(STUDIES)
def test_reml_is_the_highest_point_of_the_restricted_likelihood(studies: list[tuple[float, float]]) -> None:
    values, errors = (np.array(part) for part in zip(*studies, strict=True))
    variances = errors**2

    def height(tau2: float) -> float:
        total = variances + tau2
        return -0.5 * (
            np.log(total).sum() + np.log((1 / total).sum()) + generalised_q(values, variances, tau2)
        )

    found = spread_between(values, variances, "REML")
    assert found.converged
    others = [height(tau2) for tau2 in [0.0, *np.geomspace(1e-4, 100, 300)]]
    assert height(found.tau2) >= max(others) - 1e-9


def test_the_words_are_those_of_the_numbers() -> None:
    found = bcg()
    text = " ".join(found.words())
    assert "Trung bình của 13 ước lượng là 0,4894 (khoảng 95%: 0,3301 – 0,7257)." in text
    assert "khoảng dự báo 0,1359 – 1,763" in text
    assert "từ 0,4517 (bỏ trial 8) đến 0,5334 (bỏ trial 4)" in text
    assert "I² = 92,2%" in text
    with speaking("en"):
        english = " ".join(bcg().words())
    assert "The mean of 13 estimates is 0.4894 (95% interval: 0.3301 – 0.7257)." in english
    assert "khoảng" not in english


def test_an_identity_link_is_not_raised_to_a_power() -> None:
    found = random_effects([40.0, 50.0, 60.0], [12.0, 11.0, 13.0], list("abc"), link="identity")
    assert not found.withheld
    assert found.at("random")["response"] == found.at("random")["estimate"]
    assert found.prediction_response_high == found.prediction_high
