"""The maximum of a likelihood of rows over linear predictors, by Newton's method, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import block_diag
from scipy.optimize import minimize

from analysis.models.zeros.zero_likelihood import Pieces, RowLikelihood

Floats = npt.NDArray[np.float64]

_TOLERANCE = 1e-10
"""Largest Newton decrement of a converged fit: twice the log-likelihood that is left to gain."""

_POLISH = 60
"""Newton steps after the trust region's; a sound fit takes two or three."""

_FLAT = 1e-13
"""Least curvature in any direction, as a share of the largest, that is more than rounding."""


@dataclass(frozen=True, slots=True)
class Part:
    """One linear predictor: matrix (n, k), the names of its columns, and an offset (n,)."""

    matrix: Floats
    terms: tuple[str, ...]
    offset: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """The maximum of a likelihood.

    Attributes
    ----------
    parameters : (k,) array
        Of the parts, one after the other.
    bread : (k, k) array
        Inverse of the observed information; not a number where that has none.
    scores : (n, k) array
        Gradient of each row's log-likelihood.
    predictors : (n, m) array
        Of each row, offsets included.
    log_likelihood : float
    converged : bool
        Whether the gradient vanishes at a maximum, whatever an optimiser says.
    """

    parameters: Floats
    bread: Floats
    scores: Floats
    predictors: Floats
    log_likelihood: float
    converged: bool


def constant(n: int, term: str) -> Part:
    """Return a predictor that is the same in all rows."""
    return Part(np.ones((n, 1)), (term,), np.zeros(n))


def constant_at(part: Part, value: float) -> Floats:
    """Return the coefficients that bring a predictor, its offset aside, closest to a value in all rows."""
    found: Floats = np.linalg.lstsq(part.matrix, np.full(len(part.matrix), value), rcond=None)[0]
    return found


def maximise(likelihood: RowLikelihood, y: Floats, parts: Sequence[Part], starts: Iterable[Floats]) -> Fit:
    """Return the highest of the maxima that the starts lead to.

    A trust region (exact subproblem) leads to the maximum, Newton's steps end on it: what they end on
    hangs neither on the optimiser nor on its tolerances. Each part's columns are made orthonormal
    first, so that a calendar year beside shares does no harm.

    Parameters
    ----------
    likelihood : RowLikelihood
        With as many predictors as there are parts.
    y : (n,) array
        Counts.
    parts : sequence of Part
        Of full rank.
    starts : iterable of (k,) arrays
        Where to begin; a mixture's likelihood may have several maxima.

    References
    ----------
    Conn, A. R., Gould, N. I. M. and Toint, P. L. (2000). *Trust-Region Methods*. SIAM, chapter 7.
    Boyd, S. and Vandenberghe, L. (2004). *Convex Optimization*. Cambridge, section 9.5.1, for the decrement.
    """
    problem = _Problem(likelihood, y, tuple(parts))
    fits = [problem.solved(np.asarray(start, dtype=float)) for start in starts]
    return max(fits, key=lambda fit: (fit.converged, fit.log_likelihood))


class _Problem:
    """A likelihood as a function of coefficients on orthonormal columns."""

    def __init__(self, likelihood: RowLikelihood, y: Floats, parts: tuple[Part, ...]) -> None:
        self.likelihood, self.y, self.parts = likelihood, y, parts
        made = [np.linalg.qr(part.matrix) for part in parts]
        scale = np.sqrt(len(y))
        self.matrices = [orthonormal * scale for orthonormal, _ in made]
        self.back = block_diag(*(np.linalg.inv(upper) * scale for _, upper in made))
        self.edges = np.cumsum([0, *(len(part.terms) for part in parts)])
        self.last: tuple[bytes, Pieces] | None = None

    def predictors(self, found: Floats) -> Floats:
        pairs = zip(self.matrices, self.parts, strict=True)
        columns = [
            matrix @ found[self.edges[i] : self.edges[i + 1]] + part.offset
            for i, (matrix, part) in enumerate(pairs)
        ]
        return np.stack(columns, axis=1)

    def pieces(self, found: Floats) -> Pieces:
        """Return the rows' likelihood there; value, slope and curvature are asked for one after the other."""
        if self.last is None or self.last[0] != found.tobytes():
            self.last = found.tobytes(), self.likelihood.rows(self.y, self.predictors(found))
        return self.last[1]

    def loss(self, found: Floats) -> float:
        total = -float(self.pieces(found).value.sum())
        return total if np.isfinite(total) else np.inf

    def slope(self, found: Floats) -> Floats:
        gradient = self.pieces(found).gradient
        return -np.concatenate([matrix.T @ gradient[:, i] for i, matrix in enumerate(self.matrices)])

    def bend(self, found: Floats) -> Floats:
        curvature = self.pieces(found).curvature
        rows = [
            [one.T @ (curvature[:, i, j, None] * other) for j, other in enumerate(self.matrices)]
            for i, one in enumerate(self.matrices)
        ]
        return -np.block(rows)

    def solved(self, start: Floats) -> Fit:
        # A trial step may leave what a double holds; such a step is refused
        with np.errstate(all="ignore"):
            return self._solved(np.linalg.solve(self.back, start))

    def _solved(self, found: Floats) -> Fit:
        try:
            options = {"gtol": 1e-6 * len(self.y), "maxiter": 500}
            found = minimize(
                self.loss, found, jac=self.slope, hess=self.bend, method="trust-exact", options=options
            ).x
            found, decrement = self.polished(found)
        except (np.linalg.LinAlgError, ValueError):  # a curvature that is no number
            decrement = np.inf
        return self.fit(found, converged=decrement < _TOLERANCE)

    def polished(self, found: Floats) -> tuple[Floats, float]:
        """Return the end of Newton's steps, and the decrement there."""
        decrement = self.decrement(found)
        for _ in range(_POLISH):
            step = np.linalg.solve(self.bend(found), self.slope(found))
            after = self.decrement(found - step)
            if not after < decrement:
                break
            found, decrement = found - step, after
        return found, decrement

    def decrement(self, found: Floats) -> float:
        """Return the Newton decrement; infinite where the likelihood does not curve down."""
        bend, slope = self.bend(found), self.slope(found)
        if not np.isfinite(bend).all():
            return np.inf
        bends = np.linalg.eigvalsh(bend)
        if bends[0] <= _FLAT * bends[-1]:
            return np.inf
        return float(slope @ np.linalg.solve(bend, slope))

    def fit(self, found: Floats, *, converged: bool) -> Fit:
        gradient = self.pieces(found).gradient
        scores = [gradient[:, i, None] * part.matrix for i, part in enumerate(self.parts)]
        return Fit(
            parameters=self.back @ found,
            bread=self.back @ _inverse(self.bend(found)) @ self.back.T,
            scores=np.concatenate(scores, axis=1),
            predictors=self.predictors(found),
            log_likelihood=-self.loss(found),
            converged=converged,
        )


def _inverse(matrix: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.inv(matrix), dtype=float)
    except np.linalg.LinAlgError:
        return np.full_like(matrix, np.nan)
