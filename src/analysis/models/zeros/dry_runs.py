"""Runs of years without admission (*số năm liền không kết nạp*) of each unit, over the years that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number
from analysis.models.gate import Finding
from analysis.models.result import ESTIMATES, Dropped, Result
from analysis.models.zeros.organisations import numbers
from analysis.models.zeros.unit_calendar import Calendar, calendar, running
from analysis.shown import Head, Table

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LENGTHS = (2, 3, 4, 5)
"""Lengths of runs, in years, that are counted unless others are asked for."""


def checked_lengths(lengths: Sequence[int]) -> tuple[int, ...]:
    """Return lengths of runs, in order.

    Raises
    ------
    ParameterError
        There is none, or one is no whole number of years from 1 on.
    """
    if not lengths or any(not isinstance(length, int) or length < 1 for length in lengths):
        raise ParameterError(f"lengths: {list(lengths)} are not whole numbers of years from 1 on")
    return tuple(sorted(set(lengths)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRuns(Result):
    """Runs of years without admission, over the years of which everything is known.

    ``estimates`` has one row a length L, in ``years``: ``estimate`` is the number of runs of at least that
    length (a plain count, without interval), ``units`` that of the units whose run up to their last known year is.
    Years without eligible people count like others, and are told apart by unit.

    Attributes
    ----------
    units : DataFrame
        One row a unit: ``unit_id``; ``first_year`` and ``last_year`` known; ``known_years``; ``gaps``: years between
        them of which nothing is known, which end a run; ``dry_years``; ``without_eligible``: of these, years with
        nobody eligible (0 where nobody counted them); ``longest``: run in years, and ``longest_from``,
        ``longest_to``, the latest of equals; ``current``: run up to ``last_year``, 0 where that year had admissions;
        ``current_without_eligible``: years in it with nobody eligible; ``current_open``: whether it begins where
        knowledge begins, so that it may be longer; ``last_admission``: last known year with admissions;
        ``years_since`` it, missing where a gap lies between.
    until : int
        Last year that is known of any unit; 0 where none is.
    """

    units: pd.DataFrame
    until: int

    def words(self) -> list[str]:
        """Return the longest runs up to now, and what is not known of them."""
        told = [] if self.withheld else [*self._current(), *self._unknown()]
        return [*self._findings(), *told, *self._basis()]

    def _current(self) -> list[str]:
        current = self.units["current"]
        if not current.any():
            return [_("Ở năm cuối có sổ, đơn vị nào cũng có kết nạp.")]
        most = int(current.max())
        words = _(
            "Tính đến năm cuối có sổ của từng đơn vị, {dry} trong {all} đơn vị đang không kết nạp; lâu nhất là {most} năm "
            "liền ({units} đơn vị)."
        )
        counts = {
            "dry": (current > 0).sum(),
            "all": len(current),
            "most": most,
            "units": (current == most).sum(),
        }
        lines = [words.format(**{name: number(count) for name, count in counts.items()})]
        nobody = int((self.units["current_without_eligible"] > 0).sum())
        if nobody:
            some = _("Trong đó {n} đơn vị có năm không còn người đủ điều kiện.")
            lines.append(some.format(n=number(nobody)))
        return lines

    def _unknown(self) -> list[str]:
        told = [
            (
                self.units["current_open"].sum(),
                _(
                    "{n} đơn vị không kết nạp ngay từ năm đầu có sổ hay sau một năm thiếu sổ: chuỗi năm có thể dài hơn."
                ),
            ),
            (
                (self.units["gaps"] > 0).sum(),
                _(
                    "{n} đơn vị có năm thiếu sổ ở giữa; năm ấy ngắt chuỗi năm và không được coi là không kết nạp."
                ),
            ),
            (
                (self.units["last_year"] < self.until).sum(),
                _("{n} đơn vị không có sổ đến năm {year}."),
            ),
        ]
        return [words.format(n=number(count), year=self.until) for count, words in told if count]

    def to_table(self) -> Table:
        """Return the number of runs by length."""
        heads = [Head(_("Số năm liền")), Head(_("Số chuỗi năm"), numeric=True)]
        heads.append(Head(_("Đơn vị đang trong chuỗi"), numeric=True))
        rows = [self._row(row) for row in self.estimates.to_dict("records")]
        return Table(self.name, self.title, " ".join(self.words()), heads, rows, self.estimates)

    def _row(self, row: Mapping[str, Any]) -> list[str]:
        counts = ("–" if pd.isna(row[name]) else number(row[name]) for name in ("estimate", "units"))
        return [at_least(row["years"]), *counts]


def at_least(years: int) -> str:
    """Return the words for a least length of a run."""
    return _("từ {years} năm").format(years=number(years))


def dry_runs(rows: pd.DataFrame, *, lengths: Sequence[int] = LENGTHS) -> DryRuns:
    """Return the runs of years without admission of each unit.

    Only years of which everything is known count: a year without a row, or without ``admitted``, ends a run.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`.
    lengths : sequence of int
        Lengths of runs to count, in years.

    Raises
    ------
    ParameterError
        A unit-year has two rows, or a column is missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"unit_id": "a", "year": [2015, 2016, 2018, 2019, 2020], "admitted": [2, 0, 0, 0, 0]})
    >>> dry_runs(rows).units[["current", "current_open", "gaps", "last_admission", "years_since"]].values.tolist()
    [[3, True, 1, 2015, <NA>]]
    """
    wanted = checked_lengths(lengths)
    admitted = numbers(rows, "admitted")
    known = rows.loc[~np.isnan(admitted)]
    place = calendar(known)
    admitted = numbers(known, "admitted")
    nobody = np.zeros(len(known), dtype=bool)
    if "eligible" in known.columns:
        nobody = (numbers(known, "eligible") == 0) & (admitted == 0)
    dry = place.spread(admitted == 0, empty=False)
    runs = running(dry)
    units = _units(place, runs, dry, place.spread(nobody, empty=False))
    records = [
        {
            "term": f"runs[{n}]",
            "estimate": (runs == n).sum(),
            "years": n,
            "units": (units["current"] >= n).sum(),
        }
        for n in wanted
    ]
    lost = len(rows) - len(known)
    findings = [] if len(known) else [Finding("no_rows")]
    return DryRuns(
        name="dry-runs",
        title=_("Số năm liền không kết nạp"),
        estimates=pd.DataFrame(records)
        .reindex(columns=[*ESTIMATES, "years", "units"])
        .astype({"estimate": float}),
        specification=_("các quãng năm đã biết mà không kết nạp ai, theo đơn vị"),
        n=len(known),
        dropped=(Dropped(_("không biết số kết nạp"), lost),) if lost else (),
        findings=tuple(findings),
        units=units,
        until=int(place.years[-1]) if len(place.years) else 0,
    )


def _units(place: Calendar, runs: npt.NDArray[np.int16], dry: Flags, nobody: Flags) -> pd.DataFrame:
    """Return what is known of each unit's runs."""
    known = place.spread(np.ones(len(place.unit), dtype=bool), empty=False)
    row = np.arange(len(place.units))
    width = len(place.years)
    if not len(row):
        return pd.DataFrame(columns=list(_UNIT_TYPES)).astype(_UNIT_TYPES)
    first, last = known.argmax(axis=1), width - 1 - known[:, ::-1].argmax(axis=1)
    longest, current = runs.max(axis=1).astype(int), runs[row, last].astype(int)
    longest_to = width - 1 - runs[:, ::-1].argmax(axis=1)
    begins = last - current + 1
    # The year before a run is dry only if it is unknown, and unknown, too, before the first
    was_known = np.asarray((begins > first) & known[row, begins - 1])
    admitting = known & ~dry
    any_admitted = np.asarray(admitting.any(axis=1))
    latest = width - 1 - admitting[:, ::-1].argmax(axis=1)
    in_current = (np.arange(width) >= begins[:, None]) & (np.arange(width) <= last[:, None])
    years = place.years
    table = {
        "unit_id": place.units,
        "first_year": years[first],
        "last_year": years[last],
        "known_years": known.sum(axis=1),
        "gaps": last - first + 1 - known.sum(axis=1),
        "dry_years": dry.sum(axis=1),
        "without_eligible": nobody.sum(axis=1),
        "longest": longest,
        "longest_from": _where(np.asarray(longest > 0), years[longest_to] - longest + 1),
        "longest_to": _where(np.asarray(longest > 0), years[longest_to]),
        "current": current,
        "current_without_eligible": (nobody & in_current).sum(axis=1),
        "current_open": (current > 0) & ~was_known,
        "last_admission": _where(any_admitted, years[latest]),
        "years_since": _where(any_admitted & np.asarray(last - latest == current), last - latest),
    }
    return pd.DataFrame(table).astype(_UNIT_TYPES)


_UNIT_TYPES = {
    "unit_id": "object",
    **dict.fromkeys(
        ("first_year", "last_year", "known_years", "gaps", "dry_years", "without_eligible"), "int64"
    ),
    "longest": "int64",
    "longest_from": "Int64",
    "longest_to": "Int64",
    "current": "int64",
    "current_without_eligible": "int64",
    "current_open": "bool",
    "last_admission": "Int64",
    "years_since": "Int64",
}


def _where(known: Flags, values: Codes) -> pd.Series:
    return pd.Series(values, dtype="Int64").mask(~known)
