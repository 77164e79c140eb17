"""Who published what a figure shows: its sources by their numbers in the report's list."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup
from nbformat import NotebookNode

from analysis.language import _, number
from analysis.shown import MIME_NAME, MIME_ORIGIN
from analysis.source_words import source_name
from analysis.tables.references import anchor

_NAMED = 4
"""Sources that the line under a figure names; of more it gives the number."""


@dataclass(frozen=True, slots=True)
class SourceLines:
    """What the lines are made from.

    Attributes
    ----------
    publishers : mapping
        Source → its number in the report's list, and who published it; empty where there is no such list.
    origin : str
        What all figures stand on that name no source of their own: the registers.
    """

    publishers: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    origin: str = ""

    @classmethod
    def of(cls, notebook: NotebookNode) -> SourceLines:
        """Return what a notebook's list of sources and its citation tell."""
        publishers: dict[str, tuple[int, str]] = {}
        origin = ""
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                origin = data.get(MIME_ORIGIN, {}).get("source", origin)
                if data.get(MIME_NAME, {}).get("name") == "sources":
                    rows = csv.DictReader(io.StringIO(data["text/csv"]))
                    for place, row in enumerate(rows, start=1):
                        publishers[row["source_id"]] = (place, row["publisher"])
        return cls(publishers, origin)

    def of_figure(self, data: str) -> Markup:
        """Return the line under a figure from its data as CSV; empty where nothing is known."""
        rows = list(csv.DictReader(io.StringIO(data)))
        named = {
            source
            for row in rows
            for source in (row.get("sources") or row.get("source_id") or "").split("; ")
            if source in self.publishers
        }
        if not named:
            return Markup(_("Nguồn: {origin}.")).format(origin=self.origin) if self.origin else Markup()
        if len(named) > _NAMED:
            words = _("Nguồn: {count} bài báo và trang, nêu ở từng dòng của dữ liệu và ở [[sources]].")
            return Markup(words.format(count=number(len(named))))
        listed = sorted((*self.publishers[source], source) for source in named)
        links = [
            Markup('{} <a href="#{}">[{}]</a>').format(source_name(who), anchor(name), place)
            for place, who, name in listed
        ]
        return Markup(_("Nguồn: {origin}.")).format(origin=Markup("; ").join(links))
