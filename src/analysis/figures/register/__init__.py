"""Figures of the reports on registers: one function a figure, from rows or a result to a drawing."""

from analysis.figures.register.coefficients import coefficients
from analysis.figures.register.decomposition import components
from analysis.figures.register.forest import forest
from analysis.figures.register.funnel_plot import funnel_plot
from analysis.figures.register.heaping import heaping_histogram
from analysis.figures.register.process_funnel import process_funnel
from analysis.figures.register.pyramid import pyramid
from analysis.figures.register.rates import rates_by
from analysis.figures.register.recognition import recognition_curve, waiting_curve
from analysis.figures.register.segmented_series import segmented_series
from analysis.figures.register.shrunken import shrunken
from analysis.figures.register.standardised import standardised_rates
from analysis.figures.register.target_scatter import target_against_admitted
from analysis.figures.register.trend import trend

__all__ = [
    "coefficients",
    "components",
    "forest",
    "funnel_plot",
    "heaping_histogram",
    "process_funnel",
    "pyramid",
    "rates_by",
    "recognition_curve",
    "segmented_series",
    "shrunken",
    "standardised_rates",
    "target_against_admitted",
    "trend",
    "waiting_curve",
]
