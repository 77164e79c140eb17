"""What a series would have been had the trend before a change gone on, and what its residuals still hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.models.reform.break_fit import BreakFit, Grid
from analysis.models.reform.count_series import first_day
from analysis.models.reform.hac import remaining_p


def counterfactual(grid: Grid, used: Grid, change: int, fit: BreakFit | None, level: float) -> pd.DataFrame:
    """Return a series with its fit and, from the change on, what the trend before it leads to.

    Parameters
    ----------
    grid, used : Grid
        All periods, and those of the fit.
    change : int
        First period after the change.
    fit : BreakFit or None
        Without one the fitted columns are missing.
    level : float
        Coverage of the interval of the counterfactual mean.

    Returns
    -------
    DataFrame
        period, start (day), admitted, exposure, used, fitted, counterfactual, counterfactual_low,
        counterfactual_high; counts of persons.
    """
    table = pd.DataFrame(
        {
            "period": [grid.label(place) for place in grid.places],
            "start": pd.to_datetime([first_day(int(place), grid.every) for place in grid.places]),
            "admitted": grid.counts,
            "exposure": grid.exposure,
            "used": np.isin(grid.places, used.places),
        }
    )
    names = ("fitted", "counterfactual", "counterfactual_low", "counterfactual_high")
    table = table.assign(**dict.fromkeys(names, np.nan))
    if fit is None:
        return table
    table.loc[table["used"], "fitted"] = fit.series.means
    later = table["used"].to_numpy() & (grid.places >= change)
    without = fit.series.matrix[fit.grid.places >= change].copy()
    for term in ("level_change", "slope_change"):
        without[:, fit.terms.index(term)] = 0.0
    values, errors, freedom = fit.combined(without)
    reach = stats.t.ppf((1 + level) / 2, freedom) * errors
    for name, by in zip(names[1:], (0.0, -reach, reach), strict=True):
        with np.errstate(over="ignore"):  # a limit beyond the largest number is infinite
            table.loc[later, name] = grid.exposure[later] * np.exp(values + by)
    return table


def residual_correlation(fit: BreakFit | None) -> tuple[pd.DataFrame, float]:
    """Return the autocorrelations of the residuals, and the p-value of those beyond the lag of the errors."""
    if fit is None:
        return pd.DataFrame({"lag": [], "value": []}), float("nan")
    values = fit.autocorrelations()
    lags = np.arange(1, len(values) + 1)
    beyond = remaining_p(fit.series, lags[lags > fit.lag], fit.correlation)
    return pd.DataFrame({"lag": lags, "value": values}), beyond
