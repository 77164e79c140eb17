"""Sentences of the report on the quality of the data, made from what cleaning counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis import register_words
from analysis.language import _, number
from analysis.shown import Prose, Title

if TYPE_CHECKING:
    from analysis.report.quality_known import Quality

_NAMED = 20
"""Sheets without a table that are named; more are counted."""


def quality_title(known: Quality) -> Title:
    """Return the heading of the report on the quality of the data."""
    head = _("Chất lượng dữ liệu: danh sách kết nạp, chỉ tiêu, đảng viên")
    if known.files.empty:
        return Title(
            head,
            _(
                "Trong data/raw chưa có danh sách kết nạp, bảng chỉ tiêu hay bảng đảng viên nào của các cơ quan, nên chưa có gì để đánh giá."
            ),
        )
    line = _("{files} tệp, {sheets} trang có bảng").format(
        files=number(known.files["file"].nunique()), sheets=number(len(known.sheets))
    )
    return Title(register_words.titled(head, known.files["synthetic"]), line)


def synthetic_notice(known: Quality) -> Prose | None:
    """Return which of the files a simulation made; None where none."""
    by_file = known.files.groupby("file")["synthetic"].any()
    made = by_file.index[by_file]
    if not len(made):
        return None
    if len(made) == len(by_file):
        return Prose(
            [
                _(
                    "Mọi số trong báo cáo này là dữ liệu giả lập, do máy làm ra để minh họa: không có người thật nào ở đây."
                )
            ]
        )
    return Prose(
        [
            _(
                "{made} trong {all} tệp là dữ liệu giả lập, do máy làm ra để minh họa. Chúng được ghi rõ ở từng bảng, từng hình và không "
                "được cộng vào số của các tệp khác."
            ).format(made=number(len(made)), all=number(len(by_file)))
        ]
    )


def quality_summary(known: Quality) -> Prose | None:
    """Return how many rows came in, stayed and were refused, apart for synthetic files; None without files."""
    if known.sheets.empty:
        return None
    lines = [
        _origin(rows, synthetic=bool(synthetic)) for synthetic, rows in known.sheets.groupby("synthetic")
    ]
    lines.append(_("Nguồn: các tệp trong data/raw và nhật ký làm sạch (data/processed/cleaning_log)."))
    if not known.files["synthetic"].all():
        lines.append(
            _("Số nhỏ ở đây chưa được che: báo cáo này dành cho người giữ dữ liệu, không để công bố.")
        )
    return Prose(lines)


def _origin(rows: pd.DataFrame, *, synthetic: bool) -> str:
    """Return what became of the rows of the files of one origin, each kind by itself."""
    kinds = rows.groupby("table", sort=False)[["rows_in", "rows_stayed"]].sum()
    parts = [
        _("{stayed} trong {came} dòng {kind} vào bảng").format(
            stayed=number(row.rows_stayed), came=number(row.rows_in), kind=register_words.kind(str(row.Index))
        )
        for row in kinds.itertuples()
    ]
    words = _(
        "{head}: {parts}. {refused} dòng bị loại. {changed} ô được viết lại hoặc suy ra, {lost} ô không đọc được và coi như không biết."
    ).format(
        head=_("Các tệp giả lập") if synthetic else _("Các tệp của cơ quan"),
        parts="; ".join(parts),
        refused=number(rows["rows_refused"].sum()),
        changed=number(rows["cells_changed"].sum()),
        lost=number(rows["cells_refused"].sum()),
    )
    hidden = int(rows["rows_hidden"].sum())
    if not hidden:
        return words
    more = _("{hidden} dòng bị ẩn trong bảng tính; chúng được đọc như mọi dòng.")
    return f"{words} " + more.format(hidden=number(hidden))


def sheets_without_table(known: Quality) -> Prose | None:
    """Return the names of the sheets that hold no table of people or units; None where all hold one."""
    bare = known.files.loc[known.files["table"].eq("")]
    if bare.empty:
        return None
    named = [
        register_words.marked(register_words.sheet(row.file, row.sheet), synthetic=bool(row.synthetic))
        for row in bare.head(_NAMED).itertuples()
    ]
    words = _("Trang không có bảng nào đọc được, nên không dùng đến: {names}").format(names="; ".join(named))
    more = len(bare) - len(named)
    return Prose([words + (_("; và {more} trang khác.").format(more=number(more)) if more else ".")])


def contradictions(known: Quality) -> Prose | None:
    """Return how many targets and stocks contradict each other; None where none do."""
    found = known.contradicted.loc[known.contradicted["contradicted"].gt(0)]
    if found.empty:
        return None
    lines = [
        register_words.marked(
            _(
                "{count} trong {all} dòng {kind} trái với dòng khác về cùng đơn vị và năm: không dòng nào trong số đó được dùng"
            ).format(
                count=number(row.contradicted), all=number(row.rows), kind=register_words.kind(row.table)
            ),
            synthetic=bool(row.synthetic),
        )
        + "."
        for row in found.itertuples()
    ]
    return Prose(lines)
