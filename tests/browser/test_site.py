"""The site in a browser: found, sorted, filtered, coloured, switched, printed; with and without scripts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from analysis import processed
from analysis.report import site
from analysis.report.place_slice import Cuts
from tests.report.site_folder import put

pytestmark = [pytest.mark.xdist_group("rendered"), pytest.mark.browser]

Opened = Callable[..., Any]
SHOWN = "#kn-provinces tbody tr:not([hidden]) th"
PAGES = ("index", "downloads", "data")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def pages(processed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the site over reports in every state."""
    out = tmp_path_factory.mktemp("site") / "reports"
    for name in ("dien-bien", "ha-nam", "tp-ho-chi-minh", "comparison", "data-quality"):
        for language in ("vi", "en"):
            put(out, name, language=language, formats=("html", "pdf", "docx"))
    put(out, "son-la", error="ValueError: no such column\nin the table", cell="show(table)")
    put(out, "lai-chau")
    stale = {("ha-nam", language): ["data", "library"] for language in ("vi", "en")}
    site.write(out, Cuts(processed.load(processed_folder), "period"), processed_folder, stale)
    return out


def names(page: Any) -> list[str]:
    """Return the provinces that the table shows, from the top."""
    return [str(text) for text in page.locator(SHOWN).all_inner_texts()]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param("Điện Biên", ["Điện Biên"], id="as it is written"),
        pytest.param("dien bien", ["Điện Biên"], id="without diacritics"),
        pytest.param("DIENBIEN", ["Điện Biên"], id="without spaces"),
        pytest.param("tỉnh điện biên", ["Điện Biên"], id="with its kind"),
        pytest.param("11", ["Điện Biên"], id="by code"),
        pytest.param("4", ["Cao Bằng"], id="by a code without its zero"),
        pytest.param("tphcm", ["TP. Hồ Chí Minh"], id="by its letters"),
        pytest.param("hoa", ["Hòa Bình", "Khánh Hòa", "Thanh Hóa"], id="by a part"),
        pytest.param("tỉnh Điện", ["Điện Biên"], id="with its kind, in part"),
        pytest.param("thap", ["Đồng Tháp"], id="by a later syllable, not by parts of two"),
        pytest.param("Sài Gòn", ["TP. Hồ Chí Minh"], id="by an old name"),
        pytest.param("TP.HCM", ["TP. Hồ Chí Minh"], id="by its letters with a stop"),
        pytest.param("Ho Chi Minh City", ["TP. Hồ Chí Minh"], id="by its English name"),
        pytest.param("Đắc Lắc", ["Đắk Lắk"], id="by an old spelling"),
        pytest.param("Bà Rịa", ["Bà Rịa - Vũng Tàu"], id="by one of two names"),
        pytest.param("Huế", ["Thừa Thiên Huế"], id="by its last syllable"),
        pytest.param("zz", [], id="none"),
        pytest.param("%", [], id="no letters"),
    ],
)
def test_a_typed_name_finds_its_province(typed: str, found: list[str], opened: Opened, pages: Path) -> None:
    page = opened(pages / "index.html")
    page.fill("#kn-find", typed)
    assert names(page) == found
    status = page.locator("#kn-count")
    assert status.inner_text() == f"{len(found)} trong 63 tỉnh, thành phố"
    assert status.get_attribute("role") == "status"
    assert page.locator("#kn-none").is_visible() == (not found)
    page.click("button[type=reset]")
    page.locator("#kn-provinces:not(:has(tr[hidden]))").wait_for()
    assert len(names(page)) == 63


def test_the_table_is_filtered_by_region_and_state(opened: Opened, pages: Path) -> None:
    page = opened(pages / "index.html")
    page.select_option("#kn-region", "central_highlands")
    assert names(page) == ["Đắk Lắk", "Đắk Nông", "Gia Lai", "Kon Tum", "Lâm Đồng"]
    page.select_option("#kn-region", "")
    page.select_option("#kn-state", "stale")
    assert names(page) == ["Hà Nam"]
    page.select_option("#kn-state", "failed")
    assert names(page) == ["Sơn La"]
    page.select_option("#kn-state", "nodata")
    assert "Vĩnh Long" in names(page)
    assert "Hà Nam" not in names(page)


def test_the_table_is_sorted_by_keyboard_in_vietnamese_order(opened: Opened, pages: Path) -> None:
    page = opened(pages / "index.html")
    first = names(page)
    head = page.locator("#kn-provinces thead th").nth(3)
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    counts = [int(text) for text in page.locator("#kn-provinces tbody td:nth-child(4)").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) > 10
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    years = page.locator("#kn-provinces tbody td:nth-child(6)")
    for _order in range(2):
        page.locator("#kn-provinces thead th").nth(5).locator("button").click()
        assert years.all_inner_texts()[-1] == "–"  # what is not known is neither first nor last in time
    page.locator("#kn-provinces thead button").first.click()
    assert names(page) == first
    assert first.index("Cao Bằng") < first.index("Đà Nẵng") < first.index("Gia Lai")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_map_shows_the_measure_that_is_picked(scripts: bool, opened: Opened, pages: Path) -> None:
    page = opened(pages / "index.html", scripts=scripts)
    drawn = page.locator(".kn-measure:visible")
    assert drawn.count() == 1
    assert "kn-of-figures" in drawn.get_attribute("class")
    before = page.locator(".kn-tiles:visible li").all_inner_texts()
    page.check("#m-admitted")
    assert drawn.count() == 1
    assert "kn-of-admitted" in drawn.get_attribute("class")
    assert page.locator(".kn-tiles:visible li").all_inner_texts() != before
    tile = page.locator(".kn-tiles:visible li", has_text="Hải Dương")
    assert "1.855" in tile.inner_text()
    colours = {
        page.locator(f".kn-tiles:visible .{style}").first.evaluate("e => getComputedStyle(e).backgroundColor")
        for style in ("c0", "c1", "c2", "c5")
    }
    assert len(colours) == 4


