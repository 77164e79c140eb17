"""The curves of those who wait and of the ways out, against R and against each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import probation_rows as golden
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from analysis.errors import ParameterError
from analysis.models.process.life_table import (
    incidence_curves,
    life_table,
    loglog_limits,
    quantile,
    read_at,
    survival_curve,
)

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")

WAYS = ("recognised", "struck_off", "died", "moved")


def curves() -> list[object]:
    gehan, people = golden.gehan("6mp"), golden.people()
    return [
        pytest.param("gehan_6mp", gehan["time"], gehan["event"], id="Gehan, 6-MP"),
        pytest.param("probation_curve", people["days"], people["recognised"], id="heavy ties from day 0 on"),
    ]


@pytest.mark.parametrize(("name", "time", "event"), curves())
def test_the_survival_curve_is_that_of_r(name: str, time: pd.Series, event: pd.Series) -> None:
    expected = golden.GOLDEN[name]
    found = survival_curve(time, event)
    for column in ("time", "at_risk", "events"):
        assert found[column].tolist() == expected[column]
    # R prints no limits where nobody has gone yet, and none of either kind where all have.
    for column in ("survival", "std_error", "low", "high"):
        inside = found["survival"].gt(0) & found["survival"].lt(1)
        wanted = np.array(golden.numbers(expected[column]))
        assert found.loc[inside, column].to_numpy() == pytest.approx(wanted[inside.to_numpy()], abs=1e-10)
    for part, middle, low, high in zip(
        (0.25, 0.5, 0.75), *(golden.numbers(expected[f"quantiles{end}"]) for end in ("", "_low", "_high")), strict=True
    ):  # fmt: skip
        seen = [quantile(found["time"], found[column], part) for column in ("survival", "low", "high")]
        assert seen == pytest.approx([middle, low, high], nan_ok=True)


def test_the_printed_reference_of_gehan() -> None:
    rows = golden.gehan("6mp")
    found = survival_curve(rows["time"], rows["event"]).set_index("time")
    assert found.loc[[6, 10, 23], "survival"].round(6).tolist() == [0.857143, 0.752941, 0.448179]
    assert found.loc[[6, 23], "std_error"].round(6).tolist() == [0.07636, 0.134591]
    assert found.loc[6, ["low", "high"]].astype(float).round(6).tolist() == [0.619718, 0.951552]
    assert quantile(found.index, found["survival"]) == 23


@pytest.mark.parametrize("way", WAYS)
def test_the_incidence_is_that_of_r(way: str) -> None:
    rows = golden.people()
    codes = rows["outcome"].map({"": 0} | {name: i for i, name in enumerate(WAYS, 1)})
    found = incidence_curves(rows["days"], codes, WAYS)
    found = found.loc[found["cause"].eq(way)]
    expected = golden.GOLDEN["probation_incidence"]
    assert found["time"].tolist() == expected["time"]
    for column in ("incidence", "std_error"):
        assert found[column].tolist() == pytest.approx(expected[way][column], abs=1e-10)
    for column in ("low", "high"):
        wanted = np.array(golden.numbers(expected[way][column]))
        some = found["incidence"].gt(0).to_numpy()
        assert found[column].to_numpy()[some] == pytest.approx(wanted[some], abs=1e-10)


rows_of_a_table = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3)), min_size=1, max_size=60)


@given(rows=rows_of_a_table)
def test_the_shares_of_all_ways_and_of_those_waiting_add_to_one(rows: list[tuple[int, int]]) -> None:
    time, cause = np.array(rows).T
    gone = incidence_curves(time, cause, ("a", "b", "c")).groupby("time")["incidence"].sum()
    waiting = survival_curve(time, cause > 0)
    assert (gone.to_numpy() + waiting["survival"].to_numpy()) == pytest.approx(np.ones(len(gone)))
    assert (waiting["at_risk"] - waiting["events"] - waiting["censored"]).iloc[-1] == 0


@given(rows=rows_of_a_table)
def test_one_way_out_is_the_survival_curve_turned_over(rows: list[tuple[int, int]]) -> None:
    time, cause = np.array(rows).T
    one = incidence_curves(time, cause > 0, ("a",))
    waiting = survival_curve(time, cause > 0)
    assert one["incidence"].to_numpy() == pytest.approx(1 - waiting["survival"].to_numpy())
    some = waiting["survival"].gt(0).to_numpy()
    assert one["std_error"].to_numpy()[some] == pytest.approx(waiting["std_error"].to_numpy()[some], abs=1e-9)


@given(rows=rows_of_a_table)
def test_statsmodels_agrees_where_it_is_right(rows: list[tuple[int, int]]) -> None:
    time, cause = np.array(rows).T
    cause = np.r_[cause, 0, 0]  # somebody stays to the end: statsmodels divides by zero otherwise
    time = np.r_[time, 9, 9]
    found = survival_curve(time, cause > 0)
    theirs = SurvfuncRight(time, (cause > 0).astype(int))
    here = found.loc[found["events"] > 0]
    assert here["survival"].to_numpy() == pytest.approx(theirs.surv_prob)
    assert here["std_error"].to_numpy() == pytest.approx(theirs.surv_prob_se)
    if cause.any():
        ours = incidence_curves(time, cause, ("a", "b", "c")[: cause.max()])
        theirs_too = CumIncidenceRight(time, cause)
        for place, name in enumerate(("a", "b", "c")[: cause.max()]):
            part = ours.loc[ours["cause"].eq(name)]
            assert part["incidence"].to_numpy() == pytest.approx(theirs_too.cinc[place])
            assert part["std_error"].to_numpy() ** 2 == pytest.approx(
                theirs_too.cinc_se[place] ** 2, abs=1e-9
            )


def test_all_who_are_left_may_go_at_once() -> None:
    found = survival_curve([1, 2, 2], [1, 1, 1])
    assert found["survival"].tolist() == pytest.approx([2 / 3, 0])
    assert found["std_error"].isna().tolist() == [False, True]
    gone = incidence_curves([1, 2, 2], [1, 1, 2], ("a", "b"))
    assert gone["incidence"].tolist() == pytest.approx([1 / 3, 2 / 3, 0, 1 / 3])
    assert np.isfinite(gone["std_error"]).all()


@pytest.mark.parametrize(
    ("when", "share", "at_risk"),
    [
        pytest.param(0, 1.0, 4, id="before the first time"),
        pytest.param(5, 0.75, 3, id="at a step"),
        pytest.param(6, 0.75, 3, id="after a step"),
        pytest.param(9, 0.375, 0, id="at the last time"),
        pytest.param(10, float("nan"), 0, id="where nobody is watched any more"),
    ],
)
def test_a_curve_is_read_as_a_step(when: float, share: float, at_risk: int) -> None:
    curve = survival_curve([5, 7, 9, 9], [1, 0, 1, 0])
    (row,) = read_at(curve, "survival", [when], before=1.0).to_dict("records")
    assert row["share"] == pytest.approx(share, nan_ok=True)
    assert row["at_risk"] == at_risk


def test_a_curve_at_its_end_stays_there_if_nobody_was_left() -> None:
    curve = survival_curve([5, 7], [1, 1])
    assert read_at(curve, "survival", [100], before=1.0)["share"].tolist() == [0]


@pytest.mark.parametrize(
    ("times", "shares", "expected"),
    [
        pytest.param([1, 2, 3], [0.8, 0.5, 0.2], 2.5, id="along a half: its middle"),
        pytest.param([1, 2], [0.8, 0.5], 2, id="along a half to the end"),
        pytest.param([1, 2], [0.8, 0.4], 2, id="across a half"),
        pytest.param([1, 2], [0.8, 0.6], float("nan"), id="above a half"),
        pytest.param([0, 2], [0.3, 0.1], 0, id="from the start"),
        pytest.param([1, 2], [float("nan"), 0.4], 2, id="limits that are missing"),
    ],
)
def test_quantiles(times: list[float], shares: list[float], expected: float) -> None:
    assert quantile(times, shares) == pytest.approx(expected, nan_ok=True)


def test_limits_are_missing_where_their_scale_ends() -> None:
    low, high = loglog_limits([0.0, 0.5, 1.0], [0.0, 0.1, 0.0])
    assert np.isnan([low[0], high[0], low[2], high[2]]).all()
    assert 0 < low[1] < 0.5 < high[1] < 1


@pytest.mark.parametrize(
    ("time", "cause"),
    [
        pytest.param([1, float("nan")], [0, 1], id="no time"),
        pytest.param([1, -1], [0, 1], id="a negative time"),
        pytest.param([1, float("inf")], [0, 1], id="an endless time"),
        pytest.param([1, 2], [0, 2], id="an unknown cause"),
        pytest.param([1, 2], [0, 0.5], id="half a cause"),
        pytest.param([1, 2], [1], id="too few causes"),
    ],
)
def test_what_is_no_life_table_is_refused(time: list[float], cause: list[float]) -> None:
    with pytest.raises(ParameterError):
        life_table(time, cause)


def test_huge_counts_keep_their_shares() -> None:
    time, event = (
        np.repeat([0, 30, 400], [600_000, 300_000, 100_000]),
        np.repeat([1, 1, 0], [600_000, 300_000, 100_000]),
    )
    found = survival_curve(time, event)
    assert found["survival"].tolist() == pytest.approx([0.4, 0.1, 0.1])
    assert found["std_error"].tolist() == pytest.approx([0.00048989795, 0.0003, 0.0003])
