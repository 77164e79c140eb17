"""The maximum of a negative binomial likelihood whose variance is mean + alpha mean² (NB2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular
from scipy.optimize import minimize

from analysis.errors import ParameterError
from analysis.models.counts.patterns import Patterns, compact
from analysis.models.counts.poisson import CLOSE, Maximum

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

MOST = 10_000_000
"""Largest count of a row; the likelihood is summed up to it."""

_LEAST_GAIN = 1e-7
"""Gain in log-likelihood over the Poisson model below which alpha lies at its bound of zero."""

_LEAST_START = 1e-8
_POLISH = 20
_SERIES = 1e-3


@dataclass(frozen=True, slots=True)
class NB2:
    """Estimates of a negative binomial model.

    Attributes
    ----------
    coefficients : (k,) array
    alpha : float
        Of the variance mean + alpha mean²; R's theta is its inverse.
    at_bound : bool
        Whether no alpha above zero raises the likelihood: the counts vary no more than Poisson counts do.
    inverse : (k, k) array
        Covariance of the coefficients by all second derivatives, alpha's among them.
    information : (k, k) array
        Its inverse: of the coefficients when alpha is estimated with them.
    cross : (k,) array
        What of alpha's score each coefficient's score must be cleared of: see :meth:`residuals`.
    converged : bool
    """

    coefficients: Floats
    alpha: float
    at_bound: bool
    inverse: Floats
    information: Floats
    cross: Floats
    converged: bool

    def residuals(self, outcome: Floats, mean: Floats) -> tuple[Floats, Floats]:
        """Return the derivatives of each row's log-likelihood by its linear predictor and by log(alpha).

        A row's efficient score of the coefficients is covariates × the first - ``cross`` × the second: with
        these, ``inverse @ meat @ inverse`` is the block of the coefficients in the sandwich of all parameters.
        """
        slopes = _Derivatives.of(outcome, mean, self.alpha)
        return slopes.predictor, slopes.log_alpha


def maximise_nb2(
    matrix: Floats, rows: Patterns, start: Maximum, poisson_log_likelihood: float, dispersion: float
) -> NB2:
    """Return the estimates of a negative binomial model with offset log(exposure).

    Rows of one pattern, exposure and outcome are taken together; sums over exposures would change the
    likelihood. A trust-region method with all second derivatives, then Newton's steps to the end.

    Parameters
    ----------
    matrix : (m, k) array
        Design of each pattern, of full rank.
    rows : Patterns
    start : Maximum
        Of the Poisson model.
    poisson_log_likelihood : float
    dispersion : float
        Value of alpha to begin at.

    Raises
    ------
    ParameterError
        A count is above :data:`MOST`.

    References
    ----------
    Lawless, J. F. (1987). Negative binomial and mixed Poisson regression. *Canadian Journal of
    Statistics* 15, 209-225.
    """
    if rows.outcome.max(initial=0) > MOST:
        raise ParameterError(f"a negative binomial model takes counts up to {MOST} a row")
    kinds = _Kinds.of(rows)
    basis, triangle = np.linalg.qr(matrix)
    at = np.r_[triangle @ start.coefficients, np.log(dispersion if dispersion > _LEAST_START else 0.01)]
    weight = float(kinds.rows.sum())

    def climb(point: Floats) -> tuple[float, Floats, Floats]:
        height, slope, curve = _surface(basis, kinds, point)
        return -height / weight, -slope / weight, -curve / weight

    found = minimize(
        lambda point: climb(point)[0],
        at,
        jac=lambda point: climb(point)[1],
        hess=lambda point: climb(point)[2],
        method="trust-exact",
        options={"gtol": 1e-9, "maxiter": 500},
    ).x
    found, curve, converged = _polished(basis, kinds, found)
    at_bound = _surface(basis, kinds, found)[0] <= poisson_log_likelihood + _LEAST_GAIN
    back = solve_triangular(triangle, np.eye(len(triangle)))
    return _estimates(found, curve, back, triangle, converged=converged, at_bound=bool(at_bound))


def _estimates(
    found: Floats, curve: Floats, back: Floats, triangle: Floats, *, converged: bool, at_bound: bool
) -> NB2:
    """Return the estimates in the terms of the design, alpha's part taken out of the information."""
    with np.errstate(all="ignore"):
        cross = curve[:-1, -1] / curve[-1, -1]
        inner = curve[:-1, :-1] - np.outer(cross, curve[-1, :-1])
        inverse = back @ np.linalg.pinv(inner, hermitian=True) @ back.T
    return NB2(
        coefficients=back @ found[:-1],
        alpha=float(np.exp(found[-1])),
        at_bound=at_bound,
        inverse=inverse,
        information=triangle.T @ inner @ triangle,
        cross=triangle.T @ cross,
        converged=converged,
    )


