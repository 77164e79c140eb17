"""Average marginal effects: how much a rate differs between categories, in admissions per 1,000."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from statsmodels.genmod.families import links

from analysis.errors import ParameterError
from analysis.language import _, plain
from analysis.models.counts.count_fit import CountFit
from analysis.models.counts.marginal_effects import Average, Factor, Surface, factors_of
from analysis.models.design import variables
from analysis.models.estimate_words import interval, p_value, significant
from analysis.models.gate import estimate_findings, exposure_findings
from analysis.models.result import ESTIMATES, Result, tidy
from analysis.models.terms import category_label, factor_label
from analysis.shown import Head, Table

Floats = npt.NDArray[np.float64]

EFFECTS = (*ESTIMATES, "factor", "category", "against", "kind")
RATES = ("factor", "category", "rate", "std_error", "low", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginalEffects(Result):
    """Average differences of a rate, per ``per`` of the exposure.

    ``estimate`` and ``response`` of the estimates are the same: a difference of rates, or the slope by a
    number. ``factor``, ``category`` and ``against`` say what is compared with what; ``kind`` is
    ``categories``, ``binary`` or, for a slope, ``number``.

    Attributes
    ----------
    per : float
        How much of the exposure the rates are for.
    exposure_name : str or None
        Column of exposures.
    rates : DataFrame
        One row a category: ``factor``, ``category``, and the rate per ``per`` if all the exposure were of
        that category, ``rate``, ``std_error``, ``low``, ``high`` (by the logarithm of the rate). The first
        row, its factor empty, is the rate as it is.
    """

    per: float
    exposure_name: str | None
    rates: pd.DataFrame

    def __post_init__(self) -> None:
        # Not super(): a slotted dataclass is another class than the one in whose body this stands
        Result.__post_init__(self)
        if self.withheld:
            blank = self.rates.assign(**dict.fromkeys(RATES[2:], np.nan))
            object.__setattr__(self, "rates", blank)

    def words(self) -> list[str]:
        """Return each factor's differences, what they are averaged over, and what they do not say."""
        lines = self._findings()
        if not self.withheld:
            effects = self.estimates.groupby("factor", sort=False)
            lines += [self._meaning(), *(self._of(str(name), rows) for name, rows in effects)]
            lines.append(
                _(
                    "Đây là chênh lệch theo mô hình giữa các nhóm sau khi giữ các yếu tố khác như trong số liệu, "
                    "không phải tác động nhân quả."
                )
            )
        return lines + self._basis()

    def _unit(self) -> str:
        return factor_label(self.exposure_name) if self.exposure_name else _("dòng")

    def _meaning(self) -> str:
        return _(
            "Chênh lệch tỷ suất trên {per} {exposure}, bình quân theo {exposure}; tỷ suất chung theo mô hình là {rate}."
        ).format(
            per=plain(self.per), exposure=self._unit(), rate=significant(float(self.rates["rate"].iloc[0]))
        )

    def _of(self, factor: str, rows: pd.DataFrame) -> str:
        first = rows.iloc[0]
        spoken = [
            f"{_sign(row['estimate'])} ({interval(row['low'], row['high'])})" for _at, row in rows.iterrows()
        ]
        if first["kind"] == "number":
            return _("{factor}, thêm một đơn vị: {change}.").format(
                factor=factor_label(factor), change=spoken[0]
            )
        categories = [_category(factor, str(category), first["kind"]) for category in rows["category"]]
        changes = "; ".join(f"{name} {change}" for name, change in zip(categories, spoken, strict=True))
        return _("{factor}, so với {against}: {changes}.").format(
            factor=factor_label(factor),
            against=_category(factor, str(first["against"]), first["kind"]),
            changes=changes,
        )

    def to_table(self) -> Table:
        """Return the differences as a notebook shows them, in the language in use."""
        share = plain(100 * self.level) + "%"
        head = _("Chênh lệch trên {per} {exposure}").format(per=plain(self.per), exposure=self._unit())
        numeric = (head, _("Khoảng {share}").format(share=share), _("Sai số chuẩn"), "p")
        heads = [Head(_("So sánh")), *(Head(label, numeric=True) for label in numeric)]
        rows = [
            [
                _compared(row),
                significant(row["estimate"]),
                interval(row["low"], row["high"]),
                significant(row["std_error"]),
                p_value(row["p_value"]),
            ]
            for row in self.estimates.to_dict("records")
        ]
        return Table(self.name, self.title, " ".join(self.words()), heads, rows, self.estimates)


