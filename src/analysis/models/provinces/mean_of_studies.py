"""The mean of studies that differ, its error by Knapp and Hartung, and what one more study would show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.models.provinces.between_studies import Spread, generalised_q, spread_between, weighted_mean


@dataclass(frozen=True, slots=True)
class Mean:
    """The random-effects mean of some studies.

    Attributes
    ----------
    spread : Spread
        Between the studies.
    value, error : float
        The mean and its standard error.
    freedom : float
        Degrees of freedom of Student's t; infinite for the normal.
    scale : float
        Knapp and Hartung's q, 1 at least: the weighted squares around the mean over k - 1.
    fixed : (float, float)
        Mean and standard error as if all studies shared one true value.
    level : float
        Coverage.
    """

    spread: Spread
    value: float
    error: float
    freedom: float
    scale: float
    fixed: tuple[float, float]
    level: float

    @property
    def prediction(self) -> tuple[float, float]:
        """Return the interval of the true value of one more study."""
        reach = stats.t.ppf((1 + self.level) / 2, self.freedom) * np.hypot(self.error, self.spread.tau2**0.5)
        return float(self.value - reach), float(self.value + reach)


def mean_of(studies: pd.DataFrame, tau2: str, knapp_hartung: bool, level: float) -> Mean:
    """Return the random-effects mean; see :func:`analysis.models.provinces.meta_analysis.random_effects`.

    Parameters
    ----------
    studies : DataFrame
        estimate, std_error; two rows at least.
    tau2, knapp_hartung, level
        As there.

    Examples
    --------
    >>> studies = pd.DataFrame({"estimate": [0.0, 1.0, 2.0], "std_error": [0.5, 0.5, 0.5]})
    >>> found = mean_of(studies, "DL", knapp_hartung=True, level=0.95)
    >>> found.value, found.scale, found.freedom
    (1.0, 1.0, 2)
    """
    values, variances = studies["estimate"].to_numpy(), studies["std_error"].to_numpy() ** 2
    spread = spread_between(values, variances, tau2, level)
    mean, error = weighted_mean(values, variances, spread.tau2)
    freedom, scale = np.inf, 1.0
    if knapp_hartung:
        freedom = len(values) - 1
        scale = max(1.0, generalised_q(values, variances, spread.tau2) / freedom)
    fixed = weighted_mean(values, variances, 0.0)
    return Mean(spread, mean, error * scale**0.5, freedom, scale, fixed, level)
