"""A report made in a process of its own, which is watched over: whatever happens to it, word comes back."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from analysis.report import warm
from analysis.report.job import Job, Made

if TYPE_CHECKING:
    from nbformat import NotebookNode

GRACE = 5.0
"""Seconds that a cell beyond its time may take to stop by itself, before its process is killed."""

_START, _PAGE = 300.0, 300.0
"""Seconds that a process may take to start, and to make the page."""

EXECUTED = "executed"
"""Word of a process that its cells have run, and only the page is to be made."""


def make(job: Job, executed: Callable[[], None] = lambda: None) -> Made:
    """Make a report in a process of its own, and watch over it: whatever happens, it comes back.

    Parameters
    ----------
    job : Job
    executed : callable
        Told when the cells have run.

    Notes
    -----
    In a daemonic process, as workers of Dask under a nanny are, no process may be forked: there the
    report is made by a new interpreter, which takes some seconds longer.
    """
    began = time.monotonic()
    by = _by_new_interpreter if multiprocessing.current_process().daemon else _by_warm_process
    return replace(by(job, executed), seconds=time.monotonic() - began)


def _by_warm_process(job: Job, executed: Callable[[], None]) -> Made:
    process, here = warm.connected(serve, job)
    try:
        return _watched(job, here, process, executed)
    finally:
        warm.kill(process)
        here.close()


def _watched(
    job: Job, connection: Connection, process: BaseProcess | None, executed: Callable[[], None]
) -> Made:
    """Return what a process says that it made, or which cell it was in when it died or did not end."""
    cell, number, limit, late = "", 0, _START, "the process of the notebook did not start"
    sentinels = [process.sentinel] if process else []
    while True:
        ready = wait([connection, *sentinels], limit)
        if not ready:
            return Made(error=late, cell=cell)
        if connection not in ready and not connection.poll():
            if process and process.pid and warm.alive(process.pid):  # not it, but the server died
                sentinels = []
                continue
            return Made(error=_died(number), cell=cell)
        try:
            told = connection.recv()
        except (EOFError, OSError):
            return Made(error=_died(number), cell=cell)
        if isinstance(told, Made):
            return told
        if told == EXECUTED:
            executed()
            cell, limit, late = "", _PAGE, "the page took too long to make"
            continue
        number, cell = told
        limit, late = job.timeout + GRACE, f"CellTimeout: cell [{number}] took longer than {job.timeout:g} s"


def _died(number: int) -> str:
    where = f"in cell [{number}]" if number else "before its first cell"
    return (
        f"the process of the notebook ended {where}: it was killed, by the system if memory ran out, or left"
    )


def _by_new_interpreter(job: Job, executed: Callable[[], None]) -> Made:
    if sys.platform == "win32":
        return Made(
            error="a worker of Dask under a nanny can start no notebook on Windows: give it --no-nanny"
        )
    here, there = multiprocessing.Pipe(duplex=False)
    answer = "from analysis.report.work import answer; answer()"
    process = subprocess.Popen(
        [sys.executable, "-c", answer, str(there.fileno())],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[there.fileno()],
        start_new_session=True,
        env=os.environ | dict.fromkeys(warm.ONE_THREAD, "1"),
    )
    there.close()
    assert process.stdin is not None
    try:
        pickle.dump(job, process.stdin)
        process.stdin.flush()
        return _watched(job, here, None, executed)
    except BrokenPipeError:
        return Made(error=_died(0))
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdin.close()
        here.close()


def answer() -> None:
    """Make the report of a job, pickled on standard input, and send it; be killed when standard input ends."""
    from multiprocessing.connection import Connection

    job = pickle.load(sys.stdin.buffer)

    def die_with_parent() -> None:
        sys.stdin.buffer.read()
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=die_with_parent, daemon=True).start()
    serve(job, Connection(int(sys.argv[1]), readable=False))


def serve(job: Job, connection: Connection) -> None:
    """Make a report and send it, with word of each cell before it runs."""
    from analysis.report.making import made  # of the process that is started, not of the one that watches

    def began(number: int, cell: NotebookNode) -> None:
        connection.send((number, cell.source))

    connection.send(made(job, began, lambda: connection.send(EXECUTED)))
