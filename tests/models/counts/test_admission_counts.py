"""Cells counted from the admissions, against those that cleaning counted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import fingerprint, processed
from analysis.errors import DataRefusedError
from analysis.models.counts import admission_counts
from analysis.models.counts.admission_counts import admission_cells, count_admissions
from analysis.models.register_rows import by_cell
from analysis.processed import load_table
from analysis.registers.write import write_tables
from analysis.schema import TABLES

KEYS = ["unit_id", "year", "age_band", "sex"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, raw: Path) -> Path:
    """Return the processed tables of one province's registers among those that ship with the package."""
    some, out = tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("processed")
    for path in raw.rglob("synthetic-lao-cai-*"):
        copy = some / path.relative_to(raw)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    write_tables(some, out, lambda _: None)
    resources = [
        {
            "name": name,
            "hashes": {path.name: fingerprint.of_file(path) for path in out.glob(f"{name}.parquet")},
        }
        for name in TABLES
    ]
    package = json.dumps({"resources": resources, "made_from": "test"})
    (out / processed.PACKAGE).write_text(package, encoding="utf-8")
    return out


def test_cells_are_those_that_cleaning_counted(folder: Path) -> None:
    ours, _ = admission_cells(folder)
    theirs, _ = by_cell(load_table(folder, "unit_years"))
    assert len(ours) > 500
    assert _plain(ours).equals(_plain(theirs))
    assert (ours["admitted"] == 0).any(), "zeros come from the members exposed"


def test_years_are_chosen(folder: Path) -> None:
    ours, dropped = admission_cells(folder, years=(2021, 2022))
    theirs, _ = by_cell(load_table(folder, "unit_years"), years=(2021, 2022))
    assert _plain(ours).equals(_plain(theirs))
    assert set(ours["year"]) == {2021, 2022}
    assert all(d.rows > 0 for d in dropped)


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    named = rows[[*KEYS, "locality", "term", "admitted", "members"]]
    named = named.astype(dict.fromkeys([*KEYS, "locality", "term"], "object"))
    return named.astype({"admitted": float, "members": float}).sort_values(KEYS).reset_index(drop=True)


def _stock(**columns: object) -> pd.DataFrame:
    rows = pd.DataFrame({"synthetic": True, "year": 2020, "age_band": "age_18_30", "sex": "female"} | columns)
    return rows.astype(dict.fromkeys(("unit_id", "age_band", "sex"), "category"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, [2, 0], id="as it is"),
        pytest.param({"synthetic": False}, [0, 0], id="real people of synthetic units"),
        pytest.param({"year": 2021}, [0, 0], id="a year beyond"),
        pytest.param({"unit_id": "c"}, [0, 0], id="a unit beyond"),
        pytest.param({"unit_id": "b"}, [0, 2], id="the other unit"),
        pytest.param({"sex": ""}, [0, 0], id="sex not known"),
        pytest.param({"age_band": "age_31_35"}, [0, 0], id="a band without members"),
    ],
)
def test_people_are_counted_to_their_cell_or_to_none(change: dict[str, object], expected: list[int]) -> None:
    cells = _stock(unit_id=["a", "b"])
    people = _stock(unit_id=["a", "a"]).assign(**change)
    assert count_admissions(people, cells).tolist() == expected


def test_people_of_fine_bands_belong_to_the_coarse_ones_of_their_unit() -> None:
    cells = _stock(unit_id=["a", "a", "b"], age_band=["age_31_40", "age_over_50", "age_31_35"])
    people = _stock(
        unit_id=["a"] * 4 + ["b"] * 2,
        age_band=["age_36_40", "age_51_55", "age_over_60", "age_41_45", "age_31_35", "age_36_40"],
    )
    assert count_admissions(people, cells).tolist() == [1, 2, 1]


def test_coarse_bands_of_one_unit_year_make_all_coarse(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stock, people = load_table(folder, "unit_years"), load_table(folder, "admissions")
    fine = stock["age_band"].isin(["age_31_35", "age_36_40"])
    of_unit = stock["unit_id"] == stock.loc[fine & stock["members"].gt(0), "unit_id"].iloc[0]
    rows = stock.loc[~(of_unit & (stock["age_band"] == "age_36_40"))].copy()
    merged = (
        stock.loc[of_unit & fine]
        .groupby(["unit_id", "year", "sex"], observed=True)[["admitted", "members"]]
        .sum()
    )
    rows["age_band"] = rows["age_band"].astype("object")
    here = (rows["unit_id"] == stock.loc[of_unit, "unit_id"].iloc[0]) & (rows["age_band"] == "age_31_35")
    rows.loc[here, "age_band"] = "age_31_40"
    places = pd.MultiIndex.from_frame(rows.loc[here, ["unit_id", "year", "sex"]].astype("object"))
    merged.index = pd.MultiIndex.from_frame(merged.index.to_frame().astype("object"))
    for name in ("admitted", "members"):
        rows.loc[here, name] = merged.loc[places, name].to_numpy()
    rows = rows.astype({"age_band": "category"}).reset_index(drop=True)
    monkeypatch.setattr(
        admission_counts, "load_table", lambda _, name, *_columns: rows if name == "unit_years" else people
    )
    ours, _ = admission_cells(folder)
    theirs, _ = by_cell(rows)
    assert "age_31_40" in set(ours["age_band"])
    assert not {"age_31_35", "age_41_45"} & set(ours["age_band"])
    assert _plain(ours).equals(_plain(theirs))


def test_tables_that_contradict_each_other_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stock, people = load_table(folder, "unit_years"), load_table(folder, "admissions")
    tables = {"unit_years": stock, "admissions": people.iloc[1:]}
    monkeypatch.setattr(admission_counts, "load_table", lambda _, name, *_columns: tables[name])
    with pytest.raises(DataRefusedError, match=r"admitted in .*, but \d+ in admissions\.parquet"):
        admission_cells(folder)


def test_no_unit_year_has_no_cell() -> None:
    assert count_admissions(_stock(unit_id=["a"]), _stock(unit_id=["a"]).iloc[:0]).tolist() == []
    assert np.issubdtype(count_admissions(_stock(unit_id=["a"]), _stock(unit_id=["a"])).dtype, np.integer)
