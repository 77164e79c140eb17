"""People whose entries break a rule of admission, and people entered twice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.simulate.given import Counts
from analysis.simulate.people import after_months, birth, known_until
from analysis.simulate.truth import Truth

Mask = npt.NDArray[np.bool_]

FLAGS = ("under_18", "over_60", "recognised_early", "certificate_old", "before_unit")
"""Columns that say which rule an entry breaks."""


def add(people: pd.DataFrame, truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    """Return the people with the stated shares of broken rules, and entries for those entered twice.

    Columns added
    -------------
    person : int, the same in both entries of a person
    second_entry : bool
    under_18, over_60, recognised_early, certificate_old, before_unit : bool
    """
    shares = truth.breakers
    people = people.assign(person=np.arange(len(people)), second_entry=False)
    free = np.ones(len(people), dtype=bool)
    age = people["age_months"].to_numpy()
    young = _some(free, age < 31 * 12, shares.under_18, rng)
    people = _aged(people, young, rng.integers(16 * 12, 18 * 12, size=len(young)), rng)
    old = _some(free, age >= 56 * 12, shares.over_60, rng)
    people = _aged(people, old, rng.integers(61 * 12, 66 * 12, size=len(old)), rng)
    admitted = people["admitted"].to_numpy().astype("datetime64[D]")
    early = _some(free, people["recognised"].notna().to_numpy(), shares.recognised_early, rng)
    soon = after_months(admitted[early], rng.integers(6, 12, size=len(early)))
    people.loc[early, "recognised"] = np.where(soon <= known_until(truth), soon, np.datetime64("NaT"))
    stale = _some(free, True, shares.certificate_old, rng)
    people.loc[stale, "certificate"] = after_months(admitted[stale], -rng.integers(62, 90, size=len(stale)))
    people = _under_later_units(people, _some(free, True, shares.before_unit, rng), rng)
    people = _flagged(people)
    twice = np.sort(_some(np.ones(len(people), dtype=bool), True, shares.twice, rng))
    return pd.concat([people, people.iloc[twice].assign(second_entry=True)], ignore_index=True)


def _some(free: Mask, among: Mask | bool, share: float, rng: np.random.Generator) -> Counts:
    """Return positions of free rows, each taken with the probability; they are free no longer."""
    taken = np.flatnonzero(free & among & (rng.random(len(free)) < share))
    free[taken] = False
    return taken


def _aged(people: pd.DataFrame, rows: Counts, months: Counts, rng: np.random.Generator) -> pd.DataFrame:
    admitted = people["admitted"].to_numpy().astype("datetime64[D]")[rows]
    people.loc[rows, "age_months"] = months
    people.loc[rows, "birth"] = birth(admitted, months, rng)
    return people


def _under_later_units(people: pd.DataFrame, rows: Counts, rng: np.random.Generator) -> pd.DataFrame:
    columns = ["unit", "level", "district", "locality", "founded"]
    units = people[columns].drop_duplicates()
    founded = units["founded"].to_numpy().astype("datetime64[D]")
    for row in rows:
        later = np.flatnonzero(founded > people["admitted"].iat[row].to_datetime64())
        if len(later):
            people.loc[row, columns] = units.iloc[rng.choice(later)].to_numpy()
    return people


def _flagged(people: pd.DataFrame) -> pd.DataFrame:
    admitted = people["admitted"].to_numpy().astype("datetime64[D]")
    founded = people["founded"].to_numpy().astype("datetime64[D]")
    twelve, sixty = np.full((2, len(people)), [[12], [60]])
    return people.assign(
        under_18=people["age_months"] < 18 * 12,
        over_60=people["age_months"] > 60 * 12,
        recognised_early=people["recognised"].to_numpy() < after_months(admitted, twelve),
        certificate_old=after_months(people["certificate"].to_numpy().astype("datetime64[D]"), sixty)
        < admitted,
        before_unit=admitted < founded,
    )
