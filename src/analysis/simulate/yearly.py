"""Tables of targets (*chỉ tiêu*) and of members (*đảng viên*), one row a unit and year or cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from analysis.simulate import mess
from analysis.simulate.face import Face
from analysis.simulate.mess import Cell
from analysis.simulate.sheet import NOTE, Sheet, add_title
from analysis.simulate.spellings import band_words, label

Style = Literal["plain", "dot", "comma"]
"""How a file groups thousands: 2128, 2.128, 2,128."""

_TYPES = {"commune": "xã", "ward": "phường", "township": "thị trấn"}


def grouped(number: int, style: Style) -> Cell:
    """Return a count as a file writes it.

    Examples
    --------
    >>> grouped(2128, "dot"), grouped(2128, "comma"), grouped(5, "dot"), grouped(2128, "plain")
    ('2.128', '2,128', '5', 2128)
    """
    return number if style == "plain" else f"{number:,}".replace(",", "." if style == "dot" else ",")


def targets(units: pd.DataFrame, wide: bool, place: str, face: Face, rng: np.random.Generator) -> Sheet:
    """Return the table of targets.

    Parameters
    ----------
    units : DataFrame
        unit, district, year, target; in the order of unit and year.
    wide : bool
        One column a year under a merged Chỉ tiêu kết nạp, instead of one row a unit and year.
    """
    sheet = Sheet("Chỉ tiêu (giả lập)")
    years = sorted(units["year"].unique().tolist())
    names = _unit_names(units["unit"].unique().tolist(), face, rng)
    districts = dict(zip(units["unit"], units["district"], strict=True))
    head = ["Đơn vị", *(["Huyện"] if any(districts.values()) else [])]
    lead = {unit: [names[unit], *([districts[unit]] if len(head) == 2 else [])] for unit in names}
    paths: list[tuple[str, ...]] = [(text,) for text in head]
    paths += [("Chỉ tiêu kết nạp", f"Năm {year}") for year in years] if wide else [("Năm",), ("Chỉ tiêu",)]
    note: list[Cell] = [] if face.title else [NOTE]
    if face.title:
        add_title(sheet, len(paths), place, "Chỉ tiêu kết nạp đảng viên")
    else:
        paths.append(("Ghi chú",))
    sheet.header(paths)
    if wide:
        table = units.pivot(index="unit", columns="year", values="target")
        for unit in names:
            sheet.rows.append([*lead[unit], *(int(table.at[unit, year]) for year in years), *note])
        totals: list[Cell] = [int(table[year].sum()) for year in years]
    else:
        for unit, year, target in zip(units["unit"], units["year"], units["target"], strict=True):
            sheet.rows.append([*lead[unit], year, target, *note])
        totals = [None, int(units["target"].sum())]
    if face.totals:
        sheet.rows.append(["Tổng cộng", *[None] * (len(head) - 1), *totals, *([None] if note else [])])
    return sheet


def members(cells: pd.DataFrame, style: Style, place: str, face: Face, rng: np.random.Generator) -> Sheet:
    """Return the table of members, one row a unit × year × age band × sex.

    Parameters
    ----------
    cells : DataFrame
        As :meth:`analysis.simulate.population.Population.cells` gives them.
    style : str
        How the file groups thousands.
    """
    sheet = Sheet("Đảng viên (giả lập)")
    names = _unit_names(cells["unit"].unique().tolist(), face, rng)
    columns: dict[str, list[Cell]] = {
        "Đơn vị": [names[unit] for unit in cells["unit"]],
        "Huyện": cells["district"].tolist(),
        "Loại hình": [_TYPES[kind] for kind in cells["locality"]],
        "Năm": cells["year"].tolist(),
        "Nhóm tuổi": [band_words(band) for band in cells["age_band"]],
        "Giới tính": [label("sex", sex) for sex in cells["sex"]],
        "Số đảng viên đầu năm": _counts(cells["members_start"], style),
        "Số đảng viên cuối năm": _counts(cells["members_end"], style),
        "Số quần chúng đủ điều kiện": _counts(cells["eligible"], style),
        "Ngày thành lập": _founded(cells["founded"], face),
    }
    if not face.title:
        columns["Ghi chú"] = [NOTE] * len(cells)
    if not any(columns["Huyện"]):
        del columns["Huyện"]
    if face.title:
        add_title(sheet, len(columns), place, "Số đảng viên và nguồn kết nạp")
    sheet.header([(name,) for name in columns])
    sheet.rows += [list(row) for row in zip(*columns.values(), strict=True)]
    return sheet


def _counts(column: pd.Series, style: Style) -> list[Cell]:
    return [grouped(int(number), style) for number in column]


def _founded(column: pd.Series, face: Face) -> list[Cell]:
    form = face.dates if face.dates != "typed" else "iso"
    written: Callable[[str], Cell] = lambda text: mess.written(date.fromisoformat(text), form)  # noqa: E731
    known = {text: written(text) for text in column.unique()}
    return [known[text] for text in column]


def _unit_names(names: list[str], face: Face, rng: np.random.Generator) -> dict[str, str]:
    """Return each unit's name as this file writes it."""
    found = {}
    for name in names:
        messy = face.noise > 0 and rng.random() < face.noise
        found[name] = str(mess.messed_unit(name, rng).cell) if messy else name
    return found
