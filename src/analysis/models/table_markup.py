"""A table of estimates in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.shown import Table


def markdown(table: Table) -> str:
    """Return a table in Markdown, with its title over it and its notes as a list under it."""
    rule = ["---:" if head.numeric else "---" for head in table.heads]
    lines = [_piped(line) for line in ([head.label for head in table.heads], rule, *table.rows)]
    notes = [f"- {note}" for note in table.notes]
    return "\n".join([f"**{table.title}**", "", *lines, "", *notes]) + "\n"


def _piped(cells: Sequence[str]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
