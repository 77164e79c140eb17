"""Sentences of the reports on registers: what they cover, what was left out, what they cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis import register_words, wording
from analysis.language import _, number, percent
from analysis.models.result import Dropped
from analysis.report.parameters import ProvinceRegisterParameters
from analysis.shown import Prose, Title
from analysis.tables.register import denominator
from analysis.tables.register_exits import left

if TYPE_CHECKING:
    from analysis.report.register import Known

_NAMED = 10
"""Units that a sentence names at most."""


def register_title(known: Known) -> Title:
    """Return the heading of a report on registers."""
    parameters = known.parameters
    if isinstance(parameters, ProvinceRegisterParameters):
        head = _("Kết nạp đảng viên ở {place}, theo danh sách").format(
            place=wording.place_name(parameters.place())
        )
    else:
        head = _("Kết nạp đảng viên theo danh sách: so sánh các tỉnh, thành phố")
    units = known.units[0]
    line = _("{people} người được kết nạp, {units} đơn vị, {years}").format(
        people=number(units["admitted"].sum()),
        units=number(units["unit_id"].nunique()),
        years=_years(units),
    )
    return Title(register_words.titled(head, known.synthetic), line)


def _years(units: pd.DataFrame) -> str:
    if units.empty:
        return _("không năm nào có sổ đủ")
    first, last = int(units["year"].min()), int(units["year"].max())
    return str(first) if first == last else f"{first}–{last}"


def register_notice(known: Known) -> Prose | None:
    """Return whose data these are: a simulation's, or of people whose small counts are not hidden."""
    lines = []
    if known.synthetic.all():
        lines.append(
            _(
                "Mọi số trong báo cáo này là dữ liệu giả lập, do máy làm ra để minh họa: không có người thật nào ở đây."
            )
        )
    else:
        lines.append(
            _(
                "Số nhỏ ở đây chưa được che: báo cáo này dành cho người giữ dữ liệu. Trước khi công bố, hãy chắc rằng mình có quyền "
                "giữ và công bố số liệu này."
            )
        )
    return Prose(lines)


def register_summary(known: Known) -> Prose:
    """Return what the registers cover, and what the report leaves out."""
    units, dropped = known.units
    lost = known.cells[1]
    lines = [
        _(
            "Danh sách cho biết trọn {unit_years} đơn vị-năm. Trong đó {counted} có số đảng viên {at}, {aimed} có chỉ tiêu, "
            "{eligible} có số người đủ điều kiện."
        ).format(
            unit_years=number(len(units)),
            counted=number(units["members"].notna().sum()),
            at=denominator(units),
            aimed=number(units["target"].notna().sum()),
            eligible=number(units["eligible"].notna().sum()),
        )
    ]
    lines += [_left_out(_("Bỏ {rows} đơn vị-năm: {reason}."), row) for row in dropped]
    here = {row.reason for row in dropped}
    lines += [
        _left_out(_("Bỏ {rows} dòng theo tuổi và giới của đơn vị-năm: {reason}."), row)
        for row in lost
        if row.reason not in here
    ]
    return Prose([*lines, *_of_known_age(known), *_closed_early(known), *_silent(known)], listed=True)


def _of_known_age(known: Known) -> list[str]:
    """Return how many of those admitted are in the rates by age and sex, and how much lower these are for it."""
    units, cells = known.units[0], known.cells[0]
    counted = units.loc[units["members"].notna()]
    admitted, within = int(counted["admitted"].sum()), int(cells["admitted"].sum())
    if not len(cells) or within >= admitted:
        return []
    words = _(
        "Các tỷ lệ theo tuổi và giới, mô hình chính và tỷ lệ chuẩn hóa chỉ tính {within} trong {admitted} người được kết nạp (những "
        "người khác không rõ tuổi hay giới, hay ở nhóm không đếm đảng viên) trên cùng số đảng viên, nên thấp hơn tỷ lệ chung, chừng "
        "{share} của tỷ lệ ấy."
    )
    return [
        words.format(
            within=number(within), admitted=number(admitted), share=percent(100 * (1 - within / admitted))
        )
    ]


def _left_out(words: str, row: Dropped) -> str:
    return words.format(rows=number(row.rows), reason=row.reason)


