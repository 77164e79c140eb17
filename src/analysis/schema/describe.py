"""What a contract says of each column, once: datapackage.json and the codebook are both made from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pandera.pandas as pa

from analysis.schema import PUBLISHED
from analysis.schema.meaning import code_table_of, unit_of

_KINDS = {
    "int64": "integer",
    "Int64": "integer",
    "float64": "number",
    "Float64": "number",
    "boolean": "boolean",
    "datetime64[s]": "date",
    "datetime64[ns]": "date",
    "string[pyarrow]": "string",
    "str": "string",
}


@dataclass(frozen=True, slots=True)
class Field:
    """What a column may hold.

    Attributes
    ----------
    name, about : str
        Its name, and what it holds.
    kind : str
        Type of Table Schema: string, integer, number, boolean, date.
    unit, codes : str
        Unit of its numbers; code table of its codes. Empty where it has none.
    required, unique : bool
        Whether no cell is empty; whether no two cells are the same.
    allowed : tuple of str
        The words that it may hold; empty where it is not a list. The empty cell is not among them.
    low, high : float or None
        Limits of its numbers, both allowed.
    pattern : str
        What the whole of a filled cell matches; empty where nothing is asked.
    """

    name: str
    about: str
    kind: str
    unit: str
    codes: str
    required: bool
    unique: bool
    allowed: tuple[str, ...]
    low: float | None
    high: float | None
    pattern: str


@dataclass(frozen=True, slots=True)
class TableDescription:
    """What a table holds.

    Attributes
    ----------
    name, about : str
        Its name, and what a row is.
    fields : tuple of Field
        Its columns in their order.
    key : tuple of str
        Columns that tell its rows apart; empty where rows may be alike.
    key_filled : bool
        Whether no column of the key may be empty.
    """

    name: str
    about: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    key_filled: bool


def kind(column: pa.Column) -> str:
    """Return the Table Schema type of a column.

    Raises
    ------
    ValueError
        The column's type has no counterpart.

    Examples
    --------
    >>> kind(pa.Column("Int64")), kind(pa.Column("str"))
    ('integer', 'string')
    >>> kind(pa.Column("complex128", name="value"))
    Traceback (most recent call last):
    ValueError: value: the type complex128 has no counterpart in Table Schema
    """
    found = _KINDS.get(str(column.dtype))
    if found is None:
        raise ValueError(f"{column.name}: the type {column.dtype} has no counterpart in Table Schema")
    return found


def describe(schema: pa.DataFrameSchema) -> TableDescription:
    """Return what a contract says of its table.

    Raises
    ------
    ValueError
        A check or type has no counterpart, or numbers have no unit: nothing is left out unsaid.

    Examples
    --------
    >>> from analysis.schema import TABLES
    >>> found = describe(TABLES["targets"])
    >>> found.key, found.key_filled, found.fields[-4].name, found.fields[-4].unit
    (('file', 'raw_row', 'year', 'unit_id'), True, 'target', 'persons')
    """
    fields = tuple(_field(column) for column in schema.columns.values())
    key = tuple((schema.metadata or {})["key"])
    filled = {field.name for field in fields if field.required}
    return TableDescription(schema.name or "", schema.description or "", fields, key, set(key) <= filled)


def _field(column: pa.Column) -> Field:
    allowed: tuple[str, ...] = ()
    low = high = None
    pattern, may_be_empty = "", True
    for check in column.checks:
        asked = check.statistics
        match check.name:
            case "isin":
                allowed = tuple(asked["allowed_values"])
                may_be_empty = "" in allowed
            case "greater_than_or_equal_to":
                low = asked["min_value"]
            case "less_than_or_equal_to":
                high = asked["max_value"]
            case "in_range" if asked["include_min"] and asked["include_max"]:
                low, high = asked["min_value"], asked["max_value"]
            case "str_length" if (asked["min_value"], asked["max_value"], asked["exact_value"]) == (
                1,
                None,
                None,
            ):
                may_be_empty = False
            case "str_matches":
                pattern = _whole(column, asked["pattern"])
                may_be_empty = re.fullmatch(pattern, "") is not None
            case _:
                raise ValueError(f"{column.name}: the check {check} has no counterpart in Table Schema")
    of = kind(column)
    text = of == "string"
    return Field(
        name=column.name or "",
        about=column.description or "",
        kind=of,
        unit=unit_of(column.name) if of in ("integer", "number") else "",
        codes=code_table_of(column.name) if text else "",
        required=not may_be_empty if text else not column.nullable,
        unique=bool(column.unique),
        allowed=tuple(word for word in allowed if word),
        low=low,
        high=high,
        pattern=pattern,
    )


def _whole(column: pa.Column, pattern: str) -> str:
    """Return a pattern without its anchors: Table Schema takes XML Schema's, which match the whole cell."""
    body = pattern[1:-1]
    depths = accumulate((letter == "(") - (letter == ")") for letter in body)
    split = any(letter == "|" and not depth for letter, depth in zip(body, depths, strict=True))
    if pattern[:1] != "^" or pattern[-1:] != "$" or split:
        raise ValueError(f"{column.name}: the pattern {pattern} does not hold for the whole cell")
    return body


