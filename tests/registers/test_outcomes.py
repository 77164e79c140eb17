"""What became of those whom a register lists: recognised or not, left or not, when and how."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.registers.conftest import HEADER, PERSON

OUTCOME = ["was_recognised", "days_to_recognition", "has_left", "days_to_exit", "exit"]
LEFT = ["Ngày rời Đảng", "Hình thức rời Đảng"]


def told(clean, extra: Mapping[str, str], **cells: str) -> list[str]:
    """Return what the table says of a made-up person, admitted on 3 February 2016, with more columns."""
    person = PERSON | {name.replace("_", " "): value for name, value in cells.items()}
    rows = [[*HEADER, *extra], [*person.values(), *extra.values()]]
    cleaned = clean(files={"registers/dien-bien/so.csv": rows})
    (row,) = cleaned.admissions.to_dict("records")
    return [row[name] for name in OUTCOME]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param("2017-02-05", ["true", "368"], id="a day"),
        pytest.param("2/2017", ["true", ""], id="a month"),
        pytest.param("", ["false", ""], id="an empty cell"),
        pytest.param("-", ["false", ""], id="a dash"),
        pytest.param("chờ xác minh", ["", ""], id="not a day"),
        pytest.param("2015-02-05", ["", ""], id="before the admission"),
    ],
)
def test_whether_and_when_recognised(clean, cell: str, expected: list[str]) -> None:
    assert told(clean, {}, Ngày_chính_thức=cell)[:2] == expected


def test_a_register_without_the_column_does_not_tell_whether_anybody_was_recognised(clean) -> None:
    at = HEADER.index("Ngày chính thức")
    rows = [[cell for place, cell in enumerate(row) if place != at] for row in (HEADER, PERSON.values())]
    cleaned = clean(files={"registers/dien-bien/so.csv": rows})
    assert cleaned.admissions[OUTCOME[:2]].to_numpy().tolist() == [["", ""]]


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        pytest.param({}, ["", "", ""], id="no column for it"),
        pytest.param(dict(zip(LEFT, ("", ""), strict=True)), ["false", "", ""], id="empty cells"),
        pytest.param(dict(zip(LEFT, ("2018-02-03", "xóa tên"), strict=True)), ["true", "731", "struck_off"], id="struck off"),
        pytest.param(dict(zip(LEFT, ("3/2/2018", "Xin ra khỏi Đảng"), strict=True)), ["true", "731", "let_go"], id="let go"),
        pytest.param(dict(zip(LEFT, ("2/2018", "bị khai trừ"), strict=True)), ["true", "", "expelled"], id="in a month"),
        pytest.param(dict(zip(LEFT, ("", "chuyển sinh hoạt"), strict=True)), ["true", "", "moved"], id="no day"),
        pytest.param(dict(zip(LEFT, ("2018-02-03", ""), strict=True)), ["true", "731", ""], id="it is not told how"),
        pytest.param(dict(zip(LEFT, ("2018-02-03", "vì lý do riêng"), strict=True)), ["true", "731", ""], id="a way that is none"),
        pytest.param(dict(zip(LEFT, ("không rõ ngày", ""), strict=True)), ["", "", ""], id="no day that can be read"),
        pytest.param(dict(zip(LEFT, ("2015-02-03", ""), strict=True)), ["", "", ""], id="before the admission"),
        pytest.param({"Ngày khai trừ": "2018-02-03"}, ["true", "731", "expelled"], id="the header tells the way"),
        pytest.param({"Ngày từ trần": ""}, ["false", "", ""], id="an empty cell under a way"),
        pytest.param({"Ngày chuyển đi": "2018-02-03", "Ngày từ trần": "2020-02-03"}, ["true", "731", "moved"], id="the earlier of two"),
        pytest.param({"Ngày từ trần": "2018-02-03", "Hình thức rời Đảng": "từ trần"}, ["true", "731", "died"], id="both agree"),
        pytest.param({"Ngày từ trần": "2018-02-03", "Hình thức rời Đảng": "khai trừ"}, ["true", "731", ""], id="header and cell contradict"),
    ],
)  # fmt: skip
def test_whether_when_and_how_they_left(clean, extra: Mapping[str, str], expected: list[str]) -> None:
    assert told(clean, extra)[2:] == expected


@pytest.mark.parametrize(
    ("extra", "column", "rule"),
    [
        pytest.param({"Ngày rời Đảng": "2015-02-03"}, "exited", "exited_before_admitted", id="before the admission"),
        pytest.param(
            {"Ngày từ trần": "2018-02-03", "Hình thức rời Đảng": "khai trừ"}, "exit", "exit_contradicted", id="contradicted"
        ),
    ],
)  # fmt: skip
def test_what_is_refused_is_logged(clean, extra: Mapping[str, str], column: str, rule: str) -> None:
    rows = [[*HEADER, *extra], [*PERSON.values(), *extra.values()]]
    log = clean(files={"registers/dien-bien/so.csv": rows}).log
    assert log.loc[log["rule"].eq(rule), "column"].tolist() == [column]


def test_no_day_of_leaving_reaches_a_table(clean) -> None:
    rows = [[*HEADER, *LEFT], [*PERSON.values(), "2018-02-03", "từ trần"]]
    cleaned = clean(files={"registers/dien-bien/so.csv": rows})
    for path in cleaned.folder.glob("*.csv"):
        assert "2018-02-03" not in path.read_text(encoding="utf-8")


def test_our_own_table_is_read_as_it_stands(clean) -> None:
    extra = [("2018-02-03", "xóa tên"), ("", ""), ("2/2018", ""), ("?", "")]
    rows = [[*HEADER, *LEFT], *([*PERSON.values(), *cells] for cells in extra)]
    first = clean(files={"registers/dien-bien/so.csv": rows}).admissions
    again = clean(
        files={"registers/dien-bien/so.csv": [list(first.columns), *first.to_numpy().tolist()]}
    ).admissions
    assert again[OUTCOME].to_numpy().tolist() == first[OUTCOME].to_numpy().tolist()
    assert sorted(first["has_left"]) == ["", "false", "true", "true"]
