"""What stands over every page, of a report or of the site: its languages, the colour scheme, the script that keeps it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from analysis.language import _, file_name, language
from analysis.report.job import Job

LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}
"""Each language in itself."""

_SCRIPT = Path(__file__).parent / "template" / "ketnap" / "page.js"

_SWITCHES = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<div class="kn-switches">
{% if languages %}
<ul class="kn-languages" aria-label="{{ label }}">
{% for code, name, href in languages %}
<li><a href="{{ href }}" lang="{{ code }}" hreflang="{{ code }}"{% if code == here %} aria-current="true"{% endif %}>{{ name }}</a></li>
{% endfor %}
</ul>
{% endif %}
<label class="kn-scheme" hidden>{{ scheme }}
<select id="kn-scheme">{% for value, words in schemes %}<option value="{{ value }}">{{ words }}</option>{% endfor %}</select></label>
</div>
""")


def switches(hrefs: Mapping[str, str]) -> Markup:
    """Return the links to a page in each language, and the choice of its colours.

    Parameters
    ----------
    hrefs : mapping
        Language → address; none of the languages where there is no page but this.
    """
    return Markup(
        _SWITCHES.render(
            label=_("Ngôn ngữ"),
            languages=[(code, LANGUAGE_NAMES[code], href) for code, href in hrefs.items()],
            here=language(),
            scheme=_("Giao diện"),
            schemes=[("", _("theo máy")), ("light", _("sáng")), ("dark", _("tối"))],
        )
    )


@cache
def script(more: Path | None = None) -> tuple[Markup, str]:
    """Return the script of a page, with what its own kind adds, and the policy that lets it, and no other, run.

    Parameters
    ----------
    more : Path, optional
        File of the script that follows.
    """
    text = "".join(path.read_text(encoding="utf-8") for path in (_SCRIPT, more) if path)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    return Markup(text), policy


def files(job: Job) -> list[tuple[str, str]]:
    """Return addresses and words of what a report's page links to: its other forms, then all its files."""
    forms = [(job.file(f"report.{form}"), form.upper()) for form in ("pdf", "docx") if form in job.formats]
    return [
        *forms,
        (job.file("report.ipynb"), "Jupyter"),
        (_entry(job.name, job.language), _("hình, bảng")),
    ]


def twins(job: Job) -> dict[str, str]:
    """Return the address of a report in each language.

    Whether it is there in another is not known when it is made, and may change without it. So the link leads to
    the report's place among the site's downloads in that language, which offers what there is.
    """
    return {
        code: job.file("report.html") if code == job.language else _entry(job.name, code)
        for code in LANGUAGE_NAMES
    }


def _entry(name: str, code: str) -> str:
    return f"../{file_name('downloads.html', code)}#{name}"
