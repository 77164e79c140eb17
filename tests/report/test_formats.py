"""One report in several languages and formats, side by side in one folder: none is lost, none is older than another."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.report import manifest

pytestmark = pytest.mark.xdist_group("reports")

PLACE, SLUG = "Hà Nam", "ha-nam"


def files(folder: Path) -> dict[str, bytes]:
    """Return the bytes of the files of a report; manifests, which have clocks, without theirs."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            if path.name.startswith("manifest"):
                told = json.loads(content)
                content = json.dumps([told["inputs"], told["outputs"], told["formats"]]).encode()
            found[path.relative_to(folder).as_posix()] = content
    return found


@pytest.fixture(scope="module")
def made(reports: Any, ketnap: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of reports with one that is there in all languages and formats."""
    out = tmp_path_factory.mktemp("formats") / "out"
    given = [PLACE, "--template", "province", "--data", reports.data, "--out", out]
    for language, formats in (("vi", "html,pdf,docx,figures"), ("en", "html,pdf,docx,figures")):
        call = ketnap("report", *given, "--language", language, "--format", formats)
        assert call.returncode == 0, call.stderr
    return out


def again(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "out")
    return tmp_path / "out"


def test_every_file_has_its_twin_in_english(made: Path) -> None:
    names = set(files(made / SLUG))
    english = {name for name in names if ".en." in name}
    assert {name.replace(".en.", ".") for name in english} == names - english
    assert {f"report.{ending}" for ending in ("html", "pdf", "docx", "ipynb")} <= names
    told = json.loads((made / SLUG / "manifest.en.json").read_text(encoding="utf-8"))
    assert set(told["outputs"]) == english - {"manifest.en.json"}
    assert told["formats"] == ["html", "pdf", "docx", "figures"]


def test_what_is_there_in_all_formats_is_up_to_date_in_each(
    made: Path, reports: Any, ketnap: Callable[..., Any]
) -> None:
    before = files(made / SLUG)
    for form in ("html", "pdf", "docx,figures"):
        call = ketnap(
            *("report", PLACE, "--template", "province", "--data", reports.data, "--out", made),
            *("--language", "EN", "--format", form.upper()),
        )
        assert "0 rendered, 1 up to date, 0 failed" in call.stdout
        assert str(made / SLUG / "report.en.html") in call.stdout
    assert files(made / SLUG) == before


def test_one_language_made_anew_leaves_the_other_as_it_was(
    made: Path, reports: Any, ketnap: Callable[..., Any], tmp_path: Path
) -> None:
    out = again(made, tmp_path)
    before = files(out / SLUG)
    given = [PLACE, "--template", "province", "--data", reports.data, "--out", out]
    call = ketnap("report", *given, "--force")
    assert call.returncode == 0, call.stderr
    assert files(out / SLUG) == before, "html is asked for; what else there is, is made with it"


@pytest.mark.parametrize("told", ["{broken", "{}", "[]"])
def test_a_manifest_that_cannot_be_read_costs_the_other_language_nothing(
    told: str, made: Path, reports: Any, ketnap: Callable[..., Any], tmp_path: Path
) -> None:
    out = again(made, tmp_path)
    before = {name: content for name, content in files(out / SLUG).items() if ".en." in name}
    (out / SLUG / "manifest.en.json").write_text(told, encoding="utf-8")
    call = ketnap("report", PLACE, "--template", "province", "--data", reports.data, "--out", out, "--force")
    assert call.returncode == 0, call.stderr
    assert (out / SLUG / "manifest.en.json").read_text(encoding="utf-8") == told
    (out / SLUG / "manifest.en.json").unlink()
    after = {name: content for name, content in files(out / SLUG).items() if ".en." in name}
    del before["manifest.en.json"]
    assert after == before


def test_a_manifest_of_before_there_were_formats_is_of_a_page(made: Path, tmp_path: Path) -> None:
    out = again(made, tmp_path)
    path = out / SLUG / "manifest.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    del told["formats"]
    path.write_text(json.dumps(told), encoding="utf-8")
    assert manifest.formats(path.parent, "vi", ("pdf",)) == ("html", "pdf")


def test_only_figures_are_made_where_only_they_are_asked_for(
    reports: Any, ketnap: Callable[..., Any], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    given = [PLACE, "--template", "province", "--data", reports.data, "--out", out]
    call = ketnap("report", *given, "--format", "figures")
    assert call.returncode == 0, call.stderr
    found = files(out / SLUG)
    assert {name.partition("/")[0] for name in found} == {"figures", "tables", "manifest.json"}
    assert str(out / SLUG / "figures") in call.stdout
    endings = {name.partition(".")[2] for name in found if name.startswith("figures/")}
    assert endings == {"svg", "csv", "pdf", "png", "txt"}
    captions = [content.decode() for name, content in found.items() if name.endswith("-1col.txt")]
    assert captions
    assert all(" " in caption and caption.endswith(".\n") for caption in captions)
    assert {name.partition(".")[2] for name in found if name.startswith("tables/")} == {"csv", "tex", "html"}
    told = ketnap("status", PLACE, "--data", reports.data, "--out", out, "--json")
    assert [row["state"] for row in json.loads(told.stdout)] == ["up to date"]


@pytest.mark.parametrize("given", ["htm", "html,", "PDF;html"])
def test_a_format_that_there_is_not_is_refused(
    given: str, ketnap: Callable[..., Any], reports: Any, tmp_path: Path
) -> None:
    call = ketnap("report", PLACE, "--data", reports.data, "--out", tmp_path / "out", "--format", given)
    assert call.returncode == 11
    assert "is none of html, pdf, docx, figures" in call.stderr
    assert not (tmp_path / "out").exists()
