"""Folders of reports that a test makes up: what manifests say, without the reports' making."""

from __future__ import annotations

import json
from pathlib import Path

from analysis.language import file_name

DRAWINGS = (
    "figures/attainment.svg",
    "figures/attainment.csv",
    "figures/attainment-1col.pdf",
    "tables/units.csv",
)

TITLED = (
    '<a class="kn-data" href="data:," download="units.csv" aria-label="Dữ liệu (CSV): Đơn vị &amp; nguồn">CSV</a>'
    '<a class="kn-data" href="data:," download="attainment.csv" aria-label="Dữ liệu (CSV): Đạt: bao nhiêu">CSV</a>'
)
"""How a page names its figures and tables; the table first."""


def put(
    out: Path,
    name: str,
    *,
    language: str = "vi",
    formats: tuple[str, ...] = ("html",),
    units: str = "period",
    error: str = "",
    cell: str = "",
    synthetic: tuple[bool, ...] = (),
) -> None:
    """Write a report's folder; one with an error failed after it had been made once."""
    folder = out / name
    files = [*(f"report.{form}" for form in formats), "report.ipynb", *DRAWINGS]
    files = [file_name(file, language) for file in files]
    outputs = dict.fromkeys(files, "0")
    told = {
        "state": "failed" if error else "done",
        "formats": list(formats),
        "inputs": {"parameters": {"units": units, "language": language}},
        "outputs": outputs,
        "error": error,
        "cell": cell,
        "synthetic": list(synthetic),
    }
    for file in files + ([file_name("failed.ipynb", language)] if error else []):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(
            f"<!DOCTYPE html><html lang='{language}'><title>{name}</title><p>{name}{TITLED}", encoding="utf-8"
        )
    path = folder / file_name("manifest.json", language)
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
