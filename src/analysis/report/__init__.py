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
from analysis.report.parameters import ComparisonParameters, ProvinceParameters, QualityParameters
from analysis.report.place import Place, everything, place
from analysis.report.points import key_points, process_lines
from analysis.report.quality import Quality, quality
from analysis.report.quality_points import (
    contradictions,
    quality_summary,
    quality_title,
    sheets_without_table,
    synthetic_notice,
)
from analysis.report.summary import bridge, citation, limits, summary, title
from analysis.shown import show

__all__ = [
    "ComparisonParameters",
    "Place",
    "ProvinceParameters",
    "Quality",
    "QualityParameters",
    "bridge",
    "citation",
    "comparison_summary",
    "comparison_title",
    "contradictions",
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
    "quality",
    "quality_summary",
    "quality_title",
    "sensitivity",
    "sheets_without_table",
    "show",
    "stacked",
    "summary",
    "synthetic_notice",
    "title",
    "words",
]
