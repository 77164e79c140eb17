"""What python-calamine does not tell of an .xlsx: failed cells, hidden rows, fonts, true extent.

The parts are scanned with patterns over the bytes, a block at a time: an XML parser would take
longer than the reading itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from posixpath import join, normpath

from analysis.clean.archive import DAMAGED, Archive
from analysis.clean.sheets import ERRORS, UNCOMPUTED, Marks

_STRINGS = "xl/sharedStrings.xml"
_BLOCK = 1 << 22
_LONGEST_ROW = 1 << 26
_ATTRIBUTE = re.compile(rb"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_BOOK = re.compile(rb"<(?:\w+:)?workbookPr\b([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_FONT = re.compile(rb"<(?:\w+:)?(?:name|rFont)\s+val=[\"']([^\"']+)[\"']")
_CELL_START = re.compile(rb"<c[\s/>]")
_ROW_START = re.compile(rb"<row[\s/>]")
_PREFIX = re.compile(rb"<(/?)\w+:(?=(?:row|c|f|v|is|t|r)[\s/>])")
_PREFIXED = re.compile(rb":(?:row|c)[\s/>]")
_ROW_OR_CELL = re.compile(rb"<(row|c)(?=[\s/>])([^>]*?)(/?)>|<(/)row\s*>")
_REFERENCE = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
_PLACED = re.compile(rb'<c r="([A-Z]{1,4})(\d{1,9})"')
_FILLED = re.compile(rb'<c r="([A-Z]+)\d+"[^>/]*>')
_COUNT = re.compile(rb'ount=["\']\d{8,}')  # count, uniqueCount
_NEAR = 26
_MANY_COLUMNS = 100
_FAR = re.compile(rb'<c r="(?![A-Z]\d{1,5}")')
_ROW = re.compile(rb'<row r="(\d+)"')
_HIDDEN = re.compile(rb'<row r="(\d+)"[^>]*\shidden=["\'](?:1|true)["\']')
_ERROR = re.compile(
    rb'<c r="([A-Z]+)(\d+)"[^>]*\st=["\']e["\'][^>]*>(?:<f[^>]*(?:/>|>[^<]*</f>)\s*)?(?:<v[^>/]*>([^<]*)</v>)?'
)
_FORMULA = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v[^>/]*>([^<]*)</v>)?")
_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"([^>]*)>')
_TEXT = re.compile(rb"\st=[\"']str[\"']")


def sheet_parts(archive: Archive) -> list[str]:
    """Return the part that holds each sheet of an .xlsx, in the order of the workbook."""
    tags = (attributes(found[1]) for found in _SHEET.finditer(archive.small("xl/workbook.xml")))
    identities = [next((said[key] for key in said if key.endswith(":id")), "") for said in tags]
    return related_parts(archive, "xl/_rels/workbook.xml.rels", identities)


def epoch(archive: Archive) -> int:
    """Return the year from which an .xlsx counts its days: 1904 in those of old Macintoshes, else 1900."""
    found = _BOOK.search(archive.small("xl/workbook.xml"))
    return 1904 if found and attributes(found[1]).get("date1904") in ("1", "true", "on") else 1900


def related_parts(archive: Archive, relations: str, identities: Sequence[str]) -> list[str]:
    """Return the part that each relation leads to.

    Raises
    ------
    DataRefusedError
        Where a part is not there.
    """
    targets = {}
    for found in _RELATION.finditer(archive.small(relations)):
        said = attributes(found[1])
        targets[said.get("Id", "")] = said.get("Target", "")
    parts = [normpath(join("/xl", targets.get(identity, ""))).lstrip("/") for identity in identities]
    if not all(part in archive for part in parts):
        archive.refuse("a workbook in which a sheet is missing", DAMAGED)
    return parts


def attributes(tag: bytes) -> dict[str, str]:
    r"""Return the attributes of a start tag.

    Examples
    --------
    >>> attributes(b'r="A1" s=\'2\'')
    {'r': 'A1', 's': '2'}
    """
    return {
        key.decode("ascii", "replace"): unescape((double or single).decode("utf-8", "replace"))
        for key, double, single in _ATTRIBUTE.findall(tag)
    }


def fonts(archive: Archive) -> frozenset[str]:
    """Return the fonts that the styles and the formatted runs of text name."""
    found: set[bytes] = set()
    for part in ("xl/styles.xml", _STRINGS):
        rest = b""
        for block in archive.stream(part):
            text = rest + block
            _believable(archive, text)
            if part == _STRINGS:
                plain_xml(archive, text)
            if part != _STRINGS or b"rFont" in text:
                found.update(_FONT.findall(text))
            rest = text[-200:]
    return frozenset(unescape(name.decode("utf-8", "replace")) for name in found)


def _believable(archive: Archive, block: bytes) -> None:
    """Refuse a declared number for which a reader would take memory at once, before it is seen to lie."""
    if _COUNT.search(block):
        archive.refuse("a workbook that declares parts by the ten millions", DAMAGED)


def marks(archive: Archive, part: str) -> Marks:
    """Return what the sheet held by a part says beside its values.

    Raises
    ------
    DataRefusedError
        Where the sheet reaches further than a spreadsheet can, or holds what no office program
        writes there (comments, CDATA, a document type).
    """
    sheet = _Scan(archive)
    for block in _blocks(archive, part):
        sheet.take(block)
    return sheet.marks


def _blocks(archive: Archive, part: str) -> Iterator[bytes]:
    """Give a part in blocks that end with a row."""
    rest = b""
    for piece in archive.stream(part, _BLOCK):
        block = rest + piece
        cut = max(block.rfind(b"</row>"), block.rfind(b":row>") - 1)
        if cut < 0:
            if len(block) > _LONGEST_ROW:
                archive.refuse("a row of more than 64 MB", "a sheet with one person a row")
            rest = block
            continue
        cut = block.index(b">", cut) + 1
        yield block[:cut]
        rest = block[cut:]
    yield rest


class _Scan:
    """The scan of one sheet; it remembers the row that a block ended in."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.marks = Marks()
        self.row = 0
        self.column = 0

    def take(self, block: bytes) -> None:
        plain_xml(self.archive, block)
        if b"mergeCells" in block:
            _believable(self.archive, block)
        if _PREFIXED.search(block):
            block = _PREFIX.sub(rb"<\1", block)
        if not _canonical(block):
            block = _ROW_OR_CELL.sub(self._place, block)
        self._extent(block)
        self._hidden(block)
        self._failed(block)

    def _place(self, found: re.Match[bytes]) -> bytes:
        """Write a row or a cell with its position first, whether or not the file gives one."""
        kind, tag, closed, end = found.groups()
        if end:
            self.row, self.column = self.row + 1, 0
            return found[0]
        said = attributes(tag)
        place = said.pop("r", None)
        rest = "".join(f' {key}="{value}"' for key, value in said.items() if key in ("t", "hidden"))
        if kind == b"row":
            if place is not None:
                self.row = self._number(place.encode())
            self.column = 0
            if closed:
                self.row += 1
            number = self.row if closed else self.row + 1
            return b'<row r="%d"%s%s>' % (number, rest.encode(), closed)
        if place is not None:
            cell = _REFERENCE.fullmatch(place.encode()) or self._misplaced()
            row, self.column = int(cell[2]), column_number(cell[1])
        else:
            row, self.column = self.row + 1, self.column + 1
        return b'<c r="%s%d"%s%s>' % (column_letters(self.column), row, rest.encode(), closed)

    def _number(self, place: bytes) -> int:
        return int(place) - 1 if place.isdigit() and 0 < len(place) < 9 else int(self._misplaced()[2])

    def _misplaced(self) -> re.Match[bytes]:
        self.archive.refuse(
            "a cell or row whose position is not one of a sheet", "positions from A1 to XFD1048576"
        )

    def _extent(self, block: bytes) -> None:
        rows = [int(number[:8]) for number in _ROW.findall(block)]
        if len(rows) != block.count(b'<row r="'):
            self._misplaced()
        self.marks.rows = max([self.marks.rows, *rows])
        if not _FAR.search(block):
            self.marks.columns = max(self.marks.columns, _NEAR)
        else:
            self._far(block)
        self.archive.limit(self.marks)

    def _far(self, block: bytes) -> None:
        """Find the extent by each cell: one may lie about its row."""
        cells = _PLACED.findall(block)
        if len(cells) != block.count(b'<c r="'):
            self._misplaced()
        distinct = {letters for letters, _ in cells}
        if max(map(column_number, distinct)) > _MANY_COLUMNS:  # mostly empty formatted cells
            distinct = set(_FILLED.findall(block))
        self.marks.columns = max([self.marks.columns, *map(column_number, distinct)])
        self.marks.rows = max(self.marks.rows, *(int(row) for _, row in cells))

    def _hidden(self, block: bytes) -> None:
        if b"hidden=" in block:
            self.marks.hidden.update(int(number) - 1 for number in _HIDDEN.findall(block))

    def _failed(self, block: bytes) -> None:
        failed = self.marks.failed
        if b"<f" in block:
            for found in _FORMULA.finditer(block):  # from the formula back: most cells have none
                cell = _CELL.match(block, block.rfind(b'<c r="', 0, found.start()))
                if cell is None:
                    continue
                column = column_number(cell[1]) - 1
                self.marks.formulas.add(column)
                if not found[1] and not _TEXT.search(cell[3]):
                    failed[int(cell[2]) - 1, column] = UNCOMPUTED
        if b't="e"' in block or b"t='e'" in block:
            for letters, number, value in _ERROR.findall(block):
                failed[int(number) - 1, column_number(letters) - 1] = error_name(value)


