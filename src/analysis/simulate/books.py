"""Sheets as files: CSV in any encoding, workbooks that are the same to the byte on every machine."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from analysis.clean.legacy import to_tcvn3, to_vni
from analysis.simulate.face import Encoding, Face
from analysis.simulate.mess import for_legacy
from analysis.simulate.sheet import SYNTHETIC, Sheet

_DAY = datetime(2000, 1, 1)
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_CODES = {".VnTime": to_tcvn3, "VNI-Times": to_vni}


def save(sheets: Sequence[Sheet], face: Face, path: Path) -> None:
    """Write the sheets into a workbook, or the only one into a CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if face.workbook:
        path.write_bytes(_workbook(sheets, face.font))
    else:
        (sheet,) = sheets
        path.write_bytes(encoded(_csv(sheet, face), face.encoding))


def _csv(sheet: Sheet, face: Face) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=face.delimiter, lineterminator="\n")
    for row in sheet.rows:
        cells = [for_legacy(cell) for cell in row] if face.legacy else row
        # A blank line of a table keeps its delimiters, as a spreadsheet saves it.
        writer.writerow(["" if cell is None else cell for cell in cells])
    return text.getvalue()


def encoded(text: str, encoding: Encoding) -> bytes:
    r"""Return a text in an encoding of Vietnamese offices.

    Examples
    --------
    >>> encoded("Điện", "cp1258"), encoded("Điện", "tcvn3")
    (b'\xd0i\xea\xf2n', b'\xa7i\xd6n')
    """
    if encoding == "utf-16":
        return codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    if encoding == "cp1258":
        return "".join(_split_tone(c) for c in unicodedata.normalize("NFC", text)).encode("cp1258")
    if encoding == "tcvn3":
        return to_tcvn3(text).encode("latin-1")
    if encoding == "vni":
        return to_vni(text).encode("latin-1")
    return text.encode(encoding)


def _split_tone(letter: str) -> str:
    """Return a letter with its tone as a character of its own, as windows-1258 keeps it."""
    apart = unicodedata.normalize("NFD", letter)
    base = unicodedata.normalize("NFC", "".join(c for c in apart if c not in _TONES))
    return base + "".join(c for c in apart if c in _TONES)


def _workbook(sheets: Sequence[Sheet], font: str) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    )
    book.set_properties({"title": SYNTHETIC, "author": "", "created": _DAY})
    look = {"font_name": font or "Times New Roman", "font_size": 12}
    formats = {
        "text": book.add_format(look),
        "day": book.add_format(look | {"num_format": "dd/mm/yyyy"}),
        "head": book.add_format(look | {"bold": True, "text_wrap": True, "align": "center"}),
    }
    for sheet in sheets:
        _fill(book.add_worksheet(sheet.name), sheet, formats, font)
    book.close()
    return _stored(out.getvalue())


def _fill(target: Any, sheet: Sheet, formats: dict[str, Any], font: str) -> None:
    recode = _CODES.get(font)
    tops = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merged}
    for at, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            if cell is None:
                continue
            value = recode(str(for_legacy(cell))) if recode and isinstance(cell, str) else cell
            if (at, column) in tops:
                target.merge_range(at, column, *tops[at, column], value, formats["head"])
            elif isinstance(value, date):
                target.write_datetime(
                    at, column, datetime(value.year, value.month, value.day), formats["day"]
                )
            elif isinstance(value, str):
                target.write_string(at, column, value, formats["text"])
            else:
                target.write_number(at, column, value, formats["text"])
    for hidden in sheet.hidden:
        target.set_row(hidden, None, None, {"hidden": True})


def _stored(workbook: bytes) -> bytes:
    """Return the same parts uncompressed: what zlib makes of them depends on its version."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as parts,
        zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as kept,
    ):
        for name in parts.namelist():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # as on Unix, whatever the machine
            kept.writestr(entry, parts.read(name))
    return out.getvalue()
