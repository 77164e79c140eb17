"""Counts and exposures summed over units or strata, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import plain
from analysis.models.design import complete
from analysis.models.estimate_words import significant
from analysis.models.gate import MIN_EVENTS, Finding, exposure_findings, outcome_findings
from analysis.models.result import Dropped
from analysis.vocab import table

Floats = npt.NDArray[np.float64]

UNITS = {"target": "target", "members": "person-years"}
"""Exposure → what its sum over units and years counts; persons for all others."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts and exposures summed over keys.

    Attributes
    ----------
    table : DataFrame
        The key columns as text, ``observed`` and ``exposure``; sorted by the keys, categories in their order.
    findings : tuple of Finding
        What is wrong with the rows.
    dropped : tuple of Dropped
        Rows that lack a key.
    rows : int
        Rows that were summed.
    """

    table: pd.DataFrame
    findings: tuple[Finding, ...]
    dropped: tuple[Dropped, ...]
    rows: int


def sums(
    rows: pd.DataFrame,
    keys: Sequence[str],
    outcome: str,
    exposure: str,
    *,
    least: int = MIN_EVENTS,
    empty: bool = False,
) -> Sums:
    """Return counts and exposures summed over keys.

    Parameters
    ----------
    rows : DataFrame
        Columns ``keys``, ``outcome`` (counts) and ``exposure`` (persons, person-years or targets).
    keys : sequence of str
        Columns to sum over; a row without one of them is dropped.
    outcome, exposure : str
        Columns.
    least : int
        Fewest events of the whole.
    empty : bool
        Whether a row may have an exposure of zero, as a stratum of a small unit may.

    Raises
    ------
    ParameterError
        A column is missing, is named twice or is no number; bands of age overlap; one province stands for
        two territories.

    Examples
    --------
    >>> rows = pd.DataFrame({"unit": ["a", "a", "b"], "admitted": [1, 2, 30], "target": [2, 2, 20]})
    >>> sums(rows, ["unit"], "admitted", "target").table.to_dict("list")
    {'unit': ['a', 'b'], 'observed': [3.0, 30.0], 'exposure': [4.0, 20.0]}
    """
    _check(rows, [*keys, outcome, exposure])
    kept, dropped = complete(rows, keys)
    _comparable(kept, keys)
    counts, sizes = numbers(kept, outcome), numbers(kept, exposure)
    findings = outcome_findings(counts, outcome, least=least)
    findings += exposure_findings(np.where(sizes == 0, 1.0, sizes) if empty else sizes, exposure)
    table = kept[list(keys)].assign(observed=counts, exposure=sizes)
    # A sum over a gap is a gap, and not the sum of the rest
    table = table.groupby(list(keys), observed=True, sort=True, as_index=False).sum(skipna=False)
    table = table.astype(dict.fromkeys(keys, "str"))
    return Sums(table, tuple(findings), dropped, len(kept))


def numbers(rows: pd.DataFrame, column: str) -> Floats:
    """Return a column as floating-point numbers, missing values as NaN.

    Raises
    ------
    ParameterError
        The column holds something else than numbers.
    """
    try:
        return rows[column].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise ParameterError(f"column {column!r} holds something else than numbers") from None


def counted(value: float) -> str:
    """Return a count or an exposure with as many decimals as it needs; as other numbers where it is none.

    Examples
    --------
    >>> counted(1234.0), counted(1.4), counted(float("nan"))
    ('1.234', '1,4', '–')
    """
    return plain(value) if np.isfinite(value) else significant(value)


def check_level(level: float) -> None:
    """Refuse a coverage that is not between 0 and 1.

    Raises
    ------
    ParameterError
    """
    if not 0 < level < 1:
        raise ParameterError(f"level {level!r} is not between 0 and 1 (0.95 is usual)")


def _check(rows: pd.DataFrame, columns: Sequence[str]) -> None:
    unknown = [column for column in columns if column not in rows.columns]
    if unknown:
        known = ", ".join(map(str, rows.columns))
        raise ParameterError(f"no column {unknown[0]!r} (there are {known})")
    twice = [column for column in columns if list(columns).count(column) > 1]
    if twice:
        raise ParameterError(f"column {twice[0]!r} is named for two things")


def _comparable(rows: pd.DataFrame, keys: Sequence[str]) -> None:
    """Refuse strata that overlap, and one name for two territories."""
    if "age_band" in keys:
        forms = [
            {row["code"] for row in table("age_bands") if row["form"] == form}
            for form in ("2-BTCTW", "2-TCTW")
        ]
        present = set(rows["age_band"].astype("object"))
        fine, coarse = present & (forms[0] - forms[1]), present & (forms[1] - forms[0])
        if fine and coarse:
            raise ParameterError(
                f"age bands overlap: {min(fine)} and {min(coarse)}; carry all to the older form's bands first"
            )
    if "province" in keys and "province_vintage" in rows.columns:
        vintages = rows.groupby("province", observed=True)["province_vintage"].nunique()
        mixed = vintages.index[vintages > 1]
        if len(mixed):
            raise ParameterError(
                f"{mixed[0]} stands for its territory before and since July 2025; keep to one vintage of provinces"
            )
