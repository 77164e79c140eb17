"""Ranks of units: against their exact means, their intervals, and what keeps them from being read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.models.small_units.ranks import posterior_ranks
from analysis.models.small_units.shrinkage import shrink

REFERENCE = Path(__file__).parents[2] / "reference"
R = json.loads((REFERENCE / "small_units.json").read_text())
LIP = pd.read_csv(REFERENCE / "data" / "lip.csv", dtype={"unit_id": "str"})


def test_mean_ranks_are_those_of_the_exact_posterior() -> None:
    # Laird and Louis's mean rank, in R by the beta distribution, without simulation.
    found = posterior_ranks(shrink(LIP), seed=3, draws=20_000).estimates
    error = found["std_error"].max() / np.sqrt(20_000)
    assert np.abs(found["estimate"] - R["mean_rank"]).max() < 4 * error


def test_the_same_seed_gives_the_same_ranks_and_another_gives_others() -> None:
    shrunken = shrink(LIP)
    first = posterior_ranks(shrunken, seed=3).estimates
    pd.testing.assert_frame_equal(first, posterior_ranks(shrunken, seed=3).estimates, rtol=1e-12)
    assert not first.equals(posterior_ranks(shrunken, seed=4).estimates)


def test_ranks_are_pinned_to_their_seed() -> None:
    table = posterior_ranks(shrink(LIP), seed=3).estimates.set_index("term")
    assert table.loc["01", ["low", "high"]].tolist() == [1, 14]
    assert table.loc["02", "estimate"] == pytest.approx(2.4135, abs=1e-10)


def test_ranks_and_their_probabilities_add_up() -> None:
    found = posterior_ranks(shrink(LIP), seed=1)
    table = found.estimates
    assert table["estimate"].sum() == pytest.approx(56 * 57 / 2)
    assert found.tail_size == 5
    assert (table["top"].sum(), table["bottom"].sum()) == pytest.approx((5, 5))
    assert (table["low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["high"]).all()


def test_only_units_whose_interval_keeps_to_one_half_are_told_apart() -> None:
    table = posterior_ranks(shrink(LIP), seed=1).estimates
    upper, lower = table["half"] == "upper", table["half"] == "lower"
    assert upper.any()
    assert lower.any()
    assert (table.loc[upper, "high"] < 28.5).all()
    assert (table.loc[lower, "low"] > 28.5).all()
    rest = table.loc[~upper & ~lower]
    assert ((rest["low"] <= 28.5) & (rest["high"] >= 28.5)).all()


def test_units_alike_in_their_numbers_share_their_rank() -> None:
    # Where next to all units are without admissions, draws of their rates underflow to zero: ties must not favour
    # the first of them.
    names = [f"{k:03d}" for k in range(301)]
    rows = pd.DataFrame({"unit_id": names, "admitted": [0] * 300 + [10**6], "target": [500] * 300 + [1]})
    table = posterior_ranks(shrink(rows), seed=1, draws=1000).estimates
    assert table["estimate"][:300].tolist() == pytest.approx([151.5] * 300, abs=12)
    assert table["low"].iloc[-1] == table["high"].iloc[-1] == 1


def test_words_name_the_units_that_differ_and_count_the_others() -> None:
    found = posterior_ranks(shrink(LIP), seed=1)
    words = found.words()
    upper = found.estimates["half"].eq("upper").sum()
    rest = found.estimates["half"].eq("").sum()
    assert words[0].startswith(f"Khoảng hạng nằm trọn trong nửa trên: {upper} trong 56 đơn vị (02, 01,")
    assert words[2].startswith(f"Không phân biệt được {rest} trong 56 đơn vị với mức giữa")


def test_units_that_cannot_be_told_apart_are_not_ranked() -> None:
    alike = pd.DataFrame({"unit_id": list("abcde"), "admitted": [9, 10, 11, 10, 9], "target": [10] * 5})
    found = posterior_ranks(shrink(alike), seed=1)
    assert found.withheld
    assert [finding.code for finding in found.findings] == ["no_heterogeneity", "cannot_rank"]
    assert found.estimates[["estimate", "low", "high", "top", "bottom"]].isna().all(axis=None)


def test_what_withholds_the_rates_withholds_the_ranks() -> None:
    found = posterior_ranks(shrink(LIP.assign(target=0)), seed=1)
    assert found.withheld
    assert [finding.code for finding in found.findings] == ["exposure_not_positive"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"seed": -1}, id="negative seed"),
        pytest.param({"seed": 1.5}, id="half a seed"),
        pytest.param({"draws": 10}, id="too few draws"),
    ],
)
def test_wrong_parameters_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ParameterError):
        posterior_ranks(shrink(LIP), **({"seed": 1} | changes))  # type: ignore[arg-type]
