"""What each row and cell of a register becomes."""

from __future__ import annotations

import pytest

from tests.registers.conftest import HEADER, clean_folder, grid, write_csv

OFFICE = [
    ["ĐẢNG BỘ HUYỆN MƯỜNG ẢNG", "", "", "", "", "", "", "", "", ""],
    ["DANH SÁCH ĐẢNG VIÊN KẾT NẠP NĂM 2016", "", "", "", "", "", "", "", "", ""],
    [],
    ["STT", "Họ và tên", "Năm sinh", "", "Dân tộc", "Trình độ", "", "Ngày kết nạp", "Ngày chính thức", "Ghi chú"],
    ["", "", "Nam", "Nữ", "", "Văn hóa", "Chuyên môn", "", "", ""],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)"],
    ["I", "Đảng bộ xã Ẳng Nưa", "", "", "", "", "", "", "", ""],
    ["a)", "Chi bộ bản Na", "", "", "", "", "", "", "", ""],
    ["1", "Lò Văn Pánh", "12/03/1990", "", "Thái", "12/12", "ĐH Luật", "03/02/2016", "05/02/2017", "Tống Văn Cộng"],
    ["2", "Lò Thị Hoà", "", "1992", "nt", "-nt-", "TC", "nt", "10/02/2017", ""],
    ["3", "Tống Văn Cộng", "5/5/85", "", "H’Mông", "9/12", "", "T9/2016", "", ""],
    ["", "Cộng: 3 đồng chí", "", "", "", "", "", "3", "", ""],
    [],
    ["STT", "Họ và tên", "Năm sinh", "", "Dân tộc", "Trình độ", "", "Ngày kết nạp", "Ngày chính thức", "Ghi chú"],
    ["II", "Đảng bộ TT. Mường Ảng", "", "", "", "", "", "", "", ""],
    ["1", "Nguyễn Văn An", "1/1/1999", "", "Kinh", "12/12", "CĐ", "31/02/2016", "", ""],
    ["2", "Quàng Văn Ín", "1/1/1999", "", "Thái", "12/12", "CĐ", "Quý III năm 2016", "", ""],
    ["", "Tổng cộng", "", "", "", "", "", "5", "", ""],
    ["", "", "", "", "", "", "", "Mường Ảng, ngày 5 tháng 1 năm 2017", "", ""],
    ["", "NGƯỜI LẬP BIỂU", "", "", "", "", "", "T/M BAN THƯỜNG VỤ", "", ""],
    ["", "Lò Văn Pánh", "", "", "", "", "", "Quàng Văn Ín", "", ""],
]  # fmt: skip
WIDE = [row + [""] * (10 - len(row)) for row in OFFICE]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    raw = tmp_path_factory.mktemp("office")
    write_csv(raw / "registers/dien-bien/so.csv", WIDE)
    return clean_folder(raw, tmp_path_factory.mktemp("cleaned"))


def test_an_offices_sheet_gives_its_people_and_nothing_else(office):
    people = office.admissions
    assert people[["unit", "cell", "admitted", "sex", "ethnicity", "age_months"]].to_numpy().tolist() == [
        ["thị trấn Mường Ảng", "", "2016-Q3", "male", "thai", "211"],
        ["xã Ẳng Nưa", "chi bộ bản Na", "2016-02", "female", "thai", "283"],
        ["xã Ẳng Nưa", "chi bộ bản Na", "2016-02", "male", "thai", "310"],
        ["xã Ẳng Nưa", "chi bộ bản Na", "2016-09", "male", "mong", "375"],
    ]
    assert set(people["province"]) == {"Điện Biên"}
    assert people["professional_education"].tolist() == ["college", "intermediate", "university", ""]
    assert people["general_education"].tolist() == ["upper_secondary"] * 3 + ["lower_secondary"]


def test_every_row_is_accounted_for(office):
    (file,) = office.files.to_dict("records")
    assert [int(file[f"rows_{kind}"]) for kind in ("empty", "total", "heading", "other", "in")] == [
        1,
        2,
        3,
        5,
        5,
    ]
    assert int(file["rows_read"]) == 16
    assert (file["rows_stayed"], file["rows_refused"], file["header_row"]) == ("4", "1", "4")
    rows = office.log.loc[office.log["column"] == "", ["raw_row", "rule"]].to_numpy().tolist()
    assert ["16", "row_refused_no_admission_date"] in rows
    assert ["12", "row_total"] in rows
    assert ["20", "row_note"] in rows


