"""Segmented regression around a date: R's numbers, planted changes, and what is withheld."""

from __future__ import annotations

import json
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.reform.count_series import count_series, written
from analysis.models.reform.segmented import Segmented, segmented

REFERENCE = Path(__file__).parents[2] / "reference"
GOLDEN: dict[str, Any] = json.loads((REFERENCE / "reform.json").read_text())
BELTS = pd.read_csv(REFERENCE / "data" / "seatbelts.csv").rename(
    columns={"killed": "admitted", "kilometres": "exposure"}
)
LAW = date(1983, 1, 31)


@pytest.fixture(scope="module")
def belts() -> Segmented:
    """Return the drivers killed in Great Britain a month, before and after belts became compulsory."""
    return segmented(BELTS, LAW, lag=4)


def months(
    first: int, count: int, change: int, *, seed: int = 1, mean: float = 60.0, jump: float = 0.0
) -> pd.DataFrame:
    """Return months from a place on, with a jump of the log level at one of them."""
    places = np.arange(first, first + count)
    waves = 0.3 * np.sin(2 * np.pi * places / 12) + jump * (places >= change)
    counts = np.random.default_rng(seed).poisson(mean * np.exp(waves))
    return pd.DataFrame(
        {"period": [written(place, "month") for place in places], "admitted": counts, "exposure": 1000.0}
    )


START = 12 * 2022
RUN = months(START, 60, START + 42, jump=np.log(1.5))
CHANGE = date(2025, 7, 1)


def codes(found: Segmented) -> list[str]:
    return [finding.code for finding in found.findings]


def test_coefficients_and_errors_of_r(belts: Segmented) -> None:
    table = belts.coefficients
    assert table["estimate"].to_list() == pytest.approx(GOLDEN["whole"]["coefficients"], rel=1e-9)
    assert table["std_error"].to_list() == pytest.approx(GOLDEN["whole"]["model"], rel=1e-8)
    assert table["newey_west"].to_list() == pytest.approx(GOLDEN["gapped_4"], rel=1e-8)
    assert belts.dispersion == pytest.approx(GOLDEN["whole"]["dispersion"], rel=1e-8)
    level = belts.at("level_change")
    place = table.index[table["term"] == "level_change"][0]
    assert (level["estimate"], level["newey_west"]) == pytest.approx(
        (table.loc[place, "estimate"], GOLDEN["gapped_4"][place])
    )
    assert [(part.reason, part.rows) for part in belts.dropped] == [("1983-01 gồm cả hai phía của mốc", 1)]


def test_waves_instead_of_months() -> None:
    found = segmented(BELTS, LAW, season="harmonics", lag=4)
    assert found.coefficients["estimate"].to_list() == pytest.approx(
        GOLDEN["waves"]["coefficients"], rel=1e-8, abs=1e-10
    )


