"""Across provinces: random-effects meta-analysis, and what small studies and selection do to it."""

from analysis.models.provinces.across_provinces import across_fits, across_pooled
from analysis.models.provinces.meta_analysis import MetaAnalysis, random_effects
from analysis.models.provinces.small_study import egger

__all__ = ["MetaAnalysis", "across_fits", "across_pooled", "egger", "random_effects"]
