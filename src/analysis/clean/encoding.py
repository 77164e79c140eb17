"""The encoding of a text file, found by what the file holds."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NoReturn, get_args

from analysis.clean.legacy import WORD, from_tcvn3, from_vni
from analysis.clean.syllables import well_formed
from analysis.errors import DataRefusedError, ParameterError, Problem

Label = Literal["utf-8", "utf-8-sig", "utf-16", "cp1258", "tcvn3", "vni", "cp1252"]
"""What an encoding is called in a mapping file and in the cleaning log."""

_SAMPLE = 1 << 20
_FIX = 'the file saved as UTF-8, or its encoding named in the mapping file (encoding = "tcvn3")'
_BINARY = {
    b"PK\x03\x04": "a ZIP archive or a workbook (.xlsx)",
    b"PK\x05\x06": "an empty ZIP archive",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "a workbook of before 2007 (.xls)",
    b"\x1f\x8b\x08": "a gzip archive",
    b"%PDF-": "a PDF document",
    b"\xff\xfe\x00\x00": "UTF-32 text",
    b"\x00\x00\xfe\xff": "UTF-32 text",
}
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")
_HIGH = re.compile(rb"[\x80-\xff]+")
_RUN = re.compile(rb"[A-Za-z\xa1-\xff]+")
_WESTERN = re.compile("[A-Za-zÀ-ÖØ-öø-ÿ]+")
_LATIN = re.compile("[\t\n\r -\u024f\u0300-\u036f\u1e00-\u206f\u20ab]")
_LOST = re.compile(r"(?<![\w/.=&?-])[^\W\d_]+(?:\?+[^\W\d_]+|\ufffd)")
"""A word with a letter lost; anchored to its beginning, so that a long word is gone through once."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a text file: its ``label`` and, for the cleaning log, the ``evidence`` for it."""

    label: Label
    evidence: str

    @property
    def utf8(self) -> bool:
        """True where a reader of UTF-8 can take the file as it is."""
        return self.label in ("utf-8", "utf-8-sig")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text file as ``text``, with the ``encoding`` it was in and the ``evidence`` for that."""

    text: str
    encoding: Label
    evidence: str


def _utf16_codec(data: bytes) -> str:
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    # Digits, commas and ends of lines have their zero byte second in little-endian, first in big-endian.
    return "utf-16-le" if data[1::2].count(0) >= data[0::2].count(0) else "utf-16-be"


_READERS: dict[Label, Callable[[bytes], str]] = {
    "utf-8": lambda data: data.decode("utf-8"),
    "utf-8-sig": lambda data: data.decode("utf-8-sig"),
    "utf-16": lambda data: data.decode(_utf16_codec(data)),
    "cp1258": lambda data: unicodedata.normalize("NFC", data.decode("cp1258")),
    "tcvn3": lambda data: from_tcvn3(data.decode("cp1252")),
    "vni": lambda data: from_vni(data.decode("cp1252")),
    "cp1252": lambda data: data.decode("cp1252"),
}
_SINGLE_BYTE: tuple[Label, ...] = ("cp1252", "cp1258", "tcvn3", "vni")
"""The first of those that read alike is taken."""


def sniff(sample: bytes, file: str) -> Encoding:
    """Return the encoding of a file by its first bytes; they may end within a letter.

    A sample in ASCII counts as UTF-8, so that a reader of UTF-8 that fails further on should have the whole
    file decoded by :func:`decode`. Where another encoding is found, pieces of the file that end with a line
    can be read one after another by :func:`decode_as` (but UTF-16 only whole).

    Parameters
    ----------
    sample : bytes
        About the first million bytes.
    file : str
        Name of the file, for messages.

    Raises
    ------
    DataRefusedError
        As :func:`decode`.

    Examples
    --------
    >>> found = sniff("họ và tên,nơi sinh".encode()[:-3], "a.csv")
    >>> found.label, found.utf8
    ('utf-8', True)
    """
    return _found(sample, file, whole=False)


def decode(data: bytes, file: str) -> Decoded:
    r"""Return the text of a whole file in the encoding that its bytes give evidence for.

    Parameters
    ----------
    data : bytes
        The file.
    file : str
        Its name, for messages.

    Raises
    ------
    DataRefusedError
        Where the file is no text, where letters were lost when it was saved, or where two encodings are as
        plausible and give different texts.

    Examples
    --------
    >>> found = decode(b"Huy\xd6n \xa7i\xd6n Bi\xaan", "a.csv")
    >>> found.text, found.evidence
    ('Huyện Điện Biên', 'of 3 accented words, Vietnamese in cp1252 0, cp1258 0, tcvn3 3, vni 0')
    >>> decode(b"B\xe9", "a.csv")  # Bé, or Bộ
    Traceback (most recent call last):
    ...
    analysis.errors.DataRefusedError: 1 problem; nothing was changed.
    a.csv: found bytes that read as well in cp1252 as in tcvn3 (of 1 accented words, ...
    """
    found = _found(data, file, whole=True)
    return Decoded(_read(data, found.label, file), found.label, found.evidence)


def decode_as(data: bytes, label: str, file: str) -> Decoded:
    r"""Return the text of a file, or of some whole lines of it, in an encoding that the user named.

    Examples
    --------
    >>> decode_as(b"B\xe9", "tcvn3", "a.csv").text
    'Bộ'
    >>> decode_as(b"B\xe9", "latin-9", "a.csv")
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: a.csv: unknown encoding 'latin-9'; expected one of utf-8, utf-8-sig, utf-16, cp1258, tcvn3, vni, cp1252
    """
    for known in _READERS:
        if label == known:
            return Decoded(_read(data, known, file), known, "named by the user")
    raise ParameterError(f"{file}: unknown encoding {label!r}; expected one of {', '.join(get_args(Label))}")


def _refuse(file: str, seen: str, allowed: str = _FIX, row: int | None = None) -> NoReturn:
    raise DataRefusedError([Problem(file, row, None, seen, allowed)])


def _read(data: bytes, label: Label, file: str) -> str:
    try:
        return _READERS[label](data)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        _refuse(file, f"bytes that are no {label} text", row=row)


def _strict(data: bytes, codec: str, whole: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(codec)().decode(data, final=whole)
    except UnicodeDecodeError:
        return None


def _found(data: bytes, file: str, whole: bool) -> Encoding:
    for magic, kind in _BINARY.items():
        if data.startswith(magic):
            _refuse(file, kind, "a text file (CSV), or the file's own ending in its name")
    if data.startswith(codecs.BOM_UTF16_LE) or data.startswith(codecs.BOM_UTF16_BE) or b"\0" in data:
        return _found_utf16(data, file, whole)
    text = _strict(data, "utf-8", whole)
    if text is None:
        return _found_single_byte(data, file)
    _refuse_lost_letters(text[:_SAMPLE], file)
    if data.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig", "byte order mark")
    return Encoding("utf-8", "ASCII only" if text.isascii() else "every byte fits")


def _found_utf16(data: bytes, file: str, whole: bool) -> Encoding:
    codec = _utf16_codec(data)
    text = (_strict(data, codec, whole) or "")[:_SAMPLE]
    latin = len(_LATIN.findall(text.removeprefix("\ufeff")))
    if "\0" in text or latin * 10 < len(text) * 9 or (not text and len(data) > 2):
        _refuse(file, "bytes that are no text (zero bytes, but not UTF-16)", "a text file (CSV) in UTF-8")
    _refuse_lost_letters(text, file)
    return Encoding("utf-16", "byte order mark" if codec == "utf-16" else f"zero bytes as in {codec}")


def _refuse_lost_letters(text: str, file: str) -> None:
    lost = len(set(_LOST.findall(text)))
    if lost >= 3 and lost * 20 >= len({word for word in WORD.findall(text) if not word.isascii()}):
        seen = f"{lost} words with letters replaced by ? or � when the file was saved"
        _refuse(file, seen, "the source saved again as UTF-8 (in Excel: CSV UTF-8)")


def _found_single_byte(data: bytes, file: str) -> Encoding:
    first = _HIGH.search(data)
    start = data.rfind(b"\n", 0, first.start()) + 1 if first else 0
    sample = data[start : start + _SAMPLE]
    _refuse_broken_utf8(data, sample, file)
    labels = [label for label in _SINGLE_BYTE if _readable(sample, label)]
    if _CONTROL.search(sample) or not labels:
        _refuse(file, "bytes that are no text", "a text file (CSV) in UTF-8")
    _refuse_lost_letters(_READERS[labels[0]](sample), file)
    # A sign that stands alone (5 µ) is no word, though an encoding has a letter there.
    runs = {run for run in _RUN.findall(sample) if not run.isascii() and re.search(rb"[A-Za-z]", run)}
    if not runs:
        return Encoding(labels[0], "no accented words")
    return _most_plausible({label: [_READERS[label](run) for run in sorted(runs)] for label in labels}, file)


def _readable(sample: bytes, label: Label) -> bool:
    try:
        _READERS[label](sample)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_broken_utf8(data: bytes, sample: bytes, file: str) -> None:
    runs = set(_HIGH.findall(sample))
    if 2 * sum(_strict(run, "utf-8", whole=True) is not None for run in runs) > len(runs):
        _read(data, "utf-8", file)


def _most_plausible(words: dict[Label, list[str]], file: str) -> Encoding:
    scores = {label: sum(map(well_formed, read)) for label, read in words.items()}
    best = max(scores, key=lambda label: scores[label])
    count = len(words[best])
    counts = ", ".join(f"{label} {score}" for label, score in scores.items())
    of = f"of {count} accented words, Vietnamese in {counts}"
    margin = max(1, count // 10)
    rivals = [
        label
        for label, score in scores.items()
        if score + margin > scores[best] and words[label] != words[best]
    ]
    if 4 * scores[best] >= 3 * count:
        if rivals:
            _refuse(file, f"bytes that read as well in {best} as in {', '.join(rivals)} ({of})")
        return Encoding(best, of)
    western = sum(bool(_WESTERN.fullmatch(word)) for word in words.get("cp1252", ()))
    if 4 * scores[best] <= count and 10 * western >= 9 * count and (best == "cp1252" or "cp1252" in rivals):
        return Encoding("cp1252", f"{of}; {western} are Western letters")
    _refuse(file, f"an unknown encoding ({of})")
