"""Reports as PDF and Word files: what the page says, tagged, numbered and set so that an author can go on."""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import nbformat
import pypdf
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from markupsafe import escape
from nbformat.v4 import new_code_cell, new_notebook, new_output

from analysis.report import paper, pdf
from analysis.report.job import Job
from analysis.report.rendered import rendered as rendered_again
from analysis.shown import Title

pytestmark = pytest.mark.xdist_group("rendered")

LANGUAGES = ("vi", "en")
FOLDERS = ("nghe-an", "comparison", "data-quality", "nghe-an-register", "comparison-register")
FONTS = ("BeVietnamPro", "DejaVuSans")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PLAIN = "%/:=&?~#+!$,;'@()*[]"
A4 = (595.276, 841.89)


def letters(text: str) -> str:
    """Return a text without spaces, for lines and pages break it where they will."""
    return re.sub(r"[\s\u00ad\u200b\u0002\ufffe-]+", "", unicodedata.normalize("NFC", text))


@dataclass(frozen=True)
class Files:
    """The files of one report in one language."""

    folder: Path
    language: str

    def __hash__(self) -> int:
        return hash((self.folder, self.language))

    def read(self, ending: str) -> bytes:
        """Return the report in a format."""
        suffix = "" if self.language == "vi" else f".{self.language}"
        return (self.folder / f"report{suffix}.{ending}").read_bytes()

    @cached_property
    def page(self) -> BeautifulSoup:
        """The page, as a browser reads it."""
        return BeautifulSoup(self.read("html"), "html.parser")

    @cached_property
    def pdf(self) -> pypdf.PdfReader:
        """The PDF, for its tags."""
        return pypdf.PdfReader(io.BytesIO(self.read("pdf")))

    @cached_property
    def sheets(self) -> list[str]:
        """Text of each page of the PDF without head and foot, as a reader of it finds it."""
        document = pypdfium2.PdfDocument(self.read("pdf"))
        found = [sheet.get_textpage().get_text_bounded() for sheet in document]
        title = letters(self.page.h1.get_text())
        bare = [re.sub(rf"ketnap{n}/{len(found)}$", "", letters(text)) for n, text in enumerate(found, 1)]
        return [bare[0], *(text.removeprefix(title) for text in bare[1:])]

    @cached_property
    def word(self) -> zipfile.ZipFile:
        """The Word file's parts."""
        return zipfile.ZipFile(io.BytesIO(self.read("docx")))

    @cached_property
    def body(self) -> ElementTree.Element:
        """The Word file's text."""
        return ElementTree.fromstring(self.word.read("word/document.xml"))

    def sentences(self) -> list[str]:
        """Return the text of each paragraph, item, caption and cell of the page that stands on paper too."""
        main = BeautifulSoup(str(self.page.main), "html.parser")
        for tag in main.select("svg, .kn-data, .kn-code, script"):
            tag.decompose()
        return [tag.get_text() for tag in main.select("h1, h2, h3, p, li, th, td, figcaption, pre")]


@pytest.fixture(scope="session")
def made(rendered: Path) -> Path:
    """Return a folder of reports of all five templates, in both languages and all formats."""
    return rendered


@pytest.fixture(scope="session")
def known() -> dict[tuple[str, str], Files]:
    """Return the reports that were read already: to read one takes longer than to test it."""
    return {}


@pytest.fixture(params=[f"{folder} {language}" for folder in FOLDERS for language in LANGUAGES])
def files(request: pytest.FixtureRequest, made: Path, known: dict[tuple[str, str], Files]) -> Files:
    """Return the files of each report in each language."""
    folder, language = request.param.split()
    return known.setdefault((folder, language), Files(made / folder, language))


# PDF -------------------------------------------------------------------------------------------------------


