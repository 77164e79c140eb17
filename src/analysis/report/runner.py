"""Runs report templates: one notebook a job, by papermill, each in a kernel of its own."""

from __future__ import annotations

import logging
import multiprocessing
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from analysis import __version__, fingerprint
from analysis.language import _, use
from analysis.report import manifest, render
from analysis.report.kernel import LocalKernelManager

FRESH, DONE, FAILED = "fresh", "done", "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One report to make.

    Attributes
    ----------
    name : str
        Folder of the report under ``out``: ``dien-bien``, ``comparison``.
    label : str
        Name for people.
    notebook, out : Path
        Template, and folder of all reports.
    parameters : dict
        Of the template, complete and checked.
    inputs : dict
        Hashes and values that the report depends on.
    """

    name: str
    label: str
    notebook: Path
    out: Path
    parameters: dict[str, Any]
    inputs: dict[str, Any]

    @property
    def folder(self) -> Path:
        """Folder of the report."""
        return self.out / self.name


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: ``fresh`` (nothing to do), ``done`` or ``failed``, and how long it took."""

    job: Job
    state: str
    seconds: float = 0.0
    error: str = ""


def run(
    jobs: Sequence[Job], workers: int, *, force: bool, finished: Callable[[Outcome], None]
) -> list[Outcome]:
    """Make the reports that are not up to date, and return what became of each, in order.

    One job that fails stops no other.

    Parameters
    ----------
    jobs : sequence of Job
    workers : int
        Processes at once.
    force : bool
        Make also what is up to date.
    finished : callable
        Told of each outcome as it comes.
    """
    for out in {job.out for job in jobs}:
        _clear_leftovers(out)
    outcomes: dict[str, Outcome] = {}
    waiting = []
    for job in jobs:
        if not force and manifest.up_to_date(job.folder, job.inputs):
            outcomes[job.name] = Outcome(job, FRESH)
            finished(outcomes[job.name])
        else:
            waiting.append(job)
    for outcome in _executed(waiting, workers):
        outcomes[outcome.job.name] = outcome
        finished(outcome)
    return [outcomes[job.name] for job in jobs]


def _executed(jobs: Sequence[Job], workers: int) -> Iterable[Outcome]:
    if min(workers, len(jobs)) <= 1:  # a second process would only import everything again
        yield from map(make, jobs)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=context) as pool:
        futures = {pool.submit(make, job): job for job in jobs}
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenExecutor as error:  # a worker that died must not stop the others
                job = futures[future]
                yield _failed(job, job.folder, f"{type(error).__name__}: {error}", 0.0)


def write_run(out: Path, outcomes: Sequence[Outcome]) -> None:
    """Write manifest.json of a whole call: each report with its state."""
    manifest.write(
        out,
        {
            "versions": manifest.versions(),
            "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "reports": {
                outcome.job.name: {
                    "state": outcome.state,
                    "seconds": round(outcome.seconds, 2),
                    "error": outcome.error,
                    "inputs": outcome.job.inputs,
                }
                for outcome in outcomes
            },
        },
    )


def make(job: Job) -> Outcome:
    """Run one job: execute the notebook, render it, and put the whole folder in its place."""
    began = time.monotonic()
    job.out.mkdir(parents=True, exist_ok=True)
    staging = job.out / f".{job.name}.{os.getpid()}.part"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        return _made(job, staging, began)
    except PapermillExecutionError as error:
        return _failed(job, staging, f"{error.ename}: {error.evalue}", time.monotonic() - began)
    except Exception as error:  # whatever it is, it must not stop the other reports
        return _failed(job, staging, f"{type(error).__name__}: {error}", time.monotonic() - began)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _made(job: Job, staging: Path, began: float) -> Outcome:
    use(job.parameters["language"])
    _execute(job, staging / "report.ipynb")
    notebook = normalised(nbformat.read(staging / "report.ipynb", as_version=4))
    nbformat.write(notebook, staging / "report.ipynb")
    footer = _(
        "Làm bằng ketnap {version} từ {template}.ipynb. Chạy tại máy, không gửi dữ liệu đi đâu."
    ).format(version=__version__, template=job.notebook.stem)
    page = render.html(notebook, job.parameters["language"], footer, "../index.html")
    (staging / "report.html").write_text(page, encoding="utf-8", newline="\n")
    for name, text in render.files(notebook).items():
        path = staging / name
        path.parent.mkdir(exist_ok=True)
        encoding = "utf-8-sig" if path.suffix == ".csv" else "utf-8"  # Excel needs the mark
        path.write_text(text, encoding=encoding, newline="\n")
    seconds = time.monotonic() - began
    manifest.write(staging, _manifest(job, DONE, seconds) | {"outputs": _hashes(staging)})
    _swap(staging, job.folder)
    return Outcome(job, DONE, seconds)


def _execute(job: Job, output: Path) -> None:
    logging.getLogger("papermill").setLevel(logging.ERROR)
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    papermill.execute_notebook(
        str(job.notebook),
        str(output),
        parameters=job.parameters,
        kernel_name="python3",
        cwd=str(job.notebook.parent),
        progress_bar=False,
        log_output=False,
        kernel_manager_class=LocalKernelManager,
    )


def _failed(job: Job, staging: Path, error: str, seconds: float) -> Outcome:
    """Note a failure beside the last good report, which stays, and keep the notebook up to it."""
    job.folder.mkdir(exist_ok=True)
    if (staging / "report.ipynb").is_file():
        (staging / "report.ipynb").replace(job.folder / "failed.ipynb")
    last = manifest.read(job.folder) or {}
    kept = last.get("outputs", {})
    manifest.write(job.folder, _manifest(job, FAILED, seconds) | {"outputs": kept, "error": error})
    return Outcome(job, FAILED, seconds, error)


def _manifest(job: Job, state: str, seconds: float) -> dict[str, Any]:
    return {
        "report": job.name,
        "label": job.label,
        "state": state,
        "inputs": job.inputs,
        "versions": manifest.versions(),
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "seconds": round(seconds, 2),
    }


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): fingerprint.of_file(path) for path in files}


def _clear_leftovers(out: Path) -> None:
    """Remove what runs that were killed left behind; put back a last good report that was set aside."""
    for path in out.glob(".*.*.*") if out.is_dir() else []:
        match = re.fullmatch(r"\.(.+)\.(\d+)\.(part|old)", path.name)
        if match is None or _alive(int(match[2])):
            continue
        final = out / match[1]
        if match[3] == "old" and not final.exists():
            path.replace(final)
        elif path.is_dir():
            shutil.rmtree(path)


def _alive(process: int) -> bool:
    if sys.platform == "win32":  # there, signal 0 would end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _swap(staging: Path, folder: Path) -> None:
    """Put a finished folder where the last one stood."""
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    if folder.exists():
        folder.replace(old)
    staging.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def normalised(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return an executed notebook without clocks, paths and random ids: the same bytes each run."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata["language_info"] = {"name": "python"}
    for place, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{place:02d}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    return notebook
