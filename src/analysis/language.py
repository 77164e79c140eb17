"""The reader's language: messages through a gettext catalogue, numbers and dates by Babel.

Messages stand in the code in Vietnamese, the language of the reports; the catalogues under
``locale/<language>/``, one a room or family of models, carry them to others.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

_LOCALE = Path(__file__).parent / "locale"
_state: dict[str, str | gettext.NullTranslations] = {
    "language": "vi",
    "catalogue": gettext.NullTranslations(),
}


def use(language: str) -> None:
    """Take the messages, numbers and dates of ``language`` from here on, in this process."""
    _state["language"] = language
    _state["catalogue"] = _catalogue(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Take the messages of ``language`` within a block, and those in use before after it.

    Examples
    --------
    >>> with speaking("en"):
    ...     number(2128.5, 1)
    '2,128.5'
    """
    before = str(_state["language"])
    use(language)
    try:
        yield
    finally:
        use(before)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Return the messages of a language from all its catalogues; none for the source language."""
    files = sorted((_LOCALE / language).glob("*.po"))
    if not files:
        return gettext.NullTranslations()
    merged = Catalog(locale=language)
    for path in files:
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string:
                    merged.add(message.id, message.string)
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def language() -> str:
    """Return the language in use."""
    return str(_state["language"])


def _(message: str) -> str:
    """Return a message in the language in use."""
    catalogue = _state["catalogue"]
    assert isinstance(catalogue, gettext.NullTranslations)
    return catalogue.gettext(message)


def number(value: float, decimals: int = 0) -> str:
    """Return a number as the reader writes it, halves rounded up: ``2.128``, ``7,1`` in Vietnamese.

    Examples
    --------
    >>> number(2128), number(7.14, 1)
    ('2.128', '7,1')
    """
    pattern = "#,##0" + ("." + "0" * int(decimals) if decimals else "")
    exact = Decimal(repr(round(float(value), 10)))
    rounded = exact.quantize(Decimal(1).scaleb(-int(decimals)), ROUND_HALF_UP)
    return str(format_decimal(rounded, pattern, locale=language()))


def plain(value: float, most: int = 2) -> str:
    """Return a number with as many decimals as it needs, ``most`` at most: ``6``, ``81,25``."""
    for decimals in range(most):
        if abs(value - round(value, decimals)) < 5e-9:
            return number(value, decimals)
    return number(value, most)


def printed(value: float, decimals: int = 0) -> str:
    """Return a printed percent with its own decimals, in the reader's writing: ``57,77%``."""
    return number(value, decimals) + "%"


def percent(value: float, decimals: int = 1) -> str:
    """Return a computed percent: ``62,5%``."""
    return number(value, decimals) + "%"


def day(value: date) -> str:
    """Return a day: ``15/10/2021`` in Vietnamese."""
    if language() == "vi":
        return str(format_date(value, "dd/MM/yyyy", locale="vi"))
    return str(format_date(value, "d MMMM yyyy", locale=language()))
