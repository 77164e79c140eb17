"""What one file of an office would become, without writing anything; and the mapping file it asks for."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.clean import mapping as mappings
from analysis.clean.header_rows import Header, find_header, top_lines
from analysis.clean.headers import Recognised, joined, known_roles, recognise
from analysis.clean.identity import identifying
from analysis.clean.office_files import open_sheets
from analysis.clean.sheets import Sheet
from analysis.clean.text import fold
from analysis.errors import DataRefusedError
from analysis.registers.collect import Collected, read_file
from analysis.registers.files import KINDS, RawFile, province_of
from analysis.registers.write import LATEST
from analysis.vocab import table

_SIMILAR = 0.72


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would become.

    Attributes
    ----------
    kind : str
        What it lists.
    sheets : tuple of dict
        One row of the table ``files`` a sheet.
    changes : tuple of dict
        ``column``, ``rule``, ``rows`` and up to three ``examples`` that identify nobody.
    problems : tuple of str
        Why it would be refused; empty where it would not.
    draft : str
        A mapping file to be filled in; empty where none is needed.
    """

    kind: str
    sheets: tuple[dict[str, Any], ...]
    changes: tuple[dict[str, Any], ...]
    problems: tuple[str, ...]
    draft: str


def preview(path: Path) -> Preview:
    """Return what a register, a table of targets or of members would become.

    Raises
    ------
    DataRefusedError
        The file cannot be opened.
    """
    stated = mappings.load(path)
    headers: dict[str, list[Header]] = {kind: [] for kind in KINDS.values()}
    sheets: list[Sheet] = []
    for opened in open_sheets(path, stated):
        if opened.continued:
            break  # a text file in pieces has one header, in its first piece
        if opened.sheet.name in stated.skip_sheets:
            continue
        sheets.append(opened.sheet)
        for kind, held in headers.items():
            header = find_header(opened.sheet, kind, stated.columns)
            if header is not None:
                held.append(header)
    kind = _kind(path, headers)
    likely = (_likely_header(sheet, kind, stated.columns) for sheet in sheets)
    shown = headers[kind] or [header for header in likely if header is not None]
    draft = _draft(shown, kind, stated.columns)
    file = RawFile(path, path.name, kind, _province(path))
    found = Collected()
    logs: list[pa.Table] = []
    problems: tuple[str, ...] = ()
    try:
        read_file(file, LATEST, found, logs.append)
    except DataRefusedError as refusal:
        problems = tuple(map(str, refusal.problems))
    return Preview(kind, tuple(found.files), _changes(logs), problems, draft)


def _kind(path: Path, headers: dict[str, list[Header]]) -> str:
    for folder, kind in KINDS.items():
        if folder in path.resolve().parts:
            return kind

    def fit(kind: str) -> tuple[bool, int]:
        complete = [h for h in headers[kind] if not h.found.missing(kind)]
        return bool(complete), max((len(h.found.roles) for h in headers[kind]), default=0)

    return max(headers, key=fit)


def _likely_header(sheet: Sheet, kind: str, stated: dict[str, str]) -> Header | None:
    """Return the first row that may be a header though too little of it is known.

    All of its cells are texts without a digit and name nobody: a row of people, who have days and
    numbers, is never taken for one and never shown.
    """
    lines = top_lines(sheet)
    widest = max((sum(map(bool, line)) for line in lines), default=0)
    for at, line in enumerate(lines):
        filled = [text for text in line if text]
        plain = not any(c.isdigit() for text in filled for c in text)
        if len(filled) >= max(3, widest / 2) and plain and all(identifying(text) is None for text in filled):
            texts = tuple((text,) if text else () for text in line)
            return Header(at, 1, texts, recognise(texts, kind, stated))
    return None


def _province(path: Path) -> str:
    top = path.resolve()
    for parent in top.parents:
        if parent.name in KINDS:
            return province_of(top, parent)
    return province_of(top, top.parent)


def _changes(logs: list[pa.Table]) -> tuple[dict[str, Any], ...]:
    if not logs:
        return ()
    log = pa.concat_tables(logs).unify_dictionaries()
    counts = log.group_by(["column", "rule"]).aggregate([([], "count_all")]).to_pylist()
    found = []
    for row in sorted(counts, key=lambda row: -row["count_all"]):
        same = pc.and_(pc.equal(log["column"], row["column"]), pc.equal(log["rule"], row["rule"]))
        held = log.filter(same).slice(0, 2000).to_pylist()
        examples = list(dict.fromkeys(f"{r['before']} → {r['after']}" for r in held if r["before"]))[:3]
        found.append({"column": row["column"], "rule": row["rule"], "rows": row["count_all"], "examples": examples,
                      "first_row": held[0]["raw_row"]})  # fmt: skip
    return tuple(found)


def _draft(headers: list[Header], kind: str, stated: dict[str, str]) -> str:
    unknown: dict[str, str] = {}
    missing: dict[tuple[str, ...], None] = {}
    for header in headers:
        found: Recognised = header.found
        positions = [*found.unknown, *(at for places in found.ambiguous.values() for at in places)]
        for at in positions:
            text = joined(header.texts[at])
            if identifying(text) is None:  # a header that names a person is written nowhere
                unknown.setdefault(text, _nearest(text, kind))
        missing |= dict.fromkeys(found.missing(kind))
    if not unknown and not missing:
        return ""
    columns = {header: near for header, near in unknown.items() if header not in stated} | dict(stated)
    return mappings.draft(columns, list(missing), known_roles(kind))


def _nearest(text: str, kind: str) -> str:
    known = {fold(row["header"]): row["role"] for row in table("headers") if kind in row["tables"].split()}
    close = difflib.get_close_matches(fold(text), known, n=1, cutoff=_SIMILAR)
    return known[close[0]] if close else ""
