"""Data flows one way: the import contracts hold, and no module is outside of them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the import linter on the copy of the library in a folder."""
    here = f"import sys; sys.path.insert(0, {str(folder / 'src')!r}); "
    command = [sys.executable, "-c", here + LINT, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def copy(root: Path, folder: Path) -> Path:
    """Return a copy of the library and its settings."""
    shutil.copytree(root / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", folder)
    return folder


def test_the_contracts_hold(root: Path) -> None:
    checked = lint(root)
    assert checked.returncode == 0, checked.stdout
    assert re.search(r"[1-9]\d* kept, 0 broken", checked.stdout)


def test_an_import_against_the_flow_is_found(root: Path, tmp_path: Path) -> None:
    path = copy(root, tmp_path) / "src" / "analysis" / "models" / "gate.py"
    path.write_text(path.read_text(encoding="utf-8") + "\nimport analysis.report.render\n", encoding="utf-8")
    checked = lint(tmp_path)
    assert checked.returncode != 0
    assert "analysis.models.gate -> analysis.report.render" in checked.stdout


def test_every_room_of_the_library_is_in_a_layer(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    named = set()
    for contract in settings["contracts"]:
        for layer in contract.get("layers", []):
            named |= {name.strip() for name in re.split(r"[|:]", layer)}
    found = {
        f"analysis.{path.stem}"
        for path in (root / "src" / "analysis").iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").is_file()) and path.stem != "__init__"
    }
    assert found - named == set()
