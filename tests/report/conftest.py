"""Real runs of the command line, each made once a session and read by many tests."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

Ketnap = Callable[..., "subprocess.CompletedProcess[str]"]

ASKED = (
    "Điện Biên",
    "lao cai",
    "40",
    "tỉnh Đắk Lắk",
    "ha-nam",
    "--province",
    "bac ninh",
    "--province",
    "VĨNH LONG",
)
"""Provinces as people write them: with and without diacritics, by code, with the word, in another case."""

EVIL = "huyện <script>alert(1)</script> & $x^2$ {unit} [[x]]"
"""A unit's name that would be code in HTML, in a formula and in a template, and looks like a reference."""


@dataclass(frozen=True)
class Reports:
    """A folder of rendered reports, and the call that made it."""

    out: Path
    data: Path
    call: subprocess.CompletedProcess[str]
    manifest: dict[str, Any]

    def text(self, name: str) -> str:
        """Return a page as it is written: of a report by its folder, or ``index``."""
        path = self.out / "index.html" if name == "index" else self.out / name / "report.html"
        return path.read_bytes().decode("utf-8")

    def page(self, name: str) -> BeautifulSoup:
        """Return a page as a browser reads it."""
        return BeautifulSoup(self.text(name), "html.parser")

    def rows(self, name: str, table: str) -> list[list[str]]:
        """Return the rows of a table of a report, each the text of its cells."""
        found = self.page(name).select(f"figure#{table} tbody tr")
        return [[cell.get_text() for cell in row.select("th, td")] for row in found]

    def csv(self, name: str, file: str) -> list[dict[str, str]]:
        """Return the rows of a CSV file of a report."""
        with (self.out / name / file).open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))


@pytest.fixture(scope="session")
def ketnap(root: Path) -> Ketnap:
    """Return what runs the command line in a process of its own, from the project's folder."""

    def run(*arguments: str | Path, cwd: Path = root) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from analysis.cli import main; main()", *map(str, arguments)]
        environment = os.environ | {"PYTHONUTF8": "1", "NO_COLOR": "1", "COLUMNS": "200"}
        return subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )

    return run


@pytest.fixture(scope="session")
def reports(ketnap: Ketnap, processed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """Return the reports of seven provinces and of the comparison, from a folder of data of their own."""
    folder = tmp_path_factory.mktemp("reports")
    data, out = folder / "processed", folder / "out"
    shutil.copytree(processed_folder, data)
    call = ketnap("report", *ASKED, "--data", data, "--out", out, "--workers", "2")
    assert call.returncode == 0, call.stderr
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    compared = ketnap("report", "--template", "comparison", "--data", data, "--out", out)
    assert compared.returncode == 0, compared.stderr
    return Reports(out, data, call, manifest)


FIGURES: tuple[dict[str, str], ...] = (
    {"measure": "admitted", "value": "152"},
    {"measure": "target", "value": "120", "basis": "year_plan"},
    {"measure": "attainment", "value": "127", "value_unit": "percent", "basis": "target"},
    {"measure": "admitted", "value": "61", "subgroup": "female"},
    {"measure": "trained", "value": "200"},
    {"measure": "disciplined", "value": "3"},
    {"measure": "members", "value": "2128", "day": "2016-12-31"},
    {"measure": "members", "value": "2000", "day": "2015-12-31"},
    {"measure": "places_without_members", "value": "1", "value_unit": "organisations", "day": "2016-12-31"},
)
"""Figures of a district, enough for every figure and table of a report but the checks."""


def append(path: Path, rows: list[dict[str, str]]) -> None:
    """Write more rows under a CSV file, in its own columns."""
    with path.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, columns, restval="", lineterminator="\n").writerows(rows)


@pytest.fixture(scope="session")
def changed(
    reports: Reports,
    ketnap: Ketnap,
    raw: Path,
    processed_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Reports:
    """Return the same reports after figures of Hà Nam came to the raw data, of a unit with an evil name."""
    folder = tmp_path_factory.mktemp("changed")
    shutil.copytree(raw, folder / "raw")
    shutil.copytree(reports.out, folder / "out")
    published = folder / "raw" / "published-figures"
    append(
        published / "sources.csv",
        [{"source_id": "evil", "publisher": EVIL, "title": EVIL, "published": "2017-01-09"}],
    )
    unit = {"source_id": "evil", "unit": EVIL, "level": "district", "province": "Hà Nam", "note": EVIL}
    common = unit | {
        "subgroup": "all",
        "value_unit": "persons",
        "period_limits": "printed",
        "qualifier": "exact",
    }
    rows = []
    for figure in FIGURES:
        day = figure.get("day")
        period = {"period_type": "point", "period_end": day} if day else {"period_type": "year"}
        year = {} if day else {"period_start": "2016-01-01", "period_end": "2016-12-31"}
        rows.append(common | period | year | {key: value for key, value in figure.items() if key != "day"})
    append(published / "observations.csv", rows)
    try:
        cleaned = ketnap("clean", "--raw", folder / "raw", "--out", reports.data)
        assert cleaned.returncode == 0, cleaned.stderr
        call = ketnap(
            "report",
            "Hà Nam",
            "Điện Biên",
            "--template",
            "province",
            "--data",
            reports.data,
            "--out",
            folder / "out",
            "--json",
        )
        assert call.returncode == 0, call.stderr
    finally:
        shutil.rmtree(reports.data)
        shutil.copytree(processed_folder, reports.data)
    manifest = json.loads((folder / "out" / "manifest.json").read_text(encoding="utf-8"))
    return Reports(folder / "out", reports.data, call, manifest)