def test_quarters() -> None:
    parts = BELTS["period"].str[:4] + "-Q" + ((BELTS["period"].str[5:].astype(int) + 2) // 3).astype(str)
    rows = BELTS.groupby(parts.rename("quarter"))[["admitted", "exposure"]].sum().reset_index()
    found = segmented(rows.rename(columns={"quarter": "period"}), date(1982, 8, 15), lag=3)
    assert found.coefficients["estimate"].to_list() == pytest.approx(
        GOLDEN["quarters"]["coefficients"], rel=1e-8
    )
    assert (found.every, found.first_after) == ("quarter", "1982-Q4")


def test_the_series_for_a_figure(belts: Segmented) -> None:
    table = belts.series.set_index("period")
    assert table.loc["1983-02":, "counterfactual"].to_list() == pytest.approx(
        GOLDEN["counterfactual"], rel=1e-8
    )
    assert table.loc[:"1983-01", "counterfactual"].isna().all()
    assert table.index[~table["used"]].to_list() == ["1983-01"]
    assert table["fitted"].sum() == pytest.approx(BELTS["admitted"].sum() - table.loc["1983-01", "admitted"])
    later = table.loc["1983-02":]
    assert (later["counterfactual_low"] < later["counterfactual"]).all()
    assert (later["counterfactual_high"] > later["counterfactual"]).all()
    # The further from the change, the less is known of what would have been
    width = np.log(later["counterfactual_high"] / later["counterfactual_low"])
    assert width["1984-12"] > width["1983-12"]


def test_the_five_effects_hang_together(belts: Segmented) -> None:
    value = belts.estimates.set_index("term")["estimate"]
    assert value["slope_after"] == pytest.approx(value["slope_before"] + value["slope_change"])
    # December 1984 is 22 months after February 1983
    assert value["effect_at_end"] == pytest.approx(value["level_change"] + 22 / 12 * value["slope_change"])
    last = belts.series.iloc[-1]
    assert last["fitted"] / last["counterfactual"] == pytest.approx(np.exp(value["effect_at_end"]))
    assert (belts.estimates["freedom"] > 2).all()


def test_placebo_dates_use_only_what_came_before(belts: Segmented) -> None:
    table = belts.placebo
    # 24 months before the first and 8 after the last, of the 168 before January 1983
    assert (table["period"].iloc[0], table["period"].iloc[-1], len(table)) == ("1971-01", "1982-05", 137)
    moved = BELTS.assign(admitted=BELTS["admitted"].where(BELTS["period"] < "1983-02", 5))
    pd.testing.assert_frame_equal(segmented(moved, LAW, lag=4).placebo, table)


def test_a_planted_change_is_found_and_said() -> None:
    found = segmented(RUN, CHANGE)
    row = found.at("level_change")
    assert row["response_low"] < 1.5 < row["response_high"]
    assert row["response_low"] > 1
    assert not found.withheld
    text = " ".join(found.words())
    assert "Tại 01/07/2025: mức đổi gấp" in text
    assert "không chứng tỏ nguyên nhân" in text
    with speaking("en"):
        english = " ".join(segmented(RUN, CHANGE).words())
    assert "At 1 July 2025: the level changes" in english
    assert "khoảng" not in english


def test_the_reorganisation_is_named_wherever_the_series_crosses_it() -> None:
    assert "reorganised" in codes(segmented(RUN, CHANGE))
    assert "reorganised" in codes(segmented(months(START, 60, START), date(2024, 1, 1)))
    assert "reorganised" not in codes(segmented(RUN.head(42), date(2024, 9, 1)))
    assert "63 tỉnh thành 34" in " ".join(segmented(RUN, CHANGE).words())
    years = count_series(pd.DataFrame({"admitted": ["2020"]}), "year", "2010", "2025")[0]
    years["admitted"] = np.random.default_rng(3).poisson(50, len(years))
    assert "reorganised" in codes(segmented(years, date(2018, 1, 1)))


def test_a_date_within_a_period_takes_that_period_out() -> None:
    found = segmented(months(12 * 2019, 72, 12 * 2022 + 6), date(2022, 6, 16))
    assert found.first_after == "2022-07"
    assert found.dropped[0].reason == "2022-06 gồm cả hai phía của mốc"
    assert found.n == 71


def test_unknown_months_are_left_out_and_counted() -> None:
    gaps = RUN.astype({"admitted": float})
    gaps.loc[[5, 6], "admitted"] = np.nan
    gaps.loc[5, "exposure"] = np.nan
    found = segmented(gaps, CHANGE)
    assert (found.n, [(part.reason, part.rows) for part in found.dropped]) == (
        58,
        [("không biết số kết nạp", 2)],
    )
    assert found.series["fitted"].isna().sum() == 2
    assert not found.withheld


def test_the_order_of_rows_does_not_matter() -> None:
    straight, shuffled = segmented(RUN, CHANGE), segmented(RUN.sample(frac=1, random_state=4), CHANGE)
    pd.testing.assert_frame_equal(straight.estimates, shuffled.estimates, rtol=1e-10)


def test_exposure_moves_with_the_counts() -> None:
    doubled = RUN.assign(exposure=np.where(RUN["period"] >= "2025-07", 1500.0, 1000.0))
    once, twice = segmented(RUN, CHANGE), segmented(doubled, CHANGE)
    assert twice.at("level_change")["estimate"] == pytest.approx(
        once.at("level_change")["estimate"] - np.log(1.5)
    )
    assert twice.exposure == pytest.approx(doubled["exposure"].sum())


def test_huge_counts_are_fitted() -> None:
    found = segmented(RUN.assign(admitted=RUN["admitted"] * 10**9), CHANGE)
    assert not found.withheld
    assert found.at("level_change")["estimate"] == pytest.approx(
        segmented(RUN, CHANGE).at("level_change")["estimate"], rel=1e-6
    )


SHORT = months(START, 60, START + 42, mean=0.05)
NO_MARCH = RUN.assign(admitted=RUN["admitted"].where(RUN["period"].str[5:] != "03", 0))
NONE_AFTER = RUN.assign(admitted=RUN["admitted"].where(RUN["period"] < "2025-07", 0))


@pytest.mark.parametrize(
    ("rows", "at", "options", "code"),
    [
        pytest.param(RUN.head(0), CHANGE, {}, "no_rows", id="no row"),
        pytest.param(RUN.head(1), CHANGE, {}, "few_points_before", id="one row"),
        pytest.param(RUN.assign(admitted=0), CHANGE, {}, "few_events", id="nobody"),
        pytest.param(RUN.assign(admitted=np.nan), CHANGE, {}, "no_rows", id="all unknown"),
        pytest.param(RUN.assign(admitted=-1), CHANGE, {}, "outcome_not_a_count", id="below zero"),
        pytest.param(RUN.assign(admitted=1.5), CHANGE, {}, "outcome_not_a_count", id="no counts"),
        pytest.param(RUN.assign(exposure=np.nan), CHANGE, {}, "exposure_missing", id="no exposure"),
        pytest.param(RUN.assign(exposure=0), CHANGE, {}, "exposure_not_positive", id="exposure zero"),
        pytest.param(RUN.assign(exposure=-5), CHANGE, {}, "exposure_not_positive", id="exposure below zero"),
        pytest.param(RUN, date(2023, 12, 1), {}, "few_points_before", id="23 months before"),
        pytest.param(RUN, date(2022, 8, 1), {"season": "none"}, "few_points_before", id="7 before"),
        pytest.param(RUN, date(2026, 6, 1), {}, "few_points_after", id="7 months after"),
        pytest.param(RUN, date(2030, 1, 1), {}, "few_points_after", id="change after the end"),
        pytest.param(RUN, date(2000, 1, 1), {}, "few_points_before", id="change before the start"),
        pytest.param(NONE_AFTER, CHANGE, {}, "few_events_side", id="nobody after"),
        pytest.param(NO_MARCH, CHANGE, {}, "separation", id="nobody in any March"),
        pytest.param(RUN.assign(admitted=40), CHANGE, {}, "no_noise", id="spread evenly"),
    ],
)
def test_what_may_not_be_read_is_withheld(
    rows: pd.DataFrame, at: date, options: dict[str, Any], code: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = segmented(rows, at, **options)
        text = found.to_markdown() + found.to_latex("en")
    assert found.withheld
    assert code in codes(found)
    assert "Không công bố" in text
    assert found.estimates.drop(columns="term").isna().all(axis=None)
    assert found.coefficients.empty
    assert found.placebo.empty
    assert found.series[["fitted", "counterfactual"]].isna().all(axis=None)
    assert found.dispersion is None


def test_years_without_anybody_are_pointed_at() -> None:
    rows = RUN.assign(admitted=RUN["admitted"].where(RUN["period"].str[:4] != "2023", 0))
    found = segmented(rows, CHANGE)
    assert [finding.where for finding in found.findings if finding.code == "empty_years"] == ["2023"]
    unknown = rows.assign(admitted=rows["admitted"].where(rows["period"].str[:4] != "2023"))
    assert "empty_years" not in codes(segmented(unknown, CHANGE))


def test_the_finding_says_how_many_periods_are_needed_and_which_month_is_empty() -> None:
    found = segmented(RUN, date(2023, 12, 1))
    assert "Trước 2023-12: chỉ có 23 thời đoạn, cần ít nhất 24" in " ".join(found.words())
    march = " ".join(segmented(NO_MARCH, CHANGE).words())
    assert "Tháng: 3" in march
    assert segmented(RUN, date(2023, 12, 1), season="none").withheld is False


@pytest.mark.parametrize(
    ("rows", "options", "words"),
    [
        pytest.param(RUN.drop(index=7), {}, "period 2022-08 is missing", id="gap"),
        pytest.param(pd.concat([RUN, RUN.tail(1)]), {}, "period 2026-12 stands twice", id="twice"),
        pytest.param(RUN.assign(period="2022"), {}, "period 2022 stands twice", id="one year"),
        pytest.param(
            RUN.assign(period=["2021", *RUN["period"][1:]]), {}, "all months, all quarters or", id="mixed"
        ),
        pytest.param(RUN.assign(period="2022-H1").head(1), {}, "all months", id="half-years"),
        pytest.param(RUN.drop(columns="exposure"), {}, "no column 'exposure'", id="no exposure"),
        pytest.param(RUN.assign(admitted="5"), {"at": "2025-07-01"}, "is no date", id="text for a date"),
        pytest.param(RUN.assign(admitted="five"), {}, "admitted: Unable to parse", id="words for counts"),
        pytest.param(RUN, {"season": "weekly"}, "season 'weekly'", id="season"),
        pytest.param(RUN, {"lag": -1}, "lag -1", id="lag below zero"),
        pytest.param(RUN, {"lag": 60}, "lag 60", id="lag longer than the series"),
        pytest.param(RUN, {"level": 1.0}, "level 1.0", id="level"),
    ],
)
def test_wrong_parameters_are_refused(rows: pd.DataFrame, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        segmented(rows, **({"at": CHANGE} | options))


def test_long_lags_serve_the_placebo_dates_as_far_as_they_reach() -> None:
    assert not segmented(RUN, CHANGE, lag=50).placebo.empty


def test_years_have_no_seasons() -> None:
    rows, _ = count_series(pd.DataFrame({"admitted": ["2010"]}), "year", "2000", "2019")
    rows["admitted"] = np.random.default_rng(2).poisson(80, 20)
    found = segmented(rows, date(2010, 1, 1), exposure_unit="years")
    assert found.coefficients["term"].to_list() == ["Intercept", "time", "level_change", "slope_change"]
    assert (found.lag, found.exposure_unit) == (2, "years")


def test_autocorrelation_beyond_the_lag_is_told() -> None:
    places = np.arange(START, START + 60)
    wave = np.round(100 * np.exp(0.4 * np.sin(2 * np.pi * np.arange(60) / 7)))
    rows = pd.DataFrame({"period": [written(p, "month") for p in places], "admitted": wave, "exposure": 1.0})
    assert "autocorrelated" in codes(segmented(rows, CHANGE, season="none"))
    assert "autocorrelated" not in codes(segmented(RUN, CHANGE))


def test_tables_name_their_rows_in_both_languages() -> None:
    found = segmented(RUN, CHANGE)
    assert "| đổi mức tại mốc |" in found.to_markdown()
    assert "| change of level at the date |" in found.to_markdown("en")
