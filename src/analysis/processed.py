"""The processed tables on disk: read, checked against the hashes that were written with them, cut, compared."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis import fingerprint
from analysis.errors import DataRefusedError, Problem

PACKAGE = "datapackage.json"
RAW_FILES = ("observations.csv", "sources.csv")
RAW_FOLDERS = ("registers", "targets", "members")
LOG = "cleaning_log"
TABLE_NAMES = (
    *("sources", "figures", "unit_periods", "composition", "checks"),
    *("admissions", "unit_years", "targets", "members", "files"),
    LOG,
)
"""The tables of a folder, in the order of its package file; ``analysis.schema`` holds their contracts."""


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


_CLEANERS = ("clean", "registers", "schema", "vocab", "cleaning.py", "language.py", "processed.py")
"""Parts of the library that make the tables."""

_PUBLISHED = tuple(field.name for field in dataclasses.fields(Processed) if field.name != LOG)


def raw_hash(raw: Path) -> str:
    """Return a hash of the raw files that cleaning reads and of the code that reads them."""
    files = [raw / "published-figures" / name for name in RAW_FILES]
    for folder in RAW_FOLDERS:
        files += [path for path in (raw / folder).rglob("*") if path.is_file() and path.suffix != ".md"]
    held = fingerprint.of_files([path for path in files if path.is_file()], raw)
    return fingerprint.of_bytes((held + fingerprint.library(*_CLEANERS)).encode())


def as_csv(table: pd.DataFrame) -> bytes:
    """Return a table as its CSV twin holds it."""
    return table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d").encode()


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
            names == list(TABLE_NAMES)
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
    tables = {name: pd.read_parquet(io.BytesIO(_checked(folder, name))) for name in _PUBLISHED}
    log = pq.read_table(io.BytesIO(_checked(folder, LOG)), filters=pc.field("table").isin(list(_PUBLISHED)))
    plain = pyarrow.schema(
        [(f.name, pyarrow.int64() if f.name == "raw_row" else pyarrow.string()) for f in log.schema]
    )
    tables[LOG] = log.cast(plain).to_pandas().astype({f.name: "str" for f in plain if f.name != "raw_row"})
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
