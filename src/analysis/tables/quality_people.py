"""What the dates of those admitted tell and leave open: flags by rule, and how exactly they are known."""

from __future__ import annotations

import pandas as pd

from analysis import register_words
from analysis.language import _, number, percent
from analysis.shown import Head, Table


def flags(counts: pd.DataFrame) -> Table | None:
    """Return how many admissions each flag holds for, and of how many that cannot be judged.

    Parameters
    ----------
    counts : DataFrame
        ``synthetic``, ``flag``, ``broken``, ``kept``, ``unknown``.
    """
    if counts.empty:
        return None
    mixed = counts["synthetic"].nunique() > 1
    heads = [Head(_("Dấu hiệu"))]
    heads += [
        Head(w, numeric=True) for w in (_("Có"), _("Không"), _("Không xét được"), _("Có (% số xét được)"))
    ]
    cells = [
        [
            register_words.marked(
                register_words.role(row["flag"]), synthetic=mixed and bool(row["synthetic"])
            ),
            *(number(row[name]) for name in ("broken", "kept", "unknown")),
            _share(row["broken"], row["broken"] + row["kept"]),
        ]
        for row in counts.to_dict("records")
    ]
    caption = _(
        "Có: chắc chắn, dù ngày chỉ biết đến tháng hay năm. Không xét được: thiếu ngày, hoặc ngày không đủ chính xác để nói có hay không. Người "
        "có dấu hiệu vẫn ở trong bảng."
    )
    title = register_words.titled(_("Dấu hiệu cần xem lại"), counts["synthetic"])
    return Table("flags", title, caption, heads, cells, counts)


def precision(counts: pd.DataFrame) -> Table | None:
    """Return how exactly ages and admissions are known; None where there are no admissions.

    Parameters
    ----------
    counts : DataFrame
        ``synthetic``, ``what``, ``precision``, ``rows``.
    """
    found = counts.loc[counts["rows"].gt(0)]
    if found.empty:
        return None
    mixed = found["synthetic"].nunique() > 1
    whole = found.groupby(["synthetic", "what"])["rows"].transform("sum")
    heads = [Head(_("Biết đến đâu")), Head(_("Số người"), numeric=True), Head(_("% số người"), numeric=True)]
    cells = [
        [
            register_words.marked(
                _precise(row["what"], row["precision"]), synthetic=mixed and bool(row["synthetic"])
            ),
            number(row["rows"]),
            _share(row["rows"], total),
        ]
        for row, total in zip(found.to_dict("records"), whole, strict=True)
    ]
    caption = _(
        "Tuổi chỉ theo năm sinh có thể lệch đến sáu tháng về mỗi phía so với tuổi ghi trong bảng; nhóm tuổi của người gần mốc vì thế không chắc."
    )
    title = register_words.titled(_("Tuổi và lúc kết nạp biết chính xác đến đâu"), found["synthetic"])
    return Table("precision", title, caption, heads, cells, found)


def _precise(what: str, precise: str) -> str:
    return {
        ("age", "exact"): _("tuổi: đúng từng tháng"),
        ("age", "months"): _("tuổi: trong khoảng vài tháng"),
        ("age", "year"): _("tuổi: trong khoảng một năm trở lên"),
        ("age", "unknown"): _("tuổi: không biết"),
        ("admitted", "month"): _("kết nạp: biết tháng"),
        ("admitted", "quarter"): _("kết nạp: chỉ biết quý"),
        ("admitted", "half_year"): _("kết nạp: chỉ biết nửa năm"),
        ("admitted", "year"): _("kết nạp: chỉ biết năm"),
    }[what, precise]


def _share(part: float, whole: float) -> str:
    return percent(100 * part / whole) if whole else "–"
