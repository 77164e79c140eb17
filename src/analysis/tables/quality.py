"""What cleaning did to registers: sheets, what was refused, rules, columns, encodings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis import register_words
from analysis.language import _, language, number
from analysis.shown import Head, Table

MOST_ROWS = 200
"""Rows of a table that a page shows; its CSV file holds all."""

_NAMED = 3
_EFFECTS = ("row_refused", "refused", "unknown", "assumed", "silent", "read", "row_aside")


def _effect(name: str) -> str:
    return {
        "row_refused": _("loại cả dòng"),
        "refused": _("bỏ ô: coi như không biết"),
        "unknown": _("không rõ"),
        "assumed": _("suy ra"),
        "silent": _("ghi là không biết"),
        "read": _("viết lại cùng một ý"),
        "row_aside": _("dòng không phải người hay đơn vị"),
    }[name]


def _cut(caption: str, rows: Sequence[Any]) -> str:
    if len(rows) <= MOST_ROWS:
        return caption
    more = _("Trang này giữ {shown} trong {all} dòng; tệp dữ liệu giữ tất cả.")
    return f"{caption} " + more.format(shown=number(MOST_ROWS), all=number(len(rows)))


def sheets(files: pd.DataFrame) -> Table | None:
    """Return how many rows of each sheet came in, stayed, were refused and changed; None without sheets.

    Parameters
    ----------
    files : DataFrame
        Sheets that hold a table, from the processed table ``files``.
    """
    if files.empty:
        return None
    first = [_("Tệp, trang"), _("Nội dung")]
    counts = {
        "rows_in": _("Người, đơn vị"),
        "rows_stayed": _("Vào bảng"),
        "rows_refused": _("Bị loại"),
        "rows_changed": _("Dòng có ô đổi"),
        "rows_hidden": _("Dòng ẩn"),
        "cells_changed": _("Ô đổi"),
        "cells_refused": _("Ô bỏ"),
    }
    heads = [*map(Head, first), *(Head(words, numeric=True) for words in counts.values())]
    cells = [
        [
            _sheet(row, mixed=_mixed(files)),
            register_words.kind(row["table"]),
            *(number(row[name]) for name in counts),
        ]
        for row in files.head(MOST_ROWS).to_dict("records")
    ]
    caption = _(
        "Người, đơn vị: dòng liệt kê một người hay một đơn vị; bảng mỗi năm một cột tính từng con số. Ô đổi: vẫn đọc được, viết "
        "lại hoặc suy ra. Ô bỏ: không đọc được, coi như không biết. Dòng ẩn: bảng tính giấu đi nhưng vẫn được đọc như mọi dòng."
    )
    title = register_words.titled(_("Từng tệp: vào, ở lại, bị loại"), files["synthetic"])
    return Table("sheets", title, _cut(caption, files), heads, cells, files)


def _mixed(rows: pd.DataFrame) -> bool:
    """Tell whether rows are marked one by one: where all are synthetic, the title says so."""
    return rows["synthetic"].nunique() > 1


def _sheet(row: Any, *, mixed: bool) -> str:
    words = register_words.sheet(row["file"], row["sheet"])
    return register_words.marked(words, synthetic=mixed and bool(row["synthetic"]))


def refusals(changes: pd.DataFrame) -> Table | None:
    """Return what was refused, sheet by sheet, and why; None where nothing was.

    Parameters
    ----------
    changes : DataFrame
        ``file``, ``sheet``, ``synthetic``, ``column``, ``rule``, ``effect``, ``count``.
    """
    found = changes.loc[changes["effect"].isin(["row_refused", "refused"])]
    if found.empty:
        return None
    by = ["file", "sheet", "synthetic"]
    found = found.sort_values(
        [*by, "effect", "count"], ascending=[True, True, True, False, False], kind="stable"
    )
    heads = [Head(_("Tệp, trang")), Head(_("Dòng bị loại")), Head(_("Ô bỏ, coi như không biết"))]
    groups = list(found.groupby(by, sort=False))
    cells = [
        [
            _sheet(dict(zip(by, key, strict=True)), mixed=_mixed(changes)),
            _reasons(rows.loc[rows["effect"].eq("row_refused")]),
            _reasons(rows.loc[rows["effect"].eq("refused")]),
        ]
        for key, rows in groups[:MOST_ROWS]
    ]
    caption = _(
        "Trong ngoặc: số dòng hay số ô. Một dòng bị loại thường cũng có một ô không đọc được, nên đứng ở cả hai cột. "
        "Ở dòng nào của tệp: xem cột raw_row trong data/processed/cleaning_log."
    )
    title = register_words.titled(_("Những gì bị từ chối và vì sao"), found["synthetic"])
    return Table("refusals", title, _cut(caption, groups), heads, cells, found)


def _reasons(rows: pd.DataFrame) -> str:
    """Return the reasons of a sheet, one a line: the column, why, how often."""
    lines = [
        (f"{register_words.role(row['column'])}: " if row["column"] else "")
        + f"{register_words.rule(row['rule']).words} ({number(row['count'])})"
        for row in rows.to_dict("records")
    ]
    return Markup("<br>").join(lines) or "–"


def rules(changes: pd.DataFrame, examples: pd.DataFrame) -> Table | None:
    """Return each rule that was used: what it did, how often, in how many sheets, with examples.

    Parameters
    ----------
    changes : DataFrame
        As in :func:`refusals`.
    examples : DataFrame
        ``rule``, ``before``, ``after``.
    """
    if changes.empty:
        return None
    found = _by_rule(changes)
    shown = {rule: _examples(rows) for rule, rows in examples.groupby("rule")}
    found["examples"] = [shown.get(rule, "") for rule in found["rule"]]
    counts = {
        "count": _("Số lần"),
        "count_synthetic": _("Số lần, dữ liệu giả lập"),
        "sheets": _("Số trang, mọi tệp"),
    }
    held = {name: words for name, words in counts.items() if found[name].any()}
    heads = [
        Head(_("Quy tắc")),
        Head(_("Đã làm gì")),
        *(Head(words, numeric=True) for words in held.values()),
    ]
    heads.append(Head(_("Ví dụ (trước → sau)")))
    cells = [
        [
            register_words.rule(row["rule"]).words,
            _effect(row["effect"]),
            *(number(row[name]) for name in held),
            _wide(row["examples"], "vi") if row["examples"] else "–",
        ]
        for row in found.to_dict("records")
    ]
    caption = _(
        "Ví dụ lấy chung từ mọi tệp và không cho biết là ai: chỗ có thể lộ người chỉ còn hình dạng, chữ thành A hay a, số "
        "thành 9. Ngày sinh luôn như vậy, và giá trị sau không được ghi."
    )
    title = register_words.titled(_("Các quy tắc đã dùng"), changes["synthetic"])
    return Table("rules", title, caption, heads, cells, found)


def _by_rule(changes: pd.DataFrame) -> pd.DataFrame:
    """Return how often each rule was used, apart for synthetic rows, and in how many sheets."""
    by = ["effect", "rule"]
    synthetic = changes["synthetic"].astype(bool)
    parts = changes.assign(
        count=changes["count"].mask(synthetic, 0), count_synthetic=changes["count"].where(synthetic, 0)
    )
    found = parts.groupby(by, as_index=False)[["count", "count_synthetic"]].sum()
    sheets_of = changes.drop_duplicates([*by, "file", "sheet"]).groupby(by, as_index=False).size()
    found = found.merge(sheets_of.rename(columns={"size": "sheets"}), on=by)
    order = [found["effect"].map(_EFFECTS.index), -found["count"] - found["count_synthetic"]]
    found = found.assign(order=order[0], most=order[1]).sort_values(
        ["order", "most", "rule"], ignore_index=True
    )
    return found.drop(columns=["order", "most"])


def _examples(rows: pd.DataFrame) -> str:
    pairs = zip(rows["before"], rows["after"], strict=True)
    return "; ".join(
        f"“{before.strip()}” → {after}" if after else f"“{before.strip()}”" for before, after in pairs
    )


def columns(files: pd.DataFrame) -> Table | None:
    """Return what the columns of the sheets were read as, sheets of one layout together.

    Parameters
    ----------
    files : DataFrame
        Sheets that hold a table, from the processed table ``files``.
    """
    if files.empty:
        return None
    by = ["columns_read", "columns_identity", "columns_dropped", "columns_unknown"]
    heads = [
        Head(_("Tệp, trang")), Head(_("Đọc là (tiêu đề → nội dung)")), Head(_("Bỏ: nhận ra được người")),
        Head(_("Bỏ: không cần")), Head(_("Không nhận ra")),
    ]  # fmt: skip
    layouts = list(files.groupby(by, sort=False))
    cells = [
        [
            _sheets(rows, mixed=_mixed(files)),
            _read(layout[0]),
            *(_left_out(text) for text in layout[1:]),
        ]
        for layout, rows in layouts
    ]
    caption = _(
        "Các trang cùng tiêu đề đứng chung một dòng. Cột nhận ra được người (họ tên, số giấy tờ, địa chỉ, điện thoại) bị bỏ ngay khi đọc và "
        "không có trong tệp nào. Cột không nhận ra cũng bị bỏ; muốn dùng, hãy nêu trong tệp ánh xạ (ketnap check soạn sẵn)."
    )
    title = register_words.titled(_("Các cột được đọc thế nào"), files["synthetic"])
    return Table(
        "columns",
        title,
        _cut(caption, layouts),
        heads,
        cells[:MOST_ROWS],
        files[["file", "sheet", "synthetic", *by]],
    )


def _read(text: str) -> str:
    words = [
        Markup("{} → {}").format(_source(header), register_words.role(role))
        for header, role in register_words.columns(text)
    ]
    return _wide(Markup("; ").join(words), language())


def _left_out(text: str) -> Markup:
    """Return the headers of columns that were left out."""
    return Markup("; ").join(map(_source, text.split("; "))) if text else Markup("–")


def _source(header: str) -> Markup:
    """Return a header in the words of its file, which are Vietnamese in a page of any language."""
    words = register_words.headers(header)
    return _wide(words, "vi") if words == header and language() != "vi" else Markup("{}").format(words)


def _wide(text: str, spoken: str) -> Markup:
    """Return a long text marked with its language: so it keeps a readable width on a phone."""
    return Markup('<span lang="{}">{}</span>').format(spoken, text)


def _sheets(rows: pd.DataFrame, *, mixed: bool) -> str:
    named = [_sheet(row, mixed=mixed) for row in rows.head(_NAMED).to_dict("records")]
    more = len(rows) - len(named)
    return "; ".join(named) + (_(" và {more} trang khác").format(more=number(more)) if more else "")


def encodings(files: pd.DataFrame) -> Table | None:
    """Return in which code the text of each sheet stood and how that was found; None without sheets."""
    if files.empty:
        return None
    heads = [Head(_("Tệp, trang")), Head(_("Bảng mã")), Head(_("Căn cứ"))]
    groups = list(files.groupby(["encoding", "evidence"], sort=False))
    cells = [
        [
            _sheets(rows, mixed=_mixed(files)),
            register_words.encoding(label),
            register_words.evidence(evidence),
        ]
        for (label, evidence), rows in groups
    ]
    caption = _("Tệp mà bảng mã không đủ căn cứ thì bị từ chối, không đoán.")
    title = register_words.titled(_("Bảng mã chữ và căn cứ"), files["synthetic"])
    data = files[["file", "sheet", "synthetic", "encoding", "evidence"]]
    return Table("encodings", title, _cut(caption, groups), heads, cells[:MOST_ROWS], data)
