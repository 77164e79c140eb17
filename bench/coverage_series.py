"""Studies across provinces and over time: the meta-analysis, a break in a series, a year that has not ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

import numpy as np
import pandas as pd

from analysis.models.provinces.meta_analysis import random_effects
from analysis.models.reform.count_series import written
from analysis.models.reform.part_year import part_year
from analysis.models.reform.segmented import segmented
from analysis.simulate import population
from bench.coverage_registers import EVEN, MEN, stated
from bench.coverage_tally import WITHHELD, Quantity, Reading, Study, read

TAU = 0.2
SIZES = np.linspace(4_000, 12_000, 12).astype(int).tolist()
"""Members of twelve provinces."""

PROVINCES = [stated(1, 0, members=size, years=(2023, 2023), rates=EVEN) for size in SIZES]

BEFORE = 36
LEVEL, SLOPE, DRIFT = 0.2, -0.05, 0.03
SEASON = np.array([-0.4, -0.3, -0.1, 0, 0.2, 0.1, 0, 0.1, 0.3, 0.2, -0.1, 0])
A_MONTH, DISTURBANCE = 60, 0.15

A_YEAR, SHARE, EARLIER = 300, 0.7, range(2018, 2023)


def provinces(rng: np.random.Generator) -> Mapping[str, Reading]:
    """Return what a meta-analysis says of the ratio of men to women, which differs between twelve provinces."""
    ratios = rng.normal(np.log(MEN), TAU, len(PROVINCES) + 1)
    found = [_ratio(truth, ratio, rng) for truth, ratio in zip(PROVINCES, ratios[1:], strict=True)]
    estimates, errors = np.array(found).T
    pooled = random_effects(estimates, errors, [f"{place}" for place in range(len(PROVINCES))])
    if pooled.withheld:
        return {"mean": WITHHELD, "prediction": WITHHELD}
    mean = float(pooled.at("random")["estimate"])
    return {
        "mean": read(pooled, "random", np.log(MEN)),
        "prediction": Reading(ratios[0], mean, np.nan, pooled.prediction_low, pooled.prediction_high),
    }


def _ratio(truth: population.Truth, ratio: float, rng: np.random.Generator) -> tuple[float, float]:
    """Return a province's log ratio of men to women and its error: Poisson's, which are closed here."""
    rates = truth.rates.model_copy(update={"sex": {"male": float(np.exp(ratio))}})
    drawn = population.draw(truth.model_copy(update={"rates": rates}), rng)
    (men, women), (exposed_men, exposed_women) = (
        part.sum(axis=(0, 1, 2)).astype(float) for part in (drawn.admitted, drawn.members_start)
    )
    return float(np.log(men / exposed_men * exposed_women / women)), float(np.sqrt(1 / men + 1 / women))


def broken(months: int, correlation: float, rng: np.random.Generator) -> Mapping[str, Reading]:
    """Return what segmented regression says of a series whose level and slope change after three years."""
    time = (np.arange(months) - BEFORE) / 12
    after = time >= 0
    log_mean = np.log(A_MONTH) + DRIFT * time + LEVEL * after + SLOPE * time * after + SEASON[_part(months)]
    noise = np.empty(months)
    noise[0] = rng.normal(0, DISTURBANCE)
    for month in range(1, months):
        fresh = rng.normal(0, DISTURBANCE * np.sqrt(1 - correlation**2))
        noise[month] = correlation * noise[month - 1] + fresh
    rows = pd.DataFrame(
        {
            "period": [written(12 * 2014 + month, "month") for month in range(months)],
            "admitted": rng.poisson(np.exp(log_mean + noise)),
            "exposure": 1 / 12,
        }
    )
    found = segmented(rows, date(2014 + BEFORE // 12, 1, 1))
    return {"level": read(found, "level_change", LEVEL), "slope": read(found, "slope_change", SLOPE)}


def _part(months: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(months) % 12


def unfinished(between: float, rng: np.random.Generator) -> Mapping[str, Reading]:
    """Return what a projection from September says of the whole year."""
    years = [*EARLIER, 2023]
    total = rng.poisson(A_YEAR, len(years))
    odds = np.log(SHARE / (1 - SHARE)) + rng.normal(0, between, len(years))
    so_far = rng.binomial(total, 1 / (1 + np.exp(-odds)))
    written_as = []
    for year, whole, part in zip(years, total, so_far, strict=True):
        month = np.concatenate([rng.integers(1, 10, part), rng.integers(10, 13, whole - part)])
        written_as += [f"{year}-{number:02d}" for number in month]
    known = pd.DataFrame({"admitted": [text for text in written_as if text <= "2023-09"]})
    found = part_year(known, "2023-09", list(EARLIER))
    if found.withheld:
        return {"year": WITHHELD}
    row = found.at("projection")
    whole = (row["estimate"], row["std_error"], row["low"], row["high"])
    return {"year": Reading(float(np.log(total[-1])), *map(float, whole))}


def _break(months: int, correlation: float) -> Study:
    model = f"segmented, HAC, {months} months, autocorrelation {correlation:g}"
    why = (
        "so short a series tells little of its autocorrelation, and the window of the errors takes up a part of it"
        if correlation
        else ""
    )
    return Study(
        f"segmented {months} {correlation:g}",
        f"{months} months of about {A_MONTH} admissions with seasons and disturbances of sd {DISTURBANCE:g} on the log "
        f"scale, autocorrelation {correlation:g}; a change after {BEFORE} months",
        {
            "level": Quantity(model, "change of level, log", f"{LEVEL:g}", why),
            "slope": Quantity(model, "change of slope, log a year", f"{SLOPE:g}", why),
        },
        partial(broken, months, correlation),
    )


def _projection(between: float) -> Study:
    why = (
        "" if between else "years do not differ at all here, while the interval leaves room for years that do"
    )
    return Study(
        f"part year {between:g}",
        f"years of about {A_YEAR} admissions, five earlier ones; log odds of coming by September vary with sd "
        f"{between:g} between years",
        {"year": Quantity("part-year projection", "the whole year, log", "drawn anew", why)},
        partial(unfinished, between),
    )


STUDIES = (
    Study(
        "provinces",
        f"12 provinces of 4,000 to 12,000 members, one year; the log ratio of men to women normal between them, sd {TAU:g}",
        {
            "mean": Quantity(
                "meta-analysis, REML, Knapp-Hartung",
                "mean log ratio of men to women",
                f"log {MEN:.4g} = {np.log(MEN):.3f}",
            ),
            "prediction": Quantity(
                "meta-analysis, prediction interval",
                "log ratio of one more province",
                "drawn anew",
                "the spread between provinces is itself estimated from twelve, now and then as nothing; with "
                "within-province errors as large as this the interval is known to fall short (Partlett and Riley, "
                "Statistics in Medicine 36, 2017)",
            ),
        },
        provinces,
    ),
    *(_break(months, correlation) for months in (60, 120) for correlation in (0.0, 0.3)),
    *(_projection(between) for between in (0.0, 0.25)),
)
