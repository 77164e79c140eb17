"""Part of a year: projected by earlier years, or by days where that is asked for, and never silently."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.reform.part_year import PartYear, part_year

LATE = [0, 1, 2, 1, 10, 6, 2, 2, 16, 5, 15, 20]
DRAWS = np.random.default_rng(2)
COUNTS = {year: DRAWS.poisson(np.array(LATE) * 3).tolist() for year in range(2019, 2024)}
SO_FAR = {2024: [1, 4, 5, 6, 33, 20]}


def people(counts: dict[int, list[int]]) -> pd.DataFrame:
    """Return admissions with these numbers a month, from January on."""
    dates = [
        f"{year}-{month:02d}"
        for year, row in counts.items()
        for month, n in enumerate(row, 1)
        for _ in range(n)
    ]
    return pd.DataFrame({"admitted": pd.Categorical(dates)})


ALL = people(COUNTS | SO_FAR)
YEARS = list(range(2019, 2024))


def codes(found: PartYear) -> list[str]:
    return [finding.code for finding in found.findings]


def test_projection_by_hand() -> None:
    found = part_year(ALL, "2024-06", YEARS)
    so_far = np.array([sum(row[:6]) for row in COUNTS.values()])
    rest = np.array([sum(row[6:]) for row in COUNTS.values()])
    odds = np.log((rest + 0.5) / (so_far + 0.5))
    ahead = 69 * np.exp(odds.mean())
    counting = np.mean(1 / (rest + 0.5) + 1 / (so_far + 0.5))
    seen = odds.var(ddof=1)
    variance = max(seen - counting, 0) + max(seen, counting) / 5 + 1 / 69 + 1 / ahead
    reach = stats.t.ppf(0.975, 4) * np.sqrt(variance)
    row = found.at("projection")
    assert row["response"] == pytest.approx(69 + ahead)
    assert row["response_low"] == pytest.approx(69 + ahead * np.exp(-reach))
    assert row["response_high"] == pytest.approx(69 + ahead * np.exp(reach))
    assert found.share == pytest.approx(69 / row["response"])
    assert found.share_low < found.share < found.share_high
    assert (found.admitted, found.assumption, found.year) == (69, "cumulative_share", 2024)
    assert found.shares["so_far"].to_list() == so_far.tolist()
    assert found.shares["share"].to_list() == pytest.approx((so_far / (so_far + rest)).tolist())


def test_half_the_months_are_not_half_the_year() -> None:
    found = part_year(ALL, "2024-06", YEARS)
    assert found.at("projection")["response"] > 2.5 * 69
    assert "chạy đều" not in " ".join(found.words())


def test_the_same_months_of_last_year_stand_beside() -> None:
    found = part_year(ALL, "2024-06", YEARS)
    last = sum(COUNTS[2023][:6])
    row = found.at("versus_last_year")
    assert (found.last_year_so_far, found.last_year_total) == (last, sum(COUNTS[2023]))
    assert row["response"] == pytest.approx(69 / last)
    # Exact: the share of this year among both, by Clopper and Pearson
    low = stats.beta.ppf(0.025, 69, last + 1)
    assert row["response_low"] == pytest.approx(low / (1 - low))
    assert f"cùng kỳ năm trước {last} người" in " ".join(found.words())


def test_without_last_year_nothing_stands_beside() -> None:
    found = part_year(ALL, "2024-06", YEARS[:-1])
    assert found.last_year_so_far is None
    assert found.estimates["term"].to_list() == ["projection"]


def test_a_target_is_set_against_the_whole_year() -> None:
    found = part_year(ALL, "2024-06", YEARS, target=200)
    assert found.at("attainment")["response"] == pytest.approx(found.at("projection")["response"] / 200)
    assert "So với chỉ tiêu cả năm" in " ".join(found.words())


def test_an_even_run_is_used_only_where_asked_for_and_said() -> None:
    withheld = part_year(ALL, "2024-06", [2022, 2023])
    assert withheld.withheld
    assert codes(withheld) == ["few_years"]
    assert np.isnan(withheld.share)
    assert "chỉ có 2 năm" in " ".join(withheld.words()).lower()
    assert f"cùng kỳ năm trước {sum(COUNTS[2023][:6])} người" in " ".join(withheld.words())
    found = part_year(ALL, "2024-06", [2022, 2023], even_run=True)
    # 182 of the 366 days of 2024
    assert found.share == pytest.approx(182 / 366)
    assert found.at("projection")["response"] == pytest.approx(69 * 366 / 182)
    reach = 1.959963985 * np.sqrt(1 / 69 + 182 / (69 * 184))
    assert found.at("projection")["response_high"] == pytest.approx(69 + 69 * 184 / 182 * np.exp(reach))
    assert (codes(found), found.assumption, found.withheld) == (["even_run"], "even_run", False)
    assert "chạy đều" in " ".join(found.words())
    assert "chạy đều" in found.specification
    with speaking("en"):
        assert "run evenly" in " ".join(part_year(ALL, "2024-06", [], even_run=True).words())


def test_years_that_cannot_serve_are_named() -> None:
    rows = pd.concat([ALL.astype("object"), pd.DataFrame({"admitted": ["2020"]})])
    found = part_year(rows, "2024-06", YEARS)
    assert [part.reason for part in found.dropped] == ["năm 2020: 1 người không rõ tháng"]
    assert found.shares["year"].to_list() == [2019, 2021, 2022, 2023]


def test_months_after_the_last_are_not_counted_and_said() -> None:
    rows = people(COUNTS | {2024: [*SO_FAR[2024], 4, 3]})
    found = part_year(rows, "2024-06", YEARS)
    assert found.admitted == 69
    assert [(part.reason, part.rows) for part in found.dropped] == [("sau tháng 6 năm 2024", 7)]


@pytest.mark.parametrize(
    ("rows", "options", "code"),
    [
        pytest.param(ALL.head(0), {}, "few_years", id="nobody at all"),
        pytest.param(people(COUNTS), {}, "few_events", id="nobody this year"),
        pytest.param(people(COUNTS | {2024: [3, 3, 3]}), {}, "few_events", id="nine people"),
        pytest.param(ALL, {"target": 0}, "exposure_not_positive", id="target zero"),
        pytest.param(ALL, {"target": float("nan")}, "exposure_missing", id="target missing"),
    ],
)
def test_what_may_not_be_read_is_withheld(rows: pd.DataFrame, options: dict[str, Any], code: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = part_year(rows, "2024-06", YEARS, **options)
        found.to_markdown()
        found.to_latex("en")
    assert found.withheld
    assert code in codes(found)
    assert found.estimates[["estimate", "response", "response_high"]].isna().all(axis=None)
    assert np.isnan(found.share)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"through": "2024"}, "through '2024' is no month", id="year"),
        pytest.param({"through": "2024-12"}, "ends the year", id="December"),
        pytest.param({"earlier": [2023, 2024]}, "must be before 2024; 2024 is not", id="the year itself"),
        pytest.param({"least": 1}, "least 1", id="one year"),
        pytest.param({"level": 95}, "level 95", id="level"),
        pytest.param(
            {"admissions": pd.DataFrame({"admitted": ["2024-Q2"]})},
            "dated more coarsely",
            id="coarse this year",
        ),
    ],
)
def test_wrong_parameters_are_refused(change: dict[str, Any], words: str) -> None:
    asked = {"admissions": ALL, "through": "2024-06", "earlier": YEARS} | change
    with pytest.raises(ParameterError, match=words):
        part_year(**asked)


def test_intervals_cover_the_year() -> None:
    draws = np.random.default_rng(9)
    covered, trials = 0, 80
    for _ in range(trials):
        shape = [
            np.array(LATE) * np.r_[np.full(6, np.exp(draws.normal(0, 0.3))), np.ones(6)] for _ in range(6)
        ]
        counts = [draws.poisson(40 * part) for part in shape]
        table = {2018 + number: row.tolist() for number, row in enumerate(counts[:5])}
        found = part_year(people(table | {2023: counts[5][:6].tolist()}), "2023-06", list(range(2018, 2023)))
        row = found.at("projection")
        covered += row["response_low"] <= counts[5].sum() <= row["response_high"]
    assert 0.9 <= covered / trials <= 1.0
    assert row["response_high"] < 3 * row["response"]
