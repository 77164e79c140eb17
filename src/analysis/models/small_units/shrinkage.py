"""Rates of small units, drawn towards their mean by what their numbers do not tell (empirical Bayes)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.errors import ParameterError
from analysis.language import _, number, plain
from analysis.models.estimate_words import interval, p_words, significant
from analysis.models.gate import MIN_ROWS, Finding, withheld
from analysis.models.intervals import poisson_limits, with_limits
from analysis.models.result import Dropped, Result
from analysis.models.small_units.gamma_poisson import Prior, maximum_likelihood, moments
from analysis.models.sums import UNITS, check_level, counted, sums
from analysis.shown import Head, Table

Floats = npt.NDArray[np.float64]

_NAMED = 10
"""Units that a sentence names at most."""

_UNKNOWN = Prior(float("nan"), float("nan"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallUnits(Result):
    """Shrunken rates, a row a unit.

    ``estimates`` has after its usual columns, in which ``estimate`` and ``response`` are the shrunken ratio of
    admitted to exposure, its posterior standard deviation and interval: ``label`` (the unit's name), ``observed``
    (admitted), ``exposure``, ``raw`` (their ratio), ``weight`` (of the unit's own numbers, 0 to 1).

    Attributes
    ----------
    prior : Prior
        The distribution of the units' rates that they are drawn to.
    method : str
        ``ml`` or ``moments``.
    """

    prior: Prior
    method: str

    def posterior(self) -> tuple[Floats, Floats]:
        """Return shape and inverse scale of each unit's gamma posterior; infinite where units do not differ."""
        observed, exposure = (self.estimates[name].to_numpy(dtype=float) for name in ("observed", "exposure"))
        return observed + self.prior.shape, exposure + self.prior.rate

    def words(self) -> list[str]:
        """Return what the result says: the spread of the units, and how far each is drawn."""
        return [*([] if self.withheld else self._said()), *self._findings(), *self._basis()]

    def _said(self) -> list[str]:
        weights = self.estimates["weight"]
        lines = [
            _("{n} đơn vị có tỷ lệ trung bình {mean}%, độ lệch chuẩn giữa các đơn vị {spread}%.").format(
                n=number(len(weights)),
                mean=significant(100 * self.prior.mean),
                spread=significant(100 * self.prior.variance**0.5, 3),
            )
        ]
        if self.prior.variance > 0:
            lines.append(
                _(
                    "Số liệu riêng của một đơn vị có trọng số từ {low}% đến {high}%; phần còn lại là trung bình chung, "
                    "nên đơn vị càng nhỏ càng bị kéo về trung bình."
                ).format(low=number(100 * weights.min()), high=number(100 * weights.max()))
            )
        if np.isfinite(self.prior.heterogeneity_p):
            said = (
                _("Các đơn vị khác nhau hơn mức ngẫu nhiên ({p}).")
                if self.prior.heterogeneity_p < 1 - self.level
                else _("Không thấy các đơn vị khác nhau hơn mức ngẫu nhiên ({p}).")
            )
            lines.append(said.format(p=p_words(self.prior.heterogeneity_p)))
        lines.append(
            _(
                "Khoảng của từng đơn vị coi trung bình và độ lệch chuẩn chung là đã biết, nên hơi hẹp khi có ít đơn vị; "
                "tỷ lệ co lại không phải số đã thực hiện và không nói vì sao các đơn vị khác nhau."
            )
        )
        return lines

    def to_table(self) -> Table:
        """Return the units as a notebook shows them, ratios in percent."""
        heads = [Head(_("Đơn vị"))]
        names = [_("Kết nạp"), _("Mẫu số"), _("Tỷ lệ thô, %"), _("Tỷ lệ co lại, %")]
        names += [_("Khoảng {share}%").format(share=plain(100 * self.level)), _("Trọng số")]
        heads += [Head(name, numeric=True) for name in names]
        rows = [
            [
                row["label"],
                counted(row["observed"]),
                counted(row["exposure"]),
                significant(100 * row["raw"]),
                significant(100 * row["response"]),
                interval(100 * row["response_low"], 100 * row["response_high"]),
                significant(row["weight"], 2),
            ]
            for row in self.estimates.to_dict("records")
        ]
        return Table(
            self.name, _title(self.exposure_unit), " ".join(self.words()), heads, rows, self.estimates
        )


def shrink(
    rows: pd.DataFrame,
    *,
    unit: str = "unit_id",
    label: str | None = None,
    outcome: str = "admitted",
    exposure: str = "target",
    method: Literal["ml", "moments"] = "ml",
    level: float = 0.95,
    dropped: tuple[Dropped, ...] = (),
) -> SmallUnits:
    """Return each unit's rate, drawn to the mean of all the more, the less its own numbers tell.

    Counts are Poisson, the units' rates gamma distributed (*ước lượng Bayes thực nghiệm*); a unit's rate is then
    gamma too, with mean weight × raw + (1 - weight) × mean of all. Where units do not differ by more than
    chance, each gets the common rate with its exact interval.

    Parameters
    ----------
    rows : DataFrame
        One row a unit, or a unit and year; those of a unit are summed.
    unit, label : str
        Columns: the unit's key, and the name shown (the key if none).
    outcome, exposure : str
        Columns: counts, and targets (attainment) or members (admission rate).
    method : str
        ``ml`` (Clayton and Kaldor) or ``moments`` (Marshall).
    level : float
        Coverage of the intervals.
    dropped : tuple of Dropped
        Rows left out before.

    Raises
    ------
    ParameterError
        A column is missing, or a parameter has a value that is not allowed.

    References
    ----------
    Clayton, D. and Kaldor, J. (1987). Empirical Bayes estimates of age-standardized relative risks for use in
    disease mapping. *Biometrics* 43, 671-681.

    Marshall, R. J. (1991). Mapping disease and mortality rates using empirical Bayes estimators.
    *Applied Statistics* 40, 283-294.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {"unit_id": list("abcde"), "admitted": [1, 30, 5, 60, 9], "target": [2, 20, 10, 50, 10]}
    ... )
    >>> shrink(rows).at("a")[["raw", "response", "weight"]].astype(float).round(3).tolist()
    [0.5, 1.041, 0.074]
    """
    check_level(level)
    if method not in ("ml", "moments"):
        raise ParameterError(f"method {method!r} is neither 'ml' nor 'moments'")
    summed = sums(rows, [unit], outcome, exposure)
    findings = [*summed.findings, *few_units(len(summed.table))]
    units = summed.table.assign(label=labels(rows, unit, label, summed.table[unit]))
    prior = _UNKNOWN
    if not withheld(findings):
        fit = maximum_likelihood if method == "ml" else moments
        prior = fit(units["observed"].to_numpy(), units["exposure"].to_numpy())
        findings += _prior_findings(prior)
    return SmallUnits(
        name=f"shrunken-{outcome}-{exposure}",
        title=_title(UNITS.get(exposure, "persons")),
        estimates=_estimates(units, unit, _UNKNOWN if withheld(findings) else prior, level),
        specification=_("{outcome} ~ Poisson({exposure} × r), r ~ gamma; ước lượng bằng {method}").format(
            outcome=outcome,
            exposure=exposure,
            method={"ml": _("hợp lý cực đại"), "moments": _("mô-men")}[method],
        ),
        n=summed.rows,
        exposure=float(units["exposure"].sum(skipna=False)),
        exposure_unit=UNITS.get(exposure, "persons"),
        covariance="posterior",
        converged=prior.converged,
        dropped=(*dropped, *summed.dropped),
        findings=tuple(findings),
        level=level,
        prior=_UNKNOWN if withheld(findings) else prior,
        method=method,
    )


def few_units(count: int) -> list[Finding]:
    """Return the finding that there are too few units to say how units differ, or none."""
    return [Finding("few_rows", "", {"count": count, "least": MIN_ROWS})] if 0 < count < MIN_ROWS else []


def labels(rows: pd.DataFrame, unit: str, label: str | None, keys: pd.Series) -> list[str]:
    """Return the names to show for units.

    Raises
    ------
    ParameterError
        There is no such column.
    """
    if label is None:
        return [str(key) for key in keys]
    if label not in rows.columns:
        raise ParameterError(f"no column {label!r} (there are {', '.join(map(str, rows.columns))})")
    names = dict(zip(rows[unit].astype("str"), rows[label].astype("str"), strict=True))
    return [names[str(key)] for key in keys]


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence gives them, the first ten of many.

    Examples
    --------
    >>> listed(["a", "b"])
    'a, b'
    """
    shown = ", ".join(map(str, names[:_NAMED]))
    more = len(names) - _NAMED
    return _("{names} và {n} đơn vị nữa").format(names=shown, n=number(more)) if more > 0 else shown


def _prior_findings(prior: Prior) -> list[Finding]:
    if not prior.converged:
        return [Finding("not_converged")]
    return [] if prior.variance > 0 else [Finding("no_heterogeneity")]


def _estimates(units: pd.DataFrame, unit: str, prior: Prior, level: float) -> pd.DataFrame:
    observed, exposure = (units[name].to_numpy(dtype=float) for name in ("observed", "exposure"))
    if prior.variance > 0:
        shape, rate = observed + prior.shape, exposure + prior.rate
        middle, spread = shape / rate, np.sqrt(shape) / rate
        low, high = (stats.gamma.ppf(p, shape, scale=1 / rate) for p in ((1 - level) / 2, (1 + level) / 2))
        weight = exposure / rate
    else:
        middle, spread, low, high, weight = _common(observed, exposure, prior, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = observed / exposure
    table = with_limits(units[unit].tolist(), middle, (low, high), spread)
    return table.assign(
        label=units["label"].to_numpy(),
        observed=observed,
        exposure=exposure,
        raw=np.where(np.isnan(prior.mean), np.nan, raw),
        weight=weight,
    )


def _common(observed: Floats, exposure: Floats, prior: Prior, level: float) -> tuple[Floats, ...]:
    """Return the common rate, its standard error and exact limits, and weights of zero; NaN where unknown."""
    known = np.full(len(observed), prior.variance)
    if not np.isfinite(prior.mean):
        return (known,) * 5
    limits = [float(limit) / exposure.sum() for limit in poisson_limits(observed.sum(), level)]
    parts = (prior.mean, np.sqrt(observed.sum()) / exposure.sum(), *limits)
    return (*(known + part for part in parts), known)


def _title(exposure_unit: str) -> str:
    titles = {
        "target": _("Tỷ lệ đạt chỉ tiêu của các đơn vị, co về trung bình"),
        "person-years": _("Tỷ lệ kết nạp của các đơn vị trên số đảng viên mỗi năm, co về trung bình"),
    }
    return titles.get(exposure_unit, _("Tỷ lệ của các đơn vị, co về trung bình"))
