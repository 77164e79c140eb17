"""What a file is by its content, for the extension of a workbook is often wrong."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from analysis.clean.archive import BROKEN, PACKINGS, refuse

Kind = Literal["xlsx", "xlsb", "ods", "xls"]

_LARGEST = 300 << 20
_WORKBOOK = "a workbook (.xlsx, .xls, .ods)"
_SAVE_AS = "open it in a spreadsheet program and use Save As, Excel Workbook (.xlsx)"
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STARTS = {
    b"%pdf": ("a PDF", f"{_WORKBOOK}; ask for the workbook that it was printed from"),
    b"{\\rtf": ("a text document (RTF)", f"{_WORKBOOK}; copy the table into a sheet"),
    b"mime-version:": ("a web page (MHT) under the name of a workbook", _SAVE_AS),
    b"7z\xbc\xaf": ("a compressed archive (7z)", f"{_WORKBOOK}; unpack it first"),
    b"rar!": ("a compressed archive (RAR)", f"{_WORKBOOK}; unpack it first"),
    b"\x1f\x8b": ("a compressed archive (gzip)", f"{_WORKBOOK}; unpack it first"),
}
_TAGS = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<style", b"<head", b"<div", b"<body")
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def kind_of(path: Path) -> Kind:
    """Return what kind of workbook a file is.

    Raises
    ------
    DataRefusedError
        Where it is none that can be read; the message says what it is and what to do.

    Examples
    --------
    >>> kind_of(Path("."))
    Traceback (most recent call last):
    ...
    analysis.errors.DataRefusedError: 1 problem; nothing was changed.
    .: found a folder; expected: a workbook (.xlsx, .xls, .ods)
    """
    head = _head(path)
    if head.startswith(_OLE):
        return "xls"
    if head.startswith(b"PK"):
        return _zipped(path)
    if head.startswith(_BIFF):
        refuse(path, "a workbook of Excel 5 or older", _SAVE_AS)
    text = _text(head)
    for start, (seen, allowed) in _STARTS.items():
        if text.startswith(start):
            refuse(path, seen, allowed)
    if text.startswith(_TAGS) or (text.startswith(b"<") and any(tag in text for tag in _TAGS[:3])):
        refuse(path, "a web page (HTML) under the name of a workbook", _SAVE_AS)
    if text.startswith(b"<"):
        refuse(path, "an XML file, perhaps a workbook of Excel 2003", _SAVE_AS)
    if b"\0" not in text:
        refuse(path, "text, perhaps a CSV file", f"{_WORKBOOK}; if it is a CSV file, name it .csv")
    return refuse(path, "a file of another kind", _WORKBOOK)


def _head(path: Path) -> bytes:
    """Return the beginning of a file that is there, not empty, and not too large."""
    try:
        if path.is_dir():
            refuse(path, "a folder", _WORKBOOK)
        if not path.is_file():
            refuse(path, "a device or pipe" if path.exists() else "no file", _WORKBOOK)
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8192)
    except (OSError, ValueError):  # ValueError: a NUL in the name
        refuse(path, "a file that cannot be opened", "a file that you may read, not open elsewhere")
    if not head:
        refuse(path, "an empty file", _WORKBOOK)
    if size > _LARGEST:
        refuse(path, f"a file of {size >> 20} MB", f"at most {_LARGEST >> 20} MB; divide the workbook")
    return head


def _text(head: bytes) -> bytes:
    """Return the beginning in lower case and UTF-8, without mark and leading space."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            head = head[len(mark) :].decode(encoding, "replace").encode()
    return head.lstrip().lower()


def _zipped(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
            mimetype = archive.read("mimetype")[:100] if _short(archive, "mimetype") else b""
    except BROKEN:
        refuse(path, "a zip archive that is damaged or cut off", f"a whole file; {_SAVE_AS}")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    if "word/document.xml" in names or mimetype.startswith(b"application/vnd.oasis.opendocument.text"):
        refuse(path, "a text document", f"{_WORKBOOK}; copy the table into a sheet")
    return refuse(path, "a zip archive that is no workbook", f"{_WORKBOOK}; unpack it first")


def _short(archive: zipfile.ZipFile, name: str) -> bool:
    if name not in archive.namelist():
        return False
    said = archive.getinfo(name)
    return said.file_size < 1000 and said.compress_type in PACKINGS
