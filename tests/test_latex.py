"""Tables in LaTeX: what pandoc reads in them is what their cells say."""

from __future__ import annotations

import re
from html import unescape

import pandas as pd
import pypandoc
import pytest
from markupsafe import Markup

from analysis import latex
from analysis.shown import Head, Table

SPECIAL = r"a & b % c $x^2$ #1 _d_ {e} ~ \frac{1}{2} < > “q”"
VIETNAMESE = "Ắc Ằng Ẳm Ẵn Ặt ỡ ự ỹ Đắk Lắk, M'Đrắk"
HEADS = [("Đơn vị", False), ("Kết nạp", True)]


def cells(text: str) -> list[list[str]]:
    """Return the cells of each row as pandoc reads them, without marks."""
    page = pypandoc.convert_text(text, "html", "latex", extra_args=["--wrap=none"])
    rows = re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    return [
        [
            unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)
        ]
        for row in rows
    ]


@pytest.mark.parametrize("words", [SPECIAL, VIETNAMESE, "50% · [1]", "−0,5 ≥ 3 ≈ 4", "[x] * -- a", "* b"])
def test_a_cell_says_what_it_said(words: str) -> None:
    text = latex.table("t", "Tên", HEADS, [[words, "1"], ["b", "2"]])
    (_head, first, second) = cells(text)
    assert [re.sub(r"[\s  ]+", " ", cell) for cell in first] == [words.replace("'", "’"), "1"]
    assert second == ["b", "2"]


def test_rules_are_of_booktabs_and_numbers_stand_at_the_right() -> None:
    text = latex.table("t", "Tên", HEADS, [["xã A", "12"]], ["Một ghi chú."])
    assert [text.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule", r"\hline")] == [
        1,
        1,
        1,
        0,
    ]
    assert r"\begin{tabular}{lr}" in text
    assert "Một ghi chú." in text
    assert r"\label{tab:t}" in text


def test_a_long_table_breaks_over_pages_and_repeats_its_head() -> None:
    rows = [[f"xã {i}", str(i)] for i in range(60)]
    text = latex.table("t", "Tên", HEADS, rows)
    assert r"\begin{longtable}{lr}" in text
    assert text.count("Đơn vị & Kết nạp") == 2
    found = cells(text)
    assert [row for row in found if row[0] != "Đơn vị"] == rows


def test_columns_of_long_words_share_the_line() -> None:
    rows = [["một câu rất dài " * 12, "3", "một câu khác " * 6]]
    text = latex.table("t", "Tên", [*HEADS, ("Ghi chú", False)], rows)
    shares = [float(share) for share in re.findall(r"p\{([\d.]+)\\linewidth\}", text)]
    assert len(shares) == 2
    assert 0.8 < sum(shares) < 1
    assert "sidewaystable" not in text


def test_a_table_of_many_columns_is_turned() -> None:
    heads = [(f"Cột_{i}", True) for i in range(14)]
    text = latex.table("t", "Tên", heads, [["1234567890"] * 14])
    assert r"\begin{sidewaystable}" in text
    assert r"Cột\_3" in text


def test_links_stay_and_other_marks_fall_away() -> None:
    link = Markup('<span lang="en"><a href="https://x.vn/a_b%20c?d=1&amp;e">[{}]</a></span>').format("A & B")
    assert latex.text(link) == r"\href{https://x.vn/a_b\%20c?d=1\&e}{[A \& B]}"
    assert latex.text(Markup('<a href="#nguon-1">[1]</a>')) == "[1]"
    assert latex.text(Markup("một<br>hai <strong>ba</strong>")) == r"một; hai \textbf{ba}"


def test_a_table_carries_its_latex_and_its_html() -> None:
    row = [Markup('A &amp; B <a href="#nguon-1">[1]</a>'), "62,5"]
    heads = [Head("Đơn vị"), Head("%", numeric=True)]
    table = Table("t", "Tên", "Chú thích.", heads, [row], pd.DataFrame(), ["Một ghi chú."])
    assert table._repr_mimebundle_()["text/latex"] == table.to_latex()
    assert r"\caption{Tên. Chú thích.}" in table.to_latex()
    assert r"A \& B [1] & 62,5 \\" in table.to_latex()
    page = table.to_html()
    assert re.findall(r"<caption>(.*?)</caption>", page, re.DOTALL) == ["<strong>Tên.</strong> Chú thích."]
    assert '<th scope="row">A &amp; B [1]</th><td class="num">62,5</td>' in page
    assert "<li>Một ghi chú.</li>" in page
    assert not re.findall(r"href|download|kn-number", page)
