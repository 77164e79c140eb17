"""Reports in two languages: none says a sentence of the other, and both tell the same numbers."""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Comment, Tag

from analysis import wording
from analysis.language import is_vietnamese, sort_key
from analysis.vocab import provinces, table

pytestmark = pytest.mark.xdist_group("rendered")

REPORTS = {
    "province": "nghe-an",
    "comparison": "comparison",
    "data_quality": "data-quality",
    "province_register": "nghe-an-register",
    "comparison_register": "comparison-register",
}
"""Template → folder of its report."""

ENGLISH = {
    "the",
    "of",
    "and",
    "are",
    "with",
    "not",
    "which",
    "that",
    "were",
    "was",
    "their",
    "from",
    "this",
    "these",
}
_KIND = re.compile(
    "^(?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|chi bộ|trường thpt) ", re.IGNORECASE
)
_DATA_SET = "Published figures on the admission of Party members in Vietnam"
_SPOKEN = ("alt", "aria-label", "title", "placeholder", "content")

_LISTED = (
    "An Giang, Bà Rịa - Vũng Tàu, Bạc Liêu, Bắc Giang, Bắc Kạn, Bắc Ninh, Bến Tre, Bình Dương, Bình Định, "
    "Bình Phước, Bình Thuận, Cà Mau, Cao Bằng, Cần Thơ, Đà Nẵng, Đắk Lắk, Đắk Nông, Điện Biên, Đồng Nai, "
    "Đồng Tháp, Gia Lai, Hà Giang, Hà Nam, Hà Nội, Hà Tĩnh, Hải Dương, Hải Phòng, Hậu Giang, Hòa Bình, Hưng Yên, "
    "Khánh Hòa, Kiên Giang, Kon Tum, Lai Châu, Lạng Sơn, Lào Cai, Lâm Đồng, Long An, Nam Định, Nghệ An, Ninh Bình, "
    "Ninh Thuận, Phú Thọ, Phú Yên, Quảng Bình, Quảng Nam, Quảng Ngãi, Quảng Ninh, Quảng Trị, Sóc Trăng, Sơn La, "
    "Tây Ninh, Thái Bình, Thái Nguyên, Thanh Hóa, Thừa Thiên Huế, Tiền Giang, TP. Hồ Chí Minh, Trà Vinh, "
    "Tuyên Quang, Vĩnh Long, Vĩnh Phúc, Yên Bái"
)
"""The provinces of 2008, as official lists in alphabetical order have them."""

each = pytest.mark.parametrize("template", REPORTS)


@dataclass(frozen=True)
class Spoken:
    """A report in one language."""

    folder: Path
    language: str

    @property
    def page(self) -> BeautifulSoup:
        """The page as a browser reads it."""
        name = "report.html" if self.language == "vi" else f"report.{self.language}.html"
        return BeautifulSoup((self.folder / name).read_text(encoding="utf-8"), "html.parser")

    def texts(self) -> Iterator[str]:
        """Yield what the page says in its own language: not code, nor what is marked as of another one."""
        page = self.page
        for hidden in page(["style", "script", "pre", "code"]):
            hidden.decompose()
        for drawing in page("svg"):
            # Matplotlib draws letters as paths and leaves each line of text in a comment.
            lines = drawing.find_all(string=lambda text: isinstance(text, Comment))
            yield " ".join(str(line).strip() for line in lines)
            drawing.decompose()
        for other in page(lambda tag: tag.get("lang", self.language) != self.language):
            other.decompose()
        for block in page(
            ["p", "li", "td", "th", "figcaption", "summary", "h1", "h2", "h3", "footer", "nav"]
        ):
            yield _said(block)
        for tag in page(True):
            yield from (str(tag[name]) for name in _SPOKEN if tag.get(name))


def _said(block: Tag) -> str:
    return re.sub(r"\s+", " ", block.get_text(" ")).strip()


Told = Callable[[str, str], Spoken]


