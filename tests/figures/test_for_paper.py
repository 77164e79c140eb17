"""Every figure as a paper prints it: in one column and in two, in both languages, in colour and in grey."""

from __future__ import annotations

import base64
import io
import itertools
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pypdf
import pytest
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image
from test_drawings import DRAWN, OF_A_PROVINCE, OF_ALL, of
from test_register_figures import FROM, many_units, withheld_results

from analysis.clean.text import slug
from analysis.figures import paper, quality, register, style
from analysis.language import speaking
from analysis.processed import Processed
from analysis.shown import MIME_PAPERS, Drawing
from analysis.vocab import provinces

SHEETS = pd.DataFrame(
    {
        "file": [f"registers/dien-bien/so-dang-vien-{year}.xlsx" for year in range(2016, 2020)],
        "sheet": "Quý I",
        "table": "admissions",
        "synthetic": [False, True, False, True],
        "rows_in": [120, 90, 1400, 8],
        "rows_stayed": [100, 90, 1300, 1],
        "rows_refused": [20, 0, 100, 7],
        "rows_empty": [0, 4, 20, 0],
        "rows_total": 1,
        "rows_heading": 2,
        "rows_other": 0,
    }
)
MISSING = pd.DataFrame(
    {
        "synthetic": [False, False, True, True],
        "column": ["religion", "recognised"] * 2,
        "rows": 4000,
        "no_column": [0, 1000, 0, 2000],
        "empty": [37, 148, 900, 0],
    }
)
OF_FILES: dict[str, Callable[[], Drawing | None]] = {
    "fate": lambda: quality.fate(SHEETS),
    "missing": lambda: quality.missing(MISSING),
}
CASES = [*DRAWN, ("Hà Nam", "composition")]
CASES += [("registers", name) for name in FROM] + [("files", name) for name in OF_FILES]
CASES += [("withheld", name) for name in ("funnel_plot", "shrunken", "components")]
UNITS = (
    "(?i)%|người|đảng viên|kết quả|đơn vị|kết nạp|điểm|tỷ số|ngày|persons|people|members|results|units?\\b|unit-years|"
    "admi(?:tted|ssions)|points|ratio|days?"
)
"""What an axis counts, or what it measures in."""


@dataclass(frozen=True)
class Opened:
    """A figure at a width, with the texts that it draws, where and how large."""

    drawing: Drawing
    figure: Figure
    texts: list[tuple[str, Bbox, float]]


def _draw(tables: Processed, place: str, name: str) -> Drawing | None:
    if place == "registers":
        return FROM[name]([True])
    if place == "files":
        return OF_FILES[name]()
    if place == "withheld":
        result, draw = withheld_results()[name]
        return draw(result, synthetic=[True])
    return (OF_A_PROVINCE | OF_ALL)[name](of(tables, place) if place else tables)


def _written(figure: Figure) -> list[tuple[str, Bbox, float]]:
    """Return each text as it is drawn; what an axis keeps without drawing it is not there."""
    found: list[tuple[str, Bbox, float]] = []
    draw = Text.draw

    def seen(self: Text, renderer: Any, *rest: Any, **named: Any) -> None:
        if self.get_visible() and self.get_text().strip():
            found.append(
                (self.get_text(), Text.get_window_extent(self, renderer), float(self.get_fontsize()))
            )
        draw(self, renderer, *rest, **named)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Text, "draw", seen)
        FigureCanvasAgg(figure).draw()
    return found


def opened(draw: Callable[[], Drawing | None], width: str) -> Opened | None:
    """Return a figure of a width, each warning, as of a glyph that no font has, an error."""
    with warnings.catch_warnings(), style.at(style.WIDTHS[width]) as kept:
        warnings.simplefilter("error")
        drawing = draw()
        if drawing is None:
            return None
        return Opened(drawing, kept[0], _written(kept[0]))


@pytest.fixture(scope="module")
def at(tables: Processed) -> Callable[[str, str, str, str], Opened]:
    """Return what opens a figure at a width and in a language, once."""

    @cache
    def open_once(place: str, name: str, width: str, language: str) -> Opened:
        with speaking(language):
            found = opened(lambda: _draw(tables, place, name), width)
        assert found is not None
        return found

    return open_once


At = Callable[[str, str, str, str], Opened]
each = pytest.mark.parametrize(
    ("place", "name"), [pytest.param(*key, id=f"{slug(key[0])} {key[1]}".strip()) for key in CASES]
)
widths = pytest.mark.parametrize("width", style.WIDTHS)
languages = pytest.mark.parametrize("language", ["vi", "en"])


# Text ------------------------------------------------------------------------------------------------------


