"""The difference of two rates or two totals, split into what composition, rates and factors account for."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.models.gate import MIN_EVENTS, Finding, withheld
from analysis.models.result import Dropped, tidy
from analysis.models.standardisation.das_gupta import composition_factors, product_effects
from analysis.models.standardisation.decomposed import PART, Decomposition, difference_title
from analysis.models.sums import UNITS, check_level, sums
from analysis.models.terms import category_label, category_term, shortened

Floats = npt.NDArray[np.float64]

_NUMBERS = [f"{side}_{name}" for side in ("first", "second") for name in ("observed", "exposure")]
"""Columns of counts and exposures of the cells."""


def decompose_rates(
    rows: pd.DataFrame,
    *,
    between: str,
    first: Hashable,
    second: Hashable,
    factors: Sequence[str],
    outcome: str = "admitted",
    exposure: str = "members",
    per: float = 100,
    level: float = 0.95,
    dropped: tuple[Dropped, ...] = (),
) -> Decomposition:
    """Return how much of the difference of two crude rates lies in composition, how much in rates.

    Kitagawa's two parts, each weighted by the mean of the two sides; with several factors the part of
    composition is split among them by Das Gupta. The parts add up to the difference. A cell that one side lacks
    has no rate there: all of its part is composition, and a finding names it. Intervals take the members as
    known and the admitted as Poisson; the parts are linear in the rates, so that their variance is exact but for
    each mean being estimated by its count.

    Parameters
    ----------
    rows : DataFrame
        One row a unit, year and cell, as of :func:`analysis.models.register_rows.by_cell`; they are summed.
    between : str
        Column that tells the two sides: ``province``, ``year``.
    first, second : value of ``between``
        The difference is the second less the first.
    factors : sequence of str
        Columns of the composition: ``["age_band", "sex"]``.
    outcome, exposure : str
        Columns.
    per : float
        Exposure that rates are per.
    level : float
        Coverage.
    dropped : tuple of Dropped
        Rows left out before.

    Raises
    ------
    ParameterError
        A column or a side is missing, or the sides are the same.

    References
    ----------
    Kitagawa, E. M. (1955). Components of a difference between two rates. *Journal of the American Statistical
    Association* 50, 1168-1194.

    Das Gupta, P. (1993). *Standardization and Decomposition of Rates: A User's Manual*. U.S. Bureau of the Census,
    Current Population Reports P23-186, chapter 5.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {
    ...         "year": [2015, 2015, 2020, 2020],
    ...         "sex": ["female", "male"] * 2,
    ...         "admitted": [10, 40, 30, 30],
    ...         "members": [200, 1800, 600, 900],
    ...     }
    ... )
    >>> found = decompose_rates(rows, between="year", first=2015, second=2020, factors=["sex"])
    >>> found.estimates.set_index("term")["response"].round(6).to_dict()
    {'difference': 1.5, 'rates': 0.833333, 'composition': 0.666667}
    """
    check_level(level)
    if not (np.isfinite(per) and per > 0):
        raise ParameterError(f"per {per!r} is not a positive number")
    if not factors:
        raise ParameterError("a decomposition needs at least one factor of composition")
    if first == second:
        raise ParameterError(f"both sides are {first!r}")
    if between in rows.columns:
        rows = rows.loc[rows[between].isin([first, second])]
    summed = sums(rows, [between, *factors], outcome, exposure, least=0, empty=True)
    cells = _cells(summed.table, between, (str(first), str(second)), list(factors))
    sides = (category_label(between, str(first)), category_label(between, str(second)))
    findings = list(summed.findings)
    if not withheld(findings):
        findings += _cell_findings(cells, list(factors), between, (first, second))
    hidden = withheld(findings)
    if hidden:
        cells = cells.assign(**dict.fromkeys(_NUMBERS, 0.0))
    effects = _effects(cells, list(factors), per)
    table = tidy(effects.terms, effects.values, effects.errors, link="identity", level=level)
    return Decomposition(
        name=f"decomposition-{between}",
        title=difference_title(*sides),
        estimates=_with_shares(table, known=not hidden and table["low"][0] * table["high"][0] > 0),
        specification=f"{outcome} / {exposure}: {between} {first} → {second}; {' × '.join(factors)}",
        n=summed.rows,
        exposure=float(summed.table["exposure"].sum(skipna=False)),
        exposure_unit=UNITS.get(exposure, "persons"),
        covariance="Poisson",
        dropped=(*dropped, *summed.dropped),
        findings=tuple(findings),
        level=level,
        sides=sides,
        values=(float("nan"), float("nan")) if hidden else _crude(cells, per),
        per=per,
        cells=cells.iloc[:0] if hidden else _contributions(cells, list(factors), effects),
    )


def decompose_product(
    first: Mapping[str, float], second: Mapping[str, float], *, sides: tuple[str, str]
) -> Decomposition:
    """Return how much each factor of a product contributes to the difference of two products.

    Such as admitted = members × (target / members) × (admitted / target). The factors are taken as known, so that
    the effects have no intervals.

    Parameters
    ----------
    first, second : mapping of str to float
        Factor → value; the same factors on both sides.
    sides : tuple of str
        Words for the two sides.

    Raises
    ------
    ParameterError
        The factors differ, there are none, or a value is missing, negative or infinite.

    References
    ----------
    Das Gupta, P. (1993). *Standardization and Decomposition of Rates: A User's Manual*. U.S. Bureau of the Census,
    Current Population Reports P23-186, chapter 2.

    Examples
    --------
    >>> found = decompose_product(
    ...     {"members": 5000, "rate": 0.02}, {"members": 6000, "rate": 0.03}, sides=("2015", "2020")
    ... )
    >>> found.estimates.set_index("term")["response"].round(9).to_dict()
    {'difference': 80.0, 'members': 25.0, 'rate': 55.0}
    """
    if not first or set(first) != set(second):
        raise ParameterError(f"the factors differ: {', '.join(first)} and {', '.join(second)}")
    names = list(first)
    low, high = (np.array([side[name] for name in names], dtype=float) for side in (first, second))
    for name, *pair in zip(names, low, high, strict=True):
        if not all(np.isfinite(value) and value >= 0 for value in pair):
            raise ParameterError(f"factor {name!r} is {pair[0]:g} and {pair[1]:g}; give numbers from 0 on")
    effects = product_effects(low, high)
    values = (float(low.prod()), float(high.prod()))
    errors = np.full(len(names) + 1, np.nan)
    table = tidy(["difference", *names], [values[1] - values[0], *effects], errors, link="identity")
    return Decomposition(
        name="decomposition-product",
        title=difference_title(*sides),
        estimates=_with_shares(table, known=True),
        specification=" × ".join(names),
        n=2,
        sides=sides,
        values=values,
        per=1.0,
        cells=pd.DataFrame(),
    )


def _cells(table: pd.DataFrame, between: str, sides: tuple[str, str], factors: list[str]) -> pd.DataFrame:
    """Return one row a cell that either side has, with counts and exposures of both; zero where absent.

    Raises
    ------
    ParameterError
        A side has no row.
    """
    parts = []
    for name, side in zip(("first", "second"), sides, strict=True):
        part = table.loc[table[between] == side].drop(columns=between).set_index(factors)
        if part.empty:
            raise ParameterError(f"{between} {side} has no rows with {', '.join(factors)}")
        parts.append(part.add_prefix(f"{name}_"))
    order = table[factors].drop_duplicates()
    joined = order.join(parts[0], on=factors).join(parts[1], on=factors)
    return joined.fillna(0.0).reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class _Effects:
    """Effects as sums over cells of coefficient × rate.

    Attributes
    ----------
    terms : tuple of str
    coefficients : (terms, 2, cells) array
        Of the first side's rates, and of the second's.
    rates, variances : (2, cells) arrays
        Per ``per``; zero where a side lacks the cell, as is its coefficient.
    """

    terms: tuple[str, ...]
    coefficients: Floats
    rates: Floats
    variances: Floats

    @property
    def values(self) -> Floats:
        return (self.coefficients * self.rates).sum(axis=(1, 2))

    @property
    def errors(self) -> Floats:
        return np.sqrt((self.coefficients**2 * self.variances).sum(axis=(1, 2)))


def _effects(cells: pd.DataFrame, factors: list[str], per: float) -> _Effects:
    """Return the effects of composition and rates.

    Where both sides have the cell, composition is weighted by the mean of its two rates and the difference of
    rates by the mean of its two shares; where one side lacks it, composition is weighted by the only rate.
    """
    counts, sizes = (
        cells[[f"first_{name}", f"second_{name}"]].to_numpy(dtype=float).T
        for name in ("observed", "exposure")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where(sizes > 0, per * counts / sizes, 0.0)
        variances = np.where(sizes > 0, per**2 * counts / sizes**2, 0.0)
        shares = sizes / sizes.sum(axis=1, keepdims=True)
        parts = [composition_factors(cells[factors], size) for size in sizes]
        split = product_effects(*parts)
    there = (sizes > 0).astype(float)
    both = there.prod(axis=0)
    mean_of_rates = np.where(both, 0.5, there)
    mean_of_shares = both * shares.mean(axis=0)
    difference = np.array([-shares[0], shares[1]])
    composition = mean_of_rates * split.sum(axis=0)
    terms, coefficients = ["difference", "rates", "composition"], [difference]
    coefficients += [np.array([-mean_of_shares, mean_of_shares]), composition]
    if len(factors) > 1:
        terms += [f"{PART}{factor}" for factor in factors]
        coefficients += [mean_of_rates * part for part in split]
    return _Effects(tuple(terms), np.array(coefficients), rates, variances)


def _contributions(cells: pd.DataFrame, factors: list[str], effects: _Effects) -> pd.DataFrame:
    """Return the cells with their rates and what each adds to composition and rates."""
    added = (effects.coefficients * effects.rates).sum(axis=1)
    exposures = cells[["first_exposure", "second_exposure"]]
    rates = np.where(exposures.to_numpy() > 0, effects.rates.T, np.nan)
    return cells[[*factors, *exposures.columns]].assign(
        first_rate=rates[:, 0],
        second_rate=rates[:, 1],
        composition=added[effects.terms.index("composition")],
        rates=added[effects.terms.index("rates")],
    )


def _crude(cells: pd.DataFrame, per: float) -> tuple[float, float]:
    first, second = (
        float(per * cells[f"{side}_observed"].sum() / cells[f"{side}_exposure"].sum())
        for side in ("first", "second")
    )
    return first, second


def _cell_findings(
    cells: pd.DataFrame, factors: list[str], between: str, sides: tuple[Hashable, Hashable]
) -> list[Finding]:
    """Return what keeps the two sides from being compared, and the cells that only one of them has."""
    found = []
    terms = np.array([category_term(factors, key) for key in cells[factors].itertuples(index=False)])
    empty = {side: cells[f"{side}_exposure"].to_numpy() == 0 for side in ("first", "second")}
    for side, value in zip(("first", "second"), sides, strict=True):
        name = category_term([between], [value])
        counts = cells[f"{side}_observed"].to_numpy()
        if empty[side].all():
            found.append(Finding("exposure_not_positive", name, {"count": len(cells)}))
        elif counts[empty[side]].any():
            where = f"{name} ~ {shortened(terms[empty[side] & (counts > 0)].tolist(), ' + ')}"
            found.append(
                Finding("outcome_without_exposure", where, {"count": float(counts[empty[side]].sum())})
            )
        if counts.sum() < MIN_EVENTS:
            found.append(Finding("few_events_of", name, {"count": float(counts.sum()), "least": MIN_EVENTS}))
    lonely = empty["first"] ^ empty["second"]
    if lonely.any():
        found.append(Finding("one_side_only", shortened(terms[lonely].tolist(), "; ")))
    return found


def _with_shares(table: pd.DataFrame, *, known: bool) -> pd.DataFrame:
    """Return the effects with their share of the difference, in percent; missing where it may be zero."""
    change = float(table["response"][0])
    share = 100 * table["response"] / change if known and change != 0 else np.nan
    return table.assign(share=share)
