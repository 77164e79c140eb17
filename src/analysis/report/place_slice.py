"""The slice of the processed tables that one report stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import fingerprint, processed, wording
from analysis.clean.places import province_slug
from analysis.language import _, use
from analysis.processed import Processed
from analysis.report.parameters import ComparisonParameters, ProvinceParameters
from analysis.vocab import Province, province, provinces, same_territory

_KEY = ["province_vintage", "province_code"]


@dataclass(frozen=True)
class Place:
    """A province and what is known of it.

    Attributes
    ----------
    province : Province
        The province of the report.
    units : str
        ``period`` or ``2025``.
    tables : Processed
        The processed tables cut to the province; units of another vintage or province say so in
        their name.
    """

    province: Province
    units: str
    tables: Processed

    @property
    def slug(self) -> str:
        """Folder of the report."""
        return province_slug(self.province)

    @property
    def name(self) -> str:
        """Name of the province with its kind."""
        return wording.place_name(self.province)


def keys(place: Province, units: str) -> dict[tuple[str, str], str]:
    """Return the (vintage, code) pairs that a report covers, each with the mark of its units.

    In the units of the period a report covers the province of 2008 and, apart, the province of
    2025 that bears its name; in those of 2025 it covers all whose territory came into it.
    """
    if units == "period":
        found = {(place.vintage, place.code): ""}
        heir = province("2025", place.successor)
        if same_territory(place):
            found[heir.vintage, heir.code] = ""
        elif heir.name == place.name:
            found[heir.vintage, heir.code] = _(" mới (từ 7/2025)")
        return found
    merged = [p for p in provinces("2008") if p.successor == place.code]
    marks = {(place.vintage, place.code): ""}
    for old in merged:
        alone = len(merged) == 1
        marks[old.vintage, old.code] = "" if alone else _(", {name} cũ").format(name=wording.place_name(old))
    return marks


@dataclass(frozen=True)
class Cuts:
    """The processed tables, and which of their rows are of which province: found once, for all provinces.

    Attributes
    ----------
    tables : Processed
        Whole.
    units : str
        ``period`` or ``2025``.
    """

    tables: Processed
    units: str

    @cached_property
    def _rows(self) -> dict[str, dict[tuple[str, str], npt.NDArray[np.intp]]]:
        """Return the places of the rows of each province in each table that names one."""
        return {name: dict(getattr(self.tables, name).groupby(_KEY, sort=False).indices) for name in _PLACED}

    @cached_property
    def _row_hashes(self) -> dict[str, npt.NDArray[np.uint64]]:
        names = [field.name for field in fields(self.tables)]
        return {
            name: pd.util.hash_pandas_object(getattr(self.tables, name), index=False).to_numpy()
            for name in names
        }

    def _of(self, name: str, place: Province) -> npt.NDArray[np.intp]:
        """Return the places of a province's rows in a table, in its order."""
        held = self._rows[name]
        found = [held[key] for key in keys(place, self.units) if key in held]
        return np.sort(np.concatenate(found)) if found else np.empty(0, dtype=np.intp)

    def _taken(self, place: Province) -> dict[str, npt.NDArray[np.intp]]:
        """Return the places of the rows of every table that a province's report reads."""
        found = {name: self._of(name, place) for name in _PLACED}
        sources = np.unique(self._sources_of_figures[found["figures"]])
        lines = self._raw_rows["figures"][found["figures"]]
        found["sources"] = sources[sources >= 0]
        found["cleaning_log"] = np.flatnonzero(np.isin(self._raw_rows["cleaning_log"], lines))
        return found

    @cached_property
    def _sources_of_figures(self) -> npt.NDArray[np.intp]:
        """Return the place in ``sources`` of the source of each figure; -1 where it is not there."""
        return pd.Index(self.tables.sources["source_id"]).get_indexer(self.tables.figures["source_id"])

    @cached_property
    def _raw_rows(self) -> dict[str, npt.NDArray[np.int64]]:
        names = ("figures", "cleaning_log")
        return {name: getattr(self.tables, name)["raw_row"].to_numpy(dtype=np.int64) for name in names}

    def told(self, place: Province) -> Told:
        """Return how much is told of a province, by how many sources, of which years."""
        rows = self._of("figures", place)
        return Told(len(rows), len(np.unique(self._sources_of_figures[rows])), self._years.of(rows))

    @cached_property
    def _years(self) -> _Years:
        return _Years.of_figures(self.tables.figures)

    def hash(self, place: Province) -> str:
        """Return a hash of everything that the report of a province reads."""
        return self._hashed(self._taken(place))

    @cached_property
    def whole_hash(self) -> str:
        """A hash of all tables."""
        return self._hashed(dict.fromkeys(self._row_hashes, slice(None)))

    def _hashed(self, taken: Mapping[str, Any]) -> str:
        digest = [
            name.encode() + b"\0" + self._row_hashes[name][rows].tobytes()
            for name, rows in sorted(taken.items())
        ]
        return fingerprint.of_bytes(b"\0".join(digest))

    def of(self, place: Province) -> Place:
        """Return what the tables hold of a province; units of another vintage or province say so in their name."""
        marks = keys(place, self.units)
        taken = {
            name: getattr(self.tables, name).iloc[rows].reset_index(drop=True)
            for name, rows in self._taken(place).items()
        }
        marked = {name: _marked(taken[name], marks) for name in _PLACED}
        return Place(place, self.units, Processed(**(taken | marked)))


