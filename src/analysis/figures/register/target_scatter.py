"""Target against admitted (*chỉ tiêu và kết nạp*), a bubble a pair of numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from analysis import register_words
from analysis.figures import paper, style
from analysis.figures.register import phrases, scales
from analysis.language import _, number, percent
from analysis.shown import Drawing

_LINEAR = 60
"""Persons up to which the axes are linear; beyond, they are of square roots, to keep small units apart."""
_LARGEST = 220.0
"""Area in square points of the largest bubble."""


@paper.drawn
def target_against_admitted(unit_rows: pd.DataFrame) -> Drawing | None:
    """Draw how many unit-years had each target and number of admissions; None where none has both.

    Parameters
    ----------
    unit_rows : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`.
    """
    rows = unit_rows.loc[unit_rows["admitted"].notna() & (unit_rows["target"] > 0).fillna(value=False)]
    if rows.empty:
        return None
    pairs = rows.groupby(["target", "admitted"], observed=True).size().rename("unit_years").reset_index()
    pairs = pairs.astype("int64")
    figure, (axes,) = style.new(4.0 if style.narrow() else 6.4)
    _plane(axes, float(pairs[["target", "admitted"]].to_numpy().max()))
    _bubbles(axes, pairs)
    style.key(figure, _key(pairs))
    title = _("Số kết nạp so với chỉ tiêu của từng đơn vị-năm, {place}").format(
        place=phrases.places(rows["province"])
    )
    title = register_words.titled(title, rows["synthetic"])
    alt, name = _alt(pairs), "register-target-admitted"
    return Drawing(
        name,
        title,
        _caption(pairs, len(unit_rows)),
        alt,
        style.svg(figure, name, alt, rows["synthetic"]),
        pairs,
    )


def _plane(axes: Axes, most: float) -> None:
    """Set both axes alike, with the line on which admitted equals target."""
    if most > _LINEAR:
        axes.set_xscale("function", functions=(_root, np.square))
        axes.set_yscale("function", functions=(_root, np.square))
        wanted = [0, 5, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000]
        places = [tick for tick in wanted if tick <= most * 1.02 and (tick == 0 or tick >= most / 400)]
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(FixedLocator(places))
            axis.set_minor_locator(NullLocator())
    else:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(nbins=8, integer=True, steps=[1, 2, 5, 10]))
    top = most * (1.16 if most > _LINEAR else 1.08) + 0.6
    axes.set_xlim(0, top)
    axes.set_ylim(0 if most > _LINEAR else -0.03 * top - 0.3, top)
    axes.plot([0, top], [0, top], color=style.INK, linewidth=1.1, zorder=1)
    axes.set_aspect("equal", adjustable="box")
    for axis in (axes.xaxis, axes.yaxis):
        scales.written(axis)
    scale = _(" (thang căn bậc hai)") if most > _LINEAR else ""
    axes.set_xlabel(_("Chỉ tiêu của năm, người") + scale)
    axes.set_ylabel(_("Được kết nạp trong năm, người") + scale)


def _root(values: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum(values, 0))


def _parts(pairs: pd.DataFrame) -> list[tuple[pd.Series, str, str, str]]:
    """Return above, on and below the target: which pairs, colour, face and words."""
    difference = pairs["admitted"] - pairs["target"]
    return [
        (difference > 0, style.BLUE, style.BAND, _("vượt chỉ tiêu")),
        (difference == 0, style.ORANGE, style.ORANGE, _("đúng bằng chỉ tiêu")),
        (difference < 0, style.BLUE, style.PAPER, _("chưa đạt chỉ tiêu")),
    ]


def _bubbles(axes: Axes, pairs: pd.DataFrame) -> None:
    for chosen, colour, face, _words in _parts(pairs):
        rows = pairs.loc[chosen].sort_values("unit_years", ascending=False, kind="stable")
        axes.scatter(
            rows["target"],
            rows["admitted"],
            s=_area(rows["unit_years"], pairs),
            color=face,
            edgecolors=colour,
            linewidths=0.9,
            zorder=4 if face == style.ORANGE else 3,
            clip_on=False,
        )


def _area(counts: pd.Series | int, pairs: pd.DataFrame) -> np.ndarray:
    """Return the area of the bubble of so many unit-years, in square points."""
    return np.maximum(_LARGEST * np.asarray(counts) / pairs["unit_years"].max(), 5.0)


def _key(pairs: pd.DataFrame) -> list[Artist]:
    """Return what the fillings mean, with their counts, and what the areas do."""
    total = pairs["unit_years"].sum()
    found: list[Artist] = []
    for chosen, colour, face, words in _parts(pairs):
        count = int(pairs.loc[chosen, "unit_years"].sum())
        text = f"{words}: {number(count)} ({percent(100 * count / total)})"
        found.append(_bubble(text, 7.0, colour, face))
    most = int(pairs["unit_years"].max())
    for count in sorted({1, max(1, round(most / 4)), most}):
        words = _("{count} đơn vị-năm").format(count=number(count))
        found.append(_bubble(words, float(np.sqrt(_area(count, pairs))), style.SOFT, style.PAPER))
    return found


def _bubble(words: str, size: float, colour: str, face: str) -> Line2D:
    look = {"marker": "o", "linestyle": "none", "markersize": size, "markeredgewidth": 0.9}
    return Line2D([], [], color=colour, markerfacecolor=face, label=words, **look)  # type: ignore[arg-type]


def _alt(pairs: pd.DataFrame) -> str:
    over, on, under = (int(pairs.loc[chosen, "unit_years"].sum()) for chosen, *_rest in _parts(pairs))
    total = int(pairs["unit_years"].sum())
    return _(
        "Biểu đồ bong bóng của {total} đơn vị-năm có chỉ tiêu: {on} đúng bằng chỉ tiêu ({share}), {over} vượt, {under} chưa đạt."
    ).format(
        total=number(total),
        on=number(on),
        share=percent(100 * on / total),
        over=number(over),
        under=number(under),
    )


def _caption(pairs: pd.DataFrame, rows: int) -> str:
    out = rows - int(pairs["unit_years"].sum())
    lines = [
        _(
            "Mỗi vòng tròn là một cặp chỉ tiêu và số kết nạp; diện tích theo số đơn vị-năm. Đường chéo: số kết nạp đúng bằng chỉ tiêu. "
            "Nhiều đơn vị nằm đúng trên đường chéo có thể chỉ vì chỉ tiêu nhỏ: xem hình về dồn vào chỉ tiêu."
        )
    ]
    if out:
        lines.append(
            _("{count} đơn vị-năm không có chỉ tiêu, hay chỉ tiêu bằng 0.").format(count=number(out))
        )
    return " ".join([*lines, _("Nguồn: bảng unit_years.")])
