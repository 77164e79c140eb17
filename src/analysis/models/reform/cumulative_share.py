"""How much of a year's admissions has come by the end of each month, and how far years differ in that."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.special import expit

from analysis.errors import ParameterError
from analysis.language import _, number
from analysis.models.gate import MIN_EVENTS
from analysis.models.reform.count_series import dated
from analysis.models.result import Dropped

Floats = npt.NDArray[np.float64]

LEAST_YEARS = 3
"""Two years tell one difference; three begin to tell how far years differ."""

_ENOUGH, _OCTOBER = 12, 9
"""A year with as many admissions, none of them from October on, is one whose register was closed early."""


def monthly(
    admissions: pd.DataFrame, years: Sequence[int]
) -> tuple[dict[int, npt.NDArray[np.int64]], tuple[Dropped, ...]]:
    """Return the admissions of each month of years that tell all of their months.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it.
    years : sequence of int
        Years that the registers cover whole.

    Returns
    -------
    counts : dict of int to (12,) array
    dropped : tuple of Dropped
        Years left out: with admissions whose month is not known, without any after September, or with
        fewer than ten; the rows are admissions.
    """
    dates = dated(admissions)
    counts, dropped = {}, []
    for year in sorted(set(years)):
        mine = dates.loc[(dates["first"] // 12 <= year) & (dates["last"] // 12 >= year)]
        coarse = mine["first"] < mine["last"]
        of_months = mine.loc[~coarse]
        months = np.bincount(of_months["first"] % 12, of_months["people"], 12).astype(np.int64)
        total, lost = int(months.sum()), int(mine.loc[coarse, "people"].sum())
        if lost:
            words = _("năm {year}: {lost} người không rõ tháng")
        elif total < MIN_EVENTS:
            words = _("năm {year}: ít hơn {least} người")
        elif total >= _ENOUGH and not months[_OCTOBER:].any():
            words = _("năm {year}: không có ai từ tháng 10, sổ có thể đã khóa sớm")
        else:
            counts[year] = months
            continue
        reason = words.format(year=year, lost=number(lost), least=number(MIN_EVENTS))
        dropped.append(Dropped(reason, total + lost))
    return counts, tuple(dropped)


@dataclass(frozen=True, slots=True)
class Share:
    """Share of a year's admissions that has come by the end of a month.

    Attributes
    ----------
    logit : float
        Mean over the years of the log odds that somebody admitted in the year was admitted by then.
    between : float
        Variance of the log odds between years, beyond what counting alone makes of them.
    of_mean : float
        Variance of the mean.
    freedom : float
        Degrees of freedom of both: years - 1.
    """

    logit: float
    between: float
    of_mean: float
    freedom: float

    @property
    def value(self) -> float:
        """Return the share, 0 to 1."""
        return float(expit(self.logit))

    def limits(self, level: float) -> tuple[float, float]:
        """Return the interval of the share of one more year: between years, and of their mean."""
        reach = stats.t.ppf((1 + level) / 2, self.freedom) * np.sqrt(self.between + self.of_mean)
        return float(expit(self.logit - reach)), float(expit(self.logit + reach))


def share_by(so_far: Floats, rest: Floats) -> Share:
    """Return the share that has come by a month, from its years.

    Each year counts alike: what differs between years is larger than what counting makes of one.

    Parameters
    ----------
    so_far, rest : (y,) arrays
        Admissions by the end of the month and after it, of y >= 2 years.

    Notes
    -----
    Log odds with half a person added to both parts, so that a part may be empty (Haldane, J. B. S. (1956).
    The estimation and significance of the logarithm of a ratio of frequencies. *Annals of Human
    Genetics* 20, 309-311). The variance between years is their variance less the mean of 1/a + 1/b
    that counting makes, 0 at least; that of their mean is never taken below what counting makes.

    Examples
    --------
    >>> found = share_by(np.array([60.0, 70.0, 65.0]), np.array([40.0, 30.0, 35.0]))
    >>> round(found.value, 4), round(found.between, 6)
    (0.6496, 0.003784)
    """
    parts = so_far + 0.5, rest + 0.5
    logits = np.log(parts[0] / parts[1])
    counting = float((1 / parts[0] + 1 / parts[1]).mean())
    seen = float(logits.var(ddof=1))
    return Share(
        logit=float(logits.mean()),
        between=max(seen - counting, 0.0),
        of_mean=max(seen, counting) / len(logits),
        freedom=len(logits) - 1,
    )


def cumulative_shares(
    admissions: pd.DataFrame, years: Sequence[int], *, least: int = LEAST_YEARS, level: float = 0.95
) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return the share of a year's admissions that has come by the end of each month.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it.
    years : sequence of int
        Years that the registers cover whole.
    least : int
        Fewest years, 2 or more.
    level : float
        Coverage.

    Returns
    -------
    shares : DataFrame
        month (1 to 12), share, low, high (interval of one more year), lowest, highest (among the
        years), years; shares run from 0 to 1.
    dropped : tuple of Dropped
        Years left out: see :func:`monthly`.

    Raises
    ------
    ParameterError
        Fewer than ``least`` years tell all of their months.

    Examples
    --------
    >>> evenly = pd.DataFrame({"admitted": [f"{y}-{m:02d}" for y in (2021, 2022, 2023) for m in range(1, 13)]})
    >>> shares, _ = cumulative_shares(evenly, [2021, 2022, 2023])
    >>> shares["share"].round(3).tolist()[::3], int(shares["years"].iloc[0])
    ([0.115, 0.346, 0.577, 0.808], 3)
    """
    check_years(least, level)
    counts, dropped = monthly(admissions, years)
    if len(counts) < least:
        reasons = "; ".join(part.reason for part in dropped)
        raise ParameterError(
            f"{len(counts)} years tell all of their months, at least {least} are needed ({reasons})"
        )
    table = np.array(list(counts.values()), dtype=float).cumsum(axis=1)
    records = []
    for month in range(1, 13):
        so_far, whole = table[:, month - 1], table[:, -1]
        found = share_by(so_far, whole - so_far)
        low, high = (1.0, 1.0) if month == 12 else found.limits(level)
        share = 1.0 if month == 12 else found.value
        seen = so_far / whole
        records.append((month, share, low, high, float(seen.min()), float(seen.max()), len(table)))
    columns = ["month", "share", "low", "high", "lowest", "highest", "years"]
    return pd.DataFrame.from_records(records, columns=columns), dropped


