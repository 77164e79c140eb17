"""What python-calamine does not tell of binary workbooks (.xls, .xlsb): failed cells, hidden rows, fonts.

References
----------
Microsoft, [MS-XLS] Excel Binary File Format and [MS-XLSB] Excel (.xlsb) Binary File Format.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import olefile

from analysis.clean.archive import DAMAGED, UNLOCK, Archive, refuse
from analysis.clean.sheets import Marks

ERROR_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_BROKEN = (OSError, ValueError, struct.error, IndexError, TypeError, AttributeError, RecursionError)


def xls_marks(path: Path) -> tuple[list[Marks], frozenset[str]]:
    """Return what each sheet of an .xls says beside its values, and the fonts that the workbook names.

    Sheets are in the order of the workbook, charts and macro sheets included. The format does not
    tell a formula that was never computed from one whose result is 0.

    Raises
    ------
    DataRefusedError
        Where the file is damaged, encrypted, or no workbook.
    """
    book = _book(path)
    try:
        fonts, places = _globals(path, book)
        return [_xls_sheet(book, place) for place in places], frozenset(fonts)
    except (struct.error, IndexError):
        refuse(path, "an .xls workbook that is damaged or cut off", DAMAGED)


def _book(path: Path) -> bytes:
    try:
        with olefile.OleFileIO(str(path)) as ole:
            if ole.exists("EncryptedPackage"):
                refuse(path, "a workbook protected by a password", UNLOCK)
            for name in ("Workbook", "Book"):
                if ole.exists(name):
                    return bytes(ole.openstream(name).read())
            word = ole.exists("WordDocument")
    except _BROKEN:
        refuse(path, "an .xls workbook that is damaged or cut off", DAMAGED)
    what = "a Word document" if word else "an Office file that holds no workbook, or is damaged"
    return refuse(path, what, "a workbook (.xlsx, .xls, .ods); copy the table into a sheet")


def _records(book: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """Give the records of one substream: kind, where its content starts, and how long it is."""
    end = len(book)
    depth = 0
    while place + 4 <= end:
        kind, size = struct.unpack_from("<HH", book, place)
        if place + 4 + size > end:
            raise IndexError
        yield kind, place + 4, size
        depth += {0x0809: 1, 0x000A: -1}.get(kind, 0)  # a chart within a sheet is a substream of its own
        if depth <= 0:
            return
        place += 4 + size
    raise IndexError


def _globals(path: Path, book: bytes) -> tuple[set[str], list[int]]:
    fonts, places = set(), []
    unicode = struct.unpack_from("<H", book, 4)[0] >= 0x0600
    for kind, at, size in _records(book, 0):
        if kind == 0x002F:
            refuse(path, "a workbook protected by a password", UNLOCK)
        if kind == 0x0031 and size > 16:
            wide = unicode and book[at + 15] & 1
            start, long = at + 15 + unicode, book[at + 14] * (2 if wide else 1)
            fonts.add(book[start : start + long].decode("utf-16-le" if wide else "latin-1", "replace"))
        elif kind == 0x0085:
            places.append(struct.unpack_from("<I", book, at)[0])
    return fonts, places


def _xls_sheet(book: bytes, place: int) -> Marks:
    marks = Marks()
    for kind, at, _ in _records(book, place):
        if kind == 0x0208:  # ROW
            if book[at + 12] & 0x20:
                marks.hidden.add(struct.unpack_from("<H", book, at)[0])
        elif kind == 0x0205:  # BOOLERR
            if book[at + 7]:
                row, column = struct.unpack_from("<HH", book, at)
                marks.failed[row, column] = ERROR_CODES.get(book[at + 6], "#ERROR!")
        elif kind in (0x0006, 0x0206, 0x0406):  # FORMULA
            row, column = struct.unpack_from("<HH", book, at)
            marks.formulas.add(column)
            if book[at + 12 : at + 14] == b"\xff\xff" and book[at + 6] == 2:
                marks.failed[row, column] = ERROR_CODES.get(book[at + 8], "#ERROR!")
    return marks


def xlsb_sheet_relations(archive: Archive) -> list[str]:
    """Return the identity of the relation to each sheet of an .xlsb, in the order of the workbook."""
    book = archive.small("xl/workbook.bin")
    found = []
    try:
        for kind, at, _ in _parts(archive, book):
            if kind == 156:  # BrtBundleSh
                long = 2 * struct.unpack_from("<I", book, at + 8)[0]
                found.append(book[at + 12 : at + 12 + long].decode("utf-16-le", "replace"))
    except (struct.error, IndexError):
        archive.refuse("an .xlsb workbook that is damaged or cut off", DAMAGED)
    return found


def xlsb_fonts(archive: Archive) -> frozenset[str]:
    """Return the fonts that the styles of an .xlsb name."""
    styles = archive.small("xl/styles.bin")
    found = set()
    try:
        for kind, at, size in _parts(archive, styles):
            if kind == 43 and size > 25:
                long = 2 * struct.unpack_from("<I", styles, at + 21)[0]
                found.add(styles[at + 25 : at + min(25 + long, size)].decode("utf-16-le", "replace"))
    except (struct.error, IndexError):
        archive.refuse("an .xlsb workbook that is damaged or cut off", DAMAGED)
    return frozenset(found)


def xlsb_marks(archive: Archive, part: str) -> Marks:
    """Return what one sheet of an .xlsb says beside its values.

    Raises
    ------
    DataRefusedError
        Where the part is damaged, or the sheet reaches further than a spreadsheet can.
    """
    marks = Marks()
    row = 0
    sheet = b"".join(archive.stream(part))
    try:
        for kind, at, _ in _parts(archive, sheet):
            if kind == 0:  # BrtRowHdr
                row = struct.unpack_from("<I", sheet, at)[0]
                if sheet[at + 11] & 0x10:
                    marks.hidden.add(row)
            elif 2 <= kind <= 11:
                column = struct.unpack_from("<I", sheet, at)[0]
                marks.reach(row, column)
                archive.limit(marks)
                if kind >= 8:
                    marks.formulas.add(column)
                if kind in (3, 11):
                    marks.failed[row, column] = ERROR_CODES.get(sheet[at + 8], "#ERROR!")
    except (struct.error, IndexError):
        archive.refuse("an .xlsb workbook that is damaged or cut off", DAMAGED)
    return marks


def _parts(archive: Archive, data: bytes) -> Iterator[tuple[int, int, int]]:
    """Give the records of a part of an .xlsb: kind, where its content starts, and how long it is."""
    place, end = 0, len(data)
    while place < end:
        kind = data[place]
        place += 1
        if kind & 0x80:
            kind = kind & 0x7F | (data[place] & 0x7F) << 7
            place += 1
        size = 0
        for shift in (0, 7, 14, 21):
            byte = data[place]
            place += 1
            size |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
        if place + size > end:
            archive.refuse("an .xlsb workbook that is damaged or cut off", DAMAGED)
        yield kind, place, size
        place += size
