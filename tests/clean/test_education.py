"""Education: classes, levels and degrees of one cell; what is unfinished, contradictory or doubtful is refused."""

from datetime import date, datetime

import pytest
from hypothesis import given

from analysis import vocab
from analysis.clean.cells import Reading
from analysis.clean.education import Education, read_education
from tests.clean.office_words import cells

CLASSES = {
    12: ["literate"] * 4 + ["primary"] * 4 + ["lower_secondary"] * 3 + ["upper_secondary"],
    10: ["literate"] * 3 + ["primary"] * 3 + ["lower_secondary"] * 3 + ["upper_secondary"],
}


@pytest.mark.parametrize("system", [10, 12])
def test_a_class_gives_the_highest_level_completed(system):
    read = [read_education(f"{number}/{system}") for number in range(1, system + 1)]
    assert read == [Reading(Education(level), "completed_class") for level in CLASSES[system]]
    for number in (0, system + 1, 99):
        assert read_education(f"{number}/{system}").rule == "no_such_class"


def test_a_class_without_its_system_is_read_where_both_systems_agree():
    read = {number: read_education(f"lớp {number}") for number in range(1, 13)}
    assert {number for number, reading in read.items() if reading.refused} == {4, 7, 8, 10}
    assert {read[number].rule for number in (4, 7, 8, 10)} == {"ambiguous_category"}
    assert read[9].value == Education("lower_secondary")
    assert read[12].value == Education("upper_secondary")
    assert read_education("lớp 13").rule == "no_such_class"


