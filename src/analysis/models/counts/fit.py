"""Admissions as counts: Poisson, quasi-Poisson and negative binomial models of rates and attainment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _
from analysis.models.counts.count_design import (
    absurd_findings,
    design_findings,
    factor_findings,
    pattern_design,
    references,
    support_findings,
    vanishing_findings,
)
from analysis.models.counts.count_fit import CountFit
from analysis.models.counts.count_likelihood import Likelihood, maximise
from analysis.models.counts.overdispersion import COLUMNS
from analysis.models.counts.patterns import Patterns, collapse
from analysis.models.covariance import KINDS, small_sample
from analysis.models.design import Design, complete, variables
from analysis.models.gate import (
    MIN_ROWS,
    Finding,
    cluster_findings,
    estimate_findings,
    exposure_findings,
    outcome_findings,
    withheld,
)
from analysis.models.result import Dropped, tidy
from analysis.models.terms import factor_label

Floats = npt.NDArray[np.float64]

FAMILIES = {"poisson": "Poisson", "quasi_poisson": "quasi-Poisson", "nb2": "NB2"}
EXPOSURE_UNITS = {"target": "target", "members": "persons", "eligible": "persons"}
"""Column of exposure → what it counts."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be fitted, as the caller asked."""

    formula: str
    outcome: str
    exposure: str | None
    family: str
    cluster: str | None
    covariance: str
    level: float


def fit_counts(
    rows: pd.DataFrame,
    formula: str,
    *,
    outcome: str = "admitted",
    exposure: str | None = "members",
    family: str = "poisson",
    cluster: str | None = None,
    covariance: str | None = None,
    reference: Mapping[str, object] | None = None,
    level: float = 0.95,
    name: str = "counts",
    title: str = "",
) -> CountFit:
    """Return a model of counts: log E(outcome) = log(exposure) + terms of the formula.

    With ``exposure="members"`` it is one of admission rates, with ``"target"`` of attainment. Rows that
    lack a covariate or the cluster are dropped and counted; a missing outcome, or an exposure that is
    missing or not positive, withholds the numbers.

    Parameters
    ----------
    rows : DataFrame
        One row a unit and year, or a finer cell: :mod:`analysis.models.register_rows`.
    formula : str
        ``"age_band * sex + locality + C(year)"``; splines by ``bs(x, df=4)``; ``"1"`` for none.
    outcome : str
        Column of whole counts.
    exposure : str or None
        Column of positive numbers; None, said aloud, for counts that need none.
    family : {'poisson', 'quasi_poisson', 'nb2'}
        The variance: mean; phi × mean; mean + alpha × mean².
    cluster : str, optional
        Column of what the rows hang together by, such as ``unit_id``.
    covariance : {'model', 'HC0', 'HC1', 'CR0', 'CR1', 'CR1S'}, optional
        ``CR1`` where a cluster is named, else ``model``, if not given; see :mod:`analysis.models.covariance`.
        Intervals by CR1 and CR1S are those of t with one degree of freedom less than there are clusters.
    reference : mapping of str to object, optional
        Factor → category that the others are compared with, ``{"sex": "male"}``; the first else.
    level : float
        Coverage of intervals.
    name, title : str
        Of the result.

    Raises
    ------
    ParameterError
        A parameter has no meaning, or the formula cannot be read.

    Examples
    --------
    >>> rows = pd.DataFrame({"sex": ["f", "f", "f", "m", "m", "m"], "members": [100.0] * 6,
    ...                      "admitted": [3, 5, 4, 6, 9, 9]})
    >>> fit_counts(rows, "sex").estimates["response"].round(6).tolist()
    [0.04, 2.0]
    """
    asked = _asked(rows, _Asked(formula, outcome, exposure, family, cluster, covariance or "", level))
    names = sorted(variables(formula))
    kept, dropped = complete(rows, [*names, *([cluster] if cluster else [])])
    data = collapse(kept, names, outcome=outcome, exposure=exposure, cluster=cluster, reference=reference)
    made = pattern_design(formula, data)
    cells = data.cells()
    findings = [*_row_findings(data, asked, len(made.terms)), *factor_findings(made)]
    if not withheld(findings):
        findings += [
            *design_findings(data, made, names),
            *support_findings(data, cells, made, asked.covariance),
        ]
    likelihood = None if withheld(findings) else maximise(made.matrix, data, family)
    return _result(asked, data, cells, made, likelihood, findings, dropped, name, title or _title(asked))


