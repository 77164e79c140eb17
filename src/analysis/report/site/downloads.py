"""The page of downloads: every file of every report that is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.language import _, file_name, language, number
from analysis.register_words import titled
from analysis.report import manifest
from analysis.report.bar import LANGUAGE_NAMES
from analysis.report.site import words
from analysis.report.site.made import Report, Shelf
from analysis.report.site.pages import render


def page(shelf: Shelf, names: Mapping[str, str]) -> bytes:
    """Return the page of downloads in the language in use.

    Parameters
    ----------
    shelf : Shelf
        The reports that are there.
    names : mapping
        Report → its name for people, in the reader's order.
    """
    reports = [shelf.best(name, language()) for name in names]
    listed = [
        _listed(report, names[report.name], shelf.titles(report))
        for report in reports
        if report.page or report.files
    ]
    lead = _("{count} báo cáo").format(count=number(len(listed)))
    content = {"title": _("Tải về"), "lead": lead, "reports": listed}
    return render("downloads", content)


def _listed(report: Report, name: str, titles: Mapping[str, str]) -> dict[str, Any]:
    kinds = ("html", "pdf", "docx", "ipynb")
    main = [(file_name(f"report.{kind}", report.language), words.KINDS[kind]) for kind in kinds]
    main.append((file_name(manifest.NAME, report.language), _("đã dùng những gì (JSON)")))
    folders = (("figures", _("Các hình")), ("tables", _("Các bảng")))
    return {
        "id": report.name,
        "name": titled(name, report.synthetic),
        "language": LANGUAGE_NAMES[report.language] if report.language != language() else "",
        "main": [(report.href(file), said) for file, said in main if file in report.files],
        "groups": [
            (f"{said} ({len(rows)})", rows)
            for folder, said in folders
            if (rows := _drawings(report, folder, titles))
        ],
    }


def _drawings(
    report: Report, folder: str, titles: Mapping[str, str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the figures or tables of a report, each with the address and the words of its files."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in titles}
    for file in sorted(file for file in report.files if file.startswith(folder)):
        found.setdefault(words.drawing(file), []).append((report.href(file), words.drawing_form(file)))
    return [(titles.get(name, name), files) for name, files in found.items() if files]
