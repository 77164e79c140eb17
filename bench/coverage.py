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

from bench import coverage_counts, coverage_people, coverage_series, coverage_units, heaping
from bench.coverage_tally import LEAST, MOST, Coverage, Floats, Quantity, Study, tally

PAGE = Path(__file__).resolve().parents[1] / "docs" / "coverage.md"
STUDIES = (
    *coverage_counts.STUDIES,
    *coverage_units.STUDIES,
    *coverage_people.STUDIES,
    *coverage_series.STUDIES,
)
REPLICATIONS, HEAPING = 2000, 1000
"""Registers a study, and a scenario of heaping."""

SCENARIOS = (
    "NB2, NB2 fitted",
    "NB2, 30% moved",
    "NB2, 35% moved",
    "NB2, 40% moved",
    "NB2, 30% moved, 900 unit-years",
)
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


def _reason(quantity: Quantity, found: Coverage) -> str:
    """Return what keeps a coverage from 93-97%, or that its replications do not show that anything does."""
    if quantity.why:
        return quantity.why
    return (
        "within the error of the replications"
        if found.low <= MOST and found.high >= LEAST
        else "not explained"
    )


def section(study: Study, rows: Rows) -> str:
    """Return the table of one study, and what stands in the way of coverages outside 93-97%."""
    said = {quantity.model: _reason(quantity, found) for quantity, found in rows if found.outside}
    lines = [f"Registers: {study.register}.", "", HEAD, *(line(*row) for row in rows)]
    if said:
        lines += ["", *(f"- {model}: {why}." for model, why in said.items())]
    return "\n".join([f"## {study.name.capitalize()}", *lines, ""])


def heaped(simulations: int, workers: int) -> str:
    """Return how often the tests for heaping reject, by :mod:`bench.heaping`."""
    lines = [
        "## Heaping at the target",
        f"Share of {simulations:,} registers in which each test rejects at 5%: the size where nobody is moved, the power "
        "where so many of the unit-years that end one short of their target are moved onto it.",
        "",
        "| truth, and model fitted | unit-years | bootstrap | ceiling | Frandsen, excess |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    known = {scenario.label: scenario for scenario in heaping.SCENARIOS}
    for scenario in (known[label] for label in SCENARIOS):
        shares = list(heaping.rejections(scenario, simulations, 99, workers))[:3]
        shown = " | ".join(f"{share:.1%}" for share in shares)
        lines.append(f"| {scenario.label} | {scenario.units * heaping.YEARS} | {shown} |")
    return "\n".join([*lines, ""])


def _short(every: Sequence[Coverage]) -> bool:
    return min(found.replications for found in every) < REPLICATIONS


def introduction(sections: Sequence[Rows]) -> str:
    """Return what the page is, how to read it, and how many quantities are within 93-97%."""
    every = [found for rows in sections for _quantity, found in rows]
    within = sum(not found.outside for found in every)
    short = f" Rows of fewer than {REPLICATIONS:,} registers are provisional." if _short(every) else ""
    return f"""# How often the intervals hold the truth
Made by `make coverage-bench`, which takes about half an hour on two cores; not edited by hand. Registers are drawn
from a stated truth by the parts of `ketnap simulate`, and the package's own functions make a 95% interval from each.
{within} of {len(every)} quantities are covered in {LEAST:.0%} to {MOST:.0%} of their registers; the others stand in bold, with
the reason under their table.{short}

- **coverage**: share of the intervals that hold the truth, of those that were not withheld; beside it its own 95%
  interval, since the registers are a sample too.
- **bias**: mean of estimate less truth, on the scale of the quantity.
- **errors**: root mean square of the standard errors over the standard deviation of estimate less truth; 1 is right,
  less is too small.
- **withheld**: share of the registers of which the fit gate let no number pass.
- *drawn anew*: the truth differs from register to register, as the members do over which it is averaged.
"""


def main() -> None:
    """Write the page, or print the tables for as many replications as the command line says."""
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else REPLICATIONS
    sections, tables = [], []
    for study, rows in covered(range(len(STUDIES)), replications, workers=2):
        sections.append(section(study, rows))
        tables.append(rows)
        print(sections[-1], flush=True)
    if replications != REPLICATIONS:
        return
    page = "\n".join([introduction(tables), *sections, heaped(HEAPING, workers=2)])
    PAGE.write_text(page, encoding="utf-8", newline="\n")
    print(page[page.index("## Heaping") :])


if __name__ == "__main__":
    main()
