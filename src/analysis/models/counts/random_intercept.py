"""Rates with an effect of every unit: Poisson counts with a normal random intercept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number, plain
from analysis.models.counts.fit import fit_counts
from analysis.models.counts.intercept_fit import UNITS, blank_fit, fitted_intercepts
from analysis.models.counts.patterns import collapse
from analysis.models.design import complete, variables
from analysis.models.estimate_words import interval, p_value, significant
from analysis.models.gate import cluster_findings, withheld
from analysis.models.result import Result, tidy
from analysis.models.terms import factor_label

Floats = npt.NDArray[np.float64]

MOST_NODES = 101

_NUMBERS = ("sd", "sd_error", "sd_low", "sd_high", "loglik", "loglik_poisson", "statistic", "test_p_value")


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomIntercept(Result):
    """A Poisson model with a normal random intercept: log E(outcome) = log(exposure) + terms + intercept.

    All numbers below are missing where the result is withheld.

    Attributes
    ----------
    unit : str
        Column of units.
    coefficients : (k,) array
    vcov : (k, k) array
        From the second derivatives of the log-likelihood, that of ``sd`` among them.
    sd : float
        Standard deviation of the intercepts, on the log scale; 0 where the model is the Poisson model.
    sd_error : float
        Its standard error; missing at 0.
    sd_low, sd_high : float
        Its profile likelihood interval.
    loglik, loglik_poisson : float
        Log-likelihoods of the rows, constants included, with intercepts and without.
    statistic, test_p_value : float
        Likelihood-ratio test of ``sd = 0``, by the even mixture of chi-square with 0 and 1 degrees of freedom.
    nodes : int
        Of the quadrature; 1 is Laplace's method.
    units : DataFrame
        One row a unit, in the order of its names: ``unit``, ``outcome``, ``exposure``, ``expected`` (count at an
        intercept of zero); of the posterior of its intercept, at the estimates, ``mode``, ``effect`` (mean),
        ``std_error``, ``low``, ``high``; ``ratio``, ``ratio_low``, ``ratio_high``, these as rate
        ratios to the median unit (``exp``).
    """

    unit: str
    coefficients: Floats
    vcov: Floats
    sd: float
    sd_error: float
    sd_low: float
    sd_high: float
    loglik: float
    loglik_poisson: float
    statistic: float
    test_p_value: float
    nodes: int
    units: pd.DataFrame

    def __post_init__(self) -> None:
        # Not super(): a slotted dataclass is another class than the one in whose body this stands
        Result.__post_init__(self)
        if self.withheld:
            for name in _NUMBERS:
                object.__setattr__(self, name, np.nan)
            for name in ("coefficients", "vcov"):
                object.__setattr__(self, name, np.full_like(getattr(self, name), np.nan))
            object.__setattr__(self, "units", self.units.assign(**dict.fromkeys(UNITS, np.nan)))

    def words(self) -> list[str]:
        """Return how much units differ, whether that could be chance, and what ratios and constant mean."""
        if self.withheld:
            return [*self._findings(), *self._basis()]
        meaning = _(
            "Tỷ số của các biến so sánh trong cùng một {unit}; hằng số là tỷ suất của {unit} trung vị, không phải bình "
            "quân. Mô hình giả định hiệu ứng của {unit} phân phối chuẩn và độc lập với các biến; nó không cho biết "
            "nguyên nhân của khác biệt."
        ).format(unit=factor_label(self.unit))
        return [*self._findings(), self._spread(), self._test(), meaning, *self._basis()]

    def _spread(self) -> str:
        spread = _(
            "Độ lệch chuẩn của hiệu ứng {unit} (thang log): {sd}, khoảng {share} theo hợp lý biên dạng {interval}."
        ).format(
            unit=factor_label(self.unit),
            sd=significant(self.sd),
            share=plain(100 * self.level) + "%",
            interval=interval(self.sd_low, self.sd_high),
        )
        if self.sd == 0:
            return spread
        above = _("Trên trung vị một độ lệch chuẩn thì tỷ suất gấp {ratio} lần.")
        return f"{spread} {above.format(ratio=significant(float(np.exp(self.sd)), 3))}"

    def _test(self) -> str:
        return _(
            "Kiểm định tỷ số hợp lý rằng các {unit} không khác nhau: thống kê {statistic}, p {p} (phân phối hỗn hợp của "
            "χ² với 0 và 1 bậc tự do); {nodes} nút cầu phương."
        ).format(
            unit=factor_label(self.unit),
            statistic=significant(self.statistic),
            p=p_value(self.test_p_value) if self.test_p_value < 0.001 else f"= {p_value(self.test_p_value)}",
            nodes=number(self.nodes),
        )


def fit_random_intercept(
    rows: pd.DataFrame,
    formula: str,
    *,
    outcome: str = "admitted",
    exposure: str | None = "members",
    unit: str = "unit_id",
    nodes: int = 25,
    level: float = 0.95,
    name: str = "random-intercept",
    title: str = "",
) -> RandomIntercept:
    """Return a Poisson model of rates with a normal random intercept of every unit (*hệ số chặn ngẫu nhiên*).

    Maximum likelihood by adaptive Gauss-Hermite quadrature. The likelihood needs the rows only through the
    sums over each unit and pattern of covariates, and one integral a unit.

    Parameters
    ----------
    rows : DataFrame
        One row a unit and year, or a finer cell: :mod:`analysis.models.register_rows`.
    formula, outcome, exposure, level, name, title
        As for :func:`analysis.models.counts.fit.fit_counts`.
    unit : str
        Column of what has an intercept of its own.
    nodes : int
        1 to 101; 1 is Laplace's method. That a finer quadrature would say the same is checked.

    Raises
    ------
    ParameterError
        A parameter has no meaning, or the formula cannot be read.

    References
    ----------
    Pinheiro, J. C. and Chao, E. C. (2006). *Journal of Computational and Graphical Statistics* 15, 58-81.
    Self, S. G. and Liang, K.-Y. (1987). Asymptotic properties of maximum likelihood estimators and likelihood
    ratio tests under nonstandard conditions. *Journal of the American Statistical Association* 82, 605-610.

    Examples
    --------
    >>> rows = pd.DataFrame({"unit_id": list("abcdef") * 2, "year": [2022] * 6 + [2023] * 6, "members": 100.0,
    ...                      "admitted": [1, 9, 4, 2, 12, 3, 2, 11, 4, 3, 15, 5]})
    >>> fit = fit_random_intercept(rows, "C(year)")
    >>> round(fit.sd, 4), round(float(fit.at("C(year)[T.2023]")["response"]), 4)
    (0.6856, 1.2903)
    """
    if isinstance(nodes, bool) or not isinstance(nodes, int) or not 1 <= nodes <= MOST_NODES:
        raise ParameterError(f"nodes {nodes!r}: a whole number from 1 to {MOST_NODES}")
    if unit not in rows.columns:
        raise ParameterError(f"no column {unit!r} (there are {', '.join(map(str, rows.columns))})")
    if unit in variables(formula):
        raise ParameterError(f"formula {formula!r}: {unit!r} cannot have both fixed and random effects")
    names = sorted(variables(formula))
    kept, dropped = complete(rows, [unit, *(column for column in names if column in rows.columns)])
    fixed = fit_counts(kept, formula, outcome=outcome, exposure=exposure, level=level, name=name, title=title)
    data = collapse(kept, names, outcome=outcome, exposure=exposure, cluster=unit)
    findings = (*fixed.findings, *cluster_findings(len(data.labels), unit))
    found = (
        blank_fit(len(fixed.design.terms))
        if withheld(findings)
        else fitted_intercepts(fixed, data, nodes, level)
    )
    estimates = tidy(
        fixed.design.terms, found.coefficients, np.sqrt(np.diag(found.vcov)), link="log", level=level
    )
    return RandomIntercept(
        name=name,
        title=fixed.title,
        estimates=estimates,
        specification=f"{fixed.specification} + N(0, sd²) [{unit}]",
        link="log",
        n=fixed.n,
        exposure=fixed.exposure,
        exposure_unit=fixed.exposure_unit,
        clusters=len(data.labels),
        covariance="model",
        converged=found.converged,
        dropped=dropped,
        findings=(*findings, *found.findings),
        level=level,
        unit=unit,
        coefficients=found.coefficients,
        vcov=found.vcov,
        sd=found.sd,
        sd_error=found.sd_error,
        sd_low=found.sd_limits[0],
        sd_high=found.sd_limits[1],
        loglik=found.loglik,
        loglik_poisson=fixed.loglik,
        statistic=found.statistic,
        test_p_value=found.test_p_value,
        nodes=nodes,
        units=found.units,
    )
