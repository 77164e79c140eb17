"""The checks that fired, each as a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis import wording
from analysis.language import _, number, plain
from analysis.shown import Head, Table
from analysis.tables.references import numbers, references

QUIET = ("agrees", "below")
"""Findings that need no reader: the numbers agree, or a source lists some units only."""


def fired(checks: pd.DataFrame) -> pd.DataFrame:
    """Return the checks that a reader should see: not those that agree or only list some units.

    Targets implied by a printed percent stand in the main table and are left out too.
    """
    implied_target = checks["check"].eq("attainment") & checks["finding"].eq("implied")
    empty = checks["finding"].eq("implied") & checks["low"].isna()
    return checks.loc[~checks["finding"].isin(QUIET) & ~implied_target & ~empty]


def checks(rows: pd.DataFrame, sources: pd.DataFrame) -> Table | None:
    """Return the checks that fired with what they found; None where none did.

    Parameters
    ----------
    rows, sources : DataFrame
        Rows of the processed tables.
    """
    shown = wording.in_order(fired(rows))
    if shown.empty:
        return None
    known = numbers(sources)
    heads = [
        Head(_("Đơn vị")),
        Head(_("Thời kỳ")),
        Head(_("Số liệu")),
        Head(_("Phát hiện")),
        Head(_("Nguồn")),
    ]
    cells = [
        (
            wording.unit(row),
            wording.period(row),
            _what(row),
            sentence(row),
            references(row.sources, known),
        )
        for row in shown.itertuples()
    ]
    agreeing = int(rows["finding"].eq("agrees").sum())
    caption = _("Số nguồn nêu luôn được giữ. {agreeing} phép kiểm tra khác khớp và không ghi ở đây.").format(
        agreeing=number(agreeing)
    )
    return Table("checks", _("Các phép kiểm tra đã báo"), caption, heads, cells, shown)


def _what(row: Any) -> str:
    measure = row.measure if row.check != "sources" else row.measure.removesuffix("_printed")
    if measure.startswith("target_") and measure != "target_rate":
        measure = "target"
    words = wording.name("measure", "admission_rate" if measure == "rate" else measure)
    return words if row.subgroup == "all" else f"{words}, {wording.name('subgroup', row.subgroup)}"


def sentence(row: Any) -> str:
    """Return what a check found, in a sentence with its numbers."""
    makers: dict[str, Callable[[Any], str]] = {
        "attainment": _percent_of_target,
        "share": _share,
        "rate": _rate,
        "parts": _parts,
        "units": _units,
        "running_total": _running,
        "stock": _stock,
        "sources": _sources,
        "span": _span,
        "members": _members,
    }
    return makers[row.check](row)


def _says(row: Any) -> str:
    word = wording.name("qualifier", row.qualifier) if row.qualifier else ""
    return _("Nguồn nêu {printed}%; {a}/{b} = {computed}%").format(
        printed=f"{word} {plain(row.printed)}".strip(),
        a=number(row.numerator),
        b=number(row.denominator),
        computed=number(row.computed, 2),
    )


def _truncation(row: Any) -> str:
    return _says(row) + _(": khớp nếu nguồn cắt bỏ phần lẻ thay vì làm tròn.")


def _percent_of_target(row: Any) -> str:
    if row.explanation == "whole_targets":
        return _(
            "Không có chỉ tiêu nguyên nào cho {printed}% nếu làm tròn; nếu nguồn cắt bỏ phần lẻ thì chỉ tiêu là {span}."
        ).format(printed=plain(row.printed), span=wording.span(row.low, row.high))
    if row.explanation == "no_whole_target":
        return _(
            "Nguồn nêu {printed}% với {a} người, nhưng không có chỉ tiêu nguyên nào cho tỷ lệ ấy; gần nhất, {b} cho {computed}%."
        ).format(
            printed=plain(row.printed),
            a=number(row.numerator),
            b=number(row.denominator),
            computed=number(row.computed, 2),
        )
    if row.explanation in ("zero", "zero_target"):
        return _("Nguồn nêu {printed}% với {a} người: không tính được chỉ tiêu.").format(
            printed=plain(row.printed), a=number(row.numerator)
        )
    if row.finding == "truncated":
        return _truncation(row)
    if row.finding == "explained":
        return _says(row) + _("; {other} ({what}) làm mẫu số thì khớp.").format(
            other=number(row.other), what=_denominator(row.explanation)
        )
    return _says(row) + _(": không khớp, chưa thấy mẫu số nào giải thích.")


def _denominator(explanation: str) -> str:
    if explanation.startswith("members"):
        return wording.name("denominator", explanation)
    return _("chỉ tiêu")


def _share(row: Any) -> str:
    if row.explanation == "part_exceeds_whole":
        return _("Phần ({a}) lớn hơn toàn bộ ({b}).").format(
            a=number(row.numerator), b=number(row.denominator)
        )
    if row.explanation == "no_whole_count":
        return _("Không có số người nguyên nào trong {b} cho {printed}%.").format(
            b=number(row.denominator), printed=plain(row.printed)
        )
    if row.explanation == "whole_counts":
        return _(
            "Không có số người nguyên nào trong {b} cho {printed}% nếu làm tròn; nếu cắt bỏ phần lẻ thì là {span} người."
        ).format(b=number(row.denominator), printed=plain(row.printed), span=wording.span(row.low, row.high))
    if row.finding == "implied":
        return _("Nguồn nêu {a} người là {printed}%, không nêu tổng; tổng theo đó là {span}.").format(
            a=number(row.numerator), printed=plain(row.printed), span=wording.span(row.low, row.high)
        )
    if row.finding == "truncated":
        return _truncation(row)
    if row.explanation == "neighbours_count":
        return _says(row) + _(
            "; {other} người ({who}) mới cho tỷ lệ nguồn nêu: hai tỷ lệ có lẽ bị đổi chỗ."
        ).format(other=number(row.other), who=wording.name("subgroup", row.names))
    if row.finding == "explained":
        return _says(row) + _("; tính trên {other} ({what}) thì khớp: nguồn dùng mẫu số khác.").format(
            other=number(row.other), what=_denominator(row.explanation)
        )
    return _says(row) + _(": không khớp, chưa thấy mẫu số nào giải thích.")


def _rate(row: Any) -> str:
    if row.explanation == "whole_members":
        words = _("{a} người là {printed}% thì mẫu số là {span} đảng viên.").format(
            a=number(row.numerator), printed=plain(row.printed), span=wording.span(row.low, row.high)
        )
        if row.finding == "differs":
            words += " " + _(
                "Tỷ lệ kết nạp in cùng năm lại ứng với khoảng {other} đảng viên: hai mẫu số không thể là một."
            ).format(other=number(row.other))
        return words
    tail = (
        "."
        if row.finding == "agrees"
        else _(": khớp nếu cắt bỏ phần lẻ.")
        if row.finding == "truncated"
        else _(": không khớp.")
    )
    return _says(row) + tail


def _parts(row: Any) -> str:
    return _("Các phần cộng lại {computed}, nguồn nêu tổng {printed}.").format(
        computed=number(row.computed), printed=number(row.printed)
    )


def _units(row: Any) -> str:
    return _("{other} đơn vị được nêu cộng lại {computed}, nhiều hơn tổng được nêu {printed}.").format(
        other=number(row.other), computed=number(row.computed), printed=number(row.printed)
    )


def _running(row: Any) -> str:
    return _("Số cộng dồn {printed} nhỏ hơn số {other} in cho một mốc sớm hơn cùng năm.").format(
        printed=number(row.printed), other=number(row.other)
    )


def _stock(row: Any) -> str:
    return _(
        "Số đảng viên giảm từ {other} xuống {printed} trong khi có {admitted} người được kết nạp: ít nhất {low} đảng viên đã đi khỏi đơn vị."
    ).format(
        other=number(row.other),
        printed=number(row.printed),
        admitted=number(row.numerator),
        low=number(row.low),
    )


def _sources(row: Any) -> str:
    word = wording.name("qualifier", row.explanation) if row.explanation else ""
    return _("Các nguồn nêu khác nhau; nguồn này nêu {printed}.").format(
        printed=f"{word} {plain(row.printed)}".strip()
    )


def _span(row: Any) -> str:
    return _(
        "Nguồn không cho biết {printed} là của một năm hay của cả thời kỳ; số này không được dùng để tính."
    ).format(printed=plain(row.printed))


def _members(row: Any) -> str:
    return _("Số kết nạp ({a}) lớn hơn số đảng viên cuối kỳ ({b}).").format(
        a=number(row.numerator), b=number(row.denominator)
    )
