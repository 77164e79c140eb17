"""Exact intervals of counts, and the limits of a funnel plot."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from statsmodels.stats.rates import confint_poisson

Floats = npt.NDArray[np.float64]


def poisson_limits(count: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the exact central interval of a Poisson mean of which ``count`` was seen.

    Parameters
    ----------
    count : array of whole numbers
    level : float
        Coverage, 0 to 1.

    Returns
    -------
    low, high : arrays of the same shape

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. *Biometrika* 28, 437-442.

    Examples
    --------
    >>> low, high = poisson_limits([10, 0])
    >>> low.round(7).tolist(), high.round(7).tolist()
    ([4.7953887, 0.0], [18.390356, 3.6888795])
    """
    counts = np.asarray(count, dtype=float)
    low, high = confint_poisson(counts, 1, method="exact-c", alpha=1 - level)
    return np.where(counts == 0, 0.0, low), np.asarray(high)


def funnel_limits(expected: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the control limits of the ratio observed / expected under a Poisson process.

    The limits interpolate between whole counts, so that they run smoothly over ``expected``.

    Parameters
    ----------
    expected : array of positive numbers
        Here the target.
    level : float
        0.95 and 0.998 are the usual two.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance.
    *Statistics in Medicine* 24, 1185-1202, appendix A.1.1.
    """
    mean = np.asarray(expected, dtype=float)
    low, high = (_interpolated(mean, p) for p in ((1 - level) / 2, (1 + level) / 2))
    return low, high


def _interpolated(mean: Floats, probability: float) -> Floats:
    count = stats.poisson.ppf(probability, mean)
    above = stats.poisson.cdf(count, mean)
    step = above - stats.poisson.cdf(count - 1, mean)
    return np.maximum(count - (above - probability) / step, 0) / mean


def attainment_limits(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the 95% limits of each attainment, in percent of the target.

    The target is taken as fixed and the admitted as a Poisson count; where the target was
    inferred, the limits reach from the highest to the lowest target that the rounding allows.

    Parameters
    ----------
    rows : DataFrame
        Of ``unit_periods``.

    Returns
    -------
    DataFrame
        The rows with ``limit_low`` and ``limit_high``; missing where the count or the target
        is not known exactly.
    """
    exact = (
        rows["admitted"].notna()
        & (rows["target_low"] > 0)
        & rows["admitted_qualifier"].eq("exact")
        & rows["target_qualifier"].eq("exact")
    ).fillna(False)
    low, high = poisson_limits(rows["admitted"].fillna(0).to_numpy(dtype=float))
    targets = rows[["target_low", "target_high"]].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    return rows.assign(
        limit_low=pd.Series(100 * low / targets[:, 1], rows.index).where(exact),
        limit_high=pd.Series(100 * high / targets[:, 0], rows.index).where(exact),
    )
