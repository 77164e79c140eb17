"""Numbers, references, sources and data of a page, from notebooks that show just enough."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup
from markupsafe import Markup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.language import speaking
from analysis.report import bar, render
from analysis.report.citation import SOFTWARE, Citation
from analysis.report.job import Job
from analysis.report.numbering import UnknownReferenceError
from analysis.report.rendered import rendered
from analysis.shown import MIME_NAME, Drawing, Head, Prose, Table

SVG = Markup('<svg role="img" aria-label="Một hình"><path d="M0 0"/></svg>')


def drawing(name: str, sources: list[str] | None = None) -> Drawing:
    """Return a figure whose data name their sources, or do not."""
    data = pd.DataFrame({"value": [1]}) if sources is None else pd.DataFrame({"sources": sources})
    return Drawing(name, f"Tên {name}", "Lời.", "Một hình có 1 chấm", SVG, data)


def table(name: str, data: pd.DataFrame | None = None) -> Table:
    """Return a table of one row."""
    held = pd.DataFrame({"a": [1]}) if data is None else data
    return Table(name, f"Tên {name}", "Lời.", [Head("a")], [["1"]], held)


SOURCES = table(
    "sources",
    pd.DataFrame({"source_id": list("abcdef"), "publisher": [f"Báo <{letter}>" for letter in "ABCDEF"]}),
)
CITATION = Citation("Ai đó (2020). Gì đó.", "@misc{k,\n}", ("Giấy phép.",), "sổ của huyện")


def shown(*things: Any) -> NotebookNode:
    """Return a code cell that showed these."""
    outputs = [new_output("display_data", thing._repr_mimebundle_()) for thing in things]
    return new_code_cell("show()", outputs=outputs)


def prose(text: str) -> NotebookNode:
    """Return a Markdown cell in Vietnamese."""
    return new_markdown_cell(text, metadata={"tags": ["lang-vi"]})


def page(
    *cells: NotebookNode, language: str = "vi", colophon: Sequence[tuple[str, str]] = ()
) -> BeautifulSoup:
    """Return the page of a notebook of these cells."""
    cut = render.prepared(new_notebook(cells=list(cells)), language)
    return BeautifulSoup(render.html(cut, language, "chân trang", "../index.html", colophon), "html.parser")


def test_figures_and_tables_count_apart_in_their_order() -> None:
    found = page(shown(table("one"), drawing("two")), shown(drawing("three"), table("four")))
    labels = {figure["id"]: figure.select_one(".kn-number").get_text() for figure in found.select("figure")}
    assert labels == {"one": "Bảng 1.", "two": "Hình 1.", "three": "Hình 2.", "four": "Bảng 2."}


def test_the_numbers_are_in_the_language_of_the_page() -> None:
    with speaking("vi"):
        found = page(shown(drawing("one"), table("two")), language="en")
    assert [span.get_text() for span in found.select(".kn-number")] == ["Figure 1.", "Table 1."]


def test_prose_refers_by_links_before_and_after_what_it_refers_to() -> None:
    found = page(prose("Xem [[two]]."), shown(drawing("one"), Prose(["Như [[one]]."])), shown(drawing("two")))
    links = {link["href"]: link.get_text() for link in found.select("main p a")}
    assert links == {"#two": "Hình 2", "#one": "Hình 1"}
    assert "[[" not in found.get_text()


def test_other_renderers_are_told_label_and_source() -> None:
    cells = [shown(drawing("one"), Prose(["Như [[one]]."])), shown(CITATION)]
    cut = render.prepared(new_notebook(cells=cells), "vi")
    first, second = cut.cells[0].outputs
    assert first.data[MIME_NAME]["label"] == "Hình 1"
    assert first.data[MIME_NAME]["source"] == "Nguồn: sổ của huyện."
    assert second.data["text/plain"] == "Như Hình 1."


def test_a_reference_to_what_is_not_shown_is_refused_by_its_name() -> None:
    with pytest.raises(UnknownReferenceError, match=r"\[\[oen\]\].*it shows: one"):
        page(prose("Xem [[oen]]."), shown(drawing("one")))


def test_a_line_that_may_lack_what_it_refers_to_goes_alone() -> None:
    text = "Xem [[one?]].\nXem [[two?]].\nXem [[one?]] và [[two?]].\nCòn lại."
    found = page(prose(text), shown(drawing("one")))
    words = found.select_one(".kn-prose").get_text().split("\n")
    assert [word for word in words if word] == ["Xem Hình 1.", "Còn lại."]


def test_two_things_of_one_name_are_refused() -> None:
    with pytest.raises(UnknownReferenceError, match="'one'"):
        page(shown(drawing("one")), shown(table("one")))


def test_what_looks_like_a_reference_in_a_table_stays() -> None:
    evil = Table("units", "Tên", "Lời.", [Head("a")], [["xã [[gone]]"]], pd.DataFrame({"a": ["xã [[gone]]"]}))
    assert page(shown(evil)).td is None
    assert page(shown(evil)).select_one("tbody th").get_text() == "xã [[gone]]"


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        pytest.param(["b", "a; b"], "Nguồn: Báo <A> [1]; Báo <B> [2].", id="few, in the order of the list"),
        pytest.param(
            list("abcde"),
            "Nguồn: 5 bài báo và trang, nêu ở từng dòng của dữ liệu và ở Bảng 1.",
            id="many, counted",
        ),
        pytest.param(None, "Nguồn: sổ của huyện.", id="none of its own"),
        pytest.param(["z"], "Nguồn: sổ của huyện.", id="not in the list"),
    ],
)
def test_a_figure_names_who_published_it(sources: list[str] | None, words: str) -> None:
    found = page(shown(drawing("one", sources)), shown(SOURCES, CITATION))
    assert found.select_one("#one .kn-source").get_text() == words
    anchors = [link["href"] for link in found.select("#one .kn-source a")]
    assert anchors == {"few": ["#src-a", "#src-b"], "many": ["#sources"]}.get(
        "few" if "A" in words else "many" if "5" in words else "", []
    )


def test_a_figure_of_unknown_source_claims_none() -> None:
    assert page(shown(drawing("one"))).select(".kn-source") == []


def test_a_page_carries_its_data_until_there_is_no_room() -> None:
    large = table("large", pd.DataFrame({"a": ["x" * 70_000] * 4}))
    found = page(shown(drawing("one"), large, table("after")))
    links = {figure["id"]: str(figure.select_one("a.kn-data")["href"]) for figure in found.select("figure")}
    assert links["large"] == "tables/large.csv"
    for name, content in (("one", "value\n1\n"), ("after", "a\n1\n")):
        carried = base64.b64decode(links[name].removeprefix("data:text/csv;charset=utf-8;base64,"))
        assert carried.decode("utf-8-sig") == content
    english = page(shown(large), language="en").select_one("a.kn-data")
    assert english["href"] == "tables/large.en.csv"
    assert english.has_attr("download")


def made(formats: tuple[str, ...], root: Path) -> Job:
    """Return a job of a page of one drawing."""
    inputs = {"notebook": "0", "library": "0", "data": "0"}
    notebook = root / "notebooks" / "province.ipynb"
    return Job("dien-bien", "", notebook, Path("out"), {"language": "en"}, inputs, formats=formats)


def test_a_page_leads_to_the_forms_that_are_made_with_it_and_to_no_other(root: Path) -> None:
    job = made(("html",), root)
    files = rendered(job, new_notebook(cells=[shown(drawing("one"))]))
    found = BeautifulSoup(files["report.en.html"].decode(), "html.parser")
    links = {link.get_text(): str(link["href"]) for link in found.select(".kn-top > ul a")}
    site = "../downloads.en.html#dien-bien"
    assert links == {"Jupyter": "report.en.ipynb", "figures, tables": site}
    assert "report.en.ipynb" in files
    with speaking("vi"):
        every = bar.files(made(("html", "pdf", "docx"), root))
    assert every[:2] == [("report.en.pdf", "PDF"), ("report.en.docx", "DOCX")]


def test_a_page_leads_to_the_other_language_through_the_site(root: Path) -> None:
    files = rendered(made(("html",), root), new_notebook(cells=[shown(drawing("one"))]))
    found = BeautifulSoup(files["report.en.html"].decode(), "html.parser")
    links = {str(link["hreflang"]): link for link in found.select(".kn-languages a")}
    assert {code: link["href"] for code, link in links.items()} == {
        "vi": "../downloads.html#dien-bien",
        "en": "report.en.html",
    }
    assert links["en"]["aria-current"] == "true"
    assert not links["vi"].has_attr("aria-current")


def test_the_foot_tells_what_the_report_was_made_from() -> None:
    found = page(shown(drawing("one")), colophon=[("Phần mềm", "ketnap <9>"), ("Mẫu", "x.ipynb")])
    assert [tag.get_text() for tag in found.select("footer dt, footer dd")] == [
        "Phần mềm", "ketnap <9>", "Mẫu", "x.ipynb",
    ]  # fmt: skip


def test_the_software_is_cited_as_the_package_says(root: Any) -> None:
    told = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    written = SOFTWARE.format(version=told["version"])
    assert f"author = {{{{{told['authors'][0]['name']}}}}}" in written
    assert told["title"] in written.replace("{ketnap}", "ketnap")
    assert f"license = {{{told['license']}}}" in written


def test_code_of_a_section_that_showed_nothing_is_still_there() -> None:
    found = page(prose("## Trống"), new_code_cell("nothing = 1"), prose("## Có"), shown(drawing("one")))
    assert "nothing = 1" in found.select_one(".kn-code").get_text()
    assert "Trống" not in found.select_one("main").get_text()
