"""What the lines above a table say of all its rows: year, district."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.clean.header_rows import Header
from analysis.clean.letters import unify
from analysis.clean.sheets import Sheet
from analysis.clean.text import fold

_DAY_OR_NUMBER = re.compile(
    r"\bngay(?: \d{1,2})? thang(?: \d{1,2})? nam \d{4}\b|\b\d{1,2} \d{1,2} (?:19|20)\d\d\b|\bso \d+\b"
)
"""In a folded title: a day on which something was signed, or the number of a decision."""


def titles(sheet: Sheet, rows: int) -> Iterator[str]:
    """Yield the texts of the first rows of a sheet, folded."""
    for column in sheet.columns:
        for row in range(min(rows, sheet.rows)):
            code = column.codes[row]
            if code >= 0 and isinstance(column.values[code], str):
                yield fold(str(column.values[code]))


_DISTRICT = re.compile(
    r"(?:đảng bộ|ban chấp hành đảng bộ|bch đảng bộ)\s+((?:huyện|thị xã|thành phố|quận)\s+[^\d(,;:–-]+)"
    r"|((?:huyện|thị|quận|thành)\s+(?:ủy|uỷ))\s+([^\d(,;:–-]+)",
    re.IGNORECASE,
)
_COMMITTEE = {"huyện": "huyện", "thị": "thị xã", "quận": "quận", "thành": "thành phố"}


def title_district(sheet: Sheet, header: Header) -> str:
    """Return the one district whose committee the lines above the header name; empty where none or several are."""
    found = set()
    for column in sheet.columns:
        for code in column.codes[: header.first].tolist():
            text = column.values[code] if code >= 0 else ""
            match = _DISTRICT.match(unify(text).value or "") if isinstance(text, str) else None
            if match is not None:
                kind = _COMMITTEE[match[2].split()[0].casefold()] + " " if match[2] else ""
                found.add((kind + (match[1] or match[3])).strip().title())
    return found.pop() if len(found) == 1 else ""


def title_year(sheet: Sheet, header: Header) -> int | None:
    """Return the one year that the lines above the header name; None where they name none or several."""
    texts = (_DAY_OR_NUMBER.sub(" ", text) for text in titles(sheet, header.first))
    years = {int(year) for text in texts for year in re.findall(r"\b(?:19|20)\d\d\b", text)}
    return years.pop() if len(years) == 1 else None