@pytest.fixture(scope="session")
def told(rendered: Path) -> Told:
    """Return the report of a template in a language."""

    def report(template: str, language: str) -> Spoken:
        return Spoken(rendered / REPORTS[template], language)

    return report


@pytest.fixture(scope="session")
def nameless(told: Told) -> Callable[[str], str]:
    """Return what takes the data's own words out of a text: places, units, files."""
    data = told("data_quality", "vi").folder.parents[1] / "processed"
    columns = ("unit", "district", "province", "file", "sheet", "cell")
    found = {name for place in provinces() for name in (place.full_name, place.name)}
    found |= {tile["islands"] for tile in table("tiles")} | {_DATA_SET}
    for path in sorted(data.glob("*.parquet")):
        rows = pd.read_parquet(path)
        for column in rows.columns.intersection(columns):
            found |= set(map(str, rows[column].dropna().unique()))
    found |= {_KIND.sub("", name) for name in found}
    ordered = sorted((name.casefold() for name in found if len(name) > 1), key=len, reverse=True)

    def rest(text: str) -> str:
        text = text.casefold()
        for name in ordered:
            if name in text:
                text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", text)
        return text

    return rest


@pytest.fixture(scope="session")
def coded(told: Told) -> set[str]:
    """Return what stands in reports as it was coded: notes, in English with names of places, and titles."""
    data = told("data_quality", "vi").folder.parents[1] / "processed"
    notes = pd.read_parquet(data / "figures.parquet")["note"].dropna()
    titles = pd.read_parquet(data / "sources.parquet")["title"].dropna()
    return {" ".join(str(text).split()) for text in [*notes, *titles]}


@each
def test_an_english_report_says_nothing_in_vietnamese(
    template: str, told: Told, nameless: Callable[[str], str], coded: set[str]
) -> None:
    texts = [text for text in told(template, "en").texts() if text not in coded]
    assert len(texts) > 50
    assert [text for text in texts if is_vietnamese(text) and is_vietnamese(nameless(text))] == []


@each
def test_a_vietnamese_report_says_nothing_in_english(
    template: str, told: Told, nameless: Callable[[str], str]
) -> None:
    texts = list(told(template, "vi").texts())
    assert len(texts) > 50
    assert [text for text in texts if _english(text) and _english(nameless(text))] == []


def _english(text: str) -> bool:
    return len(ENGLISH & set(re.findall(r"\w+", text))) > 1


@pytest.fixture(scope="session")
def catalogue(root: Path) -> dict[str, str]:
    """Return the messages that are whole phrases: Vietnamese → English."""
    found: dict[str, str] = {}
    for path in sorted((root / "src/analysis/locale/en").glob("*.po")):
        with path.open("rb") as file:
            found |= {str(message.id): str(message.string) for message in read_po(file) if message.id}
    return {message: words for message, words in found.items() if "{" not in message and len(message) > 3}


@each
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_message_is_left_in_the_other_language(
    template: str, language: str, told: Told, catalogue: dict[str, str]
) -> None:
    """Words of the catalogue, also those too short to be known as of a language: Bảng, Nguồn, Year."""
    own, other = (catalogue.values(), catalogue) if language == "en" else (catalogue, catalogue.values())
    foreign = set(other) - set(own)
    texts = {text.rstrip(".:") for text in told(template, language).texts()}
    assert texts & foreign == set()


@each
def test_numbers_are_written_as_the_language_does(
    template: str, told: Told, nameless: Callable[[str], str], coded: set[str]
) -> None:
    versions = re.compile(r"ketnap \d\S*|CC BY [\d.]+|\S+\.(?:csv|xlsx|ods)\S*|“.*?”|\d{4}-\d\S*")
    for language, wrong in (("vi", r"\d\.\d{1,2}(?![\d.])|\d\.\d{4}"), ("en", r"\d,\d{1,2}(?!\d)|\d,\d{4}")):
        texts = [versions.sub("", text) for text in told(template, language).texts() if text not in coded]
        assert [text for text in texts if re.search(wrong, text) and re.search(wrong, nameless(text))] == []