def average_marginal_effects(
    fit: CountFit,
    factors: Sequence[str] | None = None,
    *,
    per: float = 1000,
    at_exposure: pd.DataFrame | None = None,
) -> MarginalEffects:
    """Return how much the rate differs between categories, all else as it is, averaged over the exposure.

    A factor's categories, and the two values of a binary covariate, are each compared with the reference:
    every row is given the one, then the other (*chênh lệch bình quân*). A number has the average slope.
    Errors are by the delta method from the fit's own covariance.

    Parameters
    ----------
    fit : CountFit
    factors : sequence of str, optional
        Covariates; all of the formula without.
    per : float
        How much of the exposure the rates are for: 1,000 members.
    at_exposure : DataFrame, optional
        Rows with the covariates and the exposure to average over, such as those of another province; the
        fit's own without.

    Raises
    ------
    ParameterError
        A factor is not in the formula, ``per`` is no positive number, or ``at_exposure`` lacks a column or
        a positive exposure.

    References
    ----------
    Bartus, T. (2005). Estimation of marginal effects using margeff. *Stata Journal* 5, 309-329.
    Arel-Bundock, V., Greifer, N. and Heiss, A. (2024). How to interpret statistical models using
    marginaleffects for R and Python. *Journal of Statistical Software* 111(9).

    Examples
    --------
    >>> from analysis.models.counts.fit import fit_counts
    >>> rows = pd.DataFrame({"sex": ["f", "f", "f", "m", "m", "m"], "members": [100.0] * 6,
    ...                      "admitted": [3, 5, 4, 6, 9, 9]})
    >>> made = average_marginal_effects(fit_counts(rows, "sex"))
    >>> round(float(made.at("sex[T.m]")["estimate"]), 6), made.rates["rate"].round(6).tolist()
    (40.0, [60.0, 40.0, 80.0])
    """
    if not (np.isfinite(per) and per > 0):
        raise ParameterError(f"per {per!r}: a positive number")
    names = _names(fit, factors)
    findings = fit.findings
    estimates, rates = pd.DataFrame(columns=list(EFFECTS)), pd.DataFrame(columns=list(RATES))
    rows, weights = _averaged(fit, at_exposure)
    if not fit.withheld:
        surface = Surface(fit.design, fit.coefficients, links.Log())
        chosen = [factor for factor in factors_of(fit.design, fit.patterns) if factor.name in names]
        chosen.sort(key=lambda factor: names.index(factor.name))
        estimates = _effects(fit, surface, chosen, rows, weights, per)
        rates = _rates(fit, surface, chosen, rows, weights, per)
        findings += tuple(
            estimate_findings(
                estimates["term"],
                estimates["estimate"],
                estimates["std_error"],
                converged=True,
                most_error=np.inf,
            )
        )
    return MarginalEffects(
        name=f"{fit.name}-margins",
        title=_("{title}: chênh lệch bình quân").format(title=fit.title),
        estimates=estimates,
        specification=fit.specification,
        link="identity",
        n=fit.n,
        exposure=float(weights.sum()),
        exposure_unit=fit.exposure_unit,
        clusters=fit.clusters,
        covariance=fit.covariance,
        dispersion=fit.dispersion,
        converged=fit.converged,
        dropped=fit.dropped,
        findings=findings,
        level=fit.level,
        per=float(per),
        exposure_name=fit.exposure_name,
        rates=rates,
    )