def resource(schema: pa.DataFrameSchema, rows: int, hashes: Mapping[str, str]) -> dict[str, Any]:
    """Return the entry of datapackage.json for a table.

    Parameters
    ----------
    schema : DataFrameSchema
        Its contract.
    rows : int
        How many it has.
    hashes : mapping of str to str
        Name of each file that was written of it → SHA-256. Without a CSV twin the Parquet file is described.

    Returns
    -------
    dict
        A tabular data resource; of a Parquet file, which no such resource may be, a plain data resource.

    References
    ----------
    Table Schema, https://datapackage.org/standard/table-schema/
    """
    table = describe(schema)
    twin = f"{table.name}.csv" in hashes
    file = f"{table.name}.csv" if twin else f"{table.name}.parquet"
    return {
        "name": table.name,
        "path": file,
        **(_CSV if twin else _PARQUET),
        "description": table.about,
        "rows": rows,
        "hash": f"sha256:{hashes[file]}",
        "hashes": dict(hashes),
        "schema": _table_schema(table, twin),
    }


_CSV: dict[str, Any] = {
    "profile": "tabular-data-resource",
    "format": "csv",
    "mediatype": "text/csv",
    "encoding": "utf-8",
    "dialect": {
        "delimiter": ",",
        "lineTerminator": "\n",
        "quoteChar": '"',
        "doubleQuote": True,
        "header": True,
    },
}
_PARQUET = {"profile": "data-resource", "format": "parquet", "mediatype": "application/vnd.apache.parquet"}


def _table_schema(table: TableDescription, twin: bool) -> dict[str, Any]:
    # pandas writes the tables of published figures, pyarrow those of registers.
    words = ("True", "False") if table.name in PUBLISHED else ("true", "false")
    found: dict[str, Any] = {
        "fields": [_field_entry(field, words if twin else None) for field in table.fields],
        "missingValues": [""],
    }
    if table.key and table.key_filled:
        found["primaryKey"] = list(table.key)
    elif table.key:
        # A primary key may have no empty part; a unique key may, and ours have: the start of a stock's period.
        found["uniqueKeys"] = [list(table.key)]
    return found


def _field_entry(field: Field, booleans: tuple[str, str] | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": field.name, "type": field.kind}
    if field.kind == "date":
        entry["format"] = "default"  # 2016-12-31
    if field.kind == "boolean" and booleans:
        entry |= {"trueValues": [booleans[0]], "falseValues": [booleans[1]]}
    entry["description"] = field.about
    if field.unit:
        entry["unit"] = field.unit.replace("`", "")
    constraints = {
        "required": field.required,
        "unique": field.unique,
        "enum": list(field.allowed),
        "pattern": field.pattern,
    }
    limits = {"minimum": field.low, "maximum": field.high}
    stated = {name: value for name, value in constraints.items() if value}
    stated |= {name: limit for name, limit in limits.items() if limit is not None}
    return entry | ({"constraints": stated} if stated else {})
