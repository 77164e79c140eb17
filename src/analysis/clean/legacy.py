"""Vietnamese typed in the fonts of before Unicode, TCVN3 (*bảng mã ABC*) and VNI, made Unicode on evidence.

Such text sits in workbooks as Western letters (``§iÖn Biªn``, ``Ñieän Bieân``): only its font made it
Vietnamese. What is Unicode already reads as Vietnamese as it stands, so the words themselves tell.

References
----------
TCVN 5712:1993, table VN3; the VNI Windows table. Both are kept as code tables in ``analysis.vocab``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from analysis import vocab
from analysis.clean.cells import Reading
from analysis.clean.syllables import well_formed

Code = Literal["tcvn3", "vni"]

WORD = re.compile(r"[A-Za-z\u00a1-\u024f\u0300-\u036f\u1e00-\u1eff]+")
"""A word in any of the codes: TCVN3 has letters where Unicode has signs, and ư at the soft hyphen."""

_PLAIN_LETTER = re.compile("[A-Za-z]")
_BEYOND_LATIN_1 = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9\u0300-\u036f]")
_FOREIGN = re.compile("[\u00a1-\u00bfÄÅÆÇËÎÏÑÖ×ØÛÜÞßäåæçëîïñö÷øûüþÿ]")
"""Characters of Latin-1 that no Vietnamese word holds; in a Vietnamese text they betray another code."""


def _codes(name: Code) -> dict[str, str]:
    rows = vocab.table(f"legacy_{name}")
    return {row["letter"]: bytes.fromhex(row["bytes"]).decode("latin-1") for row in rows}


_TO_TCVN3 = _codes("tcvn3")
_FROM_TCVN3 = str.maketrans({code: letter for letter, code in _TO_TCVN3.items()})
# The capitals that VN3 lacks are typed as their small letters, and a capital font shows them large.
_ENCODE_TCVN3 = str.maketrans({letter.upper(): code for letter, code in _TO_TCVN3.items()} | _TO_TCVN3)

_ENCODE_VNI = str.maketrans(_codes("vni"))
# People type the mark of a capital in either case (AÛng, Aûng).
_FROM_VNI = {
    code[0] + mark: letter
    for letter, code in _codes("vni").items()
    for mark in {code[1:].lower(), code[1:].upper()}
}
_VNI_BASES = "".join(sorted({code[0] for code in _FROM_VNI if len(code) == 2}))
_VNI_MARKS = "".join(sorted({code[1] for code in _FROM_VNI if len(code) == 2}))
_VNI_ALONE = "".join(sorted(code for code in _FROM_VNI if len(code) == 1))
_VNI_LETTER = re.compile(f"[{_VNI_BASES}][{_VNI_MARKS}]|[{_VNI_ALONE}]")


@lru_cache(maxsize=1 << 16)
def _tcvn3_word(word: str) -> str:
    if word.isascii():
        return word
    letters = word.translate(_FROM_TCVN3)
    plain = [c for c in word if c.isascii()]
    # HéI is HỘI in a capital font; of Hµ and ¸nh the code does not tell more than Hà and ánh.
    return letters.upper() if len(plain) > 1 and all(c.isupper() for c in plain) else letters


def from_tcvn3(text: str) -> str:
    """Return in Unicode (NFC) a text of TCVN3 letters that was read as Western ones.

    A word whose other letters, two or more, are all capitals is written in capitals. Elsewhere the code
    does not hold the case of a letter with a tone: *Ánh* comes out as *ánh*.

    Examples
    --------
    >>> from_tcvn3("HuyÖn §iÖn Biªn §«ng")
    'Huyện Điện Biên Đông'
    >>> from_tcvn3("CéNG HOµ"), from_tcvn3("¸nh")
    ('CỘNG HOÀ', 'ánh')
    """
    letters = WORD.sub(lambda found: _tcvn3_word(found[0]), unicodedata.normalize("NFC", text))
    return unicodedata.normalize("NFC", letters)


def to_tcvn3(text: str) -> str:
    """Return a Vietnamese text as TCVN3 letters read as Western ones.

    The case of capitals with a tone is lost, as in the code itself. Signs that TCVN3 uses as letters
    (§, ©, «) stay, and would be read back as letters.

    Examples
    --------
    >>> to_tcvn3("Điện Biên"), to_tcvn3("HỘI"), to_tcvn3("Ánh")
    ('§iÖn Biªn', 'HéI', '¸nh')
    """
    return unicodedata.normalize("NFC", text).translate(_ENCODE_TCVN3)


def _vni_letter(found: re.Match[str]) -> str:
    code = found[0]
    return _FROM_VNI.get(code) or _FROM_VNI.get(code[0], code[0]) + code[1:]


def from_vni(text: str) -> str:
    """Return in Unicode (NFC) a text of VNI letters that was read as Western ones.

    Examples
    --------
    >>> from_vni("huyeän Möôøng AÛng")
    'huyện Mường Ảng'
    """
    letters = _VNI_LETTER.sub(_vni_letter, unicodedata.normalize("NFC", text))
    return unicodedata.normalize("NFC", letters)


def to_vni(text: str) -> str:
    """Return a Vietnamese text as VNI letters read as Western ones.

    Examples
    --------
    >>> to_vni("Điện Biên Đông")
    'Ñieän Bieân Ñoâng'
    """
    return unicodedata.normalize("NFC", text).translate(_ENCODE_VNI)


_FROM: dict[Code, Callable[[str], str]] = {"tcvn3": from_tcvn3, "vni": from_vni}


class _Weight(NamedTuple):
    """How many words gain by a code, how many of these hold a foreign character, and how many lose."""

    gained: int
    foreign: int
    lost: int


@lru_cache(maxsize=1 << 16)
def _weight(word: str, code: Code) -> _Weight:
    before, after = well_formed(word), well_formed(_FROM[code](word))
    gained = after and not before
    return _Weight(gained, gained and bool(_FOREIGN.search(word)), before and not after)


def _weigh(words: Collection[str], code: Code) -> _Weight:
    gained = foreign = lost = 0
    for word in words:
        one = _weight(word, code)
        gained += one.gained
        foreign += one.foreign
        lost += one.lost
    return _Weight(gained, foreign, lost)


def _accented(text: str) -> list[str]:
    # A sign that stands alone (5 µ, note ¹) is no word, though a code has a letter there.
    return [w for w in WORD.findall(text) if not w.isascii() and _PLAIN_LETTER.search(w)]


@dataclass(frozen=True, slots=True)
class LegacyCode:
    """The code before Unicode in which a column was typed, and what showed it.

    Attributes
    ----------
    code : {"tcvn3", "vni"}
        The code.
    gained : int
        Distinct words that are Vietnamese syllables only once they are read in the code.
    foreign : int
        Those of them that hold a character that no Vietnamese word holds in Unicode.
    lost : int
        Distinct words that are Vietnamese syllables only as they stand.
    unicode : int
        Cells that are Unicode for certain; where there are any, a doubtful cell is refused.
    fonts : tuple of str
        The fonts of the code among those that the file names.
    """

    code: Code
    gained: int
    foreign: int
    lost: int
    unicode: int
    fonts: tuple[str, ...] = ()


_FONTS: dict[Code, str] = {"tcvn3": ".vn", "vni": "vni"}


def _evidence(code: Code, texts: Sequence[str], fonts: Collection[str]) -> LegacyCode:
    cells = [_accented(text) for text in texts if not _BEYOND_LATIN_1.search(text)]
    weights = [_weigh(words, code) for words in cells]
    gained, foreign, lost = _weigh({word for words in cells for word in words}, code)
    return LegacyCode(
        code=code,
        gained=gained,
        foreign=foreign,
        lost=lost,
        unicode=len(texts) - len(cells) + sum(bool(cell.lost and not cell.gained) for cell in weights),
        fonts=tuple(sorted(font for font in fonts if font.strip().lower().startswith(_FONTS[code]))),
    )


def legacy_code(texts: Sequence[str], fonts: Collection[str] = ()) -> LegacyCode | None:
    """Return the code in which the texts of a column were typed, or None where they stay as they are.

    Three distinct words must gain by the code, two of them with characters foreign to Vietnamese. They are
    three in four of the words that are no syllables as they stand, and are more than twice those that lose,
    and those that gain by the other code. Where the file names a font of this code and none of the other,
    one word is enough; none is needed where all fonts are of the code and no cell speaks against it.

    Parameters
    ----------
    texts : sequence of str
        The distinct cells of a column or sheet.
    fonts : collection of str, optional
        Names of the fonts of those cells.

    Examples
    --------
    >>> legacy_code(["HuyÖn §iÖn Biªn", "TuÇn Gi¸o"]).code
    'tcvn3'
    >>> legacy_code(["Ñieän Bieân Ñoâng", "Muøa A Tuûng"]).code
    'vni'
    >>> legacy_code(["Hoà Bình", "Lò A Pó", "Điện Biên"]) is None
    True
    >>> legacy_code(["Bé"]), legacy_code(["Bé"], fonts=[".VnTime"]).code
    (None, 'tcvn3')
    """
    accented = [text for text in texts if not text.isascii()]
    one, other = sorted(
        (_evidence(code, accented, fonts) for code in _FONTS),
        key=lambda evidence: (evidence.gained - evidence.lost, len(evidence.fonts)),
        reverse=True,
    )
    words = {w for text in accented if not _BEYOND_LATIN_1.search(text) for w in _accented(text)}
    broken = sum(not well_formed(word) for word in words)
    return one if words and _enough(one, other, broken, len(set(fonts))) else None


def _enough(one: LegacyCode, other: LegacyCode, broken: int, fonts: int) -> bool:
    ahead = one.gained > 2 * max(one.lost, other.gained) and 4 * one.gained >= 3 * broken
    if ahead and one.gained >= 3 and one.foreign >= 2:
        return True
    if not one.fonts or other.fonts:
        return False
    return ahead or (len(one.fonts) == fonts and not (one.unicode or one.lost or broken))


def to_unicode(text: str, code: LegacyCode) -> Reading[str]:
    """Return a cell of a column whose code is known in Unicode, as it stands where it already is.

    Cells of one column may be typed in both. A cell with letters that only Unicode has stays; one whose
    words become syllables is converted; one that reads as well either way (*Bé* is *Bộ* in TCVN3) is
    converted only where no cell of the column is Unicode, and is refused elsewhere.

    Examples
    --------
    >>> pure = legacy_code(["HuyÖn §iÖn Biªn", "TuÇn Gi¸o", "Bé"])
    >>> to_unicode("Bé", pure)
    Reading(value='Bộ', rule='tcvn3_to_unicode', refused=False)
    >>> mixed = legacy_code(["HuyÖn §iÖn Biªn", "TuÇn Gi¸o", "Điện Biên"])
    >>> to_unicode("Điện Biên", mixed)
    Reading(value='Điện Biên', rule='', refused=False)
    >>> to_unicode("Bé", mixed)
    Reading(value=None, rule='tcvn3_or_unicode', refused=True)
    """
    if text.isascii():
        return Reading(text)
    gained, foreign, lost = _weigh(_accented(text), code.code)
    if _BEYOND_LATIN_1.search(text):
        return Reading(None, f"{code.code}_within_unicode", refused=True) if foreign else Reading(text)
    converted = _FROM[code.code](text)
    if converted == text or (lost and not gained):
        return Reading(text)
    # A word without its tone (Lôc) becomes a syllable too (Lục): among Unicode, more must betray the code.
    if lost or (code.unicode and not foreign):
        return Reading(None, f"{code.code}_or_unicode", refused=True)
    return Reading(converted, f"{code.code}_to_unicode")
