"""Puts what was read of all files together: one name a unit, flags, and an order that the files do not decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from analysis.clean.changes import SCHEMA as LOG_SCHEMA
from analysis.clean.changes import Change, Changes
from analysis.clean.person_dates import days_of
from analysis.clean.text import tone_key
from analysis.clean.units import one_spelling, take_apart
from analysis.registers.collect import Collected
from analysis.vocab import province

Array = npt.NDArray[Any]
Columns = dict[str, Array]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the tables name it.

    Attributes
    ----------
    vintage, code, province : str
        Its province.
    district, unit : str
        Names in one spelling.
    """

    vintage: str
    code: str
    province: str
    district: str
    unit: str

    @property
    def level(self) -> str:
        """Level in the Party's order."""
        return take_apart(self.unit).level

    @property
    def unit_id(self) -> str:
        """Key, as the tables of published figures make it."""
        parts = (f"{self.vintage}-{self.code}", self.level, tone_key(self.district), tone_key(self.unit))
        return "/".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Assembled:
    """All rows of registers, targets and members, as codes.

    Attributes
    ----------
    units : tuple of Unit
        In the order of their keys.
    cells : tuple of str
        Names of cells, sorted.
    files : tuple of str
        Names of files, sorted.
    admissions, targets, members : dict of str to ndarray
        Columns as codes, sorted by what they hold. ``unit`` counts in ``units``.
    gaps : dict of str to ndarray
        Units and years of which some part of the members was refused.
    log : pa.Table
        Each row whose unit is now spelled in another way.
    """

    units: tuple[Unit, ...]
    cells: tuple[str, ...]
    files: tuple[str, ...]
    admissions: Columns
    targets: Columns
    members: Columns
    gaps: Columns
    log: pa.Table


def assemble(found: Collected) -> Assembled:
    """Return the rows of all tables with one name a unit, in an order of their own."""
    tables = {name: _joined(parts) for name, parts in found.parts.items()}
    renamed = _Renamed(found)
    units, keys = _units(found, tables, renamed)
    cells = tuple(sorted(set(found.names.cells.texts)))
    files = tuple(sorted({row["file"] for row in found.files}))
    file_of = np.array([files.index(row["file"]) for row in found.files] or [0], dtype=np.int32)
    cell_of = np.array([cells.index(text) for text in found.names.cells.texts] + [-1], dtype=np.int32)
    locality = _localities(tables, keys, len(units))
    for name, columns in tables.items():
        if columns:
            columns["unit"] = keys[name]
            if name != "gaps":
                columns["locality"] = locality[keys[name]]
            columns["file"] = file_of[columns["file"]]
            del columns["province"], columns["district"]
    if people := tables["admissions"]:
        people["cell"] = cell_of[people["cell"]]
        people["same_person"], people["person"] = _same_person(people["person"], people["same_person"])
        people["before_unit"] = _before_unit(people, tables["members"], len(units))
        del people["raw_row"]
    for name, part in (("targets", ()), ("members", ("at", "age_band", "sex"))):
        if columns := tables[name]:
            columns["contradicted"] = _contradicted(columns, name.replace("targets", "target"), part)
    ordered = {name: _in_order(columns) for name, columns in tables.items()}
    return Assembled(units, cells, files, **ordered, log=renamed.log())


def _localities(tables: dict[str, Columns], keys: dict[str, Array], units: int) -> Array:
    """Return the type of locality of each unit; -1 where its rows name none or several."""
    low, high = np.full(units, 127, dtype=np.int16), np.full(units, -1, dtype=np.int16)
    for name, at in keys.items():
        if name == "gaps":
            continue
        told = tables[name]["locality"].astype(np.int16)
        np.minimum.at(low, at[told >= 0], told[told >= 0])
        np.maximum.at(high, at[told >= 0], told[told >= 0])
    return np.where(low == high, high, -1).astype(np.int8)


def _joined(parts: list[Columns]) -> Columns:
    """Return the parts as one, freeing each as it is copied."""
    joined: Columns = {}
    for name in list(parts[0]) if parts else ():
        joined[name] = np.concatenate([part.pop(name) for part in parts])
    return joined


def _units(
    found: Collected, tables: dict[str, Columns], renamed: _Renamed
) -> tuple[tuple[Unit, ...], dict[str, Array]]:
    """Return the units of all tables, and for each table which unit each row is of."""
    raw, inverse = {}, {}
    for name, columns in tables.items():
        if columns:
            packed = _packed(columns)
            raw[name], inverse[name] = np.unique(packed, return_inverse=True)
    every = np.unique(np.concatenate([*raw.values(), np.empty(0, np.int64)]))
    meant, rules = _one_name(found, every)
    units = tuple(sorted(set(meant), key=lambda unit: (unit.unit_id, unit.unit)))
    at = {unit: i for i, unit in enumerate(units)}
    number = np.array([at[unit] for unit in meant], dtype=np.int32)
    for name in raw:
        at_every = np.searchsorted(every, raw[name])[inverse[name]]
        if name != "gaps":
            renamed.add(name, tables[name], at_every, rules)
    return units, {name: number[np.searchsorted(every, raw[name])][inverse[name]] for name in raw}


_BITS = 24


