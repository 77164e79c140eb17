"""The variance between studies, τ²: DerSimonian-Laird, Paule-Mandel, REML, and its Q-profile interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.optimize import brentq

from analysis.errors import ParameterError

Floats = npt.NDArray[np.float64]

METHODS = ("REML", "PM", "DL")
"""Restricted maximum likelihood, Paule and Mandel, DerSimonian and Laird."""

_STEPS = 1000
_TOLERANCE = 1e-12
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Spread:
    """How far studies lie apart beyond their own errors.

    Attributes
    ----------
    tau2 : float
        Variance between studies, in the square of the estimates' unit.
    low, high : float
        Its Q-profile interval; both missing where the studies lie so close together that no
        variance is in keeping with them.
    q, p_value : float
        Cochran's Q and its p-value, on k - 1 degrees of freedom.
    i2, h2 : float
        Share of the variance of an estimate that lies between studies, in percent, and the variance
        over that of a typical study alone.
    converged : bool
    """

    tau2: float
    low: float
    high: float
    q: float
    p_value: float
    i2: float
    h2: float
    converged: bool


def spread_between(estimates: Floats, variances: Floats, method: str, level: float = 0.95) -> Spread:
    """Return the variance between studies with what is commonly told beside it.

    Parameters
    ----------
    estimates, variances : (k,) arrays
        Of k >= 2 studies; variances are positive.
    method : str
        One of :data:`METHODS`.
    level : float
        Coverage of the interval.

    Raises
    ------
    ParameterError
        The method is not known.

    Notes
    -----
    I² and H² are set against the typical variance of Higgins and Thompson, whatever the method;
    with DerSimonian-Laird they are (Q - df) / Q and Q / df. statsmodels' ``combine_effects`` has no
    REML, lets its DL fall below zero, and its PM to zero where an iteration ends a hair too far.

    References
    ----------
    Cochran, W. G. (1954). The combination of estimates from different experiments. *Biometrics* 10,
    101-129. Higgins, J. P. T. and Thompson, S. G. (2002). Quantifying heterogeneity in a
    meta-analysis. *Statistics in Medicine* 21, 1539-1558.

    Examples
    --------
    >>> spread_between(np.array([0.0, 1.0, 2.0]), np.full(3, 0.5), "DL").tau2
    0.5
    """
    check_method(method)
    tau2, converged = {"REML": _reml, "PM": _paule_mandel, "DL": _dersimonian_laird}[method](
        estimates, variances
    )
    weights, freedom = 1 / variances, len(estimates) - 1
    typical = freedom / (weights * _share_of_others(weights)).sum()
    q = generalised_q(estimates, variances, 0.0)
    low, high = q_profile(estimates, variances, level)
    return Spread(
        tau2=tau2,
        low=low,
        high=high,
        q=q,
        p_value=float(stats.chi2.sf(q, freedom)),
        i2=float(100 * tau2 / (typical + tau2)),
        h2=float(1 + tau2 / typical),
        converged=converged,
    )


def check_method(method: str) -> None:
    """Refuse a method that there is not.

    Raises
    ------
    ParameterError
        It is none of :data:`METHODS`.
    """
    if method not in METHODS:
        raise ParameterError(f"tau2 {method!r} is none of {', '.join(METHODS)}")


def weighted_mean(estimates: Floats, variances: Floats, tau2: float) -> tuple[float, float]:
    """Return the mean of the estimates by inverse variance, and its standard error.

    Examples
    --------
    >>> weighted_mean(np.array([1.0, 3.0]), np.array([1.0, 1.0]), 1.0)
    (2.0, 1.0)
    """
    weights = 1 / (variances + tau2)
    return float(weights @ estimates / weights.sum()), float(weights.sum() ** -0.5)


def generalised_q(estimates: Floats, variances: Floats, tau2: float) -> float:
    """Return the weighted squares around the mean that belong to a variance between studies."""
    mean, _error = weighted_mean(estimates, variances, tau2)
    return float(((estimates - mean) ** 2 / (variances + tau2)).sum())


def q_profile(estimates: Floats, variances: Floats, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of τ² whose Q lies between the quantiles of chi-square.

    Returns
    -------
    low, high : float
        Both missing where even τ² = 0 gives too small a Q.

    References
    ----------
    Viechtbauer, W. (2007). Confidence intervals for the amount of heterogeneity in meta-analysis.
    *Statistics in Medicine* 26, 37-52.
    """
    least, most = stats.chi2.ppf([(1 - level) / 2, (1 + level) / 2], len(estimates) - 1)
    if generalised_q(estimates, variances, 0.0) < least:
        return float("nan"), float("nan")
    return _where_q_is(float(most), estimates, variances), _where_q_is(float(least), estimates, variances)


