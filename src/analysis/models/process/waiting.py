"""How long people wait (Kaplan-Meier): the share still waiting, the median, and whether groups differ (log-rank)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from statsmodels.duration.survfunc import survdiff

from analysis.errors import ParameterError
from analysis.language import _, number, plain
from analysis.models.counts.patterns import numbers
from analysis.models.design import complete
from analysis.models.estimate_words import p_words
from analysis.models.gate import MIN_ROWS, Finding
from analysis.models.process.life_table import SURVIVAL, quantile, survival_curve
from analysis.models.process.probation import RECOGNISED, after_twelve_months
from analysis.models.process.step_curves import AT, checked_times, step_estimates, step_gate
from analysis.models.reform.share_words import apart_sentences, coverage_head, limits_shown, share_shown
from analysis.models.result import Dropped, Result
from analysis.models.terms import category_label, factor_label
from analysis.shown import Head, Table

Floats = npt.NDArray[np.float64]

MEDIANS = ("group", "n", "events", "median", "low", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Result):
    """The share still waiting after each time, by group.

    Attributes
    ----------
    estimates : DataFrame
        One row a group and time asked for: ``estimate`` and ``response`` are the share still waiting, 0 to 1,
        ``std_error`` Greenwood's, ``low`` and ``high`` its log-log limits. Then ``group``, ``time`` and
        ``at_risk`` (persons still waiting and watched after it).
    by : str
        Column of the groups; '' where all are one.
    time_unit : str
        ``days`` or what else the times are in.
    curves : DataFrame
        ``group`` and the columns of :func:`analysis.models.process.life_table.survival_curve`; one row a group and time.
    medians : DataFrame
        One row a group: ``group``, ``n`` and ``events`` (persons), ``median``, ``low`` and ``high`` (time);
        missing where the curve or its limit does not come down to a half.
    events : int
        Waits that ended.
    chi2, p_value : float or None
        Log-rank test that the groups wait alike; None for one group.
    freedom : int
        Its degrees of freedom.
    early, left_before : int or None
        People recognised, and people who left, before twelve months; they are in no curve.
    """

    by: str = ""
    time_unit: str = "days"
    curves: pd.DataFrame = field(repr=False)
    medians: pd.DataFrame
    events: int
    chi2: float | None = None
    freedom: int = 0
    p_value: float | None = None
    early: int | None = None
    left_before: int | None = None

    def __post_init__(self) -> None:
        Result.__post_init__(self)
        if self.withheld:
            object.__setattr__(self, "curves", self.curves.iloc[:0])
            object.__setattr__(self, "medians", self.medians.assign(median=np.nan, low=np.nan, high=np.nan))
            for name in ("chi2", "p_value"):
                object.__setattr__(self, name, None)

    def words(self) -> list[str]:
        """Return the medians, the test, what the curve is not, and what it stands on."""
        said = [] if self.withheld else [*self._medians(), *self._test(), self._caution()]
        return [*said, *self._findings(), *apart_sentences(self.early, self.left_before), *self._basis()]

    def to_table(self) -> Table:
        """Return one row a group and time."""
        heads = [Head(factor_label(self.by).capitalize())] if self.by else []
        labels = (self._time_head(), _("Còn chờ (người)"), _("Tỷ lệ còn chờ"), coverage_head(self.level))
        heads += [Head(label, numeric=bool(self.by) or i > 0) for i, label in enumerate(labels)]
        rows = [self._cells(row) for row in self.estimates.to_dict("records")]
        return Table(self.name, self.title, " ".join(self.words()), heads, rows, self.estimates)

    def _time_head(self) -> str:
        return _("Ngày sau 12 tháng") if self.time_unit == "days" else _("Thời gian")

    def _cells(self, row: Mapping[str, Any]) -> list[str]:
        group = [category_label(self.by, str(row["group"]))] if self.by else []
        shares = [share_shown(row["estimate"]), limits_shown(row["low"], row["high"])]
        return [*group, number(row["time"]), number(row["at_risk"]), *shares]

    def _medians(self) -> list[str]:
        return [self._median(row) for row in self.medians.to_dict("records")]

    def _median(self, row: Mapping[str, Any]) -> str:
        lead = f"{category_label(self.by, str(row['group']))}: " if self.by else ""
        days = self.time_unit == "days"
        if pd.isna(row["median"]):
            message = _("{lead}{events} trong {n} người hết chờ; chưa đến một nửa nên không có trung vị.")
        elif days and row["median"] == 0:
            message = _("{lead}{events} trong {n} người hết chờ; một nửa hết chờ ngay khi đủ 12 tháng.")
        elif days:
            message = _(
                "{lead}{events} trong {n} người hết chờ; một nửa hết chờ trong {median} ngày sau 12 tháng{limits}."
            )
        else:
            message = _("{lead}{events} trong {n} người hết chờ; trung vị {median}{limits}.")
        line = message.format(
            lead=lead,
            events=number(row["events"]),
            n=number(row["n"]),
            median="" if pd.isna(row["median"]) else plain(row["median"]),
            limits=_between(row["low"], row["high"]),
        )
        return line[:1].upper() + line[1:]

    def _test(self) -> list[str]:
        if self.chi2 is None or self.p_value is None:
            return []
        message = (
            _(
                "Thời gian chờ khác nhau giữa các nhóm ({factor}): chi bình phương {chi2}, {freedom} bậc tự do, {p}."
            )
            if self.p_value < 1 - self.level
            else _(
                "Không thấy thời gian chờ khác nhau giữa các nhóm ({factor}): chi bình phương {chi2}, "
                "{freedom} bậc tự do, {p}."
            )
        )
        return [
            message.format(
                factor=factor_label(self.by),
                chi2=number(self.chi2, 2),
                freedom=number(self.freedom),
                p=p_words(self.p_value),
            )
        ]

    def _caution(self) -> str:
        return _(
            "Đường Kaplan-Meier coi người đã rời đi như thôi được theo dõi: nó tả nhịp công nhận của những người còn "
            "chờ, không phải tỷ lệ cuối cùng được công nhận (xem rủi ro cạnh tranh), và khác biệt giữa các nhóm "
            "không phải là quan hệ nhân quả."
        )


def kaplan_meier(
    rows: pd.DataFrame,
    *,
    time: str,
    event: str,
    by: str | None = None,
    at: Sequence[float] = AT,
    level: float = 0.95,
) -> Waiting:
    """Return the share still waiting after each time, by group, and the log-rank test of the groups.

    Parameters
    ----------
    rows : DataFrame
        One row a person.
    time, event : str
        Columns: time waited (zero or more); whether the wait ended then.
    by : str, optional
        Column of groups. Rows without a group, and groups of fewer than five people, are dropped.
    at : sequence of float
        Times at which the share is told.
    level : float
        Coverage of the log-log limits.

    Raises
    ------
    ParameterError
        A column is missing, or a time is not zero or more.

    References
    ----------
    Mantel, N. (1966). Evaluation of survival data and two new rank order statistics arising in its
    consideration. *Cancer Chemotherapy Reports* 50, 163-170 (log-rank). For the rest see
    :mod:`analysis.models.process.life_table`.
    """
    asked = [name for name in (time, event, by) if name is not None]
    missing = [name for name in asked if name not in rows]
    if missing:
        raise ParameterError(f"no column {missing[0]!r} (there are {', '.join(map(str, rows.columns))})")
    checked_times(at)
    kept, dropped = complete(rows, [by] if by else [])
    groups = _groups(kept[by]) if by else pd.Series("", kept.index, dtype="category")
    if by:
        small = (groups.value_counts() < MIN_ROWS).reindex(groups).to_numpy(dtype=bool)
        if small.any():
            reason = _("nhóm có dưới {least} người").format(least=MIN_ROWS)
            dropped = (*dropped, Dropped(reason, int(small.sum())))
        kept, groups = kept.loc[~small], groups.loc[~small].cat.remove_unused_categories()
    times, ended = numbers(kept[time]), numbers(kept[event])
    curves = _curves(times, ended, groups, level)
    total = int(ended.sum())
    chi2, freedom = _log_rank(times, ended, groups)
    return Waiting(
        name="waiting" + (f"-by-{by}" if by else ""),
        title=_("Tỷ lệ còn chờ theo thời gian"),
        estimates=step_estimates(curves, "group", "survival", at, before=1.0),
        specification=f"Kaplan-Meier: {time}" + (f" ~ {by}" if by else ""),
        n=len(kept),
        covariance="Greenwood",
        dropped=dropped,
        findings=step_gate(len(kept), total),
        level=level,
        by=by or "",
        time_unit=time,
        curves=curves,
        medians=_medians(curves),
        events=total,
        chi2=chi2,
        freedom=freedom,
        p_value=None if chi2 is None else float(stats.chi2.sf(chi2, freedom)),
    )


def recognition_delay(
    admissions: pd.DataFrame,
    known_until: date | Mapping[str, date],
    *,
    by: str | None = None,
    at: Sequence[float] = AT,
    level: float = 0.95,
) -> Waiting:
    """Return how long recognition (*công nhận chính thức*) came after the twelve months of probation.

    The clock starts twelve months after admission, for those who are probationary members then. Who left, and
    whoever still waited when the register ended, was last seen waiting.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it.
    known_until : date, or mapping of str to date
        Day to which the registers tell of recognitions; by ``file`` where they were drawn up on different days.
    by : str, optional
        Column of ``admissions``: ``sex``, ``locality``, ``year``.
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
    rows = found.rows.assign(recognised=found.rows["outcome"].eq(RECOGNISED))
    fit = kaplan_meier(rows, time="days", event="recognised", by=by, at=at, level=level)
    untold = int((~found.exits_told).sum())
    findings = found.findings + ((Finding("exits_untold", "", {"count": untold}),) if untold else ())
    return replace(
        fit,
        name="recognition-delay" + (f"-by-{by}" if by else ""),
        title=_("Thời gian chờ công nhận chính thức sau 12 tháng dự bị"),
        dropped=(*found.dropped, *fit.dropped),
        findings=(*fit.findings, *findings),
        early=found.early,
        left_before=found.left_before,
    )


