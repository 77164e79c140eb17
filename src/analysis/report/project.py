"""Where things are: the project's folder, its notebooks, data and lock file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from analysis import fingerprint
from analysis.errors import ParameterError


@dataclass(frozen=True)
class Project:
    """A clone of the package: the folder that holds notebooks/ and data/.

    Attributes
    ----------
    root : Path
        The folder.
    """

    root: Path

    @property
    def notebooks(self) -> Path:
        """Folder of the report templates."""
        return self.root / "notebooks"

    @property
    def raw(self) -> Path:
        """Folder of what came from outside."""
        return self.root / "data" / "raw"

    @property
    def processed(self) -> Path:
        """Folder of what cleaning made."""
        return self.root / "data" / "processed"

    @property
    def reports(self) -> Path:
        """Folder of rendered reports."""
        return self.root / "reports"

    @cached_property
    def library_hash(self) -> str:
        """Hash of the library's code and tables."""
        return fingerprint.library()

    @cached_property
    def lock_hash(self) -> str:
        """Hash of the lock file; of nothing where there is none."""
        path = self.root / "requirements.lock"
        return fingerprint.of_files([path] if path.is_file() else [], self.root)


def find(start: Path) -> Project:
    """Return the project that a folder is in.

    Raises
    ------
    ParameterError
        Neither the folder nor one above it holds notebooks/province.ipynb.
    """
    for folder in (start, *start.parents):
        if (folder / "notebooks" / "province.ipynb").is_file():
            return Project(folder)
    raise ParameterError(f"{start} is in no clone of ketnap: go to the folder of the clone (cd) first")
