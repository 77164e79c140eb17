"""Units, their members, and counts of admissions drawn exactly from the stated rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.simulate import names
from analysis.simulate.given import Counts, Floats, YearFacts, admissions, moved, multinomial, scaled, taken
from analysis.simulate.parts import BANDS, LOCALITIES, SEXES, Unit
from analysis.simulate.truth import Truth

_WIDTHS = (13, 5, 5, 5, 5, 5, 5)
"""Years that each band but the last spans: one member in so many grows out of it a year."""

ELIGIBLE_PER_EXPECTED = 2.0
"""Eligible people who are not admitted, over the expected admissions."""


@dataclass(frozen=True, slots=True)
class Population:
    """What was drawn before anybody has a name.

    Attributes
    ----------
    units : tuple of Unit
        In the order of the first axis of the arrays.
    effects : (u,) array
        Effect of each unit on the log scale.
    years : range
    members_start, members_end, admitted, eligible : (u, y, band, sex) arrays of int
        Members at the start and at the end of each year, persons admitted, people who could be.
    expected : (u, y, band, sex) array
        Mean of the Poisson count: rate × members at the start.
    target : (u, y) array of int
    before_heaping : (u, y) array of int
        Persons who would have been admitted without heaping.
    """

    units: tuple[Unit, ...]
    effects: Floats
    years: range
    members_start: Counts
    members_end: Counts
    admitted: Counts
    eligible: Counts
    expected: Floats
    target: Counts
    before_heaping: Counts

    def cells(self) -> pd.DataFrame:
        """Return one row a unit × year × age band × sex: counts, and the rate per 1,000 members."""
        shape = self.admitted.shape
        unit, year, band, sex = (axis.ravel() for axis in np.indices(shape))
        frame = self.unit_columns(unit)
        frame["year"] = np.asarray(self.years)[year]
        frame["age_band"] = np.array(BANDS, dtype=object)[band]
        frame["sex"] = np.array(SEXES, dtype=object)[sex]
        for name in ("members_start", "members_end", "eligible", "admitted", "expected"):
            frame[name] = getattr(self, name).ravel()
        return frame

    def unit_columns(self, which: Counts) -> pd.DataFrame:
        """Return name, level, district, locality and founding day of units by their position."""
        columns = ("name", "level", "district", "locality", "founded")
        frame = pd.DataFrame({c: [str(getattr(u, c)) for u in self.units] for c in columns}, dtype=object)
        return frame.rename(columns={"name": "unit"}).iloc[which].reset_index(drop=True)


def draw(truth: Truth, rng: np.random.Generator) -> Population:
    """Return a population drawn from the truth.

    Counts are Poisson given the members of each cell, or multinomial where facts fix their total,
    which is the same distribution given that total.

    Raises
    ------
    ParameterError
        The facts cannot hold together, or ask for admissions where the rates allow none.
    """
    units = truth.units if isinstance(truth.units, tuple) else _made_units(truth, truth.units, rng)
    effects = rng.normal(0.0, 1.0, len(units)) * truth.unit_sd
    position = {unit.name: at for at, unit in enumerate(units)}
    years = truth.span()
    shape = (len(units), len(years), len(BANDS), len(SEXES))
    start, end, admitted = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    expected = np.zeros(shape)
    target, before = (np.zeros(shape[:2], dtype=np.int64) for _ in range(2))
    stock = _first_stock(truth, units, rng)
    mean_size = max(1, round(truth.members / len(units)))
    for at, year in enumerate(years):
        facts = YearFacts.of(truth.facts, year, position)
        stock = _opened(stock, units, year, years[0], mean_size, truth, rng)
        start[:, at] = moved(stock, facts, "members_start", rng)
        expected[:, at] = _rates(truth, units, effects, year) * start[:, at]
        target[:, at] = _targets(truth, at, expected, target, admitted, facts)
        drawn = admissions(expected[:, at], facts, rng)
        before[:, at] = drawn.sum(axis=(1, 2))
        admitted[:, at] = _heaped(truth, drawn, expected[:, at], target[:, at], rng)
        stock = moved(_aged(truth, start[:, at], admitted[:, at], rng), facts, "members_end", rng)
        end[:, at] = stock
    could_be = rng.poisson(ELIGIBLE_PER_EXPECTED * expected + 0.2)
    eligible = np.where(_open(units)[:, None, None, None], admitted + could_be, 0)
    return Population(units, effects, years, start, end, admitted, eligible, expected, target, before)


def _open(units: tuple[Unit, ...]) -> npt.NDArray[np.bool_]:
    return np.array([unit.eligible for unit in units])


def _made_units(truth: Truth, count: int, rng: np.random.Generator) -> tuple[Unit, ...]:
    design = truth.design
    # Districts and townships ceased with the provinces of 2008.
    old_order = truth.vintage == "2008"
    kinds = [kind for kind in LOCALITIES if old_order or kind != "township"]
    shares = np.array([design.locality.get(kind, 0.0) for kind in kinds])
    if shares.sum() == 0:
        raise ParameterError("design.locality: there are no townships since 1 July 2025")
    locality = [kinds[i] for i in rng.choice(len(kinds), size=count, p=shares / shares.sum())]
    communes = (rng.random(count) >= design.not_communes).tolist()
    called = names.units(rng, locality, communes)
    district = rng.integers(design.districts, size=count)
    late = rng.random(count) < design.founded_late
    eligible = rng.random(count) >= design.structural_zeros
    days = (date(truth.years[1], 12, 31) - date(truth.years[0], 1, 2)).days
    founded = rng.integers(days, size=count)
    old = rng.integers(365 * 30, size=count)
    return tuple(
        Unit(
            name=called[i],
            level="commune" if communes[i] else "grassroots",
            district=f"huyện Giả Lập {district[i] + 1}" if old_order else "",
            locality=locality[i],
            founded=date(truth.years[0], 1, 2) + timedelta(days=int(founded[i]))
            if late[i]
            else date(1955, 1, 1) + timedelta(days=int(old[i])),
            eligible=bool(eligible[i]),
        )
        for i in range(count)
    )


def _composition(truth: Truth) -> Floats:
    shares = truth.members_at_start
    age = np.array([shares.age.get(band, 0.0) for band in BANDS])
    sex = np.array([1 - shares.female, shares.female])
    cells: Floats = np.outer(age / age.sum(), sex).ravel()
    return cells / cells.sum()


def _first_stock(truth: Truth, units: tuple[Unit, ...], rng: np.random.Generator) -> Counts:
    """Spread the members over the units that exist on the first day, log-normally, and over cells."""
    exists = np.array([unit.founded <= date(truth.years[0], 1, 1) for unit in units])
    stated = np.array([-1 if unit.members is None else unit.members for unit in units])
    size = np.exp(truth.members_at_start.spread * rng.normal(0.0, 1.0, len(units)))
    weight = np.where(exists & (stated < 0), size, 0.0)
    left = truth.members - int(stated[stated >= 0].sum())
    if left > 0 and weight.sum() == 0:
        raise ParameterError(f"members: no unit exists on 1 January {truth.years[0]} to hold {left} of them")
    totals = np.maximum(stated, 0)
    if left > 0:
        totals = totals + rng.multinomial(left, weight / weight.sum())
    return _spread(totals, truth, rng)


def _spread(totals: Counts, truth: Truth, rng: np.random.Generator) -> Counts:
    cells: Counts = rng.multinomial(totals, _composition(truth)).reshape(-1, len(BANDS), len(SEXES))
    return cells


def _opened(
    stock: Counts, units: tuple[Unit, ...], year: int, first: int, mean_size: int, truth: Truth,
    rng: np.random.Generator,
) -> Counts:  # fmt: skip
    """Give units that opened in the year before their members, moved in from outside."""
    opened = np.array(
        [year > first and year - 1 == (unit.founded - timedelta(days=1)).year for unit in units]
    )
    return stock + _spread(np.where(opened, mean_size, 0), truth, rng)


def _rates(truth: Truth, units: tuple[Unit, ...], effects: Floats, year: int) -> Floats:
    rates = truth.rates
    age = np.array([rates.age.get(band, 1.0) for band in BANDS])
    sex = np.array([rates.sex.get(sex, 1.0) for sex in SEXES])
    locality = np.array([rates.locality.get(unit.locality, 1.0) for unit in units])
    unit = rates.per_1000 / 1000 * rates.year.get(year, 1.0) * locality * np.exp(effects) * _open(units)
    found: Floats = unit[:, None, None] * age[None, :, None] * sex[None, None, :]
    return found


def _targets(
    truth: Truth, at: int, expected: Floats, target: Counts, admitted: Counts, facts: YearFacts
) -> Counts:
    """Return the targets of one year: the ratchet on the last, or the first from what is expected."""
    rule = truth.targets
    mean = expected[:, at].sum(axis=(1, 2))
    first = np.maximum(1, np.rint(rule.first * mean))
    if at == 0:
        wanted = first
    else:
        last = target[:, at - 1]
        reached = admitted[:, at - 1].sum(axis=(1, 2)) / np.maximum(last, 1)
        over, under = np.maximum(reached - 1, 0), np.maximum(1 - reached, 0)
        moved = np.maximum(1, np.rint(last * (1 + rule.raised * over - rule.cut * under)))
        wanted = np.where(last > 0, moved, first)
    found = np.where(mean > 0, wanted, 0).astype(np.int64)
    given = facts.units.get(("target", "all"), {})
    total = facts.whole.get(("target", "all"))
    fixed = np.isin(np.arange(len(found)), list(given))
    found[list(given)] = list(given.values())
    if total is not None:
        found[~fixed] = scaled(found[~fixed], total - int(found[fixed].sum()))
    return found


def _heaped(
    truth: Truth, drawn: Counts, expected: Floats, target: Counts, rng: np.random.Generator
) -> Counts:
    """Move counts that end near their target onto it, with the stated probability."""
    rule = truth.targets
    found = drawn.copy()
    gap = target - drawn.sum(axis=(1, 2))
    chance = rng.random(len(gap))
    near = (target > 0) & (gap != 0) & (np.abs(gap) <= rule.heap_within)
    for unit in np.flatnonzero(near & (chance < rule.heap_strength)):
        if gap[unit] > 0:
            found[unit] += multinomial(expected[unit], int(gap[unit]), rng)
        else:
            found[unit] -= taken(found[unit], -int(gap[unit]), rng)
    return found


def _aged(truth: Truth, start: Counts, admitted: Counts, rng: np.random.Generator) -> Counts:
    """Return the members a year later: some left, some grew out of their band, some came."""
    stock: Counts = start - rng.binomial(start, truth.members_at_start.exits)
    grown = rng.binomial(stock[:, :-1], 1 / np.array(_WIDTHS)[None, :, None])
    stock[:, :-1] -= grown
    stock[:, 1:] += grown
    return stock + admitted
