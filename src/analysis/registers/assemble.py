"""Puts what was read of all files together: one name a unit, flags, and an order that the files do not decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis.clean.changes import SCHEMA as LOG_SCHEMA
from analysis.clean.changes import UNCHANGED, Change, Changes
from analysis.clean.text import tone_key
from analysis.clean.unit_spelling import one_spelling
from analysis.clean.units import take_apart
from analysis.registers.collect import Collected
from analysis.registers.marks import before_unit, same_person, side
from analysis.registers.order import in_order
from analysis.registers.stocks import contradicted_members, contradicted_targets
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
        Units, years and ends of years of which some part of the members was refused.
    lost : dict of str to ndarray
        Where each refused row of a register may belong: ``synthetic``, ``unit`` and ``year``, -1 where
        not known, and ``place``, which counts in ``places``.
    places : tuple of (str, str, str)
        Vintage and code of a province, and the key of a district, empty where not known.
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
    lost: Columns
    places: tuple[tuple[str, str, str], ...]
    log: pa.Table


def assemble(found: Collected) -> Assembled:
    """Return the rows of all tables with one name a unit, in an order of their own."""
    lost = _lost(found.parts["admissions"])
    tables = {name: _joined(parts) for name, parts in found.parts.items()}
    lost, tables["lost"], places = _placed(found, lost, tables)
    renamed = _Renamed(found)
    units, keys = _units(found, tables, renamed)
    cells = tuple(sorted(set(found.names.cells.texts)))
    files = tuple(sorted({row["file"] for row in found.files}))
    file_of = np.array([files.index(row["file"]) for row in found.files] or [0], dtype=np.int32)
    cell_of = np.array([cells.index(text) for text in found.names.cells.texts] + [-1], dtype=np.int32)
    locality = _localities(tables, keys, len(units))
    if len(lost["unit"]):
        lost["unit"][lost["unit"] >= 0] = keys.pop("lost", 0)
    del tables["lost"]
    for name, columns in tables.items():
        if columns:
            columns["unit"] = keys[name]
            if name != "gaps":
                columns["locality"] = locality[side(columns)]
            columns["file"] = file_of[columns["file"]]
            if name != "admissions":
                del columns["province"]
            del columns["district"]
    if people := tables["admissions"]:
        people["cell"] = cell_of[people["cell"]]
        provinces = found.names.provinces.texts
        people["same_person"], people["person"] = same_person(people, provinces)
        people["before_unit"] = before_unit(people, tables["members"], len(units))
        del people["raw_row"], people["province"], people["by_year"]
    if targets := tables["targets"]:
        targets["contradicted"] = contradicted_targets(targets)
    if members := tables["members"]:
        members["contradicted"], members["eligible_contradicted"] = contradicted_members(
            members, tables["gaps"]
        )
    ordered = {name: in_order(columns) for name, columns in tables.items()}
    return Assembled(units, cells, files, **ordered, lost=lost, places=places, log=renamed.log())


_GAPS = ("province", "district", "unit", "year")


def _lost(parts: list[Columns]) -> Columns:
    """Take from the parts of admissions where their refused rows may belong, and return it."""
    found: dict[str, list[Array]] = {name: [] for name in (*_GAPS, "synthetic")}
    for part in parts:
        gaps = {name: part.pop(f"gap_{name}") for name in _GAPS}
        # A sheet of which no row stayed does not tell whether it was simulated: it may be either.
        for synthetic in np.unique(part["synthetic"]).tolist() or [False, True]:
            for name in _GAPS:
                found[name].append(gaps[name])
            found["synthetic"].append(np.full(len(gaps["unit"]), synthetic, dtype=bool))
    return {
        name: np.concatenate([np.empty(0, bool if name == "synthetic" else np.int32), *values])
        for name, values in found.items()
    }


def _placed(
    found: Collected, lost: Columns, tables: dict[str, Columns]
) -> tuple[Columns, Columns, tuple[tuple[str, str, str], ...]]:
    """Return the refused rows in provinces that some table holds, those with a unit, and where they are."""
    none = np.empty(0, np.int32)
    held = np.unique(np.concatenate([none, *(c["province"] for c in tables.values() if c)]))
    keep = np.isin(lost["province"], held)
    distinct = np.unique(np.stack([lost[name][keep] for name in (*_GAPS, "synthetic")]), axis=1)
    lost = dict(zip((*_GAPS, "synthetic"), distinct, strict=True))
    names = found.names
    districts = [district_key(text) for text in names.districts.texts] + [""]
    texts = [
        (*names.provinces.texts[province].split("/"), districts[district])
        for province, district in zip(lost["province"].tolist(), lost["district"].tolist(), strict=True)
    ]
    places = tuple(sorted({(vintage, code, district) for vintage, code, district in texts}))
    at = {place: i for i, place in enumerate(places)}
    named = {name: values[lost["unit"] >= 0] for name, values in lost.items()}
    lost["place"] = np.array([at[vintage, code, district] for vintage, code, district in texts], np.int32)
    del lost["province"], lost["district"]
    return lost, named if len(named["unit"]) else {}, places


def district_key(name: str) -> str:
    """Return what spellings of one district have in common."""
    return tone_key(take_apart(name).bare) if name else ""


def _localities(tables: dict[str, Columns], keys: dict[str, Array], units: int) -> Array:
    """Return the type of locality by :func:`side`; -1 where the rows of a unit name none or several."""
    low, high = np.full(2 * units, 127, dtype=np.int16), np.full(2 * units, -1, dtype=np.int16)
    for name, unit in keys.items():
        if name in ("gaps", "lost"):
            continue
        at = side({"unit": unit, "synthetic": tables[name]["synthetic"]})
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
        if name not in ("gaps", "lost"):
            renamed.add(name, tables[name], at_every, rules)
    return units, {name: number[np.searchsorted(every, raw[name])][inverse[name]] for name in raw}


_BITS = 24
_SYNTHETIC = 10
"""Bits for the province; the next tells what was simulated."""


def _packed(columns: Columns) -> Array:
    packed = columns["synthetic"].astype(np.int64) << (2 * _BITS + _SYNTHETIC)
    packed |= columns["province"].astype(np.int64) << (2 * _BITS)
    packed |= (columns["district"].astype(np.int64) + 1) << _BITS
    return packed | columns["unit"].astype(np.int64)


def _one_name(found: Collected, packed: Array) -> tuple[list[Unit], list[Change]]:
    """Return for each name the unit that it means, and what that changed; simulated names rename no real unit."""
    mask = (1 << _BITS) - 1
    of_province = (1 << _SYNTHETIC) - 1
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
        vintage, code = names.provinces.texts[place & of_province].split("/")
        # Where several units fit, a name stands for itself: nothing is added to another unit's count.
        fit = spelled[place][pair]
        district, unit = fit or pair
        units.append(Unit(vintage, code, province(vintage, code).name, district, unit))
        if fit is None:
            rules.append(Change(_shown(pair), _shown(pair), "unit_fits_several"))
        else:
            rules.append(Change(_shown(pair), _shown(fit), "unit_one_spelling") if fit != pair else UNCHANGED)
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
            # A row that counts members at both ends of a year is one row of its file.
            here = here[np.unique(columns["raw_row"][here], return_index=True)[1]]
            sheet = self._sheets[number]
            changes = Changes(table, sheet["file"], sheet["sheet"])
            changes.add("unit", columns["raw_row"][here].astype(np.int64), at[here].astype(np.int32), rules)
            self._tables.append(changes.to_arrow())

    def log(self) -> pa.Table:
        return pa.concat_tables([LOG_SCHEMA.empty_table(), *self._tables])
