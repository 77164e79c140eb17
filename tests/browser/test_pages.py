"""Pages of reports as a browser shows them: of every template, in both languages, on a phone and on a wide screen."""

from __future__ import annotations

import base64
import re
import shutil
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from analysis.language import file_name
from tests.browser.conftest import PAGES

pytestmark = pytest.mark.xdist_group("rendered")

MOST = 1_500_000
"""Bytes of a page."""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WINDOWS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
OUTSIDE = {"exclude": [["svg > *"]]}
"""What axe looks at: a drawing is one picture with a text of its own, and its thousands of strokes take minutes."""

A4 = 673
"""Pixels between the margins of a printed page."""

BROKEN = r"""[...document.querySelectorAll('td, th')].flatMap((cell) => {
    const found = [];
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (const word of node.data.matchAll(/[\p{L}\p{N}]+/gu)) {
            const range = new Range();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            if (word[0].length < 20 && range.getClientRects().length > 1) found.push(word[0]);
        }
    }
    return found;
})"""
"""Words in the cells of tables that stand on two lines; a long one may have to."""

each_page = pytest.mark.parametrize(
    ("name", "language"), [pytest.param(*page, id="-".join(page)) for page in PAGES]
)
browser = pytest.mark.browser


def path_of(made: Path, name: str, language: str) -> Path:
    """Return the page of a report."""
    return made / name / file_name("report.html", language)


@cache
def read(made: Path, name: str, language: str) -> BeautifulSoup:
    """Return a page's elements without a browser; tests only read them."""
    return BeautifulSoup(path_of(made, name, language).read_text(encoding="utf-8"), "html.parser")


# What the file holds ---------------------------------------------------------------------------------------


@each_page
def test_a_page_is_not_too_large(name: str, language: str, made: Path) -> None:
    assert path_of(made, name, language).stat().st_size <= MOST


@each_page
def test_figures_and_tables_are_numbered_in_their_order(name: str, language: str, made: Path) -> None:
    page = read(made, name, language)
    for kind, word in (
        ("kn-figure", {"vi": "Hình", "en": "Figure"}),
        ("kn-table", {"vi": "Bảng", "en": "Table"}),
    ):
        labels = [figure.select_one(".kn-number").get_text() for figure in page.select(f"figure.{kind}")]
        assert labels == [f"{word[language]} {place}." for place in range(1, len(labels) + 1)]
    assert page.select("figure.kn-table")


@each_page
def test_the_text_refers_to_every_figure_and_table_by_its_number(
    name: str, language: str, made: Path
) -> None:
    page = read(made, name, language)
    labels = {
        str(figure["id"]): figure.select_one(".kn-number").get_text().removesuffix(".")
        for figure in page.select("figure[id]")
    }
    referred = {}
    for link in page.select(".kn-prose a[href^='#']"):
        referred[str(link["href"])[1:]] = link.get_text()
    assert {anchor: words for anchor, words in referred.items() if labels.get(anchor) != words} == {}
    assert sorted(set(labels) - set(referred)) == []
    assert "[[" not in page.select_one("main").get_text()


@each_page
def test_every_figure_names_its_source_and_tells_what_it_shows(name: str, language: str, made: Path) -> None:
    page = read(made, name, language)
    for figure in page.select("figure.kn-figure"):
        source = figure.select_one(".kn-source").get_text()
        assert source.startswith({"vi": "Nguồn: ", "en": "Source"}[language]), figure["id"]
        assert len(source) > 12
        assert re.search(r"\d", str(figure.svg["aria-label"])), figure["id"]


@each_page
def test_an_anchor_is_there_once_and_every_link_within_the_reports_leads_somewhere(
    name: str, language: str, made: Path
) -> None:
    path, page = path_of(made, name, language), read(made, name, language)
    anchors = Counter(str(tag["id"]) for tag in page.select("[id]"))
    assert [anchor for anchor, count in anchors.items() if count > 1] == []
    for link in page.select("a[href]"):
        address = str(link["href"])
        if address.startswith("#"):
            assert unquote(address[1:]) in anchors, address
        elif not address.startswith(("http://", "https://", "data:")):
            file, _hash, anchor = unquote(address).partition("#")
            target = path.parent / file
            assert target.is_file(), address
            assert not anchor or f'id="{anchor}"' in target.read_text(encoding="utf-8"), address


