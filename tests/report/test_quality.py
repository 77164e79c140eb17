"""The report on the quality of the data: what it counts of registers, what it shows, when it is made again."""

from __future__ import annotations

import csv
import json
import resource
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pandas as pd
import papermill
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bs4 import BeautifulSoup

from analysis import cleaning, fingerprint, processed, report
from analysis.errors import DataRefusedError, ParameterError
from analysis.figures import quality as figures
from analysis.processed import Processed
from analysis.report import Quality, jobs
from analysis.report.jobs import quality_hash
from analysis.report.place_slice import Cuts
from analysis.report.project import Project
from analysis.report.quality_known import measured
from analysis.shown import MIME_NAME
from analysis.tables import quality as shown_tables
from analysis.tables import quality_people as people

pytestmark = pytest.mark.xdist_group("reports")

REGISTER = """\
DANH SÁCH KẾT NẠP NĂM 2016,,,,,,,,,
STT,Họ và tên,Năm sinh,Giới tính,Dân tộc,Trình độ văn hóa,Đảng bộ cơ sở,Ngày kết nạp,Ngày chính thức,Ghi chú
I. Đảng bộ xã Ẳng Nưa,,,,,,,,,
1,Lò Văn Pánh,12/03/1990,nam,Thái,12/12,,03/02/2016,03/02/2017,
2,Lò Thị Hoà,1992,nữ,nt,12/12,,T9/2016,10/06/2017,ok
3,Giàng A Sùng,5/5/85,nam,H'Mông,9/12,,5/6/2016,,
4,Vàng Thị Mỷ,1/1/2001,nữ,Sao Hỏa,13/12,,5/6/2016,7/6/2016,
5,Nguyễn Văn An,1/1/1990,nam,Kinh,12/12,,31/02/2016,,
,Cộng: 5,,,,,,,,
"""
"""Five people: one of them without a day of admission, one admitted at 15 and recognised after two days."""

MADE_UP = """\
STT,Họ và tên,Ngày sinh,Đảng bộ cơ sở,Ngày kết nạp
1,Nguyễn Thị Một,02/03/1990,xã Thanh Giả,03/02/2016
2,Nguyễn Văn Hai,02/03/50,xã Thanh Giả,03/02/2016
"""
TARGETS = "Đơn vị,Năm,Chỉ tiêu kết nạp\nxã Ẳng Nưa,2016,3\nxã Ẳng Nưa,2016,4\nxã Ẳng Tở,2016,5\n"


@pytest.fixture(scope="module")
def raw_registers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a raw folder with a register, a synthetic one in a workbook beside a sheet of notes, and targets."""
    raw = tmp_path_factory.mktemp("raw")
    for name in ("registers/dien-bien", "targets"):
        (raw / name).mkdir(parents=True)
    (raw / "registers/dien-bien/so-2016.csv").write_text(REGISTER, encoding="utf-8")
    (raw / "targets/dien-bien.csv").write_text(TARGETS, encoding="utf-8")
    book = openpyxl.Workbook()
    for line in csv.reader(MADE_UP.splitlines()):
        book.active.append(line)
    book.active.title = "Quý I"
    book.active.row_dimensions[3].hidden = True
    book.create_sheet("Ghi chú").append(["Bản này chỉ để minh họa."])
    book.save(raw / "registers/dien-bien/synthetic-2016.xlsx")
    return raw


@pytest.fixture(scope="module")
def folder(tables: Processed, raw_registers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the processed tables of those registers; tests only read them."""
    out = tmp_path_factory.mktemp("processed-registers")
    cleaning.write(tables, out, made_from="test", raw=raw_registers)
    return out


@pytest.fixture(scope="module")
def known(folder: Path) -> Quality:
    """Return what cleaning did to those registers."""
    return measured(folder)


# What is counted ------------------------------------------------------------------------------------------


def of(table: pd.DataFrame, **wanted: Any) -> dict[str, Any]:
    """Return the only row with these values."""
    found = table
    for name, value in wanted.items():
        found = found.loc[found[name].eq(value)]
    assert len(found) == 1, f"{len(found)} rows with {wanted}"
    return dict(found.iloc[0])


