"""Pathologies of count models: rows, designs, separation, errors, and what is derived from a fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
from gate_rows import cells
from planted import Planted

from analysis.models.counts.cluster_bootstrap import bootstrap_clusters
from analysis.models.counts.fit import fit_counts
from analysis.models.counts.margins import average_marginal_effects
from analysis.models.counts.random_intercept import fit_random_intercept

ROWS = cells()
TOWNSHIP = "locality[township]"
SAID = {"vi": "loại địa bàn: thị trấn", "en": "township"}


def nobody(where: pd.Series, rows: pd.DataFrame = ROWS) -> pd.DataFrame:
    """Return rows of which some admitted nobody."""
    return rows.assign(admitted=rows["admitted"].mask(where, 0))


def set_first(column: str, value: float, count: int = 2) -> pd.DataFrame:
    """Return rows the first of which have another value in a column."""
    values = ROWS[column].astype(float)
    values.iloc[:count] = value
    return ROWS.assign(**{column: values})


def few(events: int) -> pd.DataFrame:
    """Return rows with so many admissions in all, each in a row of its own."""
    return ROWS.assign(
        admitted=(np.arange(len(ROWS)) % 24 == 5).astype(int) * (np.arange(len(ROWS)) < 24 * events)
    )


NO_TOWNSHIP = nobody(ROWS["locality"].eq("township"))
ALIKE = ROWS.assign(admitted=4, members=50)
NUMBERS = ROWS.assign(
    seen=np.where(ROWS["admitted"] > 0, 0.0, 1.0 + np.arange(len(ROWS)) % 3),
    twice=2.0 * ROWS["year"] - 7,
    x=np.linspace(0, 1, len(ROWS)),
)
NUMBERS = NUMBERS.assign(nearly=NUMBERS["x"] + 1e-6 * np.sin(np.arange(len(ROWS))))
DETERMINED = ROWS.assign(district=ROWS["locality"].map({"commune": "a", "township": "b", "ward": "c"}))
UNEVEN = ROWS.loc[~(ROWS["locality"].eq("township") & ROWS["sex"].eq("male"))]
TWO_UNITS = ROWS.assign(locality=np.where(ROWS["unit_id"].isin(["u01", "u02"]), "township", "commune"))
THREE_ROWS = ROWS.assign(locality=np.where(np.arange(len(ROWS)) < 3, "township", "commune"))
CANCELLING = pd.DataFrame(
    {
        "unit_id": np.repeat(list("abcdef"), 2),
        "members": 100,
        "admitted": [3, 5] * 6,
        "sex": ["female", "male"] * 6,
    }
)
AS_MANY_AS_TERMS = pd.DataFrame(
    {
        "admitted": [15, 20, 39, 4, 39, 3, 24],
        "members": [
            1.377623313874665,
            1.1,
            407.81777294664437,
            12.0,
            407.81777294664437,
            133.21658062924044,
            350.1411856121856,
        ],
        "unit": [*list("acedd"), "f", "c"],
        "x": [-2.0, 0.0, 3.0, 0.0, 3.0, -1.0, 1.0],
    }
)
"""Scores so near to zero that rounding makes a variance of them fall below it."""
TOO_EVEN = ROWS.assign(members=100, admitted=np.where(np.arange(len(ROWS)) % 2, 5, 6))

ROW_CASES = [
    Planted("no row", lambda: fit_counts(ROWS.head(0), "sex"), "no_rows"),
    Planted("one row", lambda: fit_counts(ROWS.head(1), "1"), "few_rows"),
    Planted("four rows of many people", lambda: fit_counts(ROWS.head(4).assign(admitted=50), "1"), "few_rows"),
    Planted("as many rows as terms", lambda: fit_counts(ROWS.head(6).assign(admitted=9, k=range(6)), "C(k)", covariance="HC1"), "few_rows"),
    Planted("nobody admitted", lambda: fit_counts(ROWS.assign(admitted=0), "sex"), "few_events", "admitted"),
    Planted("nine admissions", lambda: fit_counts(few(9), "1"), "few_events", "admitted"),
    Planted("admissions missing", lambda: fit_counts(set_first("admitted", np.nan), "sex"), "outcome_missing", "admitted", "kết nạp: 2 dòng", "admitted: 2 rows"),
    Planted("half a person", lambda: fit_counts(set_first("admitted", 2.5), "sex"), "outcome_not_a_count", "admitted", "kết nạp: 2 dòng", "admitted: 2 rows"),
    Planted("fewer than nobody", lambda: fit_counts(set_first("admitted", -1), "sex"), "outcome_not_a_count", "admitted"),
    Planted("admissions without bound", lambda: fit_counts(set_first("admitted", np.inf), "sex"), "outcome_not_a_count", "admitted"),
    Planted("members missing", lambda: fit_counts(set_first("members", np.nan, 3), "sex"), "exposure_missing", "members", "đảng viên: 3 dòng", "members: 3 rows"),
    Planted("no members", lambda: fit_counts(set_first("members", 0), "sex"), "exposure_not_positive", "members", "đảng viên: 2 dòng", "members: 2 rows"),
    Planted("members below zero", lambda: fit_counts(set_first("members", -40), "sex"), "exposure_not_positive", "members"),
    Planted("members without bound", lambda: fit_counts(set_first("members", np.inf), "sex"), "exposure_not_positive", "members"),
    Planted("three clusters", lambda: fit_counts(ROWS.loc[ROWS["unit_id"] < "u03"], "sex", cluster="unit_id"), "few_clusters", "unit_id", "đơn vị: chỉ có 3 cụm", "unit: only 3 clusters"),
]  # fmt: skip

DESIGN_CASES = [
    Planted("a locality without admissions", lambda: fit_counts(NO_TOWNSHIP, "sex + locality"), "separation", TOWNSHIP, **SAID),
    Planted("the same, clustered", lambda: fit_counts(NO_TOWNSHIP, "sex + locality", cluster="unit_id"), "separation", TOWNSHIP, **SAID),
    Planted("the same, NB2", lambda: fit_counts(NO_TOWNSHIP, "sex + locality", family="nb2"), "separation", TOWNSHIP, **SAID),
    Planted("the same as reference", lambda: fit_counts(NO_TOWNSHIP, "locality", reference={"locality": "township"}), "separation", TOWNSHIP, **SAID),
    Planted("a cell of an interaction without admissions", lambda: fit_counts(nobody(ROWS["locality"].eq("township") & ROWS["sex"].eq("male")), "sex * locality"), "separation", "locality[township]:sex[male]", "loại địa bàn: thị trấn × giới: nam", "township × sex: male"),
    Planted("a year without admissions", lambda: fit_counts(nobody(ROWS["year"].eq(2019)), "C(year) + sex"), "separation", "year[2019]", "năm: 2019", "year: 2019"),
    Planted("a number that foretells who admits", lambda: fit_counts(NUMBERS, "seen"), "separation", "seen[1.0]; seen[2.0]; seen[3.0]", "seen: 1.0", "seen: 1.0"),
    Planted("two numbers on one line", lambda: fit_counts(NUMBERS, "year + twice"), "rank", "twice ~ Intercept + year", "twice (hằng số, năm)", "twice (constant, year)"),
    Planted("districts that say what localities say", lambda: fit_counts(DETERMINED, "locality + district"), "rank", "district[T.b] ~ locality[T.township]", "huyện: b (loại địa bàn: thị trấn)", "district: b"),
    Planted("an interaction that nobody is in", lambda: fit_counts(UNEVEN, "locality * sex"), "empty_term", "locality[T.township]:sex[T.male]", "loại địa bàn: thị trấn × giới: nam", "township × sex: male"),
    Planted("a locality of two clusters", lambda: fit_counts(TWO_UNITS, "locality", cluster="unit_id"), "few_clusters", "locality[T.township]", **SAID),
    Planted("a locality of three rows", lambda: fit_counts(THREE_ROWS, "locality", covariance="HC1"), "few_rows_of", "locality[T.township]", **SAID),
    Planted("two numbers nearly alike", lambda: fit_counts(NUMBERS, "x + nearly"), "absurd_error", "nearly", "nearly", "nearly"),
    Planted("residuals that cancel in every cluster", lambda: fit_counts(CANCELLING, "1", cluster="unit_id"), "vanishing_error", "Intercept", "hằng số", "constant"),
    Planted("a fit that runs through every row", lambda: fit_counts(ALIKE, "1", covariance="HC1"), "vanishing_error", "Intercept", "hằng số", "constant"),
    Planted("scores that leave a variance below zero", lambda: fit_counts(AS_MANY_AS_TERMS, "bs(x, df=4)", family="nb2", cluster="unit"), "vanishing_error", "bs(x, df=4)[4]", "bs(x, df=4)[4]", "bs(x, df=4)[4]"),
    Planted("NB2 of counts more even than Poisson's", lambda: fit_counts(TOO_EVEN, "1", family="nb2"), "alpha_bound", "alpha", "alpha", "alpha"),
]  # fmt: skip

DERIVED_CASES = [
    Planted("the rate of a separated fit", lambda: fit_counts(NO_TOWNSHIP, "locality").predict_rate(exposure="members"), "separation", TOWNSHIP, **SAID),
    Planted("the count of a fit without rows", lambda: fit_counts(ROWS.head(0), "sex").predict_count(ROWS.head(3), exposure=100), "no_rows"),
    Planted("differences of a separated fit", lambda: average_marginal_effects(fit_counts(NO_TOWNSHIP, "locality")), "separation", TOWNSHIP, **SAID),
    Planted("the bootstrap of a separated fit", lambda: bootstrap_clusters(fit_counts(NO_TOWNSHIP, "locality", cluster="unit_id"), draws=99, seed=1), "separation", TOWNSHIP, **SAID),
    Planted("effects of four units", lambda: fit_random_intercept(ROWS.loc[ROWS["unit_id"] < "u04"], "sex"), "few_clusters", "unit_id", "đơn vị: chỉ có 4 cụm", "unit: only 4 clusters"),
    Planted("effects beside a separated locality", lambda: fit_random_intercept(NO_TOWNSHIP, "locality"), "separation", TOWNSHIP, **SAID),
    Planted("effects of units without members", lambda: fit_random_intercept(set_first("members", 0), "sex"), "exposure_not_positive", "members"),
    Planted("effects of no row", lambda: fit_random_intercept(ROWS.head(0), "sex"), "no_rows"),
]  # fmt: skip

CASES = [*ROW_CASES, *DESIGN_CASES, *DERIVED_CASES]
