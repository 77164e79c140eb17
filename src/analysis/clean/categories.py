"""Categories of people and places, as offices write them, read into the codes of the vocabulary."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from analysis import vocab
from analysis.clean.cells import Cell, Reading
from analysis.clean.text import fold, tidy, tone_key

_UNKNOWN: Reading[str] = Reading(None, "unknown_category", refused=True)
_AMBIGUOUS: Reading[str] = Reading(None, "ambiguous_category", refused=True)
_NOT_KNOWN: Reading[str] = Reading(None, "not_known")
_NUMBER: Reading[str] = Reading(None, "bare_number", refused=True)
_RESERVED = {"ambiguous": _AMBIGUOUS, "not_known": _NOT_KNOWN}

_EDUCATION = ("general_education", "professional_education")
_WORDS = "education_words"
_LONGEST = 200
"""No category is longer; a longer cell is a sentence, and costs no more than being measured."""

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʹ′`´ʻ", "'"))
_BARE_NUMBER = re.compile(r"[\d\s.,]*\d[\d\s.,]*")
_LEADS = {"ethnic_groups": ("dân tộc", "người")}
"""Words that may stand before a category without changing it."""


@dataclass(frozen=True, slots=True)
class _Index:
    """Readings by the word as written, by its letters and tones, and by its bare letters."""

    exact: dict[str, Reading[str]]
    toned: dict[str, Reading[str]]
    bare: dict[str, Reading[str]]

    def loose(self, key: str) -> Reading[str] | None:
        """Return the reading of a key; by bare letters alone where the key has none but these.

        Mạ, Mã and Ma differ to whoever types diacritics: only who types none may leave them out.
        """
        return self.toned.get(key) or self.bare.get(key)


def _key(text: str) -> str:
    """Return letters and tones alone: case, spaces, dots, hyphens and apostrophes do not count."""
    return tone_key(text.translate(_APOSTROPHES)).replace(" ", "").replace("'", "")


def _labels(table: str) -> tuple[dict[str, str], ...]:
    return vocab.categories(table) if table in vocab.CATEGORY_TABLES else ()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _written(table: str) -> Iterator[tuple[str, Reading[str]]]:
    """Yield every way to write every category, with what it is read as."""
    for row in _labels(table):
        for label in (row["label_vi"], row["label_en"]):
            yield from ((text, Reading(row["code"])) for text in (row["code"], label, _capital(label)))
    for name in (table, "any"):
        for spelling in vocab.category_spellings(name):
            found = Reading(spelling.code, spelling.rule or "category_spelling")
            yield spelling.text, _RESERVED.get(spelling.code, found)


def _respelled(reading: Reading[str]) -> Reading[str]:
    return Reading(reading.value, reading.rule or "category_spelling", reading.refused)


def _settled(pairs: Iterable[tuple[str, Reading[str]]]) -> dict[str, Reading[str]]:
    """Return one reading a key; a key of two categories is ambiguous."""
    found: dict[str, Reading[str]] = {}
    for key, reading in pairs:
        if key and found.setdefault(key, reading).value != reading.value:
            found[key] = _AMBIGUOUS
    return found


@cache
def _index(table: str) -> _Index:
    exact: dict[str, Reading[str]] = {}
    for text, reading in _written(table):
        exact.setdefault(text, reading)
    leads = ("", *(f"{lead} " for lead in _LEADS.get(table, ())))
    loose = [(lead + text, _respelled(reading)) for text, reading in exact.items() for lead in leads]
    return _Index(
        exact,
        _settled((_key(text), reading) for text, reading in loose),
        _settled((fold(text).replace(" ", ""), reading) for text, reading in loose),
    )


def read_category(table: str, cell: Cell) -> Reading[str]:
    """Return the code of the category that a cell names.

    Parameters
    ----------
    table : str
        A key of ``vocab.CATEGORY_TABLES``, such as ``ethnic_groups`` or ``occupations``.
    cell : Cell
        The cell; a number is refused, since offices number their categories each in its own way.

    Returns
    -------
    Reading of str
        The rule is empty for the code itself and the table's own words, ``category_spelling`` for
        another spelling, ``assumed_public`` where the employer is taken to be the state.
        Refused as ``unknown_category``, ``ambiguous_category`` or ``bare_number``; None and not
        refused, ``not_known``, where the cell says that nothing is known.

    Examples
    --------
    >>> read_category("ethnic_groups", "H’Mông")
    Reading(value='mong', rule='category_spelling', refused=False)
    >>> read_category("ethnic_groups", "mong").rule, read_category("ethnic_groups", "Mông").rule
    ('', '')
    >>> read_category("occupations", "công chức")
    Reading(value=None, rule='ambiguous_category', refused=True)
    >>> read_category("religions", "không rõ")
    Reading(value=None, rule='not_known', refused=False)
    """
    if isinstance(cell, str):
        found = _index(table).exact.get(cell)
        return _read_loosely(table, cell) if found is None else found
    return _NUMBER if isinstance(cell, int | float) and not isinstance(cell, bool) else _UNKNOWN


def _read_loosely(table: str, text: str) -> Reading[str]:
    if len(text) > _LONGEST:
        return _UNKNOWN
    index = _index(table)
    found = index.exact.get(tidy(text))
    if found is not None:
        return _respelled(found)
    found = index.loose(_key(text))
    if found is not None:
        return found
    return _NUMBER if _BARE_NUMBER.fullmatch(text) else _UNKNOWN


def read_sex(cell: Cell) -> Reading[str]:
    """Return ``female`` or ``male``.

    Examples
    --------
    >>> read_sex("NỮ").value, read_sex("nu").value, read_sex("M").value
    ('female', 'female', 'male')
    >>> read_sex(1)
    Reading(value=None, rule='bare_number', refused=True)
    >>> read_sex("N").rule
    'ambiguous_category'
    """
    return read_category("sexes", cell)


_WRITTEN_FLAGS = {"true": True, "True": True, "false": False, "False": False}


def read_mark(cell: Cell) -> Reading[bool]:
    """Return whether a cell that is not empty ticks its column (*đánh dấu x*).

    Examples
    --------
    >>> read_mark("x"), read_mark("không").value, read_mark(1.0).value
    (Reading(value=True, rule='mark', refused=False), False, True)
    >>> read_mark(2)
    Reading(value=None, rule='unknown_mark', refused=True)
    """
    if isinstance(cell, bool):
        return Reading(cell)
    if isinstance(cell, int | float):
        return Reading(bool(cell), "mark") if cell in (0, 1) else Reading(None, "unknown_mark", refused=True)
    if cell in _WRITTEN_FLAGS:
        return Reading(_WRITTEN_FLAGS[str(cell)])
    found = read_category("marks", cell)
    if found.value is not None:
        return Reading(found.value == "yes", "mark")
    if not found.refused:
        return Reading(None, found.rule)
    ambiguous = found.rule == "ambiguous_category"
    return Reading(None, "ambiguous_mark" if ambiguous else "unknown_mark", refused=True)


def nearest(table: str, text: str) -> list[str]:
    """Return up to three labels whose spellings are nearest to a text, for messages.

    Examples
    --------
    >>> nearest("ethnic_groups", "Muờngg")
    ['Mường', 'Mông', 'Mnông']
    """
    labels = {row["code"]: row["label_vi"] for row in _labels(table)}
    known = {fold(written): labels[code] for code, texts in spellings(table).items() for written in texts}
    close = difflib.get_close_matches(fold(text[:_LONGEST]), known, n=6)
    return list(dict.fromkeys(known[key] for key in close))[:3]


@cache
def spellings(table: str) -> dict[str, tuple[str, ...]]:
    """Return the ways to write each category of a table, its label first; ambiguous words are left out.

    Examples
    --------
    >>> spellings("sexes")["female"][:3]
    ('nữ', 'Nữ giới', 'phụ nữ')
    """
    found: dict[str, list[str]] = {row["code"]: [row["label_vi"]] for row in _labels(table)}
    for spelling in vocab.category_spellings(table):
        if spelling.code not in _RESERVED:
            found.setdefault(spelling.code, []).append(spelling.text)
    return {code: tuple(dict.fromkeys(texts)) for code, texts in found.items()}


@cache
def words() -> frozenset[str]:
    """Return the folded words of all labels and spellings of the categories.

    Many are syllables of personal names too (trấn, vân, hưng: *Trần Văn Hùng*), so that a text
    whose words are all known may still name somebody.

    Examples
    --------
    >>> {"cong", "chuc", "xa"} <= words(), {"tran", "van", "hung"} <= words(), "nguyen" in words()
    (True, True, False)
    """
    names = (*vocab.CATEGORY_TABLES, "marks", _WORDS)
    texts = [text for name in names for text, _ in _written(name)]
    texts += [row[column] for row in vocab.table("age_bands") for column in ("label_vi", "label_en")]
    return frozenset(word for text in texts for word in fold(text).split() if not word.isdecimal())


@dataclass(frozen=True, slots=True)
class Education:
    """Schooling (*trình độ văn hóa*) and professional degree (*trình độ chuyên môn*).

    Attributes
    ----------
    general : str or None
        Code of ``general_education``: the highest level completed; None where the cell is silent.
    professional : str or None
        Code of ``professional_education``, the highest; None where the cell is silent.
    """

    general: str | None = None
    professional: str | None = None


_LEVELS = ("literate", "primary", "lower_secondary", "upper_secondary")
_LAST_CLASSES = {12: (5, 9, 12), 10: (4, 7, 10)}
"""The classes that end primary, lower and upper secondary school, today and in the old system of 10 years."""

_CLASS = re.compile(
    r"(?<![\w/.])(?:l[ớo]p\s*)?([0-9]{1,2})\s*/\s*(10|12)(?!\w)"
    r"|(?<!\w)l[ớo]p\s*([0-9]{1,2})(?!\w)",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[,;+&|()\[\]–—]|(?:^|\s)-(?:\s|$)")


class _Fact(NamedTuple):
    """What a part of a cell says: ``class``, ``general``, ``professional``, ``theory``, ... or ``refused``."""

    kind: str
    value: str


def read_education(cell: Cell) -> Reading[Education]:
    """Return schooling and degree from a cell that may state both.

    A class gives the highest level *completed*: 9/12 lower secondary, 8/12 primary; of the old ten
    years 7/10 lower secondary, 4/10 primary; below that ``literate``. A class without its system
    (*lớp 9*) is read where both systems agree. Of several degrees the highest counts. A diploma in
    political theory (*lý luận chính trị*) is no professional degree and is left out.

    Parameters
    ----------
    cell : Cell
        The cell; a date is refused, since spreadsheets turn 9/12 into the 9th of December.

    Returns
    -------
    Reading of Education
        The rule is empty or ``category_spelling`` for one level by name, ``completed_class`` for a
        class, ``political_theory_ignored`` where a diploma in theory was left out (with no other
        fact the value is None), ``education_parts`` for several facts, or a subject left out.
        Refused besides the rules of :func:`read_category` as ``no_such_class``, ``not_completed``
        (*đang học ĐH*), ``contradiction`` (*9/12, THPT*) or ``date_instead_of_class``.

    Examples
    --------
    >>> read_education("12/12, ĐH Luật")
    Reading(value=Education(general='upper_secondary', professional='university'), rule='education_parts', refused=False)
    >>> read_education("12/12 - Trung cấp lý luận")
    Reading(value=Education(general='upper_secondary', professional=None), rule='political_theory_ignored', refused=False)
    >>> read_education("9/12").value.general, read_education("9/10").value.general
    ('lower_secondary', 'lower_secondary')
    >>> read_education("lớp 10")  # not the end of school in twelve years, the end in ten
    Reading(value=None, rule='ambiguous_category', refused=True)
    """
    if not isinstance(cell, str):
        rule = "date_instead_of_class" if isinstance(cell, date) else read_category(_EDUCATION[0], cell).rule
        return Reading(None, rule, refused=True)
    if len(cell) > _LONGEST:
        return Reading(None, _UNKNOWN.rule, refused=True)
    if cell in _plain_classes():
        return _plain_classes()[cell]
    whole = None if _CLASS.search(cell) else _one_level(cell)
    return _combined(_facts(cell)) if whole is None else whole


@cache
def _plain_classes() -> dict[str, Reading[Education]]:
    texts = (f"{number}/{system}" for system in _LAST_CLASSES for number in range(system + 1))
    return {text: _combined(_facts(text)) for text in texts}


def _one_level(text: str) -> Reading[Education] | None:
    """Return the reading of a cell that is one level by name; None where it must be taken apart."""
    general, professional = (read_category(table, text) for table in _EDUCATION)
    for reading in (general, professional):
        if not reading.refused:
            level = Education(general.value, professional.value)
            return Reading(None if reading is _NOT_KNOWN else level, reading.rule)
    rules = {general.rule, professional.rule} - {_UNKNOWN.rule}
    return Reading(None, rules.pop(), refused=True) if rules else None


def _class_fact(match: re.Match[str]) -> _Fact:
    number = int(match[1] or match[3])
    systems = [int(match[2])] if match[2] else [10, 12]
    levels = {
        _LEVELS[bisect_right(_LAST_CLASSES[years], number)] for years in systems if 1 <= number <= years
    }
    if not levels:
        return _Fact("refused", "no_such_class")
    return _Fact("class", levels.pop()) if len(levels) == 1 else _Fact("refused", _AMBIGUOUS.rule)


def _facts(text: str) -> list[_Fact]:
    """Return what each part of a cell says, classes first."""
    line = tidy(text.replace("\r", " ; ").replace("\n", " ; ")).translate(_APOSTROPHES)
    facts = [_class_fact(match) for match in _CLASS.finditer(line)]
    for part in _SEPARATOR.split(_CLASS.sub(",", line) if facts else line):
        if part.strip():
            facts += _part(part)
    return facts


def _longest(table: str, words: Sequence[str]) -> tuple[Reading[str] | None, int]:
    """Return the reading of the longest known beginning of the words, and how many words it takes."""
    for size in range(min(len(words), 8), 0, -1):
        found = _index(table).loose("".join(words[:size]).replace("'", ""))
        if found is not None:
            return found, size
    return None, 0


def _begins(words: Sequence[str], kind: str) -> int:
    """Return how many words at the beginning are of a kind of ``education_words``."""
    found, size = _longest(_WORDS, words)
    return size if found is not None and found.value == kind else 0


def _holds(words: Sequence[str], kind: str) -> bool:
    return any(_begins(words[start:], kind) for start in range(len(words)))


@lru_cache(4096)
def _part(text: str) -> tuple[_Fact, ...]:
    return tuple(_read_words(tone_key(text).split()))


def _read_words(words: Sequence[str]) -> Iterator[_Fact]:
    while lead := _begins(words, "lead"):
        words = words[lead:]
    if not words:
        return
    general, professional = (_longest(table, words) for table in _EDUCATION)
    found, size = max(general, professional, key=lambda pair: pair[1])
    rest = words[size:]
    if theory := _theory(words):
        yield theory
    elif found is None or _begins(words, "mode") == len(words):
        yield _other_words(words)
    elif found.value is None or _holds(rest, "unfinished"):
        yield _Fact("refused", "not_completed" if found.value else _AMBIGUOUS.rule)
    elif size == general[1]:
        yield _Fact("general", found.value)
        yield from _read_words(rest)
    else:
        yield from _degree(found.value, rest)


def _theory(words: Sequence[str]) -> _Fact | None:
    """Return whether a part is a diploma in political theory: its level before or after the word."""
    if _begins(words, "theory_whole") == len(words):
        return _Fact("theory", "")
    level = _begins(words, "theory_level")
    theory = _begins(words[level:], "theory")
    if not theory:
        return None
    rest = words[level + theory :]
    if not level:
        level = _begins(rest, "theory_level")
        rest = rest[level:]
    return _Fact("theory", "") if level and not rest else _Fact("refused", _AMBIGUOUS.rule)


def _other_words(words: Sequence[str]) -> _Fact:
    for kind in ("mode", "theory_tail"):
        if _begins(words, kind) == len(words):
            return _Fact(kind, "")
    return _Fact("refused", "not_completed" if _holds(words, "unfinished") else _UNKNOWN.rule)


def _degree(code: str, subject: Sequence[str]) -> Iterator[_Fact]:
    """Yield a degree and that its subject was left out; refuse what may be more than a subject."""
    others = {_longest(_EDUCATION[1], subject[start:])[0] for start in range(len(subject))}
    # A number is a year of study or should not be here; no degree with a word more is some other denial.
    if any(word.isdecimal() for word in subject) or (code == "none" and subject):
        yield _Fact("refused", _UNKNOWN.rule)
    elif {other.value for other in others if other} - {code, None} or (
        # A degree in political science, or the school of theory? Below a master's nobody can tell.
        code not in ("master", "doctor") and subject and _begins(subject, "theory") == len(subject)
    ):
        yield _Fact("refused", _AMBIGUOUS.rule)
    else:
        yield _Fact("professional", code)
        if subject:
            yield _Fact("subject", "")


def _rank(degree: str) -> int:
    """Return the place of a degree in its table, which goes from the lowest to the highest."""
    return next(place for place, row in enumerate(vocab.categories(_EDUCATION[1])) if row["code"] == degree)


def _combined(facts: Sequence[_Fact]) -> Reading[Education]:
    """Return what the facts of a cell say together."""
    of: dict[str, set[str]] = {}
    for fact in facts:
        of.setdefault(fact.kind, set()).add(fact.value)
    if "refused" in of:
        return Reading(None, next(fact.value for fact in facts if fact.kind == "refused"), refused=True)
    general = of.get("class", set()) | of.get("general", set())
    degrees = of.get("professional", set())
    if len(general) > 1 or ("none" in degrees and len(degrees) > 1):
        return Reading(None, "contradiction", refused=True)
    if "theory_tail" in of and "theory" not in of:
        return Reading(None, _UNKNOWN.rule, refused=True)
    if not general and not degrees:
        rule = "political_theory_ignored" if "theory" in of else _UNKNOWN.rule
        return Reading(None, rule, refused="theory" not in of)
    level = Education(next(iter(general), None), max(degrees, key=_rank, default=None))
    if "theory" in of:
        return Reading(level, "political_theory_ignored")
    if len(facts) > 1:
        return Reading(level, "education_parts")
    return Reading(level, "completed_class" if "class" in of else "category_spelling")
