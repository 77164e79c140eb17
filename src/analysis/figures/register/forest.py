"""Provinces beside each other: a forest plot (*biểu đồ rừng*) with the mean over them and its prediction."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes

from analysis import register_words
from analysis.figures import named_rows, paper, style
from analysis.figures.register import gated, marks, phrases, scales
from analysis.language import _, number, percent
from analysis.models.provinces.meta_analysis import MetaAnalysis
from analysis.shown import Drawing

_RESPONSE = ["response", "response_low", "response_high"]


@paper.drawn
def forest(meta: MetaAnalysis, *, synthetic: Iterable[bool]) -> Drawing | None:
    """Draw each province's estimate, the mean over provinces, and what one more would show.

    With too few provinces for a mean, its rows are empty and say why. None where there is no province.

    Parameters
    ----------
    meta : MetaAnalysis
    synthetic : iterable of bool
        Whether each row behind the estimates was made by a simulation.
    """
    studies = meta.studies.sort_values(["response", "label"], ascending=[False, True], ignore_index=True)
    if studies.empty:
        return None
    labels = [named_rows.fold(str(label), 34) for label in studies["label"]]
    labels += [_("Trung bình các tỉnh"), _("Khoảng dự báo cho một tỉnh nữa")]
    figure, (axes,) = style.new(named_rows.height(labels, frame=1.0))
    named_rows.axis(axes, labels)
    _axis(axes, meta, studies)
    heaviest = studies["weight_random"].max()
    for place, row in enumerate(studies.itertuples()):
        size = 4 + 5 * math.sqrt(row.weight_random / heaviest) if pd.notna(row.weight_random) else 5
        values = (float(row.response), float(row.response_low), float(row.response_high))
        marks.estimate(axes, place, values, shape="s", size=size)
        weight = f" · {percent(row.weight_random)}" if pd.notna(row.weight_random) else ""
        named_rows.beside(axes, place, phrases.said(*values) + weight)
    _mean(axes, len(studies), meta)
    _prediction(axes, len(studies) + 1, meta)
    title = register_words.titled(meta.title, synthetic)
    alt, name = _alt(meta, studies), f"{meta.name}-forest"
    return Drawing(name, title, _caption(meta), alt, style.svg(figure, name, alt, synthetic), studies)


def _axis(axes: Axes, meta: MetaAnalysis, studies: pd.DataFrame) -> None:
    means = meta.estimates.loc[meta.estimates["term"].eq("random"), _RESPONSE]
    every = pd.concat([studies[_RESPONSE], means], ignore_index=True).astype("float64")
    edge = pd.DataFrame(
        {"response_low": [meta.prediction_response_low], "response_high": [meta.prediction_response_high]}
    )
    every = pd.concat([every, edge], ignore_index=True)
    columns = [every[name] for name in _RESPONSE]
    if meta.link == "identity":
        scales.difference_axis(axes, *columns)
        axes.axvline(0, color=style.INK, linewidth=1.1, zorder=1)
        axes.set_xlabel(_("Ước lượng"))
    else:
        scales.ratio_axis(axes, *columns)
        axes.axvline(1, color=style.INK, linewidth=1.1, zorder=1)
        axes.set_xlabel(_("Tỷ số (thang logarit)"))


def _mean(axes: Axes, place: int, meta: MetaAnalysis) -> None:
    axes.axhline(place - (0.77 if named_rows.over(axes) else 0.5), color=style.SOFT, linewidth=0.8)
    if meta.withheld:
        marks.blank(axes, place, gated.fatal_words(meta))
        return
    low, middle, high = (float(meta.at("random")[n]) for n in ("response_low", "response", "response_high"))
    ends = [place, place - named_rows.half(axes, 0.26), place, place + named_rows.half(axes, 0.26)]
    axes.fill([low, middle, high, middle], ends, color=style.ORANGE, zorder=4)
    axes.axvline(middle, color=style.ORANGE, linewidth=0.9, linestyle="--", zorder=1)
    named_rows.beside(axes, place, phrases.said(middle, low, high))


def _prediction(axes: Axes, place: int, meta: MetaAnalysis) -> None:
    low, high = meta.prediction_response_low, meta.prediction_response_high
    if meta.withheld or not (math.isfinite(low) and math.isfinite(high)):
        marks.blank(axes, place, _("không công bố"))
        return
    left, right = axes.get_xlim()
    axes.plot(
        [max(low, left), min(high, right)],
        [place] * 2,
        color=style.ORANGE,
        linewidth=4,
        solid_capstyle="butt",
    )
    for edge, arrow, beyond in ((left, "<", low < left), (right, ">", high > right)):
        if beyond:
            axes.plot(edge, place, arrow, color=style.ORANGE, markersize=6, clip_on=False)
    named_rows.beside(axes, place, phrases.span(low, high))


def _alt(meta: MetaAnalysis, studies: pd.DataFrame) -> str:
    words = _("Biểu đồ rừng của {count} tỉnh, từ {low} đến {high}").format(
        count=number(len(studies)),
        low=phrases.brief(studies["response"].min()),
        high=phrases.brief(studies["response"].max()),
    )
    if meta.withheld:
        return words + _("; không công bố trung bình: {why}.").format(why=gated.fatal_words(meta))
    mean = meta.at("random")
    return words + _("; trung bình {mean}, khoảng dự báo {prediction}.").format(
        mean=phrases.said(*(float(mean[name]) for name in _RESPONSE)),
        prediction=phrases.span(meta.prediction_response_low, meta.prediction_response_high),
    )


def _caption(meta: MetaAnalysis) -> str:
    lines = [
        _(
            "Ô vuông: ước lượng của từng tỉnh, to theo trọng số (phần trăm ghi bên phải); đoạn ngang: khoảng {level}; mũi tên: khoảng đi quá trục."
        ).format(level=phrases.coverage(meta.level))
    ]
    if not meta.withheld:
        lines.append(
            _(
                "Hình thoi: trung bình với hiệu ứng ngẫu nhiên; thanh dày: khoảng dự báo {level} cho giá trị thật của một tỉnh nữa. "
                "τ² = {tau2}, I² = {i2}."
            ).format(level=phrases.coverage(meta.level), tau2=phrases.brief(meta.tau2), i2=percent(meta.i2))
        )
    lines.append(
        _("Mô hình: {model}. Các tỉnh xếp theo ước lượng, không phải xếp hạng.").format(
            model=meta.specification
        )
    )
    return phrases.joined(gated.findings_words(meta), *lines)
