"""Step curves read at some times, in the columns of every result, and what keeps one from being read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.models.gate import MIN_EVENTS, Finding
from analysis.models.process.life_table import read_at
from analysis.models.result import ESTIMATES

AT = (0, 30, 90, 180, 365)
"""Days beyond the twelve months of probation at which shares are told."""


def checked_times(at: Sequence[float]) -> None:
    """Refuse times that are none.

    Raises
    ------
    ParameterError
        There is none, or one is missing, negative or infinite.

    Examples
    --------
    >>> checked_times([-1])
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: at [-1]; expected: times of zero or more
    """
    if not len(at) or any(not np.isfinite(when) or when < 0 for when in at):
        raise ParameterError(f"at {list(at)}; expected: times of zero or more")


def step_estimates(
    curves: pd.DataFrame, key: str, share: str, at: Sequence[float], *, before: float
) -> pd.DataFrame:
    """Return step curves at some times, in the columns of every result.

    Parameters
    ----------
    curves : DataFrame
        One row a curve and time.
    key : str
        Column that tells the curves apart.
    share : str
        Column of shares.
    at : sequence of float
        Times.
    before : float
        Share before the first time.

    Returns
    -------
    DataFrame
        Columns of every result, then ``key``, ``time`` and ``at_risk``; one row a curve and time.
    """
    parts = [
        read_at(curve, share, at, before).assign(**{key: name})
        for name, curve in curves.groupby(key, sort=False)
    ]
    if not parts:
        return pd.DataFrame(columns=[*ESTIMATES, key, "time", "at_risk"])
    read = pd.concat(parts, ignore_index=True)
    term = read[key] + " @ " + read["time"].map("{:g}".format)
    read_shares = [read[name] for name in ("share", "low", "high")]
    columns = [term, read_shares[0], read["std_error"], *read_shares[1:], *read_shares, np.nan]
    return pd.DataFrame(dict(zip(ESTIMATES, columns, strict=True))).join(read[[key, "time", "at_risk"]])


def step_gate(n: int, events: int) -> tuple[Finding, ...]:
    """Return the finding that nobody, or too few of those who went, carry a curve; or none."""
    if not n:
        return (Finding("no_rows"),)
    if events < MIN_EVENTS:
        return (Finding("few_events", "", {"count": events, "least": MIN_EVENTS}),)
    return ()
