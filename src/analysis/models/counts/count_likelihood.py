"""What a count model's likelihood says of its rows: estimates, scores, deviance, tests of the variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from analysis.models.counts.negative_binomial import maximise_nb2, nb2_log_likelihood
from analysis.models.counts.overdispersion import dispersion_tests, likelihood_ratio
from analysis.models.counts.patterns import Patterns
from analysis.models.counts.poisson import Maximum, maximise_poisson
from analysis.models.covariance import cluster_scores, sandwich
from analysis.models.gate import Finding

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Likelihood:
    """A fitted count model, as its rows see it.

    Attributes
    ----------
    coefficients : (k,) array
    inverse : (k, k) array
        Covariance if the model's variance is right.
    information : (k, k) array
        Its inverse.
    alpha : float
        Of the variance mean + alpha mean²; 0 for Poisson.
    log_likelihood, deviance, pearson : float
        Of the rows, constants included.
    converged : bool
    tests : DataFrame
        Of the Poisson variance; see :mod:`analysis.models.counts.overdispersion`.
    residual : (n,) array
        Derivative of each row's log-likelihood by its linear predictor.
    residual_alpha : (n,) array
        Derivative by log(alpha); zeros for Poisson.
    cross : (k,) array
        A row's score is covariates × ``residual`` - ``cross`` × ``residual_alpha``.
    findings : tuple of Finding
    """

    coefficients: Floats
    inverse: Floats
    information: Floats
    alpha: float
    log_likelihood: float
    deviance: float
    pearson: float
    converged: bool
    tests: pd.DataFrame
    residual: Floats
    residual_alpha: Floats
    cross: Floats
    findings: tuple[Finding, ...] = ()

    def meat(self, matrix: Floats, data: Patterns) -> Floats:
        """Return the sum over rows of the outer products of their scores, (k, k)."""
        own = data.by_pattern(self.residual**2)
        with_alpha = matrix.T @ data.by_pattern(self.residual * self.residual_alpha)
        square = float(self.residual_alpha @ self.residual_alpha)
        mixed = np.outer(with_alpha, self.cross)
        meat: Floats = matrix.T @ (own[:, None] * matrix)
        return meat - mixed - mixed.T + square * np.outer(self.cross, self.cross)

    def scores(self, matrix: Floats, data: Patterns) -> Floats:
        """Return the scores summed over each cluster, (G, k)."""
        count = len(data.labels)
        if not count:
            return np.empty((0, matrix.shape[1]))
        sums = cluster_scores(matrix, data.pattern, self.residual, data.cluster, count)
        return sums - np.outer(np.bincount(data.cluster, self.residual_alpha, count), self.cross)

    def robust(self, meat: Floats, factor: float) -> Floats:
        """Return the covariance with a meat of scores in place of the model's variance."""
        return sandwich(self.inverse, meat, factor)


def maximise(matrix: Floats, data: Patterns, family: str) -> Likelihood:
    """Return a count model fitted by maximum likelihood.

    Parameters
    ----------
    matrix : (m, k) array
        Design of each pattern: of full rank, no results separated.
    data : Patterns
    family : str
        ``poisson``, ``quasi_poisson`` (the same estimates) or ``nb2``.
    """
    table = data.table
    top = maximise_poisson(
        matrix, table["outcome"].to_numpy(dtype=float), table["exposure"].to_numpy(dtype=float)
    )
    poisson = _poisson(matrix, data, top)
    if family != "nb2" or not poisson.converged:
        return poisson
    return _nb2(matrix, data, top, poisson)


def means(matrix: Floats, data: Patterns, coefficients: Floats) -> Floats:
    """Return the fitted mean of each row."""
    return data.exposure * np.exp(matrix @ coefficients)[data.pattern]


def _poisson(matrix: Floats, data: Patterns, top: Maximum) -> Likelihood:
    y = data.outcome
    mean = means(matrix, data, top.coefficients)
    hat = np.einsum("ij,jk,ik->i", matrix, top.inverse, matrix)
    with np.errstate(all="ignore"):
        return Likelihood(
            coefficients=top.coefficients,
            inverse=top.inverse,
            information=top.information,
            alpha=0.0,
            log_likelihood=float((special.xlogy(y, mean) - mean).sum()) - _log_factorials(y),
            deviance=2 * float((special.xlogy(y, y / mean) - (y - mean)).sum()),
            pearson=float(((y - mean) ** 2 / mean).sum()),
            converged=top.converged,
            tests=dispersion_tests(y, mean, mean * hat[data.pattern]),
            residual=y - mean,
            residual_alpha=np.zeros(len(y)),
            cross=np.zeros(matrix.shape[1]),
        )


def _nb2(matrix: Floats, data: Patterns, top: Maximum, poisson: Likelihood) -> Likelihood:
    y = data.outcome
    constant = _log_factorials(y)
    at = means(matrix, data, top.coefficients)
    moment = float(((y - at) ** 2 - y).sum() / (at**2).sum())
    found = maximise_nb2(matrix, data, top, poisson.log_likelihood + constant, moment)
    mean = means(matrix, data, found.coefficients)
    own, of_alpha = found.residuals(y, mean)
    log_likelihood = float(nb2_log_likelihood(y, mean, found.alpha).sum()) - constant
    deviance = special.xlogy(y, y / mean) - (y + 1 / found.alpha) * np.log(
        (1 + found.alpha * y) / (1 + found.alpha * mean)
    )
    ratio = likelihood_ratio(log_likelihood, poisson.log_likelihood)
    return Likelihood(
        coefficients=found.coefficients,
        inverse=found.inverse,
        information=found.information,
        alpha=found.alpha,
        log_likelihood=log_likelihood,
        deviance=2 * float(deviance.sum()),
        pearson=float(((y - mean) ** 2 / (mean + found.alpha * mean**2)).sum()),
        converged=found.converged or found.at_bound,
        tests=pd.concat([poisson.tests, ratio], ignore_index=True),
        residual=own,
        residual_alpha=of_alpha,
        cross=found.cross,
        findings=(Finding("alpha_bound", "alpha"),) if found.at_bound else (),
    )


def _log_factorials(outcome: Floats) -> float:
    counts, rows = np.unique(outcome, return_counts=True)
    return float(special.gammaln(counts + 1) @ rows)
