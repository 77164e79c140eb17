"""The slice of the processed tables that one report stands on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis import processed
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
        return self.province.full_name

    @cached_property
    def hash(self) -> str:
        """Hash of everything that the report reads."""
        return processed.tables_hash(self.tables)


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
        marks[old.vintage, old.code] = "" if alone else _(", {name} cũ").format(name=old.full_name)
    return marks


def _cut(table: pd.DataFrame, marks: dict[tuple[str, str], str]) -> pd.DataFrame:
    pairs = list(zip(table["province_vintage"], table["province_code"], strict=True))
    rows = table.loc[[pair in marks for pair in pairs]].reset_index(drop=True)
    mark = [marks[pair] for pair in zip(rows["province_vintage"], rows["province_code"], strict=True)]
    marked = pd.Series(mark, index=rows.index, dtype="str")
    within = rows["district"].ne("")
    return rows.assign(
        unit=rows["unit"] + marked.mask(within, ""), district=rows["district"] + marked.where(within, "")
    )


def slice_(tables: Processed, place: Province, units: str) -> Place:
    """Return what the processed tables hold of one province."""
    marks = keys(place, units)
    figures = _cut(tables.figures, marks)
    sources = tables.sources.loc[tables.sources["source_id"].isin(figures["source_id"])]
    log = tables.cleaning_log.loc[tables.cleaning_log["raw_row"].isin(figures["raw_row"])]
    return Place(
        place,
        units,
        Processed(
            sources=sources.reset_index(drop=True),
            figures=figures,
            unit_periods=_cut(tables.unit_periods, marks),
            composition=_cut(tables.composition, marks),
            checks=_cut(tables.checks, marks),
            cleaning_log=log.reset_index(drop=True),
        ),
    )


def years_told(figures: pd.DataFrame) -> str:
    """Return the years that figures speak of; plans for years to come do not count, if there is more."""
    results = figures.loc[~figures["measure"].isin(["target", "target_rate"])]
    told = results if len(results) else figures
    start = told["period_start"].fillna(told["period_end"]).min().year
    end = told["period_end"].max().year
    return str(start) if start == end else f"{start}–{end}"


def place(**parameters: object) -> Place:
    """Return the province of a report from the notebook's parameters.

    Raises
    ------
    ParameterError, DataRefusedError
        A parameter is wrong; the processed tables are missing.
    """
    checked = ProvinceParameters.checked(**parameters)
    use(checked.language)
    return slice_(processed.load(checked.folder()), checked.place(), checked.units)


def everything(**parameters: object) -> Processed:
    """Return all processed tables from the parameters of the comparison's notebook."""
    checked = ComparisonParameters.checked(**parameters)
    use(checked.language)
    return processed.load(checked.folder())
