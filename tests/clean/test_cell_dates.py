"""Dates in office cells: the column decides between day and month first, and what is doubtful is refused by name."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.cell_dates import date_evidence, read_date, read_dates
from analysis.clean.date_order import DateEvidence
from analysis.clean.partial_dates import PartialDate, to_text
from analysis.errors import ParameterError

days = st.dates(date(1930, 1, 1), date(2099, 12, 31))
cells = (
    st.text()
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.integers(1800, 100_000)
    | st.text(alphabet="0123456789/-. :TQHthángnămquýi()?x\u00a0\u0301٣²", max_size=20)
    | st.from_regex(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-]([0-9]{2}|[0-9]{4})", fullmatch=True)
    | st.from_regex(r"[0-9]{4}(-[0-9]{2}){0,2}|[0-9]{8}|[0-9]{4}-[QH][0-9]", fullmatch=True)
)
orders = st.sampled_from(["dmy", "mdy", "undecided", "swapped"])


def one(cell, **stated):
    return read_dates([cell], **stated)[0]


@pytest.mark.parametrize(
    ("cell", "text", "rule"),
    [
        pytest.param("2020-02-03", "2020-02-03", "", id="iso"),
        pytest.param("2020-02", "2020-02", "", id="iso-month"),
        pytest.param("2020-Q3", "2020-Q3", "", id="canonical-quarter"),
        pytest.param("2020-H2", "2020-H2", "", id="canonical-half-year"),
        pytest.param("2020", "2020", "", id="year"),
        pytest.param(2019, "2019", "", id="typed-year"),
        pytest.param(2019.0, "2019", "", id="typed-year-float"),
        pytest.param(date(2020, 2, 3), "2020-02-03", "", id="typed-date"),
        pytest.param(datetime(2020, 2, 3), "2020-02-03", "", id="typed-datetime"),
        pytest.param(datetime(2020, 2, 3, 8, 30), "2020-02-03", "time_dropped", id="typed-time"),
        pytest.param("2020-02-03 00:00:00", "2020-02-03", "time_dropped", id="iso-time"),
        pytest.param("2020-02-03T08:30", "2020-02-03", "time_dropped", id="iso-t-time"),
        pytest.param("07/02/2019", "2019-02-07", "day_first", id="slashes"),
        pytest.param("7-2-2019", "2019-02-07", "day_first", id="hyphens"),
        pytest.param("03.02.2020", "2020-02-03", "day_first", id="dots"),
        pytest.param("7 / 2 / 2019", "2019-02-07", "day_first", id="spaced-slashes"),
        pytest.param("7/2/2019.", "2019-02-07", "day_first", id="trailing-dot"),
        pytest.param("\u00a007/02/2019\t", "2019-02-07", "day_first", id="odd-spaces-around"),
        pytest.param("Ngày 07/02/2019", "2019-02-07", "day_first", id="with-the-word-day"),
        pytest.param("07/02/2019 00:00:00", "2019-02-07", "day_first", id="slashes-time"),
        pytest.param("29/02/2020", "2020-02-29", "day_first", id="leap-day"),
        pytest.param("7/2/19", "2019-02-07", "two_digit_year", id="two-digit-year"),
        pytest.param("03/02/30", "1930-02-03", "two_digit_year", id="pivot-1930"),
        pytest.param("03/02/29", "2029-02-03", "two_digit_year", id="pivot-2029"),
        pytest.param("03/02/00", "2000-02-03", "two_digit_year", id="pivot-2000"),
        pytest.param("03/02/99", "1999-02-03", "two_digit_year", id="pivot-1999"),
        pytest.param("2019/2/7", "2019-02-07", "year_first", id="year-first"),
        pytest.param("2019.02", "2019-02", "year_first", id="year-month"),
        pytest.param("03022020", "2020-02-03", "compact_digits", id="compact-day-first"),
        pytest.param("20200203", "2020-02-03", "compact_digits", id="compact-year-first"),
        pytest.param("20112010", "2010-11-20", "compact_digits", id="compact-that-begins-like-a-year"),
        pytest.param(20200203, "2020-02-03", "compact_digits", id="typed-compact"),
        pytest.param(43866, "2020-02-05", "excel_serial", id="serial"),
        pytest.param(43866.75, "2020-02-05", "excel_serial", id="serial-with-a-time"),
        pytest.param(10959, "1930-01-01", "excel_serial", id="first-serial"),
        pytest.param(73050, "2099-12-31", "excel_serial", id="last-serial"),
        pytest.param("9/2021", "2021-09", "month_year", id="month-year"),
        pytest.param("09-2021", "2021-09", "month_year", id="month-year-hyphen"),
        pytest.param("T9/2021", "2021-09", "month_words", id="t-month"),
        pytest.param("T9/21", "2021-09", "two_digit_year", id="t-month-two-digit-year"),
        pytest.param("Tháng 9 năm 2021", "2021-09", "month_words", id="month-in-words"),
        pytest.param("tháng 09/2021", "2021-09", "month_words", id="month-word-slash"),
        pytest.param("tha\u0301ng 9 na\u0306m 2021", "2021-09", "month_words", id="month-in-words-nfd"),
        pytest.param("Quý III năm 2021", "2021-Q3", "quarter", id="quarter"),
        pytest.param("Quý IV/2021", "2021-Q4", "quarter", id="quarter-slash"),
        pytest.param("Q1/2021", "2021-Q1", "quarter", id="q-slash"),
        pytest.param("quý 2-2021", "2021-Q2", "quarter", id="quarter-hyphen"),
        pytest.param("6 tháng đầu năm 2021", "2021-H1", "half_year", id="first-half"),
        pytest.param("Sáu tháng cuối năm 2021", "2021-H2", "half_year", id="second-half"),
        pytest.param("năm 2019", "2019", "year_words", id="year-in-words"),
        pytest.param("ngày 3 tháng 2 năm 2020", "2020-02-03", "day_words", id="day-in-words"),
        pytest.param("3 tháng 2, 2020", "2020-02-03", "day_words", id="day-in-words-comma"),
        pytest.param("3 tháng 2 năm 20", "2020-02-03", "two_digit_year", id="day-in-words-two-digit-year"),
        pytest.param("00/00/1975", "1975", "day_unknown", id="zeros"),
        pytest.param("--/--/1975", "1975", "day_unknown", id="dashes"),
        pytest.param("?/?/1975", "1975", "day_unknown", id="question-marks"),
        pytest.param("../../1975", "1975", "day_unknown", id="dots-for-blanks"),
        pytest.param("15/00/1975", "1975", "day_unknown", id="month-unknown"),
        pytest.param("00/05/1975", "1975-05", "day_unknown", id="day-zero"),
        pytest.param("--/05/1975", "1975-05", "day_unknown", id="day-dashes"),
        pytest.param("1975 (không nhớ ngày)", "1975", "day_unknown", id="day-forgotten"),
        pytest.param("1975 (không rõ ngày tháng)", "1975", "day_unknown", id="day-and-month-not-known"),
        pytest.param("5/1975 (không nhớ ngày)", "1975-05", "day_unknown", id="day-of-the-month-forgotten"),
    ],
)
def test_a_date_in_each_office_form(cell, text, rule):
    reading = one(cell)
    assert (to_text(reading.value), reading.rule, reading.refused) == (text, rule, False)


@pytest.mark.parametrize(
    ("cell", "first", "last", "precision"),
    [
        pytest.param("3/2/2020", date(2020, 2, 3), date(2020, 2, 3), "day", id="day"),
        pytest.param("2/2020", date(2020, 2, 1), date(2020, 2, 29), "month", id="month-of-a-leap-year"),
        pytest.param("Q1/2021", date(2021, 1, 1), date(2021, 3, 31), "quarter", id="quarter"),
        pytest.param("2021-H2", date(2021, 7, 1), date(2021, 12, 31), "half_year", id="half-year"),
        pytest.param("1975", date(1975, 1, 1), date(1975, 12, 31), "year", id="year"),
    ],
)
def test_a_date_is_known_within_its_first_and_last_day(cell, first, last, precision):
    assert one(cell).value == PartialDate(first, last, precision)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        pytest.param("31/02/2019", "no_such_day", id="31-february"),
        pytest.param("29/02/2019", "no_such_day", id="29-february-of-a-common-year"),
        pytest.param("29/02/1900", "no_such_day", id="29-february-1900"),
        pytest.param("2019-02-30", "no_such_day", id="iso-30-february"),
        pytest.param("31021975", "no_such_day", id="compact-31-february"),
        pytest.param("25/13/2019", "no_such_day", id="month-13"),
        pytest.param("45/00/1975", "no_such_day", id="day-45-of-an-unknown-month"),
        pytest.param("2019-13", "no_such_month", id="iso-month-13"),
        pytest.param("T0/2019", "no_such_month", id="month-0"),
        pytest.param("13/2019", "no_such_month", id="month-13-year"),
        pytest.param("07/02/1899", "year_out_of_range", id="1899"),
        pytest.param("07/02/2100", "year_out_of_range", id="2100"),
        pytest.param("0216", "year_out_of_range", id="year-216"),
        pytest.param("00/00/0000", "year_out_of_range", id="all-zeros"),
        pytest.param(date(1899, 12, 31), "year_out_of_range", id="typed-1899"),
        pytest.param("5/12", "no_year", id="no-year"),
        pytest.param("ngày 5 tháng 12", "no_year", id="no-year-in-words"),
        pytest.param("9/21", "no_year", id="day-month-or-month-year"),
        pytest.param("51975", "serial_in_text", id="serial-in-text"),
        pytest.param(5000, "serial_out_of_range", id="serial-of-1913"),
        pytest.param(10958, "serial_out_of_range", id="serial-of-1929"),
        pytest.param(73051, "serial_out_of_range", id="serial-of-2100"),
        pytest.param(2019.5, "serial_out_of_range", id="half-a-year"),
        pytest.param(3022020, "serial_out_of_range", id="seven-digits"),
        pytest.param(35, "not_a_date", id="an-age"),
        pytest.param(10**9, "not_a_date", id="an-identity-number"),
        pytest.param(-43866, "not_a_date", id="negative-serial"),
        pytest.param(float("nan"), "not_a_date", id="nan"),
        pytest.param(float("inf"), "not_a_date", id="infinity"),
        pytest.param(True, "not_a_date", id="true"),
        pytest.param("9.2021.5", "not_a_date", id="two-dots"),
        pytest.param("7/2-2019", "not_a_date", id="mixed-marks"),
        pytest.param("7/2/019", "not_a_date", id="three-digit-year"),
        pytest.param("3 tháng 2 20", "not_a_date", id="a-20-that-may-be-anything"),
        pytest.param("tháng Chạp 1975", "not_a_date", id="lunar-month"),
        pytest.param("1960 (tháng 5)", "not_a_date", id="month-in-brackets"),
        pytest.param("2019-2020", "not_a_date", id="two-years"),
        pytest.param("75", "not_a_date", id="two-digits"),
        pytest.param("092021", "not_a_date", id="six-digits"),
        pytest.param("2020-02-03 25:00", "not_a_date", id="hour-25"),
        pytest.param("chưa", "not_a_date", id="not-yet"),
        pytest.param("٠٧/٠٢/٢٠١٩", "not_a_date", id="arabic-digits"),
        pytest.param("", "not_a_date", id="empty"),
        pytest.param("\x00", "not_a_date", id="control-character"),
        pytest.param("-", "dash", id="dash"),
        pytest.param("1" * 10_000, "too_long", id="ten-thousand-digits"),
    ],
)
def test_what_is_doubtful_is_refused_by_name(cell, rule):
    reading = one(cell)
    assert (reading.value, reading.rule, reading.refused) == (None, rule, True)


@pytest.mark.parametrize("cell", ["không rõ", "Không nhớ", "?"])
def test_what_says_that_nothing_is_known_is_no_refusal(cell):
    reading = one(cell)
    assert (reading.value, reading.rule, reading.refused) == (None, "not_known", False)


def texts(column, **stated):
    return [to_text(r.value) if r.value else r.rule for r in read_dates(column, **stated)]


@pytest.mark.parametrize(
    ("column", "found"),
    [
        pytest.param(["7/2/2019", "3/12/19"], ["2019-02-07", "2019-12-03"], id="no-evidence-is-day-first"),
        pytest.param(
            ["7/2/2019", "25/12/2019", "12/25/2019"],
            ["2019-02-07", "2019-12-25", "no_such_day"],
            id="both-kinds-are-day-first",
        ),
        pytest.param(
            ["7/2/2019", "12/25/2019", "5/5/2019", "ngày 7 tháng 2 năm 2019", "2019-02-07", "2/2019"],
            ["day_month_order", "day_month_order", "2019-05-05", "2019-02-07", "2019-02-07", "2019-02"],
            id="only-month-first-is-undecided",
        ),
        pytest.param(
            ["7/2/19", "12/25/19", "07022019", "00/05/1975", "00/00/1975"],
            [*["day_month_order"] * 4, "1975"],
            id="undecided-in-every-numeric-form",
        ),
        pytest.param(["7/2/2019", "12252019"], ["day_month_order"] * 2, id="compact-digits-are-evidence"),
        pytest.param(
            ["12/25/2019", "31/02/2019"], ["day_month_order"] * 2, id="no-day-is-no-evidence-for-day-first"
        ),
        pytest.param(["7/2/2019", "31/02/2019"], ["2019-02-07", "no_such_day"], id="no-day-is-no-evidence"),
        pytest.param(
            ["7/2/2019", "2/31/2019"], ["2019-02-07", "no_such_day"], id="no-day-is-no-evidence-either-way"
        ),
    ],
)
def test_the_column_decides_the_order_of_day_and_month(column, found):
    assert texts(column) == found


def test_a_stated_order_is_kept():
    column = ["7/2/2019", "12/25/2019", "25/12/2019", "00/05/1975", "5/00/1975", "02072019"]
    expected = ["2019-07-02", "2019-12-25", "no_such_day", "1975", "1975-05", "2019-02-07"]
    assert texts(column, order="mdy") == expected
    assert one("7/2/2019", order="mdy").rule == "month_first"
    assert texts(["7/2/2019", "12/25/2019"], order="dmy") == ["2019-02-07", "no_such_day"]


@pytest.mark.parametrize(
    ("column", "found"),
    [
        pytest.param(
            ["25/12/2019", date(2019, 7, 2), date(2019, 5, 5)],
            ["2019-12-25", "day_month_swapped", "2019-05-05"],
            id="only-days-above-12-stayed-text",
        ),
        pytest.param(
            ["12/25/2019", datetime(2019, 7, 2)],
            ["day_month_order", "day_month_swapped"],
            id="the-other-way-round",
        ),
        pytest.param(
            ["25/12/2019", date(2019, 7, 2), date(2019, 7, 20)],
            ["2019-12-25", "2019-07-02", "2019-07-20"],
            id="a-typed-day-above-12",
        ),
        pytest.param(
            ["25/12/2019", date(2019, 7, 2), "7/2/2019"],
            ["2019-12-25", "2019-07-02", "2019-02-07"],
            id="a-text-that-would-have-been-taken",
        ),
        pytest.param([date(2019, 7, 2)], ["2019-07-02"], id="no-text"),
        pytest.param(
            ["12/25/2019", date(2019, 7, 20), date(2019, 7, 2)],
            ["day_month_order", "2019-07-20", "2019-07-02"],
            id="undecided-keeps-typed",
        ),
    ],
)
def test_typed_dates_that_a_spreadsheet_may_have_swapped_are_refused(column, found):
    assert texts(column) == found


def test_a_stated_order_vouches_for_typed_dates():
    assert texts(["25/12/2019", date(2019, 7, 2)], order="dmy") == ["2019-12-25", "2019-07-02"]


@given(st.lists(cells, max_size=6), st.lists(cells, max_size=6))
def test_evidence_of_chunks_is_that_of_the_column(one_chunk, other_chunk):
    assert date_evidence(one_chunk) | date_evidence(other_chunk) == date_evidence(one_chunk + other_chunk)


def test_a_column_without_evidence_has_none():
    assert date_evidence(["năm 2019", "2019-12-25", 43866, "0" * 100, "5/5/2019"]) == DateEvidence()


@pytest.mark.parametrize(
    ("cell", "stated", "text"),
    [
        pytest.param("7/2/19", {"century": 1900}, "1919-02-07", id="century-1900"),
        pytest.param("7/2/75", {"century": 2000}, "2075-02-07", id="century-2000"),
        pytest.param("7/2/15", {"latest": date(2006, 1, 1)}, "1915-02-07", id="never-after-the-latest"),
        pytest.param("7/2/05", {"latest": date(2006, 1, 1)}, "2005-02-07", id="before-the-latest"),
        pytest.param("1/1/06", {"latest": date(2006, 1, 1)}, "2006-01-01", id="on-the-latest"),
        pytest.param("2006", {"latest": date(2006, 5, 1)}, "2006", id="a-year-that-has-begun"),
        pytest.param(
            "7/2/75", {"century": 2000, "latest": date(2006, 1, 1)}, "after_latest", id="stated-yet-after"
        ),
        pytest.param("2/1/2006", {"latest": date(2006, 1, 1)}, "after_latest", id="after-the-latest"),
        pytest.param(
            date(2006, 1, 2), {"latest": date(2006, 1, 1)}, "after_latest", id="typed-after-the-latest"
        ),
        pytest.param("7/2/80", {"latest": date(1970, 1, 1)}, "after_latest", id="no-third-century"),
        pytest.param("29/02/00", {"latest": date(1999, 1, 1)}, "no_such_day", id="no-leap-day-in-1900"),
        pytest.param(42404, {"epoch": 1904}, "2020-02-05", id="serial-from-1904"),
    ],
)
def test_what_is_stated_of_a_column(cell, stated, text):
    assert texts([cell], **stated) == [text]


@pytest.mark.parametrize(
    "stated", [{"order": "ymd"}, {"order": "undecided"}, {"century": 20}, {"epoch": 1970}]
)
def test_another_parameter_is_an_error_that_names_the_right_ones(stated):
    with pytest.raises(ParameterError, match=r"expected one of"):
        read_dates(["7/2/2019"], **stated)


@given(days)
def test_a_day_survives_each_way_of_writing_it(day):
    d, m, y = day.day, day.month, day.year
    written = [f"{d:02}/{m:02}/{y}", f"{d}-{m}-{y}", f"{d}.{m}.{y}.", f"{d} / {m} / {y}", f"ngày {d}/{m}/{y}"]
    written += [f"{y}/{m}/{d}", f"ngày {d} tháng {m} năm {y}", f"{d} tháng {m}, {y}", day.isoformat()]
    written += [f"{day} 00:00:00", f"{d:02}{m:02}{y}", f"{y}{m:02}{d:02}"]
    cells_of_day = [*written, day, datetime(y, m, d), (day - date(1899, 12, 30)).days]
    assert {reading.value for reading in read_dates(cells_of_day, order="dmy")} == {
        PartialDate(day, day, "day")
    }
    assert texts([f"{m}/{d}/{y}"], order="mdy") == [day.isoformat()]
    assert texts([(day - date(1904, 1, 1)).days], epoch=1904) == ([day.isoformat()])
    assert texts([f"{d}/{m}/{y % 100:02}"], century=y // 100 * 100) == [day.isoformat()]


@given(st.integers(1900, 2099), st.integers(1, 12))
def test_a_part_of_a_year_survives_each_way_of_writing_it(year, month):
    written = [f"{month}/{year}", f"{month:02}-{year}", f"T{month}/{year}", f"tháng {month} năm {year}"]
    assert set(texts([*written, f"{year}/{month}", f"--/{month:02}/{year}"])) == {f"{year}-{month:02}"}
    quarter = (month + 2) // 3
    roman = ["I", "II", "III", "IV"][quarter - 1]
    written = [f"Quý {roman} năm {year}", f"Q{quarter}/{year}", f"quý {quarter}-{year}"]
    assert set(texts(written)) == {f"{year}-Q{quarter}"}
    assert set(texts([f"năm {year}", str(year), year, f"00/00/{year}"])) == {str(year)}


@given(cells, orders, st.sampled_from([None, date(2006, 1, 1)]), st.sampled_from([1900, 1904]))
def test_any_cell_is_a_date_or_a_refusal_with_a_name(cell, order, latest, epoch):
    reading = read_date(cell, order, latest=latest, epoch=epoch)
    assert reading.refused == (reading.value is None and reading.rule != "not_known")
    assert reading.rule or not reading.refused
    if reading.value:
        assert 1900 <= reading.value.first.year == reading.value.last.year <= 2099
        assert reading.value.first <= reading.value.last
        assert latest is None or reading.value.first <= latest


@given(cells, orders)
def test_cleaning_what_was_cleaned_changes_nothing(cell, order):
    reading = read_date(cell, order)
    if reading.value:
        again = read_date(to_text(reading.value), order)
        assert (again.value, again.rule) == (reading.value, "")
