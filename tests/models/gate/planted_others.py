"""Pathologies of targets, of the time in the process, of provinces together and of series."""

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
    waits,
)
from planted import Planted

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
from analysis.models.targets.caliper import caliper
from analysis.models.targets.density_test import density_test
from analysis.models.targets.heaping import heaping
from analysis.models.targets.ratchet import fit_ratchet

YEARS = unit_years()
WAITS = waits()
RUN = months()
PEOPLE = monthly_admissions(range(2019, 2025), last_month=6)
TOWNSHIP = "locality[township]"
SAID = {"vi": "loại địa bàn: thị trấn", "en": "locality: township"}


def heaped(rows: pd.DataFrame, formula: str = "1", **options: object) -> object:
    return heaping(rows, formula, draws=99, **options)


def timed(rows: pd.DataFrame, formula: str, **options: object) -> object:
    return cox(rows, formula, time="days", event="recognised", **options)


def seen(recognised: object) -> pd.DataFrame:
    """Return waits that end only where it is said."""
    return WAITS.assign(recognised=WAITS["recognised"].where(recognised, 0))


FRACTION = YEARS.assign(target=YEARS["target"] + 0.5)
DOUBLING = YEARS.assign(
    target=2 ** (YEARS["year"] - 2012 + YEARS["unit_id"].str[1:].astype(int) % 3), admitted=100
)
NEGATIVE = YEARS.assign(target=YEARS["target"].where(YEARS.index > 1, -4))
DRY_TOWNSHIP = YEARS.assign(admitted=YEARS["admitted"].mask(YEARS["locality"].eq("township"), 0))
LOST = YEARS.assign(admitted=YEARS["admitted"].where(YEARS.index > 1, -1))
NEVER_AFTER = [RUN.assign(admitted=RUN["admitted"].where(RUN["period"] < "2025-07", 0)), CHANGE]
NO_MARCH = [RUN.assign(admitted=RUN["admitted"].where(RUN["period"].str[5:] != "03", 0)), CHANGE]
SEPARATED = fit_counts(
    cells().assign(admitted=lambda rows: rows["admitted"].mask(rows["sex"].eq("male"), 0)), "sex"
)
MEN_FIRST = WAITS.assign(days=np.where(WAITS["sex"].eq("male"), 1 + WAITS.index % 5, 20 + WAITS.index))
UNDATED = probation().assign(days_to_recognition=pd.array([pd.NA] * 60, dtype="Int64"))

TARGET_CASES = [
    Planted("heaping of nobody", lambda: heaped(YEARS.assign(admitted=0)), "few_events", "admitted"),
    Planted("heaping at half a target", lambda: heaped(FRACTION), "outcome_not_a_count", "target"),
    Planted("heaping at a target below zero", lambda: heaped(NEGATIVE), "exposure_not_positive", "target"),
    Planted("heaping where no township admitted", lambda: heaped(DRY_TOWNSHIP, "locality"), "separation", TOWNSHIP, **SAID),
    Planted("heaping in four clusters", lambda: heaped(YEARS.loc[YEARS["unit_id"] < "u04"]), "few_clusters", "unit_id"),
    Planted("heaping with years that say the same", lambda: heaped(YEARS.assign(term=YEARS["year"] - 2000), "year + term"), "rank", "term ~ Intercept + year", "nhiệm kỳ (hằng số, năm)", "term (constant, year)"),
    Planted("heaping of no row", lambda: heaped(YEARS.head(0)), "no_rows"),
    Planted("a density of fewer than nobody", lambda: density_test(LOST), "outcome_not_a_count", "admitted"),
    Planted("a density at half a target", lambda: density_test(FRACTION), "outcome_not_a_count", "target"),
    Planted("a density far from every target", lambda: density_test(YEARS.assign(admitted=YEARS["target"] * 3)), "few_rows"),
    Planted("a ratchet of years apart", lambda: fit_ratchet(YEARS.loc[YEARS["year"] % 2 == 0]), "no_consecutive_years"),
    Planted("a ratchet of four clusters", lambda: fit_ratchet(YEARS.loc[YEARS["unit_id"] < "u04"]), "few_clusters", "unit_id"),
    Planted("a ratchet of four pairs", lambda: fit_ratchet(YEARS.loc[YEARS["year"] < 2018].head(8)), "few_rows"),
    Planted("a ratchet that never overshoots", lambda: fit_ratchet(YEARS.assign(admitted=0)), "empty_term", "over", "vượt chỉ tiêu", "overshoot"),
    Planted("a ratchet of targets below zero", lambda: fit_ratchet(NEGATIVE), "exposure_not_positive", "target"),
    Planted("a ratchet of townships that are one unit", lambda: fit_ratchet(YEARS.assign(locality=np.where(YEARS["unit_id"].eq("u03"), "township", "commune")), "locality"), "few_clusters", "locality[T.township]", **SAID),
    Planted("a ratchet within units whose overshoots are of one unit", lambda: fit_ratchet(YEARS.assign(admitted=YEARS["admitted"].where(YEARS["unit_id"].eq("u03"), 1)), fixed_effects=True), "few_clusters", "over", "vượt chỉ tiêu", "overshoot"),
    Planted("a ratchet of targets that follow a rule", lambda: fit_ratchet(DOUBLING), "no_noise"),
    Planted("a caliper around nothing", lambda: caliper(percents(40, 55, 160)), "few_rows"),
]  # fmt: skip

