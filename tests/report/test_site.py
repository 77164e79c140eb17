"""The site: a row and a tile for each province, links only to what is there, values only where they are sound."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import made
import pytest
from bs4 import BeautifulSoup

from analysis import processed
from analysis.errors import DataRefusedError
from analysis.language import file_name
from analysis.processed import Processed
from analysis.report import site
from analysis.report.place_slice import Cuts
from tests.report.site_folder import DRAWINGS, put

pytestmark = pytest.mark.xdist_group("reports")

PAGES = ("index.html", "downloads.html", "data.html", "index.en.html", "downloads.en.html", "data.en.html")
EVIL = "ValueError: <script>alert(1)</script> & {{ x }}"

Write = Callable[..., Path]


@pytest.fixture
def write(tables: Processed, processed_folder: Path, tmp_path: Path) -> Write:
    """Return what writes the site over a folder of the test's own."""

    def call(
        units: str = "period", stale: dict[tuple[str, str], list[str]] | None = None, **changed: Any
    ) -> Path:
        cuts = Cuts(replace(tables, **changed), units)
        return site.write(tmp_path, cuts, processed_folder, stale or {})

    return call


def page(path: Path) -> BeautifulSoup:
    """Return a page as a browser reads it."""
    return BeautifulSoup(path.read_bytes().decode("utf-8"), "html.parser")


def rows(path: Path) -> dict[str, Any]:
    """Return the rows of the provinces of a first page, by name."""
    return {row.select_one("th").get_text(): row for row in page(path).select("#kn-provinces tbody tr")}


def values(path: Path) -> dict[tuple[str, str], dict[str, str]]:
    """Return the values of the map that a first page tells, by measure and province."""
    with (path.parent / "data" / "map.csv").open(encoding="utf-8-sig", newline="") as lines:
        return {(row["measure"], row["province"]): row for row in csv.DictReader(lines)}


def tile(path: Path, measure: str, name: str) -> str:
    """Return what a tile says to those who cannot see it, with its name."""
    tiles = page(path).select(f".kn-of-{measure} .kn-tiles li")
    (found,) = [each for each in tiles if each.select_one("b").get_text() == name]
    return name + found.select_one(".kn-hidden").get_text()


@pytest.mark.parametrize(("units", "count"), [("period", 63), ("2025", 34)])
def test_before_any_report_the_page_links_to_none(units: str, count: int, write: Write) -> None:
    found = page(write(units))
    assert len(found.select("#kn-provinces tbody tr")) == count
    assert not found.select("tbody a, .kn-tiles a")
    for drawn in found.select(".kn-tiles"):
        tiles = [each.get_text() for each in drawn.select("li")]
        assert len(tiles) == count + 2
        assert [each for each in tiles if "Hoàng Sa" in each and "Đà Nẵng" in each]
        assert [each for each in tiles if "Trường Sa" in each and "Khánh Hòa" in each]


def test_the_page_counts_what_is_known(tables: Processed, write: Write) -> None:
    found = {name: [cell.get_text() for cell in row.select("td")] for name, row in rows(write()).items()}
    known = tables.figures.loc[tables.figures["province"] == "Điện Biên"]
    assert found["Điện Biên"][2:4] == [str(len(known)), str(known["source_id"].nunique())]
    assert found["Vĩnh Long"][2:4] == ["0", "0"]
    assert "không có số liệu" in found["Vĩnh Long"][0]


def test_the_page_links_to_the_reports_that_are_there(reports: Any) -> None:
    found = reports.page("index")
    links = {str(link["href"]) for link in found.select("tbody th a")}
    assert links == {str(link["href"]) for link in found.select(".kn-tiles a")}
    assert links == {f"{name}/report.html" for name in reports.manifest["reports"]}
    assert [link for link in found.select("main a") if link["href"] == "comparison/report.html"]
    told = {
        row.select_one("th").get_text(): row.select_one(".kn-state").get_text()
        for row in found.select("#kn-provinces tbody tr")
    }
    assert told["Điện Biên"] == "mới nhất"
    assert told["Sơn La"] == "chưa làm"


