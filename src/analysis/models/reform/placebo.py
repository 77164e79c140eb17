"""Changes of level at dates at which nothing happened: what a series shows by itself."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.models.gate import withheld
from analysis.models.reform.break_fit import BreakFit, Grid, fit_break
from analysis.models.reform.break_gate import series_findings
from analysis.models.result import tidy

COLUMNS = ("period", "estimate", "std_error", "low", "high", "p_value")


def placebo_dates(
    used: Grid, change: int, season: str, lag: int, level: float, fit: BreakFit | None
) -> pd.DataFrame:
    """Return the change of level at each date before the real one, from the periods before it alone.

    Parameters
    ----------
    used : Grid
        Periods with a count and an exposure.
    change : int
        First period after the real change.
    season, lag, level
        As for the real change.
    fit : BreakFit or None
        Of the real change; without it nothing is tried.

    Returns
    -------
    DataFrame
        :data:`COLUMNS`; a row a date that leaves enough on both sides. Neighbouring dates share
        nearly all of their data, so that the rows are no independent trials.
    """
    early = used.places < change
    before = Grid(used.every, used.places[early], used.counts[early], used.exposure[early])
    rows = []
    for place in before.places[1:] if fit is not None else []:
        if withheld(series_findings(before, int(place), season)):
            continue
        found, _unfit = fit_break(before, int(place), season, min(lag, int(np.ptp(before.places)) - 1))
        if found is None:
            continue
        value, error, freedom = found.combined(found.contrast({"level_change": 1.0})[None, :])
        row = tidy(
            [before.label(int(place))], value, error, link="log", level=level, freedom=float(freedom[0])
        )
        rows.append(row.rename(columns={"term": "period"})[list(COLUMNS)])
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(COLUMNS))
