"""Composition and rates: direct and indirect standardisation, decomposition of a difference."""

from analysis.models.standardisation.decomposition import decompose_product, decompose_rates
from analysis.models.standardisation.standard import Standard, standard_of
from analysis.models.standardisation.standardise import standardise_direct, standardise_indirect

__all__ = [
    "Standard",
    "decompose_product",
    "decompose_rates",
    "standard_of",
    "standardise_direct",
    "standardise_indirect",
]
