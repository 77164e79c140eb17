"""Writes the processed tables of registers: Parquet slice by slice, with a CSV twin that a spreadsheet opens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from analysis.registers import tables
from analysis.registers.assemble import assemble
from analysis.registers.collect import Sink, collect
from analysis.registers.files import raw_files
from analysis.registers.unit_years import unit_years
from analysis.schema.check import check_table

LATEST = date(2030, 12, 31)
"""End of the present term: a date after it is a mistake. No clock is asked, so that the same files give the same."""

CSV_ROWS = 1_048_575
"""Rows that a spreadsheet holds beside the header; a larger table has no CSV twin."""


def write_tables(raw: Path, folder: Path, log: Sink) -> dict[str, int]:
    """Clean the registers, targets and members under ``raw`` into Parquet and CSV files.

    Parameters
    ----------
    raw : Path
        Folder with ``registers/``, ``targets/``, ``members/``; each may be missing.
    folder : Path
        Where files are written.
    log : callable
        Takes the rows of the cleaning log.

    Returns
    -------
    dict of str to int
        Table → rows.

    Raises
    ------
    DataRefusedError
        Some file cannot be used; all are named.
    """
    found = collect(raw_files(raw), LATEST, log)
    rows = assemble(found)
    log(rows.log)
    return {
        "admissions": write_table("admissions", tables.admissions(rows), folder),
        "unit_years": write_table("unit_years", [tables.unit_years(rows, unit_years(rows))], folder),
        "targets": write_table("targets", [tables.targets(rows)], folder),
        "members": write_table("members", [tables.members(rows)], folder),
        "files": write_table("files", [tables.files(found.files)], folder),
    }


def write_table(name: str, slices: Iterable[pa.Table], folder: Path) -> int:
    """Write one table, each slice checked against its contract; return its rows."""
    with TableWriter(name, folder) as writer:
        for part in slices:
            check_table(name, part)
            writer.write(part)
        return writer.rows


class TableWriter:
    """Writes slices of one table to ``name.parquet`` and, up to :data:`CSV_ROWS` rows, a CSV twin at the end."""

    def __init__(self, name: str, folder: Path) -> None:
        self.rows = 0
        self._parquet, self._csv = folder / f"{name}.parquet", folder / f"{name}.csv"
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if self._writer is None:
            return
        self._writer.close()
        if failed is None and self.rows <= CSV_ROWS:
            self._write_twin()

    def write(self, part: pa.Table) -> None:
        """Add rows; the first slice sets the columns."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._parquet, part.schema, compression="zstd")
        self._writer.write_table(part)
        self.rows += len(part)

    def _write_twin(self) -> None:
        with pq.ParquetFile(self._parquet) as written:
            plain = pa.schema([(f.name, _plain(f.type)) for f in written.schema_arrow])
            options = pa_csv.WriteOptions(quoting_style="needed")
            with pa_csv.CSVWriter(self._csv, plain, write_options=options) as twin:
                for group in range(written.num_row_groups):
                    twin.write_table(written.read_row_group(group).cast(plain))


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
