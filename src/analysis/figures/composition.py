"""Who was admitted: shares of subgroups with their intervals, beside the same share of members."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import wording
from analysis.figures import named_rows, paper, style
from analysis.language import _, number, plain, printed
from analysis.shown import Drawing
from analysis.vocab import table

NEAR_DAYS = 366
"""Admissions are set beside the members of a day at most so far from the period's end."""


@paper.drawn
def composition(shares: pd.DataFrame) -> Drawing | None:
    """Draw the shares among those admitted; None where no share is known.

    Parameters
    ----------
    shares : DataFrame
        Rows of the processed table ``composition``.
    """
    known = shares.loc[shares["share"].notna() & (shares["measure"] == "admitted")]
    if known.empty:
        return None
    rows = _ordered(known).reset_index(drop=True)
    labels = [named_rows.fold(_label(r), 44) for r in rows.itertuples()]
    most = named_rows.fitting(labels)
    rows, labels = rows.head(most), labels[:most]
    figure, (axes,) = style.new(named_rows.height(labels))
    named_rows.axis(axes, labels)
    for position, row in enumerate(rows.itertuples()):
        if pd.notna(row.share_low):
            axes.plot([row.share_low, row.share_high], [position] * 2, color=style.BLUE, linewidth=1.2)
        full = row.share_basis == "count"
        axes.plot(
            row.share,
            position,
            "o",
            color=style.BLUE,
            markersize=5.5,
            markerfacecolor=style.BLUE if full else style.PAPER,
        )
        members = _stock(shares, row)
        if members is not None:
            axes.plot(members, position, "|", color=style.ORANGE, markersize=13, markeredgewidth=2)
        named_rows.beside(axes, position, _numbers(row))
    axes.set_xlim(0, 100)
    axes.set_xlabel(_("Phần trong số người được kết nạp (%)"))
    title = _("Thành phần những người được kết nạp")
    alt = _("Biểu đồ chấm: {count} tỷ lệ thành phần trong số kết nạp, từ {low}% đến {high}%.").format(
        count=number(len(rows)), low=plain(rows["share"].min(), 1), high=plain(rows["share"].max(), 1)
    )
    caption = _(
        "Chấm đặc: tính từ số người; chấm rỗng: nguồn chỉ nêu tỷ lệ. Đoạn ngang: khoảng tin cậy Wilson 95%. "
        "Vạch cam: tỷ lệ cùng nhóm trong toàn bộ đảng viên của đơn vị, vào ngày gần nhất trong vòng một năm, khi có. Không có khoảng khi số chỉ gần đúng. Các nhóm chồng lên nhau: "
        "một người có thể thuộc nhiều nhóm."
    )
    if len(known) > len(rows):
        caption += " " + _("Hình giữ {shown} trong {all} tỷ lệ; bảng dữ liệu giữ tất cả.").format(
            shown=number(len(rows)), all=number(len(known))
        )
    columns = [
        "unit",
        "level",
        "district",
        "period_type",
        "period_start",
        "period_end",
        "dimension",
        "subgroup",
    ]
    columns += [
        "count",
        "count_qualifier",
        "total",
        "total_qualifier",
        "share_printed",
        "share_qualifier",
        "share",
        "share_low",
        "share_high",
        "share_basis",
        "sources",
    ]
    return Drawing(
        "composition", title, caption, alt, style.svg(figure, "composition", alt), _ordered(known)[columns]
    )


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    order = [row["code"] for row in table("subgroups")]
    rank = rows["subgroup"].map({code: n for n, code in enumerate(order)}).fillna(len(order))
    return (
        rows.assign(_rank=rank)
        .sort_values(["_rank", "subgroup", "unit_id", "period_end"])
        .drop(columns="_rank")
    )


def _stock(shares: pd.DataFrame, row: Any) -> float | None:
    """Return the share of the subgroup among the unit's members on the nearest day within a year."""
    stock = shares.loc[
        shares["share"].notna()
        & shares["measure"].eq("members")
        & shares["unit_id"].eq(row.unit_id)
        & shares["subgroup"].eq(row.subgroup)
    ]
    distance = (stock["period_end"] - row.period_end).abs()
    near = stock.loc[distance <= pd.Timedelta(days=NEAR_DAYS)]
    return float(near.loc[distance[near.index].idxmin(), "share"]) if len(near) else None


def _label(row: Any) -> str:
    group = wording.capital(wording.name("subgroup", row.subgroup))
    return f"{group} · {wording.unit(row)}, {wording.short_period(row)}"


def _numbers(row: Any) -> str:
    if wording.known(row.count) and wording.known(row.total):
        exact = row.count_qualifier == row.total_qualifier == "exact"
        share = f"{number(row.share, 1)}%" if exact else _("khoảng {share}%").format(share=number(row.share))
        part = wording.count(row.count, row.count_qualifier)
        return f"{part}/{wording.count(row.total, row.total_qualifier)} · {share}"
    word = wording.name("qualifier", row.share_qualifier) if row.share_qualifier not in ("", "exact") else ""
    return f"{word} {printed(row.share_printed, int(row.share_decimals))}".strip()
