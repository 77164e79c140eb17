"""Figures across provinces: forest, funnel, histogram at the target, early results, trends."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from analysis import wording
from analysis.figures import named_rows, paper, style
from analysis.language import _, number
from analysis.models.intervals import attainment_limits, funnel_limits
from analysis.models.published.selection import early_results
from analysis.shown import Drawing

TREND_GROUPS = ("female", "youth_union", "ethnic_minority", "religious")


@paper.drawn
def forest(rows: pd.DataFrame, pooled: pd.DataFrame) -> Drawing | None:
    """Draw the ratio admitted / target of each unit with its interval, and the pooled one below.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.published.rows.against_target`, whole years.
    pooled : DataFrame
        Table of a :class:`analysis.models.published.pooled.PooledRatio`.
    """
    if rows.empty:
        return None
    ordered = attainment_limits(rows.assign(ratio=100 * rows["admitted"] / rows["target"]))
    ordered = ordered.sort_values(
        ["ratio", "unit_id", "period_end"], ascending=[False, True, True], ignore_index=True
    )
    labels = [
        named_rows.fold(f"{wording.unit_at(r)} · {r.period_end.year}", 40) for r in ordered.itertuples()
    ]
    estimated = pooled.loc[pooled["withheld"] == ""]
    labels += [_("Gộp: {name}").format(name=wording.category(str(name))) for name in estimated["category"]]
    figure, (axes,) = style.new(named_rows.height(labels))
    named_rows.axis(axes, labels)
    axes.axvline(100, color=style.INK, linewidth=1.1)
    biggest = float(ordered["target"].max())
    for position, row in enumerate(ordered.itertuples()):
        axes.plot([row.limit_low, row.limit_high], [position] * 2, color=style.BLUE, linewidth=1.2)
        size = 3.5 + 7 * float(np.sqrt(row.target / biggest))
        axes.plot(row.ratio, position, "s", color=style.BLUE, markersize=size)
        star = "*" if row.target_basis == "inferred" else ""
        targets = wording.span(row.target_low, row.target_high).replace(_(" hoặc "), "–")
        words = f"{number(row.admitted)}/{targets}{star} · {number(row.ratio)}%"
        named_rows.beside(axes, position, words)
    for position, row in enumerate(estimated.itertuples(), start=len(ordered)):
        low, middle, high = 100 * row.low, 100 * row.ratio, 100 * row.high
        axes.fill(
            [low, middle, high, middle],
            [
                position,
                position - named_rows.half(axes, 0.25),
                position,
                position + named_rows.half(axes, 0.25),
            ],
            color=style.ORANGE,
        )
        words = f"{number(middle)}% ({number(low)}–{number(high)}%)"
        named_rows.beside(axes, position, words)
    axes.set_xscale("log")
    ticks = [50, 75, 100, 150, 200, 300]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _position: number(value))
    axes.set_xlim(
        max(5.0, min(50.0, float(ordered["limit_low"].min()) * 0.95)),
        max(300.0, float(ordered["limit_high"].max()) * 1.05),
    )
    axes.set_xlabel(_("Kết nạp so với chỉ tiêu cả năm (%, thang logarit)"))
    title = _("Kết quả trọn năm so với chỉ tiêu, từng đơn vị và gộp lại")
    alt = _("Biểu đồ rừng: {count} kết quả trọn năm, từ {low}% đến {high}% chỉ tiêu.").format(
        count=number(len(ordered)), low=number(ordered["ratio"].min()), high=number(ordered["ratio"].max())
    )
    caption = _(
        "Ô vuông to theo chỉ tiêu; đoạn ngang: khoảng tin cậy 95% (Poisson chính xác). Hình thoi: tỷ số gộp với "
        "khoảng tin cậy 95% vững theo cụm tỉnh. *: chỉ tiêu suy ra; có hai giá trị thì lấy giữa. Đơn vị xếp theo tỷ lệ để "
        "đọc được khoảng chồng nhau, không phải bảng xếp hạng."
    )
    columns = [
        "unit",
        "province",
        "level",
        "period_end",
        "admitted",
        "target_low",
        "target_high",
        "target_basis",
        "ratio",
        "limit_low",
        "limit_high",
        "sources",
    ]
    return Drawing("forest", title, caption, alt, style.svg(figure, "forest", alt), ordered[columns])


@paper.drawn
def funnel(rows: pd.DataFrame) -> Drawing | None:
    """Draw each ratio admitted / target against the size of the target, in its control limits.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.published.rows.against_target`; part-years against the elapsed target.
    """
    if rows.empty:
        return None
    rows = rows.assign(ratio=100 * rows["admitted"] / rows["target"])
    figure, (axes,) = style.new(4.4)
    grid = np.geomspace(max(2.0, float(rows["target"].min()) * 0.8), float(rows["target"].max()) * 1.3, 200)
    for level, shape in ((0.95, "--"), (0.998, "-")):
        for limit in funnel_limits(grid, level):
            axes.plot(grid, 100 * limit, shape, color=style.SOFT, linewidth=0.9)
    axes.axhline(100, color=style.INK, linewidth=1.1)
    whole = rows["period_type"].eq("year")
    for part, face, colour in ((whole, style.BLUE, style.BLUE), (~whole, style.PAPER, style.ORANGE)):
        axes.plot(
            rows.loc[part, "target"],
            rows.loc[part, "ratio"],
            "o",
            color=colour,
            markerfacecolor=face,
            markersize=6,
            linestyle="none",
        )
    axes.set_xscale("log")
    axes.set_ylim(0, max(120.0, float(rows["ratio"].max()) * 1.08))
    ticks = [t for t in (3, 10, 30, 100, 300, 1000, 3000) if grid[0] <= t <= grid[-1]]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _position: number(value))
    axes.yaxis.set_major_formatter(lambda value, _position: number(value))
    axes.set_xlabel(_("Chỉ tiêu, người (thang logarit; chưa trọn năm: chỉ tiêu của thời gian đã qua)"))
    axes.set_ylabel(_("Kết nạp so với chỉ tiêu (%)"))
    inside = funnel_limits(rows["target"].to_numpy(dtype=float), 0.998)
    ratio = rows["ratio"].to_numpy(dtype=float)
    outside = int(((ratio < 100 * inside[0]) | (ratio > 100 * inside[1])).sum())
    title = _("Biểu đồ phễu: kết quả so với chỉ tiêu, theo độ lớn của chỉ tiêu")
    alt = _("Biểu đồ phễu: {count} kết quả, {outside} nằm ngoài giới hạn 99,8%.").format(
        count=number(len(rows)), outside=number(outside)
    )
    caption = _(
        "Chấm đặc: cả năm; chấm rỗng: chưa trọn năm, so với chỉ tiêu nhân với tỷ lệ thời gian đã qua. Đường đứt: giới hạn 95%; "
        "đường liền: 99,8% (Poisson quanh 100%, nội suy theo Spiegelhalter 2005). Bên trong phễu, khác nhau có thể "
        "chỉ là ngẫu nhiên; {outside} trong {count} kết quả nằm ngoài giới hạn 99,8%."
    ).format(outside=number(outside), count=number(len(rows)))
    columns = [
        "unit",
        "province",
        "level",
        "period_type",
        "period_end",
        "admitted",
        "target",
        "ratio",
        "sources",
    ]
    return Drawing("funnel", title, caption, alt, style.svg(figure, "funnel", alt), rows[columns])


@paper.drawn
def histogram(rows: pd.DataFrame) -> Drawing | None:
    """Draw how published attainments pile up around 100%, whole periods beside parts of them.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.published.selection.best_attainment`.
    """
    if rows.empty:
        return None
    bins = np.arange(0, 310, 10)
    groups = (
        (~rows["part"], _("Trọn năm, trọn nhiệm kỳ"), style.BLUE),
        (rows["part"], _("Chưa trọn năm hay nhiệm kỳ, so với chỉ tiêu cả kỳ"), style.ORANGE),
    )
    there = [group for group in groups if group[0].any()]
    figure, panels = style.new(0.4 + 1.6 * len(there), 1, len(there))
    for axes, (chosen, words, colour) in zip(panels, there, strict=True):
        values = rows.loc[chosen, "percent"].to_numpy(dtype=float)
        axes.hist(np.clip(values, 0, 299), bins=list(bins), color=colour)
        axes.axvline(100, color=style.INK, linewidth=1.1)
        axes.set_title(words)
        axes.set_ylabel(_("kết quả"))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
        axes.yaxis.set_major_formatter(lambda value, _position: number(value))
        axes.set_xlim(0, 300)
        axes.xaxis.set_major_formatter(lambda value, _position: number(value))
    panels[-1].set_xlabel(_("Tỷ lệ đạt chỉ tiêu (%), mỗi cột 10 điểm"))
    reached = int((rows["percent"] >= 100).sum())
    title = _("Kết quả công bố phân bố thế nào quanh 100%")
    alt = _("Hai biểu đồ cột: {reached} trong {count} kết quả công bố đạt 100% trở lên.").format(
        reached=number(reached), count=number(len(rows))
    )
    caption = _(
        "Tỷ lệ như nguồn nêu, hoặc phần mềm tính khi nguồn chỉ nêu số. Vạch đứng: 100%. Kết quả từ 300% trở lên xếp vào cột cuối."
    )
    columns = ["unit", "province", "level", "period_type", "period_end", "part", "percent", "sources"]
    return Drawing("histogram", title, caption, alt, style.svg(figure, "histogram", alt), rows[columns])


@paper.drawn
def early(rows: pd.DataFrame) -> Drawing | None:
    """Draw part-year results against the part of the year gone; on the diagonal is on pace.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.published.selection.best_attainment`.
    """
    found = early_results(rows)
    if found.empty:
        return None
    figure, (axes,) = style.new(4.2)
    pace = axes.plot([0, 100], [0, 100], color=style.INK, linewidth=1, label=_("đúng nhịp năm"))
    axes.axhline(100, color=style.GRID, linewidth=1)
    axes.plot(
        found["elapsed"], found["percent"], "o", color=style.ORANGE, markerfacecolor=style.PAPER, markersize=6
    )
    axes.set_xlim(0, 100)
    axes.set_ylim(0, max(110.0, float(found["percent"].max()) * 1.06))
    axes.set_xlabel(_("Thời gian của năm đã qua (%)"))
    axes.set_ylabel(_("Đạt so với chỉ tiêu cả năm (%)"))
    style.key(figure, pace)
    axes.yaxis.set_major_formatter(lambda value, _position: number(value))
    ahead = int((found["pace"] >= 1).sum())
    title = _("Kết quả chưa trọn năm so với nhịp của năm")
    alt = _("Biểu đồ điểm: {ahead} trong {count} kết quả chưa trọn năm đi trước nhịp của năm.").format(
        ahead=number(ahead), count=number(len(found))
    )
    caption = _(
        "Mỗi chấm là một kết quả từ đầu năm đến một mốc (nguồn nêu, hoặc lấy ngày đăng). Trên đường chéo: đi trước nhịp nếu kết nạp rải đều "
        "trong năm, điều thực tế không hẳn đúng. {ahead} trong {count} kết quả đi trước nhịp."
    ).format(ahead=number(ahead), count=number(len(found)))
    columns = ["unit", "province", "level", "period_end", "elapsed", "percent", "pace", "sources"]
    return Drawing("early", title, caption, alt, style.svg(figure, "early", alt), found[columns])


@paper.drawn
def trends(shares: pd.DataFrame) -> Drawing | None:
    """Draw the shares of women, Youth Union, minorities and religious people over the years.

    Parameters
    ----------
    shares : DataFrame
        Processed table ``composition``.
    """
    known = shares.loc[
        shares["share"].notna() & shares["measure"].eq("admitted") & shares["subgroup"].isin(TREND_GROUPS)
    ]
    if known.empty:
        return None
    groups = [group for group in TREND_GROUPS if known["subgroup"].eq(group).any()]
    columns_drawn = style.columns(len(groups))
    lines = math.ceil(len(groups) / columns_drawn)
    figure, panels = style.new((1.8 if style.narrow() else 2.4) * lines, columns_drawn, lines)
    years = known["period_end"].dt.year
    for axes in panels[len(groups) :]:
        axes.remove()
    for axes, group in zip(panels, groups, strict=False):
        rows = known.loc[known["subgroup"] == group].sort_values("period_end")
        for chosen, face, colour, line in (
            (rows["level"].ne("national"), style.PAPER, style.SOFT, "none"),
            (rows["level"].eq("national"), style.BLUE, style.BLUE, "-"),
        ):
            part = rows.loc[chosen]
            middle = part["period_start"] + (part["period_end"] - part["period_start"]) / 2
            x = middle.dt.year + middle.dt.day_of_year / 366
            for place, row in zip(x, part.itertuples(), strict=True):
                if pd.notna(row.share_low):
                    axes.plot([place, place], [row.share_low, row.share_high], color=colour, linewidth=0.9)
            axes.plot(
                x,
                part["share"],
                "o",
                linestyle=line,
                linewidth=1,
                color=colour,
                markerfacecolor=face,
                markersize=4.5,
                clip_on=False,
            )
        axes.set_title(wording.capital(wording.name("subgroup", group)))
        axes.set_ylim(0, 100)
        axes.set_xlim(years.min() - 1, years.max() + 1.5)
        axes.set_ylabel(_("% số kết nạp"), fontsize=style.small())
    for axes in panels[: len(groups)][-columns_drawn:]:
        style.years(axes)
    title = _("Thành phần những người được kết nạp qua các năm")
    alt = _(
        "Bốn biểu đồ: tỷ lệ nữ, đoàn viên, dân tộc thiểu số, có đạo trong số kết nạp; {count} tỷ lệ."
    ).format(count=number(len(known)))
    caption = _(
        "Chấm xanh nối nhau: toàn Đảng; chấm xám: tỉnh, huyện, xã và khối được nêu, không chọn mẫu. Đoạn đứng: khoảng "
        "Wilson 95%. Điểm đặt ở giữa thời kỳ."
    )
    columns = [
        "unit",
        "province",
        "level",
        "period_type",
        "period_start",
        "period_end",
        "subgroup",
        "count",
        "total",
        "share",
        "share_low",
        "share_high",
        "sources",
    ]
    return Drawing("trends", title, caption, alt, style.svg(figure, "trends", alt), known[columns])
