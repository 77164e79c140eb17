"""Every table with rows: the real published figures, and the registers of a synthetic province."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analysis import cleaning, processed
from analysis.simulate import Truth, simulate


@pytest.fixture(scope="session")
def whole_folder(tables: processed.Processed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which no processed table is empty; tests only read it."""
    folder = tmp_path_factory.mktemp("whole")
    truth = Truth.stated(province="Điện Biên", members=800, years=(2019, 2020), units=4)
    simulate(truth, folder / "raw", seed=1, mess=0.5)
    cleaning.write(tables, folder / "processed", made_from="test", raw=folder / "raw")
    return folder / "processed"


@pytest.fixture(scope="session")
def package(whole_folder: Path) -> dict[str, Any]:
    """Return the package file of that folder."""
    return processed.package(whole_folder)
