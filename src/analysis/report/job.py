"""What a report is made from, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FRESH, DONE, FAILED = "fresh", "done", "failed"


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
    timeout: float = 600.0
    package: str = ""

    @property
    def folder(self) -> Path:
        """Folder of the report."""
        return self.out / self.name


@dataclass(frozen=True, slots=True)
class Made:
    """What came out of a job: the files of its folder, or what is wrong.

    Attributes
    ----------
    files : dict
        Path in the folder → bytes; of a failed job the notebook up to the failure, ``failed.ipynb``, if any.
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
