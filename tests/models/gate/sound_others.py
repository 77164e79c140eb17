"""Sound fits of the other families, each beside a truth that was planted or a number made by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from gate_rows import (
    CHANGE,
    UNTIL,
    cells,
    monthly_admissions,
    months,
    percents,
    printed_stages,
    probation,
    unit_years,
    units,
    waits,
    with_zeros,
)
from sound import Sound

from analysis.models.counts.fit import fit_counts
from analysis.models.process.competing_risks import aalen_johansen, ends_of_probation
from analysis.models.process.conversion import printed_conversion
from analysis.models.process.hazards import cox, recognition_hazards
from analysis.models.process.recognition_cohorts import recognition_by_cohort
from analysis.models.process.waiting import kaplan_meier, recognition_delay
from analysis.models.provinces.across_provinces import across_fits
from analysis.models.provinces.meta_analysis import random_effects
from analysis.models.provinces.small_study import egger
from analysis.models.reform.part_year import part_year
from analysis.models.reform.segmented import segmented
from analysis.models.small_units.funnel import funnel
from analysis.models.small_units.ranks import posterior_ranks
from analysis.models.small_units.shrinkage import shrink
from analysis.models.standardisation.decomposition import decompose_product, decompose_rates
from analysis.models.standardisation.standardise import standardise_direct, standardise_indirect
from analysis.models.targets.caliper import caliper
from analysis.models.targets.density_test import density_test
from analysis.models.targets.heaping import heaping
from analysis.models.targets.ratchet import fit_ratchet
from analysis.models.zeros.dry_runs import dry_runs
from analysis.models.zeros.expected_runs import expected_runs
from analysis.models.zeros.hurdle import hurdle
from analysis.models.zeros.organisations import without_admission
from analysis.models.zeros.zero_choice import zero_choice
from analysis.models.zeros.zero_inflated import zero_inflated

UNITS = units()
CELLS = cells()
YEARS = unit_years()
ZEROS = with_zeros()
MANY_ZEROS = with_zeros(count=120)
WAITS = waits(count=480)
RUN = months()
PEOPLE = monthly_admissions(range(2019, 2025), last_month=6)
ALIKE = UNITS.assign(target=20, admitted=[19, 20, 21] * 10)
POPULATION = CELLS.groupby(["age_band", "sex"])["members"].sum()


def standardised(rows: pd.DataFrame) -> dict[str, float]:
    """Return directly standardised rates per 100, by hand."""
    by = rows.groupby(["locality", "age_band", "sex"])[["admitted", "members"]].sum()
    rates = by["admitted"] / by["members"]
    share = POPULATION / POPULATION.sum()
    return {place: 100 * float((rates[place] * share).sum()) for place in ("commune", "township", "ward")}


def expected_ratios(rows: pd.DataFrame) -> dict[str, float]:
    """Return the logarithm of observed over expected, by hand."""
    pooled = rows.groupby(["age_band", "sex"])[["admitted", "members"]].sum()
    rate = (pooled["admitted"] / pooled["members"]).rename("rate")
    joined = rows.join(rate, on=["age_band", "sex"])
    joined["expected"] = joined["members"] * joined["rate"]
    sums = joined.groupby("locality")[["admitted", "expected"]].sum()
    return dict(np.log(sums["admitted"] / sums["expected"]))


def crude_difference() -> dict[str, float]:
    sums = CELLS.groupby("locality")[["admitted", "members"]].sum()
    rates = 100 * sums["admitted"] / sums["members"]
    return {"difference": float(rates["township"] - rates["commune"])}


def still_waiting(days: float) -> float:
    """Return the share of those who wait that is left, event by event."""
    rows = WAITS.assign(recognised=1)
    return float((rows["days"] > days).mean())


ADDED = WAITS.assign(recognised=1, cause=np.where(WAITS.index % 5 == 0, "struck_off", "recognised"))
MEANS = ([0.1, 0.3, 0.2, 0.25, 0.12], [0.1] * 5, list("ABCDE"))


def on_target() -> dict[str, float]:
    return {"2 with 100": 4 / 6, "2": 1 / 3}


UNIT_CASES = [
    Sound("units that differ", lambda: shrink(UNITS)),
    Sound("units that differ, by moments", lambda: shrink(UNITS, method="moments")),
    Sound("units that do not differ", lambda: shrink(ALIKE), lambda: {"u00": 1.0, "u29": 1.0}),
    Sound("units without variation, by moments", lambda: shrink(ALIKE, method="moments"), lambda: {"u03": 1.0}),
    Sound("units most of which admitted nobody", lambda: shrink(UNITS.assign(admitted=np.where(UNITS.index % 7 == 0, 6, 0)))),
    Sound("five units", lambda: shrink(UNITS.head(5))),
    Sound("units of a hundred million", lambda: shrink(UNITS.assign(target=UNITS["target"] * 10**7, admitted=UNITS["admitted"] * 10**7)), lambda: dict(zip(UNITS["unit_id"], UNITS["admitted"] / UNITS["target"], strict=True)), 1e-5),
    Sound("ranks", lambda: posterior_ranks(shrink(UNITS), seed=1)),
    Sound("a funnel", lambda: funnel(UNITS, centre=1.0), lambda: dict(zip(UNITS["unit_id"], UNITS["admitted"] / UNITS["target"], strict=True)), 1e-12),
    Sound("a funnel of units that do not differ", lambda: funnel(ALIKE, adjustment="additive"), lambda: {"u01": 1.0}, 1e-12),
    Sound("a funnel with a unit of nobody", lambda: funnel(UNITS.assign(admitted=UNITS["admitted"].where(UNITS.index > 0, 0))), lambda: {"u00": 0.0}, 1e-12),
]  # fmt: skip

STANDARD_CASES = [
    Sound("direct standardisation", lambda: standardise_direct(CELLS, by="locality", strata=["age_band", "sex"], standard="pooled"), lambda: standardised(CELLS), 1e-12),
    Sound("the same of few people", lambda: standardise_direct(CELLS.assign(admitted=np.arange(len(CELLS)) % 50 == 3), by="locality", strata=["sex"], standard="pooled")),
    Sound("indirect standardisation", lambda: standardise_indirect(CELLS, by="locality", strata=["age_band", "sex"], standard="pooled"), lambda: expected_ratios(CELLS), 1e-12),
    Sound("a decomposition", lambda: decompose_rates(CELLS, between="locality", first="commune", second="township", factors=["age_band", "sex"]), crude_difference, 1e-12),
    Sound("a decomposition of a product", lambda: decompose_product({"members": 5000, "rate": 0.02}, {"members": 6000, "rate": 0.03}, sides=("2015", "2020")), lambda: {"difference": 80.0, "members": 25.0, "rate": 55.0}),
]  # fmt: skip

TARGET_CASES = [
    Sound("heaping, Poisson", lambda: heaping(YEARS, family="poisson", draws=99)),
    Sound("heaping, NB2 by locality", lambda: heaping(YEARS, "locality", draws=99)),
    Sound("a density", lambda: density_test(YEARS)),
    Sound("a density of a given curvature", lambda: density_test(pd.DataFrame({"target": 10, "admitted": [9] * 5 + [10] * 20 + [11] * 5}), k=0.1), lambda: {"all": 20 / 30}),
    Sound("a ratchet", lambda: fit_ratchet(unit_years(count=80, seed=1)), lambda: {"over": 0.4, "under": -0.4}, 0.15),
    Sound("a ratchet within units", lambda: fit_ratchet(YEARS, fixed_effects=True)),
    Sound("a ratchet by locality and year", lambda: fit_ratchet(YEARS, "locality + C(year)")),
    Sound("a caliper", lambda: caliper(percents(98, 99, 100, 100, 100, 101), widths=[2.0]), on_target, 1e-12),
]  # fmt: skip

ZERO_CASES = [
    Sound("zero inflation", lambda: zero_inflated(MANY_ZEROS, "1", exposure="members"), lambda: {"count_Intercept": np.log(0.05), "zero_Intercept": np.log(0.35 / 0.65)}, 0.15),
    Sound("zero inflation by locality", lambda: zero_inflated(MANY_ZEROS, "locality", "locality", exposure="members")),
    Sound("a hurdle", lambda: hurdle(MANY_ZEROS, "1", exposure="members"), lambda: {"zero_Intercept": float(np.log((MANY_ZEROS["admitted"] > 0).sum() / (MANY_ZEROS["admitted"] == 0).sum()))}, 1e-8),
    Sound("a hurdle by locality, not clustered", lambda: hurdle(ZEROS, "locality", exposure="members", cluster=None), lambda: {"count_Intercept": np.log(0.05)}, 0.15),
    Sound("a hurdle of rates", lambda: hurdle(ZEROS, "1", exposure="members", zero_exposure="members", zero="poisson")),
    Sound("organisations with and without", lambda: without_admission(ZEROS.assign(level="commune", eligible=9), by=["year"]), lambda: {f"year[{year}]": float((rows["admitted"] == 0).mean()) for year, rows in ZEROS.groupby("year")}, 1e-12),
    Sound("runs of years", lambda: dry_runs(ZEROS), lambda: {"runs[2]": float(sum(len([run for run in "".join(np.where(rows["admitted"] == 0, "0", "1")).split("1") if len(run) >= 2]) for _unit, rows in ZEROS.groupby("unit_id")))}, 1e-12),
    Sound("models of zeros", lambda: zero_choice(MANY_ZEROS, "1", exposure="members", zero="logit"), lambda: {"hurdle_poisson": float((MANY_ZEROS["admitted"] == 0).sum())}, 1e-8),
    Sound("runs that chance makes", lambda: expected_runs(ZEROS, "1", exposure="members", model="poisson", seed=2, draws=200)),
]  # fmt: skip

PROCESS_CASES = [
    Sound("waits that all ended", lambda: kaplan_meier(WAITS.assign(recognised=1), time="days", event="recognised", at=[30, 90]), lambda: {" @ 30": still_waiting(30), " @ 90": still_waiting(90)}, 1e-12),
    Sound("waits by sex", lambda: kaplan_meier(WAITS, time="days", event="recognised", by="sex", at=[30, 90])),
    Sound("ways out that all ended", lambda: aalen_johansen(ADDED, time="days", cause="cause", at=[60]), lambda: {"struck_off @ 60": float(((ADDED["cause"] == "struck_off") & (ADDED["days"] <= 60)).mean())}, 1e-12),
    Sound("hazards of men", lambda: cox(WAITS, "sex", time="days", event="recognised"), lambda: {"sex[T.male]": np.log(1.6)}, 0.25),
    Sound("hazards by clusters", lambda: cox(WAITS, "sex + locality", time="days", event="recognised", cluster="unit_id"), lambda: {"sex[T.male]": np.log(1.6)}, 0.25),
    Sound("recognition after twelve months", lambda: recognition_delay(probation(), UNTIL, at=[0, 30, 90])),
    Sound("ends of probation", lambda: ends_of_probation(probation(), UNTIL, at=[0, 30, 90])),
    Sound("hazards of recognition", lambda: recognition_hazards(probation(), UNTIL, "sex")),
    Sound("cohorts", lambda: recognition_by_cohort(probation(), UNTIL, months=[24]), lambda: {"2019: 24": 50 / 60}, 1e-12),
    Sound("stages side by side", lambda: printed_conversion(printed_stages(nominated=100, trained=50, admitted=20))),
]  # fmt: skip

PROVINCE_CASES = [
    Sound("five provinces", lambda: random_effects(*MEANS), lambda: {"fixed": 0.194}, 1e-9),
    Sound("three provinces", lambda: random_effects([0.0, 0.2, 0.4], [0.1] * 3, list("ABC")), lambda: {"random": 0.2}, 1e-9),
    Sound("provinces that agree by chance", lambda: random_effects([0.2] * 4, [0.1] * 4, list("ABCD"), tau2="DL"), lambda: {"random": 0.2}, 1e-9),
    Sound("fits of three provinces", lambda: across_fits({name: fit_counts(cells(seed=seed), "sex") for name, seed in zip("ABC", (1, 2, 3), strict=True)}, "sex[T.male]"), lambda: {"random": np.log(0.75)}, 0.1),
    Sound("asymmetry", lambda: egger([0.0, 0.2, 0.5, 0.4], [0.1, 0.2, 0.3, 0.4], list("ABCD")), lambda: {"small_study": 1.8462}, 1e-4),
]  # fmt: skip

SERIES_CASES = [
    Sound("a series with a jump", lambda: segmented(RUN, CHANGE), lambda: {"level_change": np.log(1.5)}, 0.2),
    Sound("a series without seasons", lambda: segmented(RUN.assign(admitted=np.random.default_rng(3).poisson(50, 60)), CHANGE, season="none"), lambda: {"level_change": 0.0}, 0.2),
    Sound("a short series of years", lambda: segmented(pd.DataFrame({"period": [str(year) for year in range(2001, 2021)], "admitted": [20 + year % 2 + 20 * (year > 2010) for year in range(2001, 2021)], "exposure": 1.0}), date(2011, 1, 1)), lambda: {"level_change": 0.7}, 0.05),
    Sound("a series of billions", lambda: segmented(RUN.assign(admitted=RUN["admitted"] * 10**9), CHANGE), lambda: {"level_change": np.log(1.5)}, 0.2),
    Sound("part of a year", lambda: part_year(PEOPLE, "2024-06", range(2019, 2024), target=100)),
    Sound("part of a year, evenly", lambda: part_year(PEOPLE, "2024-06", [], even_run=True), lambda: {"projection": float(np.log((PEOPLE["admitted"].astype(str) >= "2024").sum() * 366 / 182))}, 1e-9),
]  # fmt: skip

CASES = [
    *UNIT_CASES,
    *STANDARD_CASES,
    *TARGET_CASES,
    *ZERO_CASES,
    *PROCESS_CASES,
    *PROVINCE_CASES,
    *SERIES_CASES,
]
