"""How many of those admitted in a year or quarter were recognised (*công nhận chính thức*) within some months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number, percent
from analysis.models.gate import Finding
from analysis.models.process import probation
from analysis.models.process.conversion import Conversion, shares
from analysis.models.process.follow_up import PROBATION, days_of_months, followed
from analysis.models.result import Dropped

MONTHS = (12, 13, 15, 18, 24)
"""Months after admission within which recognition is counted."""

COHORTS = ("year", "quarter")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionByCohort(Conversion):
    """Shares recognised within some months of admission.

    Attributes
    ----------
    estimates : DataFrame
        Besides: ``cohort`` (``2016`` or ``2016-Q1``) and ``months``.
    """

    def _said(self) -> list[str]:
        lines = []
        message = _("Trong {months} tháng từ ngày kết nạp: {reached} trong {entered} người ({share}).")
        for months, part in self.estimates.groupby("months", sort=True):
            reached, entered = int(part["reached"].sum()), int(part["entered"].sum())
            share = percent(100 * reached / entered)
            lines.append(
                message.format(
                    months=number(int(months)), reached=number(reached), entered=number(entered), share=share
                )
            )
        caution = _(
            "Mỗi tỷ lệ chỉ tính người đã theo dõi đủ lâu, nên các dòng trên không cùng một nhóm người; người rời Đảng "
            "hay chuyển đi khi còn dự bị tính là chưa được công nhận. Tỷ lệ không cho biết vì sao có người chậm hơn."
        )
        return [*lines, caution]

    def _label_heads(self) -> list[str]:
        return [_("Kết nạp"), _("Trong (tháng)")]

    def _labels(self, row: Mapping[str, Any]) -> list[str]:
        year, *quarter = str(row["cohort"]).split("-Q")
        words = _("quý {quarter} năm {year}").format(quarter=quarter[0], year=year) if quarter else year
        return [words, number(row["months"])]


def recognition_by_cohort(
    admissions: pd.DataFrame,
    known_until: date | Mapping[str, date],
    *,
    cohort: str = "year",
    months: Sequence[int] = MONTHS,
    level: float = 0.95,
) -> RecognitionByCohort:
    """Return the share recognised within some months of admission, by cohort of admission.

    A person counts for a number of months only if the register was kept for so long after every day of the
    month of admission: whoever is counted could have been recognised by then. Who left without recognition
    counts as not recognised.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it.
    known_until : date, or mapping of str to date
        Day to which the registers tell of recognitions; by ``file`` where they were drawn up on different days.
    cohort : str
        ``year`` or ``quarter`` of admission.
    months : sequence of int
        Months after admission, 12 or more; who was recognised before 12 against the rule is counted there.
    level : float
        Coverage.

    Raises
    ------
    ParameterError
        A parameter is wrong, or a column is missing.
    """
    if cohort not in COHORTS:
        raise ParameterError(f"cohort {cohort!r}; expected: 'year' or 'quarter'")
    if not months or any(month != int(month) or month < PROBATION for month in months):
        raise ParameterError(f"months {list(months)}; expected: whole numbers from {PROBATION} on")
    rows, dropped, findings = followed(admissions, known_until, PROBATION)
    undated = probation.recognised_without_day(rows)
    if undated.any():
        reason = _("đã công nhận chính thức nhưng không rõ sau bao nhiêu ngày từ khi kết nạp")
        dropped = (*dropped, Dropped(reason, int(undated.sum())))
        findings += probation.undated_findings(
            int(undated.sum()), int(rows["days_to_recognition"].notna().sum())
        )
        rows = rows.loc[~undated]
    counted = _counted(rows, cohort, sorted({int(month) for month in months}))
    term = counted["cohort"] + ": " + counted["months"].astype("str")
    return RecognitionByCohort(
        name="recognition-by-cohort",
        title=_("Tỷ lệ được công nhận chính thức theo số tháng từ ngày kết nạp"),
        estimates=shares(counted, term, level),
        specification=_("tỷ lệ trong số người đã theo dõi đủ lâu"),
        n=len(rows),
        covariance="Wilson",
        dropped=dropped,
        findings=findings if len(counted) else (*findings, Finding("no_rows")),
        level=level,
    )


def _counted(rows: pd.DataFrame, cohort: str, months: Sequence[int]) -> pd.DataFrame:
    """Return those watched for so long, and those recognised by then, by cohort and months."""
    month = rows["_month"].to_numpy()
    names = pd.Series((month // 12 + 1970).astype(str), rows.index, dtype="object")
    if cohort == "quarter":
        names = names + "-Q" + pd.Series((month % 12 // 3 + 1).astype(str), rows.index, dtype="object")
    days = pd.Series(rows["days_to_recognition"].to_numpy(dtype=float, na_value=np.nan), rows.index)
    early = probation.recognised_early(rows)
    parts = []
    for step in months:
        limit = days_of_months(month, step)
        frame = pd.DataFrame(
            {"cohort": names, "entered": 1, "reached": (early | (days <= limit)).astype(int)}
        )
        watched = frame.loc[rows["_watched"] >= limit]
        found = watched.groupby("cohort", sort=True, as_index=False)[["entered", "reached"]].sum()
        parts.append(found.assign(months=step))
    return pd.concat(parts, ignore_index=True).sort_values(["cohort", "months"], ignore_index=True)
