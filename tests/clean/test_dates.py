"""Dates: days, days of publication, lengths of periods in months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.dates import months_between, parse_day, parse_published

days = st.dates(date(1930, 1, 1), date(2090, 12, 31))


@given(days)
def test_a_day_survives_being_printed(day):
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2017-02-29", id="no-leap-year"),
        pytest.param("2017-13-01", id="month-13"),
        pytest.param("31/12/2017", id="day-first"),
        pytest.param("2017-1-1", id="short"),
        pytest.param("20170101", id="no-hyphens"),
        pytest.param("2017-W01-1", id="week"),
        pytest.param("2017-01-01T00:00", id="with-a-time"),
        pytest.param("", id="empty"),
        pytest.param("0216-01-01", id="before-the-party"),
        pytest.param("2216-01-01", id="centuries-ahead"),
    ],
)
def test_only_iso_days_are_days(text):
    assert parse_day(text) is None


@given(st.text() | st.from_regex(r"[0-9]{4}(-[0-9]{2}){0,2}", fullmatch=True))
def test_any_text_is_a_date_of_publication_or_none(text):
    span = parse_published(text)
    assert span is None or span[0] <= span[1]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        pytest.param("2018-02-14", date(2018, 2, 14), date(2018, 2, 14), id="day"),
        pytest.param("2020-02", date(2020, 2, 1), date(2020, 2, 29), id="month-of-a-leap-year"),
        pytest.param("2018", date(2018, 1, 1), date(2018, 12, 31), id="year"),
    ],
)
def test_a_source_appeared_within_what_is_known_of_its_date(text, first, last):
    assert parse_published(text) == (first, last)


@pytest.mark.parametrize(
    "text", ["2018-00", "2018-13", "2018-02-30", "0000", "0217-03", "02/2018", "spring 2018"]
)
def test_other_words_are_no_date_of_publication(text):
    assert parse_published(text) is None


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        pytest.param("2016-01-01", "2016-12-31", 12, id="year"),
        pytest.param("2018-01-01", "2018-09-30", 9, id="nine-months"),
        pytest.param("2015-01-01", "2020-12-31", 72, id="term"),
        pytest.param("2019-09-01", "2020-08-31", 12, id="school-year"),
        pytest.param("2021-01-01", "2021-10-15", 9 + 15 / 31, id="to-mid-october"),
        pytest.param("2016-02-01", "2016-02-29", 1, id="february-of-a-leap-year"),
        pytest.param("2020-05-14", "2020-05-14", 1 / 31, id="one-day"),
    ],
)
def test_months_count_both_ends(start, end, months):
    assert months_between(date.fromisoformat(start), date.fromisoformat(end)) == pytest.approx(
        months, abs=1e-6
    )


@given(days, st.integers(0, 3000), st.integers(1, 3000))
def test_months_of_two_periods_in_a_row_add_up(start, first, second):
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second)
    together = months_between(start, middle) + months_between(middle + timedelta(days=1), end)
    assert months_between(start, end) == pytest.approx(together, abs=3e-6)
    assert months_between(start, middle) > 0
