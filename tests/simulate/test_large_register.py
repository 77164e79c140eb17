"""The register of the benchmark: as many rows as asked, the same bytes again, a tenth of its cells messy."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest


@pytest.fixture
def large(root: Path) -> ModuleType:
    found = importlib.util.spec_from_file_location("large_register", root / "bench" / "large_register.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_it_has_the_rows_and_the_mess_that_were_asked_for(
    large: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "_CHUNK", 3000)
    for name in ("a.csv", "b.csv"):
        large.write(tmp_path / name, 10_000, 1)
    large.write(tmp_path / "tidy.csv", 2000, 1, messy=0)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    table = pd.read_csv(tmp_path / "a.csv", dtype=str, keep_default_na=False)
    assert table.shape == (10_000, 12)
    assert table["STT"].tolist() == [str(n) for n in range(1, 10_001)]
    assert table["Ghi chú"].str.contains("synthetic").all()
    odd = ~table["Ngày kết nạp"].str.fullmatch(r"\d\d/\d\d/\d{4}")
    # An eleventh of the messy dates has the form of the column.
    assert odd.mean() == pytest.approx(0.12 * 0.9, abs=0.015)
    assert table["Số CCCD"].str.contains(" ").mean() == pytest.approx(0.12, abs=0.015)
    assert not table[["Họ và tên", "Số CCCD"]].duplicated().any()
    assert {"31/02/2019", "chờ xác minh"} & set(table["Ngày kết nạp"])
    tidy = pd.read_csv(tmp_path / "tidy.csv", dtype=str, keep_default_na=False)
    assert tidy["Ngày sinh"].str.fullmatch(r"\d\d/\d\d/\d{4}").all()
    assert set(tidy["Giới tính"]) == {"Nam", "Nữ"}