def test_rows_are_counted_by_sheet(known: Quality) -> None:
    register = of(known.files, file="registers/dien-bien/so-2016.csv")
    assert [register[f"rows_{name}"] for name in ("read", "in", "stayed", "refused", "total", "heading")] == [
        7,
        5,
        4,
        1,
        1,
        1,
    ]
    assert list(known.sheets["table"]) == ["admissions", "admissions", "targets"]
    assert of(known.files, sheet="Quý I")["rows_hidden"] == 1
    assert of(known.files, sheet="Ghi chú")["table"] == ""


def test_the_log_adds_up_to_the_files(known: Quality) -> None:
    cells = known.changes.loc[known.changes["column"].ne("")]
    for row in known.files.itertuples():
        here = cells.loc[cells["file"].eq(row.file) & cells["sheet"].eq(row.sheet)]
        lost = here["effect"].eq("refused")
        assert here.loc[lost, "count"].sum() == row.cells_refused
        assert here.loc[~lost, "count"].sum() == row.cells_changed
    rows = known.changes.loc[known.changes["effect"].eq("row_refused")].groupby("file")["count"].sum()
    assert rows.to_dict() == {"registers/dien-bien/so-2016.csv": 1}


def test_why_a_value_is_missing_is_told_apart(known: Quality) -> None:
    of_office = known.missing.loc[~known.missing["synthetic"]]
    gaps = {row.column: (row.rows, row.no_column, row.empty) for row in of_office.itertuples()}
    assert gaps["sex"] == (4, 0, 0)
    assert gaps["ethnicity"] == (4, 0, 1)  # no such ethnic group
    assert gaps["general_education"] == (4, 0, 1)  # no such class
    assert gaps["days_to_recognition"] == (4, 0, 2)  # no date; a month alone
    assert gaps["occupation"] == (4, 4, 0)
    made_up = known.missing.loc[known.missing["synthetic"]]
    assert set(made_up["rows"]) == {2}
    assert set(made_up.loc[made_up["no_column"].eq(2), "column"]) >= {"sex", "ethnicity", "religion"}


def test_flags_are_counted_with_what_cannot_be_judged(known: Quality) -> None:
    def flag(name: str, *, synthetic: bool) -> tuple[int, int, int]:
        row = of(known.flags, flag=name, synthetic=synthetic)
        return row["broken"], row["kept"], row["unknown"]

    assert flag("under_18", synthetic=False) == (1, 3, 0)
    assert flag("recognised_early", synthetic=False)[0] == 2
    assert flag("certificate_expired", synthetic=False) == (0, 0, 4)
    assert flag("over_60", synthetic=True) == (1, 1, 0)


def test_precision_adds_up_to_the_rows(known: Quality) -> None:
    office = known.precision.loc[~known.precision["synthetic"]]
    assert office.groupby("what")["rows"].sum().to_dict() == {"age": 4, "admitted": 4}
    assert of(office, what="age", precision="exact")["rows"] == 3
    assert of(office, what="age", precision="year")["rows"] == 1


def test_targets_that_contradict_each_other_are_counted(known: Quality) -> None:
    assert known.contradicted[["table", "rows", "contradicted"]].to_numpy().tolist() == [["targets", 3, 2]]
    (line,) = report.contradictions(known).lines
    assert line.startswith("2 trong 3 dòng chỉ tiêu")


def test_examples_name_nobody(known: Quality) -> None:
    assert known.examples.groupby("rule").size().max() <= 3
    shown = " ".join([*known.examples["before"], *known.examples["after"]])
    assert not [name for name in ("Pánh", "Hoà", "Sùng", "Mỷ", "1990", "5/5/85", "1992") if name in shown]
    assert of(known.examples, rule="no_such_day")["before"] == "31/02/2016"
    assert of(known.examples, rule="completed_class", before="12/12")["after"] == "upper_secondary"


def test_the_log_of_published_figures_is_left_out(known: Quality) -> None:
    assert not known.changes["file"].str.startswith("published-figures").any()


# What is shown --------------------------------------------------------------------------------------------


