"""A grid of tiles, one a province: no outline, and Hoàng Sa and Trường Sa in their places."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
from matplotlib.patches import Rectangle

from analysis.figures import fitting, paper, style
from analysis.language import _, number
from analysis.shown import Drawing
from analysis.vocab import province, table

_NO_DATA = "#f0f0ee"
_TILE = 0.435
_NARROW_TILE = 0.5
"""Inches that a tile is high."""


@paper.drawn
def tile_map(values: pd.DataFrame, vintage: str, title: str, unit: str) -> Drawing:
    """Draw a value for each province of one vintage; provinces without one stay pale.

    Parameters
    ----------
    values : DataFrame
        ``province_code`` and ``value``.
    vintage : str
        ``2008`` (63 tiles) or ``2025`` (34).
    title : str
        What the value is.
    unit : str
        Its unit, for the caption.
    """
    found = dict(zip(values["province_code"], values["value"], strict=True))
    tiles = [tile for tile in table("tiles") if tile["vintage"] == vintage]
    rows = max(int(tile["row"]) for tile in tiles) + 1
    columns = max(int(tile["column"]) for tile in tiles) + 1
    figure, (axes,) = style.new((_NARROW_TILE if style.narrow() else _TILE) * rows)
    room = 0.9 * figure.bbox.width / columns
    scale = mpl.colormaps["Blues"]
    most = max(found.values(), default=1) or 1
    for tile in tiles:
        x, y = int(tile["column"]), int(tile["row"])
        code = tile["province_code"]
        place = province(vintage, code)
        value = found.get(code)
        share = 0.12 + 0.78 * (value / most) ** 0.5 if value is not None else 0.0
        face = _NO_DATA if value is None else mpl.colors.to_hex(scale(share))
        dark = share > 0.55
        axes.add_patch(
            Rectangle((x + 0.03, y + 0.04), 0.94, 0.92, facecolor=face, edgecolor=style.SOFT, linewidth=0.4)
        )
        name = tile["islands"] or place.name
        below = f"({place.name})" if tile["islands"] else ("–" if value is None else number(value))
        colour = "#ffffff" if dark else "#1a1a1a"
        written = axes.text(
            x + 0.5, y + 0.5, "", ha="center", va="center", fontsize=7, color=colour, linespacing=0.9
        )
        lines = [fitting.folded(written, words, room) for words in (name, below)]
        written.set_text("\n".join(lines))
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    axes.set_axis_off()
    alt = _("Bản đồ ô: {title}; {count} trong {all} tỉnh, thành có số liệu.").format(
        title=title, count=number(len(found)), all=number(len({t["province_code"] for t in tiles}))
    )
    caption = _(
        "Mỗi ô một tỉnh, thành phố, đặt gần đúng vị trí, không theo diện tích; số dưới tên: {unit}; –: không có số liệu. "
        "Quần đảo Hoàng Sa thuộc Đà Nẵng, quần đảo Trường Sa thuộc Khánh Hòa."
    ).format(unit=unit)
    data = pd.DataFrame(
        [
            (t["province_code"], province(vintage, t["province_code"]).name, found.get(t["province_code"]))
            for t in tiles
            if not t["islands"]
        ],
        columns=["province_code", "province", "value"],
    )
    return Drawing("tile-map", title, caption, alt, style.svg(figure, "tile-map", alt), data)
