"""One row a person admitted: who, when, and what became of the probation."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.simulate import names
from analysis.simulate.given import Counts
from analysis.simulate.parts import BANDS, SEXES, Departures, DiscreteDelay
from analysis.simulate.population import Population
from analysis.simulate.truth import Truth
from analysis.vocab import table

Days = npt.NDArray[np.datetime64]

_MONTHS = {"age_18_30": (216, 371), "age_56_60": (672, 720), "age_over_60": (732, 839)}
"""Lowest and highest age in months where the band does not span whole years: 60 years old to the
month is the last age at which a person may be admitted."""

_STUDENTS = ("pupil", "university_student")
_OLDEST_STUDENT = 23 * 12
_DAYS_A_MONTH = 30.4375

IDENTITY = ("name", "birth", "hometown", "residence", "identity_number", "telephone", "sponsor")
"""Columns that name or find a person; they are written into registers, never into the truth."""


def draw(truth: Truth, population: Population, rng: np.random.Generator) -> pd.DataFrame:
    """Return the people admitted, in the order of unit and day.

    Returns
    -------
    DataFrame
        unit, level, district, locality, founded, cell; age_months (at admission), sex, ethnicity,
        religion, general_education, professional_education, occupation (codes), youth_union
        (bool); admitted, recognised, certificate (datetime64[D], NaT where there is none),
        struck_off (bool); exited (datetime64[D]) and exit (code) where the truth has departures; and the columns of :data:`IDENTITY`.
    """
    at, year, band, sex = (
        np.repeat(axis.ravel(), population.admitted.ravel()) for axis in np.indices(population.admitted.shape)
    )
    people = population.unit_columns(at)
    size = len(people)
    people["sex"] = np.array(SEXES, dtype=object)[sex]
    people["age_months"] = _ages(band, rng)
    people["admitted"] = _day_in_year(np.asarray(population.years)[year], rng)
    people = _who(people, truth, rng)
    people["cell"] = "Chi bộ " + names.villages(rng, size)
    people = _then(people, truth, rng)
    people["name"] = names.persons(rng, people["sex"].to_numpy(), people["ethnicity"].to_numpy())
    people["birth"] = birth(people["admitted"].to_numpy(), people["age_months"].to_numpy(), rng)
    for where in ("hometown", "residence"):
        people[where] = names.villages(rng, size) + ", " + people["unit"]
    people["identity_number"] = names.identity_numbers(rng, size)
    people["telephone"] = names.telephones(rng, size)
    people["sponsor"] = names.persons(rng, names.drawn(rng, SEXES, size), np.full(size, "kinh", dtype=object))
    order = np.lexsort((people["admitted"].to_numpy(), at))
    return people.iloc[order].reset_index(drop=True)


def birth(admitted: Days, age_months: Counts, rng: np.random.Generator) -> Days:
    """Return birth dates such that so many full months had passed at admission."""
    day = rng.integers(1, 29, size=len(admitted))
    month = admitted.astype("datetime64[M]")
    # pandas holds seconds: the difference must be taken in days.
    day_admitted = (admitted.astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64) + 1
    born = month - age_months - (day > day_admitted)
    return born.astype("datetime64[D]") + (day - 1)


def _ages(band: Counts, rng: np.random.Generator) -> Counts:
    low, high = np.empty((2, len(BANDS)), dtype=np.int64)
    for i, name in enumerate(BANDS):
        if name in _MONTHS:
            low[i], high[i] = _MONTHS[name]
        else:
            first, last = (int(years) for years in name.removeprefix("age_").split("_"))
            low[i], high[i] = first * 12, last * 12 + 11
    found: Counts = rng.integers(low[band], high[band] + 1)
    return found


def _day_in_year(year: Counts, rng: np.random.Generator) -> Days:
    first: Days = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    return first + rng.integers(365, size=len(year))


def _who(people: pd.DataFrame, truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    traits = truth.traits
    year = people["admitted"].to_numpy().astype("datetime64[Y]").astype(np.int64) + 1970
    people["ethnicity"] = _ethnicity(people, truth, year, rng)
    for name in ("religion", "general_education", "professional_education", "occupation"):
        people[name] = _chosen(getattr(traits, name), len(people), rng)
    too_old = np.isin(people["occupation"].to_numpy().astype(str), _STUDENTS) & (
        people["age_months"] >= _OLDEST_STUDENT
    )
    grown_up = next((code for code in traits.occupation if code not in _STUDENTS), "other")
    people.loc[too_old, "occupation"] = grown_up
    young = people["age_months"].to_numpy() < 31 * 12
    chance = np.where(young, traits.youth_union, 0.0)
    people["youth_union"] = _marked(people, truth, year, "youth_union", chance, rng)
    return people


def _chosen(shares: dict[str, float], size: int, rng: np.random.Generator) -> npt.NDArray[Any]:
    chances = np.array(list(shares.values()))
    found: npt.NDArray[Any] = np.array(list(shares), dtype=object)[
        rng.choice(len(shares), size=size, p=chances / chances.sum())
    ]
    return found


def _ethnicity(
    people: pd.DataFrame, truth: Truth, year: Counts, rng: np.random.Generator
) -> npt.NDArray[Any]:
    minority = {row["code"] for row in table("ethnic_groups") if row["minority"] == "true"}
    by_locality = truth.traits.ethnicity
    found = np.empty(len(people), dtype=object)
    place = people["locality"].to_numpy()
    shares_of = [by_locality.get(kind, by_locality["commune"]) for kind in place]
    chance = np.array(
        [sum(share for code, share in shares.items() if code in minority) for shares in shares_of]
    )
    is_minority = _marked(people, truth, year, "ethnic_minority", chance, rng)
    for kind in dict.fromkeys(place):
        shares = by_locality.get(kind, by_locality["commune"])
        for wanted in (False, True):
            rows = np.flatnonzero((place == kind) & (is_minority == wanted))
            part = {
                code: share for code, share in shares.items() if (code in minority) == wanted and share > 0
            }
            if len(rows):
                found[rows] = _chosen(part or {"kinh": 1.0}, len(rows), rng)
    return found


def _marked(
    people: pd.DataFrame, truth: Truth, year: Counts, subgroup: str, chance: npt.NDArray[np.float64],
    rng: np.random.Generator,
) -> npt.NDArray[np.bool_]:  # fmt: skip
    """Return who belongs to a subgroup, given what facts say of its number."""
    found = rng.random(len(people)) < chance
    done = np.zeros(len(people), dtype=bool)
    facts = [f for f in truth.facts if f.measure == "admitted" and f.subgroup == subgroup]
    for fact in sorted(facts, key=lambda f: f.unit is None):
        scope = year == fact.year
        if fact.unit is not None:
            scope &= people["unit"].to_numpy() == fact.unit
        free = np.flatnonzero(scope & ~done & (chance > 0))
        wanted = fact.value - int((found & scope & done).sum())
        if not 0 <= wanted <= len(free):
            raise ParameterError(
                f"facts: {fact.value} {subgroup} in {fact.year} cannot be among those admitted"
            )
        found[scope & ~done] = False
        weight = chance[free] / chance[free].sum() if len(free) else None
        found[rng.choice(free, size=wanted, replace=False, p=weight)] = True
        done |= scope
    return found


def _then(people: pd.DataFrame, truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    """Add the awareness class before admission and recognition or deletion after it."""
    admitted = people["admitted"].to_numpy().astype("datetime64[D]")
    low, high = truth.traits.certificate_months
    people["certificate"] = after_months(admitted, -rng.integers(low, high + 1, size=len(people)))
    delay = truth.recognition.delay
    if isinstance(delay, DiscreteDelay):
        months, chances = np.array(list(delay.months)), np.array(list(delay.months.values()))
        recognised = after_months(
            admitted, 12 + rng.choice(months, size=len(people), p=chances / chances.sum())
        )
    else:
        extra = rng.gamma(delay.shape, delay.mean / delay.shape, size=len(people))
        recognised = after_months(admitted, np.full(len(people), 12)) + np.rint(extra * _DAYS_A_MONTH).astype(
            np.int64
        )
    struck_off = rng.random(len(people)) < truth.recognition.struck_off
    recognised[struck_off | (recognised > known_until(truth))] = np.datetime64("NaT")
    people["recognised"], people["struck_off"] = recognised, struck_off
    if truth.recognition.departures is not None:
        people = _departed(people, truth, truth.recognition.departures, rng)
    return people


def _departed(
    people: pd.DataFrame, truth: Truth, departures: Departures, rng: np.random.Generator
) -> pd.DataFrame:
    """Add the day and the way of leaving; who left first was not recognised."""
    size = len(people)
    ways, chances = ["", *departures.ways], np.array(list(departures.ways.values()))
    way = np.array(ways, dtype=object)[
        rng.choice(len(ways), size=size, p=[max(0.0, 1 - chances.sum()), *chances])
    ]
    admitted = people["admitted"].to_numpy().astype("datetime64[D]")
    earliest, latest = (after_months(admitted, np.full(size, months)) for months in departures.months)
    span = (latest - earliest).astype(np.int64)
    exited = earliest + rng.integers(span + 1).astype("timedelta64[D]")
    never = np.datetime64("NaT")
    recognised = people["recognised"].to_numpy().astype("datetime64[D]")
    people["recognised"] = np.where((way != "") & (exited < recognised), never, recognised)
    told = (way != "") & (exited <= known_until(truth))
    people["exited"], people["exit"] = np.where(told, exited, never), np.where(told, way, "")
    return people


def known_until(truth: Truth) -> np.datetime64:
    """Return the day on which the register was drawn up."""
    return np.datetime64(truth.recognition.known_until or date(truth.years[1] + 1, 12, 31), "D")


def after_months(days: Days, months: Counts) -> Days:
    """Return the same day so many months later; the last of the month where it has no such day."""
    month = days.astype("datetime64[M]")
    offset = days - month.astype("datetime64[D]")
    later = month + months
    longest = (later + 1).astype("datetime64[D]") - later.astype("datetime64[D]") - np.timedelta64(1, "D")
    return later.astype("datetime64[D]") + np.minimum(offset, longest)
