"""The processed tables: made from data/raw, written whole to data/processed, read back checked."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis import __version__, fingerprint
from analysis.clean import published
from analysis.clean.changes import SCHEMA as LOG_SCHEMA
from analysis.clean.checks import checks
from analysis.clean.composition import composition
from analysis.clean.unit_periods import unit_periods
from analysis.errors import DataRefusedError, Problem
from analysis.registers.files import KINDS
from analysis.registers.write import TableWriter, write_tables
from analysis.schema import CLEANING_LOG, PUBLISHED, TABLES, describe

PACKAGE = "datapackage.json"
RAW_FILES = ("observations.csv", "sources.csv")


@dataclass(frozen=True, slots=True)
class Processed:
    """The processed tables, as ``schema`` describes them.

    Attributes
    ----------
    sources, figures, unit_periods, composition, checks : DataFrame
        One each; see the schema of the same name.
    cleaning_log : DataFrame
        Its rows on these tables.
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
    log.insert(1, "file", "published-figures/observations.csv")
    tables = [sources, figures, periods, shares, found, log]
    schemas = [*PUBLISHED.values(), CLEANING_LOG]
    return Processed(*(_validated(s, t) for s, t in zip(schemas, tables, strict=True)))


def _validated(schema: pa.DataFrameSchema, table: pd.DataFrame) -> pd.DataFrame:
    for name, column in schema.columns.items():
        text = describe.kind(column) == "string"
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


def raw_hash(raw: Path) -> str:
    """Return a hash of the raw files that cleaning reads and of the code that reads them."""
    files = [raw / "published-figures" / name for name in RAW_FILES]
    for folder in KINDS:
        files += [path for path in (raw / folder).rglob("*") if path.is_file() and path.suffix != ".md"]
    held = fingerprint.of_files([path for path in files if path.is_file()], raw)
    return fingerprint.of_bytes((held + fingerprint.library()).encode())


def write(tables: Processed, out: Path, *, made_from: str, raw: Path | None = None) -> dict[str, int]:
    """Write each table as Parquet with a CSV twin, and datapackage.json after all of them.

    Each file appears whole, and none before all are made. The package file names the hash of every
    other, so that a reader tells a folder in which writing was broken off.

    Parameters
    ----------
    tables : Processed
        What :func:`clean` returned.
    out : Path
        Folder; made where it is missing.
    made_from : str
        Hash of what the tables were made from.
    raw : Path, optional
        Folder whose registers, targets and members are cleaned too; their tables are empty without.

    Returns
    -------
    dict of str to int
        Table → rows.

    Raises
    ------
    DataRefusedError
        A register, target table or stock of members cannot be used; nothing was changed.
    """
    out.mkdir(parents=True, exist_ok=True)
    _sweep(out)
    with tempfile.TemporaryDirectory(dir=out, prefix=_STAGING) as name:
        staging = Path(name)
        rows = _write_all(tables, staging, raw)
        resources = []
        for table, schema in TABLES.items():
            made = [
                path for path in (staging / f"{table}.parquet", staging / f"{table}.csv") if path.exists()
            ]
            hashes = {path.name: fingerprint.of_file(path) for path in made}
            resources.append(describe.resource(schema, rows[table], hashes))
        package = {
            "profile": "tabular-data-package",
            "name": "ketnap-processed",
            "title": "Admission of Party members in Vietnam: published figures, registers and targets, cleaned",
            "version": __version__,
            "licenses": [{"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0"}],
            "made_from": made_from,
            "resources": resources,
        }
        text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
        (staging / PACKAGE).write_text(text, encoding="utf-8")
        (out / PACKAGE).unlink(missing_ok=True)
        for old in out.glob("*.csv"):
            if old.stem in TABLES and not (staging / old.name).exists():
                old.unlink()
        for path in sorted(staging.iterdir(), key=lambda path: path.name == PACKAGE):
            path.replace(out / path.name)
    return rows


