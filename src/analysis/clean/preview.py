"""What one raw file would become, without writing anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.clean import contract, published, raw
from analysis.errors import DataRefusedError, Problem

_KNOWN = {"publisher", "measure", "source_id"}
_NAMES = {"observations.csv", "sources.csv"}


def is_published(file: Path) -> bool:
    """Tell whether a file is one of published figures, by its name or columns; else it is an office's."""
    if file.name in _NAMES:
        return True
    if file.suffix.lower() != ".csv" or not file.is_file():
        return file.suffix.lower() == ".csv"
    with file.open("rb") as opened:
        first = opened.readline(10_000).decode("utf-8", "replace")
    return bool(_KNOWN & {cell.strip(' "\ufeff') for cell in first.replace(";", ",").strip().split(",")})


def check(file: Path) -> dict[str, Any]:
    """Return what a raw file of published figures would become.

    Parameters
    ----------
    file : Path
        ``observations.csv``, with its ``sources.csv`` beside it, or ``sources.csv``; known by
        its columns, whatever its name.

    Returns
    -------
    dict
        ``file``, ``kind``, ``counts`` (rows, units, provinces, ...) and ``changes`` (rule → number
        of values that cleaning would change by it).

    Raises
    ------
    DataRefusedError
        The file breaks its contract; every problem is named.
    """
    columns = raw.header(file)
    if len(columns) == 1:
        raw.read(file, contract.sources())  # refuses, and says what separates the cells
    if "publisher" in columns or ("measure" not in columns and "title" in columns):
        sources = raw.read(file, contract.sources())
        counts = {"rows": len(sources), "publishers": sources["publisher"].nunique()}
        return {"file": str(file), "kind": "sources", "counts": counts, "changes": {}}
    if not {"measure", "value", "unit", "province"} & set(columns):
        seen = f"the columns {', '.join(columns)}"
        allowed = "the columns of observations.csv or of sources.csv (CODEBOOK.md)"
        raise DataRefusedError([Problem(file.name, 1, None, seen, allowed)])
    beside = published.read_sources(file.parent)
    rows = raw.read(file, contract.observations(frozenset(beside["source_id"])))
    figures, log = published.clean(rows, beside)
    changes = log.groupby("rule").size().sort_values(ascending=False, kind="stable")
    return {
        "file": str(file),
        "kind": "observations",
        "counts": {
            "rows": len(rows),
            "figures": len(figures),
            "units": int(figures["unit_id"].nunique()),
            "provinces": int(figures.loc[figures["province"] != "", "province"].nunique()),
            "sources": int(figures["source_id"].nunique()),
        },
        "changes": {str(rule): int(count) for rule, count in changes.items()},
    }
