"""How admitted less target piles up at zero (*dồn vào đúng chỉ tiêu*), beside what a count model expects."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from analysis import register_words
from analysis.figures import paper, style
from analysis.figures.register import gated, phrases, scales
from analysis.language import _, number
from analysis.models.estimate_words import p_value
from analysis.models.targets.heaping import Heaping
from analysis.shown import Drawing


@paper.drawn
def heaping_histogram(result: Heaping, *, synthetic: Iterable[bool]) -> Drawing | None:
    """Draw unit-years by admitted less target, and those that the model expects.

    The observed counts are no estimates: they are drawn where the model is withheld too, without a line.
    None where no unit-year lies within the histogram.

    Parameters
    ----------
    result : Heaping
    synthetic : iterable of bool
        Whether each row behind it was made by a simulation.
    """
    bins = result.histogram
    if bins.empty or not bins["observed"].sum():
        return None
    figure, (axes,) = style.new(4.0)
    colours = [style.ORANGE if difference == 0 else style.GRID for difference in bins["difference"]]
    axes.bar(bins["difference"], bins["observed"], width=0.86, color=colours)
    at_target = int(bins.loc[bins["difference"].eq(0), "observed"].sum())
    if not result.withheld:
        axes.plot(
            bins["difference"],
            bins["expected"],
            "o-",
            color=style.BLUE,
            linewidth=1.3,
            markersize=5,
            markeredgecolor=style.PAPER,
            zorder=5,
        )
        _interval(axes, result)
    _axes(axes, bins)
    style.key(figure, _key(result, at_target))
    title = register_words.titled(_("Số kết nạp trừ chỉ tiêu của từng đơn vị-năm"), synthetic)
    alt, name = _alt(result, at_target), f"{result.name}-histogram"
    return Drawing(name, title, _caption(result), alt, style.svg(figure, name, alt, synthetic), bins)


def _interval(axes: Axes, result: Heaping) -> None:
    """Draw between what the count on target would stay, did nobody aim at it."""
    row = result.at("all")
    ends = [float(row["null_low"]), float(row["null_high"])]
    axes.plot([0, 0], ends, color=style.INK, linewidth=2.6, zorder=4, solid_capstyle="butt")


def _axes(axes: Axes, bins: pd.DataFrame) -> None:
    first, last = int(bins["difference"].min()), int(bins["difference"].max())
    axes.set_xlim(first - 0.6, last + 0.6)
    axes.set_xticks([place for place in range(first, last + 1) if place % 2 == 0])
    axes.xaxis.set_major_formatter(lambda value, _position: _signed(int(value)))
    scales.written(axes.yaxis)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.1)
    axes.set_xlabel(_("Số kết nạp trừ chỉ tiêu, người"))
    axes.set_ylabel(_("Số đơn vị-năm"))


def _signed(value: int) -> str:
    return number(0) if value == 0 else f"{'+' if value > 0 else '−'}{number(abs(value))}"


def _key(result: Heaping, at_target: int) -> list[Patch | Line2D]:
    found: list[Patch | Line2D] = [
        Patch(
            facecolor=style.ORANGE, label=_("đúng chỉ tiêu: đã đếm {count}").format(count=number(at_target))
        ),
        Patch(facecolor=style.GRID, label=_("trên hay dưới chỉ tiêu")),
    ]
    if result.withheld:
        return found
    line = {"color": style.BLUE, "marker": "o", "markersize": 4}
    words = _("khoảng {level} khi không ai nhắm chỉ tiêu").format(level=phrases.coverage(result.level))
    return [
        *found,
        Line2D([], [], label=_("mô hình kỳ vọng"), **line),  # type: ignore[arg-type]
        Line2D([], [], color=style.INK, linewidth=2.6, label=words),
    ]


def _alt(result: Heaping, at_target: int) -> str:
    words = _("Biểu đồ cột của {n} đơn vị-năm: {observed} kết nạp đúng bằng chỉ tiêu").format(
        n=number(result.n), observed=number(at_target)
    )
    if result.withheld:
        return words + _("; không có số kỳ vọng, {why}.").format(why=gated.fatal_words(result))
    row = result.at("all")
    return words + _(
        "; mô hình kỳ vọng {expected} (khoảng {low}–{high} khi không ai nhắm chỉ tiêu), p {p}."
    ).format(
        expected=number(row["expected"], 1),
        low=number(row["null_low"], 1),
        high=number(row["null_high"], 1),
        p=p_value(row["p_value"]),
    )


def _caption(result: Heaping) -> str:
    beyond = result.n - int(result.histogram["observed"].sum())
    lines = []
    if not result.withheld:
        lines.append(
            _(
                "Đường: số đơn vị-năm mà mô hình kỳ vọng ({model}); đoạn đứng: số đúng chỉ tiêu có thể dao động đến đâu nếu không ai nhắm chỉ tiêu."
            ).format(model=result.specification)
        )
    if beyond:
        lines.append(_("{count} đơn vị-năm cách chỉ tiêu xa hơn, ngoài hình.").format(count=number(beyond)))
    lines.append(
        _(
            "Cột ở số 0 cao hơn mô hình không nói vì sao: ngừng khi đã đủ, giao chỉ tiêu theo hồ sơ có sẵn, hay ghi số cho khớp."
        )
    )
    return phrases.joined(gated.findings_words(result), *lines)
