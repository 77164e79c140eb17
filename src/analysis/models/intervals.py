"""Exact intervals of counts and of weighted sums of counts, and the limits of a funnel plot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from statsmodels.stats.rates import confint_poisson

from analysis.models.result import ESTIMATES

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


def gamma_limits(
    rate: npt.ArrayLike, variance: npt.ArrayLike, largest_weight: npt.ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the gamma interval of a weighted sum of Poisson counts, such as a directly standardised rate.

    Never narrower than nominal in the cases that its authors tried; with one weight for all counts it is the
    exact interval of a count.

    Parameters
    ----------
    rate : array
        Sum of weight × count.
    variance : array
        Sum of weight² × count.
    largest_weight : array
        Largest of the weights, whether its count is zero or not.
    level : float
        Coverage, 0 to 1.

    References
    ----------
    Fay, M. P. and Feuer, E. J. (1997). Confidence intervals for directly standardized rates: a method based
    on the gamma distribution. *Statistics in Medicine* 16, 791-801.

    Examples
    --------
    >>> low, high = gamma_limits([10.0, 0.0], [10.0, 0.0], [1.0, 1.0])
    >>> low.round(7).tolist(), high.round(7).tolist()
    ([4.7953887, 0.0], [18.390356, 3.6888795])
    """
    mean, spread, most = (np.asarray(part, dtype=float) for part in (rate, variance, largest_weight))
    low = np.where(mean == 0, 0.0, _gamma_quantile((1 - level) / 2, mean, spread))
    return low, _gamma_quantile((1 + level) / 2, mean + most, spread + most**2)


def _gamma_quantile(probability: float, mean: Floats, variance: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = variance / mean
        return np.asarray(stats.gamma.ppf(probability, mean / scale, scale=scale))


def gamma_ratio_limits(
    rates: npt.ArrayLike,
    variances: npt.ArrayLike,
    largest_weights: npt.ArrayLike,
    reference: tuple[float, float, float],
    level: float = 0.95,
) -> tuple[Floats, Floats]:
    """Return the interval of the ratio of directly standardised rates to that of a reference group.

    The ratio of two gamma variables is scaled F; each limit takes the one side from below and the other
    from above, as :func:`gamma_limits` does for one rate.

    Parameters
    ----------
    rates, variances, largest_weights : arrays
        As for :func:`gamma_limits`, a value a group.
    reference : tuple of float
        Rate, variance and largest weight of the reference group.
    level : float
        Coverage, 0 to 1.

    References
    ----------
    Fay, M. P. (1999). Approximate confidence intervals for rate ratios from directly standardized rates with
    sparse data. *Communications in Statistics - Theory and Methods* 28, 2141-2160.

    Examples
    --------
    >>> low, high = gamma_ratio_limits([20.0], [20.0], [1.0], (10.0, 10.0, 1.0))
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.8935], [4.7846])
    """
    mean, spread, most = (np.asarray(part, dtype=float) for part in (rates, variances, largest_weights))
    base, base_spread, base_most = (np.asarray(part, dtype=float) for part in reference)
    tail = (1 - level) / 2
    low = _ratio_quantile(tail, (mean, spread), (base + base_most, base_spread + base_most**2))
    high = _ratio_quantile(1 - tail, (mean + most, spread + most**2), (base, base_spread))
    return np.where(mean == 0, 0.0, low), np.where(base == 0, np.inf, high)


def _ratio_quantile(probability: float, above: tuple[Floats, Floats], below: tuple[Floats, Floats]) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = [2 * mean**2 / variance for mean, variance in (above, below)]
        return np.asarray(above[0] / below[0] * stats.f.ppf(probability, *freedom))


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


def with_limits(
    terms: Sequence[str],
    response: npt.ArrayLike,
    limits: tuple[npt.ArrayLike, npt.ArrayLike],
    std_error: npt.ArrayLike,
    *,
    log: bool = False,
) -> pd.DataFrame:
    """Return the table of estimates whose limits do not come from their standard errors.

    Parameters
    ----------
    terms : sequence of str
    response : (k,) array
        Estimates on the response scale.
    limits : pair of (k,) arrays
        Lower and upper limits on the response scale.
    std_error : (k,) array
        On the link scale.
    log : bool
        Whether the link is the logarithm; else it is the identity.

    Returns
    -------
    DataFrame
        The columns :data:`analysis.models.result.ESTIMATES`; ``p_value`` is missing.
    """
    shown = [np.asarray(part, dtype=float) for part in (response, *limits)]
    with np.errstate(divide="ignore"):
        value, low, high = [np.log(part) if log else part for part in shown]
    missing = np.full(len(terms), np.nan)
    columns = [list(terms), value, np.asarray(std_error, dtype=float), low, high, *shown, missing]
    return pd.DataFrame(dict(zip(ESTIMATES, columns, strict=True)))
