"""A series of admissions around a date: observed, fitted, and what the trend before leads to."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis import register_words
from analysis.figures import paper, style
from analysis.figures.register import gated, phrases, scales
from analysis.language import _, day, number
from analysis.models.covariance_words import covariance_label
from analysis.models.reform.segmented import Segmented
from analysis.shown import Drawing


@paper.drawn
def segmented_series(result: Segmented, *, synthetic: Iterable[bool]) -> Drawing | None:
    """Draw a series, its fit on each side of the change, and its counterfactual; None where there is no period.

    Parameters
    ----------
    result : Segmented
    synthetic : iterable of bool
        Whether each row behind it was made by a simulation.
    """
    if result.series.empty:
        return None
    name = f"{result.name}-plot"
    title = register_words.titled(result.title, synthetic)
    if result.withheld:
        return gated.refused(result, name, title, synthetic)
    rows = result.series
    figure, (axes,) = style.new(4.2)
    _axes(axes, result)
    days = _days(rows["start"])
    after = (rows["period"].astype("str") >= result.first_after).to_numpy()
    for side in (~after, after):
        fitted = rows["fitted"].astype("float64").to_numpy()[side]
        axes.plot(days[side], fitted, color=style.BLUE, linewidth=1.6, zorder=3)
    _counterfactual(axes, rows, days)
    used = rows["used"].to_numpy(dtype=bool)
    for chosen, face in ((used, style.INK), (~used, style.PAPER)):
        admitted = rows["admitted"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)[chosen]
        axes.plot(
            days[chosen],
            admitted,
            "o",
            color=style.INK,
            markerfacecolor=face,
            markersize=3.5,
            linestyle="none",
            zorder=4,
        )
    style.key(figure, _key(result))
    alt = _alt(result)
    return Drawing(name, title, _caption(result), alt, style.svg(figure, name, alt, synthetic), rows)


def _days(values: pd.Series) -> np.ndarray:
    return np.asarray(mdates.date2num(pd.to_datetime(values).to_numpy()), dtype=float)  # type: ignore[no-untyped-call]


def _axes(axes: Axes, result: Segmented) -> None:
    rows = result.series
    days = _days(rows["start"])
    change = float(mdates.date2num(result.change_date))  # type: ignore[no-untyped-call]
    axes.axvline(change, color=style.SOFT, linewidth=1.1, linestyle="--", zorder=1)
    middles = (
        rows[["admitted", "fitted", "counterfactual"]]
        .astype("Float64")
        .to_numpy(dtype=float, na_value=np.nan)
    )
    highs = rows["counterfactual_high"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    top = scales.reach(middles.ravel(), highs)
    axes.set_ylim(0, top)
    margin = 0.02 * max(days.max() - days.min(), 1.0)
    axes.set_xlim(days.min() - margin, days.max() + margin)
    axes.annotate(
        day(result.change_date),
        (change, top),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=style.small(),
        color=style.SOFT,
    )
    years = pd.to_datetime(rows["start"]).dt.year
    step = scales.steps(int(years.max() - years.min()) + 1, 11)
    ticks = [pd.Timestamp(year, 1, 1) for year in range(int(years.min()), int(years.max()) + 1, step)]
    places = [place for place in _days(pd.Series(ticks)) if place >= days.min() - margin]
    axes.set_xticks(places, [str(mdates.num2date(place).year) for place in places])  # type: ignore[no-untyped-call]
    style.years(axes)
    scales.written(axes.yaxis)
    axes.set_ylabel(
        {
            "month": _("Số kết nạp trong tháng"),
            "quarter": _("Số kết nạp trong quý"),
            "year": _("Số kết nạp trong năm"),
        }[result.every]
    )


def _counterfactual(axes: Axes, rows: pd.DataFrame, days: np.ndarray) -> None:
    known = rows["counterfactual"].notna().to_numpy()
    line, low, high = (
        rows.loc[known, name].astype("float64").to_numpy()
        for name in ("counterfactual", "counterfactual_low", "counterfactual_high")
    )
    top = axes.get_ylim()[1]
    axes.plot(days[known], line, color=style.ORANGE, linewidth=1.6, linestyle="--", zorder=3)
    axes.fill_between(
        days[known], low, np.minimum(high, 2 * top), color=style.ORANGE, alpha=0.16, linewidth=0, zorder=1
    )


def _key(result: Segmented) -> list[Artist]:
    band = _("khoảng {level} của đà cũ").format(level=phrases.coverage(result.level))
    dot = {"color": style.INK, "marker": "o", "linestyle": "none", "markersize": 3.5}
    return [
        Line2D([], [], label=_("đã đếm"), **dot),  # type: ignore[arg-type]
        Line2D([], [], color=style.BLUE, linewidth=1.6, label=_("mô hình")),
        Line2D([], [], color=style.ORANGE, linewidth=1.6, linestyle="--", label=_("nếu đà cũ tiếp tục")),
        Patch(facecolor=style.ORANGE, alpha=0.16, label=band),
    ]


def _alt(result: Segmented) -> str:
    change, end = result.at("level_change"), result.at("effect_at_end")
    columns = ("response", "response_low", "response_high")
    return _(
        "Chuỗi số kết nạp với {n} thời đoạn quanh mốc {at}: tại mốc, mức gấp {level} lần; ở cuối chuỗi, gấp {end} lần so với đà cũ."
    ).format(
        n=number(len(result.series)),
        at=day(result.change_date),
        level=phrases.said(*(float(change[name]) for name in columns)),
        end=phrases.said(*(float(end[name]) for name in columns)),
    )


def _caption(result: Segmented) -> str:
    lines = [
        _(
            "Chấm: số đã đếm; chấm rỗng: thời đoạn không dùng trong mô hình. Đường liền: mô hình; đường đứt: nếu đà trước mốc tiếp tục."
        ),
        _("Mô hình: {model} (sai số: {kind}).").format(
            model=result.specification, kind=covariance_label(result.covariance)
        ),
        _("Mọi việc khác xảy ra cùng lúc với mốc đều nằm trong thay đổi thấy được."),
    ]
    return phrases.joined(gated.findings_words(result), *lines)
