"""A register of those admitted (*danh sách kết nạp*), read into codes; whom it names stays outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analysis.clean.admission_rules import judge
from analysis.clean.cell_dates import read_date
from analysis.clean.cells import Column
from analysis.clean.changes import Change, Changes
from analysis.clean.column_reader import DATES, ColumnReader, codes_of
from analysis.clean.outcomes import read_outcomes
from analysis.clean.person_dates import Dates, completed_months
from analysis.clean.person_key import person_key
from analysis.clean.source import Source
from analysis.clean.table_rows import Body
from analysis.clean.traits import read_traits
from analysis.clean.unit_rows import Names, Places, place_rows

Array = npt.NDArray[Any]

_STATED_AGE = 1
"""Years that a stated age may be off: it may be of the day of the list, or count as people do at Tết."""

_SIDES = (2020, 2027)
"""A year before and one after the provinces were merged: a row without a date may be of either."""

_POSSIBLE = (10 * 12, 105 * 12)
"""An age outside comes of a mistaken date: it is refused, not flagged."""


@dataclass(frozen=True, slots=True)
class People:
    """Those whom a sheet lists, one entry a person each.

    Attributes
    ----------
    columns : dict of str to ndarray
        Codes by column; -1 where nothing is known. ``person`` is a key of name and birth, ``by_year``
        tells that of the birth no more than a span is known. Beside them ``gap_province``,
        ``gap_district``, ``gap_unit`` and ``gap_year`` have one entry for each refused row and each
        province that it may be of: where it may belong, -1 where that is not known. There no zero
        is a zero.
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
        **read_outcomes(reader, admitted, dates),
        "person": _same_person_key(body, birth, admitted),
        "by_year": (birth.first != birth.last).astype(np.int8),
        "raw_row": body.rows.astype(np.int32),
    }
    return _without_refused(columns, body, source, names, changes)


def _sex_and_birth(reader: ColumnReader, dates: dict[str, Dates]) -> tuple[Array, Dates]:
    """Return sex and birth; the column under which the birth stands may tell the sex."""
    female, male = (codes_of("sex").index(code) for code in ("female", "male"))
    sex = reader.coded("sex", "sex")
    sex = reader.none() if sex is None else sex
    told = {code: sex == code for code in (female, male)}
    for role, code in (("female_mark", female), ("male_mark", male)):
        mark = reader.mark(role)
        if mark is not None:
            told[code] = told[code] | (mark == 1)
            # A column that nobody marked was not filled in: its empty cells say nothing.
            if role == "female_mark" and reader.column("male_mark") is None and (mark == 1).any():
                sex = np.where((sex < 0) & (mark == 0), male, sex)
    both = dates["birth_male"].known & dates["birth_female"].known
    reader.changes.add_same(
        "birth", reader.body.rows[both], Change(rule="birth_under_both_sexes", refused=True)
    )
    for role, code in (("birth_female", female), ("birth_male", male)):
        told[code] = told[code] | (reader.filled(role) & ~both)
    contradicted = told[female] & told[male]
    reader.changes.add_same(
        "sex", reader.body.rows[contradicted], Change(rule="sex_contradicted", refused=True)
    )
    for code in (female, male):
        sex = np.where(told[code], code, sex)
    sex = np.where(contradicted, -1, sex)
    birth = dates["birth"].or_else(dates["birth_male"].or_else(dates["birth_female"]).where(~both))
    return sex.astype(np.int8), birth


def _age(reader: ColumnReader, birth: Dates, admitted: Dates) -> tuple[Array, Array, tuple[Array, Array]]:
    """Return age in months at admission, how many months more it may be, and its lowest and highest value."""
    low, high = completed_months(birth, admitted)
    known = birth.known & admitted.known
    stated = reader.count("age")
    if stated is not None:
        far = (stated < low // 12 - _STATED_AGE) | (stated > high // 12 + _STATED_AGE)
        contradicted = known & (stated >= 0) & far
        reader.changes.add_same(
            "age", reader.body.rows[contradicted], Change(rule="age_contradicted", refused=True)
        )
        known = known & ~contradicted
        use = ~(birth.known & admitted.known) & (stated >= 0)
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


def _own_name(names: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the first column of names, and those behind it that hold a part of it: *Họ và chữ đệm*, *Tên*.

    A further column of whole names is another name of the same person, which not every register gives.
    """
    first, *more = names
    parts = []
    for column in more:
        texts = [text for text in map(str, column.values) if text.strip()]
        if sum(" " in text.strip() for text in texts) * 2 <= len(texts):
            parts.append(column)
    return (first, *parts)


def _same_person_key(body: Body, birth: Dates, admitted: Dates) -> Array:
    """Return a number that two rows share if name and birth are the same; 0 where that cannot be judged.

    What else must be the same, province or unit, is known once all tables are read. A name whose
    diacritics were left out meets none that has them, nor a year of birth a day in it.
    """
    if not body.names or not birth.known.any():
        return np.zeros(len(body.rows), dtype=np.uint64)
    names = _own_name(body.names)
    texts, *more = (pc.fill_null(column.to_arrow(), "") for column in names)
    if more:
        texts = pc.binary_join_element_wise(texts, *more, " ")
    exact = birth.first == birth.last
    days, at = np.unique(np.where(exact, birth.first, -birth.first), return_inverse=True)
    born = pa.DictionaryArray.from_arrays(at.astype(np.int32), pa.array([str(day) for day in days.tolist()]))
    keys = person_key(texts, born.cast(pa.string()))
    known = birth.known & admitted.known & np.logical_or.reduce([c.codes >= 0 for c in names])
    return np.where(known, keys, 0).astype(np.uint64)


def _gaps(lost: Body, columns: dict[str, Array], source: Source, names: Names) -> dict[str, Array]:
    """Return where the refused rows may belong."""
    found = {name: columns[name].astype(np.int32) for name in ("province", "district", "unit")}
    found["year"] = np.where(columns["admitted"] > 0, columns["admitted"] // 100, -1).astype(np.int32)
    placed = found["province"] >= 0
    parts = [{name: values[placed] for name, values in found.items()}]
    if not placed.all():
        # Without a day it is not told which provinces there were: the row may be of either order.
        rows = _rows_of(lost, ~placed)
        quiet = Changes("admissions", source.file, source.sheet)
        cells = np.zeros(len(rows.rows), dtype=np.int32)
        for year in _SIDES:
            period = Dates.of(Column(cells, [year]), [read_date(year, "dmy").value])
            province = place_rows(rows, source, period, names, quiet).province
            here = {name: values[~placed] for name, values in found.items()} | {"province": province}
            parts.append({name: values[province >= 0] for name, values in here.items()})
    return {f"gap_{name}": np.concatenate([part[name] for part in parts]) for name in found}


def _rows_of(body: Body, keep: npt.NDArray[np.bool_]) -> Body:
    def some(columns: Mapping[str, Column]) -> dict[str, Column]:
        return {role: replace(column, codes=column.codes[keep]) for role, column in columns.items()}

    return replace(
        body, rows=body.rows[keep], columns=some(body.columns), headings=some(body.headings), names=()
    )


def _without_refused(
    columns: dict[str, Array], body: Body, source: Source, names: Names, changes: Changes
) -> People:
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
    lost = {name: values[~keep] for name, values in columns.items()}
    gaps = _gaps(_rows_of(body, ~keep), lost, source, names)
    return People({name: values[keep] for name, values in columns.items()} | gaps, refused)
