"""Admissions before and after a date: segmented Poisson regression (chuỗi thời gian gián đoạn)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, day, number, plain
from analysis.models.estimate_words import interval, p_value, significant
from analysis.models.gate import Finding, withheld
from analysis.models.reform.break_fit import SEASONS, BreakFit, Grid, fit_break, grid_of, place_of
from analysis.models.reform.break_gate import series_findings
from analysis.models.reform.counterfactual import counterfactual, residual_correlation
from analysis.models.reform.hac import default_lag, newey_west
from analysis.models.reform.placebo import placebo_dates
from analysis.models.result import Dropped, Result, tidy

EFFECTS = ("slope_before", "level_change", "slope_change", "slope_after", "effect_at_end")

_SUSPICIOUS = 0.01
"""p-value below which autocorrelation beyond the lag is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmented(Result):
    """How a series of admissions runs before and after a date.

    ``estimates`` has the rows ``slope_before`` and ``slope_after`` (log ratio a year),
    ``level_change`` (log ratio at the change), ``slope_change`` and ``effect_at_end`` (log ratio of
    the last period's level to the trend before), with the further columns ``freedom`` (of t) and
    ``newey_west`` (standard error by Newey and West with the factor n/(n-k), unmended).

    Attributes
    ----------
    change_date : date
    first_after : str
        First whole period from the change on.
    every, season : str
        ``month``, ``quarter`` or ``year``; ``factor``, ``harmonics`` or ``none``.
    lag : int
        Periods up to which the errors allow for autocorrelation.
    correlation : float
        Of neighbouring errors, as estimated.
    coefficients : DataFrame
        All coefficients: term, estimate, std_error (model), newey_west.
    series : DataFrame
        A row a period, for a figure: period, start, admitted, exposure, used, fitted,
        counterfactual (had the trend before gone on), counterfactual_low, counterfactual_high (of its
        mean); counts of persons. Counterfactuals are given from the change on.
    residual_correlation : DataFrame
        lag, value: autocorrelations of the Pearson residuals.
    remaining_p : float
        p-value of the autocorrelations beyond ``lag``, against what ``correlation`` alone makes of
        them; missing where none are told.
    placebo : DataFrame
        Changes of level at dates before the change, from the periods before it alone: period,
        estimate, std_error, low, high, p_value; empty where the series is too short.
    """

    change_date: date
    first_after: str
    every: str
    season: str
    lag: int
    correlation: float
    coefficients: pd.DataFrame
    series: pd.DataFrame
    residual_correlation: pd.DataFrame
    remaining_p: float
    placebo: pd.DataFrame

    def words(self) -> list[str]:
        """Return how admissions changed at the date, and what that does not show."""
        said = [] if self.withheld else [*self._changes(), *self._doubts()]
        return [*self._findings(), *said, *self._basis()]

    def _changes(self) -> list[str]:
        spoken = {
            "slope_before": _("Trước {at}: mỗi năm gấp {value} lần (khoảng {share}: {reach})."),
            "level_change": _("Tại {at}: mức đổi gấp {value} lần (khoảng {share}: {reach}; p: {p})."),
            "slope_after": _("Từ {at}: mỗi năm gấp {value} lần (khoảng {share}: {reach})."),
            "slope_change": _("Đà hằng năm đổi gấp {value} lần (khoảng {share}: {reach}; p: {p})."),
            "effect_at_end": _(
                "Ở cuối chuỗi, mức gấp {value} lần so với đà cũ kéo dài (khoảng {share}: {reach}; p: {p})."
            ),
        }
        lines = []
        for term, words in spoken.items():
            row = self.at(term)
            lines.append(
                words.format(
                    at=day(self.change_date),
                    value=significant(row["response"]),
                    share=plain(100 * self.level) + "%",
                    reach=interval(row["response_low"], row["response_high"]),
                    p=p_value(row["p_value"]),
                )
            )
        return lines

    def _doubts(self) -> list[str]:
        lines = []
        if not self.placebo.empty:
            level = self.at("level_change")
            size = np.abs(self.placebo["estimate"] / self.placebo["std_error"])
            real = abs(level["estimate"] / level["std_error"])
            lines.append(
                _(
                    "Đặt mốc giả vào {count} thời đoạn trước {at}: {clear} mốc có thay đổi mức với p < {limit}, {larger} "
                    "mốc có thay đổi rõ hơn ở mốc thật."
                ).format(
                    count=number(len(self.placebo)),
                    at=day(self.change_date),
                    clear=number(int((self.placebo["p_value"] < 1 - self.level).sum())),
                    limit=plain(1 - self.level),
                    larger=number(int((size >= real).sum())),
                )
            )
        lines += [
            _("Tương quan của hai thời đoạn kề nhau, đã trừ phần do phép khớp: {value}.").format(
                value=number(self.correlation, 2)
            ),
            _(
                "So sánh này dựa vào giả định rằng đà cũ sẽ tiếp tục nếu không có mốc; mọi việc khác xảy ra cùng lúc đều nằm "
                "trong thay đổi ước lượng được, nên nó không chứng tỏ nguyên nhân."
            ),
        ]
        return lines


