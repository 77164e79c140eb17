"""Which rows of registers a model may stand on: by unit and year, and by age band and sex within them."""

from __future__ import annotations

import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number
from analysis.models.result import Dropped
from analysis.models.terms import NO_LOCALITY
from analysis.vocab import table

UNIT = [
    "synthetic",
    "province_vintage",
    "province_code",
    "province",
    "district",
    "unit",
    "unit_id",
    "level",
    "locality",
]
"""Columns that tell a unit."""

OF_THEM = ("minority", "youth_union")
"""Counts of some of those admitted; missing unless all of them tell."""

_COARSE = {
    "age_31_35": "age_31_40",
    "age_36_40": "age_31_40",
    "age_41_45": "age_41_50",
    "age_46_50": "age_41_50",
    "age_51_55": "age_over_50",
    "age_56_60": "age_over_50",
    "age_over_60": "age_over_50",
}
"""Band of form 2-BTCTW → band of form 2-TCTW that holds it."""

_ONLY_COARSE = frozenset(_COARSE.values())
_WHOLES = ("national", "province", "district")
_LATE = 10
"""A year whose last admission lies before October has perhaps not been told to its end."""
_ENOUGH = 12
"""Admissions from which on three months without one are no accident of an even run (0.75^12 = 3%)."""


def of_term(year: int) -> str:
    """Return the calendar years of a Party term (*nhiệm kỳ*) that a year is counted to.

    Congresses meet in the course of 2010, 2015, 2020, 2025; a whole year goes to the term that begins in it.

    Examples
    --------
    >>> of_term(2019), of_term(2020)
    ('2015–2019', '2020–2024')
    """
    first = year - year % 5
    return f"{first}–{first + 4}"


def by_unit(
    unit_years: pd.DataFrame, *, years: tuple[int, int] | None = None, silent_as_zero: bool = False
) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return one row a unit and year whose admissions are wholly known.

    Parameters
    ----------
    unit_years : DataFrame
        Processed table, or a slice of it.
    years : (int, int), optional
        First and last year to take.
    silent_as_zero : bool
        Whether units of which no register says a word admitted nobody, where the registers cover others of
        their district in the year. Left out, rates are those of the units that are named, which have
        admitted at some time; counted as zero, the registers are taken to be of the whole district.

    Returns
    -------
    rows : DataFrame
        Columns :data:`UNIT` (``locality`` is ``other_organisation`` for agencies, schools and enterprises) with
        ``year``, ``term``, ``admitted``, of them ``minority`` and
        ``youth_union``, ``target``, ``members``, ``eligible`` (persons; missing where not told) and ``members_at``.
    dropped : tuple of Dropped
        Rows left out: synthetic ones beside real ones, units that hold others of the same year, years that no
        register covers.

    Raises
    ------
    ParameterError
        The first year is after the last.
    """
    kept, dropped = _chosen(unit_years, years, silent_as_zero)
    lost = kept["admitted"].isna() | ~kept["complete"].fillna(value=False)
    whole = dict.fromkeys(("unit_target", "unit_members", "unit_eligible", "members_at"), "first")
    names = [name for name in UNIT if name not in ("synthetic", "unit_id")]
    how = dict.fromkeys(names, "first") | {"_lost": "any"} | whole
    rows = _summed(kept.assign(_lost=lost), ["synthetic", "unit_id", "year"], ["admitted", *OF_THEM], how)
    rows = rows.rename(
        columns={"unit_target": "target", "unit_members": "members", "unit_eligible": "eligible"}
    )
    rows["term"] = [of_term(int(year)) for year in rows["year"]]
    rows, more = _without(rows, rows["_lost"], _uncovered())
    order = ["year", "term", "admitted", *OF_THEM, "target", "members", "eligible", "members_at"]
    return rows[[*UNIT, *order]].reset_index(drop=True), (*dropped, *more)


def by_cell(
    unit_years: pd.DataFrame, *, years: tuple[int, int] | None = None, silent_as_zero: bool = False
) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return one row a unit, year, age band and sex with its admissions and the members exposed.

    Parameters
    ----------
    unit_years : DataFrame
        Processed table, or a slice of it.
    years : (int, int), optional
        First and last year to take.
    silent_as_zero : bool
        Whether units of which no register says a word admitted nobody, where the registers cover others of
        their district in the year. Left out, rates are those of the units that are named, which have
        admitted at some time; counted as zero, the registers are taken to be of the whole district.

    Returns
    -------
    rows : DataFrame
        Columns :data:`UNIT` with ``year``, ``term``, ``age_band``, ``sex``, ``members_at``, ``admitted``,
        of them ``minority`` and ``youth_union``, ``members``. Where one unit-year counts in the bands of the older form 2-TCTW, all are carried to
        these, since bands that overlap are not comparable.
    dropped : tuple of Dropped
        As of :func:`by_unit`, and people whose age or sex is not known; their number stands in the reason.

    Raises
    ------
    ParameterError
        The first year is after the last.
    """
    kept, dropped = _chosen(unit_years, years, silent_as_zero)
    told = kept["age_band"].astype("object").ne("") & kept["sex"].astype("object").ne("")
    lost = kept["admitted"].isna() | ~kept["complete"].fillna(value=False)
    empty = kept["members"].eq(0).fillna(value=False)
    reasons = [
        (~told, _("không biết tuổi hay giới")),
        (lost, _uncovered()),
        (kept["members"].isna(), _("không đếm đảng viên theo tuổi và giới")),
        (empty & kept["admitted"].eq(0), _("không có đảng viên nào trong nhóm tuổi và giới")),
        (empty, _("kết nạp vào nhóm không có đảng viên nào, không có mẫu số")),
    ]
    more: list[Dropped] = []
    for where, reason in reasons:
        out = where.loc[kept.index].fillna(value=False)
        kept, found = _without(kept, out, _people(kept, out, reason))
        more += found
    rows = kept.assign(age_band=_bands(kept["age_band"]), term=[of_term(int(year)) for year in kept["year"]])
    keys = [*UNIT, "year", "term", "age_band", "sex", "members_at"]
    rows = _summed(rows, keys, ["admitted", *OF_THEM, "members"], {})
    rows = rows.sort_values(["unit_id", "year", "age_band", "sex"], ignore_index=True)
    return rows, (*dropped, *more)


