"""Makes the reference document that gives Word files their styles: `python tools/reference_docx.py`.

It starts from pandoc's own, so that every style that pandoc asks for is there; what the house sets otherwise
stands below. The house's fonts are embedded, for few readers have them.
"""

from __future__ import annotations

import io
import subprocess
import uuid
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pypandoc

FOLDER = Path(__file__).resolve().parents[1] / "src" / "analysis" / "report" / "paper"
FONT = "Be Vietnam Pro"
FACES = {"Regular": "Regular", "SemiBold": "Bold", "Italic": "Italic", "SemiBoldItalic": "BoldItalic"}
INK, SOFT, BLUE, LINE = "1B1D21", "565A62", "1F5FA8", "C4C7CC"

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "application/vnd.openxmlformats-officedocument"
SPACES = f'xmlns:w="{W}" xmlns:r="{R}"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def paragraph(before: int, after: int, more: str = "") -> str:
    """Return the spacing of a paragraph, in twentieths of a point."""
    return f'{more}<w:spacing w:before="{before}" w:after="{after}" w:line="276" w:lineRule="auto"/>'


def letters(size: float, colour: str = INK, bold: bool = False) -> str:
    """Return the look of upright letters of a size in points."""
    weight = "<w:b/><w:bCs/>" if bold else '<w:b w:val="0"/><w:bCs w:val="0"/>'
    weight += '<w:i w:val="0"/><w:iCs w:val="0"/>'
    halves = round(2 * size)
    return f'{weight}<w:color w:val="{colour}"/><w:sz w:val="{halves}"/><w:szCs w:val="{halves}"/>'


KEEP = "<w:keepNext/><w:keepLines/>"
LEFT = '<w:jc w:val="left"/>'
STYLES: dict[str, tuple[str, str]] = {
    "BodyText": (paragraph(0, 140), ""),
    "Compact": (paragraph(20, 20), letters(7.5)),
    "Title": (paragraph(0, 80, KEEP) + LEFT, letters(20, bold=True)),
    "Subtitle": (paragraph(0, 240, KEEP) + LEFT, letters(10, SOFT)),
    "Heading1": (paragraph(360, 120, KEEP) + '<w:outlineLvl w:val="0"/>', letters(13.5, bold=True)),
    "Heading2": (paragraph(240, 100, KEEP) + '<w:outlineLvl w:val="1"/>', letters(11, bold=True)),
    "TOCHeading": (paragraph(240, 100, KEEP), letters(13.5, bold=True)),
    "Caption": (paragraph(0, 120) + LEFT, letters(8.5)),
    "TableCaption": (paragraph(240, 80, KEEP), ""),
    "ImageCaption": (paragraph(60, 240), ""),
    "CaptionedFigure": (paragraph(160, 0, "<w:keepNext/>"), ""),
    "VerbatimChar": (
        "",
        '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/><w:sz w:val="17"/>',
    ),
    "Hyperlink": ("", f'<w:color w:val="{BLUE}"/>'),
}
NEW_STYLES = f"""
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/>
<w:uiPriority w:val="39"/><w:pPr><w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9411"/></w:tabs>
<w:spacing w:before="0" w:after="60"/></w:pPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableNotes"><w:name w:val="Table Notes"/>
<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{paragraph(40, 40)}</w:pPr><w:rPr>{letters(8, SOFT)}</w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Opening"><w:name w:val="Opening"/>
<w:basedOn w:val="BodyText"/><w:next w:val="BodyText"/><w:qFormat/><w:pPr>{paragraph(240, 140)}</w:pPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="ListItems"><w:name w:val="List Items"/>
<w:basedOn w:val="BodyText"/><w:qFormat/><w:pPr>{paragraph(0, 80)}</w:pPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="SourceCode"><w:name w:val="Source Code"/>
<w:basedOn w:val="Normal"/><w:link w:val="VerbatimChar"/><w:pPr><w:keepLines/><w:wordWrap w:val="off"/></w:pPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Colophon"><w:name w:val="Colophon"/>
<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{paragraph(60, 60)}</w:pPr><w:rPr>{letters(8.5, SOFT)}</w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Header"><w:name w:val="header"/><w:basedOn w:val="Normal"/>
<w:pPr><w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="{LINE}"/></w:pBdr></w:pPr>
<w:rPr>{letters(8, SOFT)}</w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Footer"><w:name w:val="footer"/><w:basedOn w:val="Normal"/>
<w:pPr><w:tabs><w:tab w:val="right" w:pos="9411"/></w:tabs></w:pPr><w:rPr>{letters(8, SOFT)}</w:rPr></w:style>
"""
RULE = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'
TABLE = (
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblBorders>'
    + RULE.format(side="top", size=8, colour=INK)
    + RULE.format(side="bottom", size=8, colour=INK)
    + RULE.format(side="insideH", size=2, colour=LINE)
    + '</w:tblBorders><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
    '</w:tblPr><w:trPr><w:cantSplit/></w:trPr><w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:tcBorders>'
    + RULE.format(side="bottom", size=4, colour=INK)
    + "</w:tcBorders></w:tcPr></w:tblStylePr>"
)
PAGE = (
    '<w:headerReference w:type="default" r:id="rId101"/><w:footerReference w:type="default" r:id="rId102"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1361" w:right="1247" w:bottom="1247" w:left="1247" w:header="709" w:footer="567" w:gutter="0"/>'
)