def _groups(column: pd.Series) -> pd.Series:
    """Return groups as categories, named by texts in their order."""
    coded = column.astype("category").cat.remove_unused_categories()
    named = coded.cat.rename_categories([str(value) for value in coded.cat.categories])
    return named.cat.reorder_categories(sorted(named.cat.categories))


def _curves(times: Floats, ended: Floats, groups: pd.Series, level: float) -> pd.DataFrame:
    parts = []
    for code, group in enumerate(groups.cat.categories):
        here = groups.cat.codes.to_numpy() == code
        curve = survival_curve(times[here], ended[here], level)
        parts.append(curve.assign(group=group))
    columns = ["group", *SURVIVAL]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _medians(curves: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for group, curve in curves.groupby("group", sort=True):
        middle, low, high = (quantile(curve["time"], curve[name]) for name in ("survival", "low", "high"))
        rows.append((group, int(curve["at_risk"].iloc[0]), int(curve["events"].sum()), middle, low, high))
    return pd.DataFrame(rows, columns=list(MEDIANS))


def _log_rank(times: Floats, ended: Floats, groups: pd.Series) -> tuple[float | None, int]:
    """Return the log-rank statistic and its degrees of freedom; None where groups cannot be compared."""
    codes, names = groups.cat.codes.to_numpy(), groups.cat.categories
    if len(names) < 2 or not ended.any():
        return None, 0
    try:
        chi2, _p = survdiff(times, ended, codes)
    except np.linalg.LinAlgError:
        # A group was never at risk beside another: nothing can be compared.
        return None, 0
    return float(chi2), len(names) - 1


def _between(low: float, high: float) -> str:
    """Return the limits of a median in brackets, empty where the curve gives none."""
    if pd.isna(low):
        return ""
    # Where the upper limit of the curve stays above a half, that of the median has no bound.
    return _(" (khoảng {low} – {high})").format(low=plain(low), high="∞" if pd.isna(high) else plain(high))