def test_reports_in_other_units_are_not_linked(write: Write, tmp_path: Path) -> None:
    put(tmp_path, "dien-bien")
    assert page(write("period")).select("tbody a")
    assert not page(write("2025")).select("tbody a")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="cut off"),
        pytest.param(json.dumps({"state": "done"}), id="of another version"),
    ],
)
def test_a_manifest_that_cannot_be_read_counts_as_none(text: str, write: Write, tmp_path: Path) -> None:
    (tmp_path / "dien-bien").mkdir()
    (tmp_path / "dien-bien" / "manifest.json").write_text(text, encoding="utf-8")
    found = page(write())
    assert len(found.select("#kn-provinces tbody tr")) == 63
    assert not found.select("tbody a")


def test_each_report_shows_its_state(write: Write, tmp_path: Path) -> None:
    for name in ("dien-bien", "son-la", "lai-chau"):
        put(tmp_path, name)
    put(tmp_path, "yen-bai", error=EVIL, cell="show(<x>)")
    stale = {("dien-bien", "vi"): [], ("son-la", "vi"): ["data", "output figures/rates.svg"]}
    path = write(stale=stale)
    found = {name: row.select("td")[0].get_text(" ", strip=True) for name, row in rows(path).items()}
    assert found["Điện Biên"] == "mới nhất"
    assert found["Sơn La"] == "cũ, cần làm lại số liệu đã đổi; tệp figures/rates.svg không còn như lúc làm ra"
    assert found["Lai Châu"] == "đã làm"
    assert found["Hà Giang"] == "chưa làm"
    assert found["Yên Bái"] == f"hỏng {EVIL}"
    failed = page(path).select_one("#failed ~ details")
    assert EVIL in failed.select_one("summary").get_text()
    assert failed.select_one("pre").get_text() == "show(<x>)"
    assert [link["href"] for link in failed.select("a")] == ["yen-bai/failed.ipynb", "yen-bai/report.html"]


def test_a_report_in_the_other_language_alone_is_linked_and_says_so(write: Write, tmp_path: Path) -> None:
    put(tmp_path, "dien-bien", language="en")
    put(tmp_path, "son-la", language="vi")
    put(tmp_path, "son-la", language="en")
    vietnamese = write()
    english = vietnamese.with_name("index.en.html")
    for path, place, language, other in (
        (vietnamese, "Điện Biên", "en", "English"),
        (vietnamese, "Sơn La", "vi", ""),
        (english, "Điện Biên", "en", ""),
        (english, "Sơn La", "en", ""),
    ):
        row = rows(path)[place]
        link = row.select_one("th a")
        assert link["href"].endswith(file_name("report.html", language))
        assert link.get("hreflang", "") == (language if other else "")
        assert other in row.select("td")[0].get_text()


def test_a_report_on_registers_alone_is_what_row_and_tile_lead_to(write: Write, tmp_path: Path) -> None:
    put(tmp_path, "dien-bien-register", synthetic=(True,))
    path = write()
    row = rows(path)["Điện Biên"]
    assert row.select_one(".kn-state").get_text() == "đã làm, chỉ theo danh sách (dữ liệu giả lập)"
    assert row.select_one("th a")["href"] == "dien-bien-register/report.html"
    tiles = {link["href"] for link in page(path).select(".kn-tiles a")}
    assert tiles == {"dien-bien-register/report.html"}
    put(tmp_path, "dien-bien")
    row = rows(write())["Điện Biên"]
    assert row.select_one(".kn-state").get_text() == "đã làm"
    assert row.select_one("th a")["href"] == "dien-bien/report.html"
    links = {link.find(string=True): link["href"] for link in row.select("td a")}
    assert links["theo danh sách (dữ liệu giả lập)"] == "dien-bien-register/report.html"


