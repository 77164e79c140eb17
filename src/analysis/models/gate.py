"""What keeps a number from being read: the reasons for which a fit is withheld."""

from __future__ import annotations

import numpy as np
import pandas as pd

MIN_CLUSTERS = 5
"""Fewer clusters than this give no cluster-robust interval worth reading."""

MIN_ROWS = 5


def category_reason(rows: pd.DataFrame, outcome: str, cluster: str, min_clusters: int) -> str:
    """Return why no estimate may be read for these rows; empty where one may.

    Parameters
    ----------
    rows : DataFrame
        The rows of one category.
    outcome, cluster : str
        Columns.
    min_clusters : int
        Fewest clusters.

    Returns
    -------
    str
        ``few_rows``, ``few_clusters``, ``no_events`` or ''.
    """
    if len(rows) < MIN_ROWS:
        return "few_rows"
    if rows[cluster].nunique() < min_clusters:
        return "few_clusters"
    if rows[outcome].sum() == 0:
        return "no_events"
    return ""


def fit_reason(converged: bool, estimates: np.ndarray, errors: np.ndarray) -> str:
    """Return why a whole fit may not be read: not converged, or estimates or errors absurd."""
    if not converged:
        return "not_converged"
    sound = np.isfinite(estimates).all() and np.isfinite(errors).all() and (errors < 10).all()
    return "" if sound else "absurd_errors"
