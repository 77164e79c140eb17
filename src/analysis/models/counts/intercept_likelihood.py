"""The likelihood of Poisson counts with a normal random intercept a unit, and where it is highest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, optimize, sparse, stats

from analysis.models.counts.adaptive_quadrature import curvature, integral

Floats = npt.NDArray[np.float64]

CLOSE = 1e-10
"""Newton decrement, the squared distance to the maximum in standard errors, at which it is reached."""

_CURVATURE_NODES = 25
"""Least number of nodes for second derivatives: they are posterior moments, which one node cannot tell."""

_POLISH = 12
_NEAR = 1.0
_EXACT = 1e-12
"""Decrement before a Newton step that leaves nothing to gain but rounding: a step about squares it."""

_DOUBLINGS = 40


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts by unit and pattern of covariates: all that the likelihood needs of the rows.

    Attributes
    ----------
    matrix : (m, k) array
        Design of each pattern.
    pattern_counts : (m,) array
        Total count of each pattern.
    unit_counts : (u,) array
        Total count of each unit.
    exposure : (u, m) sparse array
        Exposure of each unit in each pattern.
    constant : float
        What of the log-likelihood of the rows depends on no parameter.
    nodes : int
        Of the quadrature.
    """

    matrix: Floats
    pattern_counts: Floats
    unit_counts: Floats
    exposure: sparse.csr_array
    constant: float
    nodes: int

    def expected(self, coefficients: Floats) -> Floats:
        """Return the expected count of each unit at an intercept of zero, (u,)."""
        return np.asarray(self.exposure @ np.exp(self.matrix @ coefficients))


@dataclass(frozen=True, slots=True)
class Summit:
    """Where the log-likelihood is highest.

    Attributes
    ----------
    coefficients : (k,) array
    sd : float
        Not negative.
    height : float
        Log-likelihood there.
    covariance : (k + 1, k + 1) array
        Inverse of minus the second derivatives by the coefficients and ``sd``; NaN where these are not
        negative definite. With ``sd`` held fixed, its row and column are zero.
    converged : bool
        Whether the gradient vanishes there, by the Newton decrement.
    """

    coefficients: Floats
    sd: float
    height: float
    covariance: Floats
    converged: bool


def log_likelihood(counts: Counts, coefficients: Floats, sd: float) -> tuple[float, Floats]:
    """Return the log-likelihood, with all its constants, and its gradient by coefficients and sd.

    Parameters
    ----------
    counts : Counts
    coefficients : (k,) array
    sd : float
        The likelihood is the same at ``-sd``.

    Returns
    -------
    height : float
        -inf where it overflows.
    gradient : (k + 1,) array
    """
    predictor = counts.matrix @ coefficients
    with np.errstate(over="ignore", invalid="ignore"):
        means = np.exp(predictor)
        expected = counts.exposure @ means
        if not np.isfinite(expected).all() or not (expected > 0).all():
            return -np.inf, np.zeros(len(coefficients) + 1)
        part = integral(counts.unit_counts, np.log(expected), sd, counts.nodes)
    height = counts.constant + float(counts.pattern_counts @ predictor + part.log.sum())
    residual = counts.pattern_counts + means * (counts.exposure.T @ (part.by_mean / expected))
    return height, np.append(counts.matrix.T @ residual, part.by_sd.sum())


def second_derivatives(counts: Counts, coefficients: Floats, sd: float) -> Floats:
    """Return the second derivatives of the log-likelihood by coefficients and sd, (k + 1, k + 1)."""
    matrix = counts.matrix
    means = np.exp(matrix @ coefficients)
    expected = counts.exposure @ means
    nodes = max(counts.nodes, _CURVATURE_NODES)
    by_mean, twice, mixed, by_sd = curvature(counts.unit_counts, np.log(expected), sd, nodes)
    centre = (counts.exposure @ (means[:, None] * matrix)) / expected[:, None]
    within = means * (counts.exposure.T @ (by_mean / expected))
    inner = matrix.T @ (within[:, None] * matrix) + centre.T @ ((twice - by_mean)[:, None] * centre)
    edge = (centre.T @ mixed)[:, None]
    return np.block([[inner, edge], [edge.T, np.full((1, 1), by_sd.sum())]])


