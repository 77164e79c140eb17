"""Tables of the reports on registers: what chance allows the attainment of a year, and who left."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analysis.shown import Table
from analysis.tables.register_exits import exits
from analysis.tables.register_years import years


def units(*records: tuple[int, int, int | None]) -> pd.DataFrame:
    """Return unit-years of (year, admitted, target), with a hundred members each."""
    told = {"synthetic": False, "unit_id": "xa", "members": 100, "members_at": "start"}
    rows = [
        told | {"year": year, "admitted": admitted, "target": target} for year, admitted, target in records
    ]
    return pd.DataFrame(rows).astype({"target": "Int64", "members": "Int64", "admitted": "Int64"})


def column(table: Table | None, words: str) -> dict[str, str]:
    """Return the cells of a column by the first cell of their row."""
    assert table is not None
    place = [str(head.label) for head in table.heads].index(words)
    assert {len(row) for row in table.rows} == {len(table.heads)}
    return {str(row[0]): str(row[place]) for row in table.rows}


ATTAINED = "Khoảng 95% của tỷ lệ đạt (chỉ kể ngẫu nhiên)"


def test_the_attainment_of_a_year_has_the_exact_limits_of_a_count() -> None:
    # 10 counted: 4.795 to 18.390 (Garwood 1936)
    table = years(units((2015, 10, 8), (2016, 10, None)))
    assert table is not None
    assert column(table, ATTAINED) == {"2015": "59,9–229,9", "2016": "–"}
    assert column(table, "Đạt (%)") == {"2015": "125,0%", "2016": "–"}
    assert table.data["attainment_low"][0] == pytest.approx(59.94, abs=0.01)
    assert "coi chỉ tiêu là cố định" in table.caption


def test_a_year_told_in_part_has_no_interval_of_its_attainment() -> None:
    table = years(units((2015, 10, 8), (2016, 4, 8)), part_years=[2016])
    assert table is not None
    assert column(table, ATTAINED) == {"2015": "59,9–229,9", "2016": "–"}
    assert table.data["attainment_high"].isna().tolist() == [False, True]
    assert "Năm 2016: sổ chưa ghi hết năm" in table.caption


def test_no_units_no_table_of_years() -> None:
    assert years(units((2015, 1, 1)).iloc[:0]) is None


def people(year: int, count: int, **told: Any) -> list[dict[str, Any]]:
    """Return people admitted in a year, of whom the register tells that they did not leave, if not otherwise."""
    stayed = {"has_left": False, "days_to_exit": None, "exit": "", "was_recognised": True}
    return [{"synthetic": False, "year": year} | stayed | told] * count


def admissions(*groups: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the rows of some groups of people."""
    rows = pd.DataFrame([row for group in groups for row in group])
    return rows.astype({"has_left": "object", "was_recognised": "object", "days_to_exit": "float64"})


STRUCK_OFF = people(2015, 1, has_left=True, exit="struck_off", days_to_exit=200.0, was_recognised=False)


def test_who_left_is_told_by_year_and_way() -> None:
    died = people(2015, 1, has_left=True, exit="died", days_to_exit=900.0)
    moved = people(2015, 1, has_left=True, exit="moved", days_to_exit=400.0)
    silent = people(2016, 4, has_left=None)
    table = exits(admissions(STRUCK_OFF, died, moved, people(2015, 7), silent))
    assert column(table, "Xóa tên") == {"2015": "1", "2016": "0"}
    assert column(table, "Từ trần")["2015"] == column(table, "Chuyển đi")["2015"] == "1"
    assert column(table, "Sổ có ghi việc ra") == {"2015": "10", "2016": "0"}
    # Who died or moved is not out of the Party; Wilson's interval of 1 in 10 is 1.79% to 40.42%.
    assert column(table, "Ra khỏi Đảng (%)") == {"2015": "10,0%", "2016": "–"}
    assert column(table, "Khoảng 95%") == {"2015": "1,8–40,4", "2016": "–"}
    assert column(table, "Ra khi còn dự bị") == {"2015": "1", "2016": "–"}
    assert table is not None
    assert "tỷ lệ của các năm không so được" in table.caption


def test_a_way_that_is_not_told_leaves_only_the_least_rate() -> None:
    expelled = people(2017, 1, has_left=True, exit="expelled", was_recognised=None)
    somehow = people(2017, 1, has_left=True)
    table = exits(admissions(expelled, somehow, people(2017, 3)))
    assert table is not None
    assert column(table, "Ra khỏi Đảng (%)") == {"2017": "ít nhất 20,0%"}
    assert column(table, "Khoảng 95%") == {"2017": "–"}
    assert column(table, "Không rõ cách") == {"2017": "1"}
    assert column(table, "Ra khi còn dự bị") == {"2017": "–"}
    assert "chỉ biết tỷ lệ ít nhất" in table.caption
    assert "tỷ lệ của các năm" not in table.caption


@pytest.mark.parametrize("told", [pytest.param(None, id="no column"), pytest.param(False, id="nobody")])
def test_no_table_where_nobody_is_told_to_have_left(told: bool | None) -> None:
    assert exits(admissions(people(2015, 10, has_left=told))) is None
