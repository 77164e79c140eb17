"""What contradicts itself, or is not known, becomes neither a number nor a zero."""

from __future__ import annotations

import pytest

from tests.registers.conftest import clean_folder, write_csv

PEOPLE = ["STT", "Họ và tên", "Ngày sinh", "Huyện", "Đơn vị", "Ngày kết nạp"]
STOCK = ["Đơn vị", "Huyện", "Năm", "Số đảng viên đầu năm"]
CELLS = ["Đơn vị", "Huyện", "Năm", "Nhóm tuổi", "Giới tính", "Số đảng viên đầu năm"]
D = "Mường Ảng"
REGISTER, OTHER = "registers/dien-bien/so.csv", "registers/dien-bien/so-2.csv"
MEMBERS = "members/dien-bien/m.csv"


def person(unit, day="3/2/2020", name="Lò Văn Pánh", birth="1/1/1990", district=D):
    return ["1", name, birth, district, unit, day]


def whole(cleaned, unit, year="2020"):
    held = cleaned.unit_years
    return held.loc[(held["unit"] == unit) & (held["year"] == year)].to_dict("records")


def zeros(cleaned):
    held = cleaned.unit_years.loc[cleaned.unit_years["members"] == ""]
    return {(r["unit"], r["year"]): (r["admitted"], r["complete"]) for r in held.to_dict("records")}


STOCKS = [STOCK, *([unit, D, year, "50"] for unit in ("xã A", "xã B", "xã C") for year in ("2019", "2020"))]
BOTH = [person("xã A", "3/2/2019"), person("xã B", "3/2/2019"), person("xã A")]


@pytest.mark.parametrize(
    ("refused", "of_b"),
    [
        pytest.param([], ("0", "true"), id="none"),
        pytest.param([person("xã B", "31/02/2020")], ("", "false"), id="its own, of no day"),
        pytest.param([person("xã A", "31/02/2020")], ("0", "true"), id="another unit's"),
        pytest.param([person("0912345678", "5/2/2020", district="")], ("", "false"), id="of no unit in that year"),
        pytest.param([person("0912345678", "5/2/2018", district="")], ("0", "true"), id="of no unit in another year"),
    ],
)  # fmt: skip
def test_a_zero_stands_only_where_no_refused_row_may_be_of_the_unit_and_year(clean, refused, of_b):
    found = zeros(clean(files={REGISTER: [PEOPLE, *BOTH, *refused], MEMBERS: STOCKS}))
    assert found["xã B", "2020"] == of_b
    assert found["xã C", "2020"] == ("", "false"), "no register ever names it"


def test_a_register_of_one_unit_tells_nothing_of_others(clean):
    files = {REGISTER: [PEOPLE, person("xã A", "3/2/2019"), person("xã B", "3/2/2019")],
             OTHER: [PEOPLE, person("xã A")], MEMBERS: STOCKS}  # fmt: skip
    assert zeros(clean(files=files))["xã B", "2020"] == ("", "false")


def test_without_districts_a_file_covers_the_units_of_files_that_share_its_units(clean):
    def some(*rows):
        return [PEOPLE, *([*row[:3], "", *row[4:]] for row in rows)]

    stocks = [STOCK, *([row[0], "", *row[2:]] for row in STOCKS[1:])]
    first = some(person("xã A", "3/2/2019"), person("xã B", "3/2/2019"))
    files = {REGISTER: first, OTHER: some(person("xã A"), person("xã D")), MEMBERS: stocks}
    assert zeros(clean(files=files))["xã B", "2020"] == ("0", "true")
    files[OTHER] = some(person("xã D"), person("xã E"))
    assert zeros(clean(files=files))["xã B", "2020"] == ("", "false")


