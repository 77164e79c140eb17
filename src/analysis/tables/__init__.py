"""Tables: one function a table, from processed rows or a result to what the reader sees."""

from analysis.tables.checks import checks
from analysis.tables.comparison import followed, pooled, selection
from analysis.tables.evidence import figures, sources
from analysis.tables.place import composition, exits, members, places, process
from analysis.tables.units import units

__all__ = [
    "checks",
    "composition",
    "exits",
    "figures",
    "followed",
    "members",
    "places",
    "pooled",
    "process",
    "selection",
    "sources",
    "units",
]
