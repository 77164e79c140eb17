"""Decompositions: against Das Gupta's examples and R, sums that hold, and cells that one side lacks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.models.standardisation.decomposition import decompose_product, decompose_rates

REFERENCE = Path(__file__).parents[2] / "reference"
R = json.loads((REFERENCE / "standardisation.json").read_text())
CROSSED = pd.read_csv(REFERENCE / "data" / "crossed.csv")
FACTORS = ["age", "sex", "locality"]

# Das Gupta (1993), examples 5.1 (households' heads by age, shares in percent and rates in percent) and 5.3 (deaths
# by race and age, thousands and rates per thousand), scaled so that counts are whole.
AGES = [str(k) for k in range(1, 14)]
SHARES = [129, 109, 95, 80, 78, 84, 86, 78, 70, 59, 47, 36, 49]
SHARES += [101, 112, 116, 109, 94, 77, 63, 60, 63, 59, 51, 40, 55]
HEADED = [19, 258, 457, 496, 512, 516, 518, 549, 587, 604, 628, 666, 668]
HEADED += [22, 243, 458, 525, 561, 556, 560, 574, 572, 612, 639, 686, 722]
HEADS = pd.DataFrame(
    {
        "year": [1970] * 13 + [1985] * 13,
        "age": AGES * 2,
        "members": 1000 * np.array(SHARES),
        "admitted": np.array(SHARES) * np.array(HEADED),
    }
)
SIZES = [3041, 11577, 27450, 32711, 35480, 27411, 19555, 19795, 15254, 8022, 2472]
SIZES += [707, 2692, 6473, 6841, 6547, 4352, 3034, 2540, 1749, 804, 236]
SIZES += [2968, 11484, 34614, 30992, 21983, 20314, 20928, 16897, 11339, 5720, 1315]
SIZES += [535, 2162, 6120, 4781, 3096, 2718, 2363, 1767, 1149, 448, 117]
RATES = [9163, 462, 248, 929, 1084, 1810, 4715, 12187, 27728, 64068, 157570]
RATES += [17208, 738, 328, 1103, 2045, 3724, 8052, 17812, 34128, 68276, 125161]
RATES += [18469, 751, 391, 1146, 1287, 2672, 6636, 15691, 34723, 79763, 176837]
RATES += [36993, 1352, 541, 2040, 3523, 6746, 12967, 24471, 45091, 74902, 123205]
DEATHS = pd.DataFrame(
    {
        "year": [1985] * 22 + [1970] * 22,
        "race": (["1"] * 11 + ["2"] * 11) * 2,
        "age": [f"{k:02d}" for k in range(11)] * 4,
        "members": np.array(SIZES) * 1_000_000,
        "admitted": np.array(SIZES) * np.array(RATES),
    }
)


def effects(result) -> dict[str, float]:
    return result.estimates.set_index("term")["response"].to_dict()


def of_years(rows: pd.DataFrame, **changes: object):
    return decompose_rates(rows, **({"between": "year", "first": 1970, "second": 1985} | changes))  # type: ignore[arg-type]


def crossed(rows: pd.DataFrame = CROSSED, factors: list[str] = FACTORS, **changes: object):
    return decompose_rates(
        rows, **({"between": "side", "first": "A", "second": "B", "factors": factors} | changes)
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "second", "expected", "digits"),
    [
        pytest.param(
            {"a": 10930, "b": 0.717892},
            {"a": 16591, "b": 0.825974},
            {"difference": 5857.175, "a": 4369.913, "b": 1487.262},
            6e-4,
            id="two factors (2.1)",
        ),
        pytest.param(
            {"a": 51.78746, "b": 0.45919, "c": 0.52638},
            {"a": 84.90502, "b": 0.75756, "c": 0.51065},
            {"difference": 20.3278726, "a": 10.4340333, "b": 10.5608476, "c": -0.6670084},
            6e-8,
            id="three factors (2.2)",
        ),
        pytest.param(
            {"a": 25.3, "b": 0.214, "c": 0.279, "d": 0.949},
            {"a": 32.7, "b": 0.290, "c": 0.473, "d": 0.986},
            {"a": 0.6889411, "b": 0.8125381},
            6e-8,
            id="four factors (2.3)",
        ),
    ],
)
def test_products_are_das_guptas(
    first: dict[str, float], second: dict[str, float], expected: dict[str, float], digits: float
) -> None:
    found = effects(decompose_product(first, second, sides=("I", "II")))
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=digits)


def test_one_factor_of_composition_is_kitagawas() -> None:
    # Das Gupta (1993), example 5.1, to its four decimals.
    found = effects(of_years(HEADS, factors=["age"]))
    assert found == pytest.approx({"difference": 2.9672, "rates": 1.7403, "composition": 1.2269}, abs=6e-5)


def test_two_crossed_factors_are_das_guptas() -> None:
    # Das Gupta (1993), example 5.3, as R's DasGuptR 2.1.0 prints it.
    found = effects(of_years(DEATHS, factors=["race", "age"], per=1000))
    assert found == pytest.approx(
        {
            "difference": -0.6862158,
            "rates": -2.2277254,
            "composition": 1.5415096,
            "composition:race": 0.0197749,
            "composition:age": 1.5217347,
        },
        abs=6e-8,
    )


def test_three_crossed_factors_are_those_of_the_written_formulae() -> None:
    found = crossed().estimates
    assert found["term"].tolist() == [
        "difference",
        "rates",
        "composition",
        *(f"composition:{f}" for f in FACTORS),
    ]
    assert found["response"].tolist() == pytest.approx(R["effects"], rel=1e-9)
    assert found["std_error"].tolist() == pytest.approx(R["effect_errors"], rel=1e-9)


def test_intervals_cover_the_effects_of_the_true_rates() -> None:
    random = np.random.default_rng(8)
    truth = CROSSED.assign(admitted=CROSSED["admitted"] + 5)
    expected = effects(crossed(truth))
    inside = np.zeros(len(expected))
    for _draw in range(60):
        found = crossed(truth.assign(admitted=random.poisson(truth["admitted"]))).estimates
        true = found["term"].map(expected)
        inside += (found["low"] <= true) & (true <= found["high"])
    # 60 draws at 95%: from 51 on but for one time in 500.
    assert (inside >= 51).all()


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.integers(5, 40), st.integers(0, 500)), min_size=12, max_size=12),
    st.permutations(FACTORS),
)
def test_effects_add_up_whatever_the_cells_and_in_whatever_order(
    cells: list[tuple[int, int]], order: list[str]
) -> None:
    members = [n for _a, n in cells]
    rows = CROSSED.assign(members=[*CROSSED["members"][:12], *members])
    rows["admitted"] = [*CROSSED["admitted"][:12], *(a if n else 0 for a, n in cells)]
    if sum(rows["admitted"][12:]) < 10:
        return
    found = effects(crossed(rows, list(order)))
    assert found["rates"] + found["composition"] == pytest.approx(found["difference"], abs=1e-9)
    parts = [found[f"composition:{factor}"] for factor in FACTORS]
    assert sum(parts) == pytest.approx(found["composition"], abs=1e-9)
    again = effects(crossed(rows))
    assert found == pytest.approx({term: again[term] for term in found}, abs=1e-9)


def test_the_other_way_round_changes_the_signs() -> None:
    there, back = effects(crossed()), effects(crossed(first="B", second="A"))
    assert back == pytest.approx({term: -value for term, value in there.items()}, abs=1e-12)


def test_cells_add_up_to_their_effects() -> None:
    found = crossed()
    sums = found.cells[["composition", "rates"]].sum()
    assert sums.to_dict() == pytest.approx({name: effects(found)[name] for name in ("composition", "rates")})


def test_a_cell_of_one_side_counts_as_composition_and_is_named() -> None:
    rows = CROSSED.drop(CROSSED.index[-1])
    found = crossed(rows)
    assert [(finding.code, finding.where) for finding in found.findings] == [
        ("one_side_only", "age[41+]:sex[male]:locality[ward]")
    ]
    cell = found.cells.set_index(FACTORS).loc[("41+", "male", "ward")]
    assert np.isnan(cell["second_rate"])
    assert cell["rates"] == 0
    first = rows.loc[rows["side"] == "A"]
    assert cell["composition"] == pytest.approx(-100 * 4 / first["members"].sum())
    assert effects(found)["rates"] + effects(found)["composition"] == pytest.approx(
        effects(found)["difference"]
    )


def test_sides_composed_alike_differ_by_rates_alone() -> None:
    rows = pd.concat(
        [CROSSED.iloc[:12], CROSSED.iloc[:12].assign(side="B", admitted=CROSSED["admitted"][:12] * 2)]
    )
    found = effects(crossed(rows))
    assert found["composition"] == pytest.approx(0, abs=1e-12)
    assert found["rates"] == pytest.approx(found["difference"])


def at(row: int, column: str, value: object) -> pd.DataFrame:
    rows = CROSSED.copy()
    rows[column] = rows[column].astype("object")
    rows.loc[row, column] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param(at(0, "admitted", None), "outcome_missing", id="count missing"),
        pytest.param(at(0, "admitted", 0.5), "outcome_not_a_count", id="half a person"),
        pytest.param(at(0, "members", None), "exposure_missing", id="members missing"),
        pytest.param(at(0, "members", -3), "exposure_not_positive", id="negative members"),
        pytest.param(at(0, "members", np.inf), "exposure_not_positive", id="members without bound"),
        pytest.param(at(0, "members", 0), "outcome_without_exposure", id="admitted among nobody"),
        pytest.param(CROSSED.assign(members=0), "exposure_not_positive", id="no members at all"),
        pytest.param(
            CROSSED.assign(admitted=CROSSED["admitted"].where(CROSSED["side"] == "A", 0)),
            "few_events_of",
            id="nobody admitted on one side",
        ),
    ],
)
def test_no_number_leaves_rows_that_carry_none(rows: pd.DataFrame, code: str) -> None:
    found = crossed(rows)
    assert found.withheld
    assert code in [finding.code for finding in found.findings]
    assert found.estimates.drop(columns="term").isna().all(axis=None)
    assert np.isnan(found.values).all()
    assert found.cells.empty
    assert found.words()[0] == "Không công bố con số nào của mô hình này."


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"second": "A"}, "both sides", id="one side twice"),
        pytest.param({"second": "C"}, "side C has no rows", id="no such side"),
        pytest.param({"factors": []}, "at least one factor", id="no factor"),
        pytest.param({"factors": ["side"]}, "named for two things", id="side as factor"),
        pytest.param({"between": "year"}, "no column 'year'", id="no such column"),
        pytest.param({"per": -1}, "per -1", id="per less than nobody"),
        pytest.param({"level": 0}, "level 0", id="no coverage"),
    ],
)
def test_wrong_parameters_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        crossed(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({}, {}, id="no factor"),
        pytest.param({"a": 1}, {"b": 1}, id="other factors"),
        pytest.param({"a": 1}, {"a": float("nan")}, id="missing"),
        pytest.param({"a": -1}, {"a": 1}, id="negative"),
    ],
)
def test_wrong_products_are_refused(first: dict[str, float], second: dict[str, float]) -> None:
    with pytest.raises(ParameterError):
        decompose_product(first, second, sides=("I", "II"))


def test_words_give_shares_only_where_there_is_a_difference() -> None:
    assert "Trong chênh lệch: tỷ lệ trong từng nhóm 78%; cơ cấu 22%" in " ".join(crossed().words())
    alike = pd.concat([CROSSED.iloc[:12], CROSSED.iloc[:12].assign(side="B")])
    assert "Trong chênh lệch" not in " ".join(crossed(alike).words())
    assert crossed(alike).estimates["share"].isna().all()


def test_products_have_no_intervals_and_say_none() -> None:
    found = decompose_product(
        {"members": 5000, "rate": 0.02}, {"members": 6000, "rate": 0.03}, sides=("2015", "2020")
    )
    assert found.words()[0] == "2015: 100,0; 2020: 180,0; chênh lệch 80,00."
    assert not found.withheld
    assert "Poisson" not in " ".join(found.words())


def test_the_table_speaks_english() -> None:
    shown = crossed().to_markdown("en")
    assert "**Decomposition of the difference between A and B**" in shown
    assert "| rates within strata | 1.791 |" in shown
