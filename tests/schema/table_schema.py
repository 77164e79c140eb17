"""Reads a CSV file by its Table Schema alone, as a stranger to the package would.

Written from the standard (https://datapackage.org/standard/table-schema/), not from the package's own
description, so that the two can disagree.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

TYPES = {"string", "integer", "number", "boolean", "date"}
CONSTRAINTS = {"required", "unique", "enum", "pattern", "minimum", "maximum"}


def problems(resource: dict[str, Any], folder: Path) -> list[str]:
    """Return what in a resource's file is not as its schema says: ``column: what``."""
    schema, dialect = resource["schema"], resource["dialect"]
    path = folder / resource["path"]
    if resource["hash"] != "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest():
        return ["hash"]
    text = path.read_bytes().decode(resource["encoding"])
    lines = csv.reader(
        re.findall(f"[^{dialect['lineTerminator']}]*{dialect['lineTerminator']}", text),
        delimiter=dialect["delimiter"],
        quotechar=dialect["quoteChar"],
        doublequote=dialect["doubleQuote"],
        strict=True,
    )
    header, *rows = lines
    if header != [field["name"] for field in schema["fields"]]:
        return ["header"]
    missing = set(schema["missingValues"])
    columns = {
        field["name"]: [None if row[at] in missing else row[at] for row in rows]
        for at, field in enumerate(schema["fields"])
    }
    found = [p for field in schema["fields"] for p in _column(field, columns[field["name"]])]
    return found + _keys(schema, columns)


def _column(field: dict[str, Any], cells: list[str | None]) -> list[str]:
    asked = field.get("constraints", {})
    assert field["type"] in TYPES
    assert set(asked) <= CONSTRAINTS
    name, filled = field["name"], [cell for cell in cells if cell is not None]
    found = []
    if asked.get("required") and len(filled) < len(cells):
        found.append(f"{name}: required")
    if asked.get("unique") and len(set(filled)) < len(filled):
        found.append(f"{name}: unique")
    values = []
    for cell in set(filled):
        try:
            values.append(_READERS[field["type"]](cell, field))
        except (ValueError, InvalidOperation):
            found.append(f"{name}: {cell!r} is no {field['type']}")
    for kind, holds in _HOLDS.items():
        if kind in asked:
            found += [f"{name}: {value!r} {kind}" for value in values if not holds(value, asked[kind])]
    return found


def _keys(schema: dict[str, Any], columns: dict[str, list[str | None]]) -> list[str]:
    primary = schema.get("primaryKey")
    keys = [*([primary] if primary else []), *schema.get("uniqueKeys", [])]
    found = []
    for key in keys:
        rows = list(zip(*(columns[name] for name in key), strict=True))
        if key is primary and any(None in row for row in rows):
            found.append("primaryKey: empty")
        # Stricter than the standard, which lets rows with an empty part alone: ours are told apart too.
        if len(set(rows)) < len(rows):
            found.append("key: not unique")
    return found


def _integer(cell: str, _: dict[str, Any]) -> int:
    if not re.fullmatch(r"-?\d+", cell):
        raise ValueError(cell)
    return int(cell)


def _number(cell: str, _: dict[str, Any]) -> Decimal:
    if not re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", cell):
        raise ValueError(cell)
    return Decimal(cell)


def _boolean(cell: str, field: dict[str, Any]) -> bool:
    if cell not in field["trueValues"] + field["falseValues"]:
        raise ValueError(cell)
    return cell in field["trueValues"]


def _date(cell: str, field: dict[str, Any]) -> date:
    if field["format"] != "default" or not re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        raise ValueError(cell)
    return date.fromisoformat(cell)


_READERS: dict[str, Callable[[str, dict[str, Any]], Any]] = {
    "string": lambda cell, _: cell,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
}
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "enum": lambda value, allowed: value in allowed,
    "pattern": lambda value, pattern: re.fullmatch(pattern, value) is not None,
    "minimum": lambda value, limit: value >= limit,
    "maximum": lambda value, limit: value <= limit,
}
