"""What finds a province among the others: its names, their other spellings, its letters."""

from __future__ import annotations

from analysis.clean.text import fold
from analysis.vocab import Province, provinces

_OTHERWISE = {
    "Bắc Kạn": ("Bắc Cạn",),
    "Đắk Lắk": ("Đắc Lắc", "Darlac"),
    "Đắk Nông": ("Đắc Nông",),
    "Hà Nội": ("Hà Tây",),
    "Kon Tum": ("Công Tum",),
    "TP. Hồ Chí Minh": ("Sài Gòn", "HCMC"),
}
"""Other spellings, and names of before 2008; letters with marks are found without them anyway."""


def found_by(place: Province) -> str:
    """Return the words that find a province by their first letters: each of its names, from each syllable on.

    Examples
    --------
    >>> from analysis.clean.places import find_province
    >>> found_by(find_province("Đắk Lắk", "2008"))
    'daklak lak daclac lac darlac'
    """
    merged = [old.name for old in provinces("2008") if old.successor == place.code]
    names = dict.fromkeys([place.name, *(merged if place.vintage == "2025" else [])])
    every = [said for name in names for said in (name, *_OTHERWISE.get(name, ()))]
    return " ".join(dict.fromkeys(word for name in every for word in _from_each_syllable(name)))


def _from_each_syllable(name: str) -> list[str]:
    syllables = fold(name).removeprefix("tp ").split()
    return ["".join(syllables[start:]) for start in range(len(syllables))]


def codes(place: Province) -> str:
    """Return the code of a province and the letters that people write for it: ``hcm`` and ``tphcm``."""
    syllables = fold(place.name).split()
    short = "".join(syllable[0] for syllable in syllables)
    letters = [f"tp{short[1:]}", short[1:]] if syllables[0] == "tp" else [short]
    return " ".join(dict.fromkeys([place.code, *letters]))
