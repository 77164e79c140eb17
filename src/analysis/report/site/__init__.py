"""The site over the reports: first page, downloads and data, in each language."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from analysis import fingerprint, processed
from analysis.report import manifest, warm
from analysis.report.place_slice import Cuts
from analysis.report.site.made import Shelf, Stale

__all__ = ["write"]

_NAME = "site.json"
"""File with what the pages were made from, and their hashes: by it they are up to date or not."""


def write(out: Path, cuts: Cuts, tables: Path, stale: Stale) -> Path:
    """Write the pages of the site over the reports that are there, where they are not up to date; return the first.

    Parameters
    ----------
    out : Path
        Folder of the reports.
    cuts : Cuts
        The processed tables by province; reports made in other units than theirs are not linked.
    tables : Path
        Folder of the processed tables.
    stale : mapping
        Why a report is not as it would be made now, by (name, language); an empty sequence where it is. Of a
        report that is not in it the page says that it was made, not whether it is up to date.

    Raises
    ------
    DataRefusedError
        The files of the processed tables are not those that one run of cleaning wrote together.
    """
    shelf = Shelf(out, cuts.units, stale)
    inputs = _inputs(shelf, cuts, tables)
    if not _up_to_date(out, inputs):
        pages = warm.called(_pages, shelf, cuts, tables)
        hashes = {name: fingerprint.of_bytes(content) for name, content in sorted(pages.items())}
        pages[_NAME] = manifest.text({"inputs": inputs, "outputs": hashes}).encode()
        for name, content in pages.items():
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or path.read_bytes() != content:
                manifest.write_whole(path, content)
    return out / "index.html"


def _pages(shelf: Shelf, cuts: Cuts, tables: Path) -> dict[str, bytes]:
    from analysis.report.site import files  # it loads the models that the pages stand on

    return files.of(shelf, cuts, tables)


def _inputs(shelf: Shelf, cuts: Cuts, tables: Path) -> str:
    """Return one hash of all that the pages tell of: the library, the tables, the reports and their states."""
    reports = [dataclasses.asdict(report) for report in shelf.all()]
    package = fingerprint.of_file(tables / processed.PACKAGE)
    told = [fingerprint.library(), package, cuts.whole_hash, cuts.units, reports]
    return fingerprint.of_bytes(json.dumps(told, default=sorted).encode())


def _up_to_date(out: Path, inputs: str) -> bool:
    try:
        told: dict[str, Any] = json.loads((out / _NAME).read_text(encoding="utf-8"))
        return told["inputs"] == inputs and all(
            fingerprint.of_file(out / name) == digest for name, digest in told["outputs"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
