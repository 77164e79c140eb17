"""Shares as percents in the reader's writing, and the words that every result about the probation needs."""

from __future__ import annotations

import pandas as pd

from analysis.language import _, language, number, percent
from analysis.models.process.probation import LEFT, RECOGNISED
from analysis.vocab import table


def share_shown(share: float) -> str:
    """Return a share as a percent; – where missing.

    Examples
    --------
    >>> share_shown(0.625), share_shown(float("nan"))
    ('62,5%', '–')
    """
    return "–" if pd.isna(share) else percent(100 * share)


def limits_shown(low: float, high: float) -> str:
    """Return the limits of a share as percents; – where one is missing.

    Examples
    --------
    >>> limits_shown(0.25, 0.5), limits_shown(0.25, float("nan"))
    ('25,0% – 50,0%', '–')
    """
    return "–" if pd.isna(low) or pd.isna(high) else f"{share_shown(low)} – {share_shown(high)}"


def coverage_head(level: float) -> str:
    """Return the head of a column of limits: ``Khoảng 95%``."""
    return _("Khoảng {share}").format(share=percent(100 * level, 0 if (100 * level) % 1 == 0 else 1))


def outcome_label(outcome: str) -> str:
    """Return the words for what the probation ended in.

    Examples
    --------
    >>> outcome_label("recognised"), outcome_label("struck_off")
    ('công nhận chính thức', 'xóa tên')
    """
    words = {row["code"]: row[f"label_{language()}"] for row in table("exits")}
    words |= {RECOGNISED: _("công nhận chính thức"), LEFT: _("rời đi, không rõ vì sao")}
    return words[outcome]


def apart_sentences(early: int | None, left_before: int | None) -> list[str]:
    """Return sentences about those whose probation ended before its twelve months, who are in no curve.

    Examples
    --------
    >>> apart_sentences(3, 0)
    ['Ngoài ra 3 người được công nhận trước 12 tháng.']
    """
    lines = []
    if early:
        lines.append(_("Ngoài ra {n} người được công nhận trước 12 tháng.").format(n=number(early)))
    if left_before:
        lines.append(_("Ngoài ra {n} người rời đi trước 12 tháng.").format(n=number(left_before)))
    return lines
