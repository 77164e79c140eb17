"""How often tests with few clusters reject a true hypothesis at 5%: the score bootstrap beside clustered errors.

Run as ``python -m bench.cluster_bootstrap``; prints a table and writes nothing. Units differ by a gamma effect, and
so do men and women within them; half of the units are of one locality. Neither sex nor locality matters.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.models.counts.fit import fit_counts
from analysis.models.counts.score_bootstrap import Clustered, Weights, bootstrap_weights, p_value

SAMPLES = 1000
YEARS = (2019, 2020, 2021, 2022, 2023)
FORMULA = "sex + locality + C(year)"


def rows(rng: np.random.Generator, units: int) -> pd.DataFrame:
    """Return the counts of a register of units of unlike sizes."""
    cells = pd.MultiIndex.from_product([range(units), (0, 1), YEARS], names=["unit", "sex", "year"])
    table = cells.to_frame(index=False)
    unit, sex = table["unit"].to_numpy(), table["sex"].to_numpy()
    own = rng.gamma(4, 1 / 4, units)[unit] * rng.gamma(10, 1 / 10, (units, 2))[unit, sex]
    members = rng.integers(20, 200, units)[unit] / 2
    return table.assign(
        locality=(unit < units // 2).astype(int), members=members, admitted=rng.poisson(members * 0.05 * own)
    )


def p_values(table: pd.DataFrame, term: str, weights: Weights) -> tuple[float, float]:
    """Return the p-values of the bootstrap and of t with clustered errors; missing where the gate holds them back."""
    fit = fit_counts(table, FORMULA, cluster="unit")
    if fit.withheld:
        return np.nan, np.nan
    cells = fit.cells
    data = Clustered(
        fit.design.matrix,
        *(cells[name].to_numpy() for name in ("cluster", "pattern", "outcome", "exposure")),
    )
    return p_value(data.effective_scores(fit.design.terms.index(term), 0.0), weights), fit.at(term)["p_value"]


def main() -> None:
    """Print the shares rejected."""
    print(f"{SAMPLES} samples each; standard error of a share near 5%: {np.sqrt(0.0475 / SAMPLES):.1%}\n")
    print(
        "| units | weights | tested | score bootstrap | clustered errors, t |\n| ---: | --- | --- | ---: | ---: |"
    )
    for units in (10, 12, 20, 30):
        weights = bootstrap_weights(units, 1999, seed=1)
        for term in ("sex", "locality"):
            rng = np.random.default_rng(20250701)
            found = np.array([p_values(rows(rng, units), term, weights) for _ in range(SAMPLES)])
            shares = np.nanmean(np.where(np.isnan(found), np.nan, found <= 0.05), axis=0)
            print(f"| {units} | {weights.kind} | {term} | {shares[0]:.1%} | {shares[1]:.1%} |", flush=True)


if __name__ == "__main__":
    main()
