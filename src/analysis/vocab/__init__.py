"""Code tables of the field, kept as CSV beside this file, and what loads them."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from analysis.errors import ParameterError

_AGE_BAND = re.compile(r"age_(?:(under|over)_(\d+)|(\d+)_(\d+))")


CATEGORY_TABLES: dict[str, tuple[str, str]] = {
    "sexes": ("sexes", ""),
    "ethnic_groups": ("ethnic_groups", ""),
    "religions": ("religions", ""),
    "general_education": ("education", "general"),
    "professional_education": ("education", "professional"),
    "occupations": ("occupations", ""),
    "mass_organisations": ("mass_organisations", ""),
    "exits": ("exits", ""),
    "locality_types": ("localities", "type"),
    "locality_areas": ("localities", "area"),
}
"""The tables of categories of a person or place: the file of each, and its dimension where a file holds two."""

AGES = range(120 * 12)
"""Ages in months that a person may have."""


class Spelling(NamedTuple):
    """One way in which offices write a category.

    Attributes
    ----------
    code : str
        The category; ``ambiguous`` where the word fits several, ``not_known`` where it says that
        nothing is known.
    text : str
        The word as it is written.
    rule : str
        Why it is read so, where that is more than a spelling: ``assumed_public`` for teachers and
        doctors, whose employer the word leaves open.
    """

    code: str
    text: str
    rule: str


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of the code table ``name`` as they stand in its CSV file."""
    text = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@dataclass(frozen=True, slots=True)
class Province:
    """A province (*tỉnh, thành phố trực thuộc trung ương*) as it stood at a date.

    Attributes
    ----------
    vintage : str
        ``2008`` for the 63 of 2008-08-01 to 2025-06-30, ``2025`` for the 34 since 2025-07-01.
    code : str
        Two digits of the statistics office; seven names changed theirs, so the key is
        (vintage, code).
    name : str
        Without the words tỉnh and thành phố, in NFC.
    kind : str
        ``province`` or ``city``.
    successor : str
        Code of the province of 2025 that holds the territory (its own code for vintage 2025).
    """

    vintage: str
    code: str
    name: str
    kind: str
    successor: str

    @property
    def full_name(self) -> str:
        """Name with its kind: ``tỉnh Điện Biên``, ``thành phố Hà Nội``, ``TP. Hồ Chí Minh``."""
        if self.name.startswith("TP."):
            return self.name
        return ("thành phố " if self.kind == "city" else "tỉnh ") + self.name


@cache
def provinces(vintage: str | None = None) -> tuple[Province, ...]:
    """Return the provinces of one vintage, or of both, in the order of their codes."""
    return tuple(
        Province(
            row["vintage"],
            row["code"],
            row["name"],
            row["type"],
            row["successor_code"] or row["code"],
        )
        for row in table("provinces")
        if vintage in (None, row["vintage"])
    )


@cache
def province(vintage: str, code: str) -> Province:
    """Return the province with this key; KeyError where there is none."""
    return {(p.vintage, p.code): p for p in provinces()}[vintage, code]


def same_territory(place: Province) -> bool:
    """Tell whether the province of 2008 went into its successor alone, unmerged."""
    return [p for p in provinces("2008") if p.successor == place.successor] == [place]


@cache
def region(vintage: str, code: str) -> str | None:
    """Return the code of the socio-economic region; None for the provinces of 2025.

    The six regions are those of Decree 92/2006/ND-CP, in force over the 63 provinces.
    """
    return {(row["vintage"], row["province_code"]): row["region"] for row in table("province_regions")}.get(
        (vintage, code)
    )


@cache
def codes(name: str) -> tuple[str, ...]:
    """Return the codes that the field ``name`` of a raw figure may hold."""
    if name == "measure":
        return tuple(row["code"] for row in table("measures"))
    return tuple(row["code"] for row in table("codes") if row["table"] == name)


def known_subgroup(code: str) -> bool:
    """Tell whether a subgroup is in the codebook, is an age band, or is marked ``other:``."""
    known = {row["code"] for row in table("subgroups")}
    return code in known or bool(_AGE_BAND.fullmatch(code)) or bool(re.fullmatch(r"other:\w+", code))


