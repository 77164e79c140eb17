"""Workbooks as offices keep them (.xlsx, .xlsm, .xlsb, .xls, .ods), read as raw columns within limits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from analysis.clean import biff, odf, ooxml
from analysis.clean.archive import DAMAGED, Archive, limit, refuse
from analysis.clean.file_kind import kind_of
from analysis.clean.sheets import Marks, Sheet, columns_of

_MEMORY = 4 << 30
_SECONDS = 120
_LINKED = "'file:"
"""How the name of a sheet begins that is an .ods file's copy of a sheet in another file."""
_TRIAL = f"""
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({_MEMORY}, {_MEMORY}))
except (ImportError, ValueError, OSError):
    pass
from python_calamine import CalamineWorkbook, SheetTypeEnum
with open(sys.argv[1], "rb") as file:
    book = CalamineWorkbook.from_filelike(file)
for number, sheet in enumerate(book.sheets_metadata):
    if sheet.typ == SheetTypeEnum.WorkSheet:
        book.get_sheet_by_index(number)
"""


def read_workbook(path: Path) -> list[Sheet]:
    """Return the sheets of a workbook as raw columns; charts and macro sheets are left out.

    What the file is, its content says, not its name. The values are those that the spreadsheet
    program saved; macros and links to other files are not followed.

    Parameters
    ----------
    path : Path
        An .xlsx, .xlsm, .xlsb, .xls or .ods file.

    Returns
    -------
    list of Sheet
        In the order of the workbook. An error stands as text (``#N/A``), a formula that was saved
        without its result as ``#UNCOMPUTED!``, which an .xls and an .xlsb cannot tell.

    Raises
    ------
    DataRefusedError
        Where the file is no workbook, damaged, protected by a password, or larger than a register
        can be. The message holds nothing of what stands in the cells.

    Examples
    --------
    >>> read_workbook(Path("nowhere.xlsx"))
    Traceback (most recent call last):
    ...
    analysis.errors.DataRefusedError: 1 problem; nothing was changed.
    nowhere.xlsx: found no file; expected: a workbook (.xlsx, .xls, .ods)
    """
    kind = kind_of(path)
    if kind == "xls":
        listed, fonts = biff.xls_marks(path)
        _try(path)
        return _sheets(path, listed, fonts)
    with Archive(path) as archive:
        if kind == "ods":
            archive.measure(but=["content.xml"])
            named, fonts = odf.marks(archive), odf.fonts(archive)
            return _sheets(path, list(named.values()), fonts)
        if kind == "xlsb":
            parts = ooxml.related_parts(
                archive, "xl/_rels/workbook.bin.rels", biff.xlsb_sheet_relations(archive)
            )
            archive.measure(but=parts)
            listed, fonts = [biff.xlsb_marks(archive, part) for part in parts], biff.xlsb_fonts(archive)
            _try(path)
            return _sheets(path, listed, fonts)
        parts = ooxml.sheet_parts(archive)
        archive.measure(but=[*parts, "xl/sharedStrings.xml", "xl/styles.xml"])
        listed, fonts = [ooxml.marks(archive, part) for part in parts], ooxml.fonts(archive)
        epoch = ooxml.epoch(archive)
        return [replace(sheet, epoch=epoch) for sheet in _sheets(path, listed, fonts)]


def _try(path: Path) -> None:
    """Read a binary workbook in a process of its own first.

    A damaged one can make the reader ask for more memory than there is, which no exception tells:
    the process ends.
    """
    command = [sys.executable, "-I", "-c", _TRIAL, str(path.resolve())]
    try:
        ended = subprocess.run(
            command, check=False, timeout=_SECONDS, stdin=subprocess.DEVNULL, capture_output=True
        )
    except (subprocess.TimeoutExpired, OSError):
        refuse(path, "a workbook that takes too long to read", DAMAGED)
    if ended.returncode:
        refuse(path, "a workbook that is damaged, or takes more memory than a register can need", DAMAGED)


def _sheets(path: Path, marks: Sequence[Marks], fonts: frozenset[str]) -> list[Sheet]:
    """Read the values, and put them together with what the scan found."""
    try:
        with path.open("rb") as file:
            book = CalamineWorkbook.from_filelike(file)
        listed = book.sheets_metadata
        if len(listed) != len(marks):
            refuse(path, "a workbook whose list of sheets does not fit its content", DAMAGED)
        return [
            _sheet(path, book.get_sheet_by_index(number), said.visible, marks[number], fonts)
            for number, said in enumerate(listed)
            if said.typ == SheetTypeEnum.WorkSheet and not said.name.startswith(_LINKED)
        ]
    except (CalamineError, OSError, ValueError, OverflowError):
        refuse(path, "a workbook that is damaged or cut off", DAMAGED)
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what a defect of the reader raises, beside Exception
            raise
        refuse(path, "a workbook that the reader cannot make out", DAMAGED)


def _sheet(
    path: Path, sheet: CalamineSheet, visible: SheetVisibleEnum, marks: Marks, fonts: frozenset[str]
) -> Sheet:
    limit(path, *(place + 1 for place in sheet.end or (-1, -1)))
    columns = columns_of(sheet.iter_rows(), (sheet.start or (0, 0))[1], marks.failed)
    rows = len(columns[0].codes) if columns else 0
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or []] or marks.merged
    return Sheet(
        name=sheet.name,
        hidden=visible != SheetVisibleEnum.Visible,
        columns=columns,
        rows=rows,
        first_row=1,
        hidden_rows=frozenset(row + 1 for row in marks.hidden if row < rows),
        merged=tuple(merged),
        fonts=fonts,
        formulas=frozenset(marks.formulas),
    )
