"""Admissions counted from their Parquet file into the cells that a count model needs, beside the members exposed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import DataRefusedError, Problem
from analysis.language import _, number
from analysis.models.age_bands import coarse_bands, first_years
from analysis.models.counts.patterns import compact
from analysis.models.register_rows import by_unit, of_term
from analysis.models.result import Dropped
from analysis.processed import load_table
from analysis.vocab import table

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_PERSON = ["synthetic", "unit_id", "year", "age_band", "sex"]
"""Columns of an admission that tell its cell."""

COLUMNS = [
    "unit_id",
    "province",
    "district",
    "level",
    "locality",
    "year",
    "term",
    "age_band",
    "sex",
    "admitted",
    "members",
]
"""Columns of the cells."""


def admission_cells(
    folder: Path | str, *, years: tuple[int, int] | None = None
) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return the cells of :func:`analysis.models.register_rows.by_cell`, counted anew from the admissions.

    Each admission is read once, as codes; five million take about a second. Cells without any admission come
    from the members exposed, and count zero.

    Parameters
    ----------
    folder : Path or str
        Of the processed tables.
    years : (int, int), optional
        First and last year to take.

    Returns
    -------
    rows : DataFrame
        Columns :data:`COLUMNS`; words are categories.
    dropped : tuple of Dropped
        Why unit-years, and cells within those that stayed, were left out.

    Raises
    ------
    DataRefusedError
        The tables are missing, or the admissions of a cell are not as many as ``unit_years`` says.
    """
    stock = load_table(folder, "unit_years")
    people = load_table(folder, "admissions", _PERSON)
    counted = count_admissions(people, stock)
    _agree(counted, stock)
    unit_year, first = _unit_years(stock)
    kept, whole = _kept_unit_years(stock, unit_year, first, years)
    rows = _plain(stock.loc[kept], counted[kept])
    exposed, gaps = _exposed(rows)
    cells = _in_one_form(rows.loc[exposed])
    return cells[COLUMNS].reset_index(drop=True), (*whole, *gaps)


def count_admissions(people: pd.DataFrame, cells: pd.DataFrame) -> Codes:
    """Return how many people were admitted to each cell.

    Parameters
    ----------
    people : DataFrame
        One row a person admitted: ``synthetic``, ``unit_id``, ``year``, ``age_band``, ``sex``, words as categories.
    cells : DataFrame
        One row a cell, with the same columns. Where a unit-year has the bands of the older form 2-TCTW,
        people of the finer bands are counted to those.

    Returns
    -------
    (len(cells),) array of int

    Examples
    --------
    >>> cells = pd.DataFrame({"synthetic": True, "unit_id": "a", "year": 2020, "sex": ["female", "male"],
    ...                       "age_band": "age_31_40"}).astype({"unit_id": "category"})
    >>> people = cells.iloc[[1, 1]].assign(age_band=["age_31_35", "age_36_40"])
    >>> count_admissions(people, cells).tolist()
    [0, 2]
    """
    if not len(cells):
        return np.zeros(0, dtype=np.int64)
    bands = list(first_years())
    units = _categories(cells["unit_id"])
    sexes = _sexes()
    known = {"unit_id": units, "age_band": ["", *bands], "sex": sexes}
    low, high = int(cells["year"].min()), int(cells["year"].max())
    sizes = [2, len(units), high - low + 1, len(bands) + 1, len(sexes)]

    def keys(rows: pd.DataFrame) -> Codes:
        year = rows["year"].to_numpy(dtype=np.int64) - low
        unit, band, sex = (_places(rows[name], values) for name, values in known.items())
        outside = (year < 0) | (year >= sizes[2]) | (unit < 0) | (band < 0) | (sex < 0)
        key = rows["synthetic"].to_numpy(dtype=np.int64)
        for code, size in zip((unit, year, band, sex), sizes[1:], strict=True):
            key *= size
            key += code
        key[outside] = -1
        return key

    cell_of = _cell_of(
        keys(cells), int(np.prod(sizes)), _coarse_places(["", *bands]), len(sexes), len(bands) + 1
    )
    # The last place, which no key has, stands for whoever belongs to no cell
    place = cell_of[keys(people)]
    return np.bincount(place + 1, minlength=len(cells) + 1)[1:]


def _cell_of(own: Codes, size: int, coarse: Codes, sexes: int, bands: int) -> npt.NDArray[np.int32]:
    """Return the cell of each key, or -1; a key of a fine band without a cell has that of its coarse band.

    One place more than there are keys, for -1.
    """
    cell_of = np.full(size + 1, -1, dtype=np.int32)
    cell_of[own] = np.arange(len(own), dtype=np.int32)
    by_band = cell_of[:-1].reshape(-1, bands, sexes)
    for fine, wide in enumerate(coarse):
        if wide != fine and (by_band[:, wide] >= 0).any():
            by_band[:, fine] = np.where(by_band[:, fine] < 0, by_band[:, wide], by_band[:, fine])
    return cell_of


def _coarse_places(bands: list[str]) -> Codes:
    """Return the place of the band of form 2-TCTW that holds each band; its own place where it is one."""
    coarse = coarse_bands()
    return np.array([bands.index(coarse.get(band, band)) for band in bands])


def _places(column: pd.Series, values: list[str]) -> npt.NDArray[np.int32]:
    """Return the place of each word among some values, -1 where it is none of them."""
    words = column.astype("category")
    of_category = pd.Index(values).get_indexer(words.cat.categories)
    return np.append(of_category, -1).astype(np.int32)[words.cat.codes.to_numpy()]


