"""Tables across provinces: pooled ratios, how the news selects, units printed twice."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import wording
from analysis.language import _, day, number, plain
from analysis.models.published.pooled import PooledRatio
from analysis.shown import Head, Table


def _withheld(reason: str) -> str:
    return {
        "few_rows": _("quá ít kết quả"),
        "few_clusters": _("quá ít tỉnh"),
        "no_events": _("không ai được kết nạp"),
        "not_converged": _("không hội tụ"),
        "absurd_errors": _("sai số vô lý"),
    }[reason]


def pooled(results: dict[str, PooledRatio], name: str, title: str) -> Table:
    """Return the pooled ratios of several groupings in one table; what is withheld says why.

    Parameters
    ----------
    results : dict of str to PooledRatio
        Heading of each grouping and its result.
    name, title : str
        Of the table.
    """
    heads = [
        Head(_("Chia theo")),
        Head(_("Nhóm")),
        Head(_("Kết quả"), numeric=True),
        Head(_("Tỉnh"), numeric=True),
        Head(_("Kết nạp"), numeric=True),
        Head(_("Chỉ tiêu"), numeric=True),
        Head(_("Tỷ số kết nạp/chỉ tiêu (95%)")),
    ]
    cells = []
    frames = []
    for grouping, result in results.items():
        frames.append(result.table.assign(grouping=grouping))
        for row in result.table.itertuples():
            cells.append(
                (
                    grouping,
                    wording.capital(wording.category(str(row.category))),
                    number(row.rows),
                    number(row.clusters),
                    number(row.admitted),
                    number(row.exposure, 0 if float(row.exposure).is_integer() else 1),
                    _ratio(row),
                )
            )
    first = next(iter(results.values()))
    caption = _(
        "Hồi quy Poisson, offset log(chỉ tiêu), mỗi nhóm một tỷ số; sai số vững theo cụm tỉnh, hệ số G/(G−1), phân phối t "
        "với G−1 bậc tự do. Độ phân tán (Pearson χ²/bậc tự do, khi gộp tất cả): {dispersion}; 1 là Poisson thuần. Nhóm có "
        "quá ít kết quả hoặc quá ít tỉnh chỉ được ghi thương số [ ], không phải ước lượng. Chia theo cấp: mọi đơn vị; các "
        "cách chia khác bỏ đơn vị đã nằm trong kết quả của đơn vị lớn hơn cùng năm, để không ai được đếm hai lần."
    ).format(dispersion=number(first.dispersion, 1))
    return Table(name, title, caption, heads, cells, pd.concat(frames, ignore_index=True))


def _ratio(row: Any) -> str:
    if row.withheld:
        return _("[{crude}]; khoảng không ước lượng: {why}").format(
            crude=number(row.crude, 2), why=_withheld(row.withheld)
        )
    return f"{number(row.ratio, 2)} ({number(row.low, 2)}–{number(row.high, 2)})"


def selection(shares: dict[str, pd.DataFrame]) -> Table:
    """Return the share of published results at or above 100%, by several groupings.

    Parameters
    ----------
    shares : dict of str to DataFrame
        Heading of each grouping and what ``models.selection.share_on_target`` returned; groups
        are words already.
    """
    heads = [
        Head(_("Chia theo")),
        Head(_("Nhóm")),
        Head(_("Kết quả"), numeric=True),
        Head(_("Đạt 100% trở lên"), numeric=True),
        Head(_("Tỷ lệ (Wilson 95%)"), numeric=True),
    ]
    cells = [
        (
            grouping,
            str(row.group),
            number(row.results),
            number(row.reached),
            f"{number(row.share)}% ({number(row.low)}–{number(row.high)})",
        )
        for grouping, table in shares.items()
        for row in table.itertuples()
    ]
    caption = _(
        "Kết quả công bố, không phải mẫu ngẫu nhiên: tỷ lệ này nói về tin tức, không phải về các đảng bộ."
    )
    data = pd.concat([table.assign(grouping=grouping) for grouping, table in shares.items()])
    return Table("selection", _("Bao nhiêu kết quả công bố đạt chỉ tiêu"), caption, heads, cells, data)


def followed(rows: pd.DataFrame) -> Table | None:
    """Return the units printed twice in one year, the early result beside the later; None if none."""
    if rows.empty:
        return None
    heads = [
        Head(_("Đơn vị")),
        Head(_("Mốc sớm")),
        Head(_("Đạt"), numeric=True),
        Head(_("Mốc sau")),
        Head(_("Đạt"), numeric=True),
    ]
    cells = [
        (
            wording.unit_at(row),
            day(row.early_end),
            f"{plain(row.early)}%",
            day(row.late_end),
            f"{plain(row.late)}%",
        )
        for row in rows.assign(_province=wording.ranks(rows["province"]))
        .sort_values(["_province", "unit_id"])
        .itertuples()
    ]
    caption = _("Cùng một đơn vị, cùng một năm, phần trăm của cùng chỉ tiêu năm.")
    return Table("followed", _("Kết quả sớm và kết quả sau của cùng đơn vị"), caption, heads, cells, rows)
