"""Stocks of members over time, a panel a unit."""

from __future__ import annotations

import math
import textwrap

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import wording
from analysis.figures import paper, style
from analysis.language import _, day, number
from analysis.shown import Drawing

MOST_PANELS = 12


@paper.drawn
def members(unit_periods: pd.DataFrame) -> Drawing | None:
    """Draw the members of each unit that has stocks at two days or more; None where none has.

    Parameters
    ----------
    unit_periods : DataFrame
        Rows of the processed table.
    """
    stocks = unit_periods.loc[unit_periods["members"].notna()].sort_values(
        ["unit_id", "period_end", "variant"]
    )
    days = stocks.groupby("unit_id")["period_end"].nunique()
    units = list(days.loc[days > 1].sort_values(ascending=False, kind="stable").index[:MOST_PANELS])
    if not units:
        return None
    columns = style.columns(len(units))
    lines = math.ceil(len(units) / columns)
    figure, panels = style.new(0.4 + 1.75 * lines, columns, lines)
    for axes, unit in zip(panels, units, strict=False):
        _panel(axes, stocks.loc[stocks["unit_id"] == unit])
    for axes in panels[len(units) :]:
        axes.remove()
    drawn = stocks.loc[stocks["unit_id"].isin(units)]
    title = _("Số đảng viên theo thời gian")
    alt = _("Biểu đồ đường: số đảng viên của {count} đơn vị, mỗi đơn vị từ hai thời điểm trở lên.").format(
        count=number(len(units))
    )
    caption = _(
        "Trục tung là số đảng viên (người), bắt đầu từ 0; mỗi ô có thang riêng. Chấm rỗng: nguồn nêu số gần "
        "đúng (hơn, gần, khoảng). Đường nối chỉ để dễ nhìn, không phải số liệu."
    )
    columns_kept = ["unit", "level", "district", "period_end", "members", "members_qualifier", "sources"]
    return Drawing("members", title, caption, alt, style.svg(figure, "members", alt), drawn[columns_kept])


def _panel(axes: Axes, stocks: pd.DataFrame) -> None:
    dates = mdates.date2num(stocks["period_end"].to_numpy())  # type: ignore[no-untyped-call]
    values = stocks["members"].to_numpy(dtype=float)
    axes.plot(dates, values, color=style.GRID, linewidth=1.4, zorder=1)
    for x, value, row in zip(dates, values, stocks.itertuples(), strict=True):
        exact = row.members_qualifier == "exact"
        axes.plot(
            x,
            value,
            "o",
            color=style.BLUE,
            markersize=5,
            markerfacecolor=style.BLUE if exact else style.PAPER,
        )
    shown = {0, len(values) - 1}
    for place in sorted(shown):
        row = stocks.iloc[place]
        axes.annotate(
            wording.count(row["members"], row["members_qualifier"]),
            (dates[place], values[place]),
            xytext=(0, 7),
            textcoords="offset points",
            ha="left" if place == 0 else "right",
            fontsize=style.small(),
        )
    axes.set_ylim(0, values.max() * 1.3)
    margin = max((dates.max() - dates.min()) * 0.08, 20)
    axes.set_xlim(dates.min() - margin, dates.max() + margin)
    ends = (stocks["period_end"].iloc[0], stocks["period_end"].iloc[-1])
    axes.set_xticks([dates.min(), dates.max()], [textwrap.fill(day(end), 12) for end in ends])
    first, last = axes.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _position: number(value))
    axes.set_title(wording.unit(stocks.iloc[0]), fontsize=style.small())
    axes.set_ylabel(_("đảng viên"), fontsize=style.small())
