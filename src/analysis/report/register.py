"""What the reports on registers stand on: unit-years and admissions, whole or of one province."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import pandas as pd

from analysis import register_words, shown
from analysis.errors import ParameterError
from analysis.language import use
from analysis.models.register_coverage import part_years
from analysis.models.register_rows import by_cell, by_unit, silent_unit_years
from analysis.models.result import Dropped, Result
from analysis.models.zeros.organisations import set_apart
from analysis.report.parameters import ComparisonRegisterParameters, ProvinceRegisterParameters
from analysis.report.place_slice import keys
from analysis.report.register_slice import Registers, load, nothing_of

Parameters = ProvinceRegisterParameters | ComparisonRegisterParameters


@dataclass(frozen=True)
class Known:
    """What a report on registers stands on, with its specification.

    Attributes
    ----------
    parameters : ProvinceRegisterParameters or ComparisonRegisterParameters
    registers : Registers
        Of the province, or of all.
    """

    parameters: Parameters
    registers: Registers

    @cached_property
    def known_until(self) -> date | None:
        """Day to which the registers tell admissions and recognitions; None where nobody said."""
        told = self.parameters.known_until
        return date.fromisoformat(told) if told else None

    @cached_property
    def _part_years(self) -> pd.DataFrame:
        return part_years(self.registers.admissions)

    @cached_property
    def closed_early(self) -> list[int]:
        """Years that some register does not tell to their end, as is stated or as it seems."""
        found = {int(year) for year in self._part_years["year"]}
        until = self.known_until
        if until is not None:
            told = self.registers.unit_years["year"].unique()
            found |= {int(year) for year in told if date(int(year), 12, 31) > until}
        return sorted(found)

    @property
    def part_years(self) -> list[int]:
        """Years that the rows hold though some register does not tell them to their end; none unless asked for."""
        return self.closed_early if self.parameters.part_years == "keep" else []

    @property
    def last_month(self) -> str | None:
        """Last month that the registers tell to its end, ``2025-06``; None where nobody said."""
        until = self.known_until
        if until is None:
            return None
        ended = until if (until + timedelta(days=1)).day == 1 else until.replace(day=1) - timedelta(days=1)
        return f"{ended.year}-{ended.month:02d}"

    @cached_property
    def years(self) -> tuple[int, int] | None:
        """First and last year asked for; None where neither is."""
        first, last = self.parameters.first_year, self.parameters.last_year
        return None if first is None and last is None else (first or 1930, last or 2099)

    @cached_property
    def _taken(self) -> pd.DataFrame:
        """Unit-years of the years that their registers tell to the end."""
        rows = self.registers.unit_years
        if self.parameters.part_years == "keep":
            return rows
        if self.known_until is not None:
            return rows.loc[~rows["year"].isin(self.closed_early)]
        keys = list(self._part_years.columns)
        early = pd.MultiIndex.from_frame(self._part_years.astype(dict.fromkeys(keys[1:4], "object")))
        here = rows[keys].astype(dict.fromkeys(keys[1:4], "object"))
        return rows.loc[~pd.MultiIndex.from_frame(here).isin(early)]

    @property
    def _zero(self) -> bool:
        return self.parameters.silent_units == "zero"

    @cached_property
    def silent(self) -> pd.DataFrame:
        """Units, a row a year, that no register names though one covers their district."""
        return silent_unit_years(self._taken, years=self.years)

    @cached_property
    def units(self) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
        """Rows by unit and year, and what was left out."""
        return by_unit(self._taken, years=self.years, silent_as_zero=self._zero)

    @cached_property
    def cells(self) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
        """Rows by unit, year, age band and sex, and what was left out."""
        return by_cell(self._taken, years=self.years, silent_as_zero=self._zero)

    @cached_property
    def people(self) -> pd.DataFrame:
        """Admissions of the unit-years that the report stands on."""
        units, found = self.units[0], self.registers.admissions
        keys = ["unit_id", "year"]
        here = pd.MultiIndex.from_frame(units[keys].astype({"unit_id": "object", "year": "int64"}))
        of = pd.MultiIndex.from_frame(found[keys].astype({"unit_id": "object", "year": "int64"}))
        origin = set(units["synthetic"].astype(bool))
        return found.loc[of.isin(here) & found["synthetic"].astype(bool).isin(origin)]

    @property
    def aimed(self) -> pd.DataFrame:
        """Rows by unit and year that have a target."""
        units = self.units[0]
        return units.loc[units["target"].gt(0).fillna(value=False)]

    @property
    def open_(self) -> pd.DataFrame:
        """Rows by unit and year with members, in which somebody could be admitted, as far as is known."""
        units = set_apart(self.units[0]).rest
        return units.loc[units["members"].gt(0).fillna(value=False)]

    def show(self, *things: object) -> None:
        """Show what there is, each result marked in its title where its rows are a simulation's."""
        shown.show(*(self._marked(thing) if isinstance(thing, Result) else thing for thing in things))

    def _marked(self, result: Result) -> Result:
        return replace(result, title=register_words.titled(result.title, self.synthetic))

    @property
    def synthetic(self) -> pd.Series:
        """Which of the rows a simulation made."""
        units = self.units[0]
        rows = units if len(units) else self.registers.unit_years
        return rows["synthetic"].astype(bool)


def province_register(**parameters: object) -> Known:
    """Return what is known of a province from registers, from the notebook's parameters.

    Raises
    ------
    ParameterError, DataRefusedError
        A parameter is wrong; the processed tables are missing, or hold no register of the province.
    """
    checked = ProvinceRegisterParameters.checked(**parameters)
    use(checked.language)
    place = checked.place()
    cut = load(checked.folder()).of(set(keys(place, checked.units)))
    if cut.unit_years.empty:
        raise nothing_of(place)
    return _with_rows(Known(checked, cut))


def comparison_register(**parameters: object) -> Known:
    """Return what is known of all provinces from registers, from the notebook's parameters.

    Raises
    ------
    ParameterError, DataRefusedError
        A parameter is wrong; the processed tables are missing.
    """
    checked = ComparisonRegisterParameters.checked(**parameters)
    use(checked.language)
    return _with_rows(Known(checked, load(checked.folder())))


def _with_rows(known: Known) -> Known:
    """Return what is known, or refuse years of which the registers tell nothing.

    Raises
    ------
    ParameterError
        No unit or target is of the years asked for; the message names those that there are.
    """
    years = known.registers.unit_years["year"]
    if known.years is not None and len(years) and not years.between(*known.years).any():
        raise ParameterError(f"first_year, last_year: registers tell of {years.min()} to {years.max()} only")
    return known
