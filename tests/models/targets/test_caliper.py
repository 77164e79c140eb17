"""The caliper at 100% of the target, for published results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import made
import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.published.selection import best_attainment
from analysis.models.targets.caliper import WIDTHS, caliper
from analysis.processed import Processed


@pytest.fixture(scope="module")
def reference(root: Path) -> dict[str, list[float]]:
    return json.loads((root / "tests/reference/targets.json").read_text())


def printed(*percents: float, decimals: int = 0, **more: Any) -> pd.DataFrame:
    facts = {"attainment_printed_qualifier": "exact", "attainment_decimals": decimals} | more
    records = [{"attainment_printed": p, "unit_id": f"u{place}"} | facts for place, p in enumerate(percents)]
    return best_attainment(made.rows("unit_periods", *records))


def counts(rows: pd.DataFrame, width: float = 5) -> tuple[int, int, int]:
    row = caliper(rows, widths=[width]).at(f"{width:g}")
    return row["below"], row["exact"], row["above"]


def test_the_test_is_the_exact_binomial(reference: dict[str, list[float]]) -> None:
    row = caliper(printed(*[98] * 4, *[103] * 14)).at("5")
    assert row[["p_value", "low", "high"]].to_list() == pytest.approx(reference["caliper"], abs=1e-10)
    assert row["estimate"] == 14 / 18


def test_exactly_100_is_counted_above_or_not_at_all() -> None:
    found = caliper(printed(98, 99, 100, 100, 100, 101), widths=[2])
    without, with_them = found.at("2"), found.at("2 with 100")
    assert (without["below"], without["exact"], without["above"]) == (2, 3, 1)
    assert without["estimate"] == 1 / 3
    assert with_them["estimate"] == 4 / 6
    assert with_them["exact_unchecked"] == 3


@pytest.mark.parametrize(
    ("percent", "width", "decimals", "side"),
    [
        pytest.param(95, 5, 0, (1, 0, 0), id="the very edge below"),
        pytest.param(105, 5, 0, (0, 0, 1), id="the very edge above"),
        pytest.param(94.9, 5, 1, (0, 0, 0), id="just outside below"),
        pytest.param(105.1, 5, 1, (0, 0, 0), id="just outside above"),
        pytest.param(99.99, 1, 2, (1, 0, 0), id="nearest below"),
        pytest.param(100.01, 1, 2, (0, 0, 1), id="nearest above"),
        pytest.param(100, 0.5, 1, (0, 1, 0), id="100.0 in a narrow caliper"),
        pytest.param(100, 0.5, 0, (0, 0, 0), id="rounded too coarsely for it"),
    ],
)
def test_sides_of_the_caliper(
    percent: float, width: float, decimals: int, side: tuple[int, int, int]
) -> None:
    assert counts(printed(percent, decimals=decimals), width) == side


def test_results_rounded_too_coarsely_are_counted() -> None:
    found = caliper(pd.concat([printed(100, 101), printed(99.8, decimals=1)]), widths=[0.5, 1])
    assert found.at("0.5")["coarse"] == 2
    assert found.at("1")["coarse"] == 0


@pytest.mark.parametrize(
    ("admitted", "target", "side"),
    [
        pytest.param(797, 800, (1, 0, 0), id="rounded up"),
        pytest.param(803, 800, (0, 0, 1), id="rounded down"),
        pytest.param(800, 800, (0, 1, 0), id="on target"),
    ],
)
def test_a_printed_100_is_placed_by_its_counts(
    admitted: int, target: int, side: tuple[int, int, int]
) -> None:
    share = 100 * admitted / target
    known = {"admitted": admitted, "target_low": target, "target_high": target, "target_qualifier": "exact"}
    known |= {"attainment": share, "attainment_low": share, "attainment_high": share}
    rows = printed(100, **known)
    assert counts(rows) == side
    assert caliper(rows).at("5")["exact_unchecked"] == 0


def test_a_printed_percent_stands_where_counts_differ() -> None:
    known = {"admitted": 99, "target_low": 100, "target_high": 100, "target_qualifier": "exact"}
    known |= {"attainment": 99, "attainment_low": 99, "attainment_high": 99}
    assert counts(printed(102, **known)) == (0, 0, 1)


def test_parts_of_years_and_vague_results_are_left_out_and_counted() -> None:
    rows = pd.concat(
        [
            printed(98, 103),
            printed(99, **made.year(2019, 6)),
            printed(101, 104, attainment_printed_qualifier="more_than"),
            printed(97, attainment_printed_qualifier="nearly"),
        ]
    )
    found = caliper(rows)
    assert found.n == 2
    assert [dropped.rows for dropped in found.dropped] == [1, 3]


def test_an_attainment_computed_from_vague_counts_is_left_out() -> None:
    exact = {"admitted": 98, "target_low": 100, "target_high": 100, "target_qualifier": "exact"}
    exact |= {"attainment": 98, "attainment_low": 98, "attainment_high": 98}
    vague = exact | {"target_high": 104, "attainment": 96.1, "attainment_low": 94.2}
    about = exact | {"admitted_qualifier": "about"}
    rows = best_attainment(
        made.rows("unit_periods", exact, vague | {"unit_id": "v"}, about | {"unit_id": "w"})
    )
    assert counts(rows) == (1, 0, 0)


@pytest.mark.parametrize(
    "rows",
    [printed(98).iloc[:0], printed(50, 160), printed(99, **made.year(2019, 6))],
    ids=["no row", "none near", "parts of years only"],
)
def test_nothing_near_100_is_withheld(rows: pd.DataFrame) -> None:
    found = caliper(rows)
    assert found.withheld
    assert found.estimates[["estimate", "low", "high", "p_value"]].isna().all(axis=None)
    assert found.to_markdown("en")


def test_only_exactly_100_leaves_a_test_with_them_alone() -> None:
    found = caliper(printed(100, 100), widths=[5])
    assert np.isnan(found.at("5")["p_value"])
    assert found.at("5 with 100")["p_value"] == 0.5
    with speaking("en"):
        text = " ".join(found.words())
    assert "No result lies within 5 percentage points of 100%, other than exactly 100%" in text
    assert "nan" not in text.lower()


@pytest.mark.parametrize("wrong", [{"widths": []}, {"widths": [0]}, {"widths": [150]}, {"level": 2}], ids=str)
def test_parameters_that_mean_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        caliper(printed(99), **wrong)


def test_the_real_results_are_counted_once(tables: Processed) -> None:
    rows = best_attainment(tables.unit_periods)
    found = caliper(rows)
    assert found.n + sum(dropped.rows for dropped in found.dropped) == len(rows)
    for width in WIDTHS:
        row, whole = found.at(f"{width:g}"), rows.loc[~rows["part"].astype(bool)]
        assert row["below"] <= whole["percent"].between(100 - width, 100, inclusive="left").sum()
        assert row["above"] <= whole["percent"].between(100, 100 + width, inclusive="right").sum() + 1
    assert "part of a year" in found.to_markdown("en") or found.dropped