_PLACED = ("figures", "unit_periods", "composition", "checks")
"""Tables with a row's province."""


def _marked(rows: pd.DataFrame, marks: dict[tuple[str, str], str]) -> pd.DataFrame:
    mark = [marks[pair] for pair in zip(rows["province_vintage"], rows["province_code"], strict=True)]
    marked = pd.Series(mark, index=rows.index, dtype="str")
    within = rows["district"].ne("")
    return rows.assign(
        unit=rows["unit"] + marked.mask(within, ""), district=rows["district"] + marked.where(within, "")
    )


@dataclass(frozen=True, slots=True)
class Told:
    """How much is told of a province: published figures, their sources, and their years as a reader writes them."""

    figures: int
    sources: int
    years: str


@dataclass(frozen=True, slots=True)
class _Years:
    """First and last year of each figure, and whether it is a plan."""

    first: npt.NDArray[np.float64]
    last: npt.NDArray[np.float64]
    plan: npt.NDArray[np.bool_]

    @classmethod
    def of_figures(cls, figures: pd.DataFrame) -> _Years:
        started = figures["period_start"].fillna(figures["period_end"])
        first, last = (dates.dt.year.to_numpy(dtype=float) for dates in (started, figures["period_end"]))
        return cls(first, last, figures["measure"].isin(["target", "target_rate"]).to_numpy())

    def of(self, rows: npt.NDArray[np.intp]) -> str:
        """Return the years that some figures speak of; plans for years to come do not count, if there is more."""
        results = rows[~self.plan[rows]]
        told = results if len(results) else rows
        if not len(told):
            return "–"
        start, end = int(np.nanmin(self.first[told])), int(np.nanmax(self.last[told]))
        return str(start) if start == end else f"{start}–{end}"


def years_told(figures: pd.DataFrame) -> str:
    """Return the years that figures speak of; plans for years to come do not count, if there is more."""
    return _Years.of_figures(figures).of(np.arange(len(figures)))


def place(**parameters: object) -> Place:
    """Return the province of a report from the notebook's parameters.

    Raises
    ------
    ParameterError, DataRefusedError
        A parameter is wrong; the processed tables are missing.
    """
    checked = ProvinceParameters.checked(**parameters)
    use(checked.language)
    return Cuts(processed.load(checked.folder()), checked.units).of(checked.place())


def everything(**parameters: object) -> Processed:
    """Return all processed tables from the parameters of the comparison's notebook."""
    checked = ComparisonParameters.checked(**parameters)
    use(checked.language)
    return processed.load(checked.folder())
