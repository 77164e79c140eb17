"""What a notebook cell shows: a figure, a table or sentences, each as HTML that carries its data."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from IPython.display import display
from jinja2 import Environment
from markupsafe import Markup

from analysis import latex
from analysis.language import _, number

MIME_NAME = "application/vnd.ketnap.name+json"
"""Names the figure or table, so that the renderer can write it to a file of its own."""

MIME_PAPERS = "application/vnd.ketnap.drawings+json"
"""Of a figure for a paper: width → its words, its SVG, and its PDF and PNG in base 64."""

MIME_ORIGIN = "application/vnd.ketnap.origin+json"
"""Of a citation: what the report's figures stand on (``source``), where they name no source of their own."""

NUMBER = '<span class="kn-number"></span>'
SOURCE = '<span class="kn-source"></span>'
"""Places in a caption that the renderer fills: the number of a figure or table, and a figure's sources."""

MOST_ROWS = 200
"""Rows of a long table that a page shows."""

_JINJA = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
_JINJA.globals.update(number=Markup(NUMBER), source=Markup(SOURCE))
_FIGURE = _JINJA.from_string("""\
<figure class="kn-figure" id="{{ name }}">
<div class="kn-scroll" tabindex="0" role="group" aria-label="{{ title }}">
{{ svg }}
</div>
<figcaption>{{ number }} <strong>{{ title }}.</strong> {{ caption }} {{ source }}
<a class="kn-data" href="figures/{{ name }}.csv" download="{{ name }}.csv" aria-label="{{ data_label }}: {{ title }}">{{ data_label }}</a></figcaption>
</figure>
""")
_TABLE = _JINJA.from_string("""\
<figure class="kn-table" id="{{ name }}">
<figcaption>{{ number }} <strong>{{ title }}.</strong> {{ caption }}
<a class="kn-data" href="tables/{{ name }}.csv" download="{{ name }}.csv" aria-label="{{ data_label }}: {{ title }}">{{ data_label }}</a></figcaption>
<div class="kn-scroll" tabindex="0" role="group" aria-label="{{ title }}">
<table>
<thead><tr>{% for head in heads %}<th scope="col"{% if head.numeric %} class="num"{% endif %}>{{ head.label }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in rows %}
<tr>{% for cell in row %}{% if loop.first %}<th scope="row">{{ cell }}</th>{% else %}<td{% if heads[loop.index0].numeric %} class="num"{% endif %}>{{ cell }}</td>{% endif %}{% endfor %}</tr>
{% endfor %}
</tbody>
</table>
</div>
{% if notes %}
<ul class="kn-notes">
{% for line in notes %}
<li>{{ line }}</li>
{% endfor %}
</ul>
{% endif %}
</figure>
""")
_PROSE = _JINJA.from_string("""\
{% for line in lines %}
<p>{{ line }}</p>
{% endfor %}
""")
_LIST = _JINJA.from_string("""\
<ul>
{% for line in lines %}
<li>{{ line }}</li>
{% endfor %}
</ul>
""")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure.

    Attributes
    ----------
    name : str
        File name without its ending, and anchor in the report.
    title, caption : str
        Words under the figure; the caption names intervals, denominators and source.
    alt : str
        What the figure shows, for those who cannot see it; stands in the SVG too.
    svg : Markup
        The drawing.
    data : DataFrame
        What is drawn.
    papers : mapping
        Of :mod:`analysis.figures.paper`: width → its files; empty where no paper is wanted.
    """

    name: str
    title: str
    caption: str
    alt: str
    svg: Markup
    data: pd.DataFrame
    papers: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)

    def _repr_mimebundle_(self, **_asked: Any) -> dict[str, Any]:
        html = _FIGURE.render(
            name=self.name,
            title=self.title,
            caption=self.caption,
            svg=self.svg,
            data_label=_("Dữ liệu (CSV)"),
        )
        return {
            "text/html": html,
            "text/plain": self.alt,
            "text/csv": self.data.to_csv(index=False, lineterminator="\n"),
            MIME_NAME: {"name": self.name, "kind": "figure"},
            **({MIME_PAPERS: self.papers} if self.papers else {}),
        }


@dataclass(frozen=True, slots=True)
class Head:
    """Head of a table's column: its words, and whether its cells are numbers."""

    label: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the reader sees it, and the data behind it.

    Attributes
    ----------
    name : str
        File name without its ending, and anchor in the report.
    title, caption : str
        Words above the table.
    heads : sequence of Head
        Columns.
    rows : sequence of sequence of str
        Cells; text is escaped, Markup is not.
    data : DataFrame
        The same as plain numbers.
    notes : sequence of str
        Sentences under the table.
    """

    name: str
    title: str
    caption: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[str]]
    data: pd.DataFrame = field(repr=False)
    notes: Sequence[str] = ()

    def to_latex(self) -> str:
        """Return the table in LaTeX, with the rules of booktabs."""
        return latex.table(
            self.name,
            f"{self.title}. {self.caption}" if self.caption else self.title,
            [(head.label, head.numeric) for head in self.heads],
            self.rows,
            self.notes,
        )

    def to_html(self) -> str:
        """Return the table as a piece of HTML for another page."""
        return fragment(str(self._repr_mimebundle_()["text/html"]))

    def _repr_mimebundle_(self, **_asked: Any) -> dict[str, Any]:
        html = _TABLE.render(
            name=self.name,
            title=self.title,
            caption=self.caption,
            heads=self.heads,
            rows=self.rows,
            notes=self.notes,
            data_label=_("Dữ liệu (CSV)"),
        )
        return {
            "text/html": html,
            "text/plain": f"{self.title}: {len(self.rows)}",
            "text/csv": self.data.to_csv(index=False, lineterminator="\n"),
            "text/latex": self.to_latex(),
            MIME_NAME: {"name": self.name, "kind": "table"},
        }


def fragment(html: str) -> str:
    """Return a table as a report shows it as a piece of HTML for another page: nothing in it leads into the report.

    Parameters
    ----------
    html : str
        Of a :class:`Table`, numbered or not.
    """
    table = html[html.index("<table>") : html.index("</table>") + len("</table>")]
    words = html[html.index("<figcaption>") + len("<figcaption>") : html.index("</figcaption>")]
    words = re.sub(
        r'<a class="kn-data".*?</a>|<span class="kn-number">.*?</span>', "", words, flags=re.DOTALL
    )
    table = re.sub(r'<a href="#[^"]*">(.*?)</a>', r"\1", table)
    notes = re.search(r'<ul class="kn-notes">.*?</ul>', html, re.DOTALL)
    captioned = table.replace("<table>", f"<table>\n<caption>{words.strip()}</caption>", 1)
    return f"{captioned}\n{notes.group(0)}\n" if notes else f"{captioned}\n"


def of_simulation(text: str) -> str:
    r"""Return the data of a figure or table with a column that says that a simulation made them.

    Those that tell it of each row stay as they are. A column is read like any other, where a line above the
    head would not be.

    Examples
    --------
    >>> of_simulation("year,admitted\n2016,7\n")
    'year,admitted,synthetic\n2016,7,True\n'
    >>> of_simulation("synthetic,year\nTrue,2016\n")
    'synthetic,year\nTrue,2016\n'
    """
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    if any("synthetic" in name for name in head):
        return text
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(
        [[*head, "synthetic"], *([*row, True] for row in rows)]
    )
    return written.getvalue()


def first_rows(table: Table) -> Table:
    """Return a table as a page shows it: a long one with its first rows and a note of how many there are.

    Its data stay whole, and so does the CSV file made of them.
    """
    if len(table.rows) <= MOST_ROWS:
        return table
    words = _("Trang này giữ {shown} trong {all} dòng; tệp dữ liệu giữ tất cả.")
    note = words.format(shown=number(MOST_ROWS), all=number(len(table.rows)))
    return replace(table, rows=table.rows[:MOST_ROWS], notes=[note, *table.notes])


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences made from results: paragraphs, or the items of a list."""

    lines: Sequence[str | Markup]
    listed: bool = False

    def _repr_mimebundle_(self, **_asked: Any) -> dict[str, Any]:
        template = _LIST if self.listed else _PROSE
        return {
            "text/html": template.render(lines=self.lines),
            "text/plain": "\n".join(str(line) for line in self.lines),
        }


def link(url: str, text: str) -> Markup:
    """Return a link to a web address, or the escaped text alone where there is none."""
    if url.startswith(("http://", "https://")):
        return Markup('<a href="{}" rel="noopener">{}</a>').format(url, text)
    return Markup("{}").format(text)


def show(*things: Any) -> None:
    """Show what there is: nothing for None, so that a section without data stays empty."""
    for thing in things:
        if thing is not None:
            display(thing)


@dataclass(frozen=True, slots=True)
class Title:
    """Heading of a report, with a line under it."""

    text: str
    line: str

    def _repr_mimebundle_(self, **_asked: Any) -> dict[str, Any]:
        html = Markup('<h1>{}</h1>\n<p class="kn-lead">{}</p>').format(self.text, self.line)
        return {"text/html": str(html), "text/plain": f"{self.text}\n{self.line}"}
