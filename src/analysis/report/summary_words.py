"""Sentences of a report, made from what its tables hold."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import wording
from analysis.language import _, number
from analysis.models.published.selection import best_attainment
from analysis.report.place_slice import Place, years_told
from analysis.shown import Prose, Title
from analysis.tables.evidence import value
from analysis.vocab import codes, province, provinces, same_territory

_FEW = 3


def title(place: Place) -> Title:
    """Return the heading of a province's report."""
    head = _("Kết nạp đảng viên ở {place}").format(place=place.name)
    figures = place.tables.figures
    if figures.empty:
        return Title(head, _("Chưa có số liệu công bố nào trong bộ dữ liệu."))
    line = _("{figures} số liệu đã công bố, {sources} nguồn, {years}").format(
        figures=number(len(figures)), sources=number(len(place.tables.sources)), years=years_told(figures)
    )
    return Title(head, line)


def summary(place: Place) -> Prose:
    """Return what is known of a province: how many figures, of which units and years, from whom."""
    figures, sources = place.tables.figures, place.tables.sources
    if figures.empty:
        return Prose(
            [
                _(
                    "Bộ dữ liệu chưa có con số nào về {place}. Điều đó không có nghĩa là nơi đây không kết nạp đảng viên: "
                    "chỉ là chưa có bài báo hay trang của cấp ủy nào được mã hóa. Báo cáo vì thế không có hình và bảng."
                ).format(place=place.name),
                _(
                    "Muốn bổ sung: thêm nguồn vào data/raw/published-figures/sources.csv và từng con số vào observations.csv "
                    "theo CODEBOOK.md, rồi chạy lại make report."
                ),
            ]
        )
    lines = [
        _(
            "Mọi con số dưới đây lấy từ báo chí và trang của cấp ủy, mã hóa từng con số một. Số nguồn nêu được giữ "
            "nguyên; số do phần mềm tính đứng trong ngoặc vuông."
        ),
        _(
            "Báo cáo dựa trên {figures} số liệu của {units}, từ {sources} nguồn, nói về thời gian {years}."
        ).format(
            figures=number(len(figures)),
            units=_units(figures),
            sources=number(len(sources)),
            years=years_told(figures),
        )
        + " "
        + _newest(sources),
    ]
    if len(figures) <= _FEW:
        lines += [_single(row) for row in figures.itertuples()]
        lines.append(
            _("Chừng ấy số liệu không đủ để nói về cả tỉnh, thành phố; báo cáo chỉ ghi lại và dẫn nguồn.")
        )
    results = best_attainment(place.tables.unit_periods)
    if len(results):
        lines.append(_attainment_line(results))
    return Prose(lines)


def _units(figures: pd.DataFrame) -> str:
    counts = figures.drop_duplicates(["level", "district", "unit"])["level"].value_counts()
    parts = [
        _level_words(level).format(count=number(counts[level])) for level in codes("level") if level in counts
    ]
    return ", ".join(parts)


def _level_words(level: str) -> str:
    return {
        "national": _("{count} đơn vị toàn Đảng"),
        "province": _("{count} đơn vị cấp tỉnh"),
        "district": _("{count} đơn vị cấp huyện"),
        "commune": _("{count} đơn vị cấp xã"),
        "bloc": _("{count} đảng bộ trực thuộc tỉnh ủy"),
        "grassroots": _("{count} tổ chức cơ sở khác"),
        "cell": _("{count} chi bộ"),
    }[level]


def _newest(sources: pd.DataFrame) -> str:
    dated = sources.loc[sources["published_last"].notna()].sort_values("published_last")
    undated = len(sources) - len(dated)
    if dated.empty:
        return _("Không nguồn nào có ngày đăng.")
    words = _("Nguồn mới nhất: {when}.").format(when=wording.publication(dated.iloc[-1]))
    if undated:
        words += " " + _("{undated} nguồn không rõ ngày đăng.").format(undated=number(undated))
    return words


def _single(row: Any) -> str:
    group = "" if row.subgroup == "all" else f" ({wording.name('subgroup', row.subgroup)})"
    return _("{unit}, {period}: {measure}{group} {value}.").format(
        unit=wording.unit(row),
        period=wording.period(row),
        measure=wording.name("measure", row.measure),
        group=group,
        value=value(row),
    )


