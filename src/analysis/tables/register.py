"""What registers tell of a province: years, units, and who was admitted beside who is there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis import register_words, wording
from analysis.language import _, number, percent
from analysis.models.intervals import poisson_limits
from analysis.models.terms import category_label, factor_label
from analysis.shown import Head, Table, first_rows

FACTORS = (
    "sex",
    "age_band",
    "minority",
    "religious",
    "youth_union",
    "general_education",
    "professional_education",
    "occupation",
)
"""What is told of those admitted, in the order of the table."""


def _heads(first: Sequence[str], numbers: Sequence[str]) -> list[Head]:
    return [*map(Head, first), *(Head(words, numeric=True) for words in numbers)]


def yearly(units: pd.DataFrame) -> pd.DataFrame:
    """Return the years of some units, added up.

    Parameters
    ----------
    units : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`.

    Returns
    -------
    DataFrame
        ``year``, ``units``, ``admitted``, ``members`` and ``admitted_of_members`` (of units that count
        members), ``rate``, ``rate_low``, ``rate_high`` (percent of members, exact Poisson limits),
        ``target`` and ``admitted_of_target`` (of units with a target), ``attainment`` (percent),
        ``same_units``, ``admitted_before``: of the units that the year before covers too.
    """
    records = []
    for year, rows in units.groupby("year", sort=True):
        counted = rows.loc[rows["members"].gt(0).fillna(value=False)]
        aimed = rows.loc[rows["target"].gt(0).fillna(value=False)]
        before = units.loc[units["year"].eq(int(year) - 1)].set_index("unit_id")["admitted"]
        same = rows.loc[rows["unit_id"].isin(before.index)]
        members, admitted = int(counted["members"].sum()), int(counted["admitted"].sum())
        low, high = poisson_limits(admitted)
        target, reached = int(aimed["target"].sum()), int(aimed["admitted"].sum())
        records.append(
            {
                "year": int(year),
                "units": len(rows),
                "admitted": int(rows["admitted"].sum()),
                "members": members if members else None,
                "admitted_of_members": admitted,
                "rate": 100 * admitted / members if members else None,
                "rate_low": 100 * float(low) / members if members else None,
                "rate_high": 100 * float(high) / members if members else None,
                "target": target if target else None,
                "admitted_of_target": reached,
                "attainment": 100 * reached / target if target else None,
                "same_units": len(same),
                "admitted_of_same": int(same["admitted"].sum()),
                "admitted_before": int(before.reindex(same["unit_id"].to_numpy()).sum()),
            }
        )
    return pd.DataFrame.from_records(records)


def years(units: pd.DataFrame) -> Table | None:
    """Return admissions by year beside members, target and the year before; None without units."""
    if units.empty:
        return None
    found = yearly(units)
    heads = _heads(
        [_("Năm")],
        [
            _("Đơn vị có sổ"),
            _("Kết nạp"),
            _("Đảng viên"),
            _("Tỷ lệ kết nạp (%)"),
            _("Khoảng 95%"),
            _("Chỉ tiêu"),
            _("Đạt (%)"),
            _("Cùng đơn vị, năm trước"),
        ],
    )
    cells = [
        [
            str(row["year"]),
            number(row["units"]),
            number(row["admitted"]),
            _count(row["members"]),
            _percent(row["rate"], 2),
            _limits(row["rate_low"], row["rate_high"]),
            _count(row["target"]),
            _percent(row["attainment"]),
            _change(row),
        ]
        for row in found.to_dict("records")
    ]
    caption = _(
        "Tỷ lệ kết nạp: số kết nạp trên 100 đảng viên {at}, của các đơn vị đếm đảng viên; khoảng Poisson chính xác. Đạt: số kết "
        "nạp của các đơn vị có chỉ tiêu trên tổng chỉ tiêu của họ. Cột cuối: số kết nạp của các đơn vị có sổ cả hai năm, năm "
        "trước → năm này."
    ).format(at=denominator(units))
    title = register_words.titled(_("Kết nạp theo năm"), units["synthetic"])
    return Table("register-years", title, caption, heads, cells, found)


def by_province(units: pd.DataFrame) -> Table | None:
    """Return what the registers of each province cover, and its crude rate; None without units.

    Parameters
    ----------
    units : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`.
    """
    if units.empty:
        return None
    counted = units.loc[units["members"].gt(0).fillna(value=False)]
    grouped = counted.groupby("province", observed=True)
    found = units.groupby("province", observed=True).agg(
        first=("year", "min"),
        last=("year", "max"),
        units=("unit_id", "nunique"),
        admitted=("admitted", "sum"),
    )
    found["members"] = grouped["members"].sum().reindex(found.index)
    found["admitted_of_members"] = grouped["admitted"].sum().reindex(found.index)
    found = found.reset_index().astype({"province": "str"})
    found = found.sort_values("province", key=wording.ranks, ignore_index=True)
    low, high = poisson_limits(found["admitted_of_members"].fillna(0).to_numpy(dtype=float))
    members = found["members"].to_numpy(dtype=float, na_value=np.nan)
    found = found.assign(
        rate=100 * found["admitted_of_members"].to_numpy(dtype=float, na_value=np.nan) / members,
        rate_low=100 * low / members,
        rate_high=100 * high / members,
    )
    heads = _heads(
        [_("Tỉnh, thành phố"), _("Năm")],
        [_("Đơn vị"), _("Kết nạp"), _("Đảng viên-năm"), _("Tỷ lệ kết nạp (%)"), _("Khoảng 95%")],
    )
    cells = [
        [
            row["province"],
            str(row["first"]) if row["first"] == row["last"] else f"{row['first']}–{row['last']}",
            number(row["units"]),
            number(row["admitted"]),
            _count(row["members"]),
            _percent(row["rate"], 2),
            _limits(row["rate_low"], row["rate_high"]),
        ]
        for row in found.to_dict("records")
    ]
    caption = _(
        "Số kết nạp trên 100 đảng viên một năm, gộp mọi năm có sổ; khoảng Poisson chính xác. Đây là tỷ lệ thô: các nơi có đơn vị, "
        "năm và cơ cấu khác nhau, và sổ ở đây chỉ của vài huyện."
    )
    title = register_words.titled(_("Sổ của từng nơi"), units["synthetic"])
    return Table("register-provinces", title, caption, heads, cells, found)


def denominator(units: pd.DataFrame) -> str:
    """Return at which end of the year members were counted, in words."""
    ends = set(units.loc[units["members"].notna(), "members_at"].astype("object")) - {""}
    if ends == {"start"}:
        return _("đầu năm")
    if ends == {"end"}:
        return _("cuối năm")
    return _("đầu năm hay cuối năm, tùy đơn vị") if ends else _("(không rõ lúc đếm)")


def unit_results(units: pd.DataFrame) -> Table | None:
    """Return each unit and year: members, target, admitted, attainment with its limits, rate."""
    if units.empty:
        return None
    named = units.assign(_district=wording.ranks(units["district"]), _unit=wording.ranks(units["unit"]))
    ordered = named.sort_values(["_district", "_unit", "year"], ignore_index=True)
    ordered = ordered.drop(columns=["_district", "_unit"])
    admitted = ordered["admitted"].to_numpy(dtype=float)
    low, high = poisson_limits(admitted)
    target = ordered["target"].to_numpy(dtype=float, na_value=np.nan)
    members = ordered["members"].to_numpy(dtype=float, na_value=np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = ordered.assign(
            attainment=_finite(100 * admitted / target),
            attainment_low=_finite(100 * low / target),
            attainment_high=_finite(100 * high / target),
            rate=_finite(100 * admitted / members),
        )
    heads = _heads(
        [_("Đơn vị"), _("Năm")],
        [
            _("Đảng viên"),
            _("Người đủ điều kiện"),
            _("Chỉ tiêu"),
            _("Kết nạp"),
            _("Đạt (%)"),
            _("Khoảng 95%"),
            _("Tỷ lệ kết nạp (%)"),
        ],
    )
    cells = [
        [
            f"{row['unit']}, {row['district']}" if row["district"] else str(row["unit"]),
            str(row["year"]),
            _count(row["members"]),
            _count(row["eligible"]),
            _count(row["target"]),
            number(row["admitted"]),
            _percent(row["attainment"]),
            _limits(row["attainment_low"], row["attainment_high"], 0),
            _percent(row["rate"], 1),
        ]
        for row in found.to_dict("records")
    ]
    caption = _(
        "Khoảng 95%: của tỷ lệ đạt, nếu số kết nạp là ngẫu nhiên theo Poisson quanh mức của đơn vị và chỉ tiêu là cố định. Với chỉ "
        "tiêu vài người, khoảng rộng: đạt 50% hay 150% có thể chỉ là một người. Người đủ điều kiện bằng 0: không còn nguồn."
    )
    title = register_words.titled(_("Từng đơn vị, từng năm"), units["synthetic"])
    return first_rows(Table("register-units", title, caption, heads, cells, found))


def people(admissions: pd.DataFrame, cells: pd.DataFrame) -> Table | None:
    """Return who was admitted, beside who is a member, by sex and age where members are counted by these.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it.
    cells : DataFrame
        Of :func:`analysis.models.register_rows.by_cell`.
    """
    if admissions.empty:
        return None
    found = composition(admissions, cells)
    heads = _heads(
        [_("Đặc điểm")],
        [_("Kết nạp"), _("% số biết"), _("Không biết"), _("% trong đảng viên")],
    )
    body = [
        [
            f"{factor_label(row['factor'])}: {_category(row['factor'], row['category'])}",
            number(row["admitted"]),
            _percent(row["share"]),
            number(row["unknown"]),
            _percent(row["members_share"]),
        ]
        for row in found.to_dict("records")
    ]
    caption = _(
        "Phần trăm tính trên những người biết rõ đặc điểm ấy; cột không biết là số người không rõ. Cột cuối: phần của nhóm trong số "
        "đảng viên của các đơn vị và năm đếm theo tuổi và giới. Số nhỏ chưa được che: trước khi công bố phải theo chính sách bảo mật."
    )
    title = register_words.titled(_("Ai được kết nạp"), admissions["synthetic"])
    return Table("register-people", title, caption, heads, body, found)


def composition(admissions: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return ``factor``, ``category``, ``admitted``, ``share``, ``unknown``, ``members_share`` (percents)."""
    records = []
    for factor in FACTORS:
        values = admissions[factor]
        if isinstance(values.dtype, pd.CategoricalDtype):
            words = values.astype("object")
        else:
            words = values.astype("boolean").map({True: "yes", False: "no"}).astype("object")
        known = words.loc[words.notna() & words.ne("")]
        counts = known.value_counts()
        stock = _stock(cells, factor)
        for category in _ordered(factor, counts.index.to_list()):
            records.append(
                {
                    "factor": factor,
                    "category": category,
                    "admitted": int(counts[category]),
                    "share": 100 * counts[category] / len(known),
                    "unknown": len(words) - len(known),
                    "members_share": stock.get(category),
                }
            )
    columns = ["factor", "category", "admitted", "share", "unknown", "members_share"]
    return pd.DataFrame.from_records(records, columns=columns)