def highest(counts: Counts, start: Floats, sd: float, *, fixed: bool = False) -> Summit:
    """Return where the log-likelihood is highest, over coefficients and sd, or at an sd held fixed.

    A trust region finds the place, Newton's steps end exactly on it. The coefficients are moved in the
    basis in which a Poisson fit has unit information, so that neither the units of a covariate nor the size
    of the data matter.

    Parameters
    ----------
    counts : Counts
    start : (k,) array
        Coefficients to begin with: those of the Poisson fit.
    sd : float
        Standard deviation to begin with, or to keep.
    fixed : bool
        Whether to keep it.
    """
    scale = _scale(counts, start)
    free = slice(0, len(start)) if fixed else slice(0, len(start) + 1)

    def unscaled(place: Floats) -> tuple[Floats, float]:
        moved = np.append(start, sd)
        moved[free] += scale[free, free] @ place
        return moved[:-1], float(moved[-1])

    def value(place: Floats) -> tuple[float, Floats]:
        height, gradient = log_likelihood(counts, *unscaled(place))
        return -height, -(scale.T @ gradient)[free]

    def bend(place: Floats) -> Floats:
        return -(scale.T @ second_derivatives(counts, *unscaled(place)) @ scale)[free, free]

    found = optimize.minimize(
        value,
        np.zeros(scale[free].shape[0]),
        jac=True,
        hess=bend,
        method="trust-exact",
        options={"gtol": 1e-5, "initial_trust_radius": 1.0, "max_trust_radius": 1e8, "maxiter": 500},
    )
    place, decrement = _polished(found.x, value, bend)
    coefficients, spread = unscaled(place)
    covariance = np.zeros_like(scale)
    covariance[free, free] = scale[free, free] @ _inverse(bend(place)) @ scale[free, free].T
    if spread < 0:
        covariance[-1, :-1] *= -1
        covariance[:-1, -1] *= -1
    return Summit(coefficients, abs(spread), -value(place)[0], covariance, bool(0 <= decrement <= CLOSE))


def sd_interval(counts: Counts, summit: Summit, without: float, level: float) -> tuple[float, float]:
    """Return the profile likelihood interval of sd; it reaches 0 where the Poisson model is not far off.

    Parameters
    ----------
    counts : Counts
    summit : Summit
    without : float
        Log-likelihood of the Poisson model, which has no sd.
    level : float
        Coverage.

    References
    ----------
    Venzon, D. J. and Moolgavkar, S. H. (1988). A method for computing profile-likelihood-based confidence
    intervals. *Journal of the Royal Statistical Society C* 37, 87-94.
    """
    allowed = np.sqrt(stats.chi2.ppf(level, 1))
    # How the best coefficients move with sd, near enough to begin from.
    moves = summit.covariance[:-1, -1] / max(summit.covariance[-1, -1], 1e-300)

    def beyond(sd: float) -> float:
        """Return by how much the signed root of the deviance, nearly straight in sd, passes what is allowed."""
        fitted = highest(counts, summit.coefficients + moves * (sd - summit.sd), sd, fixed=True)
        lost = max(2 * (summit.height - fitted.height), 0.0)
        return float(np.sqrt(lost) - allowed) if fitted.converged else np.nan

    low = 0.0
    if np.sqrt(2 * max(summit.height - without, 0.0)) > allowed:
        low = _crossing(beyond, summit.sd, 0.0)
    reach = allowed * max(np.sqrt(summit.covariance[-1, -1]), 1e-3)
    for _ in range(_DOUBLINGS):
        if not beyond(summit.sd + reach) < 0:
            break
        reach *= 2
    return low, _crossing(beyond, summit.sd, summit.sd + reach)


def _crossing(beyond: Callable[[float], float], inner: float, outer: float) -> float:
    """Return where a function crosses zero; NaN where it cannot be told at some place on the way."""
    try:
        return float(optimize.brentq(beyond, inner, outer, xtol=1e-11, rtol=1e-11))
    except ValueError:
        return np.nan


def _scale(counts: Counts, coefficients: Floats) -> Floats:
    """Return the matrix that takes steps of about a standard error to steps of coefficients and sd."""
    weights = np.sqrt(counts.exposure.sum(axis=0) * np.exp(counts.matrix @ coefficients))
    triangle = np.linalg.qr(weights[:, None] * counts.matrix, mode="r")
    scale = np.zeros((len(coefficients) + 1, len(coefficients) + 1))
    scale[:-1, :-1] = np.linalg.inv(triangle)
    scale[-1, -1] = 1 / np.sqrt(2 * len(counts.unit_counts))
    return scale


def _polished(
    place: Floats, value: Callable[[Floats], tuple[float, Floats]], bend: Callable[[Floats], Floats]
) -> tuple[Floats, float]:
    """Return the place after a few steps of Newton's method, and its decrement before the last of them."""
    decrement = np.nan
    for _ in range(_POLISH):
        gradient = value(place)[1]
        step = -_inverse(bend(place)) @ gradient
        decrement = float(-gradient @ step)
        # Far from the summit a bare Newton step could lead anywhere; then there is no convergence to report.
        if not 0 <= decrement < _NEAR:
            break
        place = place + step
        if decrement < _EXACT:
            break
    return place, decrement


def _inverse(curvature_down: Floats) -> Floats:
    """Return the inverse of a positive definite matrix; NaN where it is none."""
    try:
        factor = linalg.cho_factor(curvature_down)
    except (linalg.LinAlgError, ValueError):
        return np.full_like(curvature_down, np.nan)
    return np.asarray(linalg.cho_solve(factor, np.eye(len(curvature_down))))
