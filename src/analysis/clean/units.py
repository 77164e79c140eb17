"""Names of Party organisations as offices write them, and which of them are one and the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from analysis.clean.cells import Cell, Reading
from analysis.clean.encoding import unify
from analysis.clean.identity import unit_identifying
from analysis.clean.text import fold, tone_key

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


@lru_cache(maxsize=1 << 16)
def take_apart(name: str) -> UnitName:
    """Return a unit's name taken apart.

    Examples
    --------
    >>> take_apart("Đảng bộ TT. Mường Ảng")
    UnitName(text='thị trấn Mường Ảng', kind='thị trấn', bare='Mường Ảng')
    >>> take_apart("Chi bộ cơ sở Trạm Y tế").level, take_apart("Chi bộ bản Nà Nghè").level
    ('grassroots', 'cell')
    """
    if found := _BASE_CELL.match(name):
        bare = name[found.end() :].strip()
        return UnitName(f"chi bộ cơ sở {bare}", "chi bộ cơ sở", bare)
    if found := _CELL.match(name):
        bare = name[found.end() :].strip()
        return UnitName(f"chi bộ {bare}", "chi bộ", bare)
    found = _PARTY.match(name)
    rest = name[found.end() :].strip() if found else name
    low = rest.casefold()
    for kind, forms in _FULL:
        for form in forms:
            bare = rest[len(form) :]
            apart = form.endswith(".") or not bare[:1].isalpha()
            if low.startswith(form) and apart and bare.strip(" ."):
                return UnitName(f"{kind} {bare.lstrip(' .')}", kind, bare.lstrip(" ."))
    return UnitName(rest or name, "", rest or name)


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
    if unit_identifying(cell) is not None:
        return Reading(None, "identity_in_unit", refused=True)
    if len(text) > _LONGEST or not any(c.isalpha() for c in text):
        return Reading(None, "no_unit_name", refused=True)
    name = take_apart(text).text
    return Reading(name, "" if name == cell else "unit_spelling")


Pair = tuple[str, str]
"""(district, unit), either of which may be empty or spelled in one of several ways."""


def one_spelling(pairs: Iterable[Pair]) -> dict[Pair, Pair | None]:
    """Return for each name of a province's units the one under which all of its spellings stand.

    Names are the same where they differ in case, tone placement or apostrophes; where one of them
    has no diacritics, or no kind (xã, phường), or no district, and just one other fits. Where
    several fit, nothing is guessed.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Every (district, unit) of one province, from all of its tables.

    Returns
    -------
    dict of Pair to Pair or None
        None where several units fit.

    Examples
    --------
    >>> found = one_spelling([("", "xã Ẳng Nưa"), ("", "XA ANG NUA"), ("", "Ẳng Nưa")])
    >>> set(found.values())
    {('', 'xã Ẳng Nưa')}
    >>> one_spelling([("", "xã Hòa"), ("", "xã Hóa"), ("", "xa Hoa")])["", "xa Hoa"] is None
    True
    """
    known = sorted(set(pairs))
    best: dict[tuple[str, str, str], Pair] = {}
    for pair in known:
        key = _exact(pair)
        best[key] = max(best.get(key, pair), pair, key=_rank)
    index: dict[str, list[tuple[str, str, str]]] = {}
    for key, pair in best.items():
        index.setdefault(_loose_name(pair), []).append(key)
    return {pair: _resolve(pair, best, index) for pair in known}


def _exact(pair: Pair) -> tuple[str, str, str]:
    district, unit = take_apart(pair[0]), take_apart(pair[1])
    return tone_key(district.bare), tone_key(unit.kind), tone_key(unit.bare)


def _rank(pair: Pair) -> tuple[bool, int, str]:
    """Prefer a spelling that is not in capitals throughout, then one with kind, then by the alphabet."""
    capitals = take_apart(pair[1]).bare
    return (not (capitals.isupper() and len(capitals) > 3), -sum(c.isupper() for c in pair[1][:1]), pair[1])


def _loose_name(pair: Pair) -> str:
    return fold(take_apart(pair[1]).bare)


def _resolve(
    pair: Pair, best: Mapping[tuple[str, str, str], Pair], index: Mapping[str, list[tuple[str, str, str]]]
) -> Pair | None:
    own = _exact(pair)
    fits = {key for key in index.get(_loose_name(pair), ()) if _fits(pair, best[key])} | {own}
    richer = {key for key in fits if key != own and _says_more(best[key], best[own])}
    if not richer:
        return best[own]
    fullest = {key for key in richer if not any(_says_more(best[other], best[key]) for other in richer)}
    return best[fullest.pop()] if len(fullest) == 1 else None


def _fits(pair: Pair, other: Pair) -> bool:
    """Tell whether ``other`` may be what ``pair`` means, saying at least as much."""
    mine, theirs = take_apart(pair[1]), take_apart(other[1])
    districts = (take_apart(pair[0]).bare, take_apart(other[0]).bare)
    return (
        _same(mine.bare, theirs.bare)
        and (not mine.kind or _same(mine.kind, theirs.kind))
        and (not districts[0] or _same(*districts))
    )


def _same(text: str, other: str) -> bool:
    """Tell whether a text means another: equal, or the same letters with its diacritics left out."""
    return tone_key(text) == tone_key(other) or (text.isascii() and fold(text) == fold(other))


def _says_more(other: Pair, pair: Pair) -> bool:
    def told(name: Pair) -> tuple[bool, bool, bool]:
        unit = take_apart(name[1])
        return bool(name[0]), bool(unit.kind), not unit.bare.isascii()

    mine, theirs = told(pair), told(other)
    return mine != theirs and all(t >= m for t, m in zip(theirs, mine, strict=True))
