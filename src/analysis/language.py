"""The reader's language: messages through a gettext catalogue, numbers and dates by Babel.

Messages stand in the code in Vietnamese, the language of the reports; the catalogues under
``locale/<language>/``, one a room or family of models, carry them to others.
"""

from __future__ import annotations

import gettext
import io
import string
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache, partial
from pathlib import Path
from typing import Any, Self

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from analysis.errors import ParameterError

_DIGITS = 400
"""More than the largest floating number has, with its decimals."""

_LOCALE = Path(__file__).parent / "locale"
_state: dict[str, str | gettext.NullTranslations] = {
    "language": "vi",
    "catalogue": gettext.NullTranslations(),
}


class Said(str):
    """A text in one language that can be said again in another, while it has only been formatted."""

    __slots__ = ("_again",)
    _again: Callable[[], str]

    @classmethod
    def by(cls, make: Callable[..., str], *values: Any) -> Self:
        """Return what ``make`` returns of the values now, and remember how."""
        said = cls(make(*values))
        said._again = partial(make, *values)
        return said

    def format(self, *values: object, **named: object) -> str:
        """Return the text with its gaps filled, which can be said again too.

        Examples
        --------
        >>> made = [_("{count} tỉnh").format(count=number(count)) for count in (1, 2)]
        >>> with speaking("en"):
        ...     [again(text) for text in made]
        ['1 province', '2 provinces']
        """
        return Said.by(_filled, self, values, named)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Said.by, (self._again.func, *self._again.args))  # type: ignore[attr-defined]


class _Gaps(string.Formatter):
    """Fills gaps as ``str.format`` does, and those that choose a word by a number: ``{count:row|rows}``.

    The number stands in the gap as it was written for the reader, so that only 1 takes the first word.
    A catalogue may so put any number of plurals into one sentence, which gettext's own plural forms, one
    a message, cannot.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return a value as its gap asks for."""
        if "|" not in format_spec:
            return str(super().format_field(value, format_spec))
        one, many = format_spec.split("|")
        return one if str(value) == "1" else many


_GAPS = _Gaps()


def _filled(text: str, values: tuple[object, ...], named: dict[str, object]) -> str:
    again_named = {name: again(value) for name, value in named.items()}
    return _GAPS.vformat(again(text), tuple(map(again, values)), again_named)


def again(value: Any) -> Any:
    """Return a text in the language in use, whichever it was made in; any other value as it is.

    Examples
    --------
    >>> made = _("thiếu {column}").format(column=number(1234.5, 1))
    >>> with speaking("en"):
    ...     print(again(made))
    no 1,234.5
    """
    return value._again() if isinstance(value, Said) else value


LANGUAGES = ("vi", "en")


def file_name(name: str, language: str) -> str:
    """Return a file's name in a language: the source language has none of its own.

    Examples
    --------
    >>> file_name("report.html", "vi"), file_name("report.html", "en"), file_name("manifest.json", "en")
    ('report.html', 'report.en.html', 'manifest.en.json')
    """
    stem, dot, ending = name.rpartition(".")
    return name if language == LANGUAGES[0] else f"{stem}.{language}{dot}{ending}"


def language_of(name: str) -> str:
    """Return the language of a file by its name; see :func:`file_name`.

    Examples
    --------
    >>> language_of("report.html"), language_of("figures/attainment.en.svg")
    ('vi', 'en')
    """
    marks = name.split(".")[1:-1]
    return next((language for language in LANGUAGES[1:] if language in marks), LANGUAGES[0])


def use(language: str) -> None:
    """Take the messages, numbers and dates of ``language`` from here on, in this process.

    Raises
    ------
    ParameterError
        It is none of those that there are.
    """
    if language not in LANGUAGES:
        raise ParameterError(f"language: {language!r} is none of {', '.join(LANGUAGES)}")
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
def _locale(language: str) -> Locale:
    return Locale.parse(language)


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
    return Said.by(_translated, message)


def _translated(message: str) -> str:
    catalogue = _state["catalogue"]
    assert isinstance(catalogue, gettext.NullTranslations)
    return catalogue.gettext(message)


def number(value: float, decimals: int = 0) -> str:
    """Return a number as the reader writes it, halves rounded up, with a true minus: ``2.128``, ``−7,1`` in Vietnamese.

    Examples
    --------
    >>> number(2128), number(-7.14, 1)
    ('2.128', '−7,1')
    """
    return Said.by(_number, value, decimals)


