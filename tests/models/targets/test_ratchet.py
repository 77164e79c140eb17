"""How next year's target goes with this year's over- and undershoot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.targets.ratchet import Ratchet, fit_ratchet


@pytest.fixture(scope="module")
def reference(root: Path) -> dict[str, list[float]]:
    return json.loads((root / "tests/reference/targets.json").read_text())


@pytest.fixture(scope="module")
def register(root: Path) -> pd.DataFrame:
    return pd.read_csv(root / "tests/reference/data/targets.csv")


def simulated(seed: int, over: float, under: float, units: int = 150, years: int = 5) -> pd.DataFrame:
    """Return units whose targets, large enough not to be rounded much, follow a known ratchet."""
    random = np.random.default_rng(seed)
    records = []
    for unit in range(units):
        target = int(random.integers(300, 900))
        for year in range(2016, 2016 + years):
            admitted = int(target * random.lognormal(0, 0.25))
            records.append((f"unit-{unit}", year, target, admitted))
            beyond, short = max(admitted - target, 0) / target, max(target - admitted, 0) / target
            target = round(target * np.exp(over * beyond + under * short + random.normal(0, 0.05)))
    return pd.DataFrame(records, columns=["unit_id", "year", "target", "admitted"])


def test_estimates_and_errors_are_those_of_r(
    reference: dict[str, list[float]], register: pd.DataFrame
) -> None:
    found = fit_ratchet(register, "C(year)").estimates.set_index("term")
    terms = ["over", "under", "log_target", "Intercept"]
    assert found.loc[terms, "estimate"].to_list() == pytest.approx(reference["ratchet"], abs=1e-10)
    assert found.loc[terms, "std_error"].to_list() == pytest.approx(reference["ratchet_se"], abs=1e-10)
    assert found.loc[terms, "freedom"].to_list() == pytest.approx(reference["ratchet_freedom"], rel=1e-9)
    both = found.loc["asymmetry", ["estimate", "std_error", "p_value"]].to_list()
    assert both == pytest.approx(reference["asymmetry"], rel=1e-9)


def test_units_compared_with_themselves_are_those_of_r(
    reference: dict[str, list[float]], register: pd.DataFrame
) -> None:
    found = fit_ratchet(register, fixed_effects=True).estimates.set_index("term")
    terms = ["over", "under", "log_target"]
    assert found.loc[terms, "estimate"].to_list() == pytest.approx(reference["within"], abs=1e-10)
    assert found.loc[terms, "std_error"].to_list() == pytest.approx(reference["within_se"], abs=1e-10)
    assert found.loc[terms, "freedom"].to_list() == pytest.approx(reference["within_freedom"], rel=1e-8)
    assert "Intercept" not in found.index


def test_a_known_ratchet_is_found() -> None:
    found = fit_ratchet(simulated(1, over=0.4, under=-0.1))
    for term, truth in (("over", 0.4), ("under", -0.1), ("asymmetry", 0.3), ("log_target", 0.0)):
        row = found.at(term)
        assert row["low"] < truth < row["high"], term
    assert found.at("asymmetry")["p_value"] < 0.001
    with speaking("en"):
        assert any(
            "do not cancel out: together they go with a higher target" in line for line in found.words()
        )


@pytest.mark.parametrize(
    ("over", "under", "says"),
    [
        pytest.param(0.3, -0.3, "is not rejected", id="symmetric"),
        pytest.param(0.1, -0.5, "with a lower target", id="downwards"),
    ],
)
def test_the_words_follow_the_numbers(over: float, under: float, says: str) -> None:
    with speaking("en"):
        assert says in " ".join(fit_ratchet(simulated(2, over, under)).words())


def test_intervals_cover_the_truth() -> None:
    held = 0
    for seed in range(40):
        row = fit_ratchet(simulated(seed, 0.3, -0.3, units=40)).at("asymmetry")
        held += row["low"] <= 0 <= row["high"]
    assert held >= 34


def test_a_year_between_breaks_a_pair(register: pd.DataFrame) -> None:
    without = register.loc[register["year"] != 2019]
    found = fit_ratchet(without)
    assert found.n == 40
    assert set(found.pairs["year"]) == {2020}
    assert [dropped.rows for dropped in found.dropped] == [80]


def test_the_second_year_needs_no_more_than_its_target(register: pd.DataFrame) -> None:
    known = register.loc[register["year"] <= 2019]
    rows = known.assign(admitted=known["admitted"].astype("Int64").mask(known["year"] == 2019))
    found, whole = fit_ratchet(rows), fit_ratchet(known)
    pd.testing.assert_frame_equal(found.estimates, whole.estimates)
    assert found.n == 40


def test_a_next_target_of_zero_has_no_logarithm(register: pd.DataFrame) -> None:
    rows = register.assign(target=register["target"].mask(register["year"] == 2021, 0))
    found = fit_ratchet(rows)
    assert found.n == 80
    assert not found.withheld
    assert sum(dropped.rows for dropped in found.dropped) == 80


def test_fixed_effects_leave_out_units_with_one_pair(register: pd.DataFrame) -> None:
    rows = register.loc[(register["unit_id"] > 5) | (register["year"] <= 2019)]
    found = fit_ratchet(rows, fixed_effects=True)
    assert found.n == 105
    assert 5 in [dropped.rows for dropped in found.dropped]


def few(**columns: Any) -> pd.DataFrame:
    return simulated(3, 0.3, -0.1, units=12, years=3).assign(**columns)


PLANTED = {
    "no row": (few().iloc[:0], "1", "no_consecutive_years"),
    "one row": (few().iloc[:1], "1", "no_consecutive_years"),
    "one year": (few().drop_duplicates("unit_id"), "1", "no_consecutive_years"),
    "every other year": (few(year=lambda rows: 2 * rows["year"]), "1", "no_consecutive_years"),
    "no target": (few(target=np.nan), "1", "no_consecutive_years"),
    "target of zero": (few(target=0), "1", "no_consecutive_years"),
    "target below zero": (few(target=-5), "1", "exposure_not_positive"),
    "target without bound": (few(target=np.inf), "1", "exposure_not_positive"),
    "half a person": (few(admitted=0.5), "1", "outcome_not_a_count"),
    "three pairs": (few().iloc[:5], "1", "few_rows"),
    "few clusters": (simulated(3, 0.3, -0.1, units=3, years=8), "1", "few_clusters"),
    "nobody goes beyond": (few(admitted=lambda rows: rows["target"] - 1), "1", "empty_term"),
    "always on target": (few(admitted=lambda rows: rows["target"]), "1", "empty_term"),
    "collinear": (few(z=lambda rows: np.log(rows["target"])), "z", "rank"),
    "targets never change": (
        few(target=lambda rows: rows.groupby("unit_id")["target"].transform("first")),
        "1",
        "error_not_finite",
    ),
}


@pytest.mark.parametrize(("rows", "covariates", "code"), PLANTED.values(), ids=PLANTED.keys())
@pytest.mark.filterwarnings("error")
def test_what_must_not_be_read_is_withheld(rows: pd.DataFrame, covariates: str, code: str) -> None:
    found = fit_ratchet(rows, covariates)
    assert found.withheld
    assert code in [finding.code for finding in found.findings]
    assert found.estimates[["estimate", "std_error", "low", "p_value"]].isna().all(axis=None)
    assert found.to_markdown("en")


def test_what_does_not_change_within_a_unit_has_no_effect_within_units() -> None:
    rows = few(place=lambda rows: rows["unit_id"].str[-1].astype(int))
    found = fit_ratchet(rows, "place", fixed_effects=True)
    assert [finding.code for finding in found.findings] == ["empty_term"]


@pytest.mark.parametrize(
    ("rows", "more"),
    [
        pytest.param(pd.concat([few(), few()]), {}, id="a unit-year twice"),
        pytest.param(few().drop(columns="year"), {}, id="no year"),
        pytest.param(few(), {"covariates": "nothing"}, id="unknown covariate"),
        pytest.param(few(), {"level": 0}, id="level"),
    ],
)
def test_what_means_nothing_is_refused(rows: pd.DataFrame, more: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        fit_ratchet(rows, **more)


def test_the_caveats_are_said(register: pd.DataFrame) -> None:
    with speaking("en"):
        plain, within = (
            " ".join(fit_ratchet(register, fixed_effects=fixed).words()) for fixed in (False, True)
        )
    assert "regression to the mean" in plain
    assert "Nickell" in within
    assert "Nickell" not in plain


def test_types_of_the_real_tables_are_read(register: pd.DataFrame) -> None:
    rows = register.astype({"unit_id": "category", "year": "Int64", "target": "Int64", "admitted": "Int64"})
    found, known = fit_ratchet(rows, "C(year)"), fit_ratchet(register, "C(year)")
    assert isinstance(found, Ratchet)
    pd.testing.assert_frame_equal(found.estimates, known.estimates)
