"""Which columns and rows of an office's sheet are read, and what is refused rather than read wrongly."""

from __future__ import annotations

import pytest
import xlsxwriter

from analysis.clean.header_rows import find_header
from analysis.clean.headers import role
from analysis.clean.row_labels import is_total, section_name
from analysis.clean.sheets import Sheet, columns_of
from analysis.errors import DataRefusedError
from analysis.registers.titles import title_year
from tests.registers.conftest import clean_folder

REGISTER = "registers/dien-bien/so.csv"
TARGETS = "targets/dien-bien/chi-tieu.csv"
MEMBERS = "members/dien-bien/dang-vien.csv"
SHORT = "STT,Họ và tên,Ngày sinh,Ngày kết nạp"
WITH_UNIT = "STT,Họ và tên,Ngày sinh,Đơn vị,Ngày kết nạp"


def lines(*rows: str) -> list[list[str]]:
    width = max(row.count(",") for row in rows) + 1
    return [(row.split(",") + [""] * width)[:width] for row in rows]


def sheet(rows: list[list[str]]) -> Sheet:
    return Sheet("", False, columns_of(rows), len(rows), 1, frozenset(), (), frozenset(), frozenset())


def test_only_the_years_of_the_target_are_targets(clean):
    rows = lines("Đơn vị,Chỉ tiêu,,Kết quả,", ",2020,2021,2020,2021", "xã Ẳng Nưa,10,11,7,8")
    cleaned = clean(files={TARGETS: rows})
    assert cleaned.targets[["year", "target"]].to_numpy().tolist() == [["2020", "10"], ["2021", "11"]]
    assert cleaned.files["columns_dropped"].tolist() == ["Kết quả / 2020; Kết quả / 2021"]


def test_only_the_years_of_all_members_are_members():
    rows = lines("Đơn vị,Số đảng viên,,Trong đó nữ,", ",2020,2021,2020,2021", "xã Ẳng Nưa,50,55,20,22")
    found = find_header(sheet(rows), "members", {}).found
    assert (dict(found.years), found.unknown, found.ambiguous) == ({2020: 1, 2021: 2}, (3, 4), {})


def test_a_year_that_two_columns_claim_is_refused(clean):
    rows = lines("Đơn vị,Chỉ tiêu,,Kế hoạch,", ",2020,2021,2020,2021", "xã Ẳng Nưa,10,11,7,8")
    with pytest.raises(DataRefusedError, match="two columns for 2020"):
        clean(files={TARGETS: rows})


def units(cleaned) -> list[str]:
    return sorted(cleaned.admissions["unit"])


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        pytest.param("III,Kho bạc Nhà nước,,", "Kho bạc Nhà nước", id="roman"),
        pytest.param("III,Nậm Pồ,3,2", "Nậm Pồ", id="roman-and-counts"),
        pytest.param("A.,Nậm Pồ,1,", "Nậm Pồ", id="letter"),
        pytest.param("II,Đảng bộ xã Ẳng Tở (2 đồng chí),,", "xã Ẳng Tở", id="people-in-brackets"),
        pytest.param(",Đảng bộ xã Ẳng Tở: 5 người,,", "xã Ẳng Tở", id="people-after-a-colon"),
        pytest.param("IV. Cảng Nà Tấu,,,", "Cảng Nà Tấu", id="in-one-cell"),
        pytest.param("Doanh nghiệp tư nhân Hoàng Long,,,", "Doanh nghiệp tư nhân Hoàng Long", id="firm"),
    ],
)
def test_a_heading_names_the_unit_below_it(clean, heading, unit):
    rows = lines(
        SHORT, "I,Đảng bộ xã Ẳng Nưa,,", "1,Lò A,1/1/1990,3/2/2020", heading, "1,Lò B,1/1/1991,3/2/2020"
    )
    cleaned = clean(files={REGISTER: rows})
    assert units(cleaned) == sorted(["xã Ẳng Nưa", unit])


