"""Who is recognised sooner: hazard ratios against R, and what keeps them from being read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import probation_rows as golden
import pytest
from probation_rows import END, admissions, left, recognised

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.process.hazard_fit import ALL
from analysis.models.process.hazards import Hazards, cox, recognition_hazards

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def of(rows: pd.DataFrame, formula: str = "sex", **asked: Any) -> Hazards:
    return cox(rows, formula, time="days", event="recognised", **asked)


def fits() -> list[object]:
    gehan = golden.gehan().rename(columns={"time": "days", "event": "recognised", "pair": "unit"})
    people = golden.people()
    return [
        pytest.param("gehan_cox", gehan, "control", ["control"], id="Gehan"),
        pytest.param(
            "probation_cox",
            people,
            "sex + age + locality",
            ["sex[T.male]", "age", "locality[T.township]", "locality[T.ward]"],
            id="heavy ties from day 0 on",
        ),
        pytest.param(
            "probation_interaction",
            people,
            "sex * age",
            ["sex[T.male]", "age", "sex[T.male]:age"],
            id="interaction",
        ),
    ]


@pytest.mark.parametrize(("name", "rows", "formula", "terms"), fits())
def test_the_fit_is_that_of_r(name: str, rows: pd.DataFrame, formula: str, terms: list[str]) -> None:
    expected = golden.GOLDEN[name]
    found, clustered = of(rows, formula), of(rows, formula, cluster="unit")
    assert set(found.estimates["term"]) == set(terms)
    in_order = [found.at(term) for term in terms]
    assert [row["estimate"] for row in in_order] == pytest.approx(expected["coefficients"], abs=1e-9)
    assert [row["std_error"] for row in in_order] == pytest.approx(expected["std_error"], abs=1e-9)
    assert found.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-7)
    assert found.chi2 == pytest.approx(expected["wald"], abs=1e-7)
    # R leaves out the factor of few clusters that is used here
    clusters = rows["unit"].nunique()
    assert clustered.clusters == clusters
    factor = np.sqrt(clusters / (clusters - 1))
    robust = [clustered.at(term)["std_error"] / factor for term in terms]
    assert robust == pytest.approx(expected["robust"], abs=1e-9)
    checks = found.proportionality.set_index("term").loc[[*terms, ALL]]
    assert checks["chi2"].tolist() == pytest.approx(expected["zph"], abs=1e-8)
    assert checks["p_value"].tolist() == pytest.approx(expected["zph_p"], abs=1e-8)


def test_the_printed_reference_of_gehan() -> None:
    rows = golden.gehan()
    row = cox(rows, "control", time="time", event="event").at("control")
    assert (round(row["estimate"], 6), round(row["std_error"], 6)) == (1.572125, 0.412397)
    assert row["response"] == pytest.approx(np.exp(1.572125), abs=1e-5)


def test_intervals_of_clusters_are_those_of_t() -> None:
    rows = golden.people()
    plain, clustered = (of(rows, cluster=cluster).at("sex[T.male]") for cluster in (None, "unit"))
    assert (plain["high"] - plain["estimate"]) / plain["std_error"] == pytest.approx(1.959964, abs=1e-6)
    # 14 units: t with 13 degrees of freedom
    assert (clustered["high"] - clustered["estimate"]) / clustered["std_error"] == pytest.approx(
        2.160369, abs=1e-6
    )


def test_people_alike_are_counted_together() -> None:
    rows = golden.people()
    many = pd.concat([rows] * 50, ignore_index=True)
    often = of(many, "sex + age")
    again = of(many.sample(frac=1, random_state=1), "sex + age")
    assert often.n == 50 * len(rows)
    assert again.estimates["estimate"].to_numpy() == pytest.approx(
        often.estimates["estimate"].to_numpy(), abs=1e-10
    )
    assert again.estimates["std_error"].to_numpy() == pytest.approx(
        often.estimates["std_error"].to_numpy(), abs=1e-10
    )


@pytest.mark.parametrize(
    ("shift", "scale"),
    [
        pytest.param(1_000_000, 1, id="far from zero"),
        pytest.param(0, 1e-3, id="small"),
        pytest.param(0, 1e6, id="huge"),
    ],
)
def test_the_unit_of_a_number_changes_nothing_but_the_scale(shift: float, scale: float) -> None:
    rows = golden.people().assign(x=lambda r: scale * (shift + r["age"]))
    one, other = of(rows, "age").at("age"), of(rows, "x").at("x")
    assert [other["estimate"] * scale, other["p_value"]] == pytest.approx(
        [one["estimate"], one["p_value"]], rel=1e-7
    )


PEOPLE = golden.people()


@pytest.mark.parametrize(
    ("rows", "formula", "asked", "codes"),
    [
        pytest.param(PEOPLE.iloc[:0], "sex", {}, {"no_rows"}, id="nobody"),
        pytest.param(PEOPLE.iloc[:1], "sex", {}, {"few_events"}, id="one person"),
        pytest.param(PEOPLE.assign(recognised=0), "sex", {}, {"few_events", "few_events_of"}, id="no event"),
        pytest.param(PEOPLE.assign(sex=None), "sex", {}, {"no_rows"}, id="no covariate"),
        pytest.param(
            PEOPLE.assign(recognised=PEOPLE["recognised"] * (PEOPLE["sex"] == "male")),
            "sex", {}, {"few_events_of"}, id="nobody of one category",
        ),
        pytest.param(
            PEOPLE.assign(x=PEOPLE["days"].rank(method="dense")), "x", {}, {"monotone"}, id="a number that orders all events"
        ),
        pytest.param(PEOPLE.assign(y=2 * PEOPLE["age"]), "age + y", {}, {"rank"}, id="collinear numbers"),
        pytest.param(PEOPLE.assign(s=PEOPLE["sex"]), "sex + s", {}, {"rank"}, id="the same category twice"),
        pytest.param(PEOPLE.assign(k=0.1), "k", {}, {"empty_term"}, id="a constant"),
        pytest.param(PEOPLE.assign(unit="u"), "sex", {"cluster": "unit"}, {"few_clusters"}, id="one cluster"),
        pytest.param(
            PEOPLE.assign(locality=np.where(PEOPLE["unit"] < "u03", "ward", "commune")),
            "locality", {"cluster": "unit"}, {"few_clusters"}, id="a category of two clusters",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_withheld(
    rows: pd.DataFrame, formula: str, asked: dict[str, Any], codes: set[str]
) -> None:
    found = of(rows, formula, **asked)
    assert found.withheld
    assert codes <= {f.code for f in found.findings if f.fatal}
    assert found.estimates.drop(columns="term").isna().all(axis=None)
    assert found.proportionality[["chi2", "p_value"]].isna().all(axis=None)
    assert np.isnan([found.log_likelihood, found.chi2, found.p_value]).all()
    assert "Không công bố con số nào" in found.to_markdown()
    assert r"\begin{tabular}" in found.to_latex("en")


@pytest.mark.parametrize(
    ("changed", "formula"),
    [
        pytest.param({"days": float("inf")}, "sex", id="an endless time"),
        pytest.param({"days": float("nan")}, "sex", id="no time"),
        pytest.param({"days": -1}, "sex", id="a negative time"),
        pytest.param({"recognised": 2}, "sex", id="an event that is none"),
        pytest.param({"recognised": "x"}, "sex", id="a word for an event"),
        pytest.param({"age": float("inf")}, "age", id="an endless covariate"),
        pytest.param({}, "1", id="nothing to compare by"),
        pytest.param({}, "sexx", id="no such column"),
        pytest.param({}, "sex +", id="no formula"),
    ],
)
def test_what_is_no_model_is_refused(changed: dict[str, Any], formula: str) -> None:
    with pytest.raises(ParameterError):
        of(golden.people().assign(**changed), formula)


def test_one_category_leaves_no_ratio_and_is_named() -> None:
    found = of(PEOPLE.assign(sex="male"), "sex + age")
    assert [f.code for f in found.findings] == ["one_category"]
    assert found.estimates["term"].tolist() == ["age"]


def test_a_ratio_that_changes_with_time_is_named() -> None:
    days = np.arange(200)
    # Men go fast at first and slowly later
    men = np.r_[days[:60] // 6, 120 + days[:40] * 3]
    rows = pd.DataFrame(
        {"days": np.r_[men, days[:100]], "recognised": 1, "sex": ["male"] * 100 + ["female"] * 100}
    )
    found = of(rows)
    assert [f.code for f in found.findings] == ["not_proportional"]
    assert not found.withheld
    assert any("không giữ nguyên" in line for line in found.words())


def test_with_one_time_of_an_event_there_is_no_change_over_time() -> None:
    rows = PEOPLE.assign(days=7, recognised=1)
    found = of(rows)
    assert found.proportionality["chi2"].isna().all()
    assert found.estimates["estimate"].tolist() == pytest.approx([0], abs=1e-12)


def register() -> pd.DataFrame:
    """Return 24 units whose women are recognised sooner, a few under 18, and one ward."""
    rows = []
    for unit in range(24):
        here = {"unit_id": f"u{unit:02}"}
        for k in range(8):
            female = {"sex": "female", "age_band": "age_31_35" if k % 2 else "age_18_30"} | here
            rows += [recognised(366 + (7 * k * (unit + 1)) % 90, **female)]
            rows += [recognised(380 + (11 * k * (unit + 1)) % 150, **(female | {"sex": "male"}))]
    rows += [recognised(370 + k, sex="male", age_band="age_under_18", unit_id=f"u{k:02}") for k in range(3)]
    rows += [left(700, sex="male", age_band="age_31_35", unit_id="u01"), {"sex": "", "unit_id": "u02"}]
    return admissions(*rows)


def test_the_register_is_modelled_by_units_with_sparse_ages_joined() -> None:
    found = recognition_hazards(register(), END, "sex + age_band")
    assert not found.withheld
    assert (found.clusters, found.covariance) == (24, "CR1 by unit_id")
    assert found.joined == (("age_under_18", "age_18_30"),)
    assert found.at("sex[T.male]")["response_high"] < 1
    assert [d.rows for d in found.dropped] == [1]
    assert found.events == 387


def test_a_category_of_too_few_units_is_left_out_and_named() -> None:
    here = {"u00": "township", "u01": "township", "u02": "township"}
    rows = register().assign(
        locality=lambda r: (
            r["unit_id"].map(here).fillna(r["unit_id"].gt("u12").map({True: "ward", False: "commune"}))
        )
    )
    found = recognition_hazards(rows, END, "sex + locality")
    assert [d.reason for d in found.dropped if "thị trấn" in d.reason]
    assert [f.code for f in found.findings if f.fatal] == []
    assert {"sex[T.male]", "locality[T.ward]"} == set(found.estimates["term"])


def test_a_factor_with_one_large_category_leaves_the_model_and_no_rows_with_it() -> None:
    rows = register().assign(locality=lambda r: np.where(r["unit_id"] < "u03", "ward", "commune"))
    found = recognition_hazards(rows, END, "sex + locality + sex:locality")
    assert ("one_large_group", "locality") in [(f.code, f.where) for f in found.findings]
    alone = recognition_hazards(rows, END, "sex")
    assert found.n == alone.n
    assert found.at("sex[T.male]")["estimate"] == alone.at("sex[T.male]")["estimate"]
    assert set(found.estimates["term"]) == {"sex[T.male]"}


def test_words_come_from_the_numbers() -> None:
    with speaking("en"):
        found = recognition_hazards(register(), END, "sex + age_band")
        words = found.words()
        head = [head.label for head in found.to_table().heads]
    row = found.at("sex[T.male]")
    assert words[0] == "Reference categories: sex: female; age band: under 31."
    assert words[1].startswith(f"Sex: male: later, hazard ratio {row['response']:.4f} (interval ")
    assert "The wait ended for 387 people." in words
    assert any(line.startswith("Joined in age band: under 18, ") for line in words)
    assert head[1] == "Hazard ratio"
