"""A fitted count model: rate ratios, what they stand on, and the rates and counts that it expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number
from analysis.models.counts.count_prediction import (
    Prediction,
    chosen,
    log_means,
    outside,
    table,
    wanted_exposure,
)
from analysis.models.counts.patterns import SUMS
from analysis.models.covariance import FEW_CLUSTERS
from analysis.models.design import Design
from analysis.models.estimate_words import p_words, significant
from analysis.models.result import Result
from analysis.models.terms import factor_label, term_label

Floats = npt.NDArray[np.float64]

_ARRAYS = ("coefficients", "vcov", "scores_by_cluster", "information")
_NUMBERS = ("alpha", "loglik", "deviance", "pearson", "dispersion")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountFit(Result):
    """A count model: log E(outcome) = log(exposure) + design @ coefficients.

    ``response`` of the estimates is a rate ratio, and of the constant the rate of the reference
    categories for one unit of exposure. All numbers below are missing where the result is withheld.

    Attributes
    ----------
    formula : str
        Right side.
    outcome : str
        Column of counts.
    exposure_name : str or None
        Column of exposures; None where each row counts as one.
    family : str
        ``poisson``, ``quasi_poisson`` or ``nb2``.
    cluster : str or None
        Column of clusters.
    coefficients : (k,) array
    vcov : (k, k) array
        The covariance that is reported.
    design : Design
        Of ``patterns``, row by row; ``design.of`` makes the columns of other rows.
    patterns : DataFrame
        One row a distinct pattern of covariates: these, ``outcome`` and ``exposure`` (sums over its rows)
        and ``rows`` (how many).
    cells : DataFrame
        One row a cluster (its number, as in ``scores_by_cluster``) and pattern (its number, as in
        ``patterns``) that occur together: ``cluster``, ``pattern``, ``outcome``, ``exposure``, ``rows``;
        empty without clusters.
    cluster_labels : Index
        The clusters by their numbers.
    scores_by_cluster : (G, k) array
        Scores summed over each cluster; (0, k) without clusters. For NB2 cleared of alpha's score, so that
        with ``information`` they give the coefficients' block of the sandwich.
    information : (k, k) array
        Minus the second derivatives; for NB2 with alpha estimated beside the coefficients.
    alpha : float
        Variance = mean + alpha mean² for NB2 (theta = 1/alpha); 0 for the others.
    loglik : float
        Of the rows, constants included; missing for quasi-Poisson, which has none.
    deviance, pearson : float
        Of the rows.
    freedom : int
        Rows less coefficients.
    error_freedom : float
        Degrees of freedom of the t of the intervals; infinite for the normal.
    tests : DataFrame
        Of the Poisson variance: ``test`` (``cameron_trivedi``, ``dean``; for NB2 ``likelihood_ratio`` too),
        ``statistic``, ``p_value``.
    references : mapping of str to str
        Factor → category that the others are compared with.
    """

    formula: str
    outcome: str
    exposure_name: str | None
    family: str
    cluster: str | None
    coefficients: Floats
    vcov: Floats
    design: Design
    patterns: pd.DataFrame
    cells: pd.DataFrame
    cluster_labels: pd.Index
    scores_by_cluster: Floats
    information: Floats
    alpha: float
    loglik: float
    deviance: float
    pearson: float
    freedom: int
    error_freedom: float
    tests: pd.DataFrame
    references: Mapping[str, str]

    def __post_init__(self) -> None:
        # Not super(): a slotted dataclass is another class than the one in whose body this stands
        Result.__post_init__(self)
        if self.withheld:
            for name in _ARRAYS:
                object.__setattr__(self, name, np.full_like(getattr(self, name), np.nan))
            for name in _NUMBERS:
                object.__setattr__(self, name, np.nan)
            object.__setattr__(self, "tests", self.tests.assign(statistic=np.nan, p_value=np.nan))

    def predict_rate(
        self, per: float = 1000, rows: pd.DataFrame | None = None, exposure: str | None = None
    ) -> Prediction:
        """Return the expected rate of each row, for ``per`` of the exposure.

        Parameters
        ----------
        per : float
            How much of the exposure: 1000 members, 100 percent of a target.
        rows : DataFrame, optional
            With the covariates; the distinct patterns of the fit, if not given.
        exposure : str
            Name of the exposure, so that the caller knows what the rate is of: it must be that of the fit.

        Raises
        ------
        ParameterError
            The exposure is not named, or is another than the fit's; the rows do not fit the model.
        """
        if self.exposure_name is None:
            raise ParameterError("this model has no exposure and hence no rate: see predict_count")
        if exposure != self.exposure_name:
            seen = "is not named" if exposure is None else f"is not {exposure!r}"
            own = self.exposure_name
            raise ParameterError(f"the exposure of this rate {seen}: say predict_rate(..., exposure={own!r})")
        if not (np.isfinite(per) and per > 0):
            raise ParameterError(f"per must be a number above zero, not {per!r}")
        covariates = self._covariates(rows)
        title = _("Tỷ suất {outcome} dự kiến").format(outcome=factor_label(self.outcome))
        return self._prediction(covariates, np.log(per), title, per=per, exposures=np.empty(0))

    def predict_count(
        self, rows: pd.DataFrame | None = None, exposure: float | npt.ArrayLike | None = None
    ) -> Prediction:
        """Return the expected count of each row with the exposure that is given.

        Parameters
        ----------
        rows : DataFrame, optional
            With the covariates; the distinct patterns of the fit, if not given.
        exposure : number or (n,) array
            In the unit of the fit's exposure. It is never taken from the fit, nor left out.

        Raises
        ------
        ParameterError
            The exposure is not given or not positive; the rows do not fit the model.
        """
        covariates = self._covariates(rows)
        exposures = wanted_exposure(exposure, covariates, self.exposure_name)
        title = _("Số {outcome} dự kiến").format(outcome=factor_label(self.outcome))
        return self._prediction(covariates, np.log(exposures), title, per=None, exposures=exposures)

    def _covariates(self, rows: pd.DataFrame | None) -> pd.DataFrame:
        names = [name for name in self.patterns.columns if name not in SUMS]
        return chosen(rows, self.patterns, names)

    def _prediction(
        self,
        covariates: pd.DataFrame,
        scale: float | Floats,
        title: str,
        *,
        per: float | None,
        exposures: Floats,
    ) -> Prediction:
        logs, errors = np.full((2, len(covariates)), np.nan)
        if not self.withheld:
            logs, errors = log_means(self.design.of(covariates), self.coefficients, self.vcov)
        return Prediction(
            name=f"{self.name}-expected",
            title=title,
            estimates=table(covariates, logs + scale, errors, level=self.level, freedom=self.error_freedom),
            specification=self.specification,
            link="log",
            n=self.n,
            exposure=self.exposure,
            exposure_unit=self.exposure_unit,
            clusters=self.clusters,
            covariance=self.covariance,
            dispersion=self.dispersion,
            converged=self.converged,
            dropped=self.dropped,
            findings=(*self.findings, *outside(covariates, self.patterns)),
            level=self.level,
            covariates=covariates,
            exposure_name=self.exposure_name,
            per=per,
            exposures=exposures,
        )

    def words(self) -> list[str]:
        """Return what the ratios compare, whether the counts vary more than Poisson counts, and the basis."""
        if self.withheld:
            return [*self._findings(), *self._basis()]
        lines = [self._compared(), self._variance(), *self._few_clusters()]
        causal = _(
            "Các tỷ số mô tả khác biệt giữa các nhóm khi giữ các biến khác của mô hình như nhau; tự chúng không "
            "cho biết nguyên nhân."
        )
        return [*self._findings(), *(line for line in lines if line), causal, *self._basis()]

    def _compared(self) -> str:
        if not self.references:
            return ""
        named = "; ".join(term_label(f"{factor}[{category}]") for factor, category in self.references.items())
        return _("Nhóm đối chiếu: {categories}.").format(categories=named)

    def _variance(self) -> str:
        tests = self.tests.set_index("test")["p_value"]
        if self.family == "nb2":
            return _(
                "Phương sai theo mô hình là trung bình + {alpha} × trung bình²; so với Poisson, kiểm định tỷ số hợp "
                "lý cho {p}."
            ).format(alpha=significant(self.alpha), p=p_words(tests["likelihood_ratio"]))
        if not np.isfinite(tests["dean"]):
            return ""
        shown = {"p": p_words(tests["dean"]), "p2": p_words(tests["cameron_trivedi"])}
        if tests["dean"] >= 1 - self.level:
            return _(
                "Không thấy số đếm biến động hơn phân phối Poisson (kiểm định Dean {p}, Cameron–Trivedi {p2})."
            ).format(**shown)
        found = _(
            "Số đếm biến động hơn phân phối Poisson (kiểm định Dean {p}, Cameron–Trivedi {p2})."
        ).format(**shown)
        return f"{found} {self._allowed_for()}"

    def _allowed_for(self) -> str:
        """Return whether the errors allow for counts that vary more than Poisson counts."""
        if self.covariance != "model":
            return _("Sai số vững đã tính đến điều đó.")
        if self.family == "quasi_poisson":
            return _("Sai số đã nhân với căn bậc hai của độ phân tán.")
        return _(
            "Sai số theo mô hình Poisson vì thế quá nhỏ: nên dùng sai số theo cụm, quasi-Poisson hay nhị thức âm."
        )

    def _few_clusters(self) -> list[str]:
        if self.clusters is None or self.clusters >= FEW_CLUSTERS:
            return []
        return [
            _(
                "Chỉ có {n} cụm; dưới {few} cụm thì sai số theo cụm thường quá nhỏ, nên đối chiếu với bootstrap theo "
                "cụm."
            ).format(n=number(self.clusters), few=number(FEW_CLUSTERS))
        ]
