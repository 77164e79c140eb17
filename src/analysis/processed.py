"""The processed tables: made from data/raw, written whole to data/processed, read back checked."""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

from analysis import __version__, fingerprint
from analysis.clean import published
from analysis.clean.checks import checks
from analysis.clean.composition import composition
from analysis.clean.unit_periods import unit_periods
from analysis.errors import DataRefusedError, Problem
from analysis.schema import TABLES

PACKAGE = "datapackage.json"
RAW_FILES = ("observations.csv", "sources.csv")
_TYPES = {
    "int64": "integer",
    "Int64": "integer",
    "float64": "number",
    "Float64": "number",
    "boolean": "boolean",
    "datetime64[s]": "date",
    "datetime64[ns]": "date",
}


@dataclass(frozen=True, slots=True)
class Processed:
    """The processed tables, as ``schema`` describes them.

    Attributes
    ----------
    sources, figures, unit_periods, composition, checks, cleaning_log : DataFrame
        One each; see the schema of the same name.
    """

    sources: pd.DataFrame
    figures: pd.DataFrame
    unit_periods: pd.DataFrame
    composition: pd.DataFrame
    checks: pd.DataFrame
    cleaning_log: pd.DataFrame


def clean(raw: Path) -> Processed:
    """Return the processed tables of the published figures under a folder of raw data.

    Parameters
    ----------
    raw : Path
        Folder with ``published-figures/observations.csv`` and ``sources.csv``.

    Raises
    ------
    DataRefusedError
        A raw file breaks its contract; every problem of the file is named.
    """
    folder = raw / "published-figures"
    sources = published.read_sources(folder)
    figures, log = published.clean(published.read_observations(folder, sources), sources)
    periods = unit_periods(figures, sources)
    shares = composition(figures)
    found = checks(figures, periods, shares)
    tables = [sources, figures, periods, shares, found, log]
    return Processed(*(_validated(TABLES[n], t) for n, t in zip(TABLES, tables, strict=True)))


def _validated(schema: pa.DataFrameSchema, table: pd.DataFrame) -> pd.DataFrame:
    for name, column in schema.columns.items():
        text = _kind(column) == "string"
        if name not in table:
            table[name] = "" if text else None
        elif text:
            table[name] = table[name].astype("object").fillna("").astype("str")
    try:
        return schema.validate(table[list(schema.columns)], lazy=True).reset_index(drop=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.head(20).itertuples()
        problems = [
            Problem(
                schema.name or "",
                None,
                str(case.column),
                str(case.failure_case),
                f"the table's contract: {case.check}",
            )
            for case in cases
        ]
        raise DataRefusedError(problems) from None


def _kind(column: pa.Column) -> str:
    """Return the Table Schema type of a column."""
    return _TYPES.get(str(column.dtype), "string")


def raw_hash(raw: Path) -> str:
    """Return a hash of the raw files that cleaning reads and of the code that reads them."""
    folder = raw / "published-figures"
    files = [folder / name for name in RAW_FILES if (folder / name).is_file()]
    return fingerprint.of_bytes((fingerprint.of_files(files, raw) + fingerprint.library()).encode())


def write(tables: Processed, out: Path, *, made_from: str) -> None:
    """Write each table as Parquet with a CSV twin, and datapackage.json after all of them.

    Each file appears whole. The package file names the hash of every other, so that a reader
    tells a folder in which writing was broken off.

    Parameters
    ----------
    tables : Processed
        What :func:`clean` returned.
    out : Path
        Folder; made where it is missing.
    made_from : str
        Hash of what the tables were made from.
    """
    out.mkdir(parents=True, exist_ok=True)
    resources = []
    for name, schema in TABLES.items():
        table: pd.DataFrame = getattr(tables, name)
        files = {f"{name}.parquet": _parquet(table), f"{name}.csv": _csv(table)}
        for file, data in files.items():
            _replace(out / file, data)
        hashes = {file: fingerprint.of_bytes(data) for file, data in files.items()}
        resources.append(_resource(name, schema, len(table), hashes))
    package = {
        "profile": "tabular-data-package",
        "name": "ketnap-processed",
        "title": "Published figures on the admission of Party members in Vietnam, cleaned",
        "version": __version__,
        "licenses": [{"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0"}],
        "made_from": made_from,
        "resources": resources,
    }
    _replace(out / PACKAGE, (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode())


def _parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d").encode()


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _resource(name: str, schema: pa.DataFrameSchema, rows: int, hashes: dict[str, str]) -> dict[str, Any]:
    fields = []
    for column in schema.columns.values():
        entry: dict[str, Any] = {
            "name": column.name,
            "type": _kind(column),
            "description": column.description,
        }
        allowed = [c.statistics["allowed_values"] for c in column.checks if c.name == "isin"]
        if allowed:
            entry["constraints"] = {"enum": [code for code in allowed[0] if code]}
        fields.append(entry)
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "description": schema.description,
        "rows": rows,
        "hashes": hashes,
        "schema": {"fields": fields, "primaryKey": (schema.metadata or {})["key"], "missingValues": [""]},
    }


def tables_hash(tables: Processed) -> str:
    """Return a hash of what processed tables, or a slice of them, hold."""
    parts = [name.encode() + b"\0" + _csv(getattr(tables, name)) for name in TABLES]
    return fingerprint.of_bytes(b"\0".join(parts))


def package(folder: Path) -> dict[str, Any]:
    """Return the package file of a processed folder.

    Raises
    ------
    DataRefusedError
        The folder holds no processed tables.
    """
    path = folder / PACKAGE
    if not path.is_file():
        problem = Problem(str(folder), None, None, "no processed tables", "run `ketnap clean` first")
        raise DataRefusedError([problem])
    try:
        loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        names = [resource["name"] for resource in loaded["resources"]]
        sound = (
            names == list(TABLES)
            and all("hashes" in r for r in loaded["resources"])
            and "made_from" in loaded
        )
    except (ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        seen = "no package file of this version"
        raise DataRefusedError([Problem(str(path), None, None, seen, "run `ketnap clean` again")])
    return loaded


def made_from(folder: Path) -> str | None:
    """Return the hash of what a folder's tables were made from; None where a file is not whole."""
    try:
        found = package(folder)
    except DataRefusedError:
        return None
    for resource in found["resources"]:
        for file, digest in resource["hashes"].items():
            if not (folder / file).is_file() or fingerprint.of_file(folder / file) != digest:
                return None
    return str(found["made_from"])


def load(folder: Path | str) -> Processed:
    """Return the processed tables of a folder, each checked against the hash that was written.

    Raises
    ------
    DataRefusedError
        Tables are missing, or are not those that one run of cleaning wrote together.
    """
    folder = Path(folder)
    tables: dict[str, pd.DataFrame] = {}
    for resource in package(folder)["resources"]:
        file = f"{resource['name']}.parquet"
        data = (folder / file).read_bytes() if (folder / file).is_file() else b""
        if fingerprint.of_bytes(data) != resource["hashes"][file]:
            seen = "not the table that cleaning wrote last"
            raise DataRefusedError([Problem(file, None, None, seen, "run `ketnap clean` again")])
        tables[resource["name"]] = pd.read_parquet(io.BytesIO(data))
    return Processed(**tables)