def _where_q_is(target: float, estimates: Floats, variances: Floats) -> float:
    """Return the τ² that gives a Q, which falls as τ² rises; 0 where Q is below it from the start."""
    if generalised_q(estimates, variances, 0.0) <= target:
        return 0.0
    high = float(variances.mean())
    while generalised_q(estimates, variances, high) > target:
        high *= 2
    return float(
        brentq(lambda t: generalised_q(estimates, variances, t) - target, 0.0, high, xtol=1e-14 * high)
    )


def _paule_mandel(estimates: Floats, variances: Floats) -> tuple[float, bool]:
    """Paule, R. C. and Mandel, J. (1982). *J. Research of the National Bureau of Standards* 87, 377-385."""
    return _where_q_is(len(estimates) - 1.0, estimates, variances), True


def _dersimonian_laird(estimates: Floats, variances: Floats) -> tuple[float, bool]:
    """DerSimonian, R. and Laird, N. (1986). *Controlled Clinical Trials* 7, 177-188."""
    weights = 1 / variances
    excess = generalised_q(estimates, variances, 0.0) - (len(estimates) - 1)
    return float(max(0.0, excess / (weights * _share_of_others(weights)).sum())), True


def _reml(estimates: Floats, variances: Floats) -> tuple[float, bool]:
    """Return τ² of the highest restricted likelihood, by Fisher scoring, and whether it was reached.

    The likelihood can have several peaks: scoring starts from the best point of a grid.

    References
    ----------
    Viechtbauer, W. (2005). Bias and efficiency of meta-analytic variance estimators in the
    random-effects model. *J. Educational and Behavioral Statistics* 30, 261-293, equation 16.
    """
    scale = float(variances.mean())
    most = scale + 10 * float(estimates.var())
    grid = np.r_[0.0, np.geomspace(1e-4 * float(variances.min()), most, 200)]
    tau2 = float(grid[_restricted(estimates, variances, grid[:, None]).argmax()])
    for _step in range(_STEPS):
        step = _scoring_step(estimates, variances, tau2)
        following = max(0.0, tau2 + step)
        if abs(following - tau2) <= _TOLERANCE * (tau2 + scale):
            return following, True
        for _half in range(_HALVINGS):
            before, after = _restricted(estimates, variances, np.array([[tau2], [following]]))
            if after >= before - 1e-12 * abs(before):
                break
            following = (following + tau2) / 2
        tau2 = following
    return tau2, False


def _restricted(estimates: Floats, variances: Floats, tau2: Floats) -> Floats:
    """Return the restricted log-likelihood of each of some (m, 1) variances, without its constant."""
    total = variances + tau2
    weights = 1 / total
    mean = (weights @ estimates / weights.sum(axis=1))[:, None]
    q = (weights * (estimates - mean) ** 2).sum(axis=1)
    return np.asarray(-0.5 * (np.log(total).sum(axis=1) + np.log(weights.sum(axis=1)) + q))


def _scoring_step(estimates: Floats, variances: Floats, tau2: float) -> float:
    weights = 1 / (variances + tau2)
    mean, _error = weighted_mean(estimates, variances, tau2)
    squares = float((weights**2 * (estimates - mean) ** 2).sum())
    own, pairs = weights * _share_of_others(weights), weights**2 * _share_of_others(weights**2)
    # Of P and of PP, P being the projection off the mean
    trace, trace_of_square = own.sum(), (own**2).sum() + pairs.sum() * (weights**2).sum() / weights.sum() ** 2
    return float((squares - trace) / trace_of_square)


def _share_of_others(values: Floats) -> Floats:
    """Return 1 - values / sum, without the digits that this loses where one value outweighs all others."""
    before, after = values.cumsum(), values[::-1].cumsum()[::-1]
    return np.asarray((np.r_[0.0, before[:-1]] + np.r_[after[1:], 0.0]) / before[-1])
