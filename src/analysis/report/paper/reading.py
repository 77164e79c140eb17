"""From a prepared notebook to the blocks of a paper; what is not known is refused, never dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any
from urllib.parse import quote

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbformat import NotebookNode

from analysis.clean.text import slug
from analysis.errors import KetnapError
from analysis.report import render
from analysis.report.paper.blocks import (
    Block,
    Code,
    Figure,
    Head,
    Heading,
    List,
    Paper,
    Paragraph,
    Table,
    Text,
    Words,
    plain,
)

_DRAWING = re.compile(r"<svg .*</svg>", re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_PLAIN = "%/:=&?~#+!$,;'@()*[]"
"""Marks that stand in an address as they are; letters beyond ASCII do not, in a PDF."""

_ONLY_ON_SCREEN = ("kn-data", "anchor-link")
"""Classes of links that mean nothing on paper: to a file beside the page, from a heading to itself."""


class PaperError(KetnapError):
    """A report holds something that a PDF or a Word file has no form for; a defect of ours."""


def of(notebook: NotebookNode, language: str, made: str, colophon: Sequence[tuple[str, str]] = ()) -> Paper:
    """Return a report as it is set on paper.

    Parameters
    ----------
    notebook : NotebookNode
        As `render.prepared` gives it.
    language : str
        Of the reader.
    made : str
        What made the report, and of which version.
    colophon : sequence of (str, str)
        Labels and words: what the report was made with and from.

    Raises
    ------
    PaperError
        There is a thing in it that paper has no form for, or a link to nothing.
    """
    title, line, blocks = "", "", []
    for page, data in _pages(notebook):
        for tag in _tags(page):
            if tag.name == "h1":
                title = tag.get_text().strip()
            elif tag.name == "p" and "kn-lead" in tag.get_attribute_list("class"):
                line = tag.get_text().strip()
            else:
                blocks += _blocks(tag, data)
    if not title:
        raise PaperError("the report has no title")
    _check_links(blocks)
    return Paper(title, line, language, tuple(blocks), made, tuple(colophon))


def _pages(notebook: NotebookNode) -> Iterator[tuple[BeautifulSoup, dict[str, Any]]]:
    """Yield what each prose cell and each output shows, and the output's other forms."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield BeautifulSoup(markdown2html_mistune(cell.source), "html.parser"), {}
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                # Thousands of paths are slow to read, and are not wanted as tags
                yield BeautifulSoup(_DRAWING.sub("", data["text/html"]), "html.parser"), data


def _tags(parent: Tag) -> Iterator[Tag]:
    for child in parent.children:
        if isinstance(child, Tag):
            yield child
        elif not isinstance(child, Comment) and str(child).strip():
            raise PaperError(f"words outside of a paragraph: {str(child).strip()[:60]!r}")


def _blocks(tag: Tag, data: dict[str, Any]) -> list[Block]:
    """Return the blocks of one element of a page."""
    classes = tag.get_attribute_list("class")
    if tag.name in ("h2", "h3"):
        text = _text(tag)
        return [Heading(int(tag.name[1]), text, f"s-{slug(plain(text))}")]
    if tag.name == "p":
        return [Paragraph(_text(tag))]
    if tag.name in ("ul", "ol"):
        return [List(tuple(_text(item) for item in _only(tag, "li")), tag.name == "ol")]
    if tag.name == "pre":
        return [Code(tag.get_text().strip("\n"))]
    if tag.name == "figure" and "kn-figure" in classes:
        return [_figure(tag, data)]
    if tag.name == "figure" and "kn-table" in classes:
        return [_table(tag)]
    raise PaperError(f"no form on paper for {_told(tag)}")


def _only(tag: Tag, name: str) -> list[Tag]:
    found = list(_tags(tag))
    for child in found:
        if child.name != name:
            raise PaperError(f"{_told(child)} in {_told(tag)}, where only <{name}> is known")
    return found


def _told(tag: Tag) -> str:
    return f"<{tag.name} {tag.attrs}>"


def _figure(tag: Tag, data: dict[str, Any]) -> Figure:
    drawing = _DRAWING.search(data["text/html"])
    if drawing is None:
        raise PaperError(f"figure {tag['id']} without a drawing")
    label, title, caption = _caption(tag)
    return Figure(
        str(tag["id"]), label, title, caption, data["text/plain"], render.standalone(drawing.group(0))
    )