def test_everything_is_there_without_scripts(opened: Opened, pages: Path) -> None:
    page = opened(pages / "index.html", scripts=False)
    assert len(names(page)) == 63
    assert not page.locator(".kn-filter").is_visible()
    assert not page.locator("#kn-scheme").is_visible()
    assert page.locator("#kn-provinces thead button").count() == 0
    page.click("#kn-provinces tbody th a >> text='Điện Biên'")
    assert page.url.endswith("dien-bien/report.html")


def test_the_language_is_switched_on_every_page(opened: Opened, pages: Path) -> None:
    for name in PAGES:
        page = opened(pages / f"{name}.html")
        title = page.title()
        page.click(".kn-languages a[hreflang=en]")
        assert page.url.endswith(f"{name}.en.html")
        assert page.title() != title
        assert page.locator("html").get_attribute("lang") == "en"
        page.click(".kn-languages a[hreflang=vi]")
        assert page.title() == title


def test_a_colour_scheme_is_kept_over_the_pages(opened: Opened, served: str, pages: Path) -> None:
    page = opened(pages / "index.html", scheme="light")
    page.goto(f"{served}index.html")

    def paper() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light = paper()
    page.select_option("#kn-scheme", "dark")
    dark = paper()
    assert dark != light
    page.goto(f"{served}data.en.html")
    assert paper() == dark
    assert page.input_value("#kn-scheme") == "dark"
    page.emulate_media(media="print")
    assert paper() == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")
    page.select_option("#kn-scheme", "")
    page.reload()
    assert paper() == light


def test_the_page_works_where_nothing_may_be_stored(opened: Opened, pages: Path) -> None:
    page = opened(pages / "index.html")
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})")
    page.reload()
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.select_option("#kn-scheme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    page.fill("#kn-find", "ha nam")
    assert names(page) == ["Hà Nam"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_words: Any) -> None:
        """Say nothing of each request."""


@pytest.fixture(scope="module")
def served(pages: Path) -> Iterator[str]:
    """Return the address of the site on a server, under a path as on GitHub Pages."""
    handler = partial(_Quiet, directory=pages.parent)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/{pages.name}/"
    server.shutdown()
    server.server_close()


def test_every_link_is_answered_under_a_path(opened: Opened, served: str, pages: Path) -> None:
    page = opened(pages / "index.html")
    asked = set()
    for name in PAGES:
        for suffix in ("", ".en"):
            page.goto(f"{served}{name}{suffix}.html")
            asked |= set(
                page.eval_on_selector_all("a[href]", "links => links.map(a => a.href.split('#')[0])")
            )
    assert len(asked) > 60
    assert all(address.startswith(served) for address in asked)
    broken = [address for address in sorted(asked) if page.request.get(address).status != 200]
    assert broken == []


def test_no_page_asks_for_anything_else(opened: Opened, served: str, pages: Path) -> None:
    page = opened(pages / "index.html")
    asked, told = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    for name in PAGES:
        page.goto(f"{served}{name}.html")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.endswith("favicon.ico")] == [f"{served}{n}.html" for n in PAGES]
    assert [words for words in told if "favicon" not in words and "404" not in words] == []


def test_a_link_to_downloads_opens_them(opened: Opened, pages: Path) -> None:
    page = opened(pages / "index.html")
    page.locator("#kn-provinces tr", has_text="Điện Biên").get_by_text("hình, bảng").click()
    page.wait_for_url("**#dien-bien", wait_until="load")
    assert page.locator("#dien-bien details").first.get_attribute("open") is not None
    assert page.locator("#ha-nam details").first.get_attribute("open") is None


def test_a_printed_page_has_all_provinces_and_no_controls(opened: Opened, pages: Path) -> None:
    page = opened(pages / "index.html")
    page.emulate_media(media="print")
    assert len(names(page)) == 63
    for hidden in (".kn-filter", ".kn-measures", ".kn-switches"):
        assert not page.locator(hidden).is_visible()
    assert page.locator(".kn-tiles:visible").count() == 1
    page.set_viewport_size({"width": 673, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 673
    wide = page.locator(".kn-scroll").evaluate("box => box.scrollWidth > box.clientWidth + 1")
    assert not wide
    assert page.pdf(format="A4", print_background=False).count(b"/Type /Page\n") in range(3, 13)


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_its_window(name: str, width: int, opened: Opened, pages: Path) -> None:
    page = opened(pages / f"{name}.html", width=width)
    for measure in page.locator(".kn-measures input").all():
        measure.check()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", "index.en.html", "downloads.html", "data.html"])
def test_axe_finds_nothing(name: str, scheme: str, opened: Opened, pages: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415

    page = opened(pages / name, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    axe = Axe()
    found = axe.run(page, options={"runOnly": RULES})
    assert found.violations_count == 0, found.generate_report()
    for measure in page.locator(".kn-measures input").all():
        measure.check()
        found = axe.run(page, context=".kn-measure", options={"runOnly": ["color-contrast"]})
        assert found.violations_count == 0, found.generate_report()
