"""Cox's partial likelihood with Efron's ties: its maximum, the scores of rows, and the check that hazards are proportional.

statsmodels maximises the same likelihood, but its clustered errors take Breslow's residuals beside Efron's
estimates (.3512 where R's survival package has .3601 on Gehan's data), it knows no frequencies and loops over
rows. lifelines names the same gap in its source, and warns under pandas 3. Recognition falls on the same few
days for nearly all, so that ties are the rule here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.linalg import solve_triangular

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_STEPS = 100
_HALVINGS = 40
_CLOSE = 1e-12
"""Newton decrement from which one step more ends within rounding of the maximum."""

_FAR = 25.0
"""Spread of the linear predictor at which the likelihood is taken to rise without end: a ratio of e to the 25."""


@dataclass(frozen=True, slots=True)
class RiskSets:
    """Rows by the last time of an event at which they are still at risk.

    Attributes
    ----------
    matrix : (m, k) array
        Covariates, centred.
    weight : (m,) array
        People that each row stands for; whole numbers.
    event : (m,) array of bool
        Whether they went at their time.
    place : (m,) array of int
        Number of the last time of an event that is not after the row's time.
    times : (t,) array
        Times of events, ascending.
    """

    matrix: Floats
    weight: Floats
    event: Flags
    place: Ints
    times: Floats


@dataclass(frozen=True, slots=True)
class _Moments:
    """Sums over the risk set and over those who go, at each time of an event, and Efron's sums over ties."""

    log_likelihood: float
    risk: tuple[Floats, Floats]
    going: tuple[Floats, Floats]
    ties: tuple[Floats, Floats, Floats, Floats, Floats]
    score: Floats
    information: Floats


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the partial likelihood is highest.

    Attributes
    ----------
    coefficients : (k,) array
    covariance : (k, k) array
        Inverse of the information.
    log_likelihood : float
    converged : bool
        Whether the gradient vanishes there.
    bounded : bool
        Whether the coefficients stayed where hazards can be compared.
    """

    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    converged: bool
    bounded: bool


def risk_sets(matrix: Floats, time: Floats, event: Flags, weight: Floats) -> tuple[RiskSets, Flags]:
    """Return the rows that some event finds at risk, and which they are.

    Parameters
    ----------
    matrix : (n, k) array
    time : (n,) array
    event : (n,) array of bool
        At least one.
    weight : (n,) array
        People a row.
    """
    times = np.unique(time[event])
    place = np.searchsorted(times, time, side="right") - 1
    used = place >= 0
    at_risk = matrix[used]
    # A mean of equal numbers may differ from them by rounding, which scaling would blow up
    varies = np.ptp(at_risk, axis=0) > 0
    centred = np.where(varies, at_risk - np.average(at_risk, axis=0, weights=weight[used]), 0.0)
    return RiskSets(centred, weight[used], event[used], place[used], times), used


def maximise(sets: RiskSets) -> Maximum:
    """Return the estimates, by Newton's method in an orthonormal basis of the covariates.

    Parameters
    ----------
    sets : RiskSets
        Its covariates of full rank.

    References
    ----------
    Cox, D. R. (1972). Regression models and life-tables. *Journal of the Royal Statistical Society B* 34,
    187-220. Efron, B. (1977). The efficiency of Cox's likelihood function for censored data. *Journal of the
    American Statistical Association* 72, 557-565.
    """
    basis, triangle = np.linalg.qr(sets.matrix)
    # Columns of unit length would make each coordinate as large as the root of the number of rows
    scale = np.sqrt(len(basis))
    inner = RiskSets(basis * scale, sets.weight, sets.event, sets.place, sets.times)
    back = solve_triangular(triangle, np.eye(triangle.shape[0])) * scale
    at = np.zeros(basis.shape[1])
    now = _moments(inner, at)
    converged = bounded = False
    for _ in range(_STEPS):
        gradient = now.score.sum(axis=0)
        step = _solved(now.information.sum(axis=0), gradient)
        decrement = float(gradient @ step)
        bounded = bool(np.ptp(inner.matrix @ at) < _FAR)
        if not bounded or not np.isfinite(decrement):
            break
        converged = 0 <= decrement <= _CLOSE
        if converged:
            now = _moments(inner, at := at + step)
            break
        ahead = _upwards(inner, at, step, now.log_likelihood)
        if ahead is None:
            break
        at, now = ahead
    covariance = _solved(now.information.sum(axis=0), np.eye(len(at)))
    return Maximum(back @ at, back @ covariance @ back.T, now.log_likelihood, converged, bounded)


def score_residuals(sets: RiskSets, coefficients: Floats) -> Floats:
    """Return the score of one person of each row, with Efron's ties; the scores of all people add to zero.

    Parameters
    ----------
    sets : RiskSets
    coefficients : (k,) array

    References
    ----------
    Therneau, T. M., Grambsch, P. M. (2000). *Modeling Survival Data: Extending the Cox Model*, sections 4.2, 7.2.
    """
    now = _moments(sets, coefficients)
    s1, d1 = now.risk[1], now.going[1]
    p, pa, q, qa, qaa = (part[:, None] for part in now.ties)
    survivors = s1 * q - d1 * qa
    goers = survivors - s1 * qa + d1 * qaa
    ratio = _hazard_ratio(sets, coefficients)[:, None]
    at = sets.place
    gone = sets.event[:, None]
    # Whoever goes at a time is there for part of its tie only.
    exposed = np.cumsum(p, axis=0)[at] - np.where(gone, pa[at], 0.0)
    expected = np.cumsum(survivors, axis=0)[at] - np.where(gone, (survivors - goers)[at], 0.0)
    number = _summed(at[sets.event], sets.weight[sets.event], len(sets.times))[:, None]
    mean = (s1 * p - d1 * pa) / number
    own = np.where(gone, sets.matrix - mean[at], 0.0)
    residuals: Floats = own - ratio * (sets.matrix * exposed - expected)
    return residuals


def proportionality(sets: RiskSets, fit: Maximum, g: Floats) -> tuple[Floats, float]:
    """Return the chi-squares that coefficients change with a function of time: of each, and of all together.

    The score test of terms covariate × g(time) beside the covariates, as R's ``cox.zph`` has it since survival 3.0.

    Parameters
    ----------
    sets : RiskSets
    fit : Maximum
    g : (t,) array
        The function at each time of an event.

    References
    ----------
    Grambsch, P. M., Therneau, T. M. (1994). Proportional hazards tests and diagnostics based on weighted
    residuals. *Biometrika* 81, 515-526.
    """
    now = _moments(sets, fit.coefficients)
    k = len(fit.coefficients)
    events = _summed(sets.place[sets.event], sets.weight[sets.event], len(sets.times))
    centred = g - np.average(g, weights=events)
    score = np.r_[now.score.sum(axis=0), centred @ now.score]
    blocks = [np.tensordot(centred**power, now.information, axes=1) for power in (0, 1, 2)]
    information = np.block([[blocks[0], blocks[1]], [blocks[1].T, blocks[2]]])
    tests = np.array([_chi2(score, information, np.r_[np.arange(k), k + j]) for j in range(k)])
    return tests, _chi2(score, information, np.arange(2 * k))


def waiting_before(sets: RiskSets) -> Floats:
    """Return the Kaplan-Meier share still waiting just before each time of an event."""
    at_risk = _summed(sets.place, sets.weight, len(sets.times))[::-1].cumsum()[::-1]
    events = _summed(sets.place[sets.event], sets.weight[sets.event], len(sets.times))
    return np.r_[1.0, np.cumprod(1 - events / at_risk)[:-1]]


def wald(coefficients: Floats, covariance: Floats) -> tuple[float, float]:
    """Return the chi-square that all coefficients are zero, and its p-value."""
    chi2 = float(coefficients @ _solved(covariance, coefficients))
    return chi2, float(stats.chi2.sf(chi2, len(coefficients)))


def _chi2(score: Floats, information: Floats, which: Ints) -> float:
    part = score[which]
    return float(part @ _solved(information[np.ix_(which, which)], part))


def _upwards(sets: RiskSets, at: Floats, step: Floats, height: float) -> tuple[Floats, _Moments] | None:
    for _ in range(_HALVINGS):
        ahead = _moments(sets, at + step)
        # Near the top the gain drowns in rounding while the step is still right
        if ahead.log_likelihood >= height - 1e-12 * abs(height):
            return at + step, ahead
        step = step / 2
    return None


def _hazard_ratio(sets: RiskSets, coefficients: Floats) -> Floats:
    predictor = sets.matrix @ coefficients
    return np.exp(predictor - predictor.max())


def _moments(sets: RiskSets, coefficients: Floats) -> _Moments:
    """Return the log-likelihood with its score and information at each time of an event."""
    ratio = sets.weight * _hazard_ratio(sets, coefficients)
    size, gone = len(sets.times), sets.event
    x, at = sets.matrix, sets.place
    r0, r1, r2 = (_risk(part) for part in _sums(x, ratio, at, size))
    d0, d1, d2 = _sums(x[gone], ratio[gone], at[gone], size)
    number = _summed(at[gone], sets.weight[gone], size)
    ties, log_denominator = _ties(r0, d0, number)
    p, pa, q, qa, qaa = ties
    went = np.stack([_summed(at[gone], sets.weight[gone] * column, size) for column in x[gone].T], axis=1)
    score = went - (r1 * p[:, None] - d1 * pa[:, None])
    both = r1[:, :, None] * d1[:, None, :]
    information = r2 * p[:, None, None] - d2 * pa[:, None, None]
    information -= r1[:, :, None] * r1[:, None, :] * q[:, None, None]
    information += (both + both.transpose(0, 2, 1)) * qa[:, None, None]
    information -= d1[:, :, None] * d1[:, None, :] * qaa[:, None, None]
    predictor = x @ coefficients
    height = float(sets.weight[gone] @ (predictor[gone] - predictor.max()) - log_denominator)
    return _Moments(height, (r0, r1), (d0, d1), ties, score, information)


def _sums(x: Floats, ratio: Floats, at: Ints, size: int) -> tuple[Floats, Floats, Floats]:
    """Return the sums at each time of the hazard ratio, of it times x, and of it times x x'."""
    k = x.shape[1]
    zeroth = _summed(at, ratio, size)
    first = np.stack([_summed(at, ratio * x[:, j], size) for j in range(k)], axis=1)
    second = np.empty((size, k, k))
    for i in range(k):
        for j in range(i + 1):
            second[:, i, j] = second[:, j, i] = _summed(at, ratio * x[:, i] * x[:, j], size)
    return zeroth, first, second


