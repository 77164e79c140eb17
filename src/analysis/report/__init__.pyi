from .citation import citation, quality_citation, register_citation
from .compare import (
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
from .parameters import ComparisonParameters, ProvinceParameters, QualityParameters
from .place_slice import Place, everything, place
from .points import key_points, process_lines
from .quality_known import Quality, quality
from .quality_points import (
    contradictions,
    quality_summary,
    quality_title,
    sheets_without_table,
    synthetic_notice,
)
from .register import Known, comparison_register, province_register
from .register_compare import common_strata, compared_pair, meta_analyses
from .register_models import (
    attainment_model,
    main_model,
    model_notes,
    over_time,
    recognition,
    unit_spread,
)
from .register_points import (
    register_limits,
    register_notice,
    register_summary,
    register_title,
)
from .register_rates import standardised_by_locality
from .summary_words import bridge, limits, summary, title

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
    "quality_citation",
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
    "small_results",
    "stacked",
    "standardised_by_locality",
    "summary",
    "synthetic_notice",
    "title",
    "unit_spread",
    "words",
]