PROCESS_CASES = [
    Planted("waits of nine that ended", lambda: kaplan_meier(seen(np.arange(160) < 9), time="days", event="recognised"), "few_events"),
    Planted("waits of nobody", lambda: kaplan_meier(WAITS.head(0), time="days", event="recognised"), "no_rows"),
    Planted("ways out of nobody", lambda: aalen_johansen(WAITS.assign(cause=""), time="days", cause="cause"), "few_events"),
    Planted("ways out of no row", lambda: aalen_johansen(WAITS.head(0), time="days", cause="cause"), "no_rows"),
    Planted("hazards of nobody", lambda: timed(WAITS.assign(recognised=0), "sex"), "few_events"),
    Planted("hazards of no row", lambda: timed(WAITS.head(0), "sex"), "no_rows"),
    Planted("women who are all recognised after the last man", lambda: timed(MEN_FIRST, "sex"), "monotone", "sex[T.male]", "giới: nam", "sex: male"),
    Planted("hazards of two recognised wards", lambda: timed(seen(~WAITS["locality"].eq("ward") | (WAITS.index < 6)), "locality"), "few_events_of", "locality[T.ward]", "loại địa bàn: phường", "locality: ward"),
    Planted("hazards of four clusters", lambda: timed(WAITS.loc[WAITS["unit_id"] < "u04"], "sex", cluster="unit_id"), "few_clusters", "unit_id"),
    Planted("hazards of wards in one cluster", lambda: timed(WAITS.assign(locality=np.where(WAITS["unit_id"].eq("u03"), "ward", "commune")), "locality", cluster="unit_id"), "few_clusters", "locality[T.ward]", "loại địa bàn: phường", "locality: ward"),
    Planted("hazards by two columns that say the same", lambda: timed(WAITS.assign(male=WAITS["sex"].eq("male").astype(int)), "sex + male"), "rank", "male ~ sex[T.male]", "male (giới: nam)", "male (sex: male)"),
    Planted("recognitions without a day", lambda: recognition_delay(UNDATED, UNTIL), "events_without_day"),
    Planted("ends of probation without a day", lambda: ends_of_probation(UNDATED, UNTIL), "events_without_day"),
    Planted("hazards of recognitions without a day", lambda: recognition_hazards(UNDATED, UNTIL, "sex", cluster=None), "events_without_day"),
    Planted("cohorts that nobody watched for a year", lambda: recognition_by_cohort(probation(), date(2019, 12, 31)), "no_rows"),
    Planted("cohorts without days", lambda: recognition_by_cohort(UNDATED, UNTIL), "events_without_day"),
    Planted("stages that no source prints together", lambda: printed_conversion(printed_stages(admitted=20)), "no_rows"),
]  # fmt: skip

