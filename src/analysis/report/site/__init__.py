"""The site over the reports: first page, downloads and data, in each language."""

from __future__ import annotations

from pathlib import Path

from analysis import processed
from analysis.language import LANGUAGES, file_name, speaking
from analysis.report import manifest
from analysis.report.parameters import VINTAGES
from analysis.report.place_slice import Cuts
from analysis.report.site import data, downloads, index
from analysis.report.site.latest import Latest
from analysis.report.site.made import Shelf, Stale
from analysis.report.site.measures import measures
from analysis.report.site.pages import PAGES

__all__ = ["write"]


def write(out: Path, cuts: Cuts, tables: Path, stale: Stale) -> Path:
    """Write the pages of the site over the reports that are there, and return the first.

    Parameters
    ----------
    out : Path
        Folder of the reports.
    cuts : Cuts
        The processed tables by province; reports made in other units than theirs are not linked.
    tables : Path
        Folder of the processed tables.
    stale : mapping
        Why a report is not as it would be made now, by (name, language); an empty sequence where it is. Of a
        report that is not in it the page says that it was made, not whether it is up to date.

    Raises
    ------
    DataRefusedError
        The files of the processed tables are not those that one run of cleaning wrote together.
    """
    package = processed.package(tables)
    shelf = Shelf(out, cuts.units, stale)
    latest = Latest.of(cuts)
    files = data.files(tables, package)
    for language in LANGUAGES:
        with speaking(language):
            found = measures(cuts, latest)
            pages = {
                "index": index.page(cuts, found, shelf),
                "downloads": downloads.page(shelf, index.names(cuts.units)),
                "data": data.page(package),
            }
            files |= {file_name(PAGES[name], language): text for name, text in pages.items()}
            files[data.MAP] = data.map_values(found, VINTAGES[cuts.units])
    (out / data.FOLDER).mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        if not (out / name).is_file() or (out / name).read_bytes() != content:
            manifest.write_whole(out / name, content)
    return out / PAGES["index"]
