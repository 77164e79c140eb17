"""Size and power of the tests for heaping at the target, by simulation.

Run as ``python -m bench.heaping``; prints a table and writes nothing. A unit-year that would end up one short of
its target is moved onto it with the probability ``moved``.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from analysis.models.targets.density_test import density_test
from analysis.models.targets.heaping import heaping

TARGETS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20)
YEARS = 3


@dataclass(frozen=True, slots=True)
class Scenario:
    """A truth to draw registers from, and the model that is fitted to them.

    Attributes
    ----------
    label : str
    family : str
        What is fitted.
    alpha : float
        Over-dispersion of the truth.
    unit_effect : float
        Standard deviation of a normal effect of the unit, on the log scale.
    moved : float
        Share moved of the unit-years that are one short.
    targets : tuple of int
        Drawn from with equal chances.
    units : int
        Each has three years.
    """

    label: str
    family: str = "nb2"
    alpha: float = 0.1
    unit_effect: float = 0.0
    moved: float = 0.0
    targets: tuple[int, ...] = TARGETS
    units: int = 100


SCENARIOS = (
    Scenario("Poisson, Poisson fitted", family="poisson", alpha=0.0),
    Scenario("Poisson, NB2 fitted", alpha=0.0),
    Scenario("NB2, NB2 fitted"),
    Scenario("NB2, targets 1-3", targets=(1, 2, 3)),
    Scenario("NB2, 900 unit-years", units=300),
    Scenario("NB2, Poisson fitted", family="poisson"),
    Scenario("Poisson with unit effects, NB2 fitted", alpha=0.0, unit_effect=0.3),
    Scenario("NB2, 30% moved", moved=0.3),
    Scenario("NB2, 35% moved", moved=0.35),
    Scenario("NB2, 40% moved", moved=0.4),
    Scenario("NB2, 30% moved, 900 unit-years", moved=0.3, units=300),
)


def register(scenario: Scenario, seed: int) -> pd.DataFrame:
    """Return unit-years drawn from a scenario: unit_id, urban, admitted, target."""
    random = np.random.default_rng(seed)
    count = scenario.units * YEARS
    unit = np.repeat(np.arange(scenario.units), YEARS)
    urban = np.repeat(random.integers(0, 2, scenario.units), YEARS)
    target = np.repeat(random.choice(scenario.targets, scenario.units), YEARS)
    effect = np.repeat(random.normal(0, scenario.unit_effect, scenario.units), YEARS)
    mean = target * np.exp(0.1 * urban - 0.05 + effect)
    if scenario.alpha:
        admitted = random.negative_binomial(1 / scenario.alpha, 1 / (1 + scenario.alpha * mean))
    else:
        admitted = random.poisson(mean)
    moved = (admitted == target - 1) & (random.random(count) < scenario.moved)
    return pd.DataFrame({"unit_id": unit, "urban": urban, "admitted": admitted + moved, "target": target})


def p_values(scenario: Scenario, draws: int, seed: int) -> tuple[float, float, float, bool]:
    """Return the p-values of one register, by bootstrap, ceiling and Frandsen's test, and whether 95% cover 0."""
    rows = register(scenario, seed)
    found = heaping(rows, "urban", family=scenario.family, draws=draws, seed=seed)
    row = found.at("all")
    near = density_test(rows).at("all")
    return row["p_value"], found.ceiling_p, near["p_excess"], bool(row["low"] <= 0 <= row["high"])


def rejections(scenario: Scenario, simulations: int, draws: int, workers: int) -> Iterator[float]:
    """Return the share of registers in which each test rejects at 5%, then the coverage of the interval."""
    one = partial(p_values, scenario, draws)
    with ProcessPoolExecutor(workers) as pool:
        found = np.array(list(pool.map(one, range(1, simulations + 1), chunksize=20)), dtype=float)
    yield from (found[:, :3] <= 0.05).mean(axis=0)
    yield found[:, 3].mean()


def main(simulations: int = 2000, draws: int = 99, workers: int = 2) -> None:
    """Print the share of registers in which each test rejects at 5%."""
    print("| truth | n | bootstrap | ceiling | Frandsen, excess | 95% interval holds 0 |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for scenario in SCENARIOS:
        shares = [f"{100 * share:.1f}%" for share in rejections(scenario, simulations, draws, workers)]
        print(f"| {scenario.label} | {scenario.units * YEARS} | {' | '.join(shares)} |", flush=True)


if __name__ == "__main__":
    main()
