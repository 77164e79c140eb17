"""Runs of years without admission beside those that chance makes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.zeros.expected_runs import expected_runs


def register(units: int = 60, years: int = 6, *, lasting: bool = False, seed: int = 4) -> pd.DataFrame:
    """Return unit-years of equal exposure: of independent years, or with a fifth of the units dry for ever."""
    generator = np.random.default_rng(seed)
    mean = np.full((units, years), 1.0)
    if lasting:
        mean[: units // 5] = 0.02
    return pd.DataFrame(
        {
            "unit_id": np.repeat([f"u{i:03d}" for i in range(units)], years),
            "year": np.tile(np.arange(2015, 2015 + years), units),
            "members": 50,
            "admitted": generator.poisson(mean).ravel(),
        }
    )


def exactly(p: float, years: int, length: int) -> float:
    """Return the mean number of runs of at least ``length`` among independent years, each dry with p."""
    return p**length * (1 + (years - length) * (1 - p)) if years >= length else 0.0


def test_expected_runs_are_those_of_theory() -> None:
    rows = register()
    found = expected_runs(rows, "1", exposure="members", model="poisson", seed=1, draws=4000)
    p = np.exp(-rows["admitted"].mean())
    expected = [60 * exactly(p, 6, n) for n in (2, 3, 4, 5)]
    error = found.estimates["std_error"] / np.sqrt(4000)
    assert (np.abs(found.estimates["estimate"] - expected) < 4 * error).all()


def test_a_gap_ends_runs_on_both_sides() -> None:
    rows = register()
    cut = rows.loc[rows["year"] != 2017]
    found = expected_runs(cut, "1", exposure="members", model="poisson", seed=1, lengths=[2], draws=4000)
    p = np.exp(-cut["admitted"].mean())
    expected = 60 * (exactly(p, 2, 2) + exactly(p, 3, 2))
    row = found.at("runs[2]")
    assert abs(row["estimate"] - expected) < 4 * row["std_error"] / np.sqrt(4000)


def test_lasting_dryness_is_told_from_chance() -> None:
    lasting = expected_runs(register(lasting=True), "1", exposure="members", model="poisson", seed=1)
    alike = expected_runs(register(), "1", exposure="members", model="poisson", seed=1)
    assert (lasting.estimates["p_value"].iloc[2:] < 0.01).all()  # runs of 4 and 5 years
    assert (alike.estimates["p_value"] > 0.05).all()
    assert lasting.units.loc[lasting.units["probability"] < 0.01, "unit_id"].between("u000", "u011").all()
    assert (lasting.units["probability"] < 0.01).sum() >= 10
    with speaking("en"):
        assert "only about" in lasting.words()[3]
        assert "not clearly more than by chance" in alike.words()[0]
        assert lasting.words()[-1].startswith("The simulation takes the model's probabilities as they are")


def test_the_same_seed_gives_the_same_numbers_in_any_order_of_rows() -> None:
    rows = register(20)
    first = expected_runs(rows, "1", exposure="members", model="poisson", seed=5, draws=200)
    second = expected_runs(rows.iloc[::-1], "1", exposure="members", model="poisson", seed=5, draws=200)
    pd.testing.assert_frame_equal(first.estimates, second.estimates, rtol=1e-12)
    pd.testing.assert_frame_equal(first.units, second.units, rtol=1e-12)
    alike = expected_runs(
        rows.set_axis([0] * len(rows)), "1", exposure="members", model="poisson", seed=5, draws=200
    )
    pd.testing.assert_frame_equal(alike.estimates, first.estimates)
    other = expected_runs(rows, "1", exposure="members", model="poisson", seed=6, draws=200)
    assert not other.estimates["estimate"].equals(first.estimates["estimate"])


def test_numbers_of_a_seed() -> None:
    # Drawn by PCG64; a change of generator, of order or of the draws shows here
    found = expected_runs(register(20), "1", exposure="members", model="poisson", seed=5, draws=200)
    assert found.estimates["estimate"].tolist() == pytest.approx([6.58, 1.52, 0.38, 0.05], abs=1e-10)


def test_years_without_eligible_people_are_always_dry() -> None:
    rows = register().assign(eligible=9)
    rows.loc[rows["unit_id"] == "u000", ["admitted", "eligible"]] = 0
    found = expected_runs(rows, "1", exposure="members", model="poisson", seed=1, lengths=[5])
    unit = found.units.set_index("unit_id").loc["u000"]
    assert unit[["longest", "expected_longest", "probability"]].tolist() == [6, 6, 1]
    assert found.n == len(rows) - 6


@pytest.mark.parametrize("model", ["nb2", "zip", "hurdle_poisson"])
def test_other_models_give_their_own_probabilities(model: str) -> None:
    generator = np.random.default_rng(2)
    rows = register(100)
    rows["admitted"] = generator.poisson(2 * generator.gamma(1, 1, len(rows))) * (
        generator.random(len(rows)) < 0.8
    )
    found = expected_runs(rows, "1", exposure="members", model=model, seed=1, lengths=[2], draws=1000)
    p = (rows["admitted"] == 0).mean()
    assert found.at("runs[2]")["estimate"] == pytest.approx(100 * exactly(p, 6, 2), rel=0.06)


@pytest.mark.parametrize(
    ("rows", "model", "code"),
    [
        pytest.param(register().iloc[:0], "poisson", "no_rows", id="no row"),
        pytest.param(register().assign(admitted=0), "poisson", "few_events", id="all zero"),
        pytest.param(register().assign(members=0), "poisson", "exposure_not_positive", id="no exposure"),
        pytest.param(register().assign(admitted=3), "nb2", "alpha_bound", id="no spread"),
        pytest.param(register().assign(admitted=3), "zip", "few_zeros", id="no zero"),
    ],
)
def test_without_a_model_there_are_no_expected_runs(rows: pd.DataFrame, model: str, code: str) -> None:
    found = expected_runs(rows, "1", exposure="members", model=model, seed=1)
    assert code in {finding.code for finding in found.findings}
    assert found.estimates["estimate"].isna().all()
    assert found.units.empty
    assert "Không công bố" in found.to_markdown()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"model": "gamma"}, "choose of poisson, nb2", id="model"),
        pytest.param({"zero": "probit"}, "logit, poisson", id="zero part"),
        pytest.param({"draws": 10}, "at least 200 draws", id="draws"),
        pytest.param({"seed": -1}, "no seed below 0", id="seed"),
        pytest.param({"lengths": [2.5]}, "lengths", id="length"),
        pytest.param({"exposure": "people"}, "no column 'people'", id="exposure"),
    ],
)
def test_what_cannot_be_asked_is_refused(changes: dict[str, object], words: str) -> None:
    asked = {"exposure": "members", "model": "poisson", "seed": 1} | changes
    with pytest.raises(ParameterError, match=words):
        expected_runs(register(), "1", **asked)
