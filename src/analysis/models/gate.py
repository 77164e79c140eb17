"""The fit gate: what keeps a number from being read, where it is, and what would help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.language import language, number
from analysis.models.terms import place_label
from analysis.vocab import table

Floats = npt.NDArray[np.float64]

MIN_CLUSTERS = 5
"""Fewer clusters than this give no cluster-robust interval worth reading."""

MIN_ROWS = 5

MIN_EVENTS = 10
"""Fewer admissions than this in a whole fit give no model worth reading."""

MOST_ERROR = 10.0
"""Standard error on the log scale from which on an interval says nothing: a factor of exp(±20)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a fit that its reader must know.

    Attributes
    ----------
    code : str
        A code of ``vocab/findings.csv``: ``separation``, ``rank``, ``not_converged``, ...
    where : str
        Column, or term such as ``locality[township]``, that it is about, in the same writing whatever the
        language (:func:`analysis.models.terms.place_label`); '' for the whole fit.
    numbers : mapping of str to float
        Numbers that its words name, such as ``count`` and ``least``.
    """

    code: str
    where: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def fatal(self) -> bool:
        """Whether no number of the fit may be read."""
        return _words()[self.code]["fatal"] == "yes"

    @property
    def what(self) -> str:
        """What is wrong, and where, in the reader's language."""
        return self._worded("what")

    @property
    def help(self) -> str:
        """What would help, in the reader's language."""
        return self._worded("help")

    def _worded(self, part: str) -> str:
        shown = {name: _shown(value) for name, value in self.numbers.items()}
        return _words()[self.code][f"{part}_{language()}"].format(where=place_label(self.where), **shown)


def _shown(value: float) -> str:
    if not np.isfinite(value):
        return str(value)
    return number(value, 0 if float(value).is_integer() else 2)


@cache
def _words() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in table("findings")}


def withheld(findings: Iterable[Finding]) -> bool:
    """Tell whether one of the findings keeps the numbers of a fit from being read."""
    return any(finding.fatal for finding in findings)


def exposure_findings(exposure: npt.ArrayLike, name: str = "exposure") -> list[Finding]:
    """Return what is wrong with an exposure: missing, zero, negative or infinite.

    Parameters
    ----------
    exposure : (n,) array
        Persons, person-years or targets.
    name : str
        Column that it came from.

    Examples
    --------
    >>> [(f.code, f.numbers["count"]) for f in exposure_findings([3.0, 0.0, float("nan")], "members")]
    [('exposure_missing', 1), ('exposure_not_positive', 1)]
    """
    values = np.asarray(exposure, dtype=float)
    missing = int(np.isnan(values).sum())
    bad = int((np.isinf(values) | (values <= 0)).sum())
    found = [("exposure_missing", missing), ("exposure_not_positive", bad)]
    return [Finding(code, name, {"count": count}) for code, count in found if count]


def outcome_findings(
    outcome: npt.ArrayLike, name: str = "outcome", *, least: int = MIN_EVENTS
) -> list[Finding]:
    """Return what is wrong with an outcome: missing, negative, no whole count, or too few events.

    Parameters
    ----------
    outcome : (n,) array
        Counts.
    name : str
        Column that it came from.
    least : int
        Fewest events of the whole fit.

    Examples
    --------
    >>> [f.code for f in outcome_findings([1.0, 2.5, 30.0])]
    ['outcome_not_a_count']
    """
    values = np.asarray(outcome, dtype=float)
    if not values.size:
        return [Finding("no_rows")]
    missing = int(np.isnan(values).sum())
    if missing:
        return [Finding("outcome_missing", name, {"count": missing})]
    bad = int(((values < 0) | ~np.isfinite(values) | (values != np.floor(values))).sum())
    if bad:
        return [Finding("outcome_not_a_count", name, {"count": bad})]
    total = float(values.sum())
    return [Finding("few_events", name, {"count": total, "least": least})] if total < least else []


def cluster_findings(clusters: int, name: str = "", *, least: int = MIN_CLUSTERS) -> list[Finding]:
    """Return the finding that too few clusters carry an interval, or none."""
    if clusters >= least:
        return []
    return [Finding("few_clusters", name, {"count": clusters, "least": least})]


def estimate_findings(
    terms: Sequence[str],
    estimates: npt.ArrayLike,
    errors: npt.ArrayLike,
    *,
    converged: bool,
    most_error: float = MOST_ERROR,
) -> list[Finding]:
    """Return what is wrong with the numbers of a fit: not converged, not finite, absurd errors.

    Parameters
    ----------
    terms : sequence of str
        Names of the estimates.
    estimates, errors : (k,) arrays
        On the link scale.
    converged : bool
        What the optimiser says, checked by the caller against the gradient where it can be.
    most_error : float
        Largest standard error that may be read.

    Examples
    --------
    >>> [(f.code, f.where) for f in estimate_findings(["a", "b"], [0.1, -27.0], [0.2, 17000.0], converged=True)]
    [('absurd_error', 'b')]
    """
    values, spread = np.asarray(estimates, dtype=float), np.asarray(errors, dtype=float)
    found = [] if converged else [Finding("not_converged")]
    for term, value, error in zip(terms, values, spread, strict=True):
        if not (np.isfinite(value) and np.isfinite(error)) or error <= 0:
            found.append(Finding("error_not_finite", term))
        elif error > most_error:
            found.append(Finding("absurd_error", term, {"count": float(error)}))
    return found


def category_reason(rows: pd.DataFrame, outcome: str, cluster: str, min_clusters: int) -> str:
    """Return why no estimate may be read for these rows; empty where one may.

    Parameters
    ----------
    rows : DataFrame
        The rows of one category.
    outcome, cluster : str
        Columns.
    min_clusters : int
        Fewest clusters.

    Returns
    -------
    str
        ``few_rows``, ``few_clusters``, ``no_events`` or ''.
    """
    if len(rows) < MIN_ROWS:
        return "few_rows"
    if rows[cluster].nunique() < min_clusters:
        return "few_clusters"
    if rows[outcome].sum() == 0:
        return "no_events"
    return ""


def fit_reason(converged: bool, estimates: np.ndarray, errors: np.ndarray) -> str:
    """Return why a whole fit may not be read: not converged, or estimates or errors absurd."""
    if not converged:
        return "not_converged"
    sound = np.isfinite(estimates).all() and np.isfinite(errors).all() and (errors < 10).all()
    return "" if sound else "absurd_errors"
