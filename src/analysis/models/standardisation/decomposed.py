"""What a decomposition returns: effects that add up to the difference of two rates or products."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.language import _, number, plain
from analysis.models.estimate_words import interval, p_value, significant
from analysis.models.result import Result
from analysis.models.terms import factor_label
from analysis.shown import Head, Table

PART = "composition:"
"""Begins the term of one factor of the composition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition(Result):
    """Effects that add up to a difference, a row an effect, on the scale of the difference.

    Of rates, the terms are ``difference``, ``rates``, ``composition`` and, with several factors of composition,
    ``composition:<factor>``. Of products they are ``difference`` and the factors. ``estimates`` has after its usual
    columns ``share`` (of the difference, in percent; missing where the interval of the difference includes zero).

    Attributes
    ----------
    sides : tuple of str
        Words for the two sides; the difference is the second less the first.
    values : tuple of float
        Rate (per ``per``) or product on each side.
    per : float
        Exposure that rates are per; 1 for products.
    cells : DataFrame
        Of rates: one row a cell, its key, ``first_exposure``, ``second_exposure``, ``first_rate``, ``second_rate``
        (missing in a cell without exposure), ``composition`` and ``rates`` (what the cell adds to these
        effects). Empty for products.
    """

    sides: tuple[str, str]
    values: tuple[float, float]
    per: float
    cells: pd.DataFrame

    def words(self) -> list[str]:
        """Return what the result says: the difference, its parts, and that they are no causes."""
        return [*([] if self.withheld else self._said()), *self._findings(), *self._basis()]

    def _said(self) -> list[str]:
        change, *effects = self.estimates.to_dict("records")
        lines = [
            _("{first}: {low}; {second}: {high}; chênh lệch {change}{interval}.").format(
                first=self.sides[0],
                second=self.sides[1],
                low=significant(self.values[0]),
                high=significant(self.values[1]),
                change=significant(change["response"]),
                interval=_bracketed(change),
            )
        ]
        lines += [
            _("Phần do {what}: {effect}{interval}.").format(
                what=_term(effect["term"]),
                effect=significant(effect["response"]),
                interval=_bracketed(effect),
            )
            for effect in effects
        ]
        if not np.isnan(change["share"]):
            whole = [effect for effect in effects if not effect["term"].startswith(PART)]
            shares = [(_term(effect["term"]), effect["share"]) for effect in whole]
            said = "; ".join(f"{what} {number(share)}%" for what, share in shares)
            lines.append(_("Trong chênh lệch: {shares} (phần trái chiều mang dấu trừ).").format(shares=said))
        if self.covariance:
            lines.append(
                _(
                    "Khoảng coi số đảng viên là đã biết và số kết nạp là biến Poisson, không gồm khác biệt giữa các đơn vị "
                    "trong nhóm."
                )
            )
        lines.append(
            _(
                "Phép phân tích này chia một chênh lệch theo số học; nó không nói điều gì gây ra chênh lệch, và đổi theo cách chia "
                "nhóm."
            )
        )
        return lines

    def to_table(self) -> Table:
        """Return the effects as a notebook shows them."""
        heads = [Head(_("Phần"))]
        names = [
            _("Đóng góp"),
            _("Khoảng {share}%").format(share=plain(100 * self.level)),
            "p",
            _("Tỷ trọng, %"),
        ]
        heads += [Head(name, numeric=True) for name in names]
        rows = [
            [
                _term(row["term"]),
                significant(row["response"]),
                interval(row["response_low"], row["response_high"]),
                p_value(row["p_value"]),
                significant(row["share"], 3),
            ]
            for row in self.estimates.to_dict("records")
        ]
        return Table(
            self.name, difference_title(*self.sides), " ".join(self.words()), heads, rows, self.estimates
        )


def _bracketed(row: Mapping[str, Any]) -> str:
    if np.isnan(row["response_low"]):
        return ""
    return f" ({interval(row['response_low'], row['response_high'])})"


def _term(term: str) -> str:
    if term.startswith(PART):
        return _("cơ cấu theo {factor}").format(factor=factor_label(term.removeprefix(PART)))
    words = {"difference": _("chênh lệch"), "rates": _("tỷ lệ trong từng nhóm"), "composition": _("cơ cấu")}
    return words.get(term, factor_label(term))


def difference_title(first: str, second: str) -> str:
    """Return the title of the decomposition of the difference of two sides."""
    return _("Phân tích chênh lệch giữa {first} và {second}").format(first=first, second=second)