def test_the_map_says_when_only_few_provinces_have_a_value(write: Write) -> None:
    found = page(write())
    count = len(found.select(".kn-of-rate .kn-said li"))
    assert 0 < count < 21
    said = found.select_one(".kn-of-rate .kn-rare").get_text()
    assert said.startswith(f"Chỉ {count} trong 63 tỉnh, thành phố có giá trị này; ô xám")
    assert found.select_one("label:has(#m-rate) small").get_text() == f"({count}/63)"
    assert not found.select(".kn-of-figures .kn-rare")


def test_the_page_of_the_data_says_where_to_begin(write: Write) -> None:
    found = page(write().with_name("data.html"))
    advice = " ".join(line.get_text() for line in found.select("main > ul li"))
    columns = {
        row.select_one("th").get_text(): row.select("td")[3].get_text()
        for row in found.select(".kn-tables tbody tr")
    }
    described = {row.get_text() for row in found.select("#unit_periods ~ details")[0].select("tbody th")}
    for word in ("unit", "period_start", "period_end", "admitted", "members_end", "attainment", "unit_id"):
        assert word in described
        assert word in advice
    assert f"unit_periods có {columns['unit_periods']} cột" in advice


def test_provinces_stand_in_vietnamese_order(write: Write) -> None:
    names = list(rows(write()))
    assert names.index("Cao Bằng") < names.index("Đà Nẵng") < names.index("Đắk Lắk") < names.index("Gia Lai")
    assert names.index("Bạc Liêu") < names.index("Bắc Giang") < names.index("Bến Tre")


def test_the_map_tells_what_the_tables_hold(tables: Processed, write: Write) -> None:
    path = write()
    found = values(path)
    # 1,934 of 2022 was printed before that year ended, and 2023 is a part of a year
    assert found["admitted", "Hải Dương"]["value"] == "1855"
    assert found["attainment", "Hải Dương"] == found["attainment", "Hải Dương"] | {
        "value": "74.2",
        "basis": "computed",
        "period_start": "2019-01-01",
    }
    # Of three stocks of Đồng Nai the latest
    assert found["members", "Đồng Nai"] == found["members", "Đồng Nai"] | {
        "value": "88695",
        "period_end": "2024-03-28",
    }
    # Two sources contradict each other on An Giang
    assert ("members", "An Giang") not in found
    # 59.15 is printed, 57.93 is what the counts give
    assert found["age_18_30", "Nghệ An"]["value"] == "59.15"
    assert "57,9%" in tile(path, "age_18_30", "Nghệ An")
    counts = tables.figures.groupby("province").size()
    assert found["figures", "Hà Nam"]["value"] == str(counts["Hà Nam"])
    assert ("figures", "Vĩnh Long") not in found


def test_a_merged_province_does_not_lend_its_figures_to_its_namesake(write: Write) -> None:
    # 4,285 were admitted in the Thái Nguyên of 2025, into which Bắc Kạn came
    assert ("admitted", "Thái Nguyên") not in values(write("period"))
    found = values(write("2025"))
    assert found["admitted", "Thái Nguyên"]["value"] == "4285"
    assert ("admitted", "Đồng Nai") not in found  # 4,022 are of the Đồng Nai before Bình Phước came into it
    assert found["members", "Nghệ An"]["value"] == "200000"


PROVINCE = made.unit("tỉnh Điện Biên", "province")
OTHER = made.unit("huyện Mường Ảng", "district")