def _names(fit: CountFit, factors: Sequence[str] | None) -> list[str]:
    known = sorted(variables(fit.formula))
    unknown = [name for name in factors or () if name not in known]
    if unknown:
        raise ParameterError(f"no factor {unknown[0]!r} in {fit.formula!r} (there are {', '.join(known)})")
    return known if factors is None else list(factors)


def _averaged(fit: CountFit, at_exposure: pd.DataFrame | None) -> tuple[pd.DataFrame, Floats]:
    """Return the rows to average over and their exposures."""
    if at_exposure is None:
        return fit.patterns, fit.patterns["exposure"].to_numpy(dtype=float)
    needed = sorted({*variables(fit.formula), *([fit.exposure_name] if fit.exposure_name else [])})
    lacking = [name for name in needed if name not in at_exposure.columns]
    if lacking:
        raise ParameterError(f"at_exposure has no column {lacking[0]!r}")
    if not len(at_exposure):
        raise ParameterError("at_exposure has no row to average over")
    weights = np.ones(len(at_exposure))
    if fit.exposure_name:
        weights = at_exposure[fit.exposure_name].to_numpy(dtype=float, na_value=np.nan)
        wrong = exposure_findings(weights, fit.exposure_name)
        if wrong:
            raise ParameterError(f"at_exposure: {wrong[0].what}")
    return at_exposure.reset_index(drop=True), weights


def _effects(
    fit: CountFit,
    surface: Surface,
    factors: Sequence[Factor],
    rows: pd.DataFrame,
    weights: Floats,
    per: float,
) -> pd.DataFrame:
    """Return the table of differences and slopes."""
    said: list[tuple[str, Average]] = []
    compared: list[tuple[str, str, str, str]] = []
    for factor in factors:
        name = factor.name
        if factor.kind == "number":
            found = surface.slope(rows, name, fit.patterns, weights)
            said.append((name, found))
            compared.append((name, "", "", factor.kind))
            continue
        first = factor.levels[0]
        for level in factor.levels[1:]:
            found = surface.change(rows, name, level, first, weights)
            said.append((f"{name}[T.{level}]", found))
            compared.append((name, str(level), str(first), factor.kind))
    table = tidy(
        [term for term, _found in said],
        [per * found.value for _term, found in said],
        [per * found.error(fit.vcov) for _term, found in said],
        link="identity",
        level=fit.level,
        freedom=fit.error_freedom,
    )
    return table.join(pd.DataFrame(compared, columns=list(EFFECTS[len(ESTIMATES) :])))


def _rates(
    fit: CountFit,
    surface: Surface,
    factors: Sequence[Factor],
    rows: pd.DataFrame,
    weights: Floats,
    per: float,
) -> pd.DataFrame:
    """Return the adjusted rate of every category, after the rate as it is."""
    averages = [("", "", surface.average(rows, weights))]
    averages += [
        (factor.name, str(level), surface.average(rows.assign(**{factor.name: level}), weights))
        for factor in factors
        for level in factor.levels
    ]
    table = pd.DataFrame([part[:2] for part in averages], columns=["factor", "category"])
    rate = np.array([per * average.value for *_which, average in averages])
    error = np.array([per * average.error(fit.vcov) for *_which, average in averages])
    # By the logarithm, so that no limit lies below zero
    reach = np.exp(stats.t.ppf((1 + fit.level) / 2, fit.error_freedom) * error / rate)
    return table.assign(rate=rate, std_error=error, low=rate / reach, high=rate * reach)


def _sign(value: float) -> str:
    return ("+" if value > 0 else "") + significant(value)


def _compared(row: dict[str, object]) -> str:
    factor = str(row["factor"])
    if row["kind"] == "number":
        return _("{factor}: thêm một đơn vị").format(factor=factor_label(factor))
    return _("{factor}: {category} so với {against}").format(
        factor=factor_label(factor),
        category=_category(factor, str(row["category"]), row["kind"]),
        against=_category(factor, str(row["against"]), row["kind"]),
    )


def _category(factor: str, category: str, kind: object) -> str:
    if kind == "binary":
        return {"0": _("không"), "1": _("có")}[category]
    return category_label(factor, category)
