"""Rows of a figure that have names: left of the row, or in one column of a journal over it."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence

from matplotlib.axes import Axes

from analysis.figures import style

_NARROW_LABEL = 38
_NARROW_BESIDE = 27
"""Letters of a line of a row's name over the row, and of what stands over its right end."""
_SHORT = 13
"""Letters of a row's name that stands left of the row in one column too."""
_SHORT_BESIDE = 22
"""Letters of a line of what stands right of such a row."""
_LINE = 0.118
"""Inches of a line of text over a row."""
_MARK = 0.21
"""Inches of a row that has its name over it, without the name."""
_CLEAR = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.2, "alpha": 0.9}
"""Keeps lines from words that stand over them."""


def fold(words: str, width: int) -> str:
    """Return a row's name in lines of ``width`` letters at most, or of as many as one column allows."""
    return _filled(words, min(width, _NARROW_LABEL) if style.narrow() else width)


def _filled(words: str, width: int) -> str:
    """Return words in lines, none of which begins with a dot that parts them."""
    return textwrap.fill(words.replace(" ·", "\u00a0·"), width).replace("\u00a0·", " ·")


def _long(labels: Sequence[str]) -> bool:
    """Tell whether names are too long to stand left of their rows, in one column."""
    return (
        style.narrow()
        and max((len(line) for label in labels for line in label.split("\n")), default=0) > _SHORT
    )


def over(axes: Axes) -> bool:
    """Tell whether the names of an axes' rows stand over them."""
    return style.narrow() and not len(axes.get_yticks())


def half(axes: Axes, rows: float) -> float:
    """Return a height given in rows, or so much of it as keeps clear of names over the rows."""
    return 0.45 * rows if over(axes) else rows


def height(labels: list[str], *, frame: float = 1.0, beside: int = 1) -> float:
    """Return the height in inches of a figure with one named row a label, however many its lines.

    Parameters
    ----------
    labels : list of str
    frame : float
        Inches of all but the rows.
    beside : int
        Lines of what stands right of a row.
    """
    lines = max((label.count("\n") + 1 for label in labels), default=1)
    if _long(labels):
        return 0.7 * frame + (_MARK + _LINE * max(lines, beside)) * len(labels)
    return frame + (0.16 + 0.13 * max(lines, beside)) * len(labels)


def fitting(labels: list[str], *, frame: float = 1.0) -> int:
    """Return how many of the rows a page has room for, from the first; at least one.

    Parameters
    ----------
    labels : list of str
    frame : float
        As for :func:`height`.
    """
    counts = range(len(labels), 0, -1)
    return next((n for n in counts if height(labels[:n], frame=frame) <= style.TALLEST), 1)


def axis(axes: Axes, labels: list[str], *, beside: int = 1, soft: Collection[int] = ()) -> None:
    """Give the vertical axis one named row a label, the first on top, with hair lines.

    Parameters
    ----------
    axes : Axes
    labels : list of str
    beside : int
        Lines of what stands right of a row.
    soft : collection of int
        Rows whose names are set apart from the others.
    """
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for row in range(len(labels)):
        axes.axhline(row, color=style.GRID, linewidth=0.6, zorder=0)
    if _long(labels):
        lines = max([label.count("\n") + 1 for label in labels] + [beside])
        _names_over_rows(axes, labels, lines, soft)
        return
    for row in soft:
        axes.get_yticklabels()[row].set_color(style.SOFT)


def _names_over_rows(axes: Axes, labels: list[str], lines: int, soft: Collection[int]) -> None:
    """Write names over the rows; the uppermost gets the room for its own."""
    axes.set_yticks([])
    room = _LINE * lines + 0.09
    axes.set_ylim(len(labels) - 0.75, -room / (_MARK + _LINE * lines))
    for row, label in enumerate(labels):
        axes.annotate(
            label,
            (0, row),
            xycoords=axes.get_yaxis_transform(),
            xytext=(0, 7),
            textcoords="offset points",
            va="bottom",
            fontsize=style.small(),
            color=style.SOFT if row in soft else style.INK,
            linespacing=1.05,
            zorder=6,
            bbox=_CLEAR,
        )


def beside(axes: Axes, at: float, words: str, width: int = 60) -> None:
    """Write what stands right of a row, in lines of ``width`` letters at most; in one column over its right end."""
    above = over(axes)
    if style.narrow():
        width = min(width, _NARROW_BESIDE if above else _SHORT_BESIDE)
    axes.annotate(
        "\n".join(_filled(line, width) for line in words.split("\n")),
        (1, at),
        xycoords=axes.get_yaxis_transform(),
        xytext=(0, 7) if above else (7, 0),
        textcoords="offset points",
        ha="right" if above else "left",
        va="bottom" if above else "center",
        fontsize=style.small(),
        linespacing=1.05 if above else 1.2,
        annotation_clip=False,
        zorder=6,
        bbox=_CLEAR if above else None,
    )