def _closed_early(known: Known) -> list[str]:
    if not known.closed_early:
        return []
    years = ", ".join(map(str, known.closed_early))
    if known.parameters.part_years == "leave_out":
        words = _(
            "Năm {years}: sổ chưa ghi hết năm (theo known_until, hay vì không có ai được kết nạp sau tháng 9), nên không đưa vào (part_years)."
        )
    else:
        words = _(
            "Năm {years}: sổ chưa ghi hết năm (theo known_until, hay vì không có ai được kết nạp sau tháng 9), nhưng vẫn được tính như cả năm theo yêu cầu (part_years)."
        )
    return [words.format(years=years)]


def _silent(known: Known) -> list[str]:
    """Return how many units no register names, and what the rate would be if they had admitted nobody."""
    silent = known.silent
    if silent.empty:
        return []
    units = known.units[0]
    counted = units.loc[units["members"].notna()]
    members, admitted = counted["members"].sum(), counted["admitted"].sum()
    others = silent["members"].fillna(0).sum()
    names = list(dict.fromkeys(silent["unit"].astype("str")))
    named = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    if known.parameters.silent_units == "zero":
        words = _(
            "{count} đơn vị-năm không có tên trong danh sách nào được coi là không kết nạp ai theo yêu cầu (silent_units): {names}."
        )
        return [words.format(count=number(len(silent)), names=named)]
    words = _(
        "Trong số bị bỏ, {count} đơn vị-năm với {members} đảng viên không có tên trong danh sách nào dù danh sách bao quát huyện ấy: có "
        "thể không kết nạp ai, có thể sổ thiếu ({names})."
    ).format(count=number(len(silent)), members=number(others), names=named)
    if members and others:
        words += " " + _(
            "Nếu các đơn vị ấy quả không kết nạp ai, tỷ lệ kết nạp chung là {zero} thay vì {rate}."
        ).format(
            zero=percent(100 * admitted / (members + others), 2), rate=percent(100 * admitted / members, 2)
        )
    return [words]


def register_limits(known: Known) -> Prose:
    """Return what the registers cannot say."""
    lines = [
        _(
            "Danh sách chỉ có người được kết nạp, không có người đủ điều kiện mà không được xét; tỷ lệ lấy đảng viên làm mẫu số vì thế không phải xác suất được kết nạp của một người."
        ),
        _(
            "Mô hình mô tả sự khác nhau giữa các nhóm trong số liệu này; nó không cho biết nguyên nhân, và nhóm nào vắng mặt thì không có ước lượng."
        ),
        _(
            "Cấp trên có thể giao chỉ tiêu theo kết quả năm trước: đạt hay vượt chỉ tiêu không đo được sự cố gắng."
        ),
        _("Một người ghi hai lần được tính hai lần; cột surplus của bảng unit_years đếm các dòng như thế."),
    ]
    if known.units[0]["members_at"].astype("object").nunique() > 1:
        lines.append(
            _(
                "Đơn vị đếm đảng viên đầu năm và đơn vị đếm cuối năm đứng cạnh nhau: tỷ lệ của hai bên không hoàn toàn so được."
            )
        )
    lines.append(_exits(known))
    lines += _enterprises(known)
    return Prose(lines, listed=True)


def _exits(known: Known) -> str:
    """Return what the registers cannot say of those who left."""
    people = known.people
    if left(people).any():
        return _(
            "Danh sách chỉ cho biết việc ra khỏi Đảng, từ trần hay chuyển đi của người có tên trong đó, không của đảng viên kết nạp trước "
            "hay ở nơi khác: tổng số người ra khỏi Đảng trong một năm không có ở đây."
        )
    if people["has_left"].notna().any():
        return _(
            "Danh sách có cột ghi việc ra khỏi Đảng nhưng không ghi ai: không phân biệt được không ai ra với chưa ghi."
        )
    return _("Danh sách không ghi ai về sau ra khỏi Đảng, từ trần hay chuyển đi.")


def _enterprises(known: Known) -> list[str]:
    """Return that the sector of units is not told, and how many of those admitted work in enterprises."""
    occupations = known.people["occupation"].astype("object")
    told = occupations.loc[occupations.ne("")]
    workers = int(told.str.startswith("enterprise_").sum())
    if not workers:
        return []
    words = _(
        "Sổ không cho biết doanh nghiệp thuộc khu vực nhà nước hay ngoài nhà nước. Trong {told} người được kết nạp rõ nghề nghiệp, {workers} "
        "({share}) là người quản lý, nhân viên hay công nhân doanh nghiệp, của cả hai khu vực; bao nhiêu đơn vị ngoài nhà nước có tổ "
        "chức đảng hay kết nạp được thì không nói được."
    )
    share = percent(100 * workers / len(told))
    return [words.format(told=number(len(told)), workers=number(workers), share=share)]
