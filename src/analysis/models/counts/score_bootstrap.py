"""Tests and intervals from cluster scores that change their signs: the score bootstrap of a Poisson model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy import optimize

from analysis.models.counts.poisson import maximise_poisson
from analysis.models.covariance import cluster_scores

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

FEWEST_FOR_SIGNS = 12
"""Below this number of clusters signs alone give too few distinct draws; six-point weights give more."""

_TIED = 1e-9
"""Share of a statistic within which another equals it: a draw that repeats the sample, but for rounding."""

_SCAN = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0, 128.0, 256.0)
"""Distances from the estimate, in standard errors, between which the end of an interval is looked for."""

_FARTHEST = 30.0
"""Change of the linear predictor from which on a value of a coefficient is none that data could show."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the clusters' scores are multiplied by, a row a draw.

    Attributes
    ----------
    draws : (b, g) array
    kind : str
        ``Rademacher`` or ``Webb``.
    enumerated : bool
        Whether the draws are all that there are, rather than some at random.
    """

    draws: Floats
    kind: str
    enumerated: bool


def bootstrap_weights(clusters: int, draws: int, seed: int) -> Weights:
    """Return the weights of the clusters: all possible ones where these are no more than the draws asked for.

    Signs (Rademacher) from 12 clusters on, Webb's six points below.

    Parameters
    ----------
    clusters, draws, seed : int

    References
    ----------
    Webb, M. D. (2014). Reworking wild bootstrap based inference for clustered errors. Queen's Economics
    Department Working Paper 1315.

    Examples
    --------
    >>> made = bootstrap_weights(13, 9999, seed=1)
    >>> made.kind, made.enumerated, made.draws.shape
    ('Rademacher', True, (8192, 13))
    """
    if clusters < FEWEST_FOR_SIGNS:
        kind, half = "Webb", np.sqrt([0.5, 1.0, 1.5])
        points = np.concatenate([-half[::-1], half])
    else:
        kind, points = "Rademacher", np.array([-1.0, 1.0])
    if len(points) ** clusters <= draws:
        return Weights(np.array(list(product(points, repeat=clusters))), kind, enumerated=True)
    rng = np.random.default_rng(seed)
    return Weights(points[rng.integers(0, len(points), (draws, clusters))], kind, enumerated=False)


def p_value(effective: Floats, weights: Weights) -> float:
    """Return the p-value of the hypothesis under which effective scores sum to zero in expectation.

    The statistic is the squared sum over the sum of squares. Centring the squares, as some do, is an
    increasing function of it, and changes no p-value. Random draws count the sample itself as one, so
    that p is never zero.

    Parameters
    ----------
    effective : (g,) array
        Scores of the clusters in the direction that is tested, at the estimates under the hypothesis.
    weights : Weights

    References
    ----------
    Kline, P. and Santos, A. (2012). A score based approach to wild bootstrap inference. *Journal of
    Econometric Methods* 1, 23-41.
    Phipson, B. and Smyth, G. K. (2010). Permutation p-values should never be zero. *Statistical
    Applications in Genetics and Molecular Biology* 9, article 39.

    Examples
    --------
    >>> p_value(np.ones(12), bootstrap_weights(12, 9999, seed=1)) == 2 / 2**12
    True
    """
    seen, drawn = _statistics(effective, weights)
    if np.isnan(seen):
        return np.nan
    as_far = int((drawn >= seen * (1 - _TIED)).sum())
    return as_far / len(drawn) if weights.enumerated else (1 + as_far) / (1 + len(drawn))


def _statistics(effective: Floats, weights: Weights) -> tuple[float, Floats]:
    """Return the statistic of the sample, and those of the draws."""
    if not np.isfinite(effective).all():
        return np.nan, np.full(len(weights.draws), np.nan)
    largest = np.abs(effective).max()
    scaled = effective / largest if largest > 0 else effective
    with np.errstate(invalid="ignore"):
        seen = scaled.sum() ** 2 / (scaled**2).sum()
        drawn = (weights.draws @ scaled) ** 2 / (weights.draws**2 @ scaled**2)
    return float(seen), drawn


def excess(effective: Floats, weights: Weights, level: float) -> float:
    """Return by how much the statistic exceeds its critical value: positive where the hypothesis is rejected.

    It is continuous in a hypothesised value, which a p-value is not, and positive just where p is at most
    ``1 - level``.
    """
    seen, drawn = _statistics(effective, weights)
    count, extra = len(drawn), 0 if weights.enumerated else 1
    most = int(np.floor((1 - level) * (count + extra) + 1e-9)) - extra
    if most < 0:
        return -np.inf
    critical = np.partition(drawn, count - 1 - most)[count - 1 - most]
    return float(seen * (1 - _TIED) - critical)


@dataclass(frozen=True, slots=True)
class Clustered:
    """Counts by cluster and pattern of covariates.

    Attributes
    ----------
    matrix : (m, k) array
        Design of each pattern.
    cluster, pattern : (n,) arrays of int
        Of each cell, counted from 0.
    outcome, exposure : (n,) arrays
        Of each cell.
    """

    matrix: Floats
    cluster: Codes
    pattern: Codes
    outcome: Floats
    exposure: Floats

    def effective_scores(self, term: int, value: float) -> Floats:
        """Return the clusters' scores in the direction of a term, all else fitted with that term at a value.

        Parameters
        ----------
        term : int
            Column of the design.
        value : float
            Coefficient under the hypothesis.

        Returns
        -------
        (g,) array
            NaN where the other coefficients have no estimates under the hypothesis.
        """
        outcome, exposure = (
            np.bincount(self.pattern, part, len(self.matrix)).astype(float)
            for part in (self.outcome, self.exposure)
        )
        others = np.delete(self.matrix, term, axis=1)
        rate = np.exp(self.matrix[:, term] * value)
        if others.shape[1]:
            fitted = maximise_poisson(others, outcome, exposure * rate)
            if not fitted.converged:
                return np.full(int(self.cluster.max()) + 1, np.nan)
            rate = rate * np.exp(others @ fitted.coefficients)
        residual = self.outcome - self.exposure * rate[self.pattern]
        scores = cluster_scores(
            self.matrix, self.pattern, residual, self.cluster, int(self.cluster.max()) + 1
        )
        return np.asarray(scores @ _direction(self.matrix, exposure * rate, term))

    def interval(
        self, term: int, estimate: float, error: float, weights: Weights, level: float
    ) -> tuple[float, float]:
        """Return the values of a coefficient, around its estimate, that the bootstrap does not reject.

        Parameters
        ----------
        term : int
            Column of the design.
        estimate, error : float
            Where to begin, and the size of steps.
        weights : Weights
        level : float
            Coverage.

        Returns
        -------
        low, high : float
            Infinite where no value on that side is rejected; NaN where the search met a fit without estimates.
        """

        def far(value: float) -> float:
            return excess(self.effective_scores(term, value), weights, level)

        reach = _FARTHEST / np.abs(self.matrix[:, term]).max()
        ends = [_end(far, estimate, side * error, reach) for side in (-1, 1)]
        return ends[0], ends[1]


def _direction(matrix: Floats, weight: Floats, term: int) -> Floats:
    """Return the term's row of the inverse information, up to a factor, in a basis without rounding.

    The column of the design less its projection on the others is what the term alone tells.
    """
    root = np.sqrt(weight)[:, None] * matrix
    others = np.delete(root, term, axis=1)
    share = np.linalg.lstsq(others, root[:, term], rcond=None)[0]
    return np.insert(-share, term, 1.0)


def _end(far: Callable[[float], float], estimate: float, step: float, reach: float) -> float:
    inner = estimate
    for distance in _SCAN:
        outer = estimate + distance * step
        if abs(outer - estimate) > reach:
            break
        ahead = far(outer)
        if np.isnan(ahead):
            return np.nan
        if ahead > 0:
            return float(optimize.brentq(far, inner, outer, xtol=1e-13, rtol=1e-13))
        inner = outer
    return float(np.copysign(np.inf, step))
