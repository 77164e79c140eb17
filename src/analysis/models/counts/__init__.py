"""Admissions as counts: rate ratios, marginal effects, tests for few clusters, units that differ."""

from analysis.models.counts.admission_counts import admission_cells
from analysis.models.counts.cluster_bootstrap import bootstrap_clusters
from analysis.models.counts.count_fit import CountFit
from analysis.models.counts.fit import fit_counts
from analysis.models.counts.margins import average_marginal_effects
from analysis.models.counts.random_intercept import RandomIntercept, fit_random_intercept

__all__ = [
    "CountFit",
    "RandomIntercept",
    "admission_cells",
    "average_marginal_effects",
    "bootstrap_clusters",
    "fit_counts",
    "fit_random_intercept",
]
