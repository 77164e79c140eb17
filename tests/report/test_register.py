"""What the reports on registers stand on, and the reports themselves, run as users run them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis import cleaning, processed, report
from analysis.errors import DataRefusedError, ParameterError
from analysis.models.result import Result
from analysis.report import register_models
from analysis.report.parameters import ComparisonRegisterParameters, ProvinceRegisterParameters


@pytest.fixture(scope="module")
def folder(raw: Path, tables: processed.Processed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the processed tables of the real raw data, the synthetic registers among them."""
    made = tmp_path_factory.mktemp("registers")
    cleaning.write(tables, made, made_from="here", raw=raw)
    return made


@pytest.fixture(scope="module")
def known(folder: Path) -> Any:
    """Return a province's registers, known by its name as the file names it."""

    def province(name: str = "Nghệ An", **parameters: Any) -> report.Known:
        return report.province_register(province=name, data=str(folder), **parameters)

    return province


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        pytest.param({"exposures": "members"}, "is 'exposure' meant", id="unknown name"),
        pytest.param({"exposure": "people"}, "exposure", id="unknown exposure"),
        pytest.param(
            {"first_year": 2020, "last_year": 2010}, "first_year 2020 is after last_year 2010", id="years"
        ),
        pytest.param({"known_until": "30/6/2025"}, "known_until", id="no day"),
        pytest.param({"factors": []}, "factors", id="no factors"),
        pytest.param({"seed": -1}, "seed", id="negative seed"),
    ],
)
def test_a_wrong_parameter_is_named(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        ProvinceRegisterParameters.checked(province="Nghệ An", **wrong)


def test_a_province_without_registers_is_refused(known: Any) -> None:
    with pytest.raises(DataRefusedError, match="Cà Mau"):
        known("Cà Mau")


def test_the_citation_names_targets_and_members_only_where_there_are_any(known: Any) -> None:
    whole = known()
    rows, dropped = whole.units
    bare = replace(whole)
    bare.__dict__["units"] = (rows.assign(members=pd.NA, target=pd.NA), dropped)  # a register handed in alone
    assert "chỉ tiêu và số đảng viên của 44 đơn vị" in report.register_citation(whole).text
    assert "của 44 đơn vị, không kèm chỉ tiêu và số đảng viên" in report.register_citation(bare).text


def test_the_main_model_has_the_terms_that_the_rows_carry(known: Any) -> None:
    fit = report.main_model(known())
    assert not fit.withheld
    assert fit.formula == "age_band + sex + C(year)"
    notes = report.model_notes(known())
    assert notes is not None
    assert any("loại địa bàn" in line.casefold() for line in notes.lines)


def test_a_target_is_not_counted_by_age(known: Any) -> None:
    asked = register_models.specification(known(exposure="target"))
    assert asked.formula == "C(year)"
    assert report.main_model(known(exposure="target")).n == len(asked.rows)


def test_without_joining_the_gate_withholds(known: Any) -> None:
    fit = report.main_model(known(sparse_groups="keep"))
    assert {finding.code for finding in fit.findings if finding.fatal} >= {"separation"}
    assert fit.estimates["response"].isna().all()


def test_an_unknown_factor_is_an_error_that_names_it(known: Any) -> None:
    with pytest.raises(ParameterError, match="no column 'agee'"):
        report.main_model(known(factors=["agee"]))


def test_silent_units_are_told_and_may_count_as_zero(known: Any) -> None:
    left_out, zero = known(), known(silent_units="zero")
    assert len(left_out.silent) > 0
    assert len(zero.units[0]) == len(left_out.units[0]) + len(left_out.silent)
    assert zero.units[0]["admitted"].sum() == left_out.units[0]["admitted"].sum()
    assert any("silent_units" in line for line in report.register_summary(zero).lines)


@pytest.mark.parametrize(
    ("until", "years", "month"),
    [
        pytest.param(None, {2014, 2015}, None, id="not stated"),
        pytest.param("2015-12-31", {2014, 2015}, "2015-12", id="to the end"),
        pytest.param("2015-06-30", {2014}, "2015-06", id="half of the last year"),
        pytest.param("2015-06-15", {2014}, "2015-05", id="within a month"),
        pytest.param("2014-12-31", {2014}, "2014-12", id="before the last year"),
    ],
)
def test_a_year_that_is_not_told_to_its_end_is_left_out(
    known: Any, until: str | None, years: set[int], month: str | None
) -> None:
    found = known(known_until=until)
    assert set(found.units[0]["year"]) == years
    assert found.last_month == month


def test_recognition_is_told_only_to_a_stated_day(known: Any) -> None:
    untold = report.recognition(known())
    assert [type(thing).__name__ for thing in untold] == ["Prose"]
    told = report.recognition(known(known_until="2016-12-31"))
    results = [thing for thing in told if isinstance(thing, Result)]
    assert len(results) == 4
    assert not results[0].withheld


def test_years_told_in_part_are_named_only_where_they_are_kept(known: Any) -> None:
    assert known(known_until="2015-06-30", part_years="keep").part_years == [2015]
    assert known(known_until="2015-06-30").part_years == []


def with_people(found: report.Known, **columns: Any) -> report.Known:
    """Return what is known, had the register told something else of its people."""
    told = found.registers.admissions.assign(**columns)
    return replace(found, registers=replace(found.registers, admissions=told))


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        pytest.param({}, "không ghi ai về sau ra khỏi Đảng", id="no column"),
        pytest.param({"has_left": False}, "không phân biệt được không ai ra với chưa ghi", id="nobody"),
        pytest.param({"has_left": True}, "không của đảng viên kết nạp trước", id="some"),
    ],
)
def test_what_registers_cannot_say_of_exits_is_said(known: Any, columns: dict[str, Any], words: str) -> None:
    lines = report.register_limits(with_people(known("Điện Biên"), **columns)).lines
    assert [words in line for line in lines].count(True) == 1


