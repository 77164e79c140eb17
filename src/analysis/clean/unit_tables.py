"""Tables with one row a unit and year: targets (*chỉ tiêu*) and stocks of members (*số đảng viên*)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.clean import categories
from analysis.clean.cell_dates import read_date
from analysis.clean.cells import Cell, Column, Reading
from analysis.clean.changes import Change, Changes
from analysis.clean.column_reader import ColumnReader, codes_of
from analysis.clean.partial_dates import to_text
from analysis.clean.person_dates import Dates
from analysis.clean.source import Source
from analysis.clean.table_rows import Body
from analysis.clean.text import tidy
from analysis.clean.unit_rows import Names, place_rows
from analysis.errors import DataRefusedError, Problem
from analysis.vocab import table

Array = npt.NDArray[Any]

AT = ("start", "end")
"""At which end of the year members were counted."""


@dataclass(frozen=True, slots=True)
class UnitRows:
    """Rows of a table of units, as codes.

    Attributes
    ----------
    columns : dict of str to ndarray
        Codes and counts by column; -1 where nothing is known.
    refused : dict of str to int
        Reason → rows that were refused.
    gaps : dict of str to ndarray
        Of the refused rows those whose unit and year are known: no sum over these is whole. ``at`` is
        negative where the end of the year is not known either.
    """

    columns: dict[str, Array]
    refused: dict[str, int]
    gaps: dict[str, Array]


def age_bands() -> tuple[str, ...]:
    """Return the codes of the age bands in which members may be counted."""
    return tuple(dict.fromkeys(row["code"] for row in table("age_bands")))


_ENDS = {
    "start": "start", "đầu năm": "start", "đầu kỳ": "start", "end": "end", "cuối năm": "end", "cuối kỳ": "end",
}  # fmt: skip


def read_at(cell: Cell) -> Reading[str]:
    """Return the end of the year at which members were counted.

    Examples
    --------
    >>> read_at("Cuối năm").value, read_at("start").rule, read_at("tháng 6").rule
    ('end', '', 'unknown_category')
    """
    code = _ENDS.get(tidy(cell).casefold()) if isinstance(cell, str) else None
    if code is None:
        return Reading(None, "unknown_category", refused=True)
    return Reading(code, "" if code == cell else "category_spelling")


_BAND = re.compile(r"(?:từ )?(?P<low>\d\d) ?(?:-|–|—|đến) ?(?P<high>\d\d)(?: tuổi)?")
_OPEN = re.compile(r"(?P<side>dưới|trên) (?P<limit>\d\d)(?: tuổi)?|(?:từ )?(?P<from>\d\d)(?: tuổi)? trở lên")


def read_age_band(cell: Cell) -> Reading[str]:
    """Return the code of an age band of form 2-BTCTW or 2-TCTW.

    Examples
    --------
    >>> [read_age_band(text).value for text in ("18-30", "từ 31 đến 40 tuổi", "51 trở lên", "trên 60")]
    ['age_18_30', 'age_31_40', 'age_over_50', 'age_over_60']
    >>> read_age_band("18-35").rule
    'unknown_age_band'
    """
    text = tidy(cell).casefold() if isinstance(cell, str) else ""
    code = text
    if match := _BAND.fullmatch(text):
        code = f"age_{match['low']}_{match['high']}"
    elif match := _OPEN.fullmatch(text):
        side = {"dưới": "under", "trên": "over", None: "over"}[match["side"]]
        code = f"age_{side}_{match['limit'] or int(match['from']) - 1}"
    if code not in age_bands():
        return Reading(None, "unknown_age_band", refused=True)
    return Reading(code, "" if code == cell else "age_band_spelling")


def read_targets(body: Body, source: Source, names: Names, changes: Changes) -> UnitRows:
    """Return the targets that a table sets: one row a unit and year.

    A row without unit, year, province or a whole target is refused. Parameters as in
    :func:`analysis.clean.register.read_people`.
    """
    reader = _Reader(body, source, names, changes)
    if body.years:
        parts = [
            reader.at_year(year, {"target": reader.counts("target", cells)})
            for year, cells in sorted(body.years.items())
        ]
        return _kept(parts, body, changes, "target")
    return _kept([reader.in_rows({"target": reader.number("target")})], body, changes, "target")


def read_members(body: Body, source: Source, names: Names, changes: Changes) -> UnitRows:
    """Return the members that a table counts: one row a unit, year, end of year and part of the unit.

    Parameters as in :func:`analysis.clean.register.read_people`.

    Raises
    ------
    DataRefusedError
        Neither a header nor the mapping file says at which end of the year they were counted.
    """
    reader = _Reader(body, source, names, changes)
    part = {
        "age_band": reader.part("age_band", age_bands(), read_age_band),
        "sex": reader.part("sex", codes_of("sex"), categories.read_sex),
        "eligible": reader.number("eligible"),
        "founded": reader.founded(),
    }
    parts = []
    stated = reader.part("at", AT, read_at)
    for role, at in _ends(body, source):
        here = {**part, "at": np.full(len(body.rows), at, dtype=np.int8)}
        if role == "members":
            here["at"] = np.where(stated == -1, here["at"], stated).astype(np.int8)
        if role == "members" and body.years:
            for year, cells in sorted(body.years.items()):
                parts.append(reader.at_year(year, {**here, "members": reader.counts("members", cells)}))
        else:
            parts.append(reader.in_rows({**here, "members": reader.number(role)}))
    return _kept(parts, body, changes, "members")


def _ends(body: Body, source: Source) -> list[tuple[str, int]]:
    ends = [(f"members_{at}", AT.index(at)) for at in AT if f"members_{at}" in body.columns]
    if "members" in body.columns or (body.years and not ends):
        if not source.mapping.members_at and "at" not in body.columns:
            seen = "a number of members that is not said to be of the start or the end of the year"
            allowed = 'members_at = "start" or members_at = "end" in the mapping file'
            raise DataRefusedError([Problem(source.file, None, None, seen, allowed)])
        ends.append(("members", AT.index(source.mapping.members_at) if source.mapping.members_at else -1))
    return ends


class _Reader(ColumnReader):
    """Reads the columns of one table of units."""

    def __init__(self, body: Body, source: Source, names: Names, changes: Changes) -> None:
        super().__init__(body, source, changes)
        self.names = names
        self.placed_before = False

    def number(self, role: str) -> Array:
        """Return the whole numbers of a column; -1 where none stands."""
        found = self.count(role)
        return np.full(self.rows, -1, dtype=np.int32) if found is None else found

    def part(self, role: str, codes: tuple[str, ...], read: Callable[[Any], Reading[str]]) -> Array:
        """Return codes; -2 where a cell stands and cannot be read, -1 where none stands."""
        column = self.column(role)
        if column is None:
            return self.none()
        found = [read(cell) for cell in column.values]
        self.log(role, column, found, str)
        return column.take([codes.index(one.value) if one.value else -2 for one in found], np.int8, -1)

    def founded(self) -> Array:
        """Return the day on which each unit was founded, as a day count; -1 where none is known."""
        dates = self.dates("founded")
        return np.where(dates.known, dates.last, -1).astype(np.int32)

    def _locality(self, unit: Array) -> Array:
        codes = codes_of("locality")
        stated = self.part("locality", codes, lambda cell: categories.read_category("locality_types", cell))
        told = np.array([*self.names.localities(codes), -1], dtype=np.int8)[unit]
        return np.where(stated >= 0, stated, told)

    def at_year(self, year: int, values: Mapping[str, Array]) -> dict[str, Array]:
        cells = Column(np.zeros(len(self.body.rows), dtype=np.int32), [year])
        return self._placed(Dates.of(cells, [read_date(year, "dmy").value]), values)

    def in_rows(self, values: Mapping[str, Array]) -> dict[str, Array]:
        column = self.body.columns.get("year")
        if column is None:
            if self.source.year is None:
                seen = "no year: neither a column nor the title above the table names one"
                problem = Problem(self.source.file, None, None, seen, "year = 2016 in the mapping file")
                raise DataRefusedError([problem])
            return self.at_year(self.source.year, values)
        found = [read_date(cell, "dmy") for cell in column.values]
        found = [
            one
            if one.value is None or one.value.precision == "year"
            else Reading(None, "no_year_alone", refused=True)
            for one in found
        ]
        self.log("year", column, found, to_text)
        return self._placed(Dates.of(column, [one.value for one in found]), values)

    def _placed(self, year: Dates, values: Mapping[str, Array]) -> dict[str, Array]:
        # Each column of years asks again where its rows belong: a province may be another after the reform.
        quiet = Changes(self.changes.table, self.changes.file, self.changes.sheet)
        log = quiet if self.placed_before else self.changes
        self.placed_before = True
        places = place_rows(self.body, self.source, year, self.names, log)
        return {
            "province": places.province,
            "district": places.district,
            "unit": places.unit,
            "locality": self._locality(places.unit),
            "year": np.where(year.known, year.code // 100, -1),
            "raw_row": self.body.rows,
            **values,
        }


_GAP = ("province", "district", "unit", "year", "at")


def _kept(parts: list[dict[str, Array]], body: Body, changes: Changes, value: str) -> UnitRows:
    refused: dict[str, int] = {}
    kept, gaps = [], []
    for part in parts:
        placed = (part["unit"] >= 0) & (part["year"] >= 0) & (part["province"] >= 0)
        keep = np.ones(len(body.rows), dtype=bool)
        reasons = [
            ("row_refused_no_unit", part["unit"] < 0),
            ("row_refused_no_year", part["year"] < 0),
            ("row_refused_no_province", part["province"] < 0),
            (f"row_refused_no_{value}", part[value] < 0),
            *((f"row_refused_no_{name}", part[name] == -2) for name in ("age_band", "sex") if name in part),
            *(("row_refused_no_end_of_year", part[name] < 0) for name in ("at",) if name in part),
        ]
        for reason, bad in reasons:
            lost = bad & keep
            keep &= ~lost
            if lost.any():
                refused[reason] = refused.get(reason, 0) + int(lost.sum())
                changes.add_same("", body.rows[lost], Change(rule=reason))
        kept.append({name: values[keep] for name, values in part.items()})
        gaps.append({name: part[name][placed & ~keep] for name in _GAP if name in part})
    return UnitRows(_stacked(kept), refused, _stacked(gaps))


def _stacked(parts: list[dict[str, Array]]) -> dict[str, Array]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