def _title(asked: _Asked) -> str:
    if asked.exposure is None:
        return _("Số lượng: {outcome}").format(outcome=factor_label(asked.outcome))
    return _("Tỷ suất {outcome} trên {exposure}").format(
        outcome=factor_label(asked.outcome), exposure=factor_label(asked.exposure)
    )


def _asked(rows: pd.DataFrame, asked: _Asked) -> _Asked:
    """Return what was asked for with its covariance filled in, or refuse it."""
    if not isinstance(rows, pd.DataFrame):
        raise ParameterError(f"rows must be a DataFrame, not {type(rows).__name__}")
    columns = [asked.outcome, *(name for name in (asked.exposure, asked.cluster) if name is not None)]
    columns += sorted(variables(asked.formula))
    unknown = [name for name in columns if name not in rows.columns]
    twice = [name for name in columns if list(rows.columns).count(name) > 1]
    if twice:
        raise ParameterError(f"two columns are called {twice[0]!r}")
    if unknown:
        raise ParameterError(f"no column {unknown[0]!r} (there are {', '.join(map(str, rows.columns))})")
    if asked.outcome in variables(asked.formula):
        raise ParameterError(
            f"formula {asked.formula!r}: the outcome {asked.outcome!r} cannot explain itself"
        )
    if asked.family not in FAMILIES:
        raise ParameterError(f"family {asked.family!r} is none of {', '.join(FAMILIES)}")
    if not (isinstance(asked.level, float) and 0 < asked.level < 1):
        raise ParameterError(f"level {asked.level!r} does not lie between 0 and 1")
    kind = asked.covariance or ("CR1" if asked.cluster else "model")
    if kind not in KINDS:
        raise ParameterError(f"covariance {kind!r} is none of {', '.join(KINDS)}")
    if kind.startswith("CR") != (asked.cluster is not None):
        needs = "needs a cluster" if asked.cluster is None else f"does not use the cluster {asked.cluster!r}"
        raise ParameterError(f"covariance {kind!r} {needs}")
    return _Asked(
        asked.formula, asked.outcome, asked.exposure, asked.family, asked.cluster, kind, asked.level
    )


def _row_findings(data: Patterns, asked: _Asked, width: int) -> list[Finding]:
    """Return what is wrong with the rows, before any model."""
    if not len(data.outcome):
        return [Finding("no_rows")]
    findings = [
        *outcome_findings(data.outcome, asked.outcome),
        *exposure_findings(data.exposure, asked.exposure or ""),
    ]
    count = len(data.outcome)
    if count < MIN_ROWS:
        findings.append(Finding("few_rows", "", {"count": count, "least": MIN_ROWS}))
    elif count <= width and (asked.covariance != "model" or asked.family != "poisson"):
        # The rows leave nothing to estimate the spread from; only a variance that is assumed remains
        findings.append(Finding("few_rows", "", {"count": count, "least": width + 1}))
    if asked.cluster is not None:
        findings += cluster_findings(len(data.labels), asked.cluster)
    return findings


