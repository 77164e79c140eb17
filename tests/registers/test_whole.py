"""What holds of every register: nothing lost, no order that matters, cleaned twice is cleaned once."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.clean.text import tone_key
from analysis.registers.write import write_tables
from analysis.simulate import Truth, simulate
from tests.registers.conftest import HEADER, PERSON, clean_folder, grid, write_csv

MEMBERS, YEARS = 1500, (2015, 2016)


@pytest.fixture(
    scope="module", params=[(3, 1.0), (8, 1.0), (12, 0.4), (5, 0.0)], ids=lambda p: f"seed{p[0]}-mess{p[1]}"
)
def simulated(request, tmp_path_factory):
    """Return a simulated province, what cleaning makes of it, and the truth."""
    seed, mess = request.param
    raw = tmp_path_factory.mktemp("simulated")
    simulate(Truth.stated(province="Điện Biên", members=MEMBERS, years=YEARS), raw, seed=seed, mess=mess)

    def truth(name: str) -> pd.DataFrame:
        return pd.read_csv(raw / f"truth/synthetic-dien-bien-{name}.csv", dtype=str, keep_default_na=False)

    return raw, clean_folder(raw, tmp_path_factory.mktemp("cleaned")), truth


CODED = ["sex", "ethnicity", "religion", "general_education", "professional_education", "occupation"]


def test_what_is_read_is_true(simulated):
    """No value is wrong: each is that of the truth, or missing because the file does not tell it."""
    _, cleaned, truth = simulated
    people, spoilt = truth("people"), truth("messed-cells")
    unread = spoilt.loc[(spoilt["role"] == "admitted") & spoilt["outcome"].isin(["refuse", "missing"])]
    lost = set(map(tuple, unread[["file", "sheet", "row"]].to_numpy().tolist()))
    kept = [row for row in people.to_dict("records") if (row["file"], row["sheet"], row["row"]) not in lost]
    # A five-digit day number in a text file may be refused, since 42005 may be April 2005.
    assert len(kept) - 3 <= len(cleaned.admissions) <= len(kept)
    for column in CODED:
        want = Counter((tone_key(row["unit"]), row["admitted"][:4], row[column]) for row in kept)
        rows = cleaned.admissions.loc[cleaned.admissions[column] != ""]
        got = Counter(zip(rows["unit"].map(tone_key), rows["year"], rows[column], strict=True))
        assert got - want == Counter(), column
    assert set(cleaned.admissions["synthetic"]) == {"true"}


def test_ages_are_true(simulated):
    _, cleaned, truth = simulated
    people = truth("people")
    exact = cleaned.admissions.loc[cleaned.admissions["age_uncertainty"] == "0"]
    got = Counter(zip(exact["unit"].map(tone_key), exact["admitted"], exact["age_months"], strict=True))
    want = Counter(
        zip(people["unit"].map(tone_key), people["admitted"].str[:7], people["age_months"], strict=True)
    )
    assert got - want == Counter()


def test_targets_and_members_are_true(simulated):
    _, cleaned, truth = simulated
    want = truth("unit-years")
    whole = cleaned.unit_years.drop_duplicates(["unit_id", "year"])
    got = dict(
        zip(zip(whole["unit"].map(tone_key), whole["year"], strict=True), whole["unit_target"], strict=True)
    )
    for row in want.to_dict("records"):
        target = got[tone_key(row["unit"]), row["year"]]
        assert target in ("", row["target"]), row["unit"]
    stated = [value for value in got.values() if value]
    assert len(stated) >= 0.9 * len(want)
    start = cleaned.members["at"] == "start"
    members = cleaned.members.loc[start, "members"].astype(int).sum()
    assert members == truth("cells")["members_start"].astype(int).sum()


def test_every_row_of_a_file_is_counted(simulated):
    _, cleaned, _ = simulated
    files = cleaned.files.loc[cleaned.files["table"] != ""].copy()
    counts = files.filter(like="rows_").astype(int)
    assert (counts["rows_in"] == counts["rows_stayed"] + counts["rows_refused"]).all()
    register = files["table"] == "admissions"
    parts = counts[["rows_empty", "rows_total", "rows_heading", "rows_other", "rows_in"]].sum(axis=1)
    assert (parts[register] == counts["rows_read"][register]).all()
    assert counts["rows_stayed"][register].sum() == len(cleaned.admissions)
    assert cleaned.unit_years["admitted"].replace("", "0").astype(int).sum() == len(cleaned.admissions)


def test_files_in_another_order_give_the_same_tables(simulated, tmp_path):
    raw, cleaned, _ = simulated
    turned = tmp_path / "turned"
    for number, path in enumerate(sorted(raw.glob("registers/*/*"), reverse=True)):
        copy = turned / "registers" / "dien-bien" / f"synthetic-{number:03}{path.suffix}"
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    again = clean_folder(turned, tmp_path / "out")
    # Members and targets stay behind: what they tell of a unit, its spelling and its founding, does too.
    of_others = ("file", "unit", "unit_id", "district", "locality", "before_unit")
    order = [name for name in cleaned.admissions if name not in of_others]
    first, second = (t.admissions[order].sort_values(order, ignore_index=True) for t in (cleaned, again))
    pd.testing.assert_frame_equal(first, second)


CELLS = {
    "Ngày sinh": ["1990-03-12", "12/03/1990", "1985", "5/5/85", "T7/1991", "32/01/1990", "", "nt", "không nhớ"],
    "Giới tính": ["Nam", "NỮ", "nu", "", "M", "?", "1"],
    "Dân tộc": ["Kinh", "H'Mông", "Hmông", "Thai", "", "″", "Xyz", "Xơ Đăng"],
    "Tôn giáo": ["không", "Phật giáo", "", "x", "Công giáo"],
    "Trình độ văn hóa": ["12/12", "9/12", "THPT", "", "13/12", "12/12, ĐH Luật"],
    "Nghề nghiệp": ["Nông dân", "làm ruộng", "", "phi công vũ trụ"],
    "Đoàn viên": ["x", "", "X", "có", "2"],
    "Đảng bộ cơ sở": ["xã Ẳng Nưa", "TT. Mường Ảng", "XÃ ẲNG NƯA", "0912345678", "nt", ""],
    "Ngày kết nạp": ["03/02/2016", "T9/2016", "Quý III năm 2016", "2016", "42403", "31/02/2016", "", "-nt-", "abc"],
    "Ngày chính thức": ["", "03/02/2017", "2015-01-01", "2016-05-05"],
}  # fmt: skip
ROLES = {
    "Giới tính": "sex", "Dân tộc": "ethnicity", "Tôn giáo": "religion", "Trình độ văn hóa": "general_education",
    "Nghề nghiệp": "occupation", "Đoàn viên": "youth_union", "Đảng bộ cơ sở": "unit", "Ngày kết nạp": "admitted",
    "Ngày sinh": "birth", "Ngày chính thức": "recognised",
}  # fmt: skip
PEOPLE = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()}), max_size=12
)
SOUND = {name: cells[0] for name, cells in CELLS.items()}
PEOPLE = PEOPLE.map(lambda people: [SOUND, *people])
"""A file of which no row can be used is refused: one can."""

QUIET = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


def run(rows):
    with tempfile.TemporaryDirectory() as name:
        write_csv(Path(name) / "raw/registers/dien-bien/so.csv", rows)
        return clean_folder(Path(name) / "raw", Path(name) / "out")


@QUIET
@given(PEOPLE)
def test_nothing_is_lost(people):
    """Each cell of a person stands in the output, or the log says what became of it."""
    cleaned = run(grid([{"STT": str(i), **person} for i, person in enumerate(people, 1)]))
    refused = set(cleaned.log.loc[cleaned.log["rule"].str.startswith("row_refused"), "raw_row"])
    assert len(cleaned.admissions) == len(people) - len(refused)
    logged = set(zip(cleaned.log["raw_row"], cleaned.log["column"], strict=True))
    known = {name: set(cleaned.admissions.get(role, [])) for name, role in ROLES.items()}
    for number, person in enumerate(people, 2):
        for name, cell in person.items():
            row = str(number)
            if not cell or (row, ROLES[name]) in logged or row in refused:
                continue
            if name in ("Ngày sinh", "Ngày chính thức"):
                assert any(c.isdigit() for c in cell), "a cell that is no day must be in the log"
            else:
                assert known[name] - {""}, f"{name}: {cell} is in neither the output nor the log"


@QUIET
@given(PEOPLE, st.randoms())
def test_the_order_of_rows_does_not_matter(people, random):
    people = [person for person in people if not any("nt" in c or "″" in c for c in person.values())]
    turned = list(people)
    random.shuffle(turned)
    first, second = (run(grid(rows)) for rows in (people, turned))
    for name in ("admissions", "unit_years"):
        pd.testing.assert_frame_equal(first.tables[name], second.tables[name])
    assert sorted(first.log["rule"]) == sorted(second.log["rule"])


@QUIET
@given(PEOPLE)
def test_cleaning_what_was_cleaned_changes_nothing(people):
    with tempfile.TemporaryDirectory() as name:
        first = run(grid(people))
        rows = [list(first.admissions.columns), *first.admissions.to_numpy().tolist()]
        write_csv(Path(name) / "raw/registers/dien-bien/so.csv", rows)
        again = clean_folder(Path(name) / "raw", Path(name) / "out")
    pd.testing.assert_frame_equal(first.admissions, again.admissions)
    changed = again.log.loc[~again.log["rule"].isin(["province_by_period_start"])]
    assert changed.empty, changed.to_string()


def test_a_large_text_file_in_pieces_gives_what_small_ones_give(tmp_path):
    person = list(PERSON.values())
    birth, ethnic = HEADER.index("Ngày sinh"), HEADER.index("Dân tộc")
    rows = []
    for number in range(150_000):
        row = list(person)
        row[0], row[1] = str(number + 1), f"Lò Văn {'ABCDEĐGHIK'[number % 10]}n {'x' * 100}"
        row[birth] = f"{number % 28 + 1:02}/{number % 12 + 1:02}/{1970 + number % 25}"
        row[ethnic] = ("nt", "Thái", "H'Mông", "?", "")[number % 5] if number else "Thái"
        rows.append(row)
    rows.insert(70_000, ["", "Cộng: 70000", *[""] * (len(HEADER) - 2)])
    whole = write_csv(tmp_path / "whole/registers/dien-bien/so.csv", [HEADER, *rows])
    assert whole.stat().st_size > 33 << 20, "the file must be large enough to be read in pieces"
    for number, start in enumerate(range(0, len(rows), 50_001)):
        part = rows[start : start + 50_001]
        assert part[0][ethnic] != "nt", "a part must not begin with 'as above'"
        write_csv(tmp_path / f"parts/registers/dien-bien/so-{number}.csv", [HEADER, *part])
    large, small = (clean_folder(tmp_path / name, tmp_path / f"{name}-out") for name in ("whole", "parts"))
    columns = [name for name in large.admissions if name != "file"]
    first, second = (t.admissions[columns].sort_values(columns, ignore_index=True) for t in (large, small))
    pd.testing.assert_frame_equal(first, second)
    assert large.files["rows_total"].tolist() == ["1"]
    rules = [t.log.loc[t.log["rule"] != "as_above", "rule"].value_counts().to_dict() for t in (large, small)]
    assert rules[0] == rules[1]


def test_the_log_takes_every_slice(tmp_path):
    """Rows of the log come sheet by sheet, never held back."""
    for name in ("a", "b"):
        write_csv(tmp_path / f"registers/dien-bien/{name}.csv", grid([{"Dân tộc": "H'Mông"}]))
    out = tmp_path / "out"
    out.mkdir()
    seen: list[pa.Table] = []
    write_tables(tmp_path, out, seen.append)
    assert [table["file"][0].as_py() for table in seen if len(table)] == [
        "registers/dien-bien/a.csv",
        "registers/dien-bien/b.csv",
    ]
