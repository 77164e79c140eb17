"""Categories of people and places, as offices write them, read into the codes of the vocabulary."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from analysis import vocab
from analysis.clean.cells import Cell, Reading
from analysis.clean.text import fold, tidy, tone_key

UNKNOWN: Reading[str] = Reading(None, "unknown_category", refused=True)
AMBIGUOUS: Reading[str] = Reading(None, "ambiguous_category", refused=True)
NOT_KNOWN: Reading[str] = Reading(None, "not_known")
_NUMBER: Reading[str] = Reading(None, "bare_number", refused=True)
_RESERVED = {"ambiguous": AMBIGUOUS, "not_known": NOT_KNOWN}

EDUCATION_WORDS = "education_words"
"""The table of the words that stand around a level of schooling or a degree."""

LONGEST = 200
"""No category is longer; a longer cell is a sentence, and costs no more than being measured."""

APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʹ′`´ʻ", "'"))
"""Every sign typed for an apostrophe, made the plain one."""
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
    return tone_key(text.translate(APOSTROPHES)).replace(" ", "").replace("'", "")


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
            found[key] = AMBIGUOUS
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
    return _NUMBER if isinstance(cell, int | float) and not isinstance(cell, bool) else UNKNOWN


def _read_loosely(table: str, text: str) -> Reading[str]:
    if len(text) > LONGEST:
        return UNKNOWN
    index = _index(table)
    found = index.exact.get(tidy(text))
    if found is not None:
        return _respelled(found)
    found = index.loose(_key(text))
    if found is not None:
        return found
    return _NUMBER if _BARE_NUMBER.fullmatch(text) else UNKNOWN


def longest_known(table: str, words: Sequence[str]) -> tuple[Reading[str] | None, int]:
    """Return the reading of the longest known beginning of some words, and how many words it takes.

    Parameters
    ----------
    table : str
        As in :func:`read_category`, or ``EDUCATION_WORDS``.
    words : sequence of str
        Words as :func:`analysis.clean.text.tone_key` gives them; eight at most are taken together.

    Returns
    -------
    tuple of (Reading of str or None, int)
        None and 0 where no beginning is known.

    Examples
    --------
    >>> found, size = longest_known("professional_education", ["đh", "luật"])
    >>> found.value, size
    ('university', 1)
    >>> longest_known("professional_education", ["luật"])
    (None, 0)
    """
    for size in range(min(len(words), 8), 0, -1):
        found = _index(table).loose("".join(words[:size]).replace("'", ""))
        if found is not None:
            return found, size
    return None, 0


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
    close = difflib.get_close_matches(fold(text[:LONGEST]), known, n=6)
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
    names = (*vocab.CATEGORY_TABLES, "marks", EDUCATION_WORDS)
    texts = [text for name in names for text, _ in _written(name)]
    texts += [row[column] for row in vocab.table("age_bands") for column in ("label_vi", "label_en")]
    return frozenset(word for text in texts for word in fold(text).split() if not word.isdecimal())
