"""From fits and pooled ratios of provinces to their meta-analysis."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.models.gate import Finding
from analysis.models.provinces.across_provinces import across_fits, across_pooled
from analysis.models.provinces.meta_analysis import random_effects
from analysis.models.published.pooled import pooled_ratio
from analysis.models.result import Result, tidy

NAMES = ["Điện Biên", "Lào Cai", "Nghệ An", "Đắk Lắk"]


def fit(estimate: float, **changes: Any) -> Result:
    parts: dict[str, Any] = {
        "name": "rate",
        "title": "rate",
        "estimates": tidy(["Intercept", "sex[T.female]"], [-3.0, estimate], [0.1, 0.2], link="log"),
        "specification": "Poisson",
        "link": "log",
        "n": 10,
        "exposure_unit": "person-years",
    }
    return Result(**(parts | changes))


def test_a_term_of_several_fits_is_pooled() -> None:
    values = [0.1, 0.4, 0.2, 0.9]
    found = across_fits(
        {name: fit(value) for name, value in zip(NAMES, values, strict=True)}, "sex[T.female]"
    )
    direct = random_effects(values, [0.2] * 4, NAMES)
    pd.testing.assert_frame_equal(found.estimates, direct.estimates)
    assert found.studies["label"].to_list() == NAMES
    assert not any(finding.code == "mixed_models" for finding in found.findings)


def test_fits_that_were_withheld_or_lack_the_term_are_named() -> None:
    fits = {name: fit(value) for name, value in zip(NAMES, [0.1, 0.2, 0.3, 0.4], strict=True)}
    fits["Sơn La"] = fit(-27.0, findings=(Finding("separation", "sex"),))
    fits["Hà Nội"] = fit(0.3, estimates=tidy(["Intercept"], [-3.0], [0.1], link="log"))
    found = across_fits(fits, "sex[T.female]")
    assert (found.n, [part.reason for part in found.dropped]) == (4, ["không có ước lượng: Sơn La, Hà Nội"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"link": "logit"}, "differ in link: log, logit", id="links"),
        pytest.param({"exposure_unit": "target"}, "differ in exposure_unit", id="rates and attainments"),
    ],
)
def test_fits_of_different_quantities_are_refused(changes: dict[str, Any], words: str) -> None:
    fits = {"A": fit(0.1), "B": fit(0.2), "C": fit(0.3, **changes)}
    with pytest.raises(ParameterError, match=words):
        across_fits(fits, "sex[T.female]")


def test_a_term_that_no_fit_has_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(
        ParameterError, match=r"no fit has a term 'x' \(there are Intercept, sex\[T.female\]\)"
    ):
        across_fits({"A": fit(0.1)}, "x")


def test_fits_of_different_specifications_are_told() -> None:
    fits = {"A": fit(0.1), "B": fit(0.2), "C": fit(0.3, specification="Poisson with age")}
    found = across_fits(fits, "sex[T.female]")
    assert "mixed_models" in [finding.code for finding in found.findings]
    assert not found.withheld


def test_no_fits_are_withheld() -> None:
    assert across_fits({}, "x").withheld


def rows() -> pd.DataFrame:
    draws = np.random.default_rng(7)
    units = [(name, unit) for name in NAMES for unit in range(8)]
    targets = draws.integers(20, 60, len(units)).astype(float)
    rates = dict(zip(NAMES, [0.7, 0.9, 1.1, 1.4], strict=True))
    return pd.DataFrame(
        {
            "province": [name for name, _ in units],
            "cluster": [f"{name} {unit}" for name, unit in units],
            "admitted": draws.poisson(targets * [rates[name] for name, _ in units]),
            "target": targets,
            "target_low": targets,
            "target_high": targets,
        }
    )


def test_ratios_pooled_by_province_keep_their_errors() -> None:
    pooled = pooled_ratio(rows(), "province")
    found = across_pooled(pooled)
    table, forest = pooled.table.set_index("category"), found.studies.set_index("label")
    assert forest.loc[table.index, "response"].to_list() == pytest.approx(table["ratio"].to_list())
    # t of 7 degrees of freedom reaches 2.364624 errors, by which the intervals there were made
    made = np.log(table["high"] / table["ratio"]) / 2.364624252
    assert forest.loc[table.index, "std_error"].to_list() == pytest.approx(made.to_list(), rel=1e-8)
    assert not found.withheld


def test_ratios_withheld_there_are_left_out_here() -> None:
    few = rows()
    few = few.loc[(few["province"] != "Nghệ An") | (few.index % 8 < 3)]
    found = across_pooled(pooled_ratio(few, "province"))
    assert [part.reason for part in found.dropped] == ["không có ước lượng: Nghệ An"]