def _stock(cells: pd.DataFrame, factor: str) -> dict[str, float]:
    if factor not in ("sex", "age_band") or cells.empty:
        return {}
    sums = cells.groupby(factor, observed=True)["members"].sum()
    return {str(name): 100 * float(value) / float(sums.sum()) for name, value in sums.items()}


def _ordered(factor: str, found: list[str]) -> list[str]:
    if factor in ("minority", "religious", "youth_union"):
        return [name for name in ("yes", "no") if name in found]
    return sorted(found) if factor in ("sex", "age_band") else found


def _category(factor: str, category: str) -> str:
    return {"yes": _("có"), "no": _("không")}.get(category) or category_label(factor, category)


def _finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)


def _count(value: float | None) -> str:
    return "–" if value is None or pd.isna(value) else number(value)


def _percent(value: float | None, decimals: int = 1) -> str:
    return "–" if value is None or pd.isna(value) else percent(value, decimals)


def _limits(low: float | None, high: float | None, decimals: int = 2) -> str:
    if low is None or pd.isna(low) or high is None or pd.isna(high):
        return "–"
    return f"{number(low, decimals)}–{number(high, decimals)}"


def _change(row: dict[str, float]) -> str:
    if not row["same_units"]:
        return "–"
    return _("{before} → {now} ({units} đơn vị)").format(
        before=number(row["admitted_before"]),
        now=number(row["admitted_of_same"]),
        units=number(row["same_units"]),
    )
