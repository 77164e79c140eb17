"""A register of those admitted (*danh sách kết nạp*), read into codes; whom it names stays outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analysis import vocab
from analysis.clean import categories
from analysis.clean.cell_dates import Order, PartialDate, read_date, to_text
from analysis.clean.cell_numbers import read_counts
from analysis.clean.cells import Cell, Column, Reading
from analysis.clean.changes import UNCHANGED, Change, Changes
from analysis.clean.identity import loggable, shape
from analysis.clean.person_dates import Dates, completed_months
from analysis.clean.person_key import person_key
from analysis.clean.source import Source
from analysis.clean.table_rows import Body
from analysis.clean.unit_rows import Names, Places, place_rows

Array = npt.NDArray[Any]

CODED = {
    "sex": "sexes",
    "ethnicity": "ethnic_groups",
    "religion": "religions",
    "general_education": "general_education",
    "professional_education": "professional_education",
    "occupation": "occupations",
    "mass_organisation": "mass_organisations",
    "locality": "locality_types",
}
"""Column of the table → code table in ``vocab/``."""

MARKS = ("minority", "youth_union")
FLAGS = ("under_18", "over_60", "recognised_early", "certificate_expired", "before_unit", "same_person")
"""Rules by date (DOMAIN.md) as flags: 1 broken, 0 kept, -1 where the register does not tell."""

DATES = ("birth", "birth_male", "birth_female", "admitted", "recognised", "certificate", "founded")

NOTATION = frozenset({"", "day_first", "month_first", "time_dropped", "mark"})
"""Readings that say the same in another notation (7/2/2019, x): no value is changed."""

_ODD = np.uint64(0x9E3779B97F4A7C15)
"""Spreads places over the keys of persons."""

_MONTHS_18, _MONTHS_60 = 18 * 12, 60 * 12
_PROBATION, _CERTIFICATE = 12, 60
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


def codes_of(name: str) -> tuple[str, ...]:
    """Return the codes of a coded column of ``admissions``, in the order of the code table."""
    return tuple(row["code"] for row in vocab.categories(CODED[name]))


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
    reader = _Reader(body, source, changes)
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
        **_composition(reader),
        **_rules(reader, judged, admitted, dates),
        "person": _same_person_key(body, birth, admitted, places),
        "raw_row": body.rows.astype(np.int32),
    }
    return _without_refused(columns, body, changes)


class _Reader:
    """Reads the columns of one sheet and logs what happened to their cells."""

    def __init__(self, body: Body, source: Source, changes: Changes) -> None:
        self.body, self.source, self.changes = body, source, changes
        self.rows = len(body.rows)
        self.words = categories.words()

    def column(self, role: str) -> Column | None:
        return self.body.columns.get(role)

    def none(self) -> Array:
        return np.full(self.rows, -1, dtype=np.int8)

    def log(
        self, role: str, column: Column, found: Sequence[Reading[Any]], shown: Callable[[Any], str]
    ) -> None:
        """Log a column's readings; the text of a cell only where it identifies nobody."""
        told = [
            UNCHANGED
            if one.rule in NOTATION
            else Change(
                self.text(role, cell, one),
                "" if one.value is None else shown(one.value),
                one.rule,
                one.refused,
            )
            for cell, one in zip(column.values, found, strict=True)
        ]
        self.changes.add(role, self.body.rows, column.codes, told)

    def text(self, role: str, cell: Cell, read: Reading[Any]) -> str:
        """Return what may be written of a cell; what was read whole as a day names nobody, but of a birth."""
        if role.startswith("birth"):
            return _shape(cell) if isinstance(cell, str) else shape(cell)
        if role in DATES and not read.refused:
            return str(cell)
        return loggable(cell, self.words, dates=role in DATES)

    def dates(self, role: str) -> Dates:
        column = self.column(role)
        if column is None:
            return Dates.none(self.rows)
        order = self.source.orders.get(role, "dmy")
        latest = self.source.latest
        found = [
            _day(cell, order, latest) if isinstance(cell, str) else read_date(cell, order, latest=latest)
            for cell in column.values
        ]
        self.log(role, column, found, (lambda _: "") if role.startswith("birth") else to_text)
        return Dates.of(column, [one.value for one in found])

    def coded(self, role: str, name: str) -> Array | None:
        """Return the codes of a category column; None where the register has no such column."""
        column = self.column(role)
        if column is None:
            return None
        found = [self._category(name, cell) for cell in column.values]
        self.log(role, column, found, str)
        known = {code: i for i, code in enumerate(codes_of(name))}
        return column.take([known[one.value] if one.value else -1 for one in found], np.int8, -1)

    def _category(self, name: str, cell: Cell) -> Reading[str]:
        stated = self.source.mapping.values.get(name, {})
        if isinstance(cell, str) and cell.strip() in stated:
            return Reading(stated[cell.strip()], "category_mapped")
        if name == "sex":
            return categories.read_sex(cell)
        return categories.read_category(CODED[name], cell)

    def mark(self, role: str) -> Array | None:
        """Return 1 where a column has its mark and 0 where its cell is empty; None without the column."""
        column = self.column(role)
        if column is None:
            return None
        found = [categories.read_mark(cell) for cell in column.values]
        self.log(role, column, found, lambda value: "1" if value else "0")
        marks = [-1 if one.value is None else int(one.value) for one in found]
        return column.take(marks, np.int8, 0)

    def flag(self, role: str) -> Array:
        """Return 1 for yes, 0 for no and -1 where the cell is empty, as our own tables write them."""
        mark, column = self.mark(role), self.column(role)
        return self.none() if mark is None or column is None else np.where(column.codes >= 0, mark, -1)

    def count(self, role: str) -> Array | None:
        column = self.column(role)
        if column is None:
            return None
        found = read_counts(column.values, convention=self.source.mapping.numbers or None)
        self.log(role, column, found, str)
        return column.take([-1 if one.value is None else one.value for one in found], np.int32, -1)


