"""What a normal random intercept adds to a Poisson likelihood: one integral a unit, by quadrature.

Within a unit all rows share its intercept, so that the integral needs only the unit's total count
and its expected count at an intercept of zero, however many rows the unit has::

    I(y, m, sd) = ∫ exp(y sd u - exp(m + sd u)) φ(u) du,    m the log of the expected count
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import roots_hermitenorm

Floats = npt.NDArray[np.float64]

_LARGEST = 700.0
"""Largest exponent that does not overflow; a node beyond it has no weight anyway."""

_STEPS = 100
_FARTHEST = 10.0
_GRID = 401
"""Points within so many scales on both sides of a mode, on which a posterior is laid out for its quantiles."""


@dataclass(frozen=True, slots=True)
class Integral:
    """The logarithm of the integral, a value a unit, and its derivatives.

    Attributes
    ----------
    log : (u,) array
    by_mean, by_sd : (u,) arrays
        First derivatives by the log of the expected count and by ``sd``: of the quadrature itself, its
        moving nodes included, so that an optimiser sees the gradient of what it climbs.
    """

    log: Floats
    by_mean: Floats
    by_sd: Floats


@dataclass(frozen=True, slots=True)
class Posterior:
    """The distribution of the standardised intercepts ``u``, given counts and parameters.

    Attributes
    ----------
    mode, scale : (u,) arrays
        Of the posterior; ``scale`` from its curvature at the mode.
    points, weights : (u, nodes) arrays
        Quadrature points and their normalised weights.
    """

    mode: Floats
    scale: Floats
    points: Floats
    weights: Floats

    def mean(self, values: Floats) -> Floats:
        """Return the posterior means, (u,), of values at the points, (u, nodes)."""
        return np.asarray((self.weights * values).sum(axis=1))


def integral(count: Floats, log_mean: Floats, sd: float, nodes: int) -> Integral:
    """Return the log of the integral by adaptive Gauss-Hermite quadrature; one node is Laplace's method.

    Parameters
    ----------
    count : (u,) array
        Total count of each unit.
    log_mean : (u,) array
        Logarithm of its expected count at an intercept of zero.
    sd : float
        Standard deviation of the intercepts.
    nodes : int

    References
    ----------
    Liu, Q. and Pierce, D. A. (1994). A note on Gauss-Hermite quadrature. *Biometrika* 81, 624-629.
    Pinheiro, J. C. and Chao, E. C. (2006). Efficient Laplacian and adaptive Gaussian quadrature algorithms
    for multilevel generalized linear mixed models. *Journal of Computational and Graphical Statistics* 15,
    58-81.

    Examples
    --------
    >>> integral(np.array([3.0]), np.array([1.0]), 0.5, 25).log.round(10).tolist()
    [-2.982477729]
    """
    z, terms, mode, scale = _placed(count, log_mean, sd, nodes)
    top = terms.max(axis=1, keepdims=True)
    raw = np.exp(terms - top)
    weights = raw / raw.sum(axis=1, keepdims=True)
    log = np.log(scale) + top[:, 0] + np.log(raw.sum(axis=1))

    points = mode[:, None] + scale[:, None] * z
    means = _means(log_mean, sd, points)
    at_mode = _means(log_mean, sd, mode[:, None])[:, 0]
    slope = sd * (count[:, None] - means) - points
    mode_by_mean = -sd * at_mode * scale**2
    mode_by_sd = scale**2 * (count - at_mode - sd * at_mode * mode)
    bend_by_mean = sd**2 * at_mode * (1 + sd * mode_by_mean)
    bend_by_sd = 2 * sd * at_mode + sd**2 * at_mode * (mode + sd * mode_by_sd)

    def total(direct: Floats, mode_by: Floats, bend_by: Floats) -> Floats:
        scale_by = -(scale**3) * bend_by / 2
        moved = slope * (mode_by[:, None] + scale_by[:, None] * z)
        return np.asarray(scale_by / scale + (weights * (direct + moved)).sum(axis=1))

    by_mean = total(-means, mode_by_mean, bend_by_mean)
    by_sd = total(points * (count[:, None] - means), mode_by_sd, bend_by_sd)
    return Integral(log, by_mean, by_sd)


def curvature(
    count: Floats, log_mean: Floats, sd: float, nodes: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return derivatives of the log of the integral: by mean; by mean twice, mean and sd, sd twice.

    They are posterior moments of the derivatives of the integrand's logarithm, so that they want several nodes.

    References
    ----------
    Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. *Journal of the
    Royal Statistical Society B* 44, 226-233.
    """
    found = posterior(count, log_mean, sd, nodes)
    means = _means(log_mean, sd, found.points)
    by_mean, by_sd = -means, found.points * (count[:, None] - means)

    def second(direct: Floats, one: Floats, other: Floats) -> Floats:
        apart = (one - found.mean(one)[:, None]) * (other - found.mean(other)[:, None])
        return found.mean(direct + apart)

    return (
        found.mean(by_mean),
        second(-means, by_mean, by_mean),
        second(-means * found.points, by_mean, by_sd),
        second(-means * found.points**2, by_sd, by_sd),
    )


