"""Sound count models of every shape, each beside numbers that something else than the model gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from gate_rows import TRUE_RATE, TRUE_RATIO, cells
from sound import Sound

from analysis.models.counts.cluster_bootstrap import bootstrap_clusters
from analysis.models.counts.fit import fit_counts
from analysis.models.counts.margins import average_marginal_effects
from analysis.models.counts.random_intercept import fit_random_intercept

ROWS = cells()
LARGE = cells(units=60, years=5, seed=2)


def theirs(rows: pd.DataFrame, formula: str, **options: Any) -> dict[str, float]:
    """Return statsmodels' coefficients of a Poisson model, by our names of the terms."""
    offset = np.log(rows["members"].to_numpy(dtype=float))
    found = smf.glm(f"admitted ~ {formula}", rows, family=sm.families.Poisson(), offset=offset).fit(**options)
    return dict(found.params)


def crude(rows: pd.DataFrame) -> float:
    """Return the logarithm of admitted over members."""
    return float(np.log(rows["admitted"].sum() / rows["members"].sum()))


def agrees(name: str, rows: pd.DataFrame, formula: str, **options: Any) -> Sound:
    """Return the case of a model whose coefficients are those of statsmodels on the rows."""
    return Sound(name, lambda: fit_counts(rows, formula, **options), lambda: theirs(rows, formula), 1e-6)


