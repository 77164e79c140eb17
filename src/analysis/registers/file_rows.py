"""The table ``files``: what came in of each sheet, what stayed, what was left out."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.clean.changes import Changes
from analysis.clean.header_rows import Header
from analysis.clean.headers import Recognised, joined
from analysis.clean.identity import identifying
from analysis.clean.layout import RowKind
from analysis.clean.office_files import Opened
from analysis.clean.table_rows import Body

_COUNTS = (
    "rows_read", "rows_empty", "rows_total", "rows_heading", "rows_other", "rows_in", "rows_hidden",
    "rows_refused", "rows_stayed", "rows_changed", "cells_changed", "cells_refused",
)  # fmt: skip


def empty_row(file: str, opened: Opened) -> dict[str, Any]:
    """Return the row of a sheet that holds no table."""
    return {
        "file": file,
        "sheet": opened.sheet.name,
        "table": "",
        "synthetic": False,
        "encoding": opened.encoding,
        "evidence": opened.evidence,
        "header_row": None,
        **dict.fromkeys(_COUNTS, 0),
        **dict.fromkeys(("columns_read", "columns_dropped", "columns_identity", "columns_unknown"), ""),
    }


def added(row: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return the row of a file to which a further piece of it is added."""
    return row | {name: row[name] + more[name] for name in _COUNTS}


def file_row(
    file: str,
    table: str,
    opened: Opened,
    header: Header,
    body: Body,
    changes: Changes,
    *,
    stayed: int,
    refused: int,
    synthetic: bool,
) -> dict[str, Any]:
    """Return the row of a sheet that holds a table, or of a piece of it."""
    rules = [(lost, n) for (column, _, lost), n in changes.rules().items() if column]
    hidden = np.fromiter(opened.sheet.hidden_rows, np.int64)
    kinds = body.kinds
    return empty_row(file, opened) | {
        "table": table,
        "synthetic": synthetic,
        "header_row": opened.sheet.first_row + header.first,
        "rows_read": sum(kinds.values()),
        "rows_empty": kinds[RowKind.EMPTY],
        "rows_total": kinds[RowKind.TOTAL],
        "rows_heading": kinds[RowKind.SECTION],
        "rows_other": kinds[RowKind.NOTE] + kinds[RowKind.NUMBERING] + kinds[RowKind.REPEATED_HEADER],
        "rows_in": stayed + refused,
        "rows_hidden": int(np.isin(body.rows, hidden).sum()),
        "rows_refused": refused,
        "rows_stayed": stayed,
        "rows_changed": changes.rows_changed(),
        "cells_changed": sum(n for lost, n in rules if not lost),
        "cells_refused": sum(n for lost, n in rules if lost),
        **_columns(header.texts, header.found),
    }


def _columns(texts: tuple[tuple[str, ...], ...], found: Recognised) -> dict[str, str]:
    def named(places: tuple[int, ...]) -> str:
        return "; ".join(header_text(texts[at]) for at in places)

    read = [f"{header_text(texts[at])} = {role}" for role, at in found.roles.items() if at >= 0]
    read += [f"{header_text(texts[at])} = {year}" for year, at in found.years.items()]
    return {
        "columns_read": "; ".join(read),
        "columns_dropped": named(found.dropped),
        "columns_identity": named(found.identity),
        "columns_unknown": named(found.unknown),
    }


def header_text(parts: tuple[str, ...]) -> str:
    """Return a header as it may be shown."""
    text = joined(parts)[:80]
    return "(a header that names a person)" if identifying(text) else text
