"""The evidence of a report: every figure as printed, and the documents that print them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis import wording
from analysis.language import _, number
from analysis.shown import Head, Table, link
from analysis.source_words import source_name
from analysis.tables.references import anchor, numbers, references


def figures(rows: pd.DataFrame, sources: pd.DataFrame) -> Table | None:
    """Return every figure of a report with its source and the line of the raw file; None if none."""
    if rows.empty:
        return None
    known = numbers(sources)
    ordered = wording.in_order(rows)
    heads = [
        Head(_("Đơn vị")),
        Head(_("Thời kỳ")),
        Head(_("Số liệu")),
        Head(_("Nhóm")),
        Head(_("Giá trị nguồn nêu"), numeric=True),
        Head(_("Mốc thời gian")),
        Head(_("Ghi chú của người mã hóa (tiếng Anh)")),
        Head(_("Dòng trong dữ liệu gốc"), numeric=True),
        Head(_("Nguồn")),
    ]
    cells = [
        (
            wording.unit(row),
            wording.period(row),
            _measure(row),
            wording.name("subgroup", row.subgroup),
            value(row),
            wording.name("period_limits", row.limits) if row.period_type != "event" else "",
            Markup('<span lang="en">{}</span>').format(row.note) if row.note else "",
            str(row.raw_row),
            references(row.source_id, known),
        )
        for row in ordered.itertuples()
    ]
    caption = _(
        "Mỗi dòng là một con số trong một nguồn. Ít nhất: như nguồn nêu, hoặc cận dưới của một khoảng mà nguồn nêu (xem ghi chú). "
        "Dòng trong dữ liệu gốc: số dòng trong data/raw/published-figures/observations.csv."
    )
    return Table("figures", _("Toàn bộ số liệu"), caption, heads, cells, ordered)


def _measure(row: Any) -> str:
    words = wording.name("measure", row.measure)
    if row.measure == "target":
        return f"{words} ({wording.name('basis', row.basis)})"
    if row.value_unit == "percent" and row.measure in ("admitted", "members"):
        return f"{words}, {_('tỷ lệ trong')} {wording.name('basis', row.basis)}"
    return words


def value(row: Any) -> str:
    """Return a figure as its source prints it, with its qualifier and unit."""
    word = wording.name("qualifier", row.qualifier)
    words = {
        "persons": _("{count} người"),
        "percent": "{count}%",
        "organisations": _("{count} tổ chức"),
        "classes": _("{count} lớp"),
        "years": _("{count} tuổi"),
    }[row.value_unit]
    if row.measure.startswith("places_"):
        words = _("{count} nơi")
    text = words.format(count=number(row.value, int(row.decimals)))
    return f"{word} {text}".strip()


def sources(rows: pd.DataFrame, figures_: pd.DataFrame) -> Table | None:
    """Return the list of sources with links, and how many figures each gave; None if none."""
    if rows.empty:
        return None
    counts = figures_.groupby("source_id").size()
    heads = [
        Head("#"),
        Head(_("Nơi đăng")),
        Head(_("Tài liệu")),
        Head(_("Ngày")),
        Head(_("Con số"), numeric=True),
    ]
    cells = [
        (
            Markup('<span id="{}">{}</span>').format(anchor(row.source_id), place),
            source_name(row.publisher),
            link(row.url, source_name(row.title)),
            wording.publication(row),
            number(counts.get(row.source_id, 0)),
        )
        for place, row in enumerate(rows.itertuples(), start=1)
    ]
    caption = _("Tên tài liệu dẫn đến địa chỉ ghi khi mã hóa; địa chỉ có thể đã đổi.")
    return Table("sources", _("Các nguồn"), caption, heads, cells, rows)