FEW = ROWS.assign(admitted=(np.arange(len(ROWS)) % 13 == 3).astype(int))
TEN = ROWS.assign(admitted=(np.arange(len(ROWS)) % 20 == 5).astype(int)).head(200)
UNBALANCED = ROWS.loc[ROWS["sex"].eq("female") | (np.arange(len(ROWS)) % 11 == 0)]
FIVE = ROWS.loc[ROWS["unit_id"] < "u05"]
EVEN = ROWS.assign(admitted=ROWS["members"] // 20 + 1)
HUGE = ROWS.assign(admitted=ROWS["admitted"] * 10**9, members=ROWS["members"] * 10**9)
TINY = ROWS.assign(members=ROWS["members"] * 1e-9)
ONE_EMPTY_CELL = ROWS.assign(
    admitted=ROWS["admitted"].where(
        ~(ROWS["locality"].eq("ward") & ROWS["sex"].eq("male") & ROWS["year"].eq(2019)), 0
    )
)
NUMBERED = ROWS.assign(age=20.0 + np.arange(len(ROWS)) % 16, large=1e6 + 1e3 * (np.arange(len(ROWS)) % 9))
SPREAD = ROWS.assign(
    admitted=np.random.default_rng(6).negative_binomial(1.5, 1.5 / (1.5 + 0.08 * ROWS["members"]))
)
BY_UNIT = ROWS.assign(
    admitted=np.random.default_rng(4).poisson(
        ROWS["members"]
        * 0.08
        * np.exp(0.5 * np.random.default_rng(5).standard_normal(18))[ROWS["unit_id"].str[1:].astype(int)]
    )
)
GAPS = pd.concat([ROWS, ROWS.head(5).assign(sex="")])
LEVELS = ROWS.assign(sex=pd.Categorical(ROWS["sex"], ["male", "female", "unknown"]))
NULLABLE = ROWS.astype({"admitted": "Int64", "members": "Float64", "year": "Int64"})
ALL_COUNT = pd.DataFrame({"unit_id": list("abcdefgh"), "members": 1.0, "admitted": [3, 1, 4, 1, 5, 9, 2, 6]})

MODELS = [
    Sound("a constant rate", lambda: fit_counts(ROWS, "1"), lambda: {"Intercept": crude(ROWS)}, 1e-9),
    Sound("five rows", lambda: fit_counts(ROWS.head(5), "1"), lambda: {"Intercept": crude(ROWS.head(5))}, 1e-9),
    Sound("ten admissions", lambda: fit_counts(TEN, "1"), lambda: {"Intercept": crude(TEN)}, 1e-9),
    agrees("small counts", FEW, "sex"),
    agrees("two factors", ROWS, "sex + locality"),
    agrees("an interaction", ROWS, "sex * locality"),
    agrees("three factors and years", ROWS, "age_band * sex + locality + C(year)"),
    agrees("a saturated model", ROWS, "C(year) * locality * sex * age_band"),
    agrees("unbalanced sexes", UNBALANCED, "sex"),
    agrees("clusters", ROWS, "sex + locality", cluster="unit_id"),
    agrees("five clusters", FIVE, "sex", cluster="unit_id"),
    agrees("a robust error", ROWS, "sex", covariance="HC1"),
    agrees("counts more even than Poisson's", EVEN, "sex + age_band"),
    agrees("the same, quasi-Poisson", EVEN, "sex + age_band", family="quasi_poisson"),
    agrees("hundreds of billions", HUGE, "sex + locality"),
    agrees("tiny exposures", TINY, "sex + locality"),
    agrees("a cell without admissions in an additive model", ONE_EMPTY_CELL, "sex + locality + C(year)"),
    agrees("a number", NUMBERED, "age"),
    agrees("a square", NUMBERED, "age + I(age ** 2)"),
    agrees("a large number", NUMBERED, "large"),
    agrees("years as numbers", ROWS, "year + sex"),
    agrees("more variation than Poisson's, clustered", SPREAD, "sex + age_band", cluster="unit_id"),
    Sound("a spline", lambda: fit_counts(NUMBERED, "bs(age, df=4)"), tolerance=0.0),
    Sound("a natural spline by sex", lambda: fit_counts(NUMBERED, "cr(age, df=3, constraints='center') + sex"), tolerance=0.0),
    Sound("rows with gaps left out", lambda: fit_counts(GAPS, "sex"), lambda: theirs(ROWS, "sex"), 1e-6),
    Sound("nullable numbers", lambda: fit_counts(NULLABLE, "sex + year"), lambda: theirs(ROWS, "sex + year"), 1e-6),
    Sound("categories in an order, one of nobody", lambda: fit_counts(LEVELS, "sex"), lambda: {"sex[T.female]": -theirs(ROWS, "sex")["sex[T.male]"]}, 1e-6),
    Sound("another reference", lambda: fit_counts(ROWS, "sex", reference={"sex": "male"}), lambda: {"sex[T.female]": -theirs(ROWS, "sex")["sex[T.male]"]}, 1e-6),
    Sound("no exposure", lambda: fit_counts(ALL_COUNT, "1", exposure=None), lambda: {"Intercept": float(np.log(31 / 8))}, 1e-9),
    Sound("the truth in a large register", lambda: fit_counts(LARGE, "sex + age_band", cluster="unit_id"), lambda: {"Intercept": np.log(TRUE_RATE), "sex[T.male]": np.log(TRUE_RATIO), "age_band[T.age_31_35]": np.log(0.6)}, 0.08),
    Sound("NB2 of counts that vary", lambda: fit_counts(SPREAD, "1", family="nb2"), lambda: {"Intercept": crude(SPREAD)}, 0.1),
    Sound("NB2, clustered", lambda: fit_counts(SPREAD, "sex", family="nb2", cluster="unit_id"), lambda: theirs(SPREAD, "sex"), 0.1),
]  # fmt: skip


def share_of_women() -> dict[str, float]:
    """Return the difference of the sexes' crude rates per 1,000, which a model of sex alone must give."""
    rates = ROWS.groupby("sex")["admitted"].sum() / ROWS.groupby("sex")["members"].sum()
    return {"sex[T.male]": 1000 * float(rates["male"] - rates["female"])}


DERIVED = [
    Sound("rates by sex", lambda: fit_counts(ROWS, "sex").predict_rate(1000, exposure="members"), lambda: {"sex[female]": np.log(1000) + crude(ROWS.loc[ROWS["sex"].eq("female")])}, 1e-9),
    Sound("counts to be expected", lambda: fit_counts(ROWS, "1").predict_count(exposure=500), lambda: {"all": np.log(500) + crude(ROWS)}, 1e-9),
    Sound("average differences", lambda: average_marginal_effects(fit_counts(ROWS, "sex", cluster="unit_id")), share_of_women, 1e-6),
    Sound("the bootstrap of nine clusters", lambda: bootstrap_clusters(fit_counts(ROWS.loc[ROWS["unit_id"] < "u09"], "sex", cluster="unit_id"), ["sex[T.male]"], draws=199, seed=3), lambda: {"sex[T.male]": theirs(ROWS.loc[ROWS["unit_id"] < "u09"], "sex")["sex[T.male]"]}, 1e-6),
    Sound("effects of units that differ", lambda: fit_random_intercept(BY_UNIT, "sex"), lambda: theirs(BY_UNIT, "sex") | {"Intercept": np.log(0.065)}, 0.25),
    Sound("effects of units that do not differ", lambda: fit_random_intercept(ROWS, "sex"), lambda: theirs(ROWS, "sex"), 1e-2),
]  # fmt: skip

CASES = [*MODELS, *DERIVED]
