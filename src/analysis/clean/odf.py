"""What python-calamine does not tell of an .ods: failed cells, hidden rows, merged cells, fonts, true extent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from xml.parsers import expat

from analysis.clean.archive import DAMAGED, UNLOCK, Archive
from analysis.clean.ooxml import attributes, error_name, plain_xml
from analysis.clean.sheets import UNCOMPUTED, Marks

_BLOCK = 1 << 22
_LONGEST_ROW = 1 << 26
_ROW_OR_TABLE = re.compile(rb"<table:table(-row)?(?=[\s/>])([^>]*?)(/?)>")
_CELL = re.compile(rb"<table:(?:covered-)?table-cell(?=[\s/>])([^>]*?)(/?)>")
_REPEATED = re.compile(rb'table:number-(?:rows|columns)-repeated=["\'](\d+)')
_SPAN = re.compile(rb'table:number-(rows|columns)-spanned="(\d{1,7})"')
_HIDDEN = re.compile(rb'table:visibility="(?:collapse|filter)"')
_NAME = re.compile(rb'table:name="([^"]*)"')
_PARAGRAPH = re.compile(rb"<text:p[^>]*>([^<]*)</text:p>")
_FONT = re.compile(rb"<style:font-face\s([^>]*)>")


def fonts(archive: Archive) -> frozenset[str]:
    """Return the fonts that the styles name."""
    found: set[str] = set()
    for part in ("content.xml", "styles.xml"):
        head = next(archive.stream(part, 1 << 22), b"")  # the declarations stand first
        found.update(attributes(tag).get("svg:font-family", "").strip("'") for tag in _FONT.findall(head))
    return frozenset(found - {""})


def marks(archive: Archive) -> dict[str, Marks]:
    """Return what each sheet, by its name, says beside its values.

    Raises
    ------
    DataRefusedError
        Where the file is damaged or encrypted, a sheet reaches further than a spreadsheet can, two
        have one name, or it holds what no office program writes there (comments, CDATA, a document type).
    """
    if b"encryption-data" in archive.small("META-INF/manifest.xml"):
        archive.refuse("a workbook protected by a password", UNLOCK)
    scan = _Scan(archive)
    for block in _blocks(archive):
        scan.take(block)
    scan.end()
    return scan.sheets


def _blocks(archive: Archive) -> Iterator[bytes]:
    """Give the content in blocks that end with a row, and see that all of it is well-formed.

    Where an end tag is missing, python-calamine looks for it for ever.
    """
    parser = expat.ParserCreate()
    rest = b""
    try:
        for piece in archive.stream("content.xml", _BLOCK):
            block = rest + piece
            plain_xml(archive, block)
            parser.Parse(piece, False)
            cut = max(block.rfind(b"</table:table-row>"), 0)
            if len(block) - cut > _LONGEST_ROW:
                archive.refuse("a row of more than 64 MB", "a sheet with one person a row")
            yield block[:cut]
            rest = block[cut:]
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError):  # the latter for an unknown encoding
        archive.refuse("an .ods workbook that is damaged or cut off", DAMAGED)
    yield rest


class _Scan:
    """The scan of all sheets; rows and columns are counted through their repetitions."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.sheets: dict[str, Marks] = {}
        self.marks = Marks()
        self.hidden: list[range] = []
        self.row = self.column = 0
        self.repeated = 1

    def take(self, block: bytes) -> None:
        for found in _ROW_OR_TABLE.finditer(block):
            if found[1] is None:
                self._table(found[2])
                continue
            end = -1 if found[3] else block.find(b"</table:table-row>", found.end())
            cells = b"" if found[3] else block[found.end() : end if end >= 0 else len(block)]
            self._row(found[2], cells)

    def end(self) -> None:
        """Finish a sheet: a row that is hidden below the last one that holds something is no row."""
        for rows in self.hidden:
            self.marks.hidden.update(rows[: max(self.marks.rows - rows.start, 0)])
        self.hidden = []

    def _table(self, tag: bytes) -> None:
        self.end()
        found = _NAME.search(tag)
        name = unescape(found[1].decode("utf-8", "replace")) if found else ""
        if name in self.sheets:
            self.archive.refuse("two sheets of one name", "a name of its own for each sheet")
        self.marks = self.sheets[name] = Marks()
        self.row = self.column = 0

    def _row(self, tag: bytes, cells: bytes) -> None:
        self.repeated = _count(tag)
        if _HIDDEN.search(tag):
            self.hidden.append(range(self.row, self.row + self.repeated))
        last = cells.rfind(b"office:value-type")
        if _plain(cells, last):
            if last >= 0:
                self.marks.reach(self.row + self.repeated - 1, cells.count(b"<table:", 0, last) - 1)
        else:
            self.column = 0
            for found in _CELL.finditer(cells):
                self._cell(found[1], b"" if found[2] else cells, found.end())
        self.archive.limit(self.marks)
        self.row += self.repeated

    def _cell(self, tag: bytes, block: bytes, start: int) -> None:
        many = _count(tag)
        if b"office:value-type" in tag or b"table:formula" in tag:
            self.marks.reach(self.row + self.repeated - 1, self.column + many - 1)
            self.archive.limit(self.marks)
            if b"table:formula" in tag:
                self.marks.formulas.update(range(self.column, self.column + many))
            self._failed(tag, block, start, many)
        if b"-spanned=" in tag:
            span = {key: int(value) - 1 for key, value in _SPAN.findall(tag)}
            rows, columns = span.get(b"rows", 0), span.get(b"columns", 0)
            if rows > 0 or columns > 0:
                self.marks.merged.append((self.row, self.column, self.row + rows, self.column + columns))
        self.column += many

    def _failed(self, tag: bytes, block: bytes, start: int, many: int) -> None:
        if b'value-type="error"' in tag:
            text = _PARAGRAPH.search(block, start, block.find(b"</table:table-cell>", start) + 1)
            error = error_name(text[1] if text else b"")
        elif b"office:value-type" not in tag and not block.startswith(b"<text:p", start):
            error = UNCOMPUTED
        else:
            return
        for row in range(self.row, self.row + self.repeated):
            for column in range(self.column, self.column + many):
                self.marks.failed[row, column] = error
            self.archive.limit(self.marks)


def _plain(cells: bytes, last: int) -> bool:
    """Tell whether the cells of a row, up to the last that holds something, are one by one and hold values."""
    return (
        cells.find(b"-repeated", 0, cells.find(b">", last) if last >= 0 else 0) < 0
        and b"table:formula" not in cells
        and b'value-type="error"' not in cells
        and b"-spanned=" not in cells
    )


def _count(tag: bytes) -> int:
    found = _REPEATED.search(tag)
    return max(int(found[1][:9]), 1) if found else 1
