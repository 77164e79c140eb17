"""From rows to hazard ratios: rows alike counted together, what the gate finds, errors by clusters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.errors import ParameterError
from analysis.models.counts.count_design import (
    factor_findings,
    pattern_design,
    references,
    support_findings,
)
from analysis.models.counts.patterns import Patterns, collapse, compact, numbers
from analysis.models.counts.separation import rank_findings
from analysis.models.covariance import sandwich, small_sample
from analysis.models.design import Design, variables
from analysis.models.gate import MIN_EVENTS, Finding, cluster_findings, estimate_findings, withheld
from analysis.models.process.partial_likelihood import (
    Maximum,
    RiskSets,
    maximise,
    proportionality,
    risk_sets,
    score_residuals,
    waiting_before,
    wald,
)
from analysis.models.sparse_groups import MIN_GROUP_EVENTS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ALL = "all"
"""Name of the test of all terms together in ``proportionality``."""

DOUBT = 0.05
"""A p-value below which a hazard ratio is said to change with time."""

_UNBOUNDED = 10.0
"""Change of the log hazard over the range of a covariate that marks it as the one without bound."""

_LARGEST = 700.0
"""Log of a ratio that a floating number can still hold."""

_GONE = "_gone"


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows counted together by time, event and covariates.

    Attributes
    ----------
    terms : tuple of str
        Columns of the design, without the constant.
    matrix : (m, k) array
    time : (m,) array
    event : (m,) array of bool
    weight : (m,) array
        People of each cell.
    place : (n,) array of int
        Cell of each row.
    group : (n,) array of int
        Cluster of each row.
    clusters : int or None
    references : mapping of str to str
        Factor → category that the others are compared with.
    findings : tuple of Finding
        What the design and the counts of its categories say.
    """

    terms: tuple[str, ...]
    matrix: Floats
    time: Floats
    event: Flags
    weight: Floats
    place: Ints
    group: Ints
    clusters: int | None
    references: Mapping[str, str]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Estimates:
    """What a fit says; numbers are missing where a fatal finding withholds them.

    Attributes
    ----------
    coefficients, errors : (k,) arrays
    findings : tuple of Finding
    proportionality : DataFrame
        As of :class:`analysis.models.process.hazards.Hazards`.
    converged : bool
    log_likelihood : float
    wald : (float, float)
        Chi-square and p-value.
    """

    coefficients: Floats
    errors: Floats
    findings: tuple[Finding, ...]
    proportionality: pd.DataFrame
    converged: bool = False
    log_likelihood: float = float("nan")
    wald: tuple[float, float] = (float("nan"), float("nan"))


def counted(formula: str, rows: pd.DataFrame, time: str, event: str, cluster: str | None) -> Cells:
    """Return rows counted together.

    Raises
    ------
    ParameterError
        A time is not zero or more, an event is not 0 or 1, or the formula cannot be read.
    """
    times, ended = _times(rows, time, event)
    names = sorted(variables(formula))
    data = collapse(rows.assign(**{_GONE: ended}), names, outcome=_GONE, exposure=None, cluster=cluster)
    made = pattern_design(formula, data)
    columns = [i for i, term in enumerate(made.terms) if term != "Intercept"]
    distinct, at = np.unique(times, return_inverse=True)
    place, first = compact([at.astype(np.int64), ended.astype(np.int64), data.pattern])
    findings = [*factor_findings(made), *_few_events(data, made)]
    if cluster:
        findings += cluster_findings(len(data.labels), cluster)
        findings += support_findings(data, data.cells(), made, "CR1")
    return Cells(
        terms=tuple(made.terms[i] for i in columns),
        matrix=made.matrix[:, columns][data.pattern[first]],
        time=distinct[at[first]],
        event=ended[first],
        weight=np.bincount(place, minlength=len(first)).astype(float),
        place=place,
        group=data.cluster,
        clusters=len(data.labels) if cluster else None,
        references=references(made),
        findings=tuple(findings),
    )


def fitted(cells: Cells) -> Estimates:
    """Return hazard ratios, or what keeps them from being read."""
    findings = _before(cells)
    if withheld(findings):
        return _nothing(cells, findings)
    sets, used = risk_sets(cells.matrix, cells.time, cells.event, cells.weight)
    findings += rank_findings(sets.matrix, cells.terms)[1]
    if withheld(findings) or not cells.terms:
        return _nothing(cells, findings)
    found = maximise(sets)
    covariance = found.covariance
    if cells.clusters is not None:
        covariance = _clustered(cells, sets, found, used)
    with np.errstate(invalid="ignore"):
        errors = np.sqrt(np.diag(covariance))
    findings += _after(cells, sets, found, errors)
    if withheld(findings):
        return _nothing(cells, findings)
    table = _proportionality(cells, sets, found)
    doubted = table.loc[table["term"].ne(ALL) & table["p_value"].lt(DOUBT), "term"]
    findings += [Finding("not_proportional", str(term)) for term in doubted]
    return Estimates(
        found.coefficients,
        errors,
        tuple(findings),
        table,
        found.converged,
        found.log_likelihood,
        wald(found.coefficients, covariance),
    )


