"""What became of the probation (*thời gian dự bị*): from admissions to times since its twelve months were over.

The processed table knows the recognition as days since the admission, and the admission to the month. Both are
enough for times to the day: the same day of the month twelve months later is as many days away for every day
of a month, but for 29 February. How long a person was watched: :mod:`analysis.models.process.follow_up`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.models.gate import Finding
from analysis.models.process.follow_up import PROBATION, followed, whole_days, without
from analysis.models.result import Dropped
from analysis.vocab import table

MOST_WITHOUT_DAY = 0.05
"""Share of recognitions and departures without a day above which leaving them out distorts the times."""

RECOGNISED, LEFT = "recognised", "left"
"""Outcomes beside the codes of ``vocab/exits.csv``; :data:`LEFT` where the register does not tell how."""

EARLY, LEFT_BEFORE = "early", "left_before"
"""What happened to those who stand apart."""

_WAYS = ["", *(row["code"] for row in table("exits"))]
_OUTCOMES = [*_WAYS, RECOGNISED, LEFT, EARLY, LEFT_BEFORE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probation:
    """Those who were still probationary members when twelve months were over.

    Attributes
    ----------
    rows : DataFrame
        The rows of ``admissions`` with ``days`` (whole days since the twelve months were over, to the outcome or
        to the end of the watch) and ``outcome`` (``recognised``; a code of ``vocab/exits.csv``; ``left``, in
        a way that is not told; '' where the person was still waiting).
    early : int
        People recognised before twelve months, who never wait beyond them.
    left_before : int
        People who left before twelve months.
    exits_told : Series of bool
        Of each row, whether its register tells who left.
    dropped : tuple of Dropped
    findings : tuple of Finding
    """

    rows: pd.DataFrame
    early: int
    left_before: int
    exits_told: pd.Series
    dropped: tuple[Dropped, ...]
    findings: tuple[Finding, ...]


def after_twelve_months(admissions: pd.DataFrame, known_until: date | Mapping[str, date]) -> Probation:
    """Return how long those admitted waited beyond twelve months, and for what.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it.
    known_until : date, or mapping of str to date
        Day to which the registers tell of recognitions and departures; by ``file`` where they were drawn up on
        different days.

    Raises
    ------
    ParameterError
        A column or the day of a file is missing.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "synthetic": False, "admitted": ["2019-03", "2019-03", "2020-11"], "file": "a.csv",
    ...     "was_recognised": [True, False, False], "days_to_recognition": [396.0, None, None],
    ...     "recognised_early": [False, None, None], "has_left": False, "days_to_exit": None, "exit": "",
    ... })
    >>> found = after_twelve_months(rows, date(2020, 12, 31))
    >>> found.rows[["days", "outcome"]].values.tolist(), found.dropped[0].rows
    ([[30, 'recognised'], [275, '']], 1)
    """
    rows, dropped, findings = followed(admissions, known_until, PROBATION)
    first = _first_outcome(rows)
    rows, more = without(
        rows, first["contradicted"], _("rời Đảng trước ngày công nhận chính thức: hai ngày mâu thuẫn")
    )
    undated = first["undated"].loc[rows.index]
    events = int(first["day"].loc[rows.index].notna().sum())
    findings += undated_findings(int(undated.sum()), events)
    rows, without_day = without(
        rows,
        undated,
        _("đã công nhận chính thức hay rời Đảng nhưng không rõ sau bao nhiêu ngày từ khi kết nạp"),
    )
    first = first.loc[rows.index]
    early, left_before = first["outcome"].eq(EARLY), first["outcome"].eq(LEFT_BEFORE)
    kept = rows.loc[~early & ~left_before]
    day, outcome = first["day"].loc[kept.index], first["outcome"].loc[kept.index]
    seen = day.le(kept["_watched"])
    waited = np.maximum(day.where(seen, kept["_watched"]) - kept["_probation"], 0)
    found = kept.drop(columns=["_watched", "_probation", "_month"]).assign(
        days=waited.astype("int64"), outcome=outcome.where(seen, "").cat.set_categories(_OUTCOMES[:-2])
    )
    return Probation(
        rows=found,
        early=int(early.sum()),
        left_before=int(left_before.sum()),
        exits_told=found["has_left"].notna(),
        dropped=(*dropped, *more, *without_day),
        findings=findings,
    )


def undated_findings(undated: int, dated: int) -> tuple[Finding, ...]:
    """Return the finding that too many recognitions and departures have no day, or none."""
    total = undated + dated
    if not total or undated / total <= MOST_WITHOUT_DAY:
        return ()
    return (Finding("events_without_day", "", {"count": undated, "total": total}),)


def recognised_early(rows: pd.DataFrame) -> pd.Series:
    """Tell who was recognised before twelve months: by the flag, which knows the very days, else by the days."""
    flag = rows["recognised_early"].astype("boolean")
    by_days = whole_days(rows["days_to_recognition"]) < rows["_probation"]
    return flag.fillna(by_days).astype(bool)


def recognised_without_day(rows: pd.DataFrame) -> pd.Series:
    """Tell who was recognised on a day that is not known, and not known to be early."""
    told = rows["was_recognised"].astype("boolean").fillna(value=False).astype(bool)
    return told & rows["days_to_recognition"].isna() & ~recognised_early(rows)


def _first_outcome(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what ended the probation, its day since the admission, and what is contradicted or has no day."""
    recognised, left = whole_days(rows["days_to_recognition"]), whole_days(rows["days_to_exit"])
    early = recognised_early(rows)
    way = rows["exit"].astype("category").cat.set_categories(_WAYS)
    kind = np.where(way.cat.codes > 0, way.cat.codes, _OUTCOMES.index(LEFT))
    is_recognised = recognised.notna() | early
    # Who moved may be recognised elsewhere, and the old register still tell of it.
    contradicted = left.notna() & recognised.notna() & (left < recognised) & (way != "moved")
    has_left = rows["has_left"].astype("boolean").fillna(value=False).astype(bool) | left.notna()
    undated = recognised_without_day(rows) | (~is_recognised & has_left & left.isna())
    places = np.select(
        [early, is_recognised, left.notna() & (left < rows["_probation"]), left.notna()],
        [_OUTCOMES.index(EARLY), _OUTCOMES.index(RECOGNISED), _OUTCOMES.index(LEFT_BEFORE), kind],
        0,
    )
    outcome = pd.Series(pd.Categorical.from_codes(places, _OUTCOMES), rows.index)
    return pd.DataFrame(
        {
            "outcome": outcome,
            "day": recognised.where(recognised.notna(), left),
            "contradicted": contradicted,
            "undated": undated & ~contradicted,
        }
    )