@pytest.mark.parametrize(
    ("text", "general", "professional", "rule"),
    [
        pytest.param("THPT", "upper_secondary", None, "category_spelling", id="level"),
        pytest.param("trung học phổ thông", "upper_secondary", None, "", id="label"),
        pytest.param("Biết đọc, biết viết", "literate", None, "", id="label-with-a-comma"),
        pytest.param("ĐH", None, "university", "category_spelling", id="degree"),
        pytest.param("không", None, "none", "category_spelling", id="no-degree"),
        pytest.param(" 09 / 12 ", "lower_secondary", None, "completed_class", id="spaces"),
        pytest.param("Văn hóa: 12/12", "upper_secondary", None, "completed_class", id="with-the-header"),
        pytest.param("12/12, ĐH Luật", "upper_secondary", "university", "education_parts", id="comma"),
        pytest.param("12/12 Đại học", "upper_secondary", "university", "education_parts", id="space"),
        pytest.param("12/12-CĐ Sư phạm", "upper_secondary", "college", "education_parts", id="hyphen"),
        pytest.param("9/12; TC nghề", "lower_secondary", "intermediate", "education_parts", id="semicolon"),
        pytest.param("12/12\nThS Kinh tế", "upper_secondary", "master", "education_parts", id="two-lines"),
        pytest.param("10/10 (bổ túc)", "upper_secondary", None, "education_parts", id="evening-school"),
        pytest.param("THPT ĐH Luật", "upper_secondary", "university", "education_parts", id="no-separator"),
        pytest.param("12/12, không", "upper_secondary", "none", "education_parts", id="class-and-no-degree"),
        pytest.param("12/12, cấp 3", "upper_secondary", None, "education_parts", id="said-twice"),
        pytest.param("ĐH Luật, ThS Kinh tế", None, "master", "education_parts", id="the-highest"),
        pytest.param("THPT; ĐH Luật; ThS", "upper_secondary", "master", "education_parts", id="three-parts"),
        pytest.param("ĐH Luật\nThS Kinh tế", None, "master", "education_parts", id="degrees-in-two-lines"),
        pytest.param("ThS Kinh tế, ĐH Luật", None, "master", "education_parts", id="the-highest-first"),
        pytest.param(
            "ĐH Giáo dục tiểu học", None, "university", "education_parts", id="primary-is-a-subject"
        ),
        pytest.param("Kỹ sư xây dựng", None, "university", "education_parts", id="engineer"),
        pytest.param("kỹ sư thực hành điện", None, "college", "education_parts", id="practical-engineer"),
        pytest.param("dai hoc luat", None, "university", "education_parts", id="no-diacritics"),
        pytest.param("Cử nhân chính trị học", None, "university", "education_parts", id="political-science"),
        pytest.param(
            "12/12 - Trung cấp lý luận", "upper_secondary", None, "political_theory_ignored", id="theory"
        ),
        pytest.param(
            "12/12, ĐH Luật, TC LLCT - Hành chính",
            "upper_secondary",
            "university",
            "political_theory_ignored",
            id="theory-and-administration",
        ),
        pytest.param("ĐH, LLCT: TC", None, "university", "political_theory_ignored", id="theory-first"),
        pytest.param("ĐH, CCLLCT", None, "university", "political_theory_ignored", id="theory-abbreviated"),
    ],
)
def test_education(text, general, professional, rule):
    assert read_education(text) == Reading(Education(general, professional), rule)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        pytest.param("9/12, THPT", "contradiction", id="two-levels"),
        pytest.param("ĐH, không", "contradiction", id="degree-and-none"),
        pytest.param("đang học ĐH", "not_completed", id="studying"),
        pytest.param("ĐH Luật đang học", "not_completed", id="studying-after-the-degree"),
        pytest.param("THPT chưa tốt nghiệp", "not_completed", id="not-finished-after-the-level"),
        pytest.param("SV ĐH Luật", "not_completed", id="student"),
        pytest.param("12/12 chưa tốt nghiệp", "not_completed", id="not-finished"),
        pytest.param("ĐH Luật (đang học)", "not_completed", id="studying-in-brackets"),
        pytest.param("THPT Lê Hồng Phong", "unknown_category", id="name-of-a-school"),
        pytest.param("ĐH năm 3", "unknown_category", id="year-of-study"),
        pytest.param("không học nghề", "unknown_category", id="another-denial"),
        pytest.param("12/12, Luật", "unknown_category", id="subject-without-a-degree"),
        pytest.param("12/12/2020", "unknown_category", id="date-as-text"),
        pytest.param("lớp 9/11", "unknown_category", id="no-such-system"),
        pytest.param("9/120", "unknown_category", id="not-a-class"),
        pytest.param("lớp 9A", "unknown_category", id="name-of-a-class"),
        pytest.param("lớp 9K", "unknown_category", id="name-of-a-class-that-means-none"),
        pytest.param("12/12K", "unknown_category", id="letter-after-the-class"),
        pytest.param("Hành chính", "unknown_category", id="administration"),
        pytest.param("12/12 - hành chính", "unknown_category", id="administration-without-theory"),
        pytest.param(",", "unknown_category", id="nothing"),
        pytest.param("12/12 " * 100, "unknown_category", id="long"),
        pytest.param("ĐH/ThS", "ambiguous_category", id="either"),
        pytest.param("ĐH Luật ThS", "ambiguous_category", id="two-degrees-in-one-part"),
        pytest.param("cử nhân cao đẳng đại học", "ambiguous_category", id="college-or-university"),
        pytest.param("TH", "ambiguous_category", id="primary-or-secondary"),
        pytest.param("bổ túc", "ambiguous_category", id="evening-school-alone"),
        pytest.param("LLCT", "ambiguous_category", id="theory-of-no-level"),
        pytest.param("12/12, LLCT - trung cấp", "ambiguous_category", id="level-in-another-part"),
        pytest.param("trung cấp, LLCT", "ambiguous_category", id="theory-after-a-degree"),
        pytest.param("cử nhân chính trị", "ambiguous_category", id="school-of-theory-or-degree"),
        pytest.param("TC lý luận ĐH Luật", "ambiguous_category", id="theory-and-degree-in-one-part"),
        pytest.param("Sau đại học", "ambiguous_category", id="master-or-doctor"),
        pytest.param(12, "bare_number", id="number"),
        pytest.param("12", "bare_number", id="number-as-text"),
        pytest.param(datetime(2024, 12, 9), "date_instead_of_class", id="9-12-made-a-date"),
        pytest.param(date(2024, 12, 9), "date_instead_of_class", id="day"),
        pytest.param(True, "unknown_category", id="bool"),
    ],
)
def test_education_refused(cell, rule):
    assert read_education(cell) == Reading(None, rule, refused=True)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("không rõ", "not_known", id="not-known"),
        pytest.param("Trung cấp LLCT", "political_theory_ignored", id="theory-alone"),
    ],
)
def test_education_that_tells_nothing_is_missing_and_not_refused(text, rule):
    assert read_education(text) == Reading(None, rule)


def test_codes_of_education_read_as_themselves_unchanged():
    for row in vocab.categories("general_education"):
        assert read_education(row["code"]) == Reading(Education(row["code"]))
    for row in vocab.categories("professional_education"):
        assert read_education(row["code"]) == Reading(Education(None, row["code"]))


@given(cells)
def test_any_cell_is_education_or_refused(cell):
    reading = read_education(cell)
    assert reading.refused <= (reading.value is None)
    assert reading.rule or reading.value is not None
    if reading.value is not None:
        for code in filter(None, (reading.value.general, reading.value.professional)):
            assert read_education(code).rule == ""
