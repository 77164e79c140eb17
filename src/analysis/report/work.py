"""A report made in a process of its own, which is watched over: whatever happens to it, word comes back."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection, wait
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
    if multiprocessing.current_process().daemon:
        made = _by_new_interpreter(job)
    else:
        here, there = multiprocessing.Pipe(duplex=False)
        process = warm.start(serve, job, there)
        there.close()
        try:
            made = _watched(job, here, process.sentinel, executed)
        finally:
            warm.kill(process)
            here.close()
    return replace(made, seconds=time.monotonic() - began)


def _watched(job: Job, connection: Connection, sentinel: int, executed: Callable[[], None]) -> Made:
    """Return what a process says that it made, or which cell it was in when it died or did not end."""
    cell, number, limit, late = "", 0, _START, "the process of the notebook did not start"
    while True:
        ready = wait([connection, sentinel], limit)
        if not ready:
            return Made(error=late, cell=cell)
        if connection not in ready and not connection.poll():
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


def _by_new_interpreter(job: Job) -> Made:
    command = [sys.executable, "-c", "from analysis.report.work import answer; answer()"]
    environment = os.environ | dict.fromkeys(warm.ONE_THREAD, "1")
    done = subprocess.run(command, input=pickle.dumps(job), capture_output=True, check=False, env=environment)
    if done.returncode:
        return Made(error=_died(0))
    made: Made = pickle.loads(done.stdout)
    return made


def answer() -> None:
    """Read a job from standard input and write what was made to standard output, both pickled."""
    job = pickle.loads(sys.stdin.buffer.read())
    out = os.dup(1)
    os.dup2(2, 1)  # whatever prints is not the answer
    from analysis.report.making import made

    done = made(job, lambda _number, _cell: None, lambda: None)
    with os.fdopen(out, "wb") as stream:
        stream.write(pickle.dumps(done))


def serve(job: Job, connection: Connection) -> None:
    """Make a report and send it, with word of each cell before it runs."""
    from analysis.report.making import made  # of the process that is started, not of the one that watches

    def began(number: int, cell: NotebookNode) -> None:
        connection.send((number, cell.source))

    connection.send(made(job, began, lambda: connection.send(EXECUTED)))
