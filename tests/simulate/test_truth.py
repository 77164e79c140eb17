"""What a truth may state, and that it goes through JSON unchanged."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.simulate.parts import BANDS, SEXES
from analysis.simulate.truth import Truth
from analysis.vocab import known_subgroup

STATED: dict[str, Any] = {"province": "Điện Biên", "members": 500, "years": (2019, 2021)}
UNIT = {"name": "xã Tân An", "founded": "2000-01-01"}
TARGET = {"year": 2019, "measure": "target", "value": 3}

REFUSED = [
    pytest.param({"provinces": "x"}, "provinces", id="a name that does not exist"),
    pytest.param({"province": "Điện Biênn"}, "Điện Biên", id="a province that does not exist"),
    pytest.param({"years": (2021, 2019)}, "after the last", id="years backwards"),
    pytest.param({"members": 0}, "members", id="no members"),
    pytest.param({"units": 0}, "units", id="no units"),
    pytest.param({"units": [UNIT, UNIT]}, "more than one is named", id="a unit twice"),
    pytest.param({"units": [UNIT | {"members": 9}]}, "add to 9", id="members that do not add up"),
    pytest.param(
        {"units": [UNIT, UNIT | {"name": "b", "founded": "2020-05-01", "members": 9}]},
        "before it is founded",
        id="members before the founding",
    ),
    pytest.param({"rates": {"age": {"age_18_35": 1}}}, "age_18_35", id="an age band of no form"),
    pytest.param({"rates": {"per_1000": -1}}, "per_1000", id="a negative rate"),
    pytest.param({"traits": {"religion": {"none": 0.9}}}, "add to 0.9", id="shares below 1"),
    pytest.param({"traits": {"religion": {"nonee": 1}}}, "nonee is no code", id="an unknown code"),
    pytest.param(
        {"traits": {"ethnicity": {"ward": {"kinh": 1}}}}, "commune", id="no shares that stand for all"
    ),
    pytest.param({"traits": {"certificate_months": (9, 3)}}, "more than the most", id="months backwards"),
    pytest.param({"recognition": {"delay": {"kind": "gamma"}}}, "shape", id="a gamma without shape"),
    pytest.param(
        {"recognition": {"delay": {"kind": "discrete", "months": {1: 0.5}}}},
        "add to 0.5",
        id="delays below 1",
    ),
    pytest.param({"recognition": {"departures": {}}}, "either in struck_off", id="deletions stated twice"),
    pytest.param(
        {"recognition": {"struck_off": 0, "departures": {"ways": {"gone": 0.1}}}},
        "gone is no code",
        id="an unknown way of leaving",
    ),
    pytest.param(
        {"recognition": {"struck_off": 0, "departures": {"ways": {"died": 0.6, "moved": 0.6}}}},
        "more than 1",
        id="more leave than there are",
    ),
    pytest.param(
        {"recognition": {"struck_off": 0, "departures": {"months": (9, 3)}}},
        "more than the most",
        id="months of leaving backwards",
    ),
    pytest.param({"facts": [TARGET | {"year": 2030}]}, "2030", id="a fact of another year"),
    pytest.param({"facts": [TARGET | {"unit": "xã Tân An"}]}, "no unit is named", id="a fact of no unit"),
    pytest.param({"facts": [TARGET, TARGET]}, "same count", id="a fact twice"),
    pytest.param({"facts": [TARGET | {"subgroup": "female"}]}, "no subgroup", id="a subgroup of a target"),
    pytest.param(
        {"facts": [TARGET | {"measure": "admitted"}], "targets": {"heap_within": 2, "heap_strength": 0.5}},
        "moved onto their targets",
        id="heaping of given counts",
    ),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED)
def test_a_truth_that_contradicts_itself_is_refused_with_the_reason(
    changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ParameterError, match=said):
        Truth.stated(**STATED | changes)


shares = st.floats(0, 1)


@given(
    units=st.integers(1, 50),
    rate=st.floats(0, 1000),
    ages=st.dictionaries(st.sampled_from(BANDS), st.floats(0, 1000)),
    sexes=st.dictionaries(st.sampled_from(SEXES), st.floats(0, 1000)),
    years=st.dictionaries(st.integers(1990, 2090), st.floats(0, 1000)),
    heap=shares,
    delay=st.one_of(
        st.fixed_dictionaries(
            {"kind": st.just("gamma"), "shape": st.floats(0.1, 9), "mean": st.floats(0.1, 9)}
        ),
        st.just({"kind": "discrete", "months": {0: 0.25, 7: 0.75}}),
    ),
)
def test_a_truth_comes_back_from_json_as_it_went(
    units: int, rate: float, ages: Any, sexes: Any, years: Any, heap: float, delay: Any
) -> None:
    truth = Truth.stated(
        **STATED,
        units=units,
        rates={"per_1000": rate, "age": ages, "sex": sexes, "year": years},
        targets={"heap_strength": heap},
        recognition={"delay": delay},
    )
    assert Truth.model_validate_json(truth.model_dump_json()) == truth


def test_units_with_names_come_back_too() -> None:
    truth = Truth.stated(**STATED, units=[UNIT, UNIT | {"name": "phường Tân An", "locality": "ward"}])
    again = Truth.model_validate_json(truth.model_dump_json())
    assert again == truth
    assert isinstance(again.units, tuple)
    assert [unit.locality for unit in again.units] == ["commune", "ward"]


def test_the_age_bands_are_those_of_the_codebook() -> None:
    assert all(known_subgroup(band) for band in BANDS)
