"""What the probation ends in: incidences against R and a known truth, and what is said of them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import probation_rows as golden
import pytest
from probation_rows import END, admissions, left, recognised

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.process.competing_risks import CompetingRisks, aalen_johansen, ends_of_probation

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def of(rows: pd.DataFrame, **asked: Any) -> CompetingRisks:
    return aalen_johansen(rows, time="days", cause="outcome", **asked)


@pytest.mark.parametrize("cause", ["recognised", "struck_off", "died", "moved"])
def test_the_shares_are_those_of_r(cause: str) -> None:
    expected = golden.GOLDEN["probation_incidence"]
    found = of(golden.people(), at=(31, 92, 365))
    for when in (31, 92, 365):
        row, place = found.at(f"{cause} @ {when}"), expected["time"].index(when)
        for column, theirs in (
            ("estimate", "incidence"),
            ("std_error", "std_error"),
            ("low", "low"),
            ("high", "high"),
        ):
            wanted = golden.numbers(expected[cause][theirs])[place]
            assert row[column] == pytest.approx(wanted, abs=1e-10, nan_ok=True)


def test_shares_of_a_small_table_by_hand() -> None:
    rows = pd.DataFrame(
        {"days": [1, 1, 2, 3, 4] * 4, "outcome": ["recognised", "died", "", "recognised", "moved"] * 4}
    )
    found = of(rows, at=(1, 3, 4))
    assert found.causes == ("recognised", "died", "moved")
    assert found.estimates["estimate"].tolist() == pytest.approx([0.2, 0.5, 0.5, 0.2, 0.2, 0.2, 0, 0, 0.3])
    assert found.events.to_numpy().tolist() == [["recognised", 8], ["died", 4], ["moved", 4]]


def test_who_leaves_is_not_taken_for_one_who_could_still_be_recognised() -> None:
    rows = admissions(recognised(400), left(380), times=10)
    found = ends_of_probation(rows, END, at=(365,))
    assert found.estimates["estimate"].tolist() == pytest.approx([0.5, 0.5])


def test_registers_that_do_not_tell_who_left_are_left_out() -> None:
    untold = {"file": "b.csv", "has_left": None}
    rows = admissions(recognised(366), left(400), recognised(366) | untold, {"sex": "male"}, times=10)
    found = ends_of_probation(rows, END)
    assert (found.n, [d.rows for d in found.dropped]) == (30, [10])
    none = ends_of_probation(admissions(recognised(366) | untold, times=20), END)
    assert [f.code for f in none.findings] == ["no_rows"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param(golden.people().iloc[:0], "no_rows", id="nobody"),
        pytest.param(golden.people().iloc[:1], "few_events", id="one person"),
        pytest.param(golden.people().assign(outcome=""), "few_events", id="nobody went"),
    ],
)
def test_what_cannot_be_read_is_withheld(rows: pd.DataFrame, code: str) -> None:
    found = of(rows)
    assert [f.code for f in found.findings] == [code]
    assert found.estimates[["estimate", "std_error", "low", "high"]].isna().all(axis=None)
    assert found.curves.empty
    assert "Không công bố con số nào" in found.to_markdown()


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        pytest.param({"outcome": "emigrated"}, {}, id="an unknown way out"),
        pytest.param({"days": -1}, {}, id="a negative time"),
        pytest.param({}, {"at": (float("inf"),)}, id="an endless time asked"),
    ],
)
def test_what_is_no_outcome_is_refused(changed: dict[str, Any], asked: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        of(golden.people().assign(**changed), **asked)


def test_words_and_table_come_from_the_numbers() -> None:
    rows = admissions(
        recognised(400), left(700, "moved"), recognised(390), recognised(100), left(90), times=10
    )
    with speaking("en"):
        found = ends_of_probation(rows, END, at=(0, 365))
        words, table = found.words(), found.to_table()
    assert words[0].startswith(
        "Recognised as a full member: 66.7% within 365 days after 12 months (interval "
    )
    assert words[1].startswith("Moved: 33.3% within 365 days")
    assert "Besides, 10 people were recognised before 12 months." in words
    assert "Besides, 10 people left before 12 months." in words
    assert [row[0] for row in table.rows] == ["recognised as a full member"] * 2 + ["moved"] * 2
    assert [row[3] for row in table.rows] == ["0.0%", "66.7%", "0.0%", "33.3%"]
