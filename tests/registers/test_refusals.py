"""What would lose people, or count them twice, without a word: refused, with what to do."""

from __future__ import annotations

import pytest
import xlsxwriter

from analysis.clean.unit_spelling import one_spelling
from analysis.clean.units import take_apart
from analysis.errors import DataRefusedError
from tests.registers.conftest import HEADER, clean_folder, grid, write_csv

PEOPLE = [["1", "Lò A", "1/1/1990", "3/2/2020"], ["2", "Lò B", "1/1/1991", "4/2/2020"]]
SHORT = ["STT", "Họ và tên", "Ngày sinh", "Ngày kết nạp"]


def raw_text(folder, text: str):
    path = folder / "raw/registers/dien-bien/so.csv"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return folder / "raw"


def workbook(folder, sheets, **options):
    path = folder / "raw/registers/dien-bien/so.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), options) as book:
        for name, hidden, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if hidden:
                sheet.hide()
    return folder / "raw"


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param('"QĐ 12', id="opened-and-never-closed"),
        pytest.param('"', id="as-above"),
        pytest.param('a"b', id="no-harm"),
    ],
)
def test_a_stray_quotation_mark_swallows_nobody(tmp_path, mark):
    lines = [",".join([*SHORT, "Đơn vị", "Ghi chú"])]
    lines += [f"{n},Lò {n},1/1/199{n},3/2/2020,xã A,{mark if n == 2 else ''}" for n in range(1, 7)]
    raw = raw_text(tmp_path, "\n".join(lines) + "\n")
    if mark == 'a"b':
        assert len(clean_folder(raw, tmp_path / "out").admissions) == 6
        return
    with pytest.raises(DataRefusedError, match="quotation mark"):
        clean_folder(raw, tmp_path / "out")


def test_a_line_break_within_a_cell_is_no_row(clean):
    cleaned = clean({"Ghi chú": "một\nhai"}, {})
    assert len(cleaned.admissions) == 2


def test_a_hidden_sheet_of_people_is_not_counted_on_the_quiet(tmp_path):
    rows = [[*SHORT, "Đơn vị"], *([*row, "xã A"] for row in PEOPLE)]
    raw = workbook(tmp_path, [("Quý I", False, rows), ("Cũ", True, rows)])
    with pytest.raises(DataRefusedError, match="hidden sheet"):
        clean_folder(raw, tmp_path / "out")
    (raw / "registers/dien-bien/so.xlsx.toml").write_text('skip_sheets = ["Cũ"]', encoding="utf-8")
    assert len(clean_folder(raw, tmp_path / "out").admissions) == 2


@pytest.mark.parametrize(("options", "month"), [({}, "2020-02"), ({"date_1904": True}, "2024-02")])
def test_days_stored_as_numbers_are_counted_from_the_workbooks_own_year(tmp_path, options, month):
    rows = [[*SHORT, "Đơn vị"], ["1", "Lò A", "1/1/1990", 43864, "xã A"]]
    cleaned = clean_folder(workbook(tmp_path, [("Quý I", False, rows)], **options), tmp_path / "out")
    assert cleaned.admissions["admitted"].tolist() == [month]


def test_a_sheet_that_bears_a_persons_name_goes_by_its_number(tmp_path):
    rows = [[*SHORT, "Đơn vị"], *([*row, "xã A"] for row in PEOPLE)]
    cleaned = clean_folder(workbook(tmp_path, [("Lò Văn Pánh", False, rows)]), tmp_path / "out")
    assert cleaned.files["sheet"].tolist() == ["sheet 1"]
    assert "pánh" not in cleaned.log.to_csv().casefold()


def test_a_file_that_bears_a_persons_name_is_refused_without_it(clean):
    with pytest.raises(DataRefusedError) as caught:
        clean(files={"registers/dien-bien/Lò Văn Pánh 0912345678.csv": grid([{}])})
    assert "Pánh" not in str(caught.value)


def test_a_draft_shows_no_row_of_people(tmp_path, ketnap):
    rows = [["DS", "", "", ""], ["SOTT", "HODEM", "NSINH", "NVD"], *PEOPLE]
    file = write_csv(tmp_path / "registers/dien-bien/so.csv", rows)
    ran = ketnap("check", file)
    assert ran.code == 10
    assert '"HODEM"' in ran.out
    assert "Lò" not in ran.out + ran.err
    assert "1990" not in ran.out + ran.err


