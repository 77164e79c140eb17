"""One form of Vietnamese letters, tones and spaces for the cells of all files."""

from __future__ import annotations

import re
import unicodedata
from itertools import product

from analysis.clean.cells import Reading

_INVISIBLE = "\x00-\x08\x0e-\x1b\x7f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_FORMS = (
    ("invisible", re.compile(f"[{_INVISIBLE}]"), ""),
    ("eth", re.compile("Ð"), "Đ"),
    ("eth", re.compile("ð"), "đ"),
    ("apostrophe", re.compile("[‘’‛ʹʻʼʽ`´＇]"), "'"),
)
_LETTER_LOST = re.compile("[\x80-\x84\x86-\x9f\ud800-\udfff\ufffd]")
_ODD = re.compile(rf"[{_INVISIBLE}Ðð‘’‛ʹʻʼʽ`´＇\x80-\x9f\ud800-\udfff\ufffd]|[^\S ]|  |\A | \Z")


def unify(text: str) -> Reading[str]:
    """Return a cell with its letters and spaces in the one form that the tables hold.

    NFC; Đ for the Eth of Western letters, which Vietnamese keyboards never meant; no character that does
    not show; one apostrophe; single plain spaces. The rules that changed the cell are joined by ``+``. A
    cell in which a letter was replaced by � or by a control character is refused. Text of before Unicode
    goes through :mod:`analysis.clean.legacy` first: TCVN3 has its ư at the soft hyphen, dropped here.

    Examples
    --------
    >>> unify("Ðiện  Biên\u00a0Đông")
    Reading(value='Điện Biên Đông', rule='eth+spaces', refused=False)
    >>> unify("M’Đrắk").value
    "M'Đrắk"
    >>> unify("Mư\ufffdng Ảng")
    Reading(value=None, rule='letter_lost', refused=True)
    """
    if not _ODD.search(text) and unicodedata.is_normalized("NFC", text):
        return Reading(text)
    if _LETTER_LOST.search(text):
        return Reading(None, "letter_lost", refused=True)
    forms = unicodedata.normalize("NFC", text)
    rules = {"nfc": None} if forms != text else {}
    for rule, pattern, plain in _FORMS:
        forms, count = pattern.subn(plain, forms)
        rules |= {rule: None} if count else {}
    spaced = " ".join(forms.split())
    rules |= {"spaces": None} if spaced != forms else {}
    # A letter and its mark may have stood apart.
    return Reading(unicodedata.normalize("NFC", spaced), "+".join(rules))


_TONED = {
    first + unicodedata.normalize("NFC", second + tone): unicodedata.normalize("NFC", first + tone) + second
    for pair in ("oa", "oe", "uy")
    for first, second in product(*((letter, letter.upper()) for letter in pair))
    for tone in "\u0300\u0301\u0303\u0309\u0323"
}
_TONE_ON_LAST = re.compile(
    r"(?:[oO][àáãảạèéẽẻẹÀÁÃẢẠÈÉẼẺẸ]|(?<![qQ])[uU][ỳýỹỷỵỲÝỸỶỴ])(?![^\W\d_]|[\u0300-\u036f])"
)


def place_tones(text: str) -> Reading[str]:
    """Return a text in NFC with the tone of open oa, oe, uy on the first letter: hòa, khỏe, thúy.

    Examples
    --------
    >>> place_tones("Hoà Bình, Thanh Hoá, thuỷ lợi").value
    'Hòa Bình, Thanh Hóa, thủy lợi'
    >>> place_tones("quý, già, hoàn, khuỷu").rule
    ''
    """
    placed = _TONE_ON_LAST.sub(lambda found: _TONED[found[0]], text)
    return Reading(placed, "tone_place" if placed != text else "")
