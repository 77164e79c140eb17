"""What a report was made from and what came out, in manifest.json; by it a report is up to date or stale."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
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
)


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


def write(folder: Path, manifest: dict[str, Any]) -> None:
    """Write a manifest whole, or not at all."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    part = folder / f".{NAME}.{os.getpid()}.part"
    part.write_text(text, encoding="utf-8")
    part.replace(folder / NAME)


def up_to_date(folder: Path, inputs: dict[str, Any]) -> bool:
    """Tell whether a folder holds the report of these inputs, with every file as it was made."""
    manifest = read(folder)
    if manifest is None or manifest.get("inputs") != inputs or manifest.get("state") != "done":
        return False
    outputs: dict[str, str] = manifest["outputs"]
    return all(
        (folder / name).is_file() and fingerprint.of_file(folder / name) == digest
        for name, digest in outputs.items()
    )