def _attainment_line(results: pd.DataFrame) -> str:
    part = pd.Series([wording.partial(row) for row in results.itertuples()], results.index)
    whole = results.loc[~part]
    words = []
    if len(whole):
        words.append(
            _(
                "{count} kết quả trọn năm hoặc nhiệm kỳ có thể so với chỉ tiêu; {reached} đạt từ 100% trở lên."
            ).format(count=number(len(whole)), reached=number((whole["percent"] >= 100).sum()))
        )
    if part.any():
        words.append(
            _("{count} kết quả là của thời kỳ chưa trọn, đứng cạnh chỉ tiêu của cả kỳ.").format(
                count=number(part.sum())
            )
        )
    words.append(_("Kết quả được đăng báo không phải mẫu ngẫu nhiên: thành tích dễ thành tin hơn."))
    return " ".join(words)


def bridge(place: Place) -> Prose:
    """Return what became of the province on 1 July 2025, and how the report treats it."""
    if place.units == "2025":
        merged = [p for p in provinces("2008") if p.successor == place.province.code]
        if len(merged) == 1:
            return Prose([_unchanged(wording.place_name(merged[0]))])
        names = _(" và ").join(
            [", ".join(map(wording.place_name, merged[:-1])), wording.place_name(merged[-1])]
        )
        return Prose(
            [
                _(
                    "{place} từ ngày 1/7/2025 gồm địa bàn của {names} (Nghị quyết 202/2025/QH15). Số liệu trước ngày ấy "
                    "giữ đơn vị cũ, ghi rõ tên tỉnh cũ, và không được cộng thành số của tỉnh mới."
                ).format(place=wording.capital(place.name), names=names)
            ]
        )
    if same_territory(place.province):
        return Prose([_unchanged(place.name)])
    heir = province("2025", place.province.successor)
    others = [
        wording.place_name(p) for p in provinces("2008") if p.successor == heir.code and p != place.province
    ]
    tail = ""
    figures = place.tables.figures
    if len(figures) and (figures["province_vintage"] == "2025").all():
        tail = " " + _("Mọi số liệu trong báo cáo này là của tỉnh, thành phố mới.")
    elif heir.name == place.province.name:
        tail = " " + _(
            "Số liệu của tỉnh, thành phố mới cùng tên được ghi “mới (từ 7/2025)” và không gộp với số cũ."
        )
    return Prose(
        [
            _(
                "{place} trong báo cáo này là đơn vị hành chính đến ngày 30/6/2025. Từ 1/7/2025 địa bàn hợp nhất với {others} "
                "thành {heir} mới (Nghị quyết 202/2025/QH15); cấp huyện không còn."
            ).format(
                place=wording.capital(place.name),
                heir=wording.place_name(heir),
                others=", ".join(others),
            )
            + tail
        ]
    )


def _unchanged(name: str) -> str:
    return _(
        "{place} không hợp nhất ngày 1/7/2025: địa bàn giữ nguyên, cấp huyện không còn, các xã được sắp xếp lại."
    ).format(place=wording.capital(name))


def limits(place: Place) -> Prose | None:
    """Return what such data cannot show of this province; None where there are no data."""
    rows = place.tables.unit_periods
    if rows.empty:
        return None
    told = rows["admitted"].notna() | rows["attainment_printed"].notna()
    parts = int((rows["period_type"].eq("partial_year") & told).sum())
    inferred = int(rows["target_basis"].eq("inferred").sum())
    lines = [
        _(
            "Đây là những gì được đăng, không phải những gì đã xảy ra: đơn vị vượt chỉ tiêu dễ được nhắc hơn đơn vị hụt."
        ),
        _(
            "Không có số liệu theo từng người, nên không so được tuổi, giới, địa bàn của người được kết nạp với người đủ điều kiện."
        ),
        _(
            "Khoảng tin cậy 95% chỉ nói về dao động ngẫu nhiên của số đếm, không nói về sai sót của nguồn hay cách chọn tin."
        ),
    ]
    if parts:
        lines.append(
            _("{count} kết quả chưa trọn năm; chúng không được quy ra cả năm.").format(count=number(parts))
        )
    if inferred:
        lines.append(
            _("{count} chỉ tiêu là suy ra từ tỷ lệ được nêu, không phải nguồn nêu.").format(
                count=number(inferred)
            )
        )
    return Prose(lines, listed=True)
