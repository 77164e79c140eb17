"""Reports: parameters, what a place's report stands on, running, rendering, the site, manifests."""

from analysis.report.compare import (
    comparison_summary,
    comparison_title,
    coverage,
    early_lines,
    groupings,
    headed,
    pooled,
    sensitivity,
    stacked,
    words,
)
from analysis.report.parameters import ComparisonParameters, ProvinceParameters
from analysis.report.place import Place, everything, place
from analysis.report.points import key_points, process_lines
from analysis.report.summary import bridge, citation, limits, summary, title
from analysis.shown import show

__all__ = [
    "ComparisonParameters",
    "Place",
    "ProvinceParameters",
    "bridge",
    "citation",
    "comparison_summary",
    "comparison_title",
    "coverage",
    "early_lines",
    "everything",
    "groupings",
    "headed",
    "key_points",
    "limits",
    "place",
    "pooled",
    "process_lines",
    "sensitivity",
    "show",
    "stacked",
    "summary",
    "title",
    "words",
]