def _sexes() -> list[str]:
    return ["", *(row["code"] for row in table("sexes"))]


def _categories(column: pd.Series) -> list[str]:
    return list(column.astype("category").cat.categories)


def _agree(counted: Codes, stock: pd.DataFrame) -> None:
    """Refuse tables that were not made together: a cell that holds other than its admissions."""
    stated = stock["admitted"].to_numpy(dtype=float, na_value=np.nan)
    differ = np.flatnonzero(~np.isnan(stated) & (stated != counted))
    if not len(differ):
        return
    row = stock.iloc[differ[0]]
    cell = ", ".join(str(row[name]) for name in ("unit_id", "year", "age_band", "sex"))
    seen = f"{int(stated[differ[0]])} admitted in {cell}, but {counted[differ[0]]} in admissions.parquet"
    raise DataRefusedError(
        [Problem("unit_years.parquet", None, "admitted", seen, "run `ketnap clean` again")]
    )


def _unit_years(stock: pd.DataFrame) -> tuple[Codes, Codes]:
    """Return a number of each row's unit-year, and a row of each."""
    unit = stock["unit_id"].astype("category").cat.codes.to_numpy(dtype=np.int64)
    year = stock["year"].to_numpy(dtype=np.int64)
    return compact([stock["synthetic"].to_numpy(dtype=np.int64), unit, year - year.min(initial=0)])


def _kept_unit_years(
    stock: pd.DataFrame, unit_year: Codes, first: Codes, years: tuple[int, int] | None
) -> tuple[Flags, tuple[Dropped, ...]]:
    """Return which rows are of unit-years that a model may stand on, and why others are not."""
    untold = stock["admitted"].isna().to_numpy() | ~stock["complete"].fillna(value=False).to_numpy(dtype=bool)
    lost = np.bincount(unit_year, untold, len(first)) > 0
    one = stock.iloc[first].assign(complete=~lost)
    units, dropped = by_unit(one, years=years)
    known = _keys(one)
    kept = np.isin(known, _keys(units.assign(unit_id=units["unit_id"].astype(one["unit_id"].dtype))))
    told = (Dropped(_("{why}, đếm theo đơn vị-năm").format(why=drop.reason), drop.rows) for drop in dropped)
    return kept[unit_year], tuple(told)


def _keys(rows: pd.DataFrame) -> Codes:
    unit = rows["unit_id"].astype("category").cat.codes.to_numpy(dtype=np.int64)
    year = rows["year"].to_numpy(dtype=np.int64)
    return (unit * 10_000 + year) * 2 + rows["synthetic"].to_numpy(dtype=np.int64)


def _plain(rows: pd.DataFrame, counted: Codes) -> pd.DataFrame:
    """Return rows with their counts as plain numbers, and the Party term of their year."""
    year = rows["year"].to_numpy(dtype=np.int64)
    seen, place = np.unique(year, return_inverse=True)
    terms = pd.Categorical([of_term(int(one)) for one in seen])
    members = rows["members"].to_numpy(dtype=float, na_value=np.nan)
    return rows.assign(year=year, term=terms[place], admitted=counted, members=members)


def _exposed(rows: pd.DataFrame) -> tuple[Flags, tuple[Dropped, ...]]:
    """Return which cells have an exposure, and how many have none for each reason."""
    told = ~(rows["age_band"].isin([""]) | rows["sex"].isin([""])).to_numpy()
    members, admitted = rows["members"].to_numpy(), rows["admitted"].to_numpy()
    reasons = [
        (~told, _("không biết tuổi hay giới")),
        (np.isnan(members), _("không đếm đảng viên theo tuổi và giới")),
        ((members == 0) & (admitted == 0), _("không có đảng viên nào trong nhóm tuổi và giới")),
        (members == 0, _("kết nạp vào nhóm không có đảng viên nào, không có mẫu số")),
    ]
    left, dropped = np.ones(len(rows), dtype=bool), []
    for where, reason in reasons:
        out = left & where
        left &= ~where
        if out.any():
            why = _("{reason} ({people} người)").format(
                reason=reason, people=number(int(admitted[out].sum()))
            )
            dropped.append(Dropped(why if admitted[out].any() else reason, int(out.sum())))
    return left, tuple(dropped)


def _in_one_form(rows: pd.DataFrame) -> pd.DataFrame:
    """Return cells in the bands of form 2-TCTW if any unit-year has these, since bands that overlap do not compare."""
    ages = first_years()
    bands = ["", *ages]
    coarse = _coarse_places(bands)
    fine = _places(rows["age_band"], bands)
    wide = np.unique(coarse[coarse != np.arange(len(bands))])
    codes = coarse[fine] if np.isin(fine, wide).any() else fine
    present = sorted(np.unique(codes), key=lambda at: ages[bands[at]])
    place = np.full(len(bands), -1)
    place[present] = np.arange(len(present))
    told = rows.assign(age_band=pd.Categorical.from_codes(place[codes], [bands[at] for at in present]))
    if codes is fine:
        return told
    unit_year, _row = _unit_years(told)
    cell, first = compact([unit_year, place[codes], _places(told["sex"], _sexes()).astype(np.int64)])
    sums = {name: np.bincount(cell, told[name], len(first)) for name in ("admitted", "members")}
    return told.iloc[first].assign(**sums)
