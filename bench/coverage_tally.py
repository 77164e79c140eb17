"""What replications say of a quantity whose truth is known, and how often their intervals hold it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.models.result import Result

Floats = npt.NDArray[np.float64]

SEED = 20250701
LEAST, MOST = 0.93, 0.97
"""Coverage that a nominal 95% is to reach."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one replication says of a quantity, or of several alike such as the rates of all units.

    Attributes
    ----------
    truth, estimate, error, low, high : float or (m,) arrays
        On the scale of the interval. All missing where the numbers were withheld; ``error`` alone where the
        interval rests on none.
    """

    truth: float | Floats
    estimate: float | Floats
    error: float | Floats
    low: float | Floats
    high: float | Floats

    def summed(self) -> Floats:
        """Return the share covered, the mean error of the estimate, its square, and that of the standard error."""
        far = np.asarray(self.estimate - self.truth, dtype=float)
        held = (np.asarray(self.low) <= self.truth) & (self.truth <= np.asarray(self.high))
        known = np.isfinite(far) & ~np.isnan(np.asarray(self.low + self.high))
        if not known.all():
            return np.full(4, np.nan)
        return np.array(
            [held.mean(), far.mean(), (far**2).mean(), np.square(np.asarray(self.error, dtype=float)).mean()]
        )


WITHHELD = Reading(np.nan, np.nan, np.nan, np.nan, np.nan)


def read(result: Result, term: str, truth: float) -> Reading:
    """Return what a result says of a term, on its link scale; nothing where it has no such term."""
    there = not result.withheld and (result.estimates["term"] == term).any()
    return of_row(result.at(term), truth) if there else WITHHELD


def of_row(row: pd.Series, truth: float) -> Reading:
    """Return what a row of a table of estimates says, on its link scale."""
    return Reading(truth, *(float(row[name]) for name in ("estimate", "std_error", "low", "high")))


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is estimated.

    Attributes
    ----------
    model : str
        Estimator and kind of interval.
    what : str
    truth : str
        In words; ``drawn anew`` where each register has its own.
    why : str
        What keeps the coverage from 95%, where that is known.
    """

    model: str
    what: str
    truth: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Study:
    """Registers to draw, and what is read from each.

    Attributes
    ----------
    name : str
    register : str
        What is drawn, in words.
    quantities : mapping of str to Quantity
    once : callable
        One replication: Generator → a reading of each quantity.
    """

    name: str
    register: str
    quantities: Mapping[str, Quantity]
    once: Callable[[np.random.Generator], Mapping[str, Reading]]

    def replicate(self, first: int, last: int) -> Floats:
        """Return replications ``first`` to ``last - 1``: (replications, quantities, 4), see :meth:`Reading.summed`.

        Each has random numbers of its own, so that neither workers nor other studies change them.
        """
        found = np.empty((last - first, len(self.quantities), 4))
        for row, number in enumerate(range(first, last)):
            seed = np.random.SeedSequence([SEED, zlib.crc32(self.name.encode()), number])
            readings = self.once(np.random.default_rng(seed))
            found[row] = [readings[key].summed() for key in self.quantities]
        return found


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the replications of a quantity come to.

    Attributes
    ----------
    replications : int
    withheld : float
        Share whose numbers were withheld; the rest is of the others.
    coverage, low, high : float
        Share of the intervals that hold the truth, and its Monte-Carlo interval (95%).
    bias : float
        Mean of estimate - truth.
    errors : float
        Root mean square of the standard errors over the standard deviation of estimate - truth; missing where there are none.
    """

    replications: int
    withheld: float
    coverage: float
    low: float
    high: float
    bias: float
    errors: float

    @property
    def outside(self) -> bool:
        """Whether the coverage is not within 93-97%."""
        return not LEAST <= self.coverage <= MOST


def tally(replications: Floats) -> Coverage:
    """Return what the replications of one quantity, (replications, 4), come to.

    The Monte-Carlo interval is Wilson's where each replication covers or does not, and by the spread of the
    replications where each covers a share of many.
    """
    kept = replications[~np.isnan(replications[:, 0])]
    count = len(kept)
    if not count:
        return Coverage(len(replications), 1.0, *[np.nan] * 5)
    held = kept[:, 0]
    coverage, bias = float(held.mean()), float(kept[:, 1].mean())
    if np.isin(held, (0.0, 1.0)).all():
        low, high = proportion_confint(held.sum(), count, method="wilson")
    else:
        reach = 1.96 * held.std() / count**0.5
        low, high = coverage - reach, min(coverage + reach, 1.0)
    spread = float(np.sqrt(kept[:, 2].mean() - bias**2))
    errors = kept[~np.isnan(kept[:, 3]), 3]
    ratio = float(np.sqrt(errors.mean()) / spread) if len(errors) else np.nan
    withheld = 1 - count / len(replications)
    return Coverage(len(replications), withheld, coverage, float(low), float(high), bias, ratio)
