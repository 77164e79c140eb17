"""Age and sex of those admitted beside those of the members: a pyramid (*tháp tuổi*)."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from analysis import register_words
from analysis.figures import paper, style
from analysis.figures.register import phrases, scales
from analysis.language import _, number, percent
from analysis.models.terms import category_label
from analysis.shown import Drawing

_SEXES = (("female", style.ORANGE), ("male", style.BLUE))


@paper.drawn
def pyramid(cells: pd.DataFrame) -> Drawing | None:
    """Draw which share of those admitted, and of members, each age band and sex is.

    The shares of both sexes together make 100%. Nothing is drawn where nobody was admitted.

    Parameters
    ----------
    cells : DataFrame
        Of :func:`analysis.models.register_rows.by_cell`.
    """
    shares = _shares(cells)
    if shares.empty or not shares["admitted"].sum() or not shares["members"].sum():
        return None
    bands = list(dict.fromkeys(shares["age_band"]))[::-1]
    figure, panels = style.new(1.4 + 0.34 * len(bands), 2, sharey=True)
    top = scales.reach(shares[["admitted_share", "members_share"]].to_numpy().ravel(), [])
    room = 1.5 if style.narrow() else 1.2
    for axes, (sex, colour) in zip(panels, _SEXES, strict=True):
        _half(
            axes, shares.loc[shares["sex"].eq(sex)].set_index("age_band").reindex(bands), colour, top * room
        )
        axes.set_title(_total(shares, sex))
    panels[0].invert_xaxis()
    panels[0].set_yticks(range(len(bands)), [category_label("age_band", band) for band in bands])
    figure.supxlabel(_("Phần trong tổng của cả hai giới (%)"), fontsize=style.size())
    key = [
        Patch(facecolor=style.SOFT, label=_("trong số được kết nạp")),
        Patch(facecolor="none", edgecolor=style.INK, label=_("trong số đảng viên")),
    ]
    style.key(figure, key)
    place = phrases.places(cells["province"])
    title = _("Tuổi và giới của người được kết nạp, bên cạnh đảng viên, {place}").format(place=place)
    title = register_words.titled(title, cells["synthetic"])
    alt, name = _alt(shares), "register-pyramid"
    return Drawing(
        name, title, _caption(cells), alt, style.svg(figure, name, alt, cells["synthetic"]), shares
    )


def _shares(cells: pd.DataFrame) -> pd.DataFrame:
    """Return one row an age band and sex with counts and percents of the whole; missing where no cell is."""
    known = cells.loc[cells["sex"].astype("object").isin([sex for sex, _colour in _SEXES])]
    sums = known.groupby(["age_band", "sex"], observed=True, sort=True)[["admitted", "members"]].sum()
    table = sums.astype("float64").reset_index()
    for count in ("admitted", "members"):
        table[f"{count}_share"] = 100 * table[count] / max(table[count].sum(), 1)
    return table.astype({"age_band": "str", "sex": "str", "admitted": "int64", "members": "int64"})


def _half(axes: Axes, rows: pd.DataFrame, colour: str, top: float) -> None:
    axes.set_xlim(0, top)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    scales.written(axes.xaxis)
    for place, row in enumerate(rows.itertuples()):
        if pd.isna(row.admitted_share):
            words = _("không có đảng viên")
            _word(axes, 0.0, place, words, colour=style.SOFT)
            continue
        axes.barh(place, row.admitted_share, height=0.5, color=colour, zorder=2)
        axes.barh(place, row.members_share, height=0.86, fill=False, edgecolor=style.INK, zorder=3)
        words = percent(row.admitted_share) if row.admitted else number(0)
        _word(axes, max(row.admitted_share, row.members_share), place, words, colour=style.INK)


def _word(axes: Axes, x: float, place: float, words: str, *, colour: str) -> None:
    """Write beyond the end of a bar, on the side away from the middle of the pyramid."""
    left = axes.get_subplotspec().is_first_col()  # type: ignore[union-attr]
    axes.annotate(
        words,
        (x, place),
        xytext=(-4 if left else 4, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        fontsize=style.small(),
        color=colour,
    )


def _total(shares: pd.DataFrame, sex: str) -> str:
    rows = shares.loc[shares["sex"].eq(sex)]
    return _("{sex}: {admitted} người được kết nạp\n{share} số kết nạp, {stock} số đảng viên").format(
        sex=category_label("sex", sex).capitalize(),
        admitted=number(rows["admitted"].sum()),
        share=percent(rows["admitted_share"].sum()),
        stock=percent(rows["members_share"].sum()),
    )


def _alt(shares: pd.DataFrame) -> str:
    women = shares.loc[shares["sex"].eq("female")]
    largest = shares.loc[shares["admitted_share"].idxmax()]
    return _(
        "Tháp tuổi: {admitted} người được kết nạp; nữ {women} số kết nạp và {women_members} số đảng viên; "
        "nhóm đông nhất là {band}, {sex}: {share} số kết nạp, {stock} số đảng viên."
    ).format(
        admitted=number(shares["admitted"].sum()),
        women=percent(women["admitted_share"].sum()),
        women_members=percent(women["members_share"].sum()),
        band=category_label("age_band", largest["age_band"]),
        sex=category_label("sex", largest["sex"]),
        share=percent(largest["admitted_share"]),
        stock=percent(largest["members_share"]),
    )


def _caption(cells: pd.DataFrame) -> str:
    return _(
        "Thanh đặc: phần trong số người được kết nạp; khung: phần trong số đảng viên của cùng các đơn vị, cộng các năm "
        "{years} (một đảng viên tính một lần mỗi năm). Chỉ gồm đơn vị-năm có sổ đủ và đếm đảng viên theo tuổi và giới; người không rõ "
        "tuổi hay giới không có trong hình. Các nhóm tuổi rộng hẹp khác nhau. Nguồn: bảng unit_years."
    ).format(years=phrases.years(cells["year"]))
