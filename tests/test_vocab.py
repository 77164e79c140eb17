"""The code tables: the provinces of both vintages, regions, tiles, and words for every code."""

from collections import Counter
from importlib.resources import files

import pytest

from analysis import vocab

REGIONS = {
    "midlands_mountains": 14,
    "red_river_delta": 11,
    "central_coast": 14,
    "central_highlands": 5,
    "southeast": 6,
    "mekong_delta": 13,
}


def test_the_packages_provinces_are_those_of_the_raw_data(raw):
    packaged = files("analysis.vocab").joinpath("provinces.csv").read_bytes()
    assert packaged == (raw / "places" / "provinces.csv").read_bytes()


@pytest.mark.parametrize(("vintage", "number"), [("2008", 63), ("2025", 34)])
def test_so_many_provinces_with_a_code_and_name_each(vintage, number):
    places = vocab.provinces(vintage)
    assert len(places) == number
    assert len({place.code for place in places}) == number
    assert len({place.name for place in places}) == number
    assert {place.vintage for place in places} == {vintage}


def test_every_province_of_2008_went_into_one_of_2025():
    today = {place.code for place in vocab.provinces("2025")}
    assert {place.successor for place in vocab.provinces("2008")} == today
    assert all(place.successor == place.code for place in vocab.provinces("2025"))


@pytest.mark.parametrize(
    ("name", "successor", "alone"),
    [
        pytest.param("Điện Biên", "Điện Biên", True, id="unmerged"),
        pytest.param("Nghệ An", "Nghệ An", True, id="unmerged-nghe-an"),
        pytest.param("Thừa Thiên Huế", "Huế", True, id="renamed"),
        pytest.param("Yên Bái", "Lào Cai", False, id="merged-into-another"),
        pytest.param("Lào Cai", "Lào Cai", False, id="merged-with-another"),
        pytest.param("Bình Thuận", "Lâm Đồng", False, id="one-of-three"),
    ],
)
def test_what_became_of_a_province(name, successor, alone):
    (place,) = [p for p in vocab.provinces("2008") if p.name == name]
    assert vocab.province("2025", place.successor).name == successor
    assert vocab.same_territory(place) == alone


def test_every_province_of_2008_is_in_one_of_six_regions():
    keys = [(row["vintage"], row["province_code"]) for row in vocab.table("province_regions")]
    assert sorted(keys) == sorted((p.vintage, p.code) for p in vocab.provinces("2008"))
    regions = Counter(vocab.region(p.vintage, p.code) for p in vocab.provinces("2008"))
    assert sum(regions.values()) == 63
    assert regions == REGIONS
    assert set(regions) == {row["code"] for row in vocab.table("regions")}


def test_the_provinces_of_2025_are_in_no_region_of_2006():
    assert {vocab.region(p.vintage, p.code) for p in vocab.provinces("2025")} == {None}


@pytest.mark.parametrize("vintage", ["2008", "2025"])
def test_every_province_has_one_tile_and_no_two_tiles_a_place(vintage):
    tiles = [row for row in vocab.table("tiles") if row["vintage"] == vintage]
    land = [row["province_code"] for row in tiles if not row["islands"]]
    assert sorted(land) == sorted(place.code for place in vocab.provinces(vintage))
    assert len({(row["row"], row["column"]) for row in tiles}) == len(tiles)


@pytest.mark.parametrize("vintage", ["2008", "2025"])
def test_the_islands_have_a_tile_with_their_province(vintage):
    islands = {
        row["islands"]: vocab.province(vintage, row["province_code"]).name
        for row in vocab.table("tiles")
        if row["vintage"] == vintage and row["islands"]
    }
    assert islands == {"Hoàng Sa": "Đà Nẵng", "Trường Sa": "Khánh Hòa"}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "name", ["level", "period_type", "qualifier", "value_unit", "basis", "denominator", "measure"]
)
def test_every_code_in_the_real_data_has_words(tables, name, language):
    plain = ("", "exact")  # an exact number needs no word
    words = {code: vocab.label(name, code, language) for code in vocab.codes(name) if code not in plain}
    assert set(tables.figures[name]) <= {*plain, *words}
    assert all(words.values())
    assert len(set(words.values())) == len(words)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_subgroup_in_the_real_data_has_words_of_its_own(tables, language):
    subgroups = sorted(set(tables.figures["subgroup"]))
    kept = {row["code"]: row[f"label_{language}"] for row in vocab.table("subgroups")}
    missing = [code for code in subgroups if not kept.get(code) and not code.startswith("age_")]
    assert missing == []
    labels = [vocab.label("subgroup", code, language) for code in subgroups]
    assert len(set(labels)) == len(labels)
    assert not any("_" in label or "other" in label.split(":")[0].split() for label in labels)


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        pytest.param("age_31_40", "31–40 tuổi", "aged 31–40", id="band"),
        pytest.param("age_under_35", "dưới 35 tuổi", "under 35", id="under"),
        pytest.param("age_over_60", "trên 60 tuổi", "over 60", id="over"),
        pytest.param("female", "nữ", "women", id="kept"),
        pytest.param("other:new_word", "new word", "new word", id="never-seen"),
    ],
)
def test_words_for_a_subgroup(code, vi, en):
    assert (vocab.label("subgroup", code), vocab.label("subgroup", code, "en")) == (vi, en)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_region_has_words(language):
    labels = {vocab.label("region", code, language) for code in REGIONS}
    assert len(labels) == 6
    assert not labels & set(REGIONS)


def test_every_alias_of_a_subgroup_leads_to_a_known_code():
    known = {row["code"] for row in vocab.table("subgroups")}
    for row in vocab.table("subgroup_aliases"):
        assert row["code"] in known
        assert vocab.subgroup_alias(row["printed"]) == row["code"]


def test_every_reading_is_of_a_row_of_the_real_data(tables):
    figures = tables.figures
    keys = set(
        zip(
            figures["source_id"],
            figures["unit"],
            figures["measure"],
            figures["period_end"].dt.strftime("%Y-%m-%d"),
        )
    )
    for row in vocab.table("readings"):
        assert (row["source_id"], row["unit"], row["measure"], row["period_end"]) in keys
        assert row["reason"]