def segmented(
    rows: pd.DataFrame,
    at: date,
    *,
    season: str = "factor",
    lag: int | None = None,
    level: float = 0.95,
    exposure_unit: str = "",
) -> Segmented:
    """Return how a series of admissions changes in level and slope at a date.

    log E(admitted) = log(exposure) + trend + change of level + change of slope + seasons, Poisson;
    a period that the date divides is left out.

    Parameters
    ----------
    rows : DataFrame
        period, admitted, exposure, as of :func:`analysis.models.reform.count_series.count_series`: every
        period between the first and the last, ``admitted`` missing where it is not known.
    at : date
        The change: ``date(2025, 7, 1)``, ``date(2022, 6, 16)`` (Resolution 21-NQ/TW), ...
    season : str
        ``factor`` (an effect a month or quarter), ``harmonics`` or ``none``; years have none.
    lag : int, optional
        Periods up to which errors may hang together; by Newey and West's rule 4 (n/100)^(2/9).
    level : float
        Coverage.
    exposure_unit : str
        What ``exposure`` counts.

    Returns
    -------
    Segmented
        Withheld with fewer than eight periods on a side (before the change, two years where seasons
        are told apart), fewer than ten admissions on a side, an exposure that is missing, zero or
        negative, or results all on one side of a season or of the change.

    Raises
    ------
    ParameterError
        The series has a gap or a period twice, or a parameter is wrong.

    Notes
    -----
    Errors are Newey and West's, mended for short series: :func:`analysis.models.reform.hac.contrast_errors`.

    References
    ----------
    Bernal, J. L., Cummins, S. and Gasparrini, A. (2017). Interrupted time series regression for the
    evaluation of public health interventions: a tutorial. *International Journal of Epidemiology* 46,
    348-355. Penfold, R. B. and Zhang, F. (2013). Use of interrupted time series analysis in
    evaluating health care quality improvements. *Academic Pediatrics* 13, S38-S44.

    Examples
    --------
    >>> from analysis.models.reform.count_series import count_series
    >>> people = [str(year) for year in range(2001, 2021) for _ in range(20 + year % 2)]
    >>> people += [year for year in people if year >= "2011"]
    >>> rows, _ = count_series(pd.DataFrame({"admitted": people}), "year", "2001", "2020")
    >>> round(float(segmented(rows, date(2011, 1, 1)).at("level_change")["response"]), 2)
    2.03
    """
    _check(at, season, lag, level)
    grid = grid_of(rows)
    change, divided = place_of(at, grid.every)
    used, dropped = _used(grid, divided)
    findings = series_findings(used, change, season)
    steps = default_lag(len(used.counts)) if lag is None else lag
    fit: BreakFit | None = None
    if not withheld(findings):
        fit, unfit = fit_break(used, change, season, steps)
        findings += unfit
    correlations, remaining = residual_correlation(fit)
    if remaining < _SUSPICIOUS:
        findings.append(Finding("autocorrelated", numbers={"count": steps}))
    return Segmented(
        name="segmented",
        title=_("Số kết nạp trước và sau {at}").format(at=day(at)),
        estimates=_effects(fit, level),
        specification=_(
            "Poisson, log E(số kết nạp) = log(mẫu số) + đà + đổi mức + đổi đà{season}, mốc {at}"
        ).format(season="" if season == "none" else _(" + mùa"), at=day(at)),
        link="log",
        n=len(used.counts),
        exposure=float(used.exposure.sum()),
        exposure_unit=exposure_unit,
        covariance=_covariance(fit, steps),
        dispersion=fit.dispersion if fit else None,
        converged=all(finding.code != "not_converged" for finding in findings),
        dropped=dropped,
        findings=tuple(findings),
        level=level,
        change_date=at,
        first_after=grid.label(change),
        every=grid.every,
        season=season,
        lag=steps,
        correlation=fit.correlation if fit else float("nan"),
        coefficients=_coefficients(fit),
        series=counterfactual(grid, used, change, fit, level),
        residual_correlation=correlations,
        remaining_p=remaining,
        placebo=placebo_dates(used, change, season, steps, level, fit),
    )


