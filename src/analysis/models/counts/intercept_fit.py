"""The fit of a Poisson model with a normal random intercept a unit: estimates, their errors, the units."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, stats
from scipy.special import gammaln

from analysis.models.counts.adaptive_quadrature import posterior, quantiles
from analysis.models.counts.count_design import absurd_findings
from analysis.models.counts.count_fit import CountFit
from analysis.models.counts.intercept_likelihood import Counts, Summit, highest, log_likelihood, sd_interval
from analysis.models.counts.patterns import Patterns
from analysis.models.gate import Finding, estimate_findings, withheld

Floats = npt.NDArray[np.float64]

SD_AT_BOUND = 1e-4
"""A standard deviation, on the log scale, below which the model is the Poisson model."""

_COARSE = 0.05
"""Distance to the estimates by twice the nodes, in standard errors, at which a quadrature is too coarse."""

UNITS = (
    "outcome",
    "exposure",
    "expected",
    "mode",
    "effect",
    "std_error",
    "low",
    "high",
    "ratio",
    "ratio_low",
    "ratio_high",
)


@dataclass(frozen=True, slots=True)
class InterceptFit:
    """The numbers of a fit.

    Attributes
    ----------
    coefficients : (k,) array
    vcov : (k, k) array
    sd, sd_error : float
        Standard deviation of the intercepts and its standard error, which is missing where it is 0.
    sd_limits : (float, float)
        Its profile likelihood interval.
    loglik : float
        Log-likelihood of the rows.
    statistic, test_p_value : float
        Likelihood-ratio test of ``sd = 0``.
    converged : bool
    findings : tuple of Finding
    units : DataFrame
        One row a unit: ``unit`` and the columns :data:`UNITS`.
    """

    coefficients: Floats
    vcov: Floats
    sd: float
    sd_error: float
    sd_limits: tuple[float, float]
    loglik: float
    statistic: float
    test_p_value: float
    converged: bool
    findings: tuple[Finding, ...]
    units: pd.DataFrame


def blank_fit(width: int) -> InterceptFit:
    """Return the fit of a model that must not be fitted."""
    none = np.nan
    return InterceptFit(
        coefficients=np.full(width, none),
        vcov=np.full((width, width), none),
        sd=none,
        sd_error=none,
        sd_limits=(none, none),
        loglik=none,
        statistic=none,
        test_p_value=none,
        converged=False,
        findings=(),
        units=pd.DataFrame(columns=["unit", *UNITS]),
    )


def fitted_intercepts(fixed: CountFit, data: Patterns, nodes: int, level: float) -> InterceptFit:
    """Return the maximum likelihood fit of a model with a normal random intercept.

    Parameters
    ----------
    fixed : CountFit
        The Poisson fit, sound, of the same rows.
    data : Patterns
        These rows, the units as their clusters.
    nodes : int
        Of the quadrature.
    level : float
        Coverage of intervals.
    """
    counts = _counts(fixed, data, nodes)
    summit = highest(counts, fixed.coefficients, _start(counts, fixed.coefficients))
    poisson = Summit(fixed.coefficients, 0.0, fixed.loglik, _bordered(fixed.vcov), converged=True)
    if at_bound := summit.converged and (summit.sd < SD_AT_BOUND or summit.height <= fixed.loglik):
        summit = poisson
    findings = _findings(fixed, data, counts, summit)
    sound = not withheld(findings)
    statistic = max(2 * (summit.height - fixed.loglik), 0.0)
    return InterceptFit(
        coefficients=summit.coefficients,
        vcov=summit.covariance[:-1, :-1],
        sd=summit.sd,
        sd_error=np.nan if at_bound else float(np.sqrt(summit.covariance[-1, -1])),
        sd_limits=sd_interval(counts, summit, fixed.loglik, level) if sound else (np.nan, np.nan),
        loglik=summit.height,
        statistic=statistic,
        test_p_value=1.0 if at_bound else float(stats.chi2.sf(statistic, 1) / 2),
        converged=summit.converged,
        findings=findings,
        units=_units(counts, data, summit, level) if sound else pd.DataFrame(columns=["unit", *UNITS]),
    )


def _counts(fixed: CountFit, data: Patterns, nodes: int) -> Counts:
    cells = data.cells()
    shape = (len(data.labels), len(data.table))
    places = (cells["cluster"].to_numpy(), cells["pattern"].to_numpy())
    constant = data.outcome * np.log(data.exposure) - gammaln(data.outcome + 1)
    return Counts(
        matrix=fixed.design.matrix,
        pattern_counts=data.table["outcome"].to_numpy(dtype=float),
        unit_counts=np.bincount(data.cluster, data.outcome, len(data.labels)).astype(float),
        exposure=sparse.csr_array((cells["exposure"].to_numpy(dtype=float), places), shape=shape),
        constant=float(constant.sum()),
        nodes=nodes,
    )


def _start(counts: Counts, coefficients: Floats) -> float:
    """Return a standard deviation to begin with, from how far the units' counts scatter beyond Poisson counts."""
    expected = counts.expected(coefficients)
    beyond = ((counts.unit_counts - expected) ** 2 - expected).sum() / (expected**2).sum()
    return float(np.sqrt(np.clip(beyond, 0.01, 4.0)))


def _bordered(vcov: Floats) -> Floats:
    """Return a covariance with a row and column of zeros for an sd that is not estimated."""
    return np.pad(vcov, (0, 1))


def _findings(fixed: CountFit, data: Patterns, counts: Counts, summit: Summit) -> tuple[Finding, ...]:
    vcov, variance = summit.covariance[:-1, :-1], summit.covariance[-1, -1]
    errors = np.sqrt(np.diag(vcov))
    found = estimate_findings(
        fixed.design.terms, summit.coefficients, errors, converged=summit.converged, most_error=np.inf
    )
    if not found:
        found = absurd_findings(data, fixed.design, vcov)
    if summit.sd == 0:
        return (*found, Finding("sd_at_bound"))
    found += estimate_findings(["sd"], [summit.sd], [np.sqrt(variance)], converged=True)
    if not withheld(found):
        finer = replace(counts, nodes=2 * counts.nodes + 1)
        gradient = log_likelihood(finer, summit.coefficients, summit.sd)[1]
        away = float(np.sqrt(max(float(gradient @ summit.covariance @ gradient), 0.0)))
        if away > _COARSE:
            found.append(Finding("quadrature_coarse", "", {"count": counts.nodes, "away": away}))
    return tuple(found)


def _units(counts: Counts, data: Patterns, summit: Summit, level: float) -> pd.DataFrame:
    expected = counts.expected(summit.coefficients)
    given = (counts.unit_counts, np.log(expected), summit.sd)
    found = posterior(*given, nodes=max(counts.nodes, 25))
    mean = found.mean(found.points)
    spread = np.sqrt(found.mean((found.points - mean[:, None]) ** 2))
    low, high = quantiles(*given, ((1 - level) / 2, (1 + level) / 2))
    columns = {
        "unit": data.labels,
        "outcome": counts.unit_counts,
        "exposure": np.asarray(counts.exposure.sum(axis=1)),
        "expected": expected,
        "mode": summit.sd * found.mode,
        "effect": summit.sd * mean,
        "std_error": summit.sd * spread,
        "low": summit.sd * low,
        "high": summit.sd * high,
    }
    ratios = {
        f"ratio{end}": np.exp(columns[of]) for end, of in (("", "effect"), ("_low", "low"), ("_high", "high"))
    }
    return pd.DataFrame(columns | ratios)
