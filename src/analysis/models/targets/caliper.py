"""The caliper at 100%: whether published results just above their target outnumber those just below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import ParameterError
from analysis.language import _, number, percent, plain
from analysis.models.estimate_words import interval, p_value, p_words
from analysis.models.gate import Finding
from analysis.models.result import ESTIMATES, Dropped, Result
from analysis.shown import Head, Table

WIDTHS = (1.0, 2.0, 5.0, 10.0)
"""Percentage points on either side of 100%."""

_EDGE = 1e-9
"""Percents are compared with this slack, so that 98 is within 2 of 100 whatever their last bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caliper(Result):
    """Published results just above and just below 100% of their target.

    ``estimates`` has two rows a width: ``5`` without the results of exactly 100%, ``5 with 100`` with them among
    those above. ``estimate`` is the share above (0 to 1) with its exact interval (Clopper and Pearson) and no
    standard error; ``p_value`` is that of a half, two-sided and exact. Further columns: ``width`` (percentage
    points), ``with_exact``, ``below``, ``above``, ``exact`` (results), ``exact_unchecked`` (of these, printed without
    counts to show that they were not rounded to 100), ``coarse`` (results rounded too coarsely for the width).
    """

    def words(self) -> list[str]:
        """Return what was found at each width, and what it cannot say."""
        lines = self._findings()
        if not self.withheld:
            lines += [self._found(row) for row in self.estimates.to_dict("records") if not row["with_exact"]]
            lines += [*self._exact(), _caveat()]
        return [*lines, *self._basis()]

    def to_table(self) -> Table:
        """Return the counts on both sides of 100%, by width."""
        labels = [
            _("Dưới 100%"),
            _("Đúng 100%"),
            _("Trên 100%"),
            _("Tỷ lệ ở trên"),
            _("Khoảng {share}%").format(share=plain(100 * self.level)),
            "p",
        ]
        heads = [Head(_("Khoảng cách tới 100%")), *(Head(label, numeric=True) for label in labels)]
        rows = [_row(row) for row in self.estimates.to_dict("records")]
        return Table(self.name, self.title, " ".join(self.words()), heads, rows, self.estimates)

    def _found(self, row: Mapping[str, Any]) -> str:
        if not row["below"] + row["above"]:
            return _(
                "Không có kết quả nào cách 100% trong vòng {width} điểm phần trăm, ngoài đúng 100%."
            ).format(width=plain(row["width"]))
        return _(
            "Cách 100% không quá {width} điểm phần trăm: {above} kết quả ở trên và {below} ở dưới (tỷ lệ ở trên "
            "{share}, khoảng {low} – {high}; {p}); cùng {exact} kết quả đúng 100% ở trên thì {p_with}."
        ).format(
            width=plain(row["width"]),
            above=number(row["above"]),
            below=number(row["below"]),
            share=percent(100 * row["estimate"]),
            low=percent(100 * row["low"]),
            high=percent(100 * row["high"]),
            p=p_words(row["p_value"]),
            exact=number(row["exact"]),
            p_with=p_words(self.at(f"{row['term']} with 100")["p_value"]),
        )

    def _exact(self) -> list[str]:
        widest = self.estimates.iloc[-1]
        if not widest["exact"]:
            return []
        text = _(
            "{unchecked} trong {exact} kết quả đúng 100% chỉ nêu tỷ lệ, không có số người để biết có phải làm tròn lên "
            "hay không, nên phép thử được làm cả khi tính chúng và khi bỏ chúng ra."
        )
        return [text.format(unchecked=number(widest["exact_unchecked"]), exact=number(widest["exact"]))]


def _caveat() -> str:
    return _(
        "Phép thử coi kết quả gần 100% rơi đều hai bên; nếu nói chung kết quả ở gần 100% đông dần lên thì tỷ lệ ở trên "
        "đã quá một nửa, nhất là với khoảng rộng. Báo chí chọn kết quả đáng in, nên phần dư ở trên có thể là của việc "
        "đăng tin chứ không phải của đơn vị. Kết quả của cùng một đơn vị qua các năm được coi là độc lập."
    )


