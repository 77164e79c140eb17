"""Schooling and degrees (*trình độ văn hóa, chuyên môn*), which offices write into one cell: 12/12, ĐH Luật."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from analysis import vocab
from analysis.clean.categories import (
    AMBIGUOUS,
    APOSTROPHES,
    EDUCATION_WORDS,
    LONGEST,
    NOT_KNOWN,
    UNKNOWN,
    longest_known,
    read_category,
)
from analysis.clean.cells import Cell, Reading
from analysis.clean.text import tidy, tone_key


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


_TABLES = ("general_education", "professional_education")
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
        rule = "date_instead_of_class" if isinstance(cell, date) else read_category(_TABLES[0], cell).rule
        return Reading(None, rule, refused=True)
    if len(cell) > LONGEST:
        return Reading(None, UNKNOWN.rule, refused=True)
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
    general, professional = (read_category(table, text) for table in _TABLES)
    for reading in (general, professional):
        if not reading.refused:
            level = Education(general.value, professional.value)
            return Reading(None if reading is NOT_KNOWN else level, reading.rule)
    rules = {general.rule, professional.rule} - {UNKNOWN.rule}
    return Reading(None, rules.pop(), refused=True) if rules else None


def _class_fact(match: re.Match[str]) -> _Fact:
    number = int(match[1] or match[3])
    systems = [int(match[2])] if match[2] else [10, 12]
    levels = {
        _LEVELS[bisect_right(_LAST_CLASSES[years], number)] for years in systems if 1 <= number <= years
    }
    if not levels:
        return _Fact("refused", "no_such_class")
    return _Fact("class", levels.pop()) if len(levels) == 1 else _Fact("refused", AMBIGUOUS.rule)


def _facts(text: str) -> list[_Fact]:
    """Return what each part of a cell says, classes first."""
    line = tidy(text.replace("\r", " ; ").replace("\n", " ; ")).translate(APOSTROPHES)
    facts = [_class_fact(match) for match in _CLASS.finditer(line)]
    for part in _SEPARATOR.split(_CLASS.sub(",", line) if facts else line):
        if part.strip():
            facts += _part(part)
    return facts


def _begins(words: Sequence[str], kind: str) -> int:
    """Return how many words at the beginning are of a kind of ``education_words``."""
    found, size = longest_known(EDUCATION_WORDS, words)
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
    general, professional = (longest_known(table, words) for table in _TABLES)
    found, size = max(general, professional, key=lambda pair: pair[1])
    rest = words[size:]
    if theory := _theory(words):
        yield theory
    elif found is None or _begins(words, "mode") == len(words):
        yield _other_words(words)
    elif found.value is None or _holds(rest, "unfinished"):
        yield _Fact("refused", "not_completed" if found.value else AMBIGUOUS.rule)
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
    return _Fact("theory", "") if level and not rest else _Fact("refused", AMBIGUOUS.rule)


def _other_words(words: Sequence[str]) -> _Fact:
    for kind in ("mode", "theory_tail"):
        if _begins(words, kind) == len(words):
            return _Fact(kind, "")
    return _Fact("refused", "not_completed" if _holds(words, "unfinished") else UNKNOWN.rule)


def _degree(code: str, subject: Sequence[str]) -> Iterator[_Fact]:
    """Yield a degree and that its subject was left out; refuse what may be more than a subject."""
    others = {longest_known(_TABLES[1], subject[start:])[0] for start in range(len(subject))}
    # A number is a year of study or should not be here; no degree with a word more is some other denial.
    if any(word.isdecimal() for word in subject) or (code == "none" and subject):
        yield _Fact("refused", UNKNOWN.rule)
    elif {other.value for other in others if other} - {code, None} or (
        # A degree in political science, or the school of theory? Below a master's nobody can tell.
        code not in ("master", "doctor") and subject and _begins(subject, "theory") == len(subject)
    ):
        yield _Fact("refused", AMBIGUOUS.rule)
    else:
        yield _Fact("professional", code)
        if subject:
            yield _Fact("subject", "")


def _rank(degree: str) -> int:
    """Return the place of a degree in its table, which goes from the lowest to the highest."""
    return next(place for place, row in enumerate(vocab.categories(_TABLES[1])) if row["code"] == degree)


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
        return Reading(None, UNKNOWN.rule, refused=True)
    if not general and not degrees:
        rule = "political_theory_ignored" if "theory" in of else UNKNOWN.rule
        return Reading(None, rule, refused="theory" not in of)
    level = Education(next(iter(general), None), max(degrees, key=_rank, default=None))
    if "theory" in of:
        return Reading(level, "political_theory_ignored")
    if len(facts) > 1:
        return Reading(level, "education_parts")
    return Reading(level, "completed_class" if "class" in of else "category_spelling")
