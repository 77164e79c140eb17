"""Privacy at the door: what in a register's cells names or finds a person, and what may be written of a cell.

Names, identity numbers, telephones, addresses and birth dates reach no file, log or output. Columns are told
by their header, and every other cell by its content.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache

from analysis.clean.cells import Cell
from analysis.clean.person_key import person_key
from analysis.clean.person_names import Found, names
from analysis.clean.person_numbers import DATE, ENDLESS, digit_runs, typed_kind, written_kind
from analysis.clean.text import fold
from analysis.vocab import table

__all__ = ["header_kind", "identifying", "loggable", "person_key", "shape", "unit_identifying"]

_YEAR = re.compile(r"(?:19|20)\d\d|tháng|thang", re.IGNORECASE)
_MAIL = re.compile(r"\w\s?@\s?\w|https?:|www\.|\b(?:facebook|fb|zalo)\.", re.IGNORECASE)
_HOUSE = re.compile(r"\bsố\s+nhà\s*:?\s*\d|\bnhà\s+số\s+\d", re.IGNORECASE)
# A house, not the number of a street group or a school: số 12 ngõ 5 đường ..., 12/5 phố ...
_HOUSE_ON_STREET = re.compile(
    r"(?<!tổ )(?<!phố )(?<!khu )(?<!cụm )(?<!đội )(?<!bộ )(?<!trường )(?<!tdp )"
    r"(?<!thcs )(?<!thpt )(?<!học )(?<!non )(?<!sở )(?<!trạm )"
    r"\bsố\s+\d+[a-z]?(?:/\d+)*,?\s+(?:đường|phố|ngõ|ngách|hẻm|kiệt)\s+\w",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b(?:ngõ|ngách|hẻm|kiệt)\s+(?:số\s+)?\d"
    r"|\d[a-z]?,?\s(?:đường|phố|ngõ|ngách|hẻm|kiệt)\s\w",
    re.IGNORECASE,
)
_RESIDENCE = re.compile(
    r"\b(?:địa chỉ|thường trú|tạm trú|hộ khẩu|nơi ở|chỗ ở|trú tại|trú quán|quê quán|nguyên quán|sinh quán)\b"
    r"\s*(?:hiện nay|tại)?\s*[:\-]?\s*\w",
    re.IGNORECASE,
)
_RESIDENCE_WORDS = frozenset(("địa", "thường", "tạm", "hộ", "nơi", "chỗ", "trú", "quê", "nguyên", "sinh"))
_LONGEST_SHAPE = 40
_SHOWN = frozenset(" !\"#%&'()*+,-./:;<=>?[]_{}|–—’‘“”…°")


@cache
def _headers() -> tuple[tuple[str, str, str], ...]:
    return tuple((row["kind"], row["match"], f" {fold(row['header'])} ") for row in table("identity_headers"))


def header_kind(header: str) -> str | None:
    """Return what kind of identity a column holds, from its header; None where it holds none.

    Returns
    -------
    str or None
        ``name``, ``relative``, ``sponsor``, ``identity_number``, ``party_card``, ``decision_number``,
        ``telephone``, ``email``, ``account``, ``address``, ``photo``, ``signature``, ``birth_date``.

    Examples
    --------
    >>> header_kind("Họ và tên"), header_kind("Số CCCD/CMND"), header_kind("HỌ TÊN VỢ (CHỒNG)")
    ('name', 'identity_number', 'relative')
    >>> header_kind("Tên chi bộ") is None, header_kind("Ngày phát thẻ đảng viên") is None
    (True, True)
    """
    text = f" {fold(header)} "
    for kind, match, words in _headers():
        if text == words if match == "exact" else words in text:
            return kind or None
    return None


def identifying(cell: Cell) -> str | None:
    """Return the kind of identity that a cell holds anywhere inside it; None where it holds none.

    A name after which places are called is let through only beside the word for one: *xã Nguyễn Huệ*.

    Returns
    -------
    str or None
        ``name``, ``telephone``, ``identity_number``, ``party_card``, ``account``, ``email``,
        ``address``, ``birth_date``.

    Examples
    --------
    >>> identifying("do đ/c Lò Văn Pánh giới thiệu"), identifying("lh 0912.345.678"), identifying(12345678901)
    ('name', 'telephone', 'identity_number')
    >>> identifying("Đại học Luật Hà Nội") is None, identifying("07/02/2019") is None
    (True, True)
    """
    return _identity(cell, unit=False)


def unit_identifying(cell: Cell) -> str | None:
    """Return the kind of identity in the cell of a unit, whose name may be that of a person honoured.

    Examples
    --------
    >>> unit_identifying("Chi bộ Trường THPT Lê Quang Cường") is None
    True
    >>> unit_identifying("Chi bộ 3 (đ/c Lò Văn Pánh)"), unit_identifying("Nguyễn Minh Tuấn")
    ('name', 'name')
    """
    return _identity(cell, unit=True)


def _identity(cell: Cell, *, unit: bool) -> str | None:
    if isinstance(cell, bool | date):
        return None
    if isinstance(cell, int | float):
        return typed_kind(cell)
    text = _plain(cell)
    digits = sum(map(str.isdigit, text))
    if digits >= 4 and (kind := written_kind(text)):
        return kind
    if ("@" in text or "." in text or ":" in text) and _MAIL.search(text):
        return "email"
    if (digits and (_HOUSE.search(text) or _HOUSE_ON_STREET.search(text))) or (
        not unit and _is_address(text, digits)
    ):
        return "address"
    is_person = _names_in_unit if unit else _names_person
    return "name" if any(is_person(found) for found in names(text)) else None


def _is_address(text: str, digits: int) -> bool:
    if digits and _STREET.search(text):
        return True
    return not _RESIDENCE_WORDS.isdisjoint(text.lower().split()) and _RESIDENCE.search(text) is not None


def _plain(text: str) -> str:
    """Return the text in NFKC with single spaces, without characters that do not show.

    Those could part a number or a name; long runs of spaces would make the patterns slow.
    """
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    if not text.isprintable():
        text = "".join(c if c.isspace() or unicodedata.category(c)[0] != "C" else "" for c in text)
    elif "  " not in text:
        return text
    return " ".join(text.split())


def _names_person(found: Found) -> bool:
    if found.by == "title":
        return True
    a_place = found.known == "province" or (found.known == "district" and found.by == "weak")
    return not a_place and not (found.known and found.unit_before)


def _names_in_unit(found: Found) -> bool:
    if found.by == "title":
        return True
    if found.known:
        a_place = found.known in ("province", "district")
        told = found.bracketed or found.role_before or found.by == "certain"
        return told and not (a_place or found.unit_before)
    if found.by == "certain" or found.role_before:
        return True
    return not found.unit_before and not (found.by == "weak" and found.length < 3)


def _text(cell: Cell) -> str:
    if isinstance(cell, int | float) and abs(cell) >= ENDLESS:
        return "9" * _LONGEST_SHAPE
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell if isinstance(cell, str) else str(cell)


def shape(cell: Cell) -> str:
    """Return a cell's form without its content: ``a``, ``A`` for letters, ``9`` for digits; 40 characters at most.

    Examples
    --------
    >>> shape("Lò Văn Pánh, 0912 345 678")
    'Aa Aaa Aaaa, 9999 999 999'
    """
    text = unicodedata.normalize("NFKC", _text(cell)[: 4 * _LONGEST_SHAPE])
    masked = (_mask(c) for c in text if not unicodedata.combining(c))
    return "".join(masked)[:_LONGEST_SHAPE]


def _mask(character: str) -> str:
    if character.isalpha():
        return "A" if character.isupper() else "a"
    if character.isnumeric():
        return "9"
    if character.isspace():
        return " "
    return character if character in _SHOWN else "?"


def loggable(cell: Cell, known_words: frozenset[str], *, dates: bool = False) -> str:
    """Return what may be written of a refused cell: its text where that says nothing of a person, else its shape.

    Parameters
    ----------
    cell : Cell
        What was refused.
    known_words : frozenset of str
        Folded words of the vocabulary; a text with any other word is not written.
    dates : bool
        Whether days, months and years may be written. False for a column of birth dates.

    Examples
    --------
    >>> loggable("Đại hoc, 12/12", frozenset({"dai", "hoc"}))
    'Đại hoc, 12/12'
    >>> loggable("Cháu Pánh", frozenset({"chau"})), loggable("31/02/2019", frozenset())
    ('Aaaa Aaaa', '99/99/9999')
    """
    text = _text(cell)
    if len(text) > 4 * _LONGEST_SHAPE or identifying(cell) is not None:
        return shape(cell)
    plain = _plain(text)
    if not dates and (isinstance(cell, date) or DATE.search(plain) or _YEAR.search(plain)):
        return shape(cell)
    plain = DATE.sub(" ", plain)
    if any(len(run) >= 5 for run in digit_runs(plain)) or not text.isprintable():
        return shape(cell)
    words = (word for word in fold(plain).split() if not word.isdigit())
    return text if all(word in known_words for word in words) else shape(cell)
