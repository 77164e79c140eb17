"""The command line runs the notebooks for real: what is written, what it says, what is not run again."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup

from analysis import cli, fingerprint

pytestmark = pytest.mark.xdist_group("reports")

RENDERED = ("dien-bien", "lao-cai", "nghe-an", "dak-lak", "ha-nam", "bac-ninh", "vinh-long")


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a report but its manifest, which has a clock."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def states(call: Any) -> dict[str, str]:
    """Return the state of each report of a call with --json."""
    return {entry["report"]: entry["state"] for entry in json.loads(call.stdout)}


def matching(rows: list[list[str]], unit: str, period: str) -> list[list[str]]:
    """Return the rows of a unit and period, as the reader sees them."""
    return [row for row in rows if row[0].casefold() == unit.casefold() and re.fullmatch(period, row[1])]


# What is written ------------------------------------------------------------------------------------------


def test_a_run_says_what_it_did_and_where_to_look(reports: Any) -> None:
    assert reports.call.returncode == 0
    assert "7 rendered, 0 up to date, 0 failed" in reports.call.stdout
    assert str(reports.out / "index.html") in reports.call.stdout
    assert reports.call.stderr == ""


@pytest.mark.parametrize("name", [*RENDERED, "comparison"])
def test_a_report_is_a_folder_of_files(name: str, reports: Any) -> None:
    folder = reports.out / name
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"report.html", "report.ipynb", "manifest.json"} <= files
    rest = files - {"report.html", "report.ipynb", "manifest.json"}
    assert not [
        file for file in rest if not re.fullmatch(r"figures/[a-z-]+\.(svg|csv)|tables/[a-z-]+\.csv", file)
    ]
    drawn = {file for file in rest if file.endswith(".svg")}
    assert {file.replace(".svg", ".csv") for file in drawn} <= rest
    page = reports.page(name)
    assert {f"figures/{figure['id']}.svg" for figure in page.select("figure.kn-figure")} == drawn
    tables = {f"tables/{table['id']}.csv" for table in page.select("figure.kn-table")}
    assert tables == {file for file in rest if file.startswith("tables/")}


def test_reports_of_provinces_with_data_have_every_kind_of_figure_and_table(reports: Any) -> None:
    files = {
        path.relative_to(reports.out / "dak-lak").as_posix()
        for path in (reports.out / "dak-lak").rglob("*.*")
    }
    assert {
        f"figures/{name}.svg" for name in ("attainment", "rates", "composition", "members", "process")
    } <= files
    assert {
        f"tables/{name}.csv" for name in ("units", "members-table", "checks", "figures", "sources")
    } <= files


def test_the_executed_notebook_is_kept_whole_and_sound(reports: Any) -> None:
    for name in (*RENDERED, "comparison"):
        notebook = nbformat.read(reports.out / name / "report.ipynb", as_version=4)
        nbformat.validate(notebook)
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        assert outputs
        # A warning that nobody reads is a defect: nothing goes to the error stream.
        assert {output.output_type for output in outputs} <= {"display_data", "execute_result"}
        assert sum("injected-parameters" in cell.metadata.get("tags", []) for cell in notebook.cells) == 1


def test_the_manifest_of_a_report_names_what_it_was_made_from(reports: Any, root: Path) -> None:
    manifest = json.loads((reports.out / "dien-bien" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["state"] == "done"
    inputs = manifest["inputs"]
    assert inputs["notebook"] == fingerprint.of_file(root / "notebooks" / "province.ipynb")
    assert inputs["library"] == fingerprint.library()
    assert inputs["parameters"]["province"] == "Điện Biên"
    assert {"python", "ketnap", "pandas", "statsmodels"} <= set(manifest["versions"])
    folder = reports.out / "dien-bien"
    assert set(manifest["outputs"]) == set(bytes_of(folder))
    assert all(fingerprint.of_file(folder / file) == digest for file, digest in manifest["outputs"].items())


def test_the_manifest_of_a_call_has_each_report_with_its_state(reports: Any) -> None:
    assert {name: report["state"] for name, report in reports.manifest["reports"].items()} == dict.fromkeys(
        RENDERED, "done"
    )


def test_no_file_names_a_folder_of_this_machine(reports: Any, root: Path) -> None:
    for name in (*RENDERED, "comparison"):
        for file, data in bytes_of(reports.out / name).items():
            assert str(root).encode() not in data, file


# The facts, each in the row of its unit and period --------------------------------------------------------

MUONG_ANG = "Huyện Mường Ảng"
TOWN_ANG = "Thị trấn Mường Ảng, huyện Mường Ảng"
GROUP_8 = "Chi bộ tổ dân phố 8, huyện Mường Ảng"
TOWN_KHUONG = "Thị trấn Mường Khương, huyện Mường Khương"
THAI_HOA = "Thị xã Thái Hòa"
MDRAK = "Huyện M'Đrắk"
CU_SAN = "Xã Cư San, huyện M'Đrắk"

FACTS = [
    pytest.param(
        "dien-bien",
        "units",
        MUONG_ANG,
        "năm 2016",
        [r"152", r"120 \(suy ra.*", r"127%.*", r"2\.128 \(31/12/2016\)", r".*\b7,1\b.*"],
        id="Muong Ang 2016",
    ),
    pytest.param("dien-bien", "process-table", MUONG_ANG, "năm 2016", [r"152", r"171"], id="171 recognised"),
    pytest.param(
        "dien-bien", "places", MUONG_ANG, "31/12/2016", [r".*chưa có đảng viên", r"1"], id="one village"
    ),
    pytest.param(
        "dien-bien", "places", MUONG_ANG, "31/12/2016", [r".*chưa có chi bộ", r"26"], id="26 without a cell"
    ),
    pytest.param(
        "dien-bien",
        "units",
        TOWN_ANG,
        r"nhiệm kỳ 2015.*14/05/2020",
        [r"45", r"247 \(14/05/2020\)"],
        id="town: 45",
    ),
    pytest.param(
        "dien-bien", "members-table", TOWN_ANG, "14/05/2020", [r"247", r"15"], id="town: 247 in 15 cells"
    ),
    pytest.param("dien-bien", "process-table", GROUP_8, "năm 2019", [r"4", r"1"], id="street group 8"),
    pytest.param(
        "lao-cai",
        "units",
        TOWN_KHUONG,
        "năm 2024",
        [r"53", r"20 \(.*", r".*\b265(,0)?%.*", r"454 \(31/12/2024\)"],
        id="Muong Khuong 2024",
    ),
    pytest.param(
        "lao-cai",
        "composition-table",
        TOWN_KHUONG,
        "năm 2024",
        [r"doanh nghiệp ngoài nhà nước", r"9", r"53"],
        id="9 in enterprises",
    ),
    pytest.param("lao-cai", "units", TOWN_KHUONG, r"nhiệm kỳ 2020–2024", [r"93"], id="93 in the term"),
    pytest.param("lao-cai", "places", TOWN_KHUONG, "31/12/2020", [r"7", r"17 chi bộ.*"], id="7 of 17"),
    pytest.param("lao-cai", "places", TOWN_KHUONG, "31/12/2024", [r"2", r"17 chi bộ.*"], id="to 2"),
    pytest.param("nghe-an", "units", THAI_HOA, "năm 2014", [r"130", r"108%.*"], id="Thai Hoa 2014"),
    pytest.param("nghe-an", "units", THAI_HOA, "năm 2015", [r"156", r"130%.*"], id="Thai Hoa 2015"),
    pytest.param(
        "nghe-an",
        "units",
        THAI_HOA,
        "nhiệm kỳ 2015–2020",
        [r"639", r"595–600 \(.*suy ra.*", r"107%.*"],
        id="Thai Hoa 2015-2020",
    ),
    pytest.param(
        "nghe-an",
        "units",
        THAI_HOA,
        "từ đầu năm đến 15/10/2021",
        [r"100"],
        id="100 to mid-October",
    ),
    pytest.param(
        "nghe-an", "exits", THAI_HOA, ".*30/09/2021", [r"kỷ luật", r"tất cả", r"31"], id="31 disciplined"
    ),
    pytest.param(
        "nghe-an", "exits", THAI_HOA, ".*30/09/2021", [r"khai trừ", r"tất cả", r"12"], id="12 expelled"
    ),
    pytest.param(
        "dak-lak",
        "units",
        MDRAK,
        "năm 2017",
        [r"167", r"150 hoặc 151 \(.*suy ra.*", r"111%.*", r"3\.044 \(31/12/2017\)"],
        id="M'Drak 2017",
    ),
    pytest.param("dak-lak", "units", MDRAK, "năm 2018", [r"150 \(.*", "–"], id="150 set for 2018"),
    pytest.param(
        "dak-lak", "process-table", MDRAK, "năm 2017", [r"tất cả", r"310", r"167"], id="310 trained"
    ),
    pytest.param(
        "dak-lak",
        "units",
        CU_SAN,
        "năm 2017",
        [r"13", r"không.*chỉ tiêu nguyên nào.*", r"160%"],
        id="Cu San 2017",
    ),
    pytest.param(
        "dak-lak", "checks", CU_SAN, "năm 2017", [r".*160%.*\b8\b.*\b162,5(0)?%.*"], id="Cu San 2017 flagged"
    ),
    pytest.param(
        "dak-lak", "process-table", CU_SAN, "2016–2018", [r"85", r"36"], id="85 trained, 36 admitted"
    ),
]


@pytest.mark.parametrize(("name", "table", "unit", "period", "said"), FACTS)
def test_a_fact_stands_in_the_row_of_its_unit_and_period(
    name: str, table: str, unit: str, period: str, said: list[str], reports: Any
) -> None:
    rows = matching(reports.rows(name, table), unit, period)
    fitting = [row for row in rows if all(any(re.fullmatch(word, cell) for cell in row[2:]) for word in said)]
    assert len(fitting) == 1, rows


UNITS = [
    pytest.param(
        "dien-bien",
        {"unit": "huyện Mường Ảng", "period_start": "2016-01-01", "period_end": "2016-12-31"},
        {
            "period_type": "year",
            "admitted": 152,
            "attainment_printed": 127,
            "target_basis": "inferred",
            "target_low": 120,
            "target_high": 120,
            "members_end": 2128,
            "rate_end_per_year": 7.142857,
            "recognised": 171,
        },
        id="Muong Ang 2016",
    ),
    pytest.param(
        "lao-cai",
        {"unit": "thị trấn Mường Khương", "period_start": "2024-01-01", "period_end": "2024-12-31"},
        {"admitted": 53, "target_basis": "printed", "target_low": 20, "attainment": 265, "members_end": 454},
        id="Muong Khuong 2024",
    ),
    pytest.param(
        "nghe-an",
        {"unit": "thị xã Thái Hòa", "period_start": "2015-01-01", "period_end": "2020-12-31"},
        {
            "period_type": "term",
            "admitted": 639,
            "target_low": 595,
            "target_high": 600,
            "target_scope": "period",
        },
        id="Thai Hoa 2015-2020",
    ),
    pytest.param(
        "nghe-an",
        {"unit": "thị xã Thái Hòa", "period_start": "2021-01-01", "period_end": "2021-10-15"},
        {"period_type": "partial_year", "admitted": 100, "elapsed_share": 288 / 365, "rate_end_per_year": ""},
        id="Thai Hoa to mid-October 2021",
    ),
    pytest.param(
        "dak-lak",
        {"unit": "huyện M'Đrắk", "period_start": "2017-01-01", "period_end": "2017-12-31"},
        {"admitted": 167, "target_low": 150, "target_high": 151, "trained": 310, "members_end": 3044},
        id="M'Drak 2017",
    ),
    pytest.param(
        "dak-lak",
        {"unit": "huyện M'Đrắk", "period_start": "2018-01-01", "period_end": "2018-12-31"},
        {"admitted": "", "target_basis": "printed", "target_low": 150, "target_high": 150},
        id="M'Drak 2018",
    ),
    pytest.param(
        "dak-lak",
        {"unit": "xã Cư San", "period_start": "2017-01-01", "period_end": "2017-12-31"},
        {
            "admitted": 13,
            "attainment_printed": 160,
            "target_basis": "none_fits",
            "target_low": "",
            "attainment": "",
        },
        id="Cu San 2017",
    ),
]


@pytest.mark.parametrize(("name", "key", "known"), UNITS)
def test_the_table_that_is_given_along_holds_the_same(
    name: str, key: dict[str, str], known: dict[str, Any], reports: Any
) -> None:
    rows = reports.csv(name, "tables/units.csv")
    (row,) = [r for r in rows if {column: r[column] for column in key} == key]
    for column, value in known.items():
        found = row[column] if isinstance(value, str) else float(row[column])
        assert found == (value if isinstance(value, str) else pytest.approx(value, rel=2e-3)), column


def test_a_change_between_two_days_is_told_in_a_sentence(reports: Any) -> None:
    told = [item.get_text() for item in reports.page("lao-cai").select("main li")]
    assert [t for t in told if t.startswith(TOWN_KHUONG) and re.search(r"\b7\b.*\b17\b.*\b2\b", t)]


def test_the_best_known_result_is_told_in_a_sentence(reports: Any) -> None:
    told = [item.get_text() for item in reports.page("dien-bien").select("main li")]
    (line,) = [t for t in told if t.startswith(f"{MUONG_ANG}, năm 2016")]
    for part in (r"\b152\b", r"\b127%", r"suy ra 120\b", r"\b7,1\b", r"\b2\.128\b", r"\b171\b"):
        assert re.search(part, line), part


@pytest.mark.parametrize("name", ["dien-bien", "lao-cai", "nghe-an", "dak-lak"])
def test_every_figure_of_a_report_is_a_line_of_the_raw_file(name: str, reports: Any, raw: Path) -> None:
    with (raw / "published-figures" / "observations.csv").open(encoding="utf-8", newline="") as file:
        lines = dict(enumerate(csv.DictReader(file), start=2))
    rows = reports.csv(name, "tables/figures.csv")
    shown = reports.rows(name, "figures")
    assert len(rows) == len(shown) > 20
    for row, cells in zip(rows, shown, strict=True):
        printed = lines[int(row["raw_row"])]
        assert row["raw_row"] in cells
        assert float(row["value"]) == float(printed["value"])
        assert (row["source_id"], row["period_end"]) == (printed["source_id"], printed["period_end"])
        number = re.sub(r"[^\d,]", "", next(c for c in cells[4:5])).replace(",", ".")
        assert float(number) == float(printed["value"])


# Provinces of which little or nothing is known ------------------------------------------------------------


def test_a_province_with_one_figure_has_a_short_report(reports: Any) -> None:
    page = reports.page("bac-ninh")
    assert not page.select("svg")
    assert len(reports.rows("bac-ninh", "figures")) == 1
    assert len(reports.rows("bac-ninh", "sources")) == 1
    assert re.search(r"\bhơn 600\b", page.select_one("main").get_text())
    assert len(page.select("main h2")) < len(reports.page("dak-lak").select("main h2")) / 2


def test_a_province_with_no_figure_says_so(reports: Any) -> None:
    page = reports.page("vinh-long")
    assert not page.select("svg, table")
    assert not list((reports.out / "vinh-long").rglob("*.csv"))
    text = page.select_one("main").get_text()
    assert "tỉnh Vĩnh Long" in text
    assert "chưa có con số nào" in text
    assert "số liệu đã công bố" not in text


# What is not run again ------------------------------------------------------------------------------------


def test_a_second_run_renders_nothing(reports: Any, ketnap: Callable[..., Any]) -> None:
    before = {path: path.stat().st_mtime_ns for path in reports.out.glob("*/*") if path.is_file()}
    call = ketnap(
        "report", "Điện Biên", "Nghệ An", "Vĩnh Long", "--data", reports.data, "--out", reports.out, "--json"
    )
    assert call.returncode == 0
    assert states(call) == dict.fromkeys(("dien-bien", "nghe-an", "vinh-long"), "fresh")
    assert {path: path.stat().st_mtime_ns for path in reports.out.glob("*/*") if path.is_file()} == before


def test_what_is_forced_or_damaged_is_rendered_again_to_the_same_bytes(
    reports: Any, ketnap: Callable[..., Any], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(reports.out, out)
    before = {name: bytes_of(out / name) for name in ("dien-bien", "bac-ninh", "vinh-long")}
    (out / "bac-ninh" / "tables" / "figures.csv").unlink()
    mended = ketnap("report", "Bắc Ninh", "Vĩnh Long", "--data", reports.data, "--out", out, "--json")
    assert states(mended) == {"bac-ninh": "done", "vinh-long": "fresh"}
    forced = ketnap("report", "Điện Biên", "--data", reports.data, "--out", out, "--json", "--force")
    assert states(forced) == {"dien-bien": "done"}
    assert {name: bytes_of(out / name) for name in before} == before
    assert not list(out.glob(".*"))


def test_new_figures_make_their_province_stale_and_no_other(changed: Any) -> None:
    assert states(changed.call) == {"ha-nam": "done", "dien-bien": "fresh"}


def test_new_figures_stand_in_the_report(changed: Any) -> None:
    (row,) = [row for row in changed.rows("ha-nam", "units") if "script" in row[0]]
    assert {"152", "năm 2016"} <= set(row)
    assert len(changed.rows("ha-nam", "figures")) == 15 + 9
    drawn = {path.stem for path in (changed.out / "ha-nam" / "figures").glob("*.svg")}
    assert drawn == {"attainment", "rates", "composition", "members", "process"}


# What fails -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def broken(
    reports: Any, ketnap: Callable[..., Any], root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, Path]:
    """Return the call and folder of a project whose notebook fails for Bắc Ninh, and for it alone."""
    project = tmp_path_factory.mktemp("broken")
    shutil.copytree(root / "notebooks", project / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(reports.out / "bac-ninh", project / "reports" / "bac-ninh")
    path = project / "notebooks" / "province.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(
        2,
        nbformat.v4.new_code_cell(
            'if province == "Bắc Ninh":\n    raise ValueError("<b>broken</b> on purpose")'
        ),
    )
    nbformat.write(notebook, path)
    call = ketnap("report", "Bắc Ninh", "Vĩnh Long", "--data", reports.data, "--json", cwd=project)
    return call, project / "reports"


def test_one_failed_report_stops_no_other(broken: tuple[Any, Path]) -> None:
    call, out = broken
    assert call.returncode == 12
    assert states(call) == {"bac-ninh": "failed", "vinh-long": "done"}
    assert "bac-ninh" in call.stderr
    assert "broken</b> on purpose" in call.stderr
    assert "Traceback" not in call.stderr
    assert (out / "vinh-long" / "report.html").is_file()


def test_the_last_good_report_stays_beside_the_failure(broken: tuple[Any, Path], reports: Any) -> None:
    _call, out = broken
    good = bytes_of(reports.out / "bac-ninh")
    found = bytes_of(out / "bac-ninh")
    assert {file: found[file] for file in good} == good
    manifest = json.loads((out / "bac-ninh" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["state"] == "failed"
    assert "on purpose" in manifest["error"]
    assert not list(out.glob(".*"))


def test_the_index_says_what_failed(broken: tuple[Any, Path]) -> None:
    _call, out = broken
    page = BeautifulSoup((out / "index.html").read_bytes().decode("utf-8"), "html.parser")
    assert not page.select("td b, td i")
    (row,) = [row for row in page.select("tbody tr") if "Bắc Ninh" in row.select_one("th").get_text()]
    assert "<b>broken</b> on purpose" in row.get_text()
    assert row.select_one("a[href]")["href"] == "bac-ninh/report.html"
    (other,) = [row for row in page.select("tbody tr") if "Vĩnh Long" in row.select_one("th").get_text()]
    assert "broken" not in other.get_text()


def run_here(monkeypatch: pytest.MonkeyPatch, folder: Path, *arguments: str) -> int:
    """Run the command line in this process, and return its exit code."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["ketnap", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    code = ended.value.code
    assert isinstance(code, int)
    return code


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["Điện Bien Phu"], 11, "Điện Biên", id="a province that does not exist"),
        pytest.param(["Điện Biên", "Atlantis"], 11, "Atlantis", id="one wrong among right ones"),
        pytest.param([], 2, "--all", id="no province"),
        pytest.param(["Điện Biên", "--template", "provinces"], 11, "province", id="no such template"),
        pytest.param(["Điện Biên", "--language", "fr"], 11, "language", id="no such language"),
        pytest.param(["Điện Biên", "--format", "epub"], 11, "docx", id="no such format"),
        pytest.param(["Điện Biên", "--units", "1997"], 2, "2025", id="no such units"),
        pytest.param(["Điện Biên", "--workers", "0"], 2, "workers", id="no worker"),
    ],
)
def test_a_wrong_call_ends_in_its_code_and_says_what_is_right(
    arguments: list[str],
    code: int,
    said: str,
    root: Path,
    processed_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    given = ["report", *arguments, "--data", str(processed_folder), "--out", str(out)]
    assert run_here(monkeypatch, root, *given) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""
    assert not out.exists()


def test_without_processed_tables_the_data_are_refused(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["report", "Điện Biên", "--data", str(tmp_path / "none"), "--out", str(tmp_path / "out")]
    assert run_here(monkeypatch, root, *given) == 10
    assert "ketnap clean" in capsys.readouterr().err


def test_outside_a_clone_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_here(monkeypatch, tmp_path, "report", "Điện Biên") == 11
    assert "clone of ketnap" in capsys.readouterr().err


# Provinces of 2025 ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def merged(reports: Any, ketnap: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the report of Gia Lai in the provinces of 2025."""
    out = tmp_path_factory.mktemp("merged")
    call = ketnap("report", "Gia Lai", "--units", "2025", "--data", reports.data, "--out", out)
    assert call.returncode == 0, call.stderr
    return type(reports)(out, reports.data, call, {})


def test_units_of_a_former_province_are_marked(merged: Any, tables: Any) -> None:
    rows = merged.rows("gia-lai", "figures")
    marked = [row[0] for row in rows if "tỉnh Bình Định cũ" in row[0]]
    former = tables.figures["province_vintage"].eq("2008") & tables.figures["province"].eq("Bình Định")
    assert len(marked) == former.sum() > 0
    assert not [row[0] for row in rows if "Bình Định" in row[0] and "cũ" not in row[0]]


def test_the_report_says_which_provinces_came_together(merged: Any) -> None:
    text = merged.page("gia-lai").select_one("main").get_text()
    assert "Gia Lai" in text
    assert "Bình Định" in text
    assert "1/7/2025" in text


def test_the_index_lists_the_34(merged: Any) -> None:
    rows = merged.page("index").select("tbody tr")
    assert len(rows) == 34
    (linked,) = [row.select_one("th").get_text() for row in rows if row.select("a[href]")]
    assert "Gia Lai" in linked


# The comparison -------------------------------------------------------------------------------------------


def test_the_comparison_has_its_figures_and_tables(reports: Any) -> None:
    page = reports.page("comparison")
    drawn = {figure["id"] for figure in page.select("figure.kn-figure")}
    assert {"forest", "funnel", "histogram", "early", "trends", "tile-map"} <= drawn
    assert {"pooled", "pooled-parts", "selection", "followed", "sources"} <= {
        table["id"] for table in page.select("figure.kn-table")
    }


def test_the_comparison_stands_on_all_figures(reports: Any) -> None:
    lead = reports.page("comparison").select_one("main").get_text()
    assert re.search(r"\b1\.228\b", lead)
    assert re.search(r"\b275\b", lead)
    assert len(reports.rows("comparison", "sources")) == 275


def test_a_pooled_ratio_is_that_of_the_units_in_the_forest(reports: Any) -> None:
    rows = reports.csv("comparison", "figures/forest.csv")
    admitted = sum(int(row["admitted"]) for row in rows)
    target = sum((float(row["target_low"]) + float(row["target_high"])) / 2 for row in rows)
    pooled = {row["category"]: row for row in reports.csv("comparison", "tables/pooled.csv")}
    everything = pooled["all"]
    # No whole year of a unit lies within that of a larger one, so that all are pooled.
    assert int(everything["rows"]) == len(rows)
    assert float(everything["ratio"]) == pytest.approx(admitted / target)
    assert float(everything["low"]) < float(everything["ratio"]) < float(everything["high"])
    by_level = [
        row for row in reports.csv("comparison", "tables/pooled.csv") if row["category"] == "province"
    ]
    assert [row["withheld"] for row in by_level] == ["few_rows"]


def test_parts_of_a_year_add_results_and_lower_no_whole_year(reports: Any) -> None:
    whole = reports.csv("comparison", "tables/pooled.csv")[0]
    parts = reports.csv("comparison", "tables/pooled-parts.csv")[0]
    assert int(parts["rows"]) > int(whole["rows"])


def test_the_share_at_the_target_is_that_of_the_published_results(reports: Any) -> None:
    published = [float(row["percent"]) for row in reports.csv("comparison", "figures/histogram.csv")]
    by_level = [row for row in reports.csv("comparison", "tables/selection.csv") if "Cấp" in row["grouping"]]
    assert sum(int(row["results"]) for row in by_level) == len(published)
    assert sum(int(row["reached"]) for row in by_level) == sum(percent >= 100 for percent in published)
