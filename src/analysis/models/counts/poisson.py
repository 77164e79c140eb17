"""The maximum of a Poisson likelihood with log link and exposure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular

Floats = npt.NDArray[np.float64]

_STEPS = 200
_HALVINGS = 40
CLOSE = 1e-16
"""Newton decrement, the squared distance to the maximum in standard errors, at which it is reached."""

_ROUNDING = 1e-29
"""What rounding leaves of the decrement, for each event: it matters beyond 10**13 of them."""


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where a log-likelihood is highest.

    Attributes
    ----------
    coefficients : (k,) array
    information : (k, k) array
        Minus the second derivatives there.
    inverse : (k, k) array
        Its inverse, without the rounding that columns of unlike size bring.
    converged : bool
        Whether the gradient vanishes there: by the Newton decrement, not by an optimiser's word.
    """

    coefficients: Floats
    information: Floats
    inverse: Floats
    converged: bool


def maximise_poisson(matrix: Floats, outcome: Floats, exposure: Floats) -> Maximum:
    """Return the estimates of log E(outcome) = log(exposure) + matrix @ coefficients.

    Newton's method in an orthonormal basis of the columns, halving a step that does not lead upwards.
    The log-likelihood is concave, so that there is one maximum, provided that no results are separated.

    Parameters
    ----------
    matrix : (m, k) array
        Of full rank.
    outcome, exposure : (m,) arrays
        Counts; positive numbers.

    Examples
    --------
    >>> found = maximise_poisson(np.ones((2, 1)), np.array([3.0, 5.0]), np.array([10.0, 30.0]))
    >>> np.exp(found.coefficients).round(6).tolist(), found.converged
    ([0.2], True)
    """
    basis, triangle = np.linalg.qr(matrix)
    place = _start(basis, outcome, exposure)
    height = _log_likelihood(basis @ place, outcome, exposure)
    decrement, close = np.inf, max(CLOSE, _ROUNDING * float(outcome.sum()))
    for _ in range(_STEPS):
        mean = exposure * np.exp(basis @ place)
        gradient = basis.T @ (outcome - mean)
        step = _solved(basis.T @ (mean[:, None] * basis), gradient)
        decrement = float(gradient @ step)
        if not decrement > close:
            break
        for _ in range(_HALVINGS):
            ahead = _log_likelihood(basis @ (place + step), outcome, exposure)
            # Near the top the gain drowns in rounding while the step is still right
            if ahead >= height - 1e-12 * abs(height):
                break
            step = step / 2
        else:
            break
        place, height = place + step, ahead
    mean = exposure * np.exp(basis @ place)
    curvature = basis.T @ (mean[:, None] * basis)
    back = solve_triangular(triangle, np.eye(len(place)))
    return Maximum(
        coefficients=back @ place,
        information=matrix.T @ (mean[:, None] * matrix),
        inverse=back @ _solved(curvature, np.eye(len(place))) @ back.T,
        converged=bool(0 <= decrement <= close),
    )


def _start(basis: Floats, outcome: Floats, exposure: Floats) -> Floats:
    """Return coefficients by least squares on log rates that are drawn half-way to the mean rate."""
    rate = (outcome + exposure * outcome.sum() / exposure.sum()) / 2 / exposure
    weight = np.sqrt(rate * exposure)
    return np.asarray(np.linalg.lstsq(weight[:, None] * basis, weight * np.log(rate), rcond=None)[0])


def _log_likelihood(predictor: Floats, outcome: Floats, exposure: Floats) -> float:
    """Return the part of the log-likelihood that depends on the predictor; -inf where that overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        height = float(outcome @ predictor - exposure @ np.exp(predictor))
    return height if np.isfinite(height) else -np.inf


def _solved(matrix: Floats, right: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full_like(right, np.nan)
