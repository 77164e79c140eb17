"""The first page: reports on all provinces, those that failed, the map, the table of provinces, how it was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from analysis import __version__, wording
from analysis.clean.places import province_slug
from analysis.language import _, file_name, language, number, sort_key
from analysis.register_words import titled
from analysis.report.bar import LANGUAGE_NAMES
from analysis.report.colophon import SOFTWARE
from analysis.report.parameters import VINTAGES
from analysis.report.place_slice import Cuts
from analysis.report.site import rows, tiles
from analysis.report.site.data import MAP
from analysis.report.site.made import MISSING, Shelf
from analysis.report.site.measures import Measure
from analysis.report.site.pages import PAGES, render
from analysis.report.site.rows import href, shown
from analysis.vocab import Province, provinces, table


def page(cuts: Cuts, measures: Sequence[Measure], shelf: Shelf) -> bytes:
    """Return the first page in the language in use.

    Parameters
    ----------
    cuts : Cuts
        The processed tables by province.
    measures : sequence of Measure
        What the map may be coloured by.
    shelf : Shelf
        The reports that are there.
    """
    content = _content(cuts, measures, shelf)
    return render("index", content, style=_measure_rules(measures))


def _content(cuts: Cuts, measures: Sequence[Measure], shelf: Shelf) -> dict[str, Any]:
    vintage = VINTAGES[cuts.units]
    places = sorted(provinces(vintage), key=lambda place: sort_key(place.name))
    reports = {place.code: rows.Reports.of(place, shelf) for place in places}
    listed = [rows.row(cuts, place, reports[place.code]) for place in places]
    regions = [(row["code"], wording.name("region", row["code"])) for row in table("regions")]
    hrefs = {code: href(each.main) for code, each in reports.items()}
    return {
        "title": _("Kết nạp đảng viên: các tỉnh, thành phố"),
        "lead": _lead(cuts, listed),
        "intro": _intro(cuts.units),
        "cards": _cards(shelf, places),
        "failed": _failed(shelf),
        "columns": tiles.columns(vintage),
        "maps": [tiles.drawn(m, {p.code: p for p in places}, hrefs, vintage) for m in measures],
        "values": MAP,
        "regions": regions if any(row["region_code"] for row in listed) else [],
        "states": rows.states(listed),
        "heads": rows.heads(regions=any(row["region_code"] for row in listed)),
        "rows": listed,
        **_made(cuts),
    }


def _measure_rules(measures: Iterable[Measure]) -> str:
    """Return the style rules by which a map hides while another measure is picked."""
    rule = ".kn-map:has(#m-{0}:checked) .kn-measure:not(.kn-of-{0}) {{ display: none; }}"
    return "\n".join(rule.format(measure.name) for measure in measures)


def _lead(cuts: Cuts, rows: Sequence[dict[str, Any]]) -> str:
    return _("{figures} số liệu đã công bố, {sources} nguồn, {known} trong {all} tỉnh, thành phố").format(
        figures=number(len(cuts.tables.figures)),
        sources=number(len(cuts.tables.sources)),
        known=number(sum(row["figures"] > 0 for row in rows)),
        all=number(len(rows)),
    )


def _intro(units: str) -> str:
    if units == "2025":
        return _(
            "Báo cáo theo 34 tỉnh, thành phố từ ngày 1/7/2025; số liệu của tỉnh cũ được đưa về tỉnh mới và ghi rõ tên cũ."
        )
    return _(
        "Báo cáo theo 63 tỉnh, thành phố đến ngày 30/6/2025; số liệu của tỉnh mới cùng tên đứng riêng trong báo cáo của tỉnh ấy."
    )


def names(units: str) -> dict[str, str]:
    """Return every report that there may be, with its name for people, in the reader's order."""
    places = sorted(provinces(VINTAGES[units]), key=lambda place: sort_key(place.name))
    common = {name: title for name, (title, _about) in _named(places).items()}
    return common | {province_slug(place): place.name for place in places}


