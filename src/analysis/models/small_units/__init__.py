"""Small units: shrunken rates, ranks with their uncertainty, the funnel plot."""

from analysis.models.small_units.funnel import Funnel, funnel
from analysis.models.small_units.ranks import Ranks, posterior_ranks
from analysis.models.small_units.shrinkage import SmallUnits, shrink

__all__ = ["Funnel", "Ranks", "SmallUnits", "funnel", "posterior_ranks", "shrink"]