def _table(tag: Tag) -> Table:
    label, title, caption = _caption(tag)
    heads, rows, notes = tag.select("thead th"), tag.select("tbody tr"), tag.select("ul.kn-notes")
    cells = tuple(tuple(_text(cell) for cell in row.find_all(["th", "td"])) for row in rows)
    if not heads or any(len(row) != len(heads) for row in cells):
        raise PaperError(f"table {tag['id']} has rows of more or fewer cells than heads")
    return Table(
        str(tag["id"]),
        label,
        title,
        caption,
        tuple(Head(_text(head), "num" in head.get_attribute_list("class")) for head in heads),
        cells,
        tuple(_text(item) for note in notes for item in _only(note, "li")),
    )


def _caption(tag: Tag) -> tuple[str, str, Text]:
    """Return label, title and the rest of the words of a figure or table."""
    words = tag.figcaption
    if words is None or words.strong is None:
        raise PaperError(f"{tag['id']} has no title")
    number, strong = words.select_one(".kn-number"), words.strong
    label = number.get_text().strip().rstrip(".:") if number else ""
    title = strong.get_text().strip().removesuffix(".")
    for part in (number, strong):
        if part is not None:
            part.extract()
    return label, title, _text(words)


# Words -----------------------------------------------------------------------------------------------------


def _text(tag: Tag) -> Text:
    """Return the words of an element: spaces as a browser shows them, neighbours of one look as one."""
    joined: list[Words] = []
    for words in _words(tag, Words("")):
        before = joined[-1] if joined else None
        text = words.text
        if before is None or before.text.endswith((" ", "\n")):
            text = text.removeprefix(" ")
        if before is not None and replace(before, text="", anchor="") == replace(words, text=""):
            joined[-1] = replace(before, text=before.text + text)
        elif text or words.anchor:
            joined.append(replace(words, text=text))
    if joined:
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip(" \n"))
    return tuple(words for words in joined if words.text or words.anchor)


def _words(tag: Tag, look: Words) -> Iterator[Words]:
    """Yield the words of an element and of those in it, each with its look."""
    for child in tag.children:
        if isinstance(child, Comment):
            continue
        if isinstance(child, NavigableString):
            yield replace(look, text=str(child) if look.code else _SPACE.sub(" ", str(child)))
        elif isinstance(child, Tag):
            yield from _of_look(child, look)


def _of_look(tag: Tag, look: Words) -> Iterator[Words]:
    if tag.name == "br":
        yield replace(look, text="\n")
        return
    if tag.name == "a" and set(tag.get_attribute_list("class")) & set(_ONLY_ON_SCREEN):
        return
    if tag.name in ("strong", "b"):
        look = replace(look, bold=True)
    elif tag.name in ("em", "i", "cite"):
        look = replace(look, italic=True)
    elif tag.name == "code":
        look = replace(look, code=True)
    elif tag.name == "a" and re.match(r"https?://|#", str(tag.get("href", ""))):
        look = replace(look, link=quote(str(tag["href"]), safe=_PLAIN))
    elif tag.name != "span" or set(tag.attrs) - {"id", "lang", "class"}:
        raise PaperError(f"no form on paper for {_told(tag)} among words")
    if "lang" in tag.attrs:
        look = replace(look, language=str(tag["lang"]))
    for place, words in enumerate(_words(tag, look)):
        yield replace(words, anchor=str(tag["id"])) if place == 0 and "id" in tag.attrs else words


# Links -----------------------------------------------------------------------------------------------------


def _check_links(blocks: Iterable[Block]) -> None:
    """Refuse links to a place that the report does not have, and two places of one name."""
    words = list(_all_words(blocks))
    anchors = [block.anchor for block in blocks if isinstance(block, Heading)]
    anchors += [block.name for block in blocks if isinstance(block, Figure | Table)]
    anchors += [one.anchor for one in words if one.anchor]
    if twice := sorted({anchor for anchor in anchors if anchors.count(anchor) > 1}):
        raise PaperError(f"two places of one name: {', '.join(twice)}")
    wanted = {one.link[1:] for one in words if one.link.startswith("#")}
    if missing := sorted(wanted - set(anchors)):
        raise PaperError(f"links to what the report does not show: {', '.join(missing)}")


def _all_words(value: Any) -> Iterator[Words]:
    """Yield all words in blocks, wherever they stand."""
    if isinstance(value, Words):
        yield value
    elif is_dataclass(value):
        for part in fields(value):
            yield from _all_words(getattr(value, part.name))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _all_words(one)
