"""Part of a year: what the whole will come to, by how much had come at this time in earlier years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number, percent, plain
from analysis.models.estimate_words import interval, significant
from analysis.models.gate import Finding, exposure_findings, outcome_findings, withheld
from analysis.models.intervals import with_limits
from analysis.models.reform.count_series import count_series, dated, span
from analysis.models.reform.cumulative_share import LEAST_YEARS, Share, check_years, monthly, share_by
from analysis.models.reform.projection import of_days, versus_last_year, whole_year
from analysis.models.result import Dropped, Result

CUMULATIVE, EVEN_RUN = "cumulative_share", "even_run"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartYear(Result):
    """What a year that has not ended will come to, and how it stands beside the last one.

    ``estimates`` has the rows ``projection`` (persons in the whole year), ``attainment`` (the projection
    over the target, where one was given) and ``versus_last_year`` (ratio to the same months of last
    year, where they are known; exact interval of two Poisson counts).

    Attributes
    ----------
    year : int
    through : str
        Last month that is covered: ``2025-09``.
    admitted : int
        Persons so far.
    assumption : str
        ``cumulative_share`` (of earlier years) or ``even_run`` (over the days of the year).
    share, share_low, share_high : float
        Share of the year's admissions that has come by then, 0 to 1, and its interval for one more
        year; with ``even_run`` the share of the days, without an interval. Missing where withheld.
    shares : DataFrame
        A row an earlier year: year, so_far, total, share.
    last_year_so_far, last_year_total : int or None
        Persons of last year by the same month, and in all.
    """

    year: int
    through: str
    admitted: int
    assumption: str
    share: float
    share_low: float
    share_high: float
    shares: pd.DataFrame
    last_year_so_far: int | None
    last_year_total: int | None

    def words(self) -> list[str]:
        """Return where the year stands and what it will come to, on which assumption."""
        return [*self._findings(), self._so_far(), *self._ahead(), *self._basis()]

    def _so_far(self) -> str:
        shown = _("Đến hết tháng {month} năm {year} kết nạp {count} người").format(
            month=int(self.through[5:]), year=self.year, count=number(self.admitted)
        )
        if self.last_year_so_far is None:
            return shown + "."
        beside = _("cùng kỳ năm trước {count} người, cả năm trước {total} người").format(
            count=number(self.last_year_so_far), total=number(self.last_year_total or 0)
        )
        row = self.estimates.loc[self.estimates["term"] == "versus_last_year"]
        if row.empty or np.isnan(row["response"].iloc[0]):
            return f"{shown}; {beside}."
        ratio = _("gấp {value} lần cùng kỳ (khoảng Poisson {share}: {reach})").format(
            value=significant(row["response"].iloc[0]),
            share=plain(100 * self.level) + "%",
            reach=interval(row["response_low"].iloc[0], row["response_high"].iloc[0]),
        )
        return f"{shown}; {beside}; {ratio}."

    def _ahead(self) -> list[str]:
        if self.withheld:
            return []
        row = self.at("projection")
        share = percent(100 * self.share)
        if self.assumption == EVEN_RUN:
            ground = _("Nếu kết nạp chạy đều theo ngày, đến lúc ấy năm đã qua {share}").format(share=share)
        else:
            ground = _(
                "Trong {years} năm trước, đến lúc ấy thường đã có {share} số người của cả năm (một năm nữa: {low} – {high})"
            ).format(
                years=number(len(self.shares)),
                share=share,
                low=percent(100 * self.share_low),
                high=percent(100 * self.share_high),
            )
        lines = [
            _("{ground}; cả năm sẽ là {value} người (khoảng {level}: {low} – {high}).").format(
                ground=ground,
                value=number(row["response"]),
                level=plain(100 * self.level) + "%",
                low=number(row["response_low"]),
                high=number(row["response_high"]),
            )
        ]
        if (self.estimates["term"] == "attainment").any():
            met = self.at("attainment")
            lines.append(
                _("So với chỉ tiêu cả năm, đó là {value} (khoảng {level}: {low} – {high}).").format(
                    value=percent(100 * met["response"]),
                    level=plain(100 * self.level) + "%",
                    low=percent(100 * met["response_low"]),
                    high=percent(100 * met["response_high"]),
                )
            )
        caution = _(
            "Phép chiếu coi năm nay là một năm như các năm ấy; nó không biết đợt kết nạp nào đã định trước."
        )
        return lines if self.assumption == EVEN_RUN else [*lines, caution]


def part_year(
    admissions: pd.DataFrame,
    through: str,
    earlier: Sequence[int],
    *,
    target: float | None = None,
    even_run: bool = False,
    least: int = LEAST_YEARS,
    level: float = 0.95,
) -> PartYear:
    """Return what a year will come to, from its months so far and those of earlier years.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it: the same units in all years.
    through : str
        Last month that the registers cover: ``2025-09``.
    earlier : sequence of int
        Earlier years that they cover whole.
    target : float, optional
        Of the whole year.
    even_run : bool
        Whether to take admissions as running evenly over the days of the year instead of as in
        earlier years. The result says so.
    least : int
        Fewest earlier years that tell all of their months.
    level : float
        Coverage.

    Returns
    -------
    PartYear
        Withheld with fewer than ``least`` such years (unless ``even_run``), fewer than ten
        admissions so far, or a target that is missing, zero or negative.

    Raises
    ------
    ParameterError
        Admissions of the year are dated more coarsely than by month, the year has ended with
        ``through``, or ``earlier`` is not earlier.

    Notes
    -----
    With c admitted so far and log odds θ of earlier years (:func:`~analysis.models.reform.cumulative_share.share_by`),
    c exp(-θ) are still to come. Their logarithm has the variance between years, that of the years'
    mean, and 1/c + 1/(c exp(-θ)) of counting; t of years - 1 degrees of freedom. In simulations
    nominal 95% covered 95% to 100%, the more the less years differ.

    References
    ----------
    Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson
    series. *Biometrika* 31, 313-323, for the ratio to last year.

    Examples
    --------
    >>> months = [f"{y}-{m:02d}" for y in range(2020, 2025) for m in range(1, 13) for _ in range(10)]
    >>> so_far = pd.DataFrame({"admitted": [month for month in months if month <= "2024-06"]})
    >>> found = part_year(so_far, "2024-06", [2020, 2021, 2022, 2023])
    >>> round(float(found.at("projection")["response"])), found.last_year_so_far
    (120, 60)
    """
    check_years(least, level)
    year, month = _month(through, earlier)
    rows, _others = count_series(admissions, "month", f"{year}-01", through)
    so_far = int(rows["admitted"].sum())
    counts, dropped = monthly(admissions, earlier)
    findings = outcome_findings([so_far], "admitted")
    findings += [] if target is None else exposure_findings([target], "target")
    if even_run:
        findings.append(Finding("even_run"))
    elif len(counts) < least:
        findings.append(Finding("few_years", numbers={"count": len(counts), "least": least}))
    share = None
    if not withheld(findings):
        share = of_days(year, month) if even_run else _of_years(counts, month)
    last = counts.get(year - 1)
    before = None if last is None else int(last[:month].sum())
    low, high = (np.nan, np.nan) if share is None or even_run else share.limits(level)
    return PartYear(
        name="part-year",
        title=_("Ước tính cả năm {year} từ số đến hết tháng {month}").format(year=year, month=month),
        estimates=_estimates(so_far, share, target, before, level),
        specification=_ground(even_run, month, len(counts)),
        link="log",
        n=len(rows),
        covariance="Poisson" if even_run else _("khác nhau giữa các năm và Poisson, t"),
        dropped=(*dropped, *_later(admissions, year, month)),
        findings=tuple(findings),
        level=level,
        year=year,
        through=through,
        admitted=so_far,
        assumption=EVEN_RUN if even_run else CUMULATIVE,
        share=share.value if share else np.nan,
        share_low=low,
        share_high=high,
        shares=_by_year(counts, month),
        last_year_so_far=before,
        last_year_total=None if last is None else int(last.sum()),
    )


def _month(through: str, earlier: Sequence[int]) -> tuple[int, int]:
    first, last = span(through)
    year, month = divmod(first, 12)
    if first != last:
        raise ParameterError(f"through {through!r} is no month; write 2025-09")
    if month == 11:
        raise ParameterError(f"through {through!r} ends the year; there is nothing left to project")
    late = [other for other in earlier if other >= year]
    if late:
        raise ParameterError(f"earlier years must be before {year}; {late[0]} is not")
    return year, month + 1


def _of_years(counts: Mapping[int, npt.NDArray[np.int64]], month: int) -> Share:
    table = np.array(list(counts.values()), dtype=float)
    return share_by(table[:, :month].sum(axis=1), table[:, month:].sum(axis=1))


def _by_year(counts: Mapping[int, npt.NDArray[np.int64]], month: int) -> pd.DataFrame:
    records = [
        (year, int(months[:month].sum()), int(months.sum()), float(months[:month].sum() / months.sum()))
        for year, months in counts.items()
    ]
    return pd.DataFrame.from_records(records, columns=["year", "so_far", "total", "share"])


def _estimates(
    so_far: int, share: Share | None, target: float | None, last_year: int | None, level: float
) -> pd.DataFrame:
    whole, reach, error = np.nan, (np.nan, np.nan), np.nan
    if share is not None:
        whole, reach, error = whole_year(so_far, share, level)
    rows = [with_limits(["projection"], [whole], ([reach[0]], [reach[1]]), [error], log=True)]
    if target is not None:
        over = target if target > 0 else np.nan
        limits = ([reach[0] / over], [reach[1] / over])
        rows.append(with_limits(["attainment"], [whole / over], limits, [error], log=True))
    if last_year is not None:
        rows.append(versus_last_year(so_far, last_year, level))
    return pd.concat(rows, ignore_index=True)


def _later(admissions: pd.DataFrame, year: int, month: int) -> tuple[Dropped, ...]:
    """Return the admissions of the year after the month, which are not counted."""
    dates = dated(admissions)
    later = dates.loc[(dates["first"] >= 12 * year + month) & (dates["first"] < 12 * (year + 1))]
    people = int(later["people"].sum())
    reason = _("sau tháng {month} năm {year}").format(month=month, year=year)
    return (Dropped(reason, people),) if people else ()


def _ground(even_run: bool, month: int, years: int) -> str:
    if even_run:
        return _("kết nạp chạy đều theo số ngày đã qua của năm")
    return _("tỷ trọng lũy kế đến hết tháng {month} của {years} năm trước").format(
        month=month, years=number(years)
    )