def test_bands_are_those_of_the_unit_and_year_alone(clean):
    files = {
        REGISTER: [PEOPLE, person("xã A", birth="1/1/1987"), person("xã B", birth="1/1/1987")],
        MEMBERS: [CELLS, ["xã A", D, "2020", "31-35", "", "40"], ["xã B", D, "2020", "31-40", "Nữ", "40"],
                  ["xã B", D, "2020", "51-55", "Nữ", "7"], ["xã B", D, "2020", "56-60", "Nữ", "8"],
                  ["xã B", D, "2020", "18-30", "Nam", "1"]],
        "members/dien-bien/synthetic.csv": [CELLS, ["xã A", D, "2020", "31-40", "Nữ", "40"]],
    }  # fmt: skip
    cleaned = clean(files=files)
    real = cleaned.unit_years.loc[cleaned.unit_years["synthetic"] == "false"]
    told = {
        (r["unit"], r["age_band"], r["sex"]): (r["admitted"], r["members"]) for r in real.to_dict("records")
    }
    assert told["xã A", "age_31_35", ""] == ("1", "")
    assert told["xã B", "age_31_40", ""] == ("1", "")
    assert told["xã B", "age_over_50", "female"] == ("0", "15")
    assert {r["unit_members"] for r in whole(cleaned, "xã B")} == {"56"}


def test_counts_of_the_start_and_the_end_of_a_year_are_never_mixed(clean):
    header = [*CELLS, "Số đảng viên cuối năm"]
    rows = [["xã A", D, "2020", "18-30", "Nữ", "40", "50"], ["xã A", D, "2020", "31-35", "Nam", "", "60"]]
    cleaned = clean(files={MEMBERS: [header, *rows]})
    held = whole(cleaned, "xã A")
    assert {(r["members_at"], r["unit_members"]) for r in held} == {("end", "110")}
    assert sorted(r["members"] for r in held) == ["50", "60"]


@pytest.mark.parametrize(
    ("rows", "unit_members", "contradicted"),
    [
        pytest.param([("", "", "100"), ("18-30", "Nữ", "40"), ("18-30", "Nam", "20")], "", "true", id="less"),
        pytest.param([("", "", "100"), ("", "Nữ", "101")], "", "true", id="a part beyond the whole"),
        pytest.param([("", "", "100"), ("", "Nữ", "40")], "100", "false", id="of them women"),
        pytest.param([("", "Nam", "60"), ("", "Nữ", "40")], "100", "false", id="by sex alone"),
        pytest.param([("", "Nữ", "40")], "", "false", id="women alone"),
        pytest.param([("18-30", "", "60"), ("31-35", "", "40")], "100", "false", id="by band alone"),
        pytest.param([("31-40", "Nữ", "9"), ("31-35", "Nữ", "5"), ("36-40", "Nữ", "5")], "", "true", id="bands of two forms"),
    ],
)  # fmt: skip
def test_a_whole_and_its_parts(clean, rows, unit_members, contradicted):
    cleaned = clean(files={MEMBERS: [CELLS, *(["xã A", D, "2020", *row] for row in rows)]})
    assert set(cleaned.members["contradicted"]) == {contradicted}
    assert {r["unit_members"] for r in whole(cleaned, "xã A")} in ({unit_members}, set())


def test_several_numbers_of_eligible_people_are_none(clean):
    header = [*STOCK, "Số quần chúng đủ điều kiện"]
    cleaned = clean(files={MEMBERS: [header, ["xã A", D, "2020", "50", "0"], ["xã A", D, "2020", "50", "30"],
                                     ["xã B", D, "2020", "50", "0"]]})  # fmt: skip
    (row,) = whole(cleaned, "xã A")
    assert (row["unit_members"], row["unit_eligible"], row["admitted"], row["complete"]) == (
        "50",
        "",
        "",
        "false",
    )
    assert whole(cleaned, "xã B")[0]["admitted"] == "0"
    assert cleaned.members["eligible_contradicted"].tolist() == ["true", "true", "false"]


def of_age(unit, *eligible):
    """Return rows of a unit's stock by age and sex, each with its eligible people."""
    cells = [("18-30", "Nữ"), ("18-30", "Nam"), ("31-35", "Nữ"), ("31-35", "Nam")]
    return [[unit, D, "2020", *cell, "50", told] for cell, told in zip(cells, eligible, strict=True)]


