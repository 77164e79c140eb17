"""The first page: a row and a tile for each province, links only to what is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from analysis.processed import Processed
from analysis.report import site
from analysis.report.place_slice import Cuts

pytestmark = pytest.mark.xdist_group("reports")


def page(path: Path) -> BeautifulSoup:
    """Return a page as a browser reads it."""
    return BeautifulSoup(path.read_bytes().decode("utf-8"), "html.parser")


@pytest.mark.parametrize(("units", "count"), [("period", 63), ("2025", 34)])
def test_before_any_report_the_page_links_to_none(
    units: str, count: int, tables: Processed, tmp_path: Path
) -> None:
    found = page(site.write(tmp_path, Cuts(tables, units)))
    assert len(found.select("tbody tr")) == count
    assert not found.select("tbody a, .kn-tiles a")
    tiles = [tile.get_text() for tile in found.select(".kn-tiles > *")]
    assert len(tiles) == count + 2
    assert [tile for tile in tiles if "Hoàng Sa" in tile and "Đà Nẵng" in tile]
    assert [tile for tile in tiles if "Trường Sa" in tile and "Khánh Hòa" in tile]


def test_the_page_counts_what_is_known(tables: Processed, tmp_path: Path) -> None:
    rows = {
        row.select_one("th").get_text(): [cell.get_text() for cell in row.select("td")]
        for row in page(site.write(tmp_path, Cuts(tables, "period"))).select("tbody tr")
    }
    (dien_bien,) = [cells for name, cells in rows.items() if "Điện Biên" in name]
    (vinh_long,) = [cells for name, cells in rows.items() if "Vĩnh Long" in name]
    known = tables.figures.loc[tables.figures["province"] == "Điện Biên"]
    assert dien_bien[1:3] == [str(len(known)), str(known["source_id"].nunique())]
    assert vinh_long[1:3] == ["0", "0"]


def test_the_page_links_to_the_reports_that_are_there(reports: Any) -> None:
    found = reports.page("index")
    links = {str(link["href"]) for link in found.select("tbody a")}
    assert links == {str(link["href"]) for link in found.select(".kn-tiles a")}
    assert links == {f"{name}/report.html" for name in reports.manifest["reports"]}
    assert all((reports.out / link).is_file() for link in links)
    assert [link for link in found.select("main a") if link["href"] == "comparison/report.html"]


def test_reports_in_other_units_are_not_linked(reports: Any, tables: Processed, tmp_path: Path) -> None:
    folder = tmp_path / "dien-bien"
    folder.mkdir()
    for name in ("report.html", "manifest.json"):
        (folder / name).write_bytes((reports.out / "dien-bien" / name).read_bytes())
    assert page(site.write(tmp_path, Cuts(tables, "period"))).select("tbody a")
    assert not page(site.write(tmp_path, Cuts(tables, "2025"))).select("tbody a")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="cut off"),
        pytest.param(json.dumps({"state": "done"}), id="of another version"),
    ],
)
def test_a_manifest_that_cannot_be_read_counts_as_none(text: str, tables: Processed, tmp_path: Path) -> None:
    (tmp_path / "dien-bien").mkdir()
    (tmp_path / "dien-bien" / "manifest.json").write_text(text, encoding="utf-8")
    found = page(site.write(tmp_path, Cuts(tables, "period")))
    assert len(found.select("tbody tr")) == 63
    assert not found.select("tbody a")
