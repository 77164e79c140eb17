"""The processed tables of registers as Arrow tables, a slice at a time: codes become words only here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from analysis.clean.admission_rules import FLAGS
from analysis.clean.column_reader import CODED, codes_of
from analysis.clean.outcomes import OUTCOMES
from analysis.clean.person_dates import month_text
from analysis.clean.traits import MARKS
from analysis.clean.unit_tables import AT, age_bands
from analysis.registers.assemble import Assembled, Columns
from analysis.registers.marks import side
from analysis.registers.unit_years import bands_of
from analysis.schema import REGISTERS

Array = npt.NDArray[Any]
_SLICE = 500_000


def admissions(rows: Assembled) -> Iterator[pa.Table]:
    """Yield the table ``admissions``, a slice of rows at a time; at least one slice."""
    count = len(rows.admissions["unit"]) if rows.admissions else 0
    for start in range(0, max(count, 1), _SLICE):
        part = {name: values[start : start + _SLICE] for name, values in rows.admissions.items()}
        yield _table("admissions", _admissions(rows, part) if count else {})


def _admissions(rows: Assembled, part: Columns) -> dict[str, pa.Array]:
    months, inverse = np.unique(part["admitted"], return_inverse=True)
    return {
        **_unit_columns(rows, part),
        "cell": _words(part["cell"], rows.cells),
        "admitted": _words(inverse, [month_text(int(code)) for code in months]),
        "year": pa.array((part["admitted"] // 100).astype(np.int64)),
        "age_months": _numbers(part["age_months"]),
        "age_uncertainty": _numbers(part["age_uncertainty"]),
        "age_band": _words(bands_of(part["age_months"], part["under_18"]), age_bands()),
        **{name: _words(part[name], codes_of(name)) for name in CODED if name != "locality"},
        **{name: _flags(part[name]) for name in (*MARKS, *OUTCOMES, *FLAGS)},
        "days_to_recognition": _numbers(part["days_to_recognition"]),
        "days_to_exit": _numbers(part["days_to_exit"]),
        "file": _words(part["file"], rows.files),
    }


def targets(rows: Assembled) -> pa.Table:
    """Return the table ``targets``."""
    part = rows.targets
    if not part:
        return _table("targets", {})
    return _table("targets", {**_unit_table(rows, part), "target": _numbers(part["target"])})


def members(rows: Assembled) -> pa.Table:
    """Return the table ``members``."""
    part = rows.members
    if not part:
        return _table("members", {})
    columns = {
        **_unit_table(rows, part),
        "at": _words(part["at"], AT),
        "age_band": _words(part["age_band"], age_bands()),
        "sex": _words(part["sex"], codes_of("sex")),
        "members": _numbers(part["members"]),
        "eligible": _numbers(part["eligible"]),
        "founded": _days(part["founded"]),
        "eligible_contradicted": _flags(part["eligible_contradicted"]),
    }
    return _table("members", columns)


def unit_years(rows: Assembled, found: pd.DataFrame) -> pa.Table:
    """Return the table ``unit_years`` from its codes."""
    if found.empty:
        return _table("unit_years", {})
    part = {name: found[name].to_numpy() for name in ("unit", "synthetic", "age_band", "sex", "year")}
    part["locality"] = _localities(rows)[side(part)]
    at = found["members_at"].fillna(-1).astype("int64").to_numpy()
    counts = [
        "admitted", "surplus", "minority", "youth_union", "members",
        "unit_members", "unit_target", "unit_eligible",
    ]  # fmt: skip
    columns = {
        **_unit_columns(rows, part),
        "year": pa.array(part["year"].astype(np.int64)),
        "age_band": _words(part["age_band"], age_bands()),
        "sex": _words(part["sex"], codes_of("sex")),
        **{name: pa.array(found[name].astype("Int64")) for name in counts},
        "members_at": _words(at, AT),
        "complete": pa.array(found["complete"].to_numpy().astype(bool)),
    }
    return _table("unit_years", columns)


def _localities(rows: Assembled) -> Array:
    """Return the type of locality of each unit, real and simulated in turn; -1 where its rows tell none."""
    locality = np.full(2 * len(rows.units), -1, dtype=np.int8)
    for columns in (rows.admissions, rows.targets, rows.members):
        if columns:
            locality[side(columns)] = columns["locality"]
    return locality


def files(found: list[dict[str, Any]]) -> pa.Table:
    """Return the table ``files``."""
    ordered = sorted(found, key=lambda row: (row["file"], row["sheet"]))
    return _table(
        "files", {name: pa.array([row[name] for row in ordered]) for name in REGISTERS["files"].columns}
    )


def _unit_columns(rows: Assembled, part: Columns) -> dict[str, pa.Array]:
    at = part["unit"]

    def of(name: str) -> pa.Array:
        return _words(at, [getattr(unit, name) for unit in rows.units])

    return {
        "synthetic": pa.array(part["synthetic"].astype(bool)),
        "province_vintage": of("vintage"),
        "province_code": of("code"),
        **{name: of(name) for name in ("province", "district", "unit", "unit_id", "level")},
        "locality": _words(part["locality"], codes_of("locality")),
    }


def _unit_table(rows: Assembled, part: Columns) -> dict[str, pa.Array]:
    return {
        **_unit_columns(rows, part),
        "year": pa.array(part["year"].astype(np.int64)),
        "contradicted": _flags(part["contradicted"]),
        "file": _words(part["file"], rows.files),
        "raw_row": pa.array(part["raw_row"].astype(np.int64)),
    }


def _words(codes: Array, texts: Sequence[str]) -> pa.Array:
    """Return a column of words; empty where the code is -1."""
    distinct = list(dict.fromkeys([*texts, ""]))
    place = {text: i for i, text in enumerate(distinct)}
    at = np.array([*(place[text] for text in texts), place[""]], dtype=np.int32)
    return pa.DictionaryArray.from_arrays(at[codes], pa.array(distinct, pa.string()))


def _days(days: Array) -> pa.Array:
    """Return days as text, empty where the day count is -1."""
    distinct, at = np.unique(days, return_inverse=True)
    texts = [date.fromordinal(day).isoformat() if day >= 0 else "" for day in distinct.tolist()]
    return _words(at, texts)


def _numbers(values: Array) -> pa.Array:
    return pa.array(values.astype(np.int64), mask=values < 0)


def _flags(values: Array) -> pa.Array:
    return pa.array(values > 0, mask=values < 0)


_ARROW = {"int64": pa.int64(), "Int64": pa.int64(), "boolean": pa.bool_()}


def arrow_schema(name: str) -> pa.Schema:
    """Return the Arrow types of a table, as its contract states them; words are numbered."""
    fields = []
    for column in REGISTERS[name].columns.values():
        kind = _ARROW.get(str(column.dtype), pa.string())
        fields.append((column.name, pa.dictionary(pa.int32(), kind) if kind == pa.string() else kind))
    return pa.schema(fields)


def _table(name: str, columns: dict[str, pa.Array]) -> pa.Table:
    schema = arrow_schema(name)
    if not columns:
        return schema.empty_table()
    arrays = [columns[field.name] for field in schema]
    return pa.Table.from_arrays(
        [a.cast(f.type) if a.type != f.type else a for a, f in zip(arrays, schema, strict=True)],
        schema=schema,
    )
