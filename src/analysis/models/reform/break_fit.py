"""A Poisson regression on a series with a break at a date: its grid of periods, design and fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.models.counts.poisson import maximise_poisson
from analysis.models.counts.separation import rank_findings, separated, separation_findings
from analysis.models.gate import Finding, estimate_findings
from analysis.models.provinces.studies import numbers
from analysis.models.reform.count_series import MONTHS, first_day, span, written
from analysis.models.reform.hac import Series, autocorrelations, contrast_errors, first_correlation

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

SEASONS = ("factor", "harmonics", "none")
"""An effect a month or quarter; waves of a year and half a year (months) or of a year (quarters); none."""

TREND = ("Intercept", "time", "level_change", "slope_change")
_WAVES = {"month": 2, "quarter": 1, "year": 0}
_NO_NOISE = 1e-8
"""Dispersion at which the fit runs through every count, so that nothing is left to tell errors from."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Counts on consecutive periods.

    Attributes
    ----------
    every : str
        ``month``, ``quarter`` or ``year``.
    places : (n,) array of int
        Periods since the year 0, without a gap.
    counts, exposure : (n,) arrays
        A missing count is a period that is not known.
    """

    every: str
    places: Places
    counts: Floats
    exposure: Floats

    @property
    def a_year(self) -> int:
        """Periods in a year."""
        return 12 // MONTHS[self.every]

    def label(self, place: int) -> str:
        """Return a period as the registers write it."""
        return written(int(place), self.every)


def grid_of(rows: pd.DataFrame) -> Grid:
    """Return the counts of a table of periods, in their order.

    Parameters
    ----------
    rows : DataFrame
        Columns period, admitted, exposure: as of :func:`analysis.models.reform.count_series.count_series`.

    Raises
    ------
    ParameterError
        A column is missing; periods are of several lengths, stand twice or are missing in between.
    """
    for name in ("period", "admitted", "exposure"):
        if name not in rows:
            raise ParameterError(f"the series has no column {name!r}")
    texts = [str(text) for text in rows["period"]]
    spans = np.array([span(text) for text in texts], dtype=np.int64).reshape(-1, 2)
    kinds = {length: every for every, length in MONTHS.items()}
    lengths = sorted({int(length) for length in spans[:, 1] - spans[:, 0] + 1})
    if len(lengths) > 1 or not set(lengths) <= set(kinds):
        raise ParameterError("the periods of a series are all months, all quarters or all years")
    every = kinds[lengths[0]] if lengths else "month"
    places = spans[:, 0] // MONTHS[every]
    order = np.argsort(places, kind="stable")
    steps = np.diff(places[order])
    if (steps == 0).any():
        raise ParameterError(f"period {texts[order[int((steps == 0).argmax())]]} stands twice")
    if (steps > 1).any():
        gap = written(int(places[order][int((steps > 1).argmax())]) + 1, every)
        raise ParameterError(
            f"period {gap} is missing: give it with admitted 0 where the registers cover it and nobody was admitted, "
            "or with admitted missing where they do not"
        )
    counts, exposure = (numbers(rows[name], name)[order] for name in ("admitted", "exposure"))
    return Grid(every, places[order], counts, exposure)


def place_of(at: date, every: str) -> tuple[int, int | None]:
    """Return the first whole period from a date on, and the period that the date divides, if it does.

    Examples
    --------
    >>> place_of(date(2025, 7, 1), "month"), place_of(date(2025, 7, 1), "year")
    ((24306, None), (2026, 2025))
    """
    month = 12 * at.year + at.month - 1
    place = month // MONTHS[every]
    return (place, None) if first_day(place, every) == date(at.year, at.month, at.day) else (place + 1, place)


def design_of(places: Places, change: int, every: str, season: str) -> tuple[Floats, tuple[str, ...]]:
    """Return the design of periods: trend, change of level and of slope, seasons.

    Parameters
    ----------
    places : (n,) array of int
    change : int
        First period after the change; time is counted from it, in years.
    every : str
    season : str
        One of :data:`SEASONS`.

    Returns
    -------
    matrix : (n, k) array
    terms : tuple of str
        :data:`TREND`, then ``month[T.2]``, ... or ``sin1``, ``cos1``, ...

    References
    ----------
    Bernal, J. L., Cummins, S. and Gasparrini, A. (2017). Interrupted time series regression for the
    evaluation of public health interventions: a tutorial. *International Journal of Epidemiology* 46,
    348-355.

    Examples
    --------
    >>> matrix, terms = design_of(np.array([2020, 2021, 2022]), 2021, "year", "none")
    >>> matrix.tolist()
    [[1.0, -1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0], [1.0, 1.0, 1.0, 1.0]]
    """
    a_year = 12 // MONTHS[every]
    time = (places - change) / a_year
    after = (places >= change).astype(float)
    columns: dict[str, Floats] = dict(
        zip(TREND, (np.ones(len(places)), time, after, np.maximum(time, 0.0)), strict=True)
    )
    part = places % a_year
    if season == "factor":
        for value in sorted({int(number) for number in part})[1:]:
            columns[f"{every}[T.{value + 1}]"] = (part == value).astype(float)
    elif season == "harmonics":
        for wave in range(1, _WAVES[every] + 1):
            angle = 2 * np.pi * wave * part / a_year
            columns |= {f"sin{wave}": np.sin(angle), f"cos{wave}": np.cos(angle)}
    return np.column_stack(list(columns.values())), tuple(columns)


@dataclass(frozen=True, slots=True)
class BreakFit:
    """A fit of a series with a break.

    Attributes
    ----------
    grid : Grid
        The rows that were used.
    change : int
        First period after the change.
    terms : tuple of str
    coefficients : (k,) array
    series : Series
    lag : int
        Of the errors.
    correlation : float
        Of neighbouring errors, as estimated.
    converged : bool
    """

    grid: Grid
    change: int
    terms: tuple[str, ...]
    coefficients: Floats
    series: Series
    lag: int
    correlation: float
    converged: bool

    def contrast(self, weights: Mapping[str, float]) -> Floats:
        """Return the combination of coefficients that weighs some terms."""
        return np.array([weights.get(term, 0.0) for term in self.terms])

    def combined(self, contrasts: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the values of combinations, one a row, their standard errors and degrees of freedom."""
        errors, freedom = contrast_errors(self.series, contrasts, self.lag, self.correlation)
        return contrasts @ self.coefficients, errors, freedom

    def findings(self) -> list[Finding]:
        """Return why the coefficients may not be read: not converged, or errors that are absurd."""
        model = np.sqrt(np.diag(self.series.bread))
        found = estimate_findings(self.terms, self.coefficients, model, converged=self.converged)
        if not found and self.dispersion < _NO_NOISE:
            found = [Finding("no_noise")]
        values, robust, _freedom = self.combined(np.eye(len(self.terms))[1 : len(TREND)])
        return found or estimate_findings(TREND[1:], values, robust, converged=True)

    @property
    def dispersion(self) -> float:
        """Pearson's chi-square over its degrees of freedom."""
        n, k = self.series.matrix.shape
        return float((self.series.pearson**2).sum() / max(n - k, 1))

    def autocorrelations(self) -> Floats:
        """Return the autocorrelations of the residuals up to a year, or a quarter of the series."""
        n = len(self.grid.counts)
        return autocorrelations(self.series, min(12, n // 4))


def fit_break(used: Grid, change: int, season: str, lag: int) -> tuple[BreakFit | None, list[Finding]]:
    """Return the fit of a series with a break, or why there is none.

    Parameters
    ----------
    used : Grid
        Known counts with positive exposures; places may have gaps.
    change : int
        First period after the change.
    season : str
    lag : int
    """
    matrix, terms = design_of(used.places, change, used.every, season)
    _kept, unfit = rank_findings(matrix, terms)
    if unfit:
        return None, unfit
    apart = separated(matrix, used.counts)
    if apart.any():
        return None, separation_findings(_sides(used, change, season), _factors(used, season), apart)
    found = maximise_poisson(matrix, used.counts, used.exposure)
    means = used.exposure * np.exp(matrix @ found.coefficients)
    series = Series(
        matrix=matrix,
        residuals=used.counts - means,
        means=means,
        bread=found.inverse,
        positions=used.places,
    )
    fit = BreakFit(
        used,
        change,
        terms,
        found.coefficients,
        series,
        lag,
        first_correlation(series),
        found.converged,
    )
    wrong = fit.findings()
    return (None, wrong) if wrong else (fit, [])


def _factors(used: Grid, season: str) -> list[str]:
    return ["side", used.every] if season == "factor" and used.a_year > 1 else ["side"]


def side_names(used: Grid, change: int) -> tuple[str, str]:
    """Return the names of both sides of a change, as categories of the factor ``side``."""
    return f"before {used.label(change)}", f"from {used.label(change)}"


def _sides(used: Grid, change: int, season: str) -> pd.DataFrame:
    """Return side and part of the year of each period, as categories that a finding can name."""
    before, after = side_names(used, change)
    sides = np.where(used.places < change, before, after)
    return pd.DataFrame({"side": sides, used.every: used.places % used.a_year + 1})[_factors(used, season)]
