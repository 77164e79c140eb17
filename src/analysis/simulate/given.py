"""Counts given what facts say of their totals."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analysis.errors import ParameterError
from analysis.simulate.parts import Fact

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class YearFacts:
    """The facts of one year: (measure, subgroup) → value of the whole, or → values by unit."""

    whole: dict[tuple[str, str], int] = field(default_factory=dict)
    units: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: tuple[Fact, ...], year: int, position: dict[str, int]) -> YearFacts:
        """Return the facts of ``year``; ``position`` tells where each unit stands."""
        found = cls()
        for fact in facts:
            key = (fact.measure, fact.subgroup)
            if fact.year == year and fact.unit is None:
                found.whole[key] = fact.value
            elif fact.year == year and fact.unit is not None:
                found.units.setdefault(key, {})[position[fact.unit]] = fact.value
        return found


def admissions(expected: Floats, facts: YearFacts, rng: np.random.Generator) -> Counts:
    """Return Poisson counts, given what the facts say of totals and of women.

    Units with a fact of their own come first; the others then share what the whole leaves them.
    """
    totals, women = (facts.units.get(("admitted", who), {}) for who in ("all", "female"))
    total, female = (facts.whole.get(("admitted", who)) for who in ("all", "female"))
    found = np.zeros(expected.shape, dtype=np.int64)
    fixed = sorted({*totals, *women})
    for unit in fixed:
        found[unit] = _given(expected[unit : unit + 1], totals.get(unit), women.get(unit), rng)[0]
    others = np.setdiff1d(np.arange(len(expected)), fixed)
    if total is not None:
        total -= int(found.sum())
    if female is not None:
        female -= int(found[:, :, 1].sum())
    found[others] = _given(expected[others], total, female, rng)
    return found


def _given(expected: Floats, total: int | None, female: int | None, rng: np.random.Generator) -> Counts:
    found = np.zeros(expected.shape, dtype=np.int64)
    if female is not None:
        found[..., 1] = multinomial(expected[..., 1], female, rng)
        rest = None if total is None else total - female
        found[..., 0] = (
            rng.poisson(expected[..., 0]) if rest is None else multinomial(expected[..., 0], rest, rng)
        )
    elif total is not None:
        found = multinomial(expected, total, rng)
    else:
        found = rng.poisson(expected)
    return found


def multinomial(expected: Floats, total: int, rng: np.random.Generator) -> Counts:
    """Return counts that add to ``total``, as Poisson counts with these means do given their total."""
    if total < 0 or (total > 0 and expected.sum() == 0):
        raise ParameterError(
            f"facts: {total} admissions are asked for where the other facts and the rates leave none"
        )
    if total == 0:
        return np.zeros(expected.shape, dtype=np.int64)
    chances = expected.ravel() / expected.sum()
    found: Counts = rng.multinomial(total, chances / chances.sum()).reshape(expected.shape)
    return found


def scaled(parts: Counts, total: int) -> Counts:
    """Return whole numbers in proportion to ``parts`` that add to ``total``: largest remainders first."""
    if total < 0 or (total > 0 and parts.sum() == 0):
        raise ParameterError("facts: the targets of the units and of the whole contradict each other")
    if total == 0:
        return np.zeros_like(parts)
    exact = parts * (total / parts.sum())
    found = np.floor(exact + 1e-9).astype(np.int64)
    rest = total - int(found.sum())
    found[np.argsort(found - exact, kind="stable")[:rest]] += 1
    return found


def moved(stock: Counts, facts: YearFacts, measure: str, rng: np.random.Generator) -> Counts:
    """Let as many members move in or out as a fact about their number needs."""
    found = stock.copy()
    given = facts.units.get((measure, "all"), {})
    for unit, value in given.items():
        found[unit] = _to(found[unit], value, rng)
    total = facts.whole.get((measure, "all"))
    if total is not None:
        others = np.setdiff1d(np.arange(len(found)), list(given))
        found[others] = _to(found[others], total - sum(given.values()), rng)
    return found


def _to(stock: Counts, value: int, rng: np.random.Generator) -> Counts:
    change = value - int(stock.sum())
    if value < 0 or (change > 0 and stock.sum() == 0):
        raise ParameterError("facts: the members of the units and of the whole contradict each other")
    if change >= 0:
        return stock + multinomial(stock.astype(np.float64), change, rng)
    return stock - taken(stock, -change, rng)


def taken(counts: Counts, number: int, rng: np.random.Generator) -> Counts:
    """Return which of the counted persons are among ``number`` of them taken without looking."""
    if number > counts.sum():
        raise ParameterError(f"facts: {number} members would have to leave, there are {int(counts.sum())}")
    found: Counts = rng.multivariate_hypergeometric(counts.ravel(), number, method="marginals").reshape(
        counts.shape
    )
    return found
