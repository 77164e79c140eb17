"""Cleans the published figures: typed, placed, dated, each row with what the package read into it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from analysis.clean import contract, dates, numbers, raw
from analysis.clean.places import resolve
from analysis.clean.text import tidy, tone_key
from analysis.vocab import subgroup_alias, table

LOG_COLUMNS = ("table", "raw_row", "column", "before", "after", "rule")

Changed = Callable[[str, str, str, str], None]
"""Notes in the log that a column went from one value to another, and why."""

_READING_KEY = ("source_id", "unit", "measure", "subgroup", "period_end")
_SEVERAL_YEARS = ("term", "multi_year")
_YEARLY_WORDS = ("yearly", "each year", "every year", "per year", "a year", "annual")


def read_sources(folder: Path) -> pd.DataFrame:
    """Return the documents of ``sources.csv``, a row each, with the days they may have appeared.

    Raises
    ------
    DataRefusedError
        The file breaks its contract.
    """
    table_ = raw.read(folder / "sources.csv", contract.sources())
    spans = [dates.parse_published(cell) for cell in table_["published"]]
    table_["published_first"] = pd.to_datetime([span[0] if span else None for span in spans])
    table_["published_last"] = pd.to_datetime([span[1] if span else None for span in spans])
    return table_.drop(columns="raw_row").sort_values("source_id", ignore_index=True)


def read_observations(folder: Path, sources: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of ``observations.csv`` as text, with the line of each in ``raw_row``.

    Raises
    ------
    DataRefusedError
        The file breaks its contract.
    """
    rules = contract.observations(frozenset(sources["source_id"]))
    return raw.read(folder / "observations.csv", rules)


