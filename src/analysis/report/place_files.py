"""Puts a finished report in its place: whole or not at all, whenever the run is killed."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis.report.warm import alive

_EXCHANGE = 2
_FROM_HERE = -100
_UNKNOWN = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)
"""How Linux, or a file system, says that it cannot exchange two folders."""


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder hold some files and nothing else, in one step.

    Raises
    ------
    OSError
        The files cannot be written; the folder is as it was.
    """
    staging = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        staging.mkdir(parents=True)
        for name, content in files.items():
            path = staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if folder.exists():
            _exchange(staging, folder)
        else:
            staging.replace(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _exchange(new: Path, folder: Path) -> None:
    """Let two folders change places; where the system cannot do it at once, by way of a third name."""
    if sys.platform.startswith("linux"):
        call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        if call is not None:
            if call(_FROM_HERE, os.fsencode(new), _FROM_HERE, os.fsencode(folder), _EXCHANGE) == 0:
                return
            number = ctypes.get_errno()
            if number not in _UNKNOWN:
                raise OSError(number, os.strerror(number), str(folder))
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    folder.replace(old)
    new.replace(folder)
    old.replace(new)


def _clear_leftovers(out: Path, *, alone: bool) -> None:
    """Remove what runs that were killed left behind; put back a last good report that was set aside.

    Who holds the folder knows that no other run is at work; else what a living process has begun stays.
    """
    for path in [*out.glob(".*.*.*"), *out.glob("*/.*.*.part")] if out.is_dir() else []:
        match = re.fullmatch(r"\.(.+)\.(\d+)\.(part|old)", path.name)
        if match is None or (not alone and alive(int(match[2]))):
            continue
        final = path.parent / match[1]
        if match[3] == "old" and not final.exists():
            path.replace(final)
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextmanager
def alone_in(out: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a folder for one run, cleared of what killed ones left; another waits until this one has ended.

    Parameters
    ----------
    out : Path
        Made if it is not there.
    waiting : callable
        Told once, if another run holds the folder.
    """
    made = not out.exists()
    out.mkdir(parents=True, exist_ok=True)
    try:
        with _held(out, waiting):
            yield
    finally:
        if made:  # and nothing came of it
            with suppress(OSError):
                out.rmdir()


@contextmanager
def _held(out: Path, waiting: Callable[[], None]) -> Iterator[None]:
    if sys.platform == "win32":  # a folder cannot be locked there
        _clear_leftovers(out, alone=False)
        yield
        return
    import fcntl

    alone = True

    held = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(held, fcntl.LOCK_EX)
        except OSError:  # a file system without locks
            alone = False
        _clear_leftovers(out, alone=alone)
        yield
    finally:
        with suppress(OSError):
            os.close(held)
