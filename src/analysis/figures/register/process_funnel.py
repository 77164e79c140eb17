"""Which share reached the next stage of the process (*quy trình kết nạp*), by cohort."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import register_words, wording
from analysis.figures import named_rows, paper, style
from analysis.figures.register import gated, marks, phrases, scales
from analysis.language import _, number, percent
from analysis.models.process.conversion import Conversion
from analysis.shown import Drawing


@paper.drawn
def process_funnel(result: Conversion, *, synthetic: Iterable[bool]) -> Drawing | None:
    """Draw the share of each cohort that reached each stage, a panel a stage; None where there is none.

    A cohort that could not be followed so long is an empty row.

    Parameters
    ----------
    result : Conversion
        Of a register's cohorts or of published counts.
    synthetic : iterable of bool
        Whether each row behind it was made by a simulation.
    """
    if result.estimates.empty:
        return None
    name = f"{result.name}-plot"
    title = register_words.titled(result.title, synthetic)
    if result.withheld:
        return gated.refused(result, name, title, synthetic)
    rows = _rows(result.estimates)
    steps = [(step, rows.loc[rows["step"].eq(step)]) for step in dict.fromkeys(rows["step"])]
    followed = "months" in result.estimates
    figure, panels, shown = _grid(steps, list(dict.fromkeys(rows["cohort"])) if followed else None)
    for axes, (step, part), cohorts in zip(panels, steps, shown, strict=False):
        _panel(axes, part, cohorts)
        axes.set_title(wording.capital(step))
    for axes in panels[len(steps) :]:
        axes.remove()
    figure.supxlabel(_("Tỷ lệ (%)"), fontsize=style.size())
    lost = sum(
        int((~part["cohort"].isin(kept)).sum()) for (_step, part), kept in zip(steps, shown, strict=True)
    )
    alt = _alt(rows)
    return Drawing(name, title, _caption(result, lost), alt, style.svg(figure, name, alt, synthetic), rows)


def _rows(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return cohort, step, counts and percents, in the order of the result."""
    if "months" in estimates:
        cohorts = [_cohort(str(cohort)) for cohort in estimates["cohort"]]
        steps = [_("được công nhận trong {months} tháng").format(months=m) for m in estimates["months"]]
    else:
        cohorts = [_place(row) for row in estimates.itertuples()]
        steps = [f"{wording.stage(row.of)} → {wording.stage(row.to)}" for row in estimates.itertuples()]
    counts = estimates[["entered", "reached"]].reset_index(drop=True)
    shares = 100 * estimates[["response", "response_low", "response_high"]].astype("float64")
    shares.columns = pd.Index(["share", "low", "high"])
    frame = pd.DataFrame({"cohort": cohorts, "step": steps})
    again = frame.groupby(["cohort", "step"], sort=False).cumcount()
    # Two sources may tell of the same unit and period: a row each.
    frame["cohort"] = [name if not n else f"{name} ({n + 1})" for name, n in zip(cohorts, again, strict=True)]
    return frame.join(counts).join(shares.reset_index(drop=True))


def _cohort(code: str) -> str:
    year, *quarter = code.split("-Q")
    return _("quý {quarter}/{year}").format(quarter=quarter[0], year=year) if quarter else year


def _place(row: Any) -> str:
    words = f"{wording.unit_at(row)} · {wording.short_period(row)}"
    return words if row.subgroup == "all" else f"{words} ({wording.name('subgroup', row.subgroup)})"


def _grid(
    steps: Sequence[tuple[str, pd.DataFrame]], every: list[str] | None
) -> tuple[Figure, list[Axes], list[list[str]]]:
    """Return the panels of the steps, and the cohorts of each.

    Cohorts that are followed stand in every panel, two panels side by side; others only where they are told.
    The first cohorts of the longest panels are left out where a page has no room for all.
    """
    columns = style.columns(len(steps)) if every is not None else 1
    lines = math.ceil(len(steps) / columns)
    shown = [every or list(part["cohort"]) for _step, part in steps]
    heights = _heights(shown, columns)
    while 0.5 + sum(heights) > style.TALLEST:
        most = max(map(len, shown))
        shown = [cohorts[1:] if len(cohorts) == most > 1 else cohorts for cohorts in shown]
        heights, before = _heights(shown, columns), heights
        if heights == before:
            break
    figure, panels = style.new(0.5 + sum(heights), columns, lines, sharey=every is not None)
    panels[0].get_gridspec().set_height_ratios(heights)  # type: ignore[union-attr]
    return figure, panels, shown


def _heights(shown: list[list[str]], columns: int) -> list[float]:
    """Return the inches of each line of panels."""
    return [
        max(named_rows.height(_labels(cohorts), frame=0.7) for cohorts in shown[at : at + columns])
        for at in range(0, len(shown), columns)
    ]


def _labels(cohorts: list[str]) -> list[str]:
    return [named_rows.fold(cohort, 40) for cohort in cohorts]


def _panel(axes: Axes, rows: pd.DataFrame, cohorts: list[str]) -> None:
    named_rows.axis(axes, _labels(cohorts))
    axes.tick_params(axis="y", pad=6)
    axes.set_xlim(0, 100)
    scales.written(axes.xaxis)
    told = rows.set_index("cohort")
    for place, cohort in enumerate(cohorts):
        if cohort not in told.index:
            marks.blank(axes, place, _("chưa theo dõi đủ lâu"), 36)
            named_rows.beside(axes, place, "–")
            continue
        row = told.loc[cohort]
        marks.estimate(axes, place, (row["share"], row["low"], row["high"]))
        words = f"{percent(row['share'])} · {number(row['reached'])}/{number(row['entered'])}"
        named_rows.beside(axes, place, words)


def _alt(rows: pd.DataFrame) -> str:
    parts = []
    for step, group in rows.groupby("step", sort=False):
        parts.append(
            _("{step}: {count} tỷ lệ, từ {low} đến {high}").format(
                step=step,
                count=number(len(group)),
                low=percent(group["share"].min()),
                high=percent(group["share"].max()),
            )
        )
    return _("Biểu đồ chấm các bước của quy trình. {parts}.").format(parts="; ".join(parts))


def _caption(result: Conversion, lost: int) -> str:
    lines = [
        _(
            "Chấm: tỷ lệ đạt bước sau; đoạn ngang: khoảng Wilson {level}; bên phải: số người đạt trên số người của bước trước."
        ).format(level=phrases.coverage(result.level)),
    ]
    if lost:
        lines.append(_("{count} tỷ lệ của các nhóm đầu không vẽ cho vừa hình.").format(count=number(lost)))
    return phrases.joined(gated.findings_words(result), *lines)
