"""What became of the rows of each file, and which columns of the admissions are missing where."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from analysis import register_words
from analysis.figures import named_rows, paper, style
from analysis.language import _, number, percent
from analysis.shown import Drawing

_ASIDE = ("rows_empty", "rows_total", "rows_heading", "rows_other")
_LETTER = 2.3
"""Percent of the axis that a letter of a part's number takes; a part without room for its number has none."""


@paper.drawn
def fate(files: pd.DataFrame) -> Drawing | None:
    """Draw what became of the rows of each sheet; None where no sheet holds a table.

    Parameters
    ----------
    files : DataFrame
        Sheets that hold a table, from the processed table ``files``.
    """
    if files.empty:
        return None
    rows = files.assign(aside=files[list(_ASIDE)].sum(axis=1))
    shown, labels = _most_refused(rows)
    figure, (axes,) = style.new(named_rows.height(labels, frame=1.3))
    named_rows.axis(axes, labels)
    # The parts differ in lightness or hatching too, so that they keep apart in grey.
    parts = [
        (_("vào bảng"), shown["rows_stayed"], style.BLUE),
        (_("bị loại"), shown["rows_refused"], style.ORANGE),
        (_("không phải người hay đơn vị"), shown["aside"], style.GRID),
    ]
    _stacked(axes, parts, shown["rows_stayed"] + shown["rows_refused"] + shown["aside"])
    handles, _words = axes.get_legend_handles_labels()
    style.key(figure, handles, columns=3)
    totals = [f"{number(row.rows_stayed)}/{number(row.rows_in)}" for row in shown.itertuples()]
    for position, words in enumerate(totals):
        named_rows.beside(axes, position, words)
    axes.set_xlabel(_("Phần của các dòng dưới tiêu đề (%)"))
    title = register_words.titled(_("Các dòng của mỗi tệp đi đâu"), rows["synthetic"])
    alt = _fate_alt(rows)
    caption = _(
        "Bên phải: số vào bảng trên số người hay đơn vị. Không phải người hay đơn vị: dòng trống, dòng cộng, đề mục, "
        "đánh số cột, ghi chú, chữ ký. Bảng mỗi năm một cột: mỗi con số tính như một dòng. Nguồn: nhật ký làm sạch của các tệp trong data/raw."
    )
    if len(rows) > len(shown):
        caption += " " + _("Hình giữ {shown} trang bị loại nhiều nhất trong {all} trang.").format(
            shown=number(len(shown)), all=number(len(rows))
        )
    columns = ["file", "sheet", "table", "synthetic", "rows_in", "rows_stayed", "rows_refused", *_ASIDE]
    return Drawing(
        "fate", title, caption, alt, style.svg(figure, "fate", alt, rows["synthetic"]), rows[columns]
    )


def _fate_alt(rows: pd.DataFrame) -> str:
    words = _("Thanh ngang chồng: {count} trang có bảng, {lost} trang có dòng bị loại").format(
        count=number(len(rows)), lost=number(rows["rows_refused"].gt(0).sum())
    )
    share = _refused(rows)
    if not share.max():
        return words + "."
    worst = rows.loc[share.idxmax()]
    return words + _("; nhiều nhất là {share} ở {worst}.").format(
        share=percent(100 * share.max()),
        worst=register_words.marked(
            register_words.sheet(worst["file"], worst["sheet"]), synthetic=bool(worst["synthetic"])
        ),
    )


def _refused(rows: pd.DataFrame) -> pd.Series:
    """Return the share of the people or units of each sheet that were refused."""
    return (rows["rows_refused"] / rows["rows_in"].clip(lower=1)).astype(float)