_STAGING = ".being-written-"


def _sweep(out: Path) -> None:
    """Remove what a run that was killed left behind."""
    for path in out.glob(f"{_STAGING}*"):
        shutil.rmtree(path, ignore_errors=True)


def _write_all(tables: Processed, folder: Path, raw: Path | None) -> dict[str, int]:
    """Write every table into a folder; return their rows."""
    rows = {}
    for name in PUBLISHED:
        table: pd.DataFrame = getattr(tables, name)
        (folder / f"{name}.parquet").write_bytes(_parquet(table))
        (folder / f"{name}.csv").write_bytes(_csv(table))
        rows[name] = len(table)
    with TableWriter(CLEANING_LOG.name, folder) as log:
        log.write(_log_table(tables.cleaning_log))
        rows |= write_tables(raw or folder, folder, log.write)
        rows[CLEANING_LOG.name] = log.rows
    return rows


def _log_table(log: pd.DataFrame) -> pyarrow.Table:
    columns = [
        pyarrow.array(log[field.name].to_numpy(), pyarrow.int64())
        if field.type == pyarrow.int64()
        else pyarrow.array(log[field.name].astype("object"), pyarrow.string()).dictionary_encode()
        for field in LOG_SCHEMA
    ]
    return pyarrow.Table.from_arrays(columns, schema=LOG_SCHEMA)


def _parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d").encode()


def tables_hash(tables: Processed) -> str:
    """Return a hash of what processed tables, or a slice of them, hold."""
    names = (*PUBLISHED, CLEANING_LOG.name)
    parts = [name.encode() + b"\0" + _csv(getattr(tables, name)) for name in names]
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
    """Return the tables of published figures of a folder, each checked against the hash that was written.

    Raises
    ------
    DataRefusedError
        Tables are missing, or are not those that one run of cleaning wrote together.
    """
    folder = Path(folder)
    tables = {name: pd.read_parquet(io.BytesIO(_checked(folder, name))) for name in PUBLISHED}
    log = pq.read_table(
        io.BytesIO(_checked(folder, CLEANING_LOG.name)), filters=pc.field("table").isin(list(PUBLISHED))
    )
    plain = pyarrow.schema(
        [(f.name, pyarrow.int64() if f.name == "raw_row" else pyarrow.string()) for f in log.schema]
    )
    tables[CLEANING_LOG.name] = (
        log.cast(plain).to_pandas().astype({f.name: "str" for f in plain if f.name != "raw_row"})
    )
    return Processed(**tables)


def load_table(folder: Path | str, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return one processed table, checked as in :func:`load`: ``admissions``, ``unit_years``, ``files``, ...

    Words are categories, so that five million rows fit in memory.

    Parameters
    ----------
    folder : Path or str
        Of the processed tables.
    name : str
        The table.
    columns : sequence of str, optional
        Those to read; all without.

    Raises
    ------
    DataRefusedError
        The table is missing, or is not what cleaning wrote last.
    """
    data = io.BytesIO(_checked(Path(folder), name))
    wanted = None if columns is None else list(columns)
    return pq.read_table(data, columns=wanted).to_pandas(types_mapper=_NULLABLE.get)


_NULLABLE = {pyarrow.int64(): pd.Int64Dtype(), pyarrow.bool_(): pd.BooleanDtype()}


def _checked(folder: Path, name: str) -> bytes:
    """Return the bytes of a table's file, which must be those that were written with the package file."""
    file = f"{name}.parquet"
    hashes = next(resource["hashes"] for resource in package(folder)["resources"] if resource["name"] == name)
    data = (folder / file).read_bytes() if (folder / file).is_file() else b""
    if fingerprint.of_bytes(data) != hashes[file]:
        seen = "not the table that cleaning wrote last"
        raise DataRefusedError([Problem(file, None, None, seen, "run `ketnap clean` again")])
    return data
