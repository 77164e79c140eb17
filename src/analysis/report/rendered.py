"""From an executed notebook to the files of a report, in all the formats that are asked for."""

from __future__ import annotations

import base64
import copy
from typing import Any

import nbformat
from nbformat import NotebookNode

from analysis import __version__
from analysis.language import _, use
from analysis.report import bar, paper, pdf, render, word
from analysis.report.colophon import colophon
from analysis.report.job import Job
from analysis.shown import MIME_NAME, MIME_PAPERS, fragment, of_simulation

_COLUMNS = {"column-1": "1col", "column-2": "2col"}
"""Width of a figure for a paper → what its files are called."""


def rendered(job: Job, notebook: NotebookNode) -> dict[str, bytes]:
    """Return the files of a report, by their names in its language.

    Parameters
    ----------
    job : Job
        Says which formats.
    notebook : NotebookNode
        Executed, and normalised.
    """
    use(job.language)
    prepared = render.prepared(notebook, job.language)
    if job.synthetic == (True,):
        _tell_of_simulation(prepared)
    files = _data(prepared)
    if job.formats != ("figures",):
        files["report.ipynb"] = as_bytes(_without_papers(notebook))
    if "html" in job.formats:
        home = f"../{job.file('index.html')}"
        around: dict[str, Any] = {"files": bar.files(job), "twins": bar.twins(job)}
        page = render.html(prepared, job.language, _footer(job), home, colophon(job), **around)
        files["report.html"] = page.encode()
    if "pdf" in job.formats or "docx" in job.formats:
        on_paper = paper.of(prepared, job.language, _footer(job), colophon(job))
        files |= {"report.pdf": pdf.pdf(on_paper)} if "pdf" in job.formats else {}
        files |= {"report.docx": word.docx(on_paper)} if "docx" in job.formats else {}
    if "figures" in job.formats:
        files |= _for_a_paper(prepared)
    return {job.file(name): content for name, content in files.items()}


def as_bytes(notebook: NotebookNode) -> bytes:
    """Return a notebook as its file holds it."""
    return (nbformat.writes(notebook) + "\n").encode()


def _footer(job: Job) -> str:
    words = _("Làm bằng ketnap {version} từ {template}.ipynb. Chạy tại máy, không gửi dữ liệu đi đâu.")
    return str(words.format(version=__version__, template=job.notebook.stem))


def _shown(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Return the representations of each figure and table."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return [output["data"] for output in outputs if MIME_NAME in output.get("data", {})]


def _tell_of_simulation(notebook: NotebookNode) -> None:
    """Let the data of each figure and table say that a simulation made them, in the files and in the page."""
    for data in _shown(notebook):
        data["text/csv"] = of_simulation(data["text/csv"])


def _data(notebook: NotebookNode) -> dict[str, bytes]:
    """Return the data of figures and tables, and the figures' drawings."""
    return {
        name: text.encode("utf-8-sig" if name.endswith(".csv") else "utf-8")  # Excel needs the mark
        for name, text in render.files(notebook).items()
    }


def _for_a_paper(notebook: NotebookNode) -> dict[str, bytes]:
    """Return each figure in the widths of a journal's columns, with its caption there, and each table in LaTeX and HTML."""
    found: dict[str, bytes] = {}
    for data in _shown(notebook):
        name = data[MIME_NAME]["name"]
        if data[MIME_NAME]["kind"] == "table":
            found[f"tables/{name}.tex"] = data["text/latex"].encode()
            found[f"tables/{name}.html"] = fragment(data["text/html"]).encode()
        for width, drawn in data.get(MIME_PAPERS, {}).items():
            stem = f"figures/{name}-{_COLUMNS[width]}"
            found[f"{stem}.svg"] = drawn["svg"].encode()
            found[f"{stem}.txt"] = f"{drawn['title']}. {drawn['caption']}\n".encode()
            found |= {f"{stem}.{kind}": base64.b64decode(drawn[kind]) for kind in ("pdf", "png")}
    return found


def _without_papers(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook without the figures for a paper, which are files: it is the same with and without them."""
    lean = copy.deepcopy(notebook)
    for data in _shown(lean):
        data.pop(MIME_PAPERS, None)
    return lean