def _check(at: date, season: str, lag: int | None, level: float) -> None:
    if not isinstance(at, date):
        raise ParameterError(f"at {at!r} is no date; write date(2025, 7, 1)")
    if season not in SEASONS:
        raise ParameterError(f"season {season!r} is none of {', '.join(SEASONS)}")
    if lag is not None and lag < 0:
        raise ParameterError(f"lag {lag}: it must be 0 or more")
    if not 0 < level < 1:
        raise ParameterError(f"level {level} is not between 0 and 1")


def _used(grid: Grid, divided: int | None) -> tuple[Grid, tuple[Dropped, ...]]:
    """Return the periods with a count that the change does not divide, and why others are left out."""
    cut, unknown = grid.places == (divided or -1), np.isnan(grid.counts)
    dropped = []
    if cut.any():
        period = grid.label(int(grid.places[cut][0]))
        dropped.append(Dropped(_("{period} gồm cả hai phía của mốc").format(period=period), 1))
    if (unknown & ~cut).any():
        dropped.append(Dropped(_("không biết số kết nạp"), int((unknown & ~cut).sum())))
    kept = ~cut & ~unknown
    return Grid(grid.every, grid.places[kept], grid.counts[kept], grid.exposure[kept]), tuple(dropped)


def _effects(fit: BreakFit | None, level: float) -> pd.DataFrame:
    if fit is None:
        missing = [np.nan] * len(EFFECTS)
        return tidy(EFFECTS, missing, missing, link="log", level=level).assign(
            freedom=np.nan, newey_west=np.nan
        )
    end = float(fit.series.matrix[-1, fit.terms.index("time")])
    weights = {
        "slope_before": {"time": 1.0},
        "level_change": {"level_change": 1.0},
        "slope_change": {"slope_change": 1.0},
        "slope_after": {"time": 1.0, "slope_change": 1.0},
        "effect_at_end": {"level_change": 1.0, "slope_change": end},
    }
    contrasts = np.array([fit.contrast(weights[term]) for term in EFFECTS])
    values, errors, freedom = fit.combined(contrasts)
    rows = [
        tidy([term], [value], [error], link="log", level=level, freedom=float(free))
        for term, value, error, free in zip(EFFECTS, values, errors, freedom, strict=True)
    ]
    unmended = np.sqrt(np.diag(contrasts @ newey_west(fit.series, fit.lag) @ contrasts.T))
    return pd.concat(rows, ignore_index=True).assign(freedom=freedom, newey_west=unmended)


def _coefficients(fit: BreakFit | None) -> pd.DataFrame:
    columns = ["term", "estimate", "std_error", "newey_west"]
    if fit is None:
        return pd.DataFrame(columns=columns)
    errors = [np.sqrt(np.diag(part)) for part in (fit.series.bread, newey_west(fit.series, fit.lag))]
    return pd.DataFrame(dict(zip(columns, (fit.terms, fit.coefficients, *errors), strict=True)))


def _covariance(fit: BreakFit | None, lag: int) -> str:
    if fit is None:
        return ""
    return _(
        "vững với tự tương quan (Newey–West, trễ {lag}), sửa cho chuỗi ngắn theo Bell–McCaffrey, phân phối t"
    ).format(lag=number(lag))
