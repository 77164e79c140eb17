"""Reads the columns of a table below its header into codes, and logs what happened to their cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis import vocab
from analysis.clean import categories
from analysis.clean.cell_dates import read_date
from analysis.clean.cell_numbers import read_counts
from analysis.clean.cells import Cell, Column, Reading
from analysis.clean.changes import UNCHANGED, Change, Changes
from analysis.clean.date_order import Order
from analysis.clean.identity import loggable, shape
from analysis.clean.partial_dates import PartialDate, to_text
from analysis.clean.person_dates import Dates
from analysis.clean.source import Source
from analysis.clean.table_rows import Body
from analysis.clean.text import fold

Array = npt.NDArray[Any]

CODED = {
    "sex": "sexes",
    "ethnicity": "ethnic_groups",
    "religion": "religions",
    "general_education": "general_education",
    "professional_education": "professional_education",
    "occupation": "occupations",
    "mass_organisation": "mass_organisations",
    "exit": "exits",
    "locality": "locality_types",
}
"""Column of the table → code table in ``vocab/``."""

EXITED = {
    "exited": "",
    "exited_struck_off": "struck_off",
    "exited_expelled": "expelled",
    "exited_let_go": "let_go",
    "exited_died": "died",
    "exited_moved": "moved",
}
"""Role of a column of days of leaving → way of leaving that its header tells; '' where it tells none."""

DATES = (
    "birth", "birth_male", "birth_female", "admitted", "recognised", *EXITED, "certificate", "founded",
)  # fmt: skip

_FEW_WORDS = 3
_NOTHING = frozenset({"", "-", "–", "—", "0", "/"})
"""What offices put into a cell to say that nothing belongs there."""

NOTATION = frozenset({"", "day_first", "month_first", "time_dropped", "mark"})
"""Readings that say the same in another notation (7/2/2019, x): no value is changed."""


def codes_of(name: str) -> tuple[str, ...]:
    """Return the codes of a coded column of ``admissions``, in the order of the code table."""
    return tuple(row["code"] for row in vocab.categories(CODED[name]))


class ColumnReader:
    """Reads the columns of one sheet and logs what happened to their cells."""

    def __init__(self, body: Body, source: Source, changes: Changes) -> None:
        self.body, self.source, self.changes = body, source, changes
        self.rows = len(body.rows)
        self.words = categories.words()

    def column(self, role: str) -> Column | None:
        """Return the column that holds this; None where the table has none."""
        return self.body.columns.get(role)

    def filled(self, role: str) -> npt.NDArray[np.bool_]:
        """Return which rows fill a column; none where the table has no such column."""
        column = self.column(role)
        if column is None:
            return np.zeros(self.rows, dtype=bool)
        return column.take([str(cell).strip() not in _NOTHING for cell in column.values], bool, False)

    def none(self) -> Array:
        """Return -1 for each row."""
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
            return _SHAPES(cell) if isinstance(cell, str) else shape(cell)
        if role in DATES and not read.refused:
            return str(cell)
        if isinstance(cell, str) and len(fold(cell).split()) > _FEW_WORDS:
            return shape(cell)  # trưởng bản Nà Hạ: the words are known, and the man is too
        return loggable(cell, self.words, dates=role in DATES)

    def dates(self, role: str) -> Dates:
        """Return the dates of a column; none where the table has no such column."""
        column = self.column(role)
        if column is None:
            return Dates.none(self.rows)
        order = self.source.orders.get(role, "dmy")
        latest, epoch = self.source.latest, self.source.epoch
        found = [
            day_of(cell, order, latest, epoch)
            if isinstance(cell, str)
            else read_date(cell, order, latest=latest, epoch=epoch)
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
        """Return the whole numbers of a column, -1 where none stands; None without the column."""
        column = self.column(role)
        return None if column is None else self.counts(role, column)

    def counts(self, role: str, column: Column) -> Array:
        """Return the whole numbers of cells, -1 where none stands."""
        found = read_counts(column.values, convention=self.source.mapping.numbers or None)
        self.log(role, column, found, str)
        return column.take([-1 if one.value is None else one.value for one in found], np.int32, -1)


_SHAPES = lru_cache(maxsize=1 << 16)(shape)


@lru_cache(maxsize=1 << 17)
def day_of(cell: str, order: Order, latest: date, epoch: int) -> Reading[PartialDate]:
    """Return the day in a text; large registers come in pieces that hold the same texts."""
    return read_date(cell, order, latest=latest, epoch=epoch)
