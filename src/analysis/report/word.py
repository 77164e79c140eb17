"""A report as a Word file, set by pandoc: real headings, captions and tables, so that an author can go on in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pypandoc
import typst
from jinja2 import Environment, FileSystemLoader, Template

from analysis.errors import KetnapError
from analysis.language import _
from analysis.report.paper import Figure, Heading, Paper, Table, plain
from analysis.report.paper.docx_parts import finished
from analysis.report.paper.widths import columns

_FOLDER = Path(__file__).parent / "paper"
_LOCALES = {"vi": "vi-VN", "en": "en-GB"}

_WIDE, _HIGH = 166.0, 200.0
"""Millimetres that a picture may be wide and high on an A4 page with its caption."""

_DOTS = 300.0
"""An inch, of the pictures for programs that do not show vectors."""

_LINE, _GAP = _WIDE / (7.5 * 25.4 / 72), 1.1
"""Width of a line of a table and of the space between columns, in sizes of its letters (em)."""


def docx(paper: Paper) -> bytes:
    """Return a report as a Word file.

    Raises
    ------
    KetnapError
        pandoc cannot make it, with what pandoc says.
    """
    figures = [block for block in paper.blocks if isinstance(block, Figure)]
    widths = {figure.name: _width(figure.svg) for figure in figures}
    page = _template().render(
        paper=paper,
        locale=_LOCALES[paper.language],
        blocks=[(type(block).__name__, block) for block in paper.blocks],
        widths=widths,
        shares={block.name: _shares(block) for block in paper.blocks if isinstance(block, Table)},
    )
    with tempfile.TemporaryDirectory() as folder:
        for figure, picture in zip(figures, _pictures(figures, widths), strict=True):
            (Path(folder) / f"{figure.name}.png").write_bytes(picture)
        made = _converted(page, folder)
    headings = [block for block in paper.blocks if isinstance(block, Heading) and block.level == 2]
    drawings = {figure.name: figure.svg for figure in figures}
    return finished(made, drawings, [plain(heading.text) for heading in headings])


@cache
def _template() -> Template:
    loader = FileSystemLoader(_FOLDER)
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template(
        "report.html.j2"
    )


def _converted(page: str, folder: str) -> bytes:
    command = [
        pypandoc.get_pandoc_path(),
        *("--from=html", "--to=docx", "--toc", "--toc-depth=1", "--output=-"),
        f"--reference-doc={_FOLDER / 'reference.docx'}",
        f"--metadata=toc-title:{_('Mục lục')}",
    ]
    clock = {"SOURCE_DATE_EPOCH": "0"}  # the same report gives the same bytes
    done = subprocess.run(
        command, input=page.encode(), cwd=folder, env=os.environ | clock, capture_output=True, check=False
    )
    if done.returncode or done.stderr:
        raise KetnapError(f"pandoc: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def _shares(table: Table) -> list[float]:
    """Return what part of the line each column is, in percent."""
    widths = [width + _GAP for width in columns(table, _LINE - _GAP * len(table.heads)).widths]
    return [round(100 * width / max(sum(widths), _LINE), 3) for width in widths]


# Pictures --------------------------------------------------------------------------------------------------


def _width(svg: str) -> float:
    """Return how many millimetres wide a drawing is set: as the text, unless it would be too high."""
    sides = [re.search(rf'<svg [^>]*\b{side}="([\d.]+)pt"', svg) for side in ("width", "height")]
    wide, high = (float(side.group(1)) for side in sides if side)
    return min(_WIDE, _HIGH * wide / high)


def _pictures(figures: list[Figure], widths: dict[str, float]) -> list[bytes]:
    """Return drawings as PNG files."""
    if not figures:
        return []
    pages = "".join(
        f"#page(width: {widths[figure.name]:.3f}mm, image(bytes(json(bytes(sys.inputs.drawings)).at({place}))))\n"
        for place, figure in enumerate(figures)
    )
    made = typst.compile(
        f"#set page(height: auto, margin: 0pt, fill: white)\n{pages}".encode(),
        font_paths=typst.Fonts(include_system_fonts=False),
        format="png",
        ppi=_DOTS,
        sys_inputs={"drawings": json.dumps([figure.svg for figure in figures])},
    )
    assert made is not None
    return [made] if isinstance(made, bytes) else made
