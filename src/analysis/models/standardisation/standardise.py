"""Rates made comparable between groups whose age, sex or locality differ: direct and indirect standardisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.errors import ParameterError
from analysis.models.gate import Finding, withheld
from analysis.models.intervals import gamma_limits, gamma_ratio_limits, poisson_limits, with_limits
from analysis.models.result import Dropped
from analysis.models.standardisation.standard import Layers, Standard, layers
from analysis.models.standardisation.standardised import (
    DirectlyStandardised,
    IndirectlyStandardised,
    direct_specification,
    direct_title,
    indirect_specification,
    indirect_title,
)
from analysis.models.sums import UNITS, check_level
from analysis.models.terms import category_term, shortened

Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]


def standardise_direct(
    rows: pd.DataFrame,
    *,
    by: str,
    strata: Sequence[str],
    standard: Standard | Literal["pooled"],
    outcome: str = "admitted",
    exposure: str = "members",
    reference: str = "",
    per: float = 100,
    level: float = 0.95,
    dropped: tuple[Dropped, ...] = (),
) -> DirectlyStandardised:
    """Return the rate that each group would have, were it composed as the standard is.

    Intervals are those of Fay and Feuer; ratios to a reference group have Fay's F intervals. A group without
    exposure in a stratum of the standard has no such rate: the weights are never taken anew.

    Parameters
    ----------
    rows : DataFrame
        One row a unit, year and stratum, as of :func:`analysis.models.register_rows.by_cell`; they are summed.
    by : str
        Column that tells the groups: ``province``, ``locality``, ``year``.
    strata : sequence of str
        Columns to standardise by: ``["age_band", "sex"]``.
    standard : Standard or "pooled"
        Of :func:`analysis.models.standardisation.standard.standard_of`; ``"pooled"``: all groups taken together.
    outcome, exposure : str
        Columns.
    reference : str
        Group that ratios are to; empty for none.
    per : float
        Exposure that rates are per.
    level : float
        Coverage.
    dropped : tuple of Dropped
        Rows left out before.

    Raises
    ------
    ParameterError
        A column is missing, the standard lacks a stratum, or the reference is no group.

    References
    ----------
    Fay, M. P. and Feuer, E. J. (1997). Confidence intervals for directly standardized rates: a method based
    on the gamma distribution. *Statistics in Medicine* 16, 791-801.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {
    ...         "province": list("AABB"),
    ...         "sex": ["female", "male"] * 2,
    ...         "admitted": [10, 40, 30, 20],
    ...         "members": [200, 1800, 600, 900],
    ...     }
    ... )
    >>> found = standardise_direct(rows, by="province", strata=["sex"], standard="pooled")
    >>> found.estimates[["term", "crude", "response"]].round(3).to_numpy().tolist()
    [['A', 2.5, 2.857], ['B', 3.333, 2.857]]
    """
    _check(per, level)
    made = layers(rows, by, strata, standard, outcome, exposure)
    if reference and made.groups and reference not in made.groups:
        raise ParameterError(f"reference {reference!r} is none of {', '.join(made.groups)}")
    with np.errstate(invalid="ignore"):
        share = made.standard_exposure / made.standard_exposure.sum()
    holes = [("empty_stratum", (made.exposure == 0) & (share > 0))]
    findings, blank = _judged(made, by, holes, np.zeros(len(made.groups), dtype=bool))
    findings += _holes(made, by, "outside_standard", (made.observed > 0) & (share == 0))
    hidden = withheld(findings)
    return DirectlyStandardised(
        **_common(made, by, exposure, per, level, dropped, findings),
        name=f"direct-{by}",
        title=direct_title(),
        estimates=_described(_direct_estimates(made, share, blank, per, level, reference), made, per, hidden),
        specification=direct_specification(f"{outcome} / {exposure} ~ {by}", strata),
        covariance="gamma",
        reference=reference,
        weights=made.standard.table[list(strata)].assign(weight=share),
    )


def standardise_indirect(
    rows: pd.DataFrame,
    *,
    by: str,
    strata: Sequence[str],
    standard: Standard | Literal["pooled"],
    outcome: str = "admitted",
    exposure: str = "members",
    limits: Literal["exact", "log"] = "exact",
    per: float = 100,
    level: float = 0.95,
    dropped: tuple[Dropped, ...] = (),
) -> IndirectlyStandardised:
    """Return each group's admissions over those expected at the standard's rates, stratum by stratum.

    Serves groups too small for direct standardisation. The standard's rates are taken as known.

    Parameters
    ----------
    rows, by, strata, standard, outcome, exposure, per, level, dropped
        As of :func:`standardise_direct`; the standard's outcome must be known.
    limits : str
        ``exact`` (of the Poisson count) or ``log`` (normal on the logarithm, with error 1 / √observed).

    Raises
    ------
    ParameterError
        A column is missing, the standard lacks a stratum or its outcome.

    References
    ----------
    Breslow, N. E. and Day, N. E. (1987). *Statistical Methods in Cancer Research* II, 69-71. IARC, Lyon.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {
    ...         "province": list("AABB"),
    ...         "sex": ["female", "male"] * 2,
    ...         "admitted": [10, 40, 30, 20],
    ...         "members": [200, 1800, 600, 900],
    ...     }
    ... )
    >>> found = standardise_indirect(rows, by="province", strata=["sex"], standard="pooled")
    >>> found.estimates[["term", "expected", "response"]].round(3).to_numpy().tolist()
    [['A', 50.0, 1.0], ['B', 50.0, 1.0]]
    """
    _check(per, level)
    if limits not in ("exact", "log"):
        raise ParameterError(f"limits {limits!r} is neither 'exact' nor 'log'")
    made = layers(rows, by, strata, standard, outcome, exposure)
    if made.groups and np.isnan(made.standard_observed).any() and not withheld(made.findings):
        raise ParameterError(f"standard {made.standard.name!r} has no outcome, which indirect needs")
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where(made.standard_exposure > 0, made.standard_observed / made.standard_exposure, 0.0)
    expected = made.exposure @ rates
    holes = [
        ("outcome_without_exposure", (made.exposure == 0) & (made.observed > 0)),
        ("empty_standard", (made.exposure > 0) & (made.standard_exposure == 0)),
    ]
    findings, blank = _judged(made, by, holes, expected == 0)
    hidden = withheld(findings)
    return IndirectlyStandardised(
        **_common(made, by, exposure, per, level, dropped, findings),
        name=f"indirect-{by}",
        title=indirect_title(),
        estimates=_described(
            _indirect_estimates(made, expected, blank, per, level, limits), made, per, hidden
        ),
        specification=indirect_specification(f"{outcome} / {exposure} ~ {by}", strata),
        covariance="exact" if limits == "exact" else "Poisson, log",
        link="log",
    )


def _check(per: float, level: float) -> None:
    check_level(level)
    if not (np.isfinite(per) and per > 0):
        raise ParameterError(f"per {per!r} is not a positive number")


def _common(
    made: Layers,
    by: str,
    exposure: str,
    per: float,
    level: float,
    dropped: tuple[Dropped, ...],
    findings: list[Finding],
) -> dict[str, Any]:
    return {
        "n": made.rows,
        "exposure": float(made.exposure.sum()),
        "exposure_unit": UNITS.get(exposure, "persons"),
        "dropped": (*dropped, *made.dropped),
        "findings": tuple(findings),
        "level": level,
        "by": by,
        "standard": made.standard,
        "per": per,
    }


def _judged(
    made: Layers, by: str, holes: list[tuple[str, Marks]], nobody: Marks
) -> tuple[list[Finding], Marks]:
    """Return what is wrong with the groups, and which of them therefore have no figure.

    ``holes`` marks the strata of each group that leave it without one, by the code of the finding; ``nobody``
    the groups of whom nobody is expected.
    """
    findings = list(made.findings)
    if withheld(findings):
        return findings, np.ones(len(made.groups), dtype=bool)
    blank = np.zeros(len(made.groups), dtype=bool)
    for code, where in holes:
        findings += _holes(made, by, code, where)
        blank |= where.any(axis=1)
    findings += [
        Finding("no_expected", category_term([by], [group]))
        for group, none in zip(made.groups, nobody & ~blank, strict=True)
        if none
    ]
    blank |= nobody
    return findings + ([Finding("empty_group")] if blank.all() else []), blank


def _holes(made: Layers, by: str, code: str, where: Marks) -> list[Finding]:
    found = []
    for row, group in enumerate(made.groups):
        strata = [term for term, hole in zip(made.terms, where[row], strict=True) if hole]
        if strata:
            count = float(made.observed[row][where[row]].sum())
            place = f"{category_term([by], [group])} ~ {shortened(strata, ' + ')}"
            found.append(Finding(code, place, {"count": count}))
    return found


def _direct_estimates(
    made: Layers, share: Floats, blank: Marks, per: float, level: float, reference: str
) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where((share > 0) & (made.exposure > 0), per * share / made.exposure, 0.0)
    weights[blank] = np.nan
    rate, variance = (weights * made.observed).sum(axis=1), (weights**2 * made.observed).sum(axis=1)
    most = weights.max(axis=1, initial=0.0)
    table = with_limits(made.groups, rate, gamma_limits(rate, variance, most, level), np.sqrt(variance))
    ratios = (np.full(len(rate), np.nan),) * 3
    if reference in made.groups:
        at = made.groups.index(reference)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = rate / rate[at]
        ratios = (
            ratio,
            *gamma_ratio_limits(rate, variance, most, (rate[at], variance[at], most[at]), level),
        )
        for part in ratios:
            part[blank | blank[at]] = np.nan
        for part in ratios[1:]:
            part[at] = np.nan
    return table.assign(**dict(zip(("ratio", "ratio_low", "ratio_high"), ratios, strict=True)))


def _indirect_estimates(
    made: Layers, expected: Floats, blank: Marks, per: float, level: float, limits: str
) -> pd.DataFrame:
    observed = made.observed.sum(axis=1)
    observed = np.where(blank, np.nan, observed)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, error = observed / expected, np.where(observed > 0, 1 / np.sqrt(observed), np.nan)
        if limits == "exact":
            ends = tuple(end / expected for end in poisson_limits(observed, level))
        else:
            reach = stats.norm.ppf((1 + level) / 2) * error
            ends = (ratio * np.exp(-reach), ratio * np.exp(reach))
    table = with_limits(made.groups, ratio, (ends[0], ends[1]), error, log=True)
    crude = per * made.standard.rate
    return table.assign(
        expected=np.where(blank, np.nan, expected),
        rate=crude * table["response"],
        rate_low=crude * table["response_low"],
        rate_high=crude * table["response_high"],
    )


def _described(table: pd.DataFrame, made: Layers, per: float, hidden: bool) -> pd.DataFrame:
    """Return the estimates with the groups' own numbers; these alone where the result is withheld."""
    if hidden:
        table = table.assign(**dict.fromkeys(table.columns.drop("term"), np.nan))
    observed, exposure = made.observed.sum(axis=1), made.exposure.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        crude = np.where((exposure > 0) & (not hidden), per * observed / exposure, np.nan)
    return table.assign(observed=observed, exposure=exposure, crude=crude)
