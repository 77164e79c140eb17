"""A key for finding the same person twice in a run, which nobody can match outside it."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analysis.clean.name_words import canonical

_SECRET = secrets.token_bytes(32)
"""Drawn anew in every process and never written."""
_PLACES = np.frombuffer(secrets.token_bytes(8 * 64), dtype=np.uint64) | np.uint64(1)
"""An odd factor for each place of a syllable in a name; from the 65th on they repeat."""

Keys = npt.NDArray[np.uint64]


def person_key(names: Any, births: Any) -> Keys:
    """Return one key a person: equal where the name and the birth are.

    Case, spaces, punctuation, composed or decomposed letters, Đ in its two code points, and the place of
    tone marks (*Hoà*, *Hòa*) make no difference; the tones themselves and the order of syllables do.
    Keys of different processes cannot be compared, as the secret in them differs.

    Parameters
    ----------
    names, births : arrays of text
        What pyarrow takes as an array of strings (object, pandas or pyarrow). Births in one
        form, such as ISO dates: the key compares them letter by letter.

    Returns
    -------
    ndarray of uint64
        0 where the name or the birth is missing or holds no letter or digit: such rows are
        nobody's, and two of them are not the same person.

    References
    ----------
    Lemire, D. & Kaser, O. (2014). Strongly universal string hashing is fast. The Computer Journal 57(11).

    Examples
    --------
    >>> keys = person_key(["Vì Thị Hoà", "VÌ  THỊ HÒA", "Vì Thị Hóa", None], ["1990-02-03"] * 4)
    >>> bool(keys[0] == keys[1]), bool(keys[0] == keys[2]), int(keys[3])
    (True, False, 0)
    """
    name = _sum_of_syllables(_spaced(_text(names)))
    born = _each(_text(births), _birth)
    if len(name) != len(born):
        raise ValueError(f"{len(name)} names beside {len(born)} births")
    return np.where(
        (name == 0) | (born == 0), np.uint64(0), np.maximum(_mixed(name ^ _mixed(born)), np.uint64(1))
    )


def _text(cells: Any) -> pa.Array:
    array = (
        cells if isinstance(cells, pa.Array | pa.ChunkedArray) else pa.array(cells, type=pa.large_string())
    )
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array.cast(pa.large_string())


def _spaced(names: pa.Array) -> pa.Array:
    """Return the names with H'Hen, H’Hen and H' Hen as two syllables, the apostrophe gone."""
    return pc.replace_substring_regex(names, "['’‘ʼ`]", " ") if _apostrophes(names) else names


def _apostrophes(names: pa.Array) -> bool:
    return bool(pc.any(pc.match_substring_regex(names, "['’‘ʼ`]")).as_py())


def _sum_of_syllables(names: pa.Array) -> Keys:
    lists = pc.utf8_split_whitespace(names)
    syllable = _each(pc.list_flatten(lists), _syllable)
    row = pc.list_parent_indices(lists).to_numpy()
    row, syllable = row[syllable != 0], syllable[syllable != 0]
    keys = np.zeros(len(names), dtype=np.uint64)
    if len(row):
        starts = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
        place = np.arange(len(row)) - np.repeat(starts, np.diff(np.r_[starts, len(row)]))
        keys[row[starts]] = np.add.reduceat(syllable * _PLACES[place % len(_PLACES)], starts)
    return keys


def _each(cells: pa.Array, form: Any) -> Keys:
    """Return a keyed hash of each text's form, 0 where it is empty; made once a distinct text."""
    coded = cells.dictionary_encode()
    hashed = [_hash(form(text)) for text in coded.dictionary.to_pylist()]
    codes = pc.fill_null(coded.indices, len(hashed)).to_numpy()
    return np.array([*hashed, 0], dtype=np.uint64)[codes]


def _hash(text: str) -> int:
    if not text:
        return 0
    return (
        int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8, key=_SECRET).digest())
        or 1
    )


def _syllable(text: str) -> str:
    return "".join(c for c in canonical(unicodedata.normalize("NFC", text)) if c.isalpha())


def _birth(text: str) -> str:
    return "".join(text.split()) if any(c.isalnum() for c in text) else ""


def _mixed(keys: Keys) -> Keys:
    """Return the keys with every bit depending on every other (the finaliser of MurmurHash3)."""
    mixed = keys ^ (keys >> np.uint64(33))
    mixed = mixed * np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(33)
    mixed = mixed * np.uint64(0xC4CEB9FE1A85EC53)
    return mixed ^ (mixed >> np.uint64(33))
