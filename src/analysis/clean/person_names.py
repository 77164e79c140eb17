"""Names of persons (*họ và tên*) inside a cell's text, told from places and units that bear a hero's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.clean.name_words import (
    CERTAIN,
    LONGEST,
    ONLY_NAMES,
    canonical,
    families,
    holds_no_name,
    known_names,
    title_beginnings,
    with_plain,
    words_of,
)

_TOKEN = re.compile(r"[^\W\d_]+(?:['’‘`][^\W\d_]*)*|[^\s'’‘`\"“”]")
_APOSTROPHE = re.compile("[’‘ʼ`]")
_COMRADE = re.compile(r"\bđ\s?[/.]\s?c\b\.?", re.IGNORECASE)
_VOWELS = frozenset("aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵŏĕĭŭ")
_SYLLABLE = 9
"""Letters of the longest syllable."""
_NEAR = 12
"""So many syllables before a name are searched for a unit."""


@dataclass(frozen=True, slots=True)
class Found:
    """A person's name in a text.

    Attributes
    ----------
    by : {"title", "certain", "strong", "weak"}
        Why it is one: a title such as *đồng chí* before it, a middle name *Văn* or *Thị*, a family
        name that is nothing else, or one that is a word or part of places too.
    length : int
        Syllables.
    known : str
        ``province``, ``district``, ``commune``, ``honoured``: it is also the name of a place, or
        of a person after whom places are named. Empty where it is neither.
    unit_before, role_before, bracketed : bool
        A word such as *chi bộ*, *trường* stands before it in the same part of the text; a word such as
        *bí thư* stands right before it; it stands in brackets.
    """

    by: str
    length: int
    known: str
    unit_before: bool
    role_before: bool
    bracketed: bool


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, with its form for looking up and its case: ``l``, ``t`` (Title), ``u`` (UPPER), or ``.`` for a mark."""

    low: str
    case: str


def names(text: str) -> Iterator[Found]:
    """Yield the names of persons in a text that is in NFC.

    Examples
    --------
    >>> [found.by for found in names("Chi bộ 3 (đ/c Pánh)")]
    ['title']
    >>> [found.known for found in names("Trường THPT Lê Quý Đôn")]
    ['honoured']
    >>> list(names("Cao đẳng; lý luận chính trị"))
    []
    """
    if holds_no_name(text):
        return
    tokens = _tokens(_COMRADE.sub(" đc ", text))
    depth = 0
    start = 0
    for at, token in enumerate(tokens):
        if token.case == ".":
            depth = max(0, depth + (token.low in "([{") - (token.low in ")]}"))
            start = at + 1
        elif found := _titled(tokens, at) or _named(tokens, at):
            by, first, length = found
            before = [word.low for word in tokens[max(start, first - _NEAR) : first]]
            yield Found(
                by,
                length,
                _is_known(tokens, first, length),
                any(_ends_with(before[:n], "unit") for n in range(1, len(before) + 1)),
                _ends_with(before, "role") or (not before and _role_left(tokens, start)),
                depth > 0,
            )


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(text):
        raw = match[0]
        if not raw[0].isalpha():
            # "TT." and "Ng." go on; "A. Tổng số" is numbering.
            if raw != "." or (tokens and len(tokens[-1].low) == 1 and tokens[-1].low not in words_of("unit")):
                tokens.append(_Token(raw, "."))
            continue
        case = "l" if raw[0].islower() else "u" if raw.isupper() and len(raw) > 1 else "t"
        tokens.append(_Token(canonical(_APOSTROPHE.sub("'", raw)), case))
    return tokens


def _ends_with(before: list[str], kind: str) -> bool:
    """Tell whether the words end with a word of this kind, of up to four syllables."""
    return any(" ".join(before[-n:]) in with_plain(kind) for n in range(1, 5) if len(before) >= n)


def _role_left(tokens: list[_Token], start: int) -> bool:
    """Tell whether a role and a colon or dash stand before this part: ``Bí thư: ...``."""
    if start < 2 or tokens[start - 1].low not in ":-–—":
        return False
    left: list[str] = []
    for token in reversed(tokens[max(0, start - 5) : start - 1]):
        if token.case == ".":
            break
        left.insert(0, token.low)
    return _ends_with(left, "role")


def _titled(tokens: list[_Token], at: int) -> tuple[str, int, int] | None:
    """Return a name after a title (*đồng chí*, *ông*, *bà*, *vợ*) or a word of kinship (*chị*, *thầy*)."""
    for length in (3, 2, 1) if tokens[at].low in title_beginnings() else ():
        title = " ".join(token.low for token in tokens[at : at + length])
        if title in words_of("title") and not any(_is_known(tokens, at, n) for n in (2, 3, 4)):
            if length == 1 and _is_word(tokens, at):
                return None  # ông bà, bà con, Bà La Môn
            first = at + length
            if first < len(tokens) and tokens[first].low == ":":
                first += 1
            return _after_title(tokens, first, title)
    if tokens[at].low in words_of("kinship") and tokens[at].case == "l" and _capital(tokens, at + 1):
        taught = at and tokens[at - 1].low in ("tiếng", "nước", "môn")
        if tokens[at + 1].low in words_of("given") and not taught and not _is_word(tokens, at + 1):
            return "title", at + 1, _run(tokens, at + 1)
    return None