def nb2_log_likelihood(outcome: Floats, mean: Floats, alpha: float) -> Floats:
    """Return each row's log-likelihood, without the term -log(outcome!).

    Examples
    --------
    >>> nb2_log_likelihood(np.array([0.0, 1.0]), np.array([2.0, 2.0]), 0.5).round(6).tolist()
    [-1.386294, -1.386294]
    """
    rising = _rising(outcome, alpha, 0)
    return rising + outcome * np.log(mean) - (outcome + 1 / alpha) * np.log1p(alpha * mean)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Distinct triples of pattern, exposure and outcome, and how many rows have each."""

    pattern: Codes
    exposure: Floats
    outcome: Floats
    rows: Floats

    @classmethod
    def of(cls, rows: Patterns) -> _Kinds:
        values, exposure = np.unique(rows.exposure, return_inverse=True)
        counts, outcome = np.unique(rows.outcome, return_inverse=True)
        sizes = [len(rows.table), len(values), len(counts)]
        place, first = compact([rows.pattern, exposure, outcome], sizes)
        many = np.bincount(place, minlength=len(first)).astype(float)
        return cls(rows.pattern[first], rows.exposure[first], rows.outcome[first], many)


@dataclass(frozen=True, slots=True)
class _Derivatives:
    """First and second derivatives of each row's log-likelihood by predictor and log(alpha)."""

    predictor: Floats
    log_alpha: Floats
    predictor2: Floats
    mixed: Floats
    log_alpha2: Floats

    @classmethod
    def of(cls, outcome: Floats, mean: Floats, alpha: float) -> _Derivatives:
        x = alpha * mean
        shrunk = 1 / (1 + x)
        first = _rising(outcome, alpha, 1) + mean**2 * _first(x) - outcome * mean * shrunk
        second = (outcome * shrunk**2 + mean * _second(x)) * mean**2 - _rising(outcome, alpha, 2)
        return cls(
            predictor=(outcome - mean) * shrunk,
            log_alpha=alpha * first,
            predictor2=-mean * (1 + alpha * outcome) * shrunk**2,
            mixed=-alpha * mean * (outcome - mean) * shrunk**2,
            log_alpha2=alpha**2 * second + alpha * first,
        )


def _rising(outcome: Floats, alpha: float, order: int) -> Floats:
    """Return sum over j < outcome of log(1 + alpha j), or its first or (negated) second derivative by alpha.

    The sum is log Gamma(y + 1/alpha) - log Gamma(1/alpha) + y log(alpha), without their cancellation.
    """
    j = np.arange(int(outcome.max(initial=0)), dtype=float)
    part = np.log1p(alpha * j) if order == 0 else (j / (1 + alpha * j)) ** order
    return np.r_[0.0, np.cumsum(part)][outcome.astype(np.int64)]


def _first(x: Floats) -> Floats:
    """Return (log(1+x) - x/(1+x)) / x², by its series where x is small."""
    near = x < _SERIES
    safe = np.where(near, 1.0, x)
    series = 1 / 2 - 2 * x / 3 + 3 * x**2 / 4 - 4 * x**3 / 5
    return np.where(near, series, (np.log1p(safe) - safe / (1 + safe)) / safe**2)


def _second(x: Floats) -> Floats:
    """Return -2 log(1+x)/x³ + 2/(x²(1+x)) + 1/(x(1+x)²), by its series where x is small."""
    near = x < _SERIES
    safe = np.where(near, 1.0, x)
    series = -2 / 3 + 3 * x / 2 - 12 * x**2 / 5 + 10 * x**3 / 3
    exact = -2 * np.log1p(safe) / safe**3 + 2 / (safe**2 * (1 + safe)) + 1 / (safe * (1 + safe) ** 2)
    return np.where(near, series, exact)


def _surface(basis: Floats, kinds: _Kinds, point: Floats) -> tuple[float, Floats, Floats]:
    """Return the log-likelihood, its gradient and its second derivatives at coefficients and log(alpha)."""
    many, width = kinds.rows, len(point)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        mean = kinds.exposure * np.exp((basis @ point[:-1])[kinds.pattern])
        alpha = float(np.exp(point[-1]))
        height = float(many @ nb2_log_likelihood(kinds.outcome, mean, alpha))
        slopes = _Derivatives.of(kinds.outcome, mean, alpha)

        def summed(values: Floats) -> Floats:
            return np.bincount(kinds.pattern, many * values, len(basis)).astype(np.float64)

        gradient = np.r_[basis.T @ summed(slopes.predictor), many @ slopes.log_alpha]
        curve = np.empty((width, width))
        curve[:-1, :-1] = basis.T @ (summed(slopes.predictor2)[:, None] * basis)
        curve[:-1, -1] = curve[-1, :-1] = basis.T @ summed(slopes.mixed)
        curve[-1, -1] = many @ slopes.log_alpha2
    if not (np.isfinite(height) and np.isfinite(gradient).all() and np.isfinite(curve).all()):
        return -np.inf, np.zeros(width), -np.eye(width)
    return height, gradient, curve


def _polished(basis: Floats, kinds: _Kinds, point: Floats) -> tuple[Floats, Floats, bool]:
    """Return where Newton's steps end, minus the second derivatives there, and whether it is a maximum."""
    for _ in range(_POLISH):
        height, gradient, curve = _surface(basis, kinds, point)
        try:
            step = np.linalg.solve(-curve, gradient)
        except np.linalg.LinAlgError:
            return point, -curve, False
        decrement = float(gradient @ step)
        if not np.isfinite(height) or not 0 <= decrement < 1 or decrement <= CLOSE:
            break
        point = point + step
    definite = bool(np.linalg.eigvalsh(-curve).min() > 0)
    return point, -curve, bool(np.isfinite(height) and 0 <= decrement <= CLOSE and definite)
