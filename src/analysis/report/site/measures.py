"""What the map of tiles may be coloured by, each value in words that say what it is, and of when.

A province without a figure has no value, which is not zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from analysis import wording
from analysis.language import _, day, number, percent, printed
from analysis.report.parameters import VINTAGES
from analysis.report.place_slice import Cuts
from analysis.report.site.latest import SHARES, Latest, whole
from analysis.vocab import provinces


class Origin(NamedTuple):
    """Where a value comes from: computed or printed, as which word, of which period, in which sources."""

    basis: str
    qualifier: str
    period_type: str
    period_start: str
    period_end: str
    sources: str

    @classmethod
    def of(cls, row: Any, basis: str, qualifier: Any) -> Origin:
        """Return the origin of a row of the processed tables."""
        start = "" if pd.isna(row.period_start) else row.period_start.date().isoformat()
        end = row.period_end.date().isoformat()
        return cls(basis, str(qualifier), row.period_type, start, end, row.sources)


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a province.

    Attributes
    ----------
    value : float
        Number that the colour stands for.
    short : str
        The value as the tile has room for: with ``≈``, ``>`` where its source words it so, in [ ] where computed.
    year : str
        Year of it, for the tile; empty for what is of no year.
    said : str
        The value in words, with its period and what it is of.
    whole : bool
        Whether it is of one calendar year or a day; other periods are marked.
    origin : Origin or None
        Where it comes from; None for a count of ours.
    """

    value: float
    short: str
    year: str
    said: str
    whole: bool = True
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure and its values.

    Attributes
    ----------
    name : str
        Anchor, and name in ``data/map.csv``.
    title, note : str
        What it is, in a few words and in sentences.
    breaks : tuple of float
        Lower limits of the classes from the second on. They are fixed, so that a colour means the same in
        every edition.
    unit : str
        Sign behind the limits of the classes.
    values : dict
        Of the provinces that have one, by code.
    middle : float or None
        Limit from which colours turn, where one value divides good from bad.
    """

    name: str
    title: str
    note: str
    breaks: tuple[float, ...]
    unit: str
    values: dict[str, Value]
    middle: float | None = None


def measures(cuts: Cuts, latest: Latest) -> list[Measure]:
    """Return the measures in the language in use, that of the data's extent first; none without a value."""
    makers: dict[str, Callable[[list[Any]], Measure]] = {
        "members": _members,
        "admitted": _admitted,
        "rate": _rate,
        "attainment": _attainment,
    }
    makers |= dict.fromkeys(SHARES, _share)
    told = [(maker, latest.rows[name]) for name, maker in makers.items()]
    return [_figures(cuts), *(maker(rows) for maker, rows in told if rows)]


def _figures(cuts: Cuts) -> Measure:
    values = {}
    words = _("{count} số liệu công bố, {years}")
    for place in provinces(VINTAGES[cuts.units]):
        told = cuts.told(place)
        if told.figures:
            said = words.format(count=number(told.figures), years=told.years)
            values[place.code] = Value(told.figures, number(told.figures), "", said)
    note = _(
        "Có bao nhiêu con số đã công bố về mỗi nơi trong bộ dữ liệu, của mọi cấp và mọi năm. Nhiều hay ít là do báo chí và do "
        "việc mã hóa, không nói gì về việc kết nạp."
    )
    return Measure("figures", _("Số liệu công bố đã có"), note, (5, 10, 25, 50), "", values)


def _members(rows: list[Any]) -> Measure:
    values = {}
    for row in rows:
        said = _("{count} đảng viên, ngày {day}").format(
            count=wording.count(row.members, row.members_qualifier), day=day(row.period_end)
        )
        short = wording.SIGNS.get(str(row.members_qualifier), "") + number(row.members)
        origin = Origin.of(row, "printed", row.members_qualifier)
        values[row.tile] = Value(float(row.members), short, str(row.period_end.year), said, origin=origin)
    note = _("Số đảng viên của đảng bộ tỉnh, thành phố ở ngày gần nhất mà nguồn nêu.")
    return Measure("members", _("Đảng viên"), note, (30e3, 50e3, 75e3, 100e3), "", values)


def _admitted(rows: list[Any]) -> Measure:
    values = {}
    for row in rows:
        said = _("kết nạp {count}, {period}").format(
            count=wording.count(row.admitted, row.admitted_qualifier), period=wording.period(row)
        )
        short = wording.SIGNS.get(str(row.admitted_qualifier), "") + number(row.admitted)
        origin = Origin.of(row, "printed", row.admitted_qualifier)
        values[row.tile] = Value(float(row.admitted), short, str(row.period_end.year), said, origin=origin)
    note = _(
        "Số người được kết nạp trong năm trọn vẹn gần nhất mà nguồn nêu cho cả tỉnh, thành phố. Số của một phần năm, và số đăng "
        "trước khi năm kết thúc, không tính."
    )
    title = _("Kết nạp, năm trọn vẹn gần nhất")
    return Measure("admitted", title, note, (1000, 2000, 3000, 4000), "", values)


