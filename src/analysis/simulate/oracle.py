"""The truth beside the files: what a perfect cleaner makes of each row and each messed cell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import __version__
from analysis.simulate.face import Face
from analysis.simulate.parts import BANDS
from analysis.simulate.people import IDENTITY
from analysis.simulate.population import Population
from analysis.simulate.register import Written
from analysis.simulate.truth import Truth

_DAYS = ("admitted", "recognised", "exited", "certificate")
_FROM_YEARS = np.array([18, 31, 36, 41, 46, 51, 56, 61])


@dataclass(frozen=True, slots=True)
class File:
    """A register that was written.

    Attributes
    ----------
    name : str
        Its path below the folder of the simulation.
    face : Face
    rows : array of int
        Positions of its entries among all.
    written : Written
    """

    name: str
    face: Face
    rows: npt.NDArray[np.int64]
    written: Written


def both_formats(face: Face) -> tuple[Face, Face]:
    """Return the face for a workbook and for a CSV file."""
    form = "iso" if face.dates == "typed" else face.dates
    return replace(face, workbook=True), replace(face, workbook=False, font="", dates=form)


def unit_years(drawn: Population) -> pd.DataFrame:
    """Return one row a unit and year: target, what came of it, and whether it was moved onto it."""
    unit, year = (axis.ravel() for axis in np.indices(drawn.target.shape))
    frame = drawn.unit_columns(unit)
    frame["year"] = np.asarray(drawn.years)[year]
    frame["target"] = drawn.target.ravel()
    admitted = drawn.admitted.sum(axis=(2, 3))
    frame["admitted"] = admitted.ravel()
    frame["before_heaping"] = drawn.before_heaping.ravel()
    frame["heaped"] = (admitted != drawn.before_heaping).ravel()
    for name in ("members_start", "members_end", "eligible", "expected"):
        frame[name] = getattr(drawn, name).sum(axis=(2, 3)).ravel()
    frame["effect"] = drawn.effects[unit]
    return frame


def write(
    truth: Truth, seed: int, drawn: Population, entered: pd.DataFrame, files: Sequence[File],
    folder: Path, name: str,
) -> list[Path]:  # fmt: skip
    """Write the truth: the statement as JSON, and people, cells, unit-years and messed cells as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {part: folder / f"synthetic-{name}{part}" for part in (".json", *_TABLES)}
    statement = {
        "synthetic": True,
        "version": __version__,
        "seed": seed,
        "truth": truth.model_dump(mode="json"),
        "files": {file.name: asdict(file.face) for file in files},
    }
    text = json.dumps(statement, ensure_ascii=False, indent=1) + "\n"
    paths[".json"].write_text(text, encoding="utf-8", newline="\n")
    tables = (_people(entered, files), _cells(files), drawn.cells(), unit_years(drawn))
    for part, table in zip(_TABLES, tables, strict=True):
        table.to_csv(paths[part], index=False, lineterminator="\n", float_format="%.9g")
    return list(paths.values())


_TABLES = ("-people.csv", "-messed-cells.csv", "-cells.csv", "-unit-years.csv")


def _people(entered: pd.DataFrame, files: Sequence[File]) -> pd.DataFrame:
    """Return one row a row of a register, with what is true of the person and no identity."""
    known = entered.drop(columns=list(IDENTITY))
    for name in known.columns.intersection(_DAYS):
        known[name] = known[name].dt.strftime("%Y-%m-%d")
    known["age_band"] = _bands(known["age_months"].to_numpy())
    parts = []
    for file in files:
        where = file.written.where
        part = known.iloc[file.rows[where["entry"].to_numpy()]].reset_index(drop=True)
        part.insert(0, "file", file.name)
        part.insert(1, "sheet", where["sheet"] if file.face.workbook else "")
        part.insert(2, "row", where["row"])
        part["birth_precision"] = "day" if file.face.births == "date" else "year"
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _bands(months: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    names = np.array(["age_under_18", *BANDS], dtype=object)
    found: npt.NDArray[Any] = names[np.searchsorted(_FROM_YEARS, months // 12, side="right")]
    return found


def _cells(files: Sequence[File]) -> pd.DataFrame:
    parts = []
    for file in files:
        part = file.written.cells.copy()
        part["sheet"] = part["sheet"] if file.face.workbook else ""
        part.insert(0, "file", file.name)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
