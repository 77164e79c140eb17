"""Who left of those admitted: out of the Party (*ra khỏi Đảng*), died, moved; by year of admission."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import register_words
from analysis.language import _, language, number, percent
from analysis.models.process.conversion import wilson_limits
from analysis.shown import Head, Table
from analysis.vocab import categories
from analysis.wording import capital

OUT = ("struck_off", "expelled", "let_go")
"""Ways of leaving after which a person is no Party member; who moved still is one."""

_WAYS = tuple(row["code"] for row in categories("exits"))


def left(admissions: pd.DataFrame) -> pd.Series:
    """Tell who of those admitted left, or moved, as far as their register says."""
    gone = admissions["has_left"].astype("boolean").fillna(value=False).astype(bool)
    return gone | admissions["days_to_exit"].notna() | admissions["exit"].astype("object").ne("")


def by_year(admissions: pd.DataFrame) -> pd.DataFrame:
    """Return those admitted in a year and what became of them, as far as their registers say.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it.

    Returns
    -------
    DataFrame
        ``year`` (of admission), ``admitted``, ``told`` (of them, those whose register tells who left), a column
        for each way of leaving, ``unknown_way``, ``out`` (struck off, expelled, or let go), ``out_probationary``
        (of these, before their recognition; missing where that is not told of all), ``share``, ``share_low``,
        ``share_high`` (``out`` in percent of ``told``, Wilson limits). Where somebody left in a way that is not
        told, the share is the least that is possible, and has no limits.
    """
    gone, way = left(admissions), admissions["exit"].astype("object")
    told = admissions["has_left"].notna() | gone
    out = way.isin(OUT)
    waiting = admissions["was_recognised"].astype("boolean").eq(other=False)
    rows = pd.DataFrame(
        {"year": admissions["year"], "admitted": 1, "told": told}
        | {code: way.eq(code) for code in _WAYS}
        | {"unknown_way": gone & way.eq(""), "out": out}
        | {"out_probationary": out & waiting.fillna(value=False), "_untold": out & waiting.isna()}
    )
    found = rows.astype("int64").groupby("year", as_index=False, sort=True).sum()
    found["out_probationary"] = found["out_probationary"].mask(found.pop("_untold") > 0).astype("Int64")
    counted = found["told"] > 0
    low, high = (np.full(len(found), np.nan) for _side in range(2))
    sure = (counted & found["unknown_way"].eq(0)).to_numpy()
    low[sure], high[sure] = wilson_limits(found.loc[sure, "out"], found.loc[sure, "told"])
    share = 100 * found["out"] / found["told"].where(counted)
    return found.assign(share=share, share_low=100 * low, share_high=100 * high)


def exits(admissions: pd.DataFrame) -> Table | None:
    """Return who left of those admitted, by year of admission and way; None where nobody is told to have left.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it.
    """
    if not left(admissions).any():
        return None
    found = by_year(admissions)
    words = {row["code"]: capital(row[f"label_{language()}"]) for row in categories("exits")}
    words["unknown_way"] = _("Không rõ cách")
    ways = [name for name in (*_WAYS, "unknown_way") if found[name].any()]
    heads = [Head(_("Năm kết nạp"))] + [
        Head(label, numeric=True)
        for label in (
            _("Kết nạp"),
            _("Sổ có ghi việc ra"),
            *(words[name] for name in ways),
            _("Ra khỏi Đảng (%)"),
            _("Khoảng 95%"),
            _("Ra khi còn dự bị"),
        )
    ]
    cells = [
        [
            str(row["year"]),
            *(number(row[name]) for name in ("admitted", "told", *ways)),
            _share(row),
            _limits(row),
            "–" if not row["told"] or pd.isna(row["out_probationary"]) else number(row["out_probationary"]),
        ]
        for row in found.to_dict("records")
    ]
    title = register_words.titled(_("Ra khỏi Đảng, từ trần, chuyển đi"), admissions["synthetic"])
    return Table("register-exits", title, _caption(found), heads, cells, found)


def _share(row: dict[str, float]) -> str:
    if pd.isna(row["share"]):
        return "–"
    told = percent(row["share"], 1)
    return _("ít nhất {share}").format(share=told) if row["unknown_way"] else told


def _limits(row: dict[str, float]) -> str:
    if pd.isna(row["share_low"]):
        return "–"
    return f"{number(row['share_low'], 1)}–{number(row['share_high'], 1)}"


def _caption(found: pd.DataFrame) -> str:
    lines = [
        _(
            "Ra khỏi Đảng: bị xóa tên, bị khai trừ hay được cho ra, trên 100 người kết nạp trong năm mà sổ có ghi việc ra; khoảng "
            "Wilson, chỉ kể ngẫu nhiên. Người từ trần và người chuyển đi không ở trong tỷ lệ này."
        ),
        _("Chỉ đếm những ai sổ ghi là đã ra cho đến khi lập sổ: về sau có thể còn người ra."),
    ]
    if len(found) > 1:
        lines.append(
            _("Người kết nạp sau được theo dõi ngắn hơn, nên tỷ lệ của các năm không so được với nhau.")
        )
    if found["unknown_way"].any():
        lines.append(
            _(
                "Người không rõ ra bằng cách nào không được tính là ra khỏi Đảng: năm có người như thế chỉ biết tỷ lệ ít nhất."
            )
        )
    return " ".join(lines)
