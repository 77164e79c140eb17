"""Attainment (*tỷ lệ đạt chỉ tiêu*) by unit and period, beside the 100% line."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis import wording
from analysis.figures import named_rows, paper, style
from analysis.language import _, number, plain, printed
from analysis.models.intervals import attainment_limits
from analysis.models.published.selection import best_attainment
from analysis.shown import Drawing

_SHAPES = {"year": "o", "partial_year": "o", "school_year": "o"}


@paper.drawn
def attainment(unit_periods: pd.DataFrame) -> Drawing | None:
    """Draw the attainment of each unit and period with its interval; None where there is none.

    Whole years are filled circles, terms and several years squares, parts of a year hollow, with
    a tick where the year stood when they were counted.

    Parameters
    ----------
    unit_periods : DataFrame
        Rows of the processed table.
    """
    rows = best_attainment(unit_periods)
    if rows.empty:
        return None
    rows = attainment_limits(wording.in_order(rows).reset_index(drop=True))
    labels = [
        named_rows.fold(f"{wording.unit(r)} · {wording.short_period(r)}", 38) for r in rows.itertuples()
    ]
    figure, (axes,) = style.new(named_rows.height(labels))
    named_rows.axis(axes, labels)
    axes.axvline(100, color=style.INK, linewidth=1.1, zorder=1)
    for position, row in enumerate(rows.itertuples()):
        _draw(axes, position, row)
    top = rows[["percent", "limit_high"]].max().max()
    axes.set_xlim(0, max(125.0, float(top) * 1.04))
    axes.set_xlabel(_("Tỷ lệ đạt so với chỉ tiêu (%)"))
    axes.xaxis.set_major_formatter(lambda value, _position: number(value))
    title = _("Tỷ lệ đạt chỉ tiêu kết nạp theo đơn vị và thời kỳ")
    alt = _alt(rows)
    return Drawing(
        "attainment", title, _caption(rows), alt, style.svg(figure, "attainment", alt), _data(rows)
    )


def _draw(axes: Axes, position: int, row: Any) -> None:
    whole = not wording.partial(row)
    colour = style.BLUE if whole else style.ORANGE
    if pd.notna(row.limit_low):
        axes.plot([row.limit_low, row.limit_high], [position] * 2, color=colour, linewidth=1.2, zorder=2)
    if row.target_basis == "inferred" and row.attainment_low < row.attainment_high:
        ends = [row.attainment_low, row.attainment_high]
        axes.plot(ends, [position] * 2, color=colour, linewidth=5, alpha=0.35, zorder=2)
    shape = _SHAPES.get(row.period_type, "s")
    if row.attainment_printed_qualifier in ("more_than", "at_least") and pd.isna(row.attainment):
        shape = ">"
    face = colour if whole else style.PAPER
    axes.plot(row.percent, position, shape, color=colour, markerfacecolor=face, markersize=6, zorder=3)
    if pd.notna(row.elapsed_share):
        x = 100 * row.elapsed_share
        axes.plot(
            [x, x],
            [position - named_rows.half(axes, 0.28), position + named_rows.half(axes, 0.28)],
            color=style.SOFT,
            linewidth=1.3,
            zorder=2,
        )
    named_rows.beside(axes, position, _numbers(row))


def _numbers(row: Any) -> str:
    """Return what stands right of a row: counts, target, printed percent."""
    parts = []
    if pd.notna(row.admitted):
        text = wording.count(row.admitted, row.admitted_qualifier)
        if pd.notna(row.target_low):
            star = "*" if row.target_basis == "inferred" else ""
            targets = wording.span(row.target_low, row.target_high).replace(_(" hoặc "), "–")
            text += f"/{wording.SIGNS.get(row.target_qualifier, '')}{targets}{star}"
        parts.append(text)
    if pd.notna(row.attainment_printed):
        word = wording.count(0, row.attainment_printed_qualifier).removesuffix("0")
        parts.append(word + printed(row.attainment_printed, row.attainment_decimals))
    else:
        parts.append(f"[{plain(row.attainment, 1)}%]")
    return " · ".join(parts)


def _caption(rows: pd.DataFrame) -> str:
    lines = [
        _(
            "Hình tròn: một năm; hình vuông: nhiệm kỳ, nhiều năm. Tô đặc (xanh): kết quả trọn kỳ; để rỗng (cam): "
            "kết quả chưa trọn kỳ so với chỉ tiêu cả kỳ, không phải kết quả cuối."
        ),
        _(
            "Đoạn ngang: khoảng tin cậy 95% (Poisson chính xác, coi chỉ tiêu là cố định), nói số kết nạp có "
            "thể dao động đến đâu nếu chỉ do ngẫu nhiên."
        ),
    ]
    if rows["elapsed_share"].notna().any():
        lines.append(_("Vạch xám: thời gian của năm đã qua khi tính."))
    if rows["target_qualifier"].isin(list(wording.SIGNS)).any():
        lines.append(_("≥, >, ≈: chỉ tiêu là mức tối thiểu hoặc gần đúng; không có khoảng tin cậy."))
    if (rows["target_basis"] == "inferred").any():
        lines.append(
            _("*: chỉ tiêu suy ra từ số kết nạp và tỷ lệ được nêu; dải đậm: các chỉ tiêu nguyên có thể.")
        )
    if rows["attainment_printed"].isna().any():
        lines.append(_("[ ]: tỷ lệ do phần mềm tính, nguồn không in."))
    return " ".join(lines)


def _alt(rows: pd.DataFrame) -> str:
    reached = int((rows["percent"] >= 100).sum())
    low, high = rows["percent"].min(), rows["percent"].max()
    return _(
        "Biểu đồ chấm: {count} kết quả so với chỉ tiêu, từ {low}% đến {high}%; {reached} kết quả đạt 100% trở lên."
    ).format(count=number(len(rows)), low=plain(low, 1), high=plain(high, 1), reached=number(reached))


def _data(rows: pd.DataFrame) -> pd.DataFrame:
    columns = ["unit", "level", "district", "period_type", "period_start", "period_end"]
    columns += ["admitted", "admitted_qualifier", "target_basis", "target_scope", "target_low", "target_high"]
    columns += [
        "percent",
        "attainment_printed",
        "attainment_printed_qualifier",
        "attainment",
        "limit_low",
        "limit_high",
        "elapsed_share",
        "sources",
    ]
    return rows[columns]