@pytest.mark.parametrize(
    ("records", "told"),
    [
        pytest.param([{**made.year(2016), "admitted": 152}], "Điện Biên: kết nạp 152, năm 2016", id="a year"),
        pytest.param(
            [{**made.year(2016), "admitted": 152}, {**made.year(2015), "admitted": 900}],
            "Điện Biên: kết nạp 152, năm 2016",
            id="the latest",
        ),
        pytest.param(
            [{**made.year(2016), "admitted": 152, "admitted_qualifier": "nearly"}],
            "Điện Biên: kết nạp gần 152, năm 2016",
            id="qualified",
        ),
        pytest.param([{**made.year(2016, 9), "admitted": 152}], "", id="a part of a year"),
        pytest.param(
            [{**made.year(2016), "admitted": 152, "printed_before_end": True}],
            "",
            id="printed before its end",
        ),
        pytest.param(
            [
                {**made.year(2016), "admitted": 152, "conflict": "admitted"},
                {**made.year(2016), "admitted": 153, "conflict": "admitted", "variant": 2},
            ],
            "",
            id="contradicted",
        ),
        pytest.param([{**OTHER, **made.year(2016), "admitted": 152}], "", id="of a district"),
    ],
)
def test_only_a_sound_count_of_a_full_year_colours_the_map(
    records: list[dict[str, Any]], told: str, write: Write
) -> None:
    path = write(unit_periods=made.rows("unit_periods", *(PROVINCE | record for record in records)))
    assert (("admitted", "Điện Biên") in values(path)) == bool(told)
    if told:
        assert tile(path, "admitted", "Điện Biên") == told
        assert tile(path, "admitted", "Sơn La") == "Sơn La: không có số liệu"


def test_a_share_of_a_full_year_comes_before_a_later_one_of_a_part(write: Write) -> None:
    share = PROVINCE | {"subgroup": "female", "share": 40.0, "share_printed": 40.0, "share_decimals": 0}
    later = share | made.year(2018, 6) | {"share": 55.0, "share_printed": 55.0}
    later.pop("elapsed_share")
    later.pop("target_scope")
    path = write(composition=made.rows("composition", share | made.year(2016), later))
    assert values(path)["female", "Điện Biên"]["value"] == "40"
    assert not page(path).select(".kn-of-female .kn-tiles .part")
    alone = write(composition=made.rows("composition", later))
    assert values(alone)["female", "Điện Biên"]["value"] == "55"
    assert page(alone).select(".kn-of-female .kn-tiles .part b")[0].get_text() == "Điện Biên"