def _most_refused(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the sheets that lost most, as many as a page has room for, in their own order, and their names."""
    mixed = rows["synthetic"].nunique() > 1
    worst = rows.loc[_refused(rows).sort_values(ascending=False, kind="stable").index]
    labels = pd.Series(
        [_sheet_label(row.file, row.sheet, synthetic=mixed and row.synthetic) for row in worst.itertuples()],
        worst.index,
    )
    # In one column the key takes three lines, not one.
    kept = worst.index[: named_rows.fitting(list(labels), frame=1.8)]
    shown = rows.loc[rows.index.isin(kept)]
    return shown, list(labels.loc[shown.index])


def _sheet_label(file: str, sheet: str, *, synthetic: bool) -> str:
    words = register_words.marked(register_words.sheet(file, sheet), synthetic=synthetic)
    return named_rows.fold(words, 46)


def _stacked(axes: Axes, parts: Sequence[tuple[str, pd.Series, str]], totals: pd.Series) -> None:
    """Draw parts of 100% side by side."""
    left = pd.Series(0.0, index=totals.index)
    for words, counts, colour in parts:
        share = (100 * counts / totals.clip(lower=1)).astype(float)
        ink = style.INK if colour in (style.GRID, style.BAND) else style.PAPER
        axes.barh(
            range(len(share)),
            share,
            left=left,
            height=named_rows.half(axes, 0.62),
            facecolor=colour,
            edgecolor=style.PAPER,
            linewidth=0,
            hatch="////" if colour == style.ORANGE else "",
            label=words,
        )
        for position, (start, width, count) in enumerate(zip(left, share, counts, strict=True)):
            if width >= _LETTER * (len(number(count)) + 1):
                axes.text(
                    start + width / 2,
                    position,
                    number(count),
                    color=ink,
                    bbox={"facecolor": colour, "edgecolor": "none", "pad": 0.6},
                    ha="center",
                    va="center",
                    fontsize=style.small(),
                )
        left += share
    axes.set_xlim(0, 100)


@paper.drawn
def missing(counts: pd.DataFrame) -> Drawing | None:
    """Draw the share of missing values by column of the admissions; None where there are no admissions.

    Parameters
    ----------
    counts : DataFrame
        ``synthetic``, ``column``, ``rows``, ``no_column``, ``empty``.
    """
    if counts.empty:
        return None
    origins = sorted(counts["synthetic"].unique())
    labels = [register_words.role(column) for column in counts["column"].unique()]
    columns = style.columns(len(origins))
    lines = len(origins) // columns
    figure, panels = style.new(lines * named_rows.height(labels, frame=1.5), columns, lines, sharey=True)
    for axes, origin in zip(panels, origins, strict=True):
        shown = counts.loc[counts["synthetic"].eq(origin)].reset_index(drop=True)
        named_rows.axis(axes, labels)
        parts = [
            (_("ô trống hay không đọc được"), shown["empty"], style.ORANGE),
            (_("tệp không có cột"), shown["no_column"], style.BAND),
        ]
        _stacked(axes, parts, shown["rows"])
        axes.set_xlabel(_("Không biết (% của {rows} người)").format(rows=number(shown["rows"].iloc[0])))
        if len(origins) > 1:
            axes.set_title(_("Dữ liệu giả lập") if origin else _("Sổ của các cơ quan"))
    handles, _words = panels[0].get_legend_handles_labels()
    style.key(figure, handles, columns=3)
    title = register_words.titled(_("Những điều không biết về người được kết nạp"), counts["synthetic"])
    caption = _(
        "Ô trống hay không đọc được: tệp có cột ấy, nhưng ô trống, ghi là không biết hay không đọc được. "
        "Mẫu số: mọi người được kết nạp trong bảng. Nguồn: bảng admissions."
    )
    alt = _alt(counts)
    return Drawing(
        "missing", title, caption, alt, style.svg(figure, "missing", alt, counts["synthetic"]), counts
    )


def _alt(counts: pd.DataFrame) -> str:
    share = 100 * (counts["no_column"] + counts["empty"]) / counts["rows"]
    worst = counts.loc[share.idxmax()]
    return _("Thanh ngang: tỷ lệ không biết của {count} cột, cao nhất là {worst}, {share}.").format(
        count=number(counts["column"].nunique()),
        worst=register_words.marked(register_words.role(worst["column"]), synthetic=bool(worst["synthetic"])),
        share=percent(share.max()),
    )
