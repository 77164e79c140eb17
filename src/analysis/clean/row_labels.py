"""What the words of a row say that it is: a sum, the heading of a unit, the end of a table."""

from __future__ import annotations

import re
from functools import lru_cache

from analysis.clean.text import fold, tidy, tone_key

_PEOPLE = r"(?:đồng chí|đ/c|đ\.c|đc|người|đảng viên|quần chúng|đv|qc)"
_WHOLE = r"toàn|xã|phường|thị|huyện|quận|tỉnh|thành|đảng|chi|quý|năm|tháng|đợt|trang|mục|phần|khối|cụm|nam|nữ"
_ALONE = re.compile(
    r"(?:tổng(?: cộng| số)?|cộng(?: dồn)?|luỹ kế|lũy kế|tong cong|tong so|cong)"
    rf"[\W\d_]*(?:{_PEOPLE}[\W_]*)?",
)
_TOTAL = re.compile(
    r"(?:(?:tổng cộng|tổng số|cộng dồn|luỹ kế|lũy kế|tong cong|tong so)\b.*"
    r"|(?:tổng|cộng|cong)\s*(?:[:(=].*|[ivxlcab](?:[ivxlc]*)(?:[\s+,&]+[ivxlcab]+)*[\W\d]*"
    rf"|[\W\d]*(?:số|cộng|dồn|{_PEOPLE}|{_WHOLE})\b.*)"
    r"|toàn (?:tỉnh|huyện|xã|đảng bộ)\b.*)",
    re.DOTALL,
)
_BEGINNINGS = ("tổng", "tong", "cộng", "cong", "luỹ", "lũy", "toàn")
_MARKER = re.compile(r"\(?(?:[IVXLC]{1,7}|[A-ZĐa-zđ])\s*[.)/:]?")
_MARKED = re.compile(r"\(?(?:[IVXLC]{1,7}|[A-ZĐ])\s*[.)/\-:]\s+(?=\S)|\(?[a-zđ]\)\s*(?=\S)")
_NUMBER = re.compile(r"\(?(?:[IVXLC]{1,7}|[A-ZĐa-zđ]|\d{1,3}(?:\.\d{1,3})*)\s*[.)/\-:]\s*(?=\S)")
_COUNT = re.compile(rf"[\W_]*\d[\d.,]*\s*{_PEOPLE}?[\W_]*", re.IGNORECASE)
_COUNT_AFTER = re.compile(
    rf"\s*(?:\((?:tổng số|tổng|cộng|có|gồm)?[:\s]*\d+\s*{_PEOPLE}?\.?\)|[-–:,;]?\s*\d+\s*{_PEOPLE}|:\s*\d*)\s*[.:;]?$",
    re.IGNORECASE,
)
_UNIT_WORDS = (
    "chi bộ", "đảng bộ", "đảng ủy", "tổ chức cơ sở", "xã", "phường", "thị trấn", "đặc khu", "huyện", "thị xã",
    "thành phố", "quận", "khối", "cụm", "đơn vị", "trường", "công ty", "ban", "bản", "thôn", "buôn", "ấp",
    "tổ dân phố", "tổng công ty", "tổng cục", "doanh nghiệp", "hợp tác xã", "htx", "nhà máy", "kho bạc", "phòng",
    "sở", "hội nông dân", "hội liên hiệp", "hội cựu chiến binh", "liên đoàn", "văn phòng", "trạm", "ngân hàng",
    "chi cục", "cục", "tòa án", "viện kiểm sát", "ủy ban", "ubnd", "mặt trận",
    "h", "x", "p", "tt", "tx", "tp", "đb", "cb", "đbcs", "cbcs", "bệnh viện", "trung tâm", "công an", "quân sự",
)  # fmt: skip
_UNIT_KEYS = tuple(tone_key(word) + " " for word in _UNIT_WORDS)
_UNIT_FOLDED = tuple(fold(word) + " " for word in _UNIT_WORDS)
_CLOSING = re.compile(
    r"\bngay\b.{0,12}\bthang\b.{0,12}\bnam\b|\b(?:nguoi lap|lap bieu|noi nhan|thu truong|xac nhan|ky ten|t m|tm|k t|kt|t l|tl"
    r"|bi thu|chu tich|truong ban|thuong truc|ban thuong vu|can bo to chuc|ke toan|giam doc|hieu truong|nguoi duyet|nguoi kiem tra|truong phong)\b"
)
_NEUTRAL = re.compile(
    r"(?:trang|to so|danh sach|bieu|mau|phu luc|ghi chu|chu thich|luu y|don vi tinh|dvt|tiep|quy|thang|nam|dot|kem theo|theo"
    r"|dang cong san|cong hoa xa hoi|doc lap)\b.*"
)


