"""How the probation ends over time: cumulative recognition (*công nhận chính thức*) and those still waiting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import register_words, wording
from analysis.figures import named_rows, paper, style
from analysis.figures.register import gated, phrases, scales
from analysis.language import _, number, percent, plain
from analysis.models.process.competing_risks import CompetingRisks
from analysis.models.process.probation import RECOGNISED
from analysis.models.process.waiting import Waiting
from analysis.models.reform.share_words import apart_sentences, outcome_label
from analysis.models.terms import category_label, factor_label
from analysis.shown import Drawing


class _Style(NamedTuple):
    """How a curve is drawn: its colour, and its line for those who print in grey."""

    colour: str
    dash: str


class _End(NamedTuple):
    """Where a curve ends, in the axes' units, and what it is."""

    x: float
    y: float
    words: str
    colour: str


_STYLES = (
    _Style(style.BLUE, "-"),
    _Style(style.ORANGE, "--"),
    _Style(style.GREEN, "-."),
    _Style(style.RED, ":"),
    _Style(style.INK, "-"),
    _Style(style.SOFT, "--"),
    _Style(style.BLUE, ":"),
)

MOST_GROUPS = len(_STYLES)
"""Curves that can be told apart in one panel."""


@paper.drawn
def recognition_curve(result: CompetingRisks, *, synthetic: Iterable[bool]) -> Drawing | None:
    """Draw the share recognised up to each day beyond twelve months, and below it the shares that left.

    These are Aalen-Johansen's cumulative incidences, which add up with those still waiting to 100%. None where
    nobody was watched.

    Parameters
    ----------
    result : CompetingRisks
    synthetic : iterable of bool
        Whether each row behind it was made by a simulation.
    """
    name = f"{result.name}-plot"
    title = register_words.titled(result.title, synthetic)
    if result.withheld:
        return gated.refused(result, name, title, synthetic)
    curves = result.curves
    if curves.empty:
        return None
    heights = [2.9 if cause == RECOGNISED else 1.5 for cause in result.causes]
    figure, panels = style.new(0.4 + sum(heights), 1, len(heights))
    panels[0].get_gridspec().set_height_ratios(heights)  # type: ignore[union-attr]
    for axes, cause, look in zip(panels, result.causes, _STYLES, strict=False):
        rows = curves.loc[curves["cause"].eq(cause)]
        _axes(axes, curves, 105 * float(rows["high"].fillna(rows["incidence"]).max()))
        end = _step(axes, rows, "incidence", look, outcome_label(cause))
        axes.set_title(wording.capital(end.words))
        axes.set_ylabel(_("Tỷ lệ cộng dồn (%)"))
    panels[-1].set_xlabel(_below())
    alt = _incidence_alt(result)
    caption = _caption(
        result,
        _(
            "Tỷ lệ cộng dồn của mỗi kết cục (Aalen–Johansen), trong số người còn là đảng viên dự bị khi hết 12 tháng; cùng với phần còn chờ, "
            "chúng cộng lại thành 100%."
        ),
    )
    return Drawing(name, title, caption, alt, style.svg(figure, name, alt, synthetic), curves)


@paper.drawn
def waiting_curve(result: Waiting, *, synthetic: Iterable[bool]) -> Drawing | None:
    """Draw the Kaplan-Meier curve of those still waiting, a line a group; None where nobody was watched.

    Parameters
    ----------
    result : Waiting
    synthetic : iterable of bool
        Whether each row behind it was made by a simulation.
    """
    name = f"{result.name}-plot"
    title = register_words.titled(result.title, synthetic)
    if result.withheld:
        return gated.refused(result, name, title, synthetic)
    if result.curves.empty:
        return None
    figure, (axes,) = style.new(3.8)
    sizes = (
        result.curves.groupby("group", sort=False)["at_risk"]
        .max()
        .sort_values(ascending=False, kind="stable")
    )
    groups = [
        group for group in dict.fromkeys(result.curves["group"]) if group in set(sizes.index[:MOST_GROUPS])
    ]
    _axes(axes, result.curves, 100.0)
    ends = [
        _step(
            axes,
            result.curves.loc[result.curves["group"].eq(group)],
            "survival",
            group_style,
            _group(result, group),
        )
        for group, group_style in zip(groups, _STYLES, strict=False)
    ]
    _named(axes, ends)
    axes.set_ylabel(_("Còn chờ công nhận (%)"))
    axes.set_xlabel(_below() if result.time_unit == "days" else _("Thời gian; dòng dưới: số người còn chờ"))
    lines = [
        _(
            "Đường Kaplan–Meier: phần còn chờ; người đã rời đi hay hết thời gian theo dõi coi như thôi được theo dõi."
        )
    ]
    if result.by:
        lines.append(_("Chia theo: {factor}.").format(factor=factor_label(result.by)))
    if len(sizes) > len(groups):
        lines.append(
            _("Hình giữ {shown} nhóm đông nhất trong {all}.").format(
                shown=len(groups), all=number(len(sizes))
            )
        )
    alt = _waiting_alt(result)
    caption = _caption(result, *lines)
    return Drawing(name, title, caption, alt, style.svg(figure, name, alt, synthetic), result.curves)


