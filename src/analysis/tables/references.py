"""Numbered references to the sources of a report."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.clean.text import slug


def numbers(sources: pd.DataFrame) -> dict[str, int]:
    """Return the number of each source in a report: in the order of its list."""
    return {source: place for place, source in enumerate(sources["source_id"], start=1)}


def anchor(source_id: str) -> str:
    """Return the anchor of a source in the report's list."""
    return f"src-{slug(source_id)}"


def references(cell: str, known: dict[str, int]) -> Markup:
    """Return links to the list of sources for a cell that names them, joined by '; '."""
    links = [
        Markup('<a href="#{}">[{}]</a>').format(anchor(source), known[source])
        for source in cell.split("; ")
        if source in known
    ]
    return Markup(" ").join(links)
