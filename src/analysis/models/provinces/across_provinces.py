"""From one fit a province to what the provinces say together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import stats

from analysis.errors import ParameterError
from analysis.models.gate import Finding
from analysis.models.provinces.meta_analysis import MetaAnalysis, random_effects
from analysis.models.published.pooled import PooledRatio
from analysis.models.result import Result


def across_fits(
    fits: Mapping[str, Result],
    term: str,
    *,
    tau2: str = "REML",
    knapp_hartung: bool = True,
    level: float = 0.95,
) -> MetaAnalysis:
    """Return the meta-analysis of one term of the same model fitted in several provinces.

    Parameters
    ----------
    fits : mapping of str to Result
        Province → its fit. A fit that was withheld, or has no such term, is left out and named.
    term : str
        A term of their tables of estimates.
    tau2, knapp_hartung, level
        As in :func:`analysis.models.provinces.meta_analysis.random_effects`.

    Returns
    -------
    MetaAnalysis
        With a finding where the fits are not of one specification.

    Raises
    ------
    ParameterError
        The fits differ in their link or in the unit of their exposure, or none has the term.
    """
    for what in ("link", "exposure_unit"):
        kinds = sorted({str(getattr(fit, what)) for fit in fits.values()})
        if len(kinds) > 1:
            raise ParameterError(f"the fits differ in {what}: {', '.join(kinds)}")
    rows = [_of_term(fit, term) for fit in fits.values()]
    if fits and all(row is None for row in rows):
        known = sorted({str(name) for fit in fits.values() for name in fit.estimates["term"]})
        raise ParameterError(f"no fit has a term {term!r} (there are {', '.join(known)})")
    pairs = [row or (np.nan, np.nan) for row in rows]
    mixed = len({fit.specification for fit in fits.values()}) > 1
    return random_effects(
        [estimate for estimate, _error in pairs],
        [error for _estimate, error in pairs],
        list(fits),
        tau2=tau2,
        knapp_hartung=knapp_hartung,
        level=level,
        link=next((fit.link for fit in fits.values()), "log"),
        notes=[Finding("mixed_models")] if mixed else [],
    )


def _of_term(fit: Result, term: str) -> tuple[float, float] | None:
    found = fit.estimates.loc[fit.estimates["term"] == term]
    return None if found.empty else (float(found["estimate"].iloc[0]), float(found["std_error"].iloc[0]))


def across_pooled(
    pooled: PooledRatio, *, tau2: str = "REML", knapp_hartung: bool = True, level: float = 0.95
) -> MetaAnalysis:
    """Return the meta-analysis of the ratios of :func:`analysis.models.published.pooled.pooled_ratio`.

    Parameters
    ----------
    pooled : PooledRatio
        One category a province. Its intervals are those of t with clusters - 1 degrees of freedom
        at 95%, from which the errors of the log ratios are taken; withheld categories are left out
        and named.
    tau2, knapp_hartung, level
        As in :func:`analysis.models.provinces.meta_analysis.random_effects`.
    """
    table = pooled.table
    ratio, low, high = (table[name].to_numpy(dtype=float) for name in ("ratio", "low", "high"))
    reach = stats.t.ppf(0.975, table["clusters"].to_numpy(dtype=float) - 1)
    return random_effects(
        np.log(ratio),
        np.log(high / low) / (2 * reach),
        [str(category) for category in table["category"]],
        tau2=tau2,
        knapp_hartung=knapp_hartung,
        level=level,
    )
