"""Numbers that find a person: of identity papers, Party cards, telephones and accounts, and days of birth."""

from __future__ import annotations

import math
import re
import unicodedata

DATE = re.compile(
    r"(?<!\d)(?<!\d[.\- ])(?:[0-3]?\d\s?[./-]\s?[0-3]?\d\s?[./-]\s?(?:(?:19|20)\d\d|\d\d)"
    r"|(?:19|20)\d\d(?:[./-]\d{1,2}[./-]\d{1,2}|\s?[-–]\s?(?:19|20)\d\d))(?![.\-]?\d)"
)
"""A day or a span of years, as long as it is no part of a longer number such as 09.12.31.1956."""
_BORN = re.compile(
    r"\b(?:sinh|ns|sn|s\.n|n\.s|birth|born|dob)\b[^\d\n]{0,25}(?:\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}"
    r"|\d{4}-\d\d?-\d\d?|\d{1,2}\s+tháng\s+\d{1,2})",
    re.IGNORECASE,
)
_RUN = re.compile(r"\+?\(?\d(?:\s?[ .\-()]?\s?\d)*")
_SOLID = re.compile(r"\d+")
_LABELS = (
    ("party_card", re.compile(r"thẻ đảng|số thẻ|\bsll\b|lý lịch đảng viên", re.IGNORECASE)),
    (
        "identity_number",
        re.compile(
            r"cmnd|cmtnd|\bcmt\b|cccd|căn cước|chứng minh|định danh|hộ chiếu|passport|bhxh|bhyt|mã số thuế|\bmst\b",
            re.IGNORECASE,
        ),
    ),
    ("account", re.compile(r"tài khoản|\bs?tk\b", re.IGNORECASE)),
    (
        "telephone",
        re.compile(
            r"điện thoại|di động|\bs?đt\b|\bsdt\b|\btel\b|phone|mobile|zalo|hotline|\bfax\b", re.IGNORECASE
        ),
    ),
)
_CARD = re.compile(r"(?<![\d.,])\d{2}\.\d{6}(?![.,]?\d)")
_PASSPORT = re.compile(r"\b(?:[A-Z]\d{7,8}|[A-Z]{2}\d{13})\b")
_BIRTH_WORDS = ("sinh", "ns", "sn", "s.n", "n.s", "birth", "born", "dob")
_MOST_PEOPLE = 10_000_000
"""No count in a register is larger, so a larger number is somebody's."""
ENDLESS = 10**20
"""No number of a person has more digits, and Python refuses to write the largest."""


def typed_kind(number: float) -> str | None:
    """Return the kind of identity that a typed number is; None where it may be a count.

    Examples
    --------
    >>> typed_kind(912345678), typed_kind(43866)
    ('telephone', None)
    """
    if abs(number) >= ENDLESS:
        return None if number in (math.inf, -math.inf) else "account"
    if math.isnan(number) or number != int(number) or abs(number) <= _MOST_PEOPLE:
        return None
    return _digits(str(abs(int(number))))


def _digits(digits: str) -> str | None:
    """Return the kind of a number of so many digits."""
    if len(digits) == 8:
        return None if _is_day(digits) else "identity_number"
    if len(digits) < 9:
        return None
    if digits[0] == "0" and digits[1] != "0" and len(digits) <= 11:
        return "telephone"
    if digits.startswith("84") and 11 <= len(digits) <= 12:
        return "telephone"
    if len(digits) == 9 and digits[0] in "35789":
        return "telephone"
    return "identity_number" if len(digits) <= 12 else "account"


def _is_day(digits: str) -> bool:
    """Tell whether eight digits may be a day, as ddmmyyyy or yyyymmdd."""
    for day, month, year in ((digits[:2], digits[2:4], digits[4:]), (digits[6:], digits[4:6], digits[:4])):
        if 1 <= int(day) <= 31 and 1 <= int(month) <= 12 and 1900 <= int(year) <= 2099:
            return True
    return False


def written_kind(text: str) -> str | None:
    """Return the kind of identity that the digits of a text are; None where they find nobody.

    Parameters
    ----------
    text : str
        In NFKC, with single spaces and no character that does not show.

    Examples
    --------
    >>> written_kind("lh 0912.345.678"), written_kind("SN: 7-2-90"), written_kind("34.012345")
    ('telephone', 'birth_date', 'party_card')
    >>> written_kind("07/02/2019") is None
    True
    """
    if len(text) < 5 or DATE.fullmatch(text):
        return None
    low = text.lower()
    if any(word in low for word in _BIRTH_WORDS) and _BORN.search(low):
        return "birth_date"
    without_days = DATE.sub(" ; ", text)
    runs = [run for run in digit_runs(without_days) if len(run) >= 5]
    if not runs:
        return None
    if _CARD.search(without_days):
        return "party_card"
    for labelled, label in _LABELS:
        if label.search(text):
            return labelled
    if _PASSPORT.search(without_days):
        return "identity_number"
    solid = _SOLID.findall(without_days)
    return next((kind for run in runs if (len(run) > 8 or run in solid) and (kind := _digits(run))), None)


def digit_runs(text: str) -> list[str]:
    """Return the digits of each number of a text, without the dots, spaces and brackets between them.

    Examples
    --------
    >>> digit_runs("(024) 3825 1234, tổ 5")
    ['02438251234', '5']
    """
    return ["".join(str(unicodedata.digit(c)) for c in run if c.isdigit()) for run in _RUN.findall(text)]
