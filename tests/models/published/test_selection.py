"""What the news selects: shares at the target, results printed early, units printed twice."""

from __future__ import annotations

import made
import pandas as pd
import pytest
from scipy.stats import binomtest

from analysis.models.published.selection import best_attainment, early_results, followed_up, share_on_target
from analysis.processed import Processed


@pytest.mark.parametrize(
    ("reached", "results", "low", "high"),
    [
        # Newcombe 1998, table I
        pytest.param(81, 263, 25.52885, 36.62096, id="81 of 263"),
        pytest.param(15, 148, 6.23864, 16.04872, id="15 of 148"),
        pytest.param(0, 20, 0.0, 16.11252, id="0 of 20"),
        pytest.param(1, 29, 0.61132, 17.17552, id="1 of 29"),
    ],
)
def test_limits_of_a_share_are_those_of_newcombe(reached: int, results: int, low: float, high: float) -> None:
    rows = pd.DataFrame({"group": "all", "percent": [100.0] * reached + [99.9] * (results - reached)})
    (row,) = share_on_target(rows, "group").itertuples()
    assert (row.results, row.reached) == (results, reached)
    assert row.share == pytest.approx(100 * reached / results)
    assert (row.low, row.high) == pytest.approx((low, high), abs=5e-5)


def test_every_group_has_its_own_share() -> None:
    rows = pd.DataFrame({"group": ["b", "a", "a", "b"], "percent": [100.0, 90.0, 130.0, 120.0]})
    found = share_on_target(rows, "group").set_index("group")
    assert found[["results", "reached"]].to_dict("index") == {
        "a": {"results": 2, "reached": 1},
        "b": {"results": 2, "reached": 2},
    }


def test_the_printed_attainment_stands_before_the_computed_one() -> None:
    rows = made.rows(
        "unit_periods",
        {"attainment_printed": 160, "attainment": 162.5},
        {"attainment": 96.4} | made.year(2017),
        {"admitted": 40} | made.year(2018),
    )
    assert best_attainment(rows)["percent"].to_list() == [160, 96.4]


def test_a_contradicted_fact_counts_once_and_a_percent_of_each_year_not_at_all() -> None:
    rows = made.rows(
        "unit_periods",
        {"attainment_printed": 110, "conflict": "attainment_printed"},
        {"attainment_printed": 120, "conflict": "attainment_printed", "variant": 2},
        {"attainment_printed": 150, "span": "each_year", "period_type": "term"}
        | {"period_start": "2015-01-01"},
    )
    assert best_attainment(rows)["percent"].to_list() == [110]


def test_pace_is_the_attainment_over_the_part_of_the_year_gone() -> None:
    rows = made.rows(
        "unit_periods",
        {"attainment_printed": 60} | made.year(2019, 6),
        {"attainment_printed": 30} | made.year(2020, 9),
        {"attainment_printed": 100} | made.year(2018),
        {"attainment_printed": 70} | made.year(2021, 6) | {"elapsed_share": None},
    )
    found = early_results(best_attainment(rows))
    assert found["elapsed"].to_list() == [50, 75]
    assert found["pace"].to_list() == pytest.approx([1.2, 0.4])


def test_the_real_early_results_are_all_parts_of_a_year(tables: Processed) -> None:
    found = early_results(best_attainment(tables.unit_periods))
    assert len(found) > 20
    assert set(found["period_type"]) == {"partial_year"}
    assert found["elapsed"].between(0, 100, inclusive="neither").all()
    assert found["pace"].to_list() == pytest.approx((found["percent"] / found["elapsed"]).to_list())


def test_a_unit_printed_twice_in_a_year_stands_beside_itself() -> None:
    other = made.unit("huyện Tủa Chùa", "district")
    rows = made.rows(
        "unit_periods",
        {"attainment_printed": 104} | made.year(2019),
        {"attainment_printed": 50} | made.year(2019, 6),
        {"attainment_printed": 70} | made.year(2019, 9),
        {"attainment_printed": 80} | made.year(2020, 9),
        {"attainment_printed": 90} | made.year(2019) | other,
    )
    (row,) = followed_up(best_attainment(rows)).itertuples()
    assert (row.unit, row.early, row.late) == ("huyện Mường Ảng", 50, 104)
    assert (row.early_end, row.late_end) == (pd.Timestamp("2019-06-30"), pd.Timestamp("2019-12-31"))


def test_the_share_of_real_results_counts_every_result_once(tables: Processed) -> None:
    published = best_attainment(tables.unit_periods)
    found = share_on_target(published, "period_type")
    assert found["results"].sum() == len(published)
    assert found["reached"].sum() == (published["percent"] >= 100).sum()
    for row in found.itertuples():
        limits = binomtest(int(row.reached), int(row.results)).proportion_ci(method="wilson")
        assert (row.low, row.high) == pytest.approx((100 * limits.low, 100 * limits.high), abs=1e-9)