def check_years(least: int, level: float) -> None:
    """Refuse fewer years than tell a spread, or a coverage that there is not.

    Raises
    ------
    ParameterError
        ``least`` is below 2, or ``level`` does not lie between 0 and 1.
    """
    if least < 2:
        raise ParameterError(f"least {least}: two years at least tell how far years differ")
    if not 0 < level < 1:
        raise ParameterError(f"level {level} is not between 0 and 1")


def by_cumulative_share(unit_periods: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Return published results with the elapsed share of their year as admissions run, not as days do.

    Parameters
    ----------
    unit_periods : DataFrame
        Processed table; its ``elapsed_share`` is that of an even run.
    shares : DataFrame
        Of :func:`cumulative_shares`, of the same kind of units.

    Returns
    -------
    DataFrame
        The rows with ``elapsed_share`` replaced where there is one, and ``elapsed_share_even`` as it
        was. Within a month the share runs evenly over its days.

    Raises
    ------
    ParameterError
        ``shares`` does not have the twelve months, or falls.
    """
    by_month = shares.set_index("month")["share"].to_dict()
    ends = [0.0, *(float(by_month.get(month, np.nan)) for month in range(1, 13))]
    if not (np.diff(ends) >= 0).all():
        raise ParameterError("shares must have the months 1 to 12, and may not fall")
    even = unit_periods["elapsed_share"]
    run = [
        _elapsed(day, ends) if pd.notna(share) else pd.NA
        for day, share in zip(unit_periods["period_end"], even, strict=True)
    ]
    return unit_periods.assign(elapsed_share=pd.array(run, dtype="Float64"), elapsed_share_even=even)


def _elapsed(day: pd.Timestamp, ends: Sequence[float]) -> float:
    gone = day.day / calendar.monthrange(day.year, day.month)[1]
    return ends[day.month - 1] + gone * (ends[day.month] - ends[day.month - 1])