def elements(node: Any) -> Iterator[Any]:
    """Yield the structure elements of a PDF, each before those in it."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from elements(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


def test_a_pdf_is_tagged_and_says_so(files: Files) -> None:
    root = files.pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  pypdf's own kind of truth
    assert root["/Lang"].split("-")[0] == files.language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data().decode()
    assert files.pdf.metadata.title == files.page.h1.get_text()
    assert all("/StructParents" in sheet and sheet["/Tabs"] == "/S" for sheet in files.pdf.pages)


def test_the_tags_of_a_pdf_are_those_of_the_report(files: Files) -> None:
    tags = list(elements(files.pdf.trailer["/Root"]["/StructTreeRoot"]))
    count = Counter(tag["/S"] for tag in tags)
    drawings = files.page.select("main figure svg[role=img]")
    assert [str(tag["/Alt"]) for tag in tags if tag["/S"] == "/Figure"] == [
        svg["aria-label"] for svg in drawings
    ]
    assert count["/Table"] == len(files.page.select("main table"))
    assert count["/TH"] == len(files.page.select("main thead th"))
    assert count["/TR"] == len(files.page.select("main table tr"))
    assert count["/Caption"] == len(files.page.select("main figcaption"))
    assert count["/H1"] == len(files.page.select("main h2")) + 1  # and the head of the contents
    assert count["/H2"] == len(files.page.select("main h3"))


def test_every_font_of_a_pdf_is_in_it_with_its_letters(files: Files) -> None:
    fonts = {}
    for sheet in files.pdf.pages:
        for name, font in sheet["/Resources"].get("/Font", {}).items():
            fonts[name, font.get_object()["/BaseFont"]] = font.get_object()
    assert fonts
    for (_name, base), font in fonts.items():
        (inner,) = font["/DescendantFonts"]
        described = inner.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(described), base
        assert font["/ToUnicode"].get_data()
        assert base.split("+")[1].startswith(FONTS), base


def test_a_pdf_says_all_that_the_page_says(files: Files) -> None:
    text = "".join(files.sheets)
    missing = [words for words in files.sentences() if letters(words) not in text]
    assert [words for words in missing if not goes_over(letters(words), files.sheets)] == []


def goes_over(words: str, sheets: list[str]) -> bool:
    """Tell whether some words stand on two pages, with a drawing between their parts."""
    return any(
        words[:cut] in one and words[cut:] in other
        for one, other in pairwise(sheets)
        for cut in range(20, len(words) - 20)
    )


def test_no_page_of_a_pdf_is_half_empty(files: Files) -> None:
    document = pypdfium2.PdfDocument(files.read("pdf"))
    for place in range(len(document) - 1):
        ink = (document[place].render(scale=0.25).to_numpy()[..., :3] < 235).any(axis=(1, 2))
        inner = ink[round(0.075 * len(ink)) : round(0.93 * len(ink))]  # without its head and its foot
        empty = max((len(list(rows)) for drawn, rows in groupby(inner) if not drawn), default=0)
        assert empty < 0.3 * len(ink), place + 1


def test_nothing_of_a_pdf_leaves_the_page_or_lies_on_other_words(files: Files) -> None:
    document = pypdfium2.PdfDocument(files.read("pdf"))
    for place, sheet in enumerate(document, start=1):
        wide, high = sheet.get_size()
        assert sorted((round(wide, 1), round(high, 1))) == [round(side, 1) for side in A4]
        words = sheet.get_textpage()
        boxes = []
        for index in range(words.count_chars()):
            if words.get_text_range(index, 1).isspace():
                continue
            left, bottom, right, top = words.get_charbox(index)
            if right - left > 0.3 and top - bottom > 0.3:
                boxes.append((left, bottom, right, top))
        assert boxes
        assert min(box[0] for box in boxes) > 50, place
        assert max(box[2] for box in boxes) < wide - 50, place
        assert min(box[1] for box in boxes) > 20, place
        assert max(box[3] for box in boxes) < high - 20, place
        assert covered(list(set(boxes))) == [], place  # pdfium tells a broken word's hyphen as its letter


def covered(boxes: list[tuple[float, float, float, float]]) -> list[tuple[float, ...]]:
    """Return the boxes whose middle lies within another one."""
    rows: dict[int, list[tuple[float, float, float, float]]] = {}
    for box in boxes:
        for row in range(int(box[1]) // 20, int(box[3]) // 20 + 1):
            rows.setdefault(row, []).append(box)
    found = []
    for near in rows.values():
        for one in near:
            middle = ((one[0] + one[2]) / 2, (one[1] + one[3]) / 2)
            others = [
                box
                for box in near
                if box is not one and box[0] < middle[0] < box[2] and box[1] < middle[1] < box[3]
            ]
            found += [one for _box in others]
    return found


def test_a_table_over_pages_has_its_head_on_each(made: Path) -> None:
    comparison = Files(made / "comparison", "vi")
    (table,) = comparison.page.select("figure#sources table")
    head = letters("".join(cell.get_text() for cell in table.select("thead th")))
    rows = [letters(row.get_text()) for row in table.select("tbody tr")]
    with_rows = [sheet for sheet in comparison.sheets if any(row in sheet for row in rows)]
    assert len(with_rows) > 5
    assert all(head in sheet for sheet in with_rows)


def test_the_contents_and_the_links_of_a_pdf_lead_there(files: Files) -> None:
    heads = [head.get_text() for head in files.page.select("main h2")]
    outline = [entry.title for entry in files.pdf.outline if not isinstance(entry, list)]
    assert outline[-len(heads) :] == heads
    first = files.sheets[0] + files.sheets[1]
    for entry in (one for one in files.pdf.outline if not isinstance(one, list)):
        number = files.pdf.get_destination_page_number(entry)
        assert number is not None
        assert letters(entry.title) in files.sheets[number]
        if entry.title in heads:
            assert re.search(rf"{re.escape(letters(entry.title))}\.*{number + 1}", first)
    inner = [link for link in links(files.pdf) if "/Dest" in link or link.get("/A", {}).get("/S") == "/GoTo"]
    assert len(inner) >= len(heads) + len(files.page.select('main a[href^="#"]'))
    outer = {link["/A"]["/URI"] for link in links(files.pdf) if link.get("/A", {}).get("/S") == "/URI"}
    assert {letters(one) for one in outer} == {
        letters(quote(a["href"], safe=PLAIN)) for a in files.page.select('main a[href^="http"]')
    }


def links(document: pypdf.PdfReader) -> list[Any]:
    """Return the links of a PDF."""
    found = [note.get_object() for sheet in document.pages for note in sheet.get("/Annots", [])]
    return [note for note in found if note["/Subtype"] == "/Link"]


# Word ------------------------------------------------------------------------------------------------------


def style(paragraph: ElementTree.Element) -> str:
    """Return the style of a paragraph."""
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if found is None else found.attrib[f"{W}val"]


def said(element: ElementTree.Element) -> str:
    """Return the words of a part of a Word file."""
    return "".join(
        "\n" if part.tag == f"{W}br" else part.text or ""
        for part in element.iter()
        if part.tag in (f"{W}t", f"{W}br")
    )


def styled(files: Files, *names: str) -> list[str]:
    """Return the words of the paragraphs of some styles, in order."""
    return [letters(said(one)) for one in files.body.iter(f"{W}p") if style(one) in names]


def shown(files: Files, chosen: str) -> list[str]:
    """Return the words of some elements of the page, in order, without what stands only on a screen."""
    found = [BeautifulSoup(str(tag), "html.parser") for tag in files.page.select(chosen)]
    for tag in (link for one in found for link in one.select(".kn-data")):
        tag.decompose()
    return [letters(one.get_text()) for one in found]


def test_a_word_file_has_the_headings_captions_and_notes_of_the_page(files: Files) -> None:
    assert styled(files, "Title") == shown(files, "h1")
    assert styled(files, "Heading1") == shown(files, "main h2")
    assert styled(files, "Heading2") == shown(files, "main h3")
    assert styled(files, "TOC1") == shown(files, "main h2")
    assert styled(files, "ImageCaption") == shown(files, "main .kn-figure figcaption")
    assert styled(files, "TableCaption") == shown(files, "main .kn-table figcaption")
    assert styled(files, "TableNotes") == shown(files, "main .kn-notes li")
    labels = [words.split(".")[0] for words in styled(files, "ImageCaption", "TableCaption")]
    assert all(re.fullmatch(r"(Hình|Bảng|Figure|Table)\d+", label) for label in labels)


def test_a_word_file_says_all_that_the_page_says(files: Files) -> None:
    text = letters(said(files.body))
    assert [words for words in files.sentences() if letters(words) not in text] == []


def test_the_tables_of_a_word_file_are_tables_whose_heads_repeat(files: Files) -> None:
    tables = list(files.body.iter(f"{W}tbl"))
    pages = files.page.select("main table")
    assert len(tables) == len(pages)
    for table, page in zip(tables, pages, strict=True):
        rows = list(table.iter(f"{W}tr"))
        assert [bool(row.findall(f"{W}trPr/{W}tblHeader")) for row in rows] == [
            True,
            *[False] * (len(rows) - 1),
        ]
        cells = [[letters(said(cell)) for cell in row.iter(f"{W}tc")] for row in rows]
        assert cells == [
            [letters(cell.get_text()) for cell in row.select("th, td")] for row in page.select("tr")
        ]


def test_the_pictures_of_a_word_file_are_drawings_with_words(files: Files) -> None:
    drawings = files.page.select("main figure svg[role=img]")
    described = [
        one.attrib["descr"] for one in files.body.iter() if one.tag.endswith("wordprocessingDrawing}docPr")
    ]
    assert described == [svg["aria-label"] for svg in drawings]
    relations = ElementTree.fromstring(files.word.read("word/_rels/document.xml.rels"))
    targets = {one.attrib["Id"]: one.attrib["Target"] for one in relations}
    pictures = [one for one in files.body.iter() if one.tag.endswith("main}blip")]
    assert len(pictures) == len(drawings)
    for picture in pictures:
        (vector,) = [one for one in picture.iter() if one.tag.endswith("svgBlip")]
        assert files.word.read("word/" + targets[picture.attrib[f"{R}embed"]]).startswith(b"\x89PNG")
        svg = files.word.read("word/" + targets[vector.attrib[f"{R}embed"]]).decode()
        assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
        assert not re.search(r'[^:]href="#|var\(', svg)


def test_a_word_file_is_a4_in_its_language_and_tells_no_time(files: Files) -> None:
    size = next(files.body.iter(f"{W}pgSz"))
    assert (size.attrib[f"{W}w"], size.attrib[f"{W}h"]) == ("11906", "16838")
    styles = ElementTree.fromstring(files.word.read("word/styles.xml"))
    spoken = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    assert spoken.attrib[f"{W}val"] == {"vi": "vi-VN", "en": "en-GB"}[files.language]
    core = files.word.read("docProps/core.xml").decode()
    assert f"<dc:title>{files.page.h1.get_text()}</dc:title>" in core
    assert set(re.findall(r">(\d{4}-\d\d-\d\dT[^<]*)<", core)) == {"1970-01-01T00:00:00Z"}
    assert {part.date_time for part in files.word.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_part_and_link_of_a_word_file_is_there(files: Files) -> None:
    names = set(files.word.namelist())
    for name in names:
        if name.endswith((".xml", ".rels", ".svg")):
            ElementTree.fromstring(files.word.read(name))
    for name in (name for name in names if name.endswith(".rels")):
        folder = name.replace("_rels/", "").rpartition("/")[0]
        for one in ElementTree.fromstring(files.word.read(name)):
            if one.attrib.get("TargetMode") != "External":
                assert f"{folder}/{one.attrib['Target']}".lstrip("/") in names
    places = {one.attrib[f"{W}name"] for one in files.body.iter(f"{W}bookmarkStart")}
    wanted = {
        one.attrib[f"{W}anchor"] for one in files.body.iter(f"{W}hyperlink") if f"{W}anchor" in one.attrib
    }
    assert sorted(wanted - places) == []


def test_the_rows_and_captions_of_a_word_file_stay_together(files: Files) -> None:
    styles = ElementTree.fromstring(files.word.read("word/styles.xml"))
    kept = {
        one.attrib[f"{W}styleId"]
        for one in styles.iter(f"{W}style")
        if one.find(f"{W}pPr/{W}keepNext") is not None
    }
    assert {"TableCaption", "CaptionedFigure", "Heading1", "Heading2"} <= kept
    (code,) = [one for one in styles.iter(f"{W}style") if one.attrib[f"{W}styleId"] == "SourceCode"]
    assert code.find(f"{W}pPr/{W}keepLines") is not None
    for table in files.body.iter(f"{W}tbl"):
        rows = list(table.iter(f"{W}tr"))
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        held = [[one.find(f"{W}pPr/{W}keepNext") is not None for one in row.iter(f"{W}p")] for row in rows]
        assert all(held[0]) or len(rows) == 1
        assert not any(held[-1]) or len(rows) == 2
        assert len(rows) > 10 or all(all(row) for row in held[:-1])


def test_the_tables_of_a_word_file_have_their_widths_and_stay_on_the_page(files: Files) -> None:
    for table in files.body.iter(f"{W}tbl"):
        grid = [int(one.attrib[f"{W}w"]) for one in table.findall(f"{W}tblGrid/{W}gridCol")]
        assert int(table.find(f"{W}tblPr/{W}tblW").attrib[f"{W}w"]) == sum(grid) < 9425
        for row in table.iter(f"{W}tr"):
            assert [int(one.attrib[f"{W}w"]) for one in row.findall(f"{W}tc/{W}tcPr/{W}tcW")] == grid


def test_what_follows_a_table_of_a_word_file_keeps_its_distance(files: Files) -> None:
    parts = [one for one in files.body.iter() if one.tag in (f"{W}tbl", f"{W}p")]
    after = [
        parts[parts.index(table) + len(list(table.iter(f"{W}p"))) + 1] for table in files.body.iter(f"{W}tbl")
    ]
    spaced = ("Heading1", "Heading2", "TableCaption", "CaptionedFigure")
    near = [one for one in after if style(one) not in spaced and one.find(f"{W}pPr/{W}spacing") is None]
    assert [said(one) for one in near] == []


def test_the_notes_of_a_word_file_are_lists_and_its_contents_get_pages(files: Files) -> None:
    notes = [one for one in files.body.iter(f"{W}p") if style(one) == "TableNotes"]
    assert all(one.find(f"{W}pPr/{W}numPr") is not None for one in notes)
    assert "<dc:creator>ketnap</dc:creator>" in files.word.read("docProps/core.xml").decode()
    asked = ElementTree.fromstring(files.word.read("word/settings.xml")).find(f"{W}updateFields")
    assert asked is not None
    assert asked.attrib[f"{W}val"] == "true"


def test_the_same_notebook_gives_the_same_bytes_in_another_process(made: Path, root: Path) -> None:
    folder = made / "nghe-an"
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    job = Job(
        name="nghe-an",
        label=told["label"],
        notebook=root / "notebooks" / "province.ipynb",
        out=made,
        parameters=told["inputs"]["parameters"],
        inputs=told["inputs"],
        formats=("pdf", "docx"),
    )
    again = rendered_again(job, nbformat.read(folder / "report.ipynb", as_version=4))
    for name in ("report.pdf", "report.docx"):
        assert again[name] == (folder / name).read_bytes(), name


# How a paper is laid out -----------------------------------------------------------------------------------


def words(text: str) -> paper.Text:
    """Return plain words."""
    return (paper.Words(text),)


def table_of(rows: list[tuple[str, ...]]) -> paper.Table:
    """Return a table of these rows, whose last two columns are numbers."""
    heads = [paper.Head(words(f"cột {place}"), place >= len(rows[0]) - 2) for place in range(len(rows[0]))]
    cells = tuple(tuple(words(cell) for cell in row) for row in rows)
    return paper.Table("bang", "Bảng 1", "Tên bảng", words("Chú thích."), tuple(heads), cells, ())


def set_on_paper(*blocks: paper.Block) -> pypdfium2.PdfDocument:
    """Return a report of these blocks as a PDF."""
    return pypdfium2.PdfDocument(pdf.pdf(paper.Paper("Tên", "dòng", "vi", blocks, "", ())))


def test_the_names_of_rows_stay_in_a_line_and_a_low_table_upright() -> None:
    long = "Trình độ chuyên môn, nghiệp vụ của người được kết nạp theo nguồn đã in. " * 6
    rows = [(name, long, long, "1.000", "2,5%") for name in ("Huyện Mường Chà", "Huyện Tủa Chùa", "Xã Pá Mỳ")]
    document = set_on_paper(table_of(rows))
    assert all(sheet.get_height() > sheet.get_width() for sheet in document)
    text = "".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    assert [row[0] for row in rows if row[0] not in text] == []


@pytest.mark.parametrize("lines", range(27, 35, 2))
def test_the_words_that_announce_a_table_stand_with_its_first_rows(lines: int) -> None:
    before = [paper.Paragraph(words(f"Đoạn {line}")) for line in range(lines)]
    rows = [(f"hàng thứ {row}", "giữa", "1", "2") for row in range(40)]
    document = set_on_paper(*before, paper.Paragraph(words("Bảng 1 ghi đủ.")), table_of(rows))
    texts = [letters(sheet.get_textpage().get_text_bounded()) for sheet in document]
    (announced,) = [text for text in texts if letters("Bảng 1 ghi đủ.") in text]
    assert letters("Tên bảng.") in announced
    assert letters("hàng thứ 2 giữa") in announced


@pytest.mark.parametrize("lines", [30, 34])
def test_an_entry_of_a_bibliography_stands_on_one_page(lines: int) -> None:
    before = [paper.Paragraph(words(f"Đoạn {line}")) for line in range(lines)]
    entries = [f"@misc{{{name},\n{' và,' * 9}\n year = 2025,\n note = ghi chú,\n}}" for name in "ab"]
    document = set_on_paper(*before, paper.Code("\n\n".join(entries)))
    texts = [letters(sheet.get_textpage().get_text_bounded()) for sheet in document]
    assert [one for one in entries if not any(letters(one) in text for text in texts)] == []


# What a paper refuses --------------------------------------------------------------------------------------


def notebook(html: str) -> Any:
    """Return a prepared notebook that shows a title and a piece of HTML."""
    bundles = [Title("Tên", "dòng")._repr_mimebundle_(), {"text/html": html, "text/plain": ""}]
    return new_notebook(
        cells=[new_code_cell("x", outputs=[new_output("display_data", one) for one in bundles])]
    )


@pytest.mark.parametrize(
    ("html", "message"),
    [
        pytest.param("<video></video>", "no form on paper for <video", id="block"),
        pytest.param("<p>a <sub>2</sub></p>", "no form on paper for <sub", id="words"),
        pytest.param("bare words", "words outside of a paragraph", id="bare"),
        pytest.param('<p><a href="#rates">Hình 1</a></p>', "does not show: rates", id="link to nothing"),
        pytest.param('<p><a href="figures/a.csv">a</a></p>', "no form on paper for <a", id="file beside"),
        pytest.param("<h2>A</h2><h2>A</h2>", "two places of one name: s-a", id="one name"),
    ],
)
def test_what_has_no_form_on_paper_is_refused(html: str, message: str) -> None:
    with pytest.raises(paper.PaperError, match=message):
        paper.of(notebook(html), "vi", "")


def test_words_that_would_be_code_are_words() -> None:
    evil = '#panic() *x* $y$ <script>alert(1)</script> \\ "{{ 7 * 7 }}" @a [b] ```'
    made = paper.of(notebook(f"<p>{escape(evil)}</p>"), "vi", evil)
    document = pypdfium2.PdfDocument(pdf.pdf(made))
    shown_words = letters("".join(sheet.get_textpage().get_text_bounded() for sheet in document))
    assert shown_words.count(letters(evil)) == 2