def test_enterprises_are_told_of_only_where_somebody_works_in_one(known: Any) -> None:
    def lines(occupation: str) -> list[str]:
        found = known("Điện Biên")
        told = [occupation, *["pupil"] * 3, *[""] * (len(found.registers.admissions) - 4)]
        return [
            line
            for line in report.register_limits(with_people(found, occupation=told)).lines
            if "doanh nghiệp" in line
        ]

    (line,) = lines("enterprise_worker")
    assert "Trong 4 người" in line
    assert "1 (25,0%)" in line
    assert lines("pupil") == []


def test_people_out_of_the_rates_are_not_said_to_be_of_unknown_age_only(known: Any) -> None:
    # Nghệ An: of the one who is left out the age is known, but no members of it are counted.
    lines = report.register_summary(known()).lines
    assert any("không đếm đảng viên theo tuổi và giới (1 người)" in line for line in lines)
    assert any("hay ở nhóm không đếm đảng viên" in line for line in lines)


def test_rates_by_locality_are_standardised_beside_the_crude_ones(known: Any) -> None:
    found = known("Điện Biên")
    drawing, result = report.standardised_by_locality(found)
    cells = found.cells[0]
    sums = cells.groupby("locality", observed=True)[["admitted", "members"]].sum()
    estimates = result.estimates.set_index("term")
    for locality in ("commune", "township"):
        row = estimates.loc[locality]
        assert row["crude"] == pytest.approx(100 * sums["admitted"][locality] / sums["members"][locality])
        assert row["response_low"] < row["response"] < row["response_high"]
    assert estimates["observed"].sum() == cells["admitted"].sum()
    assert drawing.title.endswith("(dữ liệu giả lập)")


def test_one_type_of_locality_is_not_standardised(known: Any) -> None:
    found = known("Điện Biên")
    rows = found.registers.unit_years.assign(locality="commune")
    assert (
        report.standardised_by_locality(replace(found, registers=replace(found.registers, unit_years=rows)))
        == []
    )


