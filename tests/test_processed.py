"""The processed tables: whole, described, the same every time, and told apart from a broken write."""

import csv
import json
import random

import pandas as pd
import pytest

from analysis import cleaning, processed
from analysis.errors import DataRefusedError
from analysis.schema import PUBLISHED, REGISTERS, TABLES

OF_FIGURES = [*PUBLISHED, "cleaning_log"]

WOMEN = {"subgroup": "female", "value": "70"}


@pytest.fixture
def written(raw_of, tmp_path):
    folder = tmp_path / "processed"
    cleaning.write(cleaning.clean(raw_of({}, WOMEN)), folder, made_from="raw")
    return folder


@pytest.mark.parametrize("name", OF_FIGURES)
def test_parquet_and_csv_twin_hold_the_same(processed_folder, name):
    parquet = pd.read_parquet(processed_folder / f"{name}.parquet")
    twin = pd.read_csv(processed_folder / f"{name}.csv", dtype=str, keep_default_na=False, na_values=[])
    assert list(twin.columns) == list(parquet.columns)
    assert len(twin) == len(parquet)
    for column, cells in parquet.items():
        if cells.dtype.kind == "M":
            assert twin[column].tolist() == cells.dt.strftime("%Y-%m-%d").fillna("").tolist()
        elif pd.api.types.is_bool_dtype(cells) or not pd.api.types.is_numeric_dtype(cells):
            assert twin[column].tolist() == ["" if pd.isna(cell) else str(cell) for cell in cells]
        else:
            numbers = pd.to_numeric(twin[column].replace("", None))
            pd.testing.assert_series_equal(
                numbers.astype("Float64"), cells.astype("Float64"), check_names=False
            )


@pytest.mark.parametrize("name", OF_FIGURES)
def test_what_is_loaded_is_what_was_cleaned_and_keeps_the_schema(processed_folder, tables, name):
    loaded = getattr(processed.load(processed_folder), name)
    pd.testing.assert_frame_equal(loaded, getattr(tables, name))
    TABLES[name].validate(loaded, lazy=True)


