"""What a file looks like: its format, its header, how it writes units, births and dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np

from analysis.simulate.mess import PLAIN

T = TypeVar("T")

Encoding = Literal["utf-8", "utf-8-sig", "utf-16", "cp1258", "tcvn3", "vni"]
Font = Literal["", ".VnTime", "VNI-Times"]

ROLES = (
    "ordinal", "name", "birth", "sex", "ethnicity", "religion", "hometown", "residence", "identity_number",
    "telephone", "general_education", "professional_education", "occupation", "youth_union", "district", "unit",
    "cell", "admitted", "recognised", "certificate", "sponsor", "notes",
)  # fmt: skip
"""What the columns of a register hold, in their order."""

EXITS = ("exited", "exit")
"""What two more columns hold where departures are told; they stand behind the recognition."""

_MESSY_CELLS = 0.15
"""Probability that a cell is messed where the mess is 1."""


@dataclass(frozen=True, slots=True)
class Face:
    """How one file of a register is written.

    Attributes
    ----------
    workbook : bool
        An .xlsx; otherwise CSV.
    encoding, delimiter : str
        Of a CSV file.
    font : str
        Font of a workbook; the legacy ones go with text in their code.
    title : bool
        Title lines stand above the header.
    header_rows : int
        1 to 3, with merged cells from 2 on.
    births : str
        ``date`` in one column, or the ``year`` under one of two columns, Nam and Nữ.
    marks : bool
        An x marks women, minorities and the religious, in columns of their own.
    one_education : bool
        General and professional education stand in one cell.
    unit_rows : bool
        A unit is a row of its own above its people; otherwise a column.
    sheets : str
        ``one``, or one a ``quarter`` or a ``unit`` (workbooks only).
    totals, signatures, blank_rows : bool
        Subtotals and totals; signatures below; empty and hidden rows.
    dates : str
        How the file writes dates: one of :data:`~analysis.simulate.mess.PLAIN`, or ``typed``.
    office_words : bool
        Categories in an office's words (12/12) instead of those of the code tables.
    noise : float
        Probability that a cell is written otherwise than its column.
    certain : tuple of str
        Columns of dates that can all be read to the day, however they are written.
    roles : tuple of str
        The columns.
    """

    workbook: bool = False
    encoding: Encoding = "utf-8"
    delimiter: str = ","
    font: Font = ""
    title: bool = False
    header_rows: int = 1
    births: Literal["date", "year"] = "date"
    marks: bool = False
    one_education: bool = False
    unit_rows: bool = False
    sheets: Literal["one", "quarter", "unit"] = "one"
    totals: bool = False
    signatures: bool = False
    blank_rows: bool = False
    dates: str = "iso"
    office_words: bool = False
    noise: float = 0.0
    certain: tuple[str, ...] = ()
    roles: tuple[str, ...] = ROLES

    def with_exits(self) -> Face:
        """Return the face with columns for the day and the way of leaving."""
        behind = self.roles.index("recognised") + 1 if "recognised" in self.roles else len(self.roles)
        return replace(self, roles=(*self.roles[:behind], *EXITS, *self.roles[behind:]))

    @property
    def legacy(self) -> bool:
        """Tell whether the text is in a code of before Unicode."""
        return self.font != "" or self.encoding in ("cp1258", "tcvn3", "vni")

    @classmethod
    def drawn(cls, mess: float, rng: np.random.Generator) -> Face:
        """Return a face as messy as asked: each feature stands with the probability ``mess``."""
        if mess == 0:
            return cls()

        def happens(part: float = 1.0) -> bool:
            return bool(rng.random() < mess * part)

        def one_of(*choices: T) -> T:
            return choices[int(rng.integers(len(choices)))]

        workbook = happens(0.6)
        sheets: Literal["one", "quarter", "unit"] = (
            one_of("quarter", "unit") if workbook and happens() else "one"
        )
        encodings: tuple[Encoding, ...] = ("utf-8-sig", "utf-16", "cp1258", "tcvn3", "vni")
        fonts: tuple[Font, ...] = (".VnTime", "VNI-Times")
        return cls(
            workbook=workbook,
            encoding=one_of(*encodings) if happens() and not workbook else "utf-8",
            delimiter=one_of(";", "\t") if happens(0.5) else ",",
            font=one_of(*fonts) if workbook and happens(0.3) else "",
            title=happens(),
            header_rows=one_of(2, 3) if happens() else 1,
            births="year" if happens(0.5) else "date",
            marks=happens(0.4),
            one_education=happens(0.4),
            unit_rows=happens(0.5),
            sheets=sheets,
            totals=happens(),
            signatures=happens(),
            blank_rows=happens(0.7),
            # A few typed days up to 12 beside texts above 12 look like days that a spreadsheet swapped.
            dates=one_of("typed", *PLAIN[:2]) if workbook and sheets != "unit" else one_of(*PLAIN),
            office_words=happens(),
            noise=mess * _MESSY_CELLS,
        )