def _step(axes: Axes, rows: pd.DataFrame, share: str, look: _Style, words: str) -> _End:
    """Draw a curve and its band in percent; return where it ends, and how."""
    start = 1.0 if share == "survival" else 0.0
    times = [0.0, *rows["time"].astype("float64")]
    shares = [100 * start, *(100 * rows[share].astype("float64"))]
    axes.step(times, shares, where="post", color=look.colour, linestyle=look.dash, linewidth=1.5, zorder=3)
    known = rows.loc[rows["low"].notna() & rows["high"].notna(), ["time", "low", "high"]].astype("float64")
    axes.fill_between(
        known["time"],
        100 * known["low"],
        100 * known["high"],
        step="post",
        color=look.colour,
        alpha=0.16,
        linewidth=0,
        zorder=1,
    )
    return _End(min(times[-1], axes.get_xlim()[1]), shares[-1], f"{words} {percent(shares[-1])}", look.colour)


def _named(axes: Axes, ends: list[_End]) -> None:
    """Write at the end of each curve what it is, one below the other where they end close together."""
    apart = 0.09 * axes.get_ylim()[1]
    place = float("inf")
    for end in sorted(ends, key=lambda one: -one.y):
        place = min(end.y, place - apart)
        axes.annotate(
            named_rows.fold(end.words, 22),
            (end.x, place),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.small(),
            color=end.colour,
            annotation_clip=False,
        )


def _axes(axes: Axes, curves: pd.DataFrame, top: float) -> None:
    """Set the axes; under each day stands how many were still waiting and watched."""
    last = _last(curves)
    axes.set_xlim(0, last)
    axes.set_ylim(0, top)
    places = [tick for tick in MaxNLocator(nbins=6, integer=True).tick_values(0, last) if 0 <= tick <= last]
    axes.set_xticks(places, [f"{number(tick)}\n{number(_at_risk(curves, tick))}" for tick in places])
    scales.written(axes.yaxis)


def _last(curves: pd.DataFrame) -> float:
    """Return the day up to which curves are drawn: a little beyond the last thing that happened."""
    happened = float(curves.loc[curves["events"] > 0, "time"].max())
    return max(min(1.15 * happened, float(curves["time"].max())), 1.0)


def _at_risk(curves: pd.DataFrame, time: float) -> int:
    """Return how many are waiting and watched just before a time, over all groups."""
    key = "group" if "group" in curves else "cause"
    waiting = curves.loc[curves["time"] >= time].groupby(key, sort=False)["at_risk"].first()
    if not len(waiting):
        return 0
    return int(waiting.sum() if key == "group" else waiting.iloc[0])


def _below() -> str:
    return _("Ngày sau khi hết 12 tháng dự bị; dòng dưới: số người còn chờ")


def _group(result: Waiting, group: object) -> str:
    return category_label(result.by, str(group)) if result.by else _("còn chờ")


def _incidence_alt(result: CompetingRisks) -> str:
    last = result.curves.groupby("cause", sort=False).last()
    parts = [
        _("{cause} {share}").format(
            cause=outcome_label(cause), share=percent(100 * last.at[cause, "incidence"])
        )
        for cause in result.causes
    ]
    return _("Đường bậc thang của {n} người, đến ngày {day} sau khi hết 12 tháng: {parts}.").format(
        n=number(result.n), day=number(result.curves["time"].max()), parts="; ".join(parts)
    )


def _waiting_alt(result: Waiting) -> str:
    parts = []
    for row in result.medians.itertuples():
        half = (
            _("không có trung vị")
            if pd.isna(row.median)
            else _("trung vị {days}").format(days=plain(row.median, 1))
        )
        parts.append(f"{_group(result, row.group)}: {number(row.events)}/{number(row.n)}, {half}")
    return _("Đường Kaplan–Meier của {n} người (số người hết chờ trên số người): {parts}.").format(
        n=number(result.n), parts="; ".join(parts)
    )


def _caption(result: CompetingRisks | Waiting, *lines: str) -> str:
    band = _("Dải: khoảng {level} tại từng ngày; sau ngày cuối của trục không có thêm kết cục nào.").format(
        level=phrases.coverage(result.level)
    )
    apart = apart_sentences(result.early, result.left_before)
    return phrases.joined(gated.findings_words(result), *lines, band, *apart)
