"""The page of a report: one file, its contents and links whole, nothing in it from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.report import render
from analysis.shown import Prose, Title

pytestmark = pytest.mark.xdist_group("reports")

NAME = "application/vnd.ketnap.name+json"
SVG = '<svg role="img"><path style="fill: var(--kn-blue,#1f5fa8)"/></svg>'


def prose(text: str, language: str = "vi") -> NotebookNode:
    """Return a Markdown cell in a language."""
    return new_markdown_cell(text, metadata={"tags": [f"lang-{language}"]})


def code(source: str, *bundles: dict[str, Any]) -> NotebookNode:
    """Return a code cell that showed these."""
    return new_code_cell(source, outputs=[new_output("display_data", bundle) for bundle in bundles])


def paragraph(text: str) -> dict[str, str]:
    """Return what a paragraph shows."""
    return Prose([text])._repr_mimebundle_()


NOTEBOOK = new_notebook(
    cells=[
        code("start = 1", Title("Tỉnh <X> & Y", "một dòng")._repr_mimebundle_()),
        prose("## Có gì"),
        prose("## What there is\n\nIn English.", "en"),
        code("shown = 2", paragraph("Đây là kết quả")),
        prose("## Không có gì\n\nLời dẫn cho một phần trống."),
        code("nothing = 3"),
        prose("## Chỉ có lời\n\nKhông cần mã."),
        prose("## Hai ô"),
        code("empty = 4"),
        code("full = 5", paragraph("một")),
    ]
)


def rendered(notebook: NotebookNode = NOTEBOOK, language: str = "vi") -> BeautifulSoup:
    """Return a page as a browser reads it."""
    cut = render.prepared(notebook, language)
    return BeautifulSoup(render.html(cut, language, "chân trang", "../index.html", []), "html.parser")


def test_a_section_that_showed_nothing_goes_with_its_heading_and_its_entry() -> None:
    page = rendered()
    assert [head.get_text() for head in page.select("main h2")] == ["Có gì", "Chỉ có lời", "Hai ô"]
    assert [link.get_text() for link in page.select("nav a")] == ["Có gì", "Chỉ có lời", "Hai ô"]
    assert "phần trống" not in page.select_one("main").get_text()


def test_prose_of_other_languages_goes() -> None:
    assert "In English" not in rendered().get_text()
    assert "What there is" not in rendered().get_text()


def test_the_contents_lead_to_the_headings() -> None:
    page = rendered()
    targets = [str(link["href"])[1:] for link in page.select("nav a")]
    assert [page.find(id=target).get_text() for target in targets] == ["Có gì", "Chỉ có lời", "Hai ô"]


def test_the_code_that_ran_stands_at_the_foot_all_of_it() -> None:
    code_shown = rendered().select_one("details pre").get_text()
    assert [
        word
        for word in ("start = 1", "shown = 2", "nothing = 3", "empty = 4", "full = 5")
        if word not in code_shown
    ] == []


def test_the_title_is_the_first_heading_as_text() -> None:
    page = rendered()
    assert page.title.get_text().startswith("Tỉnh <X> & Y")
    assert page.select_one("h1").get_text() == "Tỉnh <X> & Y"
    assert page.html["lang"] == "vi"
    assert "chân trang" in page.footer.get_text()
    assert page.select_one("header a")["href"] == "../index.html"


def test_rendering_leaves_the_notebook_as_it_is() -> None:
    before = nbformat.writes(NOTEBOOK)
    render.html(render.prepared(NOTEBOOK, "vi"), "vi", "", "", [])
    assert nbformat.writes(NOTEBOOK) == before


def test_what_code_prints_or_warns_of_is_no_part_of_a_report() -> None:
    noisy = new_code_cell(
        "noise",
        outputs=[
            new_output("stream", name="stderr", text="UserWarning: glyph missing"),
            new_output("stream", name="stdout", text="debugging"),
            new_output("display_data", paragraph("kết quả")),
        ],
    )
    text = rendered(new_notebook(cells=[prose("## Phần"), noisy])).get_text()
    assert "kết quả" in text
    assert "UserWarning" not in text
    assert "debugging" not in text


def test_figures_and_tables_become_files() -> None:
    figure = {
        "text/html": f"<figure>{SVG}</figure>",
        "text/csv": "a\n1\n",
        NAME: {"name": "rates", "kind": "figure"},
    }
    table = {"text/html": "<table></table>", "text/csv": "b\n2\n", NAME: {"name": "units", "kind": "table"}}
    files = render.files(new_notebook(cells=[code("x", figure, paragraph("y")), code("z", table)]))
    assert set(files) == {"figures/rates.csv", "figures/rates.svg", "tables/units.csv"}
    assert (files["figures/rates.csv"], files["tables/units.csv"]) == ("a\n1\n", "b\n2\n")
    drawing = ElementTree.fromstring(files["figures/rates.svg"].encode())
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert "#1f5fa8" in files["figures/rates.svg"]
    assert "var(" not in files["figures/rates.svg"]


# Real pages -----------------------------------------------------------------------------------------------

PAGES = (
    "dien-bien",
    "lao-cai",
    "nghe-an",
    "dak-lak",
    "ha-nam",
    "bac-ninh",
    "vinh-long",
    "comparison",
    "index",
)
each_page = pytest.mark.parametrize("name", PAGES)
each_report = pytest.mark.parametrize("name", PAGES[:-1])


@each_page
def test_a_page_is_one_file_that_needs_nothing_from_elsewhere(name: str, reports: Any) -> None:
    text, page = reports.text(name), reports.page(name)
    assert not page.select("link, img, iframe, object, embed, video, audio, base, [src], [srcset], [action]")
    (script,) = page.select("script")
    digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
    policy = str(page.select_one("meta[http-equiv=Content-Security-Policy]")["content"])
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:; ")
    assert f"script-src 'sha256-{digest}';" in policy
    assert not re.search(r"url\(\s*['\"]?(?!#)|@import|@font-face", text)
    assert not [tag for tag in page.find_all() for attribute in tag.attrs if attribute.startswith("on")]
    for link in page.select("[href]"):
        address = str(link["href"])
        if re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.IGNORECASE):
            assert link.name == "a"
            data = "kn-data" in link.get("class", []) and address.startswith("data:text/csv;")
            assert data or address.startswith(("http://", "https://"))
    # The only other addresses are the names of XML's own spaces, and words that a reader reads.
    for tag in page.select("a[href^=http]"):
        tag.decompose()
    assert not re.findall(r"""=["'][^"']*https?://(?!www\.w3\.org/)""", str(page))


@each_page
def test_a_page_is_utf8_in_one_form_and_says_its_language(name: str, reports: Any) -> None:
    text, page = reports.text(name), reports.page(name)
    assert unicodedata.is_normalized("NFC", text)
    assert "\ufffd" not in text
    assert page.html["lang"] == "vi"
    assert page.select_one("meta[charset]")["charset"] == "utf-8"
    assert len(page.select("h1")) == 1
    assert len(page.select("title")) >= 1
    assert page.title.get_text().strip()


@each_page
def test_every_id_is_one_and_every_link_within_leads_somewhere(name: str, reports: Any) -> None:
    page = reports.page(name)
    ids = [str(tag["id"]) for tag in page.select("[id]")]
    assert sorted({one for one in ids if ids.count(one) > 1}) == []
    wanted = {str(tag["href"])[1:] for tag in page.select('[href^="#"]')}
    wanted |= {str(tag["xlink:href"])[1:] for tag in page.find_all(attrs={"xlink:href": True})}
    wanted |= set(re.findall(r"url\(#([^)]+)\)", reports.text(name)))
    assert sorted(wanted - set(ids)) == []


@each_page
def test_every_file_that_a_page_links_to_is_there(name: str, reports: Any) -> None:
    folder = reports.out if name == "index" else reports.out / name
    relative = [str(tag["href"]) for tag in reports.page(name).select("a[href]")]
    relative = [address for address in relative if not re.match(r"#|https?:|data:", address)]
    assert [address for address in relative if not (folder / address.partition("#")[0]).is_file()] == []


@each_page
def test_no_page_has_an_error_a_warning_or_a_number_that_is_none(name: str, reports: Any) -> None:
    page = reports.page(name)
    for code in page.select("pre, script"):  # BibTeX and programs have braces of their own
        code.decompose()
    text = page.get_text()
    assert not re.search(
        r"Traceback|Warning\b|Error\b|\bnan\b|\bNaN\b|\bNaT\b|<NA>|\bNone\b|\{[a-z_]+\}", text
    )


@each_report
def test_every_section_has_something_under_its_heading(name: str, reports: Any) -> None:
    page = reports.page(name)
    for drawing in page.select("main svg"):
        drawing.decompose()
    sections: list[list[str]] = [[]]
    for tag in page.select("main h2, main p, main li, main td, main figcaption"):
        if tag.name == "h2":
            sections.append([])
        else:
            sections[-1].append(tag.get_text().strip())
    assert len(sections) > 1
    assert all("".join(section) for section in sections)
    assert [link.get_text() for link in page.select("nav a")] == [
        h.get_text() for h in page.select("main h2")
    ]


@each_report
def test_every_figure_has_words_and_every_table_a_head(name: str, reports: Any) -> None:
    page = reports.page(name)
    for figure in page.select("figure.kn-figure"):
        (drawing,) = figure.select("svg")
        assert drawing["role"] == "img"
        assert len(str(drawing["aria-label"])) > 30
        assert len(figure.figcaption.get_text()) > 40
    for table in page.select("table"):
        assert table.select("thead th[scope=col]")
        assert table.select("tbody th[scope=row]")
    for scroll in page.select(".kn-scroll"):
        assert scroll["tabindex"] == "0"
        assert scroll["aria-label"]


@each_report
def test_a_drawing_of_a_report_is_a_file_of_its_own_too(name: str, reports: Any) -> None:
    for path in sorted((reports.out / name / "figures").glob("*.svg")):
        drawing = ElementTree.parse(path).getroot()
        assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
        text = path.read_text(encoding="utf-8")
        assert "var(" not in text
        assert set(re.findall(r"https?://[^\s\"'<>)]+", text)) <= {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }


def test_a_name_that_would_be_code_shows_as_text_in_the_whole_report(changed: Any) -> None:
    page = changed.page("ha-nam")
    assert ["alert" in script.string for script in page.select("script")] == [False]
    text = page.select_one("main").get_text()
    evil = "uyện <script>alert(1)</script> & $x^2$ {unit}"
    for figure in (
        "units",
        "members-table",
        "composition-table",
        "process-table",
        "places",
        "exits",
        "figures",
        "sources",
    ):
        table = page.select_one(f"figure#{figure} tbody") or page.select_one(
            f"figure.kn-table#{figure} tbody"
        )
        assert table is not None, figure
        assert evil in table.get_text(), figure
    assert text.count(evil) > 12
    for path in (changed.out / "ha-nam" / "figures").glob("*.svg"):
        ElementTree.parse(path)
        assert "<script" not in path.read_text(encoding="utf-8")
    assert "<script>alert" not in changed.text("index")
