"""Admissions as a series: what is counted where, and which dates are too coarse."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.models.reform.count_series import count_series, span, written

PEOPLE = pd.DataFrame({"admitted": ["2020-02", "2020-02", "2020-04", "2021-12", "2019-12", "2022"]})


def test_periods_without_an_admission_are_zeros() -> None:
    rows, dropped = count_series(PEOPLE, "month", "2020-01", "2020-06")
    assert rows["period"].to_list() == [f"2020-0{month}" for month in range(1, 7)]
    assert rows["admitted"].to_list() == [0, 2, 0, 1, 0, 0]
    assert [(part.reason, part.rows) for part in dropped] == [("ngoài khoảng 2020-01 – 2020-06", 3)]


@pytest.mark.parametrize(
    ("every", "first", "last", "counts"),
    [
        pytest.param("quarter", "2019-Q4", "2020-Q3", [1, 2, 1, 0], id="quarters"),
        pytest.param("year", "2019", "2022", [1, 3, 1, 1], id="years"),
    ],
)
def test_longer_periods(every: str, first: str, last: str, counts: list[int]) -> None:
    assert count_series(PEOPLE, every, first, last)[0]["admitted"].to_list() == counts


def test_exposure_is_time_by_days_or_person_years() -> None:
    rows, _ = count_series(PEOPLE, "month", "2020-01", "2020-02")
    assert rows["exposure"].to_list() == pytest.approx([31 / 366, 29 / 366])
    rows, _ = count_series(PEOPLE, "month", "2020-12", "2021-01", members={2020: 3660, 2021: 7300})
    assert rows["exposure"].to_list() == pytest.approx([310, 620])
    rows, _ = count_series(PEOPLE, "year", "2020", "2021", members={2020: 100, 2021: 200})
    assert rows["exposure"].to_list() == [100, 200]


@pytest.mark.parametrize(
    ("dates", "every", "words"),
    [
        pytest.param(["2021-02", "2021", "2021"], "month", "2 of 3 .* by month, such as 2021:", id="years"),
        pytest.param(["2021-Q2"], "month", "1 of 1 .* such as 2021-Q2", id="a quarter"),
        pytest.param(["2021-H1", "2021-03"], "quarter", "1 of 2 .* by quarter, such as 2021-H1", id="a half"),
    ],
)
def test_coarser_dates_than_asked_are_refused_and_counted(dates: list[str], every: str, words: str) -> None:
    ends = ("2021-01", "2021-12") if every == "month" else ("2021-Q1", "2021-Q4")
    with pytest.raises(ParameterError, match=words):
        count_series(pd.DataFrame({"admitted": dates}), every, *ends)


def test_coarse_dates_elsewhere_do_not_matter_and_finer_ones_add_up() -> None:
    people = pd.DataFrame({"admitted": ["2019", "2021-H2", "2021-Q1", "2021-02"]})
    rows, dropped = count_series(people, "quarter", "2020-Q1", "2021-Q2")
    assert rows["admitted"].to_list() == [0, 0, 0, 0, 2, 0]
    assert dropped[0].rows == 2


def test_categories_without_rows_are_no_dates() -> None:
    dates = pd.Categorical(["2021-02"], ["2021-02", "2021"])
    assert count_series(pd.DataFrame({"admitted": dates}), "month", "2021-01", "2021-03")[0][
        "admitted"
    ].to_list() == [0, 1, 0]


def test_nobody_is_a_row_of_zeros() -> None:
    rows, dropped = count_series(PEOPLE.head(0), "year", "2020", "2022")
    assert (rows["admitted"].to_list(), dropped) == ([0, 0, 0], ())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"every": "week"}, "every 'week'", id="length"),
        pytest.param({"first": "2020"}, "first '2020' is no month", id="first of another length"),
        pytest.param({"first": "2020-13"}, "period '2020-13'", id="no month"),
        pytest.param({"first": "2022-01"}, "is after last", id="order"),
        pytest.param({"members": {2021: 5}}, "members of 2020 are not given", id="members of a year"),
        pytest.param({"admissions": PEOPLE[[]]}, "no column 'admitted'", id="no column"),
        pytest.param(
            {"admissions": PEOPLE.assign(synthetic=[True] * 3 + [False] * 3)},
            "simulated",
            id="simulated and real",
        ),
        pytest.param({"admissions": pd.DataFrame({"admitted": [None, "2020-01"]})}, "period", id="no date"),
    ],
)
def test_wrong_parameters_are_refused(change: dict[str, Any], words: str) -> None:
    asked = {"admissions": PEOPLE, "every": "month", "first": "2020-01", "last": "2020-12"} | change
    with pytest.raises(ParameterError, match=words):
        count_series(**asked)


@given(st.lists(st.tuples(st.integers(2018, 2023), st.integers(1, 12)), max_size=40))
def test_nobody_is_lost_or_counted_twice(months: list[tuple[int, int]]) -> None:
    people = pd.DataFrame({"admitted": [f"{year}-{month:02d}" for year, month in months]}, dtype="object")
    rows, dropped = count_series(people, "quarter", "2019-Q2", "2022-Q3")
    assert rows["admitted"].sum() + sum(part.rows for part in dropped) == len(months)


@given(st.integers(1930, 2098), st.sampled_from(["month", "quarter", "year"]), st.integers(0, 11))
def test_a_period_is_read_as_it_is_written(year: int, every: str, part: int) -> None:
    width = {"month": 1, "quarter": 3, "year": 12}[every]
    place = (12 * year + part) // width
    assert span(written(place, every)) == (place * width, place * width + width - 1)
