"""What a report is made from, and what comes out."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import Any

from analysis.language import file_name

FRESH, DONE, FAILED = "fresh", "done", "failed"

FORMATS = ("html", "pdf", "docx", "figures")
"""What a report is rendered to; ``figures`` are those of a paper, in its columns' widths, and its tables."""


FAILED_NOTEBOOK = "failed.ipynb"
"""The notebook up to the cell that failed."""


@dataclass(frozen=True, slots=True)
class Job:
    """One report to make.

    Attributes
    ----------
    name : str
        Folder of the report under ``out``: ``dien-bien``, ``comparison``.
    label : str
        Name for people.
    notebook, out : Path
        Template, and folder of all reports.
    parameters : dict
        Of the template, complete and checked.
    inputs : dict
        Hashes and values that the report depends on.
    synthetic : tuple of bool
        Of registers: whether its rows are those of a simulation; both, where some are.
    formats : tuple of str
        What it is rendered to, of :data:`FORMATS`.
    timeout : float
        Seconds that a cell may take.
    package : str
        Hash of the package file of the processed tables, if it is to be as it was.
    """

    name: str
    label: str
    notebook: Path
    out: Path
    parameters: dict[str, Any]
    inputs: dict[str, Any]
    _: KW_ONLY
    synthetic: tuple[bool, ...] = ()
    formats: tuple[str, ...] = ("html",)
    timeout: float = 600.0
    package: str = ""

    @property
    def folder(self) -> Path:
        """Folder of the report, of all languages."""
        return self.out / self.name

    @property
    def language(self) -> str:
        """Language of the report."""
        return str(self.parameters["language"])

    def file(self, name: str) -> str:
        """Return what a file of the folder is called in the report's language: ``report.en.html``."""
        return file_name(name, self.language)

    @property
    def main(self) -> Path:
        """The file that a reader opens first."""
        read = [form for form in self.formats if form != "figures"]
        return self.folder / (self.file(f"report.{read[0]}") if read else "figures")


@dataclass(frozen=True, slots=True)
class Made:
    """What came out of a job: the files of its folder, or what is wrong.

    Attributes
    ----------
    files : dict
        Path in the folder → bytes; of a failed job :data:`FAILED_NOTEBOOK`, if any.
    error : str
        Empty if all went well.
    cell : str
        Source of the cell that failed.
    seconds : float
        From start to end.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    error: str = ""
    cell: str = ""
    seconds: float = 0.0