@pytest.mark.parametrize("note", ["Bến phà Nà Tấu,,,", ",Bến phà Nà Tấu,,"])
def test_nobody_is_put_under_a_unit_that_another_row_may_have_ended(clean, note):
    rows = lines(
        SHORT, "I,Đảng bộ xã Ẳng Nưa,,", "1,Lò A,1/1/1990,3/2/2020", note, "1,Lò B,1/1/1991,3/2/2020"
    )
    cleaned = clean(files={REGISTER: rows})
    assert units(cleaned) == ["xã Ẳng Nưa"]
    assert "row_refused_no_unit" in set(cleaned.log["rule"])


@pytest.mark.parametrize(
    "between",
    [
        pytest.param([",,,"], id="blank"),
        pytest.param([",Cộng: 1 đồng chí,,"], id="total"),
        pytest.param([",,,Trang 2"], id="page"),
        pytest.param([SHORT], id="header"),
        pytest.param(
            ["", ",,,Mường Ảng ngày 5 tháng 1 năm 2021", ",NGƯỜI LẬP BIỂU,,", ",Lò Văn Ký,,", SHORT],
            id="signature",
        ),
    ],
)
def test_what_stands_between_pages_does_not_end_a_heading(clean, between):
    rows = lines(
        SHORT, "I,Đảng bộ xã Ẳng Nưa,,", "1,Lò A,1/1/1990,3/2/2020", *between, "2,Lò B,1/1/1991,3/2/2020"
    )
    cleaned = clean(files={REGISTER: rows})
    assert units(cleaned) == ["xã Ẳng Nưa"] * 2
    assert cleaned.files["rows_refused"].tolist() == ["0"]


@pytest.mark.parametrize(
    ("text", "total"),
    [
        *((text, False) for text in ("Cộng Hòa", "Cộng Hiền", "Tổng công ty Điện lực", "Tổng cục", "Cộng tác viên")),
        *((text, False) for text in ("Tống Văn Cộng", "Cộng đồng", "Toàn Thắng")),
        *((text, True) for text in ("Cộng", "TỔNG CỘNG:", "Tổng số", "Cộng dồn", "Cộng: 3 đồng chí", "Cộng 12 người")),
        *((text, True) for text in ("Cộng xã Ẳng Nưa: 2", "Cộng quý I", "Tổng", "Toàn huyện", "Cộng (I+II)", "Cộng I + II")),
    ],
)  # fmt: skip
def test_totals_are_told_from_names(text, total):
    assert is_total(text) is total


def test_a_target_in_words_is_no_heading(clean):
    cleaned = clean(files={TARGETS: lines("NĂM 2020,", "Đơn vị,Chỉ tiêu", "xã A,mười", "xã B,11")})
    assert cleaned.files["rows_in"].tolist() == ["2"]


def test_a_unit_named_like_a_total_keeps_its_target(clean):
    rows = lines(
        "NĂM 2020,,", "STT,Đơn vị,Chỉ tiêu", "1,Cộng Hòa,10", "2,Cộng xã,11", "3,Tổng cộng,21", ",Cộng,21"
    )
    cleaned = clean(files={TARGETS: rows})
    assert sorted(cleaned.targets["target"]) == ["10", "11"]


@pytest.mark.parametrize(
    ("header", "kind", "found"),
    [
        ("Chỉ tiêu (%)", "targets", None),
        ("Chỉ tiêu (nhiệm kỳ 2020-2025)", "targets", None),
        ("Chỉ tiêu (người)", "targets", "target"),
        ("Số đảng viên đầu năm (nữ)", "members", None),
        ("Số đảng viên đầu năm (đ/c)", "members", "members_start"),
        ("Ngày kết nạp (Đoàn)", "register", None),
        ("Ngày kết nạp (dự kiến)", "register", None),
        ("Ngày kết nạp (dd/mm/yyyy)", "register", "admitted"),
        ("Ngày sinh (ghi rõ ngày, tháng, năm)", "register", "birth"),
        ("Ngày sinh (ngày, tháng, năm)", "register", "birth"),
        ("Ngày kết nạp (12)", "register", "admitted"),
        ("Đoàn viên (x)", "register", "youth_union"),
        ("Ngày chính thức (nếu có)", "register", "recognised"),
        ("Ngày sinh (con)", "register", "identity"),
        ("Tỷ lệ (%)", "targets", "dropped"),
    ],
)
def test_a_bracket_changes_what_a_header_says(header, kind, found):
    assert role([header], kind) == found


