"""The main points of a province: its best-documented results, and what changed, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis import wording
from analysis.language import _, day, number, plain, printed
from analysis.report.place_slice import Place
from analysis.shown import Prose
from analysis.tables.units import truncated

_MOST_OF_ALL, _MOST_UNITS = 4, 5
_FEWEST_MEMBERS = 30
"""Rates of fewer members say little and are left to the table."""


def key_points(place: Place) -> Prose | None:
    """Return the main results, a sentence each; None where none is known.

    First those of the whole province, then the lowest and highest attainment and the
    best-documented units: the choice does not favour success.
    """
    rows = place.tables.unit_periods
    told = ["admitted", "attainment_printed", "target_low", "members_end", "recognised", "rate_printed"]
    result = rows.loc[rows["admitted"].notna() | rows["attainment_printed"].notna()]
    ranked = result.assign(
        known=result[told].notna().sum(axis=1),
        whole=[not wording.partial(row) for row in result.itertuples()],
        percent=result["attainment_printed"].fillna(result["attainment"]),
    ).sort_values(["whole", "known", "period_end", "unit_id"], ascending=[False, False, False, True])
    of_all = ranked.loc[ranked["level"] == "province"].head(_MOST_OF_ALL)
    units = ranked.loc[(ranked["level"] != "province") & (ranked["known"] > 1)]
    extremes = (
        units.sort_values("percent", kind="stable")
        .dropna(subset="percent")
        .iloc[[0, -1] if units["percent"].notna().any() else []]
    )
    best = pd.concat([of_all, extremes, units.groupby("unit_id").head(2).head(_MOST_UNITS)])
    best = wording.in_order(best.loc[~best.index.duplicated()])
    if best.empty:
        return None
    return Prose([sentence(row) for row in best.itertuples()], listed=True)


def sentence(row: Any) -> Markup:
    """Return one result in words: admitted, percent and target, members and rate, recognised."""
    parts = []
    if pd.notna(row.admitted):
        parts.append(
            _("kết nạp {count} đảng viên").format(count=wording.count(row.admitted, row.admitted_qualifier))
        )
    if pd.notna(row.attainment_printed):
        word = wording.name("qualifier", row.attainment_printed_qualifier)
        said = f"{word} {printed(row.attainment_printed, int(row.attainment_decimals))}".strip()
        yearly = _(" của chỉ tiêu mỗi năm") if row.span == "each_year" else _(" chỉ tiêu")
        parts.append(_("đạt {said}{yearly} theo nguồn").format(said=said, yearly=yearly))
    if target := _target_words(row):
        parts.append(target)
    if pd.notna(row.rate_printed) and (row.period_type == "year" or row.rate_span == "each_year"):
        word = wording.name("qualifier", row.rate_printed_qualifier)
        said = f"{word} {printed(row.rate_printed, int(row.rate_decimals))}".strip()
        where = wording.name("denominator", row.denominator or "unstated")
        parts.append(_("tỷ lệ kết nạp {said} theo nguồn ({where})").format(said=said, where=where))
    for side in ("end", "start"):
        if (
            pd.notna(row_rate := getattr(row, f"rate_{side}_per_year"))
            and getattr(row, f"members_{side}") >= _FEWEST_MEMBERS
        ):
            parts.append(_rate_words(row, side, row_rate))
            break
    if pd.notna(row.recognised):
        parts.append(_("{count} người được công nhận chính thức").format(count=number(row.recognised)))
    told = wording.period(row)
    part = _(" (chưa trọn kỳ)") if wording.partial(row) and "(" not in told else ""
    head = f"{wording.unit(row)}, {told}{part}"
    return Markup("<strong>{}</strong>: {}.").format(head, "; ".join(parts))


def _target_words(row: Any) -> str:
    if row.target_basis == "none_fits":
        return _("không có chỉ tiêu nguyên nào cho đúng tỷ lệ ấy") + truncated(row)
    if pd.isna(row.target_low):
        return ""
    whole = {"whole_year": _(" cả năm"), "whole_term": _(" cả nhiệm kỳ"), "each_year": _(" mỗi năm")}.get(
        row.target_scope, ""
    )
    words = wording.span(row.target_low, row.target_high)
    if row.target_basis == "inferred":
        return _("chỉ tiêu{whole} suy ra {span}").format(whole=whole, span=words)
    words = wording.count(row.target_low, row.target_qualifier)
    said = _("chỉ tiêu{whole} {span}").format(whole=whole, span=words)
    if pd.isna(row.attainment_printed) and pd.notna(row.attainment):
        floor = _(" của mức ấy") if row.target_qualifier != "exact" else ""
        said += _(", tức {share}%{floor}").format(share=plain(row.attainment, 1), floor=floor)
    if row.attainment_reading == "differs":
        said += _(" (tính ra {share}%, không khớp)").format(share=plain(row.attainment, 1))
    return said


def _rate_words(row: Any, side: str, rate: float) -> str:
    members = wording.count(getattr(row, f"members_{side}"), getattr(row, f"members_{side}_qualifier"))
    where = _("cuối kỳ") if side == "end" else _("đầu kỳ")
    mean = "" if row.period_type == "year" else _(" bình quân một năm")
    return _("{rate} người kết nạp{mean} trên 100 đảng viên {where} ({members} ngày {day})").format(
        rate=number(rate, 1),
        mean=mean,
        where=where,
        members=members,
        day=day(getattr(row, f"members_{side}_date")),
    )


def process_lines(place: Place) -> Prose | None:
    """Return how the cells without a committee, or places without members, changed; None if unknown."""
    figures = place.tables.figures
    gaps = figures.loc[
        figures["measure"].isin(["places_without_members", "places_without_cell", "cells_without_committee"])
    ]
    lines = []
    for _key, group in gaps.groupby(["unit_id", "measure", "subgroup"], sort=True):
        days = group.sort_values("period_end")
        if days["period_end"].nunique() < 2:
            continue
        first, last = days.iloc[0], days.iloc[-1]
        totals = figures.loc[
            figures["measure"].eq("cells")
            & figures["unit_id"].eq(first["unit_id"])
            & figures["subgroup"].eq(first["subgroup"])
            & figures["source_id"].eq(first["source_id"])
            & figures["subgroup"].ne("all")
        ]
        of = _(" trong {count} chi bộ").format(count=number(totals["value"].iloc[-1])) if len(totals) else ""
        group_words = (
            "" if first["subgroup"] == "all" else f" ({wording.name('subgroup', first['subgroup'])})"
        )
        lines.append(
            _("{unit}: {measure}{group} từ {first}{of} ({first_day}) còn {last} ({last_day}).").format(
                unit=wording.unit(first),
                measure=wording.name("measure", first["measure"]),
                group=group_words,
                first=number(first["value"]),
                of=of,
                first_day=wording.period(first),
                last=number(last["value"]),
                last_day=wording.period(last),
            )
        )
    return Prose(lines, listed=True) if lines else None
