"""Words for the things of the field, in both languages."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from analysis import wording
from analysis.language import number, speaking
from analysis.models.estimate_words import interval
from analysis.source_words import source_name


def term(first: int, last: int, span: str) -> Any:
    """Return a row of figures whose period is a term."""
    return SimpleNamespace(
        period_type="term",
        period_start=date(first, 1, 1),
        period_end=date(last, 12, 31),
        months=12.0 * (last - first + 1),
        span=span,
    )


@pytest.mark.parametrize(
    ("row", "vietnamese", "english"),
    [
        pytest.param(
            term(2015, 2020, "whole_period"), "nhiệm kỳ 2015–2020", "term 2015–2020", id="a whole term"
        ),
        pytest.param(
            term(2020, 2022, "whole_period"), "nhiệm kỳ 2020–2022", "term 2020–2022", id="a cell's short term"
        ),
        pytest.param(
            term(2020, 2021, "elapsed_part"),
            "2020–2021, phần đã qua của nhiệm kỳ",
            "2020–2021, elapsed part of a term",
            id="a part is not called a term",
        ),
        pytest.param(
            term(2020, 2025, "elapsed_part"),
            "phần đã qua của nhiệm kỳ 2020–2025",
            "elapsed part of the term 2020–2025",
            id="a part of a term whose limits are given",
        ),
    ],
)
def test_a_term_and_a_part_of_one_are_told_apart(row: Any, vietnamese: str, english: str) -> None:
    assert wording.period(row) == vietnamese
    with speaking("en"):
        assert wording.period(row) == english


@pytest.mark.parametrize(
    ("printed", "vietnamese", "english"),
    [
        pytest.param("chi bộ thôn Vinh Vệ", "chi bộ thôn Vinh Vệ", "Party cell thôn Vinh Vệ", id="cell"),
        pytest.param("Trường THPT Nghèn", "Trường THPT Nghèn", "Nghèn Upper Secondary School", id="school"),
        pytest.param(
            "Trường THPT Cẩm Xuyên và Trường THPT Nghèn",
            "Trường THPT Cẩm Xuyên và Trường THPT Nghèn",
            "Cẩm Xuyên Upper Secondary School and Nghèn Upper Secondary School",
            id="two",
        ),
        pytest.param(
            "xã Hoài Mỹ, xã Hoài Hải và phường Hoài Hương",
            "xã Hoài Mỹ, xã Hoài Hải và phường Hoài Hương",
            "Hoài Mỹ commune, Hoài Hải commune and Hoài Hương ward",
            id="a list",
        ),
        pytest.param(
            "Khối cơ quan và doanh nghiệp",
            "Khối cơ quan và doanh nghiệp",
            "Khối cơ quan và doanh nghiệp",
            id="a name",
        ),
    ],
)
def test_kinds_of_units_are_said_in_the_readers_language(printed: str, vietnamese: str, english: str) -> None:
    assert wording.with_kind(printed) == vietnamese
    with speaking("en"):
        assert wording.with_kind(printed) == english


@pytest.mark.parametrize(
    ("coded", "vietnamese", "english"),
    [
        pytest.param(
            "Báo Điện Biên Phủ (English edition)",
            "Báo Điện Biên Phủ (bản tiếng Anh)",
            '<span lang="vi">Báo Điện Biên Phủ</span> (English edition)',
            id="an edition",
        ),
        pytest.param(
            "Vietnam.vn (French machine translation)",
            "Vietnam.vn (bản dịch máy tiếng Pháp)",
            "Vietnam.vn (French machine translation)",
            id="a translation",
        ),
        pytest.param("[title not shown in the page]", "[không rõ tiêu đề]", "[title unknown]", id="no title"),
        pytest.param(
            "Le lycée accueille 30 membres (title from the address)",
            '<span lang="fr">Le lycée accueille 30 membres</span> (tiêu đề lấy từ địa chỉ)',
            '<span lang="fr">Le lycée accueille 30 membres</span> (title from the address)',
            id="a third language",
        ),
        pytest.param("A <b> & c", "A &lt;b&gt; &amp; c", "A &lt;b&gt; &amp; c", id="escaped"),
    ],
)
def test_a_source_is_marked_with_its_language(coded: str, vietnamese: str, english: str) -> None:
    assert source_name(coded) == vietnamese
    with speaking("en"):
        assert source_name(coded) == english


def test_numbers_below_nought_have_a_true_minus_and_limits_a_word_between_them() -> None:
    assert number(-1234.5, 1) == "−1.234,5"
    assert interval(-2.0912, -0.30794) == "−2,091 đến −0,3079"
    with speaking("en"):
        assert interval(-2.0912, 0.30794) == "−2.091 to 0.3079"
        assert interval(0.5, 2) == "0.5000 – 2.000"