@each
def test_both_languages_tell_the_same_numbers(template: str, told: Told) -> None:
    """The cells of numbers differ in their marks only, and the rows stand in one order."""
    swapped = str.maketrans(",.", ".,")
    vietnamese, english = (_numbers(told(template, language).page) for language in ("vi", "en"))
    assert {
        name: [cell.translate(swapped) for cell in cells] for name, cells in vietnamese.items()
    } == english
    assert sum(map(len, english.values())) > 20


def _numbers(page: BeautifulSoup) -> dict[str, list[str]]:
    """Return the cells of each table that hold a number alone."""
    tables = {
        str(figure["id"]): [_said(cell) for cell in figure("td", class_="num")]
        for figure in page("figure", class_="kn-table")
    }
    return {
        name: [c for c in cells if re.fullmatch(r"[−<-]? ?[\d.,]+%?", c)] for name, cells in tables.items()
    }


@each
def test_files_of_a_language_bear_its_mark_and_the_same_data(template: str, told: Told) -> None:
    vietnamese, english = told(template, "vi"), told(template, "en")
    files = sorted(path.relative_to(english.folder) for path in english.folder.glob("*/*.en.csv"))
    assert files
    for path in files:
        twin = path.with_name(path.name.replace(".en.csv", ".csv"))
        heads = [_head(told_in.folder / name) for told_in, name in ((vietnamese, twin), (english, path))]
        assert heads[0] == heads[1]
        assert [head for head in heads[0] if not head.isascii()] == []


def _head(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return next(csv.reader(lines))


def test_the_provinces_stand_in_the_order_that_vietnamese_lists_them() -> None:
    listed = _LISTED.split(", ")
    known = [place.name for place in provinces("2008")]
    random.Random(6).shuffle(known)
    assert sorted(known, key=sort_key) == listed
    apart = [unicodedata.normalize("NFD", name) for name in known]
    assert [unicodedata.normalize("NFC", name) for name in sorted(apart, key=sort_key)] == listed


@pytest.mark.parametrize(
    "ordered",
    [
        pytest.param("ma mà mả mã má mạ mă mằ mẳ mẵ mắ mặ mâ mầ mẩ mẫ mấ mậ", id="tones after letters"),
        pytest.param("dan Dan đan Đan ean", id="capitals last"),
        pytest.param("ma1 ma2 maa", id="digits before letters"),
        pytest.param("oanh ôanh ơanh uanh ưanh", id="letters with marks"),
        pytest.param("bảng bạng banh", id="a tone breaks ties only"),
    ],
)
def test_names_sort_as_in_vietnamese(ordered: str) -> None:
    words = ordered.split()
    backwards = words[::-1]
    assert sorted(backwards, key=sort_key) == words


@pytest.mark.parametrize("language", ["vi", "en"])
def test_places_of_a_table_stand_in_vietnamese_order(language: str, told: Told) -> None:
    cells = told("comparison_register", language).page.select("figure#register-provinces tbody th")
    listed = [_said(cell) for cell in cells]
    assert len(listed) > 2
    assert listed == sorted(listed, key=sort_key)


def test_units_of_a_level_stand_in_vietnamese_order() -> None:
    units = ["huyện Ea Súp", "huyện Đô Lương", "huyện Diễn Châu", "huyện Ân Thi"]
    rows = pd.DataFrame(
        {"level": "district", "district": "", "unit": units, "unit_id": ["1", "2", "3", "4"]}
    ).assign(period_end=pd.Timestamp("2016-12-31"), period_type="year")
    expected = ["huyện Ân Thi", "huyện Diễn Châu", "huyện Đô Lương", "huyện Ea Súp"]
    assert list(wording.in_order(rows)["unit"]) == expected