def _after_title(tokens: list[_Token], first: int, title: str) -> tuple[str, int, int] | None:
    if not _capital(tokens, first) or _is_word(tokens, first) or tokens[first].low in words_of("unit"):
        return None
    length = _run(tokens, first)
    if title in ("vợ", "chồng", "cha", "mẹ", "bố") and (length < 2 or tokens[first].low not in families()):
        return None
    return "title", first, length


def _capital(tokens: list[_Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].case in "tu"


def _is_word(tokens: list[_Token], at: int) -> bool:
    """Tell whether a word of two syllables begins here: *cao đẳng*, *bí thư*."""
    pair = " ".join(token.low for token in tokens[at : at + 2])
    return pair in with_plain("two_syllable_word") or pair in with_plain("unit")


def _run(tokens: list[_Token], first: int) -> int:
    """Return how many syllables from here may be one name."""
    lower = tokens[first].case == "l"
    length = 0
    for token in tokens[first : first + LONGEST]:
        if token.case == "." or (token.case == "l") != lower or len(token.low) > _SYLLABLE:
            break
        abbreviation = token.case == "u" and token.low != "ng" and _VOWELS.isdisjoint(token.low)
        if length and (token.low in words_of("new_place") or abbreviation):
            break
        length += 1
    return length


def _is_known(tokens: list[_Token], first: int, length: int) -> str:
    """Return what kind of place, or of honoured person, has exactly this name."""
    return known_names().get(" ".join(token.low for token in tokens[first : first + length]), "")


def _named(tokens: list[_Token], at: int) -> tuple[str, int, int] | None:
    """Return a name that begins here, by its family name or its clan."""
    token = tokens[at]
    alone = (at == 0 or tokens[at - 1].case == ".") and token.case != "l"
    if found := _highland(tokens, at, alone):
        return found
    family = families().get(token.low)
    length = _run(tokens, at)
    if length < 2 or (at and _is_word(tokens, at - 1)):
        return None
    name = tokens[at : at + length]
    whole = (at == 0 or tokens[at - 1].case == ".") and (
        at + length == len(tokens) or tokens[at + length].case == "."
    )
    if name[1].low in CERTAIN and length > 2 and not _is_word(name, 1):
        return ("certain", at, length) if _called_van_or_thi(name, family, whole) else None
    if family is None or (_is_word(name, 0) and not (whole and _three_of_a_name(name))):
        return None
    marked = words_of("family") | words_of("family_and_word")
    unmarked = token.low.isascii() and token.low not in marked and token.low not in ONLY_NAMES
    if unmarked and not all(word.low.isascii() for word in name):
        return None
    return (family, at, length) if _enough(name, family, whole) else None


def _called_van_or_thi(name: list[_Token], family: str | None, whole: bool) -> bool:
    """Tell whether *Văn* or *Thị* is a middle name here: *Lò Văn Pánh*, not *cao văn hóa*."""
    words = words_of("after_van_no_name") if name[1].low == "văn" else with_plain("after_van_no_name")
    culture = name[1].low in ("văn", "van") and name[2].low in words
    if family is not None:
        may_be = name[2].low in with_plain("given") and not _is_word(name, 0)
        return family == "strong" or may_be or not culture
    if name[0].case == "l":
        return name[0].low in ("h'", "k'", "y") or name[0].low in with_plain("clan")
    given = whole and name[-1].low in with_plain("given")
    return name[1].low in ("thị", "thi") or (given and not culture)


def _three_of_a_name(name: list[_Token]) -> bool:
    """Tell whether a middle and a given name make a person of a word: *Mùa Xuân Cường*, *Vũ Quang An*."""
    return (
        len(name) == 3
        and name[0].case != "l"
        and name[1].low in with_plain("middle")
        and name[2].low in with_plain("given")
    )


def _enough(name: list[_Token], family: str, whole: bool) -> bool:
    """Tell whether the syllables after a family name make it a person's name."""
    plain = name[0].low.isascii()
    given = any(token.low in with_plain("given") for token in name[1:])
    middle = name[1].low in with_plain("middle")
    if name[0].case == "l":
        return name[0].low in ONLY_NAMES or (
            whole and len(name) > 2 and given and (family == "strong" or middle)
        )
    if family == "strong":
        return True
    if plain and name[0].low in with_plain("unit") and name[0].low not in words_of("family_and_word"):
        return False
    if len(name) == 2:
        return whole and (name[0].low in ("a", "y") or given)
    titled = all(token.case == "t" for token in name)
    return (whole and titled and not plain) or (given and (whole or middle)) or (whole and middle)


def _highland(tokens: list[_Token], at: int, alone: bool) -> tuple[str, int, int] | None:
    """Return a name such as *H'Hen Niê*, *Y Thịnh Byă*, *Siu Pơ*."""
    word = tokens[at]
    if word.case == "l":
        return None
    beside = _capital(tokens, at + 1)
    if word.low[:2] in ("h'", "k'") and word.low not in words_of("people"):
        whole = alone and (at + 1 == len(tokens) or tokens[at + 1].case == ".")
        after_capital = at > 0 and tokens[at - 1].case in "tu"
        if (whole and len(word.low) > 2) or (beside and not after_capital):
            return "strong", at, _run(tokens, at)
    if word.low in ("y", "a", "h", "k") or word.low in words_of("clan"):
        length = _run(tokens, at)
        if length > 1 and any(token.low in words_of("clan") for token in tokens[at : at + length]):
            return "strong", at, length
    if (
        beside
        and tokens[at + 1].low in words_of("clan")
        and word.low not in words_of("water_or_hill") | words_of("unit")
    ):
        return "strong", at, _run(tokens, at)
    return None
