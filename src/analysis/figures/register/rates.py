"""Admission rates by age band within each type of locality (*loại địa bàn*)."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes

from analysis import register_words, wording
from analysis.figures import named_rows, paper, style
from analysis.figures.register import headings, marks, phrases, scales
from analysis.language import _, number
from analysis.models.intervals import poisson_limits
from analysis.models.terms import category_label
from analysis.shown import Drawing


@paper.drawn
def rates_by(cells: pd.DataFrame) -> Drawing | None:
    """Draw admissions per 100 members a year by age band, a panel a type of locality.

    A cell without members is an empty row and says so; one with members and no admission is a hollow dot
    at zero with its upper limit.

    Parameters
    ----------
    cells : DataFrame
        Of :func:`analysis.models.register_rows.by_cell`.
    """
    rates = _rates(cells)
    if rates.empty:
        return None
    bands = list(dict.fromkeys(rates["age_band"]))
    localities = list(dict.fromkeys(rates["locality"]))
    columns = style.columns(len(localities))
    lines = math.ceil(len(localities) / columns)
    figure, panels = style.new(0.5 + lines * (0.6 + 0.27 * len(bands)), columns, lines, sharey=True)
    known = rates.loc[rates["members"] > 0]
    top = scales.reach(known["rate"], known["high"])
    overall = 100 * rates["admitted"].sum() / rates["members"].sum()
    for axes, locality in zip(panels, localities, strict=False):
        _panel(axes, rates.loc[rates["locality"].eq(locality)], bands, top, overall)
    for axes in panels[len(localities) :]:
        axes.remove()
    figure.supxlabel(_("Kết nạp trên 100 đảng viên, một năm"), fontsize=style.size())
    titles = [wording.capital(_locality(locality)) for locality in localities]
    headings.place(panels[: len(localities)], titles, columns)
    title = _("Tỷ lệ kết nạp theo nhóm tuổi và loại địa bàn, {place}").format(
        place=phrases.places(cells["province"])
    )
    title = register_words.titled(title, cells["synthetic"])
    alt, name = _alt(known), "register-rates"
    return Drawing(
        name, title, _caption(cells, overall), alt, style.svg(figure, name, alt, cells["synthetic"]), rates
    )


def _rates(cells: pd.DataFrame) -> pd.DataFrame:
    """Return one row a locality and age band that either has; the rate is missing where there are no members."""
    plain = cells.assign(locality=cells["locality"].astype("object").fillna(""))
    sums = plain.groupby(["locality", "age_band"], observed=True, sort=True)[["admitted", "members"]].sum()
    if sums.empty or not sums["members"].sum():
        return sums.reset_index().iloc[:0]
    bands = sums.index.get_level_values("age_band").unique().sort_values()
    places = sums.groupby(level="locality")["members"].sum().sort_values(ascending=False, kind="stable").index
    grid = pd.MultiIndex.from_product([places, bands], names=["locality", "age_band"])
    rates = sums.astype("float64").reindex(grid, fill_value=0.0).reset_index()
    low, high = poisson_limits(rates["admitted"].to_numpy())
    exposed = rates["members"].where(rates["members"] > 0)
    rates = rates.assign(
        rate=100 * rates["admitted"] / exposed, low=100 * low / exposed, high=100 * high / exposed
    )
    return rates.astype({"age_band": "str", "admitted": "int64", "members": "int64"})


def _panel(axes: Axes, rates: pd.DataFrame, bands: list[str], top: float, overall: float) -> None:
    named_rows.axis(axes, [category_label("age_band", band) for band in bands])
    axes.tick_params(axis="y", pad=6)
    axes.set_xlim(0, top)
    scales.written(axes.xaxis)
    axes.axvline(overall, color=style.SOFT, linewidth=1, linestyle="--", zorder=1)
    for place, row in enumerate(rates.itertuples()):
        if not row.members:
            marks.blank(axes, place, _("không có đảng viên"), 24)
            named_rows.beside(axes, place, "–")
            continue
        face = style.BLUE if row.admitted else style.PAPER
        marks.estimate(axes, place, (row.rate, row.low, row.high), face=face)
        named_rows.beside(
            axes, place, f"{phrases.rate_words(row.rate)} · {number(row.admitted)}/{number(row.members)}"
        )


def _locality(code: str) -> str:
    return category_label("locality", code) if code else _("không rõ loại địa bàn")


def _alt(rates: pd.DataFrame) -> str:
    most, least = rates.loc[rates["rate"].idxmax()], rates.loc[rates["rate"].idxmin()]
    return _(
        "Biểu đồ chấm: tỷ lệ kết nạp của {count} nhóm, cao nhất {most} ({high} trên 100 đảng viên mỗi năm), thấp nhất "
        "{least} ({low}); {zero} nhóm có đảng viên mà không kết nạp ai."
    ).format(
        count=number(len(rates)),
        most=_group(most),
        high=phrases.rate_words(most["rate"]),
        least=_group(least),
        low=phrases.rate_words(least["rate"]),
        zero=number(rates["admitted"].eq(0).sum()),
    )


def _group(row: pd.Series) -> str:
    return f"{category_label('age_band', row['age_band'])}, {_locality(row['locality'])}"


def _caption(cells: pd.DataFrame, overall: float) -> str:
    return _(
        "Bên phải: tỷ lệ, số kết nạp trên số đảng viên-năm ({years}). Đoạn ngang: khoảng tin cậy 95% (Poisson chính "
        "xác); mũi tên: khoảng đi quá trục. Chấm rỗng: có đảng viên mà không kết nạp ai; dòng trống: không có đảng viên nào. Vạch đứt: tỷ lệ "
        "chung {overall}. Mẫu số là đảng viên cùng nhóm tuổi, không phải dân số; người không rõ tuổi không được tính. Nguồn: bảng unit_years."
    ).format(years=phrases.years(cells["year"]), overall=phrases.rate_words(overall))
