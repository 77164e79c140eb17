"""One style for every figure: fonts, colours, sizes, and how a drawing becomes an inline SVG."""

from __future__ import annotations

import html
import io
import re
from functools import cache
from importlib.resources import files

import matplotlib as mpl
from markupsafe import Markup
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH = 6.6
"""Width of a figure in inches."""

INK = "#1b1d21"
SOFT = "#63676f"
GRID = "#d9dbdf"
PAPER = "#fefefd"
BLUE = "#1f5fa8"
ORANGE = "#b8560b"
GREEN = "#2c7a4f"
RED = "#a8241c"
BAND = "#dfe9f3"
"""Colours that keep apart for the colour-blind (Okabe and Ito's hues, darkened) and in grey."""

_VARIABLES = {
    INK: "ink",
    SOFT: "soft",
    GRID: "grid",
    PAPER: "paper",
    BLUE: "blue",
    ORANGE: "orange",
    GREEN: "green",
    RED: "red",
    BAND: "band",
}


@cache  # a font added again makes matplotlib look for all fonts again
def _register_font() -> None:
    folder = files("analysis.figures").joinpath("fonts")
    font_manager.fontManager.addfont(str(folder.joinpath("BeVietnamPro-Regular.ttf")))


def new(height: float, columns: int = 1, rows: int = 1, *, sharey: bool = False) -> tuple[Figure, list[Axes]]:
    """Return a figure of the house style and its axes, in reading order.

    Parameters
    ----------
    height : float
        Inches.
    columns, rows : int
        Panels.
    sharey : bool
        Whether panels share their vertical axis.
    """
    _register_font()
    mpl.rcdefaults()  # the reader's own settings are not for reports
    mpl.rcParams.update(
        {
            "font.family": ["Be Vietnam Pro", "DejaVu Sans"],
            "font.size": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": SOFT,
            "axes.labelcolor": INK,
            "axes.titlesize": 9,
            "axes.titlelocation": "left",
            "axes.grid": False,
            "axes.unicode_minus": False,
            "text.color": INK,
            "text.parse_math": False,
            # Letters are drawn as paths: the layout must measure them as such, or it leaves too little room
            "text.hinting": "no_hinting",
            "xtick.color": SOFT,
            "ytick.color": SOFT,
            "xtick.labelcolor": INK,
            "ytick.labelcolor": INK,
            "svg.fonttype": "path",
            "svg.hashsalt": "ketnap",
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
        }
    )
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharey=sharey)
    return figure, list(grid.flat)


def rows_height(labels: list[str], *, frame: float = 1.0) -> float:
    """Return the height in inches of a figure with one named row a label, however many its lines."""
    lines = max((label.count("\n") + 1 for label in labels), default=1)
    return frame + (0.16 + 0.13 * lines) * len(labels)


def rows_axis(axes: Axes, labels: list[str]) -> None:
    """Give the vertical axis one named row a label, the first on top, with hair lines."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for row in range(len(labels)):
        axes.axhline(row, color=GRID, linewidth=0.6, zorder=0)


def svg(figure: Figure, name: str, alt: str) -> Markup:
    """Return a figure as inline SVG with its alternative text; the same bytes each time.

    Colours are CSS variables with the colour itself to fall back on, so that one drawing serves
    light and dark pages; ids begin with the figure's name, so that several stand on one page. Inside
    a page no name space is declared; a file of its own needs one.
    """
    layout = figure.get_layout_engine()
    if layout is not None:  # once: to save with an engine lays out again, on a drawing of its own
        layout.execute(figure)
        figure.set_layout_engine("none")
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r' xmlns(:xlink)?="[^"]*"', "", text).replace("xlink:href", "href")
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(href="#|url\(#)', rf"\1{name}-", text)
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var(--kn-{variable},{colour})")
    described = html.escape(alt, quote=True)
    head = f'<svg role="img" aria-label="{described}" '
    text = text.replace("<svg ", head, 1).replace(">", f"><title>{described}</title>", 1)
    return Markup(text)
