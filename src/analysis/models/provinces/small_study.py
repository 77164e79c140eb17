"""Small-study effects: whether the estimates with large errors differ from the others (Egger's test)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.regression.linear_model import WLS

from analysis.errors import ParameterError
from analysis.language import _, number, plain
from analysis.models.estimate_words import interval, p_value, significant
from analysis.models.gate import Finding, estimate_findings, exposure_findings, withheld
from analysis.models.provinces.studies import (
    check_options,
    numbers,
    study_findings,
    study_table,
    without_missing,
)
from analysis.models.result import Result, tidy

MIN_STUDIES = 3

FEW_STUDIES = 10
"""Below this the test seldom sees an asymmetry that is there (Sterne et al. 2011); the result says so."""

_ALIKE = 1e-8
"""Range of the predictor, as a share of its mean, that is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallStudy(Result):
    """Regression of the estimates on how imprecise they are.

    ``estimates`` has the rows ``small_study`` (change of the estimate, on the link scale, for a unit of
    the predictor; without a response scale) and ``limit`` (the estimate of a study without error).

    Attributes
    ----------
    predictor : str
        ``std_error``, or ``exposure`` for one over its square root.
    freedom : int
        Degrees of freedom, studies - 2.
    points : DataFrame
        A row a study, for the funnel: label, estimate, std_error, predictor.
    """

    predictor: str
    freedom: int
    points: pd.DataFrame

    def words(self) -> list[str]:
        """Return what the test saw, and what it cannot tell."""
        said = [] if self.withheld else [self._seen(), *self._caveats()]
        return [*self._findings(), *said, *self._basis()]

    def _seen(self) -> str:
        row = self.at("small_study")
        apart = row["low"] > 0 or row["high"] < 0
        if not apart:
            words = _(
                "Không thấy ước lượng kém chính xác lệch về một phía: hệ số {value} (khoảng {share}: {reach}), "
                "t({freedom}), p: {p}."
            )
        elif row["estimate"] > 0:
            words = _(
                "Ước lượng càng kém chính xác càng cao: hệ số {value} (khoảng {share}: {reach}), t({freedom}), "
                "p: {p}."
            )
        else:
            words = _(
                "Ước lượng càng kém chính xác càng thấp: hệ số {value} (khoảng {share}: {reach}), t({freedom}), "
                "p: {p}."
            )
        return words.format(
            value=significant(row["estimate"]),
            share=plain(100 * self.level) + "%",
            reach=interval(row["low"], row["high"]),
            freedom=number(self.freedom),
            p=p_value(row["p_value"]),
        )

    def _caveats(self) -> list[str]:
        lines = [_("Lệch không chứng tỏ có chọn lọc khi công bố; nơi nhỏ có thể khác nơi lớn thật.")]
        if self.predictor == "std_error" and self.link != "identity":
            lines.append(
                _(
                    "Sai số của logarit một tỷ số đếm tự nó lớn khi số đếm nhỏ, nên phép thử theo sai số có thể thấy lệch "
                    "dù không có gì; hãy đặt bên cạnh phép thử theo mẫu số."
                )
            )
        return lines


