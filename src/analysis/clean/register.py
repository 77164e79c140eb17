"""A register of those admitted (*danh sách kết nạp*), read into codes; whom it names stays outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analysis.clean.admission_rules import judge
from analysis.clean.changes import Change, Changes
from analysis.clean.column_reader import DATES, ColumnReader, codes_of
from analysis.clean.person_dates import Dates, completed_months
from analysis.clean.person_key import person_key
from analysis.clean.source import Source
from analysis.clean.table_rows import Body
from analysis.clean.traits import read_traits
from analysis.clean.unit_rows import Names, Places, place_rows

Array = npt.NDArray[Any]

_ODD = np.uint64(0x9E3779B97F4A7C15)
"""Spreads places over the keys of persons."""

_POSSIBLE = (10 * 12, 105 * 12)
"""An age outside comes of a mistaken date: it is refused, not flagged."""


@dataclass(frozen=True, slots=True)
class People:
    """Those whom a sheet lists, one entry a person each.

    Attributes
    ----------
    columns : dict of str to ndarray
        Codes by column; -1 where nothing is known.
    refused : dict of str to int
        Reason → rows that were refused.
    """

    columns: dict[str, Array]
    refused: dict[str, int] = field(default_factory=dict)


def read_people(body: Body, source: Source, names: Names, changes: Changes) -> People:
    """Return those whom the rows of a register list.

    A row without a day, month or year of admission, without a unit or without a province is
    refused: it cannot be counted anywhere. Any other cell that cannot be read becomes missing.
    Each refusal and each change is logged, by what may be written of the cell.

    Parameters
    ----------
    body : Body
        The rows.
    source : Source
        What is known of the sheet.
    names : Names
        Gives districts, units, cells and provinces their numbers; one for all sheets.
    changes : Changes
        Where changes are logged.
    """
    reader = ColumnReader(body, source, changes)
    dates = {name: reader.dates(name) for name in DATES}
    sex, birth = _sex_and_birth(reader, dates)
    admitted = dates["admitted"]
    places = place_rows(body, source, admitted, names, changes)
    age, uncertainty, judged = _age(reader, birth, admitted)
    columns: dict[str, Array] = {
        "province": places.province,
        "district": places.district,
        "unit": places.unit,
        "cell": places.cell,
        "locality": _locality(reader, places, names),
        "admitted": admitted.code,
        "age_months": age,
        "age_uncertainty": uncertainty,
        "sex": sex,
        **read_traits(reader),
        **judge(reader, judged, admitted, dates),
        "person": _same_person_key(body, birth, admitted, places),
        "raw_row": body.rows.astype(np.int32),
    }
    return _without_refused(columns, body, changes)


def _sex_and_birth(reader: ColumnReader, dates: dict[str, Dates]) -> tuple[Array, Dates]:
    """Return sex and birth; the column under which the birth stands may tell the sex."""
    female, male = (codes_of("sex").index(code) for code in ("female", "male"))
    sex = reader.coded("sex", "sex")
    sex = reader.none() if sex is None else sex
    for role, code in (("female_mark", female), ("male_mark", male)):
        mark = reader.mark(role)
        if mark is not None:
            sex = np.where((sex < 0) & (mark == 1), code, sex)
            if role == "female_mark" and reader.column("male_mark") is None:
                sex = np.where((sex < 0) & (mark == 0), male, sex)
    both = dates["birth_male"].known & dates["birth_female"].known
    reader.changes.add_same(
        "birth", reader.body.rows[both], Change(rule="birth_under_both_sexes", refused=True)
    )
    for role, code in (("birth_female", female), ("birth_male", male)):
        filled = reader.filled(role) & ~both
        sex = np.where((sex < 0) & filled, code, sex)
    birth = dates["birth"].or_else(dates["birth_male"].or_else(dates["birth_female"]).where(~both))
    return sex.astype(np.int8), birth


def _age(reader: ColumnReader, birth: Dates, admitted: Dates) -> tuple[Array, Array, tuple[Array, Array]]:
    """Return age in months at admission, how many months more it may be, and its lowest and highest value."""
    low, high = completed_months(birth, admitted)
    known = birth.known & admitted.known
    stated = reader.count("age")
    if stated is not None:
        use = ~known & (stated >= 0)
        low, high = np.where(use, 12 * stated, low), np.where(use, 12 * stated + 11, high)
        known |= use
    months, spread = reader.count("age_months"), reader.count("age_uncertainty")
    if months is not None:
        use = ~known & (months >= 0)
        width = np.zeros_like(months) if spread is None else np.maximum(spread, 0)
        low, high = np.where(use, months - width // 2, low), np.where(use, months - width // 2 + width, high)
        known |= use
    impossible = known & ((high < _POSSIBLE[0]) | (low > _POSSIBLE[1]))
    reader.changes.add_same(
        "birth", reader.body.rows[impossible], Change(rule="age_impossible", refused=True)
    )
    known &= ~impossible
    low, high = np.where(known, low, -1), np.where(known, high, -1)
    age = np.where(known, (low + high) // 2, -1).astype(np.int16)
    return age, np.where(known, high - low, -1).astype(np.int16), (low, high)


def _locality(reader: ColumnReader, places: Places, names: Names) -> Array:
    codes = reader.coded("locality", "locality")
    told = np.array([*names.localities(codes_of("locality")), -1], dtype=np.int8)[places.unit]
    return told if codes is None else np.where(codes >= 0, codes, told).astype(np.int8)


def _same_person_key(body: Body, birth: Dates, admitted: Dates, places: Places) -> Array:
    """Return a number that two rows share if they name the same person; 0 where that cannot be judged.

    The same name and day of birth in one province; with the year of birth alone, in one unit.
    """
    if not body.names or not birth.known.any():
        return np.zeros(len(body.rows), dtype=np.uint64)
    texts, *more = (pc.fill_null(column.to_arrow(), "") for column in body.names)
    if more:
        texts = pc.binary_join_element_wise(texts, *more, " ")
    exact = birth.first == birth.last
    days, at = np.unique(np.where(exact, birth.first, -birth.first), return_inverse=True)
    born = pa.DictionaryArray.from_arrays(at.astype(np.int32), pa.array([str(day) for day in days.tolist()]))
    where = np.where(exact, -1, places.unit).astype(np.int64) * (1 << 20) + places.province
    keys = person_key(texts, born.cast(pa.string())) + where.astype(np.uint64) * _ODD
    known = birth.known & admitted.known & np.logical_or.reduce([c.codes >= 0 for c in body.names])
    return np.where(known, keys, 0).astype(np.uint64)


def _without_refused(columns: dict[str, Array], body: Body, changes: Changes) -> People:
    refused: dict[str, int] = {}
    keep = np.ones(len(body.rows), dtype=bool)
    for reason, name, least in (
        ("row_refused_no_admission_date", "admitted", 1),
        ("row_refused_no_unit", "unit", 0),
        ("row_refused_no_province", "province", 0),
    ):
        bad = keep & (columns[name] < least)
        keep &= ~bad
        if bad.any():
            refused[reason] = int(bad.sum())
            changes.add_same("", body.rows[bad], Change(rule=reason))
    return People({name: values[keep] for name, values in columns.items()}, refused)
