"""Which rows of registers a model may stand on: by unit and year, and by age band and sex within them."""

from __future__ import annotations

import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number
from analysis.models.age_bands import coarse_bands, first_years
from analysis.models.register_coverage import counted_twice, silent_units
from analysis.models.result import Dropped
from analysis.models.terms import NO_LOCALITY

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

_NAMED = 10
"""Units that a sentence names at most."""


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
    lost = _lost(kept)
    whole = dict.fromkeys(("unit_target", "unit_members", "unit_eligible", "members_at"), "first")
    names = [name for name in UNIT if name not in ("synthetic", "unit_id")]
    how = dict.fromkeys(names, "first") | {"_lost": "any", "_told": "sum"} | whole
    rows = _summed(
        kept.assign(_lost=lost, _told=kept["admitted"].fillna(0)),
        ["synthetic", "unit_id", "year"],
        ["admitted", *OF_THEM],
        how,
    )
    rows = rows.rename(
        columns={"unit_target": "target", "unit_members": "members", "unit_eligible": "eligible"}
    )
    rows["term"] = [of_term(int(year)) for year in rows["year"]]
    partly = rows["_lost"] & rows["_told"].gt(0)
    rows, refused = _without(rows, partly, _partly_known(rows.loc[partly]))
    rows, more = _without(rows, rows["_lost"], _uncovered())
    order = ["year", "term", "admitted", *OF_THEM, "target", "members", "eligible", "members_at"]
    return rows[[*UNIT, *order]].reset_index(drop=True), (*dropped, *refused, *more)


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
    lost = _lost(kept)
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


def _lost(rows: pd.DataFrame) -> pd.Series:
    """Tell the rows of unit-years of which not every admission is known."""
    lost = rows["admitted"].isna() | ~rows["complete"].fillna(value=False).astype(bool)
    unit = rows["unit_id"].astype("str") + "/" + rows["year"].astype("str")
    return lost.groupby(unit).transform("any")


def _uncovered() -> str:
    return _("không có sổ nào cho biết đủ người được kết nạp của đơn vị trong năm")


def _partly_known(rows: pd.DataFrame) -> str:
    """Return why units leave of which some admissions are known, and which units."""
    units = list(dict.fromkeys(rows["unit"].astype("str")))
    named = ", ".join(units[:_NAMED]) + (", …" if len(units) > _NAMED else "")
    words = _(
        "sổ có dòng bị loại khi làm sạch có thể thuộc đơn vị này, nên số kết nạp không chắc đủ: {units}; {people} người đã biết"
    )
    return words.format(units=named, people=number(rows["_told"].sum()))


def _people(rows: pd.DataFrame, out: pd.Series, reason: str) -> str:
    people = int(rows.loc[out, "admitted"].fillna(0).sum())
    return _("{reason} ({people} người)").format(reason=reason, people=number(people)) if people else reason


def silent_unit_years(unit_years: pd.DataFrame, *, years: tuple[int, int] | None = None) -> pd.DataFrame:
    """Return the units, a row a year, that no register names though one covers their district.

    Parameters
    ----------
    unit_years : DataFrame
        Processed table, or a slice of it.
    years : (int, int), optional
        First and last year to take.

    Returns
    -------
    DataFrame
        ``unit``, ``district``, ``year``, ``members``.
    """
    rows, _dropped = _chosen(unit_years, years, silent_as_zero=False)
    found = rows.loc[rows["_silent"]].drop_duplicates(["unit_id", "year"])
    found = found[["unit", "district", "year", "unit_members"]].rename(columns={"unit_members": "members"})
    return found.reset_index(drop=True)


def _chosen(
    unit_years: pd.DataFrame, years: tuple[int, int] | None, silent_as_zero: bool
) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return the rows of the years asked for, of one origin, that count nobody twice."""
    rows = unit_years.assign(_silent=silent_units(unit_years))
    if years is not None:
        if years[0] > years[1]:
            raise ParameterError(f"years: {years[0]} is after {years[1]}")
        rows = rows.loc[rows["year"].between(*years)]
    synthetic = rows["synthetic"].astype(bool)
    mixed = synthetic & ~synthetic.all()
    rows, simulated = _without_units(rows, mixed, _("dữ liệu giả lập bên cạnh dữ liệu thật"))
    wholes, parts = counted_twice(rows)
    rows, nested = _without_units(rows, wholes, _("đã gồm các đơn vị trực thuộc có mặt trong cùng năm"))
    rows, partial = _without_units(
        rows, parts.loc[rows.index], _("chỉ là một phần của đơn vị cấp trên có mặt trong cùng năm")
    )
    rows = rows.assign(locality=_localities(rows))
    if silent_as_zero:
        zero = {name: rows[name].mask(rows["_silent"], 0) for name in ("admitted", *OF_THEM)}
        rows = rows.assign(**zero, complete=rows["complete"].mask(rows["_silent"], other=True))
    return rows, (*simulated, *nested, *partial)


def _without_units(
    rows: pd.DataFrame, out: pd.Series, reason: str
) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return the rows that stay, and how many unit-years leave."""
    leaving = rows.loc[out, ["synthetic", "unit_id", "year"]].drop_duplicates()
    return (rows.loc[~out], (Dropped(reason, len(leaving)),)) if len(leaving) else (rows, ())


def _localities(rows: pd.DataFrame) -> pd.Series:
    """Return localities; of agencies, schools and enterprises, which have none, that they are such."""
    locality = rows["locality"].astype("object")
    organisation = rows["level"].astype("object").isin(["grassroots", "bloc"]) & locality.eq("")
    told = locality.mask(organisation, NO_LOCALITY)
    return pd.Series(pd.Categorical(told, sorted(set(told))), rows.index)


def _bands(column: pd.Series) -> pd.Series:
    """Return age bands in one set: the coarse one where any row has it."""
    bands, coarse = column.astype("object"), coarse_bands()
    if bands.isin(set(coarse.values())).any():
        bands = bands.replace(coarse)
    begins = first_years()
    return pd.Series(
        pd.Categorical(bands, sorted(set(bands) & set(begins), key=begins.__getitem__)), column.index
    )


def _without(rows: pd.DataFrame, out: pd.Series, reason: str) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    count = int(out.sum())
    return (rows.loc[~out], (Dropped(reason, count),)) if count else (rows, ())
