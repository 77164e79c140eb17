"""Whether counts vary more than Poisson counts do."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

Floats = npt.NDArray[np.float64]

COLUMNS = ("test", "statistic", "p_value")


def dispersion_tests(outcome: Floats, mean: Floats, leverage: Floats) -> pd.DataFrame:
    """Return two tests of the Poisson variance against a larger one, mean + alpha mean² with alpha > 0.

    Parameters
    ----------
    outcome, mean : (n,) arrays
        Counts and fitted Poisson means.
    leverage : (n,) array
        Diagonal of the hat matrix: ``mean * x' inverse(information) x``.

    Returns
    -------
    DataFrame
        ``test`` (``cameron_trivedi``, ``dean``), ``statistic`` (standard normal under the Poisson model,
        large where the counts vary more), ``p_value`` (one-sided). Missing where it has no meaning.

    Notes
    -----
    Cameron and Trivedi regress ((y - mean)² - y) / mean on the mean, without intercept, and test the
    slope. Dean's score test is P'_B, which allows for the means having been estimated. Both ask about
    rows that are independent of each other.

    References
    ----------
    Cameron, A. C. and Trivedi, P. K. (1990). Regression-based tests for overdispersion in the Poisson
    model. *Journal of Econometrics* 46, 347-364.

    Dean, C. B. (1992). Testing for overdispersion in Poisson and binomial regression models. *Journal
    of the American Statistical Association* 87, 451-457.

    Examples
    --------
    >>> tests = dispersion_tests(np.array([0.0, 9.0, 0.0, 7.0]), np.full(4, 4.0), np.full(4, 0.25))
    >>> tests.round(3).to_dict("list")["statistic"]
    [3.571, 4.773]
    """
    excess = (outcome - mean) ** 2 - outcome
    with np.errstate(all="ignore"):
        squares = float((mean**2).sum())
        slope = excess.sum() / squares
        rest = (
            ((excess / mean - slope * mean) ** 2).sum() / (len(outcome) - 1) if len(outcome) > 1 else np.nan
        )
        trivedi = slope / np.sqrt(rest / squares)
        dean = (excess + leverage * mean).sum() / np.sqrt(2 * squares)
    values = [float(value) if np.isfinite(value) else np.nan for value in (trivedi, dean)]
    return pd.DataFrame(
        dict(zip(COLUMNS, (["cameron_trivedi", "dean"], values, stats.norm.sf(values)), strict=True))
    )


def likelihood_ratio(log_likelihood: float, poisson: float) -> pd.DataFrame:
    """Return the likelihood-ratio test of alpha = 0, which lies at the bound of what alpha can be.

    Parameters
    ----------
    log_likelihood, poisson : float
        Of the negative binomial and of the Poisson model.

    Returns
    -------
    DataFrame
        One row as of :func:`dispersion_tests`, ``test`` being ``likelihood_ratio``: the statistic is half
        the time 0 and half the time chi-square with one degree of freedom if alpha = 0.

    References
    ----------
    Self, S. G. and Liang, K.-Y. (1987). Asymptotic properties of maximum likelihood estimators and
    likelihood ratio tests under nonstandard conditions. *Journal of the American Statistical
    Association* 82, 605-610.

    Examples
    --------
    >>> likelihood_ratio(-100.0, -101.352772).round(4).to_dict("records")
    [{'test': 'likelihood_ratio', 'statistic': 2.7055, 'p_value': 0.05}]
    """
    statistic = max(2 * (log_likelihood - poisson), 0.0)
    p_value = stats.chi2.sf(statistic, 1) / 2 if statistic > 0 else 1.0
    return pd.DataFrame(dict(zip(COLUMNS, (["likelihood_ratio"], [statistic], [p_value]), strict=True)))
