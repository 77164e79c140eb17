"""Reads files into codes, sheet by sheet, and counts what became of their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis.clean import mapping as mappings
from analysis.clean.cell_dates import date_evidence
from analysis.clean.cells import Cell
from analysis.clean.changes import Changes
from analysis.clean.column_reader import DATES
from analysis.clean.date_order import DateEvidence, Order
from analysis.clean.header_rows import Header, find_header, looks_like_people, people_above
from analysis.clean.headers import joined
from analysis.clean.identity import unit_identifying
from analysis.clean.mapping import Mapping
from analysis.clean.office_files import Opened, open_sheets
from analysis.clean.register import People, read_people
from analysis.clean.sheets import Sheet
from analysis.clean.source import Source
from analysis.clean.table_rows import Above, read_body
from analysis.clean.unit_rows import Names
from analysis.clean.unit_tables import UnitRows, read_members, read_targets
from analysis.errors import DataRefusedError, Problem
from analysis.registers.file_rows import added, empty_row, file_row, header_text
from analysis.registers.files import RawFile, is_synthetic
from analysis.registers.stated import unused_entries, wrong_entries
from analysis.registers.titles import title_district, title_year, titles

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
    if wrong := wrong_entries(file, stated):
        raise DataRefusedError(wrong)
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
    headers: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)

    def read(self) -> None:
        first = len(self.found.files)
        tables = 0
        header: Header | None = None
        above = Above()
        for opened in self._opened():
            if opened.continued and header is not None:
                self._rows(opened, header, above)
                continue
            header, above = self._header(opened), Above()
            if header is None:
                self._no_table(opened)
                continue
            self._refuse_hidden(opened.sheet)
            tables += 1
            self._rows(opened, header, above)
        if not tables:
            advice = (
                f"columns as offices name them; `ketnap check {self.file.path.name}` drafts a mapping file"
            )
            self._refuse("no row that looks like a header", advice)
        if unused := unused_entries(self.file, self.headers, self.sheets):
            raise DataRefusedError(unused)
        self._refuse_nothing_left(self.found.files[first:])

    def _place(self, sheet: Sheet) -> str:
        return f"{self.file.name}, sheet {sheet.name}" if sheet.name else self.file.name

    def _refuse(self, seen: str, allowed: str) -> None:
        raise DataRefusedError([Problem(self.file.name, None, None, seen, allowed)])

    def _opened(self) -> Iterator[Opened]:
        """Yield the sheets; one whose name may be a person's goes by its number."""
        for number, opened in enumerate(open_sheets(self.file.path, self.stated), 1):
            name = opened.sheet.name
            self.sheets.append(name)
            if name and name not in self.stated.skip_sheets and unit_identifying(name) is not None:
                yield replace(opened, sheet=replace(opened.sheet, name=f"sheet {number}"))
            else:
                yield opened

    def _refuse_hidden(self, sheet: Sheet) -> None:
        if sheet.hidden:
            seen = f"a table in the hidden sheet {sheet.name!r}, perhaps an old copy"
            self._refuse(seen, "the sheet shown, or its name in skip_sheets of the mapping file")

    def _refuse_nothing_left(self, rows: list[dict[str, Any]]) -> None:
        """Refuse a file of which no row can be used: that is a mistake of the whole file."""
        came, stayed = (sum(row[name] for row in rows) for name in ("rows_in", "rows_stayed"))
        if came and not stayed:
            reasons = ", ".join(f"{rule} {n}" for rule, n in sorted(self.reasons.items()))
            self._refuse(
                f"{came} rows, none of which can be used ({reasons})", f"`ketnap check {self.file.path.name}`"
            )

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
        if (lost := people_above(sheet, header, self.file.kind, self.stated.columns)) is not None:
            problems.append(self._another_table(sheet, header, lost))
        if problems:
            raise DataRefusedError(problems)
        return header

    def _problems(self, sheet: Sheet, header: Header, missing: list[tuple[str, ...]]) -> list[Problem]:
        row = sheet.first_row + header.first
        name = self._place(sheet)
        advice = f"`ketnap check {self.file.path.name}` drafts {mappings.mapping_file(self.file.path).name}"
        unknown = ", ".join(repr(header_text(header.texts[at])) for at in header.found.unknown) or "none"
        found = [
            Problem(
                name, row, None, f"no column for {' or '.join(group)} (not recognised: {unknown})", advice
            )
            for group in missing
        ]
        for role, at in header.found.ambiguous.items():
            texts = " and ".join(repr(header_text(header.texts[position])) for position in at)
            found.append(Problem(name, row, None, f"two columns for {role}: {texts}", advice))
        return found

    def _another_table(self, sheet: Sheet, header: Header, lost: tuple[int, int]) -> Problem:
        name = self._place(sheet)
        seen = f"rows {lost[0]} to {lost[1]} look like a table of their own, above the header in row {sheet.first_row + header.first}"
        return Problem(name, lost[0], None, seen, "each table in a sheet or file of its own")

    def _no_table(self, opened: Opened) -> None:
        sheet, kind = opened.sheet, self.file.kind
        if kind == "register" and sheet.name not in self.stated.skip_sheets and looks_like_people(sheet):
            name = self._place(sheet)
            seen = "rows that look like people below no row that looks like a header"
            advice = (
                f'skip_sheets = ["{sheet.name}"] or [columns] in {mappings.mapping_file(self.file.path).name}'
            )
            allowed = f"{advice}; `ketnap check {self.file.path.name}` drafts it"
            raise DataRefusedError([Problem(name, None, None, seen, allowed)])
        if opened.sheet.rows:
            self.found.files.append(
                empty_row(self.file.name, opened) | {"rows_read": opened.sheet.rows, "synthetic": self._synthetic(opened.sheet, 10)}
            )  # fmt: skip

    def _synthetic(self, sheet: Sheet, rows: int) -> bool:
        above = " ".join(titles(sheet, rows))
        return self.stated.synthetic or is_synthetic(self.file.path) or any(w in above for w in _SYNTHETIC)

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
            self.stated.year or title_year(sheet, header),
            self.stated.district or title_district(sheet, header),
            sheet.epoch,
        )
        result = _READ[kind](body, source, self.found.names, changes)
        self.headers += [joined(texts) for texts in header.texts]
        for reason, count in result.refused.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + count
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
