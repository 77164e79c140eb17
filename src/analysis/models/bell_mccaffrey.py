"""Errors of least squares by clusters, mended where few clusters carry an estimate (CR2, Bell and McCaffrey)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_NOTHING_LEFT = 1e-10
"""Share of its errors that a cluster's residuals keep, below which a direction in them tells nothing."""


def cr2_errors(
    design: Floats, residuals: Floats, clusters: npt.NDArray[np.int64], contrasts: Floats
) -> tuple[Floats, Floats]:
    """Return standard errors of combinations of least-squares estimates, and degrees of freedom of their t.

    The residuals of a cluster that carries an estimate are smaller than its errors, so that CR1, whatever its
    factor, is too small where few clusters do. Here each cluster's residuals are multiplied by the inverse root of
    what the fit left of them, and Satterthwaite's degrees of freedom count the clusters that carry the estimate;
    both are exact for independent errors of one variance.

    Parameters
    ----------
    design : (n, k) array
        Of full rank. Effects of groups within the clusters may have been taken from it and from the outcome:
        the errors are those with the effects as columns.
    residuals : (n,) array
    clusters : (n,) array of int
        Cluster of each row.
    contrasts : (m, k) array
        A combination a row.

    Returns
    -------
    errors, freedom : (m,) arrays
        The freedom is missing where the residuals leave nothing to tell errors from.

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression
    with multi-stage samples. *Survey Methodology* 28, 169-181. Imbens, G. W. and Kolesár, M. (2016).
    Robust standard errors in small samples: some practical advice. *Review of Economics and
    Statistics* 98, 701-712. Pustejovsky, J. E. and Tipton, E. (2018). Small-sample methods for
    cluster-robust variance estimation and hypothesis testing in fixed effects models. *Journal of
    Business and Economic Statistics* 36, 672-683, for effects that were taken out.

    Examples
    --------
    With a cluster a row and all rows alike it is the usual error of a mean, with its n - 1 degrees of freedom:

    >>> values = np.array([1.0, 2.0, 4.0, 5.0])
    >>> errors, freedom = cr2_errors(np.ones((4, 1)), values - 3, np.arange(4), np.eye(1))
    >>> bool(np.isclose(errors[0], values.std(ddof=1) / 2)), round(float(freedom[0]), 9)
    (True, 3.0)
    """
    basis, triangle = np.linalg.qr(design)
    reach = np.linalg.solve(triangle.T, contrasts.T)
    order = np.argsort(clusters, kind="stable")
    pieces = np.split(order, np.flatnonzero(np.diff(clusters[order])) + 1)
    carried, lengths = np.empty((len(pieces), *reach.shape)), np.empty((len(pieces), reach.shape[1]))
    variance = np.zeros(reach.shape[1])
    for place, rows in enumerate(pieces):
        weights = _mended(basis[rows]) @ reach
        variance += (residuals[rows] @ weights) ** 2
        carried[place], lengths[place] = basis[rows].T @ weights, (weights**2).sum(axis=0)
    # Of the covariances of the clusters' weighted residuals, were the errors independent and of one variance,
    # diag(lengths) - carried carried': its trace, and the sum of its squares
    lost = (carried**2).sum(axis=1)
    traces = (lengths - lost).sum(axis=0)
    between = np.einsum("gkm,glm->mkl", carried, carried)
    squares = (lengths**2 - 2 * lengths * lost).sum(axis=0) + (between**2).sum(axis=(1, 2))
    known = traces > _NOTHING_LEFT * (reach**2).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = np.where(known, traces**2 / squares, np.nan)
    return np.sqrt(variance), freedom


def _mended(basis: Floats) -> Floats:
    """Return a cluster's rows of the basis times the inverse root of what the fit leaves of their errors.

    That is (I - QQ')^(-1/2) Q, and nothing in directions of which nothing is left.
    """
    left, values, right = np.linalg.svd(basis, full_matrices=False)
    rest = 1 - values**2
    kept = rest > _NOTHING_LEFT
    mended: Floats = (left[:, kept] * (values[kept] / np.sqrt(rest[kept]))) @ right[kept]
    return mended
