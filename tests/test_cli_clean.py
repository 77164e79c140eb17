"""The commands clean, check and provinces: what they print, what they write, how they end."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import cleaning, processed
from analysis.schema import TABLES
from tests.conftest import Ran

WOMEN = {"subgroup": "female", "value": "70"}


def as_a_user(folder: Path, *arguments: object) -> Ran:
    """Run the command in a process and folder of its own."""
    done = subprocess.run(
        [sys.executable, "-c", "from analysis.cli import main; main()", *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8", "TZ": "Asia/Ho_Chi_Minh"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def observations(raw: Path) -> Path:
    return raw / "published-figures" / "observations.csv"


def test_cleaning_the_real_data_again_in_another_process_gives_identical_bytes(raw, tables, tmp_path):
    here = tmp_path / "here"
    cleaning.write(tables, here, made_from=processed.raw_hash(raw), raw=raw)
    ran = as_a_user(tmp_path, "clean", "--raw", raw, "--out", tmp_path / "again", "--json")
    assert ran.code == 0, ran.err
    assert ran.err == ""
    told = json.loads(ran.out)
    assert told["up_to_date"] is False
    assert set(told["rows"]) == set(TABLES)
    assert contents(tmp_path / "again") == contents(here)


def test_clean_writes_the_tables_and_tells_their_rows(ketnap, raw_of, tmp_path):
    ran = ketnap("clean", "--raw", raw_of({}, WOMEN), "--out", tmp_path / "out")
    assert (ran.code, ran.err) == (0, "")
    assert all(name in ran.out for name in TABLES)
    assert len(processed.load(tmp_path / "out").figures) == 2


def test_clean_does_nothing_where_nothing_changed(ketnap, raw_of, tmp_path):
    raw = raw_of({}, WOMEN)
    ketnap("clean", "--raw", raw, "--out", tmp_path / "out")
    times = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    ran = ketnap("clean", "--raw", raw, "--out", tmp_path / "out", "--json")
    assert json.loads(ran.out)["up_to_date"] is True
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == times


def test_clean_mends_a_folder_in_which_a_table_was_changed(ketnap, raw_of, tmp_path):
    raw = raw_of({}, WOMEN)
    ketnap("clean", "--raw", raw, "--out", tmp_path / "out")
    good = contents(tmp_path / "out")
    (tmp_path / "out" / "figures.parquet").write_bytes(b"")
    assert ketnap("clean", "--raw", raw, "--out", tmp_path / "out").code == 0
    assert contents(tmp_path / "out") == good


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda data: data.splitlines(keepends=True)[0], id="header-only"),
        pytest.param(lambda data: data.replace(b"measure", b"mesure", 1), id="missing-column"),
        pytest.param(lambda data: data.replace(b"152", b"1,52"), id="wrong-number-of-cells"),
        pytest.param(lambda data: data.replace(b"152", b"many"), id="no-number"),
        pytest.param(lambda data: data + b"\xe1\xba", id="broken-encoding"),
        pytest.param(lambda data: data.replace("Điện Biên".encode(), b"Dien"), id="no-province"),
    ],
)
def test_refused_data_end_in_10_and_leave_the_last_good_tables(ketnap, raw_of, tmp_path, spoil):
    raw = raw_of({}, WOMEN)
    ketnap("clean", "--raw", raw, "--out", tmp_path / "out")
    good = contents(tmp_path / "out")
    observations(raw).write_bytes(spoil(observations(raw).read_bytes()))
    ran = ketnap("clean", "--raw", raw, "--out", tmp_path / "out")
    assert ran.code == 10
    assert ran.out == ""
    assert "observations.csv" in ran.err
    assert "Traceback" not in ran.err
    assert contents(tmp_path / "out") == good


def test_every_problem_is_printed_on_a_line_of_its_own(ketnap, raw_of, tmp_path):
    raw = raw_of({"measure": "admited"}, {"value": "[bold]1,479[/bold]"}, {"province": "Điện Bin"})
    ran = ketnap("clean", "--raw", raw, "--out", tmp_path / "out")
    lines = ran.err.splitlines()
    assert ran.code == 10
    assert lines[0].startswith("ketnap: 3 problems")
    expected = [
        ("row 2, column measure", "admited"),
        ("row 3, column value", "[bold]1,479[/bold]"),
        ("row 4, column province", "Điện Biên"),
    ]
    for (where, seen), line in zip(expected, lines[1:], strict=True):
        assert line.startswith(f"observations.csv, {where}")
        assert seen in line
    assert not (tmp_path / "out").exists()


def test_a_raw_folder_that_is_not_there_is_refused(ketnap, tmp_path):
    ran = ketnap("clean", "--raw", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert ran.code == 10
    assert "sources.csv" in ran.err
    assert "no such file" in ran.err


def test_clean_outside_a_clone_says_so(tmp_path):
    ran = as_a_user(tmp_path, "clean")
    assert ran.code == 11
    assert ran.err.startswith("ketnap: ")
    assert "Traceback" not in ran.err


def test_check_tells_what_the_real_file_would_become_and_changes_nothing(ketnap, raw, tmp_path):
    shutil.copytree(raw, tmp_path / "raw")
    before = contents(tmp_path)
    ran = ketnap("check", observations(tmp_path / "raw"), "--json")
    assert (ran.code, ran.err) == (0, "")
    told = json.loads(ran.out)
    assert told["kind"] == "observations"
    assert told["counts"]["rows"] == 1228
    assert told["changes"]["limits not recorded count as inferred"] > 0
    assert contents(tmp_path) == before


@pytest.mark.parametrize("arguments", [(), ("--json",)], ids=["table", "json"])
def test_check_knows_a_file_of_sources(ketnap, raw, arguments):
    ran = ketnap("check", raw / "published-figures" / "sources.csv", *arguments)
    assert ran.code == 0
    assert "275" in ran.out


@pytest.mark.parametrize(
    ("name", "data", "seen"),
    [
        pytest.param("observations.csv", None, "ba mươi", id="bad-value"),
        pytest.param("observations.csv", b"a,b\n1,2\n", "the columns a, b", id="another-table"),
        pytest.param("sources.csv", b"", "empty", id="empty"),
        pytest.param("gone.csv", None, "no such file", id="no-file"),
    ],
)
def test_check_refuses_a_bad_file_and_changes_nothing(ketnap, raw_of, name, data, seen):
    raw = raw_of({}, {"value": "ba mươi"})
    file = raw / "published-figures" / name
    if data is not None:
        file.write_bytes(data)
    before = contents(raw)
    ran = ketnap("check", file)
    assert (ran.code, ran.out) == (10, "")
    assert name in ran.err
    assert seen in ran.err
    assert contents(raw) == before


def test_provinces_lists_both_vintages_with_what_became_of_each(ketnap):
    ran = ketnap("provinces", "--json")
    rows = json.loads(ran.out)
    assert (ran.code, len(rows)) == (0, 63 + 34)
    assert {row["name"]: row["successor"] for row in rows if row["vintage"] == "2008"}["Yên Bái"] == "Lào Cai"
    assert ketnap("provinces").out.count("Điện Biên") >= 2


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param("dien bien", [("2008", "11", "Điện Biên"), ("2025", "11", "Điện Biên")], id="ascii"),
        pytest.param("15", [("2008", "15", "Yên Bái"), ("2025", "15", "Lào Cai")], id="code-of-two"),
        pytest.param("Yên Bái", [("2008", "15", "Yên Bái")], id="merged-away"),
        pytest.param("Huế", [("2008", "46", "Thừa Thiên Huế"), ("2025", "46", "Huế")], id="renamed"),
    ],
)
def test_provinces_finds_a_name_or_code(ketnap, name, found):
    ran = ketnap("provinces", name, "--json")
    assert ran.code == 0
    assert [(row["vintage"], row["code"], row["name"]) for row in json.loads(ran.out)] == found


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        pytest.param("Điện Bin", "Điện Biên", id="of-both-vintages"),
        pytest.param("Yên Bá", "Yên Bái", id="of-the-63-only"),
    ],
)
def test_a_misspelt_province_ends_in_11_with_the_nearest(ketnap, name, nearest):
    ran = ketnap("provinces", name)
    assert (ran.code, ran.out) == (11, "")
    assert nearest in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["clear"], id="unknown-command"),
        pytest.param(["clean", "--raww", "x"], id="unknown-option"),
        pytest.param(["check"], id="argument-missing"),
        pytest.param(["provinces", "Lào", "Cai"], id="one-argument-too-many"),
    ],
)
def test_a_wrong_command_line_ends_in_2(ketnap, arguments):
    ran = ketnap(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def test_the_version_is_that_of_the_package(ketnap):
    from analysis import __version__  # noqa: PLC0415

    assert ketnap("--version") == Ran(0, f"ketnap {__version__}\n", "")


def test_no_colour_codes_reach_a_pipe(raw_of, tmp_path):
    ran = as_a_user(tmp_path, "clean", "--raw", raw_of({}, WOMEN), "--out", "out")
    assert ran.code == 0, ran.err
    assert "\x1b" not in ran.out + ran.err
