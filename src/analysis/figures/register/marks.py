"""How the register's figures mark an estimate, its interval, a clipped end, and a row without a number."""

from __future__ import annotations

import math
import textwrap

from matplotlib.axes import Axes

from analysis.figures import named_rows, style

_ACROSS = 48
"""Letters of a line across one column of a journal."""


def estimate(
    axes: Axes,
    at: float,
    values: tuple[float, float, float],
    *,
    colour: str = style.BLUE,
    face: str | None = None,
    shape: str = "o",
    size: float = 5.5,
    line: str = "-",
) -> None:
    """Draw a dot and its interval in row ``at``; an end beyond the axis is an arrow at its edge.

    Parameters
    ----------
    axes : Axes
        Its horizontal limits are set.
    at : float
        Row.
    values : (middle, low, high)
        In the axis's units; a missing or infinite limit reaches to the edge, a missing middle draws nothing.
    colour, face : str
        Of the line and of the dot; ``face`` is ``colour`` unless given.
    shape : str
        Marker of the dot.
    size : float
        Points.
    line : str
        Style of the interval's line.
    """
    middle, low, high = values
    if not math.isfinite(middle):
        return
    left, right = axes.get_xlim()
    ends = (low if low > left else left, high if high < right else right)
    axes.plot(ends, [at, at], color=colour, linewidth=1.3, linestyle=line, zorder=2, solid_capstyle="butt")
    for end, edge, arrow, beyond in ((low, left, "<", low < left), (high, right, ">", high > right)):
        if beyond or not math.isfinite(end):
            axes.plot(edge, at, arrow, color=colour, markersize=5, zorder=3, clip_on=False)
    if left <= middle <= right:
        axes.plot(
            middle,
            at,
            shape,
            color=colour,
            markerfacecolor=face or colour,
            markersize=size,
            zorder=4,
            clip_on=False,
        )


def upright(
    axes: Axes,
    at: float,
    values: tuple[float, float, float],
    *,
    colour: str = style.BLUE,
    face: str | None = None,
    shape: str = "o",
) -> None:
    """Draw a dot and its interval over place ``at`` of a horizontal axis; as :func:`estimate` for columns."""
    middle, low, high = values
    bottom, top = axes.get_ylim()
    axes.plot([at, at], [max(low, bottom), min(high, top)], color=colour, linewidth=1.3, zorder=2)
    if high > top:
        axes.plot(at, top, "^", color=colour, markersize=5, zorder=3, clip_on=False)
    axes.plot(
        at,
        middle,
        shape,
        color=colour,
        markerfacecolor=face or colour,
        markersize=5.5,
        zorder=4,
        clip_on=False,
    )


def blank(axes: Axes, at: float, words: str, width: int = 60) -> None:
    """Write in an empty row why no number stands there, in lines of at most ``width`` letters.

    Where names stand over the rows there is room for one line; captions tell the reasons in full.
    """
    if named_rows.over(axes):
        words = textwrap.shorten(words, _ACROSS, placeholder=" …")
    width = min(width, _ACROSS) if style.narrow() else width
    axes.annotate(
        textwrap.fill(words, width),
        (0, at),
        xycoords=axes.get_yaxis_transform(),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        fontsize=style.small(),
        color=style.SOFT,
        linespacing=1.05,
        bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.5},
    )