@pytest.mark.parametrize(
    ("of_a", "of_b", "units"),
    [
        pytest.param("1234", "2003", ("10", "5"), id="counted by row: added up"),
        pytest.param("1111", "2003", ("4", "5"), id="alike by accident beside one that differs: added up"),
        pytest.param("7777", "3333", ("7", "3"), id="the unit's number in each row"),
        pytest.param(["1", "2", "", "4"], "2003", ("", "5"), id="one row silent: not known"),
    ],
)
def test_eligible_people_by_age_and_sex_are_added_up(clean, of_a, of_b, units):
    header = [*CELLS, "Số quần chúng đủ điều kiện"]
    third = of_age("xã C", *"1052")
    cleaned = clean(files={MEMBERS: [header, *of_age("xã A", *of_a), *of_age("xã B", *of_b), *third]}
                    if len(set(of_b)) > 1 else {MEMBERS: [header, *of_age("xã A", *of_a), *of_age("xã B", *of_b)]})  # fmt: skip
    found = [{r["unit_eligible"] for r in whole(cleaned, unit)} for unit in ("xã A", "xã B")]
    assert found == [{told} for told in units]


def test_counts_of_what_not_all_rows_tell_are_missing(clean):
    cleaned = clean({"Dân tộc": ""}, {"Đảng bộ cơ sở": "xã Ẳng Cang"})
    found = {r["unit"]: (r["minority"], r["youth_union"]) for r in cleaned.unit_years.to_dict("records")}
    assert found == {"xã Ẳng Nưa": ("", "1"), "xã Ẳng Cang": ("1", "1")}


@pytest.mark.parametrize(
    ("header", "rows", "surplus"),
    [
        pytest.param("Họ và tên,Năm sinh,Đơn vị", ["Lò Văn A,1990,Ẳng Nưa", "Lò Văn A,1990,xã Ẳng Nưa"], 1, id="unit"),
        pytest.param("Họ và tên,Năm sinh,Đơn vị", ["Lò Văn A,1990,xã B", "Lò Văn A,1990,xã C"], 0, id="two units"),
        pytest.param("Họ và tên,Bí danh,Năm sinh,Đơn vị", ["Lò Văn A,,1990,xã B", "Lò Văn A,Na,1990,xã B"], 1, id="alias"),
        pytest.param("Họ và tên,Họ và tên khai sinh,Năm sinh,Đơn vị",
                     ["Lò Văn A,,1990,xã B", "Lò Văn A,Lò Văn Na,1990,xã B"], 1, id="name at birth"),
        pytest.param("Họ và chữ đệm,Tên,Năm sinh,Đơn vị", ["Lò Văn,A,1990,xã B", "Lò Văn,Na,1990,xã B"], 0, id="parts"),
        pytest.param("Họ và tên,Năm sinh,Đơn vị", ["Lo Van A,1990,xã B", "Lò Văn A,1990,xã B"], 0, id="diacritics"),
    ],
)  # fmt: skip
def test_who_is_the_same_person(clean, header, rows, surplus):
    rows = [[*header.split(","), "Ngày kết nạp"], *([*row.split(","), "3/2/2020"] for row in rows)]
    cleaned = clean(files={REGISTER: rows})
    assert cleaned.unit_years["surplus"].astype(int).sum() == surplus


def test_simulated_rows_neither_name_nor_rename_anything_real(clean):
    files = {REGISTER: [PEOPLE, person("Ẳng Nưa", district="")],
             "registers/dien-bien/synthetic.csv": [PEOPLE, person("xã Ẳng Nưa")]}  # fmt: skip
    cleaned = clean(files=files)
    found = {r["synthetic"]: (r["district"], r["unit"], r["same_person"]) for r in cleaned.admissions.to_dict("records")}  # fmt: skip
    assert found == {"false": ("", "Ẳng Nưa", "false"), "true": (D, "xã Ẳng Nưa", "false")}


COLUMNS = ["STT", "Họ và tên", "Ngày sinh", "Tuổi", "Nam", "Nữ", "Giới tính", "Tôn giáo", "Có đạo", "Đơn vị",
           "Ngày kết nạp", "Ngày cấp giấy chứng nhận"]  # fmt: skip
