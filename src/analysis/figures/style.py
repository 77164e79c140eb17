"""One style for every figure: fonts, colours, sizes, and how a drawing becomes an inline SVG."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import matplotlib as mpl
from markupsafe import Markup
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from analysis.figures import fitting
from analysis.language import _


@dataclass(frozen=True, slots=True)
class Width:
    """How wide a figure is, and what follows from it.

    Attributes
    ----------
    inches : float
    size, small : float
        Points of text, and of its smallest.
    narrow : bool
        Whether names stand over their rows rather than beside them, and panels below each other.
    """

    inches: float
    size: float
    small: float
    narrow: bool = False


PAGE = Width(6.6, 9, 8)
"""Of a figure in a report; 8 points are 7 on a telephone 360 px wide, where a figure keeps 34 rem and scrolls."""

WIDTHS = {"column-1": Width(85 / 25.4, 7.5, 7, narrow=True), "column-2": Width(175 / 25.4, 9, 8)}
"""Of a figure in a journal of two columns: in one of them, and across both."""

TALLEST = 9.0
"""Inches of the tallest figure: with its caption, and the mark of synthetic data, it fits on a page."""

_STRIP = 0.2
"""Inches under a figure for the mark of synthetic data."""

INK = "#1b1d21"
SOFT = "#63676f"
GRID = "#d9dbdf"
PAPER = "#ffffff"
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


@dataclass(slots=True)
class _Now:
    """The width in use, and where the figures of that width go if they are not for a page."""

    width: Width = PAGE
    kept: list[Figure] | None = None


_now = _Now()


@contextmanager
def at(width: Width) -> Iterator[list[Figure]]:
    """Draw at ``width`` within a block; give the figures drawn there, laid out, instead of their SVG."""
    before = (_now.width, _now.kept)
    kept: list[Figure] = []
    _now.width, _now.kept = width, kept
    try:
        yield kept
    finally:
        _now.width, _now.kept = before


def inches() -> float:
    """Return the width of a figure."""
    return _now.width.inches


def narrow() -> bool:
    """Tell whether a figure stands in one column of a journal."""
    return _now.width.narrow


def small() -> float:
    """Return the points of the smallest text of a figure."""
    return _now.width.small


def size() -> float:
    """Return the points of the titles and labels of a figure."""
    return _now.width.size


def columns(panels: int) -> int:
    """Return how many of so many panels stand side by side."""
    return 1 if narrow() else min(2, panels)


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
            "font.size": size(),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": SOFT,
            "axes.labelcolor": INK,
            "axes.titlesize": size(),
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
            "ytick.alignment": "center",  # accents are no reason to stand lower than what is beside
            "svg.fonttype": "path",
            "svg.hashsalt": "ketnap",
            "pdf.fonttype": 42,
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
        }
    )
    figure = Figure(figsize=(inches(), height), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharey=sharey)
    return figure, list(grid.flat)


def key(figure: Figure, handles: Sequence[Artist], columns: int = 2) -> None:
    """Write above the panels what marks and colours mean; in one column below each other."""
    shown = 1 if narrow() else columns
    more = -(-len(handles) // shown) - -(-len(handles) // columns)
    figure.set_figheight(figure.get_figheight() + 0.15 * more)
    figure.legend(
        handles=list(handles),
        loc="outside upper left",
        ncols=shown,
        frameon=False,
        fontsize=small(),
    )


def years(axes: Axes) -> None:
    """Say that the horizontal axis counts years."""
    axes.set_xlabel(_("Năm"))


def settle(figure: Figure) -> None:
    """Fit the words of a figure for a paper to its width; one for a page is as wide as it is drawn."""
    if _now.kept is not None:
        fitting.fit(figure)


def _mark(figure: Figure, synthetic: Iterable[bool]) -> None:
    """Write under a figure that is laid out that its data are synthetic, if any are."""
    held = {bool(one) for one in synthetic}
    if True not in held:
        return
    before = figure.get_figheight()
    after = before + _STRIP
    figure.set_figheight(after)
    for axes in figure.axes:
        box = axes.get_position(original=True)
        low, high = ((place * before + _STRIP) / after for place in (box.y0, box.y1))
        axes.set_position(Bbox([[box.x0, low], [box.x1, high]]))
    for written in figure.texts:
        written.set_y((written.get_position()[1] * before + _STRIP) / after)
    words = _("Dữ liệu giả lập") if held == {True} else _("Có dữ liệu giả lập")
    figure.text(0.06 / inches(), 0.05 / after, words, fontsize=small(), color=RED, va="bottom")


def svg(figure: Figure, name: str, alt: str, synthetic: Iterable[bool] = ()) -> Markup:
    """Return a figure as inline SVG with its alternative text; the same bytes each time.

    Where any of ``synthetic`` is true, as for the title, the drawing says so: it may go elsewhere without its
    title. Colours are CSS variables with the colour itself to fall back on, so that one drawing serves
    light and dark pages; ids begin with the figure's name, so that several stand on one page. Inside
    a page no name space is declared; a file of its own needs one. Within :func:`at` the figure is kept
    for files of its own, and this is empty.
    """
    settle(figure)
    layout = figure.get_layout_engine()
    if layout is not None:  # once: to save with an engine lays out again, on a drawing of its own
        layout.execute(figure)
        figure.set_layout_engine("none")
    _mark(figure, synthetic)
    if _now.kept is not None:
        _now.kept.append(figure)
        return Markup()
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
