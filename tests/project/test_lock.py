"""The lock file: a hash for every package, no address, and what pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def lock(root: Path) -> str:
    """Return the text of the lock file."""
    return (root / "requirements.lock").read_text(encoding="utf-8")


def blocks(lock: str) -> list[str]:
    """Return the packages of a lock file, each with its hashes."""
    plain = "\n".join(line for line in lock.splitlines() if not line.lstrip().startswith("#"))
    return [block for block in re.split(r"\n(?=\S)", plain.strip()) if block]


def test_every_package_has_a_version_and_hashes(lock: str) -> None:
    assert len(blocks(lock)) > 50
    for block in blocks(lock):
        assert re.match(r"[a-z0-9._-]+==[^\s;\\]+( ;[^\\]*)? \\\n", block), block[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block[:80]


def test_no_package_is_there_twice(lock: str) -> None:
    heads = [block.splitlines()[0].rstrip(" \\") for block in blocks(lock)]
    names = [re.split(r"==", head)[0] for head in heads]
    # One package may stand twice for two platforms, each with its marker.
    assert [head for head in heads if names.count(head.split("==")[0]) > 1 and ";" not in head] == []


def test_the_lock_names_no_address_and_no_index(lock: str) -> None:
    assert not re.search(r"https?://|git\+|file:", lock)
    assert not re.search(
        r"^\s*(--?(index-url|extra-index-url|find-links|trusted-host)|-[ief]\b)", lock, re.MULTILINE
    )


def test_the_lock_holds_what_the_project_asks_for(lock: str, root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    asked += tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    versions = dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", lock, re.MULTILINE))
    for line in asked:
        requirement = Requirement(line)
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, line
        assert requirement.specifier.contains(version), line


def test_the_package_itself_is_not_locked(lock: str) -> None:
    assert not re.search(r"^ketnap\b|^-e ", lock, re.MULTILINE)
