"""Names of Party organisations as offices write them, taken apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from analysis.clean.cells import Cell, Reading
from analysis.clean.identity import unit_identifying
from analysis.clean.letters import unify
from analysis.clean.text import fold

_LONGEST = 120
_FULL = (
    ("thị trấn", ("thị trấn", "thi tran", "t.trấn", "tt.", "tt")),
    ("thị xã", ("thị xã", "thi xa", "t.xã", "tx.", "tx")),
    ("thành phố", ("thành phố", "thanh pho", "t.phố", "tp.", "tp")),
    ("đặc khu", ("đặc khu", "dac khu", "đk.")),
    ("phường", ("phường", "phuong", "p.")),
    ("huyện", ("huyện", "huyen", "h.")),
    ("quận", ("quận", "quan", "q.")),
    ("xã", ("xã", "xa", "x.")),
)
"""Kinds of place in full, and how each is shortened or written without diacritics; longer forms first."""

_PARTY = re.compile(
    r"(?:đảng bộ cơ sở|đảng bộ|đảng ủy|đảng uỷ|dang bo co so|dang bo|dang uy|đ\.bộ|đbcs|đb|đu)\b\.?\s*",
    re.IGNORECASE,
)
_CELL = re.compile(r"(?:chi bộ|chi bo|c\.bộ|cb)\b\.?\s+(?!cơ sở|co so)", re.IGNORECASE)
_BASE_CELL = re.compile(r"(?:chi bộ cơ sở|chi bo co so|cbcs)\b\.?\s*", re.IGNORECASE)
_OF_A_PERSON = re.compile(r"\bsinh\s*(?:năm|ngày)?\s*[:.]?\s*\d|\bnhà\s+(?:số\s+)?\d", re.IGNORECASE)
_LEVELS = {
    "huyện": "district",
    "quận": "district",
    "thị xã": "district",
    "thành phố": "district",
    "xã": "commune",
    "phường": "commune",
    "thị trấn": "commune",
    "đặc khu": "commune",
}
_LOCALITIES = {"xã": "commune", "phường": "ward", "thị trấn": "township", "đặc khu": "special_zone"}


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit's name taken apart.

    Attributes
    ----------
    text : str
        Without the word Đảng bộ, shortenings written out: ``thị trấn Mường Ảng``.
    kind : str
        Kind of place (xã, phường, huyện ...), ``chi bộ``, ``chi bộ cơ sở``, or empty.
    bare : str
        The name without its kind.
    """

    text: str
    kind: str
    bare: str

    @property
    def level(self) -> str:
        """Level in the Party's order, as ``vocab/codes.csv`` names it."""
        if self.kind == "chi bộ":
            return "cell"
        return _LEVELS.get(self.kind, "grassroots")

    @property
    def locality(self) -> str:
        """Type of locality; empty where the name does not tell."""
        return _LOCALITIES.get(self.kind, "")


_UNTONED = {fold(kind) for kind, _ in _FULL}
_OFFICE_OF = {
    "thị trấn": ("y tế", "gd", "giáo dục", "dạy nghề", "văn hóa", "văn hoá", "bồi dưỡng", "chính trị", "dân số", "kiểm",
                 "dịch vụ", "phát triển", "khuyến", "nước", "hành chính", "truyền thông", "viễn thông", "quan trắc"),
    "phường": ("giáo dục", "tài chính", "nội vụ", "tư pháp", "lao động", "văn hóa", "văn hoá", "y tế", "nông nghiệp",
               "kinh tế", "tài nguyên", "thanh tra", "dân tộc", "hạ tầng", "công thương", "quản lý", "khách", "giao dịch"),
}  # fmt: skip
"""What follows TT. where it means trung tâm, and P. where it means phòng."""

_OFFICE = {"thị trấn": "trung tâm", "phường": "phòng"}
_COMMITTEES = ("ủy", "uỷ", "đoàn", "đội", "uy", "doan", "doi")
"""After huyện, xã: the committee itself (Huyện ủy), no place."""


