"""Covariances of estimates that hold where the model's variance does not: robust and by clusters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

KINDS = ("model", "HC0", "HC1", "CR0", "CR1", "CR1S")
"""``model`` trusts the model's variance; HC does not; CR lets the rows of a cluster hang together, too."""

FEW_CLUSTERS = 40
"""Below it cluster-robust errors tend to be too small, the more so the less alike the clusters are.

There is no sharp line: from 20 to 50 by Cameron, A. C. and Miller, D. L. (2015). A practitioner's guide to
cluster-robust inference. *Journal of Human Resources* 50, 317-372.
"""


def sandwich(bread: Floats, meat: Floats, factor: float = 1.0) -> Floats:
    """Return ``factor * bread @ meat @ bread``.

    Parameters
    ----------
    bread : (k, k) array
        Inverse of the information.
    meat : (k, k) array
        Sum of the outer products of scores.
    factor : float
        Of small samples: :func:`small_sample`.

    References
    ----------
    Huber, P. J. (1967). The behavior of maximum likelihood estimates under nonstandard conditions.
    *Proceedings of the Fifth Berkeley Symposium* 1, 221-233.
    """
    spread: Floats = factor * bread @ meat @ bread
    return (spread + spread.T) / 2


def small_sample(kind: str, *, n: int, k: int, clusters: int = 0) -> float:
    """Return the factor of small samples of a covariance.

    HC1 has n/(n-k), which statsmodels 0.15 leaves out of its count models; CR1 has G/(G-1), as Stata's
    Poisson does; CR1S has (n-1)/(n-k) besides, as statsmodels and R's ``vcovCL`` do.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    n, k, clusters : int
        Rows, coefficients, clusters.

    Returns
    -------
    float
        Infinite where nothing is left to estimate the spread from.

    References
    ----------
    MacKinnon, J. G. and White, H. (1985). Some heteroskedasticity-consistent covariance matrix
    estimators with improved finite sample properties. *Journal of Econometrics* 29, 305-325.

    Examples
    --------
    >>> small_sample("HC1", n=56, k=2), small_sample("CR1", n=34, k=3, clusters=5)
    (1.037037037037037, 1.25)
    """
    if kind == "HC1":
        return n / (n - k) if n > k else np.inf
    if kind in ("CR1", "CR1S"):
        rows = (n - 1) / (n - k) if kind == "CR1S" and n > k else 1.0
        return rows * clusters / (clusters - 1) if clusters > 1 else np.inf
    return 1.0


def cluster_scores(design: Floats, pattern: Codes, residual: Floats, cluster: Codes, clusters: int) -> Floats:
    """Return the scores of rows, summed over each cluster.

    Parameters
    ----------
    design : (m, k) array
        Covariates of each pattern.
    pattern : (n,) array of int
        Pattern of each row.
    residual : (n,) array
        Derivative of each row's log-likelihood by its linear predictor.
    cluster : (n,) array of int
        Cluster of each row, counted from 0.
    clusters : int

    Returns
    -------
    (clusters, k) array

    Examples
    --------
    >>> cluster_scores(np.array([[1.0], [2.0]]), np.array([0, 1, 1]), np.array([1.0, 1.0, 3.0]),
    ...                np.array([0, 0, 1]), 2).tolist()
    [[3.0], [6.0]]
    """
    residuals = sparse.coo_array((residual, (cluster, pattern)), shape=(clusters, len(design)))
    return np.asarray(residuals @ design)


def cluster_covariance(design: Floats, scores: Floats, bread: Floats, groups: npt.ArrayLike) -> Floats:
    """Return the cluster-robust covariance of an estimate, with the factor G/(G-1).

    Parameters
    ----------
    design : (n, k) array
        Covariates.
    scores : (n,) array
        Residuals on the response scale.
    bread : (k, k) array
        Inverse of the information.
    groups : (n,) array
        Cluster of each row.

    Notes
    -----
    The factor is the one that Stata's Poisson uses; statsmodels' own default adds
    (N-1)/(N-k) to it.

    References
    ----------
    Liang, K.-Y. and Zeger, S. L. (1986). Longitudinal data analysis using generalized linear
    models. *Biometrika* 73, 13-22.
    """
    codes, names = pd.factorize(np.asarray(groups))
    sums = cluster_scores(design, np.arange(len(design)), np.asarray(scores), codes, len(names))
    factor = small_sample("CR1", n=len(design), k=design.shape[1], clusters=len(names))
    return sandwich(bread, sums.T @ sums, factor)