def _summed(rows: pd.DataFrame, keys: list[str], counts: list[str], how: dict[str, str]) -> pd.DataFrame:
    """Return counts added up by keys, missing where one of those added is; other columns as told."""
    gaps = {f"_{name}": rows[name].isna() for name in counts}
    marked = rows.assign(**gaps)
    told = how | dict.fromkeys(counts, "sum") | dict.fromkeys(gaps, "any")
    found = marked.groupby(keys, observed=True, sort=True, as_index=False, dropna=False).agg(told)
    for name in counts:
        found[name] = found[name].mask(found[f"_{name}"])
    return found.drop(columns=list(gaps))


def _uncovered() -> str:
    return _("không có sổ nào cho biết đủ người được kết nạp của đơn vị trong năm")


def _people(rows: pd.DataFrame, out: pd.Series, reason: str) -> str:
    people = int(rows.loc[out, "admitted"].fillna(0).sum())
    return _("{reason} ({people} người)").format(reason=reason, people=number(people)) if people else reason


def part_years(admissions: pd.DataFrame) -> list[int]:
    """Return the years of which the registers seem not to tell the end.

    A year with at least twelve admissions known to the month, none of them after September, is taken for one
    whose register was closed before its end. A year without any admission tells nothing.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it.

    Examples
    --------
    >>> part_years(pd.DataFrame({"admitted": ["2023-12"] + ["2024-03"] * 12, "year": [2023] + [2024] * 12}))
    [2024]
    """
    written = admissions["admitted"].astype("str")
    monthly = written.str.fullmatch(r"\d{4}-\d\d")
    months = written.where(monthly).str[5:7].astype("Float64")
    found = months.groupby(admissions["year"].astype("int64")).agg(["count", "max"])
    early = (found["count"] >= _ENOUGH) & (found["max"] < _LATE)
    coarse = (~monthly).groupby(admissions["year"].astype("int64")).any()
    return [int(year) for year in found.index[early.fillna(value=False) & ~coarse]]


