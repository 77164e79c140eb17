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
    small_results,
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
from analysis.report.register import Known, comparison_register, province_register
from analysis.report.register_compare import common_strata, compared_pair, meta_analyses
from analysis.report.register_models import (
    attainment_model,
    main_model,
    model_notes,
    over_time,
    recognition,
    unit_spread,
)
from analysis.report.register_points import (
    register_citation,
    register_limits,
    register_notice,
    register_summary,
    register_title,
)
from analysis.report.summary import bridge, citation, limits, summary, title
from analysis.shown import show

__all__ = [
    "ComparisonParameters",
    "Known",
    "Place",
    "ProvinceParameters",
    "Quality",
    "QualityParameters",
    "attainment_model",
    "bridge",
    "citation",
    "common_strata",
    "compared_pair",
    "comparison_register",
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
    "main_model",
    "meta_analyses",
    "model_notes",
    "over_time",
    "place",
    "pooled",
    "process_lines",
    "province_register",
    "quality",
    "quality_summary",
    "quality_title",
    "recognition",
    "register_citation",
    "register_limits",
    "register_notice",
    "register_summary",
    "register_title",
    "sensitivity",
    "sheets_without_table",
    "show",
    "small_results",
    "stacked",
    "summary",
    "synthetic_notice",
    "title",
    "unit_spread",
    "words",
]
