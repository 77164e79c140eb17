"""A report as PDF, set by Typst: tagged (PDF/UA-1), with its fonts in it, the same bytes each time."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
import typst

from analysis.language import _
from analysis.report.paper import Block, Paper, Table, plain
from analysis.report.paper.widths import columns, length

_FOLDER = Path(__file__).parent / "paper"
_REGIONS = {"vi": "VN", "en": "GB"}

_UPRIGHT, _TURNED = 166.0, 253.0
"""Millimetres between the margins of an A4 page, and of one on its side."""

_LARGE, _SMALL = 8.0, 7.0
"""Sizes of a table's letters in points."""

_PAGES = ((_LARGE, _UPRIGHT), (_SMALL, _UPRIGHT), (_LARGE, _TURNED), (_SMALL, _TURNED))
"""Size and page: the first in which no word is too long is taken."""

_MOST_LINES = 4.5
"""Lines of a row, on average, above which a table is given smaller letters."""

_WHOLE_TABLE, _WHOLE_ROW = 12.0, 30.0
"""Lines of a table, and of a row, that is not broken over pages."""

_ROOM, _CAPTION, _LINE = 80.0, 8.5, 13.6
"""Points of a table's head and first rows, which stay together; of its caption's letters, and of a line of them."""

_GAP = 8.0
"""Points between columns."""

_POINT = 25.4 / 72


def pdf(paper: Paper) -> bytes:
    """Return a report as a PDF file.

    Raises
    ------
    typst.TypstError
        It cannot be set as PDF/UA-1: a figure has no alternative text, a heading is out of its level.
    """
    data = {
        "title": paper.title,
        "line": paper.line,
        "language": paper.language,
        "region": _REGIONS[paper.language],
        "contents": _("Mục lục"),
        "made": paper.made,
        "colophon": paper.colophon,
        "blocks": [_block(block) for block in paper.blocks],
    }
    compiled = typst.compile(
        _FOLDER / "report.typ",
        root=_FOLDER,
        font_paths=_fonts(),
        sys_inputs={"paper": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=0,  # no clock: the same report gives the same bytes
    )
    assert isinstance(compiled, bytes)
    return compiled


@cache
def _fonts() -> typst.Fonts:
    """Return the house's fonts, and matplotlib's DejaVu for letters that they lack; none of the system's."""
    folders = [str(_FOLDER / "fonts"), str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _block(block: Block) -> dict[str, Any]:
    """Return a block as the template reads it."""
    found = asdict(block) | {"kind": type(block).__name__.lower()}
    return found | _layout(block) if isinstance(block, Table) else found


def _layout(table: Table) -> dict[str, Any]:
    """Return size, page and columns of a table: as large as its words and rows allow, turned only for its words."""
    for size, page in _PAGES:
        found = columns(table, (page / _POINT - _GAP * len(table.heads)) / size)
        if found.fits and (found.lines <= _MOST_LINES or size == _SMALL):
            break
    widths = [_GAP + width * size for width in found.widths]
    said = length(f"{table.label}. {table.title}. {plain(table.caption)}") * _CAPTION * _POINT
    return {
        "room": _ROOM + _LINE * math.ceil(1.05 * said / page),
        "size": size,
        "gap": _GAP,
        "turned": page == _TURNED,
        "columns": widths,
        "whole": found.lines * (len(table.rows) + 1) <= _WHOLE_TABLE,
        "rows_whole": found.highest <= _WHOLE_ROW,
    }
