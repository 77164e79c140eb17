"""Hashes by content: of files, of a folder of code, of data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_LIBRARY = Path(__file__).resolve().parent


def of_bytes(data: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def of_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_files(paths: Iterable[Path], root: Path) -> str:
    """Return one hash of files and of their names under ``root``, whatever their order."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + of_file(path).encode() + b"\0")
    return digest.hexdigest()


@cache
def library(*parts: str) -> str:
    """Return the hash of the library's own code and tables, or of some of its files and folders."""
    roots = [_LIBRARY / part for part in parts] or [_LIBRARY]
    files = (p for root in roots for p in (root.rglob("*") if root.is_dir() else [root]))
    return of_files((p for p in files if p.is_file() and "__pycache__" not in p.parts), _LIBRARY)
