"""Every model that takes rows, as one call on one table that may hold anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from analysis.models.counts.cluster_bootstrap import bootstrap_clusters
from analysis.models.counts.fit import fit_counts
from analysis.models.counts.margins import average_marginal_effects
from analysis.models.counts.random_intercept import fit_random_intercept
from analysis.models.process.competing_risks import aalen_johansen
from analysis.models.process.hazards import cox
from analysis.models.process.waiting import kaplan_meier
from analysis.models.provinces.meta_analysis import random_effects
from analysis.models.provinces.small_study import egger
from analysis.models.reform.segmented import segmented
from analysis.models.result import Result
from analysis.models.small_units.funnel import funnel
from analysis.models.small_units.ranks import posterior_ranks
from analysis.models.small_units.shrinkage import shrink
from analysis.models.standardisation.decomposition import decompose_rates
from analysis.models.standardisation.standardise import standardise_direct, standardise_indirect
from analysis.models.targets.density_test import density_test
from analysis.models.targets.heaping import heaping
from analysis.models.targets.ratchet import fit_ratchet
from analysis.models.zeros.dry_runs import dry_runs
from analysis.models.zeros.expected_runs import expected_runs
from analysis.models.zeros.hurdle import hurdle
from analysis.models.zeros.organisations import without_admission
from analysis.models.zeros.zero_choice import zero_choice
from analysis.models.zeros.zero_inflated import zero_inflated


def once(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a unit and year."""
    return rows.drop_duplicates(["unit_id", "year"], ignore_index=True)


def series(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as years in a row, the members as the exposure."""
    years = [str(1990 + place) for place in range(len(rows))]
    return rows.reset_index(drop=True).assign(period=years, exposure=rows["members"].to_numpy())


def middle(rows: pd.DataFrame) -> date:
    return date(1990 + max(len(rows) // 2, 1), 1, 1)


def study(rows: pd.DataFrame) -> tuple[list[float], list[float], list[str]]:
    """Return x as estimates, and errors of its size from the members."""
    return rows["x"].tolist(), (rows["members"] / 50).tolist(), [f"S{place}" for place in range(len(rows))]


MODELS: dict[str, Callable[[pd.DataFrame], Result]] = {
    "margins": lambda rows: average_marginal_effects(fit_counts(rows, "sex + x")),
    "bootstrap": lambda rows: bootstrap_clusters(fit_counts(rows, "sex", cluster="unit_id"), draws=99, seed=1),
    "random intercept": lambda rows: fit_random_intercept(rows, "sex"),
    "random intercept by a number": lambda rows: fit_random_intercept(rows, "x", nodes=9),
    "shrinkage": shrink,
    "shrinkage by moments": lambda rows: shrink(rows, exposure="members", method="moments"),
    "ranks": lambda rows: posterior_ranks(shrink(rows), seed=1, draws=1000),
    "funnel": funnel,
    "additive funnel": lambda rows: funnel(rows, exposure="members", adjustment="additive", centre=0.1),
    "direct": lambda rows: standardise_direct(rows, by="locality", strata=["sex"], standard="pooled"),
    "indirect": lambda rows: standardise_indirect(rows, by="locality", strata=["sex"], standard="pooled"),
    "decomposition": lambda rows: decompose_rates(
        rows, between="locality", first="commune", second="township", factors=["sex", "year"]
    ),
    "heaping": lambda rows: heaping(rows, "sex", draws=99),
    "heaping, Poisson": lambda rows: heaping(rows, "x", family="poisson", draws=99),
    "density": density_test,
    "ratchet": lambda rows: fit_ratchet(once(rows), "locality"),
    "ratchet within units": lambda rows: fit_ratchet(once(rows), fixed_effects=True),
    "zero inflation": lambda rows: zero_inflated(rows, "sex", "sex", exposure="members"),
    "NB2 zero inflation": lambda rows: zero_inflated(rows, "x", exposure="members", count="nb2", cluster=None),
    "hurdle": lambda rows: hurdle(rows, "sex", exposure="members"),
    "NB2 hurdle": lambda rows: hurdle(rows, "x", exposure="members", count="nb2", zero="poisson", cluster=None),
    "zero choice": lambda rows: zero_choice(rows, "sex", exposure="members"),
    "expected runs": lambda rows: expected_runs(once(rows), "1", exposure="members", seed=1, draws=200),
    "organisations": without_admission,
    "dry runs": lambda rows: dry_runs(once(rows)),
    "Kaplan-Meier": lambda rows: kaplan_meier(rows, time="admitted", event="ended", by="sex"),
    "Aalen-Johansen": lambda rows: aalen_johansen(rows, time="admitted", cause="cause"),
    "Cox": lambda rows: cox(rows, "sex + x", time="admitted", event="ended", cluster="unit_id"),
    "Cox, rows alone": lambda rows: cox(rows, "x", time="admitted", event="ended"),
    "meta-analysis": lambda rows: random_effects(*study(rows)),
    "meta-analysis of ratios by Paule and Mandel": lambda rows: random_effects(*study(rows), tau2="PM", link="identity"),
    "asymmetry": lambda rows: egger(*study(rows)),
    "series": lambda rows: segmented(series(rows), middle(rows), season="none"),
}  # fmt: skip
"""Name → the model of a table with the columns of :func:`blank`."""


def blank() -> pd.DataFrame:
    """Return the columns that the models read."""
    columns = {
        "unit_id": str,
        "year": int,
        "sex": object,
        "locality": object,
        "level": object,
        "cause": object,
    }
    columns |= dict.fromkeys(("admitted", "members", "target", "eligible", "x"), float) | {"ended": int}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


def drawn(random: np.random.Generator, size: int, odd: float) -> pd.DataFrame:
    """Return rows of which a share has values that no register should have."""

    def some(usual: np.ndarray, strange: list[float]) -> np.ndarray:
        values = usual.astype(float)
        where = random.random(size) < odd
        return np.where(where, random.choice(np.array(strange, dtype=float), size), values)

    few = random.integers(1, 4)
    mean = random.choice([0.05, 1.5, 6.0, 6.0]) * random.gamma(2, 0.5, size)
    table = pd.DataFrame(
        {
            "unit_id": [f"u{place}" for place in random.integers(0, random.choice([3, 12, 18]), size)],
            "year": random.integers(2015, 2015 + random.choice([2, 6]), size),
            "sex": random.choice(["female", "male"][:few], size).astype(object),
            "locality": random.choice(["commune", "township", "ward"][:few], size).astype(object),
            "level": "commune",
            "cause": random.choice(["", "recognised", "struck_off"], size).astype(object),
            "admitted": some(
                random.poisson(mean) * random.integers(0, 2, size), [0, 10**9, -1, 0.5, np.nan, np.inf]
            ),
            "members": some(random.integers(1, 200, size), [0, 1e-9, 1e12, -2, np.nan, np.inf]),
            "target": some(
                random.integers(1, random.choice([3, 9]), size), [0, 10**6, -2, 0.5, np.nan, np.inf]
            ),
            "eligible": some(random.integers(0, 9, size), [0, 0, np.nan, -1]),
            "x": some(random.normal(size=size), [0, 1e8, 1e150, np.nan, np.inf]),
            "ended": random.integers(0, 2, size),
        }
    )
    return pd.concat([blank(), table]).astype({"year": int, "ended": int}) if size else blank()