def _named(places: Sequence[Province]) -> dict[str, tuple[str, str]]:
    """Return the reports that are not of one province's published figures: name and what it is about."""
    about_register = _("theo danh sách kết nạp; số nhỏ chưa được che.")
    found = {
        "comparison": (
            _("So sánh các tỉnh, thành phố"),
            _("chỉ tiêu và kết quả, thiên lệch do chọn tin, thành phần qua các năm."),
        ),
        "data-quality": (
            _("Chất lượng dữ liệu"),
            _(
                "danh sách kết nạp, chỉ tiêu, đảng viên của các cơ quan; dòng nào vào bảng, dòng nào bị loại và vì sao."
            ),
        ),
        "comparison-register": (_("So sánh theo danh sách"), about_register),
    }
    register = _("{name}: danh sách kết nạp")
    return found | {
        f"{province_slug(place)}-register": (register.format(name=place.name), about_register)
        for place in places
    }


def _cards(shelf: Shelf, places: Sequence[Province]) -> list[dict[str, Any]]:
    cards = []
    for name, (title, about) in _named(places).items():
        report = shelf.best(name, language())
        if report.state != MISSING or name == "comparison":
            cards.append(shown(report) | {"name": titled(title, report.synthetic), "about": about})
    data = {
        "name": _("Dữ liệu và bảng mã"),
        "about": _("các bảng đã làm sạch, để tải về, và nghĩa của từng cột."),
        "href": file_name(PAGES["data"], language()),
        "forms": [],
    }
    return [*cards, data]


def _failed(shelf: Shelf) -> list[dict[str, str]]:
    """Return the reports that failed last, with the message, the cell, and what there is to look at."""
    known = names(shelf.units)
    return [
        {
            "name": known.get(report.name, report.name),
            "language": LANGUAGE_NAMES[report.language] if report.language != language() else "",
            "error": report.error,
            "cell": report.cell,
            "notebook": report.href(report.failed_notebook) if report.failed_notebook else "",
            "last": href(report),
        }
        for report in shelf.failed()
    ]


def _made(cuts: Cuts) -> dict[str, Any]:
    """Return how the pages were made, from what, how it was checked, and how to cite it."""
    tables = cuts.tables
    findings = tables.checks["finding"]
    lines = [
        _(
            "Nguồn: {sources} trang của {publishers} tờ báo và cấp ủy. Các con số được mã hóa từng con một; không câu nào của nguồn "
            "được chép lại. Báo cáo nào cũng dẫn nguồn của từng con số."
        ).format(
            sources=number(len(tables.sources)), publishers=number(tables.sources["publisher"].nunique())
        ),
        _(
            "Cách làm: số liệu được làm sạch, đơn vị và thời kỳ được đưa về một cách ghi, rồi sổ Jupyter dựng báo cáo qua "
            "papermill. Số nguồn nêu giữ nguyên; số do phần mềm tính đứng trong […]."
        ),
        _(
            "Kiểm tra: {checks} phép tính giữa các con số được làm lại (tổng, tỷ lệ, tỷ lệ đạt, các nguồn với nhau); {agreeing} "
            "khớp, còn lại ghi trong báo cáo của từng tỉnh."
        ).format(checks=number(len(findings)), agreeing=number(findings.eq("agrees").sum())),
        _(
            "Giới hạn: đây là những gì được đăng, không phải những gì đã xảy ra. Nơi vượt chỉ tiêu dễ được nhắc hơn nơi hụt."
        ),
        _(
            "Mỗi báo cáo có sổ đã chạy (report.ipynb), hình (figures/), bảng (tables/) và manifest.json ghi mọi thứ đã dùng. "
            "Phần mềm: giấy phép MIT. Phần mã hóa số liệu: CC BY 4.0."
        ),
    ]
    cite = _("Khi dùng một con số, xin dẫn cả nguồn gốc của nó.")
    return {"made": lines, "cite": cite, "bibtex": SOFTWARE.format(version=__version__)}
