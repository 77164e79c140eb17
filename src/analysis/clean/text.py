"""Text as Vietnamese offices and newspapers write it: one form for comparing, one for showing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def tidy(text: str) -> str:
    """Return the text in NFC, with single spaces and none at its ends.

    Examples
    --------
    >>> tidy("  huyện   Mường Ảng ")
    'huyện Mường Ảng'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Return a key that ignores case, diacritics, apostrophes and punctuation.

    Old and new placement of tone marks (Hoà, Hòa) and Đ in both its code points fold alike.

    Examples
    --------
    >>> fold("huyện M’Đrắk") == fold("HUYEN M'DRAK")
    True
    >>> fold("Hoà Bình") == fold("Hòa Bình")
    True
    """
    plain = text.casefold().replace("đ", "d").replace("ð", "d")
    letters = unicodedata.normalize("NFD", plain)
    letters = "".join(c for c in letters if not unicodedata.combining(c))
    letters = re.sub(r"['’ʼ`]", "", letters)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


@lru_cache(maxsize=1 << 16)
def tone_key(text: str) -> str:
    """Return a key that ignores case, spacing, apostrophe style and the place of tone marks.

    Unlike :func:`fold` it keeps the letters and tones themselves, so that Hoà and Hòa are one
    name while Hòa and Hóa stay two.

    Examples
    --------
    >>> tone_key("thị xã Thái Hoà") == tone_key("Thị xã Thái Hòa")
    True
    >>> tone_key("Thanh Hóa") == tone_key("Thanh Hòa")
    False
    """
    words = []
    for word in re.split(r"[^\w']+", tidy(text).casefold().replace("’", "'").replace("ð", "đ")):
        letters = unicodedata.normalize("NFD", word)
        tones = "".join(c for c in letters if c in "\u0300\u0301\u0303\u0309\u0323")
        words.append("".join(c for c in letters if c not in tones) + tones)
    return unicodedata.normalize("NFC", " ".join(word for word in words if word))


def slug(name: str) -> str:
    """Return a name in lower-case ASCII with hyphens, for folders and addresses.

    Examples
    --------
    >>> slug("TP. Hồ Chí Minh"), slug("Bà Rịa - Vũng Tàu")
    ('tp-ho-chi-minh', 'ba-ria-vung-tau')
    """
    return fold(name).replace(" ", "-")
