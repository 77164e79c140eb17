"""Ages of partial dates: a month is completed on its day as the Civil Code counts, and what is unknown spans."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.cell_dates import read_date
from analysis.clean.partial_dates import PartialDate, age_in_months

days = st.dates(date(1930, 1, 1), date(2099, 12, 31))


def one(cell):
    return read_date(cell, "dmy")


@pytest.mark.parametrize(
    ("birth", "at", "months"),
    [
        pytest.param("03/02/2002", "02/02/2020", (215, 215), id="a-day-before-18"),
        pytest.param("03/02/2002", "03/02/2020", (216, 216), id="18-on-the-day"),
        pytest.param("29/02/2000", "27/02/2018", (215, 215), id="leap-day-a-day-before"),
        pytest.param("29/02/2000", "28/02/2018", (216, 216), id="leap-day-in-a-common-year"),
        pytest.param("29/02/2000", "28/02/2020", (239, 239), id="leap-day-in-a-leap-year"),
        pytest.param("31/01/2000", "30/04/2000", (3, 3), id="the-31st-in-a-short-month"),
        pytest.param("31/01/2000", "30/03/2000", (1, 1), id="the-31st-in-a-long-month"),
        pytest.param("1990", "03/02/2020", (349, 361), id="year-of-birth"),
        pytest.param("5/1990", "6/2020", (360, 361), id="month-of-birth-and-of-admission"),
        pytest.param("5/1990", "5/2020", (359, 360), id="in-the-month-of-birth"),
        pytest.param("03/02/2020", "02/02/2020", (-1, -1), id="born-later"),
    ],
)
def test_age_in_completed_months(birth, at, months):
    assert age_in_months(one(birth).value, one(at).value) == months


@given(days, days)
def test_age_grows_by_one_month_at_each_anniversary_and_only_then(birth, at):
    def age(day):
        return age_in_months(PartialDate(birth, birth, "day"), PartialDate(day, day, "day"))[0]

    anniversary = min(birth.day, calendar.monthrange(at.year, at.month)[1])
    assert age(at) - age(at - timedelta(1)) == (at.day == anniversary)
    assert age(birth) == 0


@given(days, st.integers(1930, 2099), st.integers(1, 12))
def test_an_age_of_partial_dates_spans_the_ages_of_their_days(at, year, month):
    exact = PartialDate(at, at, "day")
    birth = one(f"{month}/{year}").value
    every_day = [birth.first + timedelta(n) for n in range((birth.last - birth.first).days + 1)]
    ages = [age_in_months(PartialDate(day, day, "day"), exact)[0] for day in every_day]
    assert age_in_months(birth, exact) == (min(ages), max(ages))
