"""Processes that start warm: forked from a server that has imported the libraries."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from multiprocessing import forkserver, resource_tracker, util
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

FORKS = sys.platform not in ("win32", "darwin")
"""Whether processes can be forked safely: the system libraries of macOS do not survive it."""

PRELOADED = ["analysis.report.preload"]
FOLDER = "KETNAP_SERVER_FOLDER"
"""Environment variable with the folder of the server's socket, which it removes when it ends."""

_PREFIX = "ketnap-"
_LONGEST = 40
"""Bytes of the address of a temporary folder in which the address of a socket still has room."""

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""One process a core: threads of a linear-algebra library would only wait for each other, and not survive a fork."""

_PATIENCE = (0.0, 0.05, 0.5)
"""Seconds before each try to start a process: a server that was killed needs a moment to be gone."""

_Result = TypeVar("_Result")

_lock = threading.Lock()
_servers: list[str] = []
"""Folder of the server that this process started, if it did."""

_running: set[BaseProcess] = set()


def prepare() -> None:
    """Start the server, if it is not there; it imports the libraries while the caller goes on."""
    with _lock:
        if _servers or not FORKS:
            return
        _clear_leftovers()
        resource_tracker.ensure_running()  # it takes a moment, in which a kill would leave the folder behind
        folder = folder_for_sockets("server")
        _servers.append(folder)
        # after multiprocessing, which removes its own part of the folder at -100
        util.Finalize(None, shutil.rmtree, (folder,), {"ignore_errors": True}, exitpriority=-101)
        multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
        with _surroundings(folder):
            forkserver.ensure_running()


@contextmanager
def _surroundings(folder: str) -> Iterator[None]:
    """Be as the server is to be when it starts: one thread, its socket in a folder, deaf to Ctrl-C."""
    given = {name: os.environ.get(name) for name in (*ONE_THREAD, FOLDER)}
    usual = tempfile.tempdir
    os.environ.update(dict.fromkeys(ONE_THREAD, "1") | {FOLDER: folder})
    tempfile.tempdir = folder
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # it is for the one who started the server
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        tempfile.tempdir = usual
        for name, value in given.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def start(work: Callable[..., None], *arguments: Any, folder: Path | None = None) -> BaseProcess:
    """Start some work in a process of its own, which dies with this one, and return it.

    Parameters
    ----------
    work : callable
        Of a module, so that the process finds it.
    *arguments
        Of the work; connections are handed over.
    folder : Path, optional
        What the process removes, if this one dies first.

    Raises
    ------
    EOFError, ConnectionError
        The server was killed at this very moment; the next start starts it again. The process may have begun
        its work; it dies before it is through.
    """
    prepare()
    context = multiprocessing.get_context("forkserver") if FORKS else multiprocessing.get_context("spawn")
    with _lock, _without_main(), _surroundings(_servers[0]) if _servers else nullcontext():
        process: BaseProcess = context.Process(target=_own, args=(work, arguments, folder), daemon=False)
        process.start()  # it starts the server again, should that have been killed
    _running.add(process)
    return process


def connected(work: Callable[..., None], *arguments: Any) -> tuple[BaseProcess, Connection]:
    """Start some work and return its process and the end of the pipe that it writes to; its last argument is the other.

    If the server is killed at that very moment, the start is tried again, each time with a pipe of its own: the
    server may have forked a process that it told nobody of, which writes until it dies, and the words of two
    would mix.

    Raises
    ------
    ConnectionError
        The server was killed at each start.
    """
    for patience in _PATIENCE:
        time.sleep(patience)
        here, there = multiprocessing.Pipe(duplex=False)
        try:
            return start(work, *arguments, there), here
        except (EOFError, ConnectionError):
            here.close()
        finally:
            there.close()
    raise ConnectionError("the server of the notebooks' processes was killed at each start")


def called(function: Callable[..., _Result], *arguments: Any) -> _Result:
    """Return what a function returns, called in a process that starts warm if the server is there.

    Where there is none, or whatever goes wrong in it, the function is called here.

    Parameters
    ----------
    function : callable
        Of a module; gives the same however often it is called.
    *arguments
        Of the function.
    """
    if _servers:
        with suppress(EOFError, OSError):
            process, answer = connected(_answer, function, arguments)
            try:
                return cast("_Result", answer.recv())
            finally:
                kill(process)
                answer.close()
    return function(*arguments)


def _answer(function: Callable[..., Any], arguments: tuple[Any, ...], connection: Connection) -> None:
    connection.send(function(*arguments))


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the main module, which multiprocessing would run again in the new process: the work is of other modules."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _own(work: Callable[..., None], arguments: tuple[Any, ...], folder: Path | None) -> None:
    """Do some work in a group of its own, which is killed as a whole, and by itself when the parent dies."""
    if FORKS:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if folder is None and sys.platform == "linux":
        _be_killed_with_parent()
    else:
        threading.Thread(target=_die_with_parent, args=(folder,), daemon=True).start()
    with Path(os.devnull).open("r+b") as nothing:  # what escapes a cell's output is no message for the reader
        for stream in (0, 1, 2):
            os.dup2(nothing.fileno(), stream)
    multiprocessing.set_start_method(None, force=True)  # what a cell starts, it starts as in any process
    work(*arguments)


def _be_killed_with_parent() -> None:
    """Let the system kill this process and all that it started when the parent dies, whatever it is doing then."""
    import fcntl

    parent = multiprocessing.parent_process()
    if parent is None:
        return
    fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(parent.sentinel, fcntl.F_SETSIG, signal.SIGKILL)
    flags = fcntl.fcntl(parent.sentinel, fcntl.F_GETFL)
    fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
    if not parent.is_alive():  # it died a moment ago
        os.killpg(0, signal.SIGKILL)


def _die_with_parent(folder: Path | None) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
    if FORKS:
        os.killpg(0, 9)
    os._exit(1)


def kill(process: BaseProcess) -> None:
    """End a process and all that it started, at once."""
    if FORKS and process.pid is not None:
        try:
            os.killpg(process.pid, 9)
        except ProcessLookupError:  # it has not made its group yet, or is gone
            process.kill()
    else:
        process.kill()
    process.join()
    _running.discard(process)


def kill_all() -> None:
    """End all processes that were started here."""
    for process in list(_running):
        kill(process)


def folder_for_sockets(purpose: str) -> str:
    """Make a folder of this user's for sockets, whose addresses may not be longer than a hundred bytes."""
    return tempfile.mkdtemp(prefix=f"{_PREFIX}{purpose}-{os.getpid()}-", dir=_temporary())


def _temporary() -> str:
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) <= _LONGEST else "/tmp"


def _clear_leftovers() -> None:
    """Remove the folders of servers and kernels whose starter was killed together with them."""
    for path in Path(_temporary()).glob(f"{_PREFIX}*-*-*"):
        number = path.name.split("-")[2]
        if number.isdecimal() and not alive(int(number)):
            shutil.rmtree(path, ignore_errors=True)


def alive(process: int) -> bool:
    """Tell whether a process of that number runs."""
    if sys.platform == "win32":  # there, signal 0 would end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
