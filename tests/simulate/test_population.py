"""Counts come from the stated rates: estimators find them again; facts, targets and heaping hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.simulate import population
from analysis.simulate.parts import Breakers
from analysis.simulate.population import Population
from analysis.simulate.truth import Truth

STATED: dict[str, Any] = {"province": "Nghệ An", "members": 60_000, "years": (2016, 2020), "units": 80}
EFFECTS = {
    "per_1000": 40.0,
    "age": {"age_31_35": 0.6, "age_46_50": 0.4, "age_over_60": 0.05},
    "sex": {"female": 1.5},
    "locality": {"ward": 0.7, "township": 0.5},
    "year": {2018: 1.4, 2020: 0.8},
}


def drawn(seed: int = 1, **changes: Any) -> Population:
    truth = Truth.stated(**STATED | changes)
    return population.draw(truth, np.random.Generator(np.random.PCG64(seed)))


def estimates(found: Population) -> pd.DataFrame:
    """Return the Poisson regression of the counts with offset log(members)."""
    cells = found.cells()
    cells = cells[(cells["members_start"] > 0) & (cells["expected"] > 0)]
    factors = cells[["age_band", "sex", "locality", "year"]].astype(str)
    design = pd.get_dummies(factors)
    base = ["age_band_age_18_30", "sex_male", "locality_commune", "year_2016"]
    design = sm.add_constant(design.drop(columns=base).astype(float))
    fit = sm.GLM(
        cells["admitted"], design, family=sm.families.Poisson(), offset=np.log(cells["members_start"])
    ).fit()
    return pd.DataFrame({"b": fit.params, "se": fit.bse})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_poisson_model_with_offset_log_members_finds_the_stated_effects(seed: int) -> None:
    found = estimates(drawn(seed, rates=EFFECTS, unit_sd=0.0))
    true = {
        "const": np.log(0.04),
        "age_band_age_31_35": np.log(0.6),
        "age_band_age_36_40": 0.0,
        "age_band_age_46_50": np.log(0.4),
        "age_band_age_over_60": np.log(0.05),
        "sex_female": np.log(1.5),
        "locality_ward": np.log(0.7),
        "locality_township": np.log(0.5),
        "year_2018": np.log(1.4),
        "year_2019": 0.0,
        "year_2020": np.log(0.8),
    }
    off = {name: (found.at[name, "b"] - value) / found.at[name, "se"] for name, value in true.items()}
    assert max(map(abs, off.values())) < 4, off
    assert found.loc[list(true), "se"].max() < 0.15  # small enough that a wrong effect would show


def test_counts_are_poisson_about_their_means() -> None:
    found = drawn(rates=EFFECTS, unit_sd=0.4)
    means, counts = found.expected[found.expected > 0], found.admitted[found.expected > 0]
    assert found.admitted[found.expected == 0].sum() == 0
    pearson = ((counts - means) ** 2 / means).sum() / len(means)
    assert pearson == pytest.approx(1, abs=0.08)
    assert found.before_heaping.sum() == found.admitted.sum()


def test_unit_effects_have_the_stated_spread() -> None:
    assert drawn(units=2000, unit_sd=0.5).effects.std() == pytest.approx(0.5, abs=0.03)
    assert not drawn(unit_sd=0.0).effects.any()


def test_members_follow_from_those_before_them() -> None:
    found = drawn(design={"founded_late": 0}, members_at_start={"exits": 0})
    start, end, admitted = (
        a.sum(axis=(2, 3)) for a in (found.members_start, found.members_end, found.admitted)
    )
    assert start[:, 0].sum() == 60_000
    assert (end == start + admitted).all()
    assert (start[:, 1:] == end[:, :-1]).all()
    leaving = drawn(design={"founded_late": 0}, members_at_start={"exits": 0.1})
    lost = 1 - (leaving.members_end - leaving.admitted).sum() / leaving.members_start.sum()
    assert lost == pytest.approx(0.1, abs=0.005)


def test_units_with_no_eligible_people_have_none_and_no_target() -> None:
    found = drawn(design={"structural_zeros": 0.5})
    closed = ~np.array([unit.eligible for unit in found.units])
    assert 20 < closed.sum() < 60
    for counts in (found.admitted, found.eligible, found.target):
        assert counts[closed].sum() == 0
    assert (found.members_start[closed].sum(axis=(1, 2, 3)) > 0).any()
    assert (found.eligible >= found.admitted).all()


def test_units_admit_nobody_before_the_year_after_their_founding() -> None:
    found = drawn(design={"founded_late": 0.5})
    for at, unit in enumerate(found.units):
        for year in found.years:
            if unit.founded.year >= year:
                assert found.members_start[at, year - 2016].sum() == 0
                assert found.admitted[at, year - 2016].sum() == 0
    late = [unit.founded.year > 2015 for unit in found.units]
    assert found.admitted[late, -1].sum() > 0


def test_targets_follow_the_ratchet() -> None:
    found = drawn(targets={"raised": 0.5, "cut": 0.2})
    admitted = found.admitted.sum(axis=(2, 3))
    moved = {"over": 0, "under": 0}
    for unit, year in zip(*np.nonzero(found.target[:, :-1]), strict=True):
        last, came = int(found.target[unit, year]), int(admitted[unit, year])
        over, under = max(0.0, came / last - 1), max(0.0, 1 - came / last)
        wanted = max(1, round(last * (1 + 0.5 * over - 0.2 * under)))
        assert found.target[unit, year + 1] == wanted
        moved["over"] += wanted > last
        moved["under"] += wanted < last
    assert min(moved.values()) > 20


@pytest.mark.parametrize(("strength", "within"), [(0.0, 2), (0.4, 2), (1.0, 1)])
def test_heaping_moves_the_stated_share_of_near_counts_onto_the_target(strength: float, within: int) -> None:
    found = drawn(units=1500, years=(2016, 2018), targets={"heap_within": within, "heap_strength": strength})
    admitted = found.admitted.sum(axis=(2, 3))
    gap = found.before_heaping - found.target
    near = (found.target > 0) & (gap != 0) & (np.abs(gap) <= within)
    heaped = admitted != found.before_heaping
    assert (admitted[heaped] == found.target[heaped]).all()
    assert not heaped[~near].any()
    assert near.sum() > 800
    assert heaped[near].mean() == pytest.approx(strength, abs=0.05)
    assert (found.admitted >= 0).all()


UNITS = [{"name": f"xã Tân {n}"} for n in range(8)]
FACTS = [
    {"year": 2019, "measure": "admitted", "value": 152},
    {"year": 2019, "measure": "admitted", "subgroup": "female", "value": 70},
    {"year": 2019, "measure": "admitted", "unit": "xã Tân 3", "value": 13},
    {"year": 2019, "measure": "target", "value": 120},
    {"year": 2019, "measure": "target", "unit": "xã Tân 3", "value": 8},
    {"year": 2019, "measure": "members_start", "value": 2100},
    {"year": 2019, "measure": "members_end", "value": 2128},
    {"year": 2019, "measure": "members_end", "unit": "xã Tân 3", "value": 125},
]


@pytest.mark.parametrize("seed", range(5))
def test_facts_hold_to_the_person(seed: int) -> None:
    found = drawn(seed, members=2000, units=UNITS, years=(2018, 2020), facts=FACTS)
    assert found.admitted[:, 1].sum() == 152
    assert found.admitted[:, 1, :, 1].sum() == 70
    assert found.admitted[3, 1].sum() == 13
    assert (found.target[:, 1].sum(), found.target[3, 1]) == (120, 8)
    assert found.members_start[:, 1].sum() == 2100
    assert (found.members_end[:, 1].sum(), found.members_end[3, 1].sum()) == (2128, 125)
    assert found.admitted[:, 2].sum() != found.admitted[:, 1].sum()


def test_counts_given_their_total_keep_the_shares_of_the_rates() -> None:
    fact = {"year": 2019, "measure": "admitted", "value": 50_000}
    found = drawn(rates=EFFECTS, years=(2019, 2019), facts=[fact])
    shares, wanted = (
        found.admitted.sum(axis=(0, 1)) / 50_000,
        found.expected.sum(axis=(0, 1)) / found.expected.sum(),
    )
    assert np.abs(shares - wanted).max() < 0.01


CONTRADICTIONS = [
    pytest.param(
        [FACTS[0], FACTS[2] | {"value": 200}], "admissions are asked for", id="a part above its whole"
    ),
    pytest.param(
        [FACTS[0], FACTS[1] | {"value": 153}], "admissions are asked for", id="more women than people"
    ),
    pytest.param(
        [FACTS[3], FACTS[4] | {"value": 121}], "targets of the units", id="targets above their whole"
    ),
    pytest.param(
        [FACTS[6], FACTS[7] | {"value": 3000}], "members of the units", id="members above their whole"
    ),
]


@pytest.mark.parametrize(("facts", "said"), CONTRADICTIONS)
def test_facts_that_contradict_each_other_are_refused(facts: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        drawn(members=2000, units=UNITS, years=(2018, 2020), facts=facts)


def test_admissions_where_the_rates_allow_none_are_refused() -> None:
    with pytest.raises(ParameterError, match="rates leave none"):
        drawn(rates={"per_1000": 0}, facts=[{"year": 2018, "measure": "admitted", "value": 1}])


@settings(max_examples=40)
@given(
    members=st.integers(1, 3000),
    units=st.integers(1, 30),
    years=st.tuples(st.integers(1995, 2030), st.integers(0, 6)),
    rate=st.floats(0, 1000),
    late=st.floats(0, 0.9),
    heap=st.tuples(st.integers(0, 5), st.floats(0, 1)),
    seed=st.integers(0, 2**32),
)
def test_any_truth_gives_counts_that_can_be(
    members: int,
    units: int,
    years: tuple[int, int],
    rate: float,
    late: float,
    heap: tuple[int, float],
    seed: int,
) -> None:
    first, more = years
    try:
        found = drawn(
            seed, members=members, units=units, years=(first, first + more), rates={"per_1000": rate},
            design={"founded_late": late}, targets={"heap_within": heap[0], "heap_strength": heap[1]},
            breakers=Breakers.none(),
        )  # fmt: skip
    except ParameterError as refusal:
        if "no unit exists" not in str(refusal):
            raise
        return
    for counts in (found.members_start, found.members_end, found.admitted, found.eligible, found.target):
        assert (counts >= 0).all()
    assert found.members_start[:, 0].sum() == members
    assert (found.eligible >= found.admitted)[found.eligible.sum(axis=(1, 2, 3)) > 0].all()
