"""Text: one form for comparing names, one for showing them."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.text import fold, slug, tidy, tone_key

NAMES = [
    "huyện Mường Ảng",
    "thị xã Thái Hòa",
    "huyện M'Đrắk",
    "Bà Rịa - Vũng Tàu",
    "TP. Hồ Chí Minh",
    "Chi bộ tổ dân phố 8",
    "Quảng Ngãi",
]
vietnamese = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấờữĐÀ '’.-8 ")) | st.text()


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        pytest.param("  huyện   Mường Ảng ", "huyện Mường Ảng", id="spaces"),
        pytest.param("huyện\u00a0Mường Ảng", "huyện Mường Ảng", id="no-break-space"),
        pytest.param(unicodedata.normalize("NFD", "huyện Mường Ảng"), "huyện Mường Ảng", id="decomposed"),
        pytest.param("", "", id="empty"),
    ],
)
def test_tidy_gives_composed_letters_and_single_spaces(printed, shown):
    assert tidy(printed) == shown


@given(vietnamese)
def test_tidy_leaves_a_tidy_text_alone(text):
    once = tidy(text)
    assert tidy(once) == once
    assert once == once.strip()
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        pytest.param("huyện M’Đrắk", "huyen mdrak", id="typographic-apostrophe"),
        pytest.param("HUYỆN M'ĐRẮK", "huyen mdrak", id="capitals"),
        pytest.param("huyện M'Ðrắk", "huyen mdrak", id="icelandic-eth-for-d"),
        pytest.param("Bà Rịa–Vũng Tàu", "ba ria vung tau", id="en-dash"),
        pytest.param("Hoà Bình", "hoa binh", id="old-tone-placement"),
        pytest.param("Hòa Bình", "hoa binh", id="new-tone-placement"),
        pytest.param(unicodedata.normalize("NFD", "Điện Biên"), "dien bien", id="decomposed"),
    ],
)
def test_fold_ignores_case_diacritics_and_punctuation(name, key):
    assert fold(name) == key


@given(vietnamese)
def test_fold_gives_plain_words_and_is_idempotent(text):
    key = fold(text)
    assert re.fullmatch(r"([a-z0-9]+( [a-z0-9]+)*)?", key)
    assert fold(key) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("thị xã Thái Hoà", "Thị xã Thái Hòa", id="oa"),
        pytest.param("huyện Thuỷ Nguyên", "huyện Thủy Nguyên", id="uy"),
        pytest.param("huyện M’Đrắk", "huyện M'Đrắk", id="apostrophe"),
        pytest.param("huyện \u00d0ức Linh", "huyện \u0110ức Linh", id="icelandic-eth-for-đ"),
        pytest.param("Bà Rịa–Vũng  Tàu", "Bà Rịa - Vũng Tàu", id="dash"),
        pytest.param(unicodedata.normalize("NFD", "Thừa Thiên Huế"), "Thừa Thiên Huế", id="decomposed"),
    ],
)
def test_tone_key_takes_two_spellings_of_a_name_for_one(one, other):
    assert tone_key(one) == tone_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Thanh Hóa", "Thanh Hòa", id="tone"),
        pytest.param("huyện Đăk Hà", "huyện Đắk Hà", id="tone-of-one-word"),
        pytest.param("xã Tân Hưng", "xã Tân Hùng", id="letter"),
        pytest.param("xã Tân Đạo", "xã Tân Dạo", id="d-and-đ"),
    ],
)
def test_tone_key_keeps_two_names_apart(one, other):
    assert fold(one) == fold(other)
    assert tone_key(one) != tone_key(other)


@given(vietnamese)
def test_tone_key_does_not_depend_on_composition(text):
    assert tone_key(unicodedata.normalize("NFD", text)) == tone_key(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("name", NAMES)
def test_slug_is_lower_case_ascii_with_hyphens(name):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(name))
    assert slug(slug(name)) == slug(name)
