"""Words for the things of the field: periods, units, qualifiers, subgroups, sources."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pandas as pd

from analysis.clean.targets import FULL_TERM_MONTHS
from analysis.language import _, day, language, month, number, sort_key
from analysis.vocab import Province, codes, label, province

SIGNS = {"more_than": ">", "at_least": "≥", "nearly": "≈", "about": "≈"}
"""Before a number that its source words so; "at most" and ranges are said in words."""

_KIND_AND_NAME = re.compile(
    r"(tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|chi bộ|trường thpt) ((?:(?! và | mới|[,(]).)+)(.*)",
    re.IGNORECASE,
)
"""A unit's kind, its name, and what is set behind it."""

_BETWEEN = re.compile("(, | và )")
"""What stands between the units of a list."""


def name(table: str, code: str) -> str:
    """Return the words for a code in the reader's language."""
    return label(table, code, language())


def capital(text: str) -> str:
    """Return a text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def place_name(place: Province) -> str:
    """Return a province with its kind, as the reader says it: ``tỉnh Điện Biên``."""
    return with_kind(place.full_name)


def with_kind(text: str) -> str:
    """Return the name of a place with its kind as the reader says it, or of several; other text as it is.

    Examples
    --------
    >>> from analysis.language import speaking
    >>> with_kind("huyện Mường Ảng")
    'huyện Mường Ảng'
    >>> with speaking("en"):
    ...     with_kind("huyện Mường Ảng"), with_kind("TP. Hồ Chí Minh"), with_kind("toàn Đảng")
    ('Mường Ảng district', 'TP. Hồ Chí Minh', 'the whole Party')
    """
    if text == "toàn Đảng":
        return _("toàn Đảng")
    parts = _BETWEEN.split(text)
    if len(parts) > 1 and all(_KIND_AND_NAME.fullmatch(part) for part in parts[::2]):
        return "".join(_(part) if place % 2 else with_kind(part) for place, part in enumerate(parts))
    if not (found := _KIND_AND_NAME.fullmatch(text)) or found[3].startswith(" và "):
        return text
    kind, name_, mark = found.groups()
    words = {
        "tỉnh": _("tỉnh {name}"),
        "thành phố": _("thành phố {name}"),
        "huyện": _("huyện {name}"),
        "quận": _("quận {name}"),
        "thị xã": _("thị xã {name}"),
        "xã": _("xã {name}"),
        "phường": _("phường {name}"),
        "thị trấn": _("thị trấn {name}"),
        "chi bộ": _("chi bộ {name}"),
        "trường thpt": _("Trường THPT {name}"),
    }[kind.casefold()]
    return words.format(name=name_) + mark


def unit(row: Any) -> str:
    """Return a unit with the district it belongs to: ``Xã Cư San, huyện M'Đrắk``."""
    name_ = with_kind(str(row.unit))
    words = capital(_("đảng bộ {unit}").format(unit=name_) if row.level == "bloc" else name_)
    return f"{words}, {with_kind(row.district)}" if row.district else words


def unit_at(row: Any) -> str:
    """Return a unit with its district and province, for tables across provinces."""
    words = unit(row)
    if row.level == "province" or not row.province:
        return words
    place = province(row.province_vintage, row.province_code)
    named = place.full_name.casefold() in f"{row.unit}, {row.district}".casefold()
    return words if named else f"{words}, {place_name(place)}"


def _whole_years(start: date, end: date) -> bool:
    return (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)


def _years(start: date, end: date) -> str:
    """Return ``2015–2020``, or from the first day or year to the last day where it is no year's end."""
    if _whole_years(start, end):
        return f"{start.year}–{end.year}" if start.year != end.year else str(start.year)
    first = str(start.year) if (start.month, start.day) == (1, 1) else day(start)
    last = str(end.year) if (end.month, end.day) == (12, 31) else day(end)
    return _("{first} đến {last}").format(first=first, last=last)


def period(row: Any) -> str:
    """Return a period in words: ``năm 2016``, ``nhiệm kỳ 2015–2020``, ``đến 15/10/2021``."""
    start, end = row.period_start, row.period_end
    kind = row.period_type
    if kind == "point":
        return day(end)
    if kind == "year":
        return _("năm {year}").format(year=end.year)
    if kind == "partial_year":
        return _part_of_year(start, end)
    if kind == "school_year":
        return _("năm học {first}–{last}").format(first=start.year, last=end.year)
    if kind == "event":
        return day(end) if start == end else f"{day(start)}–{day(end)}"
    if kind == "term":
        return _term(start, end, row)
    return _years(start, end)