def test_what_stands_under_a_child_is_not_the_persons():
    assert role(["Gia đình (con)", "Ngày sinh"], "register") == "identity"


@pytest.mark.parametrize(
    "second",
    [
        pytest.param("STT,Họ và tên,Ngày sinh,Giới tính,Đơn vị,Ngày kết nạp,Ngày chính thức", id="richer"),
        pytest.param("STT,Họ và tên,Ngày sinh,Ngày kết nạp,Đơn vị,,", id="other-order"),
        pytest.param("STT,Họ và tên,Ngày sinh,Ngày cấp giấy chứng nhận,Ngày kết nạp,,", id="other-column"),
    ],
)
@pytest.mark.parametrize("people", [1, 80])
def test_two_tables_in_one_sheet_are_refused(clean, second, people):
    top = [f"{n},Lò A,1/1/1990,xã Ẳng Nưa,3/2/2020,," for n in range(1, people + 1)]
    rows = lines(
        "DANH SÁCH QUÝ I",
        WITH_UNIT,
        *top,
        "DANH SÁCH QUÝ II",
        second,
        "1,Lò B,1/1/1990,3/2/2020,3/2/2021,xã A,",
    )
    with pytest.raises(DataRefusedError, match="sheet or file of its own") as caught:
        clean(files={REGISTER: rows})
    assert caught.value.problems[0].row in (3, people + 4)


def test_a_second_table_of_units_is_refused(clean):
    rows = lines("NĂM 2020,,", "Đơn vị,Chỉ tiêu,", "xã A,10,", "Kết quả,Đơn vị,Chỉ tiêu", "3,xã B,12")
    with pytest.raises(DataRefusedError, match="sheet or file of its own"):
        clean(files={TARGETS: rows})


def test_the_first_person_is_no_line_of_the_header(clean):
    rows = lines("Họ và tên,Ngày sinh,Đối tượng,Đơn vị,Ngày kết nạp", "Lò A,1/1/1990,Đoàn viên,xã A,3/2/2020")
    assert len(clean(files={REGISTER: rows}).admissions) == 1


@pytest.mark.parametrize(
    "person",
    [
        pytest.param("Lò B,,Nữ,,", id="name-and-sex"),
        pytest.param("Lò B,,,xã A,", id="name-and-unit"),
        pytest.param("Trương Thị Hoa,,,xã A,", id="named-like-a-school"),
    ],
)
@pytest.mark.parametrize("last", [True, False])
def test_whoever_is_named_is_refused_not_passed_over(clean, person, last):
    rows = lines(
        "Họ và tên,Ngày sinh,Giới tính,Đơn vị,Ngày kết nạp", "Lò A,1/1/1990,Nam,xã A,3/2/2020", person
    )
    rows += [] if last else lines("Lò C,1/1/1990,Nam,xã A,3/2/2020")
    cleaned = clean(files={REGISTER: rows})
    assert cleaned.files[["rows_refused", "rows_other", "rows_heading"]].to_numpy().tolist() == [
        ["1", "0", "0"]
    ]


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("(Kèm theo Quyết định số 12-QĐ/HU ngày 28 tháng 12 năm 2020)", None),
        ("CHỈ TIÊU KẾT NẠP ĐẢNG VIÊN 2021", 2021),
        ("NĂM 2021", 2021),
        ("CHỈ TIÊU NĂM 2021 (Nghị quyết ngày 05/01/2020)", 2021),
        ("NHIỆM KỲ 2020-2025", None),
        ("CHỈ TIÊU", None),
    ],
)
def test_the_title_tells_the_year(title, year):
    rows = lines(title.replace(",", ""), "STT,Đơn vị,Chỉ tiêu", "1,xã A,10")
    made = sheet(rows)
    assert title_year(made, find_header(made, "targets", {})) == year


