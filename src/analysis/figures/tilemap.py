"""A grid of tiles, one a province: no outline, and Hoàng Sa and Trường Sa in their places."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from analysis.figures import fitting, paper, style
from analysis.language import _, number
from analysis.shown import Drawing
from analysis.vocab import province, table
from analysis.wording import capital

_TILE = 0.34
_NARROW_TILE = 0.37
"""Inches that a tile is high: 24 of them stand on a page."""
_SIZE = 7
"""Points of its words."""
_TINTS = (0.08, 0.2, 0.34, 0.5, 0.9)
"""How much of the colour each class has; it recedes into a light page and into a dark one."""
_ABBREVIATED = {"Thừa Thiên Huế": "TT. Huế", "Bà Rịa - Vũng Tàu": "BR-VT"}
"""Names that do not fit a tile in one column of a journal, as Vietnamese papers abbreviate them."""


@paper.drawn
def tile_map(values: pd.DataFrame, vintage: str, title: str, unit: str) -> Drawing:
    """Draw a value for each province of one vintage; provinces without one stay empty.

    Parameters
    ----------
    values : DataFrame
        ``province_code`` and ``value``, whole numbers.
    vintage : str
        ``2008`` (63 tiles) or ``2025`` (34).
    title : str
        What the value is.
    unit : str
        Its unit, for the key and the caption.
    """
    found = dict(zip(values["province_code"], values["value"], strict=True))
    tiles = [tile for tile in table("tiles") if tile["vintage"] == vintage]
    rows = max(int(tile["row"]) for tile in tiles) + 1
    columns = max(int(tile["column"]) for tile in tiles) + 1
    classes = _classes(min(found.values(), default=0), max(found.values(), default=0))
    figure, (axes,) = style.new((_NARROW_TILE if style.narrow() else _TILE) * rows)
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    axes.set_axis_off()
    for tile in tiles:
        _draw(axes, tile, found.get(tile["province_code"]), classes)
    _key(axes, classes, unit)
    alt = _("Bản đồ ô: {title}; {count} trong {all} tỉnh, thành có số liệu.").format(
        title=title, count=number(len(found)), all=number(len({t["province_code"] for t in tiles}))
    )
    caption = _(
        "Mỗi ô một tỉnh, thành phố, đặt gần đúng vị trí, không theo diện tích; số dưới tên: {unit}; –: không có số liệu. "
        "Quần đảo Hoàng Sa thuộc Đà Nẵng, quần đảo Trường Sa thuộc Khánh Hòa."
    ).format(unit=unit)
    names = {t["province_code"]: province(vintage, t["province_code"]).name for t in tiles}
    if style.narrow():
        short = [f"{_ABBREVIATED[name]}: {name}" for name in names.values() if name in _ABBREVIATED]
        caption = " ".join([caption, *([f"{'; '.join(short)}."] if short else [])])
    data = pd.DataFrame(
        [(code, name, found.get(code)) for code, name in names.items()],
        columns=["province_code", "province", "value"],
    )
    return Drawing("tile-map", title, caption, alt, style.svg(figure, "tile-map", alt), data)


def _classes(least: int, most: int) -> list[tuple[int, int, float]]:
    """Return the least and the greatest value of each class, and its tint; small values have narrow classes.

    Examples
    --------
    >>> _classes(1, 115)
    [(1, 4, 0.08), (5, 18, 0.2), (19, 41, 0.34), (42, 73, 0.5), (74, 115, 0.9)]
    >>> _classes(0, 2)
    [(0, 0, 0.08), (1, 1, 0.5), (2, 2, 0.9)]
    """
    ends = [most * step**2 // len(_TINTS) ** 2 for step in range(1, len(_TINTS) + 1)]
    starts = [least, *(max(least, end + 1) for end in ends)]
    return [(low, high, tint) for low, high, tint in zip(starts, ends, _TINTS, strict=False) if low <= high]


def _draw(axes: Axes, tile: dict[str, str], value: int | None, classes: list[tuple[int, int, float]]) -> None:
    """Draw a tile: tinted with a value, empty without one, dashed where it marks islands of a province."""
    x, y = int(tile["column"]), int(tile["row"])
    place = province(tile["vintage"], tile["province_code"]).name
    shape: dict[str, Any] = {"facecolor": "none", "edgecolor": style.SOFT, "linewidth": 0.4}
    colour = style.INK
    name = _ABBREVIATED.get(place, place) if style.narrow() else place
    if tile["islands"]:
        shape |= {"linestyle": "--", "linewidth": 0.6}
        lines = [tile["islands"], *([] if style.narrow() else [f"({place})"])]
    elif value is None:
        shape["edgecolor"], colour = style.GRID, style.SOFT
        lines = [name, "–"]
    else:
        tint = next(tint for _low, high, tint in classes if value <= high)
        shape["facecolor"] = (style.BLUE, tint)
        colour = style.PAPER if tint == _TINTS[-1] else style.INK
        lines = [name, number(value)]
    axes.add_patch(Rectangle((x + 0.03, y + 0.04), 0.94, 0.92, **shape))
    figure = axes.get_figure(root=True)
    assert figure is not None
    room = 0.92 * figure.bbox.width / axes.get_xlim()[1]
    written = axes.text(
        x + 0.5, y + 0.5, "", ha="center", va="center", fontsize=_SIZE, color=colour, linespacing=0.9
    )
    written.set_text("\n".join([fitting.folded(written, words, room) for words in lines]))


def _key(axes: Axes, classes: list[tuple[int, int, float]], unit: str) -> None:
    """Write below the islands, where no tile stands, what the tints mean."""
    edge: dict[str, Any] = {"edgecolor": style.SOFT, "linewidth": 0.4}
    handles = [
        Patch(
            facecolor=(style.BLUE, tint),
            label=number(low) if low == high else f"{number(low)}–{number(high)}",
            **edge,
        )
        for low, high, tint in classes
    ]
    none = Patch(facecolor="none", edgecolor=style.GRID, linewidth=0.4, label=_("–: không có số liệu"))
    axes.legend(
        handles=[*handles, none],
        loc="lower right",
        title=textwrap.fill(capital(unit), 24 if style.narrow() else 44),
        alignment="left",
        frameon=False,
        fontsize=_SIZE,
        title_fontsize=_SIZE,
        borderaxespad=0.2,
        labelspacing=0.3,
    )
