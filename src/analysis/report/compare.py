"""What the comparison's notebook shows besides figures and tables: headings, groupings, sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import wording
from analysis.language import _, number
from analysis.models.provinces.small_study import SmallStudy, egger
from analysis.models.published.pooled import PooledRatio, pooled_ratio
from analysis.models.published.rows import against_target, without_nested
from analysis.models.published.selection import best_attainment, early_results, share_on_target
from analysis.processed import Processed
from analysis.report.parameters import VINTAGES
from analysis.report.place_slice import keys, years_told
from analysis.shown import Prose, Title
from analysis.vocab import codes, provinces


def comparison_title(tables: Processed) -> Title:
    """Return the heading of the comparison."""
    line = _("{figures} số liệu đã công bố, {sources} nguồn, {years}").format(
        figures=number(len(tables.figures)),
        sources=number(len(tables.sources)),
        years=years_told(tables.figures),
    )
    return Title(_("Kết nạp đảng viên: so sánh các tỉnh, thành phố"), line)


def comparison_summary(tables: Processed, units: str) -> Prose:
    """Return what the comparison stands on, and how many results each part of it can use."""
    counts = figures_of_places(tables, units)
    published = best_attainment(tables.unit_periods)
    years = published.loc[published["period_type"] == "year"]
    whole = against_target(tables.unit_periods, part_years=False)
    paced = against_target(tables.unit_periods, part_years=True)
    return Prose(
        [
            _("{figures} số liệu từ {sources} nguồn, về {named} trong {all} tỉnh, thành phố.").format(
                figures=number(len(tables.figures)),
                sources=number(len(tables.sources)),
                named=number((counts > 0).sum()),
                all=number(len(counts)),
            ),
            _(
                "{published} kết quả có tỷ lệ đạt, nguồn nêu hoặc tính được; {years} trong đó là của trọn một năm. Tỷ số gộp cần cả "
                "số kết nạp lẫn chỉ tiêu, đều chính xác và được đăng sau khi năm kết thúc: còn {whole} kết quả ({inferred} chỉ "
                "tiêu suy ra). Khi thêm kết quả chưa trọn năm, mỗi đơn vị mỗi năm lấy kết quả cuối cùng: {paced} kết quả."
            ).format(
                published=number(len(published)),
                years=number(len(years)),
                whole=number(len(whole)),
                inferred=number(whole["target_basis"].eq("inferred").sum()),
                paced=number(len(paced)),
            ),
        ]
    )


def figures_of_places(tables: Processed, units: str) -> pd.Series:
    """Return how many figures the report of each province holds, by code; the same rule everywhere."""
    counts = tables.figures.groupby(["province_vintage", "province_code"]).size()
    found = {
        place.code: sum(int(counts.get(key, 0)) for key in keys(place, units))
        for place in provinces(VINTAGES[units])
    }
    return pd.Series(found, dtype="int64")


def coverage(tables: Processed, units: str) -> tuple[pd.DataFrame, str, str, str]:
    """Return the figures known of each province: values, vintage, title and unit of a tile map."""
    counts = figures_of_places(tables, units)
    values = counts.loc[counts > 0].rename_axis("province_code").rename("value").reset_index()
    vintage = VINTAGES[units]
    where = (
        _("63 tỉnh, thành phố đến 30/6/2025") if vintage == "2008" else _("34 tỉnh, thành phố từ 1/7/2025")
    )
    title = _("Số liệu công bố trong báo cáo của {where}").format(where=where)
    return values, vintage, title, _("số liệu, kể cả của tỉnh mới cùng tên")


def pooled(rows: pd.DataFrame, min_clusters: int) -> dict[str, PooledRatio]:
    """Return the pooled ratios of all results, and by level, years and region.

    By level every unit counts; pooled across levels, units whose result is part of a larger
    unit's are left out.
    """
    apart = without_nested(rows)
    return {
        name: pooled_ratio(rows if name == "level" else apart, name, min_clusters=min_clusters)
        for name in ("everything", "level", "years", "region")
    }


def headed(results: dict[str, PooledRatio]) -> dict[str, PooledRatio]:
    """Return results under the words of their grouping."""
    words = {
        "everything": _("Tất cả"),
        "level": _("Cấp"),
        "years": _("Năm"),
        "region": _("Vùng kinh tế - xã hội"),
    }
    return {words[name]: result for name, result in results.items()}


def stacked(results: dict[str, PooledRatio], names: list[str]) -> pd.DataFrame:
    """Return the tables of some groupings, one under the other."""
    return pd.concat([results[name].table for name in names], ignore_index=True)


def words(which: str) -> str:
    """Return the title of a table of pooled ratios."""
    return {
        "whole_years": _("Tỷ số kết nạp trên chỉ tiêu, kết quả trọn năm"),
        "with_parts": _("Tỷ số kết nạp trên chỉ tiêu, thêm kết quả chưa trọn năm so với thời gian đã qua"),
    }[which]


def sensitivity(whole: PooledRatio, paced: PooledRatio) -> Prose:
    """Return how far the pooled ratio moves with inferred targets and with part-years."""
    lines = []
    for result, label in ((whole, _("Kết quả trọn năm")), (paced, _("Thêm kết quả chưa trọn năm"))):
        row = result.table.iloc[0]
        if row["withheld"]:
            continue
        words = _("{label}: tỷ số gộp {ratio} (khoảng tin cậy 95%: {low}–{high}).").format(
            label=label,
            ratio=number(row["ratio"], 2),
            low=number(row["low"], 2),
            high=number(row["high"], 2),
        )
        ends = number(row["ratio_low"], 2), number(row["ratio_high"], 2)
        if ends[0] == ends[1]:
            words += " " + _("Chỉ tiêu suy ra lấy mức cao nhất hay thấp nhất, tỷ số ấy không đổi.")
        else:
            words += " " + _("Chỉ tiêu suy ra lấy mức cao nhất hay thấp nhất: {low} hoặc {high}.").format(
                low=ends[0], high=ends[1]
            )
        lines.append(words)
    return Prose(lines, listed=True)


def small_results(whole: pd.DataFrame) -> SmallStudy:
    """Return whether results against small targets lie higher than those against large ones.

    Parameters
    ----------
    whole : DataFrame
        Of :func:`analysis.models.published.against_target`. Results within a larger unit's are left out, and those
        without admissions, which have no logarithm.
    """
    apart = without_nested(whole)
    rows = apart.loc[apart["admitted"].gt(0)]
    admitted, target = (rows[name].to_numpy(dtype=float) for name in ("admitted", "target"))
    labels = [f"{wording.unit_at(row)}, {wording.short_period(row)}" for row in rows.itertuples()]
    return egger(np.log(admitted / target), 1 / np.sqrt(admitted), labels, exposure=target)


def groupings(published: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the shares at or above 100% by kind of period, level, and time of printing.

    Parameters
    ----------
    published : DataFrame
        Of :func:`analysis.models.published.selection.best_attainment`.
    """
    whole = published.loc[~published["part"]]
    early = whole["printed_before_end"].astype("boolean")
    times = {
        False: _("đăng sau khi kỳ kết thúc"),
        True: _("đăng trước khi kỳ kết thúc"),
        None: _("không rõ lúc đăng"),
    }
    printed = [times[None if pd.isna(told) else bool(told)] for told in early]
    kinds = [
        _kind(kind, part=part) for kind, part in zip(published["period_type"], published["part"], strict=True)
    ]
    kinds_there = [_kind(kind, part=part) for kind in codes("period_type") for part in (False, True)]
    levels = [wording.capital(wording.name("level", level)) for level in published["level"]]
    levels_there = [wording.capital(wording.name("level", level)) for level in codes("level")]
    return {
        _("Thời kỳ"): _shares(published, kinds, kinds_there),
        _("Cấp, mọi thời kỳ"): _shares(published, levels, levels_there),
        _("Lúc đăng, kết quả trọn kỳ"): _shares(whole, printed, list(times.values())),
    }


