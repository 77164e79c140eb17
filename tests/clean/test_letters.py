"""One form of letters for cells: what changes has its rule, and what was changed once is changed for good."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.letters import place_tones, unify


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        pytest.param("Điện Biên", "Điện Biên", "", id="nothing"),
        pytest.param(unicodedata.normalize("NFD", "Mường Ảng"), "Mường Ảng", "nfc", id="nfd"),
        pytest.param("Ðiện, ðội", "Điện, đội", "eth", id="eth"),
        pytest.param("Điện\u200b Bi\u00adên\ufeff", "Điện Biên", "invisible", id="invisible"),
        pytest.param("A\u200b\u0301", "Á", "invisible", id="mark-apart"),
        pytest.param("\u00a0Điện\u00a0\u3000Biên\r\n", "Điện Biên", "spaces", id="spaces"),
        pytest.param("Điện  Biên ", "Điện Biên", "spaces", id="plain-spaces"),
        *(
            pytest.param(f"M{sign}Đrắk", "M'Đrắk", "apostrophe", id=f"apostrophe-{ord(sign):04x}")
            for sign in "‘’ʼ`´"
        ),
        pytest.param("M'Đrắk", "M'Đrắk", "", id="plain-apostrophe"),
        pytest.param(" ð’\u200b", "đ'", "invisible+eth+apostrophe+spaces", id="all"),
        pytest.param(" \t", "", "spaces", id="only-spaces"),
        pytest.param("\u1fef", "'", "nfc+apostrophe", id="greek-back-tick"),
    ],
)
def test_unify(text: str, value: str, rule: str) -> None:
    read = unify(text)
    assert (read.value, read.rule, read.refused) == (value, rule, False)


@pytest.mark.parametrize("text", ["Mư\ufffdng", "\ud800", "Bi\x90n"])
def test_a_cell_with_a_letter_lost_is_refused(text: str) -> None:
    read = unify(text)
    assert (read.value, read.rule, read.refused) == (None, "letter_lost", True)


@given(st.text() | st.text(st.sampled_from("aoÐđ’` \u00a0\u200b\u00ad\u0301\u0323\u0302\r\x01\u1fef\u2000")))
def test_unify_once_is_unify_for_good(text: str) -> None:
    read = unify(text)
    if read.refused:
        return
    assert read.value is not None
    assert (read.rule == "") == (read.value == text)
    assert unify(read.value) == type(read)(read.value)


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        ("Hoà Bình, Thanh Hoá", "Hòa Bình, Thanh Hóa"),
        ("HOÀ, Hoạ, hoả, hoã", "HÒA, Họa, hỏa, hõa"),
        ("khoẻ, loè, Xoé, loẹ", "khỏe, lòe, Xóe, lọe"),
        ("thuý, thuỷ, UỶ ban, luỹ, tuỳ, luỵ", "thúy, thủy, ỦY ban, lũy, tùy, lụy"),
    ],
)
def test_tones_go_to_the_first_letter_of_open_pairs(text: str, placed: str) -> None:
    assert (place_tones(text).value, place_tones(text).rule) == (placed, "tone_place")


@pytest.mark.parametrize(
    "text",
    [
        "quý",
        "Quỳ",
        "QUỶ",
        "già",
        "giá",
        "qua",
        "quá",
        "quả",
        "quế",
        "toàn",
        "hoài",
        "khoáng",
        "thuyền",
        "huỳnh",
        "huýt",
        "khuỷu",
        "ngoằn",
        "hòa",
        "thúy",
        "khỏe",
        "Hóa",
    ],
)
def test_other_tones_stay(text: str) -> None:
    assert place_tones(text).value == text
    assert place_tones(text).rule == ""


@given(st.text() | st.text(st.sampled_from("qQhoOuUaeyàáạèẻýỳỵÀÝ n")))
def test_tones_placed_once_are_placed_for_good(text: str) -> None:
    placed = place_tones(text).value
    assert placed is not None
    assert place_tones(placed).value == placed
    bare = [unicodedata.normalize("NFD", word) for word in (text, placed)]
    assert sorted(bare[0]) == sorted(bare[1])
