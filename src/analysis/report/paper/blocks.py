"""What a report on paper is made of: headings, paragraphs, lists, figures and tables, in reading order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Words of one look.

    Attributes
    ----------
    text : str
        A line ends at a line feed.
    bold, italic, code : bool
        The look.
    link : str
        Web address, or ``#`` and the anchor of a place in the report; empty for none.
    language : str
        Of the words, where it is not the report's.
    anchor : str
        Name by which links find these words; empty for none.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""
    language: str = ""
    anchor: str = ""


Text = tuple[Words, ...]
"""Words that follow each other, spaces included."""


def plain(text: Text) -> str:
    """Return the letters of a text alone."""
    return "".join(words.text for words in text)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading under the report's title: of level 2 or 3, as in the notebook."""

    level: int
    text: Text
    anchor: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: Text


@dataclass(frozen=True, slots=True)
class List:
    """A list of items, with numbers or without."""

    items: tuple[Text, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that keep their breaks and spaces."""

    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing and its words.

    Attributes
    ----------
    name : str
        Anchor in the report.
    label : str
        What the text calls it: ``Hình 1``.
    title : str
        Without its full stop.
    caption : Text
        What follows the title: intervals, denominators, source.
    alt : str
        What the figure shows.
    svg : str
        The drawing as a file of its own.
    """

    name: str
    label: str
    title: str
    caption: Text
    alt: str
    svg: str


@dataclass(frozen=True, slots=True)
class Head:
    """Head of a column, and whether its cells are numbers."""

    text: Text
    numeric: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its words; name, label, title and caption as of a figure.

    Attributes
    ----------
    heads : tuple of Head
        One a column.
    rows : tuple of tuple of Text
        As many cells each as there are heads; the first cell names the row.
    notes : tuple of Text
        Sentences under the table.
    """

    name: str
    label: str
    title: str
    caption: Text
    heads: tuple[Head, ...]
    rows: tuple[tuple[Text, ...], ...]
    notes: tuple[Text, ...]


Block = Heading | Paragraph | List | Code | Figure | Table


@dataclass(frozen=True, slots=True)
class Paper:
    """A report to be set on paper.

    Attributes
    ----------
    title, line : str
        The report's title and the line under it.
    language : str
        Of the report.
    blocks : tuple
        What follows, in reading order.
    made : str
        What made the report, and of which version.
    colophon : tuple of (str, str)
        Labels and words: what the report was made with and from.
    """

    title: str
    line: str
    language: str
    blocks: tuple[Block, ...]
    made: str
    colophon: tuple[tuple[str, str], ...]
