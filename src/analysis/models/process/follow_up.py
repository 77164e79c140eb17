"""How long a register watches those whom it lists: never guessed, and the same for all of a month.

The processed table knows the admission to the month. The shortest watch that is possible is taken for all of a
month, and what happened after it is not used, so that nobody is counted as waiting on a day that the register
may not tell of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _
from analysis.models.gate import MIN_EVENTS, Finding
from analysis.models.result import Dropped

PROBATION = 12
"""Months of probation (Party Statutes, article 5)."""

LONGEST_SILENCE = 183
"""Days before the end of the watch in which a register that is kept, and has people waiting, tells of somebody."""

NEEDED = (
    "synthetic",
    "admitted",
    "file",
    "was_recognised",
    "days_to_recognition",
    "recognised_early",
    "has_left",
    "days_to_exit",
    "exit",
)
"""Columns of ``admissions`` that tell what became of the probation."""


def followed(
    admissions: pd.DataFrame, known_until: date | Mapping[str, date], months: int
) -> tuple[pd.DataFrame, tuple[Dropped, ...], tuple[Finding, ...]]:
    """Return those who were watched for so many months at least, and whose recognition is told.

    Parameters
    ----------
    admissions, known_until
        As of :func:`after_twelve_months`.
    months : int
        Shortest watch.

    Returns
    -------
    rows : DataFrame
        With ``_month`` (of the admission, since 1970), ``_watched`` (days, the fewest possible) and ``_probation``
        (days of the twelve months).
    dropped : tuple of Dropped
    findings : tuple of Finding
        Registers that fall silent long before the end of the watch.

    Notes
    -----
    A register that recognises nobody of ten or more who could be is dropped: its column was not filled in.
    """
    missing = [name for name in NEEDED if name not in admissions]
    if missing:
        raise ParameterError(f"admissions: no column {missing[0]!r}; clean the registers again")
    rows = admissions.reset_index(drop=True)
    synthetic = rows["synthetic"].astype(bool)
    mixed = synthetic & ~synthetic.all()
    rows, simulated = without(rows, mixed, _("dữ liệu giả lập bên cạnh dữ liệu thật"))
    months_told = _months(rows["admitted"])
    rows, coarse = without(
        rows,
        pd.Series(np.isnat(months_told), rows.index),
        _("ngày kết nạp chỉ biết đến quý, nửa năm hay năm: không tính được số ngày"),
    )
    month = months_told[~np.isnat(months_told)]
    last_day = (month + 1).astype("datetime64[D]") - 1
    until = _until(rows["file"], known_until)
    rows = rows.assign(
        _month=month.astype(np.int64),
        _watched=(until - last_day).astype(np.int64),
        _probation=days_of_months(month.astype(np.int64), PROBATION),
    )
    findings = _silence(rows, until)
    short = rows["_watched"] < days_of_months(rows["_month"].to_numpy(), months)
    reason = _("chưa theo dõi đủ {months} tháng từ ngày kết nạp").format(months=months)
    rows, recent = without(rows, short, reason)
    untold = rows["was_recognised"].isna() & rows["days_to_recognition"].isna()
    rows, silent = without(rows, untold, _("sổ không cho biết đã công nhận chính thức hay chưa"))
    rows, unused = without(
        rows, _never_recognises(rows), _("sổ có cột công nhận chính thức nhưng không ghi ai")
    )
    return rows, (*simulated, *coarse, *recent, *silent, *unused), findings


def days_of_months(month: npt.NDArray[np.int64], months: int) -> npt.NDArray[np.int64]:
    """Return the days from a day of a month to the same day so many months later.

    They are the same for every day of a month, but for days that the later month does not have: these
    are counted as if it had them.

    Parameters
    ----------
    month : (n,) array of int
        Months since January 1970.
    months : int

    Examples
    --------
    >>> days_of_months(np.array([49 * 12 + 1, 49 * 12 + 2]), 12).tolist()  # February and March 2019
    [365, 366]
    """
    start = month.astype("datetime64[M]")
    return ((start + months).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(np.int64)


def whole_days(column: pd.Series) -> pd.Series:
    """Return a column of whole days as floating numbers, missing ones as NaN."""
    return pd.Series(column.to_numpy(dtype=float, na_value=np.nan), column.index)


def without(rows: pd.DataFrame, out: pd.Series, reason: str) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return the rows that stay, and how many do not, and why."""
    count = int(out.sum())
    return (rows.loc[~out], (Dropped(reason, count),)) if count else (rows, ())


def _until(files: pd.Series, known_until: date | Mapping[str, date]) -> npt.NDArray[np.datetime64]:
    """Return the last day that each row's register tells of."""
    names = files.astype("category").cat.remove_unused_categories().cat
    if not isinstance(known_until, Mapping):
        known_until = dict.fromkeys(names.categories, known_until)
    missing = [name for name in names.categories if name not in known_until]
    if missing:
        raise ParameterError(f"known_until: no day for {missing[0]!r}; each register needs its own")
    days = [known_until[name] for name in names.categories]
    wrong = [day for day in days if not isinstance(day, date) or isinstance(day, datetime) or pd.isna(day)]
    if wrong:
        raise ParameterError(f"known_until: {wrong[0]!r} is no day; expected: a datetime.date")
    return np.array(days, dtype="datetime64[D]")[names.codes]


def _months(admitted: pd.Series) -> npt.NDArray[np.datetime64]:
    """Return the month of each admission; NaT where it is known to no month."""
    written = admitted.astype("category")
    names = [str(name) for name in written.cat.categories]
    found = [name if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", name) else "NaT" for name in names]
    return np.array([*found, "NaT"], dtype="datetime64[M]")[written.cat.codes]


def _never_recognises(rows: pd.DataFrame) -> pd.Series:
    """Tell the rows of registers that recognise nobody of ten and more: the column was not filled in."""
    told = rows["was_recognised"].astype("boolean").fillna(value=True)
    by_file = told.astype(int).groupby(rows["file"].astype("category"), observed=True).agg(["size", "sum"])
    never = by_file.index[(by_file["size"] >= MIN_EVENTS) & (by_file["sum"] == 0)]
    return rows["file"].isin(never)


def _silence(rows: pd.DataFrame, until: npt.NDArray[np.datetime64]) -> tuple[Finding, ...]:
    """Return a finding for each register with people waiting whose last event lies long before its end."""
    start = rows["_month"].to_numpy().astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    events = np.fmax(whole_days(rows["days_to_recognition"]), whole_days(rows["days_to_exit"]))
    told = rows["was_recognised"].astype("boolean").fillna(value=True).astype(bool) | events.notna()
    waiting = ~told & (rows["_watched"] >= rows["_probation"])
    # Where a register tells of nobody, it should have from the first end of a probation on.
    last = start + events.fillna(rows["_probation"]).to_numpy()
    quiet = pd.DataFrame({"days": until.astype(np.int64) - last, "told": events.notna(), "waiting": waiting})
    found = []
    for file, part in quiet.groupby(rows["file"].astype("category"), observed=True, sort=True):
        days = part.loc[part["told"], "days"].min() if part["told"].any() else part["days"].max()
        if part["waiting"].any() and days > LONGEST_SILENCE:
            found.append(Finding("silent_register", str(file), {"count": int(days)}))
    return tuple(found)
