"""Who is still waiting, and who left by which way: Kaplan-Meier and Aalen-Johansen from one life table.

statsmodels has both, but its errors of the Kaplan-Meier curve are those of another quantity as soon as rows
carry frequencies (Tsiatis' variance of the cumulative hazard), and its errors of the Aalen-Johansen curve
divide by zero where all who are left go at once. lifelines moves tied times at random before it estimates an
Aalen-Johansen curve, and times to recognition are nearly all tied. One recursion over the life table gives
both curves and both variances, with ties and without a division that can fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.errors import ParameterError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_HALF = 1.5e-8
"""Distance at which a curve is taken to run exactly along a quantile, as R's survival package takes it."""


@dataclass(frozen=True, slots=True)
class LifeTable:
    """Counts at each time at which somebody went or was last seen.

    Attributes
    ----------
    times : (t,) array
        Ascending.
    at_risk : (t,) array of int
        Still there just before the time.
    events : (t, causes) array of int
    censored : (t,) array of int
        Last seen at the time, after those who went at it.
    """

    times: Floats
    at_risk: Ints
    events: Ints
    censored: Ints


_ROUNDING = 1e-12
"""Distance from 0 and 1 within which a sum of shares is one of them."""

SURVIVAL = ("time", "at_risk", "events", "censored", "survival", "std_error", "low", "high")
"""Columns of :func:`survival_curve`."""

INCIDENCE = ("cause", "time", "at_risk", "events", "censored", "incidence", "std_error", "low", "high")
"""Columns of :func:`incidence_curves`."""


def life_table(time: npt.ArrayLike, cause: npt.ArrayLike, causes: int = 1) -> LifeTable:
    """Return the life table of some times.

    Parameters
    ----------
    time : (n,) array
        Zero or more, in any unit.
    cause : (n,) array of int
        0 where the person was last seen waiting, 1, 2, ... for the way out.
    causes : int
        How many ways out there are.

    Raises
    ------
    ParameterError
        A time is missing, negative or infinite, or a cause is not 0 to ``causes``.

    Examples
    --------
    >>> life_table([2, 2, 5], [1, 0, 1]).at_risk.tolist()
    [3, 1]
    """
    times, way = np.asarray(time, dtype=float), np.asarray(cause)
    if times.ndim != 1 or times.shape != way.shape:
        raise ParameterError(f"{times.size} times and {way.size} causes; expected: one cause a time")
    if not np.isfinite(times).all() or (times < 0).any():
        raise ParameterError("a time is missing, negative or infinite; expected: zero or more")
    if not np.isin(way, np.arange(causes + 1)).all():
        raise ParameterError(f"a cause is not a whole number from 0 to {causes}")
    distinct, at = np.unique(times, return_inverse=True)
    cells = np.bincount(
        at * (causes + 1) + way.astype(np.int64), minlength=len(distinct) * (causes + 1)
    ).reshape(len(distinct), causes + 1)
    at_risk = cells.sum(axis=1)[::-1].cumsum()[::-1]
    return LifeTable(distinct, at_risk, cells[:, 1:], cells[:, 0])