def _rate(rows: list[Any]) -> Measure:
    values = {}
    for row in rows:
        told = row.rate_basis == "printed"
        exact = row.rate_qualifier == "exact" and (told or row.admitted_qualifier == "exact")
        shown = printed(row.rate, int(row.rate_places)) if told else f"[{percent(row.rate)}]"
        sign = wording.SIGNS.get(str(row.rate_qualifier), "") if told else "" if exact else "≈"
        said = _("{rate} một năm, {period} (mẫu số: {denominator})").format(
            rate=sign + shown,
            period=wording.period(row),
            denominator=wording.name("denominator", str(row.rate_denominator) or "unstated"),
        )
        origin = Origin.of(row, row.rate_basis, row.rate_qualifier if told else "exact" if exact else "about")
        values[row.tile] = Value(
            float(row.rate), sign + shown, str(row.period_end.year), said, whole(row), origin
        )
    note = _(
        "Số kết nạp một năm trên 100 đảng viên. Mẫu số không như nhau ở mọi nguồn, nên ghi ở từng ô. Nghị quyết 21-NQ/TW "
        "đặt mức 3–4% một năm cho giai đoạn 2020–2025."
    )
    return Measure("rate", _("Tỷ lệ kết nạp một năm"), note, (2, 3, 4, 5), "%", values)


def _attainment(rows: list[Any]) -> Measure:
    values = {}
    for row in rows:
        if pd.notna(row.attainment_printed):
            basis, word = "printed", str(row.attainment_printed_qualifier)
            sign = wording.SIGNS.get(word, "")
            shown = printed(row.attainment_printed, int(row.attainment_decimals))
        else:
            exact = row.admitted_qualifier == row.target_qualifier == "exact"
            basis, word = "computed", "exact" if exact else "about"
            sign, shown = "" if exact else "≈", f"[{percent(row.percent)}]"
        said = _("đạt {percent} chỉ tiêu, {period}").format(percent=sign + shown, period=wording.period(row))
        origin = Origin.of(row, basis, word)
        values[row.tile] = Value(
            float(row.percent), sign + shown, str(row.period_end.year), said, whole(row), origin
        )
    note = _(
        "Kết quả so với chỉ tiêu của chính năm hay nhiệm kỳ ấy, kỳ trọn vẹn gần nhất. Kết quả chưa trọn kỳ, và kết quả đăng trước "
        "khi kỳ kết thúc, không tính. Nơi đạt chỉ tiêu dễ được đăng báo hơn nơi hụt."
    )
    return Measure("attainment", _("Tỷ lệ đạt chỉ tiêu"), note, (80, 100, 120), "%", values, middle=100)


_SHARE_BREAKS = {
    "female": (30, 40, 50, 60),
    "ethnic_minority": (5, 20, 40, 60),
    "youth_union": (50, 60, 70, 80),
    "age_18_30": (50, 60, 70, 80),
}


def _share(rows: list[Any]) -> Measure:
    group = str(rows[0].subgroup)
    values = {row.tile: _share_value(row) for row in rows}
    name = wording.name("subgroup", group)
    note = _(
        "Phần của nhóm “{group}” trong số người được kết nạp, năm trọn vẹn gần nhất; nơi nào không có thì lấy thời kỳ khác "
        "gần nhất, viền đứt."
    ).format(group=name)
    title = _("Trong số kết nạp: {group}").format(group=name)
    return Measure(group, title, note, _SHARE_BREAKS[group], "%", values)


def _share_value(row: Any) -> Value:
    """Return a share: a printed one stays, and where the count gives another, it says so."""
    told = pd.notna(row.share_printed)
    value = float(row.share_printed if told else row.share)
    if told:
        word = str(row.share_qualifier)
        shown = wording.SIGNS.get(word, "") + printed(value, int(row.share_decimals))
    else:
        word = "exact" if row.count_qualifier == row.total_qualifier == "exact" else "about"
        shown = ("" if word == "exact" else "≈") + f"[{percent(value)}]"
    if pd.notna(row.total):
        of = wording.count(row.total, row.total_qualifier)
        said = _("{share} của {total} người, {period}").format(
            share=shown, total=of, period=wording.period(row)
        )
    else:
        said = _("{share}, {period}").format(share=shown, period=wording.period(row))
    if told and row.reading == "differs" and pd.notna(row.share):
        said += _(" (tính từ số đếm: {share})").format(share=percent(float(row.share)))
    origin = Origin.of(row, "printed" if told else "computed", word)
    return Value(value, shown, str(row.period_end.year), said, whole(row), origin)
