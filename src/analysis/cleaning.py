"""From raw data to processed tables, and onto the disk: whole or not at all."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pyarrow

from analysis import __version__, fingerprint
from analysis.clean import published
from analysis.clean.changes import SCHEMA as LOG_SCHEMA
from analysis.clean.checks import checks
from analysis.clean.composition import composition
from analysis.clean.unit_periods import unit_periods
from analysis.errors import DataRefusedError, Problem
from analysis.processed import PACKAGE, Processed, as_csv
from analysis.registers.write import TableWriter, write_tables
from analysis.schema import CLEANING_LOG, PUBLISHED, TABLES, describe


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
        (folder / f"{name}.csv").write_bytes(as_csv(table))
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
