"""Standardised rates: against published tables and R, and what has none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.models.standardisation.standard import Standard, standard_of
from analysis.models.standardisation.standardise import standardise_direct, standardise_indirect

REFERENCE = Path(__file__).parents[2] / "reference"
R = json.loads((REFERENCE / "standardisation.json").read_text())
DOWN = pd.read_csv(REFERENCE / "data" / "down.csv", dtype={"order": "str"})
SELVIN = pd.read_csv(REFERENCE / "data" / "selvin.csv", dtype={"age": "str"})
OLD = SELVIN.loc[SELVIN["year"] == 1940]
NEW = standard_of("1960", SELVIN.loc[SELVIN["year"] == 1960], ["age"])

TWO = pd.DataFrame(
    {
        "province": list("AAAABBBB"),
        "age_band": ["age_18_30", "age_31_35"] * 4,
        "sex": ["female", "female", "male", "male"] * 2,
        "admitted": [10, 40, 30, 20, 11, 3, 5, 80],
        "members": [200, 1800, 600, 900, 300, 1000, 500, 800],
    }
)
BY = {"by": "province", "strata": ["age_band", "sex"]}


def direct(rows: pd.DataFrame, standard: Standard | str = "pooled", **changes: object):
    return standardise_direct(rows, **(BY | {"standard": standard} | changes))


def indirect(rows: pd.DataFrame, standard: Standard | str = "pooled", **changes: object):
    return standardise_indirect(rows, **(BY | {"standard": standard} | changes))


def at(row: int, column: str, value: object) -> pd.DataFrame:
    rows = TWO.copy()
    rows[column] = rows[column].astype("object")
    rows.loc[row, column] = value
    return rows


def codes(result) -> list[str]:
    return [finding.code for finding in result.findings]


PUBLISHED = [
    pytest.param("1", 92.304526, 80.441750, 105.763346, id="first births"),
    pytest.param("2", 91.174117, 82.361212, 100.867576, id="second births"),
    pytest.param("3", 85.069221, 77.183453, 94.223570, id="third births"),
    pytest.param("4", 92.717865, 80.009993, 114.669445, id="fourth births"),
    pytest.param("5", 75.529007, 67.702120, 188.300173, id="fifth births and later"),
]


@pytest.mark.parametrize(("order", "rate", "low", "high"), PUBLISHED)
def test_direct_rates_are_those_of_fay_and_feuer(order: str, rate: float, low: float, high: float) -> None:
    row = standardise_direct(DOWN, by="order", strata=["age"], standard="pooled", per=1e5).at(order)
    found = row[["response", "response_low", "response_high"]].tolist()
    assert found == pytest.approx([rate, low, high], abs=6e-7)


def test_direct_errors_and_ratios_are_those_of_r() -> None:
    found = standardise_direct(
        DOWN, by="order", strata=["age"], standard="pooled", per=1e5, reference="1"
    ).estimates
    assert found["std_error"].tolist() == pytest.approx(R["direct_error"], rel=1e-9)
    assert found["ratio"].tolist() == pytest.approx(R["direct_ratio"], rel=1e-9)
    for end in ("low", "high"):
        assert found[f"ratio_{end}"][1:].tolist() == pytest.approx(R[f"direct_ratio_{end}"][1:], rel=1e-9)
    # The reference group's ratio to itself is one, without error.
    assert found.loc[0, ["ratio_low", "ratio_high"]].isna().all()


def test_indirect_ratio_is_that_of_selvin() -> None:
    row = standardise_indirect(OLD, by="year", strata=["age"], standard=NEW, per=1e5, limits="log").at("1940")
    found = row[["response", "response_low", "response_high"]].tolist()
    assert found == pytest.approx([0.83053511, 0.82445090, 0.83666422], abs=6e-9)
    rates = row[["rate", "rate_low", "rate_high"]].tolist()
    assert rates == pytest.approx([137.941454, 136.930943, 138.959421], abs=6e-7)


def test_indirect_limits_are_exact_unless_asked_otherwise() -> None:
    found = standardise_indirect(OLD, by="year", strata=["age"], standard=NEW, per=1e5)
    row = found.at("1940")
    assert row[["response_low", "response_high"]].tolist() == pytest.approx(R["ratio_exact"], rel=1e-9)
    assert row["rate"] == pytest.approx(R["rate"], rel=1e-10)
    assert found.covariance == "exact"


def test_selvin_directly() -> None:
    row = standardise_direct(OLD, by="year", strata=["age"], standard=NEW, per=1e5).at("1940")
    found = row[["response", "response_low", "response_high"]].tolist()
    assert found == pytest.approx([139.250544, 138.214126, 140.293759], abs=6e-7)


def test_a_group_composed_as_the_standard_keeps_its_crude_rate() -> None:
    own = standard_of("A", TWO.loc[TWO["province"] == "A"], BY["strata"])
    row = direct(TWO, own).at("A")
    assert row["response"] == pytest.approx(row["crude"], rel=1e-12)
    assert indirect(TWO, own).at("A")["response"] == pytest.approx(1, rel=1e-12)


def test_one_stratum_gives_the_exact_interval_of_a_count() -> None:
    rows = pd.DataFrame({"province": ["A"], "sex": ["female"], "admitted": [10], "members": [1000]})
    row = standardise_direct(rows, by="province", strata=["sex"], standard="pooled", per=1000).at("A")
    assert row[["response_low", "response_high"]].tolist() == pytest.approx([4.7953887, 18.3903560], abs=6e-8)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(51, 5000)), min_size=4, max_size=4))
def test_a_standardised_rate_lies_among_the_rates_of_its_strata(cells: list[tuple[int, int]]) -> None:
    rows = TWO.iloc[:4].assign(admitted=[a for a, _n in cells], members=[n for _a, n in cells])
    standard = standard_of("B", TWO.iloc[4:], BY["strata"])
    row = direct(rows, standard).at("A")
    rates = 100 * rows["admitted"] / rows["members"]
    assert rates.min() - 1e-9 <= row["response"] <= rates.max() + 1e-9
    assert row["response_low"] <= row["response"] <= row["response_high"]


def test_rows_are_summed_and_their_order_changes_nothing() -> None:
    doubled = pd.concat([TWO, TWO]).sample(frac=1, random_state=1)
    once, twice = direct(TWO).estimates, direct(doubled).estimates
    assert twice["response"].tolist() == pytest.approx(once["response"].tolist(), rel=1e-12)
    assert twice["std_error"].tolist() == pytest.approx((once["std_error"] / 2**0.5).tolist(), rel=1e-12)


def test_a_group_without_exposure_in_a_stratum_is_blank_and_says_which() -> None:
    found = direct(TWO.drop(0), reference="B")
    assert not found.withheld
    assert found.at("A")[["response", "response_low", "response_high", "ratio"]].isna().all()
    assert found.at("B")[["response", "response_low", "response_high"]].notna().all()
    assert [(finding.code, finding.where) for finding in found.findings] == [
        ("empty_stratum", "province[A] ~ age_band[age_18_30]:sex[female]")
    ]
    # Its rate as it stands is known.
    assert found.at("A")["crude"] == pytest.approx(100 * 90 / 3300)
    assert "ỉnh: A (nhóm tuổi: 18–30 tuổi × giới: nữ): không có đảng viên nào" in " ".join(found.words())


def test_ratios_to_a_blank_reference_are_blank() -> None:
    found = direct(TWO.drop(0), reference="A").estimates
    assert found[["ratio", "ratio_low", "ratio_high"]].isna().all(axis=None)


def test_weights_are_never_taken_anew_for_the_strata_that_are_there() -> None:
    whole, cut = (
        direct(TWO, standard_of("B", TWO.iloc[4:], BY["strata"])),
        direct(TWO.drop(0), standard_of("B", TWO.iloc[4:], BY["strata"])),
    )
    assert cut.weights["weight"].tolist() == whole.weights["weight"].tolist()
    assert cut.at("B")["response"] == whole.at("B")["response"]


def test_admissions_that_the_standard_does_not_weigh_are_told() -> None:
    standard = standard_of("trẻ", TWO.iloc[4:].assign(members=[300, 0, 500, 0]), BY["strata"])
    found = direct(TWO, standard)
    assert codes(found) == ["outside_standard", "outside_standard"]
    assert found.findings[0].numbers["count"] == 60
    assert found.at("A")["response"] == pytest.approx(100 * (300 / 800 * 10 / 200 + 500 / 800 * 30 / 600))


def test_an_indirect_ratio_needs_the_standards_exposure_where_the_group_has_some() -> None:
    standard = standard_of("trẻ", TWO.iloc[4:].assign(members=[300, 0, 500, 800]), BY["strata"])
    found = indirect(TWO.iloc[:4], standard)
    assert codes(found) == ["empty_standard", "empty_group"]
    assert found.withheld


def test_nobody_expected_gives_no_ratio() -> None:
    standard = standard_of("không", TWO.iloc[4:].assign(admitted=0), BY["strata"])
    found = indirect(TWO, standard)
    assert codes(found) == ["no_expected", "no_expected", "empty_group"]


def test_admissions_without_members_withhold_the_indirect_ratio() -> None:
    # They would swell the pooled rates that every group is set against.
    assert codes(indirect(at(0, "members", 0))) == ["outcome_without_exposure"]
    assert indirect(at(0, "members", 0)).withheld


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param(TWO.iloc[:0], "no_rows", id="no row"),
        pytest.param(at(0, "admitted", None), "outcome_missing", id="count missing"),
        pytest.param(at(0, "admitted", 0.5), "outcome_not_a_count", id="half a person"),
        pytest.param(at(0, "admitted", -1), "outcome_not_a_count", id="negative count"),
        pytest.param(at(0, "members", None), "exposure_missing", id="members missing"),
        pytest.param(at(0, "members", -5), "exposure_not_positive", id="negative members"),
        pytest.param(at(0, "members", np.inf), "exposure_not_positive", id="members without bound"),
        pytest.param(TWO.assign(members=0), "exposure_not_positive", id="no members at all"),
    ],
)
@pytest.mark.parametrize("method", [direct, indirect], ids=["direct", "indirect"])
def test_no_number_leaves_rows_that_carry_none(method, rows: pd.DataFrame, code: str) -> None:
    found = method(rows)
    assert codes(found) == [code]
    assert found.withheld
    numbers = found.estimates.drop(columns=["term", "observed", "exposure"])
    assert numbers.isna().all(axis=None)
    assert found.words()[0] == "Không công bố con số nào của mô hình này."


def test_no_admission_is_a_rate_of_zero_with_an_upper_limit() -> None:
    row = direct(TWO.assign(admitted=0)).at("A")
    assert (row["response"], row["response_low"]) == (0, 0)
    assert 0 < row["response_high"] < 100


def test_a_row_without_its_sex_is_dropped_and_counted() -> None:
    found = indirect(at(0, "sex", ""))
    assert [(dropped.reason, dropped.rows) for dropped in found.dropped] == [("thiếu giới", 1)]


@pytest.mark.parametrize(
    ("rows", "changes", "message"),
    [
        pytest.param(TWO, {"strata": []}, "at least one column", id="no strata"),
        pytest.param(TWO, {"strata": ["age"]}, "no column 'age'", id="no such column"),
        pytest.param(TWO, {"strata": ["province"]}, "named for two things", id="group as stratum"),
        pytest.param(TWO, {"standard": "WHO"}, "neither 'pooled' nor", id="unknown standard"),
        pytest.param(TWO, {"standard": NEW}, "by age, not by age_band, sex", id="other strata"),
        pytest.param(TWO, {"per": 0}, "per 0", id="per nobody"),
        pytest.param(TWO, {"level": 95}, "level 95", id="level in percent"),
        pytest.param(at(0, "age_band", "age_31_40"), {}, "age bands overlap", id="two sets of bands"),
        pytest.param(
            TWO.assign(province_vintage=["2008", "2025"] * 4),
            {},
            "since July 2025",
            id="two territories of one name",
        ),
        pytest.param(
            TWO,
            {"standard": standard_of("B", TWO.iloc[4:7], BY["strata"])},
            "lacks the stratum",
            id="stratum lacking",
        ),
    ],
)
@pytest.mark.parametrize("method", [direct, indirect], ids=["direct", "indirect"])
def test_wrong_parameters_are_refused(method, rows: pd.DataFrame, changes: dict, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        method(rows, **changes)


def test_a_reference_must_be_a_group() -> None:
    with pytest.raises(ParameterError, match="'C' is none of A, B"):
        direct(TWO, reference="C")


def test_a_standard_without_outcome_serves_direct_standardisation_only() -> None:
    census = standard_of("điều tra dân số", TWO.iloc[4:], BY["strata"], outcome=None)
    own = standard_of("B", TWO.iloc[4:], BY["strata"])
    assert direct(TWO, census).at("A")["response"] == direct(TWO, own).at("A")["response"]
    with pytest.raises(ParameterError, match="has no outcome"):
        indirect(TWO, census)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(at(0, "members", -1), id="negative"),
        pytest.param(at(0, "members", None), id="missing"),
        pytest.param(at(0, "sex", ""), id="no stratum"),
        pytest.param(TWO.assign(members=0), id="all zero"),
        pytest.param(TWO.iloc[:0], id="no row"),
    ],
)
def test_a_standard_that_cannot_be_used_is_refused(rows: pd.DataFrame) -> None:
    with pytest.raises(ParameterError, match="standard 'B'"):
        standard_of("B", rows, BY["strata"])


def test_words_name_the_standard_and_both_ends() -> None:
    words = direct(TWO).words()
    assert words[0] == "Chuẩn hóa theo nhóm tuổi, giới; chuẩn: các nhóm gộp lại."
    row = direct(TWO).at("B")
    assert words[1].startswith("Cao nhất: B 3,405 (")
    assert row["response"] == pytest.approx(3.405, abs=5e-4)
    assert "không so được với nhau" in " ".join(indirect(TWO).words())


def test_tables_speak_english() -> None:
    shown = direct(TWO, reference="A").to_markdown("en")
    assert "| Province | Admitted | Exposure | Crude rate per 100 | Standardised rate per 100 |" in shown
    assert "standard: the groups pooled" in shown
    assert "Ratio to A" in shown