def test_columns_are_told_apart(office):
    (file,) = office.files.to_dict("records")
    assert "Năm sinh / Nữ = birth_female" in file["columns_read"]
    assert file["columns_identity"] == "Họ và tên"
    assert file["columns_dropped"] == "Ghi chú"
    assert file["columns_unknown"] == ""


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"Ngày kết nạp": "T9/2016"}, {"admitted": "2016-09", "days_to_recognition": ""}, id="month"),
        pytest.param({"Ngày kết nạp": "2016"}, {"admitted": "2016", "age_months": "315", "age_uncertainty": "12"}, id="year"),
        pytest.param({"Ngày kết nạp": "42403"}, {"admitted": "2016-02"}, id="serial-in-csv"),
        pytest.param({"Ngày sinh": "1990"}, {"age_months": "307", "age_uncertainty": "12", "age_band": "age_18_30"}, id="birth-year"),
        pytest.param({"Ngày sinh": "32/13/1990"}, {"age_months": "", "age_band": "", "under_18": ""}, id="no-birth"),
        pytest.param({"Ngày sinh": "03/02/2016", "Ngày kết nạp": "12/03/1990"}, {"age_months": ""}, id="dates-swapped"),
        pytest.param({"Ngày sinh": "2000-01-01"}, {"under_18": "true", "age_band": "age_under_18"}, id="under-18"),
        pytest.param({"Ngày sinh": "1998-02-03"}, {"under_18": "false", "age_months": "216"}, id="eighteen-to-the-day"),
        pytest.param({"Ngày sinh": "1998"}, {"under_18": "", "age_band": "age_18_30"}, id="maybe-under-18"),
        pytest.param({"Ngày sinh": "1956-02-03"}, {"over_60": "false", "age_months": "720"}, id="sixty-to-the-day"),
        pytest.param({"Ngày sinh": "1956-01-03"}, {"over_60": "true", "age_band": "age_56_60"}, id="sixty-and-a-month"),
        pytest.param({"Ngày chính thức": "2017-02-02"}, {"recognised_early": "true", "days_to_recognition": "365"}, id="recognised-early"),
        pytest.param({"Ngày chính thức": "2017-02-03"}, {"recognised_early": "false", "days_to_recognition": "366"}, id="recognised-in-time"),
        pytest.param({"Ngày chính thức": "2015-02-03"}, {"recognised_early": "", "days_to_recognition": ""}, id="recognised-before"),
        pytest.param({"Ngày cấp giấy chứng nhận": "2011-02-03"}, {"certificate_expired": "false"}, id="certificate-60-months"),
        pytest.param({"Ngày cấp giấy chứng nhận": "2011-01-02"}, {"certificate_expired": "true"}, id="certificate-61-months"),
        pytest.param({"Dân tộc": "Kinh"}, {"ethnicity": "kinh", "minority": "false"}, id="kinh"),
        pytest.param({"Dân tộc": "người Sao Hỏa"}, {"ethnicity": "", "minority": ""}, id="unknown-group"),
        pytest.param({"Đoàn viên": ""}, {"youth_union": "false"}, id="no-mark"),
        pytest.param({"Trình độ văn hóa": "12/12, ĐH Luật", "Trình độ chuyên môn": ""}, {"general_education": "upper_secondary", "professional_education": "university"}, id="facts-in-one-cell"),
        pytest.param({"Đảng bộ cơ sở": "Đảng bộ TT. Mường Ảng"}, {"unit": "thị trấn Mường Ảng", "locality": "township", "level": "commune"}, id="township"),
        pytest.param({"Đảng bộ cơ sở": "CHI BỘ CƠ SỞ TRẠM Y TẾ"}, {"level": "grassroots", "locality": ""}, id="grassroots-cell"),
    ],
)  # fmt: skip
def test_cells_become(clean, cells, expected):
    (row,) = clean(cells).admissions.to_dict("records")
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        pytest.param({"Ngày kết nạp": "31/02/2016"}, "row_refused_no_admission_date", id="no-such-day"),
        pytest.param({"Ngày kết nạp": ""}, "row_refused_no_admission_date", id="no-date"),
        pytest.param({"Ngày kết nạp": "2031-01-01"}, "row_refused_no_admission_date", id="after-the-term"),
        pytest.param({"Đảng bộ cơ sở": "Nguyễn Văn Bằng"}, "row_refused_no_unit", id="a-person-for-a-unit"),
    ],
)
def test_rows_that_cannot_be_counted_are_refused_and_logged(clean, cells, rule):
    cleaned = clean(cells, {})
    assert len(cleaned.admissions) == 1
    assert rule in set(cleaned.log["rule"])
    assert cleaned.files["rows_refused"].tolist() == ["1"]


