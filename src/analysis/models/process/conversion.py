"""How many reached the next stage (*tỷ lệ chuyển đổi*), as one source counts both stages, with Wilson's limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import ParameterError
from analysis.language import _, number, percent
from analysis.models.gate import Finding
from analysis.models.process.stages import STAGES, stages
from analysis.models.reform.share_words import coverage_head, limits_shown, share_shown
from analysis.models.result import ESTIMATES, Dropped, Result
from analysis.shown import Head, Table
from analysis.wording import name, short_period, stage, unit_at

Floats = npt.NDArray[np.float64]

COUNTS = ("entered", "reached")
"""Columns of persons that shares are made of."""

_PRINTED = STAGES[:3]
"""Stages that one source may count of the same people: recognition is of those admitted a year before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion(Result):
    """Shares that reached a further stage.

    Attributes
    ----------
    estimates : DataFrame
        One row a share. ``estimate`` and ``response`` are the share, 0 to 1, ``low`` and ``high`` its limits;
        ``std_error`` and ``p_value`` are missing, since Wilson's limits use neither. Then ``entered`` and
        ``reached`` (persons), and what the family of the result adds.
    """

    def __post_init__(self) -> None:
        Result.__post_init__(self)
        if self.withheld and len(self.estimates):
            blank = self.estimates.astype(dict.fromkeys(COUNTS, "Int64"))
            object.__setattr__(self, "estimates", blank.assign(**dict.fromkeys(COUNTS, pd.NA)))

    def words(self) -> list[str]:
        """Return what the shares are, what they do not tell, and what they stand on."""
        said = [] if self.withheld else self._said()
        return [*said, *self._findings(), *self._basis()]

    def to_table(self) -> Table:
        """Return one row a share."""
        numeric = (_("Số người"), _("Đạt"), _("Tỷ lệ"), coverage_head(self.level))
        heads = [Head(label) for label in self._label_heads()]
        heads += [Head(label, numeric=True) for label in numeric]
        rows = [[*self._labels(row), *_cells(row)] for row in self.estimates.to_dict("records")]
        return Table(self.name, self.title, " ".join(self.words()), heads, rows, self.estimates)

    def _said(self) -> list[str]:
        raise NotImplementedError

    def _label_heads(self) -> list[str]:
        raise NotImplementedError

    def _labels(self, row: Mapping[str, Any]) -> list[str]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedConversion(Conversion):
    """Shares of published counts that stand side by side.

    Attributes
    ----------
    estimates : DataFrame
        Besides: ``unit_id``, ``unit``, ``level``, ``district``, ``province_vintage``, ``province_code``,
        ``province``, ``period_type``, ``period_start``, ``period_end``, ``subgroup``, ``source_id``, ``of``
        and ``to`` (stages).
    """

    def _said(self) -> list[str]:
        lines = []
        for (of, to), part in self.estimates.groupby(["of", "to"], sort=False):
            message = _("{step}: {n} cặp số đếm, tỷ lệ từ {low} đến {high}.")
            shares = 100 * part["estimate"]
            lines.append(
                message.format(
                    step=_step(str(of), str(to)),
                    n=number(len(part)),
                    low=percent(shares.min()),
                    high=percent(shares.max()),
                )
            )
        caution = _(
            "Đây là tỷ số của hai số đếm cùng kỳ, không phải theo dõi từng người: người được kết nạp trong kỳ "
            "có thể đã được giới thiệu hay đã học lớp từ kỳ trước."
        )
        return [*lines, caution]

    def _label_heads(self) -> list[str]:
        return [_("Đơn vị"), _("Kỳ"), _("Nhóm"), _("Bước")]

    def _labels(self, row: Mapping[str, Any]) -> list[str]:
        place = _Row(**{field: row[field] for field in _Row._fields})
        step = _step(str(row["of"]), str(row["to"]))
        return [unit_at(place), short_period(place), name("subgroup", place.subgroup), step]


class _Row(NamedTuple):
    """What the words for a unit and period are made of."""

    unit_id: str
    unit: str
    level: str
    district: str
    province_vintage: str
    province_code: str
    province: str
    period_type: str
    period_start: Any
    period_end: Any
    subgroup: str
    source_id: str


