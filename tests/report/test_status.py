"""`ketnap status`: what is up to date, what is stale and why, what failed and why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.report.job import Job
from analysis.report.manifest import stale

pytestmark = pytest.mark.xdist_group("reports")


def told(call: Any) -> dict[str, tuple[str, str]]:
    assert call.returncode == 0, call.stderr
    return {row["report"]: (row["state"], row["why"]) for row in json.loads(call.stdout)}


def test_it_says_what_is_stale_and_why(reports: Any, ketnap: Callable[..., Any], tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(reports.out, out)
    (out / "bac-ninh" / "tables" / "figures.csv").write_text("changed", encoding="utf-8")
    path = out / "vinh-long" / "manifest.json"
    failed = json.loads(path.read_text(encoding="utf-8")) | {"state": "failed", "error": "ValueError: hỏng"}
    path.write_text(json.dumps(failed), encoding="utf-8")
    found = told(ketnap("status", "--data", reports.data, "--out", out, "--json"))
    assert len(found) == 63 + 2
    assert found["dien-bien"] == ("up to date", "")
    assert found["comparison"] == ("up to date", "")
    assert found["bac-ninh"] == ("stale", "output tables/figures.csv")
    assert found["vinh-long"] == ("failed", "ValueError: hỏng")
    assert found["ca-mau"] == ("stale", "never made")
    assert set(told(ketnap("status", "dien bien", "--data", reports.data, "--out", out, "--json"))) == {
        "dien-bien"
    }


def test_it_is_a_table_for_people(reports: Any, ketnap: Callable[..., Any]) -> None:
    call = ketnap("status", "Điện Biên", "--data", reports.data, "--out", reports.out)
    assert call.returncode == 0
    assert "dien-bien" in call.stdout
    assert "up to date" in call.stdout


@pytest.mark.parametrize("name", ["notebook", "library", "lock", "versions", "parameters", "data"])
def test_each_thing_a_report_depends_on_makes_it_stale(reports: Any, name: str) -> None:
    told = json.loads((reports.out / "dien-bien" / "manifest.json").read_text(encoding="utf-8"))
    inputs = told["inputs"]
    assert set(inputs) == {"notebook", "library", "lock", "versions", "parameters", "data"}
    job = Job("dien-bien", "", Path("province.ipynb"), reports.out, inputs["parameters"], inputs)
    assert stale(job) == []
    assert stale(replace(job, inputs=inputs | {name: "other"})) == [name]
    assert stale(replace(job, formats=("html", "pdf"))) == ["format pdf"]


def test_a_manifest_tells_all_that_a_report_was_made_from(reports: Any) -> None:
    made = json.loads((reports.out / "dien-bien" / "manifest.json").read_text(encoding="utf-8"))
    assert made["platform"]
    assert made["seconds"] > 0
    assert made["seeds"] == {}
    assert {"python", "pandas", "statsmodels", "papermill"} <= set(made["inputs"]["versions"])
    assert {"report.html", "report.ipynb", "figures/rates.svg", "tables/figures.csv"} <= set(made["outputs"])
    assert all(len(made["inputs"][name]) == 64 for name in ("notebook", "library", "lock", "data"))