def shown(known: Quality) -> dict[str, Any]:
    made = [
        figures.fate(known.sheets), figures.missing(known.missing), shown_tables.sheets(known.sheets),
        shown_tables.refusals(known.changes), shown_tables.rules(known.changes, known.examples), shown_tables.columns(known.sheets),
        shown_tables.encodings(known.sheets), people.precision(known.precision), people.flags(known.flags),
    ]  # fmt: skip
    return {one.name: one for one in made if one is not None}


def cells(table: Any) -> dict[str, list[str]]:
    return {str(row[0]): [str(cell) for cell in row[1:]] for row in table.rows}


def test_every_table_and_figure_says_that_rows_are_synthetic(known: Quality) -> None:
    made = shown(known)
    assert len(made) == 9
    assert [
        one.title for name, one in made.items() if name != "refusals" and "dữ liệu giả lập" not in one.title
    ] == []
    assert "giả lập" not in made["refusals"].title  # only the office's file has any
    assert {str(row[0]) for row in made["sheets"].rows if "dữ liệu giả lập" in row[0]} == {
        "registers/dien-bien/synthetic-2016.xlsx, trang Quý I (dữ liệu giả lập)"
    }
    assert "synthetic" in made["fate"].data
    assert "synthetic" in made["missing"].data
    assert "1 trong 3 tệp" in report.synthetic_notice(known).lines[0]
    assert "(có dữ liệu giả lập)" in report.quality_title(known).text


def test_synthetic_rows_are_not_added_to_those_of_offices(known: Quality) -> None:
    lines = report.quality_summary(known).lines
    assert lines[0].startswith(
        "Các tệp của cơ quan: 4 trong 5 dòng người được kết nạp vào bảng; 3 trong 3 dòng chỉ tiêu"
    )
    assert lines[1].startswith("Các tệp giả lập: 2 trong 2 dòng người được kết nạp vào bảng.")
    assert "1 dòng bị ẩn" in lines[1]
    assert "không để công bố" in lines[-1]


def test_what_is_all_synthetic_is_marked_once_and_at_the_top(known: Quality) -> None:
    made = replace(
        known, files=known.files.assign(synthetic=True), changes=known.changes.assign(synthetic=True)
    )
    assert report.quality_title(made).text.endswith("(dữ liệu giả lập)")
    assert "không có người thật" in report.synthetic_notice(made).lines[0]
    table = shown_tables.sheets(made.sheets)
    assert table.title.endswith("(dữ liệu giả lập)")
    assert not [row[0] for row in table.rows if "dữ liệu giả lập" in row[0]]
    assert "không để công bố" not in " ".join(report.quality_summary(made).lines)


def test_refusals_say_why_in_words(known: Quality) -> None:
    (row,) = shown_tables.refusals(known.changes).rows
    assert "không có ngày, tháng hay năm kết nạp" in row[1]
    assert "dân tộc: không có trong danh mục (1)" in row[2]
    assert "trình độ văn hóa: lớp không có trong hệ 10 hay 12 năm (1)" in row[2]


def test_columns_say_what_they_were_read_as(known: Quality) -> None:
    found = cells(shown_tables.columns(known.sheets))["registers/dien-bien/so-2016.csv"]
    assert "Ngày kết nạp → ngày kết nạp" in found[0]
    assert "Dân tộc → dân tộc" in found[0]
    assert found[1:] == ["Họ và tên", "Ghi chú", "–"]


def test_sheets_without_a_table_are_named(known: Quality) -> None:
    (line,) = report.sheets_without_table(known).lines
    assert "synthetic-2016.xlsx, trang Ghi chú (dữ liệu giả lập)." in line


def test_a_flag_that_cannot_be_judged_has_no_share(known: Quality) -> None:
    found = cells(people.flags(known.flags))
    assert found["giấy chứng nhận lớp học quá 60 tháng"] == ["0", "0", "4", "–"]
    assert found["chưa đủ 18 tuổi"] == ["1", "3", "0", "25,0%"]


