"""Studies of the time from admission to recognition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.models.process.competing_risks import ends_of_probation
from analysis.models.process.hazards import recognition_hazards
from analysis.models.process.recognition_cohorts import recognition_by_cohort
from analysis.models.process.waiting import recognition_delay
from analysis.simulate import people, population
from analysis.simulate.parts import Breakers, Departures, GammaDelay, Recognition
from analysis.simulate.truth import Truth
from bench.coverage_registers import EVEN, stated
from bench.coverage_tally import Quantity, Reading, Study, read

Floats = npt.NDArray[np.float64]

UNITS = 6
YEARS = (2019, 2021)
END = date(2022, 12, 31)
MEAN = {"commune": 3.0, "ward": 2.0}
"""Months that recognition comes late, exponential: the hazard of wards is half as high again."""

WAYS = {"struck_off": 0.2, "moved": 0.05}
MONTHS = (3, 30)
_DAYS_A_MONTH = 30.4375
_WAITED, _ENDED = 30, 180


def _truth(kind: str) -> Truth:
    return stated(
        UNITS * (kind == "commune"),
        UNITS * (kind == "ward"),
        members=3_500,
        years=YEARS,
        rates=EVEN | {"locality": {}},
        recognition=Recognition(
            delay=GammaDelay(shape=1.0, mean=MEAN[kind]),
            struck_off=0.0,
            known_until=END,
            departures=Departures(ways=WAYS, months=MONTHS),
        ),
        breakers=Breakers.none(),
    )


TRUTHS = {kind: _truth(kind) for kind in MEAN}


def admissions(truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    """Return a register's people as the processed table tells of them."""
    found = people.draw(truth, population.draw(truth, rng), rng)
    admitted = found["admitted"].to_numpy().astype("datetime64[D]")
    days = {
        name: pd.Series(found[name].to_numpy().astype("datetime64[D]") - admitted).dt.days.astype("Int64")
        for name in ("recognised", "exited")
    }
    return pd.DataFrame(
        {
            "synthetic": True,
            "admitted": admitted.astype("datetime64[M]").astype(str),
            "file": "synthetic.csv",
            "unit_id": (found["locality"] + "/" + found["unit"]).to_numpy(),
            "locality": found["locality"].to_numpy(),
            "was_recognised": days["recognised"].notna().astype("boolean"),
            "days_to_recognition": days["recognised"],
            "recognised_early": pd.array([False] * len(found), dtype="boolean"),
            "has_left": days["exited"].notna().astype("boolean"),
            "days_to_exit": days["exited"],
            "exit": found["exit"].to_numpy(),
        }
    )


def process(rng: np.random.Generator) -> Mapping[str, Reading]:
    """Return what the models of the process say of the communes, and of wards beside them."""
    communes, wards = (admissions(TRUTHS[kind], rng) for kind in MEAN)
    waiting = recognition_delay(communes, END, at=[_WAITED])
    ended = ends_of_probation(communes, END, at=[_ENDED])
    cohort = recognition_by_cohort(communes, END, months=[13])
    both = pd.concat([communes, wards], ignore_index=True)
    ratio = recognition_hazards(both, END, "locality", cluster=None)
    true = shares()
    return {
        "wilson": read(cohort, "2019: 13", true["by 13 months"]),
        "waiting": read(waiting, f" @ {_WAITED}", true["waiting"]),
        "recognised": read(ended, f"recognised @ {_ENDED}", true["recognised"]),
        "struck_off": read(ended, f"struck_off @ {_ENDED}", true["struck_off"]),
        "cox": read(ratio, "locality[T.ward]", np.log(MEAN["commune"] / MEAN["ward"])),
    }


def _gone(day: npt.ArrayLike) -> Floats:
    """Return the share of communes' people whose recognition is due so many days after the twelve months, or sooner.

    Delays are rounded to the day.
    """
    days = np.asarray(day, dtype=float)
    share: Floats = np.where(days >= 0, -np.expm1(-(days + 0.5) / (_DAYS_A_MONTH * MEAN["commune"])), 0.0)
    return share


@cache
def shares() -> Mapping[str, float]:
    """Return the true shares of communes, averaged over the days on which people are admitted.

    Departures are as likely on every day from 3 to 30 months after admission; who left before being
    recognised is not recognised. Those who left before twelve months are in no curve.
    """
    first, last = (np.datetime64(f"{year}-01-01") for year in (YEARS[0], YEARS[1] + 1))
    days = np.arange(first, last)
    earliest, probation, latest = (
        (people.after_months(days, np.full(len(days), months)) - days).astype(np.int64)
        for months in (MONTHS[0], 12, MONTHS[1])
    )
    many, leaving = latest - earliest + 1, sum(WAYS.values())
    still = 1 - leaving * (probation - earliest) / many
    day = np.arange(_ENDED + 1)
    due, a_day = _gone(day) - _gone(day - 1), 1 / (many * still)
    recognised = (due * (1 - leaving * a_day[:, None] * day)).sum(axis=1)
    struck_off = WAYS["struck_off"] * a_day * (1 - _gone(day)).sum()
    beyond = people.after_months(days, np.full(len(days), 13)) - days
    beyond = beyond.astype(np.int64) - probation
    left = np.clip((probation - earliest)[:, None] + day, 0, many[:, None]) / many[:, None]
    soon = np.where(day <= beyond[:, None], due * (1 - leaving * left), 0.0).sum(axis=1)
    return {
        "waiting": float(1 - _gone(_WAITED)),
        "recognised": float(np.average(recognised, weights=still)),
        "struck_off": float(np.average(struck_off, weights=still)),
        "by 13 months": float(soon[days < np.datetime64(f"{YEARS[0] + 1}-01-01")].mean()),
    }


STUDIES = (
    Study(
        "process",
        "about 320 people admitted in six communes and as many in six wards, 2019-2021, watched until the end of 2022; "
        "exponential delays beyond twelve months of mean 3 and 2 months, one in four leaving at some time",
        {
            "wilson": Quantity(
                "conversion, Wilson",
                "recognised within 13 months, cohort 2019",
                f"{shares()['by 13 months']:.4f}",
            ),
            "waiting": Quantity(
                "Kaplan-Meier, log-log", f"waiting after {_WAITED} days", f"{shares()['waiting']:.4f}"
            ),
            "recognised": Quantity(
                "Aalen-Johansen, log-log",
                f"recognised within {_ENDED} days",
                f"{shares()['recognised']:.4f}",
            ),
            "struck_off": Quantity(
                "Aalen-Johansen, log-log",
                f"struck off within {_ENDED} days",
                f"{shares()['struck_off']:.4f}",
                "half a dozen deletions in a register are few for log-log limits, which are for many",
            ),
            "cox": Quantity(
                "Cox (Efron)", "hazard of wards over that of communes, log", f"log 1.5 = {np.log(1.5):.3f}"
            ),
        },
        process,
    ),
)
