"""Writes seeds.json: what every function with a seed gives for it, to all digits.

    python tests/reference/seeds.py

The numbers are our own. They hold on any machine: where one differs by more than 1e-10, a stream of random numbers,
or the order in which it is used, has changed, and results that were published can no longer be made again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.models.counts.cluster_bootstrap import bootstrap_clusters
from analysis.models.counts.fit import fit_counts
from analysis.models.result import ESTIMATES, Result
from analysis.models.small_units.ranks import posterior_ranks
from analysis.models.small_units.shrinkage import shrink
from analysis.models.targets.heaping import heaping
from analysis.models.zeros.expected_runs import expected_runs

HERE = Path(__file__).parent
SEED = 20260101


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"{name}.csv")


def _clusters(count: int) -> Result:
    rows = _read("count_cells")
    rows = rows.loc[rows["unit"].isin(sorted(rows["unit"].unique())[:count])]
    return bootstrap_clusters(fit_counts(rows, "sex", cluster="unit"), draws=299, seed=SEED)


def _ranks() -> Result:
    return posterior_ranks(shrink(_read("lip")), seed=SEED, draws=1000)


def _heaping(family: str) -> Result:
    return heaping(_read("targets"), family=family, draws=199, seed=SEED)


def _runs(model: str) -> Result:
    return expected_runs(_read("zeros"), "locality", exposure="members", model=model, seed=SEED, draws=300)


SEEDED: dict[str, Callable[[], Result]] = {
    "bootstrap of nine clusters, Webb's weights": lambda: _clusters(9),
    "bootstrap of fifteen clusters, signs": lambda: _clusters(15),
    "ranks": _ranks,
    "heaping, Poisson": lambda: _heaping("poisson"),
    "heaping, NB2": lambda: _heaping("nb2"),
    "runs of a Poisson model": lambda: _runs("poisson"),
    "runs of a hurdle model": lambda: _runs("hurdle_poisson"),
}
"""Name → a result that rests on random numbers."""


def numbers(result: Result) -> dict[str, dict[str, float | None]]:
    """Return the estimates of a result by term; what is missing or without bound as None."""
    table = result.estimates.set_index("term")[list(ESTIMATES[1:])].astype(float)
    return {
        str(term): {name: float(value) if np.isfinite(value) else None for name, value in row.items()}
        for term, row in table.to_dict("index").items()
    }


if __name__ == "__main__":
    found = {name: numbers(make()) for name, make in SEEDED.items()}
    (HERE / "seeds.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