def _result(
    asked: _Asked,
    data: Patterns,
    cells: pd.DataFrame,
    made: Design,
    likelihood: Likelihood | None,
    findings: list[Finding],
    dropped: tuple[Dropped, ...],
    name: str,
    title: str,
) -> CountFit:
    width, n = len(made.terms), len(data.outcome)
    clusters = len(data.labels) if asked.cluster else None
    freedom = n - width
    blank = np.full(width, np.nan)
    coefficients, vcov = blank, np.full((width, width), np.nan)
    scores = np.full((len(data.labels), width), np.nan)
    dispersion = np.nan
    if likelihood is not None:
        dispersion = likelihood.pearson / freedom if freedom > 0 else np.nan
        scores = likelihood.scores(made.matrix, data)
        coefficients = likelihood.coefficients
        vcov = _vcov(asked, data, made, likelihood, scores, dispersion)
    errors = np.sqrt(np.maximum(np.diag(vcov), 0.0))  # below zero by rounding, where scores cancel
    if likelihood is not None:
        findings = [
            *findings,
            *likelihood.findings,
            *estimate_findings(
                made.terms,
                coefficients,
                errors,
                converged=likelihood.converged,
                most_error=np.inf,
            ),
            *absurd_findings(data, made, vcov),
            *vanishing_findings(made, errors, likelihood.inverse),
        ]
    error_freedom = _error_freedom(asked, freedom, clusters)
    return CountFit(
        name=name,
        title=title,
        estimates=tidy(
            made.terms, coefficients, errors, link="log", level=asked.level, freedom=error_freedom
        ),
        specification=_specification(asked),
        link="log",
        n=n,
        exposure=float(data.exposure.sum()) if asked.exposure else None,
        exposure_unit=EXPOSURE_UNITS.get(asked.exposure or "", ""),
        clusters=clusters,
        covariance=f"{asked.covariance} by {asked.cluster}" if asked.cluster else asked.covariance,
        dispersion=dispersion,
        converged=likelihood is not None and likelihood.converged,
        dropped=dropped,
        findings=tuple(findings),
        level=asked.level,
        formula=asked.formula,
        outcome=asked.outcome,
        exposure_name=asked.exposure,
        family=asked.family,
        cluster=asked.cluster,
        coefficients=coefficients,
        vcov=vcov,
        design=made,
        patterns=data.table,
        cells=cells,
        cluster_labels=data.labels,
        scores_by_cluster=scores,
        information=np.full_like(vcov, np.nan) if likelihood is None else likelihood.information,
        alpha=np.nan if likelihood is None else likelihood.alpha,
        loglik=np.nan if likelihood is None or asked.family == "quasi_poisson" else likelihood.log_likelihood,
        deviance=np.nan if likelihood is None else likelihood.deviance,
        pearson=np.nan if likelihood is None else likelihood.pearson,
        freedom=freedom,
        error_freedom=error_freedom,
        tests=pd.DataFrame(columns=list(COLUMNS)) if likelihood is None else likelihood.tests,
        references=references(made),
    )


def _vcov(
    asked: _Asked, data: Patterns, made: Design, likelihood: Likelihood, scores: Floats, dispersion: float
) -> Floats:
    if asked.covariance == "model":
        return likelihood.inverse * (dispersion if asked.family == "quasi_poisson" else 1.0)
    clustered = asked.covariance.startswith("CR")
    meat = scores.T @ scores if clustered else likelihood.meat(made.matrix, data)
    factor = small_sample(asked.covariance, n=len(data.outcome), k=len(made.terms), clusters=len(data.labels))
    return likelihood.robust(meat, factor)


def _error_freedom(asked: _Asked, freedom: int, clusters: int | None) -> float:
    """Return the degrees of freedom of the t of the intervals."""
    if asked.covariance in ("CR1", "CR1S") and clusters:
        return float(max(clusters - 1, 1))
    if asked.family == "quasi_poisson" and asked.covariance == "model":
        return float(max(freedom, 1))
    return np.inf


def _specification(asked: _Asked) -> str:
    offset = f"log({asked.exposure}) + " if asked.exposure else ""
    return f"{FAMILIES[asked.family]}, log E({asked.outcome}) = {offset}{asked.formula}"
