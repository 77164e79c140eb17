"""Reads files into codes, sheet by sheet, and counts what became of their rows."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis.clean import mapping as mappings
from analysis.clean.cell_dates import DateEvidence, Order, date_evidence
from analysis.clean.cells import Cell
from analysis.clean.changes import Changes
from analysis.clean.column_reader import CODED, DATES, codes_of
from analysis.clean.header_rows import Header, find_header
from analysis.clean.headers import joined, known_roles
from analysis.clean.mapping import Mapping
from analysis.clean.office_files import Opened, open_sheets
from analysis.clean.register import People, read_people
from analysis.clean.sheets import Sheet
from analysis.clean.source import Source
from analysis.clean.table_rows import Above, read_body
from analysis.clean.text import fold
from analysis.clean.unit_rows import Names
from analysis.clean.unit_tables import UnitRows, read_members, read_targets
from analysis.errors import DataRefusedError, Problem
from analysis.registers.file_rows import added, empty_row, file_row
from analysis.registers.files import RawFile, is_synthetic

Array = npt.NDArray[Any]
TABLE = {"register": "admissions", "targets": "targets", "members": "members"}
_SYNTHETIC = ("du lieu gia lap", "synthetic")


@dataclass(slots=True)
class Collected:
    """What was read of all files.

    Attributes
    ----------
    names : Names
        The places.
    parts : dict of str to list of dict
        Table → one dict of arrays for each sheet or piece; ``gaps`` are rows of members that were refused.
    files : list of dict
        One row of the table ``files`` a sheet.
    """

    names: Names = field(default_factory=Names)
    parts: dict[str, list[dict[str, Array]]] = field(
        default_factory=lambda: {"admissions": [], "targets": [], "members": [], "gaps": []}
    )
    files: list[dict[str, Any]] = field(default_factory=list)


_READ: dict[str, Callable[..., People | UnitRows]] = {
    "register": read_people,
    "targets": read_targets,
    "members": read_members,
}
Sink = Callable[[pa.Table], None]
"""Takes rows of the cleaning log as they come."""


def collect(files: list[RawFile], latest: date, log: Sink) -> Collected:
    """Return what the files hold; every file that cannot be used is named in one refusal.

    Parameters
    ----------
    files : list of RawFile
        To be read.
    latest : date
        No date in them lies after it.
    log : callable
        Takes the rows of the cleaning log.

    Raises
    ------
    DataRefusedError
        A file is broken, or a column that is needed was not recognised.
    """
    found = Collected()
    problems: list[Problem] = []
    for file in files:
        try:
            read_file(file, latest, found, log)
        except DataRefusedError as refusal:
            problems += [_named(problem, file.name) for problem in refusal.problems]
    if problems:
        raise DataRefusedError(problems)
    return found


def _named(problem: Problem, name: str) -> Problem:
    return problem if "/" in problem.file else Problem(
        name if not problem.file.endswith(".toml") else problem.file,
        problem.row, problem.column, problem.seen, problem.allowed,
    )  # fmt: skip


def read_file(file: RawFile, latest: date, found: Collected, log: Sink) -> None:
    """Read one file into ``found``.

    The order of day and month is that of the whole column: where a file read in pieces shows only
    later that another order holds than was taken, it is read again.
    """
    stated = mappings.load(file.path)
    orders: dict[str, Order] = dict.fromkeys(DATES, stated.date_order) if stated.date_order else {}
    evidence: dict[str, DateEvidence] = {}
    before = {name: len(parts) for name, parts in found.parts.items()}, len(found.files)
    spool: list[pa.Table] = []
    for _ in range(2):
        _File(file, stated, latest, orders, evidence, found, spool.append).read()
        told = {} if stated.date_order else {role: seen.order for role, seen in evidence.items()}
        if all(orders.get(role, "dmy") == order for role, order in told.items()):
            break
        orders, spool = dict(told), []
        for name, parts in found.parts.items():
            del parts[before[0][name] :]
        del found.files[before[1] :]
    for table in spool:
        log(table)


@dataclass(slots=True)
class _File:
    file: RawFile
    stated: Mapping
    latest: date
    orders: dict[str, Order]
    evidence: dict[str, DateEvidence]
    found: Collected
    log: Sink
    seen: dict[str, set[Cell]] = field(default_factory=dict)

    def read(self) -> None:
        tables = 0
        header: Header | None = None
        above = Above()
        for opened in open_sheets(self.file.path, self.stated):
            if opened.continued and header is not None:
                self._rows(opened, header, above)
                continue
            header, above = self._header(opened), Above()
            if header is None:
                self._no_table(opened)
                continue
            tables += 1
            self._rows(opened, header, above)
        if not tables:
            seen = "no row that looks like a header"
            allowed = (
                f"columns as offices name them; `ketnap check {self.file.path.name}` drafts a mapping file"
            )
            raise DataRefusedError([Problem(self.file.name, None, None, seen, allowed)])

    def _header(self, opened: Opened) -> Header | None:
        sheet = opened.sheet
        if sheet.name in self.stated.skip_sheets:
            return None
        header = find_header(sheet, self.file.kind, self.stated.columns)
        if header is None:
            return None
        missing = header.found.missing(self.file.kind)
        foreign = self.file.kind == "register" and ("admitted",) in missing and len(missing) > 1
        if foreign and not header.found.names:
            return None  # a summary, not a list of people
        problems = self._problems(sheet, header, missing)
        if problems:
            raise DataRefusedError(problems)
        return header

    def _problems(self, sheet: Sheet, header: Header, missing: list[tuple[str, ...]]) -> list[Problem]:
        row = sheet.first_row + header.first
        name = f"{self.file.name}{f', sheet {sheet.name}' if sheet.name else ''}"
        advice = f"`ketnap check {self.file.path.name}` drafts {mappings.mapping_file(self.file.path).name}"
        unknown = ", ".join(repr(joined(header.texts[at])) for at in header.found.unknown) or "none"
        found = [
            Problem(
                name, row, None, f"no column for {' or '.join(group)} (not recognised: {unknown})", advice
            )
            for group in missing
        ]
        for role, at in header.found.ambiguous.items():
            texts = " and ".join(repr(joined(header.texts[position])) for position in at)
            found.append(Problem(name, row, None, f"two columns for {role}: {texts}", advice))
        found += _unknown_codes(self.file, self.stated)
        wrong = set(self.stated.columns.values()) - set(known_roles(self.file.kind))
        found += [
            Problem(
                mappings.mapping_file(self.file.path).name,
                None,
                role,
                "no role of a column",
                "see `ketnap check`",
            )
            for role in sorted(wrong)
        ]
        return found

    def _no_table(self, opened: Opened) -> None:
        if opened.sheet.rows:
            self.found.files.append(
                empty_row(self.file.name, opened) | {"rows_read": opened.sheet.rows, "synthetic": self._synthetic(opened.sheet, 10)}
            )  # fmt: skip

    def _synthetic(self, sheet: Sheet, rows: int) -> bool:
        titles = " ".join(_titles(sheet, rows))
        return self.stated.synthetic or is_synthetic(self.file.path) or any(w in titles for w in _SYNTHETIC)

    def _rows(self, opened: Opened, header: Header, above: Above) -> None:
        sheet, kind = opened.sheet, self.file.kind
        changes = Changes(TABLE[kind], self.file.name, sheet.name)
        body = read_body(sheet, header, kind, changes, above, chunk=opened.continued)
        for role in DATES:
            if role in body.columns:
                known = self.seen.setdefault(role, set())
                new = [cell for cell in body.columns[role].values if cell not in known]
                known.update(new)
                self.evidence[role] = self.evidence.get(role, DateEvidence()) | date_evidence(new)
        orders = self.orders
        if not opened.continued and not self.stated.date_order:
            orders = {role: seen.order for role, seen in self.evidence.items()} | self.orders
        source = Source(
            self.file.name,
            sheet.name,
            self.stated.province or self.file.province,
            self.stated,
            orders,
            self.latest,
            self.stated.year or _title_year(sheet, header),
        )
        result = _READ[kind](body, source, self.found.names, changes)
        rows = len(next(iter(result.columns.values())))
        synthetic = (
            self._synthetic(sheet, header.first)
            if not opened.continued
            else self.found.files[-1]["synthetic"]
        )
        number = len(self.found.files) if not opened.continued else len(self.found.files) - 1
        result.columns["file"] = np.full(rows, number, dtype=np.int32)
        result.columns["synthetic"] = np.full(rows, synthetic, dtype=bool)
        self.found.parts[TABLE[kind]].append(result.columns)
        if kind == "members" and isinstance(result, UnitRows):
            lost = len(result.gaps["unit"])
            of = {"file": np.full(lost, number, np.int32), "synthetic": np.full(lost, synthetic, bool)}
            self.found.parts["gaps"].append({**result.gaps, **of})
        told = file_row(
            self.file.name, TABLE[kind], opened, header, body, changes,
            stayed=rows, refused=sum(result.refused.values()), synthetic=synthetic,
        )  # fmt: skip
        if opened.continued:
            self.found.files[-1] = added(self.found.files[-1], told)
        else:
            self.found.files.append(told)
        self.log(changes.to_arrow())


def _unknown_codes(file: RawFile, stated: Mapping) -> list[Problem]:
    """Return what the mapping file gives as a column or code that the code tables do not hold."""
    name = mappings.mapping_file(file.path).name
    found = []
    for column, values in stated.values.items():
        if column not in CODED:
            found.append(Problem(name, None, f"values.{column}", "no coded column", ", ".join(CODED)))
            continue
        known = codes_of(column)
        for code in sorted(set(values.values()) - set(known)):
            near = difflib.get_close_matches(code, known, n=3) or known
            found.append(Problem(name, None, f"values.{column}", f"the code {code!r}", ", ".join(near)))
    return found


def _titles(sheet: Sheet, rows: int) -> Iterator[str]:
    for column in sheet.columns:
        for row in range(min(rows, sheet.rows)):
            code = column.codes[row]
            if code >= 0 and isinstance(column.values[code], str):
                yield fold(str(column.values[code]))


def _title_year(sheet: Sheet, header: Header) -> int | None:
    """Return the one year that the lines above the header name; None where they name none or several."""
    years = {
        int(y) for text in _titles(sheet, header.first) for y in re.findall(r"\bnam ((?:19|20)\d\d)\b", text)
    }
    return years.pop() if len(years) == 1 else None
