"""Fits the words of a figure for a paper to its width: folded titles and labels, fewer places on its axes."""

from __future__ import annotations

from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FixedLocator
from matplotlib.transforms import Bbox

_GAP = 5.0
"""Points that words keep from other words and from the edge."""

_LINE = 0.13
"""Inches that a further line takes."""


def fit(figure: Figure) -> None:
    """Fold what is wider than its room and drop places of axes that run into each other; the figure grows.

    Parameters
    ----------
    figure : Figure
        With its layout engine still there.
    """
    if figure.get_layout_engine() is None:
        return
    figure.draw_without_rendering()
    lines = sum(_title(figure, axes) + _label(figure, axes) for axes in figure.axes)
    figure.set_figheight(figure.get_figheight() + _LINE * lines)
    figure.draw_without_rendering()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            _thin(figure, axis)


def folded(written: Text, words: str, room: float) -> str:
    """Return words with line breaks, so that no line is longer than ``room`` pixels unless it is one word."""
    upright = written.get_rotation() in (90, 270)
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        written.set_text(longer)
        box = written.get_window_extent()
        if lines and (box.height if upright else box.width) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def _gap(figure: Figure) -> float:
    return _GAP * figure.dpi / 72


def _title(figure: Figure, axes: Axes) -> int:
    """Fold the title of a panel up to its neighbour or the edge; return how many lines it gained."""
    words = axes.get_title(loc="left")
    if not words:
        return 0
    written = axes.set_title(words)
    box = axes.get_window_extent()
    right = [other.get_window_extent() for other in figure.axes]
    edge = min(
        (b.x0 for b in right if b.x0 > box.x0 + 1 and b.y0 < box.y1 and box.y0 < b.y1), default=figure.bbox.x1
    )
    parts = [folded(written, part, edge - box.x0 - _gap(figure)) for part in words.split("\n")]
    written.set_text("\n".join(parts))
    return written.get_text().count("\n") - words.count("\n")


def _label(figure: Figure, axes: Axes) -> int:
    """Fold the labels of both axes, which are centred on them; return how many lines the figure gained."""
    box = axes.get_window_extent()
    gained = 0
    for written, middle, edge in (
        (axes.xaxis.label, (box.x0 + box.x1) / 2, figure.bbox.x1),
        (axes.yaxis.label, (box.y0 + box.y1) / 2, figure.bbox.y1),
    ):
        words = written.get_text()
        if words and written.get_visible():
            room = 2 * min(middle, edge - middle) - _gap(figure)
            written.set_text(folded(written, words, room))
            gained += written.get_text().count("\n") if written is axes.xaxis.label else 0
    return gained


def _thin(figure: Figure, axis: Axis) -> None:
    """Keep every second place of an axis until no two words of it lie on each other."""
    while True:
        low, high = sorted(axis.get_view_interval())
        places = axis.get_majorticklocs()
        ticks = [
            (float(place), tick.label1)
            for place, tick in zip(places, axis.get_major_ticks(len(places)), strict=True)
            if low - 1e-9 <= place <= high + 1e-9 and tick.label1.get_visible() and tick.label1.get_text()
        ]
        boxes = [label.get_window_extent() for _place, label in ticks]
        if len(ticks) < 3 or not _touch(boxes, _gap(figure) / 2):
            return
        kept = ticks[::2]
        words = [label.get_text() for _place, label in kept]
        axis.set_major_locator(FixedLocator([place for place, _label in kept]))
        axis.set_major_formatter(FixedFormatter(words))
        figure.draw_without_rendering()


def _touch(boxes: list[Bbox], gap: float) -> bool:
    return any(one.padded(gap / 2).overlaps(other.padded(gap / 2)) for one, other in pairwise(boxes))
