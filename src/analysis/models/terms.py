"""Words for the terms of a model: which factor, which category, against which."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.language import Said, _, language
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

ZERO_PART = "zero_"
"""Begins the terms of the zero part of a model of counts in two parts."""

_NAMED = 6
"""Places that a finding names; the others are counted."""

_TERM = re.compile(r"\w+(?::\w+)*|.*\[.*\].*")
"""A column or a term of a design, as against other words, such as the name of a file."""

_OUTSIDE = r"(?![^\[]*\])"
"""What comes next does not stand within the brackets of a category."""

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
        "all": _("tất cả"),
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
    return Said.by(_category_label, factor, category)


def _category_label(factor: str, category: str) -> str:
    column = f"label_{language()}"
    if factor == "age_band":
        return label("subgroup", category, language())
    if factor == "side":
        return _side_label(category)
    if factor == "locality" and category == NO_LOCALITY:
        return _("cơ quan, trường, doanh nghiệp và tổ chức khác")
    if factor in TABLES:
        rows = {row["code"]: row[column] for row in categories(TABLES[factor])}
    elif factor in ("level", "region"):
        return label(factor, category, language())
    else:
        rows = {}
    return rows.get(category, category)


def _side_label(side: str) -> str:
    """Return the words for a side of a date: ``before 2025-07``, ``from 2025-07``."""
    which, _blank, period = side.partition(" ")
    words = {"before": _("trước {period}"), "from": _("từ {period}")}.get(which, side)
    return words.format(period=period)


def term_label(term: str) -> str:
    """Return the words for a term of a design: ``giới: nữ``, ``giới: nữ × năm``.

    Examples
    --------
    >>> term_label("sex[T.female]"), term_label("C(year)[T.2016]"), term_label("Intercept")
    ('giới: nữ', 'năm: 2016', 'hằng số')
    >>> term_label("age_band[T.age_31_35]:sex[T.male]")
    'nhóm tuổi: 31–35 tuổi × giới: nam'
    >>> term_label("zero_sex[T.male]")
    'phần số không: giới: nam'
    """
    if term.startswith(ZERO_PART):
        return _("phần số không: {term}").format(term=term_label(term.removeprefix(ZERO_PART)))
    parts = re.split(f":{_OUTSIDE}", term)
    return " × ".join(_part(part) for part in parts)


def _part(part: str) -> str:
    found = _CATEGORY.fullmatch(part)
    if not found:
        return factor_label(part)
    factor, category = found["factor"], found["category"]
    return f"{factor_label(factor)}: {category_label(factor, category)}"


def category_term(factors: Sequence[str], categories: Sequence[object]) -> str:
    """Return the term of what is of one category of each factor.

    Examples
    --------
    >>> category_term(["sex", "year"], ["female", 2016])
    'sex[female]:year[2016]'
    """
    return ":".join(f"{factor}[{category}]" for factor, category in zip(factors, categories, strict=True))


def shortened(terms: Sequence[str], joiner: str) -> str:
    """Return terms joined, the first six of many.

    Examples
    --------
    >>> shortened([f"year[{year}]" for year in range(2012, 2020)], "; ").split("; ")[-2:]
    ['year[2017]', '… (+2)']
    """
    more = len(terms) - _NAMED
    return joiner.join([*terms[:_NAMED], *([f"… (+{more})"] if more > 0 else [])])


def places(where: str) -> list[str]:
    """Return what a finding is about, one by one: columns, terms or names.

    Examples
    --------
    >>> places("year[2016]:sex[female]; year[2017]")
    ['year[2016]:sex[female]', 'year[2017]']
    """
    return re.split(f"; {_OUTSIDE}", where)


def place_label(where: str) -> str:
    """Return the words for what a finding is about.

    Several places are parted by ``; ``; after `` ~ `` stands, parted by `` + ``, what a place goes with.

    Examples
    --------
    >>> place_label("year[2016]:sex[female]; year[2017]"), place_label("district ~ Intercept + unit_id")
    ('năm: 2016 × giới: nữ; năm: 2017', 'huyện (hằng số, đơn vị)')
    >>> place_label("register 2016: north.csv")
    'register 2016: north.csv'
    """
    return "; ".join(_place(place) for place in places(where))


def _place(place: str) -> str:
    head, *rest = re.split(f" ~ {_OUTSIDE}", place, maxsplit=1)
    label = term_label(head) if _TERM.fullmatch(head) else head
    if not rest:
        return label
    others = (_place(other) for other in re.split(rf" \+ {_OUTSIDE}", rest[0]))
    return f"{label} ({', '.join(others)})"
