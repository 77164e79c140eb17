"""Shared fixtures: the real raw files, what cleaning makes of them, and raw folders that a test writes."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from hypothesis import settings

from analysis import cleaning, processed
from analysis.cli import main
from analysis.language import LANGUAGES, use

settings.register_profile("ketnap", deadline=None, derandomize=True, database=None)
settings.load_profile("ketnap")

collect_ignore = ["reference"]
"""Scripts that make the golden files, of software that the tests do not need."""

FIGURE = {
    "source_id": "paper-2017",
    "unit": "huyện Mường Ảng",
    "level": "district",
    "district": "",
    "province": "Điện Biên",
    "period_type": "year",
    "period_start": "2016-01-01",
    "period_end": "2016-12-31",
    "period_limits": "printed",
    "measure": "admitted",
    "subgroup": "all",
    "value": "152",
    "value_unit": "persons",
    "basis": "",
    "qualifier": "exact",
    "note": "",
}
SOURCE = {
    "source_id": "paper-2017",
    "publisher": "A newspaper",
    "title": "A made-up page",
    "url": "https://example.org/page",
    "published": "2017-03-01",
}
SHORT = {
    "point": {"period_type": "point", "period_start": "", "period_end": "2016-12-31"},
    "attainment": {"measure": "attainment", "value": "127", "value_unit": "percent", "basis": "target"},
    "share": {"value_unit": "percent", "basis": "admitted"},
    "rate": {"measure": "admission_rate", "value_unit": "percent", "basis": "members"},
}
"""Cells that go together, for the key ``like`` of a made-up figure."""

RawOf = Callable[..., Path]


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the repository."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def raw(root: Path) -> Path:
    """Return the folder of the real raw data; tests only read it."""
    return root / "data" / "raw"


@pytest.fixture(scope="session")
def tables(raw: Path) -> processed.Processed:
    """Return the processed tables of the real raw data, cleaned once a session; tests only read them."""
    return cleaning.clean(raw)


@pytest.fixture(scope="session")
def processed_folder(
    raw: Path, tables: processed.Processed, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a folder with the tables of the published figures, without registers; tests only read it."""
    folder = tmp_path_factory.mktemp("processed")
    cleaning.write(tables, folder, made_from=processed.raw_hash(raw))
    return folder


@pytest.fixture(scope="session")
def rendered(
    root: Path, raw: Path, tables: processed.Processed, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a folder of reports of all five templates, in both languages, as HTML, PDF and Word; tests only read it.

    Beside it, in ``processed``, stand the tables that it was made from. Tests that use it are of the group
    ``rendered``, so that it is made once.
    """
    folder = tmp_path_factory.mktemp("rendered")
    data, out = folder / "processed", folder / "reports"
    cleaning.write(tables, data, made_from=processed.raw_hash(raw), raw=raw)
    options = ["--format", "html,pdf,docx", "--data", data, "--out", out]
    command = [sys.executable, "-c", "from analysis.cli import main; main()", "report"]
    alone = [["--template", name] for name in ("comparison", "data_quality", "comparison_register")]
    for language in LANGUAGES:
        for asked in (["Nghệ An"], *alone):
            call = subprocess.run(
                [*command, *asked, "--language", language, *map(str, options)],
                cwd=root,
                env=os.environ | {"PYTHONUTF8": "1", "NO_COLOR": "1"},
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
            )
            assert call.returncode == 0, call.stderr
    return out


@pytest.fixture
def raw_of(tmp_path: Path) -> RawOf:
    """Return what writes a raw folder of made-up figures, each given by what it changes in ``FIGURE``.

    The key ``like`` names cells of ``SHORT`` to change together. Every source named by a figure
    is listed in sources.csv, unless ``sources`` gives the changes to ``SOURCE`` itself.
    """

    def write(*figures: dict[str, str], sources: Sequence[dict[str, str]] | None = None) -> Path:
        rows = [
            FIGURE
            | SHORT.get(changes.get("like", ""), {})
            | {k: v for k, v in changes.items() if k != "like"}
            for changes in figures
        ]
        named = (
            sources if sources is not None else [{"source_id": s} for s in {r["source_id"]: 0 for r in rows}]
        )
        folder = tmp_path / "raw" / "published-figures"
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "observations.csv", list(FIGURE), rows)
        _write(folder / "sources.csv", list(SOURCE), [SOURCE | changes for changes in named])
        return folder.parent

    return write


@pytest.fixture(scope="session")
def one() -> Callable[..., pd.Series]:
    """Return what gives the only row of a table with these values; days as ISO text."""

    def only(table: pd.DataFrame, **wanted: Any) -> pd.Series:
        found = table
        for name, value in wanted.items():
            cells = found[name]
            if pd.api.types.is_datetime64_dtype(cells):
                cells = cells.dt.strftime("%Y-%m-%d")
            found = found.loc[cells == value]
        assert len(found) == 1, f"{len(found)} rows with {wanted}"
        return found.iloc[0]

    return only


def _write(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    """Speak Vietnamese again after a test that used another language."""
    yield
    use("vi")


class Ran(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def ketnap(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Return a function that runs the command line."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["ketnap", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "200")
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Ran(code, *capsys.readouterr())

    return run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what a test counted, also where the tests ran in several processes."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    for report in reports:
        for name, value in report.user_properties:
            if name == "summary" and report.when == "call":
                terminalreporter.write_line(str(value))