PROVINCE_CASES = [
    Planted("two provinces", lambda: random_effects([0.1, 0.3], [0.1, 0.1], ["A", "B"]), "few_studies"),
    Planted("no province", lambda: random_effects([], [], []), "few_studies"),
    Planted("a province without error", lambda: random_effects([0.1, 0.3, 0.2], [0.1, 0.0, 0.1], ["A", "Lai Chau", "C"]), "study_error", "Lai Chau", "Lai Chau:", "Lai Chau:"),
    Planted("a province with an error of next to nothing", lambda: random_effects([0.1, 0.3, 0.2], [0.1, 1e-9, 0.1], ["A", "B", "C"]), "study_error", "B"),
    Planted("a province with an error that has no square", lambda: random_effects([0.1, 0.3, 0.2], [0.1, 1e-200, 0.1], ["A", "B", "C"], link="identity"), "study_error", "B"),
    Planted("a province with an error below zero", lambda: random_effects([0.1, 0.3, 0.2], [0.1, -0.2, 0.1], ["A", "B", "C"]), "study_error", "B"),
    Planted("a province with half an estimate", lambda: random_effects([0.1, np.nan, 0.2], [0.1, 0.2, 0.1], ["A", "B", "C"]), "study_error", "B"),
    Planted("a province separated elsewhere", lambda: random_effects([0.1, -27.0, 0.2], [0.1, 17000.0, 0.1], ["A", "B", "C"]), "absurd_error", "B"),
    Planted("provinces all of whose fits were withheld", lambda: across_fits({"A": SEPARATED, "B": SEPARATED}, "sex[T.male]"), "few_studies"),
    Planted("asymmetry of two provinces", lambda: egger([0.1, 0.3], [0.1, 0.2], ["A", "B"]), "few_studies"),
    Planted("asymmetry of equally precise provinces", lambda: egger([0.1, 0.3, 0.2, 0.5], [0.1] * 4, list("ABCD")), "equally_precise"),
    Planted("asymmetry by a missing exposure", lambda: egger([0.1, 0.3, 0.2, 0.5], [0.1, 0.2, 0.3, 0.4], list("ABCD"), exposure=[10, 20, np.nan, 40]), "exposure_missing", "exposure"),
    Planted("asymmetry of estimates on one line", lambda: egger([0.0, 0.0, 0.0], [0.1, 0.2, 0.3], list("ABC")), "error_not_finite", "small_study", "độ lệch theo sai số", "asymmetry"),
]  # fmt: skip

SERIES_CASES = [
    Planted("a series of no month", lambda: segmented(RUN.head(0), CHANGE), "no_rows"),
    Planted("a series that begins too late", lambda: segmented(RUN, date(2023, 12, 1)), "few_points_before", "2023-12", "trước 2023-12", "before 2023-12"),
    Planted("a series that ends too early", lambda: segmented(RUN, date(2026, 6, 1)), "few_points_after", "2026-06", "2026-06", "2026-06"),
    Planted("a series without anybody after the date", lambda: segmented(*NEVER_AFTER), "few_events_side", "side[from 2025-07]", "từ 2025-07", "from 2025-07"),
    Planted("a month in which nobody ever is admitted", lambda: segmented(*NO_MARCH), "separation", "month[3]", "tháng: 3", "month: 3"),
    Planted("a series spread evenly", lambda: segmented(RUN.assign(admitted=40), CHANGE), "no_noise"),
    Planted("a series of half people", lambda: segmented(RUN.assign(admitted=RUN["admitted"] / 2 + 0.25), CHANGE), "outcome_not_a_count", "admitted"),
    Planted("a series without exposure", lambda: segmented(RUN.assign(exposure=np.nan), CHANGE), "exposure_missing", "exposure", "mẫu số: 60 dòng", "exposure: 60 rows"),
    Planted("a series with an exposure of zero", lambda: segmented(RUN.assign(exposure=0.0), CHANGE), "exposure_not_positive", "exposure"),
    Planted("part of a year after one year", lambda: part_year(PEOPLE, "2024-06", [2023]), "few_years"),
    Planted("part of a year with four people", lambda: part_year(PEOPLE.head(len(PEOPLE) - 40), "2024-06", range(2019, 2024)), "few_events", "admitted"),
    Planted("part of a year with a target of zero", lambda: part_year(PEOPLE, "2024-06", range(2019, 2024), target=0), "exposure_not_positive", "target"),
    Planted("part of a year with an unknown target", lambda: part_year(PEOPLE, "2024-06", range(2019, 2024), target=float("nan")), "exposure_missing", "target"),
]  # fmt: skip

CASES = [*TARGET_CASES, *PROCESS_CASES, *PROVINCE_CASES, *SERIES_CASES]
