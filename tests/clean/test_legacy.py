"""TCVN3 and VNI: every letter there and back, words as others print them, and Unicode left alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import vocab
from analysis.clean.legacy import (
    LegacyCode,
    from_tcvn3,
    from_vni,
    legacy_code,
    to_tcvn3,
    to_unicode,
    to_vni,
)

TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
SMALL = [unicodedata.normalize("NFC", v + tone) for v in "aăâeêioôơuưy" for tone in TONES] + ["đ"]
CAPITALS = [letter.upper() for letter in SMALL]
PLACES = [p.name for p in vocab.provinces()] + [
    "Chi bộ bản Nà Nghè",
    "huyện Mường Ảng",
    "Điện Biên Đông",
    "xã Sín Thầu",
    "Lò Văn Pó",
    "Quàng Thị Hặc",
    "Giàng A Súa",
    "phường Him Lam, thành phố Điện Biên Phủ",
    "Nông dân",
    "Trung cấp lý luận chính trị",
    "Bộ đội biên phòng",
    "dân tộc Thái, không theo tôn giáo",
    "khuyến nông viên thôn, bản",
    "quý III",
    "Tốt nghiệp trung học phổ thông",
]
vietnamese = st.lists(st.sampled_from([*SMALL, *CAPITALS, *"bcghklmnpqrstvxBCGHKLMNPQRSTVX", " ", ", "])).map(
    "".join
)


@pytest.mark.parametrize("letter", SMALL)
def test_every_small_letter_survives_tcvn3(letter: str) -> None:
    assert from_tcvn3(to_tcvn3(f"b{letter}n")) == f"b{letter}n"


@pytest.mark.parametrize("letter", "ĂÂĐÊÔƠƯ")
def test_the_seven_capitals_of_tcvn3_survive(letter: str) -> None:
    assert from_tcvn3(to_tcvn3(f"{letter}n")) == f"{letter}n"


@pytest.mark.parametrize("letter", SMALL + CAPITALS)
def test_every_letter_survives_vni(letter: str) -> None:
    assert from_vni(to_vni(f"B{letter}n")) == f"B{letter}n"


@given(vietnamese)
def test_any_vietnamese_text_survives_vni(text: str) -> None:
    assert from_vni(to_vni(text)) == text


@given(vietnamese)
def test_any_vietnamese_text_survives_tcvn3_but_for_case(text: str) -> None:
    assert from_tcvn3(to_tcvn3(text)).lower() == text.lower()


@pytest.mark.parametrize("text", PLACES)
def test_no_code_keeps_more_than_latin_1(text: str) -> None:
    for coded in (to_tcvn3(text), to_vni(text)):
        assert coded.encode("latin-1").decode("cp1252") == coded


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("Céng hoµ x· héi chñ nghÜa ViÖt Nam", "Cộng hoà xã hội chủ nghĩa Việt Nam", id="state"),
        pytest.param("§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc", id="motto"),
        pytest.param("Ng\u00adêi lao ®éng ph¶i ®\u00adîc", "Người lao động phải được", id="u-horn"),
        pytest.param(
            "CéNG HOµ X· HéI CHñ NGHÜA VIÖT NAM", "CỘNG HOÀ Xã HỘI CHỦ NGHĨA VIỆT NAM", id="capitals"
        ),
        pytest.param("B¶o Th¾ng, B¸t X¸t", "Bảo Thắng, Bát Xát", id="a-breve"),
        pytest.param("Lª Hµ", "Lê Hà", id="one-capital"),
        pytest.param("“§¶ng” – 2020", "“Đảng” – 2020", id="punctuation"),
    ],
)
def test_tcvn3_as_documents_print_it(typed: str, meant: str) -> None:
    assert from_tcvn3(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("Tieáng Vieät raát hay", "Tiếng Việt rất hay", id="e-circumflex"),
        pytest.param("Xin chaøo caùc baïn", "Xin chào các bạn", id="tones"),
        pytest.param("í ì æ ó ò, yù yø yû yõ î", "í ì ỉ ĩ ị, ý ỳ ỷ ỹ ỵ", id="i-and-y"),
        pytest.param("Möôøng AÛng", "Mường Ảng", id="capital-mark"),
        pytest.param("Möôøng Aûng", "Mường Ảng", id="small-mark-on-capital"),
        pytest.param("Ñaûng boä TAÂY NGUYEÂN", "Đảng bộ TÂY NGUYÊN", id="capitals"),
        pytest.param("ôâ", "ơâ", id="mark-of-no-letter-stays"),
    ],
)
def test_vni_as_documents_print_it(typed: str, meant: str) -> None:
    assert from_vni(typed) == meant


@given(st.text())
def test_any_text_is_read_in_nfc(text: str) -> None:
    for read in (from_tcvn3(text), from_vni(text), to_tcvn3(text), to_vni(text)):
        assert unicodedata.is_normalized("NFC", read)


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_never_changes(text: str) -> None:
    column = LegacyCode("vni", 9, 9, 0, 0)
    assert from_tcvn3(text) == from_vni(text) == to_tcvn3(text) == to_vni(text) == text
    assert to_unicode(text, column).value == text
    assert legacy_code([text], [".VnTime"]) is None


@pytest.mark.parametrize(("encode", "code"), [(to_tcvn3, "tcvn3"), (to_vni, "vni")])
def test_a_column_of_one_code_is_found_and_read_whole(encode, code) -> None:
    typed = [encode(text) for text in PLACES]
    found = legacy_code(typed)
    assert found is not None
    assert (found.code, found.unicode, found.lost) == (code, 0, 0)
    assert [to_unicode(text, found).value.lower() for text in typed] == [text.lower() for text in PLACES]


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(PLACES, id="unicode"),
        pytest.param([unicodedata.normalize("NFD", text) for text in PLACES], id="nfd"),
        pytest.param(["Hoà Bình", "Hà Nam", "Lò A Pó", "Sùng A Lâu", "Bé", "Lý"], id="unicode-of-latin-1"),
        pytest.param(["Viêt Nam", "tôt", "Lôc", "Chôt", "Hôp", "Côt"], id="tones-forgotten"),
        pytest.param(
            [
                "thé",
                "où",
                "café",
                "été",
                "goût",
                "août",
                "hôtel",
                "forêt",
                "tôt",
                "naïve",
                "Noël",
                "mâle",
                "sûr",
            ],
            id="french",
        ),
        pytest.param(["España", "Muñoz", "año", "jalapeño", "São", "piñata", "señor", "niño"], id="spanish"),
        pytest.param(["für", "schön", "König", "möchte", "Größe", "Tür"], id="german"),
        pytest.param(["20°C", "5 µm", "3 m²", "½", "© 2020", "§ 5", "n¹", "«Nam»"], id="signs"),
        pytest.param(["5 µm", "n¹", "h¹", "café", "mère", "père", "élève"], id="signs-among-french"),
        pytest.param(["ChiÕn", "Bé"], id="too-little"),
        pytest.param([], id="nothing"),
        pytest.param([text.encode().decode("cp1252", "ignore") for text in PLACES], id="utf-8-as-cp1252"),
    ],
)
def test_what_is_no_legacy_code_stays(texts: list[str]) -> None:
    assert legacy_code(texts) is None


@pytest.mark.parametrize(
    ("texts", "fonts", "code"),
    [
        pytest.param(["ChiÕn"], [], None, id="one-word-no-font"),
        pytest.param(["ChiÕn"], [".VnTime", "Arial"], "tcvn3", id="one-word-and-font"),
        pytest.param(["Ñaûng"], ["VNI-Times"], "vni", id="vni-font"),
        pytest.param(["Bé"], [".VnTimeH", ".VnArial"], "tcvn3", id="all-fonts-of-the-code"),
        pytest.param(["Bé"], [".VnTime", "Times New Roman"], None, id="some-fonts-of-the-code"),
        pytest.param(["Bé"], [".VnTime", "VNI-Times"], None, id="fonts-disagree"),
        pytest.param(["Bé", "Điện Biên"], [".VnTime"], None, id="unicode-in-a-legacy-font"),
        pytest.param(["Hoà"], ["VNI-Times"], "vni", id="tie-by-font"),
        pytest.param([to_vni(text) for text in PLACES], [".VnTime"], "vni", id="words-beat-the-font"),
    ],
)
def test_fonts_are_evidence(texts: list[str], fonts: list[str], code: str | None) -> None:
    found = legacy_code(texts, fonts)
    assert (found and found.code) == code


def test_a_mixed_column_is_read_cell_by_cell() -> None:
    found = legacy_code([*(to_tcvn3(text) for text in PLACES), "Điện Biên", "Hoà Bình", "Bé"])
    assert found is not None
    assert found.unicode == 2
    read = {
        text: to_unicode(text, found)
        for text in ("HuyÖn Tña Chïa", "Điện Biên", "Hoà Bình", "Bé", "Lôc", "HuyÖn Điện Biên", "Sở §iÖn")
    }
    assert {text: one.value for text, one in read.items() if not one.refused} == {
        "HuyÖn Tña Chïa": "Huyện Tủa Chùa",
        "Điện Biên": "Điện Biên",
        "Hoà Bình": "Hoà Bình",
    }
    assert {text: one.rule for text, one in read.items()} == {
        "HuyÖn Tña Chïa": "tcvn3_to_unicode",
        "Điện Biên": "",
        "Hoà Bình": "",
        "Bé": "tcvn3_or_unicode",
        "Lôc": "tcvn3_or_unicode",
        "HuyÖn Điện Biên": "tcvn3_within_unicode",
        "Sở §iÖn": "tcvn3_within_unicode",
    }


@given(st.lists(st.sampled_from(PLACES)), st.sampled_from([to_tcvn3, to_vni]))
def test_unicode_is_never_converted_beside_a_legacy_code(texts, encode) -> None:
    found = legacy_code([*(encode(text) for text in PLACES), "Điện Biên"])
    assert found is not None
    for text in texts:
        read = to_unicode(text, found)
        assert read.refused or read.value == text


@given(st.lists(st.text()), st.lists(st.text()))
def test_any_column_is_weighed(texts: list[str], fonts: list[str]) -> None:
    found = legacy_code(texts, fonts) or LegacyCode("tcvn3", 3, 3, 0, 0)
    for text in texts:
        assert to_unicode(text, found).refused == (to_unicode(text, found).value is None)
