"""From an executed notebook to one self-contained HTML page, and files of its figures and tables."""

from __future__ import annotations

import ast
import base64
import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from nbconvert import HTMLExporter, TemplateExporter
from nbformat import NotebookNode

from analysis.clean.text import slug
from analysis.language import _, file_name, speaking
from analysis.report import bar
from analysis.report.numbering import numbered
from analysis.shown import MIME_NAME

_TEMPLATES = Path(__file__).parent / "template"
_HEADING = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)
_DATA_LINK = re.compile(r'href="((?:figures|tables)/[a-z0-9-]+\.csv)" download')

_ROOM = 1 << 18
"""Bytes of data that a page carries, so that it is whole when it is saved alone; more stay in files beside it."""


def prepared(notebook: NotebookNode, language: str) -> NotebookNode:
    """Return the notebook as its reader gets it, in whatever format: HTML, PDF or DOCX is made of it.

    Prose of other languages goes. So does the prose of each section whose cells showed nothing: a heading over
    nothing tells nothing; the code stays. Figures and tables are numbered, and references to them resolved
    (:func:`analysis.report.numbering.numbered`).

    Raises
    ------
    UnknownReferenceError
        The text refers to a figure or table that is not shown.
    """
    kept: list[NotebookNode] = []
    for cells in _sections([cell for cell in notebook.cells if _in_language(cell, language)]):
        code = [cell for cell in cells if cell.cell_type == "code"]
        empty = code and not any(cell.outputs for cell in code)
        kept += code if empty else cells
    cut = notebook.copy()
    cut["cells"] = copy.deepcopy(kept)
    with speaking(language):
        return numbered(cut)


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


def html(
    notebook: NotebookNode,
    language: str,
    footer: str,
    home: str,
    colophon: Sequence[tuple[str, str]] = (),
    *,
    files: Sequence[tuple[str, str]] = (),
    twins: Mapping[str, str] | None = None,
) -> str:
    """Return a report as one HTML page that needs nothing from elsewhere.

    Parameters
    ----------
    notebook : NotebookNode
        Executed and :func:`prepared`.
    language : str
        Of the reader.
    footer : str
        Line at the foot.
    home : str
        Address of the index, seen from the page.
    colophon : sequence of (str, str)
        Labels and words: what the report was made with and from.
    files : sequence of (str, str)
        Addresses and words: the report's other forms.
    twins : mapping, optional
        Language → address of the report in it.
    """
    script, policy = bar.script()
    with speaking(language):
        parts = {
            "title": title(notebook),
            "contents": contents(notebook),
            "code": list(_code(notebook)),
            "data": _carried(notebook, language),
            "language": language,
            "footer": footer,
            "colophon": colophon,
            "home": home,
            "files": files,
            "switches": bar.switches(twins or {}),
            "script": script,
            "policy": policy,
            "style": (_TEMPLATES / "ketnap" / "style.css").read_text(encoding="utf-8"),
        }
        # Not the exporter's own method: it reads the page again to mend pictures of others, which takes seconds
        page, _resources = TemplateExporter.from_notebook_node(_exporter(), notebook, {"ketnap": parts})
    return str(page)


def _carried(notebook: NotebookNode, language: str) -> dict[str, str]:
    """Return where the data of each figure and table are: in the page itself, as long as there is room."""
    found: dict[str, str] = {}
    room = _ROOM
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if MIME_NAME not in data:
                continue
            path = f"{data[MIME_NAME]['kind']}s/{data[MIME_NAME]['name']}.csv"
            content = data["text/csv"].encode("utf-8-sig")
            found[path] = file_name(path, language)
            if len(content) <= room:
                room -= len(content)
                found[path] = f"data:text/csv;charset=utf-8;base64,{base64.b64encode(content).decode()}"
    return found


@cache
def _exporter() -> HTMLExporter:
    exporter = HTMLExporter(template_name="ketnap", extra_template_basedirs=[str(_TEMPLATES)])
    exporter.register_filter("anchored", _anchored)
    exporter.register_filter("with_data", _with_data)
    exporter.environment.globals["_"] = _
    return exporter


def _with_data(shown: str, carried: dict[str, str]) -> str:
    """Let the links to data files lead to where the data are."""
    return _DATA_LINK.sub(lambda link: f'href="{carried.get(link[1], link[1])}" download', shown)


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
        words = str(Markup(match.group(2)).striptags())
        named = f' id="s-{slug(words)}"' if match.group(1) == "2" else ""
        return f"<h{match.group(1)}{named}>{escape(words)}</h{match.group(1)}>"

    page = re.sub(r"<a class=\"anchor-link\".*?</a>", "", page, flags=re.DOTALL)
    return re.sub(r"<h([23])[^>]*>(.*?)</h\1>", anchor, page, flags=re.DOTALL)


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