def egger(
    estimates: npt.ArrayLike,
    errors: npt.ArrayLike,
    labels: Sequence[str],
    *,
    exposure: npt.ArrayLike | None = None,
    level: float = 0.95,
    link: str = "log",
) -> SmallStudy:
    """Return Egger's regression test: estimates on their standard errors, by inverse variance.

    Parameters
    ----------
    estimates, errors : (k,) arrays
        As in :func:`analysis.models.provinces.meta_analysis.random_effects`.
    labels : sequence of str
    exposure : (k,) array, optional
        Targets or members of each study. The predictor is then one over the root of the exposure,
        which, unlike the standard error of a log count, does not hang on the count itself.
    level : float
        Coverage.
    link : str
        ``log``, ``logit`` or ``identity``.

    Returns
    -------
    SmallStudy
        Withheld with fewer than three studies, or where all are equally precise.

    Raises
    ------
    ParameterError
        Lengths differ, or a parameter is not known.

    Notes
    -----
    Weighted regression with multiplicative dispersion and t of k - 2 degrees of freedom: metafor's
    ``regtest(model="lm")`` with the predictor ``sei`` or ``sqrtninv``.

    References
    ----------
    Egger, M., Davey Smith, G., Schneider, M. and Minder, C. (1997). Bias in meta-analysis detected by
    a simple, graphical test. *BMJ* 315, 629-634. Sterne, J. A. C. and Egger, M. (2005). Regression
    methods to detect publication and other bias in meta-analysis. In *Publication Bias in
    Meta-Analysis*, 99-110. Sterne, J. A. C. et al. (2011). Recommendations for examining and
    interpreting funnel plot asymmetry. *BMJ* 343, d4002. Peters, J. L. et al. (2006). Comparison of
    two methods to detect publication bias in meta-analysis. *JAMA* 295, 676-680.

    Examples
    --------
    >>> found = egger([0.0, 0.2, 0.5, 0.4], [0.1, 0.2, 0.3, 0.4], ["A", "B", "C", "D"])
    >>> round(float(found.at("small_study")["estimate"]), 4), found.freedom
    (1.8462, 2)
    """
    check_options(link, level)
    name = "std_error" if exposure is None else "exposure"
    given = _sized(exposure, study_table(estimates, errors, labels))
    used, dropped = without_missing(given)
    points, unpredicted = _predicted(used, name)
    findings = [*study_findings(points, link, least=MIN_STUDIES), *unpredicted]
    table, dispersion = (
        tidy(["small_study", "limit"], [np.nan] * 2, [np.nan] * 2, link=link, level=level),
        None,
    )
    with np.errstate(over="ignore"):  # a limit beyond the largest number is infinite, and shown so
        if not withheld(findings):
            table, dispersion = _regression(points, link, level)
            findings += estimate_findings(
                table["term"], table["estimate"], table["std_error"], converged=True, most_error=np.inf
            )
    if len(points) < FEW_STUDIES and not withheld(findings):
        counts = {"count": len(points), "least": FEW_STUDIES}
        findings.append(Finding("few_studies_asymmetry", numbers=counts))
    return SmallStudy(
        name="small-study",
        title=_("Ước lượng kém chính xác có lệch về một phía không (phép thử Egger)"),
        estimates=table,
        specification=_("ước lượng = giới hạn + hệ số × {predictor}, trọng số 1/sai số²").format(
            predictor=_("sai số chuẩn") if exposure is None else _("1/căn bậc hai của mẫu số")
        ),
        link=link,
        n=len(points),
        covariance=_("bình phương nhỏ nhất có trọng số"),
        dispersion=None if withheld(findings) else dispersion,
        dropped=dropped,
        findings=tuple(findings),
        level=level,
        predictor=name,
        freedom=max(len(points) - 2, 0),
        points=points.reset_index(drop=True),
    )


def _sized(exposure: npt.ArrayLike | None, studies: pd.DataFrame) -> pd.DataFrame:
    """Return the studies with the exposure that their imprecision is told from; missing without one."""
    if exposure is None:
        return studies.assign(exposure=np.nan)
    sizes = numbers(exposure, "exposure")
    if sizes.shape != (len(studies),):
        raise ParameterError(f"exposure has the shape {sizes.shape}; there are {len(studies)} studies")
    return studies.assign(exposure=sizes)


def _predicted(points: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the studies with their predictor, and why a regression on it cannot be."""
    if name == "std_error":
        predictor, found = points["std_error"], []
    else:
        found = exposure_findings(points["exposure"], name)
        predictor = points["exposure"].where(points["exposure"] > 0) ** -0.5
    alike = len(points) > 1 and np.ptp(predictor) <= _ALIKE * predictor.mean()
    if alike and not found:
        found = [Finding("equally_precise")]
    return points.assign(predictor=predictor).drop(columns="exposure"), found


def _regression(points: pd.DataFrame, link: str, level: float) -> tuple[pd.DataFrame, float]:
    predictor = points["predictor"].to_numpy()
    fit = WLS(
        points["estimate"].to_numpy(),
        np.column_stack([predictor, np.ones(len(points))]),
        weights=points["std_error"].to_numpy() ** -2,
    ).fit()
    table = tidy(
        ["small_study", "limit"], fit.params, fit.bse, link=link, level=level, freedom=float(fit.df_resid)
    )
    # A slope on imprecision has no meaning on the response scale
    table.loc[0, ["response", "response_low", "response_high"]] = np.nan
    return table, float(fit.scale)