def _canonical(block: bytes) -> bool:
    """Tell whether every row and cell gives its position, and first, as office programs write it."""
    cells, rows = block.count(b'<c r="'), block.count(b'<row r="')
    if block.count(b"<c") == cells and block.count(b"<row") == rows:
        return True
    return len(_CELL_START.findall(block)) == cells and len(_ROW_START.findall(block)) == rows


def plain_xml(archive: Archive, block: bytes) -> None:
    """Refuse XML in which the patterns would find what no reader sees, or miss what one does."""
    if b"<!" in block or b"\0" in block:
        archive.refuse(
            "XML with comments, CDATA, a document type or in UTF-16",
            "a workbook as a spreadsheet program saves it; open it there and save it again",
        )


def error_name(value: bytes) -> str:
    r"""Return the name of an error; ``#ERROR!`` for one that is not known, which may be any text.

    Examples
    --------
    >>> error_name(b"#N/A"), error_name(b"Nguy\xe1\xbb\x85n")
    ('#N/A', '#ERROR!')
    """
    name = value.decode("ascii", "replace").strip()
    return name if name in ERRORS else "#ERROR!"


def column_number(letters: bytes) -> int:
    """Return the number of a column, counted from 1.

    Examples
    --------
    >>> column_number(b"A"), column_number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def column_letters(number: int) -> bytes:
    """Return the letters of a column counted from 1.

    Examples
    --------
    >>> column_letters(1), column_letters(28), column_letters(16384)
    (b'A', b'AB', b'XFD')
    """
    letters = b""
    while number:
        number, last = divmod(number - 1, 26)
        letters = bytes([65 + last]) + letters
    return letters