def test_what_a_simulation_made_says_so(known: Any) -> None:
    found = known()
    marked = found._marked(report.main_model(found))
    assert marked.title.endswith("(dữ liệu giả lập)")
    assert "(synthetic data)" in marked.to_markdown("en")


def test_the_pair_of_a_comparison_is_checked(folder: Path) -> None:
    def pair(*names: str) -> tuple[str, str]:
        return report.compared_pair(report.comparison_register(data=str(folder), pair=list(names)))

    assert pair("nghe an", "Lào Cai") == ("Nghệ An", "Lào Cai")
    assert len(set(pair())) == 2
    with pytest.raises(ParameterError, match="Cà Mau"):
        pair("Cà Mau", "Lào Cai")
    with pytest.raises(ParameterError, match="two provinces"):
        pair("Lào Cai")
    with pytest.raises(ParameterError):
        ComparisonRegisterParameters.checked(pair=["a", "b", "c"])


def test_rows_of_another_province_do_not_come_in(known: Any) -> None:
    found = known("Đắk Lắk")
    assert set(found.registers.admissions["province"]) == {"Đắk Lắk"}
    assert set(found.units[0]["province"]) == {"Đắk Lắk"}


@pytest.fixture(scope="module")
def pages(ketnap: Callable[..., Any], folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the reports on registers of one province, and of all."""
    out = tmp_path_factory.mktemp("reports")
    for arguments in (
        ["Điện Biên", "--template", "province_register"],
        ["--template", "comparison_register"],
    ):
        call = ketnap("report", *arguments, "--data", folder, "--out", out)
        assert (call.returncode, call.stderr) == (0, "")
    return out


@pytest.mark.parametrize("slug", ["dien-bien-register", "comparison-register"])
def test_a_report_runs_without_stray_output(pages: Path, slug: str) -> None:
    notebook = nbformat.read(pages / slug / "report.ipynb", as_version=4)
    streams = [
        o
        for cell in notebook.cells
        if cell.cell_type == "code"
        for o in cell.outputs
        if o.output_type == "stream"
    ]
    assert streams == []


@pytest.mark.parametrize("slug", ["dien-bien-register", "comparison-register"])
def test_every_figure_and_table_of_a_report_has_its_own_name_and_says_that_it_is_synthetic(
    pages: Path, slug: str
) -> None:
    page = BeautifulSoup((pages / slug / "report.html").read_text(encoding="utf-8"), "html.parser")
    names = [figure["id"] for figure in page.find_all("figure")]
    assert len(names) > 8
    assert len(names) == len(set(names))
    captions = [figure.figcaption.strong.get_text() for figure in page.find_all("figure")]
    assert [words for words in captions if "giả lập" not in words] == []


def test_the_numbers_of_a_report_are_those_of_its_table(pages: Path, known: Any) -> None:
    told = pd.read_csv(pages / "dien-bien-register" / "tables" / "register-years.csv")
    units = known("Điện Biên").units[0]
    assert told["admitted"].sum() == units["admitted"].sum() == 152
    assert told["rate"].item() == pytest.approx(100 * 152 / units["members"].sum())


def test_a_section_stands_only_where_the_registers_tell_something(pages: Path) -> None:
    page = BeautifulSoup(
        (pages / "dien-bien-register" / "report.html").read_text(encoding="utf-8"), "html.parser"
    )
    heads = [head.get_text() for head in page.find_all("h2")]
    assert "Tỷ lệ theo loại địa bàn, chuẩn hóa theo tuổi và giới" in heads
    assert [head for head in heads if "Ra khỏi Đảng" in head] == []


def test_the_first_page_leads_to_the_reports_on_registers(pages: Path) -> None:
    page = BeautifulSoup((pages / "index.html").read_text(encoding="utf-8"), "html.parser")
    links = {link["href"] for link in page.find_all("a")}
    assert {"dien-bien-register/report.html", "comparison-register/report.html"} <= links


def test_a_day_is_a_day() -> None:
    checked = ProvinceRegisterParameters.checked(province="Nghệ An", known_until="2025-06-30")
    assert date.fromisoformat(str(checked.known_until)) == date(2025, 6, 30)
