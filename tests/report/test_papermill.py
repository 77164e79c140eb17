"""The templates run unchanged with papermill alone, with its own kernel and none of the package's runner."""

from __future__ import annotations

from pathlib import Path

import nbformat
import papermill
import pytest

from analysis.shown import MIME_NAME

pytestmark = pytest.mark.xdist_group("papermill")


@pytest.mark.parametrize(
    ("template", "parameters", "shown"),
    [
        pytest.param(
            "province", {"province": "Nghệ An"}, {"attainment", "units", "figures", "sources"}, id="province"
        ),
        pytest.param("comparison", {}, {"forest", "funnel", "pooled", "tile-map"}, id="comparison"),
    ],
)
def test_papermill_alone_runs_a_template(
    template: str,
    parameters: dict[str, str],
    shown: set[str],
    root: Path,
    processed_folder: Path,
    tmp_path: Path,
) -> None:
    output = tmp_path / "executed.ipynb"
    papermill.execute_notebook(
        str(root / "notebooks" / f"{template}.ipynb"),
        str(output),
        parameters=parameters | {"data": str(processed_folder)},
        progress_bar=False,
    )
    notebook = nbformat.read(output, as_version=4)
    found = [out.get("data", {}) for cell in notebook.cells for out in cell.get("outputs", [])]
    named = {data[MIME_NAME]["name"] for data in found if MIME_NAME in data}
    assert shown <= named
