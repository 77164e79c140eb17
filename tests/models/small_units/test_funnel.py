"""Funnel plots: dispersion and limits against R, who lies outside, and what is said of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.models.small_units.funnel import funnel

REFERENCE = Path(__file__).parents[2] / "reference"
R = json.loads((REFERENCE / "small_units.json").read_text())
LIP = pd.read_csv(REFERENCE / "data" / "lip.csv", dtype={"unit_id": "str"})


def even(count: int) -> pd.DataFrame:
    """Return units that differ less than chance would have them."""
    return pd.DataFrame(
        {"unit_id": [f"{k:03d}" for k in range(count)], "admitted": [20] * count, "target": [20] * count}
    )


def total(result_outside: pd.DataFrame, level: float, column: str) -> int:
    return int(result_outside.loc[result_outside["level"] == level, column].sum())


def test_dispersion_is_that_of_the_literature() -> None:
    found = funnel(LIP, centre=1)
    assert (found.raw_dispersion, found.dispersion) == pytest.approx((6.7652231, 3.8907533), abs=6e-8)
    assert found.inflation == found.dispersion


def test_spread_between_units_is_that_of_r() -> None:
    found = funnel(LIP, centre=1, adjustment="additive")
    assert found.between == pytest.approx(R["tau"], rel=1e-10)
    assert found.inflation == 1


@pytest.mark.parametrize(
    ("adjustment", "key"),
    [pytest.param("multiplicative", "multiplied"), pytest.param("additive", "added")],
    ids=["multiplicative", "additive"],
)
def test_as_many_lie_outside_as_in_r(adjustment: str, key: str) -> None:
    outside = funnel(LIP, centre=1, adjustment=adjustment).outside  # type: ignore[arg-type]
    for level, name in ((0.95, "95"), (0.998, "998")):
        assert total(outside, level, "before") == R[f"outside_{name}"]
        assert total(outside, level, "after") == R[f"{key}_{name}"]


def test_limits_at_an_expected_count_are_those_of_the_literature() -> None:
    rows = pd.DataFrame(
        {"unit_id": list("abcde"), "admitted": [10, 50, 10, 50, 40], "target": [10, 50, 10, 50, 40]}
    )
    table = funnel(rows, centre=1).estimates.set_index("term")
    limits = ["low_95", "high_95", "low_998", "high_998"]
    assert table.loc["a", limits].tolist() == pytest.approx(
        [0.3775188, 1.6159951, 0.1220529, 2.0662001], abs=1e-7
    )
    assert table.loc["b", limits].tolist() == pytest.approx(
        [0.7224344, 1.2766098, 0.5824563, 1.4550282], abs=1e-7
    )


def test_limits_are_not_widened_where_chance_explains_the_spread() -> None:
    for adjustment in ("multiplicative", "additive"):
        table = funnel(even(30), adjustment=adjustment).estimates  # type: ignore[arg-type]
        for side in ("low_95", "high_95", "low_998", "high_998"):
            assert table[f"wide_{side}"].tolist() == table[side].tolist()


def test_the_centre_is_the_pooled_ratio_unless_given() -> None:
    doubled = even(10).assign(admitted=40)
    assert funnel(doubled).centre == 2
    assert set(funnel(doubled).estimates["outside"]) == {""}
    assert set(funnel(doubled, centre=1).estimates["outside"]) == {"above_998"}


def test_a_unit_outside_the_outer_limits_is_counted_at_both_levels() -> None:
    rows = even(20)
    rows.loc[0, "admitted"], rows.loc[1, "admitted"] = 60, 2
    found = funnel(rows, centre=1, adjustment="none")
    assert found.at("000")["outside"] == "above_998"
    assert found.at("001")["outside"] == "below_998"
    counted = found.outside.set_index(["level", "side"])["before"].to_dict()
    assert counted == {(0.95, "above"): 1, (0.95, "below"): 1, (0.998, "above"): 1, (0.998, "below"): 1}


def test_a_units_own_interval_is_exact() -> None:
    rows = even(6)
    rows.loc[0, "admitted"] = 10
    row = funnel(rows, centre=1).at("000")
    assert (row["low"], row["high"]) == pytest.approx((4.7953887 / 20, 18.3903560 / 20), abs=5e-9)


def test_the_curve_spans_the_units_and_meets_their_limits() -> None:
    found = funnel(LIP, centre=1)
    assert (found.curve["exposure"].iloc[0], found.curve["exposure"].iloc[-1]) == pytest.approx((1.1, 88.7))
    largest = found.estimates.set_index("exposure").loc[88.7]
    for name in ("low_95", "high_998", "wide_low_95", "wide_high_998"):
        assert found.curve[name].iloc[-1] == pytest.approx(largest[name], rel=1e-9)


def test_words_count_before_and_after_and_judge_nobody() -> None:
    words = funnel(LIP, centre=1).words()
    assert words[1] == (
        "Ngoài giới hạn 95%: 25 trong 56 đơn vị (riêng ngẫu nhiên thì khoảng 2,8); sau khi tính đến độ phân tán vượt mức: 6."
    )
    assert words[3] == "Ngoài giới hạn rộng nhất: 02, 49."
    assert "không phải là đánh giá tốt hay kém" in " ".join(words)
    assert "giới hạn không nới rộng" in " ".join(funnel(even(10)).words())


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param(LIP.iloc[:0], "no_rows", id="no row"),
        pytest.param(LIP.iloc[:4], "few_rows", id="four units"),
        pytest.param(LIP.assign(admitted=0), "few_events", id="nobody admitted"),
        pytest.param(
            LIP.assign(target=LIP["target"].where(LIP["unit_id"] != "07")), "exposure_missing", id="gap"
        ),
        pytest.param(
            LIP.assign(target=LIP["target"].replace(1.4, 0)), "exposure_not_positive", id="zero target"
        ),
        pytest.param(LIP.assign(admitted=LIP["admitted"] - 0.5), "outcome_not_a_count", id="half a person"),
    ],
)
@pytest.mark.parametrize("adjustment", ["multiplicative", "additive", "none"])
def test_no_number_leaves_rows_that_carry_none(rows: pd.DataFrame, code: str, adjustment: str) -> None:
    found = funnel(rows, adjustment=adjustment)  # type: ignore[arg-type]
    assert found.withheld
    assert code in [finding.code for finding in found.findings]
    assert found.estimates.drop(columns=["term", "label", "outside", "outside_wide"]).isna().all(axis=None)
    assert found.curve.empty
    assert np.isnan([found.centre, found.dispersion, found.raw_dispersion]).all()
    assert not set(found.estimates["outside"]) - {""}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"centre": 0}, id="centre zero"),
        pytest.param({"centre": float("nan")}, id="centre missing"),
        pytest.param({"adjustment": "some"}, id="unknown adjustment"),
        pytest.param({"unit": "unit"}, id="no such column"),
    ],
)
def test_wrong_parameters_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ParameterError):
        funnel(LIP, **changes)  # type: ignore[arg-type]
