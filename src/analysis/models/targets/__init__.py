"""Targets: landing on exactly 100%, and what next year's target makes of this year's result."""

from analysis.models.targets.caliper import caliper
from analysis.models.targets.density_test import density_test
from analysis.models.targets.heaping import Heaping, heaping
from analysis.models.targets.ratchet import fit_ratchet

__all__ = ["Heaping", "caliper", "density_test", "fit_ratchet", "heaping"]
