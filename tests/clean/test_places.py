"""Places: the province that a person means, and which of its two forms a figure is about."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.places import REFORM, find_province, province_slug, resolve
from analysis.errors import ParameterError
from analysis.vocab import provinces

CHANGED = {
    "Lào Cai": ("10", "15"),
    "Bắc Ninh": ("27", "24"),
    "Quảng Trị": ("45", "44"),
    "Gia Lai": ("64", "52"),
    "Tây Ninh": ("72", "80"),
    "Đồng Tháp": ("87", "82"),
    "An Giang": ("89", "91"),
}
BEFORE, ACROSS, AFTER = (
    (date(2020, 1, 1), date(2025, 6, 30)),
    (date(2020, 1, 1), date(2025, 12, 31)),
    (date(2025, 7, 1), date(2025, 12, 31)),
)


def on(*days):
    return tuple(date.fromisoformat(day) for day in (days * 2)[:2])


@pytest.mark.parametrize("place", provinces(), ids=lambda p: f"{p.vintage}-{p.code}")
def test_every_province_is_found_however_it_is_written(place):
    writings = [
        place.name,
        place.full_name,
        place.name.upper(),
        f"  {place.name} ",
        unicodedata.normalize("NFD", place.name),
        place.name.replace("òa", "oà").replace("óa", "oá"),
        province_slug(place),
        province_slug(place).replace("-", " "),
        place.code,
        place.code.lstrip("0"),
    ]
    assert {find_province(text, place.vintage) for text in writings} == {place}


@pytest.mark.parametrize(
    ("text", "vintage", "name"),
    [
        pytest.param("11", "2008", "Điện Biên", id="11-before"),
        pytest.param("11", "2025", "Điện Biên", id="11-since"),
        pytest.param("15", "2008", "Yên Bái", id="15-before"),
        pytest.param("15", "2025", "Lào Cai", id="15-since"),
        pytest.param("10", "2008", "Lào Cai", id="10-before"),
        pytest.param("Huế", "2008", "Thừa Thiên Huế", id="hue-before"),
        pytest.param("Huế", "2025", "Huế", id="hue-since"),
        pytest.param("Thừa Thiên Huế", "2025", "Huế", id="old-name-of-hue"),
        pytest.param("Sài Gòn", "2008", "TP. Hồ Chí Minh", id="saigon"),
        pytest.param("TPHCM", "2025", "TP. Hồ Chí Minh", id="tphcm"),
        pytest.param("thành phố Hồ Chí Minh", "2025", "TP. Hồ Chí Minh", id="in-full"),
        pytest.param("Hồ Chí Minh", "2008", "TP. Hồ Chí Minh", id="without-its-kind"),
        pytest.param("Hoà Bình", "2008", "Hòa Bình", id="old-tone-placement"),
        pytest.param("bà rịa vũng tàu", "2008", "Bà Rịa - Vũng Tàu", id="no-dash"),
    ],
)
def test_a_name_or_code_means_a_province_of_its_vintage(text, vintage, name):
    assert find_province(text, vintage).name == name


@pytest.mark.parametrize(
    ("text", "vintage", "nearest"),
    [
        pytest.param("Điện Bin", "2008", "Điện Biên", id="letter-missing"),
        pytest.param("Lao Kay", "2025", "Lào Cai", id="other-spelling"),
        pytest.param("Quảng Nan", "2008", "Quảng Nam", id="wrong-letter"),
    ],
)
def test_a_misspelt_province_is_refused_with_the_nearest(text, vintage, nearest):
    with pytest.raises(ParameterError) as caught:
        find_province(text, vintage)
    assert repr(text) in str(caught.value)
    assert nearest in str(caught.value)


@pytest.mark.parametrize(
    ("text", "vintage"),
    [
        pytest.param("Yên Bái", "2025", id="merged-away"),
        pytest.param("99", "2008", id="unknown-code"),
        pytest.param("10", "2025", id="code-of-the-other-vintage"),
        pytest.param("", "2008", id="empty"),
        pytest.param("tỉnh", "2008", id="prefix-only"),
    ],
)
def test_what_names_no_province_of_the_vintage_is_refused(text, vintage):
    with pytest.raises(ParameterError):
        find_province(text, vintage)


@given(st.text(), st.sampled_from(["2008", "2025"]))
def test_any_text_is_a_province_or_refused(text, vintage):
    try:
        found = find_province(text, vintage)
    except ParameterError:
        return
    assert found.vintage == vintage


def test_seven_names_changed_their_code():
    codes = {}
    for place in provinces():
        codes.setdefault(place.name, []).append(place.code)
    assert {name: tuple(both) for name, both in codes.items() if len(set(both)) > 1} == CHANGED


@pytest.mark.parametrize(("name", "codes"), CHANGED.items(), ids=[*CHANGED])
def test_a_name_that_changed_its_code_has_the_code_of_the_period(name, codes):
    for period, vintage, code in ((BEFORE, "2008", codes[0]), (AFTER, "2025", codes[1])):
        place, evidence = resolve(name, "province", "", period, None)
        assert (place.vintage, place.code, evidence) == (vintage, code, "period")


@pytest.mark.parametrize(
    ("name", "level", "district", "period", "published", "vintage", "evidence"),
    [
        pytest.param("Hà Giang", "province", "", AFTER, None, "2008", "name", id="name-of-2008-only"),
        pytest.param("Thừa Thiên Huế", "province", "", AFTER, None, "2008", "name", id="old-name-of-hue"),
        pytest.param("Huế", "province", "", ACROSS, None, "2025", "name", id="name-of-2025-only"),
        pytest.param("Lào Cai", "district", "", AFTER, None, "2008", "district", id="a-district"),
        pytest.param("Lào Cai", "commune", "huyện X", ACROSS, None, "2008", "district", id="in-a-district"),
        pytest.param("Lào Cai", "province", "", BEFORE, None, "2008", "period", id="ends-before"),
        pytest.param(
            "Lào Cai", "province", "", (None, date(2025, 6, 30)), None, "2008", "period", id="stock-before"
        ),
        pytest.param(
            "Lào Cai", "province", "", (None, REFORM), on("2024-01-01"), "2025", "period", id="stock-since"
        ),
        pytest.param("Lào Cai", "commune", "", AFTER, None, "2025", "period", id="begins-since"),
        pytest.param(
            "Lào Cai", "commune", "", ACROSS, None, "2025", "commune_without_district", id="commune-across"
        ),
        pytest.param(
            "Lào Cai", "province", "", ACROSS, on("2025-06-30"), "2008", "published", id="printed-before"
        ),
        pytest.param(
            "Lào Cai", "province", "", ACROSS, on("2025-07-01"), "2025", "published", id="printed-since"
        ),
        pytest.param(
            "Lào Cai",
            "province",
            "",
            ACROSS,
            on("2025-01-01", "2025-12-31"),
            "2008",
            "period_start",
            id="printed-in-2025",
        ),
        pytest.param(
            "Lào Cai", "province", "", ACROSS, None, "2008", "period_start", id="publication-unknown"
        ),
    ],
)
def test_a_figure_is_about_the_province_of_one_vintage(
    name, level, district, period, published, vintage, evidence
):
    place, by = resolve(name, level, district, period, published)
    assert (place.vintage, by) == (vintage, evidence)


@pytest.mark.parametrize(
    "name", ["Hoà Bình", "Hòa Bình", "hoa binh", "tỉnh Hòa Bình", unicodedata.normalize("NFD", "Hòa Bình")]
)
def test_a_figure_names_its_province_in_any_spelling(name):
    place, _ = resolve(name, "province", "", BEFORE, None)
    assert (place.vintage, place.code) == ("2008", "17")


@pytest.mark.parametrize("name", ["Hà Tây", "Điện Bin", "11", ""])
def test_a_figure_about_no_known_province_is_not_placed(name):
    assert resolve(name, "province", "", BEFORE, None) is None
