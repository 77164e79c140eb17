"""Shares that reached the next stage: Wilson's limits, published stages, cohorts of a register."""

from __future__ import annotations

from datetime import date
from typing import Any

import made
import numpy as np
import pandas as pd
import pytest
from probation_rows import END, admissions, left, recognised
from scipy.stats import binomtest

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.process.conversion import printed_conversion, wilson_limits
from analysis.models.process.recognition_cohorts import recognition_by_cohort
from analysis.processed import Processed


@pytest.mark.parametrize(
    ("reached", "entered", "low", "high"),
    [
        # Newcombe 1998, table I
        pytest.param(81, 263, 0.2552885, 0.3662096, id="81 of 263"),
        pytest.param(15, 148, 0.0623864, 0.1604872, id="15 of 148"),
        pytest.param(0, 20, 0.0, 0.1611252, id="0 of 20"),
        pytest.param(1, 29, 0.0061132, 0.1717552, id="1 of 29"),
        pytest.param(20, 20, 1 - 0.1611252, 1.0, id="20 of 20"),
    ],
)
def test_limits_are_those_of_newcombe(reached: int, entered: int, low: float, high: float) -> None:
    found = [float(limit) for limit in wilson_limits(reached, entered)]
    assert found == pytest.approx([low, high], abs=5e-8)


def test_limits_of_another_level() -> None:
    theirs = binomtest(7, 30).proportion_ci(0.8, method="wilson")
    assert [float(limit) for limit in wilson_limits(7, 30, 0.8)] == pytest.approx([theirs.low, theirs.high])


@pytest.mark.parametrize(
    ("reached", "entered"),
    [(1, 0), (3, 2), (-1, 2), (1, float("nan"))],
    ids=["nobody", "more", "negative", "missing"],
)
def test_no_share_of_what_has_none(reached: float, entered: float) -> None:
    with pytest.raises(ParameterError):
        wilson_limits(reached, entered)


def printed(**counts: Any) -> pd.DataFrame:
    return made.rows("figures", *[{"measure": name, "value": value} for name, value in counts.items()])


def test_every_pair_of_stages_that_one_source_prints() -> None:
    found = printed_conversion(printed(nominated=100, trained=50, admitted=20))
    pairs = found.estimates[["of", "to", "entered", "reached", "estimate"]].to_numpy().tolist()
    assert pairs == [
        ["nominated", "trained", 100, 50, 0.5],
        ["nominated", "admitted", 100, 20, 0.2],
        ["trained", "admitted", 50, 20, 0.4],
    ]
    assert found.estimates["p_value"].isna().all()


def test_the_real_stages(tables: Processed) -> None:
    found = printed_conversion(tables.figures)
    rows = found.estimates
    (row,) = rows.loc[rows["unit"].eq("xã Cư San") & rows["of"].eq("trained")].to_dict("records")
    assert (row["entered"], row["reached"]) == (85, 36)
    theirs = binomtest(36, 85).proportion_ci(method="wilson")
    assert (row["low"], row["high"]) == pytest.approx((theirs.low, theirs.high))
    assert not found.withheld


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        pytest.param(printed(trained=20, admitted=50), "đông hơn", id="more admitted than trained"),
        pytest.param(printed(trained=0, admitted=0), "không có ai", id="nobody trained"),
        pytest.param(
            made.rows(
                "figures",
                {"measure": "trained", "value": 50, "qualifier": "about"},
                {"measure": "admitted", "value": 20},
            ),
            "không chính xác",
            id="a round number",
        ),
    ],
)
def test_counts_that_make_no_share_are_left_out_and_named(figures: pd.DataFrame, reason: str) -> None:
    found = printed_conversion(figures)
    assert [d.rows for d in found.dropped if reason in d.reason] == [1]
    assert found.withheld


def test_recognition_is_no_stage_of_those_admitted_in_the_year() -> None:
    found = printed_conversion(printed(trained=60, admitted=50, recognised=40))
    assert set(found.estimates["to"]) == {"admitted"}


def shares(*rows: dict[str, Any], until: Any = END, **asked: Any) -> dict[tuple[str, int], tuple[int, int]]:
    found = recognition_by_cohort(admissions(*rows), until, **asked).estimates
    return {(row.cohort, row.months): (row.reached, row.entered) for row in found.itertuples()}