_shape = lru_cache(maxsize=1 << 16)(shape)


@lru_cache(maxsize=1 << 17)
def _day(cell: str, order: Order, latest: date) -> Reading[PartialDate]:
    """Return the day in a text; large registers come in pieces that hold the same texts."""
    return read_date(cell, order, latest=latest)


def _sex_and_birth(reader: _Reader, dates: dict[str, Dates]) -> tuple[Array, Dates]:
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
        filled = _filled(reader.column(role), reader.rows) & ~both
        sex = np.where((sex < 0) & filled, code, sex)
    birth = dates["birth"].or_else(dates["birth_male"].or_else(dates["birth_female"]).where(~both))
    return sex.astype(np.int8), birth


def _filled(column: Column | None, rows: int) -> npt.NDArray[np.bool_]:
    return column.codes >= 0 if column is not None else np.zeros(rows, dtype=bool)


def _age(reader: _Reader, birth: Dates, admitted: Dates) -> tuple[Array, Array, tuple[Array, Array]]:
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


def _composition(reader: _Reader) -> dict[str, Array]:
    """Return who they are: ethnicity, religion, education, occupation, organisation."""
    found: dict[str, Array] = {}
    for name in ("ethnicity", "religion", "occupation", "mass_organisation"):
        codes = reader.coded(name, name)
        found[name] = reader.none() if codes is None else codes
    found |= _education(reader)
    youth = reader.mark("youth_union")
    found["youth_union"] = reader.flag("youth_union_flag") if youth is None else youth
    found["minority"] = _minority(reader, found["ethnicity"])
    religious = reader.mark("religious_mark")
    if religious is not None:
        none = codes_of("religion").index("none")
        found["religion"] = np.where((found["religion"] < 0) & (religious == 0), none, found["religion"])
    return {name: codes.astype(np.int8) for name, codes in found.items()}