def test_many_sheets_are_cut_on_the_page_and_not_in_the_data(known: Quality) -> None:
    many = pd.concat([known.sheets.assign(file=f"registers/{n}.csv") for n in range(100)], ignore_index=True)
    table = shown_tables.sheets(many)
    assert (len(table.rows), len(table.data)) == (shown_tables.MOST_ROWS, 300)
    assert "200 trong 300" in table.caption
    drawing = figures.fate(many)
    assert len(drawing.data) == 300
    assert "24 trang bị loại nhiều nhất trong 300" in drawing.caption


EVIL = "registers/<script>alert(1)</script> $x^2$ {file}.csv"


def test_a_file_with_an_evil_name_does_no_harm(known: Quality) -> None:
    evil = Quality(
        known.files.assign(file=EVIL), known.changes.assign(file=EVIL, column=EVIL, rule=EVIL), known.examples.assign(before=EVIL),
        known.missing, known.flags, known.precision, known.contradicted,
    )  # fmt: skip
    for one in shown(evil).values():
        page = BeautifulSoup(one._repr_mimebundle_()["text/html"], "html.parser")
        assert not page.select("script")
    assert "<script>" not in report.sheets_without_table(evil)._repr_mimebundle_()["text/html"]


# Large tables ---------------------------------------------------------------------------------------------


