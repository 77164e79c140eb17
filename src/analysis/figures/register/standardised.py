"""Crude rates beside standardised ones (*tỷ lệ thô và tỷ lệ chuẩn hóa*), a row a group."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from matplotlib.lines import Line2D

from analysis import register_words
from analysis.figures import named_rows, paper, style
from analysis.figures.register import gated, marks, phrases, scales
from analysis.language import _, number
from analysis.models.standardisation.standardised import DirectlyStandardised, IndirectlyStandardised
from analysis.models.terms import category_label, factor_label
from analysis.shown import Drawing

_APART = 0.24
"""Rows that the crude rate stands below the standardised one."""

_IN_TIME = ("year", "term")
"""Groups that keep their order; others stand from the highest rate to the lowest."""


@paper.drawn
def standardised_rates(
    result: DirectlyStandardised | IndirectlyStandardised, *, synthetic: Iterable[bool]
) -> Drawing | None:
    """Draw each group's crude and standardised rate; None where there is no group.

    A group that has no standardised rate keeps its crude one and says so.

    Parameters
    ----------
    result : DirectlyStandardised or IndirectlyStandardised
    synthetic : iterable of bool
        Whether each row behind it was made by a simulation.
    """
    if result.estimates.empty:
        return None
    name = f"{result.name}-plot"
    title = register_words.titled(result.title, synthetic)
    if result.withheld:
        return gated.refused(result, name, title, synthetic)
    rows = _rows(result)
    labels = [named_rows.fold(category_label(result.by, str(term)), 30) for term in rows["term"]]
    figure, (axes,) = style.new(named_rows.height(labels, frame=1.3))
    named_rows.axis(axes, labels)
    axes.set_xlim(0, scales.reach(rows[["rate", "crude"]].to_numpy(dtype=float).ravel(), rows["rate_high"]))
    scales.written(axes.xaxis)
    for place, row in enumerate(rows.itertuples()):
        if pd.notna(row.crude):
            axes.plot(
                row.crude,
                place + named_rows.half(axes, _APART),
                "D",
                color=style.SOFT,
                markerfacecolor=style.PAPER,
                markersize=5,
                zorder=3,
                clip_on=False,
            )
        if pd.isna(row.rate):
            named_rows.beside(axes, place, _("không chuẩn hóa được"))
            continue
        marks.estimate(axes, place, (row.rate, row.rate_low, row.rate_high))
        named_rows.beside(axes, place, phrases.said(row.rate, row.rate_low, row.rate_high))
    axes.set_xlabel(_("Kết nạp trên {per} đảng viên, một năm").format(per=number(result.per)))
    style.key(figure, _key())
    alt = _alt(result, rows)
    return Drawing(name, title, _caption(result), alt, style.svg(figure, name, alt, synthetic), rows)


def _rows(result: DirectlyStandardised | IndirectlyStandardised) -> pd.DataFrame:
    """Return the groups with ``crude``, ``rate`` and its limits, in the order of the figure."""
    rows = result.estimates.copy()
    if isinstance(result, DirectlyStandardised):
        names = {"response": "rate", "response_low": "rate_low", "response_high": "rate_high"}
        rows = rows.rename(columns=names)
    if result.by not in _IN_TIME:
        rows = rows.sort_values(["rate", "term"], ascending=[False, True], kind="stable")
    kept = ["term", "observed", "exposure", "crude", "rate", "rate_low", "rate_high"]
    return rows[kept].reset_index(drop=True).astype(dict.fromkeys(kept[1:], "float64"))


def _key() -> list[Line2D]:
    crude = {"marker": "D", "linestyle": "none", "markerfacecolor": style.PAPER, "markersize": 5}
    return [
        Line2D([], [], color=style.SOFT, label=_("tỷ lệ thô"), **crude),  # type: ignore[arg-type]
        Line2D([], [], color=style.BLUE, marker="o", markersize=5.5, label=_("tỷ lệ chuẩn hóa")),
    ]


def _alt(result: DirectlyStandardised | IndirectlyStandardised, rows: pd.DataFrame) -> str:
    known = rows.loc[rows["rate"].notna()]
    if known.empty:
        return _("Biểu đồ chấm của {count} nhóm, không nhóm nào chuẩn hóa được.").format(
            count=number(len(rows))
        )
    most, least = known.loc[known["rate"].idxmax()], known.loc[known["rate"].idxmin()]

    def told(row: pd.Series) -> str:
        return _("{group}: {rate}, thô {crude}").format(
            group=category_label(result.by, str(row["term"])),
            rate=phrases.said(row["rate"], row["rate_low"], row["rate_high"]),
            crude=phrases.brief(row["crude"]),
        )

    return _("Biểu đồ chấm của {count} nhóm, tỷ lệ chuẩn hóa cao nhất {most}; thấp nhất {least}.").format(
        count=number(len(rows)), most=told(most), least=told(least)
    )


def _caption(result: DirectlyStandardised | IndirectlyStandardised) -> str:
    strata = ", ".join(factor_label(name) for name in result.standard.strata)
    lines = [
        _(
            "Chuẩn hóa theo {strata}; chuẩn: {standard}. Đoạn ngang: khoảng {level}; mũi tên: khoảng đi quá trục."
        ).format(strata=strata, standard=result.standard.name, level=phrases.coverage(result.level)),
        _("Tỷ lệ chuẩn hóa chỉ để so sánh và đổi theo chuẩn; tỷ lệ thô là điều đã xảy ra."),
    ]
    if isinstance(result, IndirectlyStandardised):
        lines.append(_("Chuẩn hóa gián tiếp so từng nhóm với chuẩn, không so hai nhóm với nhau."))
    return phrases.joined(gated.findings_words(result), *lines)
