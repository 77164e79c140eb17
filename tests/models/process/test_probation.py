"""From admissions to times since twelve months: what counts, from when to when, and what is left out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from probation_rows import END, admissions, left, recognised

from analysis.errors import ParameterError
from analysis.models.process.follow_up import days_of_months
from analysis.models.process.probation import after_twelve_months

NO_DAY = {"was_recognised": True}


def outcomes(*rows: dict[str, Any], until: Any = END) -> list[tuple[int, str]]:
    found = after_twelve_months(admissions(*rows), until).rows
    return [(int(row.days), row.outcome) for row in found.itertuples()]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # March 2019 to March 2020: 366 days, for a 29 February lies between.
        pytest.param(recognised(366), (0, "recognised"), id="recognised on the day"),
        pytest.param(recognised(400), (34, "recognised"), id="recognised later"),
        pytest.param(recognised(400, admitted="2018-03"), (35, "recognised"), id="a year of 365 days"),
        pytest.param({}, (1371 - 366, ""), id="waiting since the last day of March 2019"),
        pytest.param(left(500), (134, "struck_off"), id="struck off"),
        pytest.param(left(500, ""), (134, "left"), id="left, it is not told how"),
        pytest.param(recognised(400) | left(700), (34, "recognised"), id="recognised, then struck off"),
        pytest.param(recognised(500) | left(400, "moved"), (134, "recognised"), id="recognised where they moved"),
        pytest.param(recognised(400) | left(None), (34, "recognised"), id="recognised, then left some day"),
        pytest.param(left(400) | {"was_recognised": None}, None, id="left; recognition is not told"),
        # 29 February 2020 to 28 February 2021 are 365 days, and the flag knows that they are twelve months.
        pytest.param(
            recognised(365, admitted="2020-02", recognised_early=False), (0, "recognised"), id="admitted on 29 February"
        ),
    ],
)  # fmt: skip
def test_the_first_thing_that_happened_counts(row: dict[str, Any], expected: tuple[int, str] | None) -> None:
    assert outcomes(row) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("row", "early", "left_before"),
    [
        pytest.param(recognised(300), 1, 0, id="recognised early"),
        pytest.param(
            NO_DAY | {"recognised_early": True}, 1, 0, id="recognised early on a day that is not told"
        ),
        pytest.param(left(300), 0, 1, id="left before"),
        pytest.param(recognised(300) | left(200, "moved"), 1, 0, id="moved, and recognised early"),
    ],
)
def test_what_happened_before_twelve_months_stands_apart(
    row: dict[str, Any], early: int, left_before: int
) -> None:
    found = after_twelve_months(admissions(row), END)
    assert (len(found.rows), found.early, found.left_before) == (0, early, left_before)
    assert not found.dropped


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param({"admitted": "2019-Q1"}, "chỉ biết đến quý", id="a quarter"),
        pytest.param({"admitted": "2019-H2"}, "chỉ biết đến quý", id="half a year"),
        pytest.param({"admitted": "2019"}, "chỉ biết đến quý", id="a year"),
        pytest.param(
            {"admitted": "2022-01"}, "chưa theo dõi đủ 12 tháng", id="watched for 11 months at least"
        ),
        pytest.param({"was_recognised": None}, "không cho biết đã công nhận", id="recognition is not told"),
        pytest.param(NO_DAY, "không rõ sau bao nhiêu ngày", id="recognised on a day that is not told"),
        pytest.param(left(None), "không rõ sau bao nhiêu ngày", id="left on a day that is not told"),
        pytest.param(recognised(500) | left(400), "mâu thuẫn", id="struck off, then recognised"),
        pytest.param(recognised(500) | left(400, ""), "mâu thuẫn", id="left somehow, then recognised"),
    ],
)
def test_what_cannot_be_timed_is_left_out_and_named(row: dict[str, Any], reason: str) -> None:
    found = after_twelve_months(admissions(row, recognised(366)), END)
    assert len(found.rows) == 1
    (dropped,) = found.dropped
    assert reason in dropped.reason
    assert dropped.rows == 1


def test_the_watch_ends_for_all_of_a_month_at_once() -> None:
    # Admitted in December 2021: on 31 December 2022, whoever was admitted on the 31st was watched for 365 days.
    late = admissions(
        recognised(365, admitted="2021-12"), recognised(370, admitted="2021-12"), {"admitted": "2021-12"}
    )
    found = after_twelve_months(late, END).rows
    assert found[["days", "outcome"]].to_numpy().tolist() == [[0, "recognised"], [0, ""], [0, ""]]
    assert after_twelve_months(late, date(2022, 12, 30)).rows.empty


def test_each_register_has_its_own_end() -> None:
    rows = admissions({"file": "a.csv"}, {"file": "b.csv"})
    found = after_twelve_months(rows, {"a.csv": date(2020, 3, 31), "b.csv": date(2020, 5, 31)}).rows
    assert found["days"].tolist() == [0, 61]


@pytest.mark.parametrize(
    "until",
    [
        pytest.param({"b.csv": END}, id="no day for the file"),
        pytest.param(datetime(2022, 12, 31), id="a time"),
        pytest.param("2022-12-31", id="a text"),
        pytest.param(None, id="nothing"),
        pytest.param({"so.csv": None}, id="nothing for the file"),
    ],
)
def test_the_end_of_the_watch_is_never_guessed(until: Any) -> None:
    with pytest.raises(ParameterError, match="known_until"):
        after_twelve_months(admissions({}), until)


def test_a_table_of_before_is_refused_by_the_column_that_it_lacks() -> None:
    with pytest.raises(ParameterError, match="was_recognised"):
        after_twelve_months(admissions({}).drop(columns="was_recognised"), END)


@pytest.mark.parametrize(
    ("undated", "withheld"), [pytest.param(1, False, id="one of 21"), pytest.param(2, True, id="two of 22")]
)
def test_many_events_without_a_day_withhold_the_times(undated: int, withheld: bool) -> None:
    rows = pd.concat(
        [admissions(recognised(366), times=20), admissions(NO_DAY, times=undated)], ignore_index=True
    )
    found = after_twelve_months(rows, END).findings
    assert [f.fatal for f in found if f.code == "events_without_day"] == ([True] if withheld else [])


def test_a_register_that_falls_silent_is_named() -> None:
    rows = admissions(recognised(366, file="a.csv"), {"file": "a.csv"}, recognised(366, file="b.csv"))
    (found,) = after_twelve_months(rows, END).findings
    assert (found.code, found.where, found.fatal) == ("silent_register", "a.csv", False)
    # March 2019 and 366 days: 1 March 2020 at the earliest
    assert found.numbers["count"] == (END - date(2020, 3, 1)).days


def test_a_register_that_recognised_nobody_at_all_tells_nothing() -> None:
    rows = pd.concat(
        [admissions({"file": "a.csv"}, times=10), admissions({"file": "b.csv"}, times=9)], ignore_index=True
    )
    found = after_twelve_months(rows, END)
    assert set(found.rows["file"]) == {"b.csv"}
    assert [(d.rows, "không ghi ai" in d.reason) for d in found.dropped] == [(10, True)]


def test_synthetic_people_do_not_stand_beside_real_ones() -> None:
    rows = admissions({"synthetic": True}, {"synthetic": False})
    assert len(after_twelve_months(rows, END).rows) == 1
    assert len(after_twelve_months(admissions({"synthetic": True}), END).rows) == 1


def test_nobody_is_nobody() -> None:
    found = after_twelve_months(admissions({}).iloc[:0], END)
    assert (len(found.rows), found.dropped, found.findings) == (0, (), ())


@given(day=st.dates(date(1990, 1, 1), date(2090, 12, 31)), months=st.integers(1, 60))
def test_days_of_months_are_those_of_the_calendar(day: date, months: int) -> None:
    later = pd.Timestamp(day) + pd.DateOffset(months=months)
    month = np.array([(day.year - 1970) * 12 + day.month - 1])
    (found,) = days_of_months(month, months).tolist()
    # Where the later month has no such day, its last day stands for it: three days at most.
    assert 0 <= found - (later.date() - day).days <= (3 if later.day < day.day else 0)
