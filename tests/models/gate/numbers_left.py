"""What a result still shows: numbers that are of a fit rather than facts about its rows, Vietnamese in English."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.models.design import Design
from analysis.models.gate import Finding
from analysis.models.result import ESTIMATES, Dropped, Result
from analysis.models.standardisation.standard import Standard

VIETNAMESE = re.compile(
    "[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE
)
"""Letters that English does not have."""

ASKED = {"level", "seed", "per", "draws", "nodes", "lag", "exposures", "findings", "versions", "dropped"}
"""What the caller asked for, and what the result says of itself."""

COUNTED = {
    "n", "exposure", "clusters", "freedom", "error_freedom", "tail_size", "parameters", "zeros_observed", "events",
    "early", "left_before", "until", "year", "admitted", "last_year_so_far", "last_year_total", "q_freedom",
    "cluster_labels", "contradicted", "covariates", "patterns", "pairs", "points", "weights", "design", "standard",
}  # fmt: skip
"""What is counted of the rows, without any fit; of a count fit, ``cells`` too."""

COLUMNS = {
    "observed", "exposure", "time", "at_risk", "rows", "ceiling", "width", "with_exact", "below", "above", "exact",
    "exact_unchecked", "coarse", "years", "units", "year", "organisations", "with_admission", "without_admission",
    "no_eligible", "eligible_unknown", "difference", "level", "chance", "n", "events", "freedom", "months",
    "parameters", "share_of_days",
}  # fmt: skip
"""Columns of tables that are counted, not estimated."""

FACTS = {
    "CountFit": {"cells"},
    "MetaAnalysis": {"studies.estimate", "studies.std_error", "studies.low", "studies.high", "studies.response", "studies.response_low", "studies.response_high"},
    "PartYear": {"shares"},
    "Segmented": {"series.admitted", "series.start"},
    "DensityTest": {"estimates.below", "estimates.at", "estimates.above", "estimates.k"},
}  # fmt: skip
"""What else is no estimate, by the name of the result."""


def numbers_left(result: Result) -> list[str]:
    """Return the names of the numbers, estimates or of a fit, that a result still holds."""
    return sorted({name for name, value in _values(result) if np.isfinite(value)})


def _values(result: Result) -> Iterator[tuple[str, float]]:
    own = FACTS.get(type(result).__name__, set())
    for field in dataclasses.fields(result):
        if field.name in ASKED | COUNTED | own:
            continue
        yield from _of(field.name, getattr(result, field.name), own)


def _of(name: str, value: Any, own: set[str]) -> Iterator[tuple[str, float]]:
    if value is None or isinstance(value, bool | str | Design | Standard | Dropped | Finding):
        return
    if isinstance(value, pd.DataFrame):
        for column in value.select_dtypes("number"):
            told = f"{name}.{column}"
            if told not in own and (column in ESTIMATES or column not in COLUMNS):
                yield from ((told, float(cell)) for cell in value[column].dropna())
    elif isinstance(value, np.ndarray):
        yield from ((name, float(cell)) for cell in value.ravel())
    elif dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            yield from _of(f"{name}.{part.name}", getattr(value, part.name), own)
    elif isinstance(value, int | float | np.number):
        yield name, float(value)
    elif isinstance(value, tuple):
        for part in value:
            yield from _of(name, part, own)
    elif not isinstance(value, Mapping) and not hasattr(value, "isoformat"):
        raise TypeError(f"{name}: is a {type(value).__name__} an estimate?")


def shown_numbers(markdown: str) -> list[float]:
    """Return the numbers in the cells of a table, the first column's labels aside; in English writing."""
    cells = [
        cell.strip()
        for line in markdown.splitlines()
        if line.startswith("| ") and not line.startswith(("| ---", "| **"))
        for cell in line.strip("|").split("|")[1:]
    ]
    found = []
    for cell in cells:
        try:
            found.append(float(cell.replace(",", "").replace("−", "-").rstrip("%")))
        except ValueError:
            continue
    return found
