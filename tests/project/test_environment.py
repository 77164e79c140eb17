"""The conda environment holds the versions of the lock file, under conda-forge's names."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement


@pytest.fixture(scope="module")
def tool(root: Path) -> ModuleType:
    """Return the script that writes the lock file and the environment."""
    spec = importlib.util.spec_from_file_location("lock", root / "tools" / "lock.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def environment(root: Path) -> dict[str, Any]:
    """Return the environment as conda reads it."""
    loaded: dict[str, Any] = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def pins(environment: dict[str, Any]) -> dict[str, str]:
    """Return name → version of what the environment pins."""
    lines = [line for line in environment["dependencies"] if isinstance(line, str)]
    return dict(line.split("=", 1) for line in lines if re.fullmatch(r"[a-z0-9._-]+=[0-9][^=<>]*", line))


@pytest.fixture(scope="module")
def from_pip(environment: dict[str, Any]) -> dict[str, str]:
    """Return name → version of what pip installs into the environment, besides the project itself."""
    (lines,) = [line["pip"] for line in environment["dependencies"] if isinstance(line, dict)]
    assert lines[-1] == "-e ."
    return dict(line.split("==") for line in lines[:-1])


def test_every_direct_dependency_is_pinned_to_the_version_of_the_lock(
    pins: dict[str, str], from_pip: dict[str, str], tool: ModuleType, root: Path
) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = dict(
        re.findall(
            r"^([a-z0-9._-]+)==([^\s;\\]+)",
            (root / "requirements.lock").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    names = [Requirement(line).name.lower().replace("_", "-") for line in project["dependencies"]]
    assert len(names) > 10
    assert {name: from_pip.get(name) or pins.get(tool.CONDA_NAMES.get(name, name)) for name in names} == {
        name: locked[name] for name in names
    }


def test_what_pip_installs_beside_conda_is_of_the_lock(from_pip: dict[str, str], tool: ModuleType) -> None:
    assert sorted(from_pip) == sorted(tool.FROM_PIP)
    locked = tool.locked()
    assert {name: locked[name] for name in from_pip} == from_pip


def test_all_pins_are_those_of_the_lock(pins: dict[str, str], tool: ModuleType) -> None:
    pypi = {conda: name for name, conda in tool.CONDA_NAMES.items()}
    locked = tool.locked()
    assert {name: locked[pypi.get(name, name)] for name in pins} == pins


def test_the_environment_is_what_the_tool_would_write(tool: ModuleType, root: Path) -> None:
    assert (root / "environment.yml").read_text(encoding="utf-8") == tool.environment()


def test_the_environment_is_of_conda_forge_alone(environment: dict[str, Any]) -> None:
    assert environment["name"] == "ketnap"
    assert environment["channels"][0] == "conda-forge"
    assert set(environment["channels"]) <= {"conda-forge", "nodefaults"}


def test_conda_has_what_the_tests_need(
    pins: dict[str, str], from_pip: dict[str, str], environment: dict[str, Any]
) -> None:
    assert {"pytest", "pytest-xdist", "hypothesis", "beautifulsoup4", "import-linter", "pyyaml"} <= set(pins)
    assert "make" in environment["dependencies"]
    assert {"playwright", "axe-playwright-python", "pypdf", "pypdfium2"} <= set(from_pip)


def test_both_ask_for_the_same_python(environment: dict[str, Any], root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (python,) = [line for line in environment["dependencies"] if str(line).startswith("python>")]
    assert python.startswith(f"python{project['requires-python']}")
