"""What a newcomer reads: links that lead somewhere, the commands, versions that agree, nothing heavy."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from analysis import __version__

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "data" / "raw").rglob("*.md"),
    ]
)
MOST_BYTES = 5_000_000


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """Return the files under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.split("\0") if name]


def links(path: Path) -> list[str]:
    """Return the addresses that a Markdown file links to, outside of its code."""
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"`[^`\n]*`", "", text)
    return re.findall(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)", text)


def anchors(path: Path) -> set[str]:
    """Return the anchors of a Markdown file's headings, as code hosts make them."""
    heads = re.findall(r"^#+ +(.+?) *#*$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_to_one(path: Path) -> None:
    broken = []
    for address in links(path):
        if re.match(r"[a-z][a-z0-9+.-]*:", address):
            continue
        file, _hash, anchor = unquote(address).partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(address)
    assert broken == []


@pytest.fixture(scope="module")
def readme() -> str:
    """Return the text of the README."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_first_screen_shows_a_picture_and_the_two_commands(readme: str) -> None:
    first = "\n".join(readme.splitlines()[:40])
    (picture, *_rest) = re.findall(r"!\[[^\]]+\]\(([^)\s]+)\)", first)
    assert (ROOT / picture).is_file()
    assert "make report" in first
    assert "make test" in first
    assert re.search(r"\bminutes?\b", first)
    assert re.search(r"\d (GB|MB)\b", first)
    assert "Windows" in first
    assert "conda" in first


def test_the_readme_serves_those_without_make(readme: str) -> None:
    assert "python -m pip install" in readme
    assert "conda env create -f environment.yml" in readme


def test_no_document_has_a_blank_left_to_fill() -> None:
    for path in DOCUMENTS:
        assert not re.search(r"\b(TODO|TBD|FIXME|XXX|MINUTES|DISK)\b", path.read_text(encoding="utf-8")), (
            path.name
        )


def test_the_commands_of_the_readme_are_those_of_the_makefile(readme: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"report", "test", "lint", "lab", "bench"} <= targets
    assert set(re.findall(r"\bmake ([a-z-]+)\b(?=[`\s]*(?:#|`|\n))", readme)) <= targets


def test_version_and_licence_are_one_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == project["version"] == __version__
    assert re.search(
        rf"^## .*\b{re.escape(__version__)}\b", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M
    )
    assert citation["license"] == project["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_the_citation_can_be_cited() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "type"} <= set(citation)
    assert all(author.get("name") or author.get("family-names") for author in citation["authors"])


def test_raw_data_come_with_a_source_note_and_a_licence() -> None:
    folders = [path for path in (ROOT / "data" / "raw").iterdir() if path.is_dir()]
    assert {"published-figures", "places"} <= {path.name for path in folders}
    for folder in folders:
        assert (folder / "README.md").is_file(), folder.name
    assert "CC BY 4.0" in (ROOT / "data" / "raw" / "published-figures" / "README.md").read_text(
        encoding="utf-8"
    )


def test_no_tracked_file_is_heavy(tracked: list[str]) -> None:
    heavy = [
        name for name in tracked if (ROOT / name).is_file() and (ROOT / name).stat().st_size > MOST_BYTES
    ]
    assert heavy == []


def test_what_is_made_is_not_tracked(tracked: list[str]) -> None:
    made = re.compile(r"(data/processed|reports|\.venv|dist)/|.*__pycache__|.*\.ipynb_checkpoints")
    assert [name for name in tracked if made.match(name)] == []
    assert "data/raw/published-figures/observations.csv" in tracked


def test_files_for_the_house_are_there() -> None:
    wanted = (".gitattributes", ".editorconfig", ".gitignore", ".pre-commit-config.yaml", ".ci/run")
    assert [name for name in wanted if not (ROOT / name).is_file()] == []
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert hooks["repos"]
