"""Units' rates as counted and as shrunken (*co về trung bình*), with their ranks and what is unknown of both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis import register_words
from analysis.figures import named_rows, paper, style
from analysis.figures.register import gated, marks, phrases, scales
from analysis.language import _, number
from analysis.models.intervals import poisson_limits
from analysis.models.small_units.ranks import Ranks
from analysis.models.small_units.shrinkage import SmallUnits
from analysis.shown import Drawing

MOST_UNITS = 20
"""Units of a figure, as many as stand on a page."""
_NARROW_UNITS = 14
"""The same in one column of a journal."""

_APART = 0.2
"""Rows that the counted rate stands below the shrunken one."""


@paper.drawn
def shrunken(result: SmallUnits, ranks: Ranks | None = None, *, synthetic: Iterable[bool]) -> Drawing | None:
    """Draw the twenty units furthest from the mean, raw and shrunken; None where there is no unit.

    Parameters
    ----------
    result : SmallUnits
    ranks : Ranks, optional
        Of the same units; each is written with its interval.
    synthetic : iterable of bool
        Whether each row behind it was made by a simulation.
    """
    if result.estimates.empty:
        return None
    name = f"{result.name}-plot"
    title = register_words.titled(result.title, synthetic)
    if result.withheld:
        return gated.refused(result, name, title, synthetic)
    units = _extreme(result, ranks)
    names = [named_rows.fold(str(label), 34) for label in units["label"]]
    figure, (axes,) = style.new(_height(names))
    named_rows.axis(axes, names, beside=2)
    axes.set_xlim(
        0, 100 * scales.reach(units[["response", "raw"]].to_numpy().ravel(), units["response_high"])
    )
    scales.written(axes.xaxis)
    axes.axvline(100 * result.prior.mean, color=style.INK, linewidth=1.1, zorder=1)
    for place, row in enumerate(units.itertuples()):
        _draw(axes, place, row)
    axes.set_xlabel(_unit(result))
    style.key(figure, _key())
    alt = _alt(result, units)
    caption = _caption(result, units, ranks)
    return Drawing(name, title, caption, alt, style.svg(figure, name, alt, synthetic), units)


def _height(names: list[str]) -> float:
    """Return the inches of the figure, whose rows hold two rates each."""
    if style.narrow():
        return named_rows.height(names, frame=1.4, beside=2) + 0.1 * len(names)
    return 1.2 + 0.36 * len(names) + 0.12 * sum(text.count("\n") for text in names)


def _extreme(result: SmallUnits, ranks: Ranks | None) -> pd.DataFrame:
    """Return the units whose shrunken rates lie furthest from the mean, the highest first."""
    units = result.estimates.copy()
    low, high = poisson_limits(units["observed"].to_numpy(dtype=float), result.level)
    units = units.assign(raw_low=low / units["exposure"], raw_high=high / units["exposure"])
    if ranks is not None and not ranks.withheld:
        table = ranks.estimates.set_index("term")[["response", "response_low", "response_high"]]
        table.columns = pd.Index(["rank", "rank_low", "rank_high"])
        units = units.join(table, on="term")
    # Units that do not differ all have the common rate: then what was counted tells them apart.
    by = "response" if result.prior.variance > 0 else "raw"
    far = (units[by] - result.prior.mean).abs()
    most = _NARROW_UNITS if style.narrow() else MOST_UNITS
    kept = far.sort_values(ascending=False, kind="stable").index[:most]
    units = units.loc[units.index.isin(kept)]
    return units.sort_values([by, "term"], ascending=[False, True], ignore_index=True)


def _draw(axes: Axes, place: int, row: Any) -> None:
    raw = (100 * row.raw, 100 * row.raw_low, 100 * row.raw_high)
    look = {"colour": style.SOFT, "face": style.PAPER, "line": ":"}
    marks.estimate(axes, place + _APART, raw, size=4, **look)
    values = (100 * row.response, 100 * row.response_low, 100 * row.response_high)
    marks.estimate(axes, place + _APART - named_rows.half(axes, 2 * _APART), values)
    words = phrases.said(*values)
    if "rank" in row._fields:
        ends = number(row.rank_low), number(row.rank_high)
        words += "\n" + _("hạng {rank} ({low}–{high})").format(
            rank=number(row.rank), low=ends[0], high=ends[1]
        )
    named_rows.beside(axes, place, words)


def _unit(result: SmallUnits) -> str:
    return {
        "target": _("Kết nạp so với chỉ tiêu (%)"),
        "person-years": _("Kết nạp trên 100 đảng viên, một năm"),
    }.get(result.exposure_unit, _("Kết nạp trên 100 người của mẫu số"))


def _key() -> list[Line2D]:
    return [
        Line2D([], [], color=style.BLUE, marker="o", markersize=5.5, label=_("co về trung bình")),
        Line2D(
            [],
            [],
            color=style.SOFT,
            linestyle=":",
            marker="o",
            markerfacecolor=style.PAPER,
            markersize=4,
            label=_("như đã đếm"),
        ),
    ]


def _alt(result: SmallUnits, units: pd.DataFrame) -> str:
    shown, every = number(len(units)), number(len(result.estimates))
    mean = phrases.brief(100 * result.prior.mean)
    if not result.prior.variance:
        return _(
            "Biểu đồ chấm của {shown} trong {all} đơn vị: không khác nhau quá mức ngẫu nhiên, tỷ lệ chung {mean}%."
        ).format(shown=shown, all=every, mean=mean)
    first, last = (
        phrases.said(*(100 * float(row[name]) for name in ("response", "response_low", "response_high")))
        for row in (units.iloc[0], units.iloc[-1])
    )
    return _(
        "Biểu đồ chấm của {shown} trong {all} đơn vị xa trung bình {mean}% nhất: cao nhất {first}, {high}; thấp nhất {last}, {low}."
    ).format(
        shown=shown,
        all=every,
        mean=mean,
        first=units["label"].iloc[0],
        high=first,
        last=units["label"].iloc[-1],
        low=last,
    )


def _caption(result: SmallUnits, units: pd.DataFrame, ranks: Ranks | None) -> str:
    lines = [
        _(
            "{shown} trong {all} đơn vị có tỷ lệ co lại xa trung bình nhất. Chấm đặc: tỷ lệ co về trung bình (vạch đứng, {mean}%) với khoảng {level}; "
            "chấm rỗng: tỷ lệ như đã đếm với khoảng Poisson chính xác; mũi tên: khoảng đi quá trục."
        ).format(
            shown=number(len(units)),
            all=number(len(result.estimates)),
            mean=phrases.brief(100 * result.prior.mean),
            level=phrases.coverage(result.level),
        ),
    ]
    if ranks is not None and ranks.withheld:
        lines.append(
            _("Không ghi hạng: {why}.").format(why="; ".join(f.what for f in ranks.findings if f.fatal))
        )
    elif ranks is not None:
        lines.append(
            _("Hạng 1 là cao nhất trong {all} đơn vị; hạng chỉ đọc được cùng với khoảng của nó.").format(
                all=number(len(result.estimates))
            )
        )
    return phrases.joined(gated.findings_words(result), *lines)
