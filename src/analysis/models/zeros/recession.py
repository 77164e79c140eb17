"""Directions in which a likelihood rises for ever, so that an estimate has no bound."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import null_space
from scipy.optimize import linprog

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_MOVED = 1e-7
"""Share of the largest move from which on a row is moved, not rounded."""


def recession(signed: Floats, fixed: Floats) -> Flags:
    """Return the rows that a direction moves one way only, so that the likelihood rises in it for ever.

    Parameters
    ----------
    signed : (n, k) array
        Rows whose likelihood rises or stays as ``row @ direction`` grows.
    fixed : (m, k) array
        Rows whose likelihood falls at last either way: ``row @ direction`` must be zero.

    Returns
    -------
    (n,) array of bool
        Rows that one such direction moves; none where every estimate is bounded.

    References
    ----------
    Albert, A. and Anderson, J. A. (1984). On the existence of maximum likelihood estimates in logistic
    regression models. *Biometrika* 71, 1-10.
    Konis, K. (2007). *Linear programming algorithms for detecting separated data in binary logistic
    regression models*. DPhil thesis, University of Oxford.

    Examples
    --------
    >>> recession(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 0.0]])).tolist()
    [False, True]
    """
    distinct, place = np.unique(signed, axis=0, return_inverse=True)
    free = _directions(fixed)
    if not free.shape[1] or not len(distinct):
        return np.zeros(len(signed), dtype=bool)
    moves = distinct @ free
    moves /= max(float(np.abs(moves).max()), np.finfo(float).tiny)
    solved = linprog(
        -moves.sum(axis=0), A_ub=-moves, b_ub=np.zeros(len(moves)), bounds=(-1, 1), method="highs"
    )
    if solved.status != 0:
        return np.zeros(len(signed), dtype=bool)
    return (moves @ solved.x > _MOVED)[place.ravel()]


def _directions(fixed: Floats) -> Floats:
    """Return the directions that leave some rows alone."""
    return null_space(np.linalg.qr(fixed, mode="r")) if len(fixed) else np.eye(fixed.shape[1])
