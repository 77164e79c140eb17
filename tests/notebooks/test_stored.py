"""Notebooks as they are stored: templates without results, thin, with their parameters first."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
each = pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)

MOST_LINES = 15


def code(path: Path) -> list[NotebookNode]:
    """Return the code cells of a notebook."""
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_the_templates_are_there() -> None:
    assert {"province", "comparison"} <= {path.stem for path in FOLDER.glob("*.ipynb")}


@each
def test_a_notebook_is_sound(path: Path) -> None:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    ids = [cell["id"] for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert all(cell.source.strip() for cell in notebook.cells)


@each
def test_a_notebook_holds_no_results(path: Path) -> None:
    assert [cell.outputs for cell in code(path) if cell.outputs] == []
    assert [cell.execution_count for cell in code(path) if cell.execution_count is not None] == []
    assert "papermill" not in nbformat.read(path, as_version=4).metadata


@each
def test_the_parameters_come_first_and_once(path: Path) -> None:
    tagged = ["parameters" in cell.metadata.get("tags", []) for cell in code(path)]
    assert tagged == [True] + [False] * (len(tagged) - 1)


@each
def test_no_cell_is_long(path: Path) -> None:
    lines = [len(cell.source.splitlines()) for cell in code(path)[1:]]  # the first holds the parameters
    assert [count for count in lines if count > MOST_LINES] == []


@each
def test_prose_says_its_language(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        tags = [tag for tag in cell.metadata.get("tags", []) if tag.startswith("lang-")]
        if cell.cell_type == "markdown":
            assert tags in (["lang-vi"], ["lang-en"])
        else:
            assert tags == []


@each
def test_a_notebook_only_calls_the_library(path: Path) -> None:
    modules = set()
    for cell in code(path):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                modules |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules.add(str(node.module))
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Try | ast.For | ast.While)
    assert {module.split(".")[0] for module in modules} == {"analysis"}