def cut_off(found: Opened) -> list[str]:
    """Return the texts that run beyond the edge."""
    whole = found.figure.bbox.padded(0.5)
    inside = [
        whole.contains(box.x0, box.y0) and whole.contains(box.x1, box.y1) for _text, box, _size in found.texts
    ]
    return [text for (text, _box, _size), whole in zip(found.texts, inside, strict=True) if not whole]


def written_over(found: Opened) -> list[tuple[str, str]]:
    """Return the pairs of texts, labels of ticks among them, that lie on each other."""
    pairs = []
    for (text, box, _size), (other, there, _other) in itertools.combinations(found.texts, 2):
        across = min(box.x1, there.x1) - max(box.x0, there.x0)
        along = min(box.y1, there.y1) - max(box.y0, there.y0)
        if across > 1 and along > 2:  # a line's box holds accents that stand over few letters
            pairs.append((text, other))
    return pairs


def test_each_fault_of_the_text_is_found() -> None:
    with style.at(style.WIDTHS["column-1"]) as kept:
        figure, (axes,) = style.new(2)
        for x, words, size in (
            (0.3, "Mường Ảng", 9.0),
            (0.32, "Tuần Giáo", 9.0),
            (0.1, "nhỏ", 6.5),
            (1.3, "ngoài", 8.0),
        ):
            axes.text(x, 0.5, words, fontsize=size).set_in_layout(False)
        style.svg(figure, "faults", "")
    found = Opened(Drawing("faults", "", "", "", Markup(), MISSING), kept[0], _written(kept[0]))
    assert cut_off(found) == ["ngoài"]
    assert written_over(found) == [("Mường Ảng", "Tuần Giáo")]
    assert [text for text, _box, size in found.texts if size < 7] == ["nhỏ"]
    with pytest.raises(UserWarning, match="Glyph"):
        opened(lambda: _with_text("ký tự \U0001f9ff"), "column-1")


def _with_text(words: str) -> Drawing:
    figure, (axes,) = style.new(2)
    axes.text(0, 0.5, words)
    return Drawing("one", "", "", "", style.svg(figure, "one", ""), MISSING)


# Axes ------------------------------------------------------------------------------------------------------


def _measures(axis: Any) -> bool:
    """Tell whether an axis has numbers on it that are not years or days."""
    words = [tick.label1.get_text() for tick in axis.get_major_ticks() if tick.label1.get_visible()]
    years = all(re.fullmatch(r"(19|20)\d\d", word) for word in words if word)
    numbers = all(re.fullmatch(r"[−+-]?[\d.,]+(\n[\d.,]+)?", word) for word in words if word)
    return any(words) and numbers and not years


def _years(axis: Any) -> bool:
    """Tell whether an axis has years on it."""
    words = [tick.label1.get_text() for tick in axis.get_major_ticks() if tick.label1.get_visible()]
    return any(words) and all(re.fullmatch(r"(19|20)\d\d", word) for word in words if word)


def _labels_of_columns(found: Figure, axes: Axes) -> Iterator[str]:
    """Yield the labels under an axes: its own, those of panels below it, and that of all panels."""
    yield found.get_supxlabel()
    box = axes.get_window_extent()
    for other in found.axes:
        there = other.get_window_extent()
        if other is axes or (there.y1 <= box.y0 and there.x0 < box.x1 and box.x0 < there.x1):
            yield other.get_xlabel()


def unlabelled(figure: Figure) -> list[str]:
    """Return the axes with numbers of which nothing says what they are and in which unit."""
    found = []
    for number, axes in enumerate(axes for axes in figure.axes if axes.axison):
        if _measures(axes.xaxis) and not any(
            re.search(UNITS, label) for label in _labels_of_columns(figure, axes)
        ):
            found.append(f"x of panel {number}")
        if _years(axes.xaxis) and not any(
            label in ("Năm", "Year") for label in _labels_of_columns(figure, axes)
        ):
            found.append(f"years of panel {number}")
        if _measures(axes.yaxis) and not re.search(UNITS, axes.get_ylabel()):
            found.append(f"y of panel {number}")
    return found


def test_an_axis_without_a_unit_is_found(at: At) -> None:
    figure = at("Điện Biên", "attainment", "column-2", "vi").figure
    label = figure.axes[0].get_xlabel()
    try:
        figure.axes[0].set_xlabel("Giá trị")
        assert unlabelled(figure) == ["x of panel 0"]
    finally:
        figure.axes[0].set_xlabel(label)


# Every figure ----------------------------------------------------------------------------------------------


