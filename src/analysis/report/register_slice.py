"""The slice of the registers that one report stands on: unit-years and admissions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis import fingerprint, processed
from analysis.errors import DataRefusedError, Problem
from analysis.vocab import Province

ADMISSIONS = (
    "synthetic",
    "province_vintage",
    "province_code",
    "province",
    "district",
    "unit_id",
    "locality",
    "admitted",
    "year",
    "age_band",
    "sex",
    "minority",
    "religious",
    "youth_union",
    "general_education",
    "professional_education",
    "occupation",
    "days_to_recognition",
    "recognised_early",
    "was_recognised",
    "has_left",
    "days_to_exit",
    "exit",
    "file",
)
"""Columns of the admissions that the reports read."""


@dataclass(frozen=True, slots=True)
class Registers:
    """Unit-years and admissions, whole or of one province."""

    unit_years: pd.DataFrame
    admissions: pd.DataFrame

    def of(self, marks: set[tuple[str, str]]) -> Registers:
        """Return what is of some provinces, by vintage and code."""
        return Registers(*(_cut(table, marks) for table in (self.unit_years, self.admissions)))

    def hash(self) -> str:
        """Return a hash of what the tables hold."""
        parts = []
        for table in (self.unit_years, self.admissions):
            for name in table:  # the order of categories decides with which group a model compares
                kept = table[name].cat.categories if table[name].dtype == "category" else table[name].dtype
                parts.append(repr((name, list(kept) if hasattr(kept, "__len__") else str(kept))).encode())
            parts.append(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
        return fingerprint.of_bytes(b"\0".join(parts))


def _cut(table: pd.DataFrame, marks: set[tuple[str, str]]) -> pd.DataFrame:
    vintage, code = (table[name].astype("object") for name in ("province_vintage", "province_code"))
    wanted = pd.Series(data=False, index=table.index)
    for mark in sorted(marks):
        wanted |= vintage.eq(mark[0]) & code.eq(mark[1])
    cut = table.loc[wanted].reset_index(drop=True)
    words = cut.select_dtypes("category").columns
    return cut.assign(**{name: cut[name].cat.remove_unused_categories() for name in words})


def load(folder: Path) -> Registers:
    """Return the tables of all registers of a folder of processed tables.

    Raises
    ------
    DataRefusedError
        The tables are missing, or not those that were written together.
    """
    return Registers(
        processed.load_table(folder, "unit_years"), processed.load_table(folder, "admissions", ADMISSIONS)
    )


def compared_places(registers: Registers) -> set[tuple[str, str]]:
    """Return the provinces that a comparison has: those of real rows, or of a simulation's where all are."""
    synthetic = registers.unit_years["synthetic"].astype(bool)
    kept = registers.unit_years.loc[synthetic] if synthetic.all() else registers.unit_years.loc[~synthetic]
    return places(Registers(kept, registers.admissions))


def places(registers: Registers) -> set[tuple[str, str]]:
    """Return the provinces, by vintage and code, that any register, target or stock tells of."""
    pairs = registers.unit_years[["province_vintage", "province_code"]].drop_duplicates()
    return {(str(vintage), str(code)) for vintage, code in pairs.itertuples(index=False)}


def nothing_of(place: Province) -> DataRefusedError:
    """Return the error that no register tells of a province."""
    seen = "no register, target table or stock of members of this province"
    help_ = "put them under data/raw/registers, targets, members and run `ketnap clean`"
    return DataRefusedError([Problem(place.full_name, None, None, seen, help_)])
