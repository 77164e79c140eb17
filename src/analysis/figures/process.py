"""The process funnel: nominated, trained, admitted, recognised, where one source prints them together."""

from __future__ import annotations

import math

import pandas as pd

from analysis import wording
from analysis.figures import paper, style
from analysis.language import _, number
from analysis.models.process.stages import STAGES, stages
from analysis.shown import Drawing

MOST_PANELS = 12


@paper.drawn
def process(figures: pd.DataFrame) -> Drawing | None:
    """Draw the stages of the process, a panel a unit and period; None where none stand together.

    Parameters
    ----------
    figures : DataFrame
        Rows of the processed table.
    """
    found = stages(figures)
    narrowing = ~(found["admitted"] > found[["nominated", "trained"]].min(axis=1))
    rows = found.loc[narrowing].head(MOST_PANELS)
    if rows.empty:
        return None
    columns = style.columns(len(rows))
    lines = math.ceil(len(rows) / columns)
    figure, panels = style.new(0.3 + 1.65 * lines, columns, lines)
    for axes, row in zip(panels, rows.itertuples(), strict=False):
        found = [stage for stage in STAGES if pd.notna(getattr(row, stage))]
        values = [getattr(row, stage) for stage in found]
        axes.barh(range(len(found)), values, height=0.6, color=style.BLUE)
        for position, (stage, value) in enumerate(zip(found, values, strict=True)):
            words = wording.count(value, getattr(row, f"{stage}_qualifier"))
            axes.text(value + max(values) * 0.02, position, words, va="center", fontsize=style.small())
        axes.set_yticks(range(len(found)), [wording.stage(stage) for stage in found], fontsize=style.small())
        axes.set_ylim(len(found) - 0.4, -0.6)
        axes.set_xlim(0, max(1, *values) * 1.25)
        axes.tick_params(axis="y", length=0)
        axes.set_xticks([])
        for side in ("bottom", "left"):
            axes.spines[side].set_visible(False)
        group = "" if row.subgroup == "all" else f" ({wording.name('subgroup', row.subgroup)})"
        axes.set_title(f"{wording.capital(row.unit)}{group}\n{wording.period(row)}", fontsize=style.small())
    for axes in panels[len(rows) :]:
        axes.remove()
    title = _("Các bước của quy trình kết nạp (số người)")
    alt = _("Biểu đồ thanh: các bước từ giới thiệu đến công nhận ở {count} đơn vị và thời kỳ.").format(
        count=number(len(rows))
    )
    caption = _(
        "Các bước do một nguồn nêu cùng nhau, nơi số kết nạp không lớn hơn số của bước trước. Trừ khi nguồn nói rõ, đây không phải một lứa (đoàn hệ) được theo "
        "dõi: người được kết nạp trong kỳ có thể đã học lớp từ kỳ trước."
    )
    return Drawing("process", title, caption, alt, style.svg(figure, "process", alt), rows)