@pytest.mark.parametrize("name", TABLES)
def test_the_package_describes_every_column(processed_folder, name):
    package = json.loads((processed_folder / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = [r for r in package["resources"] if r["name"] == name]
    with (processed_folder / resource["path"]).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    fields = resource["schema"]["fields"]
    assert [field["name"] for field in fields] == header
    assert resource["rows"] == len(rows)
    for field in fields:
        assert field["type"] in {"string", "integer", "number", "boolean", "date"}
        assert field["description"].strip()
    schema = resource["schema"]
    names = schema.get("primaryKey") or (schema.get("uniqueKeys") or [[]])[0]
    key = [header.index(column) for column in names]
    assert not key or len({tuple(row[i] for i in key) for row in rows}) == len(rows)


def test_the_package_gives_the_types_of_the_columns(processed_folder):
    package = json.loads((processed_folder / "datapackage.json").read_text(encoding="utf-8"))
    types = {
        (resource["name"], field["name"]): field["type"]
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    }
    assert types["figures", "period_end"] == "date"
    assert types["figures", "value"] == "number"
    assert types["figures", "province_code"] == "string"
    assert types["unit_periods", "admitted"] == "integer"
    assert types["unit_periods", "printed_before_end"] == "boolean"
    assert types["composition", "share_low"] == "number"


def test_the_licence_of_the_figures_is_named(processed_folder):
    package = json.loads((processed_folder / "datapackage.json").read_text(encoding="utf-8"))
    assert [licence["name"] for licence in package["licenses"]] == ["CC-BY-4.0"]


def test_province_codes_keep_their_leading_zero(processed_folder):
    with (processed_folder / "figures.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["province_code"] for row in csv.DictReader(file)}
    assert "01" in codes
    assert all(len(code) in (0, 2) for code in codes)


@pytest.mark.parametrize("name", [f"{name}.parquet" for name in TABLES])
def test_a_table_of_another_run_is_refused(written, name):
    (written / name).write_bytes(b"not what was written")
    with pytest.raises(DataRefusedError) as caught:
        processed.load_table(written, name.removesuffix(".parquet"))
    (problem,) = caught.value.problems
    assert problem.file == name
    assert "ketnap clean" in problem.allowed
    assert processed.made_from(written) is None


def test_a_write_that_breaks_off_is_told_from_a_whole_one(written, raw_of, monkeypatch):
    other = cleaning.clean(raw_of({"value": "99"}, WOMEN))
    good = processed.load(written)

    class DiskFullError(OSError):
        pass

    def full(_):
        raise DiskFullError

    monkeypatch.setattr(cleaning, "as_csv", full)
    with pytest.raises(DiskFullError):
        cleaning.write(other, written, made_from="other")
    try:
        loaded = processed.load(written)
    except DataRefusedError:
        return
    pd.testing.assert_frame_equal(loaded.figures, good.figures)


@pytest.mark.parametrize("name", REGISTERS)
def test_tables_of_registers_are_there_though_empty(written, name):
    assert list(processed.load_table(written, name).columns) == list(REGISTERS[name].columns)


def test_a_table_that_is_gone_is_refused(written):
    (written / "checks.parquet").unlink()
    with pytest.raises(DataRefusedError):
        processed.load(written)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param('{"resources": [', id="cut-off"),
        pytest.param("[]", id="another-json"),
        pytest.param("{}", id="no-resources"),
    ],
)
def test_a_package_file_that_is_none_is_refused(written, text):
    (written / "datapackage.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataRefusedError):
        processed.load(written)


def test_an_empty_folder_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(DataRefusedError, match="ketnap clean"):
        processed.load(tmp_path)
    assert processed.made_from(tmp_path) is None


def test_writing_leaves_the_tables_and_nothing_else(written):
    expected = {f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")}
    assert {path.name for path in written.iterdir()} == expected | {"datapackage.json"}


def test_the_hash_of_the_raw_files_follows_their_bytes(raw_of):
    raw = raw_of({}, WOMEN)
    before = processed.raw_hash(raw)
    assert processed.raw_hash(raw) == before
    with (raw / "published-figures" / "sources.csv").open("a", encoding="utf-8") as file:
        file.write("b,A newspaper,Another page,,2018\n")
    assert processed.raw_hash(raw) != before


def traced(table, line_of):
    """Return a table with its traces to raw lines carried over to the lines of the other order."""
    table = table.copy()
    if "raw_row" in table:
        table["raw_row"] = [line_of[int(line)] for line in table["raw_row"]]
    if "raw_rows" in table:
        table["raw_rows"] = [
            "; ".join(str(line) for line in sorted(line_of[int(part)] for part in cell.split("; ")))
            for cell in table["raw_rows"]
        ]
    return table.sort_values(list(table.columns), ignore_index=True)


def test_the_order_of_the_raw_rows_does_not_matter(raw, tables, tmp_path):
    text = (raw / "published-figures" / "observations.csv").read_text(encoding="utf-8")
    header, *lines = text.splitlines()
    order = list(range(len(lines)))
    random.Random(20160101).shuffle(order)
    folder = tmp_path / "published-figures"
    folder.mkdir()
    sources = (raw / "published-figures" / "sources.csv").read_bytes()
    (folder / "sources.csv").write_bytes(sources)
    shuffled = "\n".join([header, *(lines[i] for i in order)]) + "\n"
    (folder / "observations.csv").write_text(shuffled, encoding="utf-8")
    found = cleaning.clean(tmp_path)
    line_of = {new + 2: old + 2 for new, old in enumerate(order)}
    same = {line: line for line in line_of}
    for name in OF_FIGURES:
        pd.testing.assert_frame_equal(
            traced(getattr(found, name), line_of), traced(getattr(tables, name), same), obj=name
        )
