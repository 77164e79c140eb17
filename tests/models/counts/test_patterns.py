"""Rows by their patterns: nothing lost, no two patterns alike, whatever their number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.models.counts import patterns
from analysis.models.counts.patterns import collapse, compact

CODES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 6)), min_size=1, max_size=40)


@pytest.mark.parametrize(
    "most", [pytest.param(patterns._DENSE, id="by a table"), pytest.param(0, id="by sorting")]
)
@settings(max_examples=25)
@given(CODES)
def test_places_are_those_of_the_sorted_distinct_rows(most: int, rows: list[tuple[int, int, int]]) -> None:
    codes = [np.array(column) for column in zip(*rows, strict=True)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patterns, "_DENSE", most)
        place, first = compact(codes, [5, 3, 7])
    distinct = sorted(set(rows))
    assert place.tolist() == [distinct.index(row) for row in rows]
    assert first.tolist() == [rows.index(row) for row in distinct]


def test_more_combinations_than_a_number_holds() -> None:
    codes = [np.array([0, 2**31, 0, 2**31]), np.array([5, 2**30, 5, 2**30]), np.array([1, 1, 1, 7])]
    place, first = compact(codes)
    assert place.tolist() == [0, 1, 0, 2]
    assert first.tolist() == [0, 1, 3]


@settings(max_examples=20)
@given(CODES)
def test_sums_are_those_of_a_grouping(rows: list[tuple[int, int, int]]) -> None:
    frame = pd.DataFrame(rows, columns=["a", "admitted", "unit"]).assign(members=lambda d: d["unit"] + 1.0)
    frame["sex"] = np.where(frame["a"] % 2, "m", "f")
    data = collapse(frame, ["sex", "a"], outcome="admitted", exposure="members", cluster="unit")
    grouped = frame.groupby(["sex", "a"]).agg(
        outcome=("admitted", "sum"), exposure=("members", "sum"), rows=("members", "size")
    )
    assert data.table.set_index(["sex", "a"]).astype(float).equals(grouped.astype(float))
    cells = data.cells()
    assert cells["outcome"].sum() == frame["admitted"].sum()
    assert len(cells) == len(frame[["unit", "sex", "a"]].drop_duplicates())
    by_unit = cells.groupby("cluster")["exposure"].sum()
    assert by_unit.tolist() == frame.groupby("unit")["members"].sum().tolist()
    assert data.labels.tolist() == sorted(set(frame["unit"]))


def test_clusters_are_counted_without_those_that_do_not_occur() -> None:
    frame = pd.DataFrame({"admitted": [1, 2], "unit": pd.Categorical(["c", "a"], ["a", "b", "c"])})
    data = collapse(frame, [], outcome="admitted", exposure=None, cluster="unit")
    assert data.labels.tolist() == ["a", "c"]
    assert data.cluster.tolist() == [1, 0]
    assert data.table.to_dict("list") == {"outcome": [3.0], "exposure": [2.0], "rows": [2]}


def test_order_of_categories_is_kept() -> None:
    frame = pd.DataFrame({"admitted": 1, "band": pd.Categorical(["young", "old"], ["young", "old"])})
    assert collapse(frame, ["band"], outcome="admitted", exposure=None).table["band"].tolist() == [
        "young",
        "old",
    ]


def test_a_covariate_may_not_be_called_as_a_sum() -> None:
    frame = pd.DataFrame({"admitted": [1], "exposure": [2]})
    with pytest.raises(ParameterError, match="cannot be called 'exposure'"):
        collapse(frame, ["exposure"], outcome="admitted", exposure=None)
