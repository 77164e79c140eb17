"""Figures for a paper: each in one column and in two, as SVG, PDF and PNG, beside that of the report."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import ParamSpec

from matplotlib.figure import Figure

from analysis.figures import style
from analysis.shown import Drawing

DPI = 300
"""Dots an inch of a PNG."""

_Asked = ParamSpec("_Asked")
_state = {"wanted": False}


@contextmanager
def wanted() -> Iterator[None]:
    """Within a block, every figure of this process carries its files for a paper too."""
    before = _state["wanted"]
    _state["wanted"] = True
    try:
        yield
    finally:
        _state["wanted"] = before


def drawn(draw: Callable[_Asked, Drawing | None]) -> Callable[_Asked, Drawing | None]:
    """Return a function that draws a figure for the report and, where wanted, at each width of a paper.

    The words of a width may differ: what finds no room in one column is counted in its caption.
    """

    @wraps(draw)
    def draw_each(*args: _Asked.args, **named: _Asked.kwargs) -> Drawing | None:
        drawing = draw(*args, **named)
        if drawing is None or not _state["wanted"]:
            return drawing
        papers = {}
        for name, width in style.WIDTHS.items():
            with style.at(width) as kept:
                words = draw(*args, **named)
            assert words is not None
            (figure,) = kept
            papers[name] = _files(figure, words)
        return replace(drawing, papers=papers)

    return draw_each


def _files(figure: Figure, words: Drawing) -> dict[str, str]:
    """Return a figure's SVG, and its PDF and PNG in base 64, with its words; without clocks."""
    drawn = {
        "pdf": {
            "CreationDate": None,
            "Creator": None,
            "Producer": None,
            "Title": words.title,
            "Subject": words.alt,
        },
        "png": {"Software": None, "Title": words.title, "Description": words.alt},
    }
    found = {"title": words.title, "caption": words.caption, "alt": words.alt, "svg": _svg(figure, words)}
    for kind, metadata in drawn.items():
        buffer = io.BytesIO()
        figure.savefig(buffer, format=kind, dpi=DPI, facecolor="white", metadata=metadata)
        found[kind] = base64.b64encode(buffer.getvalue()).decode()
    return found


def _svg(figure: Figure, words: Drawing) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", facecolor="white", metadata={"Date": None, "Creator": None})
    text = re.sub(r"<metadata>.*?</metadata>\s*|<!DOCTYPE.*?>\s*", "", buffer.getvalue(), flags=re.DOTALL)
    described = html.escape(words.alt, quote=True)
    opened = text.replace("<svg ", f'<svg role="img" aria-label="{described}" ', 1)
    at = opened.index(">", opened.index("<svg ")) + 1
    return f"{opened[:at]}<title>{described}</title>{opened[at:]}"
