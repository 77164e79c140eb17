"""How often 95% intervals hold the truth of synthetic registers; writes ``docs/coverage.md``.

Run as ``make coverage-bench``, or ``python -m bench.coverage 200`` for another number of replications, which prints
the table and writes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from analysis import __version__
from bench import coverage_counts, coverage_people, coverage_series, coverage_units, heaping
from bench.coverage_tally import LEAST, MOST, SEED, Coverage, Floats, Quantity, Study, tally

PAGE = Path(__file__).resolve().parents[1] / "docs" / "coverage.md"
STUDIES = (
    *coverage_counts.STUDIES,
    *coverage_units.STUDIES,
    *coverage_people.STUDIES,
    *coverage_series.STUDIES,
)
REPLICATIONS, HEAPING = 2000, 1000
"""Registers a study, and a scenario of heaping."""

SCENARIOS = ("NB2, NB2 fitted", "NB2, 40% moved", "NB2, 50% moved", "NB2, 30% moved, 900 unit-years")
"""Of :mod:`bench.heaping`."""

_PIECE = 50
"""Replications that a worker does at a time."""

Rows = list[tuple[Quantity, Coverage]]


def _piece(study: int, first: int, last: int) -> Floats:
    return STUDIES[study].replicate(first, last)


def covered(studies: Sequence[int], replications: int, workers: int) -> Iterator[tuple[Study, Rows]]:
    """Return what each study's quantities come to, study by study; the same for any number of workers."""
    with ProcessPoolExecutor(workers) as pool:
        work = {
            which: [
                pool.submit(_piece, which, first, min(first + _PIECE, replications))
                for first in range(0, replications, _PIECE)
            ]
            for which in studies
        }
        for which, pieces in work.items():
            study = STUDIES[which]
            found = np.concatenate([piece.result() for piece in pieces])
            yield (
                study,
                [(quantity, tally(found[:, at])) for at, quantity in enumerate(study.quantities.values())],
            )


HEAD = (
    "| estimator | quantity | truth | replications | coverage | Monte-Carlo interval | bias | errors | withheld |\n"
    "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def line(quantity: Quantity, found: Coverage) -> str:
    """Return a row of the table; a coverage outside 93-97% stands in bold."""
    share = f"{found.coverage:.1%}"
    cells = [
        quantity.model,
        quantity.what,
        quantity.truth,
        f"{found.replications:,}",
        f"**{share}**" if found.outside else share,
        f"{found.low:.1%} – {found.high:.1%}",
        f"{found.bias:+.2g}",
        "–" if np.isnan(found.errors) else f"{found.errors:.3f}",
        f"{found.withheld:.1%}",
    ]
    return f"| {' | '.join(cells)} |"


def section(study: Study, rows: Rows) -> str:
    """Return the table of one study, and what stands in the way of coverages outside 93-97%."""
    said = {
        quantity.model: quantity.why or "not explained" for quantity, found in rows if found.outside
    }
    lines = [f"Registers: {study.register}.", "", HEAD, *(line(*row) for row in rows)]
    if said:
        lines += ["", *(f"- {model}: {why}." for model, why in said.items())]
    return "\n".join([f"## {study.name.capitalize()}", *lines, ""])


def heaped(simulations: int, workers: int) -> str:
    """Return the table of how often the tests for heaping reject, by :mod:`bench.heaping`."""
    chosen = [scenario for scenario in heaping.SCENARIOS if scenario.label in SCENARIOS]
    lines = ["| truth | unit-years | bootstrap | ceiling | Frandsen, excess |", "| --- | ---: | ---: | ---: | ---: |"]
    for scenario in chosen:
        shares = list(heaping.rejections(scenario, simulations, 99, workers))[:3]
        shown = " | ".join(f"{share:.1%}" for share in shares)
        lines.append(f"| {scenario.label} | {scenario.units * heaping.YEARS} | {shown} |")
    return "\n".join(lines)
