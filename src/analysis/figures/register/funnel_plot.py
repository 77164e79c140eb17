"""The funnel plot (*biểu đồ phễu*) of units: ratio against expected, in limits with and without over-dispersion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from analysis import register_words
from analysis.figures import paper, style
from analysis.figures.register import gated, labels, phrases, scales
from analysis.language import _, number, plain
from analysis.models.small_units.funnel import LEVELS, Funnel
from analysis.shown import Drawing

_LINES: dict[str, Literal["--", "-"]] = {"95": "--", "998": "-"}


@paper.drawn
def funnel_plot(result: Funnel, *, synthetic: Iterable[bool]) -> Drawing | None:
    """Draw each unit's ratio against what was expected of it, and name those beyond the outer limits.

    None where there is no unit; an empty row where the result is withheld.

    Parameters
    ----------
    result : Funnel
    synthetic : iterable of bool
        Whether each row behind it was made by a simulation.
    """
    units = result.estimates
    if units.empty:
        return None
    name = result.name
    title = register_words.titled(result.title, synthetic)
    if result.withheld:
        return gated.refused(result, f"{name}-plot", title, synthetic)
    figure, (axes,) = style.new(4.8)
    _plane(axes, result)
    _limits(axes, result)
    curves = list(axes.get_lines())
    outside = units["outside_wide"].astype("str").ne("").to_numpy()
    for chosen, colour, face in (
        (~outside, style.BLUE, style.PAPER),
        (outside, style.ORANGE, style.ORANGE),
    ):
        rows = units.loc[chosen]
        axes.plot(
            rows["expected"],
            100 * rows["response"],
            "o",
            color=colour,
            markerfacecolor=face,
            markersize=4.5,
            linestyle="none",
            zorder=3,
        )
    style.key(figure, _key(result))
    named = np.where(
        units["outside_wide"].astype("str").str.endswith("_998"), units["label"].astype("str"), ""
    )
    lost = labels.place(axes, units["expected"], 100 * units["response"], list(named), curves)
    alt = _alt(result)
    return Drawing(
        f"{name}-plot",
        title,
        _caption(result, lost),
        alt,
        style.svg(figure, f"{name}-plot", alt, synthetic),
        units,
    )


def _plane(axes: Axes, result: Funnel) -> None:
    units = result.estimates
    left, right = float(units["expected"].min()) / 1.3, float(units["expected"].max()) * 1.3
    axes.set_xscale("log")
    axes.set_xlim(left, right)
    axes.xaxis.set_major_locator(FixedLocator(scales.ticks(left, right)))
    axes.xaxis.set_minor_locator(NullLocator())
    top = 100 * max(float(units["response"].max()) * 1.12, 2 * result.centre)
    axes.set_ylim(-0.02 * top, top)
    axes.axhline(100 * result.centre, color=style.INK, linewidth=1.1, zorder=1)
    for axis in (axes.xaxis, axes.yaxis):
        scales.written(axis)
    axes.set_xlabel(_("Số kết nạp kỳ vọng, người (thang logarit)"))
    axes.set_ylabel(_ratio(result))


def _ratio(result: Funnel) -> str:
    return {
        "target": _("Kết nạp so với chỉ tiêu (%)"),
        "person-years": _("Kết nạp trên 100 đảng viên, một năm"),
    }.get(result.exposure_unit, _("Kết nạp trên 100 người của mẫu số"))


def _widened(result: Funnel) -> bool:
    return result.inflation > 1 or result.between > 0


def _limits(axes: Axes, result: Funnel) -> None:
    for prefix, colour in (("", style.SOFT), ("wide_", style.GREEN)):
        if prefix and not _widened(result):
            continue
        for level, line in _LINES.items():
            for side in ("low", "high"):
                ys = 100 * result.curve[f"{prefix}{side}_{level}"]
                axes.plot(
                    result.curve["expected"],
                    ys,
                    line,
                    color=colour,
                    linewidth=1.5 if prefix else 0.8,
                    zorder=2,
                )


def _key(result: Funnel) -> list[Artist]:
    found = [_line(style.SOFT, 0.8, level, _limit(level)) for level in _LINES]
    if _widened(result):
        words = _("{limit}, kể cả phân tán vượt mức")
        found += [_line(style.GREEN, 1.5, level, words.format(limit=_limit(level))) for level in _LINES]
    return found


def _line(colour: str, width: float, level: str, words: str) -> Artist:
    return Line2D([], [], color=colour, linewidth=width, linestyle=_LINES[level], label=words)


def _limit(level: str) -> str:
    return _("giới hạn {share}%").format(share=plain(100 * LEVELS[level], 1))


def _count(result: Funnel, when: str, level: float) -> str:
    rows = result.outside.loc[result.outside["level"].eq(level)]
    return number(rows[when].sum())


def _alt(result: Funnel) -> str:
    return _(
        "Biểu đồ phễu của {count} đơn vị quanh {centre}%: {before} nằm ngoài giới hạn 99,8% nếu chỉ kể ngẫu nhiên, "
        "{after} sau khi kể cả phân tán vượt mức ({names})."
    ).format(
        count=number(len(result.estimates)),
        centre=phrases.brief(100 * result.centre),
        before=_count(result, "before", LEVELS["998"]),
        after=_count(result, "after", LEVELS["998"]),
        names=_names(result.estimates),
    )


def _names(units: pd.DataFrame) -> str:
    beyond = units.loc[units["outside_wide"].astype("str").str.endswith("_998"), "label"].astype("str")
    shown = ", ".join(beyond.head(8))
    if beyond.empty:
        return _("không có đơn vị nào")
    return shown if len(beyond) <= 8 else _("{names} và {more} nữa").format(names=shown, more=len(beyond) - 8)


def _caption(result: Funnel, lost: int) -> str:
    lines = [
        _(
            "Mỗi chấm một đơn vị; chấm đặc: ngoài giới hạn 95% đã kể phân tán vượt mức; có tên: ngoài giới hạn 99,8%. Đường giữa: {centre}%. "
            "Giới hạn xám: chỉ ngẫu nhiên (Poisson, Spiegelhalter 2005)."
        ).format(centre=phrases.brief(100 * result.centre))
    ]
    if _widened(result):
        lines.append(
            _("Giới hạn đậm: nới theo độ phân tán {phi}.").format(
                phi=phrases.brief(float(result.dispersion or 0))
            )
        )
    else:
        lines.append(_("Độ phân tán không vượt mức ngẫu nhiên nên giới hạn không nới."))
    if lost:
        lines.append(
            _("{count} đơn vị ngoài giới hạn không đủ chỗ ghi tên: xem bảng.").format(count=number(lost))
        )
    lines.append(_("Nằm ngoài giới hạn là lý do để xem xét, không phải đánh giá."))
    return phrases.joined(gated.findings_words(result), *lines)
