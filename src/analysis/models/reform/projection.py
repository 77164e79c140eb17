"""From a part of a year to the whole, and beside the same part of the year before."""

from __future__ import annotations

import calendar
from datetime import date

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import logit
from statsmodels.stats.proportion import proportion_confint

from analysis.models.intervals import with_limits
from analysis.models.reform.cumulative_share import Share


def of_days(year: int, month: int) -> Share:
    """Return the share of the year's days that have gone by the end of a month, as if known without error.

    Examples
    --------
    >>> round(of_days(2025, 6).value, 6)
    0.49589
    """
    gone = (date(year, month + 1, 1) - date(year, 1, 1)).days
    return Share(
        logit=float(logit(gone / (366 if calendar.isleap(year) else 365))),
        between=0.0,
        of_mean=0.0,
        freedom=np.inf,
    )


def whole_year(so_far: int, share: Share, level: float) -> tuple[float, tuple[float, float], float]:
    """Return the whole year, its interval, and the standard error of its logarithm.

    Parameters
    ----------
    so_far : int
        Persons, one at least.
    share : Share
        That has come by now.
    level : float
        Coverage.

    Notes
    -----
    What is still to come is so_far exp(-logit). The interval is one of its logarithm, so that the
    year never comes to less than it has; its variance is that between years, that of the years' mean,
    and what counting makes of both parts.

    Examples
    --------
    >>> found = whole_year(100, of_days(2025, 6), 0.95)
    >>> round(found[0], 2), [round(limit, 1) for limit in found[1]]
    (201.66, [177.1, 234.0])
    """
    rest = so_far * np.exp(-share.logit)
    error = np.sqrt(share.between + share.of_mean + 1 / so_far + 1 / rest)
    reach = stats.t.ppf((1 + level) / 2, share.freedom) * error
    whole = so_far + rest
    with np.errstate(over="ignore"):  # a limit beyond the largest number is infinite
        limits = so_far + rest * np.exp(-reach), so_far + rest * np.exp(reach)
    return float(whole), (float(limits[0]), float(limits[1])), float(error * rest / whole)


def versus_last_year(so_far: int, last_year: int, level: float) -> pd.DataFrame:
    """Return the ratio of two Poisson counts with its exact interval, by the split of their sum.

    Parameters
    ----------
    so_far, last_year : int
        Persons; the ratio is missing where either is zero.
    level : float
        Coverage.

    Returns
    -------
    DataFrame
        One row, as of :func:`analysis.models.intervals.with_limits`.

    References
    ----------
    Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson
    series. *Biometrika* 31, 313-323.

    Examples
    --------
    >>> versus_last_year(60, 50, 0.95)["response"].item()
    1.2
    """
    if not so_far or not last_year:
        return with_limits(["versus_last_year"], [np.nan], ([np.nan], [np.nan]), [np.nan], log=True)
    low, high = proportion_confint(so_far, so_far + last_year, alpha=1 - level, method="beta")
    limits = ([low / (1 - low)], [high / (1 - high)])
    error = np.sqrt(1 / so_far + 1 / last_year)
    return with_limits(["versus_last_year"], [so_far / last_year], limits, [error], log=True)