def _packed(columns: Columns) -> Array:
    packed = columns["province"].astype(np.int64) << (2 * _BITS)
    packed |= (columns["district"].astype(np.int64) + 1) << _BITS
    return packed | columns["unit"].astype(np.int64)


def _one_name(found: Collected, packed: Array) -> tuple[list[Unit], list[Change]]:
    """Return for each name the unit that it means, and what that changed."""
    mask = (1 << _BITS) - 1
    names = found.names
    by_province: dict[int, list[tuple[str, str]]] = {}
    pairs = []
    for key in packed.tolist():
        place, district, unit = key >> (2 * _BITS), ((key >> _BITS) & mask) - 1, key & mask
        pair = (names.districts.texts[district] if district >= 0 else "", names.units.texts[unit])
        by_province.setdefault(place, []).append(pair)
        pairs.append((place, pair))
    spelled = {place: one_spelling(held) for place, held in by_province.items()}
    units, rules = [], []
    for place, pair in pairs:
        vintage, code = names.provinces.texts[place].split("/")
        # Where several units fit, a name stands for itself: nothing is added to another unit's count.
        fit = spelled[place][pair]
        district, unit = fit or pair
        units.append(Unit(vintage, code, province(vintage, code).name, district, unit))
        if fit is None:
            rules.append(Change(_shown(pair), _shown(pair), "unit_fits_several"))
        else:
            rules.append(Change(_shown(pair), _shown(fit), "unit_one_spelling") if fit != pair else Change())
    return units, rules


def _shown(pair: tuple[str, str]) -> str:
    return ", ".join(part for part in reversed(pair) if part)


class _Renamed:
    """Collects the rows whose unit gets another spelling, file by file."""

    def __init__(self, found: Collected) -> None:
        self._sheets = found.files
        self._tables: list[pa.Table] = []

    def add(self, table: str, columns: Columns, at: Array, rules: list[Change]) -> None:
        hit = np.flatnonzero(np.array([bool(change.rule) for change in rules])[at])
        for number in np.unique(columns["file"][hit]).tolist():
            here = hit[columns["file"][hit] == number]
            sheet = self._sheets[number]
            changes = Changes(table, sheet["file"], sheet["sheet"])
            changes.add("unit", columns["raw_row"][here].astype(np.int64), at[here].astype(np.int32), rules)
            self._tables.append(changes.to_arrow())

    def log(self) -> pa.Table:
        return pa.concat_tables([LOG_SCHEMA.empty_table(), *self._tables])


def _before_unit(people: Columns, members: Columns, units: int) -> Array:
    """Return whether each was admitted before the unit existed; the members' tables may tell when it began."""
    flag = people["before_unit"]
    if not members:
        return flag
    low, high = np.full(units, np.iinfo(np.int32).max, dtype=np.int32), np.full(units, -1, dtype=np.int32)
    told = members["founded"] >= 0
    np.minimum.at(low, members["unit"][told], members["founded"][told])
    np.maximum.at(high, members["unit"][told], members["founded"][told])
    founded = np.where(low == high, high, -1)[people["unit"]]
    codes, at = np.unique(people["admitted"], return_inverse=True)
    days = np.array([days_of(int(code)) for code in codes], dtype=np.int32).reshape(-1, 2)[at]
    known = (flag < 0) & (founded >= 0)
    before, after = known & (days[:, 1] < founded), known & (days[:, 0] >= founded)
    return np.where(before, 1, np.where(after, 0, flag)).astype(np.int8)


def _same_person(person: Array, given: Array) -> tuple[Array, Array]:
    """Return whether another row names the same person, and a number for each who is named twice.

    The flag is 1 or 0, or what the file itself says where that cannot be judged; the number is -1
    for those who are named once.
    """
    distinct, inverse, counts = np.unique(person, return_inverse=True, return_counts=True)
    twice = (counts[inverse] > 1) & (person != 0)
    del distinct
    flag = np.where(person != 0, twice, given).astype(np.int8)
    return flag, np.where(twice, inverse, -1).astype(np.int32)


def _contradicted(columns: Columns, value: str, part: tuple[str, ...]) -> Array:
    """Tell which rows give another number than a row about the same unit, year and part."""
    frame = pd.DataFrame({name: columns[name] for name in ("synthetic", "unit", "year", *part, value)})
    differing = frame.groupby(["synthetic", "unit", "year", *part])[value].transform("nunique") > 1
    return differing.to_numpy().astype(np.int8)


def _in_order(columns: Columns) -> Columns:
    """Return the rows sorted by all columns, so that equal rows alone may change places."""
    if not columns:
        return columns
    keys: list[Array] = []
    width = 1
    key: Array | None = None
    for name in _sorting(columns):
        values = columns[name].astype(np.int64)
        low = int(values.min(initial=0))
        span = int(values.max(initial=0)) - low + 1
        if key is None or width * span >= 1 << 62:
            if key is not None:
                keys.append(key)
            key, width = values - low, span
        else:
            key *= span
            key += values - low
            width *= span
    keys.append(key if key is not None else np.empty(0))
    order = np.lexsort(keys[::-1])
    return {name: values[order] for name, values in columns.items()}


def _sorting(columns: Columns) -> list[str]:
    first = ["synthetic", "unit", "year", "admitted"]
    return [name for name in first if name in columns] + sorted(set(columns) - {*first, "person"})
