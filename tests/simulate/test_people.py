"""People admitted: their ages, what they are, what became of them, and who breaks a rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.simulate import breakers, people, population
from analysis.simulate.parts import Breakers
from analysis.simulate.population import Population
from analysis.simulate.truth import Truth

STATED: dict[str, Any] = {"province": "Lào Cai", "members": 100_000, "years": (2018, 2020), "units": 40}
ALL = {"under_18": 0.05, "over_60": 0.5, "recognised_early": 0.05, "certificate_old": 0.05, "twice": 0.05}


def stream(part: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(part))


def admitted(**changes: Any) -> tuple[Truth, Population, pd.DataFrame]:
    truth = Truth.stated(**{"breakers": Breakers.none()} | STATED | changes)
    counts = population.draw(truth, stream(1))
    return truth, counts, breakers.add(people.draw(truth, counts, stream(2)), truth, stream(3))


def completed_months(born: pd.Series, day: pd.Series) -> pd.Series:
    months = (day.dt.year - born.dt.year) * 12 + day.dt.month - born.dt.month
    return months - (day.dt.day < born.dt.day)


def test_there_are_as_many_people_as_were_counted_in_every_cell() -> None:
    _truth, counts, found = admitted()
    years = found["age_months"] // 12
    band = pd.cut(years, [17, 30, 35, 40, 45, 50, 55, 60, 99], labels=False)
    got = found.groupby([found["unit"], found["admitted"].dt.year, band, found["sex"]]).size()
    cells = counts.cells()
    cells["band"] = pd.factorize(cells["age_band"])[0]
    wanted = cells[cells["admitted"] > 0].set_index(["unit", "year", "band", "sex"])["admitted"]
    assert dict(got) == dict(wanted)
    assert len(found) == counts.admitted.sum()


def test_the_birth_date_gives_the_age_in_completed_months() -> None:
    _truth, _counts, found = admitted(breakers=ALL)
    assert (completed_months(found["birth"], found["admitted"]) == found["age_months"]).all()
    lawful = ~(found["under_18"] | found["over_60"])
    assert found.loc[lawful, "age_months"].between(216, 720).all()


def test_shares_are_those_stated() -> None:
    _truth, _counts, found = admitted(
        traits={
            "religion": {"none": 0.8, "catholicism": 0.2},
            "ethnicity": {"commune": {"mong": 0.6, "kinh": 0.4}, "ward": {"kinh": 1.0}},
            "youth_union": 0.5,
            "occupation": {"farm_forest_fish": 0.7, "pupil": 0.3},
        }
    )
    young = found["age_months"] < 31 * 12
    assert (found["religion"] == "catholicism").mean() == pytest.approx(0.2, abs=0.02)
    place = found.groupby("locality")["ethnicity"].agg(lambda e: (e == "mong").mean())
    assert place["commune"] == pytest.approx(0.6, abs=0.03)
    assert place["township"] == pytest.approx(0.6, abs=0.08)
    assert place["ward"] == 0
    assert found.loc[young, "youth_union"].mean() == pytest.approx(0.5, abs=0.03)
    assert not found.loc[~young, "youth_union"].any()
    assert found.loc[found["occupation"] == "pupil", "age_months"].max() < 23 * 12
    assert (found["occupation"] == "pupil").sum() > 100


@pytest.mark.parametrize(
    ("delay", "shares"),
    [
        pytest.param({"kind": "discrete", "months": {0: 0.5, 3: 0.5}}, {12: 0.5, 15: 0.5}, id="discrete"),
        pytest.param({"kind": "discrete", "months": {0: 1.0}}, {12: 1.0}, id="always on time"),
    ],
)
def test_recognition_comes_after_the_stated_months(delay: Any, shares: dict[int, float]) -> None:
    _truth, _counts, found = admitted(
        recognition={"delay": delay, "struck_off": 0.1, "known_until": "2030-01-01"}
    )
    recognised = found[found["recognised"].notna()]
    months = (recognised["recognised"].dt.year - recognised["admitted"].dt.year) * 12
    months += recognised["recognised"].dt.month - recognised["admitted"].dt.month
    for number, share in shares.items():
        assert (months == number).mean() == pytest.approx(share, abs=0.03)
    assert set(months) == set(shares)
    assert found["struck_off"].mean() == pytest.approx(0.1, abs=0.02)
    assert (found["recognised"].isna() == found["struck_off"]).all()


def test_gamma_delays_have_the_stated_mean() -> None:
    delay = {"kind": "gamma", "shape": 2.0, "mean": 4.0}
    _truth, _counts, found = admitted(
        recognition={"delay": delay, "struck_off": 0, "known_until": "2060-01-01"}
    )
    on_time = found["admitted"] + pd.DateOffset(months=12)
    days = (found["recognised"] - on_time).dt.days
    assert days.min() >= 0
    assert days.mean() / 30.4375 == pytest.approx(4, abs=0.2)


def test_what_happens_after_the_register_was_drawn_up_stands_blank() -> None:
    _truth, _counts, found = admitted(recognition={"known_until": "2020-06-30"})
    assert found["recognised"].max() <= pd.Timestamp("2020-06-30")
    assert found.loc[found["admitted"] > "2019-07-01", "recognised"].isna().all()
    assert found.loc[found["admitted"] < "2018-07-01", "recognised"].notna().mean() > 0.9


def test_nobody_breaks_a_rule_unless_asked() -> None:
    _truth, _counts, found = admitted()
    assert not found[[*breakers.FLAGS, "second_entry"]].to_numpy().any()


def test_rule_breakers_come_in_the_stated_shares_and_break_just_that_rule() -> None:
    _truth, counts, found = admitted(breakers=ALL | {"before_unit": 0.05}, design={"founded_late": 0.3})
    first = found[~found["second_entry"]]
    young = counts.admitted[:, :, 0].sum()
    assert first["under_18"].sum() == pytest.approx(0.05 * young, rel=0.25)
    assert (first.loc[first["under_18"], "age_months"] < 216).all()
    assert (first.loc[first["over_60"], "age_months"] > 720).all()
    assert first["over_60"].sum() >= 3
    assert first["certificate_old"].mean() == pytest.approx(0.05, abs=0.01)
    assert first["recognised_early"].mean() == pytest.approx(0.05, abs=0.02)
    assert first["before_unit"].mean() == pytest.approx(0.03, abs=0.02)
    assert first[list(breakers.FLAGS)].sum(axis=1).max() == 1
    founded = pd.to_datetime(first["founded"])
    assert ((first["admitted"] < founded) == first["before_unit"]).all()


def test_a_person_entered_twice_is_the_same_person() -> None:
    _truth, _counts, found = admitted(breakers={"twice": 0.1})
    again = found[found["second_entry"]].set_index("person").sort_index()
    first = found[~found["second_entry"]].set_index("person").loc[again.index]
    assert len(again) == pytest.approx(0.1 * (len(found) - len(again)), rel=0.2)
    pd.testing.assert_frame_equal(first.drop(columns="second_entry"), again.drop(columns="second_entry"))


FACTS = [
    {"year": 2018, "measure": "admitted", "value": 120},
    {"year": 2018, "measure": "admitted", "subgroup": "ethnic_minority", "value": 90},
    {"year": 2018, "measure": "admitted", "subgroup": "youth_union", "value": 66},
    {"year": 2018, "measure": "admitted", "subgroup": "ethnic_minority", "unit": "xã A", "value": 7},
    {"year": 2018, "measure": "admitted", "unit": "xã A", "value": 9},
]


def test_counts_of_subgroups_that_facts_state_hold_to_the_person() -> None:
    _truth, _counts, found = admitted(units=[{"name": "xã A"}, {"name": "xã B"}], facts=FACTS, members=4000)
    year = found[found["admitted"].dt.year == 2018]
    minority = year["ethnicity"] != "kinh"
    assert (len(year), minority.sum(), year["youth_union"].sum()) == (120, 90, 66)
    assert (minority & (year["unit"] == "xã A")).sum() == 7
    assert found.loc[found["admitted"].dt.year == 2019, "ethnicity"].ne("kinh").mean() < 0.7


def test_more_of_a_subgroup_than_there_are_people_is_refused() -> None:
    with pytest.raises(ParameterError, match="121 ethnic_minority in 2018"):
        admitted(units=[{"name": "xã A"}], members=4000, facts=[FACTS[0], FACTS[1] | {"value": 121}])


@given(st.dates(min_value=np.datetime64("1930-01-01").item(), max_value=np.datetime64("2090-01-01").item()),
       st.integers(-120, 120))  # fmt: skip
def test_so_many_months_later_is_the_same_day_or_the_last_of_the_month(day: Any, months: int) -> None:
    got = people.after_months(np.array([day], dtype="datetime64[D]"), np.array([months]))[0]
    assert pd.Timestamp(got) == pd.Timestamp(day) + pd.DateOffset(months=months)


def test_names_belong_to_nobody_and_numbers_to_no_one() -> None:
    _truth, _counts, found = admitted(members=20_000)
    assert found["identity_number"].str.fullmatch(r"000\d{9}").all()
    assert found["telephone"].str.fullmatch(r"0120\d{7}").all()
    assert found["name"].str.split().str.len().between(2, 4).all()
    assert found["name"].nunique() > 0.5 * len(found)
    women = found["sex"] == "female"
    assert not found.loc[~women, "name"].str.contains(" Thị ").any()


LEAVING = {"ways": {"struck_off": 0.3, "moved": 0.2}, "months": (6, 24)}


def departed(**more: Any) -> pd.DataFrame:
    told = {"struck_off": 0, "departures": LEAVING, "known_until": "2030-01-01"} | more
    _truth, _counts, found = admitted(recognition=told)
    return found


def test_departures_have_the_stated_shares_and_months() -> None:
    found = departed()
    assert (found["exit"] == "struck_off").mean() == pytest.approx(0.3, abs=0.02)
    assert (found["exit"] == "moved").mean() == pytest.approx(0.2, abs=0.02)
    gone = found[found["exit"] != ""]
    assert (gone["exited"] >= gone["admitted"] + pd.DateOffset(months=6)).all()
    assert (gone["exited"] <= gone["admitted"] + pd.DateOffset(months=24)).all()
    assert found.loc[found["exit"] == "", "exited"].isna().all()


def test_whoever_left_first_was_not_recognised() -> None:
    found = departed()
    assert not (found["exited"] < found["recognised"]).any()
    # Admitted for 18 months at the most, recognised after 12 at the least
    assert (
        found.loc[found["exited"] > found["admitted"] + pd.DateOffset(months=19), "recognised"].notna().all()
    )
    assert (
        found.loc[found["exited"] < found["admitted"] + pd.DateOffset(months=12), "recognised"].isna().all()
    )


def test_departures_after_the_register_was_drawn_up_stand_blank() -> None:
    found = departed(known_until="2020-06-30")
    assert found["exited"].max() <= pd.Timestamp("2020-06-30")
    assert (found["exit"].eq("") == found["exited"].isna()).all()


def test_without_departures_a_truth_and_its_people_are_as_before() -> None:
    truth, _counts, found = admitted()
    assert "departures" not in truth.model_dump(mode="json")["recognition"]
    assert not {"exited", "exit"} & set(found.columns)