def _education(reader: _Reader) -> dict[str, Array]:
    """Return both levels, each from its own column first: offices write both in either."""
    own = ("general_education", "professional_education")
    columns = {role: reader.column(role) for role in (*own, "education")}
    read = {
        role: (column, [categories.read_education(cell) for cell in column.values])
        for role, column in columns.items()
        if column is not None
    }
    for role, (column, found) in read.items():
        reader.log(role, column, found, _education_text)
    levels = {}
    for name in own:
        known = {code: i for i, code in enumerate(codes_of(name))}
        codes = reader.none()
        for role in sorted(read, key=lambda role: role != name):
            column, found = read[role]
            told = [
                getattr(one.value, name.removesuffix("_education")) if one.value else None for one in found
            ]
            here = column.take([known[code] if code else -1 for code in told], np.int8, -1)
            codes = np.where(codes < 0, here, codes)
        levels[name] = codes
    return levels


def _education_text(found: categories.Education) -> str:
    return "; ".join(part for part in (found.general, found.professional) if part)


def _minority(reader: _Reader, ethnicity: Array) -> Array:
    groups = [row["minority"] == "true" for row in vocab.categories("ethnic_groups")]
    told = np.array([*(int(minority) for minority in groups), -1], dtype=np.int8)[ethnicity]
    mark = reader.mark("minority_mark")
    if mark is None:
        mark = reader.flag("minority_flag")
    contradicted = (told >= 0) & (mark >= 0) & (told != mark)
    reader.changes.add_same(
        "minority", reader.body.rows[contradicted], Change(rule="minority_contradicted", refused=True)
    )
    return np.where(contradicted, -1, np.where(told >= 0, told, mark)).astype(np.int8)


def _locality(reader: _Reader, places: Places, names: Names) -> Array:
    codes = reader.coded("locality", "locality")
    told = np.array([*names.localities(codes_of("locality")), -1], dtype=np.int8)[places.unit]
    return told if codes is None else np.where(codes >= 0, codes, told).astype(np.int8)


def _rules(
    reader: _Reader, age: tuple[Array, Array], admitted: Dates, dates: dict[str, Dates]
) -> dict[str, Array]:
    """Return the flags of the rules by date, and the days to recognition."""
    low, high = age
    aged = low >= 0
    recognised, certificate, founded = (dates[name] for name in ("recognised", "certificate", "founded"))
    both = admitted.known & recognised.known
    before = both & (recognised.last < admitted.first)
    reader.changes.add_same(
        "recognised", reader.body.rows[before], Change(rule="recognised_before_admitted", refused=True)
    )
    exact = both & ~before & (admitted.first == admitted.last) & (recognised.first == recognised.last)
    days = np.where(exact, recognised.first - admitted.first, -1).astype(np.int32)
    months = completed_months(admitted, recognised)
    passed = completed_months(certificate, admitted)
    certified = certificate.known & admitted.known
    flags = {
        "days_to_recognition": _given(reader, "days_to_recognition", days),
        "under_18": _judged(aged, high < _MONTHS_18, low >= _MONTHS_18),
        # Sixty years to the day are within the rule; one month more is over it.
        "over_60": _judged(aged, low > _MONTHS_60, high <= _MONTHS_60),
        "recognised_early": _judged(both & ~before, months[1] < _PROBATION, months[0] >= _PROBATION),
        "certificate_expired": _judged(certified, passed[0] > _CERTIFICATE, passed[1] <= _CERTIFICATE),
        "before_unit": _judged(
            admitted.known & founded.known, admitted.last < founded.first, admitted.first >= founded.last
        ),
        "same_person": reader.none(),
    }
    for name in FLAGS:
        flags[name] = np.where(flags[name] >= 0, flags[name], reader.flag(name)).astype(np.int8)
    return flags


def _given(reader: _Reader, name: str, computed: Array) -> Array:
    given = reader.count(name)
    return computed if given is None else np.where(computed >= 0, computed, given).astype(np.int32)


def _judged(known: Array, broken: Array, kept: Array) -> Array:
    return np.where(known & broken, 1, np.where(known & kept, 0, -1)).astype(np.int8)


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