PLAIN = dict(
    zip(COLUMNS, ["1", "Lò A", "1/1/1990", "", "x", "", "", "", "", "xã A", "3/2/2020", ""], strict=True)
)


@pytest.mark.parametrize(
    ("cells", "column", "value", "rule"),
    [
        pytest.param({"Tuổi": "55"}, "age_months", "", "age_contradicted", id="age"),
        pytest.param({"Tuổi": "31"}, "age_months", "361", "", id="age a year off"),
        pytest.param({"Nữ": "x"}, "sex", "", "sex_contradicted", id="both marks"),
        pytest.param({"Giới tính": "Nữ"}, "sex", "", "sex_contradicted", id="sex beside mark"),
        pytest.param({"Giới tính": "Nam"}, "sex", "male", "", id="sex like mark"),
        pytest.param({"Tôn giáo": "Không", "Có đạo": "x"}, "religious", "", "religious_contradicted", id="religious"),
        pytest.param({"Có đạo": "x"}, "religious", "true", "", id="mark alone"),
        pytest.param({"Tôn giáo": "Tin lành"}, "religious", "true", "", id="religion alone"),
        pytest.param({"Có đạo": ""}, "religious", "false", "", id="no mark"),
        pytest.param({"Ngày cấp giấy chứng nhận": "4/2/2020"}, "certificate_expired", "",
                     "certificate_after_admission", id="certificate"),
    ],
)  # fmt: skip
def test_a_row_that_contradicts_itself_does_not_tell(clean, cells, column, value, rule):
    cleaned = clean(files={REGISTER: [COLUMNS, list((PLAIN | cells).values())]})
    (found,) = cleaned.admissions[column]
    assert found == value
    assert set(cleaned.log.loc[cleaned.log["rule"].str.contains("contradicted|certificate"), "rule"]) == {
        rule
    } - {""}


def test_a_column_for_women_that_nobody_marked_tells_no_sex(clean):
    header = ["STT", "Họ và tên", "Ngày sinh", "Nữ", "Đơn vị", "Ngày kết nạp"]
    rows = [
        ["1", "Lò A", "1/1/1990", "", "xã A", "3/2/2020"],
        ["2", "Lò B", "1/1/1990", "", "xã A", "3/2/2020"],
    ]
    assert set(clean(files={REGISTER: [header, *rows]}).admissions["sex"]) == {""}
    rows[0][3] = "x"
    assert sorted(clean(files={REGISTER: [header, *rows]}).admissions["sex"]) == ["female", "male"]


def test_members_and_targets_cleaned_twice_are_cleaned_once(clean, tmp_path):
    header = [*CELLS, "Số đảng viên cuối năm", "Số quần chúng đủ điều kiện", "Ngày thành lập"]
    rows = [["xã A", D, "2020", "18-30", "Nữ", "40", "50", "7", "5/6/2015"],
            ["xã A", "", "2021", "", "", "41", "", "", ""], ["xã A", "", "2021", "", "", "42", "", "", ""]]  # fmt: skip
    targets = [["Đơn vị", "Huyện", "Năm", "Chỉ tiêu"], ["xã A", D, "2020", "5"], ["xã A", D, "2020", "6"]]
    first = clean(files={MEMBERS: [header, *rows], "targets/dien-bien/t.csv": targets})
    for name in ("members", "targets"):
        held = first.tables[name]
        write_csv(tmp_path / "again" / name / f"{name}.csv", [list(held.columns), *held.to_numpy().tolist()])
    again = clean_folder(tmp_path / "again", tmp_path / "out")
    for name in ("members", "targets"):
        one, two = (t.tables[name].drop(columns=["file", "raw_row"]) for t in (first, again))
        assert one.to_numpy().tolist() == two.to_numpy().tolist()
    assert set(first.members["founded"]) == {"2015-06-05", ""}
    assert again.log.loc[again.log["rule"] != "province_by_period_start"].empty
    assert set(first.members["at"]) == {"start", "end"}