@cache
def subgroup_alias(code: str) -> str:
    """Return the package's own code for a subgroup coded ``other:<a_word>``, else the same."""
    return {row["printed"]: row["code"] for row in table("subgroup_aliases")}.get(code, code)


@cache
def dimension(subgroup: str) -> str:
    """Return the dimension of a subgroup: sex, ethnicity, education, occupation, ..."""
    if _AGE_BAND.fullmatch(subgroup):
        return "age"
    return {row["code"]: row["dimension"] for row in table("subgroups")}.get(subgroup, "other")


@cache
def label(name: str, code: str, language: str = "vi") -> str:
    """Return the words for a code in a reader's language; the code itself where none is kept."""
    column = f"label_{language}"
    if name in ("measure", "subgroup", "region"):
        rows: dict[str, str] = {row["code"]: row[column] for row in table(f"{name}s")}
    else:
        rows = {row["code"]: row[column] for row in table("codes") if row["table"] == name}
    if code in rows:
        return rows[code]
    if name == "subgroup" and (band := _AGE_BAND.fullmatch(code)):
        return _age_band(band, language)
    return code.removeprefix("other:").replace("_", " ")


def _age_band(band: re.Match[str], language: str) -> str:
    side, limit, low, high = band.groups()
    if side is None:
        return f"{low}–{high} tuổi" if language == "vi" else f"aged {low}–{high}"
    words = {"under": "dưới", "over": "trên"} if language == "vi" else {"under": "under", "over": "over"}
    return f"{words[side]} {limit} tuổi" if language == "vi" else f"{words[side]} {limit}"


@cache
def categories(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one of ``CATEGORY_TABLES``, with at least code, label_vi and label_en."""
    file, dimension = CATEGORY_TABLES[name]
    return tuple(row for row in table(file) if row.get("dimension", "") == dimension)


def category_spellings(name: str) -> Iterator[Spelling]:
    """Yield the spellings kept for a table, beside its labels; those of every table are under ``any``."""
    if name == "ethnic_groups":
        yield from (Spelling(row["code"], row["spelling"], "") for row in table("ethnic_spellings"))
    for row in table("spellings"):
        if row["table"] == name:
            yield Spelling(row["code"], row["spelling"], row["rule"])


def age_band(age_months: int, form: str = "2-BTCTW") -> str:
    """Return the code of the age band in a form of the Party's statistics.

    Bands are of completed years, as the forms count them: a person of 60 years and 11 months is
    in 56-60, although the rule on admission (18 to 60, counted in months) ends at 60 years.

    Parameters
    ----------
    age_months : int
        Completed months of age.
    form : str
        ``2-BTCTW``, or ``2-TCTW`` for its older, coarser bands.

    Raises
    ------
    ParameterError
        For a form that is not known, or an age that no person has.

    Examples
    --------
    >>> age_band(18 * 12 - 1), age_band(18 * 12), age_band(31 * 12 - 1), age_band(61 * 12)
    ('age_under_18', 'age_18_30', 'age_18_30', 'age_over_60')
    >>> age_band(35 * 12, "2-TCTW")
    'age_31_40'
    >>> age_band(-1)
    Traceback (most recent call last):
    analysis.errors.ParameterError: an age of -1 months; expected: 0 to 1439
    """
    bands = _age_bands()
    if form not in bands:
        raise ParameterError(f"the form {form!r}; expected: {' or '.join(bands)}")
    if age_months not in AGES:
        raise ParameterError(f"an age of {age_months} months; expected: 0 to {AGES[-1]}")
    starts, codes_of_form = bands[form]
    return codes_of_form[bisect_right(starts, age_months) - 1]


@cache
def _age_bands() -> dict[str, tuple[list[int], list[str]]]:
    """Return, for each form, the first month of each band and its code."""
    bands: dict[str, tuple[list[int], list[str]]] = {}
    for row in table("age_bands"):
        starts, found = bands.setdefault(row["form"], ([], []))
        starts.append(int(row["from_years"]) * 12)
        found.append(row["code"])
    return bands
