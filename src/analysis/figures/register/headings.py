"""Titles of the panels of a figure, in as many lines as their width allows."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from analysis.figures.fitting import folded

_GAP = 8.0
"""Points between a title and what stands right of it."""

_LINE = 0.16
"""Inches that a further line of a title takes."""


def place(panels: Sequence[Axes], titles: Sequence[str], columns: int) -> None:
    """Give each panel its title, none wider than the room up to the next panel or the figure's edge.

    Call it last: it measures where the layout puts the panels, and makes the figure higher for further lines.

    Parameters
    ----------
    panels : sequence of Axes
        In reading order, ``columns`` a row.
    titles : sequence of str
        One a panel.
    columns : int
    """
    figure = panels[0].get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    lefts = [axes.get_window_extent().x0 for axes in panels]
    lines = []
    for at, (axes, title) in enumerate(zip(panels, titles, strict=True)):
        last = at % columns == columns - 1 or at == len(panels) - 1
        right = figure.bbox.x1 if last else lefts[at + 1]
        written = axes.set_title("")
        words = folded(written, title, right - lefts[at] - _GAP * figure.dpi / 72)
        written.set_text(words)
        lines.append(words.count("\n"))
    more = sum(max(lines[start : start + columns]) for start in range(0, len(lines), columns))
    figure.set_figheight(figure.get_figheight() + _LINE * more)
