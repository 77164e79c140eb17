"""Words for the state of a report and for the files that it consists of."""

from __future__ import annotations

from analysis.language import _
from analysis.report.site.made import DONE, FAILED, FRESH, MISSING, STALE, Report

KINDS = {
    "html": "HTML",
    "pdf": "PDF",
    "docx": "DOCX",
    "ipynb": "Jupyter",
    "csv": "CSV",
    "svg": "SVG",
    "png": "PNG",
    "tex": "LaTeX",
    "txt": "TXT",
}


def state(report: Report) -> str:
    """Return the state of a report in a word or two."""
    return {
        FRESH: _("mới nhất"),
        DONE: _("đã làm"),
        STALE: _("cũ, cần làm lại"),
        FAILED: _("hỏng"),
        MISSING: _("chưa làm"),
    }[report.state]


def why(report: Report) -> str:
    """Return why a report is stale, or the message of its failure; nothing of others."""
    if report.state == FAILED:
        return report.error
    return "; ".join(_reason(reason) for reason in report.why)


def _reason(reason: str) -> str:
    kind, _gap, name = reason.partition(" ")
    if kind == "output":
        return _("tệp {name} không còn như lúc làm ra").format(name=name)
    if kind == "format":
        return _("chưa có dạng {name}").format(name=KINDS.get(name, name))
    return {
        "data": _("số liệu đã đổi"),
        "library": _("phần mềm đã đổi"),
        "notebook": _("sổ mẫu đã đổi"),
        "lock": _("các gói phần mềm đã đổi"),
        "versions": _("phiên bản các gói đã đổi"),
        "parameters": _("tham số đã đổi"),
        "never made": _("chưa làm"),
    }.get(reason, reason)


def drawing_form(name: str) -> str:
    """Return what a file of a figure or table is: ``CSV``, ``PDF, một cột``.

    Examples
    --------
    >>> drawing_form("figures/attainment-2col.en.pdf"), drawing_form("tables/units.csv")
    ('PDF, hai cột', 'CSV')
    """
    kind = KINDS.get(name.rsplit(".", 1)[-1], name.rsplit(".", 1)[-1].upper())
    stem = name.rsplit("/", maxsplit=1)[-1].split(".", maxsplit=1)[0]
    if stem.endswith("-1col"):
        return _("{kind}, một cột").format(kind=kind)
    if stem.endswith("-2col"):
        return _("{kind}, hai cột").format(kind=kind)
    return kind


def drawing(name: str) -> str:
    """Return the name of the figure or table that a file belongs to."""
    return (
        name.rsplit("/", maxsplit=1)[-1].split(".", maxsplit=1)[0].removesuffix("-1col").removesuffix("-2col")
    )
