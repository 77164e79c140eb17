"""The main table of a province: unit and period, admitted, target, attainment, members, rate."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis import wording
from analysis.clean.facts import TARGET_KINDS
from analysis.language import _, day, number, percent, plain, printed
from analysis.shown import Head, Table
from analysis.tables.references import numbers, references


def units(unit_periods: pd.DataFrame, sources: pd.DataFrame) -> Table | None:
    """Return the table of all results and targets of a province; None where there is none.

    Parameters
    ----------
    unit_periods, sources : DataFrame
        Rows of the processed tables.
    """
    told = ["admitted", "attainment_printed", "rate_printed", "target_rate_printed", "target_low"]
    known_rows = unit_periods.loc[unit_periods[told].notna().any(axis=1) | _any_target(unit_periods)]
    rows = wording.in_order(known_rows.loc[~_plan_told_elsewhere(known_rows)])
    if rows.empty:
        return None
    known = numbers(sources)
    heads = [
        Head(_("Đơn vị")),
        Head(_("Thời kỳ")),
        Head(_("Kết nạp"), numeric=True),
        Head(_("Chỉ tiêu")),
        Head(_("Tỷ lệ đạt")),
        Head(_("Đảng viên"), numeric=True),
        Head(_("Kết nạp trên 100 đảng viên, một năm")),
        Head(_("Nguồn")),
    ]
    cells = [
        (
            wording.unit(row),
            wording.period(row),
            wording.count(row.admitted, row.admitted_qualifier) if pd.notna(row.admitted) else "–",
            target(row),
            attainment(row),
            _members(row),
            rate(row),
            references(row.sources, known),
        )
        for row in rows.itertuples()
    ]
    caption = _(
        "Số nguồn nêu giữ nguyên; số phần mềm tính đặt trong [ ]. Kết quả của một phần năm hay một phần nhiệm kỳ "
        "đứng cạnh chỉ tiêu của cả năm hay cả nhiệm kỳ, không phải kết quả cuối. –: không có số liệu, không phải số không."
    )
    return Table(
        "units", _("Kết nạp, chỉ tiêu và đảng viên theo đơn vị và thời kỳ"), caption, heads, cells, rows
    )


def _any_target(rows: pd.DataFrame) -> pd.Series:
    return rows[[f"target_{kind}" for kind in TARGET_KINDS]].notna().any(axis=1)


def _plan_told_elsewhere(rows: pd.DataFrame) -> pd.Series:
    """Tell which rows hold only the plan of a year or term whose result so far stands beside it."""
    results = ["admitted", "attainment_printed", "rate_printed", "target_rate_printed"]
    bare = rows[results].isna().all(axis=1) & rows["conflict"].eq("")
    carried = {
        (unit, start, value)
        for unit, start, scope, value in zip(
            rows["unit_id"], rows["period_start"], rows["target_scope"], rows["target_low"], strict=True
        )
        if scope in ("whole_year", "whole_term")
    }
    own = list(zip(rows["unit_id"], rows["period_start"], rows["target_low"], strict=True))
    one_plan = rows[[f"target_{kind}" for kind in TARGET_KINDS]].notna().sum(axis=1) == 1
    return bare & one_plan & pd.Series([key in carried for key in own], rows.index)


def kind_words(kind: str) -> str:
    """Return the words for a kind of target."""
    return {
        "year_plan": _("kế hoạch năm"),
        "term_resolution": _("nghị quyết nhiệm kỳ"),
        "unspecified": _("nguồn không nêu loại"),
        "each_year": _("mỗi năm của nhiệm kỳ"),
    }[kind]


def _scope_words(scope: str) -> str:
    return {
        "whole_year": _("cả năm"),
        "whole_term": _("cả nhiệm kỳ"),
        "each_year": _("mỗi năm"),
    }.get(scope, "")


def target(row: Any) -> str:
    """Return the targets of a row, each of its own kind, or the inferred one with its range."""
    own = []
    for kind in TARGET_KINDS:
        value = getattr(row, f"target_{kind}")
        if pd.notna(value):
            words = wording.count(value, getattr(row, f"target_{kind}_qualifier"))
            own.append(f"{words} ({kind_words(kind)})")
    if own:
        return "; ".join(own)
    scope = _scope_words(row.target_scope)
    if row.target_basis == "printed":
        words = wording.count(row.target_low, row.target_qualifier)
        return f"{words} ({', '.join(filter(None, [scope, kind_words(row.target_kind)]))})"
    if row.target_basis == "inferred":
        words = wording.span(row.target_low, row.target_high)
        return f"{words} ({', '.join(filter(None, [_('suy ra'), scope]))}){truncated(row)}"
    if row.target_basis == "none_fits":
        return _("không có chỉ tiêu nguyên nào khớp") + truncated(row)
    return "–"


def truncated(row: Any) -> str:
    """Return the reading in which the source cut digits off, where it differs from the rounded one."""
    low, high = row.target_truncated_low, row.target_truncated_high
    if pd.isna(low):
        return ""
    if pd.notna(row.target_low) and (low, high) == (row.target_low, row.target_high):
        return ""
    return "; " + _("nếu nguồn cắt phần lẻ: {span}").format(span=wording.span(low, high))


def attainment(row: Any) -> str:
    """Return the attainment of a row: printed, and computed beside it."""
    parts = []
    if pd.notna(row.attainment_printed):
        word = wording.name("qualifier", row.attainment_printed_qualifier)
        said = f"{word} {printed(row.attainment_printed, row.attainment_decimals)}".strip()
        parts.append(said + (f" {_('kế hoạch mỗi năm')}" if row.span == "each_year" else ""))
    if pd.notna(row.attainment):
        low, high = percent(row.attainment_low), percent(row.attainment_high)
        sign = wording.SIGNS.get(row.target_qualifier, "") and _("so với mức nguồn nêu, ")
        parts.append(f"[{sign}{percent(row.attainment)}]" if low == high else f"[{low}–{high}]")
    if parts and pd.notna(row.elapsed_share):
        parts.append(_("khi năm đã qua {share}%").format(share=number(100 * row.elapsed_share)))
    elif parts and wording.partial(row):
        parts.append(_("chưa hết năm") if row.period_type == "partial_year" else _("chưa hết nhiệm kỳ"))
    return "; ".join(parts) or "–"


def _members(row: Any) -> str:
    for side in ("end", "start"):
        value = getattr(row, f"members_{side}")
        if pd.notna(value):
            words = wording.count(value, getattr(row, f"members_{side}_qualifier"))
            return f"{words} ({day(getattr(row, f'members_{side}_date'))})"
    return "–"


def rate(row: Any) -> str | Markup:
    """Return the yearly admission rate of a row with its denominator named, printed and computed."""
    parts = []
    if pd.notna(row.rate_printed) and (row.period_type == "year" or row.rate_span == "each_year"):
        word = wording.name("qualifier", row.rate_printed_qualifier)
        said = f"{word} {printed(row.rate_printed, int(row.rate_decimals))}".strip()
        parts.append(f"{said} ({wording.name('denominator', row.denominator or 'unstated')})")
    elif pd.notna(row.rate_printed):
        said = printed(row.rate_printed, int(row.rate_decimals))
        parts.append(
            _("{rate} của cả kỳ {months} tháng, không phải một năm ({denominator})").format(
                rate=said,
                months=plain(row.months, 1),
                denominator=wording.name("denominator", row.denominator or "unstated"),
            )
        )
    for side in ("end", "start"):
        value = getattr(row, f"rate_{side}_per_year")
        if pd.notna(value):
            where = _("đảng viên cuối kỳ") if side == "end" else _("đảng viên đầu kỳ")
            mean = "" if row.period_type == "year" else _(", bình quân một năm")
            parts.append(f"[{number(value, 1)}] ({where}{mean})")
            break
    if pd.notna(row.target_rate_printed):
        word = wording.name("qualifier", row.target_rate_printed_qualifier)
        said = f"{word} {printed(row.target_rate_printed, int(row.target_rate_decimals))}".strip()
        parts.append(_("chỉ tiêu {rate}").format(rate=said))
    return "; ".join(parts) or "–"
