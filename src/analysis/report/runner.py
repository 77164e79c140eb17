"""Runs jobs: those that are not up to date go to an executor, their files into place as they come."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed, wait
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from analysis.errors import ParameterError
from analysis.fingerprint import of_bytes
from analysis.report import manifest, place_files, warm
from analysis.report.job import DONE, FAILED, FAILED_NOTEBOOK, FRESH, Job, Made
from analysis.report.work import make

_LOOKS = 0.05
"""Seconds between the looks of a stopped run for processes to end."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: ``fresh`` (nothing to do), ``done`` or ``failed``, and how long it took."""

    job: Job
    state: str
    seconds: float = 0.0
    error: str = ""

    @property
    def page(self) -> Path:
        """Where the report is, if it was ever made."""
        return self.job.main


def run(
    jobs: Sequence[Job],
    workers: int,
    *,
    scheduler: str | None = None,
    force: bool,
    finished: Callable[[Outcome], None],
) -> None:
    """Make the reports that are not up to date, and tell what became of each.

    One job that fails stops no other. Whoever calls holds the folder, by :func:`place_files.alone_in`, from
    before the jobs were planned.

    Parameters
    ----------
    jobs : sequence of Job
        All of one folder.
    workers : int
        Processes at once, on this machine.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers make the reports instead.
    force : bool
        Make also what is up to date.
    finished : callable
        Told of each outcome as it comes.

    Raises
    ------
    ParameterError
        No Dask scheduler answers at the address, or Dask is not installed.
    """
    stale = [job for job in jobs if force or manifest.stale(job)]
    if stale and scheduler is None:
        warm.prepare()
    for job in jobs:
        if job not in stale:
            finished(Outcome(job, FRESH))
    if stale:
        work = make if scheduler else _by_turns(workers)
        with (
            _executor(scheduler, min(workers, len(stale))) as executor,
            closing(_made(executor, work, stale)) as makes,
        ):
            for job, made in makes:
                finished(_placed(job, made))


@contextmanager
def _executor(scheduler: str | None, workers: int) -> Iterator[Executor]:
    """Yield what makes the reports: threads that each watch over one process, or a Dask cluster."""
    if scheduler is None:
        pool = ThreadPoolExecutor(2 * workers)
        try:
            yield pool
        finally:
            pool.shutdown(wait=False)  # all are done, or the run was stopped
        return
    try:
        from distributed import Client
    except ImportError:
        raise ParameterError(
            "scheduler: Dask is not installed; `.venv/bin/pip install distributed`, or leave --scheduler out"
        ) from None
    try:
        client = Client(  # type: ignore[no-untyped-call]
            scheduler, timeout="10s", set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise ParameterError(f"scheduler: no Dask scheduler answers at {scheduler!r} ({error})") from None
    with client, client.get_executor(pure=False) as pool:  # type: ignore[no-untyped-call]
        yield pool


def _by_turns(workers: int) -> Callable[[Job], Made]:
    """Return what makes a report, so many at once; while one's page is made, the cells of the next may run."""
    turns = BoundedSemaphore(workers)

    def made(job: Job) -> Made:
        with ExitStack() as turn:
            turn.enter_context(turns)
            return make(job, turn.close)

    return made


def _made(
    executor: Executor, work: Callable[[Job], Made], jobs: Sequence[Job]
) -> Generator[tuple[Job, Made]]:
    """Yield each job with what was made, as it comes; leave no process behind, whatever happens."""
    futures: dict[Future[Made], Job] = {executor.submit(work, job): job for job in jobs}
    try:
        for future in as_completed(futures):
            error = future.exception()
            yield (
                futures[future],
                Made(error=f"{type(error).__name__}: {error}") if error else future.result(),
            )
    except BaseException:
        for future in futures:
            future.cancel()
        while isinstance(executor, ThreadPoolExecutor) and wait(futures, timeout=_LOOKS).not_done:
            warm.kill_all()  # one that is about to start, once its server is there, is found in a later look
        raise


def _placed(job: Job, made: Made) -> Outcome:
    """Put a report in its place, or note a failure beside the last good one, which stays."""
    error = made.error
    if not error:
        hashes = {name: of_bytes(content) for name, content in sorted(made.files.items())}
        told = _manifest(job, DONE, made.seconds) | {"outputs": hashes}
        try:
            files = {**made.files, job.file(manifest.NAME): manifest.text(told).encode()}
            place_files.put(job.folder, files, manifest.others(job.folder, job.language))
        except OSError as problem:  # a full disk
            error = f"{type(problem).__name__}: {problem}"
    if not error:
        return Outcome(job, DONE, made.seconds)
    with suppress(OSError):
        _note_failure(job, made, error)
    return Outcome(job, FAILED, made.seconds, error)


def _note_failure(job: Job, made: Made, error: str) -> None:
    job.folder.mkdir(exist_ok=True)
    last = manifest.read(job.folder, job.language) or {}
    told = _manifest(job, FAILED, made.seconds)
    told |= {"outputs": last.get("outputs", {}), "error": error, "cell": made.cell}
    good = last if last.get("state") == DONE else last.get("last_good")
    if good:
        told["last_good"] = {name: good.get(name) for name in ("inputs", "versions", "platform", "finished")}
    failed = job.folder / job.file(FAILED_NOTEBOOK)
    if FAILED_NOTEBOOK in made.files:
        manifest.write_whole(failed, made.files[FAILED_NOTEBOOK])
    else:  # that of an earlier failure would mislead
        failed.unlink(missing_ok=True)
    manifest.write_whole(job.folder / job.file(manifest.NAME), manifest.text(told).encode())


def _manifest(job: Job, state: str, seconds: float) -> dict[str, Any]:
    return {
        "report": job.name,
        "label": job.label,
        "state": state,
        "formats": list(job.formats),
        "synthetic": list(job.synthetic),
        "inputs": job.inputs,
        "seeds": {name: value for name, value in job.parameters.items() if "seed" in name},
        "versions": manifest.versions(),
        "platform": manifest.platform_told(),
        "finished": _now(),
        "seconds": round(seconds, 2),
    }


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def write_run(out: Path, outcomes: Sequence[Outcome]) -> None:
    """Write manifest.json of a whole call: each report with its state."""
    told = {
        "versions": manifest.versions(),
        "platform": manifest.platform_told(),
        "finished": _now(),
        "reports": {
            outcome.job.name: {
                "state": outcome.state,
                "formats": list(outcome.job.formats),
                "seconds": round(outcome.seconds, 2),
                "error": outcome.error,
                "inputs": outcome.job.inputs,
            }
            for outcome in outcomes
        },
    }
    manifest.write_whole(out / manifest.NAME, manifest.text(told).encode())
