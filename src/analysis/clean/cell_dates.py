"""Dates in office cells, whole or in part: whether 2/3 is in March or in February is decided by the column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from analysis.clean.cells import Cell, CellRefusedError, Reading
from analysis.clean.date_order import DateEvidence, Order, day_and_month, speaks_for
from analysis.clean.partial_dates import YEARS, PartialDate, exact_day, span
from analysis.clean.text import tidy
from analysis.errors import ParameterError

SERIAL_YEARS = (1930, 2099)
"""Years that a serial number may mean: smaller numbers are more likely ages or counts in the wrong column."""

PIVOT = 30
"""Two-digit years from 30 on are of the 1900s: no one was admitted before the Party was founded in 1930."""

LONGEST = 80
"""Characters of the longest text that is tried."""

_EPOCHS = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}

_BLANK = r"00?|--?|\?\??|xx?|__?|\.\.\.?|…"
_TIME = r"(?:[ t](?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?)"
_YEAR = r"(?: ?[/.-] ?|,? năm |(?:, ?| )(?=[0-9]{4}))(?P<year>[0-9]{4}|[0-9]{2})"
_NUMBER = r"[0-9]{1,2}"
_FORGOTTEN = r" ?\( ?không (?:nhớ|rõ|biết)(?: rõ)?(?: ngày(?:,? tháng)?)? ?\)"

_CANONICAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?|-(Q[1-4]|H[12]))?")
_NUMERIC = re.compile(rf"(?:ngày )?({_NUMBER}) ?([/.-]) ?({_NUMBER}) ?\2 ?([0-9]{{4}}|[0-9]{{2}}){_TIME}?")
_COMPACT = re.compile(r"([0-9]{2})([0-9]{2})((?:19|20)[0-9]{2})")
_COMPACT_YEAR_FIRST = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_PATTERNS = tuple(
    (rule, re.compile(pattern))
    for rule, pattern in {
        "time_dropped": rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}}){_TIME}",
        "year_first": rf"(?P<year>[0-9]{{4}}) ?(?P<mark>[/.-]) ?(?P<month>{_NUMBER})(?: ?(?P=mark) ?(?P<day>{_NUMBER}))?",
        "month_year": r"(?P<month>[0-9]{1,2}) ?[/.-] ?(?P<year>[0-9]{4})",
        "day_words": rf"(?:ngày )?(?P<day>{_NUMBER}) tháng (?P<month>{_NUMBER}){_YEAR}",
        "month_words": rf"(?:tháng|t) ?\.? ?(?P<month>{_NUMBER}){_YEAR}",
        "quarter": rf"(?:quý|q) ?\.? ?(?P<quarter>i{{1,3}}|iv|[1-4]){_YEAR}",
        "half_year": r"(?:6|sáu) tháng (?P<half>đầu|cuối) năm (?P<year>[0-9]{4})",
        "year_words": r"năm (?P<year>[0-9]{4})",
        "day_unknown": rf"(?:(?P<month>{_NUMBER}) ?[/.-] ?)?(?P<year>[0-9]{{4}}){_FORGOTTEN}",
    }.items()
)
_PLACEHOLDER = re.compile(
    rf"(?P<first>{_BLANK}|{_NUMBER}) ?(?P<mark>[/.-]) ?(?P<second>{_BLANK}|{_NUMBER}) ?(?P=mark) ?(?P<year>[0-9]{{4}})"
)
_MASK = re.compile(r"[/.\-_] ?[/.\-_] ?([0-9]{4})?")
"""The form of a date that nobody filled in, or but for its year: ``  /  /1987``."""

_NO_YEAR = re.compile(rf"(?:ngày )?{_NUMBER}(?: ?[/.-] ?| tháng ){_NUMBER}")
_NOT_KNOWN = {"không rõ", "chưa rõ", "không nhớ", "không biết", "?", "??"}
_DASHES = {"-", "--", "–", "—"}


def date_evidence(values: Sequence[Cell]) -> DateEvidence:
    """Return what the cells of a column, or of a chunk of it, say about the order of day and month.

    Examples
    --------
    >>> date_evidence(["7/2/2019", "25/12/2019"]).order
    'dmy'
    >>> date_evidence(["7/2/2019", "12/25/2019"]).order
    'undecided'
    >>> date_evidence(["25/12/2019", date(2019, 7, 2)]).order
    'swapped'
    """
    found: set[str] = set()
    for value in values:
        if isinstance(value, date):
            if value.day != value.month:
                found.add("typed_low" if value.day <= 12 else "typed_high")
        elif isinstance(value, str) and len(value) <= LONGEST:
            match = (
                _NUMERIC.fullmatch(value)
                or _NUMERIC.fullmatch(text := _plain(value))
                or _COMPACT.fullmatch(text)
            )
            if match:
                found.add(speaks_for(match[1], match[3] if match.re is _NUMERIC else match[2]))
    return DateEvidence(**{name: name in found for name in DateEvidence.__slots__})


def read_dates(
    values: Sequence[Cell],
    *,
    order: str | None = None,
    century: int | None = None,
    epoch: int = 1900,
    latest: date | None = None,
) -> list[Reading[PartialDate]]:
    """Return the date in each distinct cell of a column.

    Parameters
    ----------
    values : sequence of Cell
        The distinct cells of the whole column; of chunks, join the evidence and call :func:`read_date`.
    order : {'dmy', 'mdy'}, optional
        The order of day and month in texts, where that was stated; otherwise the cells tell.
    century : {1900, 2000}, optional
        The century of two-digit years; otherwise 00-29 are of the 2000s and 30-99 of the 1900s.
    epoch : {1900, 1904}
        From when the workbook counts its days.
    latest : date, optional
        No date begins after it. A two-digit year that would is put a century earlier.

    Raises
    ------
    ParameterError
        A parameter has another value.

    Examples
    --------
    >>> from analysis.clean.partial_dates import to_text
    >>> [to_text(r.value) for r in read_dates(["07/02/2019", "T9/2021", "--/--/1975", 43866])]
    ['2019-02-07', '2021-09', '1975', '2020-02-05']
    >>> [r.rule for r in read_dates(["31/02/2019", "5/12", "tháng Chạp", "1960 (tháng 5)"])]
    ['no_such_day', 'no_year', 'not_a_date', 'not_a_date']
    >>> [r.rule for r in read_dates(["7/2/2019", "12/25/2019", "5/5/2019"])]
    ['day_month_order', 'day_month_order', 'day_first']
    """
    for name, value, allowed in (
        ("order", order, (None, "dmy", "mdy")),
        ("century", century, (None, 1900, 2000)),
        ("epoch", epoch, tuple(_EPOCHS)),
    ):
        if value not in allowed:
            raise ParameterError(f"{name}: found {value!r}; expected one of {allowed}")
    chosen: Order = "mdy" if order == "mdy" else "dmy" if order else date_evidence(values).order
    return [read_date(cell, chosen, century=century, epoch=epoch, latest=latest) for cell in values]


def read_date(
    cell: Cell, order: Order, *, century: int | None = None, epoch: int = 1900, latest: date | None = None
) -> Reading[PartialDate]:
    """Return the date in a cell of a column whose order is known; parameters as in :func:`read_dates`.

    The rule is empty for typed dates and for what :func:`analysis.clean.partial_dates.to_text` writes.

    Examples
    --------
    >>> read_date("7/2/19", "dmy")
    Reading(value=PartialDate(first=datetime.date(2019, 2, 7), last=datetime.date(2019, 2, 7), precision='day'), rule='two_digit_year', refused=False)
    >>> read_date("7/2/2019", "undecided").rule
    'day_month_order'
    """
    try:
        if isinstance(cell, str):
            found, rule = _text(cell, order, century, latest)
        else:
            found, rule = _typed(cell, order, epoch)
        if found is not None and latest is not None and found.first > latest:
            raise CellRefusedError("after_latest")  # noqa: TRY301
    except CellRefusedError as refusal:
        return Reading(None, str(refusal), refused=True)
    return Reading(found, rule)


def _plain(cell: str) -> str:
    return tidy(cell).casefold().rstrip(" .")


def _typed(cell: Cell, order: Order, epoch: int) -> tuple[PartialDate, str]:
    if isinstance(cell, date):
        if not YEARS[0] <= cell.year <= YEARS[1]:
            raise CellRefusedError("year_out_of_range")
        if order == "swapped" and cell.day <= 12 and cell.day != cell.month:
            raise CellRefusedError("day_month_swapped")
        dropped = isinstance(cell, datetime) and cell.time() != time()
        return exact_day(cell.year, cell.month, cell.day), "time_dropped" if dropped else ""
    if not isinstance(cell, (int, float)) or not YEARS[0] <= cell < 10**8:
        raise CellRefusedError("not_a_date")
    if cell == int(cell) and (cell <= YEARS[1] or cell >= 10**7):
        return (span(int(cell)), "") if cell <= YEARS[1] else _compact(str(int(cell)), order)
    if cell < 10**5:
        day = _EPOCHS[epoch] + timedelta(int(cell))
        if SERIAL_YEARS[0] <= day.year <= SERIAL_YEARS[1]:
            return exact_day(day.year, day.month, day.day), "excel_serial"
    raise CellRefusedError("serial_out_of_range")


def _text(
    cell: str, order: Order, century: int | None, latest: date | None
) -> tuple[PartialDate | None, str]:
    if match := _CANONICAL.fullmatch(cell):
        return _canonical(match), ""
    if len(cell) > LONGEST:
        raise CellRefusedError("too_long")
    text = cell
    match = _NUMERIC.fullmatch(cell) or _NUMERIC.fullmatch(text := _plain(cell))
    if match and (first := int(match[1])) and (second := int(match[3])):
        day, month = day_and_month(first, second, order)
        rule = "month_first" if order == "mdy" else "day_first"
        if len(match[4]) == 4:
            return exact_day(int(match[4]), month, day), rule
        return _in_year(match[4], lambda year: exact_day(year, month, day), rule, century, latest)
    if match := _CANONICAL.fullmatch(text.upper()):
        return _canonical(match), "spaces"
    if mask := _MASK.fullmatch(text):
        return (span(int(mask[1])), "day_unknown") if mask[1] else (None, "not_known")
    if match := _PLACEHOLDER.fullmatch(text):
        return _blanked(match, order), "day_unknown"
    for rule, pattern in _PATTERNS:
        if match := pattern.fullmatch(text):
            parts = match.groupdict()
            return _in_year(parts["year"], lambda year: _stated(year, parts), rule, century, latest)  # noqa: B023
    if text in _NOT_KNOWN:
        return None, "not_known"
    return _compact(text, order)


def _canonical(match: re.Match[str]) -> PartialDate:
    year, month, day, part = match.groups()
    if day:
        return exact_day(int(year), int(month), int(day))
    if month:
        return span(int(year), int(month), 1)
    months = {None: 12, "Q": 3, "H": 6}[part and part[0]]
    return span(int(year), 1 + months * (int(part[1]) - 1) if part else 1, months)


def _compact(text: str, order: Order) -> tuple[PartialDate, str]:
    # No eight digits have both readings: the month of the one would be the 19 or 20 of the other's year.
    if match := _COMPACT.fullmatch(text):
        day, month = day_and_month(int(match[1]), int(match[2]), order)
        return exact_day(int(match[3]), month, day), "compact_digits"
    if match := _COMPACT_YEAR_FIRST.fullmatch(text):
        return exact_day(int(match[1]), int(match[2]), int(match[3])), "compact_digits"
    if _NO_YEAR.fullmatch(text):
        raise CellRefusedError("no_year")
    if re.fullmatch("[0-9]{5}", text):
        if YEARS[0] <= int(text[1:]) <= YEARS[1]:  # 51975 may be a serial number or May 1975
            raise CellRefusedError("serial_in_text")
        return _typed(int(text), order, 1900)
    raise CellRefusedError("dash" if text in _DASHES else "not_a_date")


def _blanked(match: re.Match[str], order: Order) -> PartialDate:
    first, second = (int(part) if part.isdigit() else 0 for part in match.group("first", "second"))
    day, month = day_and_month(first, second, order)
    if day > 31:
        raise CellRefusedError("no_such_day")
    return span(int(match["year"]), month, 1) if month else span(int(match["year"]))


def _stated(year: int, parts: dict[str, str | None]) -> PartialDate:
    """Return the date that the named parts of a pattern state."""
    if quarter := parts.get("quarter"):
        return span(year, 3 * (_QUARTERS.get(quarter) or int(quarter)) - 2, 3)
    if half := parts.get("half"):
        return span(year, 1 if half == "đầu" else 7, 6)
    month, day = parts.get("month"), parts.get("day")
    if month and day:
        return exact_day(year, int(month), int(day))
    return span(year, int(month), 1) if month else span(year)


def _in_year(
    year: str, build: Callable[[int], PartialDate], rule: str, century: int | None, latest: date | None
) -> tuple[PartialDate, str]:
    if len(year) == 4:
        return build(int(year)), rule
    short = int(year)
    found = build(short + (century or (2000 if short < PIVOT else 1900)))
    if century is None and latest is not None and found.first > latest and found.first.year >= 2000:
        found = build(1900 + short)
    return found, "two_digit_year"