@each_page
def test_a_page_leads_to_its_other_forms_and_its_other_language(name: str, language: str, made: Path) -> None:
    page = read(made, name, language)
    links = {link.get_text(): str(link["href"]) for link in page.select(".kn-top a")}
    for form in ("pdf", "docx"):
        assert links[form.upper()] == file_name(f"report.{form}", language)
    other = {"vi": "English", "en": "Tiếng Việt"}[language]
    file, _hash, anchor = links[other].partition("#")
    twin = BeautifulSoup((made / name / file).read_text(encoding="utf-8"), "html.parser")
    offered = [str(link["href"]) for link in twin.select(f"#{anchor} a")]
    assert f"{name}/{file_name('report.html', {'vi': 'en', 'en': 'vi'}[language])}" in offered


@each_page
def test_headings_go_down_by_one_and_the_landmarks_are_there(name: str, language: str, made: Path) -> None:
    page = read(made, name, language)
    levels = [int(tag.name[1]) for tag in page.select("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.html["lang"] == language
    assert [len(page.select(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]


@each_page
def test_the_citation_is_of_this_report_and_can_be_copied(name: str, language: str, made: Path) -> None:
    page = read(made, name, language)
    title = page.h1.get_text()
    assert title in page.select_one(".kn-citation").get_text()
    bibtex = page.select_one("pre.kn-bibtex").get_text()
    assert f"title = {{{{{title}}}}}" in bibtex
    assert {"vi": "langid = {vietnamese}", "en": "langid = {english}"}[language] in bibtex
    assert bibtex.count("{") == bibtex.count("}")
    assert len(re.findall(r"^@", bibtex, re.MULTILINE)) == 2


# What a browser makes of it --------------------------------------------------------------------------------


@browser
@pytest.mark.slow
@each_page
def test_axe_finds_nothing(name: str, language: str, made: Path, opened: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415

    windows = WINDOWS if language == "vi" else [WINDOWS[0], WINDOWS[3]]
    for width, scheme in windows:
        page = opened(path_of(made, name, language), width, scheme)
        options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
        found = Axe().run(page, context=OUTSIDE, options=options).response
        assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in found["violations"]] == []
        ran = {rule["id"] for rule in found["passes"]}
        assert {"color-contrast", "target-size", "heading-order", "html-has-lang"} <= ran


@browser
@each_page
def test_only_figures_and_tables_scroll_sideways(name: str, language: str, made: Path, opened: Any) -> None:
    page = opened(path_of(made, name, language))
    for width in (320, 360, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@browser
@pytest.mark.parametrize("width", [360, 1440])
def test_words_and_a_shadow_tell_what_scrolls_and_nothing_else(width: int, made: Path, opened: Any) -> None:
    page = opened(path_of(made, "nghe-an", "vi"), width)
    boxes = page.locator(".kn-scroll")
    scrolls = boxes.evaluate_all("all => all.map(box => box.scrollWidth > box.clientWidth + 1)")
    assert any(scrolls) == (width == 360)
    hints = page.locator(".kn-hint")
    assert [hint.is_visible() for hint in hints.all()] == scrolls
    assert set(hints.all_inner_texts()) <= {"Kéo ngang để xem hết ↔", ""}
    if width == 360:
        box = page.locator("#units .kn-scroll")
        assert box.evaluate("box => getComputedStyle(box).boxShadow") != "none"
        box.evaluate("box => { box.scrollLeft = box.scrollWidth }")
        page.locator("#units .kn-scroll:not(.kn-more)").wait_for()


@browser
def test_the_first_column_leaves_a_phone_room_for_the_others(made: Path, opened: Any) -> None:
    page = opened(path_of(made, "nghe-an", "vi"), 360)
    widths = page.eval_on_selector_all("tbody th", "heads => heads.map(head => head.offsetWidth)")
    assert max(widths) <= 120


@browser
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_colour_scheme_that_is_picked_on_the_site_holds_in_its_reports(
    language: str, made: Path, opened: Any
) -> None:
    page = opened(made / file_name("index.html", language))
    page.select_option("#kn-scheme", "dark")
    page.goto(path_of(made, "nghe-an", language).as_uri())
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(22, 24, 28)"
    assert page.input_value("#kn-scheme") == "dark"
    page.select_option("#kn-scheme", "light")
    assert page.evaluate(paper) == "rgb(254, 254, 253)"
    page.emulate_media(media="print")
    assert page.evaluate(paper) == "rgb(255, 255, 255)"


@browser
@each_page
def test_nothing_is_asked_of_elsewhere(name: str, language: str, made: Path, chromium: Any) -> None:
    path = path_of(made, name, language)
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri(), wait_until="networkidle")
    page.close()
    assert asked == [path.as_uri()]


@browser
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_that_is_saved_alone_still_gives_the_data_of_its_figures(
    language: str, made: Path, opened: Any, tmp_path: Path
) -> None:
    path = path_of(made, "nghe-an", language)
    alone = Path(shutil.copy(path, tmp_path))
    page = opened(alone)
    for name in ("figures/attainment.csv", "tables/sources.csv"):
        anchor = Path(name).stem
        with page.expect_download() as download:
            page.click(f"#{anchor} a.kn-data")
        assert download.value.suggested_filename == f"{anchor}.csv"
        assert download.value.path().read_bytes() == (path.parent / file_name(name, language)).read_bytes()


@browser
def test_the_contents_are_open_where_there_is_room_and_folded_on_a_phone(made: Path, opened: Any) -> None:
    path = path_of(made, "nghe-an", "vi")
    wide, phone = opened(path), opened(path, 360)
    first = ".kn-contents li a"
    assert wide.locator(first).first.is_visible()
    assert not phone.locator(first).first.is_visible()
    phone.click(".kn-contents summary")
    assert phone.locator(first).first.is_visible()
    phone.locator(first).nth(3).click()
    assert phone.locator(f"main h2{phone.evaluate('location.hash')}").bounding_box()["y"] < 200


@browser
def test_a_reader_with_a_keyboard_sees_where_they_are(made: Path, opened: Any) -> None:
    page = opened(path_of(made, "nghe-an", "vi"))
    page.keyboard.press("Tab")
    skip = page.locator(".kn-skip")
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "kn-main"
    outline = "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.outlineWidth })()"
    for start, steps in (("main", 12), (".kn-brand", 7)):
        page.locator(start).focus()
        seen = set()
        for _step in range(steps):
            page.keyboard.press("Tab")
            seen.add(page.evaluate(outline))
        assert seen == {"solid3px"}


@browser
def test_the_head_of_a_long_table_and_its_first_column_stay(made: Path, opened: Any) -> None:
    page = opened(path_of(made, "comparison", "vi"), 360)
    box = page.locator("#sources .kn-scroll")
    box.evaluate("box => { box.scrollTop = 1500; box.scrollLeft = 120; }")
    assert box.evaluate("box => box.scrollTop") == 1500
    top, left = box.evaluate(
        """box => {
            const edge = box.getBoundingClientRect();
            const head = box.querySelector('thead th:first-child').getBoundingClientRect();
            return [head.top - edge.top, head.left - edge.left];
        }"""
    )
    assert (round(top), round(left)) == (0, 0)
    offset = box.evaluate(
        "box => box.querySelector('tbody tr:nth-child(40) th').getBoundingClientRect().left - box.getBoundingClientRect().left"
    )
    assert round(offset) == 0


@browser
@each_page
def test_print_is_dark_on_white_whole_and_within_the_paper(
    name: str, language: str, made: Path, opened: Any
) -> None:
    page = opened(path_of(made, name, language), A4, "dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 29, 33)"
    assert page.evaluate("document.documentElement.scrollWidth") <= A4
    cut = page.eval_on_selector_all(
        ".kn-scroll",
        "boxes => boxes.filter(box => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1)"
        ".map(box => box.parentElement.id)",
    )
    assert cut == []
    assert page.evaluate(BROKEN) == []
    for hidden in (".kn-contents", ".kn-code", ".kn-data >> nth=0"):
        assert not page.locator(hidden).is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")


@browser
def test_a_page_is_whole_without_scripts(made: Path, opened: Any) -> None:
    page = opened(path_of(made, "nghe-an", "vi"), scripts=False)
    assert page.locator("figure.kn-figure svg").first.is_visible()
    assert page.locator(".kn-contents li a").first.is_visible()
    assert page.locator(".kn-languages a").first.is_visible()
    assert not page.locator(".kn-scheme").is_visible()


def test_data_that_a_page_carries_are_those_of_the_files_beside_it(made: Path) -> None:
    carried = 0
    for name, language in PAGES:
        path, page = path_of(made, name, language), read(made, name, language)
        for link in page.select("a.kn-data"):
            if not str(link["href"]).startswith("data:"):
                continue
            figure = link.find_parent("figure")
            kind = "figures" if "kn-figure" in figure["class"] else "tables"
            file = path.parent / file_name(f"{kind}/{figure['id']}.csv", language)
            start, _comma, content = str(link["href"]).partition(",")
            assert start == "data:text/csv;charset=utf-8;base64"
            assert base64.b64decode(content) == file.read_bytes()
            carried += 1
    assert carried > 50
