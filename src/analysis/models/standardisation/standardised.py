"""What standardisation returns: rates or ratios a group, with the standard that they stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.language import _, plain
from analysis.models.estimate_words import interval, significant
from analysis.models.result import Result
from analysis.models.standardisation.standard import Standard
from analysis.models.sums import counted
from analysis.models.terms import category_label, factor_label
from analysis.shown import Head, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Standardised(Result):
    """Standardised figures, a row a group; a group that has none is blank, with a finding.

    Attributes
    ----------
    by : str
        Column that tells the groups.
    standard : Standard
        What the groups are set against.
    per : float
        Exposure that rates are per.
    """

    by: str
    standard: Standard
    per: float

    def words(self) -> list[str]:
        """Return what the result says: the standard, the highest and the lowest group, and what is not said."""
        return [*([] if self.withheld else self._said()), *self._findings(), *self._basis()]

    def _said(self) -> list[str]:
        by = ", ".join(factor_label(name) for name in self.standard.strata)
        lines = [_("Chuẩn hóa theo {by}; chuẩn: {name}.").format(by=by, name=self.standard.name)]
        shown = self.estimates.dropna(subset="response")
        if len(shown) > 1:
            highest, lowest = (shown.loc[shown["response"].agg(end)] for end in ("idxmax", "idxmin"))
            lines.append(
                _("Cao nhất: {high}; thấp nhất: {low}.").format(
                    high=self._with_interval(highest), low=self._with_interval(lowest)
                )
            )
        return [
            *lines,
            self._comparable(),
            _(
                "Khoảng chỉ gồm biến động ngẫu nhiên (Poisson) của số kết nạp, không gồm khác biệt giữa các đơn vị trong nhóm; khác biệt còn lại không nói lên nguyên nhân."
            ),
        ]

    def _with_interval(self, row: pd.Series) -> str:
        limits = interval(row["response_low"], row["response_high"])
        return f"{category_label(self.by, row['term'])} {significant(row['response'])} ({limits})"

    def _comparable(self) -> str:
        raise NotImplementedError

    def _range_head(self) -> str:
        return _("Khoảng {share}%").format(share=plain(100 * self.level))


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectlyStandardised(Standardised):
    """Directly standardised rates, a row a group.

    ``estimates`` has after its usual columns, in which ``estimate`` and ``response`` are the rate per ``per``:
    ``observed``, ``exposure``, ``crude`` (rate as it stands), ``ratio``, ``ratio_low``, ``ratio_high`` (to the
    reference group; missing without one).

    Attributes
    ----------
    reference : str
        Group that ratios are to; empty for none.
    weights : DataFrame
        The strata with ``weight``, their share of the standard.
    """

    reference: str
    weights: pd.DataFrame

    def _comparable(self) -> str:
        return _(
            "Tỷ lệ chuẩn hóa trực tiếp là tỷ lệ mà nhóm sẽ có nếu cơ cấu của nó là cơ cấu của chuẩn; nó chỉ để so sánh, và đổi "
            "theo chuẩn."
        )

    def to_table(self) -> Table:
        """Return the groups as a notebook shows them."""
        per = plain(self.per)
        names = [_("Kết nạp"), _("Mẫu số"), _("Tỷ lệ thô trên {per}").format(per=per)]
        names += [_("Tỷ lệ chuẩn hóa trên {per}").format(per=per), self._range_head()]
        if self.reference:
            reference = category_label(self.by, self.reference)
            names += [_("Tỷ số với {group}").format(group=reference), self._range_head()]
        heads = [Head(factor_label(self.by).capitalize())] + [Head(name, numeric=True) for name in names]
        rows = [self._cells(row) for row in self.estimates.to_dict("records")]
        return Table(self.name, direct_title(), " ".join(self.words()), heads, rows, self.estimates)

    def _cells(self, row: dict[str, Any]) -> list[str]:
        cells = [category_label(self.by, row["term"])]
        cells += [counted(row["observed"]), counted(row["exposure"]), significant(row["crude"])]
        cells += [significant(row["response"]), interval(row["response_low"], row["response_high"])]
        if self.reference:
            cells += [significant(row["ratio"]), interval(row["ratio_low"], row["ratio_high"])]
        return cells


@dataclass(frozen=True, slots=True, kw_only=True)
class IndirectlyStandardised(Standardised):
    """Ratios of observed to expected, a row a group.

    ``estimates`` has after its usual columns, in which ``response`` is observed / expected and ``estimate`` its
    logarithm: ``observed``, ``exposure``, ``expected``, ``crude`` (rate as it stands), ``rate``, ``rate_low``,
    ``rate_high`` (ratio × the standard's crude rate), rates per ``per``.
    """

    def _comparable(self) -> str:
        return _(
            "Tỷ số so mỗi nhóm với chuẩn; hai nhóm có cơ cấu khác nhau không so được với nhau qua nó. Tỷ lệ của chuẩn được coi "
            "là đã biết."
        )

    def to_table(self) -> Table:
        """Return the groups as a notebook shows them."""
        per = plain(self.per)
        names = [_("Kết nạp"), _("Kỳ vọng"), _("Kết nạp / kỳ vọng"), self._range_head()]
        names += [
            _("Tỷ lệ thô trên {per}").format(per=per),
            _("Tỷ lệ chuẩn hóa gián tiếp trên {per}").format(per=per),
        ]
        heads = [Head(factor_label(self.by).capitalize())] + [Head(name, numeric=True) for name in names]
        rows = [
            [
                category_label(self.by, row["term"]),
                counted(row["observed"]),
                significant(row["expected"]),
                significant(row["response"]),
                interval(row["response_low"], row["response_high"]),
                significant(row["crude"]),
                significant(row["rate"]),
            ]
            for row in self.estimates.to_dict("records")
        ]
        return Table(self.name, indirect_title(), " ".join(self.words()), heads, rows, self.estimates)


def direct_title() -> str:
    """Return the title of directly standardised rates."""
    return _("Tỷ lệ kết nạp chuẩn hóa trực tiếp")


def indirect_title() -> str:
    """Return the title of indirectly standardised ratios."""
    return _("Số kết nạp so với kỳ vọng theo chuẩn (chuẩn hóa gián tiếp)")


def direct_specification(model: str, strata: Sequence[str]) -> str:
    """Return the line of directly standardised rates: ``model`` within ``strata``."""
    return _("{model}; chuẩn hóa trực tiếp theo {strata}").format(model=model, strata=" × ".join(strata))


def indirect_specification(model: str, strata: Sequence[str]) -> str:
    """Return the line of indirectly standardised ratios: ``model`` within ``strata``."""
    return _("{model}; chuẩn hóa gián tiếp theo {strata}").format(model=model, strata=" × ".join(strata))