def _chosen(
    unit_years: pd.DataFrame, years: tuple[int, int] | None, silent_as_zero: bool
) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return the rows of the years asked for, of one origin, none of which holds another."""
    rows = unit_years
    if years is not None:
        if years[0] > years[1]:
            raise ParameterError(f"years: {years[0]} is after {years[1]}")
        rows = rows.loc[rows["year"].between(*years)]
    synthetic = rows["synthetic"].astype(bool)
    mixed = synthetic & ~synthetic.all()
    rows, simulated = _without(rows, mixed, _("dữ liệu giả lập bên cạnh dữ liệu thật"))
    rows, nested = _without(
        rows, _holds_others(rows), _("đã gồm các đơn vị trực thuộc có mặt trong cùng năm")
    )
    rows = rows.assign(locality=_localities(rows))
    if silent_as_zero:
        silent = silent_units(rows)
        zero = {name: rows[name].mask(silent, 0) for name in ("admitted", *OF_THEM)}
        rows = rows.assign(**zero, complete=rows["complete"].mask(silent, other=True))
    return rows, (*simulated, *nested)


def _localities(rows: pd.DataFrame) -> pd.Series:
    """Return localities; of agencies, schools and enterprises, which have none, that they are such."""
    locality = rows["locality"].astype("object")
    organisation = rows["level"].astype("object").isin(["grassroots", "bloc"]) & locality.eq("")
    told = locality.mask(organisation, NO_LOCALITY)
    return pd.Series(pd.Categorical(told, sorted(set(told))), rows.index)


def silent_units(unit_years: pd.DataFrame) -> pd.Series:
    """Tell which rows are of units that no register names, in districts and years that one covers.

    Parameters
    ----------
    unit_years : DataFrame
        Processed table, or a slice of it.
    """
    complete = unit_years["complete"].fillna(value=False).astype(bool)
    unit = unit_years["unit_id"].astype("str") + "/" + unit_years["year"].astype("str")
    untold = unit_years["admitted"].isna().groupby(unit).transform("all") & ~complete
    area = _place(unit_years) + "/" + unit_years["district"].astype("str")
    named = unit_years["district"].astype("object").ne("")
    return untold & named & complete.groupby(area).transform("any")


def _holds_others(rows: pd.DataFrame) -> pd.Series:
    """Tell which rows are of a unit whose parts have rows of their own in the year."""
    level = rows["level"].astype("object")
    wholes = level.isin(_WHOLES)
    if not wholes.any():
        return wholes
    parts = rows.loc[~wholes]
    here = set(_place(parts))
    districts = set(_place(parts) + "/" + parts["district"].astype("str"))
    own = _place(rows) + "/" + rows["unit"].astype("str")
    above = _place(rows).isin(here) & level.isin(["national", "province"])
    return above | (level.eq("district") & own.isin(districts))


def _place(rows: pd.DataFrame) -> pd.Series:
    """Return the province and year of each row, as one text."""
    names = ("province_vintage", "province_code", "year")
    first, *others = (rows[name].astype("str") for name in names)
    return first.str.cat(others, sep="-")


def _bands(column: pd.Series) -> pd.Series:
    """Return age bands in one set: the coarse one where any row has it."""
    bands = column.astype("object")
    coarse = bands.isin(_ONLY_COARSE).any()
    codes = list(dict.fromkeys(row["code"] for row in table("age_bands")))
    if coarse:
        bands = bands.replace(_COARSE)
    present = set(bands)
    ordered = sorted((band for band in codes if band in present), key=_first_year)
    return pd.Series(pd.Categorical(bands, ordered), column.index)


def _first_year(band: str) -> int:
    return int(next(row["from_years"] for row in table("age_bands") if row["code"] == band))


def _without(rows: pd.DataFrame, out: pd.Series, reason: str) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    count = int(out.sum())
    return (rows.loc[~out], (Dropped(reason, count),)) if count else (rows, ())