def clean(observations: pd.DataFrame, sources: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the typed figures and the log of what was changed or read into them.

    Parameters
    ----------
    observations, sources : DataFrame
        As :func:`read_observations` and :func:`read_sources` return them.

    Returns
    -------
    figures : DataFrame
        One row a figure; see ``schema.FIGURES``. Sorted by place, unit, period and measure.
    log : DataFrame
        One row a value that changed or was read from a note: table, raw_row, column, before,
        after, rule.
    """
    published = {
        row.source_id: (row.published_first.date(), row.published_last.date())
        for row in sources.itertuples()
        if pd.notna(row.published_first)
    }
    log: list[tuple[str, int, str, str, str, str]] = []
    cells = observations[["province", "district", "unit"]].itertuples(index=False)
    places = [(province, tidy(district), _bare_unit(unit)) for province, district, unit in cells]
    districts = [place[:2] for place in places]
    districts += [
        place[::2] for place, level in zip(places, observations["level"], strict=True) if level == "district"
    ]
    spellings = _spellings([*places, *districts])
    records = []
    for row in observations.to_dict("records"):
        records.append(_figure(row, spellings, published.get(row["source_id"]), log))
    figures = pd.DataFrame.from_records(records)
    figures = _drop_repeated(figures, log)
    for column in ("period_start", "period_end"):
        figures[column] = pd.to_datetime(figures[column]).astype("datetime64[s]")
    figures["months"] = figures["months"].astype("Float64")
    order = ["province_vintage", "province_code", "level", "unit_id", "period_end", "period_start"]
    order += ["period_type", "measure", "subgroup", "value", "source_id", "raw_row"]
    figures = figures.sort_values(order, ignore_index=True, na_position="first")
    changes = pd.DataFrame.from_records(log, columns=list(LOG_COLUMNS))
    return figures, changes.sort_values(list(LOG_COLUMNS[1:]), ignore_index=True)


def _bare_unit(unit: str) -> str:
    """Return a unit's name without the word Đảng bộ, which the codebook leaves out."""
    words = tidy(unit)
    return words[8:] if words.casefold().startswith("đảng bộ ") else words


def _spellings(names: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Return the spelling to show for each name: the most frequent, then the first by letters.

    A name is its last part; the parts before it say where it is.
    """
    counts: dict[tuple[str, ...], dict[str, int]] = {}
    for parts in names:
        spelling = counts.setdefault(tuple(tone_key(part) for part in parts), {})
        spelling[parts[-1]] = spelling.get(parts[-1], 0) + 1
    return {key: min(found, key=lambda s: (-found[s], s)) for key, found in counts.items()}


def _figure(
    row: dict[str, str],
    spellings: dict[tuple[str, ...], str],
    published: tuple[date, date] | None,
    log: list[tuple[str, int, str, str, str, str]],
) -> dict[str, object]:
    line = int(row["raw_row"])

    def changed(column: str, before: str, after: str, rule: str) -> None:
        if before != after:
            log.append(("figures", line, column, before, after, rule))

    start = date.fromisoformat(row["period_start"]) if row["period_start"] else None
    end = date.fromisoformat(row["period_end"])
    where = (tone_key(row["province"]), tone_key(row["district"]))
    unit = spellings[*where, tone_key(_bare_unit(row["unit"]))]
    district = spellings[where] if row["district"] else ""
    changed("unit", row["unit"], unit, "one spelling a unit, the most frequent, without Đảng bộ")
    changed("district", row["district"], district, "one spelling a district, the most frequent")
    subgroup = subgroup_alias(row["subgroup"])
    changed("subgroup", row["subgroup"], subgroup, "subgroup_aliases.csv")
    limits = "printed" if row["period_limits"] == "printed" else "inferred"
    changed("period_limits", row["period_limits"], limits, "limits not recorded count as inferred")
    note = tidy(row["note"])
    changed("note", row["note"], note, "single spaces")
    span, denominator = _readings(row, changed)
    vintage = code = name = ""
    if row["level"] != "national":
        place = resolve(row["province"], row["level"], row["district"], (start, end), published)
        if place is None:  # the contract has refused such rows
            raise AssertionError(row["province"])
        vintage, code, name = place[0].vintage, place[0].code, place[0].name
        changed("province", row["province"], name, "vocab/provinces.csv")
        if place[1] in ("commune_without_district", "published", "period_start"):
            changed("province_vintage", "", vintage, f"period runs across 2025-07-01: {place[1]}")
    return {
        "raw_row": line,
        "source_id": row["source_id"],
        "unit": unit,
        "unit_id": "/".join(
            filter(
                None, (f"{vintage}-{code}" if code else "", row["level"], tone_key(district), tone_key(unit))
            )
        ),
        "level": row["level"],
        "district": district,
        "province_vintage": vintage,
        "province_code": code,
        "province": name,
        "period_type": row["period_type"],
        "period_start": start,
        "period_end": end,
        "months": dates.months_between(start, end) if start else None,
        "limits": limits,
        "span": span,
        "measure": row["measure"],
        "subgroup": subgroup,
        "value": float(row["value"]),
        "decimals": numbers.decimals(row["value"]),
        "value_unit": row["value_unit"],
        "basis": row["basis"],
        "denominator": denominator,
        "qualifier": row["qualifier"],
        "note": note,
    }


@cache
def _notes_read() -> dict[tuple[str, ...], tuple[str, str]]:
    return {
        (r["field"], *(r[name] for name in _READING_KEY)): (r["value"], r["reason"])
        for r in table("readings")
    }


def _readings(row: dict[str, str], changed: Changed) -> tuple[str, str]:
    """Return what a figure of several years spans, and the denominator of a printed rate.

    Both stand in the coder's note only. Notes that were read are in vocab/readings.csv; a note
    that speaks of years and was not read leaves the span ``unclear``.
    """
    read = _notes_read()
    cells = tuple(row[name] for name in _READING_KEY)
    span = "whole_period"
    if reading := read.get(("span", *cells)):
        span = reading[0]
        changed("span", "", span, reading[1])
    elif row["period_type"] in _SEVERAL_YEARS and row["measure"] in (
        "target",
        "target_rate",
        "attainment",
        "admission_rate",
    ):
        note = row["note"].casefold()
        if any(word in note for word in _YEARLY_WORDS):
            span = "unclear"
            changed("span", "", span, "the note speaks of years; not in vocab/readings.csv")
    denominator = ""
    percent_of_members = row["value_unit"] == "percent" and row["basis"] == "members"
    if row["measure"] in ("admission_rate", "target_rate") or (
        row["measure"] == "admitted" and row["subgroup"] == "all" and percent_of_members
    ):
        reading = read.get(("denominator", *cells))
        denominator = reading[0] if reading else "unstated"
        if reading:
            changed("denominator", "", denominator, reading[1])
    return span, denominator


def _drop_repeated(figures: pd.DataFrame, log: list[tuple[str, int, str, str, str, str]]) -> pd.DataFrame:
    """Drop rows that repeat a row of the same source in every field; the lowest line stays."""
    figures = figures.sort_values("raw_row", ignore_index=True)
    repeated = figures.duplicated([c for c in figures.columns if c not in ("raw_row", "note")])
    for row in figures.loc[repeated].itertuples():
        log.append(("figures", row.raw_row, "", row.measure, "", "the row repeats an earlier one"))
    return figures.loc[~repeated].reset_index(drop=True)
