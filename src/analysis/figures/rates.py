"""Admission rates a year, beside the 3-4% of Resolution 21-NQ/TW, each with its denominator."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import wording
from analysis.figures import named_rows, paper, style
from analysis.language import _, day, number
from analysis.models.published.rows import yearly_rates
from analysis.shown import Drawing

FEWEST_MEMBERS = 30
"""Rates of fewer members than this say little and stretch the axis; they stay in the table."""

BAND = (3.0, 4.0)
"""Percent of members to be admitted a year, Resolution 21-NQ/TW of 2022 for 2020-2025."""


@paper.drawn
def rates(unit_periods: pd.DataFrame) -> Drawing | None:
    """Draw the yearly admission rates of units; None where there is none.

    Printed rates are diamonds, computed ones circles with exact Poisson limits; the denominator
    of each stands beside it.

    Parameters
    ----------
    unit_periods : DataFrame
        Rows of the processed table.
    """
    found = yearly_rates(unit_periods)
    few = found["members_used"].astype("Float64") < FEWEST_MEMBERS
    found = found.loc[~few.fillna(False)]
    if found.empty:
        return None
    rows = wording.in_order(found).reset_index(drop=True)
    labels = [
        named_rows.fold(f"{wording.unit(r)} · {wording.short_period(r)}", 36) for r in rows.itertuples()
    ]
    figure, (axes,) = style.new(named_rows.height(labels, frame=1.1, beside=2))
    named_rows.axis(axes, labels, beside=2)
    axes.axvspan(*BAND, color=style.BAND, zorder=0, linewidth=0)
    for position, row in enumerate(rows.itertuples()):
        was_printed = row.rate_basis == "printed"
        colour = style.ORANGE if was_printed else style.BLUE
        if pd.notna(row.rate_low):
            axes.plot([row.rate_low, row.rate_high], [position] * 2, color=colour, linewidth=1.2)
        axes.plot(row.rate, position, "D" if was_printed else "o", color=colour, markersize=5.5)
        words = f"{_rate(row)} · {denominator(row)}"
        named_rows.beside(axes, position, words, 34)
    axes.set_xlim(0, max(5.0, 1.06 * float(rows[["rate", "rate_high"]].max().max())))
    axes.text(
        3.5,
        1.01,
        _("3–4%"),
        transform=axes.get_xaxis_transform(),
        ha="center",
        va="bottom",
        fontsize=style.small(),
        color=style.SOFT,
    )
    axes.set_xlabel(_("Số kết nạp một năm trên 100 đảng viên"))
    axes.xaxis.set_major_formatter(lambda value, _position: number(value, 0 if value == int(value) else 1))
    title = _("Tỷ lệ kết nạp một năm so với đảng viên")
    alt = _(
        "Biểu đồ chấm: {count} tỷ lệ kết nạp một năm, từ {low} đến {high} trên 100 đảng viên; {inside} nằm trong dải 3–4%."
    ).format(
        count=number(len(rows)),
        low=number(rows["rate"].min(), 1),
        high=number(rows["rate"].max(), 1),
        inside=number(rows["rate"].between(*BAND).sum()),
    )
    caption = _(
        "Dải màu: 3–4% số đảng viên mỗi năm, mức Nghị quyết 21-NQ/TW (2022) đặt ra cho 2020–2025; "
        "các năm trước chỉ để đối chiếu. Hình thoi: tỷ lệ nguồn nêu; chấm: phần mềm tính từ số kết nạp và số "
        "đảng viên, kèm khoảng tin cậy 95% (Poisson chính xác). Mẫu số ghi cạnh mỗi dòng; tỷ lệ có mẫu số khác "
        "nhau không so thẳng với nhau được. Nhiệm kỳ và nhiều năm: bình quân một năm. Kết quả chưa trọn năm không đưa vào, "
        "đơn vị dưới {fewest} đảng viên chỉ có trong bảng."
    ).format(fewest=FEWEST_MEMBERS)
    columns = ["unit", "level", "district", "period_type", "period_start", "period_end", "admitted"]
    columns += [
        "rate",
        "rate_low",
        "rate_high",
        "rate_basis",
        "rate_denominator",
        "members_used",
        "members_date",
        "sources",
    ]
    return Drawing("rates", title, caption, alt, style.svg(figure, "rates", alt), rows[columns])


def _rate(row: Any) -> str:
    word = (
        wording.name("qualifier", row.rate_qualifier)
        if row.rate_basis == "printed" and row.rate_qualifier != "exact"
        else ""
    )
    return f"{word} {number(row.rate, int(row.rate_places))}%".strip()


def denominator(row: Any) -> str:
    """Return the denominator of a rate in words: ``2.128 đảng viên, 31/12/2016``."""
    if wording.known(row.members_used):
        count = wording.count(row.members_used, row.rate_qualifier)
        return _("trên {count} đảng viên ({day})").format(count=count, day=day(row.members_date))
    return wording.name("denominator", row.rate_denominator or "unstated")
