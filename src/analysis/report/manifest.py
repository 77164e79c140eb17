"""What a report was made from and what came out, in manifest.json; by it a report is up to date or stale."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from analysis import fingerprint
from analysis.language import LANGUAGES, file_name, language_of
from analysis.report.job import FORMATS, Job

NAME = "manifest.json"
_PACKAGES = (
    "ketnap",
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "matplotlib",
    "papermill",
    "nbconvert",
    "pandera",
    "babel",
    "beautifulsoup4",
    "formulaic",
    "ipython",
    "jinja2",
    "markupsafe",
    "mistune",
    "nbformat",
    "pyarrow",
    "pypandoc_binary",
    "typst",
)


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that numbers and pictures depend on."""
    found = {name: importlib.metadata.version(name) for name in _PACKAGES}
    return {"python": platform.python_version(), **found}


def read(folder: Path, language: str = LANGUAGES[0]) -> dict[str, Any] | None:
    """Return the manifest of a report in a language; None where there is none that this version wrote."""
    try:
        text = (folder / file_name(NAME, language)).read_text(encoding="utf-8")
        loaded: dict[str, Any] = dict(json.loads(text))
        complete = {"state", "outputs"} <= set(loaded) and loaded["inputs"]["parameters"] is not None
        loaded.setdefault("formats", ["html"])  # as every report was, before there were others
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return loaded if complete else None


def platform_told() -> str:
    """Return the system and processor of this machine."""
    return f"{platform.system()} {platform.machine()}"


def text(manifest: dict[str, Any]) -> str:
    """Return a manifest as its file holds it."""
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def others(folder: Path, language: str) -> list[str]:
    """Return the files that a folder holds in other languages, by their names, whatever a manifest says of them."""
    files = (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else ()
    names = (path.relative_to(folder).as_posix() for path in files)
    return sorted(name for name in names if language_of(name) != language)


def formats(folder: Path, language: str, asked: Sequence[str]) -> tuple[str, ...]:
    """Return the formats that are asked for, and those that the report is there in: none is to be older."""
    held = (read(folder, language) or {"formats": []})["formats"]
    return tuple(form for form in FORMATS if form in asked or form in held)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole, or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def stale(job: Job) -> list[str]:
    """Return why a folder does not hold the report of a job; nothing if it does.

    Returns
    -------
    list of str
        ``never made``, ``failed``, names of the inputs that differ (``notebook``, ``library``, ``lock``,
        ``versions``, ``parameters``, ``data``), ``format`` with one that was not made, or ``output`` with the name
        of a file that is not as it was made.
    """
    manifest, inputs = read(job.folder, job.language), job.inputs
    if manifest is None:
        return ["never made"]
    if manifest["state"] != "done":
        return ["failed"]
    made = manifest["inputs"]
    differ = [name for name in sorted({*inputs, *made}) if inputs.get(name) != made.get(name)]
    if differ:
        return differ
    if missing := [form for form in job.formats if form not in manifest["formats"]]:
        return [f"format {form}" for form in missing]
    for name, digest in manifest["outputs"].items():
        path = job.folder / name
        if not path.is_file() or fingerprint.of_file(path) != digest:
            return [f"output {name}"]
    return []
