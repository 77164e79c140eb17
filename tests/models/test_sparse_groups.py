"""Groups too small for an estimate are joined or left out, and told."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.models.sparse_groups import grouped

BANDS = [
    "age_18_30",
    "age_31_35",
    "age_36_40",
    "age_41_45",
    "age_46_50",
    "age_51_55",
    "age_56_60",
    "age_over_60",
]


def rows(counts: list[int]) -> pd.DataFrame:
    bands = BANDS[: len(counts)]
    return pd.DataFrame(
        {
            "age_band": pd.Categorical(bands, BANDS),
            "admitted": counts,
            "members": 100,
            "unit_id": [f"u{i}" for i in range(len(counts))],
        }
    )


@pytest.mark.parametrize(
    ("counts", "bands"),
    [
        pytest.param([9, 9, 9], BANDS[:3], id="all large enough"),
        pytest.param([50, 20, 9, 6, 3, 2, 0, 0], [*BANDS[:4], "age_over_45"], id="the tail becomes one"),
        pytest.param([50, 2, 30, 9], ["age_18_30", "age_31_40", "age_41_45"], id="to the smaller neighbour"),
        pytest.param([2, 1, 1], ["age_18_40"], id="all together"),
        pytest.param([5, 5], BANDS[:2], id="five are enough"),
        pytest.param([5, 4], ["age_18_35"], id="four are not"),
    ],
)
def test_age_bands_are_joined_to_their_neighbours(counts: list[int], bands: list[str]) -> None:
    found = grouped(rows(counts), ["age_band"])
    assert found.rows["age_band"].cat.categories.to_list() == bands
    assert found.rows["admitted"].sum() == sum(counts)
    assert found.dropped == ()


def test_the_youngest_are_joined_upwards() -> None:
    table = pd.DataFrame(
        {"age_band": ["age_under_18", "age_18_30"], "admitted": [1, 80], "unit_id": ["a", "b"]}
    )
    assert set(grouped(table, ["age_band"]).rows["age_band"]) == {"age_under_31"}


def places(admitted: list[int], groups: list[str], **columns: object) -> pd.DataFrame:
    units = [f"u{i}" for i in range(len(admitted))]
    return pd.DataFrame(
        {"locality": groups, "admitted": admitted, "members": 100, "unit_id": units} | columns
    )


def test_groups_of_few_clusters_are_left_out_with_their_people() -> None:
    table = places([2] * 12 + [30, 1], ["commune"] * 6 + ["ward"] * 6 + ["township"] * 2)
    found = grouped(table, ["locality"])
    assert set(found.rows["locality"]) == {"commune", "ward"}
    assert [(d.rows, "thị trấn" in d.reason, "31 người" in d.reason) for d in found.dropped] == [
        (2, True, True)
    ]


def test_a_factor_of_one_large_group_loses_its_term_and_no_row() -> None:
    found = grouped(places([2] * 6 + [30, 1], ["commune"] * 6 + ["township"] * 2), ["locality"])
    assert len(found.rows) == 8
    assert (found.uncarried, found.dropped) == (("locality",), ())


def test_a_group_is_not_left_out_for_having_admitted_few() -> None:
    table = places([6] * 6 + [0] * 6, ["commune"] * 6 + ["ward"] * 6)
    assert set(grouped(table, ["locality"]).rows["locality"]) == {"commune", "ward"}


def test_a_group_of_few_members_is_left_out() -> None:
    table = places([6] * 12 + [0] * 6, ["commune"] * 6 + ["ward"] * 6 + ["township"] * 6)
    table.loc[12:, "members"] = 5
    assert set(grouped(table, ["locality"]).rows["locality"]) == {"commune", "ward"}


def test_few_clusters_of_the_whole_are_left_to_the_gate() -> None:
    table = places([9] * 8, ["commune"] * 4 + ["ward"] * 4, district=["a", "b"] * 4)
    assert len(grouped(table, ["locality"], cluster="district").rows) == 8


def test_groups_are_judged_on_the_rows_that_other_factors_leave() -> None:
    table = places(
        [9] * 16, ["commune"] * 6 + ["ward"] * 5 + ["township"] * 5, year=[2018] * 11 + [2018] * 4 + [2019]
    )
    found = grouped(table, ["locality", "year"])
    assert "year" in found.uncarried
    assert len(found.rows) == 16