def _key(text: str) -> str:
    return " ".join(tidy(text).casefold().split())


def is_total(text: str) -> bool:
    """Tell whether a row's label says that the row sums others (*tổng cộng, cộng*).

    Examples
    --------
    >>> is_total("Tổng cộng:"), is_total("CỘNG"), is_total("Cộng xã Ẳng Nưa: 2 người")
    (True, True, True)
    >>> is_total("Tống Văn Cộng"), is_total("Cộng Hòa"), is_total("Tổng công ty Điện lực")
    (False, False, False)
    """
    key = _key(text)
    return key.startswith(_BEGINNINGS) and bool(_ALONE.fullmatch(key) or _TOTAL.fullmatch(key))


def is_total_alone(text: str) -> bool:
    """Tell whether a label says nothing else than that the row sums others: true even of a numbered row.

    Examples
    --------
    >>> is_total_alone("Tổng cộng: 12 đồng chí"), is_total_alone("Cộng xã Ẳng Nưa")
    (True, False)
    """
    return bool(_ALONE.fullmatch(_key(text)))


@lru_cache(maxsize=1 << 14)
def section_name(text: str) -> str | None:
    """Return the name of the unit that a row of its own puts above its people; None if it is none.

    Examples
    --------
    >>> section_name("II. Đảng bộ xã Ẳng Nưa (2 đồng chí)"), section_name("Người lập biểu")
    ('Đảng bộ xã Ẳng Nưa', None)
    >>> section_name("Trương Thị Hoa") is None
    True
    """
    text = tidy(text)
    found = _NUMBER.match(text)
    name = without_count(text[found.end() :] if found else text)
    words = (fold(name) if name.isascii() else tone_key(name)) + " "
    known = words.startswith(_UNIT_FOLDED if name.isascii() else _UNIT_KEYS)
    return name if known and not is_total(name) and len(name) <= 120 and not name.endswith(".") else None


def is_marker(text: str) -> bool:
    """Tell whether a cell numbers a heading: *III*, *A.*, *b)*."""
    return bool(_MARKER.fullmatch(tidy(text)))


def marked_name(text: str) -> str | None:
    """Return what follows a Roman number or a letter in one cell; None where none stands.

    Examples
    --------
    >>> marked_name("IV. Hội Nông dân: 5 người"), marked_name("Hội Nông dân")
    ('Hội Nông dân', None)
    """
    text = tidy(text)
    found = _MARKED.match(text)
    return without_count(text[found.end() :]) if found else None


def without_count(name: str) -> str:
    """Return a heading without the number of people behind it.

    Examples
    --------
    >>> without_count("Kho bạc Nhà nước (2 đồng chí)"), without_count("Chi bộ 3: 5 người")
    ('Kho bạc Nhà nước', 'Chi bộ 3')
    """
    name = tidy(name)
    return _COUNT_AFTER.sub("", name).strip() or name


def is_count(text: str) -> bool:
    """Tell whether a text is a number of people: *3*, *05 đ/c*."""
    return bool(_COUNT.fullmatch(text))


def closes(text: str) -> bool:
    """Tell whether a text belongs to the place, day and signatures under a table."""
    return bool(_CLOSING.search(fold(text)))


def is_neutral(text: str) -> bool:
    """Tell whether a note leaves the heading above in force: a page, a title, a remark."""
    return text.startswith(("(", "*")) or bool(_NEUTRAL.fullmatch(fold(text)))
