"""datapackage.json says what the files hold, and a contract that it cannot say is refused."""

from __future__ import annotations

import csv
import hashlib
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow.parquet as pq
import pytest

from analysis.schema import PUBLISHED, TABLES
from analysis.schema.describe import describe, kind, resource
from tests.schema.table_schema import problems


def resource_of(package: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [entry for entry in package["resources"] if entry["name"] == name]
    return found


def fields_of(entry: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {field["name"]: field for field in entry["schema"]["fields"]}


@pytest.mark.parametrize("name", TABLES)
def test_a_stranger_reads_the_csv_twin_by_the_package_alone(package, whole_folder, name):
    entry = resource_of(package, name)
    assert entry["path"] == f"{name}.csv"
    assert entry["rows"] > 0
    assert problems(entry, whole_folder) == []


@pytest.mark.parametrize("name", TABLES)
def test_parquet_has_the_types_that_the_package_says(package, whole_folder, name):
    arrow = pq.read_table(whole_folder / f"{name}.parquet")
    words = {"int64": "integer", "double": "number", "bool": "boolean"}
    for field in resource_of(package, name)["schema"]["fields"]:
        column = arrow[field["name"]]
        of = str(column.type)
        assert words.get(of, "date" if of.startswith("timestamp") else "string") == field["type"], field
        if field["type"] == "string":
            assert column.null_count == 0


BROKEN = [
    pytest.param("figures", "measure", "admited", "measure: 'admited' enum", id="a code that is none"),
    pytest.param("figures", "province_code", "1", "province_code: '1' pattern", id="a lost zero"),
    pytest.param("figures", "province_code", "011", "province_code: '011' pattern", id="a digit too many"),
    pytest.param("figures", "period_end", "31/12/2016", "period_end: '31/12/2016' is no date", id="a day"),
    pytest.param("figures", "period_end", "", "period_end: required", id="no day"),
    pytest.param("figures", "unit", "", "unit: required", id="no unit"),
    pytest.param("figures", "value", "1.234,5", "value: '1.234,5' is no number", id="a number"),
    pytest.param("figures", "value", "-1", "value: Decimal('-1') minimum", id="below the least"),
    pytest.param("composition", "share", "100.5", "share: Decimal('100.5') maximum", id="above the most"),
    pytest.param("composition", "conflict", "true", "conflict: 'true' is no boolean", id="a word of others"),
    pytest.param(
        "targets", "contradicted", "False", "contradicted: 'False' is no boolean", id="pandas' word"
    ),
    pytest.param("admissions", "year", "1929", "year: 1929 minimum", id="a year too early"),
    pytest.param("admissions", "admitted", "2019-Q5", "admitted: '2019-Q5' pattern", id="a fifth quarter"),
    pytest.param("admissions", "sex", "nữ", "sex: 'nữ' enum", id="a word for a code"),
    pytest.param(
        "unit_years", "members", "12.0", "members: '12.0' is no integer", id="a count with decimals"
    ),
]


@pytest.mark.parametrize(("table", "column", "cell", "problem"), BROKEN)
def test_the_schema_refuses_what_the_contract_refuses(
    package, whole_folder, tmp_path, table, column, cell, problem
):
    entry = resource_of(package, table)
    rewrite(whole_folder, tmp_path, entry, lambda rows: rows[0].update({column: cell}))
    entry = entry | {"hash": digest(tmp_path / entry["path"])}
    assert problem in problems(entry, tmp_path)


@pytest.mark.parametrize("table", [name for name in TABLES if name != "admissions"])
def test_the_schema_refuses_a_row_that_stands_twice(package, whole_folder, tmp_path, table):
    entry = resource_of(package, table)
    rewrite(whole_folder, tmp_path, entry, lambda rows: rows.append(rows[0]))
    entry = entry | {"hash": digest(tmp_path / entry["path"])}
    assert "key: not unique" in problems(entry, tmp_path)


def test_a_file_that_was_changed_is_told_by_its_hash(package, whole_folder, tmp_path):
    entry = resource_of(package, "targets")
    rewrite(whole_folder, tmp_path, entry, lambda rows: rows[0].update({"target": "1"}))
    assert problems(entry, tmp_path) == ["hash"]


def rewrite(folder: Path, out: Path, entry: dict[str, Any], change: Any) -> None:
    shutil.copy(folder / entry["path"], out)
    path = out / entry["path"]
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def digest(path: Path) -> str:
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_key_with_a_part_that_may_be_empty_is_no_primary_key(package):
    keys = {entry["name"]: entry["schema"] for entry in package["resources"]}
    assert keys["figures"]["primaryKey"] == ["raw_row"]
    assert keys["targets"]["primaryKey"] == ["file", "raw_row", "year", "unit_id"]
    assert keys["unit_years"]["uniqueKeys"] == [["synthetic", "unit_id", "year", "age_band", "sex"]]
    assert "primaryKey" not in keys["unit_years"]
    assert not {"primaryKey", "uniqueKeys"} & set(keys["admissions"])


@pytest.mark.parametrize("name", TABLES)
def test_a_table_without_a_csv_twin_is_described_by_its_parquet_file(name):
    entry = resource(TABLES[name], 1_048_576, {f"{name}.parquet": "ab"})
    assert (entry["path"], entry["format"]) == (f"{name}.parquet", "parquet")
    assert entry["mediatype"] == "application/vnd.apache.parquet"
    assert entry["profile"] == "data-resource"
    assert entry["hash"] == "sha256:ab"
    assert not {"encoding", "dialect"} & set(entry)
    assert not any("trueValues" in field for field in entry["schema"]["fields"])


@pytest.mark.parametrize("name", TABLES)
def test_the_words_for_yes_and_no_are_those_of_what_writes_the_table(name):
    entry = resource(TABLES[name], 1, {f"{name}.csv": "ab", f"{name}.parquet": "cd"})
    words = {
        (*f["trueValues"], *f["falseValues"]) for f in fields_of(entry).values() if f["type"] == "boolean"
    }
    assert words <= {("True", "False") if name in PUBLISHED else ("true", "false")}


@pytest.mark.parametrize("name", TABLES)
def test_the_empty_cell_is_never_a_code(name):
    entry = resource(TABLES[name], 1, {f"{name}.csv": "ab"})
    for field in fields_of(entry).values():
        assert "" not in field.get("constraints", {}).get("enum", [])


UNSAYABLE = [
    pytest.param(pa.Column("Int64", pa.Check.gt(0)), "check", id="a limit that is not included"),
    pytest.param(pa.Column("Int64", pa.Check.in_range(0, 9, include_max=False)), "check", id="half open"),
    pytest.param(pa.Column("str", pa.Check.str_length(max_value=3)), "check", id="a longest text"),
    pytest.param(pa.Column("Int64", pa.Check(lambda s: s > 0)), "check", id="a function"),
    pytest.param(pa.Column("str", pa.Check.str_matches(r"^\d\d")), "whole cell", id="only the beginning"),
    pytest.param(pa.Column("str", pa.Check.str_matches(r"\d\d$")), "whole cell", id="only the end"),
    pytest.param(pa.Column("str", pa.Check.str_matches(r"^(a)|(b)$")), "whole cell", id="either end"),
    pytest.param(pa.Column("complex128"), "type", id="a type that is not there"),
    pytest.param(pa.Column("Int64", name="height"), "no unit", id="a number without a unit"),
]


@pytest.mark.parametrize(("column", "said"), UNSAYABLE)
def test_what_the_package_cannot_say_is_refused(column, said):
    name = column.name or "year"
    schema = pa.DataFrameSchema({name: column}, name="made_up", metadata={"key": [name]})
    with pytest.raises(ValueError, match=rf"{name}: .*{said}"):
        describe(schema)


def test_every_column_of_every_contract_has_its_type():
    for schema in TABLES.values():
        for column in schema.columns.values():
            empty = pd.Series([], dtype=str(column.dtype).replace("string[pyarrow]", "str"))
            integer, number = pd.api.types.is_integer_dtype(empty), pd.api.types.is_float_dtype(empty)
            boolean, day = pd.api.types.is_bool_dtype(empty), pd.api.types.is_datetime64_dtype(empty)
            found = {"integer": integer, "number": number, "boolean": boolean, "date": day}
            assert kind(column) == next((name for name, is_so in found.items() if is_so), "string")