def printed_conversion(figures: pd.DataFrame, *, level: float = 0.95) -> PrintedConversion:
    """Return the share that reached each further stage that one source counts for a unit and period.

    Parameters
    ----------
    figures : DataFrame
        Processed table of published figures, or a slice of it.
    level : float
        Coverage.

    Returns
    -------
    PrintedConversion
        Of nominated, trained and admitted, every pair that :func:`analysis.models.process.stages.stages` puts together.
        Pairs whose counts are not exact, or of which more reached a stage than entered, are dropped.
    """
    records: list[dict[str, Any]] = []
    inexact = more = 0
    for row in stages(figures).to_dict("records"):
        present = [stage for stage in _PRINTED if pd.notna(row[stage])]
        for of, to in combinations(present, 2):
            if any(row[f"{stage}_qualifier"] != "exact" for stage in (of, to)):
                inexact += 1
            elif not 0 <= row[to] <= row[of] or row[of] == 0:
                more += 1
            else:
                counts = {"of": of, "to": to, "entered": int(row[of]), "reached": int(row[to])}
                records.append({field: row[field] for field in _Row._fields} | counts)
    dropped = (
        Dropped(_("một trong hai số đếm không chính xác"), inexact),
        Dropped(_("giai đoạn sau đông hơn giai đoạn trước, hay giai đoạn trước không có ai"), more),
    )
    found = pd.DataFrame.from_records(records, columns=[*_Row._fields, "of", "to", *COUNTS])
    term = found["unit_id"] + " " + found["of"] + " > " + found["to"]
    return PrintedConversion(
        name="printed-conversion",
        title=_("Tỷ lệ chuyển sang giai đoạn sau, theo số liệu đã công bố"),
        estimates=shares(found, term, level),
        specification=_("tỷ số của hai giai đoạn mà một nguồn đếm cùng kỳ"),
        n=len(found),
        covariance="Wilson",
        dropped=tuple(part for part in dropped if part.rows),
        findings=() if records else (Finding("no_rows"),),
        level=level,
    )


def wilson_limits(
    reached: npt.ArrayLike, entered: npt.ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return Wilson's interval of a share.

    Parameters
    ----------
    reached, entered : (n,) arrays of int
        Persons; ``0 <= reached <= entered``, and ``entered`` above 0.
    level : float
        Coverage.

    Raises
    ------
    ParameterError
        No share can be made of the counts.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal of
    the American Statistical Association* 22, 209-212. Newcombe, R. G. (1998). Two-sided confidence intervals
    for the single proportion. *Statistics in Medicine* 17, 857-872, method 3.

    Examples
    --------
    >>> low, high = wilson_limits([81], [263])
    >>> low.round(7).tolist(), high.round(7).tolist()
    ([0.2552885], [0.3662096])
    """
    counts, sizes = np.asarray(reached, dtype=float), np.asarray(entered, dtype=float)
    if not ((sizes > 0) & (counts >= 0) & (counts <= sizes)).all():
        raise ParameterError("a share needs 0 <= reached <= entered, and somebody who entered")
    low, high = proportion_confint(counts, sizes, alpha=1 - level, method="wilson")
    # None or all reached: the limit is 0 or 1, not what rounding makes of it.
    return np.where(counts == 0, 0.0, low), np.where(counts == sizes, 1.0, high)


def shares(counted: pd.DataFrame, term: pd.Series, level: float) -> pd.DataFrame:
    """Return counts with their shares and limits, in the columns of every result.

    Parameters
    ----------
    counted : DataFrame
        With ``entered`` and ``reached``.
    term : Series of str
        Name of each row.
    level : float
        Coverage.
    """
    low, high = wilson_limits(counted["reached"], counted["entered"], level)
    share = counted["reached"].to_numpy(dtype=float) / counted["entered"].to_numpy(dtype=float)
    columns = [term, share, np.nan, low, high, share, low, high, np.nan]
    return pd.DataFrame(dict(zip(ESTIMATES, columns, strict=True)), index=counted.index).join(counted)


def _step(of: str, to: str) -> str:
    return f"{stage(of)} → {stage(to)}"


def _cells(row: Mapping[str, Any]) -> list[str]:
    if pd.isna(row["estimate"]):
        return ["–"] * 4
    counts = [number(row[name]) for name in COUNTS]
    return [*counts, share_shown(row["estimate"]), limits_shown(row["low"], row["high"])]
