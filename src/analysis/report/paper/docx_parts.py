"""What pandoc leaves to do in a Word file: drawings as vectors, contents that stand there at once, tables, who made it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from markupsafe import escape

from analysis.errors import KetnapError
from analysis.report.paper.docx_tables import with_tables

_PICTURE = re.compile(
    r'(<pic:cNvPr[^>]*descr="([a-z0-9-]+)\.png"[^>]*>.*?<a:blip r:embed="\w+") ?/>', re.DOTALL
)
_CONTENTS = re.compile(
    r'<w:p>(<w:r><w:fldChar w:fldCharType="begin" [^>]*/>.*?<w:fldChar w:fldCharType="separate" />)'
    r'(<w:fldChar w:fldCharType="end" /></w:r></w:p>)'
)
_HEADING = re.compile(
    r'<w:bookmarkStart [^>]*w:name="([^"]+)" ?/>\s*<w:p><w:pPr><w:pStyle w:val="Heading1" ?/>'
)
_ENTRY = '<w:p><w:pPr><w:pStyle w:val="TOC1" /></w:pPr>'
_VECTOR = (
    '<a:extLst><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}"><asvg:svgBlip '
    'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="{id}"/></a:ext></a:extLst>'
)
_AUTHOR = "ketnap"
_INDENTS = b'w:left="720" w:hanging="360"', b'w:left="284" w:hanging="227"'
"""Of the items of lists: pandoc's, and the house's."""

_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"


def finished(document: bytes, drawings: Mapping[str, str], contents: Sequence[str]) -> bytes:
    """Return a Word file with its drawings and contents.

    Parameters
    ----------
    document : bytes
        As pandoc makes it.
    drawings : mapping
        Name of the picture in the file, without its ending → the drawing as SVG. The picture stays, for
        programs that do not show drawings.
    contents : sequence of str
        Words of each heading of level 1. Word offers to add their pages when it opens the file.

    Raises
    ------
    KetnapError
        The file is not as pandoc makes it.
    """
    parts = _parts(document)
    text = parts["word/document.xml"].decode()
    text, pictures = _PICTURE.subn(_with_vector, text)
    anchors = _HEADING.findall(text)  # pandoc shortens those that are too long for Word
    if pictures != len(drawings) or len(anchors) != len(contents):
        told = f"{len(anchors)} headings of {len(contents)}, {pictures} pictures of {len(drawings)}"
        raise KetnapError(f"pandoc made {told}")
    entries = _entries(zip(anchors, contents, strict=True))
    text = _CONTENTS.sub(lambda field: f"{_ENTRY}{field[1]}</w:r>{entries}<w:r>{field[2]}", text)
    parts["word/document.xml"] = with_tables(text).encode()
    _append(parts, "word/settings.xml", "<w:rsids>", '<w:updateFields w:val="true"/>')
    _append(parts, "docProps/core.xml", "</dc:creator>", _AUTHOR)
    parts["word/numbering.xml"] = parts["word/numbering.xml"].replace(*_INDENTS)
    links = ""
    for name, svg in drawings.items():
        parts[f"word/media/{name}.svg"] = _for_word(svg).encode()
        links += f'<Relationship Id="svg-{name}" Type="{_IMAGE}" Target="media/{name}.svg"/>'
    _append(parts, "word/_rels/document.xml.rels", "</Relationships>", links)
    _append(
        parts, "[Content_Types].xml", "</Types>", '<Default Extension="svg" ContentType="image/svg+xml"/>'
    )
    return _zipped(parts)


def _with_vector(match: re.Match[str]) -> str:
    return f"{match[1]}>{_VECTOR.format(id=f'svg-{match[2]}')}</a:blip>"


def _for_word(svg: str) -> str:
    """Return a drawing whose references Word follows: it knows them by their older name only."""
    linked = svg.replace(' href="#', ' xlink:href="#')
    return linked.replace("<svg ", '<svg xmlns:xlink="http://www.w3.org/1999/xlink" ', 1)


def _entries(contents: Iterable[tuple[str, str]]) -> str:
    return f"</w:p>{_ENTRY}".join(
        f'<w:hyperlink w:anchor="{escape(anchor)}"><w:r><w:t>{escape(words)}</w:t></w:r></w:hyperlink>'
        for anchor, words in contents
    )


def _append(parts: dict[str, bytes], name: str, end: str, more: str) -> None:
    """Write more into a part, before a mark that stands in it once."""
    text = parts[name].decode()
    if text.count(end) != 1:
        raise KetnapError(f"pandoc made {name} with {text.count(end)} {end}")
    parts[name] = text.replace(end, more + end).encode()


def _parts(document: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(document)) as file:
        return {name: file.read(name) for name in file.namelist()}


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return a file of parts; each of the same day, so that the same parts give the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for name, content in parts.items():
            written.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()
