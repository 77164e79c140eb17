"""Pathologies of small units, standardisation, decomposition and zeros."""

from __future__ import annotations

import numpy as np
import pandas as pd
from gate_rows import cells, unit_years, units, with_zeros
from planted import Planted

from analysis.models.small_units.funnel import funnel
from analysis.models.small_units.ranks import posterior_ranks
from analysis.models.small_units.shrinkage import shrink
from analysis.models.standardisation.decomposition import decompose_rates
from analysis.models.standardisation.standardise import standardise_direct, standardise_indirect
from analysis.models.zeros.dry_runs import dry_runs
from analysis.models.zeros.expected_runs import expected_runs
from analysis.models.zeros.hurdle import hurdle
from analysis.models.zeros.organisations import without_admission
from analysis.models.zeros.zero_choice import zero_choice
from analysis.models.zeros.zero_inflated import zero_inflated

UNITS = units()
CELLS = cells()
ZEROS = with_zeros()
YEARS = unit_years()
TOWNSHIP = "locality[township]"
SAID = {"vi": "loại địa bàn: thị trấn", "en": "locality: township"}
ALIKE = UNITS.assign(target=20, admitted=[19, 20, 21] * 10)
ONE_OF_ALL = pd.DataFrame({"unit_id": range(600), "target": 1.0}).assign(
    admitted=lambda rows: np.where(rows.index == 0, 10**12, 0)
)
HOLED = CELLS.assign(
    members=CELLS["members"].mask(CELLS["sex"].eq("male") & CELLS["locality"].eq("township"), 0)
)
"""Townships admit men, and have none among their members."""
CHECKERED = CELLS.loc[
    CELLS["locality"].map({"commune": "female", "township": "male", "ward": "female"}).eq(CELLS["sex"])
]
CHECKERED = CHECKERED.loc[CHECKERED["locality"].ne("ward")]
"""Communes have women only and townships men only."""
STRATA = ["age_band", "sex"]


def part(column: str, value: float) -> pd.DataFrame:
    """Return the unit-years with zeros, the first of which has another value in a column."""
    values = ZEROS[column].astype(float)
    values.iloc[0] = value
    return ZEROS.assign(**{column: values})


def direct(rows: pd.DataFrame) -> object:
    return standardise_direct(rows, by="locality", strata=STRATA, standard="pooled")


def indirect(rows: pd.DataFrame) -> object:
    return standardise_indirect(rows, by="locality", strata=STRATA, standard="pooled")


def decomposed(rows: pd.DataFrame) -> object:
    return decompose_rates(rows, between="locality", first="commune", second="township", factors=STRATA)


NO_TOWNSHIP = CELLS.assign(admitted=CELLS["admitted"].mask(CELLS["locality"].eq("township"), 0))
DRY_TOWNSHIP = ZEROS.assign(admitted=ZEROS["admitted"].mask(ZEROS["locality"].eq("township"), 0))
BUSY_TOWNSHIP = ZEROS.assign(
    admitted=ZEROS["admitted"].mask(ZEROS["locality"].eq("township"), ZEROS["admitted"] + 1)
)
TWO_ZEROS = ZEROS.assign(admitted=(ZEROS["admitted"] + 1).mask(ZEROS.index < 2, 0))
EVEN = ZEROS.assign(members=50, admitted=np.tile([1, 2, 3, 2, 2, 0], 30))
BY_PLACE = with_zeros(share=0.0)
BY_PLACE = BY_PLACE.assign(
    admitted=np.random.default_rng(8).poisson(4, len(BY_PLACE))
    * np.where(BY_PLACE["locality"].eq("township"), np.random.default_rng(9).random(len(BY_PLACE)) < 0.5, 1)
    + np.where(BY_PLACE["locality"].eq("commune"), 1, 0)
)
"""Communes admit somebody every year; half the unit-years of townships are zero."""

UNIT_CASES = [
    Planted("no unit", lambda: shrink(UNITS.head(0)), "no_rows"),
    Planted("four units", lambda: shrink(UNITS.head(4)), "few_rows"),
    Planted("units that admitted nobody", lambda: shrink(UNITS.assign(admitted=0)), "few_events", "admitted"),
    Planted("a unit with a target of zero", lambda: shrink(UNITS.assign(target=UNITS["target"].where(UNITS.index > 0, 0))), "exposure_not_positive", "target", "chỉ tiêu: 1 dòng", "target: 1 row"),
    Planted("a unit without a target", lambda: shrink(UNITS.assign(target=UNITS["target"].where(UNITS.index > 0))), "exposure_missing", "target"),
    Planted("a unit of which nobody knows", lambda: shrink(UNITS.assign(admitted=UNITS["admitted"].where(UNITS.index > 0)), method="moments"), "outcome_missing", "admitted"),
    Planted("one of 600 units that admitted all", lambda: shrink(ONE_OF_ALL), "not_converged"),
    Planted("ranks of units that differ by chance", lambda: posterior_ranks(shrink(ALIKE), seed=1), "cannot_rank"),
    Planted("ranks of four units", lambda: posterior_ranks(shrink(UNITS.head(4)), seed=1), "few_rows"),
    Planted("a funnel of four units", lambda: funnel(UNITS.head(4)), "few_rows"),
    Planted("a funnel of no unit", lambda: funnel(UNITS.head(0)), "no_rows"),
    Planted("a funnel with half a person", lambda: funnel(UNITS.assign(admitted=UNITS["admitted"] + 0.5)), "outcome_not_a_count", "admitted"),
    Planted("a funnel with a target below zero", lambda: funnel(UNITS.assign(target=-UNITS["target"])), "exposure_not_positive", "target"),
]  # fmt: skip

