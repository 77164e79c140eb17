"""How long people wait: Kaplan-Meier by group, medians, the log-rank test, and what is said of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import probation_rows as golden
import pytest
from probation_rows import END, admissions, left, recognised
from statsmodels.duration.survfunc import survdiff

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.process.waiting import Waiting, kaplan_meier, recognition_delay

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def of(rows: pd.DataFrame, **asked: Any) -> Waiting:
    return kaplan_meier(rows, time="days", event="recognised", **asked)


def test_gehan_is_told_as_r_tells_it() -> None:
    found = kaplan_meier(golden.gehan(), time="time", event="event", by="group", at=(6, 10, 23))
    row = found.at("6mp @ 6")
    assert (round(row["estimate"], 6), round(row["std_error"], 6)) == (0.857143, 0.07636)
    assert (round(row["low"], 6), round(row["high"], 6)) == (0.619718, 0.951552)
    assert round(found.at("6mp @ 10")["estimate"], 6) == 0.752941
    assert round(found.at("6mp @ 23")["estimate"], 6) == 0.448179
    assert round(found.chi2 or 0, 6) == 16.792941
    assert found.freedom == 1
    medians = found.medians.set_index("group")
    assert medians.loc["6mp", ["median", "low"]].tolist() == [23, 13]
    assert np.isnan(medians.loc["6mp", "high"])
    assert medians.loc["control", ["median", "low", "high"]].tolist() == [8, 4, 11]


def test_the_log_rank_test_of_three_groups_is_that_of_r() -> None:
    found = of(golden.people(), by="locality")
    expected = golden.GOLDEN["probation_log_rank"]
    assert (found.chi2, found.freedom) == (pytest.approx(expected["chi2"], abs=1e-9), expected["freedom"])


def test_the_p_value_of_a_far_difference_is_not_rounded_to_zero() -> None:
    rows = pd.DataFrame({"days": [0, 300] * 400, "recognised": 1, "sex": ["female", "male"] * 400})
    found = of(rows, by="sex")
    assert 0 < (found.p_value or 0) < 1e-100
    assert survdiff(rows["days"], rows["recognised"], rows["sex"] == "male")[1] == 0  # what statsmodels says


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param(golden.people().iloc[:0], "no_rows", id="nobody"),
        pytest.param(golden.people().iloc[:1], "no_rows", id="one person: no group"),
        pytest.param(golden.people().assign(recognised=0), "few_events", id="no event"),
        pytest.param(golden.people().assign(sex=""), "no_rows", id="no group is told"),
    ],
)
def test_what_cannot_be_read_is_withheld(rows: pd.DataFrame, code: str) -> None:
    found = of(rows, by="sex")
    assert [f.code for f in found.findings] == [code]
    assert found.withheld
    assert found.estimates[["estimate", "std_error", "low", "high", "response"]].isna().all(axis=None)
    assert found.curves.empty
    assert found.medians[["median", "low", "high"]].isna().all(axis=None)
    assert (found.chi2, found.p_value) == (None, None)
    assert "Không công bố con số nào" in found.to_markdown()
    assert r"\begin{tabular}" in found.to_latex("en")


def test_small_groups_and_people_without_one_are_left_out() -> None:
    rows = golden.people()
    rows["sex"] = np.select([rows.index < 4, rows.index < 10], ["male", ""], "female")
    found = of(rows, by="sex")
    assert found.medians["group"].tolist() == ["female"]
    assert sorted(d.rows for d in found.dropped) == [4, 6]
    assert found.chi2 is None


def test_nobody_waiting_at_the_same_time_is_not_compared() -> None:
    rows = pd.DataFrame(
        {"days": [0] * 20 + [9] * 20, "recognised": [1] * 20 + [0] * 20, "sex": ["a", "b"] * 20}
    )
    assert of(rows, by="sex").chi2 is not None
    # Group b is seen for the first time where no event is left: nothing can be said.
    alone = rows.assign(recognised=1, days=5)
    assert of(alone, by="sex").chi2 is None


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        pytest.param({"days": float("nan")}, {}, id="no time"),
        pytest.param({"days": -1}, {}, id="a negative time"),
        pytest.param({"recognised": 2}, {}, id="an event that is none"),
        pytest.param({"recognised": "x"}, {}, id="a word for an event"),
        pytest.param({}, {"by": "village"}, id="no such column"),
        pytest.param({}, {"at": ()}, id="no time asked"),
        pytest.param({}, {"at": (-3,)}, id="a negative time asked"),
    ],
)
def test_what_is_no_wait_is_refused(changed: dict[str, Any], asked: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        of(golden.people().assign(**changed), **asked)


def delay() -> pd.DataFrame:
    told = [recognised(366), recognised(400), recognised(430), {}, left(500), recognised(200)]
    return admissions(*told, times=6)


def test_the_delay_starts_at_twelve_months() -> None:
    found = recognition_delay(delay(), END, at=(0, 34, 64))
    assert found.estimates["estimate"].tolist() == pytest.approx([24 / 30, 18 / 30, 12 / 30])
    assert (found.n, found.events, found.early, found.left_before) == (30, 18, 6, 0)
    assert found.medians["median"].tolist() == [64]


def test_registers_that_do_not_tell_who_left_are_named() -> None:
    rows = delay().assign(has_left=pd.array([None] * 36, dtype="boolean"), days_to_exit=None, exit="")
    found = recognition_delay(rows, END)
    (finding,) = [f for f in found.findings if f.code == "exits_untold"]
    assert (finding.numbers["count"], finding.fatal, found.withheld) == (30, False, False)


def test_words_come_from_the_numbers() -> None:
    with speaking("en"):
        found = recognition_delay(delay(), END, by="sex")
        words = found.words()
    assert words[0] == (
        "Female: the wait ended for 18 of 30 people; for half of them within 64 days after 12 months "
        "(interval 34 – ∞)."
    )
    assert "Besides, 6 people were recognised before 12 months." in words
    assert not any("chi-square" in line for line in words)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        pytest.param([0, 0, 30], "ngay khi đủ 12 tháng", id="at once"),
        pytest.param([30, 30, 30], "trong 30 ngày", id="later"),
    ],
)
def test_the_median_in_words(days: list[int], said: str) -> None:
    rows = pd.DataFrame({"days": days * 10, "recognised": 1})
    assert said in of(rows).words()[0]


def test_a_median_without_limits_is_said_without() -> None:
    rows = pd.DataFrame({"days": [30] * 20, "recognised": 1})
    assert of(rows).words()[0] == "20 trong 20 người hết chờ; một nửa hết chờ trong 30 ngày sau 12 tháng."


def test_without_a_median_none_is_said() -> None:
    rows = pd.DataFrame({"days": [10] * 10 + [20] * 30, "recognised": [1] * 10 + [0] * 30})
    assert "không có trung vị" in of(rows).words()[0]


@pytest.mark.parametrize(
    ("shift", "said"), [(0, "Không thấy"), (200, "khác nhau giữa")], ids=["alike", "different"]
)
def test_the_test_in_words(shift: int, said: str) -> None:
    rows = pd.DataFrame({"days": [*range(30)] * 2, "recognised": 1, "sex": ["female"] * 30 + ["male"] * 30})
    rows.loc[rows["sex"] == "male", "days"] += shift
    (line,) = [line for line in of(rows, by="sex").words() if "chi bình phương" in line]
    assert said in line
