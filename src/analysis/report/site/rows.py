"""The table of provinces: a row each, with the state of its reports and the links to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis import wording
from analysis.clean.places import province_slug
from analysis.language import _, file_name, language, number
from analysis.register_words import titled
from analysis.report.bar import LANGUAGE_NAMES
from analysis.report.place_slice import Cuts
from analysis.report.site import words
from analysis.report.site.made import DONE, FAILED, FRESH, MISSING, STALE, Report, Shelf
from analysis.report.site.names import codes, found_by
from analysis.report.site.pages import PAGES
from analysis.vocab import Province, region, table

_RANK = (FAILED, STALE, MISSING, DONE, FRESH)
"""States, those first that ask for something to be done."""

NO_DATA = "nodata"
"""Mark of a province of which nothing is published."""


def heads(*, regions: bool) -> list[dict[str, Any]]:
    """Return the heads of the columns: their words, whether they hold numbers, whether they sort."""
    every = [
        (_("Tỉnh, thành phố"), False, True),
        (_("Tình trạng"), False, True),
        (_("Xem và tải về"), False, False),
        (_("Số liệu công bố"), True, True),
        (_("Số nguồn"), True, True),
        (_("Các năm"), False, True),
        (_("Vùng"), False, True),
    ]
    kept = every if regions else every[:-1]
    return [{"words": said, "numeric": numeric, "sorts": sorts} for said, numeric, sorts in kept]


def row(cuts: Cuts, place: Province, reports: Reports) -> dict[str, Any]:
    """Return what the table shows of a province."""
    told = cuts.told(place)
    code = region(place.vintage, place.code) or ""
    regions = [row["code"] for row in table("regions")]
    bare = not told.figures
    years = re.findall(r"\d{4}", told.years)
    state = reports.main.state
    return {
        **shown(reports.main),
        "forms": reports.forms(),
        "name": place.name,
        "find": found_by(place),
        "codes": codes(place),
        "region": wording.name("region", code) if code else "–",
        "region_code": code,
        "region_rank": regions.index(code) if code else "",
        "figures": told.figures,
        "figures_said": number(told.figures),
        "sources": told.sources,
        "sources_said": number(told.sources),
        "years": told.years,
        "last_year": years[-1] if years else "",
        "words": ", ".join([reports.state(), *([_("không có số liệu")] if bare else [])]),
        "states": f"{state} {NO_DATA}" if bare else state,
        "rank": _RANK.index(state) * 2 + bare,
    }


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of a province, on published figures and on registers."""

    published: Report
    register: Report

    @classmethod
    def of(cls, place: Province, shelf: Shelf) -> Reports:
        """Return those of a place that a folder holds."""
        name = province_slug(place)
        return cls(*(shelf.best(each, language()) for each in (name, f"{name}-register")))

    @property
    def main(self) -> Report:
        """The one that the row and the tile lead to: that on registers where there is no other."""
        return self.register if self.published.state == MISSING else self.published

    def state(self) -> str:
        """Return the state of the main one in words."""
        if self.main is self.published or self.register.state == MISSING:
            return words.state(self.main)
        told = _("{state}, chỉ theo danh sách").format(state=words.state(self.register))
        return titled(told, self.register.synthetic)

    def forms(self) -> list[dict[str, str]]:
        """Return the links to what can be read."""
        forms: list[dict[str, str]] = shown(self.main)["forms"]
        if self.main is self.published and self.register.page:
            said = titled(_("theo danh sách"), self.register.synthetic)
            forms.append({"href": href(self.register), "words": said})
        return forms


def shown(report: Report) -> dict[str, Any]:
    """Return the state of a report, and the links to what can be read of it."""
    other = report.language if report.page and report.language != language() else ""
    forms = [
        {"href": report.href(name), "words": words.KINDS[name.rsplit(".", 1)[-1]]}
        for name in (
            file_name(f"report.{kind}", report.language) for kind in ("html", "pdf", "docx", "ipynb")
        )
        if name in report.files
    ]
    if report.files:
        page = file_name(PAGES["downloads"], language())
        forms.append({"href": f"{page}#{report.name}", "words": _("hình, bảng")})
    why = [_short(words.why(report)), LANGUAGE_NAMES[other] if other else ""]
    return {
        "href": href(report),
        "language": other,
        "state": report.state,
        "words": words.state(report),
        "why": "; ".join(filter(None, why)),
        "forms": forms,
    }


def _short(message: str, most: int = 80) -> str:
    return message if len(message) <= most else f"{message[:most]}…"


def href(report: Report) -> str:
    """Return the address of a report's page, if there is one."""
    return report.href(report.page) if report.page else ""


def states(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the states that occur, for the filter."""
    held = {state for row in rows for state in row["states"].split()}
    found = [(code, words.state(Report("", "", code))) for code in _RANK if code in held]
    return found + ([(NO_DATA, _("không có số liệu"))] if NO_DATA in held else [])