@each
@widths
@languages
def test_a_figure_can_be_printed(place: str, name: str, width: str, language: str, at: At) -> None:
    found = at(place, name, width, language)
    assert found.texts
    assert cut_off(found) == []
    assert written_over(found) == []
    assert [text for text, _box, size in found.texts if size < 7] == []
    assert unlabelled(found.figure) == []
    assert len(found.drawing.alt) > 30
    # With its caption it stands on a page of 240 mm.
    assert found.figure.get_figheight() * 25.4 < 235
    marked = [text for text, _box, _size in found.texts if re.search("(?i)giả lập|synthetic", text)]
    assert bool(marked) == (place in ("registers", "files", "withheld"))


@widths
def test_what_a_page_has_no_room_for_is_counted_in_the_caption(width: str) -> None:
    many = pd.concat([SHEETS.assign(sheet=f"Trang {i}") for i in range(20)], ignore_index=True)
    found = opened(lambda: quality.fate(many), width)
    assert found is not None
    assert found.figure.get_figheight() * 25.4 < 235
    bars = len([text for text, _box, _size in found.texts if "registers/" in text])
    assert 10 < bars < 80
    assert f"Hình giữ {bars} trang bị loại nhiều nhất trong 80 trang." in found.drawing.caption
    assert len(found.drawing.data) == 80


def test_an_abbreviated_name_is_told_in_the_caption(at: At) -> None:
    found, wide = (at("", "tile-map", width, "vi") for width in style.WIDTHS)
    assert {"BR-VT", "TT. Huế"} <= {text.split("\n")[0] for text, _box, _size in found.texts}
    assert "TT. Huế: Thừa Thiên Huế" in found.drawing.caption
    assert "TT. Huế" not in wide.drawing.caption


# The place -------------------------------------------------------------------------------------------------

NAMES = sorted({place.name for place in provinces("2008")})


def of_elsewhere(drawing: Drawing, place: str, units: set[str]) -> list[str]:
    """Return the units and provinces in a figure's data and words that are not of its place."""
    found = sorted(set(drawing.data["unit"]) - units) if "unit" in drawing.data else []
    words = " ".join([drawing.title, drawing.caption, drawing.alt])
    own = " ".join([place, *units])
    return found + [name for name in NAMES if name in words and name not in own]


@pytest.mark.parametrize(
    ("place", "name"), [key for key in CASES if key[0] not in ("", "registers", "files", "withheld")]
)
def test_a_figure_is_of_its_own_province(place: str, name: str, at: At, tables: Processed) -> None:
    units = set(of(tables, place).figures["unit"])
    assert units
    assert of_elsewhere(at(place, name, "column-1", "vi").drawing, place, units) == []


def test_a_figure_of_another_province_is_found(at: At, tables: Processed) -> None:
    units = set(of(tables, "Điện Biên").figures["unit"])
    for name in ("attainment", "rates", "composition"):
        assert of_elsewhere(at("Đắk Lắk", name, "column-1", "vi").drawing, "Điện Biên", units)


@pytest.mark.parametrize("draw", [register.trend, register.target_against_admitted])
def test_a_register_figure_names_its_province(draw: Callable[[pd.DataFrame], Drawing | None]) -> None:
    here, there = draw(many_units()), draw(many_units().assign(province="Nghệ An"))
    assert here is not None
    assert there is not None
    assert of_elsewhere(here, "Điện Biên", set()) == []
    assert of_elsewhere(there, "Điện Biên", set()) == ["Nghệ An"]


# Grey ------------------------------------------------------------------------------------------------------


def lightness(colour: Any) -> float:
    """Return CIE L* of a colour on white paper, 0 to 100."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return float(116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y)


def _marks(axes: Axes) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield how each mark looks without its colour, and its colour."""
    for line in axes.get_lines():
        hollow = same_color(line.get_markerfacecolor(), style.PAPER)
        if line.get_marker() not in ("None", "", None):
            yield ("mark", line.get_marker(), hollow, round(line.get_markersize(), 1)), line.get_color()
        elif len(line.get_xdata()) > 2:
            yield ("curve", line.get_linestyle(), round(line.get_linewidth(), 1)), line.get_color()
    for patch in axes.patches:
        if isinstance(patch, Rectangle) and patch.get_fill():
            yield ("bar", patch.get_hatch() or "", round(patch.get_height(), 3)), patch.get_facecolor()


def alike_in_grey(figure: Figure) -> list[tuple[Any, ...]]:
    """Return the looks that marks of several colours share, where grey does not keep these apart."""
    found = []
    for axes in (axes for axes in figure.axes if axes.axison):
        looks = sorted(_marks(axes), key=lambda mark: repr(mark[0]))
        for look, group in itertools.groupby(looks, key=lambda mark: mark[0]):
            shades = sorted({lightness(colour) for _look, colour in group})
            if any(0.01 < second - first < 12 for first, second in itertools.pairwise(shades)):
                found.append(look)
    return found