def test_a_cohort_by_months() -> None:
    # From March 2019: 12 months are 366 days, 13 are 397, 15 are 458.
    days = [300, 366, 367, 397, 398, 458]
    found = shares(*map(recognised, days), {}, left(380), months=(12, 13, 15))
    assert found == {("2019", 12): (2, 8), ("2019", 13): (4, 8), ("2019", 15): (6, 8)}


def test_only_those_are_counted_who_were_watched_for_so_long() -> None:
    rows = [recognised(365, admitted="2021-06"), recognised(500, admitted="2021-06"), {"admitted": "2021-07"}]
    # On 31 December 2022, June 2021 was watched for 18 months to its last day, July 2021 was not.
    found = shares(*rows, recognised(540, admitted="2021-07"), months=(12, 18))
    assert found == {("2021", 12): (1, 4), ("2021", 18): (2, 2)}
    one_day_less = shares(*rows, until=date(2022, 12, 29), months=(18,))
    assert one_day_less == {}


def test_quarters_are_cohorts_too() -> None:
    rows = [recognised(366, admitted=month) for month in ("2019-03", "2019-04", "2019-06")]
    assert shares(*rows, cohort="quarter", months=(24,)) == {("2019-Q1", 24): (1, 1), ("2019-Q2", 24): (2, 2)}


def test_those_recognised_on_an_unknown_day_are_left_out_and_soon_too_many() -> None:
    many = pd.concat([admissions(recognised(366), times=40), admissions({"was_recognised": True}, times=2)])
    found = recognition_by_cohort(many, END)
    assert [d.rows for d in found.dropped] == [2]
    assert not found.withheld
    assert found.n == 40
    more = pd.concat([many, admissions({"was_recognised": True})])
    held_back = recognition_by_cohort(more, END)
    assert held_back.withheld
    numbers = held_back.estimates.drop(columns=["term", "cohort", "months"])
    assert numbers.isna().all(axis=None)


def test_who_was_recognised_early_counts_from_twelve_months_on() -> None:
    unknown_day = {"was_recognised": True, "recognised_early": True}
    assert shares(unknown_day, months=(12,)) == {("2019", 12): (1, 1)}


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"cohort": "month"}, id="a cohort by month"),
        pytest.param({"months": (11,)}, id="before probation ends"),
        pytest.param({"months": ()}, id="no months"),
        pytest.param({"months": (12.5,)}, id="half a month"),
    ],
)
def test_wrong_parameters_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        recognition_by_cohort(admissions({}), END, **asked)


@pytest.mark.parametrize(
    "rows", [pytest.param(admissions({}).iloc[:0], id="nobody"), pytest.param(admissions({"admitted": "2022-12"}), id="too recent")]
)  # fmt: skip
def test_without_anybody_there_is_no_share(rows: pd.DataFrame) -> None:
    found = recognition_by_cohort(rows, END)
    assert [f.code for f in found.findings] == ["no_rows"]
    assert found.estimates.empty
    assert "Không công bố" in found.to_markdown()


def test_words_come_from_the_numbers() -> None:
    found = recognition_by_cohort(
        admissions(recognised(366), recognised(400), recognised(500), {}), END, months=(12, 15)
    )
    assert found.words()[:2] == [
        "Trong 12 tháng từ ngày kết nạp: 1 trong 4 người (25,0%).",
        "Trong 15 tháng từ ngày kết nạp: 2 trong 4 người (50,0%).",
    ]
    with speaking("en"):
        assert found.words()[0] == "Within 12 months of admission: 1 of 4 people (25.0%)."
        assert found.to_table().rows[0][:5] == ["2019", "12", "4", "1", "25.0%"]
    assert "| 2019 | 12 | 4 | 1 | 25,0% |" in found.to_markdown()


def test_more_people_narrow_the_limits_and_leave_the_share() -> None:
    rows = admissions(recognised(366), recognised(400), {}, times=1000)
    few, many = (recognition_by_cohort(part, END, months=(12,)) for part in (rows.iloc[::1000], rows))
    assert few.estimates["estimate"].tolist() == many.estimates["estimate"].tolist() == [pytest.approx(1 / 3)]
    assert np.diff([many.estimates["low"][0], many.estimates["high"][0]]) < 0.05
