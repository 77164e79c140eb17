"""Each encoding told apart on the text of a register, and what is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.encoding import Decoded, decode, decode_as, sniff
from analysis.clean.legacy import to_tcvn3, to_vni
from analysis.errors import DataRefusedError, KetnapError, ParameterError

HEADER = "STT,Họ và tên,Giới tính,Dân tộc,Tôn giáo,Nghề nghiệp,Chi bộ,Huyện,Ngày kết nạp"
CELLS = [
    "Nữ,Thái,Không,nông dân,Chi bộ bản Nà Nghè,Mường Ảng",
    "Nam,Mông,Không,giáo viên,Chi bộ bản Sín Thầu,Mường Nhé",
]
CELLS += ["Nam,Kinh,Phật giáo,bộ đội,Chi bộ trường tiểu học Him Lam,thành phố Điện Biên Phủ"]
CELLS += [
    "Nữ,Khơ Mú,Không,khuyến nông viên,Chi bộ thôn Hữu Nghị,Điện Biên Đông",
    "Nữ,Dao,Không,công chức xã,Đảng bộ xã,Tủa Chùa",
]
ROWS = [
    f"{i},{['Lò', 'Văn', 'Quàng', 'Thị', 'Hặng', 'Giàng', 'A', 'Súa', 'Cà'][i % 9]},{CELLS[i % 5]},{1 + i % 28:02}/05/2023"
    for i in range(25)
]
REGISTER = "\r\n".join([HEADER, *ROWS, ""])
FRENCH = "\r\n".join(["nom,prénom,métier,qualité", *("Durand,Hélène,ingénieure,très appréciée à côté",) * 20])
VISCII = (
    b"\xd0i\xaen Bi\xean, n\xf4ng d\xe2n, chi b\xb5 b\xe4n, th\xb8 tr\xa4n, huy\xaen \xfcy, k\xaat n\xd5p"
)
TONES = "\u0300\u0301\u0303\u0309\u0323"


def cp1258(text: str) -> bytes:
    """Return the text as windows-1258 keeps it: vowels with their hats, each tone as a byte of its own."""
    letters = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        letters.append(unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES)))
        letters.extend(c for c in parts if c in TONES)
    return "".join(letters).encode("cp1258")


ENCODED = {
    "utf-8": REGISTER.encode(),
    "utf-8-sig": REGISTER.encode("utf-8-sig"),
    "utf-16": REGISTER.encode("utf-16"),
    "utf-16-le": REGISTER.encode("utf-16-le"),
    "utf-16-be": REGISTER.encode("utf-16-be"),
    "cp1258": cp1258(REGISTER),
    "tcvn3": to_tcvn3(REGISTER).encode("latin-1"),
    "vni": to_vni(REGISTER).encode("latin-1"),
}
each = pytest.mark.parametrize("name", ENCODED)


def label(name: str) -> str:
    return name.removesuffix("-le").removesuffix("-be")


def as_kept(text: str, name: str) -> str:
    """Return the text without what the encoding cannot keep: TCVN3 has no capitals with tones."""
    return text.lower() if name == "tcvn3" else text


def refusal(data: bytes) -> str:
    with pytest.raises(DataRefusedError) as refused:
        decode(data, "register.csv")
    assert str(refused.value.problems[0]).startswith("register.csv")
    return str(refused.value.problems[0])


@each
def test_each_encoding_is_told_apart(name: str) -> None:
    found = decode(ENCODED[name], "register.csv")
    assert (found.encoding, as_kept(found.text, name)) == (label(name), as_kept(REGISTER, name))
    assert found.evidence


@each
@pytest.mark.parametrize("size", [len(HEADER), 400, 401, 402, 403, 404, 405, 10**6])
def test_a_sample_cut_anywhere_tells_the_same(name: str, size: int) -> None:
    found = sniff(ENCODED[name][:size], "register.csv")
    assert found.label == label(name)
    assert found.utf8 == (name in ("utf-8", "utf-8-sig"))


@pytest.mark.parametrize("name", ["cp1258", "tcvn3", "vni"])
def test_letters_far_from_the_beginning_are_found(name: str) -> None:
    plain = b"1,Nam,Kinh\r\n" * 200_000
    found = decode(plain + ENCODED[name], "register.csv")
    assert found.encoding == name
    assert as_kept(found.text, name) == as_kept(plain.decode() + REGISTER, name)


@each
def test_a_named_encoding_is_used(name: str) -> None:
    text = decode_as(ENCODED[name], label(name), "register.csv").text
    assert as_kept(text, name) == as_kept(REGISTER, name)


def test_a_named_encoding_settles_what_the_bytes_leave_open() -> None:
    assert "as well in cp1252 as in tcvn3" in refusal(b"B\xe9")
    assert [decode_as(b"B\xe9", name, "a.csv").text for name in ("tcvn3", "cp1252")] == ["Bộ", "Bé"]


def test_a_named_encoding_that_does_not_fit_is_refused_with_its_row() -> None:
    with pytest.raises(DataRefusedError, match=r"a\.csv, row 2: found bytes that are no utf-8 text"):
        decode_as(b"STT\n\xff", "utf-8", "a.csv")


def test_an_unknown_encoding_is_no_encoding() -> None:
    with pytest.raises(ParameterError, match="'viscii'; expected one of utf-8, utf-8-sig"):
        decode_as(b"", "viscii", "a.csv")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(FRENCH.encode("cp1252"), ("cp1252", FRENCH), id="french"),
        pytest.param("STT,“Nam” – 5 µ".encode("cp1252"), ("cp1252", "STT,“Nam” – 5 µ"), id="only-signs"),
        pytest.param("STT,“Điện Biên” – Đông".encode(), ("utf-8", "STT,“Điện Biên” – Đông"), id="utf-8"),
        pytest.param(b"STT,Nam\n", ("utf-8", "STT,Nam\n"), id="ascii"),
        pytest.param(b"", ("utf-8", ""), id="empty"),
        pytest.param(b"\xef\xbb\xbf", ("utf-8-sig", ""), id="only-a-mark"),
        pytest.param(b"\xff\xfe", ("utf-16", ""), id="only-a-mark-of-utf-16"),
    ],
)
def test_other_texts(data: bytes, expected: tuple[str, str]) -> None:
    found = decode(data, "a.csv")
    assert (found.encoding, found.text) == expected


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        pytest.param(b"PK\x03\x04" + b"a" * 99, "workbook (.xlsx)", id="xlsx"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "before 2007 (.xls)", id="xls"),
        pytest.param(b"\x1f\x8b\x08\x00", "gzip", id="gzip"),
        pytest.param(REGISTER.encode("utf-32"), "UTF-32", id="utf-32"),
        pytest.param(b"\x00\x01\x02\x03" * 50, "no text", id="zero-bytes"),
        pytest.param(REGISTER.encode() + b"\x00\x00", "no text", id="utf-8-padded-with-zeros"),
        pytest.param(b"\xff\xfe\x00\xd8", "no text", id="utf-16-broken"),
        pytest.param("漢字仮名".encode("utf-16"), "no text", id="utf-16-but-not-latin"),
        pytest.param(b"\x01\x02\xe9a", "no text", id="control-bytes"),
        pytest.param(b"a\x81\xe9", "no text", id="undefined-bytes"),
        pytest.param("Lý,Lê,Vân,Tú".encode("cp1252"), "as well in", id="latin-1-or-tcvn3"),
        pytest.param(REGISTER.encode("utf-16") + b"\0\0", "no text", id="utf-16-padded-with-zeros"),
        pytest.param("Hà,bàn,café,été".encode("cp1252"), "an unknown encoding", id="half-vietnamese"),
        pytest.param(b"a\xb9b,c\xb6d,e\xb5f", "an unknown encoding", id="signs-within-words"),
        pytest.param(VISCII, "an unknown encoding", id="unknown"),
        pytest.param(
            to_tcvn3(REGISTER).encode("latin-1") + to_vni(REGISTER).encode("latin-1"), "vni", id="two-codes"
        ),
        pytest.param(REGISTER.encode("cp1252", "replace"), "replaced by ? or �", id="saved-as-western"),
        pytest.param(REGISTER.encode("ascii", "replace"), "replaced by ? or �", id="saved-as-ascii"),
        pytest.param(
            REGISTER.encode().replace("ộ".encode(), "�".encode()), "replaced by ? or �", id="replacement"
        ),
        pytest.param(REGISTER.encode() + b"\r\nB\xe9", "row 28", id="utf-8-with-one-broken-row"),
        pytest.param(REGISTER.encode("utf-8") + "ộ".encode()[:2], "no utf-8 text", id="utf-8-cut"),
    ],
)
def test_what_is_refused(data: bytes, seen: str) -> None:
    assert seen in refusal(data)


def test_a_refusal_shows_no_cell() -> None:
    assert "L" not in refusal("Lý,Lê,Vân".encode("cp1252")).replace("UTF-8", "").replace("LF", "")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("co?khong,ghi chu", id="few"),
        pytest.param("có? không, sao? thế, ai? đâu", id="ends-of-questions"),
        pytest.param("x.vn/tim?id=1,x.vn/a?b=c&d?e,x.vn/so?trang=2,q=a?b", id="addresses"),
    ],
)
def test_a_question_mark_is_not_always_a_lost_letter(text: str) -> None:
    assert decode(text.encode(), "a.csv").text == text


def refused(data: bytes) -> str:
    """Return why the bytes are refused by the package's own error, or nothing where they are read."""
    try:
        decode(data, "a.csv")
        sniff(data, "a.csv")
    except KetnapError as error:
        return str(error)
    return ""


@given(
    st.binary(max_size=200)
    | st.lists(st.sampled_from([*"aBđ?\n\0\x81\xe9ộ\ufffd\ufeff", "PK"])).map(
        lambda parts: "".join(parts).encode("cp1258", "replace")
    )
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    message = refused(data)
    assert not message or "a.csv: found" in message or "a.csv, row" in message


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0?\ufffd"), max_size=60).map(
        "STT,{}".format
    )
)
def test_utf_8_is_never_taken_for_another(text: str) -> None:
    found = decode(text.encode(), "a.csv")
    assert found == Decoded(text, "utf-8", found.evidence)
