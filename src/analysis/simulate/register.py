"""Registers (*danh sách đảng viên kết nạp*): one row a person, as a face writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis.simulate import mess, spellings
from analysis.simulate.face import Face
from analysis.simulate.mess import Cell, Messed
from analysis.simulate.sheet import NOTE, Sheet, add_header, add_title, roles

Plan = list[tuple[str, Any]]
"""What stands in each row below the header: ``person`` and position, ``unit`` and name, ..."""

_DATES = ("admitted", "recognised", "exited", "certificate", "birth")
_CODED = ("sex", "ethnicity", "religion", "general_education", "professional_education", "occupation")
_MARKS = {
    "female_mark": ("sex", "male"),
    "minority_mark": ("ethnicity", "kinh"),
    "religious_mark": ("religion", "none"),
}
_TEXTS = ("name", "hometown", "residence", "sponsor", "cell")
_DITTOED = ("unit", "ethnicity", "religion", "occupation")
_HIDDEN, _BLANK = 0.02, 0.03
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_SIGNATURES = (("NGƯỜI LẬP BIỂU", "T/M BAN THƯỜNG VỤ"), ("(Ký, ghi rõ họ tên)", "BÍ THƯ"))


@dataclass(frozen=True, slots=True)
class Written:
    """A register with what was done to its cells.

    Attributes
    ----------
    sheets : list of Sheet
    where : DataFrame
        One row a row that enters a person: sheet, row (from 1), entry (position in ``people``).
    cells : DataFrame
        One row a messed cell: sheet, row, role, kind, outcome, precision.
    """

    sheets: list[Sheet]
    where: pd.DataFrame
    cells: pd.DataFrame


def write(people: pd.DataFrame, face: Face, place: str, about: str, rng: np.random.Generator) -> Written:
    """Return the register of some people.

    Parameters
    ----------
    people : DataFrame
        As :mod:`analysis.simulate.people` and :mod:`analysis.simulate.breakers` made them.
    face : Face
        How it is written.
    place, about : str
        For the title lines.
    """
    sheets, where, cells = [], [], []
    for name, rows in _parts(people, face):
        sheet = Sheet(name)
        columns = roles(face)
        if face.title:
            add_title(sheet, len(columns), place, about)
        add_header(sheet, columns, face)
        messed = _body(sheet, people.iloc[rows].reset_index(drop=True), columns, face, rng)
        sheets.append(sheet)
        row_of = {entry: row + 1 for row, entry in sheet.entries}
        where += [(name, row_of[i], int(rows[i])) for i in range(len(rows))]
        cells += [(name, row_of[i], role, m.kind, m.outcome, m.precision) for (role, i), m in messed.items()]
    return Written(
        sheets,
        pd.DataFrame(where, columns=["sheet", "row", "entry"]).astype({"row": "int64", "entry": "int64"}),
        pd.DataFrame(cells, columns=["sheet", "row", "role", "kind", "outcome", "precision"]).astype(
            {"row": "int64"}
        ),
    )


def _parts(people: pd.DataFrame, face: Face) -> list[tuple[str, np.ndarray[Any, np.dtype[np.int64]]]]:
    """Return the sheets' names with the positions of their people, in the order of the rows."""
    day = people["admitted"].to_numpy()
    unit, _names = pd.factorize(people["unit"])
    order = np.lexsort((day, unit)) if face.unit_rows else np.argsort(day, kind="stable")
    if face.sheets == "one":
        return [("Danh sách (giả lập)", order)]
    if face.sheets == "quarter":
        quarter = people["admitted"].dt.quarter.to_numpy()[order]
        numbers = ("I", "II", "III", "IV")
        parts = [(f"Quý {numbers[q - 1]} (giả lập)", order[quarter == q]) for q in (1, 2, 3, 4)]
    else:
        parts = [
            (f"Đơn vị {u + 1} (giả lập)", order[unit[order] == u]) for u in range(unit.max(initial=-1) + 1)
        ]
    return [part for part in parts if len(part[1])] or [("Danh sách (giả lập)", order)]


def _body(
    sheet: Sheet, people: pd.DataFrame, columns: list[str], face: Face, rng: np.random.Generator
) -> dict[tuple[str, int], Messed]:
    """Add the rows below the header; return the messed cells by role and person."""
    plan = _plan(people, face, rng)
    above = {
        what: plan[at - 1][1]
        for at, (kind, what) in enumerate(plan)
        if kind == "person" and at and plan[at - 1][0] == "person"
    }
    messed: dict[tuple[str, int], Messed] = {}
    filled = {role: _column(role, people, face, above, messed, rng) for role in columns}
    label = columns.index("name") if "name" in columns else 0
    ordinal, width, units = 0, len(columns), 0
    for kind, what in plan:
        if kind == "person":
            ordinal += 1
            if face.blank_rows and rng.random() < _HIDDEN:
                sheet.hidden.append(len(sheet.rows))
            sheet.entries.append((len(sheet.rows), what))
            sheet.rows.append([ordinal if role == "ordinal" else filled[role][what] for role in columns])
        elif kind == "unit":
            units += 1
            sheet.line(width, f"Đảng bộ {what}", label)
            sheet.rows[-1][0] = roman(units) if label else f"{roman(units)}. Đảng bộ {what}"
        elif kind == "total":
            sheet.line(width, what, label)
        else:
            sheet.line(width)
    if face.signatures:
        _sign(sheet, width)
    return messed