def field(name: str) -> str:
    """Return a field that Word fills."""
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


HEADER = f'{HEAD}<w:hdr {SPACES}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{field("TITLE")}</w:p></w:hdr>'
FOOTER = (
    f'{HEAD}<w:ftr {SPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:r><w:t>ketnap</w:t></w:r>'
    f'<w:r><w:tab/></w:r>{field("PAGE")}<w:r><w:t xml:space="preserve"> / </w:t></w:r>{field("NUMPAGES")}'
    "</w:p></w:ftr>"
)


def w(name: str) -> str:
    """Return a name in Word's name space."""
    return f"{{{W}}}{name}"


def pieces(text: str) -> list[ElementTree.Element]:
    """Return the elements that a text of XML holds."""
    return list(ElementTree.fromstring(f"<x {SPACES}>{text}</x>"))


def styled(xml: bytes) -> bytes:
    """Return the styles with the house's own."""
    root = ElementTree.fromstring(xml)
    defaults = root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}")
    assert defaults is not None
    defaults[:] = pieces(
        f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}" w:eastAsia="{FONT}"/>'
        f'<w:color w:val="{INK}"/><w:sz w:val="20"/><w:szCs w:val="20"/><w:lang w:val="vi-VN"/>'
    )
    for fonts in root.iter(w("rFonts")):
        if any("Theme" in name or "theme" in name for name in fonts.attrib):
            fonts.attrib.clear()
            fonts.attrib.update({w(name): FONT for name in ("ascii", "hAnsi", "cs", "eastAsia")})
    for style in root.iter(w("style")):
        name = style.get(w("styleId"))
        if name == "Table":
            for part in style.findall(w("tblPr")) + style.findall(w("tblStylePr")):
                style.remove(part)
            style.extend(pieces(TABLE))
        elif name in STYLES:
            for part in style.findall(w("pPr")) + style.findall(w("rPr")):
                style.remove(part)
            look, face = STYLES[name]
            style.extend(
                pieces(
                    (f"<w:pPr>{look}</w:pPr>" if look else "") + (f"<w:rPr>{face}</w:rPr>" if face else "")
                )
            )
    root.extend(pieces(NEW_STYLES))
    return written(root)


def written(root: ElementTree.Element) -> bytes:
    """Return XML as a part of the document."""
    return HEAD.encode() + ElementTree.tostring(root)


def scrambled(font: bytes, key: uuid.UUID) -> bytes:
    """Return a font as Word embeds it: its first 32 bytes mixed with the key (ISO/IEC 29500-1, 17.8.1)."""
    mask = key.bytes[::-1] * 2
    return bytes(letter ^ mix for letter, mix in zip(font[:32], mask, strict=True)) + font[32:]


def main() -> None:
    """Write the reference document."""
    ElementTree.register_namespace("w", W)
    ElementTree.register_namespace("r", R)
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    default = zipfile.ZipFile(io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout))
    parts = {name: default.read(name) for name in default.namelist() if not name.endswith("/")}

    parts["word/styles.xml"] = styled(parts["word/styles.xml"])
    parts["word/header1.xml"], parts["word/footer1.xml"] = HEADER.encode(), FOOTER.encode()
    document = ElementTree.fromstring(parts["word/document.xml"])
    (section,) = document.iter(w("sectPr"))
    section[:] = pieces(PAGE)
    parts["word/document.xml"] = written(document)

    faces, links = "", ""
    for place, (file, face) in enumerate(FACES.items(), start=1):
        key = uuid.uuid5(uuid.NAMESPACE_URL, file)
        parts[f"word/fonts/font{place}.odttf"] = scrambled(
            (FOLDER / "fonts" / f"BeVietnamPro-{file}.ttf").read_bytes(), key
        )
        faces += f'<w:embed{face} r:id="rId{place}" w:fontKey="{{{str(key).upper()}}}"/>'
        links += f'<Relationship Id="rId{place}" Type="{R}/font" Target="fonts/font{place}.odttf"/>'
    parts["word/fontTable.xml"] = (
        f'{HEAD}<w:fonts {SPACES}><w:font w:name="{FONT}"><w:altName w:val="Arial"/><w:charset w:val="00"/>'
        f'<w:family w:val="swiss"/><w:pitch w:val="variable"/>{faces}</w:font></w:fonts>'
    ).encode()
    parts["word/_rels/fontTable.xml.rels"] = (
        f'{HEAD}<Relationships xmlns="{RELATIONS}">{links}</Relationships>'.encode()
    )

    kinds = f'<Default Extension="odttf" ContentType="{OFFICE}.obfuscatedFont"/>'
    for kind in ("header", "footer"):
        kinds += (
            f'<Override PartName="/word/{kind}1.xml" ContentType="{OFFICE}.wordprocessingml.{kind}+xml"/>'
        )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>", f"{kinds}</Types>".encode()
    )
    more = "".join(
        f'<Relationship Id="rId10{place}" Type="{R}/{kind}" Target="{kind}1.xml"/>'
        for place, kind in enumerate(("header", "footer"), start=1)
    )
    name = "word/_rels/document.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", f"{more}</Relationships>".encode())

    with zipfile.ZipFile(FOLDER / "reference.docx", "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