def test_a_header_that_names_a_person_is_not_repeated(tmp_path, ketnap):
    header = [*SHORT[:3], "Ngày KN (Lò Văn Pánh 0912345678)", "Đơn vị"]
    file = write_csv(tmp_path / "registers/dien-bien/so.csv", [header, *([*row, "xã A"] for row in PEOPLE)])
    ran = ketnap("check", "--draft", file)
    assert ran.code == 10
    drafted = file.with_name("so.csv.toml")
    shown = ran.out + ran.err + (drafted.read_text(encoding="utf-8") if drafted.exists() else "")
    assert "Pánh" not in shown
    assert "0912345678" not in shown


def test_simulating_twice_into_one_folder_doubles_nothing(tmp_path, ketnap):
    words = [
        "simulate",
        "--province",
        "Sơn La",
        "--members",
        50,
        "--years",
        "2018",
        "--seed",
        3,
        "--out",
        tmp_path,
    ]
    assert ketnap(*words).code == 0
    assert ketnap(*words, "--mess", 0.9).code == 11


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param("XA ANG NUA", "xã", id="no-diacritics"),
        pytest.param("xã Xa Dung", "xã", id="kind-and-name"),
        pytest.param("Xa Dung", "", id="a-name-alone"),
        pytest.param("Quan Hóa", "", id="a-district-called-quan"),
        pytest.param("TT. Mường Ảng", "thị trấn", id="township"),
        pytest.param("TT Y tế", "", id="a-centre"),
        pytest.param("P. Tân Thanh", "phường", id="ward"),
        pytest.param("P. Giáo dục", "", id="an-office"),
        pytest.param("Huyện ủy", "", id="a-committee"),
        pytest.param("Đảng bộ Đảng ủy xã Nà Tấu", "xã", id="twice-the-party"),
    ],
)
def test_kinds_of_units(name, kind):
    found = take_apart(name)
    assert found.kind == kind
    assert take_apart(found.text) == found, "taking apart what was taken apart changes nothing"


def test_names_that_differ_by_a_tone_stay_two():
    assert len(set(one_spelling([("", "xã Thanh An"), ("", "xã Thạnh An")]).values())) == 2


def test_spellings_of_a_district_are_one():
    pairs = [("Mường Ảng", "xã A"), ("huyện Mường Ảng", "xã A"), ("huyen Muong Ang", "xã A"), ("", "xã A")]
    assert set(one_spelling(pairs).values()) == {("huyện Mường Ảng", "xã A")}


def test_cells_of_one_number_in_two_communes_are_two(clean):
    rows = [
        [*SHORT, "Xã", "Đơn vị"],
        [*PEOPLE[0], "xã Ẳng Nưa", "Chi bộ 1"],
        [*PEOPLE[1], "xã Ẳng Tở", "Chi bộ 1"],
    ]
    targets = [
        ["Xã", "Đơn vị", "Năm", "Chỉ tiêu"],
        ["xã Ẳng Nưa", "Chi bộ 1", "2020", "20"],
        ["xã Ẳng Tở", "Chi bộ 1", "2020", "15"],
    ]
    cleaned = clean(files={"registers/dien-bien/so.csv": rows, "targets/dien-bien.csv": targets})
    assert cleaned.admissions[["unit", "cell"]].to_numpy().tolist() == [
        ["xã Ẳng Nưa", "chi bộ 1"],
        ["xã Ẳng Tở", "chi bộ 1"],
    ]
    assert sorted(cleaned.targets["target"]) == ["15", "20"]
    assert set(cleaned.targets["contradicted"]) == {"false"}


def test_the_title_names_the_district(clean):
    def register(district, unit):
        return [
            [f"ĐẢNG BỘ HUYỆN {district}", *[""] * 4],
            [*SHORT, "Đơn vị"],
            *([*row, unit] for row in PEOPLE),
        ]

    cleaned = clean(
        files={
            f"registers/quang-nam/{n}.csv": register(d, "xã Bình Minh")
            for n, d in enumerate(("THĂNG BÌNH", "NÚI THÀNH"))
        }
    )
    held = cleaned.admissions.groupby("district").size().to_dict()
    assert held == {"huyện Thăng Bình": 2, "huyện Núi Thành": 2}


def test_the_header_has_no_column_twice():
    assert len(HEADER) == len(set(HEADER))
