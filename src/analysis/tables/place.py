"""The other tables of a province: members, composition, process, places without members, exits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis import wording
from analysis.language import _, number, printed
from analysis.models.process.stages import STAGES, stages
from analysis.shown import Head, Table
from analysis.tables.references import numbers, references

_STOCKS = ("members", "cells", "grassroots_orgs", "grassroots_committees", "grassroots_cells")
_GAPS = (
    "places_without_members",
    "places_without_cell",
    "cells_without_committee",
    "cells_with_no_admission",
)
_EXITS = ("disciplined", "expelled", "struck_off", "resigned")


def members(unit_periods: pd.DataFrame, sources: pd.DataFrame) -> Table | None:
    """Return the stocks of members and organisations by unit and day; None where there is none."""
    rows = wording.in_order(unit_periods.loc[unit_periods[list(_STOCKS)].notna().any(axis=1)])
    if rows.empty:
        return None
    known = numbers(sources)
    shown = [name for name in _STOCKS if rows[name].notna().any()]
    heads = [Head(_("Đơn vị")), Head(_("Ngày"))]
    heads += [Head(wording.capital(wording.name("measure", name)), numeric=True) for name in shown]
    heads.append(Head(_("Nguồn")))
    cells = []
    for row in rows.itertuples():
        line: list[Any] = [wording.unit(row), wording.period(row)]
        for name in shown:
            value = getattr(row, name)
            word = row.members_qualifier if name == "members" else "exact"
            line.append(wording.count(value, word) if pd.notna(value) else "–")
        cells.append([*line, references(row.sources, known)])
    caption = _(
        "Số đảng viên và tổ chức đảng vào ngày ghi trong nguồn; nơi nguồn không nêu ngày, là ngày người mã hóa suy ra."
    )
    kept = ["unit", "level", "district", "period_end", "limits", *_STOCKS, "sources"]
    return Table("members-table", _("Đảng viên và tổ chức đảng"), caption, heads, cells, rows[kept])


def composition(shares: pd.DataFrame, sources: pd.DataFrame) -> Table | None:
    """Return the counts and shares by subgroup, of those admitted and of members; None if none."""
    rows = wording.in_order(shares)
    if rows.empty:
        return None
    known = numbers(sources)
    heads = [
        Head(_("Đơn vị")),
        Head(_("Thời kỳ")),
        Head(_("Trong số")),
        Head(_("Nhóm")),
        Head(_("Số người"), numeric=True),
        Head(_("Tổng"), numeric=True),
        Head(_("Tỷ lệ nguồn nêu"), numeric=True),
        Head(_("Tỷ lệ tính (95%)"), numeric=True),
        Head(_("Nguồn")),
    ]
    cells = [
        (
            wording.unit(row),
            wording.period(row),
            wording.name("measure", row.measure),
            wording.name("subgroup", row.subgroup),
            _part(row),
            wording.count(row.total, row.total_qualifier) if pd.notna(row.total) else "–",
            _share_printed(row),
            _share(row),
            references(row.sources, known),
        )
        for row in rows.itertuples()
    ]
    caption = _(
        "Tỷ lệ tính: số người chia tổng; với số người được kết nạp có khoảng tin cậy Wilson 95%. Số suy ra: các số "
        "nguyên mà tỷ lệ nguồn nêu cho phép."
    )
    return Table("composition-table", _("Thành phần: số người và tỷ lệ"), caption, heads, cells, rows)


def _part(row: Any) -> str:
    if pd.notna(row.count):
        return wording.count(row.count, row.count_qualifier)
    if pd.notna(row.count_low):
        return _("{span} (suy ra)").format(span=wording.span(row.count_low, row.count_high))
    return "–"


def _share_printed(row: Any) -> str:
    if pd.isna(row.share_printed):
        return "–"
    word = wording.name("qualifier", row.share_qualifier)
    return f"{word} {printed(row.share_printed, int(row.share_decimals))}".strip()


def _share(row: Any) -> str:
    if row.share_basis == "count" and pd.isna(row.share_low):
        exact = row.count_qualifier == row.total_qualifier == "exact"
        return f"{number(row.share, 1)}%" if exact else _("khoảng {share}%").format(share=number(row.share))
    if pd.isna(row.share_low):
        return "–"
    interval = f"({number(row.share_low, 1)}–{number(row.share_high, 1)})"
    return f"{number(row.share, 1)}% {interval}" if row.share_basis == "count" else interval


def process(figures: pd.DataFrame, sources: pd.DataFrame) -> Table | None:
    """Return what is printed of the process beside admission; None where nothing is."""
    steps = figures.loc[
        figures["measure"].isin([s for s in STAGES if s != "admitted"] + ["training_classes"])
    ]
    if steps.empty:
        return None
    key = [
        "unit_id",
        "unit",
        "level",
        "district",
        "period_type",
        "period_start",
        "period_end",
        "subgroup",
        "source_id",
    ]
    wide = figures.loc[
        figures["measure"].isin([*STAGES, "training_classes"])
        & figures["value_unit"].isin(["persons", "classes"])
    ]
    wide = (
        wide.drop_duplicates([*key, "measure"])
        .set_index([*key, "measure"])[["value", "qualifier"]]
        .unstack("measure")
    )
    wide = wide.loc[wide["value"].drop(columns="admitted", errors="ignore").notna().any(axis=1)]
    flows = {tuple(getattr(r, k) for k in key): r for r in stages(figures).itertuples()}
    rows = wording.in_order(wide.index.to_frame(index=False))
    names = [n for n in (*STAGES[:2], "training_classes", *STAGES[2:]) if n in wide["value"]]
    known = numbers(sources)
    heads = [Head(_("Đơn vị")), Head(_("Thời kỳ")), Head(_("Nhóm"))]
    heads += [Head(wording.capital(wording.name("measure", n)), numeric=True) for n in names]
    heads += [Head(_("Kết nạp so với bước trước")), Head(_("Nguồn"))]
    cells = []
    for row in rows.itertuples():
        place = tuple(getattr(row, k) for k in key)
        found = wide.loc[place]
        line: list[Any] = [wording.unit(row), wording.period(row), wording.name("subgroup", row.subgroup)]
        for name in names:
            value = found[("value", name)]
            line.append(wording.count(value, found[("qualifier", name)]) if pd.notna(value) else "–")
        cells.append(
            [*line, conversion(flows[place]) if place in flows else "–", references(row.source_id, known)]
        )
    caption = _(
        "Các bước như nguồn nêu trong cùng một thời kỳ. Kết nạp, công nhận và phát thẻ trong một năm thường là của "
        "những lứa khác nhau, nên tỷ lệ so với bước trước không phải tỷ lệ của một lứa: công nhận chính thức đến sau kết nạp ít nhất 12 tháng."
    )
    data = wide["value"].reset_index()
    return Table(
        "process-table", _("Quy trình: giới thiệu, học lớp, kết nạp, công nhận"), caption, heads, cells, data
    )


def places(figures: pd.DataFrame, sources: pd.DataFrame) -> Table | None:
    """Return the places without members, cell or committee, and their number in all; None if none."""
    totals = figures.loc[figures["measure"].eq("cells")]

    def beside(row: Any) -> str:
        same = totals.loc[
            (totals["unit_id"] == row.unit_id)
            & (totals["subgroup"] == row.subgroup)
            & (totals["source_id"] == row.source_id)
        ]
        if row.subgroup == "all" or same.empty:
            return "–"
        last = same.sort_values("period_end").iloc[-1]
        return _("{count} chi bộ ({day})").format(count=number(last["value"]), day=wording.period(last))

    return _listed(
        figures,
        sources,
        _GAPS,
        "places",
        _("Nơi chưa có đảng viên, chi bộ, chi ủy"),
        _("Số không là số nguồn nêu ra (mọi nơi đều có), khác với không có số liệu."),
        (_("Tổng cùng loại"), beside),
    )


def exits(figures: pd.DataFrame, sources: pd.DataFrame) -> Table | None:
    """Return those disciplined, expelled, struck off, or gone at their own request; None if none."""
    return _listed(
        figures,
        sources,
        _EXITS,
        "exits",
        _("Kỷ luật và ra khỏi Đảng"),
        _("Các số có thể chồng lên nhau: người bị khai trừ thường được đếm cả trong số bị kỷ luật."),
    )


def _listed(
    figures: pd.DataFrame,
    sources: pd.DataFrame,
    measures: tuple[str, ...],
    name: str,
    title: str,
    caption: str,
    extra: tuple[str, Callable[[Any], str]] | None = None,
) -> Table | None:
    rows = wording.in_order(figures.loc[figures["measure"].isin(measures)])
    if rows.empty:
        return None
    known = numbers(sources)
    heads = [
        Head(_("Đơn vị")),
        Head(_("Thời kỳ")),
        Head(_("Số liệu")),
        Head(_("Nhóm")),
        Head(_("Số"), numeric=True),
    ]
    heads += [Head(extra[0])] if extra else []
    heads.append(Head(_("Nguồn")))
    cells = []
    for row in rows.itertuples():
        line: list[Any] = [
            wording.unit(row),
            wording.period(row),
            wording.name("measure", row.measure),
            wording.name("subgroup", row.subgroup),
            wording.count(row.value, row.qualifier),
        ]
        line += [extra[1](row)] if extra else []
        cells.append([*line, references(row.source_id, known)])
    return Table(name, title, caption, heads, cells, rows)


def conversion(row: Any) -> str:
    """Return the share admitted of a row of :func:`analysis.models.process.stages.stages` in words."""
    if not row.conversion_of:
        return "–"
    return _("{share}% số người {stage}").format(
        share=number(row.conversion, 1), stage=wording.stage(row.conversion_of)
    )
