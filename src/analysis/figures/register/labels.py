"""Names beside points, placed where they cover neither each other nor a point, nor a line if that can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from analysis.figures import style

_Place = tuple[float, float, Literal["left", "center", "right"], Literal["bottom", "center", "top"]]

_PLACES: list[_Place] = [
    (6, 0, "left", "center"),
    (-6, 0, "right", "center"),
    (0, 6, "center", "bottom"),
    (0, -6, "center", "top"),
    (6, 8, "left", "bottom"),
    (-6, 8, "right", "bottom"),
    (6, -8, "left", "top"),
    (-6, -8, "right", "top"),
]
"""Points right and up from the point, and how the name is set there, the best first."""

_POINT = 4.0
"""Half the width of a point that a name keeps clear of."""


def place(
    axes: Axes,
    xs: npt.ArrayLike,
    ys: npt.ArrayLike,
    names: Sequence[str],
    curves: Sequence[Line2D] = (),
) -> int:
    """Write names beside the points that have one; return how many found no free place.

    Call it last: it takes the axes where the layout puts them.

    Parameters
    ----------
    axes : Axes
    xs, ys : (n,) arrays
        Every point that is drawn.
    names : sequence of str
        One a point; '' for none.
    curves : sequence of Line2D
        Lines of the axes that a name covers only where it has no other place.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    style.settle(figure)
    figure.draw_without_rendering()
    # The layout is settled now; a name must not push the axes about.
    figure.set_layout_engine("none")
    points = axes.transData.transform(np.column_stack([np.asarray(xs, float), np.asarray(ys, float)]))
    size = _POINT * figure.dpi / 72
    taken = [Bbox([[x - size, y - size], [x + size, y + size]]) for x, y in points]
    room = axes.get_window_extent().padded(-size / 2)
    paths = [curve.get_transform().transform_path(curve.get_path()) for curve in curves]
    lost = 0
    for x, y, name in zip(np.asarray(xs, float), np.asarray(ys, float), names, strict=True):
        if name:
            box = _written(axes, (float(x), float(y)), name, taken, room, paths)
            lost += box is None
            taken += [box] if box is not None else []
    return lost


def _written(
    axes: Axes,
    point: tuple[float, float],
    name: str,
    taken: Sequence[Bbox],
    room: Bbox,
    paths: Sequence[Path],
) -> Bbox | None:
    """Write a name at the best free place beside its point; return what it covers, or None."""
    free: list[tuple[int, _Place, Bbox]] = []
    for chosen in _PLACES:
        note = _note(axes, point, name, chosen)
        box = note.get_window_extent()
        note.remove()
        inside = room.x0 <= box.x0 and box.x1 <= room.x1 and room.y0 <= box.y0 and box.y1 <= room.y1
        if inside and not box.count_overlaps(taken):
            crossed = sum(path.intersects_bbox(box, filled=False) for path in paths)
            free.append((crossed, chosen, box))
    if not free:
        return None
    _crossed, chosen, box = min(free, key=lambda found: found[0])
    _note(axes, point, name, chosen)
    return box


def _note(axes: Axes, point: tuple[float, float], name: str, place: _Place) -> Annotation:
    right, up, across, along = place
    return axes.annotate(
        name,
        point,
        xytext=(right, up),
        textcoords="offset points",
        ha=across,
        va=along,
        fontsize=style.small(),
        color=style.INK,
        zorder=5,
        bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
    )
