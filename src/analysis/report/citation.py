"""How to cite a report: in words and as BibTeX, with the day of its data, never that of the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from jinja2 import Environment

from analysis import __version__, register_words, wording
from analysis.clean.places import province_slug
from analysis.language import _, language, number
from analysis.processed import Processed
from analysis.report.colophon import SOFTWARE
from analysis.report.compare import comparison_title
from analysis.report.parameters import ProvinceRegisterParameters
from analysis.report.place_slice import Place
from analysis.report.quality_points import quality_title
from analysis.report.register_points import register_title
from analysis.report.summary_words import title
from analysis.shown import MIME_ORIGIN

if TYPE_CHECKING:
    from analysis.report.quality_known import Quality
    from analysis.report.register import Known

_LANGIDS = {"vi": "vietnamese", "en": "english"}
_BLOCK = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<p class="kn-citation">{{ text }}</p>
<pre class="kn-bibtex" tabindex="0" role="region" aria-label="BibTeX"><code>{{ bibtex }}</code></pre>
{% for line in lines %}
<p>{{ line }}</p>
{% endfor %}
""")


@dataclass(frozen=True, slots=True)
class Citation:
    """How to cite a report.

    Attributes
    ----------
    text, bibtex : str
        The reference; the name of the report's author is left open.
    lines : tuple of str
        What a reader must know besides: licences.
    source : str
        What the report's figures stand on, where they name no source of their own.
    """

    text: str
    bibtex: str
    lines: tuple[str, ...]
    source: str = ""

    def _repr_mimebundle_(self, **_asked: Any) -> dict[str, Any]:
        return {
            "text/html": _BLOCK.render(text=self.text, bibtex=self.bibtex, lines=self.lines),
            "text/plain": "\n\n".join([self.text, self.bibtex, *self.lines]),
            MIME_ORIGIN: {"source": self.source},
        }


def citation(known: Place | Processed) -> Citation:
    """Return how to cite a report on published figures."""
    place = known if isinstance(known, Place) else None
    tables = known if isinstance(known, Processed) else known.tables
    head = comparison_title(tables).text if place is None else title(place).text
    year, data = _published(tables.sources)
    licence = _(
        "Phần mã hóa số liệu (Published figures on the admission of Party members in Vietnam): giấy phép CC BY 4.0; phần mềm: giấy "
        "phép MIT."
    )
    lines, source = [_fill_in(), licence], ""
    if len(tables.sources):
        lines.append(_("Khi dùng một con số, xin dẫn cả nguồn gốc của nó, nêu ở [[sources]]."))
        source = _("{sources} bài báo và trang, nêu ở [[sources]]").format(
            sources=number(len(tables.sources))
        )
    return _cited(f"ketnap-{place.slug if place else 'comparison'}", head, year, data, lines, source=source)


def _published(sources: pd.DataFrame) -> tuple[str, str]:
    """Return the year of the newest source, and the sources in words with its day."""
    if sources.empty:
        return "", _("bộ dữ liệu chưa có nguồn nào")
    dated = sources.loc[sources["published_last"].notna()].sort_values("published_last")
    if dated.empty:
        return "", _("{sources} nguồn không rõ ngày đăng").format(sources=number(len(sources)))
    words = _("{sources} nguồn đã công bố, nguồn mới nhất {when}")
    newest = dated.iloc[-1]
    told = words.format(sources=number(len(sources)), when=wording.publication(newest))
    return str(newest["published_last"].year), told


def register_citation(known: Known) -> Citation:
    """Return how to cite a report on registers."""
    parameters = known.parameters
    place = parameters.place() if isinstance(parameters, ProvinceRegisterParameters) else None
    years = known.units[0]["year"]
    year = str(int(years.max())) if len(years) else ""
    rows = known.units[0]
    whole = rows[["members", "target"]].notna().any(axis=None)
    words = (
        _("danh sách kết nạp ({files} tệp), chỉ tiêu và số đảng viên của {units} đơn vị")
        if whole
        else _("danh sách kết nạp ({files} tệp) của {units} đơn vị, không kèm chỉ tiêu và số đảng viên")
    )
    data = register_words.titled(
        words.format(files=number(known.people["file"].nunique()), units=number(rows["unit_id"].nunique())),
        known.synthetic,
    )
    lines = [
        _fill_in(),
        _held(),
        _("Hạt giống ngẫu nhiên: {seed}.").format(seed=parameters.seed),
    ]
    name = f"ketnap-{province_slug(place) if place else 'comparison'}-register"
    return _cited(name, register_title(known).text, year, data, lines, source=data)


def quality_citation(known: Quality) -> Citation | None:
    """Return how to cite the report on the quality of the data; None where there are no files."""
    if known.files.empty:
        return None
    data = register_words.titled(
        _("{files} tệp danh sách, chỉ tiêu và số đảng viên").format(
            files=number(known.files["file"].nunique())
        ),
        known.files["synthetic"],
    )
    return _cited(
        "ketnap-data-quality", quality_title(known).text, "", data, [_fill_in(), _held()], source=data
    )


def _fill_in() -> str:
    return _(
        "Người làm báo cáo điền tên mình vào chỗ [tác giả]; năm là năm của số liệu, không phải ngày chạy."
    )


def _held() -> str:
    return _(
        "Danh sách không kèm giấy phép: cơ quan giữ sổ quyết định ai được dùng. Phần mềm: giấy phép MIT."
    )


def _cited(name: str, head: str, year: str, data: str, lines: list[str], *, source: str = "") -> Citation:
    made = _("Làm bằng ketnap {version} từ {data}").format(version=__version__, data=data)
    author = _("[tác giả]")
    text = f"{author} ({year or _('không rõ năm')}). {head}. {made}."
    fields = {"author": f"{{{author}}}", "title": f"{{{head}}}", "year": year, "note": made}
    fields["langid"] = _LANGIDS[language()]
    report = "".join(f"  {field} = {{{words}}},\n" for field, words in fields.items() if words)
    key = f"{name}-{year}" if year else name
    bibtex = f"@misc{{{key},\n{report}}}\n\n{SOFTWARE.format(version=__version__)}"
    return Citation(text, bibtex, tuple(lines), source)
