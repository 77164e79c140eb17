"""Categories: every spelling has one code; what is ambiguous, unknown or of another column is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import vocab
from analysis.clean import categories
from analysis.clean.categories import (
    nearest,
    read_category,
    read_mark,
    read_sex,
    spellings,
    words,
)
from analysis.clean.cells import Reading
from analysis.clean.text import fold
from analysis.errors import ParameterError
from tests.clean.office_words import cells

TABLES = sorted(vocab.CATEGORY_TABLES)
UNKNOWN = Reading(None, "unknown_category", refused=True)
AMBIGUOUS = Reading(None, "ambiguous_category", refused=True)


@pytest.mark.parametrize("table", TABLES)
def test_every_spelling_leads_to_its_code(table):
    read = {text: read_category(table, text) for texts in spellings(table).values() for text in texts}
    wanted = {text: code for code, texts in spellings(table).items() for text in texts}
    assert {text: reading.value for text, reading in read.items()} == wanted


@pytest.mark.parametrize("table", TABLES)
def test_no_spelling_stands_under_two_codes(table):
    kept = [(spelling.text, spelling.code) for spelling in vocab.category_spellings(table)]
    kept += [(row["label_vi"], row["code"]) for row in vocab.categories(table)]
    codes = {}
    for text, code in kept:
        assert codes.setdefault(text.casefold(), code) == code


@pytest.mark.parametrize("table", TABLES)
def test_every_spelling_is_of_a_code_of_its_table(table):
    known = {row["code"] for row in vocab.categories(table)} | {"ambiguous"}
    assert {spelling.code for spelling in vocab.category_spellings(table)} <= known


def test_every_row_of_spellings_is_of_a_known_table():
    known = {*TABLES, "marks", "education_words", "any"}
    assert {row["table"] for row in vocab.table("spellings")} == known - {"ethnic_groups"}


@pytest.mark.parametrize("table", TABLES)
def test_spellings_without_diacritics_lead_to_the_code_or_are_refused(table):
    for code, texts in spellings(table).items():
        for text in texts:
            bare = read_category(table, fold(text))
            assert bare.value == code or bare.refused, text


@pytest.mark.parametrize("table", TABLES)
def test_what_was_cleaned_reads_as_itself_unchanged(table):
    for row in vocab.categories(table):
        for text in (row["code"], row["label_vi"], row["label_en"]):
            assert read_category(table, text) == Reading(row["code"])


@pytest.mark.parametrize("table", TABLES)
def test_codes_and_labels_are_unique(table):
    rows = vocab.categories(table)
    for column in ("code", "label_vi", "label_en"):
        assert len({row[column] for row in rows}) == len(rows)


def test_54_ethnic_groups_with_the_codes_of_1979():
    groups = [row for row in vocab.categories("ethnic_groups") if row["code"] != "foreign"]
    assert [row["gso_1979"] for row in groups] == [f"{number:02d}" for number in range(1, 55)]
    official = {row["code"]: row["gso_1979"] for row in groups}
    # The list of 2008 has Mường 04, Khmer 05, Hoa 06, Ê-đê 11 and Ngái 43.
    some = {"kinh": "01", "hoa": "04", "khmer": "05", "muong": "06", "mong": "08", "ngai": "11", "ede": "12"}
    assert some.items() <= official.items()
    assert {"cham": "17", "hre": "19", "tho": "24", "lo_lo": "43", "ro_mam": "54"}.items() <= official.items()


def test_all_but_the_kinh_and_foreigners_are_minorities():
    rows = vocab.categories("ethnic_groups")
    assert {row["code"] for row in rows if row["minority"] == "false"} == {"kinh", "foreign"}
    assert sum(row["minority"] == "true" for row in rows) == 53


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("KINH", "kinh", id="capitals"),
        pytest.param("Kinh (Việt)", "kinh", id="other-name-in-brackets"),
        pytest.param("  Tày ", "tay", id="spaces"),
        pytest.param("dân tộc Thái", "thai", id="with-the-word-group"),
        pytest.param("người H’Mông", "mong", id="with-the-word-people"),
        pytest.param("H`Mông", "mong", id="back-tick"),
        pytest.param("Hmông", "mong", id="no-apostrophe"),
        pytest.param("H. Mông", "mong", id="dot"),
        pytest.param("Muong", "muong", id="muong-bare"),
        pytest.param("Mong", "mong", id="mong-bare"),
        pytest.param("M'NONG", "mnong", id="mnong-bare"),
        pytest.param("Mạ", "ma", id="ma"),
        pytest.param("Mảng", "mang", id="mang"),
        pytest.param("Co", "co", id="co"),
        pytest.param("Co Lao", "co_lao", id="co-lao"),
        pytest.param("Cờ-lao", "co_lao", id="co-lao-hyphen"),
        pytest.param("La Ha", "la_ha", id="la-ha"),
        pytest.param("La Hu", "la_hu", id="la-hu"),
        pytest.param("Ê đê", "ede", id="ede-space"),
        pytest.param("Êđê", "ede", id="ede-one-word"),
        pytest.param("Ê\u0302-\u0111\u00ea".replace("Ê\u0302", "E\u0302"), "ede", id="decomposed"),
        pytest.param("Xê Đăng", "xo_dang", id="sedang"),
        pytest.param("K’Ho", "co_ho", id="curly-apostrophe"),
        pytest.param("S'tiêng", "xtieng", id="stieng"),
        pytest.param("Bru - Vân Kiều", "bru_van_kieu", id="two-names"),
        pytest.param("Cao Lan", "san_chay", id="local-group"),
        pytest.param("Chàm", "cham", id="older-name"),
        pytest.param("người nước ngoài", "foreign", id="foreign"),
    ],
)
def test_ethnic_groups_as_offices_write_them(text, code):
    assert read_category("ethnic_groups", text).value == code


@pytest.mark.parametrize(
    ("table", "cell", "reading"),
    [
        pytest.param("ethnic_groups", "Hòa", UNKNOWN, id="other-tone"),
        pytest.param("ethnic_groups", "Đào", UNKNOWN, id="other-letter"),
        pytest.param("ethnic_groups", "Muờng", UNKNOWN, id="mistyped"),
        pytest.param("ethnic_groups", "DTTS", AMBIGUOUS, id="some-minority"),
        pytest.param("ethnic_groups", "Mán", AMBIGUOUS, id="name-of-two-groups"),
        pytest.param("ethnic_groups", "Kinh, Tày", UNKNOWN, id="two-groups"),
        pytest.param("ethnic_groups", "", UNKNOWN, id="empty"),
        pytest.param("ethnic_groups", "Kinh" * 100_000, UNKNOWN, id="huge"),
        pytest.param("ethnic_groups", 1, Reading(None, "bare_number", refused=True), id="number"),
        pytest.param("ethnic_groups", "01", Reading(None, "bare_number", refused=True), id="number-as-text"),
        pytest.param("ethnic_groups", float("nan"), Reading(None, "bare_number", refused=True), id="nan"),
        pytest.param("ethnic_groups", True, UNKNOWN, id="bool"),
        pytest.param("ethnic_groups", date(2020, 2, 3), UNKNOWN, id="date"),
        pytest.param("ethnic_groups", "không rõ", Reading(None, "not_known"), id="not-known"),
        pytest.param("religions", "?", Reading(None, "not_known"), id="question-mark"),
        pytest.param("religions", "Chưa rõ", Reading(None, "not_known"), id="not-yet-known"),
        pytest.param("religions", "Có", AMBIGUOUS, id="some-religion"),
        pytest.param("religions", "Kitô giáo", AMBIGUOUS, id="catholic-or-protestant"),
        pytest.param("sexes", "-", UNKNOWN, id="dash-is-no-sex"),
        pytest.param("occupations", "công chức", AMBIGUOUS, id="official-of-no-level"),
        pytest.param("occupations", "Cán bộ", AMBIGUOUS, id="cadre"),
        pytest.param("occupations", "CBCC", AMBIGUOUS, id="cadre-abbreviated"),
        pytest.param("occupations", "công an xã", AMBIGUOUS, id="village-guard-or-police"),
        pytest.param("occupations", "Học sinh, sinh viên", AMBIGUOUS, id="pupil-or-student"),
        pytest.param("occupations", "Kinh doanh", AMBIGUOUS, id="trade-or-firm"),
        pytest.param("general_education", "Trung học", AMBIGUOUS, id="some-secondary"),
        pytest.param("professional_education", "CN", AMBIGUOUS, id="bachelor-or-worker"),
        pytest.param("mass_organisations", "Hội viên", AMBIGUOUS, id="member-of-something"),
        pytest.param("mass_organisations", "ĐV", AMBIGUOUS, id="youth-or-party"),
        pytest.param("locality_areas", "Vùng cao, biên giới", AMBIGUOUS, id="two-areas"),
        pytest.param("locality_types", "biên giới", UNKNOWN, id="area-is-no-type"),
    ],
)
def test_refused_or_not_known(table, cell, reading):
    assert read_category(table, cell) == reading


@pytest.mark.parametrize(
    ("table", "text", "code"),
    [
        pytest.param("religions", "Không", "none", id="no-religion"),
        pytest.param("religions", "Lương", "none", id="not-catholic"),
        pytest.param("religions", "-", "none", id="dash"),
        pytest.param("religions", "Thiên chúa", "catholicism", id="catholic"),
        pytest.param("religions", "Hoà Hảo", "hoa_hao", id="old-tone-placement"),
        pytest.param("religions", "Phật giáo", "buddhism", id="buddhism"),
        pytest.param("religions", "cao dai", "cao_dai", id="no-diacritics"),
        pytest.param("occupations", "Làm ruộng", "farm_forest_fish", id="farmer"),
        pytest.param("occupations", "CBCC xã", "commune_official", id="commune"),
        pytest.param("occupations", "Trưởng bản", "village_part_timer", id="village-head"),
        pytest.param("occupations", "C.A", "army_police", id="dots"),
        pytest.param("occupations", "SV", "university_student", id="student"),
        pytest.param("occupations", "giáo viên tư thục", "non_public_unit", id="private-school"),
        pytest.param("mass_organisations", "Đoàn viên", "youth_union", id="youth"),
        pytest.param("mass_organisations", "Công đoàn", "trade_union", id="union-is-not-youth"),
        pytest.param("mass_organisations", "đoàn viên công đoàn", "trade_union", id="union-member"),
        pytest.param("mass_organisations", "Hội LHPN", "women_union", id="women"),
        pytest.param("locality_types", "TT.", "township", id="township"),
        pytest.param("locality_types", "Đặc khu", "special_zone", id="special-zone"),
        pytest.param("locality_areas", "xã biên giới", "border", id="border"),
        pytest.param("locality_areas", "xã đảo", "island", id="island"),
        pytest.param("general_education", "cấp III", "upper_secondary", id="level-three"),
        pytest.param("professional_education", "Th.S", "master", id="master"),
    ],
)
def test_other_categories_as_offices_write_them(table, text, code):
    assert read_category(table, text).value == code


def test_the_rule_tells_a_spelling_from_the_tables_own_words():
    assert read_category("occupations", "Học sinh").rule == ""
    assert read_category("occupations", "HS").rule == "category_spelling"
    assert read_category("ethnic_groups", "Mong").rule == "category_spelling"


def test_the_state_as_employer_of_a_teacher_is_named_as_assumed():
    assert read_category("occupations", "Giáo viên") == Reading("public_service_unit", "assumed_public")
    assert read_category("occupations", "GIAO VIEN") == Reading("public_service_unit", "assumed_public")
    assert read_category("occupations", "viên chức").rule == "category_spelling"


def test_a_word_that_two_spellings_share_without_diacritics_is_ambiguous(monkeypatch):
    def kept(name):
        if name == "sexes":
            yield from (vocab.Spelling("female", "mợ", ""), vocab.Spelling("male", "mỡ", ""))

    monkeypatch.setattr(vocab, "category_spellings", kept)
    categories._index.cache_clear()
    try:
        assert (read_sex("Mợ").value, read_sex("Mỡ").value) == ("female", "male")
        assert read_sex("mo") == AMBIGUOUS
    finally:
        categories._index.cache_clear()


@pytest.mark.parametrize(
    ("cell", "sex"),
    [
        pytest.param("Nam", "male", id="male"),
        pytest.param("NỮ", "female", id="capitals"),
        pytest.param("nu", "female", id="no-diacritics"),
        pytest.param("M", "male", id="english-initial"),
        pytest.param("female", "female", id="code"),
        pytest.param("1", None, id="digit"),
        pytest.param(0, None, id="number"),
        pytest.param("N", None, id="both-begin-so"),
        pytest.param("Nam/Nữ", None, id="both"),
        pytest.param("x", None, id="mark"),
    ],
)
def test_sex(cell, sex):
    reading = read_sex(cell)
    assert reading.value == sex
    assert reading.refused == (sex is None)


@pytest.mark.parametrize(
    ("cell", "reading"),
    [
        *(
            pytest.param(c, Reading(True, "mark"), id=f"yes-{c}")
            for c in ("x", "X", "✓", "1", "có", "CÓ", 1, 1.0)
        ),
        *(pytest.param(c, Reading(False, "mark"), id=f"no-{c}") for c in ("không", "0", "Khong", 0, 0.0)),
        *(pytest.param(c, Reading(True), id=f"kept-{c}") for c in (True, "true", "True")),
        *(pytest.param(c, Reading(False), id=f"kept-{c}") for c in (False, "false", "False")),
        pytest.param("?", Reading(None, "not_known"), id="not-known"),
        pytest.param("-", Reading(None, "ambiguous_mark", refused=True), id="dash"),
        pytest.param("cò", Reading(None, "unknown_mark", refused=True), id="other-tone"),
        pytest.param(2, Reading(None, "unknown_mark", refused=True), id="two"),
        pytest.param("2", Reading(None, "unknown_mark", refused=True), id="two-as-text"),
        pytest.param(float("nan"), Reading(None, "unknown_mark", refused=True), id="nan"),
        pytest.param(date(2020, 2, 3), Reading(None, "unknown_mark", refused=True), id="date"),
    ],
)
def test_marks(cell, reading):
    assert read_mark(cell) == reading


def _sound(reading):
    assert reading.refused <= (reading.value is None)
    assert reading.rule or reading.value is not None


@given(cells)
def test_any_cell_is_read_or_refused_and_codes_read_as_themselves(cell):
    for table in TABLES:
        reading = read_category(table, cell)
        _sound(reading)
        if reading.value is not None:
            assert read_category(table, reading.value) == Reading(reading.value)


@given(cells)
def test_any_cell_is_a_mark_or_refused(cell):
    reading = read_mark(cell)
    _sound(reading)
    if reading.value is not None:
        assert read_mark(reading.value) == read_mark(str(reading.value)) == Reading(reading.value)


@given(st.sampled_from(TABLES), st.text())
def test_the_nearest_are_labels_of_the_table(table, text):
    labels = {row["label_vi"] for row in vocab.categories(table)}
    found = nearest(table, text)
    assert set(found) <= labels
    assert len(found) == len(set(found)) <= 3


def test_the_nearest_comes_first():
    assert nearest("occupations", "Nông dan bản")[0] == "lao động nông, lâm, ngư nghiệp"
    assert nearest("ethnic_groups", "Tháii")[0] == "Thái"


def test_words_are_those_of_labels_and_spellings_only():
    known = words()
    for table in TABLES:
        for texts in spellings(table).values():
            assert {word for text in texts for word in fold(text).split() if not word.isdecimal()} <= known
    assert {"cong", "chuc", "dtts", "tuoi", "luan"} <= known  # ambiguous words, age bands, words on education
    assert not {"nguyen", "doe", "12", ""} & known


@pytest.mark.parametrize(
    ("years", "months", "band", "coarse"),
    [
        pytest.param(0, 0, "age_under_18", "age_under_18", id="newborn"),
        pytest.param(17, 11, "age_under_18", "age_under_18", id="month-before-18"),
        pytest.param(18, 0, "age_18_30", "age_18_30", id="18"),
        pytest.param(30, 11, "age_18_30", "age_18_30", id="still-30"),
        pytest.param(31, 0, "age_31_35", "age_31_40", id="31"),
        pytest.param(40, 11, "age_36_40", "age_31_40", id="still-40"),
        pytest.param(45, 11, "age_41_45", "age_41_50", id="still-45"),
        pytest.param(46, 0, "age_46_50", "age_41_50", id="46"),
        pytest.param(51, 0, "age_51_55", "age_over_50", id="51"),
        pytest.param(60, 11, "age_56_60", "age_over_50", id="60-completed"),
        pytest.param(61, 0, "age_over_60", "age_over_50", id="61"),
    ],
)
def test_age_bands_are_of_completed_years(years, months, band, coarse):
    age = years * 12 + months
    assert (vocab.age_band(age), vocab.age_band(age, "2-TCTW")) == (band, coarse)


@pytest.mark.parametrize(
    ("age", "form"),
    [
        pytest.param(-1, "2-BTCTW", id="before-birth"),
        pytest.param(1440, "2-BTCTW", id="120-years"),
        pytest.param(400, "2-X", id="no-such-form"),
    ],
)
def test_an_impossible_age_or_form_is_an_error(age, form):
    with pytest.raises(ParameterError, match="expected"):
        vocab.age_band(age, form)


def test_every_age_band_has_the_words_that_its_code_has_elsewhere():
    for row in vocab.table("age_bands"):
        words_of = (vocab.label("subgroup", row["code"]), vocab.label("subgroup", row["code"], "en"))
        assert words_of == (row["label_vi"], row["label_en"])