@each
def test_marks_keep_apart_in_grey(place: str, name: str, at: At) -> None:
    assert alike_in_grey(at(place, name, "column-2", "vi").figure) == []


def test_colours_that_grey_makes_alike_are_found() -> None:
    figure, (axes,) = style.new(2)
    axes.plot([1], [1], "o", color=style.BLUE)
    axes.plot([2], [1], "o", color=style.ORANGE)
    assert len(alike_in_grey(figure)) == 1


# Files -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tables: Processed) -> Drawing:
    """Return a figure with its files."""
    with paper.wanted():
        found = OF_A_PROVINCE["attainment"](of(tables, "Điện Biên"))
    assert found is not None
    return found


def test_files_are_made_only_where_a_paper_is_wanted(printed: Drawing, tables: Processed) -> None:
    assert set(printed.papers) == set(printed._repr_mimebundle_()[MIME_PAPERS]) == {"column-1", "column-2"}
    plain = OF_A_PROVINCE["attainment"](of(tables, "Điện Biên"))
    assert plain is not None
    assert MIME_PAPERS not in plain._repr_mimebundle_()
    assert plain.svg == printed.svg


@pytest.mark.parametrize(("width", "millimetres"), [("column-1", 85), ("column-2", 175)])
def test_each_file_has_its_width_its_words_and_no_clock(
    width: str, millimetres: int, printed: Drawing
) -> None:
    files = printed.papers[width]
    pdf = pypdf.PdfReader(io.BytesIO(base64.b64decode(files["pdf"])))
    png = Image.open(io.BytesIO(base64.b64decode(files["png"])))
    svg = ElementTree.fromstring(files["svg"])
    assert float(pdf.pages[0].mediabox.width) == pytest.approx(millimetres * 72 / 25.4, abs=0.1)
    assert png.size[0] == pytest.approx(millimetres * 300 / 25.4, abs=1)
    assert png.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert float(str(svg.get("width")).removesuffix("pt")) == pytest.approx(millimetres * 72 / 25.4, abs=0.1)
    assert dict(pdf.metadata or {}) == {"/Title": printed.title, "/Subject": printed.alt}
    assert (png.info["Title"], png.info["Description"]) == (printed.title, printed.alt)
    assert svg.get("aria-label") == printed.alt
    assert not set(png.info) & {"Software", "Creation Time", "date"}
    assert not re.search(r"<metadata|<!DOCTYPE|var\(--|<text|font-family", files["svg"])


def test_words_of_the_data_are_no_patterns() -> None:
    evil = r"tệp so\dang-vien.xlsx \g<0> \1 <b> & \"x\""

    @paper.drawn
    def draw() -> Drawing:
        figure, _axes = style.new(2)
        return Drawing("one", "", "", evil, style.svg(figure, "one", evil), MISSING)

    with paper.wanted():
        found = draw()
    assert found is not None
    assert {ElementTree.fromstring(files["svg"]).get("aria-label") for files in found.papers.values()} == {
        evil
    }


@pytest.mark.parametrize("width", style.WIDTHS)
def test_words_that_clear_lines_stand_on_the_white_of_the_paper(width: str, printed: Drawing) -> None:
    png = Image.open(io.BytesIO(base64.b64decode(printed.papers[width]["png"]))).convert("RGB")
    counts = {colour: count for count, colour in png.getcolors(png.width * png.height) or []}
    near = sum(count for colour, count in counts.items() if 250 < min(colour) < 255)
    assert counts[255, 255, 255] > 0.5 * png.width * png.height
    assert near < 0.002 * png.width * png.height


@pytest.mark.parametrize("width", style.WIDTHS)
def test_letters_of_a_pdf_are_embedded_and_can_be_copied(width: str, printed: Drawing) -> None:
    page = pypdf.PdfReader(io.BytesIO(base64.b64decode(printed.papers[width]["pdf"]))).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]  # type: ignore[index]
    parts = [part.get_object() for font in fonts for part in font.get("/DescendantFonts", [font])]
    assert parts
    assert {part["/Subtype"] for part in parts} == {
        "/CIDFontType2"
    }  # outlines, no Type 3 that journals refuse
    assert all("/FontFile2" in part["/FontDescriptor"] for part in parts)
    assert "Tỷ lệ đạt so với chỉ tiêu (%)" in page.extract_text()


def test_the_same_data_give_the_same_files(printed: Drawing, tables: Processed) -> None:
    with paper.wanted():
        again = OF_A_PROVINCE["attainment"](of(tables, "Điện Biên"))
    assert again is not None
    assert again.papers == printed.papers
