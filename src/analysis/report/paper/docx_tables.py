"""Tables of a Word file as pandoc leaves them: made as wide as the page, their rows whole, their heads kept with them."""

from __future__ import annotations

import re

_TABLE = re.compile(r"<w:tbl>.*?</w:tbl>", re.DOTALL)
_COLUMN = re.compile(r'(?<=<w:gridCol w:w=")\d+(?=")')
_WIDTH = re.compile(r'<w:tblW w:type="pct" w:w="\d+" ?/>')
_CELL = re.compile(r"<w:tc><w:tcPr ?/>")
_PARAGRAPH = re.compile(r'<w:pStyle w:val="Compact" ?/>')

_EMPTY = re.compile(r"(</w:tbl>(?:\s|<w:bookmark[^>]*>)*)<w:p ?/>")
"""What pandoc sets between two tables; here a caption is between them."""

_AFTER = re.compile(
    r"(</w:tbl>(?:\s|<w:bookmark[^>]*>)*<w:p><w:pPr>)((?:(?!</?w:p>|Heading|TableCaption|Figure).)*?)(?=</w:pPr>)"
)
"""The paragraph after a table, unless it has its own space above it."""

_TAKEN, _TEXT = 7920, 9412
"""Width of the text in twentieths of a point: as pandoc takes it to be, and as it is."""

_MARGINS = (
    '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar><w:tblLook '
)
"""In each table, for not all programs read them from its style."""

_WHOLE = 10
"""Rows of a table that is not broken over pages."""


def with_tables(document: str) -> str:
    """Return the text of a Word file with its tables finished.

    Columns have their widths in the grid and in each cell, and what follows its distance. No row is broken over pages. The head stays with
    the first row, and a table of few rows is not broken at all.
    """
    document = _TABLE.sub(lambda table: _finished(table[0]), document)
    document = _EMPTY.sub(r"\1", document)
    return _AFTER.sub(r'\1\2<w:spacing w:before="140"/>', document)


def _finished(table: str) -> str:
    before, *rows = table.split("<w:tr>")
    widths = [round(int(width) * _TEXT / _TAKEN) for width in _COLUMN.findall(before)]
    scaled = iter(widths)
    before = _COLUMN.sub(lambda _width: str(next(scaled)), before)
    before = _WIDTH.sub(f'<w:tblW w:type="dxa" w:w="{sum(widths)}" />', before)
    before = before.replace("<w:tblLook ", _MARGINS, 1)
    kept = len(rows) - 1 if len(rows) <= _WHOLE else 2
    return "<w:tr>".join([before, *(_row(row, widths, place < kept) for place, row in enumerate(rows))])


def _row(row: str, widths: list[int], keep: bool) -> str:
    """Return a row that is whole; to keep it is to keep it on the page of the next."""
    given = iter(widths)
    row = _CELL.sub(lambda _cell: f'<w:tc><w:tcPr><w:tcW w:w="{next(given)}" w:type="dxa"/></w:tcPr>', row)
    if keep:
        row = _PARAGRAPH.sub(lambda style: f"{style[0]}<w:keepNext/>", row)
    whole = "<w:trPr><w:cantSplit/>"
    return row.replace("<w:trPr>", whole, 1) if row.startswith("<w:trPr>") else f"{whole}</w:trPr>{row}"
