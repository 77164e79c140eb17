"""Registers that a test writes, cleaned as `ketnap clean` cleans them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from analysis.registers.write import write_tables

HEADER = [
    "STT", "Họ và tên", "Ngày sinh", "Giới tính", "Dân tộc", "Tôn giáo", "Trình độ văn hóa", "Trình độ chuyên môn",
    "Nghề nghiệp", "Đoàn viên", "Đảng bộ cơ sở", "Chi bộ", "Ngày kết nạp", "Ngày chính thức",
    "Ngày cấp giấy chứng nhận", "Số CCCD", "Điện thoại", "Ghi chú",
]  # fmt: skip
PERSON = {
    "STT": "1", "Họ và tên": "Lò Văn Pánh", "Ngày sinh": "1990-03-12", "Giới tính": "nam", "Dân tộc": "Thái",
    "Tôn giáo": "không theo tôn giáo", "Trình độ văn hóa": "trung học phổ thông", "Trình độ chuyên môn": "đại học",
    "Nghề nghiệp": "nông, lâm, ngư nghiệp", "Đoàn viên": "x", "Đảng bộ cơ sở": "xã Ẳng Nưa",
    "Chi bộ": "chi bộ bản Na", "Ngày kết nạp": "2016-02-03", "Ngày chính thức": "2017-02-05",
    "Ngày cấp giấy chứng nhận": "2015-05-06", "Số CCCD": "011090001234", "Điện thoại": "0912345678", "Ghi chú": "",
}  # fmt: skip


@dataclass(frozen=True)
class Cleaned:
    """The processed tables of registers, as text from their CSV twins, and where they stand."""

    folder: Path
    tables: Mapping[str, pd.DataFrame]
    log: pd.DataFrame

    def __getattr__(self, name: str) -> pd.DataFrame:
        return self.tables[name]


def grid(rows: Sequence[Mapping[str, str] | Sequence[str]]) -> list[list[str]]:
    """Return a header and rows; a mapping changes some cells of one made-up person."""
    return [HEADER, *(list((PERSON | r).values()) if isinstance(r, Mapping) else list(r) for r in rows)]


def write_csv(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def clean_folder(raw: Path, out: Path) -> Cleaned:
    out.mkdir(parents=True, exist_ok=True)
    log: list[pa.Table] = []
    write_tables(raw, out, log.append)
    names = ("admissions", "unit_years", "targets", "members", "files")
    tables = {name: pd.read_csv(out / f"{name}.csv", dtype=str, keep_default_na=False) for name in names}
    return Cleaned(out, tables, pa.concat_tables(log).to_pandas().astype(str))


@pytest.fixture
def clean(tmp_path: Path) -> Callable[..., Cleaned]:
    """Return a function that cleans made-up people of Điện Biên, or whole grids by file name."""
    runs = 0

    def run(
        *people: Mapping[str, str],
        files: Mapping[str, Sequence[Sequence[str]]] | None = None,
        mapping: str = "",
    ) -> Cleaned:
        nonlocal runs
        runs += 1
        raw = tmp_path / f"raw{runs}"
        given = dict(files or {})
        if people:
            given["registers/dien-bien/so.csv"] = grid(people)
        for name, rows in given.items():
            write_csv(raw / name, rows)
        if mapping:
            (raw / "registers/dien-bien/so.csv.toml").write_text(mapping, encoding="utf-8")
        return clean_folder(raw, tmp_path / f"out{runs}")

    return run
