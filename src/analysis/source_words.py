"""Words for sources: names and titles as they are, marked with their language; the coder's remarks in the reader's."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale
from markupsafe import Markup

from analysis.language import _, language, spoken_in

_REMARK = re.compile(r"(.*?)\s*([(\[])([^()\[\]]*)[)\]]$")
_EDITION = re.compile(r"(\w+) (edition|translation|machine translation)")
_UNNAMED = re.compile(r"portal of (.+); not named in the document")
_THROUGH = re.compile(r"via (.+)")


def source_name(text: str) -> Markup:
    """Return a publisher (nơi đăng) or a title for a page: what is of another language than the page is marked so.

    A remark that the coder set behind it in brackets, in English, is said in the reader's language where it
    is one of those that recur.

    Examples
    --------
    >>> source_name("Báo Nghệ An (English edition)")
    Markup('Báo Nghệ An (bản tiếng Anh)')
    >>> source_name("Upholding the Party’s core leadership role")
    Markup('<span lang="en">Upholding the Party’s core leadership role</span>')
    """
    if found := _REMARK.fullmatch(text):
        before, bracket, remark = found.groups()
        words = _remark(remark) or (_marked(remark) if before else "")
        if words:
            said = Markup("[{}]" if bracket == "[" else "({})").format(words)
            return _marked(before) + Markup(" ") + said if before else said
    return _marked(text)


def _marked(text: str) -> Markup:
    spoken = spoken_in(text)
    if spoken in ("", language()):
        return Markup.escape(text)
    return Markup('<span lang="{}">{}</span>').format(spoken, text)


def _remark(remark: str) -> str:
    """Return a remark in the reader's language; nothing if it is none of those that recur."""
    if found := _UNNAMED.fullmatch(remark):
        return _("cổng thông tin {place}; tài liệu không nêu tên").format(place=found[1])
    if "title not shown" in remark:
        return _("không rõ tiêu đề")
    if remark == "title from the address":
        return _("tiêu đề lấy từ địa chỉ")
    if (found := _EDITION.fullmatch(remark)) and found[1] in (codes := _languages()):
        words = {
            "edition": _("bản {language}"),
            "translation": _("bản dịch {language}"),
            "machine translation": _("bản dịch máy {language}"),
        }[found[2]]
        name = Locale.parse(language()).languages[codes[found[1]]]
        return words.format(language=name[:1].lower() + name[1:] if language() == "vi" else name)
    if found := _THROUGH.fullmatch(remark):
        return Markup(_("qua {publisher}")).format(publisher=_marked(found[1]))
    return ""


@cache
def _languages() -> dict[str, str]:
    """Return the English names of languages with their codes."""
    return {name: code for code, name in Locale.parse("en").languages.items()}
