"""The admission rate (*tỷ lệ kết nạp*) over the years, against the 3-4% of Resolution 21-NQ/TW."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis import register_words
from analysis.figures import paper, style
from analysis.figures.register import marks, phrases, scales
from analysis.language import _, number
from analysis.models.intervals import poisson_limits
from analysis.shown import Drawing

RESOLUTION = (2020, 2025)
"""Years for which Resolution 21-NQ/TW (2022) wants 3 to 4% of members admitted a year."""
WANTED = (3.0, 4.0)

_AT = {"start": ("o", -0.2), "end": ("s", 0.2)}
"""Marker and shift of a series, by the end of the year at which its members were counted."""


@paper.drawn
def trend(unit_rows: pd.DataFrame, *, part_years: Collection[int] = ()) -> Drawing | None:
    """Draw the yearly admissions per 100 members of the covered units together; None where fewer than two are known.

    Rates over members at the start and at the end of the year are two series. Under them stands how many
    units each year covers; the line is dotted where they change, and broken where a year is missing.

    Parameters
    ----------
    unit_rows : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`.
    part_years : collection of int
        Years of which the registers do not tell the end; they are drawn hollow and joined to none.
    """
    rates = _yearly(unit_rows, part_years)
    if len(rates) < 2:  # one alone is read in the table of years
        return None
    figure, panels = style.new(4.6, 1, 2)
    panels[0].get_gridspec().set_height_ratios([3.4, 1])  # type: ignore[union-attr]
    _rates(panels[0], rates)
    _units(panels[1], rates)
    # The key, not the panel, names band and lines: wherever they run, it hides no estimate.
    style.key(figure, _key(rates))
    place = phrases.places(unit_rows["province"])
    title = _("Tỷ lệ kết nạp hằng năm của các đơn vị có sổ, {place}").format(place=place)
    title = register_words.titled(title, unit_rows["synthetic"])
    alt = _alt(rates)
    name = "register-trend"
    return Drawing(
        name,
        title,
        _caption(rates, unit_rows),
        alt,
        style.svg(figure, name, alt, unit_rows["synthetic"]),
        rates,
    )


def _yearly(unit_rows: pd.DataFrame, part_years: Collection[int]) -> pd.DataFrame:
    """Return one row a year and way of counting members, with its rate and whether the units changed."""
    known = unit_rows.loc[unit_rows["admitted"].notna() & (unit_rows["members"] > 0).fillna(value=False)]
    records: list[dict[str, Any]] = []
    for at in _AT:
        before: tuple[int, frozenset[str]] = (0, frozenset())
        counted = known.loc[known["members_at"].astype("object").eq(at)]
        for year, rows in counted.groupby("year", observed=True, sort=True):
            units = frozenset(rows["unit_id"].astype("str"))
            admitted, members = int(rows["admitted"].sum()), int(rows["members"].sum())
            low, high = poisson_limits(admitted)
            records.append(
                {
                    "year": int(str(year)),
                    "members_at": at,
                    "units": len(units),
                    "admitted": admitted,
                    "members": members,
                    "rate": 100 * admitted / members,
                    "low": 100 * float(low) / members,
                    "high": 100 * float(high) / members,
                    "same_units": before == (int(str(year)) - 1, units),
                    "part_year": int(str(year)) in part_years,
                }
            )
            before = (int(str(year)), units)
    names = ["year", "members_at", "units", "admitted", "members", "rate", "low", "high"]
    return pd.DataFrame.from_records(records, columns=[*names, "same_units", "part_year"])


def _shifts(rates: pd.DataFrame) -> dict[str, float]:
    several = rates["members_at"].nunique() > 1
    return {at: shift if several else 0.0 for at, (_shape, shift) in _AT.items()}


def _years_axis(axes: Axes, rates: pd.DataFrame) -> None:
    years = range(int(rates["year"].min()), int(rates["year"].max()) + 1)
    # Two years or one are not to fill the width with two bars.
    room = max(0.6, 2 - len(years) / 2)
    axes.set_xlim(years[0] - room, years[-1] + room)
    axes.set_xticks(list(years[:: scales.steps(len(years))]))
    axes.xaxis.set_major_formatter(lambda value, _position: str(int(value)))


def _rates(axes: Axes, rates: pd.DataFrame) -> None:
    _years_axis(axes, rates)
    top = scales.reach(rates["rate"], rates["high"])
    banded = _banded(rates)
    axes.set_ylim(0, max(top, 4.4) if banded else top)
    if banded:
        left, right = axes.get_xlim()
        years = [max(left, RESOLUTION[0] - 0.5), min(right, RESOLUTION[1] + 0.5)]
        axes.fill_between(years, *WANTED, color=style.BAND, linewidth=0, zorder=0)
    shifts = _shifts(rates)
    step = scales.steps(rates["year"].nunique(), 11)
    for at, series in rates.groupby("members_at", sort=False):
        shape, shift = _AT[str(at)][0], shifts[str(at)]
        _line(axes, series, shift)
        for place, row in enumerate(series.itertuples()):
            face = style.PAPER if row.part_year else style.BLUE
            values = (float(row.rate), float(row.low), float(row.high))
            marks.upright(axes, row.year + shift, values, shape=shape, face=face)
            if place % step == 0:
                _named(axes, row.year + shift, float(row.rate), float(row.high))
    axes.set_ylabel(_("Kết nạp trên 100 đảng viên, một năm"))
    style.years(axes)
    scales.written(axes.yaxis)


def _named(axes: Axes, x: float, rate: float, high: float) -> None:
    """Write a rate above its interval, where no line runs."""
    above = min(high, axes.get_ylim()[1])
    axes.annotate(
        phrases.rate_words(rate),
        (x, above),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=style.small(),
    )


def _line(axes: Axes, series: pd.DataFrame, shift: float) -> None:
    """Join the whole years that follow each other: solid where the units are the same."""
    rows = list(series.itertuples())
    for first, second in pairwise(rows):
        if second.year != first.year + 1 or first.part_year or second.part_year:
            continue
        shape = "-" if second.same_units else ":"
        xs = [first.year + shift, second.year + shift]
        axes.plot(xs, [first.rate, second.rate], shape, color=style.SOFT, linewidth=1, zorder=1)


def _units(axes: Axes, rates: pd.DataFrame) -> None:
    _years_axis(axes, rates)
    shifts = _shifts(rates)
    width = 0.7 if not any(shifts.values()) else 0.32
    step = scales.steps(rates["year"].nunique(), 11)
    shown = sorted(rates["year"].unique())[::step]
    for row in rates.itertuples():
        x = row.year + shifts[str(row.members_at)]
        axes.bar(x, row.units, width=width, color=style.GRID)
        if row.year in shown:
            axes.text(x, row.units, number(row.units), ha="center", va="bottom", fontsize=style.small())
    axes.set_ylim(0, 1.35 * float(rates["units"].max()))
    axes.set_yticks([])
    axes.tick_params(axis="x", length=0, labelbottom=False)
    axes.spines["left"].set_visible(False)
    axes.set_ylabel(_("Số đơn vị"), fontsize=style.small())


def _banded(rates: pd.DataFrame) -> bool:
    return bool(rates["year"].between(*RESOLUTION).any())


def _denominator(at: str) -> str:
    return {"start": _("đảng viên đầu năm"), "end": _("đảng viên cuối năm")}[at]


def _key(rates: pd.DataFrame) -> list[Artist]:
    dot = {"color": style.BLUE, "linestyle": "none", "markersize": 5.5}
    found: list[Artist] = []
    for at in rates["members_at"].unique():
        words = _("mẫu số: {members}").format(members=_denominator(at))
        found.append(Line2D([], [], marker=_AT[at][0], label=words, **dot))  # type: ignore[arg-type]
    if rates["part_year"].any():
        words = _("năm chưa có sổ đủ")
        found.append(Line2D([], [], marker="o", markerfacecolor=style.PAPER, label=words, **dot))  # type: ignore[arg-type]
    if rates["same_units"].any():
        found.append(Line2D([], [], color=style.SOFT, linewidth=1, label=_("cùng các đơn vị như năm trước")))
    if _changed(rates):
        words = _("các đơn vị có sổ đã đổi")
        found.append(Line2D([], [], color=style.SOFT, linewidth=1, linestyle=":", label=words))
    if _banded(rates):
        words = _("3–4%: Nghị quyết 21-NQ/TW, 2020–2025")
        found.append(Patch(facecolor=style.BAND, label=words))
    return found


def _changed(rates: pd.DataFrame) -> bool:
    """Tell whether a year follows another with other units."""
    follows = rates.groupby("members_at", sort=False)["year"].diff().eq(1)
    return bool((follows & ~rates["same_units"]).any())


def _caption(rates: pd.DataFrame, unit_rows: pd.DataFrame) -> str:
    out = len(unit_rows) - int(rates["units"].sum())
    lines = [
        _(
            "Mỗi chấm: tổng số kết nạp chia tổng số đảng viên của các đơn vị có sổ đủ trong năm ({members}). Đoạn đứng: "
            "khoảng tin cậy 95% (Poisson chính xác), chỉ kể dao động ngẫu nhiên."
        ).format(members="; ".join(_denominator(at) for at in rates["members_at"].unique())),
        _(
            "Cột dưới: số đơn vị có sổ; khi các đơn vị ấy đổi, tỷ lệ có thể đổi theo mà việc kết nạp không đổi."
        ),
    ]
    if out:
        lines.append(
            _("{count} đơn vị-năm không có số đảng viên và không được tính.").format(count=number(out))
        )
    if rates["part_year"].any():
        lines.append(_("Chấm rỗng: sổ chưa kể hết năm, không phải tỷ lệ của cả năm."))
    if _banded(rates):
        lines.append(
            _(
                "Dải 3–4% là mục tiêu chung của Nghị quyết cho các năm 2020–2025; các báo cáo lấy mẫu số khác nhau "
                "(đầu năm, đầu nhiệm kỳ, hay không nêu)."
            )
        )
    return " ".join([*lines, _("Nguồn: bảng unit_years.")])


def _alt(rates: pd.DataFrame) -> str:
    whole = rates.loc[~rates["part_year"]]
    shown = whole if len(whole) else rates
    least, most = shown.loc[shown["rate"].idxmin()], shown.loc[shown["rate"].idxmax()]
    if len(shown) == 1:
        words = _(
            "Một chấm: năm {year}, tỷ lệ kết nạp {rate} trên 100 đảng viên, ở {units} đơn vị có sổ."
        ).format(
            year=most["year"],
            rate=phrases.said(most["rate"], most["low"], most["high"]),
            units=number(most["units"]),
        )
    else:
        words = _(
            "Biểu đồ chấm theo năm {years}: tỷ lệ kết nạp thấp nhất {low} trên 100 đảng viên (năm {low_year}), cao nhất {high} "
            "(năm {high_year}); số đơn vị có sổ từ {few} đến {many}."
        ).format(
            years=phrases.years(rates["year"]),
            low=number(least["rate"], 1),
            low_year=least["year"],
            high=number(most["rate"], 1),
            high_year=most["year"],
            few=number(rates["units"].min()),
            many=number(rates["units"].max()),
        )
    inside = shown.loc[shown["year"].between(*RESOLUTION)]
    if inside.empty:
        return words
    below, above = int((inside["rate"] < WANTED[0]).sum()), int((inside["rate"] > WANTED[1]).sum())
    more = _("Trong {count} tỷ lệ của 2020–2025, {below} dưới dải 3–4%, {above} trên dải ấy.")
    return f"{words} {more.format(count=number(len(inside)), below=number(below), above=number(above))}"
