"""What is known of a sheet of an office before its rows are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analysis.clean.date_order import Order
from analysis.clean.mapping import Mapping


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a sheet before its rows are read.

    Attributes
    ----------
    file, sheet : str
        Where the rows stand.
    province : str
        Name from the folder, or from the mapping file.
    mapping : Mapping
        What the owner states.
    orders : dict of str to Order
        Role → order of day and month in its column.
    latest : date
        No date lies after it.
    year : int or None
        Year of the whole table, where its title names one.
    district : str
        District of the whole table, where the mapping file or its title names one; may be empty.
    epoch : {1900, 1904}
        From when the workbook counts its days.
    """

    file: str
    sheet: str
    province: str
    mapping: Mapping
    orders: dict[str, Order]
    latest: date
    year: int | None = None
    district: str = ""
    epoch: int = 1900
