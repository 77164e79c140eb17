"""Runs of years without admission, over years that are known."""

from __future__ import annotations

from itertools import groupby

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.zeros.dry_runs import dry_runs

NA = pd.NA


def years(*admitted: int | None, unit: str = "a", first: int = 2015, **columns: object) -> pd.DataFrame:
    """Return a unit's years from ``first`` on; None is a year without a row."""
    rows = [(unit, first + i, count) for i, count in enumerate(admitted) if count is not None]
    return pd.DataFrame(rows, columns=["unit_id", "year", "admitted"]).assign(**columns)


@pytest.mark.parametrize(
    ("admitted", "expected"),
    [
        pytest.param((1, 0, 0), {"current": 2, "current_open": False, "years_since": 2}, id="dry now"),
        pytest.param((0, 0, 1), {"current": 0, "longest": 2, "years_since": 0}, id="dry before"),
        pytest.param((0, 0), {"current": 2, "current_open": True, "last_admission": NA}, id="never any"),
        pytest.param(
            (1, None, 0), {"current": 1, "current_open": True, "gaps": 1, "years_since": NA}, id="a gap"
        ),
        pytest.param(
            (0, None, 0), {"longest": 1, "dry_years": 2, "longest_from": 2017}, id="a gap ends a run"
        ),
        pytest.param(
            (0, 0, 1, 0, 0),
            {"longest": 2, "longest_from": 2018, "longest_to": 2019},
            id="the latest of equals",
        ),
        pytest.param(
            (3,), {"longest": 0, "longest_from": NA, "years_since": 0, "current_open": False}, id="one"
        ),
        pytest.param(
            (0, 1, None, 2, 0), {"last_admission": 2018, "years_since": 1, "first_year": 2015}, id="last"
        ),
    ],
)
def test_what_is_known_of_a_unit(admitted: tuple[int | None, ...], expected: dict[str, object]) -> None:
    unit = dry_runs(years(*admitted)).units.iloc[0]
    for name, value in expected.items():
        assert (unit[name] is value) or unit[name] == value, name


def test_a_missing_count_is_a_gap() -> None:
    rows = years(1, 0, 0).assign(admitted=pd.array([0, None, 0], dtype="Int64"))
    found = dry_runs(rows)
    assert found.units.iloc[0][["longest", "gaps", "known_years"]].tolist() == [1, 1, 2]
    assert [dropped.rows for dropped in found.dropped] == [1]


def test_years_without_eligible_people_are_told_apart() -> None:
    unit = dry_runs(years(1, 0, 0, 0, eligible=[3, 0, 2, 0])).units.iloc[0]
    assert unit[["current", "current_without_eligible", "without_eligible"]].tolist() == [3, 2, 2]


def test_runs_by_length() -> None:
    rows = pd.concat([years(0, 0, 0, 1, 0), years(1, 0, 0, unit="b"), years(2, 2, unit="c")])
    table = dry_runs(rows).estimates
    assert table["years"].tolist() == [2, 3, 4, 5]
    assert table["estimate"].tolist() == [2, 1, 0, 0]
    assert table["units"].tolist() == [1, 0, 0, 0]


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from([0, 0, 1, None]), min_size=1, max_size=12).filter(
        lambda y: any(v is not None for v in y)
    )
)
def test_runs_are_those_that_one_counts_by_hand(admitted: list[int | None]) -> None:
    found = dry_runs(years(*admitted), lengths=[1, 2, 3])
    runs = [len(list(group)) for value, group in groupby(admitted) if value == 0]
    unit = found.units.iloc[0]
    assert unit["longest"] == max(runs, default=0)
    assert found.estimates["estimate"].tolist() == [sum(run >= n for run in runs) for n in (1, 2, 3)]
    known = [value for value in admitted if value is not None]
    assert (unit["known_years"], unit["dry_years"]) == (len(known), known.count(0))


def test_order_of_rows_does_not_matter() -> None:
    rows = pd.concat([years(0, 0, 1), years(1, 0, 0, unit="b")])
    pd.testing.assert_frame_equal(dry_runs(rows).units, dry_runs(rows.iloc[::-1]).units)


def test_words_tell_the_run_and_what_is_not_known() -> None:
    rows = pd.concat([years(0, 0, 0), years(2, 0, None, unit="b"), years(1, None, 1, unit="c")])
    with speaking("en"):
        words = dry_runs(rows).words()
    assert words[:4] == [
        "In their last known year 2 of 3 units are without admission; the longest for 3 years in a row (units: 1).",
        "Units whose run begins with the first known year or after a gap, so that it may be longer: 1.",
        "Units with unknown years in between, which end a run and do not count as without admission: 1.",
        "Units that are not known up to 2017: 1.",
    ]
    with speaking("en"):
        assert dry_runs(years(0, 1)).words()[0] == "Every unit had admissions in its last known year."


def test_no_row_is_withheld() -> None:
    found = dry_runs(years(1).iloc[:0])
    assert found.withheld
    assert found.estimates["estimate"].isna().all()
    assert found.units.empty
    assert "Không công bố" in found.to_markdown()


@pytest.mark.parametrize(
    ("rows", "more", "words"),
    [
        pytest.param(pd.concat([years(1), years(2)]), {}, "two rows of 'a' in 2015", id="a year twice"),
        pytest.param(years(1, 2, year=[2015.5, 2016]), {}, "whole year", id="half a year"),
        pytest.param(years(1, 2, year=[20, 2016]), {}, "more than 200 years", id="a year far off"),
        pytest.param(years(1, 2, unit_id=[None, "a"]), {}, "unit_id", id="no unit"),
        pytest.param(years(1).drop(columns="admitted"), {}, "no column 'admitted'", id="no counts"),
        pytest.param(years(1), {"lengths": []}, "lengths", id="no length"),
        pytest.param(years(1), {"lengths": [0]}, "lengths", id="length zero"),
    ],
)
def test_what_cannot_be_asked_is_refused(rows: pd.DataFrame, more: dict[str, object], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        dry_runs(rows, **more)
