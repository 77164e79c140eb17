"""How a Vietnamese syllable (*âm tiết*) is built: what is not built so is another language, or another code."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ONSET = "gh|ngh?|nh|gi|ph|kh|th|tr|ch|[bcdđghklmnprstvx]"
_RHYME = (
    "a(?:c|ch|i|k|m|n|ng|nh|o|p|t|u|y)?|[ăâ](?:c|k|m|n|ng|p|t)|â[uy]|e(?:c|k|m|n|ng|o|p|t)?|"
    "ê(?:ch|k|m|n|nh|p|t|u)?|i(?:a|ch|k|m|n|nh|p|t|u)?|[iy]ê(?:c|m|n|ng|p|t|u)|"
    "o(?:ng?|c|i|k|m|p|t|oc|ong)?|oa(?:c|ch|i|m|n|ng|nh|o|p|t|y)?|oă(?:c|m|n|ng|p|t)|oe(?:n|o|t)?|"
    "ô(?:c|i|k|m|n|ng|p|t)?|ơ(?:i|m|n|p|t)?|u(?:a|c|i|k|m|n|ng|p|t|ơ)?|uâ(?:n|ng|t|y)|uê(?:ch|n|nh)?|"
    "uy(?:a|ch|n|nh|p|t|u)?|uyê(?:n|t)|uô(?:c|i|m|n|ng|t)|ư(?:a|c|i|k|m|n|ng|t|u)?|ươ(?:c|i|m|n|ng|p|t|u)|y"
)
_AFTER_QU = "[aăâeêiơy](?:c|ch|i|m|n|ng|nh|o|t|u|y)?|ôc|yê[nt]"
_SYLLABLE = re.compile(f"(?:(?:{_ONSET})?(?:{_RHYME})|qu(?:{_AFTER_QU}))")
_LONGEST = 16


@lru_cache(maxsize=1 << 16)
def well_formed(word: str) -> bool:
    """Tell whether a word is built like a Vietnamese syllable (*âm tiết*): onset, rhyme and one tone at most.

    A syllable that ends in c, ch, p or t bears the tone sắc or nặng.

    Examples
    --------
    >>> [well_formed(word) for word in ("Điện", "nghiêng", "quý", "Mường")]
    [True, True, True, True]
    >>> [well_formed(word) for word in ("§iÖn", "Ñieän", "Biêt", "café")]
    [False, False, False, False]
    """
    if len(word) > _LONGEST:
        return False
    letters = unicodedata.normalize("NFD", word.lower().replace("ð", "đ"))
    tones = [c for c in letters if c in _TONES]
    plain = unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(plain):
        return False
    return not plain.endswith(("c", "ch", "p", "t")) or tones in (["\u0301"], ["\u0323"])