@lru_cache(maxsize=1 << 16)
def take_apart(name: str) -> UnitName:
    """Return a unit's name taken apart.

    Kinds without diacritics (xa, quan) are kinds only in a name that has none at all, and more than
    one further syllable: Quan Hóa is a name, and so is Xa Dung.

    Examples
    --------
    >>> take_apart("Đảng bộ TT. Mường Ảng")
    UnitName(text='thị trấn Mường Ảng', kind='thị trấn', bare='Mường Ảng')
    >>> take_apart("Chi bộ cơ sở Trạm Y tế").level, take_apart("Chi bộ bản Nà Nghè").level
    ('grassroots', 'cell')
    >>> [take_apart(name).kind for name in ("XA ANG NUA", "Xa Dung", "Quan Hóa", "TT Y tế", "Huyện ủy")]
    ['xã', '', '', '', '']
    """
    plain = name.isascii()
    if found := _BASE_CELL.match(name):
        return _named("chi bộ cơ sở", name[found.end() :].strip(), plain=plain)
    if found := _CELL.match(name):
        return _named("chi bộ", name[found.end() :].strip(), plain=plain)
    rest = name
    while found := _PARTY.match(rest):
        if not rest[found.end() :].strip():
            break
        rest = rest[found.end() :].strip()
    for kind, forms in _FULL:
        for form in forms:
            if (bare := _after(rest, form, plain=plain)) is not None:
                return _place(kind, form, bare, rest, plain=plain)
    return UnitName(rest, "", rest)


def _named(kind: str, bare: str, *, plain: bool) -> UnitName:
    """Return a unit of a kind; one that is written without diacritics keeps its kind so, to be told later."""
    return UnitName(f"{fold(kind) if plain else kind} {bare}", kind, bare)


def _after(rest: str, form: str, *, plain: bool) -> str | None:
    """Return what follows a form of a kind; None where the name does not begin with it."""
    bare = rest[len(form) :]
    if not rest.casefold().startswith(form) or not bare.strip(" ."):
        return None
    if not form.endswith(".") and bare[0].isalpha():
        return None
    bare = bare.lstrip(" .")
    if form in _UNTONED and not (plain and " " in bare):
        return None
    return bare


def _place(kind: str, form: str, bare: str, rest: str, *, plain: bool) -> UnitName:
    low = bare.casefold()
    if form != kind and low.startswith(_OFFICE_OF.get(kind, ("\0",))):
        name = f"{_OFFICE[kind]} {bare}"
        return UnitName(name, "", name)
    if low.split(maxsplit=1)[0] in _COMMITTEES:
        return UnitName(rest, "", rest)
    return _named(kind, bare, plain=plain)


def read_unit(cell: Cell, stated: Mapping[str, str]) -> Reading[str]:
    """Return a unit's name as the tables hold it.

    Parameters
    ----------
    cell : Cell
        As it stands.
    stated : mapping of str to str
        Unit as written → unit as meant, from the mapping file.

    Examples
    --------
    >>> read_unit("Đảng bộ xã Ẳng Nưa", {})
    Reading(value='xã Ẳng Nưa', rule='unit_spelling', refused=False)
    >>> read_unit("0912345678", {}).rule
    'identity_in_unit'
    """
    if not isinstance(cell, str):
        return Reading(None, "no_unit_name", refused=True)
    if cell in stated:
        return Reading(take_apart(stated[cell]).text, "unit_mapped")
    return _read(cell)


@lru_cache(maxsize=1 << 16)
def _read(cell: str) -> Reading[str]:
    text = unify(cell).value or ""
    if text.startswith("#"):
        return Reading(None, "spreadsheet_error", refused=True)
    if unit_identifying(cell) is not None or _OF_A_PERSON.search(text):
        return Reading(None, "identity_in_unit", refused=True)
    if len(text) > _LONGEST or not any(c.isalpha() for c in text):
        return Reading(None, "no_unit_name", refused=True)
    name = take_apart(text).text
    return Reading(name, "" if name == cell else "unit_spelling")
