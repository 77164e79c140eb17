"""What every page of the site has: head, links to the other pages, languages, style and script."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from analysis import __version__
from analysis.language import LANGUAGES, _, file_name, language
from analysis.report import bar

PAGES = {"index": "index.html", "downloads": "downloads.html", "data": "data.html"}
"""The pages and their files in the source language."""

_HERE = Path(__file__).parent
_REPORT_STYLE = _HERE.parent / "template" / "ketnap" / "style.css"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "template"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.globals["_"] = _
    return made


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _places() -> list[tuple[str, str]]:
    """Return the pages that every page links to, each with its words."""
    return [
        ("index", _("Bản đồ và báo cáo")),
        ("downloads", _("Tải về")),
        ("data", _("Dữ liệu và bảng mã")),
    ]


def render(page: str, content: Mapping[str, Any], style: str = "") -> bytes:
    """Return a page in the language in use.

    Parameters
    ----------
    page : str
        One of :data:`PAGES`.
    content : mapping
        What its template shows.
    style : str
        Rules of its own.
    """
    script, policy = bar.script(_HERE / "site.js")
    here = language()
    text = (
        _environment()
        .get_template(f"{page}.html")
        .render(
            language=here,
            here=page,
            pages={name: file_name(file, here) for name, file in PAGES.items()},
            places=_places(),
            switches=bar.switches({code: file_name(PAGES[page], code) for code in LANGUAGES}),
            style="\n".join([_text(_REPORT_STYLE), _text(_HERE / "site.css"), style]),
            script=script,
            policy=policy,
            footer=_("Làm bằng ketnap {version}. Chạy tại máy, không gửi dữ liệu đi đâu.").format(
                version=__version__
            ),
            **content,
        )
    )
    return text.encode()
