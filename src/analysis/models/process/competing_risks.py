"""What the probation ends in (Aalen-Johansen): recognition, deletion (*xóa tên*), death or moving away.

Libraries were looked at for this and left: see :mod:`analysis.models.process.life_table`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number
from analysis.models.counts.patterns import numbers
from analysis.models.process.life_table import incidence_curves
from analysis.models.process.probation import LEFT, RECOGNISED, after_twelve_months
from analysis.models.process.step_curves import AT, checked_times, step_estimates, step_gate
from analysis.models.reform.share_words import (
    apart_sentences,
    coverage_head,
    limits_shown,
    outcome_label,
    share_shown,
)
from analysis.models.result import Dropped, Result
from analysis.shown import Head, Table
from analysis.vocab import table


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetingRisks(Result):
    """The share that the probation ended for in each way, up to each time.

    Attributes
    ----------
    estimates : DataFrame
        One row a way out and time asked for: ``estimate`` and ``response`` are the cumulative incidence, 0 to 1,
        ``low`` and ``high`` its log-log limits. Then ``cause``, ``time`` and ``at_risk`` (persons still waiting
        and watched after it).
    causes : tuple of str
        Ways out that occur: ``recognised``, codes of ``vocab/exits.csv``, ``left`` where the way is not told.
    curves : DataFrame
        The columns of :func:`analysis.models.process.life_table.incidence_curves`; one row a way out and time.
    events : DataFrame
        ``cause`` and ``events`` (persons).
    early, left_before : int or None
        People recognised, and people who left, before twelve months; they are in no curve.
    """

    causes: tuple[str, ...]
    curves: pd.DataFrame = field(repr=False)
    events: pd.DataFrame
    early: int | None = None
    left_before: int | None = None

    def __post_init__(self) -> None:
        Result.__post_init__(self)
        if self.withheld:
            object.__setattr__(self, "curves", self.curves.iloc[:0])

    def words(self) -> list[str]:
        """Return what became of how many by the last time told, and what that stands on."""
        said = [] if self.withheld else [*self._ends(), self._caution()]
        return [*said, *self._findings(), *apart_sentences(self.early, self.left_before), *self._basis()]

    def to_table(self) -> Table:
        """Return one row a way out and time."""
        heads = [Head(_("Kết cục"))]
        heads += [
            Head(label, numeric=True)
            for label in (
                _("Ngày sau 12 tháng"),
                _("Còn chờ (người)"),
                _("Tỷ lệ cộng dồn"),
                coverage_head(self.level),
            )
        ]
        rows = [self._cells(row) for row in self.estimates.to_dict("records")]
        return Table(self.name, self.title, " ".join(self.words()), heads, rows, self.estimates)

    def _cells(self, row: Mapping[str, Any]) -> list[str]:
        shares = [share_shown(row["estimate"]), limits_shown(row["low"], row["high"])]
        return [outcome_label(str(row["cause"])), number(row["time"]), number(row["at_risk"]), *shares]

    def _ends(self) -> list[str]:
        lines = []
        for cause in self.causes:
            known = self.estimates.loc[self.estimates["cause"].eq(cause)].dropna(subset=["estimate"])
            if known.empty:
                continue
            row = known.iloc[-1]
            message = _(
                "{cause}: {share} trong {days} ngày sau 12 tháng (khoảng {limits}; {n} người cho đến hết)."
            )
            line = message.format(
                cause=outcome_label(cause),
                share=share_shown(row["estimate"]),
                days=number(row["time"]),
                limits=limits_shown(row["low"], row["high"]),
                n=number(self.events.loc[self.events["cause"].eq(cause), "events"].sum()),
            )
            lines.append(line[:1].upper() + line[1:])
        return lines

    def _caution(self) -> str:
        return _(
            "Các tỷ lệ cộng dồn cùng với tỷ lệ còn chờ cộng lại thành 100%; tỷ lệ của một kết cục phụ thuộc vào các kết "
            "cục khác, nên nó tả điều đã xảy ra chứ không phải điều sẽ xảy ra nếu không ai bị xóa tên."
        )


def aalen_johansen(
    rows: pd.DataFrame,
    *,
    time: str,
    cause: str,
    at: Sequence[float] = AT,
    level: float = 0.95,
) -> CompetingRisks:
    """Return the share that went by each way up to each time, where the ways compete.

    Parameters
    ----------
    rows : DataFrame
        One row a person.
    time, cause : str
        Columns: time waited (zero or more); the way out (``recognised``, a code of ``vocab/exits.csv``,
        ``left``), or '' where the person was last seen waiting.
    at : sequence of float
        Times at which the shares are told.
    level : float
        Coverage of the log-log limits.

    Raises
    ------
    ParameterError
        A column is missing, a time is not zero or more, or a way out is not known.
    """
    missing = [name for name in (time, cause) if name not in rows]
    if missing:
        raise ParameterError(f"no column {missing[0]!r} (there are {', '.join(map(str, rows.columns))})")
    checked_times(at)
    ways = rows[cause].astype("category").cat.remove_unused_categories()
    known = (RECOGNISED, *(row["code"] for row in table("exits")), LEFT)
    unknown = sorted(set(ways.cat.categories) - {"", *known})
    if unknown:
        raise ParameterError(f"column {cause!r}: {unknown[0]!r} is no way out; expected: {', '.join(known)}")
    causes = tuple(name for name in known if name in ways.cat.categories)
    codes = np.maximum(ways.cat.set_categories(["", *causes]).cat.codes.to_numpy(dtype=np.int64), 0)
    curves = incidence_curves(numbers(rows[time]), codes, causes, level)
    counts = np.bincount(codes, minlength=len(causes) + 1)[1:].tolist()
    return CompetingRisks(
        name="competing-risks",
        title=_("Kết cục của thời gian chờ"),
        estimates=step_estimates(curves, "cause", "incidence", at, before=0.0),
        specification=f"Aalen-Johansen: {time}",
        n=len(rows),
        covariance="delta",
        findings=step_gate(len(rows), sum(counts)),
        level=level,
        causes=causes,
        curves=curves,
        events=pd.DataFrame({"cause": causes, "events": counts}),
    )


def ends_of_probation(
    admissions: pd.DataFrame,
    known_until: date | Mapping[str, date],
    *,
    at: Sequence[float] = AT,
    level: float = 0.95,
) -> CompetingRisks:
    """Return what the probation ended in after its twelve months, by cause and time.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it. Rows whose register does not tell who left are dropped: among them
        nobody could be seen leaving.
    known_until : date, or mapping of str to date
        Day to which the registers tell of recognitions and departures; by ``file`` where they were drawn up on
        different days.
    at : sequence of float
        Days beyond twelve months.
    level : float
        Coverage.

    Raises
    ------
    ParameterError
        A parameter is wrong, or a column is missing.
    """
    found = after_twelve_months(admissions, known_until)
    untold = int((~found.exits_told).sum())
    reason = _("sổ không ghi việc rời Đảng")
    rows = found.rows.loc[found.exits_told]
    fit = aalen_johansen(rows, time="days", cause="outcome", at=at, level=level)
    return replace(
        fit,
        name="ends-of-probation",
        title=_("Kết cục của thời gian dự bị sau 12 tháng"),
        dropped=(*found.dropped, *((Dropped(reason, untold),) if untold else ())),
        findings=(*fit.findings, *found.findings),
        early=found.early,
        left_before=found.left_before,
    )
