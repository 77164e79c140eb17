"""Counts by unit, year, age band and sex, beside members and target."""

from __future__ import annotations

import pytest

TARGETS = [
    ["Đơn vị", "Chỉ tiêu kết nạp", ""],
    ["", "Năm 2016", "Năm 2017"],
    ["xã Ẳng Nưa", "3", "4"],
    ["xã Ẳng Cang", "2", "2"],
]
MEMBERS = [
    ["Đơn vị", "Năm", "Nhóm tuổi", "Giới tính", "Số đảng viên đầu năm", "Số quần chúng đủ điều kiện"],
    ["xã Ẳng Nưa", "2016", "18-30", "Nam", "30", "12"],
    ["xã Ẳng Nưa", "2016", "18-30", "Nữ", "1020", "12"],
    ["xã Ẳng Nưa", "2016", "trên 60", "Nữ", "7", "12"],
    ["xã Ẳng Cang", "2016", "", "", "55", "0"],
]


def rows(cleaned, unit, year="2016"):
    held = cleaned.unit_years
    return held.loc[(held["unit"] == unit) & (held["year"] == year)].to_dict("records")


@pytest.fixture
def cleaned(clean):
    return clean({}, {"Họ và tên": "Lò B"}, {"Họ và tên": "Lò C", "Giới tính": "Nữ", "Dân tộc": "Kinh"}, {"Họ và tên": "Lò D", "Ngày sinh": ""},
                 files={"targets/dien-bien.csv": TARGETS, "members/dien-bien.csv": MEMBERS})  # fmt: skip


def test_each_cell_has_its_count_and_its_exposure(cleaned):
    cells = {
        (r["age_band"], r["sex"]): (r["admitted"], r["members"], r["minority"])
        for r in rows(cleaned, "xã Ẳng Nưa")
    }
    assert cells == {
        ("age_18_30", "male"): ("2", "30", "2"),
        ("age_18_30", "female"): ("1", "1020", "0"),
        ("age_over_60", "female"): ("0", "7", "0"),
        ("", "male"): ("1", "", "1"),
    }


def test_numbers_of_the_whole_unit_stand_in_each_row(cleaned):
    for row in rows(cleaned, "xã Ẳng Nưa"):
        assert (row["unit_target"], row["unit_members"], row["unit_eligible"]) == ("3", "1057", "12")


def test_a_unit_without_admissions_has_a_zero_where_a_register_covers_the_year(cleaned):
    (row,) = rows(cleaned, "xã Ẳng Cang")
    assert (row["admitted"], row["unit_target"], row["unit_members"], row["unit_eligible"]) == (
        "0",
        "2",
        "55",
        "0",
    )
    assert row["complete"] == "true"


def test_a_year_that_no_register_covers_has_no_zero(cleaned):
    (row,) = rows(cleaned, "xã Ẳng Cang", "2017")
    assert (row["admitted"], row["unit_target"], row["complete"]) == ("", "2", "false")


def test_two_targets_for_one_year_are_both_kept_and_neither_is_used(clean):
    other = [["Đơn vị", "Năm", "Chỉ tiêu"], ["xã Ẳng Nưa", "2016", "9"]]
    cleaned = clean({}, files={"targets/dien-bien.csv": TARGETS, "targets/khac-dien-bien.csv": other})
    same = cleaned.targets.loc[
        (cleaned.targets["unit"] == "xã Ẳng Nưa") & (cleaned.targets["year"] == "2016")
    ]
    assert sorted(same["target"]) == ["3", "9"]
    assert set(same["contradicted"]) == {"true"}
    assert {row["unit_target"] for row in rows(cleaned, "xã Ẳng Nưa")} == {""}


def test_bands_are_those_in_which_members_are_counted(clean):
    coarse = [
        MEMBERS[0],
        ["xã Ẳng Nưa", "2016", "31-40", "Nam", "30", ""],
        ["xã Ẳng Nưa", "2016", "51 trở lên", "Nam", "9", ""],
    ]
    cleaned = clean(
        {"Ngày sinh": "1980-01-01"}, {"Ngày sinh": "1960-01-01"}, files={"members/dien-bien.csv": coarse}
    )
    cells = {r["age_band"]: (r["admitted"], r["members"]) for r in rows(cleaned, "xã Ẳng Nưa")}
    assert cells == {"age_31_40": ("1", "30"), "age_over_50": ("1", "9")}
    assert sorted(cleaned.admissions["age_band"]) == ["age_36_40", "age_56_60"]


def test_numbers_are_read_as_their_column_writes_them(clean):
    english = [
        ["Đơn vị", "Năm", "Số đảng viên đầu năm"],
        ["xã A", "2016", "1,479"],
        ["xã B", "2016", "12,345,678"],
        ["xã C", "2016", "1.234"],
    ]
    doubtful = [["Đơn vị", "Năm", "Số đảng viên đầu năm"], ["xã D", "2016", "1.234"], ["xã E", "2016", "56"]]
    cleaned = clean(files={"members/dien-bien.csv": english, "members/b-dien-bien.csv": doubtful})
    assert dict(zip(cleaned.members["unit"], cleaned.members["members"], strict=True)) == {
        "xã A": "1479",
        "xã E": "56",
    }
    assert {"ambiguous_thousands", "row_refused_no_members"} <= set(cleaned.log["rule"])


def test_simulated_files_are_marked_in_every_table(clean):
    cleaned = clean(files={"targets/synthetic-dien-bien.csv": TARGETS, "targets/lao-cai.csv": TARGETS})
    assert cleaned.targets.groupby("province")["synthetic"].unique().map(list).to_dict() == {
        "Lào Cai": ["false"],
        "Điện Biên": ["true"],
    }
    assert set(cleaned.unit_years["synthetic"]) == {"true", "false"}


def test_a_part_that_could_not_be_read_leaves_the_whole_unknown(clean):
    """The sum of the parts that could be read is no number of members."""
    spoilt = [[*row[:4], "1.020", row[5]] if row[3] == "Nữ" and row[2] == "18-30" else row for row in MEMBERS]
    cleaned = clean({}, files={"members/dien-bien.csv": spoilt})
    assert {row["unit_members"] for row in rows(cleaned, "xã Ẳng Nưa")} == {""}
    assert ("age_18_30", "30") in {(row["age_band"], row["members"]) for row in rows(cleaned, "xã Ẳng Nưa")}


def test_the_day_a_unit_was_founded_may_stand_in_the_members(clean):
    stock = [
        ["Đơn vị", "Năm", "Số đảng viên đầu năm", "Ngày thành lập"],
        ["xã Ẳng Nưa", "2016", "30", "15/02/2016"],
    ]
    people = [{"Ngày kết nạp": day} for day in ("2016-01-20", "2016-02-03", "2016-03-01")]
    cleaned = clean(*people, files={"members/dien-bien.csv": stock})
    flags = dict(zip(cleaned.admissions["admitted"], cleaned.admissions["before_unit"], strict=True))
    assert flags == {"2016-01": "true", "2016-02": "", "2016-03": "false"}
