"""All files of the site: its pages in each language, and the data to download."""

from __future__ import annotations

from pathlib import Path

from analysis import processed
from analysis.language import LANGUAGES, file_name, speaking
from analysis.report.parameters import VINTAGES
from analysis.report.place_slice import Cuts
from analysis.report.site import data, downloads, index
from analysis.report.site.latest import Latest
from analysis.report.site.made import Shelf
from analysis.report.site.measures import measures
from analysis.report.site.pages import PAGES


def of(shelf: Shelf, cuts: Cuts, tables: Path) -> dict[str, bytes]:
    """Return the files by their names.

    Parameters
    ----------
    shelf : Shelf
        The reports that are there.
    cuts : Cuts
        The processed tables by province.
    tables : Path
        Folder of the processed tables.

    Raises
    ------
    DataRefusedError
        The files of the processed tables are not those that one run of cleaning wrote together.
    """
    package = processed.package(tables)
    latest = Latest.of(cuts)
    found = data.files(tables, package)
    for language in LANGUAGES:
        with speaking(language):
            told = measures(cuts, latest)
            pages = {
                "index": index.page(cuts, told, shelf),
                "downloads": downloads.page(shelf, index.names(cuts.units)),
                "data": data.page(package),
            }
            found |= {file_name(PAGES[name], language): text for name, text in pages.items()}
            found[data.MAP] = data.map_values(told, VINTAGES[cuts.units])
    return found