def _plan(people: pd.DataFrame, face: Face, rng: np.random.Generator) -> Plan:
    plan: Plan = []
    units = people["unit"].to_numpy()
    began = 0
    for at in range(len(people)):
        if face.unit_rows and (at == 0 or units[at] != units[at - 1]):
            began = at
            plan.append(("unit", units[at]))
        plan.append(("person", at))
        if face.unit_rows and face.totals and (at + 1 == len(people) or units[at + 1] != units[at]):
            plan.append(("total", f"Cộng: {at + 1 - began} đồng chí"))
        elif face.blank_rows and rng.random() < _BLANK:
            plan.append(("blank", None))
    if face.totals:
        plan.append(("total", f"Tổng cộng: {len(people)} đồng chí"))
    return plan


def roman(number: int) -> str:
    """Return a number in Roman figures.

    Examples
    --------
    >>> roman(4), roman(49)
    ('IV', 'XLIX')
    """
    figures = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        figures += letters * count
    return figures


def _sign(sheet: Sheet, width: int) -> None:
    sheet.line(width)
    sheet.line(width, "......, ngày ...... tháng ...... năm ......", max(0, width - 3))
    for left, right in _SIGNATURES:
        row: list[Cell] = [None] * width
        row[min(1, width - 1)], row[max(0, width - 3)] = left, right
        sheet.rows.append(row)


def _column(
    role: str, people: pd.DataFrame, face: Face, above: dict[int, int],
    messed: dict[tuple[str, int], Messed], rng: np.random.Generator,
) -> list[Cell]:  # fmt: skip
    """Return the cells of one column; what was messed is put into ``messed``."""
    cells, again = _clean(role, people, face, rng)
    if face.noise == 0 or again is None:
        return cells
    for at in np.flatnonzero(rng.random(len(cells)) < face.noise).tolist():
        if cells[at] is None and role not in ("youth_union", *_MARKS):
            continue
        found = again(at)
        if found.cell != cells[at] or type(found.cell) is not type(cells[at]):
            messed[role, at] = found
            cells[at] = found.cell
    if role in _DITTOED:
        _dittos(role, people, cells, face, above, messed, rng)
    return cells


def _dittos(
    role: str, people: pd.DataFrame, cells: list[Cell], face: Face, above: dict[int, int],
    messed: dict[tuple[str, int], Messed], rng: np.random.Generator,
) -> None:  # fmt: skip
    """Put 'as above' where the row above says the same and can be read."""
    meant = people[role].to_numpy()
    for at in np.flatnonzero(rng.random(len(cells)) < face.noise).tolist():
        up = above.get(at)
        if up is None or meant[up] != meant[at] or (role, at) in messed:
            continue
        if (over := messed.get((role, up))) is None or over.outcome == "recover":
            messed[role, at] = mess.ditto(rng)
            cells[at] = messed[role, at].cell


def _clean(
    role: str, people: pd.DataFrame, face: Face, rng: np.random.Generator
) -> tuple[list[Cell], Callable[[int], Messed] | None]:
    """Return the cells of a column as the file writes them, and what messes one of them."""
    if role in _DATES:
        days = _days(people[role])
        form = face.dates if face.workbook or face.dates != "typed" else "iso"
        certain = role in face.certain
        return (
            [None if d is None else mess.written(d, form) for d in days],
            lambda at: mess.messed_date(days[at] or date.min, rng, certain=certain),
        )
    if role in ("birth_male", "birth_female"):
        return _birth_years(role, people, rng)
    if role in _MARKS:
        column, unmarked = _MARKS[role]
        applies = (people[column] != unmarked).tolist()
        return ["x" if a else None for a in applies], lambda at: mess.messed_mark(applies[at], rng)
    if role == "youth_union":
        member = people[role].tolist()
        return ["x" if m else None for m in member], lambda at: mess.messed_mark(member[at], rng)
    if role in _CODED:
        codes = people[role].tolist()
        word = spellings.office_word if face.office_words else spellings.label
        return [word(role, code) for code in codes], lambda at: mess.messed_code(role, codes[at], rng)
    return _words(role, people, face, rng)


def _words(
    role: str, people: pd.DataFrame, face: Face, rng: np.random.Generator
) -> tuple[list[Cell], Callable[[int], Messed] | None]:
    if role == "education":
        both = zip(people["general_education"], people["professional_education"], strict=True)
        return [_education(general, special, rng) for general, special in both], None
    if role == "notes":
        notes = ["xóa tên" if gone else "" for gone in people["struck_off"]]
        if not face.title:
            notes = [f"{NOTE}; {note}" if note else NOTE for note in notes]
        return [note or None for note in notes], None
    if role == "exit":
        return [spellings.label(role, code) if code else None for code in people[role]], None
    if role == "ordinal":
        return [None] * len(people), None
    texts: list[str] = people[role].tolist()
    if role == "unit":
        return list(texts), lambda at: mess.messed_unit(texts[at], rng)
    return list(texts), (lambda at: mess.messed_text(texts[at], rng)) if role in _TEXTS else None


def _education(general: str, special: str, rng: np.random.Generator) -> str:
    """Return both educations in one cell: ``12/12, ĐH Luật``."""
    first = spellings.spelled("general_education", general, rng)
    if special == "none":
        return first
    return f"{first}, {spellings.spelled('professional_education', special, rng)}"


def _days(column: pd.Series) -> list[date | None]:
    """Return days as Python dates, None where there is none."""
    days: list[date | None] = column.to_numpy().astype("datetime64[D]").tolist()
    return days


def _birth_years(
    role: str, people: pd.DataFrame, rng: np.random.Generator
) -> tuple[list[Cell], Callable[[int], Messed]]:
    """Return the birth year under Nam or Nữ."""
    of_sex = (people["sex"] == role.removeprefix("birth_")).tolist()
    years = people["birth"].dt.year.tolist()
    return [
        year if here else None for here, year in zip(of_sex, years, strict=True)
    ], lambda at: mess.messed_year(years[at], rng)