def test_large_tables_are_counted_in_slices(folder: Path, known: Quality, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "big")
    package = json.loads((tmp_path / "big" / "datapackage.json").read_text(encoding="utf-8"))
    for name in ("admissions", "cleaning_log"):
        path = tmp_path / "big" / f"{name}.parquet"
        whole = pq.read_table(path).unify_dictionaries().combine_chunks()
        times = 600_000 // len(whole)
        with pq.ParquetWriter(path, whole.schema) as writer:
            writer.write_table(pa.concat_tables([whole] * (times - 1)).unify_dictionaries().combine_chunks())
            writer.write_table(whole)  # another row group, with words numbered by itself
        entry = next(r for r in package["resources"] if r["name"] == name)
        entry["hashes"][f"{name}.parquet"] = fingerprint.of_file(path)
        entry["times"] = times
    (tmp_path / "big" / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    times = {r["name"]: r.get("times") for r in package["resources"]}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = measured(tmp_path / "big")
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 400
    assert list(found.changes["count"]) == [n * times["cleaning_log"] for n in known.changes["count"]]
    assert list(found.flags["broken"]) == [n * times["admissions"] for n in known.flags["broken"]]
    assert list(found.missing["empty"]) == [n * times["admissions"] for n in known.missing["empty"]]
    pd.testing.assert_frame_equal(found.examples, known.examples)


# Without registers, and with broken tables ------------------------------------------------------------------


def test_without_registers_one_sentence_says_so(processed_folder: Path) -> None:
    none = measured(processed_folder)
    assert shown(none) == {}
    assert report.quality_title(none).line.startswith("Trong data/raw chưa có danh sách kết nạp")
    told = [
        report.synthetic_notice,
        report.quality_summary,
        report.sheets_without_table,
        report.contradictions,
    ]
    assert [make(none) for make in told] == [None] * 4


@pytest.mark.parametrize("name", ["admissions", "cleaning_log", "files", "targets"])
def test_a_table_of_another_run_is_refused(name: str, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "data")
    path = tmp_path / "data" / f"{name}.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(DataRefusedError, match="ketnap clean"):
        measured(tmp_path / "data")


def test_a_missing_table_is_refused(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "data")
    (tmp_path / "data" / "admissions.parquet").unlink()
    with pytest.raises(DataRefusedError, match="ketnap clean"):
        report.quality(data=str(tmp_path / "data"))


def test_a_parameter_of_other_templates_is_refused(folder: Path) -> None:
    with pytest.raises(ParameterError, match="units: no such parameter"):
        report.quality(data=str(folder), units="period")


# When it is made again ------------------------------------------------------------------------------------


def inputs(project: Project, data: Path) -> dict[str, Any]:
    """Return what each report depends on, by its folder."""
    places = jobs.wanted(["Điện Biên"], everything=False, units="period")
    templates = ["province", "comparison", "data_quality"]
    cuts = Cuts(processed.load(data), "period")
    planned = jobs.plan(project, data, cuts, data, places, templates, language="vi")
    return {job.name: job.inputs["data"] for job in planned}


def test_registers_make_only_this_report_stale(processed_folder: Path, folder: Path, root: Path) -> None:
    without, with_ = inputs(Project(root), processed_folder), inputs(Project(root), folder)
    assert set(without) == {"dien-bien", "comparison", "data-quality"}
    assert [name for name in without if without[name] != with_[name]] == ["data-quality"]


def test_tables_that_the_report_does_not_read_leave_it_as_it_is(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "data")
    path = tmp_path / "data" / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    for name, same in (("unit_years", True), ("files", False)):
        entry = next(r for r in package["resources"] if r["name"] == name)
        entry["hashes"][f"{name}.parquet"] = "0" * 64
        path.write_text(json.dumps(package), encoding="utf-8")
        assert (quality_hash(tmp_path / "data") == quality_hash(folder)) is same


# The command line -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rendered(
    ketnap: Callable[..., Any], folder: Path, processed_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Return the folders of reports with registers and without."""
    found = {}
    for name, data in (("with", folder), ("without", processed_folder)):
        found[name] = tmp_path_factory.mktemp(name)
        call = ketnap("report", "--template", "data_quality", "--data", data, "--out", found[name])
        assert (call.returncode, call.stderr) == (0, "")
        assert "1 rendered, 0 up to date" in call.stdout
    return found


def test_papermill_alone_runs_the_template(folder: Path, root: Path, tmp_path: Path) -> None:
    output = tmp_path / "executed.ipynb"
    template = str(root / "notebooks" / "data_quality.ipynb")
    papermill.execute_notebook(template, str(output), parameters={"data": str(folder)}, progress_bar=False)
    found = [
        out.data for cell in nbformat.read(output, as_version=4).cells for out in cell.get("outputs", [])
    ]
    named = {data[MIME_NAME]["name"] for data in found if MIME_NAME in data}
    assert {"fate", "missing", "sheets", "rules", "flags"} <= named


def test_a_second_run_has_nothing_to_do(
    ketnap: Callable[..., Any], folder: Path, rendered: dict[str, Path]
) -> None:
    out = rendered["with"]
    made = (out / "data-quality" / "report.html").stat().st_mtime_ns
    call = ketnap("report", "--template", "data_quality", "--data", folder, "--out", out)
    assert "0 rendered, 1 up to date" in call.stdout
    assert (out / "data-quality" / "report.html").stat().st_mtime_ns == made


def page(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_the_report_is_rendered_with_its_files(rendered: dict[str, Path], known: Quality) -> None:
    out = rendered["with"] / "data-quality"
    found = page(out / "report.html")
    assert {one["id"] for one in found.select("figure")} == set(shown(known))
    for svg in found.select("svg"):
        assert len(svg["aria-label"]) > 40
    with (out / "tables" / "refusals.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert {row["rule"] for row in csv.DictReader(lines)} >= {"no_such_day", "unknown_category"}
    text = found.select_one("main").get_text()
    assert not [name for name in ("Pánh", "Sùng", "Mỷ", "Nguyễn", "Lò ") if name in text]
    headings = [h.get_text() for h in found.select("h2")]
    assert headings[0] == "Từng tệp"
    assert "File by file" not in text


def test_without_registers_the_page_holds_its_sentence_alone(rendered: dict[str, Path]) -> None:
    found = page(rendered["without"] / "data-quality" / "report.html")
    assert [h.get_text() for h in found.select("h2, figure")] == []
    assert "chưa có danh sách kết nạp" in found.select_one("main").get_text()


@pytest.mark.parametrize("name", ["with", "without"])
def test_the_first_page_links_to_it(name: str, rendered: dict[str, Path]) -> None:
    links = {str(link["href"]) for link in page(rendered[name] / "index.html").select("main a")}
    assert "data-quality/report.html" in links
    assert "comparison/report.html" not in links


def test_provinces_and_this_template_are_not_asked_together(ketnap: Callable[..., Any]) -> None:
    call = ketnap("report", "Điện Biên", "--template", "data_quality")
    assert call.returncode == 2
    assert "data_quality" in call.stderr