def posterior(count: Floats, log_mean: Floats, sd: float, nodes: int) -> Posterior:
    """Return the distribution of each unit's standardised intercept, given its count.

    Parameters
    ----------
    count, log_mean, sd, nodes
        As for :func:`integral`.
    """
    z, terms, mode, scale = _placed(count, log_mean, sd, nodes)
    raw = np.exp(terms - terms.max(axis=1, keepdims=True))
    return Posterior(mode, scale, mode[:, None] + scale[:, None] * z, raw / raw.sum(axis=1, keepdims=True))


def quantiles(
    count: Floats, log_mean: Floats, sd: float, probabilities: Sequence[float]
) -> tuple[Floats, ...]:
    """Return quantiles of each unit's intercept, standardised, given its count: to a thousandth of its spread.

    Parameters
    ----------
    count, log_mean, sd
        As for :func:`integral`.
    probabilities : sequence of float

    Returns
    -------
    tuple of (u,) arrays
        One for each probability.

    Examples
    --------
    >>> [part.round(2).tolist() for part in quantiles(np.array([2.0]), np.array([1.0]), 0.0, (0.025, 0.975))]
    [[-1.96], [1.96]]
    """
    mode = _mode(count, log_mean, sd)
    scale = 1 / np.sqrt(1 + sd**2 * _means(log_mean, sd, mode[:, None])[:, 0])
    points = mode[:, None] + scale[:, None] * np.linspace(-_FARTHEST, _FARTHEST, _GRID)
    height = count[:, None] * sd * points - _means(log_mean, sd, points) - points**2 / 2
    density = np.exp(height - height.max(axis=1, keepdims=True))
    below = np.cumsum(density[:, 1:] + density[:, :-1], axis=1)
    below = np.pad(below / below[:, -1:], ((0, 0), (1, 0)))
    return tuple(
        np.array([np.interp(p, *pair) for pair in zip(below, points, strict=True)]) for p in probabilities
    )


def _placed(count: Floats, log_mean: Floats, sd: float, nodes: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the standard nodes, the log of each node's term, and the posterior modes and scales."""
    z, heights = _rule(nodes)
    mode = _mode(count, log_mean, sd)
    scale = 1 / np.sqrt(1 + sd**2 * _means(log_mean, sd, mode[:, None])[:, 0])
    points = mode[:, None] + scale[:, None] * z
    height = count[:, None] * sd * points - _means(log_mean, sd, points) - points**2 / 2
    # The outermost of very many nodes weigh less than the smallest number there is.
    with np.errstate(divide="ignore"):
        log_weights = np.log(heights / heights.sum())
    return z, log_weights + z**2 / 2 + height, mode, scale


@cache
def _rule(nodes: int) -> tuple[Floats, Floats]:
    z, heights = roots_hermitenorm(nodes)
    return z, heights


def _mode(count: Floats, log_mean: Floats, sd: float) -> Floats:
    """Return where the integrand peaks: the root u of ``sd (y - exp(m + sd u)) = u``, by Newton's method.

    In ``t = m + sd u`` the equation ``sd² (y - exp t) - (t - m) = 0`` is decreasing and concave: from the right
    of the root Newton's steps come down on it without passing it. The greater of m and log y lies there.
    """
    if sd == 0:
        return np.zeros_like(log_mean)
    spread = sd**2
    with np.errstate(divide="ignore"):
        t = np.maximum(log_mean, np.log(count))
    for _ in range(_STEPS):
        grown = np.exp(np.minimum(t, _LARGEST))
        step = (spread * (count - grown) - (t - log_mean)) / (spread * grown + 1)
        t = t + step
        if np.all(np.abs(step) <= 1e-14 * (1 + np.abs(t))):
            break
    return np.asarray((t - log_mean) / sd)


def _means(log_mean: Floats, sd: float, points: Floats) -> Floats:
    return np.asarray(np.exp(np.minimum(log_mean[:, None] + sd * points, _LARGEST)))
