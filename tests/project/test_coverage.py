"""The benchmark of coverage runs, gives the same numbers in any pieces, and its page tells of every quantity."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from bench import coverage_people, heaping
from bench.coverage import REPLICATIONS, SCENARIOS, STUDIES, section
from bench.coverage_tally import Quantity, Reading, Study, tally

FEW = 8


@pytest.mark.parametrize("study", STUDIES, ids=[study.name for study in STUDIES])
@pytest.mark.filterwarnings("error")
def test_intervals_of_a_few_registers_hold_most_truths(study: Study) -> None:
    found = study.replicate(0, FEW)
    for at, key in enumerate(study.quantities):
        quantity = tally(found[:, at])
        assert quantity.withheld <= 0.25, key
        assert quantity.coverage > 0.5, key
        assert np.isfinite([quantity.low, quantity.high, quantity.bias]).all(), key


def test_replications_do_not_depend_on_the_pieces_they_are_done_in() -> None:
    study = next(study for study in STUDIES if study.name == "part year 0.25")
    whole = study.replicate(0, 4)
    assert (np.concatenate([study.replicate(0, 1), study.replicate(1, 4)]) == whole).all()
    assert len(np.unique(whole[:, 0, 1])) == 4


def test_the_tally_counts_what_is_held_and_what_is_withheld() -> None:
    readings = [Reading(1.0, 1.5, 0.5, 0.5, 2.5), Reading(1.0, 0.5, 0.5, -0.5, 0.75), Reading(*[np.nan] * 5)]
    found = tally(np.array([reading.summed() for reading in readings]))
    assert (found.replications, found.coverage, found.bias, found.errors) == (3, 0.5, 0.0, 1.0)
    assert found.withheld == pytest.approx(1 / 3)
    # Wilson, 1 of 2
    assert (found.low, found.high) == pytest.approx((0.09453, 0.90547), abs=1e-5)


def test_several_alike_are_covered_on_average() -> None:
    truth = np.array([1.0, 2.0, 3.0, 4.0])
    reading = Reading(truth, truth + 1, np.full(4, np.nan), truth - [1, 1, 1, -0.5], truth + 2)
    assert reading.summed()[:3].tolist() == [0.75, 1.0, 1.0]
    assert np.isnan(tally(np.tile(reading.summed(), (5, 1))).errors)


def drawn(share: float, count: int = 200) -> np.ndarray:
    """Return replications of which a share covers."""
    return np.column_stack(
        [np.arange(count) < share * count, np.zeros(count), np.ones(count), np.ones(count)]
    )


def test_what_is_not_covered_as_it_should_be_stands_out_with_its_reason() -> None:
    study = Study("one", "drawn", {}, lambda _rng: {})
    rows = [
        (Quantity(model, "rate", "1", why), tally(drawn(held)))
        for model, why, held in (
            ("exact", "it must be", 1.0),
            ("narrow", "", 0.5),
            ("right", "known", 0.95),
            ("by chance", "", 0.925),
        )
    ]
    page = section(study, rows)
    assert "**100.0%**" in page
    assert "- exact: it must be." in page
    assert "- narrow: not explained." in page
    assert "| 95.0% |" in page
    assert "- by chance: within the error of the replications." in page
    assert "right:" not in page


def test_the_stated_shares_of_the_process_are_those_of_a_large_register() -> None:
    truth = coverage_people.TRUTHS["commune"].model_copy(update={"members": 250_000})
    rows = coverage_people.admissions(truth, np.random.default_rng(3))
    year = rows["admitted"].str[:4].eq("2019")
    waited = rows["days_to_recognition"].astype("float")
    months = rows["admitted"].to_numpy().astype("datetime64[M]")
    thirteen = ((months + 13).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(int)
    true = coverage_people.shares()
    assert true["by 13 months"] == pytest.approx((waited <= thirteen)[year].mean(), abs=0.015)
    assert true["waiting"] == pytest.approx(np.exp(-30.5 / (3 * 30.4375)), rel=1e-12)
    assert sum(true[name] for name in ("recognised", "struck_off")) < 1


def test_the_scenarios_of_heaping_are_known() -> None:
    assert set(SCENARIOS) <= {scenario.label for scenario in heaping.SCENARIOS}


def test_the_page_tells_of_every_quantity_and_explains_those_outside(root: Path) -> None:
    page = (root / "docs" / "coverage.md").read_text(encoding="utf-8")
    for study in STUDIES:
        for quantity in study.quantities.values():
            told = re.search(
                re.escape(f"| {quantity.model} | {quantity.what} | {quantity.truth} | ") + r"([\d,]+) \|",
                page,
            )
            assert told, (study.name, quantity)
            assert told[1] == f"{REPLICATIONS:,}" or "are provisional" in page
    assert all(f"| {label} |" in page for label in SCENARIOS)
    assert "not explained" not in page
