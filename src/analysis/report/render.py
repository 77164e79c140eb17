"""From an executed notebook to one self-contained HTML page, and files of its figures and tables."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from analysis.clean.text import slug
from analysis.language import _
from analysis.shown import MIME_NAME

_TEMPLATES = Path(__file__).parent / "template"
_HEADING = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)


def prepared(notebook: NotebookNode, language: str) -> NotebookNode:
    """Return the notebook as its reader gets it.

    Prose of other languages goes. So does each section whose cells showed nothing: a heading over
    nothing tells nothing. Its code stays in report.ipynb.
    """
    kept: list[NotebookNode] = []
    for cells in _sections([cell for cell in notebook.cells if _in_language(cell, language)]):
        code = [cell for cell in cells if cell.cell_type == "code"]
        if code and not any(cell.outputs for cell in code):
            continue
        kept += cells
    copy = notebook.copy()
    copy["cells"] = kept
    return copy


def _sections(cells: list[NotebookNode]) -> list[list[NotebookNode]]:
    """Return the cells before the first heading of level two, then those under each heading."""
    sections: list[list[NotebookNode]] = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and _HEADING.search(cell.source):
            sections.append([])
        sections[-1].append(cell)
    return sections


def _in_language(cell: NotebookNode, language: str) -> bool:
    tags = cell.metadata.get("tags", [])
    languages = [tag for tag in tags if tag.startswith("lang-")]
    return not languages or f"lang-{language}" in languages


def contents(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Return (anchor, words) of each section, for the list of contents."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            found += [(f"s-{slug(words)}", words) for words in _HEADING.findall(cell.source)]
    return found


def title(notebook: NotebookNode) -> str:
    """Return the words of the report's first heading."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html", "")
            if match := re.search(r"<h1>(.*?)</h1>", html, re.DOTALL):
                return str(Markup(match.group(1)).unescape())
    return "ketnap"


def html(notebook: NotebookNode, language: str, footer: str, home: str) -> str:
    """Return a report as one HTML page that needs nothing from elsewhere.

    Parameters
    ----------
    notebook : NotebookNode
        Executed.
    language : str
        Of the reader.
    footer : str
        Line at the foot: what made the report, and of which version.
    home : str
        Address of the index, seen from the page.
    """
    cut = prepared(notebook, language)
    page, _resources = _exporter().from_notebook_node(
        cut,
        resources={
            "ketnap": {
                "title": title(cut),
                "contents": contents(cut),
                "code": list(_code(notebook)),
                "language": language,
                "footer": footer,
                "home": home,
                "style": (_TEMPLATES / "ketnap" / "style.css").read_text(encoding="utf-8"),
            }
        },
    )
    return str(page)


@cache
def _exporter() -> HTMLExporter:
    exporter = HTMLExporter(
        config=Config({"HTMLExporter": {"exclude_input_prompt": True, "exclude_output_prompt": True}}),
        template_name="ketnap",
        extra_template_basedirs=[str(_TEMPLATES)],
    )
    exporter.register_filter("anchored", _anchored)
    exporter.environment.globals["_"] = _
    return exporter


def _code(notebook: NotebookNode) -> Iterator[str]:
    """Yield the code that ran: of the parameters only those that were given, in plain letters."""
    given = any("injected-parameters" in cell.metadata.get("tags", []) for cell in notebook.cells)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or (given and "parameters" in tags):
            continue
        if "injected-parameters" in tags:
            assigned = [node for node in ast.parse(cell.source).body if isinstance(node, ast.Assign)]
            values = [(ast.unparse(node.targets[0]), ast.literal_eval(node.value)) for node in assigned]
            yield "\n".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values)
        else:
            yield cell.source


def _anchored(page: str) -> str:
    """Give each heading of level two the anchor that the contents link to, and the others none."""

    def anchor(match: re.Match[str]) -> str:
        words = str(Markup(match.group(1)).striptags())
        return f'<h2 id="s-{slug(words)}">{match.group(1)}</h2>'

    page = re.sub(r"<a class=\"anchor-link\".*?</a>", "", page, flags=re.DOTALL)
    return re.sub(r"<h2[^>]*>(.*?)</h2>", anchor, page, flags=re.DOTALL)


def files(notebook: NotebookNode) -> dict[str, str]:
    """Return the figures and tables of an executed notebook as files: path → text.

    A figure gives ``figures/<name>.svg`` and ``.csv``, a table ``tables/<name>.csv``.
    """
    found: dict[str, str] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data: dict[str, Any] = output.get("data", {})
            if MIME_NAME not in data:
                continue
            name, kind = data[MIME_NAME]["name"], data[MIME_NAME]["kind"]
            found[f"{kind}s/{name}.csv"] = data["text/csv"]
            if kind == "figure" and (drawing := re.search(r"<svg .*</svg>", data["text/html"], re.DOTALL)):
                found[f"figures/{name}.svg"] = standalone(drawing.group(0))
    return found


def standalone(drawing: str) -> str:
    """Return an inline SVG as a file: its colours plain, with its name space, so that any program shows it."""
    plain = re.sub(r"var\(--kn-[a-z]+,(#[0-9a-f]{6})\)", r"\1", drawing)
    plain = plain.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + plain + "\n"
