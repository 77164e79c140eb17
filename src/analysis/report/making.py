"""Makes a report in the process that it is called in: the cells run, the page and its files, in memory."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import nullcontext

import papermill
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from analysis import fingerprint
from analysis.figures import paper
from analysis.processed import PACKAGE
from analysis.report.cells import NAME
from analysis.report.job import FAILED_NOTEBOOK, Job, Made
from analysis.report.rendered import as_bytes, rendered


def made(job: Job, began: Callable[[int, NotebookNode], None], executed: Callable[[], None]) -> Made:
    """Return the files of a report, or what is wrong; no error leaves.

    Parameters
    ----------
    job : Job
    began : callable
        Told of each cell, by the number of its execution and itself, before it runs.
    executed : callable
        Told when all have run.
    """
    current: list[NotebookNode] = []

    def seen(number: int, cell: NotebookNode) -> None:
        current[:] = [cell]
        began(number, cell)

    try:
        if changed := _changed(job):
            return Made(error=changed)
        with paper.wanted() if "figures" in job.formats else nullcontext():
            notebook = _executed(job, seen)
        if isinstance(notebook, Made):
            return notebook
        executed()
        return Made(rendered(job, notebook))
    except Exception as error:  # whatever it is, it must not stop the other reports
        return Made(error=f"{type(error).__name__}: {error}", cell=current[0].source if current else "")


def _changed(job: Job) -> str:
    """Return what is not as it was when the report was planned; the manifest would tell of something else."""
    now = {
        "notebook": fingerprint.of_file(job.notebook),
        "library": fingerprint.library(),  # as this process, or the server that it is forked from, has loaded it
    }
    other = [name for name, value in now.items() if job.inputs.get(name, value) != value]
    package = (job.notebook.parent / str(job.parameters.get("data", ""))) / PACKAGE
    if job.package and fingerprint.of_file(package) != job.package:
        other.append("data")
    words = "changed since the run was planned, or is of another version on this machine; run again"
    return f"{' and '.join(other)} {words}" if other else ""


def _executed(job: Job, began: Callable[[int, NotebookNode], None]) -> NotebookNode | Made:
    """Return the executed notebook, or what is wrong in which cell."""
    logging.getLogger("papermill").setLevel(logging.ERROR)
    os.chdir(job.notebook.parent)
    kept: list[NotebookNode] = []
    try:
        notebook = papermill.execute_notebook(
            str(job.notebook),
            None,
            parameters=job.parameters,
            engine_name=NAME,
            progress_bar=False,
            log_output=False,
            execution_timeout=job.timeout,
            began=began,
            kept=kept,
        )
    except PapermillExecutionError as error:
        files = {FAILED_NOTEBOOK: as_bytes(normalised(kept[0]))} if kept else {}
        number = f"cell [{error.exec_count}]"
        told = f"{error.ename}: {error.evalue}"
        return Made(files, told if number in told else f"{told} ({number})", error.source)
    left = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    if left and left[-1].execution_count is None:
        stopped = next(cell for cell in reversed(left) if cell.execution_count is not None)
        return Made(
            {FAILED_NOTEBOOK: as_bytes(normalised(notebook))},
            "a cell ended the notebook early",
            stopped.source,
        )
    return normalised(notebook)


def normalised(notebook: NotebookNode) -> NotebookNode:
    """Return an executed notebook without clocks, paths and random ids: the same bytes each run."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata["language_info"] = {"name": "python"}
    for place, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{place:02d}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    return notebook
