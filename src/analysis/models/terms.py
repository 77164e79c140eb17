"""Words for the terms of a model: which factor, which category, against which."""

from __future__ import annotations

import re

from analysis.language import _, language
from analysis.vocab import categories, label

TABLES = {
    "sex": "sexes",
    "ethnicity": "ethnic_groups",
    "locality": "locality_types",
    "general_education": "general_education",
    "professional_education": "professional_education",
    "occupation": "occupations",
    "religion": "religions",
    "mass_organisation": "mass_organisations",
}
"""Factor → table of its categories."""

NO_LOCALITY = "other_organisation"
"""Locality of grassroots organisations that are no commune, ward or township."""

_CATEGORY = re.compile(r"(?:C\()?(?P<factor>\w+)(?:,[^\[]*\))?\)?\[(?:T\.)?(?P<category>[^\]]*)\]")


def factor_label(factor: str) -> str:
    """Return the words for a factor or covariate; its name where none are kept.

    Examples
    --------
    >>> factor_label("age_band"), factor_label("x1")
    ('nhóm tuổi', 'x1')
    """
    return {
        "Intercept": _("hằng số"),
        "admitted": _("kết nạp"),
        "members": _("đảng viên"),
        "target": _("chỉ tiêu"),
        "eligible": _("nguồn kết nạp"),
        "age_band": _("nhóm tuổi"),
        "sex": _("giới"),
        "ethnicity": _("dân tộc"),
        "minority": _("dân tộc thiểu số"),
        "religious": _("theo tôn giáo"),
        "youth_union": _("đoàn viên"),
        "general_education": _("học vấn phổ thông"),
        "professional_education": _("chuyên môn"),
        "occupation": _("nghề nghiệp"),
        "locality": _("loại địa bàn"),
        "sector": _("khu vực"),
        "year": _("năm"),
        "term": _("nhiệm kỳ"),
        "level": _("cấp"),
        "region": _("vùng"),
        "district": _("huyện"),
        "province": _("tỉnh"),
        "unit": _("đơn vị"),
        "unit_id": _("đơn vị"),
        "over": _("vượt chỉ tiêu"),
        "under": _("hụt chỉ tiêu"),
        "asymmetry": _("vượt + hụt"),
        "log_target": _("ln(chỉ tiêu)"),
        "exposure": _("mẫu số"),
        "month": _("tháng"),
        "quarter": _("quý"),
        "side": _("phía của mốc"),
        "time": _("đà theo thời gian"),
        "random": _("trung bình qua các nơi"),
        "fixed": _("nếu mọi nơi như nhau"),
        "small_study": _("độ lệch theo sai số"),
        "limit": _("giới hạn khi không có sai số"),
        "slope_before": _("đà trước mốc, mỗi năm"),
        "level_change": _("đổi mức tại mốc"),
        "slope_change": _("đổi đà, mỗi năm"),
        "slope_after": _("đà từ mốc, mỗi năm"),
        "effect_at_end": _("cuối chuỗi so với đà cũ"),
        "projection": _("ước tính cả năm (người)"),
        "attainment": _("ước tính so với chỉ tiêu"),
        "versus_last_year": _("so với cùng kỳ năm trước"),
    }.get(factor, factor)


def category_label(factor: str, category: str) -> str:
    """Return the words for a category of a factor; the category itself where none are kept.

    Examples
    --------
    >>> category_label("sex", "female"), category_label("year", "2016")
    ('nữ', '2016')
    """
    column = f"label_{language()}"
    if factor == "age_band":
        return label("subgroup", category, language())
    if factor == "locality" and category == NO_LOCALITY:
        return _("cơ quan, trường, doanh nghiệp và tổ chức khác")
    if factor in TABLES:
        rows = {row["code"]: row[column] for row in categories(TABLES[factor])}
    elif factor in ("level", "region"):
        return label(factor, category, language())
    else:
        rows = {}
    return rows.get(category, category)


def term_label(term: str) -> str:
    """Return the words for a term of a design: ``giới: nữ``, ``giới: nữ × năm``.

    Examples
    --------
    >>> term_label("sex[T.female]"), term_label("C(year)[T.2016]"), term_label("Intercept")
    ('giới: nữ', 'năm: 2016', 'hằng số')
    >>> term_label("age_band[T.age_31_35]:sex[T.male]")
    'nhóm tuổi: 31–35 tuổi × giới: nam'
    """
    parts = re.split(r":(?![^\[]*\])", term)
    return " × ".join(_part(part) for part in parts)


def _part(part: str) -> str:
    found = _CATEGORY.fullmatch(part)
    if not found:
        return factor_label(part)
    factor, category = found["factor"], found["category"]
    return f"{factor_label(factor)}: {category_label(factor, category)}"
