"""What a report was made from and what came out, in manifest.json; by it a report is up to date or stale."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from functools import cache
from pathlib import Path
from typing import Any

from analysis import fingerprint

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
    "formulaic",
    "ipython",
    "jinja2",
    "mistune",
    "nbformat",
    "pyarrow",
)


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that numbers and pictures depend on."""
    found = {name: importlib.metadata.version(name) for name in _PACKAGES}
    return {"python": platform.python_version(), **found}


def read(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a report; None where there is none that this version wrote."""
    try:
        loaded: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        complete = loaded["inputs"]["parameters"] is not None and {"state", "outputs"} <= set(loaded)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return loaded if complete else None


def platform_told() -> str:
    """Return the system and processor of this machine."""
    return f"{platform.system()} {platform.machine()}"


def text(manifest: dict[str, Any]) -> str:
    """Return a manifest as its file holds it."""
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(folder: Path, manifest: dict[str, Any]) -> None:
    """Write a manifest whole, or not at all."""
    write_whole(folder / NAME, text(manifest).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole, or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def stale(folder: Path, inputs: dict[str, Any]) -> list[str]:
    """Return why a folder does not hold the report of some inputs; nothing if it does.

    Returns
    -------
    list of str
        ``never made``, ``failed``, names of the inputs that differ (``notebook``, ``library``, ``lock``,
        ``versions``, ``parameters``, ``data``), or ``output`` with the name of a file that is not as it was made.
    """
    manifest = read(folder)
    if manifest is None:
        return ["never made"]
    if manifest["state"] != "done":
        return ["failed"]
    made = manifest["inputs"]
    differ = [name for name in sorted({*inputs, *made}) if inputs.get(name) != made.get(name)]
    if differ:
        return differ
    for name, digest in manifest["outputs"].items():
        path = folder / name
        if not path.is_file() or fingerprint.of_file(path) != digest:
            return [f"output {name}"]
    return []
