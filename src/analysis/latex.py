"""A table in LaTeX, with the rules of booktabs; long ones break over pages (longtable)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from markupsafe import Markup

_LETTERS = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}"}
_LETTERS |= {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "–": "--",
    "—": "---",
    "−": "$-$",
    '"': r"\textquotedbl{}",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "≈": r"$\approx$",
    "×": r"$\times$",
    "±": r"$\pm$",
    "→": r"$\to$",
    "²": r"$^2$",
    "τ": r"$\tau$",
    "\u00a0": "~",
}

_LONG = 35
"""Rows beyond which a table does not fit on a page."""
_NARROW = 12
"""Letters up to which a column is never broken into lines."""
_LINE = 100
"""Letters of a line of small print between the margins of a page."""
_TURNED = 150
"""The same on a page that is turned."""
_BETWEEN = 2
"""Letters that the space between two columns takes."""
_NEEDS = (
    r"% needs \usepackage{booktabs,array,longtable,rotating,pdflscape,hyperref}"
    " and LuaLaTeX, XeLaTeX or babel's Vietnamese"
)


def table(
    name: str,
    caption: str,
    heads: Sequence[tuple[str, bool]],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str] = (),
) -> str:
    r"""Return a table in LaTeX, in small print, with what it needs as a comment.

    Parameters
    ----------
    name : str
        Its label is ``tab:`` and this.
    caption : str
    heads : sequence of (str, bool)
        Words over each column, and whether its cells are numbers, which stand at the right.
    rows : sequence of sequence of str
        Text, or Markup with links and spans.
    notes : sequence of str
        Under the table, in small print.

    Examples
    --------
    >>> print(table("t", "Tỷ lệ", [("Đơn vị", False), ("%", True)], [["A & B", "62,5"]]))
    % needs \usepackage{booktabs,array,longtable,rotating,pdflscape,hyperref} and LuaLaTeX, XeLaTeX or babel's Vietnamese
    \begin{table}
    \footnotesize
    \caption{Tỷ lệ}
    \label{tab:t}
    \begin{tabular}{lr}
    \toprule
    Đơn vị & \% \\
    \midrule
    A \& B & 62,5 \\
    \bottomrule
    \end{tabular}
    \end{table}
    <BLANKLINE>
    """
    sides = ["left" if numeric else "right" for _words, numeric in heads]
    columns = _Columns.of([[words for words, _numeric in heads], *rows], sides)
    head = [r"\toprule", _parted([words for words, _numeric in heads]), r"\midrule"]
    body = [_parted(row) for row in rows]
    told = [rf"\caption{{{text(caption)}}}", rf"\label{{tab:{name}}}"]
    small = [rf"\par {' '.join(map(text, notes))}"] if notes else []
    if len(rows) > _LONG:
        told[-1] += r" \\"
        lines = [rf"\begin{{longtable}}{{{columns.set}}}", *told, *head, r"\endfirsthead", *head, r"\endhead"]
        lines += [r"\bottomrule", r"\endlastfoot", *body, r"\end{longtable}", *small]
        around = "landscape" if columns.turned else "center"
    else:
        lines = [
            *told,
            rf"\begin{{tabular}}{{{columns.set}}}",
            *head,
            *body,
            r"\bottomrule",
            r"\end{tabular}",
        ]
        lines += small
        around = "sidewaystable" if columns.turned else "table"
    return "\n".join([_NEEDS, rf"\begin{{{around}}}", r"\footnotesize", *lines, rf"\end{{{around}}}"]) + "\n"


@dataclass(frozen=True, slots=True)
class _Columns:
    """How the columns are set, and whether they need a page that is turned."""

    set: str
    turned: bool

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], sides: Sequence[str]) -> _Columns:
        """Return columns as wide as their cells, or broken into lines where a line does not hold them all.

        Parameters
        ----------
        rows : sequence of sequence of str
            The heads and the cells.
        sides : sequence of str
            The ragged side of each column.
        """
        cells = [[_bare(cell) for cell in column] for column in zip(*rows, strict=True)]
        whole = [max(map(len, column)) for column in cells]
        words = [max((len(word) for cell in column for word in cell.split()), default=1) for column in cells]
        least = [full if full <= _NARROW else word for full, word in zip(whole, words, strict=True)]
        space = _BETWEEN * len(cells)
        turned = sum(least) + space > _LINE
        line = _TURNED if turned else _LINE
        if sum(whole) + space <= line:
            return cls("".join("r" if side == "left" else "l" for side in sides), turned)
        # Each gets its longest word, and of what is left as much as it lacks in proportion.
        given = max(line - space - sum(least), 0) / max(sum(whole) - sum(least), 1)
        found = ""
        for full, few, side in zip(whole, least, sides, strict=True):
            share = (few + given * (full - few)) / line
            plain = "r" if side == "left" else "l"
            found += plain if full == few else rf">{{\ragged{side}\arraybackslash}}p{{{share:.3f}\linewidth}}"
        return cls(found, turned)


def _bare(cell: str) -> str:
    return str(cell.striptags()) if isinstance(cell, Markup) else str(cell)


def _parted(cells: Sequence[str]) -> str:
    """Return a row; a bracket or star at its beginning is kept from what ends the row before."""
    row = " & ".join(map(text, cells)) + r" \\"
    return f"{{}}{row}" if row[0] in "[*" else row


def text(words: str) -> str:
    r"""Return text, or Markup with its links, as LaTeX.

    Examples
    --------
    >>> text("50% of {n}"), text(Markup('<a href="https://x.vn/a_b%20c">[1]</a>'))
    ('50\\% of \\{n\\}', '\\href{https://x.vn/a_b\\%20c}{[1]}')
    """
    if not isinstance(words, Markup):
        return _escaped(str(words))
    parser = _Marked()
    parser.feed(str(words))
    parser.close()
    return "".join(parser.found)


def _escaped(words: str) -> str:
    plain = "".join(
        _LETTERS.get(letter, letter) for letter in " ".join(words.replace("--", "-\0-").split("\n"))
    )
    return plain.replace("\0", "{}")


class _Marked(HTMLParser):
    """Turns the few marks of a cell into LaTeX: links elsewhere, bold, lines as parts of one; other marks fall away."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a mark."""
        if tag == "br":
            self.found.append("; ")
            return
        link = dict(attrs).get("href") or ""
        begin, end = "", ""
        if tag == "a" and not link.startswith("#"):
            address = "".join(rf"\{letter}" if letter in "%#&{}\\" else letter for letter in link)
            begin, end = rf"\href{{{address}}}{{", "}"
        elif tag in ("strong", "b"):
            begin, end = r"\textbf{", "}"
        elif tag in ("em", "i"):
            begin, end = r"\emph{", "}"
        self.found.append(begin)
        self._open.append((tag, end))

    def handle_endtag(self, tag: str) -> None:
        """Close the mark that was opened last."""
        if self._open and self._open[-1][0] == tag:
            self.found.append(self._open.pop()[1])

    def handle_data(self, data: str) -> None:
        """Write the words."""
        self.found.append(_escaped(data))
