"""The same seed gives the same numbers, today and on any machine."""

from __future__ import annotations

import inspect
import json
import pkgutil
import runpy
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import analysis.models

REFERENCE = Path(__file__).parents[2] / "reference"
MADE: dict[str, Any] = runpy.run_path(str(REFERENCE / "seeds.py"))
GOLDEN: dict[str, dict[str, dict[str, float | None]]] = json.loads(
    (REFERENCE / "seeds.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MADE["SEEDED"])
def test_numbers_are_those_of_the_file(name: str) -> None:
    found, stored = MADE["numbers"](MADE["SEEDED"][name]()), GOLDEN[name]
    assert list(found) == list(stored)
    for term, row in stored.items():
        for column, value in row.items():
            close = value if value is None else pytest.approx(value, rel=1e-10, abs=1e-10)
            assert found[term][column] == close, (term, column)


def test_every_function_with_a_seed_is_in_the_file() -> None:
    seeded = set()
    for module in pkgutil.walk_packages(analysis.models.__path__, "analysis.models."):
        for name, function in inspect.getmembers(import_module(module.name), inspect.isfunction):
            own = function.__module__ == module.name and not name.startswith("_")
            if own and "seed" in inspect.signature(function).parameters:
                seeded.add(name)
    # The weights are those that the bootstrap of the file draws
    assert seeded == {
        "bootstrap_clusters",
        "bootstrap_weights",
        "posterior_ranks",
        "heaping",
        "expected_runs",
    }
    text = (REFERENCE / "seeds.py").read_text(encoding="utf-8")
    assert [name for name in seeded - {"bootstrap_weights"} if f"{name}(" not in text] == []
