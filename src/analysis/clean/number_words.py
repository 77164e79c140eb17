"""Numbers spelt in Vietnamese (*hai mươi ba*), where every reader takes them for the same number."""

from __future__ import annotations

WORD = r"(?:không|một|mốt|hai|ba|bốn|tư|năm|lăm|nhăm|sáu|bảy|bẩy|tám|chín|mười|mươi|trăm|linh|lẻ|nghìn|ngàn)"
"""A pattern of any word that such a number is made of; not every row of them is a number."""


def _spoken_numbers() -> tuple[dict[str, int], dict[str, int]]:
    # Only what is unmistakable: 'một trăm hai' is 102 to one reader and 120 to another, 'hai mươi năm'
    # may be twenty years, so they are in neither table. The words are those of the schoolbook.
    words = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
    ones = {word: n for n, word in enumerate(words, 1)} | {"bẩy": 7}
    after_ten = {w: n for w, n in ones.items() if n != 5} | {"tư": 4, "lăm": 5, "nhăm": 5}
    after_tens = {w: n for w, n in after_ten.items() if n != 1} | {"mốt": 1}
    tens = {"mười": 10} | {f"mười {w}": 10 + n for w, n in after_ten.items()}
    for word, ten in ones.items():
        if ten > 1:
            tens[f"{word} mươi"] = 10 * ten
            tens |= {f"{word} mươi {w}": 10 * ten + n for w, n in after_tens.items()}
    odd = {f"{link} {w}": n for link in ("linh", "lẻ") for w, n in (ones | {"tư": 4}).items()}
    hundreds = {f"{word} trăm": 100 * n for word, n in ones.items()}
    rest = tens | odd
    full = hundreds | {f"{h} {w}": m + n for h, m in hundreds.items() for w, n in rest.items()}
    return ones | tens | full, full | odd | {f"không trăm {w}": n for w, n in rest.items()}


_GROUP, _AFTER_THOUSAND = _spoken_numbers()
"""Spoken numbers up to 999, alone or before *nghìn*; and what may follow *nghìn*."""


def spoken_number(words: str) -> int | None:
    """Return the whole number, up to 999 999, that words in lower case and with single spaces spell.

    Returns
    -------
    int or None
        None where they are no number, or one to one reader and another to the next.

    Examples
    --------
    >>> spoken_number("hai mươi ba"), spoken_number("một ngàn lẻ tám")
    (23, 1008)
    >>> spoken_number("một trăm hai") is None  # 102, or 120
    True
    """
    thousands, found, rest = words.replace("ngàn", "nghìn").partition(" nghìn")
    if not found:
        return _GROUP.get(words)
    above, below = _GROUP.get(thousands), _AFTER_THOUSAND.get(rest.strip()) if rest else 0
    return None if above is None or below is None else 1000 * above + below
