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


def test_other_groups_are_left_out_with_their_people() -> None:
    table = pd.DataFrame(
        {
            "locality": ["commune"] * 6 + ["township"] * 2,
            "admitted": [2] * 6 + [30, 1],
            "unit_id": list("abcdefgh"),
        }
    )
    found = grouped(table, ["locality"])
    assert set(found.rows["locality"]) == {"commune"}
    assert [(d.rows, "thị trấn" in d.reason, "31 người" in d.reason) for d in found.dropped] == [
        (2, True, True)
    ]


def test_a_group_with_clusters_but_few_people_is_left_out() -> None:
    table = pd.DataFrame(
        {"sex": ["f"] * 6 + ["m"] * 6, "admitted": [3] * 6 + [0] * 6, "unit_id": list("abcdef") * 2}
    )
    assert set(grouped(table, ["sex"]).rows["sex"]) == {"f"}