def caliper(rows: pd.DataFrame, *, widths: Sequence[float] = WIDTHS, level: float = 0.95) -> Caliper:
    """Return the caliper test at 100% of the target, for each width.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.published.selection.best_attainment`. Results of a part of what their target is for, and
        those that are printed or counted as *about*, *nearly* or *more than*, are left out.
    widths : sequence of float
        Percentage points on either side; a result at the very edge is inside.
    level : float
        Coverage of the intervals.

    Notes
    -----
    A printed 99 or 101 lies on the side on which it is printed, however it was rounded; a printed 100 may
    stand for 99.6. It is placed by its counts where there are any, and else counts as exactly 100%. A result
    rounded to steps wider than the caliper could lie in it only at 100 itself, and is left out of that width.

    Raises
    ------
    ParameterError
        A width is not above 0, or another parameter is out of its range.

    References
    ----------
    Gerber, A. S. and Malhotra, N. (2008). Do statistical reporting standards affect what is published?
    Publication bias in two leading political science journals. *Quarterly Journal of Political Science* 3,
    313-326.
    """
    if not widths or any(not 0 < width < 100 for width in widths):
        raise ParameterError(f"widths are {list(widths)}; each lies above 0 and below 100 percentage points")
    if not 0 < level < 1:
        raise ParameterError(f"level is {level}; it lies between 0 and 1")
    used, dropped = _placed(rows)
    records = [
        _tested(used, width, level, with_exact=exact)
        for width in sorted(set(widths))
        for exact in (False, True)
    ]
    widest = records[-1]
    findings = (
        ()
        if widest["below"] + widest["above"] + widest["exact"]
        else (Finding("few_rows", "", {"count": 0, "least": 1}),)
    )
    return Caliper(
        name="caliper",
        title=_("Kết quả công bố ngay trên và ngay dưới 100% chỉ tiêu"),
        estimates=pd.DataFrame.from_records(records),
        specification=_("nhị thức, một nửa ở mỗi bên của 100%"),
        n=len(used),
        covariance="exact",
        dropped=dropped,
        findings=findings,
        level=level,
    )


def _placed(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return the whole and exact results with ``value`` (percent), ``step`` (of their rounding) and ``unchecked``."""
    printed = rows["attainment_printed"].notna()
    counted = rows["admitted_qualifier"].eq("exact") & rows["target_qualifier"].eq("exact")
    counted &= rows["attainment"].notna() & rows["attainment_low"].eq(rows["attainment_high"])
    exact = counted.mask(printed, rows["attainment_printed_qualifier"].eq("exact")).fillna(value=False)
    reasons = {
        _("kết quả của một phần năm hay một phần kỳ"): rows["part"].astype(bool),
        _("tỷ lệ hay số người không được nêu chính xác"): ~exact.astype(bool),
    }
    kept, dropped = pd.Series(data=True, index=rows.index), []
    for reason, out in reasons.items():
        lost = kept & out
        dropped += [Dropped(reason, int(lost.sum()))] if lost.any() else []
        kept &= ~out
    value = rows["percent"].astype(float)
    hundred = printed & value.eq(100)
    value = value.mask(hundred & counted.astype(bool), rows["attainment"].astype(float))
    step = (10.0 ** -rows["attainment_decimals"].astype(float)).where(printed, 0.0)
    table = pd.DataFrame({"value": value, "step": step, "unchecked": hundred & ~counted.astype(bool)})
    return table.loc[kept], tuple(dropped)


def _tested(used: pd.DataFrame, width: float, level: float, *, with_exact: bool) -> dict[str, Any]:
    fine = used["step"] <= width + _EDGE
    distance = (used["value"] - 100).where(fine & (np.abs(used["value"] - 100) <= width + _EDGE))
    at = distance.abs() <= _EDGE
    below, above = int((distance < -_EDGE).sum()), int((distance > _EDGE).sum())
    record: dict[str, Any] = {"term": f"{width:g} with 100" if with_exact else f"{width:g}"}
    record |= dict.fromkeys(ESTIMATES[1:], np.nan)
    record |= {
        "width": width,
        "with_exact": with_exact,
        "below": below,
        "above": above,
        "exact": int(at.sum()),
    }
    record |= {"exact_unchecked": int((at & used["unchecked"]).sum()), "coarse": int((~fine).sum())}
    reached = above + int(at.sum()) * with_exact
    if not below + reached:
        return record
    test = stats.binomtest(reached, below + reached)
    limits = test.proportion_ci(level)
    parts = ("", "_low", "_high")
    shown = dict(zip(parts, (reached / (below + reached), limits.low, limits.high), strict=True))
    record |= {f"response{part}": value for part, value in shown.items()}
    return record | {
        "estimate": shown[""],
        "low": limits.low,
        "high": limits.high,
        "p_value": test.pvalue,
    }


def _row(row: Mapping[str, Any]) -> list[str]:
    text = (
        _("±{width} điểm, kể cả đúng 100%") if row["with_exact"] else _("±{width} điểm, không kể đúng 100%")
    )
    return [
        text.format(width=plain(row["width"])),
        *(number(row[name]) for name in ("below", "exact", "above")),
        "–" if pd.isna(row["estimate"]) else percent(100 * row["estimate"]),
        interval(100 * row["low"], 100 * row["high"], 3),
        p_value(row["p_value"]),
    ]
