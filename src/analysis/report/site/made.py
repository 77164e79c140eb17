"""Which reports are there, in which formats, and in what state: what the manifests and the folders say."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from analysis import fingerprint
from analysis.language import LANGUAGES, file_name
from analysis.report import manifest
from analysis.report.job import FAILED_NOTEBOOK

Stale = Mapping[tuple[str, str], Sequence[str]]
"""Why a report is not as it would be made now, by its name and language; nothing where it is.

A report that is not there was not looked at.
"""

FRESH, DONE, STALE, FAILED, MISSING = "fresh", "done", "stale", "failed", "missing"
"""States of a report; ``done`` is one of which it was not looked at whether it is stale."""

PAGES = ("report.html", "report.pdf", "report.docx")
"""What a reader opens, the first that is there."""


_TITLED = re.compile(r'download="([a-z0-9-]+)\.csv" aria-label="[^":]*: ([^"]*)"')
"""The link to the data under a figure or table, which names it."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report in one language.

    Attributes
    ----------
    name, language : str
        Its folder, and its language.
    state : str
        One of those above.
    why : tuple of str
        Reasons why it is stale, as :func:`analysis.report.manifest.stale` names them.
    error, cell : str
        Of a failed one: the message, and the code of the cell.
    files : frozenset of str
        Those that its manifest names, as far as they are there, the manifest, and the notebook of a failure.
    synthetic : tuple of bool
        See :class:`analysis.report.job.Job`.
    made : str
        Hash of what it was made from and of what came out.
    """

    name: str
    language: str
    state: str = MISSING
    why: tuple[str, ...] = ()
    error: str = ""
    cell: str = ""
    files: frozenset[str] = frozenset()
    synthetic: tuple[bool, ...] = ()
    made: str = ""

    @property
    def page(self) -> str:
        """The file to open, or nothing."""
        known = (file_name(name, self.language) for name in PAGES)
        return next((name for name in known if name in self.files), "")

    @property
    def failed_notebook(self) -> str:
        """The notebook up to the cell that failed, or nothing."""
        name = file_name(FAILED_NOTEBOOK, self.language)
        return name if name in self.files else ""

    def href(self, file: str) -> str:
        """Return the address of one of its files from the first page."""
        return f"{self.name}/{file}"


class Shelf:
    """The reports of a folder.

    Parameters
    ----------
    out : Path
        The folder.
    units : str
        ``period`` or ``2025``: reports of other units are not there.
    stale : mapping
        See :data:`Stale`.
    """

    def __init__(self, out: Path, units: str, stale: Stale) -> None:
        self.units, self._stale, self._out = units, stale, out
        self._found: dict[tuple[str, str], Report] = {}
        for folder in (
            sorted(entry.name for entry in os.scandir(out) if entry.is_dir()) if out.is_dir() else []
        ):
            files = _files(out / folder)
            for language in LANGUAGES:
                if file_name(manifest.NAME, language) in files:
                    self._add(out / folder, language, files)

    def _add(self, folder: Path, language: str, files: frozenset[str]) -> None:
        told = manifest.read(folder, language)
        # A report that is of no units is the same in all.
        if told is None or told["inputs"]["parameters"].get("units", self.units) != self.units:
            return
        key = folder.name, language
        self._found[key] = _report(*key, told, files, self._stale.get(key))

    def of(self, name: str, language: str) -> Report:
        """Return the report of a folder in a language, which may be missing."""
        return self._found.get((name, language)) or Report(name, language)

    def best(self, name: str, language: str) -> Report:
        """Return the report in a language; in another where only that can be opened."""
        ordered = sorted(LANGUAGES, key=lambda other: other != language)
        found = [self.of(name, other) for other in ordered]
        return next((report for report in found if report.page), found[0])

    def titles(self, report: Report) -> dict[str, str]:
        """Return the titles of a report's figures and tables by their names, in the order of its page."""
        name = file_name(PAGES[0], report.language)
        if name not in report.files:
            return {}
        text = (self._out / report.name / name).read_text(encoding="utf-8")
        return {name: str(Markup(title).unescape()) for name, title in _TITLED.findall(text)}

    def all(self) -> list[Report]:
        """Return the reports that are there, or failed, by name and language."""
        return list(self._found.values())

    def failed(self) -> list[Report]:
        """Return the reports that failed last, by name."""
        return [report for report in self.all() if report.state == FAILED]


def _files(folder: Path) -> frozenset[str]:
    """Return the files of a folder and of its folders, but not deeper."""
    found = []
    for entry in os.scandir(folder):
        if entry.is_dir():
            found += [f"{entry.name}/{inner.name}" for inner in os.scandir(entry) if inner.is_file()]
        else:
            found.append(entry.name)
    return frozenset(found)


def _report(
    name: str, language: str, told: dict[str, Any], files: frozenset[str], why: Sequence[str] | None
) -> Report:
    own = {file_name(name, language) for name in (FAILED_NOTEBOOK, manifest.NAME)}
    kept = files & {*told["outputs"], *own}
    origins = tuple(bool(one) for one in told.get("synthetic", ()))
    made = fingerprint.of_bytes(json.dumps([told["inputs"], told["outputs"]], sort_keys=True).encode())
    if told["state"] != "done":
        found = Report(name, language, FAILED, (), told.get("error", ""), told.get("cell", ""), kept)
        return replace(found, synthetic=origins, made=made)
    state = DONE if why is None else STALE if why else FRESH
    return Report(name, language, state, tuple(why or ()), files=kept, synthetic=origins, made=made)
