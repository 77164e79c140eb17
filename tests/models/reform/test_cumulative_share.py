"""How much of a year has come by each month."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.models.published.rows import against_target
from analysis.models.reform.cumulative_share import by_cumulative_share, cumulative_shares, monthly, share_by


def people(counts: dict[int, list[int]]) -> pd.DataFrame:
    """Return admissions with these numbers a month, from January on."""
    dates = [
        f"{year}-{month:02d}"
        for year, row in counts.items()
        for month, n in enumerate(row, 1)
        for _ in range(n)
    ]
    return pd.DataFrame({"admitted": dates})


LATE = [0, 1, 2, 1, 10, 6, 2, 2, 16, 5, 15, 20]


def test_months_of_years_that_tell_them() -> None:
    table = pd.concat(
        [
            people({2019: LATE, 2020: LATE, 2021: [2] * 12, 2022: [2] * 9 + [0] * 3, 2023: [1] * 4}),
            pd.DataFrame({"admitted": ["2020", "2021-Q3", "2018-06"]}),
        ]
    )
    counts, dropped = monthly(table, [2019, 2020, 2021, 2022, 2023, 2019])
    assert {year: row.tolist() for year, row in counts.items()} == {2019: LATE}
    assert [(part.reason, part.rows) for part in dropped] == [
        ("năm 2020: 1 người không rõ tháng", 81),
        ("năm 2021: 1 người không rõ tháng", 25),
        ("năm 2022: không có ai từ tháng 10, sổ có thể đã khóa sớm", 18),
        ("năm 2023: ít hơn 10 người", 4),
    ]


def test_share_by_hand() -> None:
    # ln(60.5/40.5), ln(70.5/30.5), ln(65.5/35.5): mean .617257, variance .047539;
    # counting makes (1/60.5 + 1/40.5 + 1/70.5 + 1/30.5 + 1/65.5 + 1/35.5)/3 of it = .043755
    found = share_by(np.array([60.0, 70.0, 65.0]), np.array([40.0, 30.0, 35.0]))
    logits = np.log([60.5 / 40.5, 70.5 / 30.5, 65.5 / 35.5])
    assert found.logit == pytest.approx(logits.mean())
    counting = np.mean([1 / 60.5 + 1 / 40.5, 1 / 70.5 + 1 / 30.5, 1 / 65.5 + 1 / 35.5])
    assert found.between == pytest.approx(logits.var(ddof=1) - counting)
    assert found.of_mean == pytest.approx(logits.var(ddof=1) / 3)
    # t of 2 degrees of freedom reaches 4.302653 errors
    reach = 4.302652730 * np.sqrt(found.between + found.of_mean)
    assert found.limits(0.95) == pytest.approx(
        tuple(1 / (1 + np.exp(-(found.logit + side * reach))) for side in (-1, 1))
    )


def test_years_that_agree_too_well_keep_what_counting_makes() -> None:
    found = share_by(np.array([60.0, 60.0, 60.0]), np.array([40.0, 40.0, 40.0]))
    assert found.between == 0
    assert found.of_mean == pytest.approx((1 / 60.5 + 1 / 40.5) / 3)


def test_shares_rise_to_one_and_lie_within_their_limits() -> None:
    draws = np.random.default_rng(8)
    counts = {year: draws.poisson(LATE).tolist() for year in range(2016, 2022)}
    table, dropped = cumulative_shares(people(counts), range(2016, 2022))
    assert table["month"].to_list() == list(range(1, 13))
    assert (np.diff(table["share"]) > 0).all()
    assert table.iloc[-1][["share", "low", "high"]].to_list() == [1, 1, 1]
    within = table.iloc[:-1]
    assert ((within["low"] < within["share"]) & (within["share"] < within["high"])).all()
    june = [sum(row[:6]) / sum(row) for row in counts.values()]
    assert table.loc[5, ["lowest", "highest"]].to_list() == pytest.approx([min(june), max(june)])
    assert (table["years"].iloc[0], dropped) == (6, ())
    # Far from the six twelfths of an even run
    assert table.loc[5, "high"] < 0.5


@pytest.mark.parametrize(
    ("years", "least", "words"),
    [
        pytest.param([2019, 2020], 3, "2 years tell all of their months, at least 3", id="two years"),
        pytest.param([], 3, "0 years", id="no year"),
        pytest.param([2019, 2020], 1, "least 1", id="one year asked for"),
    ],
)
def test_too_few_years_are_refused(years: list[int], least: int, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        cumulative_shares(people(dict.fromkeys([2019, 2020], LATE)), years, least=least)


SHARES = pd.DataFrame({"month": range(1, 13), "share": np.linspace(1, 12, 12) ** 2 / 144})


def published(**changes: object) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "period_end": pd.to_datetime(["2024-06-30", "2024-09-15", "2024-12-31"]),
            "elapsed_share": pd.array([0.5, 8.5 / 12, None], dtype="Float64"),
        }
    )
    return rows.assign(**changes)


def test_published_part_years_take_the_share_of_their_day() -> None:
    found = by_cumulative_share(published(), SHARES)
    # By the end of June 36/144; in the middle of September half-way from 64/144 to 81/144
    assert found["elapsed_share"].iloc[0] == pytest.approx(0.25)
    assert found["elapsed_share"].iloc[1] == pytest.approx((64 + 0.5 * 17) / 144)
    assert found["elapsed_share"].isna().to_list() == [False, False, True]
    assert found["elapsed_share_even"].iloc[0] == 0.5


def test_targets_of_the_elapsed_part_follow() -> None:
    rows = pd.DataFrame(
        {
            "unit_id": ["a"],
            "province_vintage": "2008",
            "province_code": "11",
            "level": "province",
            "period_type": "partial_year",
            "period_start": pd.to_datetime(["2024-01-01"]),
            "period_end": pd.to_datetime(["2024-06-30"]),
            "admitted": [40],
            "admitted_qualifier": "exact",
            "target_low": [100],
            "target_high": [100],
            "target_qualifier": "exact",
            "target_scope": "whole_year",
            "conflict": "",
            "printed_before_end": pd.array([None], dtype="boolean"),
            "elapsed_share": pd.array([0.5], dtype="Float64"),
        }
    )
    even = against_target(rows, part_years=True)["target"].item()
    run = against_target(by_cumulative_share(rows, SHARES), part_years=True)["target"].item()
    assert (even, run) == (50, pytest.approx(25))


@pytest.mark.parametrize(
    "shares",
    [
        pytest.param(SHARES.head(11), id="a month missing"),
        pytest.param(SHARES.assign(share=SHARES["share"][::-1].to_numpy()), id="falling"),
        pytest.param(SHARES.assign(share=np.nan), id="no numbers"),
    ],
)
def test_shares_that_are_none_are_refused(shares: pd.DataFrame) -> None:
    with pytest.raises(ParameterError, match="months 1 to 12"):
        by_cumulative_share(published(), shares)
