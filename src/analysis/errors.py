"""Every error of the package, each class with the exit code of the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class KetnapError(Exception):
    """Base of all errors that the package raises on purpose."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in a raw file that cannot be read.

    Attributes
    ----------
    file : str
        Name of the file as the user gave it.
    row : int or None
        Line of the file, the header being line 1; None where the whole file is meant.
    column : str or None
        Name of the column.
    seen : str
        What stands there.
    allowed : str
        What may stand there, and the nearest known value where there is one.
    """

    file: str
    row: int | None
    column: str | None
    seen: str
    allowed: str

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        return f"{place}: found {self.seen}; expected: {self.allowed}"


class DataRefusedError(KetnapError):
    """The data cannot be used as they stand; carries every problem that was found."""

    exit_code = 10

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        lines = [f"{count} problem{'s' if count != 1 else ''}; nothing was changed."]
        super().__init__("\n".join([*lines, *(str(problem) for problem in self.problems)]))


class ParameterError(KetnapError):
    """A parameter has a wrong name, type or value."""

    exit_code = 11


class ReportFailedError(KetnapError):
    """Some report failed; the others are there."""

    exit_code = 12
