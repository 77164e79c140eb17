"""Words that names of persons are made of and told by, and names that places bear too."""

from __future__ import annotations

import re
from functools import cache

from analysis.clean.text import fold
from analysis.vocab import table

_WORD = re.compile(r"[^\W\d_]+")
_PLACED = re.compile(r"[oòóỏõọ][aeàáảãạèéẻẽẹ]|[uùúủũụ][yỳýỷỹỵ]")
_TONES = dict(zip("òóỏõọùúủũụ", "\u0300\u0301\u0309\u0303\u0323" * 2))
_MARKED = {
    base + tone: marked
    for base, row in (("a", "àáảãạ"), ("e", "èéẻẽẹ"), ("y", "ỳýỷỹỵ"))
    for tone, marked in zip("\u0300\u0301\u0309\u0303\u0323", row)
}
LONGEST = 5
"""Syllables of the longest name that is looked for."""
CERTAIN = frozenset(("văn", "thị", "van", "thi"))
"""Middle names that hardly anything but a person bears; *thị* also begins thị xã and thị trấn."""
ONLY_NAMES = frozenset(("nguyễn", "nguyển", "huỳnh", "nguyen", "huynh"))


def canonical(word: str) -> str:
    """Return a word in lower case, Đ in one code point and the tone mark in one place.

    Examples
    --------
    >>> canonical("HÒA") == canonical("Hoà"), canonical("Ðỗ")
    (True, 'đỗ')
    """
    low = word.lower().replace("ð", "đ").replace("ɖ", "đ")
    return low if low.isascii() else _PLACED.sub(_move_tone, low)


def _move_tone(pair: re.Match[str]) -> str:
    first, second = pair[0][0], pair[0][1]
    tone = _TONES.get(first)
    return pair[0] if tone is None or second not in "aey" else fold(first) + _MARKED[second + tone]


@cache
def words_of(kind: str) -> frozenset[str]:
    """Return the words of one kind in vocab/identity_words.csv."""
    return frozenset(canonical(row["word"]) for row in table("identity_words") if row["kind"] == kind)


@cache
def with_plain(kind: str) -> frozenset[str]:
    """Return the words of one kind, with and without their marks."""
    return words_of(kind) | {fold(word) for word in words_of(kind)}


@cache
def families() -> dict[str, str]:
    """Return each family name, with and without its marks → ``strong`` or ``weak``."""
    found = {fold(name): "weak" for name in words_of("family_and_word") if len(name) > 1}
    for name in words_of("family"):
        found[fold(name)] = "weak" if fold(name) in words_of("word_without_marks") else "strong"
    found |= dict.fromkeys(words_of("family_and_word"), "weak")
    return found | dict.fromkeys(words_of("family"), "strong")


@cache
def known_names() -> dict[str, str]:
    """Return each name that a place, or a person after whom places are called, bears → its kind."""
    rows = [(canonical(row["name"]), row["kind"]) for row in table("identity_names")]
    return {fold(name): kind for name, kind in reversed(rows)} | dict(reversed(rows))


@cache
def _triggers(plain: bool) -> frozenset[str]:
    """Return words, as they may be spelt, of which a text that holds a name has one at least.

    Family names that are words without their marks count only in a text that has no marks at all.
    """
    words = {name for name, by in families().items() if plain or by == "strong" or name in _marked_families()}
    words |= {*with_plain("clan"), *words_of("kinship"), "thị", "h", "k"}
    words |= title_beginnings()
    words = {part for word in words for part in _WORD.findall(word)}
    words |= {w.replace("đ", "ð") for w in words} | {w.replace("oà", "òa").replace("uỳ", "ùy") for w in words}
    return frozenset(words)


@cache
def _marked_families() -> frozenset[str]:
    return words_of("family") | words_of("family_and_word")


@cache
def _without_capitals() -> frozenset[str]:
    """Return the words of which one at least is in a text that holds a name in fewer than two capitals."""
    words = {*CERTAIN, *ONLY_NAMES, *words_of("kinship"), "h", "k", "nguyển"}
    return frozenset(words | {part for title in words_of("title") for part in title.split()})


@cache
def title_beginnings() -> frozenset[str]:
    """Return the first words of *đồng chí*, *ông*, *họ và tên*, ..."""
    return frozenset(title.split()[0] for title in words_of("title"))


def holds_no_name(text: str) -> bool:
    """Tell quickly, of most texts without a name, that they hold none."""
    words = _WORD.findall(text.lower())
    if _triggers(text.isascii()).isdisjoint(words):
        return True
    capitals = sum(map(str.isupper, text))
    return capitals < 2 and (capitals == 1 or len(words) > LONGEST) and _without_capitals().isdisjoint(words)
