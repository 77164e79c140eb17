"""Bad input: refused with file, row, column, what was seen and what is allowed, all problems in one go."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import cleaning
from analysis.clean import preview, published
from analysis.errors import DataRefusedError

GOOD = ({}, {"subgroup": "female", "value": "70"})


def problems(raw):
    with pytest.raises(DataRefusedError) as caught:
        cleaning.clean(raw)
    assert caught.value.exit_code == 10
    return caught.value.problems


def file(raw, name="observations.csv"):
    return raw / "published-figures" / name


@pytest.mark.parametrize(
    ("changes", "column", "seen", "allowed"),
    [
        pytest.param({"source_id": "papr-2017"}, "source_id", "papr-2017", "sources.csv", id="no-source"),
        pytest.param({"unit": ""}, "unit", "empty", "filled", id="no-unit"),
        pytest.param({"level": "distrikt"}, "level", "distrikt", "nearest: district", id="level"),
        pytest.param({"province": "Điện Bin"}, "province", "Điện Bin", "nearest: Điện Biên", id="province"),
        pytest.param({"province": ""}, "province", "empty", "province", id="no-province"),
        pytest.param({"level": "national"}, "province", "Điện Biên", "empty", id="nation-in-a-province"),
        pytest.param({"period_type": "yaer"}, "period_type", "yaer", "nearest: year", id="period-type"),
        pytest.param({"period_start": "2016-02-30"}, "period_start", "2016-02-30", "YYYY-MM-DD", id="day"),
        pytest.param({"period_end": "31/12/2016"}, "period_end", "31/12/2016", "YYYY-MM-DD", id="day-first"),
        pytest.param({"period_end": ""}, "period_end", "''", "YYYY-MM-DD", id="no-end"),
        pytest.param({"period_start": ""}, "period_start", "empty", "day", id="flow-without-start"),
        pytest.param(
            {"period_type": "term", "period_start": "2017-01-01"},
            "period_end",
            "2016-12-31",
            "not before",
            id="end-before-start",
        ),
        pytest.param(
            {"like": "point", "measure": "members", "period_start": "2016-01-01"},
            "period_start",
            "2016-01-01",
            "empty",
            id="stock-with-start",
        ),
        pytest.param({"period_end": "2016-11-30"}, "period_type", "2016-11-30", "12-31", id="year-too-short"),
        pytest.param({"period_end": "2017-12-31"}, "period_type", "2017-12-31", "12-31", id="year-of-two"),
        pytest.param(
            {"period_type": "partial_year", "period_end": "2017-06-30"},
            "period_type",
            "18",
            "twelve",
            id="part-longer-than-a-year",
        ),
        pytest.param(
            {"period_limits": "guessed"}, "period_limits", "guessed", "not_recorded", id="period-limits"
        ),
        pytest.param({"measure": "admited"}, "measure", "admited", "nearest: admitted", id="measure"),
        pytest.param({"subgroup": "femal"}, "subgroup", "femal", "nearest: female", id="subgroup"),
        pytest.param({"subgroup": "other:"}, "subgroup", "other:", "other:<a_word>", id="subgroup-no-word"),
        pytest.param({"value": "1.479,5"}, "value", "1.479,5", "decimal point", id="decimal-comma"),
        pytest.param({"value": "1,479"}, "value", "1,479", "no thousands mark", id="thousands-comma"),
        pytest.param({"value": ""}, "value", "''", "digits", id="no-value"),
        pytest.param({"value": "ba mươi"}, "value", "ba mươi", "digits", id="words"),
        pytest.param({"value": "-5"}, "value", "-5", "digits", id="negative"),
        pytest.param({"value": "12.5"}, "value", "12.5", "whole", id="half-a-person"),
        pytest.param({"value": "9" * 25}, "value", "9" * 25, "", id="more-than-there-are-people"),
        pytest.param({"value": "9" * 400}, "value", "9" * 400, "", id="more-than-a-float-holds"),
        pytest.param({"value_unit": "person"}, "value_unit", "person", "nearest: persons", id="value-unit"),
        pytest.param({"value_unit": "years"}, "value_unit", "years", "persons", id="unit-not-of-measure"),
        pytest.param({"like": "share", "basis": ""}, "basis", "''", "members", id="percent-without-basis"),
        pytest.param(
            {"like": "share", "subgroup": "female", "value": "100.1"},
            "value",
            "100.1",
            "100",
            id="over-100-of-the-admitted",
        ),
        pytest.param(
            {"like": "point", "measure": "members", "subgroup": "female", "value": "101"}
            | {"value_unit": "percent", "basis": "members"},
            "value",
            "101",
            "100",
            id="over-100-of-the-members",
        ),
        pytest.param(
            {"like": "attainment", "value": "90", "basis": "members"},
            "basis",
            "members",
            "target",
            id="attainment-of-members",
        ),
        pytest.param({"basis": "targt"}, "basis", "targt", "nearest: target", id="basis"),
        pytest.param(
            {"measure": "target", "basis": "members"}, "basis", "members", "year_plan", id="basis-of-a-target"
        ),
        pytest.param({"qualifier": "abot"}, "qualifier", "abot", "nearest: about", id="qualifier"),
    ],
)
def test_a_bad_cell_is_refused_where_it_stands(raw_of, changes, column, seen, allowed):
    (problem,) = problems(raw_of(*GOOD, changes, sources=[{}]))
    assert (problem.file, problem.row, problem.column) == ("observations.csv", 4, column)
    assert seen in problem.seen
    assert allowed in problem.allowed


@pytest.mark.parametrize(
    ("changes", "column", "seen", "allowed"),
    [
        pytest.param({}, "source_id", "paper-2017", "one row", id="listed-twice"),
        pytest.param({"source_id": ""}, "source_id", "empty", "filled", id="no-id"),
        pytest.param({"source_id": "b", "publisher": " "}, "publisher", "empty", "filled", id="no-publisher"),
        pytest.param({"source_id": "b", "title": ""}, "title", "empty", "filled", id="no-title"),
        pytest.param(
            {"source_id": "b", "url": "javascript:alert(1)"}, "url", "javascript:", "https://", id="script"
        ),
        pytest.param(
            {"source_id": "b", "url": "data:text/html,x"}, "url", "data:", "https://", id="data-url"
        ),
        pytest.param({"source_id": "b", "url": "https://"}, "url", "https://", "https://", id="no-host"),
        pytest.param({"source_id": "b", "url": "/page"}, "url", "/page", "https://", id="no-scheme"),
        pytest.param({"source_id": "b", "published": "3/2017"}, "published", "3/2017", "YYYY-MM", id="date"),
        pytest.param({"source_id": "b", "published": "0017-03"}, "published", "0017-03", "", id="year-17"),
    ],
)
def test_a_bad_source_is_refused_where_it_stands(raw_of, changes, column, seen, allowed):
    (problem,) = problems(raw_of(*GOOD, sources=[{}, changes]))
    assert (problem.file, problem.row, problem.column) == ("sources.csv", 3, column)
    assert seen in problem.seen
    assert allowed in problem.allowed


@pytest.mark.parametrize("year", ["0001", "0216", "9999"])
def test_a_year_in_which_no_party_admitted_is_refused(raw_of, year):
    found = problems(raw_of(*GOOD, {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}))
    assert {problem.row for problem in found} == {4}


HEADER = b"source_id,publisher,title,url,published\n"


@pytest.mark.parametrize(
    ("data", "row", "seen"),
    [
        pytest.param(b"", None, "empty", id="empty"),
        pytest.param(b"\xef\xbb\xbf\r\n \n", None, "empty", id="blank"),
        pytest.param(b",,,,\n", None, "", id="only-commas"),
        pytest.param(HEADER, None, "no row", id="header-only"),
        pytest.param(HEADER + b"\n,,,,\n", None, "no row", id="header-and-blank-rows"),
        pytest.param(HEADER + b"a,B\xe1o,c,,2017\n", 2, "0xE1", id="windows-1258"),
        pytest.param((HEADER + b"a,b,c,,2017\n").decode().encode("utf-16"), None, "UTF-16", id="utf-16"),
        pytest.param(HEADER + b"a,b,c\n", 2, "3 cells", id="too-few-cells"),
        pytest.param(HEADER + b"a,b,c,,2017,\n", 2, "6 cells", id="too-many-cells"),
        pytest.param(HEADER + b'a,"b"x,c,,2017\n', 2, "CSV", id="stray-quote"),
        pytest.param(HEADER + b'a,b,c,,2017\nd,"b,c,,2017\n', 3, "CSV", id="quote-never-closed"),
    ],
)
@pytest.mark.parametrize("read", [cleaning.clean, lambda raw: preview.check(file(raw, "sources.csv"))])
def test_a_file_that_is_no_table_is_refused(raw_of, read, data, row, seen):
    raw = raw_of(*GOOD)
    file(raw, "sources.csv").write_bytes(data)
    with pytest.raises(DataRefusedError) as caught:
        read(raw)
    (problem,) = caught.value.problems
    assert (problem.file, problem.row) == ("sources.csv", row)
    assert seen in problem.seen
    assert problem.allowed


@pytest.mark.parametrize("name", ["observations.csv", "sources.csv"])
def test_a_missing_file_is_refused(raw_of, name):
    raw = raw_of(*GOOD)
    file(raw, name).unlink()
    (problem,) = problems(raw)
    assert (problem.file, problem.seen) == (name, "no such file")


@pytest.mark.parametrize("column", ["measure", "value", "note"])
def test_a_missing_column_is_refused_by_name(raw_of, column):
    raw = raw_of(*GOOD)
    text = file(raw).read_text(encoding="utf-8")
    file(raw).write_text(text.replace(f",{column}", f",{column}s", 1), encoding="utf-8")
    (problem,) = problems(raw)
    assert (problem.file, problem.row, problem.column) == ("observations.csv", 1, column)
    assert "missing" in problem.seen
    assert f"'{column}s'" in problem.allowed


def test_a_column_that_stands_twice_is_refused(raw_of):
    raw = raw_of(*GOOD)
    text = file(raw).read_text(encoding="utf-8")
    file(raw).write_text(text.replace(",note", ",value", 1), encoding="utf-8")
    assert {(p.column, p.seen) for p in problems(raw) if p.row == 1} == {
        ("note", "the column is missing"),
        ("value", "the column stands twice"),
    }


def test_all_problems_of_a_file_come_in_one_go(raw_of):
    raw = raw_of(
        {"level": "distrikt", "value": "1,479"},
        {"province": "Điện Bin"},
        {},
        {"period_end": "2015-12-31", "basis": "targt", "qualifier": "abot"},
    )
    with file(raw).open("a", encoding="utf-8") as rows:
        rows.write("too,few\n")
    found = [(problem.row, problem.column) for problem in problems(raw)]
    assert found == [
        (2, "level"),
        (2, "value"),
        (3, "province"),
        (5, "basis"),
        (5, "qualifier"),
        (6, None),
    ]


def test_the_message_names_file_row_column_seen_and_allowed(raw_of):
    with pytest.raises(DataRefusedError) as caught:
        cleaning.clean(raw_of({"measure": "admited"}, {"value": "ba mươi"}))
    first, *lines = str(caught.value).splitlines()
    assert first.startswith("2 problems")
    for line, problem in zip(lines, caught.value.problems, strict=True):
        assert line.startswith(f"observations.csv, row {problem.row}, column {problem.column}: ")
        assert problem.seen in line
        assert line.endswith(problem.allowed)


def test_rows_are_counted_as_a_spreadsheet_shows_them(raw_of):
    raw = raw_of({"note": "one\ntwo"}, {"value": "x"})
    assert [problem.row for problem in problems(raw)] == [3]


@pytest.mark.parametrize(
    "as_saved",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="windows-line-ends"),
        pytest.param(lambda text: "\ufeff" + text, id="byte-order-mark"),
        pytest.param(lambda text: text.replace("\n", "\n\n"), id="blank-lines"),
        pytest.param(lambda text: text.replace(",Điện Biên,", ", Điện Biên ,"), id="spaces"),
    ],
)
def test_how_a_spreadsheet_saves_a_file_does_not_matter(raw_of, as_saved):
    raw = raw_of(*GOOD)
    sources = published.read_sources(raw / "published-figures")
    before = published.read_observations(raw / "published-figures", sources)
    file(raw).write_text(as_saved(file(raw).read_text(encoding="utf-8")), encoding="utf-8", newline="")
    after = published.read_observations(raw / "published-figures", sources)
    assert after.drop(columns="raw_row").equals(before.drop(columns="raw_row"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(
    st.sampled_from(
        ["unit", "district", "province", "period_start", "period_end", "subgroup", "value", "note"]
    ),
    st.text(st.characters(codec="utf-8"))
    | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9.,]+", fullmatch=True),
)
def test_any_cell_is_cleaned_or_refused_and_nothing_else(raw_of, column, text):
    raw = raw_of(*GOOD, {"period_type": "multi_year", column: text})
    try:
        tables = cleaning.clean(raw)
    except DataRefusedError:
        return
    assert len(tables.figures) == len(GOOD) + 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_a_table_or_refused_and_nothing_else(raw_of, data):
    raw = raw_of(*GOOD)
    file(raw).write_bytes(data)
    for read in (cleaning.clean, lambda folder: preview.check(file(folder))):
        with pytest.raises(DataRefusedError):
            read(raw)
