"""Write requirements.lock and environment.yml from pyproject.toml: the same versions in both."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK, ENVIRONMENT = ROOT / "requirements.lock", ROOT / "environment.yml"
CONDA_NAMES = {"matplotlib": "matplotlib-base", "pandera": "pandera-pandas", "babel": "babel"}


FROM_PIP = ("pypandoc-binary", "typst", "axe-playwright-python", "playwright", "pypdf", "pypdfium2")
"""Packages whose wheels carry a program that conda-forge has under another name or not at all, and what tests them."""


def locked() -> dict[str, str]:
    """Return name → version of each package in requirements.lock."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return dict(m.groups() for line in lines if (m := re.match(r"([a-z0-9._-]+)==([^ \\;]+)", line)))


def direct() -> list[str]:
    """Return the names of the packages that pyproject.toml asks for to run the project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = (
        re.match(r"[A-Za-z0-9._-]+", line)[0].lower().replace("_", "-") for line in project["dependencies"]
    )
    return sorted(name for name in names if name not in FROM_PIP)


def environment() -> str:
    """Return environment.yml for the versions that requirements.lock holds."""
    versions = locked()
    lines = [f"  - {CONDA_NAMES.get(name, name)}={versions[name]}" for name in direct()]
    head = ["# Written by `make lock`; the versions are those of requirements.lock.", "name: ketnap"]
    head += ["channels:", "  - conda-forge", "  - nodefaults", "dependencies:", "  - python>=3.11,<3.15"]
    tools = (
        "editables",
        "hatchling",
        "hypothesis",
        "import-linter",
        "pytest",
        "pytest-xdist",
        "pyyaml",
    )
    tail = [f"  - {name}={versions[name]}" for name in tools]
    tail += ["  - make", "  - pip"]
    from_pip = [f"      - {name}=={versions[name]}" for name in FROM_PIP]
    return "\n".join([*head, *lines, *tail, "  - pip:", *from_pip, "      - -e .", ""])


def main() -> None:
    """Compile the lock file for every platform, then write the environment from it."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--upgrade"]
    command += ["--fork-strategy", "fewest", "--python-version", "3.11", "--extra", "dev"]
    command += ["--generate-hashes", "--no-emit-index-url", "--no-header", "pyproject.toml", "-o", str(LOCK)]
    subprocess.run(command, cwd=ROOT, check=True)
    ENVIRONMENT.write_text(environment(), encoding="utf-8")


if __name__ == "__main__":
    main()