@pytest.mark.parametrize(
    ("first", "numbering"),
    [
        ("(1),(2),(3)", True),
        ("A,B,1", True),
        ("1,2,3", True),
        ("1,A,10", False),
        ("1,1,10", False),
        ("A,B,7", False),
    ],
)
def test_only_numbers_that_run_on_number_the_columns(clean, first, numbering):
    cleaned = clean(files={TARGETS: lines("NĂM 2020", "STT,Đơn vị,Chỉ tiêu", first, "2,xã B,11")})
    assert ("row_numbering" in set(cleaned.log["rule"])) is numbering


@pytest.fixture
def book(tmp_path):
    """Return a function that cleans a workbook of the given sheets."""

    def run(sheets, mapping=""):
        path = tmp_path / "raw/registers/dien-bien/so.xlsx"
        path.parent.mkdir(parents=True)
        made = xlsxwriter.Workbook(str(path))
        for name, rows in sheets.items():
            at = made.add_worksheet(name)
            for number, row in enumerate(rows):
                at.write_row(number, 0, row)
        made.close()
        if mapping:
            path.with_name("so.xlsx.toml").write_text(mapping, encoding="utf-8")
        return clean_folder(tmp_path / "raw", tmp_path / "out")

    return run


GOOD = lines(WITH_UNIT, "1,Lò A,1/1/1990,xã A,3/2/2020")
PEOPLE = lines("TT,Họ tên ĐV,N.sinh,Đ.vị,N.kết nạp", "1,Lò B,1/1/1990,xã A,3/5/2020")


def test_people_on_a_sheet_that_is_not_understood_are_not_passed_over(book):
    with pytest.raises(DataRefusedError, match=r'skip_sheets = ."Q2"') as caught:
        book({"Q1": GOOD, "Q2": PEOPLE})
    assert "sheet Q2" in str(caught.value)


def test_a_sheet_that_its_owner_skips_is_skipped(book):
    assert len(book({"Q1": GOOD, "Q2": PEOPLE}, 'skip_sheets = ["Q2"]').admissions) == 1


def test_a_cover_and_a_summary_stay_skipped(book):
    cover = lines("ĐẢNG BỘ HUYỆN MƯỜNG ẢNG", "DANH SÁCH", "Người lập,Lò Văn Ký")
    summary = lines("STT,Đơn vị,Tổng số,Nữ", *(f"{n},xã A{n},{n},1" for n in range(1, 9)))
    cleaned = book({"Bìa": cover, "Q1": GOOD, "Tổng hợp": summary})
    assert len(cleaned.admissions) == 1
    assert len(cleaned.files) == 3


def test_as_above_does_not_reach_over_a_heading(clean):
    rows = lines(
        "STT,Họ và tên,Ngày sinh,Chi bộ,Dân tộc,Ngày kết nạp",
        "I,Đảng bộ xã Ẳng Nưa,,,,",
        "1,Lò A,1/1/1990,Chi bộ 1,Thái,3/2/2020",
        "2,Lò B,1/1/1990,nt,nt,3/2/2020",
        "II,Đảng bộ xã Ẳng Tở,,,,",
        "1,Lò C,1/1/1990,nt,nt,3/2/2020",
    )
    cleaned = clean(files={REGISTER: rows})
    told = cleaned.admissions[["unit", "cell", "ethnicity"]].to_numpy().tolist()
    assert sorted(told) == sorted(
        [["xã Ẳng Nưa", "chi bộ 1", "thai"], ["xã Ẳng Nưa", "chi bộ 1", "thai"], ["xã Ẳng Tở", "", "thai"]]
    )
    nothing = cleaned.log.loc[cleaned.log["rule"] == "as_above_nothing", ["raw_row", "column"]]
    assert nothing.to_numpy().tolist() == [["6", "cell"]]


@pytest.mark.parametrize("name", ["Trương Thị Hoa", "Quản Văn A", "Người lập biểu"])
def test_a_person_is_no_heading(name):
    assert section_name(name) is None