def _few_events(data: Patterns, made: Design) -> list[Finding]:
    """Return the categories, reference ones too, in which too few waits ended for a ratio."""
    ended = data.table["outcome"].to_numpy(dtype=float)
    sides = {
        term: column == 1
        for term, column in zip(made.terms, made.matrix.T, strict=True)
        if term != "Intercept" and np.isin(column, (0.0, 1.0)).all()
    }
    for factor, category in references(made).items():
        others = [side for term, side in sides.items() if term.startswith(f"{factor}[") and ":" not in term]
        if others:
            sides[f"{factor}[{category}]"] = ~np.logical_or.reduce(others)
    counts = {term: int(ended[side].sum()) for term, side in sides.items()}
    return [
        Finding("few_events_of", term, {"count": count, "least": MIN_GROUP_EVENTS})
        for term, count in counts.items()
        if count < MIN_GROUP_EVENTS
    ]


def _before(cells: Cells) -> list[Finding]:
    if not len(cells.weight):
        return [Finding("no_rows")]
    events = int(cells.weight[cells.event].sum())
    few = [Finding("few_events", "", {"count": events, "least": MIN_EVENTS})] if events < MIN_EVENTS else []
    return [*few, *cells.findings]


def _after(cells: Cells, sets: RiskSets, found: Maximum, errors: Floats) -> list[Finding]:
    if not found.bounded:
        reach = np.abs(found.coefficients) * np.ptp(sets.matrix, axis=0)
        named = [term for term, far in zip(cells.terms, reach > _UNBOUNDED, strict=True) if far]
        return [Finding("monotone", term) for term in named] or [Finding("not_converged")]
    # A number is judged by what its spread moves, whatever unit it is in
    moves = np.array([_spread(column) for column in sets.matrix.T])
    judged = estimate_findings(
        cells.terms, found.coefficients * moves, errors * moves, converged=found.converged
    )
    reach = np.abs(found.coefficients) + 10 * errors
    vast = [
        Finding("absurd_error", term, {"count": float(error)})
        for term, error, far in zip(cells.terms, errors, reach > _LARGEST, strict=True)
        if far
    ]
    return judged or vast


def _spread(column: Floats) -> float:
    """Return the step between two values, or the standard deviation of more."""
    return float(np.ptp(column) if len(np.unique(column)) == 2 else np.std(column))


def _clustered(cells: Cells, sets: RiskSets, found: Maximum, used: Flags) -> Floats:
    """Return Lin and Wei's covariance; people whom no event finds at risk have a score of zero."""
    scores = np.zeros(cells.matrix.shape)
    scores[used] = score_residuals(sets, found.coefficients)
    clusters = cells.clusters or 0
    summed = [np.bincount(cells.group, column[cells.place], clusters) for column in scores.T]
    meat = np.stack(summed, axis=1).astype(float)
    return sandwich(found.covariance, meat.T @ meat, small_sample("CR1", n=0, k=0, clusters=clusters))


def _proportionality(cells: Cells, sets: RiskSets, found: Maximum) -> pd.DataFrame:
    tests, together = proportionality(sets, found, 1 - waiting_before(sets))
    chi2, freedom = np.r_[tests, together], np.r_[np.ones(len(tests)), len(tests)].astype(int)
    # With one time of an event there is no time over which a ratio could change
    chi2 = np.where(len(sets.times) > 1, chi2, np.nan)
    return pd.DataFrame(
        {
            "term": [*cells.terms, ALL],
            "chi2": chi2,
            "freedom": freedom,
            "p_value": stats.chi2.sf(chi2, freedom),
        }
    )


def _nothing(cells: Cells, findings: list[Finding]) -> Estimates:
    blank = np.full(len(cells.terms), np.nan)
    terms = [*cells.terms, ALL]
    freedom = [*(1 for _ in cells.terms), len(cells.terms)]
    table = pd.DataFrame({"term": terms, "chi2": np.nan, "freedom": freedom, "p_value": np.nan})
    return Estimates(blank, blank, tuple(findings), table)


def _times(rows: pd.DataFrame, time: str, event: str) -> tuple[Floats, npt.NDArray[np.bool_]]:
    times, ended = numbers(rows[time]), numbers(rows[event])
    if not np.isfinite(times).all() or (times < 0).any():
        raise ParameterError(f"column {time!r}: a time is missing, negative or infinite")
    if not np.isin(ended, (0, 1)).all():
        raise ParameterError(f"column {event!r}: expected 0 or 1 in every row")
    return times, ended == 1