def _summed(place: Ints, values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(place, values, size), dtype=float)


def _risk(sums: Floats) -> Floats:
    """Return sums over all who are at risk at each time: those of the time and of all later ones."""
    return np.cumsum(sums[::-1], axis=0)[::-1]


def _ties(
    risk: Floats, going: Floats, number: Floats
) -> tuple[tuple[Floats, Floats, Floats, Floats, Floats], float]:
    """Return Efron's sums over the places of each tie, and the log of the denominators.

    Of d who go together, the one at place a = 0, 1/d, 2/d, ... goes from a risk set of phi = risk - a going.
    The sums are of 1/phi, a/phi, 1/phi², a/phi² and a²/phi².
    """
    counts = number.astype(np.int64)
    tie = np.repeat(np.arange(len(counts)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    a = (np.arange(len(tie)) - first) / counts[tie]
    phi = risk[tie] - a * going[tie]
    parts = (1 / phi, a / phi, 1 / phi**2, a / phi**2, a**2 / phi**2)
    p, pa, q, qa, qaa = (_summed(tie, part, len(counts)) for part in parts)
    return (p, pa, q, qa, qaa), float(np.log(phi).sum())


def _solved(matrix: Floats, right: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(matrix, right), dtype=float)
    except np.linalg.LinAlgError:
        return np.full_like(right, np.nan)