def _term(start: date, end: date, row: Any) -> str:
    years = _years(start, end)
    if getattr(row, "span", "") != "elapsed_part":  # tables of shares and checks do not tell it
        return _("nhiệm kỳ {years}").format(years=years)
    if row.months < FULL_TERM_MONTHS:
        return _("{years}, phần đã qua của nhiệm kỳ").format(years=years)
    return _("phần đã qua của nhiệm kỳ {years}").format(years=years)


def _part_of_year(start: date, end: date) -> str:
    if (start.month, start.day) == (1, 1):
        if (end.month, end.day) == (12, 31):
            return _("năm {year}, chưa hết năm (nguồn không nêu mốc cuối)").format(year=end.year)
        return _("từ đầu năm đến {day}").format(day=day(end))
    return f"{day(start)}–{day(end)}"


def short_period(row: Any) -> str:
    """Return a period for a label in a figure: ``2016``, ``đến 15/10/2021``, ``nhiệm kỳ 2015–2020``."""
    start, end = row.period_start, row.period_end
    if row.period_type == "year":
        return str(end.year)
    if row.period_type == "partial_year" and (start.month, start.day) == (1, 1):
        if (end.month, end.day) == (12, 31):
            return _("{year}, chưa hết năm").format(year=end.year)
        return _("đến {day}").format(day=day(end))
    return period(row)


def partial(row: Any) -> bool:
    """Tell whether a result is of a part of what its target is for: no final result."""
    elapsed_term = row.period_type == "term" and row.months < FULL_TERM_MONTHS
    return bool(
        row.period_type == "partial_year"
        or row.span == "elapsed_part"
        or row.target_scope == "whole_term"
        or elapsed_term
    )


def stage(code: str) -> str:
    """Return the words for a stage of the process of admission."""
    return {
        "nominated": _("giới thiệu"),
        "trained": _("học lớp"),
        "admitted": _("kết nạp"),
        "recognised": _("công nhận chính thức"),
        "cards": _("phát thẻ"),
    }[code]


def count(value: float, qualifier: str = "exact") -> str:
    """Return a count as its source words it: ``gần 500``, ``152``."""
    word = name("qualifier", qualifier) if qualifier not in ("", "exact") else ""
    return f"{word} {number(value)}" if word else number(value)


def span(low: float, high: float) -> str:
    """Return one whole number or the run of them: ``120``, ``595–600``, ``150 hoặc 151``."""
    if low == high:
        return number(low)
    if high == low + 1:
        return _("{low} hoặc {high}").format(low=number(low), high=number(high))
    return f"{number(low)}–{number(high)}"


def publication(row: Any) -> str:
    """Return when a source appeared, as far as it is known."""
    text = str(row.published)
    if not text:
        return _("không rõ ngày")
    if len(text) == 10:
        return day(row.published_first)
    if len(text) == 7:
        return month(row.published_first)
    return text


def ranks(names: pd.Series) -> pd.Series:
    """Return the place of each name in the Vietnamese order, equal names alike."""
    ordered = sorted(names.unique(), key=sort_key)
    return names.map({name_: place for place, name_ in enumerate(ordered)})


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows from the whole Party and province down to the cells, by name, and in time within a unit."""
    level = pd.Categorical(rows["level"], codes("level"), ordered=True)
    # One spelling a unit, so that the rows of a unit stand together however its sources write it.
    named = rows.groupby("unit_id", sort=False)["unit"].transform("first")
    keyed = rows.assign(_level=level, _district=ranks(rows["district"]), _unit=ranks(named))
    keys = ["_level", "_district", "_unit", "unit_id", "period_end", "period_type"]
    return keyed.sort_values(keys, kind="stable").drop(columns=["_level", "_district", "_unit"])


def known(value: Any) -> bool:
    """Tell whether a cell holds something."""
    return bool(pd.notna(value)) and value != ""


def category(code: str) -> str:
    """Return the words for a category of a model: a level, a region, a span of years, or all."""
    if code == "all":
        return _("mọi đơn vị")
    for table in ("level", "region"):
        words = name(table, code)
        if words != code.replace("_", " "):
            return words
    if code.startswith("–"):
        return _("đến {year}").format(year=code[1:])
    if code.endswith("–"):
        return _("từ {year}").format(year=code[:-1])
    return code or _("không xếp vùng (34 tỉnh mới)")
