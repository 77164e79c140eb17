"""Figures: one function a figure, from a result to a drawing with its data and alternative text."""

from analysis.figures.attainment import attainment
from analysis.figures.comparison import early, forest, funnel, histogram, trends
from analysis.figures.composition import composition
from analysis.figures.members import members
from analysis.figures.process import process
from analysis.figures.rates import rates
from analysis.figures.tilemap import tile_map

__all__ = [
    "attainment",
    "composition",
    "early",
    "forest",
    "funnel",
    "histogram",
    "members",
    "process",
    "rates",
    "tile_map",
    "trends",
]
