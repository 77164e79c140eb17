"""Egger's test against metafor, and what it may not be asked."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.provinces.small_study import SmallStudy, egger

REFERENCE = Path(__file__).parents[2] / "reference"
GOLDEN: dict[str, Any] = json.loads((REFERENCE / "provinces.json").read_text())
SIZES = pd.read_csv(REFERENCE / "data" / "bcg.csv").iloc[:, 1:].sum(axis=1)
TRIALS = [f"trial {number}" for number in range(1, 14)]


def bcg(**options: Any) -> SmallStudy:
    return egger(GOLDEN["estimates"], np.sqrt(GOLDEN["variances"]), TRIALS, **options)


@pytest.mark.parametrize(
    ("key", "options"),
    [
        pytest.param("egger_error", {}, id="by the error"),
        pytest.param("egger_size", {"exposure": SIZES}, id="by the exposure"),
    ],
)
def test_what_metafors_regtest_gives(key: str, options: dict[str, Any]) -> None:
    found, expected = bcg(**options), GOLDEN[key]
    slope, limit = found.at("small_study"), found.at("limit")
    assert slope[["estimate", "std_error"]].to_list() == pytest.approx(expected["asymmetry"][:2], rel=1e-9)
    assert slope["p_value"] == pytest.approx(expected["asymmetry"][3], rel=1e-9)
    assert limit[["estimate", "std_error"]].to_list() == pytest.approx(expected["limit"][:2], rel=1e-9)
    assert limit[["low", "high"]].to_list() == pytest.approx(
        [expected["limit_low"], expected["limit_high"]], rel=1e-9
    )
    assert limit["response"] == pytest.approx(np.exp(expected["limit"][0]))
    assert np.isnan(slope["response"])
    assert (found.freedom, found.dispersion) == (expected["freedom"], pytest.approx(expected["dispersion"]))


def test_words_follow_the_interval_and_warn_of_errors_that_hang_on_the_count() -> None:
    by_error, by_size = " ".join(bcg().words()), " ".join(bcg(exposure=SIZES).words())
    assert "Không thấy ước lượng kém chính xác lệch" in by_error
    assert "tự nó lớn khi số đếm nhỏ" in by_error
    assert "càng kém chính xác càng thấp" in by_size
    assert "tự nó lớn khi số đếm nhỏ" not in by_size
    rising = egger([0.1, 0.35, 0.62, 0.83, 1.1], [0.1, 0.2, 0.3, 0.4, 0.5], list("abcde"))
    assert "càng kém chính xác càng cao" in " ".join(rising.words())
    with speaking("en"):
        assert "the higher it is" in " ".join(rising.words())


def test_counts_alone_make_an_asymmetry_by_error_that_exposure_does_not_show() -> None:
    # The same rate and exposure everywhere: log counts and their errors move together by chance alone
    draws = np.random.default_rng(20250701)
    seen = {"error": 0, "exposure": 0}
    for _ in range(60):
        exposure = draws.uniform(80, 120, 40)
        counts = np.maximum(draws.poisson(0.1 * exposure), 1)
        rates, errors = np.log(counts / exposure), counts**-0.5
        labels = [str(number) for number in range(40)]
        seen["error"] += egger(rates, errors, labels).at("small_study")["p_value"] < 0.05
        seen["exposure"] += (
            egger(rates, errors, labels, exposure=exposure).at("small_study")["p_value"] < 0.05
        )
    assert seen["error"] > 45
    assert seen["exposure"] < 9


@pytest.mark.parametrize(
    ("values", "errors", "exposure", "code"),
    [
        pytest.param([], [], None, "few_studies", id="no study"),
        pytest.param([0.1, 0.2], [0.1, 0.2], None, "few_studies", id="two studies"),
        pytest.param([0.1, 0.2, 0.3], [0.1, 0.1, 0.1], None, "equally_precise", id="equally precise"),
        pytest.param([0.1, 0.2, 0.3], [0.1, 0.2, 0.0], None, "study_error", id="error zero"),
        pytest.param([0.1, 0.2, 0.3], [0.1, 0.2, np.nan], None, "study_error", id="error missing"),
        pytest.param(
            [0.1, 0.2, 0.3], [0.1, 0.2, 0.3], [9, 0, 4], "exposure_not_positive", id="exposure zero"
        ),
        pytest.param([0.1, 0.2, 0.3], [0.1, 0.2, 0.3], [9, np.nan, 4], "exposure_missing", id="no exposure"),
        pytest.param([0.0, 0.0, 0.0], [0.1, 0.2, 0.3], None, "error_not_finite", id="nothing left over"),
    ],
)
def test_what_may_not_be_read_is_withheld(
    values: list[float], errors: list[float], exposure: list[float] | None, code: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = egger(values, errors, list("abc")[: len(values)], exposure=exposure)
        found.to_markdown()
        found.to_latex("en")
    assert found.withheld
    assert code in [finding.code for finding in found.findings]
    assert found.estimates[["estimate", "low", "high"]].isna().all(axis=None)
    assert found.dispersion is None


def test_few_studies_are_told_apart_from_none_seen() -> None:
    assert [f.code for f in egger([0.1, 0.4, 0.3], [0.1, 0.2, 0.3], list("abc")).findings] == [
        "few_studies_asymmetry"
    ]
    assert not bcg().findings


def test_exposures_must_be_as_many_as_studies() -> None:
    with pytest.raises(ParameterError, match="exposure has the shape"):
        egger([0.1, 0.2, 0.3], [0.1, 0.2, 0.3], list("abc"), exposure=[1.0, 2.0])