def test_month_first_columns_are_not_guessed(clean):
    cleaned = clean({"Ngày kết nạp": "02/03/2016"}, {"Ngày kết nạp": "02/25/2016"}, {"Ngày kết nạp": "2016"})
    assert cleaned.admissions["admitted"].tolist() == ["2016"]
    assert "day_month_order" in set(cleaned.log["rule"])
    stated = clean(
        {"Ngày kết nạp": "02/03/2016"}, {"Ngày kết nạp": "02/25/2016"}, mapping='date_order = "mdy"'
    )
    assert stated.admissions["admitted"].tolist() == ["2016-02", "2016-02"]


def test_the_same_person_twice_is_flagged_not_dropped(clean):
    people = [
        {"Họ và tên": "Lò Thị Hoà"},
        {"Họ và tên": "LÒ  THỊ HÒA", "Ngày sinh": "12/03/1990"},
        {"Họ và tên": "Lò Thị Hóa"},
    ]
    cleaned = clean(*people)
    assert sorted(cleaned.admissions["same_person"]) == ["false", "true", "true"]
    whole = cleaned.unit_years.loc[cleaned.unit_years["sex"] == "male"]
    assert whole[["admitted", "surplus"]].to_numpy().tolist() == [["3", "1"]]


def test_spellings_of_one_unit_are_one_unit(clean):
    names = ["xã Ẳng Nưa", "Đảng bộ xã Ẳng Nưa", "XÃ ẲNG NƯA", "X. Ẳng Nưa", "XA ANG NUA", "Ẳng Nưa"]
    cleaned = clean(*({"Đảng bộ cơ sở": name} for name in names))
    assert set(cleaned.admissions["unit"]) == {"xã Ẳng Nưa"}
    logged = cleaned.log.loc[cleaned.log["rule"] == "unit_one_spelling", "before"]
    assert set(logged) >= {"xa ANG NUA", "Ẳng Nưa"}


def test_names_that_fit_several_units_are_left_alone(clean):
    names = ["xã Mường Hòa", "phường Mường Hòa", "Mường Hòa"]
    cleaned = clean(*({"Đảng bộ cơ sở": name} for name in names))
    assert set(cleaned.admissions["unit"]) == set(names)
    assert "unit_fits_several" in set(cleaned.log["rule"])


def test_the_day_tells_the_province_before_or_after_the_reform(clean):
    cleaned = clean({"Ngày kết nạp": "30/06/2025"}, {"Ngày kết nạp": "01/07/2025"}, {"Ngày kết nạp": "2025"})
    assert sorted(cleaned.admissions["province_vintage"]) == ["2008", "2008", "2025"]
    assert (cleaned.log["rule"] == "province_by_period_start").sum() == 1


def test_a_header_alone_is_no_loss(clean):
    cleaned = clean(files={"registers/dien-bien/so.csv": [HEADER]})
    assert cleaned.admissions.empty
    assert cleaned.files["rows_in"].tolist() == ["0"]


def test_what_is_not_a_persons_row_may_stand_anywhere(clean):
    rows = grid([{}, {}])
    rows.insert(2, ["", "Cộng", *[""] * (len(HEADER) - 2)])
    rows.insert(1, [""] * len(HEADER))
    cleaned = clean(files={"registers/dien-bien/so.csv": rows})
    assert len(cleaned.admissions) == 2
