"""One estimate a province, and what they say together: a random-effects meta-analysis (phân tích gộp)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.language import _, number, percent, plain
from analysis.models.estimate_words import interval, p_value, significant
from analysis.models.gate import Finding, withheld
from analysis.models.provinces.between_studies import check_method
from analysis.models.provinces.mean_of_studies import Mean, mean_of
from analysis.models.provinces.studies import check_options, study_findings, study_table, without_missing
from analysis.models.result import Result, tidy

MIN_STUDIES = 3
"""Two studies tell how far they differ, not how far provinces do."""

FEW_STUDIES = 5
"""Below this the variance between studies is hardly known; the result says so."""

_PREDICTION = (
    "prediction_low",
    "prediction_high",
    "prediction_response_low",
    "prediction_response_high",
)
_LEFT_OUT = (
    "left_out",
    "estimate",
    "std_error",
    "low",
    "high",
    "response",
    "response_low",
    "response_high",
    "tau2",
    "i2",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaAnalysis(Result):
    """Mean of a quantity over provinces that differ, how much they differ, and what one more would show.

    ``estimates`` has the rows ``random`` (the mean over provinces) and ``fixed`` (as if all shared
    one true value). The numbers below are missing where the result is withheld; ``studies`` never is.

    Attributes
    ----------
    studies : DataFrame
        A row a study, for the forest plot: label, estimate, std_error, low, high (normal, on the
        link scale), response, response_low, response_high, weight_fixed, weight_random (percent).
    leave_one_out : DataFrame
        The random-effects mean without each study: left_out, estimate, std_error, low, high,
        response, response_low, response_high, tau2, i2; empty with fewer than four studies.
    tau2, tau2_low, tau2_high : float
        Variance between studies on the link scale and its Q-profile interval; the limits are
        missing where the studies lie closer together than their errors let expect.
    q, q_freedom, q_p : float
        Cochran's Q, its degrees of freedom and p-value.
    i2, h2 : float
        See :class:`analysis.models.provinces.between_studies.Spread`; ``i2`` in percent.
    prediction_low, prediction_high : float
        Interval of the true value of one more study, on the link scale.
    prediction_response_low, prediction_response_high : float
        The same on the response scale.
    """

    studies: pd.DataFrame
    leave_one_out: pd.DataFrame
    tau2: float
    tau2_low: float
    tau2_high: float
    q: float
    q_freedom: int
    q_p: float
    i2: float
    h2: float
    prediction_low: float
    prediction_high: float
    prediction_response_low: float
    prediction_response_high: float

    def words(self) -> list[str]:
        """Return what the studies say together, and what that does not mean."""
        said = self._apart() if self.withheld else [*self._together(), *self._differing(), *_caveats()]
        return [*self._findings(), *said, *self._basis()]

    def _together(self) -> list[str]:
        mean, share = self.at("random"), plain(100 * self.level) + "%"
        lines = [
            _("Trung bình của {k} ước lượng là {mean} (khoảng {share}: {reach}).").format(
                k=number(self.n),
                mean=significant(mean["response"]),
                share=share,
                reach=interval(mean["response_low"], mean["response_high"]),
            ),
            _("Ở một nơi nữa cùng loại, giá trị thật có thể nằm trong khoảng dự báo {reach}.").format(
                reach=interval(self.prediction_response_low, self.prediction_response_high)
            ),
        ]
        if not self.leave_one_out.empty:
            ordered = self.leave_one_out.sort_values("response", kind="stable")
            first, last = ordered.iloc[0], ordered.iloc[-1]
            lines.append(
                _("Bỏ từng nơi một, trung bình đi từ {low} (bỏ {a}) đến {high} (bỏ {b}).").format(
                    low=significant(first["response"]),
                    a=first["left_out"],
                    high=significant(last["response"]),
                    b=last["left_out"],
                )
            )
        return lines

    def _differing(self) -> list[str]:
        reach = interval(self.tau2_low, self.tau2_high)
        if np.isnan(self.tau2_low):
            reach = _("không có, vì các ước lượng gần nhau hơn cả mức mà sai số của chúng để chờ đợi")
        return [
            _("Khác nhau giữa các nơi: τ² = {tau2} (khoảng {share}: {reach}), I² = {i2}.").format(
                tau2=significant(self.tau2),
                share=plain(100 * self.level) + "%",
                reach=reach,
                i2=percent(self.i2),
            ),
            _("Kiểm định mọi nơi như nhau: Q = {q} với {freedom} bậc tự do, p: {p}.").format(
                q=significant(self.q), freedom=number(self.q_freedom), p=p_value(self.q_p)
            ),
        ]

    def _apart(self) -> list[str]:
        """Return what one or two studies say, each for itself."""
        sound = self.studies.dropna(subset=["estimate", "std_error"])
        if not 1 <= len(sound) < MIN_STUDIES or any(f.code != "few_studies" for f in self.findings):
            return []
        lines = [
            _("{label}: {value} (khoảng {share}: {reach}).").format(
                label=row["label"],
                value=significant(row["response"]),
                share=plain(100 * self.level) + "%",
                reach=interval(row["response_low"], row["response_high"]),
            )
            for row in sound.to_dict("records")
        ]
        return lines if len(sound) == 1 else [*lines, self._contrast(sound)]

    def _contrast(self, two: pd.DataFrame) -> str:
        first, second = two.iloc[0], two.iloc[1]
        gap = tidy(
            ["gap"],
            [second["estimate"] - first["estimate"]],
            [float(np.hypot(first["std_error"], second["std_error"]))],
            link=self.link,
            level=self.level,
        ).iloc[0]
        words = (
            _("{b} trừ {a}: {value} (khoảng {share}: {reach}), p: {p}.")
            if self.link == "identity"
            else _("{b} so với {a}: gấp {value} lần (khoảng {share}: {reach}), p: {p}.")
        )
        return words.format(
            a=first["label"],
            b=second["label"],
            value=significant(gap["response"]),
            share=plain(100 * self.level) + "%",
            reach=interval(gap["response_low"], gap["response_high"]),
            p=p_value(gap["p_value"]),
        )


def random_effects(
    estimates: npt.ArrayLike,
    errors: npt.ArrayLike,
    labels: Sequence[str],
    *,
    tau2: str = "REML",
    knapp_hartung: bool = True,
    level: float = 0.95,
    link: str = "log",
    notes: Sequence[Finding] = (),
) -> MetaAnalysis:
    """Return the mean of estimates from several provinces, and how much the provinces differ.

    Parameters
    ----------
    estimates, errors : (k,) arrays
        Of a study each, on the link scale (log ratios). A study that has neither was withheld
        where it was fitted; it is left out, and named.
    labels : sequence of str
        Provinces, each once.
    tau2 : str
        How the variance between studies is estimated: ``REML``, ``PM`` or ``DL``.
    knapp_hartung : bool
        Whether the error of the mean is scaled by the weighted spread of the studies, with t of
        k - 1 degrees of freedom. The scale q is never below 1, so that studies that agree by
        chance do not make an interval narrower than their own errors allow (metafor's ``knha``
        where q >= 1, its ``adhoc`` below).
    level : float
        Coverage of all intervals.
    link : str
        ``log``, ``logit`` (shown as exp) or ``identity``.
    notes : sequence of Finding
        Findings of the caller about the studies.

    Returns
    -------
    MetaAnalysis
        Withheld with fewer than three studies, or where a standard error is zero, negative,
        infinite or, on the log scale, absurd.

    Raises
    ------
    ParameterError
        Lengths differ, a label stands twice, or a parameter is not known.

    Notes
    -----
    The prediction interval takes the critical value and the error of the mean's own interval:
    mean ± c sqrt(error² + τ²), c being normal, or t of k - 1 degrees of freedom with Knapp and
    Hartung's error; this is metafor 3.8's convention, not the t of k - 2 of Higgins et al. (2009).
    The errors of the studies are taken as known.

    References
    ----------
    Knapp, G. and Hartung, J. (2003). Improved tests for a random effects meta-regression with a
    single covariate. *Statistics in Medicine* 22, 2693-2710. Röver, C., Knapp, G. and Friede, T.
    (2015). Hartung-Knapp-Sidik-Jonkman approach and its modification for random-effects
    meta-analysis with few studies. *BMC Medical Research Methodology* 15, 99. Riley, R. D.,
    Higgins, J. P. T. and Deeks, J. J. (2011). Interpretation of random effects meta-analyses.
    *BMJ* 342, d549.

    Examples
    --------
    >>> found = random_effects([0.0, 0.2, 0.4], [0.1, 0.1, 0.1], ["A", "B", "C"])
    >>> round(float(found.at("random")["estimate"]), 6), round(found.tau2, 6)
    (0.2, 0.03)
    >>> random_effects([0.0, 0.2], [0.1, 0.1], ["A", "B"]).withheld
    True
    """
    check_options(link, level)
    check_method(tau2)
    used, dropped = without_missing(study_table(estimates, errors, labels))
    findings = [*notes, *study_findings(used, link, least=MIN_STUDIES)]
    found: Mean | None = None
    if not withheld(findings):
        found = mean_of(used, tau2, knapp_hartung, level)
        findings += _spread_findings(found, len(used))
    if withheld(findings):
        found = None
    with np.errstate(over="ignore"):  # a limit beyond the largest number is infinite, and shown so
        return MetaAnalysis(
            name="meta-analysis",
            title=_("Trung bình qua các nơi và mức khác nhau giữa các nơi"),
            estimates=_means(found, link, level),
            specification=_("ước lượng = trung bình + khác biệt N(0, τ²) + sai số; τ² theo {tau2}").format(
                tau2=tau2
            ),
            link=link,
            n=len(used),
            covariance=_covariance(found) if found else "",
            converged=all(finding.code != "not_converged" for finding in findings),
            dropped=dropped,
            findings=tuple(findings),
            level=level,
            studies=_forest(used, found, link, level),
            leave_one_out=_leave_one_out(used, found, tau2, knapp_hartung, link),
            **_heterogeneity(found, len(used), link),
        )


def _covariance(found: Mean) -> str:
    if np.isinf(found.freedom):
        return _("xấp xỉ chuẩn")
    q, freedom = significant(found.scale), number(found.freedom)
    return _("Knapp–Hartung, q = {q}, t({freedom})").format(q=q, freedom=freedom)


def _spread_findings(found: Mean, studies: int) -> list[Finding]:
    if not found.spread.converged:
        return [Finding("not_converged")]
    return [Finding("few_studies_spread", numbers={"count": studies})] if studies < FEW_STUDIES else []


def _means(found: Mean | None, link: str, level: float) -> pd.DataFrame:
    if found is None:
        return tidy(["random", "fixed"], [np.nan] * 2, [np.nan] * 2, link=link, level=level)
    random = tidy(["random"], [found.value], [found.error], link=link, level=level, freedom=found.freedom)
    fixed = tidy(["fixed"], [found.fixed[0]], [found.fixed[1]], link=link, level=level)
    return pd.concat([random, fixed], ignore_index=True)


def _heterogeneity(found: Mean | None, studies: int, link: str) -> dict[str, Any]:
    names = ("tau2", "tau2_low", "tau2_high", "q", "q_p", "i2", "h2")
    nothing = dict.fromkeys((*names, *_PREDICTION), float("nan")) | {"q_freedom": max(studies - 1, 0)}
    if found is None:
        return nothing
    spread, (low, high) = found.spread, found.prediction
    shown = (low, high) if link == "identity" else (float(np.exp(low)), float(np.exp(high)))
    values = (spread.tau2, spread.low, spread.high, spread.q, spread.p_value, spread.i2, spread.h2)
    return nothing | dict(zip((*names, *_PREDICTION), (*values, low, high, *shown), strict=True))


def _forest(studies: pd.DataFrame, found: Mean | None, link: str, level: float) -> pd.DataFrame:
    table = tidy(studies["label"].tolist(), studies["estimate"], studies["std_error"], link=link, level=level)
    rows = table.drop(columns="p_value").rename(columns={"term": "label"})
    for name, tau2 in (("weight_fixed", 0.0), ("weight_random", found.spread.tau2 if found else np.nan)):
        weights = 1 / (studies["std_error"].to_numpy() ** 2 + tau2) if found else np.full(len(rows), np.nan)
        rows[name] = 100 * weights / weights.sum()
    return rows


def _leave_one_out(
    studies: pd.DataFrame, whole: Mean | None, tau2: str, knapp_hartung: bool, link: str
) -> pd.DataFrame:
    records: list[dict[str, Any]] = []
    if whole is None or len(studies) <= MIN_STUDIES:
        return pd.DataFrame.from_records(records, columns=list(_LEFT_OUT))
    for place in studies.index:
        found = mean_of(studies.drop(index=place), tau2, knapp_hartung, whole.level)
        row = _means(found if found.spread.converged else None, link, whole.level).iloc[0].to_dict()
        more = {"left_out": studies.at[place, "label"], "tau2": found.spread.tau2, "i2": found.spread.i2}
        records.append(row | more)
    return pd.DataFrame.from_records(records, columns=list(_LEFT_OUT))


def _caveats() -> list[str]:
    return [
        _(
            "Trung bình này coi mỗi nơi là một trường hợp trong nhiều nơi có thể có, không phải bình quân theo số dân hay "
            "số đảng viên; sai số của từng ước lượng được coi là đã biết."
        ),
        _("Khác nhau giữa các nơi là mô tả; nó không cho biết vì sao."),
    ]
