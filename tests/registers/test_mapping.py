"""What the owner of a table states where the package will not guess, and what is refused."""

from __future__ import annotations

import pytest

from analysis.errors import DataRefusedError
from tests.registers.conftest import HEADER, clean_folder, grid, write_csv


def renamed(old: str, new: str) -> list[list[str]]:
    rows = grid([{}, {}])
    rows[0] = [new if cell == old else cell for cell in rows[0]]
    return rows


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(renamed("Ngày kết nạp", "Ngày QĐ 5"), "no column for admitted", id="no-admission"),
        pytest.param(renamed("Ngày sinh", "Sinh nhật"), "no column for birth", id="no-birth"),
        pytest.param(renamed("Ghi chú", "Ngày vào Đảng"), "two columns for admitted", id="two-admissions"),
        pytest.param([["a", "b"], ["1", "2"]], "no row that looks like a header", id="no-header"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(clean, rows, said):
    with pytest.raises(DataRefusedError, match=said) as caught:
        clean(files={"registers/dien-bien/so.csv": rows})
    assert "ketnap check so.csv" in str(caught.value)


def test_every_refused_file_is_named_at_once(clean):
    with pytest.raises(DataRefusedError) as caught:
        clean(
            files={f"registers/dien-bien/{name}.csv": renamed("Ngày kết nạp", "Ngày QĐ 5") for name in "ab"}
        )
    assert len(caught.value.problems) == 2


def test_the_draft_is_what_lets_the_file_in(tmp_path, ketnap):
    file = write_csv(tmp_path / "registers/dien-bien/so.csv", renamed("Ngày kết nạp", "Ngày kết nạp mới"))
    refused = ketnap("check", file)
    assert refused.code == 10
    assert '"Ngày kết nạp mới" = "admitted"' in refused.out
    assert not file.with_name("so.csv.toml").exists(), "check changes nothing"
    assert ketnap("check", "--draft", file).code == 10
    assert ketnap("check", file).code == 0
    again = ketnap("check", "--draft", file)
    assert again.code == 0


def test_a_draft_overwrites_nothing(tmp_path, ketnap):
    file = write_csv(tmp_path / "registers/dien-bien/so.csv", renamed("Nghề nghiệp", "Nghề ngiệp hiện tại"))
    own = file.with_name("so.csv.toml")
    own.write_text('province = "Điện Biên"\n', encoding="utf-8")
    assert ketnap("check", "--draft", file).code == 10
    assert own.read_text(encoding="utf-8") == 'province = "Điện Biên"\n'


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        pytest.param('provinse = "Điện Biên"', "province?", id="misspelt-entry"),
        pytest.param("province = Điện Biên", "no TOML", id="no-toml"),
        pytest.param('date_order = "ymd"', "date_order", id="unknown-order"),
        pytest.param('[columns]\n"Ghi chú" = "noted"', "no role of a column", id="unknown-role"),
        pytest.param('province = "Dien Bein"', "Điện Biên", id="unknown-province"),
        pytest.param('[columns]\n"Ghi chus" = "dropped"', "Ghi chú", id="no-such-header"),
        pytest.param('skip_sheets = ["Tổng hợp"]', "no sheet of the workbook", id="no-such-sheet"),
        pytest.param(
            '[units]\n"Cơ quan" = "Lò Văn Pánh 0912345678"', "finds a person", id="unit-of-a-person"
        ),
        pytest.param('[units]\n"Cơ quan" = ""', "an empty name", id="unit-without-a-name"),
        pytest.param('[values.ethnicity]\n"Mông xanh" = "mongg"', "mong", id="unknown-code"),
        pytest.param('[values.etnicity]\n"Mông xanh" = "mong"', "no coded column", id="unknown-column"),
    ],
)
def test_a_wrong_mapping_is_refused_with_what_is_right(clean, mapping, said):
    with pytest.raises(DataRefusedError) as caught:
        clean({}, mapping=mapping)
    assert said in str(caught.value)
    assert "so.csv.toml" in str(caught.value)


def test_a_mapping_states_values_units_and_columns(clean):
    mapping = """
    [columns]
    "Ghi chú" = "founded"
    [values.ethnicity]
    "Mông xanh" = "mong"
    [units]
    "Nguyễn Văn Bằng" = "Đảng bộ cơ quan huyện"
    """
    person = {"Dân tộc": "Mông xanh", "Đảng bộ cơ sở": "Nguyễn Văn Bằng", "Ghi chú": "2016-03-01"}
    cleaned = clean(person, mapping=mapping)
    (row,) = cleaned.admissions.to_dict("records")
    assert (row["ethnicity"], row["unit"], row["before_unit"]) == ("mong", "cơ quan huyện", "true")
    assert "nguyễn" not in cleaned.log.to_csv().casefold()


def test_a_mapping_of_the_folder_holds_for_its_files(tmp_path, clean):
    rows = [["Đơn vị", "Năm", "Số đảng viên"], ["xã Ẳng Nưa", "2016", "30"]]
    with pytest.raises(DataRefusedError, match="members_at"):
        clean(files={"members/dien-bien.csv": rows})
    raw = tmp_path / "stated"
    write_csv(raw / "members/dien-bien.csv", rows)
    (raw / "members/mapping.toml").write_text('members_at = "end"\n', encoding="utf-8")
    assert clean_folder(raw, tmp_path / "out").members["at"].tolist() == ["end"]


def test_an_extra_column_is_left_out_and_named(clean):
    cleaned = clean(files={"registers/dien-bien/so.csv": renamed("Ghi chú", "Cân nặng")})
    assert cleaned.files["columns_unknown"].tolist() == ["Cân nặng"]
    assert len(cleaned.admissions) == 2


def test_what_stands_under_another_persons_heading_is_not_the_persons(clean):
    rows = [
        ["STT", "Họ và tên", "Ngày sinh", "Ngày kết nạp", "Đảng bộ cơ sở", "Người giới thiệu", "", "Quê quán", ""],
        ["", "", "", "", "", "Họ và tên", "Ngày sinh", "Xã", "Tỉnh"],
        ["1", "Lò A", "1990-01-01", "2016-02-02", "xã Ẳng Nưa", "Lò B", "1950-01-01", "xã Nà Tấu", "Sơn La"],
    ]  # fmt: skip
    cleaned = clean(files={"registers/dien-bien/so.csv": rows})
    (row,) = cleaned.admissions.to_dict("records")
    assert (row["province"], row["unit"], row["age_band"]) == ("Điện Biên", "xã Ẳng Nưa", "age_18_30")


@pytest.mark.parametrize(
    ("name", "province"),
    [
        pytest.param("targets/chi-tieu-lao-cai-2016.csv", "Lào Cai", id="in-the-name"),
        pytest.param("targets/Điện Biên/a.csv", "Điện Biên", id="in-the-folder"),
    ],
)
def test_the_name_or_folder_of_a_file_gives_its_province(clean, name, province):
    cleaned = clean(
        files={name: [["Đơn vị", "Năm", "Chỉ tiêu"], ["xã A", "2016", "5"], ["Tổng cộng", "2016", "5"]]}
    )
    assert cleaned.targets[["province", "target"]].to_numpy().tolist() == [[province, "5"]]
    assert "row_total" in set(cleaned.log["rule"])


def test_a_file_without_a_province_is_refused(clean):
    with pytest.raises(DataRefusedError, match="no_province"):
        clean(files={"targets/a.csv": [["Đơn vị", "Năm", "Chỉ tiêu"], ["xã A", "2016", "5"]]})


def test_the_columns_of_a_header_are_known():
    assert len(HEADER) == len(set(HEADER))
