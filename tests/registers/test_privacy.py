"""What names a person reaches no file, whatever column it stands in."""

from __future__ import annotations

import unicodedata

import pandas as pd
import pytest
from typer.testing import CliRunner

from analysis.cli import app
from tests.registers.conftest import HEADER, PERSON, clean_folder, grid, write_csv

PLANTED = {
    "name": "Quàng Thị Thưởng",
    "name_capitals": "QUÀNG THỊ THƯỞNG",
    "name_bare": "Quang Thi Thuong",
    "telephone": "0987 654 321",
    "telephone_bare": "0987654321",
    "identity_number": "011193007777",
    "address": "số 12 ngõ 57 đường Trần Phú",
    "email": "thuong.quang@example.org",
    "birth": "sinh ngày 17/11/1987",
}
SEARCHED = (
    "quàng", "thưởng", "quang thi", "thuong", "987 654", "0987654321", "987654321", "011193007777", "ngõ 57",
    "trần phú", "17/11/1987", "1987-11-17", "lò văn pánh", "pánh", "011090001234", "0912345678", "1990-03-12", "12/03/1990",
)  # fmt: skip


def texts_of(folder) -> str:
    """Return all that the files of a folder hold, Parquet read as a table, in NFC and lower case."""
    parts = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            parts.append(pd.read_parquet(path).astype(str).to_csv())
        elif path.is_file():
            parts.append(path.read_bytes().decode("utf-8", "replace"))
    return unicodedata.normalize("NFC", "\n".join(parts)).casefold()


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Return raw data in which every kind of identity stands in every column, alone and within its text."""
    raw = tmp_path_factory.mktemp("planted")
    people = [{}]
    for column in HEADER:
        for text in PLANTED.values():
            people += [
                {column: text},
                {column: f"{PERSON[column]} ({text})"},
                {column: f"{PERSON[column]} {text}"},
            ]
    rows = [
        [f"Người lập biểu: {PLANTED['name']}"],
        [],
        *grid(people),
        [],
        ["", PLANTED["name"]],
        [f"ĐT {PLANTED['telephone']}"],
    ]
    write_csv(raw / "registers/dien-bien/so.csv", rows)
    units = [["Đơn vị", "Năm", "Chỉ tiêu"], ["xã Ẳng Nưa", "2016", "5"]]
    units += [["xã Ẳng Nưa", "2017", text] for text in PLANTED.values()]
    units += [[text, "2016", "5"] for text in PLANTED.values()] + [
        ["xã Ẳng Nưa", text, "5"] for text in PLANTED.values()
    ]
    write_csv(raw / "targets/dien-bien.csv", units)
    stocks = [["Đơn vị", "Năm", "Nhóm tuổi", "Giới tính", "Số đảng viên đầu năm"]]
    stocks += [["xã Ẳng Nưa", "2015", "18-30", "nam", "5"]]
    stocks += [["xã Ẳng Nưa", "2016", text, text, text] for text in PLANTED.values()]
    stocks += [[text, "2016", "18-30", "nam", "5"] for text in PLANTED.values()]
    write_csv(raw / "members/dien-bien.csv", stocks)
    return raw


def test_no_identity_reaches_a_table_or_the_log(planted, tmp_path):
    cleaned = clean_folder(planted, tmp_path / "out")
    held = texts_of(cleaned.folder) + cleaned.log.to_csv().casefold()
    assert [text for text in SEARCHED if text in unicodedata.normalize("NFC", held)] == []
    assert len(cleaned.admissions) > 100, "the planted rows must have been read"


def test_no_identity_reaches_the_screen(planted):
    for file in sorted(planted.rglob("*.csv")):
        said = CliRunner().invoke(app, ["check", str(file)])
        shown = unicodedata.normalize("NFC", said.output).casefold()
        assert [text for text in SEARCHED if text in shown] == [], file.name


def test_a_refusal_names_no_one(tmp_path):
    rows = grid([{}])
    rows[0] = [f"{PLANTED['name']} {at}" if at in (2, 12) else text for at, text in enumerate(rows[0])]
    write_csv(tmp_path / "registers/dien-bien/so.csv", rows)
    said = CliRunner().invoke(app, ["clean", "--raw", str(tmp_path), "--out", str(tmp_path / "out")])
    assert [text for text in SEARCHED if text in unicodedata.normalize("NFC", said.output).casefold()] == []