STANDARD_CASES = [
    Planted("groups that share no stratum", lambda: direct(CHECKERED), "empty_group"),
    Planted("admissions missing in a group", lambda: direct(CELLS.assign(admitted=CELLS["admitted"].where(CELLS.index > 0))), "outcome_missing", "admitted"),
    Planted("groups without members", lambda: direct(CELLS.assign(members=0, admitted=0)), "exposure_not_positive", "members"),
    Planted("no row to standardise", lambda: direct(CELLS.head(0)), "no_rows"),
    Planted("members below zero in a stratum", lambda: direct(CELLS.assign(members=CELLS["members"].where(CELLS.index > 0, -3))), "exposure_not_positive", "members"),
    Planted("men admitted where there are none", lambda: indirect(HOLED), "outcome_without_exposure", "locality[township] ~ age_band[age_18_30]:sex[male] + age_band[age_31_35]:sex[male]", "nhóm tuổi: 18–30 tuổi × giới: nam", "age band: aged 18–30 × sex: male"),
    Planted("a decomposition of nobody", lambda: decomposed(NO_TOWNSHIP), "few_events_of", TOWNSHIP, **SAID),
    Planted("a decomposition with men of no exposure", lambda: decomposed(HOLED), "outcome_without_exposure", "locality[township] ~ age_band[age_18_30]:sex[male] + age_band[age_31_35]:sex[male]", **SAID),
    Planted("a decomposition without members", lambda: decomposed(CELLS.assign(members=CELLS["members"].mask(CELLS["locality"].eq("township"), 0))), "exposure_not_positive", TOWNSHIP, **SAID),
    Planted("a decomposition of unknown counts", lambda: decomposed(CELLS.assign(admitted=CELLS["admitted"].where(CELLS.index > 3))), "outcome_missing", "admitted"),
]  # fmt: skip

ZERO_CASES = [
    Planted("zero inflation, nobody in any township", lambda: zero_inflated(DRY_TOWNSHIP, "locality", exposure="members"), "separation", TOWNSHIP, **SAID),
    Planted("zero inflation of two zeros", lambda: zero_inflated(TWO_ZEROS, "1", exposure="members"), "few_zeros"),
    Planted("zero inflation without excess zeros", lambda: zero_inflated(EVEN, "1", exposure="members"), "no_excess_zeros"),
    Planted("NB2 inflation of Poisson counts", lambda: zero_inflated(ZEROS, "1", exposure="members", count="nb2"), "alpha_bound", "alpha"),
    Planted("inflation of communes that never fail", lambda: zero_inflated(BY_PLACE, "1", "locality", exposure=None), "inflation_bound", "zero_Intercept", "phần số không: hằng số", "zero part: constant"),
    Planted("inflation by four clusters", lambda: zero_inflated(ZEROS.head(24), "1", exposure="members"), "few_clusters", "unit_id"),
    Planted("inflation of townships that are three units", lambda: zero_inflated(ZEROS.assign(locality=np.where(ZEROS["unit_id"] < "u03", "township", "commune")), "locality", exposure="members"), "few_clusters", "locality[T.township]", **SAID),
    Planted("inflation with a member count missing", lambda: zero_inflated(part("members", np.nan), "1", exposure="members"), "exposure_missing", "members"),
    Planted("inflation with half a person", lambda: zero_inflated(part("admitted", 0.5), "1", exposure="members"), "outcome_not_a_count", "admitted"),
    Planted("a hurdle that no township passes", lambda: hurdle(DRY_TOWNSHIP, "1", "locality", exposure="members"), "separation", TOWNSHIP, **SAID),
    Planted("a hurdle that all townships pass", lambda: hurdle(BUSY_TOWNSHIP, "1", "locality", exposure="members"), "separation", TOWNSHIP, **SAID),
    Planted("a hurdle of no row", lambda: hurdle(ZEROS.head(0), "1", exposure="members"), "no_rows"),
    Planted("a hurdle by years that are one", lambda: hurdle(ZEROS.assign(term=ZEROS["year"] - 2000), "year + term", exposure="members"), "rank", "term ~ Intercept + year", "nhiệm kỳ (hằng số, năm)", "term (constant, year)"),
    Planted("models of zeros where nobody was admitted", lambda: zero_choice(ZEROS.assign(admitted=0), "1", exposure="members"), "few_events", "admitted"),
    Planted("models of zeros of five rows", lambda: zero_choice(ZEROS.head(4).assign(admitted=[0, 9, 8, 7]), "1", exposure="members"), "few_rows"),
    Planted("runs drawn of a model without members", lambda: expected_runs(ZEROS.assign(members=0), "1", exposure="members", seed=1, draws=200), "exposure_not_positive", "members"),
    Planted("runs drawn of a separated model", lambda: expected_runs(DRY_TOWNSHIP, "locality", exposure="members", model="poisson", seed=1, draws=200), "separation", TOWNSHIP, **SAID),
    Planted("organisations of which nobody knows", lambda: without_admission(YEARS.assign(admitted=np.nan)), "no_rows"),
    Planted("runs of which nobody knows", lambda: dry_runs(YEARS.assign(admitted=np.nan)), "no_rows"),
]  # fmt: skip

CASES = [*UNIT_CASES, *STANDARD_CASES, *ZERO_CASES]
