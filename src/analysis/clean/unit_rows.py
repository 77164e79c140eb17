"""Where each row of a table belongs: province, district, unit and cell, from columns, headings and the folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.clean.cells import Column, Reading
from analysis.clean.changes import UNCHANGED, Change, Changes
from analysis.clean.identity import shape, unit_identifying
from analysis.clean.joint_key import joint_key
from analysis.clean.person_dates import Dates
from analysis.clean.places import resolve
from analysis.clean.row_labels import section_name
from analysis.clean.source import Source
from analysis.clean.table_rows import Body
from analysis.clean.units import read_unit, take_apart

Array = npt.NDArray[Any]


@dataclass(slots=True)
class Numbered:
    """Gives each text a number, the same for all sheets."""

    texts: list[str] = field(default_factory=list)
    _at: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """Return the number of a text."""
        if text not in self._at:
            self._at[text] = len(self.texts)
            self.texts.append(text)
        return self._at[text]


@dataclass(slots=True)
class Names:
    """The places of all tables of one run.

    Attributes
    ----------
    provinces : Numbered
        Each as ``vintage/code``.
    districts, units, cells : Numbered
        Names as read; which of them are one is found once all tables are read.
    """

    provinces: Numbered = field(default_factory=Numbered)
    districts: Numbered = field(default_factory=Numbered)
    units: Numbered = field(default_factory=Numbered)
    cells: Numbered = field(default_factory=Numbered)

    def localities(self, codes: Sequence[str]) -> list[int]:
        """Return for each unit the position of its type of locality in ``codes``; -1 where the name tells none."""
        types = (take_apart(unit).locality for unit in self.units.texts)
        return [codes.index(found) if found in codes else -1 for found in types]


@dataclass(frozen=True, slots=True)
class Places:
    """Numbers of the places of each row, as :class:`Names` gives them; -1 where there is none.

    Attributes
    ----------
    province, district, unit, cell : ndarray of int32
        One a row each.
    """

    province: Array
    district: Array
    unit: Array
    cell: Array


def place_rows(body: Body, source: Source, period: Dates, names: Names, changes: Changes) -> Places:
    """Return where each row belongs.

    The unit is, in this order: what its column says, the heading above, the sheet's name where it
    names a unit, the cell, the district. A cell (chi bộ) named as the unit of a person, under a
    commune, is the person's cell; in a table of units it is a unit that bears its commune's name.
    The province: its column, the folder or the mapping file; which of the two provinces of that name,
    before or after 1 July 2025, the day tells.
    """
    rows = len(body.rows)
    named = _Named(body, source, names, changes)
    district = named.read("district", names.districts)
    if source.district:
        stated = names.districts.number(take_apart(source.district).text)
        district = np.where(district < 0, stated, district)
    unit, cell = named.column("unit", names.units), named.read("cell", names.cells)
    above = named.column("commune", names.units)
    above = np.where(above >= 0, above, named.heading("unit", names.units))
    unit, cell = _within(unit, above, cell, names, people=changes.table == "admissions")
    # A name that stands there and cannot be read is refused, not replaced by a larger unit.
    unnamed = (unit < 0) & ~body.filled("unit", "commune")
    if unnamed.any():
        if section_name(source.sheet) is not None and unit_identifying(source.sheet) is None:
            unit = np.where(unnamed & (unit < 0), names.units.number(take_apart(source.sheet).text), unit)
        for other, numbered in ((cell, names.cells), (district, names.districts)):
            same = np.array([names.units.number(text) for text in numbered.texts] + [-1], dtype=np.int32)
            unit = np.where(unnamed & (unit < 0), same[other], unit)
    province = _provinces(body, source, period, district, rows, names, changes)
    return Places(province, district.astype(np.int32), unit.astype(np.int32), cell.astype(np.int32))


def _within(unit: Array, above: Array, cell: Array, names: Names, *, people: bool) -> tuple[Array, Array]:
    """Return unit and cell of each row, cells of the same number in two communes told apart."""
    is_cell = np.array([take_apart(text).level == "cell" for text in names.units.texts] + [False])[unit]
    inside = is_cell & (above >= 0)
    for own, parent in set(zip(unit[inside].tolist(), above[inside].tolist(), strict=True)):
        rows = inside & (unit == own) & (above == parent)
        text = names.units.texts[own]
        if people:
            cell = np.where(rows & (cell < 0), names.cells.number(text), cell)
            unit = np.where(rows, parent, unit)
        else:
            unit = np.where(rows, names.units.number(f"{text}, {names.units.texts[parent]}"), unit)
    return np.where(unit < 0, above, unit), cell


@dataclass(frozen=True, slots=True)
class _Named:
    body: Body
    source: Source
    names: Names
    changes: Changes

    def read(self, role: str, numbered: Numbered) -> Array:
        """Return what the column says, or the heading above where its cell is empty."""
        found = self.column(role, numbered)
        return np.where(found >= 0, found, self.heading(role, numbered))

    def column(self, role: str, numbered: Numbered) -> Array:
        column = self.body.columns.get(role)
        return self._none() if column is None else self._numbers(role, column, numbered)

    def heading(self, role: str, numbered: Numbered) -> Array:
        heading = self.body.headings.get(role)
        return self._none() if heading is None else self._numbers(role, heading, numbered)

    def _none(self) -> Array:
        return np.full(len(self.body.rows), -1, dtype=np.int32)

    def _numbers(self, role: str, column: Column, numbered: Numbered) -> Array:
        read = [read_unit(cell, self.source.mapping.units) for cell in column.values]
        told = [self._change(cell, one) for cell, one in zip(column.values, read, strict=True)]
        self.changes.add(role, self.body.rows, column.codes, told)
        return column.take([numbered.number(one.value) if one.value else -1 for one in read], np.int32, -1)

    @staticmethod
    def _change(cell: object, one: Reading[str]) -> Change:
        if not one.rule:
            return UNCHANGED
        # What was read as a unit was looked at for identity; what the owner mapped was not.
        safe = not one.refused and one.rule != "unit_mapped"
        return Change(str(cell) if safe else shape(str(cell)), one.value or "", one.rule, one.refused)


def _provinces(
    body: Body,
    source: Source,
    period: Dates,
    district: Array,
    rows: int,
    names: Names,
    changes: Changes,
) -> Array:
    column = body.columns.get("province") or Column(np.full(rows, -1, dtype=np.int32), [])
    texts = [str(value) for value in column.values] + [source.province]
    told = np.where(column.codes >= 0, column.codes, len(texts) - 1)
    days = np.where(period.known, period.first, 0).astype(np.int64), np.where(period.known, period.last, 0)
    keys = np.stack([told, days[0], days[1], district >= 0], axis=1)
    distinct, at = _distinct(keys)
    found = [_province(texts[t], int(f), int(last), bool(d)) for t, f, last, d in distinct.tolist()]
    numbers = [names.provinces.number(f"{one[0]}/{one[1]}") if one else -1 for one in found]
    evidence = [Change(texts[key[0]], one[0], f"province_by_{one[2]}") if one and one[2] == "period_start" else UNCHANGED
                for key, one in zip(distinct.tolist(), found, strict=True)]  # fmt: skip
    changes.add("province", body.rows, at.astype(np.int32), evidence)
    unknown = [Change(shape(texts[key[0]]), "", "province_unknown", refused=True) if not one and key[1] else UNCHANGED
               for key, one in zip(distinct.tolist(), found, strict=True)]  # fmt: skip
    changes.add("province", body.rows, at.astype(np.int32), unknown)
    return np.array(numbers, dtype=np.int32)[at]


def _distinct(keys: Array) -> tuple[Array, Array]:
    """Return the distinct rows of whole numbers, and which of them each row is."""
    _, first, inverse = np.unique(joint_key(keys.T), return_index=True, return_inverse=True)
    return keys[first], inverse


@lru_cache(maxsize=100_000)
def _province(text: str, first: int, last: int, in_district: bool) -> tuple[str, str, str] | None:
    """Return (vintage, code, by what evidence) of a province; None where no province has the name."""
    if not first or not text:
        return None
    days = date.fromordinal(first), date.fromordinal(last)
    found = resolve(text, "", "district" if in_district else "", days, None)
    return (found[0].vintage, found[0].code, found[1]) if found else None
