"""The zip archive that an .xlsx, .xlsb or .ods file is, read within limits whatever it declares."""

from __future__ import annotations

import copy
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from analysis.clean.sheets import Marks
from analysis.errors import DataRefusedError, Problem

_PARTS = 10_000
_UNPACKED = 1 << 30
_RATIO = 400  # sheets pack 10 to 30 times, empty formatted rows up to some 200
_SMALL = 1 << 24
_ROWS = 1_048_576
_COLUMNS = 1_000
_CELLS = 30_000_000
_FAILED = 1_000_000
DAMAGED = "a whole file; open it in a spreadsheet program and save it again as .xlsx"
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
UNLOCK = "a workbook without a password; open it in a spreadsheet program and save it without one"
BROKEN = (
    zipfile.BadZipFile,
    struct.error,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
"""What zipfile raises on archives that are damaged, packed in odd ways or encrypted."""


def refuse(path: Path, seen: str, allowed: str) -> NoReturn:
    """Refuse a whole file.

    Examples
    --------
    >>> refuse(Path("so.xlsx"), "a PDF", "a workbook")
    Traceback (most recent call last):
    ...
    analysis.errors.DataRefusedError: 1 problem; nothing was changed.
    so.xlsx: found a PDF; expected: a workbook
    """
    raise DataRefusedError([Problem(str(path), None, None, seen, allowed)]) from None


def limit(path: Path, rows: int, columns: int) -> None:
    """Refuse a sheet that is larger than a register can be, before memory is taken for its cells."""
    if rows > _ROWS:
        refuse(path, f"a sheet of {rows:,} rows", f"at most {_ROWS:,} rows")
    if columns > _COLUMNS:
        refuse(
            path,
            f"a sheet with cells in column {columns:,}",
            f"at most {_COLUMNS:,} columns; delete what stands far to the right of the table",
        )
    if rows * columns > _CELLS:
        refuse(
            path,
            f"a sheet that spans {rows:,} rows and {columns:,} columns",
            f"at most {_CELLS:,} cells; delete what stands far below or beside the table, or divide it",
        )


class Archive:
    """A zip archive whose parts are unpacked only within limits.

    The sizes that an archive declares may lie, so what is unpacked is counted.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._left = _UNPACKED
        try:
            self._zip = zipfile.ZipFile(path)
        except BROKEN:
            refuse(path, "a zip archive that is damaged or cut off", DAMAGED)
        members = self._zip.infolist()
        self._members = {member.filename.replace("\\", "/").lower(): member for member in members}
        if len(members) > _PARTS or len(self._members) < len(members):
            self.close()
            refuse(path, "an archive with too many parts, or two of one name", DAMAGED)
        packed = sum(member.compress_size for member in members)
        unpacked = sum(member.file_size for member in members)
        if any(member.compress_type not in PACKINGS for member in members):
            self.close()
            refuse(path, "an archive packed in a way that office programs do not use", DAMAGED)
        if unpacked > _UNPACKED or (unpacked > 1 << 24 and unpacked > _RATIO * packed):
            self.close()
            self._bomb()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._members

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def refuse(self, seen: str, allowed: str) -> NoReturn:
        """Refuse the file that the archive is."""
        refuse(self.path, seen, allowed)

    def limit(self, marks: Marks) -> None:
        """Refuse a sheet that is larger than a register can be."""
        limit(self.path, marks.rows, marks.columns)
        if len(marks.failed) > _FAILED:
            self.refuse(
                f"a sheet with more than {_FAILED:,} cells of failed formulas",
                "formulas that have a result; open it in a spreadsheet program, compute and save",
            )

    def stream(self, name: str, size: int = 1 << 20) -> Iterator[bytes]:
        """Give a part in pieces; nothing where there is no such part.

        Raises
        ------
        DataRefusedError
            Where the part is damaged or encrypted, or the archive unpacks to more than 1 GB.
        """
        if name not in self:
            return
        member = copy.copy(self._members[name.lower()])
        member.file_size = _UNPACKED + 1  # reads to the true end of the data, not to the declared one
        try:
            with self._zip.open(member) as part:
                while piece := part.read(size):
                    self._left -= len(piece)
                    if self._left < 0:
                        self._bomb()
                    yield piece
        except BROKEN:
            self.refuse("a zip archive that is damaged, cut off or encrypted", DAMAGED)

    def small(self, name: str) -> bytes:
        """Return a whole part that describes the workbook; b'' where there is no such part."""
        found = b""
        for piece in self.stream(name):
            found += piece
            if len(found) > _SMALL:
                self.refuse(f"a description of the workbook of more than {_SMALL >> 20} MB", DAMAGED)
        return found

    def measure(self, but: Sequence[str]) -> None:
        """Unpack all parts but some, keeping nothing: what another reader will unpack is then known."""
        for name in sorted(self._members.keys() - {name.lower() for name in but}):
            for _ in self.stream(name):
                pass

    def _bomb(self) -> NoReturn:
        self.refuse(
            "an archive that unpacks to more than a workbook can need",
            f"at most {_UNPACKED >> 30} GB unpacked and {_RATIO} times the size of the file; divide the workbook",
        )