def _kind(kind: str, *, part: bool) -> str:
    words = wording.capital(wording.name("period_type", kind))
    return words + (_(", chưa trọn") if part and kind != "partial_year" else "")


def _shares(rows: pd.DataFrame, words: list[str], order: list[str]) -> pd.DataFrame:
    """Return the shares by group, the groups in an order that is the same in every language."""
    groups = pd.Categorical(words, list(dict.fromkeys(order)), ordered=True)
    return share_on_target(rows.assign(words=groups), "words")


def early_lines(published: pd.DataFrame) -> Prose:
    """Return how early results differ from those printed for whole years, in sentences."""
    early = early_results(published)
    whole = published.loc[published["period_type"] == "year"]
    reached_early = int((early["percent"] >= 100).sum())
    reached = int((whole["percent"] >= 100).sum())
    lines = []
    if len(early):
        lines.append(
            _(
                "Chưa trọn năm: {reached} trong {count} kết quả có mốc (nguồn nêu, hoặc lấy ngày đăng) đã đạt cả chỉ tiêu năm. Trung vị: "
                "năm đã qua {elapsed}%, đạt {percent}%."
            ).format(
                reached=number(reached_early),
                count=number(len(early)),
                elapsed=number(early["elapsed"].median()),
                percent=number(early["percent"].median()),
            )
        )
    if len(whole):
        lines.append(
            _("Cả năm: {reached} trong {count} kết quả đạt từ 100%; trung vị {percent}%.").format(
                reached=number(reached), count=number(len(whole)), percent=number(whole["percent"].median())
            )
        )
    lines.append(
        _(
            "Hai nhóm không cùng đơn vị: đơn vị dẫn đầu được nhắc tên sớm, và bài cuối năm hay nói về đơn vị đã đạt. Sự khác nhau "
            "giữa hai nhóm là của tin tức lẫn của kết quả, và số liệu này không tách được hai phần."
        )
    )
    return Prose(lines)