def _number(value: float, decimals: int) -> str:
    pattern = "#,##0" + ("." + "0" * int(decimals) if decimals else "")
    exact = Decimal(repr(round(float(value), 10)))
    with localcontext(prec=_DIGITS):
        rounded = exact.quantize(Decimal(1).scaleb(-int(decimals)), ROUND_HALF_UP)
        written = str(format_decimal(rounded, pattern, locale=_locale(language())))
    return written.replace("-", "−")


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
        return str(format_date(value, "dd/MM/yyyy", locale=_locale("vi")))
    return str(format_date(value, "d MMMM yyyy", locale=_locale(language())))


def month(value: date) -> str:
    """Return a month: ``10/2021`` in Vietnamese, ``October 2021`` in English."""
    if language() == "vi":
        return str(format_date(value, "MM/yyyy", locale=_locale("vi")))
    return str(format_date(value, "MMMM yyyy", locale=_locale(language())))


_LETTERS = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # grave, hook above, tilde, acute, dot below


def sort_key(text: str) -> tuple[Any, ...]:
    """Return what sorts names as Vietnamese does, in whichever language they are shown.

    Letters with a mark of their own follow the plain ones (a ă â, d đ, e ê, o ô ơ, u ư). Tones only break
    ties, in the order of the root locale's accents as Vietnamese changes it: none, grave, hook, tilde, acute,
    dot; then small letters come before capitals. Spaces and punctuation come before digits, digits before letters.

    References
    ----------
    Unicode Technical Standard 10, Unicode Collation Algorithm; Unicode CLDR, ``common/collation/vi.xml``.

    Examples
    --------
    >>> sorted(["Đồng Nai", "Ea Súp", "Dầu Tiếng", "Điện Biên", "Đà Nẵng", "Cà Mau"], key=sort_key)
    ['Cà Mau', 'Dầu Tiếng', 'Đà Nẵng', 'Điện Biên', 'Đồng Nai', 'Ea Súp']
    >>> sorted(["tứ", "tu", "từ", "tú", "tụ", "tư", "tù"], key=sort_key)
    ['tu', 'tù', 'tú', 'tụ', 'tư', 'từ', 'tứ']
    """
    letters: list[str] = []
    tones: list[int] = []
    for mark in unicodedata.normalize("NFD", text):
        if letters and mark in _TONES:
            tones[-1] = 1 + _TONES.index(mark)
        elif letters and unicodedata.combining(mark):
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + mark)
        else:
            letters.append(mark)
            tones.append(0)
    capitals = [letter.isupper() for letter in letters]
    return tuple(map(_place, letters)), tuple(tones), tuple(capitals), text


def _place(letter: str) -> tuple[int, int]:
    small = letter.lower()
    if small in _LETTERS:
        return 2, _LETTERS[small]
    return 3 if letter.isalpha() else 1 if letter.isdigit() else 0, ord(small[0])


_ITS_OWN = frozenset("\u0309\u0303\u0323\u0306\u031bđĐ")  # hook, tilde, dot below, breve, horn


def is_vietnamese(text: str) -> bool:
    """Tell whether a text has a letter that Vietnamese has and neither English nor French.

    Examples
    --------
    >>> is_vietnamese("Kết nạp 1.964 đảng viên"), is_vietnamese("Congrès du Parti"), is_vietnamese("Quang Nam")
    (True, False, False)
    """
    return not _ITS_OWN.isdisjoint(unicodedata.normalize("NFD", text))


_WORDS = {
    "en": " the of and with from has by for in on to english portal building site party members ",
    "fr": " le la les du des et aux dans pour par ",
}
"""Words by which a name or a title is known to be of a language, if it has a letter of none."""


def spoken_in(text: str) -> str:
    """Return the language of a name or a title, for a page to mark; nothing where it is a mere name.

    Examples
    --------
    >>> spoken_in("Báo Nghệ An"), spoken_in("First half of 2011"), spoken_in("Nhân Dân"), spoken_in("VnExpress")
    ('vi', 'en', '', '')
    >>> spoken_in("Ninh Binh accorde la priorité aux travaux"), spoken_in("Открытие съезда")
    ('fr', 'ru')
    """
    if is_vietnamese(text):
        return "vi"
    if any("Ѐ" <= letter <= "ӿ" for letter in text):
        return "ru"
    words = text.casefold().split()
    found = {language: sum(f" {word} " in known for word in words) for language, known in _WORDS.items()}
    best = max(found, key=lambda language: found[language])
    return best if found[best] else ""
