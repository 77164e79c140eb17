"""The standard that groups are set against, and the groups' numbers stratum by stratum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _
from analysis.models.gate import Finding, withheld
from analysis.models.result import Dropped
from analysis.models.sums import sums
from analysis.models.terms import category_term

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Standard:
    """A population that groups are set against.

    Attributes
    ----------
    given : str
        Its name as the reader is told; empty for the groups taken together.
    strata : tuple of str
        Columns that tell its strata.
    table : DataFrame
        One row a stratum: its key as text, ``observed`` (admitted; missing where only the size of the strata is
        known) and ``exposure``.
    """

    given: str
    strata: tuple[str, ...]
    table: pd.DataFrame

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.given or _("các nhóm gộp lại")

    @property
    def rate(self) -> float:
        """Crude rate; NaN where the admitted are not known."""
        exposure = float(self.table["exposure"].sum())
        return float(self.table["observed"].sum(skipna=False)) / exposure if exposure > 0 else float("nan")


def standard_of(
    name: str,
    rows: pd.DataFrame,
    strata: Sequence[str],
    *,
    outcome: str | None = "admitted",
    exposure: str = "members",
) -> Standard:
    """Return a standard made of rows: another year's, another province's, a census.

    Parameters
    ----------
    name : str
        As the reader is told: ``"Điện Biên, 2020"``.
    rows : DataFrame
        Columns ``strata``, ``exposure`` and, unless None, ``outcome``; rows of a stratum are summed.
    strata : sequence of str
        Columns.
    outcome, exposure : str
        Columns. Without an outcome the standard serves direct standardisation only.

    Raises
    ------
    ParameterError
        A column is missing, a number is missing or negative, or the whole exposure is zero.

    Examples
    --------
    >>> rows = pd.DataFrame({"sex": ["female", "male"], "admitted": [3, 4], "members": [100, 200]})
    >>> round(standard_of("2020", rows, ["sex"]).rate, 4)
    0.0233
    """
    counted = rows if outcome is not None else rows.assign(_none=0)
    summed = sums(counted, strata, outcome or "_none", exposure, least=0, empty=True)
    if withheld(summed.findings):
        raise ParameterError(f"standard {name!r}: {summed.findings[0].what}")
    if summed.dropped:
        raise ParameterError(f"standard {name!r}: {summed.dropped[0].reason}")
    if summed.table["exposure"].sum() <= 0:
        raise ParameterError(f"standard {name!r} has no exposure")
    table = summed.table if outcome is not None else summed.table.assign(observed=np.nan)
    return Standard(name, tuple(strata), table)


@dataclass(frozen=True, slots=True)
class Layers:
    """Groups' numbers and the standard's, stratum by stratum.

    Attributes
    ----------
    groups : tuple of str
        Keys of the groups.
    strata : tuple of tuple of str
        Keys of the strata.
    observed, exposure : (groups, strata) arrays
        Zero where a group has no row; missing where a finding withholds them.
    standard : Standard
    standard_observed, standard_exposure : (strata,) arrays
    terms : tuple of str
        Terms of the strata: ``age_band[age_31_35]:sex[female]``.
    findings, dropped, rows
        As of :class:`analysis.models.sums.Sums`.
    """

    groups: tuple[str, ...]
    strata: tuple[tuple[str, ...], ...]
    observed: Floats
    exposure: Floats
    standard: Standard
    standard_observed: Floats
    standard_exposure: Floats
    terms: tuple[str, ...]
    findings: tuple[Finding, ...]
    dropped: tuple[Dropped, ...]
    rows: int


def layers(
    rows: pd.DataFrame,
    by: str,
    strata: Sequence[str],
    standard: Standard | Literal["pooled"],
    outcome: str,
    exposure: str,
) -> Layers:
    """Return the numbers of groups and standard on the same strata.

    Raises
    ------
    ParameterError
        A column is missing or the standard lacks a stratum that some group has.
    """
    if not strata:
        raise ParameterError("standardisation needs at least one column of strata")
    summed = sums(rows, [by, *strata], outcome, exposure, least=0, empty=True)
    names, table, findings = list(strata), summed.table, summed.findings
    if not withheld(findings) and not table["exposure"].any():
        findings = (*findings, Finding("exposure_not_positive", exposure, {"count": summed.rows}))
    if withheld(findings):
        table = table.assign(observed=np.nan, exposure=np.nan)
    if isinstance(standard, str):
        if standard != "pooled":
            raise ParameterError(f"standard {standard!r} is neither 'pooled' nor made by standard_of")
        pooled = table.groupby(names, sort=False, as_index=False)[["observed", "exposure"]].sum(skipna=False)
        standard = Standard("", tuple(strata), pooled)
    if set(standard.strata) != set(strata):
        raise ParameterError(f"the standard is by {', '.join(standard.strata)}, not by {', '.join(strata)}")
    keys = list(standard.table[names].itertuples(index=False, name=None))
    _covered(table, by, names, keys, standard.name)
    groups = tuple(table[by].unique())
    shape = (len(groups), len(keys))
    observed, sizes = np.zeros(shape), np.zeros(shape)
    place = {group: row for row, group in enumerate(groups)}, {key: column for column, key in enumerate(keys)}
    rows_at = [place[0][group] for group in table[by]]
    columns_at = [place[1][key] for key in table[names].itertuples(index=False, name=None)]
    observed[rows_at, columns_at] = table["observed"]
    sizes[rows_at, columns_at] = table["exposure"]
    return Layers(
        groups,
        tuple(keys),
        observed,
        sizes,
        standard,
        standard.table["observed"].to_numpy(dtype=float),
        standard.table["exposure"].to_numpy(dtype=float),
        tuple(category_term(names, key) for key in keys),
        findings,
        summed.dropped,
        summed.rows,
    )


def _covered(table: pd.DataFrame, by: str, strata: list[str], keys: list[tuple[str, ...]], name: str) -> None:
    known = set(keys)
    for row in table[[by, *strata]].itertuples(index=False, name=None):
        if row[1:] not in known:
            raise ParameterError(
                f"standard {name!r} lacks the stratum {', '.join(row[1:])}, which {row[0]} has"
            )