def survival_curve(time: npt.ArrayLike, event: npt.ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Return the Kaplan-Meier curve: the share still waiting after each time.

    Parameters
    ----------
    time, event : (n,) arrays
        Times; 1 where the wait ended, 0 where the person was last seen waiting.
    level : float
        Coverage of the log-log limits.

    Returns
    -------
    DataFrame
        One row a time: ``time``, ``at_risk``, ``events``, ``censored`` (persons), ``survival`` (share),
        ``std_error`` (Greenwood), ``low``, ``high``; limits are missing where the share is 0 or 1.

    References
    ----------
    Kaplan, E. L., Meier, P. (1958). Nonparametric estimation from incomplete observations. *Journal of the
    American Statistical Association* 53, 457-481. Kalbfleisch, J. D., Prentice, R. L. (1980). *The
    Statistical Analysis of Failure Time Data*, 14-15 (limits).

    Examples
    --------
    >>> survival_curve([6, 6, 6, 7], [1, 1, 0, 1])["survival"].tolist()
    [0.5, 0.0]
    """
    table = life_table(time, event)
    survival, variance, _, _ = _run(table, 0)
    error = np.where(survival > 0, np.sqrt(variance), np.nan)
    low, high = loglog_limits(survival, error, level)
    columns = [table.times, table.at_risk, table.events[:, 0], table.censored, survival, error, low, high]
    return pd.DataFrame(dict(zip(SURVIVAL, columns, strict=True)))


def incidence_curves(
    time: npt.ArrayLike, cause: npt.ArrayLike, names: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """Return the Aalen-Johansen curve of each way out: the share that went by it up to each time.

    Parameters
    ----------
    time, cause : (n,) arrays
        Times; 0 where the person was last seen waiting, else the place of the way out in ``names`` from 1.
    names : sequence of str
        Ways out.
    level : float
        Coverage of the log-log limits.

    Returns
    -------
    DataFrame
        One row a way out and time: ``cause``, ``time``, ``at_risk``, ``events``, ``censored`` (persons),
        ``incidence`` (share), ``std_error`` (delta method over multinomial hazards, ties kept), ``low``,
        ``high``. At each time the shares of all ways out and that of those still waiting add to one.

    References
    ----------
    Aalen, O. O., Johansen, S. (1978). An empirical transition matrix for non-homogeneous Markov chains
    based on censored observations. *Scandinavian Journal of Statistics* 5, 141-150. Marubini, E.,
    Valsecchi, M. G. (1995). *Analysing Survival Data from Clinical Trials and Observational Studies*,
    section 10.3 (variance). Coviello, V., Boggess, M. (2004). Cumulative incidence estimation in the
    presence of competing risks. *The Stata Journal* 4, 103-112 (limits).
    """
    table = life_table(time, cause, len(names))
    parts = []
    for which, name in enumerate(names):
        _, _, incidence, variance = _run(table, which)
        error = np.sqrt(variance)
        low, high = loglog_limits(incidence, error, level)
        events = table.events[:, which]
        columns = [name, table.times, table.at_risk, events, table.censored, incidence, error, low, high]
        parts.append(pd.DataFrame(dict(zip(INCIDENCE, columns, strict=True))))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(INCIDENCE))


def _run(table: LifeTable, which: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the share waiting and the share gone by one way after each time, and the variance of each.

    At a time of which n are at risk, the hazards of going at all (h) and of going this way (g) are those of
    a multinomial draw of n. The share waiting S becomes S(1 - h), the share gone F becomes F + Sg, and
    their covariances follow by the delta method.
    """
    size = len(table.times)
    out = np.empty((4, size))
    waiting, gone, var_waiting, var_gone, both = 1.0, 0.0, 0.0, 0.0, 0.0
    hazards = table.events.sum(axis=1) / table.at_risk
    ways = table.events[:, which] / table.at_risk
    for i, (n, h, g) in enumerate(zip(table.at_risk.tolist(), hazards.tolist(), ways.tolist(), strict=True)):
        drawn = waiting * waiting / n
        var_gone += 2 * g * both + g * g * var_waiting + drawn * g * (1 - g)
        both = (1 - h) * (both + g * var_waiting) - drawn * g * (1 - h)
        var_waiting = (1 - h) ** 2 * var_waiting + drawn * h * (1 - h)
        gone += waiting * g
        waiting *= 1 - h
        out[:, i] = waiting, var_waiting, gone, max(var_gone, 0.0)
    return out[0], out[1], out[2], out[3]


def loglog_limits(share: npt.ArrayLike, error: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the limits of a share by the normal distribution of log(-log(share)).

    Missing where the share is 0 or 1, where that scale has no place for it.

    Examples
    --------
    >>> low, high = loglog_limits([0.85714286], [0.07636035])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.6197], [0.9516])
    """
    shares, errors = np.asarray(share, dtype=float), np.asarray(error, dtype=float)
    inside = np.where((shares > _ROUNDING) & (shares < 1 - _ROUNDING), shares, np.nan)
    logs = np.log(inside)
    reach = stats.norm.ppf((1 + level) / 2) * errors / (inside * np.abs(logs))
    return np.exp(logs * np.exp(reach)), np.exp(logs * np.exp(-reach))


def quantile(times: npt.ArrayLike, survival: npt.ArrayLike, part: float = 0.5) -> float:
    """Return the time by which a share of those who wait has gone; missing where the curve does not come so far.

    Where the curve runs exactly along the quantile, the middle of that stretch.

    Parameters
    ----------
    times, survival : (t,) arrays
        Curve, or one of its limits, of which the inversion gives the limits of the quantile.
    part : float
        0.5 for the median.

    References
    ----------
    Brookmeyer, R., Crowley, J. (1982). A confidence interval for the median survival time. *Biometrics* 38,
    29-41.

    Examples
    --------
    >>> quantile([6, 7, 10], [0.8, 0.5, 0.2]), quantile([6, 7], [0.8, 0.6])
    (8.5, nan)
    """
    at, shares = np.asarray(times, dtype=float), np.asarray(survival, dtype=float)
    level = 1 - part
    below = np.flatnonzero(shares <= level + _HALF)
    if not below.size:
        return float("nan")
    first = below[0]
    later = np.flatnonzero(shares[first:] < shares[first] - _HALF)
    if abs(shares[first] - level) < _HALF and later.size:
        return float((at[first] + at[first + later[0]]) / 2)
    return float(at[first])


def read_at(curve: pd.DataFrame, share: str, times: Sequence[float], before: float) -> pd.DataFrame:
    """Return the rows of a step curve that hold at some times.

    Parameters
    ----------
    curve : DataFrame
        Of :func:`survival_curve`, or one cause of :func:`incidence_curves`.
    share : str
        Its column of shares.
    times : sequence of float
        When to read it.
    before : float
        Share before the first time of the curve: 1 waiting, 0 gone.

    Returns
    -------
    DataFrame
        One row a time: ``time``, ``at_risk`` (persons still there after it), ``share``, ``std_error``,
        ``low``, ``high``. Missing beyond the last time of the curve, unless nobody was left waiting there.
    """
    at = np.searchsorted(curve["time"].to_numpy(), np.asarray(times, dtype=float), side="right")
    nobody_left = curve["censored"].iloc[-1] == 0
    rows: list[tuple[float, ...]] = []
    for when, place in zip(times, at, strict=True):
        if place == 0:
            rows.append((when, int(curve["at_risk"].iloc[0]), before, 0.0, np.nan, np.nan))
            continue
        row, further = curve.iloc[place - 1], place < len(curve)
        known = further or when == row["time"] or nobody_left
        numbers = [row[name] if known else np.nan for name in (share, "std_error", "low", "high")]
        rows.append((when, int(curve["at_risk"].iloc[place]) if further else 0, *numbers))
    return pd.DataFrame(rows, columns=["time", "at_risk", "share", "std_error", "low", "high"])