def test_only_published_tables_are_given_away(write: Write, processed_folder: Path) -> None:
    folder = write().parent
    published = {"sources", "figures", "unit_periods", "composition", "checks"}
    given = {path.stem for path in folder.rglob("*.csv")}
    assert given == published | {"map"}
    for name in published:
        assert (folder / "data" / f"{name}.csv").read_bytes() == (
            processed_folder / f"{name}.csv"
        ).read_bytes()
    package = json.loads((folder / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert {resource["name"] for resource in package["resources"]} == published
    found = page(folder / "data.html")
    assert {table["id"] for table in found.select("h3[id]")} == set(processed.TABLE_NAMES)
    admissions = next(row for row in found.select("tbody tr") if row.get_text().startswith("admissions"))
    assert not admissions.select("a[download]")


def test_a_table_that_is_not_as_it_was_written_is_refused(
    tables: Processed, processed_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "processed"
    folder.mkdir()
    for path in processed_folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "figures.csv").write_bytes((folder / "figures.csv").read_bytes() + b"\n")
    with pytest.raises(DataRefusedError, match=r"figures\.csv"):
        site.write(tmp_path / "out", Cuts(tables, "period"), folder, {})


def test_every_link_leads_somewhere_and_none_away(write: Write, tmp_path: Path) -> None:
    for language in ("vi", "en"):
        put(tmp_path, "dien-bien", language=language, formats=("html", "pdf", "docx"))
    put(tmp_path, "son-la", formats=("pdf",))
    for name in ("comparison", "data-quality", "dien-bien-register", "comparison-register"):
        put(tmp_path, name)
    (tmp_path / "dien-bien" / "figures" / "attainment.csv").unlink()
    write()
    for name in PAGES:
        found = page(tmp_path / name)
        links = [str(link["href"]) for link in found.select("[href]")]
        assert len(links) > 5
        for link in links:
            file, _hash, anchor = link.partition("#")
            assert not file.startswith(("/", "http", ".."))
            target = tmp_path / (file or name)
            assert target.is_file(), (name, link)
            assert not anchor or page(target).find(id=anchor), (name, link)
        assert not found.select("[src], link, [onclick]")


def test_the_downloads_are_the_files_of_the_manifest(write: Write, tmp_path: Path) -> None:
    put(tmp_path, "dien-bien", formats=("html", "pdf"))
    found = page(write().with_name("downloads.html"))
    links = {str(link["href"]) for link in found.select("#dien-bien a")}
    files = ("report.html", "report.pdf", "report.ipynb", "manifest.json", *DRAWINGS)
    assert links == {f"dien-bien/{name}" for name in files}
    items = [item.get_text(" ") for item in found.select("#dien-bien li")]
    assert [item.rpartition(":")[0] for item in items] == ["Đạt: bao nhiêu", "Đơn vị & nguồn"]
    english = page(tmp_path / "downloads.en.html").select("#dien-bien li")
    assert "PDF, one column" in english[0].get_text()


def test_downloads_of_a_report_without_a_page_bear_the_names_of_the_files(
    write: Write, tmp_path: Path
) -> None:
    put(tmp_path, "dien-bien", formats=("pdf",))
    found = page(write().with_name("downloads.html"))
    assert [item.get_text().split(":")[0] for item in found.select("#dien-bien li")] == [
        "attainment",
        "units",
    ]


def test_no_script_but_the_pages_own_may_run(write: Write) -> None:
    folder = write().parent
    for name in PAGES:
        found = page(folder / name)
        (script,) = found.select("script")
        digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
        policy = found.select_one("meta[http-equiv]")["content"]
        assert "default-src 'none'" in policy
        assert f"script-src 'sha256-{digest}'" in policy


def test_each_page_has_its_twin_in_the_other_language(write: Write) -> None:
    folder = write().parent
    for name in PAGES:
        found = page(folder / name)
        links = {link["hreflang"]: link["href"] for link in found.select(".kn-languages a")}
        source = name.replace(".en", "")
        assert links == {"vi": source, "en": file_name(source, "en")}
        assert found.html["lang"] == ("en" if ".en." in name else "vi")
        (current,) = found.select(".kn-languages [aria-current]")
        assert current["hreflang"] == found.html["lang"]


def test_the_same_reports_give_the_same_bytes(
    tables: Processed, processed_folder: Path, tmp_path: Path
) -> None:
    written = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        put(folder, "dien-bien")
        site.write(folder, Cuts(tables, "period"), processed_folder, {})
        written.append({p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()})
    assert written[0] == written[1]


def test_pages_are_written_again_where_they_are_not_as_they_were_made(write: Write, tmp_path: Path) -> None:
    put(tmp_path, "dien-bien")
    write()
    whole = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    damage: list[Callable[[Path], object]] = [
        Path.unlink,
        lambda path: path.write_text("{}", encoding="utf-8"),
    ]
    for name in (*PAGES, "data/map.csv", "data/figures.csv", "site.json"):
        for damaged in damage:
            damaged(tmp_path / name)
            write()
            assert {path: path.read_bytes() for path in whole} == whole, name


def test_pages_that_are_up_to_date_are_not_made_again(
    tables: Processed, processed_folder: Path, tmp_path: Path
) -> None:
    folder, out = tmp_path / "processed", tmp_path / "out"
    shutil.copytree(processed_folder, folder)

    def write(stale: dict[tuple[str, str], list[str]] | None = None, units: str = "period") -> None:
        site.write(out, Cuts(tables, units), folder, stale or {})

    put(out, "dien-bien")
    write()
    (folder / "figures.csv").unlink()  # without it, none can be made
    write()
    with pytest.raises(DataRefusedError):
        write({("dien-bien", "vi"): ["data"]})
    with pytest.raises(DataRefusedError):
        write(units="2025")
    write()
    put(out, "ha-nam")
    with pytest.raises(DataRefusedError):
        write()
