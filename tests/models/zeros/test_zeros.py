"""Structural zeros apart, and organisations with and without admissions."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.language import speaking
from analysis.models.zeros.organisations import set_apart, without_admission

COUNTS = ["organisations", "with_admission", "without_admission", "no_eligible"]


def organisations(**columns: object) -> pd.DataFrame:
    """Return seven base organisations of a year: 3 with, 2 without, 1 with nobody eligible, 1 not known."""
    rows = pd.DataFrame(
        {
            "unit_id": list("abcdefg"),
            "year": 2020,
            "locality": "commune",
            "level": ["commune"] * 5 + ["grassroots"] * 2,
            "admitted": pd.array([2, 1, 4, 0, 0, 0, 0], dtype="Int64"),
            "eligible": pd.array([5, 3, 9, 4, 1, 0, None], dtype="Int64"),
        }
    )
    return rows.assign(**columns)


def test_counts_and_share_of_those_with_eligible_people() -> None:
    row = without_admission(organisations()).estimates.iloc[0]
    assert row[COUNTS].tolist() == [7, 3, 3, 1]
    assert row["eligible_unknown"] == 1
    assert row["estimate"] == 0.5


@pytest.mark.parametrize(
    ("without", "of", "low", "high"),
    [  # Newcombe 1998
        pytest.param(81, 263, 0.2552885, 0.3662096, id="81 of 263"),
        pytest.param(15, 148, 0.0623864, 0.1604872, id="15 of 148"),
        pytest.param(0, 20, 0.0, 0.1611252, id="none of 20"),
        pytest.param(1, 29, 0.0061132, 0.1717552, id="1 of 29"),
    ],
)
def test_limits_are_wilsons(without: int, of: int, low: float, high: float) -> None:
    admitted = [0] * without + [1] * (of - without)
    rows = pd.DataFrame(
        {"year": 2020, "locality": "", "level": "commune", "admitted": admitted, "eligible": 9}
    )
    row = without_admission(rows).estimates.iloc[0]
    assert (round(row["low"], 7), round(row["high"], 7)) == (low, high)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0, 1, None]), st.integers(2020, 2022)), min_size=1)
)
def test_groups_add_up(units: list[tuple[int, int | None, int]]) -> None:
    admitted, eligible, year = zip(*units, strict=True)
    rows = pd.DataFrame({"admitted": admitted, "year": year, "locality": "ward", "level": "commune"})
    found = without_admission(rows.assign(eligible=pd.array(eligible, dtype="Int64"))).estimates
    assert found["organisations"].sum() == len(units)
    assert (found[COUNTS[1:]].sum(axis=1) == found["organisations"]).all()
    shares = found["estimate"].dropna()
    assert ((found["low"].dropna() <= shares) & (shares <= found["high"].dropna())).all()


def test_admissions_without_eligible_people_are_a_contradiction() -> None:
    found = without_admission(organisations(eligible=0))
    assert found.contradicted["unit_id"].tolist() == ["a", "b", "c"]
    assert found.estimates.iloc[0][COUNTS].tolist() == [7, 3, 0, 4]
    assert "3 unit-years admitted people although nobody was eligible" in found.to_markdown("en")
    assert not found.withheld


def test_districts_and_provinces_are_no_base_organisations() -> None:
    found = without_admission(organisations(level=["district", "province", *["commune"] * 5]))
    assert found.estimates["organisations"].tolist() == [5]
    assert [dropped.rows for dropped in found.dropped] == [2]


def test_a_year_that_is_not_known_is_dropped_and_told() -> None:
    found = without_admission(organisations(admitted=pd.array([None, 1, 4, 0, 0, 0, 0], dtype="Int64")))
    assert (found.n, [dropped.rows for dropped in found.dropped]) == (6, [1])


def test_a_group_of_nobody_eligible_has_no_share() -> None:
    found = without_admission(organisations(admitted=0, eligible=0))
    assert found.estimates["estimate"].isna().all()
    assert "| – | – |" in found.to_markdown()


def test_no_row_at_all_is_withheld() -> None:
    found = without_admission(organisations().iloc[:0])
    assert found.withheld
    assert "Không công bố" in found.to_markdown()


def test_words_are_the_latest_years() -> None:
    rows = pd.concat([organisations(), organisations(year=2021, admitted=1, eligible=1)])
    with speaking("en"):
        words = without_admission(rows).words()
    assert (
        "In 2021, of 7 base organisations 7 admitted members, 0 admitted none, and 0 had no eligible people."
        in words
    )


def test_other_groups_are_possible() -> None:
    found = without_admission(organisations(), by=["level"])
    assert found.estimates["term"].tolist() == ["level[commune]", "level[grassroots]"]
    assert found.to_markdown("en").count("commune-level") + found.to_markdown("en").count("| commune") >= 1


@pytest.mark.parametrize(
    ("rows", "more", "words"),
    [
        pytest.param(organisations().drop(columns="eligible"), {}, "no column 'eligible'", id="no eligible"),
        pytest.param(organisations(), {"by": ["region"]}, "no column 'region'", id="no such group"),
        pytest.param(organisations(), {"level": 1.0}, "no share", id="level"),
        pytest.param(organisations(admitted="many"), {}, "holds something else than numbers", id="text"),
    ],
)
def test_what_cannot_be_asked_is_refused(rows: pd.DataFrame, more: dict[str, object], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        without_admission(rows, **more)


def test_rows_without_the_column_have_no_structural_zeros() -> None:
    apart = set_apart(organisations().drop(columns="eligible"))
    assert (len(apart.rest), len(apart.structural), apart.unknown, apart.findings) == (7, 0, 0, [])


def test_rows_of_one_index_are_not_confused() -> None:
    rows = pd.concat([organisations(), organisations(year=2021)])  # each index twice
    assert without_admission(rows).estimates[COUNTS].to_numpy().tolist() == [[7, 3, 3, 1]] * 2
