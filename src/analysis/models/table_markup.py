"""A table of estimates in Markdown and in LaTeX."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.shown import Table

_LATEX = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}"}
_LATEX |= {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "<": r"$<$",
    ">": r"$>$",
    "–": "--",
    "−": "$-$",
}


def markdown(table: Table) -> str:
    """Return a table in Markdown, with its title over it and its notes as a list under it."""
    rule = ["---:" if head.numeric else "---" for head in table.heads]
    lines = [_piped(line) for line in ([head.label for head in table.heads], rule, *table.rows)]
    notes = [f"- {note}" for note in table.notes]
    return "\n".join([f"**{table.title}**", "", *lines, "", *notes]) + "\n"


def _piped(cells: Sequence[str]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def latex(table: Table) -> str:
    """Return a table in LaTeX, with the rules of booktabs, its title as caption and its notes in small print."""
    columns = "".join("r" if head.numeric else "l" for head in table.heads)
    lines = [
        r"\begin{table}",
        rf"\caption{{{_escaped(table.title)}}}",
        rf"\label{{tab:{table.name}}}",
        rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule",
        _parted([head.label for head in table.heads]),
        r"\midrule",
        *map(_parted, table.rows),
        r"\bottomrule",
        r"\end{tabular}",
        rf"\par\footnotesize {_escaped(' '.join(table.notes))}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _parted(cells: Sequence[str]) -> str:
    return " & ".join(map(_escaped, cells)) + r" \\"


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(letter, letter) for letter in str(text))
