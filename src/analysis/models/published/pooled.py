"""Admitted against target: a Poisson model with log(target) as offset and cluster-robust errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from analysis.models.covariance import cluster_covariance
from analysis.models.gate import MIN_CLUSTERS, category_reason, fit_reason


@dataclass(frozen=True, slots=True)
class PooledRatio:
    """Ratio of admitted to target in each category.

    Attributes
    ----------
    table : DataFrame
        One row a category: category, rows, clusters, admitted, exposure (the target), crude
        (their quotient, mere arithmetic), ratio, low, high (95%), ratio_low, ratio_high (with all targets at their highest and lowest), withheld
        (why no ratio is given, or ''). Ratios and limits are missing where withheld.
    specification : str
        The model in a line.
    rows, clusters : int
        Used in the fit.
    dispersion : float
        Pearson's chi-square over its degrees of freedom; 1 for a Poisson process.
    """

    table: pd.DataFrame
    specification: str
    rows: int
    clusters: int
    dispersion: float


def pooled_ratio(
    rows: pd.DataFrame,
    category: str,
    *,
    outcome: str = "admitted",
    exposure: str = "target",
    cluster: str = "cluster",
    min_clusters: int = MIN_CLUSTERS,
) -> PooledRatio:
    """Return the ratio of admitted to target in each category, with cluster-robust intervals.

    log E(admitted) = log(target) + one effect a category, Poisson. Intervals are those of
    t with G-1 degrees of freedom around the log ratio, G being the category's clusters. A category
    with too few rows or clusters is withheld, not estimated.

    Parameters
    ----------
    rows : DataFrame
        Columns named by the other parameters, and ``{exposure}_low`` and ``{exposure}_high``.
    category, outcome, exposure, cluster : str
        Columns: what to divide by, whole counts, positive numbers, what rows hang together by.
    min_clusters : int
        Fewest clusters that an interval may rest on.

    Raises
    ------
    ValueError
        An exposure is missing or not positive, or an outcome is missing.
    """
    used = rows[[category, outcome, exposure, f"{exposure}_low", f"{exposure}_high", cluster]]
    if used[[outcome, exposure]].isna().any().any() or (used[exposure] <= 0).any():
        raise ValueError(f"every row needs an outcome {outcome!r} and a positive {exposure!r}")
    records = []
    dispersion = _dispersion(used, category, outcome, exposure)
    for name, group in used.groupby(category, sort=True, observed=True):
        record = {
            "category": name,
            "rows": len(group),
            "clusters": group[cluster].nunique(),
            "admitted": group[outcome].sum(),
            "exposure": group[exposure].sum(),
            "crude": group[outcome].sum() / group[exposure].sum(),
            "withheld": category_reason(group, outcome, cluster, min_clusters),
        }
        if not record["withheld"]:
            record |= _ratio(group, outcome, exposure, cluster)
        records.append(record)
    columns = ["category", "rows", "clusters", "admitted", "exposure", "crude"]
    columns += ["ratio", "low", "high", "ratio_low", "ratio_high", "withheld"]
    return PooledRatio(
        table=pd.DataFrame.from_records(records, columns=columns),
        specification=(
            f"Poisson, log E({outcome}) = log({exposure}) + {category}; "
            f"covariance clustered by {cluster}, factor G/(G-1); t with G-1 degrees of freedom"
        ),
        rows=len(used),
        clusters=used[cluster].nunique(),
        dispersion=dispersion,
    )


def _fit(group: pd.DataFrame, outcome: str, exposure: str) -> GLM:
    offset = np.log(group[exposure].to_numpy(dtype=float))
    counts = group[outcome].to_numpy(dtype=float)
    return GLM(counts, np.ones((len(group), 1)), family=Poisson(), offset=offset)


def _ratio(group: pd.DataFrame, outcome: str, exposure: str, cluster: str) -> dict[str, object]:
    fit = _fit(group, outcome, exposure).fit()
    bread = fit.cov_params()
    covariance = cluster_covariance(
        np.ones((len(group), 1)), np.asarray(fit.resid_response), bread, group[cluster]
    )
    error = float(np.sqrt(covariance[0, 0]))
    reason = fit_reason(bool(fit.converged), fit.params, np.array([error]))
    if reason:
        return {"withheld": reason}
    reach = stats.t.ppf(0.975, group[cluster].nunique() - 1) * error
    estimate = float(fit.params[0])
    admitted = group[outcome].sum()
    return {
        "ratio": np.exp(estimate),
        "low": np.exp(estimate - reach),
        "high": np.exp(estimate + reach),
        "ratio_low": admitted / group[f"{exposure}_high"].sum(),
        "ratio_high": admitted / group[f"{exposure}_low"].sum(),
    }


def _dispersion(used: pd.DataFrame, category: str, outcome: str, exposure: str) -> float:
    sums = used.groupby(category, observed=True)[[outcome, exposure]].transform("sum").astype(float)
    mean = sums[outcome] / sums[exposure] * used[exposure].astype(float)
    freedom = len(used) - used[category].nunique()
    if freedom <= 0 or (mean == 0).any():
        return float("nan")
    return float((((used[outcome].astype(float) - mean) ** 2) / mean).sum() / freedom)
