"""Zeros seen beside the zeros that each count model expects, and which model the data prefer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import ParameterError
from analysis.language import _, number
from analysis.models.estimate_words import interval, p_value, p_words
from analysis.models.gate import withheld
from analysis.models.result import Result
from analysis.models.zeros.hurdle import ZERO_PARTS
from analysis.models.zeros.two_part import Prepared, Question, prepared, sound
from analysis.models.zeros.zero_models import SIMPLER, ZeroModels
from analysis.shown import Head, Table

COUNTS = ("poisson", "nb2")
"""Models that nothing fits to the zeros themselves, so that their zeros can be tested."""


LEAST = 5
"""Fewer zeros than this, seen and expected, or fewer counts above zero, are too few for a normal test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroChoice(Result):
    """Count models of the same rows, side by side.

    ``estimates`` has one row a model: ``poisson``, ``nb2``, ``zip``, ``zinb``, ``hurdle_poisson``,
    ``hurdle_nb2``. ``estimate`` is the number of zeros that it expects. For Poisson and NB2 ``std_error`` is
    that of observed minus expected zeros, ``low`` to ``high`` is where the zeros would lie in a share
    ``level`` of samples, and ``p_value`` is two-sided; missing where zeros are too few for it. The other models
    fit the zeros, so that these cells are missing. Further columns: ``parameters``, ``log_likelihood``, ``aic``, ``bic``, and ``withheld``: codes of the
    findings that keep the model from being read, joined by a blank, or ''.

    Attributes
    ----------
    zeros_observed : int
        Rows used without any event.
    """

    zeros_observed: int

    def __post_init__(self) -> None:
        Result.__post_init__(self)
        if self.withheld:
            blank = dict.fromkeys(("log_likelihood", "aic", "bic"), np.nan)
            object.__setattr__(self, "estimates", self.estimates.assign(**blank))

    def best(self, criterion: str) -> str:
        """Return the model of the lowest ``aic`` or ``bic``; '' where all are withheld."""
        values = self.estimates.set_index("term")[criterion].astype(float)
        return str(values.idxmin()) if values.notna().any() else ""

    def words(self) -> list[str]:
        """Return which model the data prefer, whether there are too many zeros, and what that does not say."""
        lines = self._findings()
        if not self.withheld:
            lines += [*self._zeros(), *self._preferred()]
        return [*lines, *self._basis(), *([] if self.withheld else self._limits())]

    def _zeros(self) -> list[str]:
        lines = []
        for row in self.estimates.to_dict("records"):
            if pd.isna(row["p_value"]):
                continue
            if row["p_value"] >= 1 - self.level:
                words = _(
                    "{model}: có {observed} số không, dự tính {expected}, không khác nhau rõ rệt ({p})."
                )
            elif self.zeros_observed > row["estimate"]:
                words = _("{model}: có {observed} số không, nhiều hơn mức dự tính {expected} ({p}).")
            else:
                words = _("{model}: có {observed} số không, ít hơn mức dự tính {expected} ({p}).")
            lines.append(
                words.format(
                    model=_model_label(row["term"]),
                    observed=number(self.zeros_observed),
                    expected=number(row["estimate"], 1),
                    p=p_words(row["p_value"]),
                )
            )
        return lines

    def _preferred(self) -> list[str]:
        aic, bic = self.best("aic"), self.best("bic")
        if not aic:
            return []
        words = _("AIC thấp nhất ở mô hình {aic}, BIC thấp nhất ở mô hình {bic}.")
        return [words.format(aic=_model_label(aic), bic=_model_label(bic))]

    def _limits(self) -> list[str]:
        return [
            _(
                "AIC, BIC và phép thử coi các đơn vị-năm là độc lập. Mô hình khớp hơn chưa chứng tỏ có hai loại số "
                "không; không dùng phép thử Vuong vì mô hình đếm thường nằm ở biên của mô hình thừa số không."
            )
        ]

    def to_table(self) -> Table:
        """Return the models with their zeros and criteria."""
        labels = (
            _("Tham số"),
            _("Số không dự tính"),
            _("Khoảng dự tính"),
            "p",
            _("Log hợp lý"),
            "AIC",
            "BIC",
        )
        heads = [Head(_("Mô hình khớp")), *(Head(label, numeric=True) for label in labels)]
        rows = [self._row(row) for row in self.estimates.to_dict("records")]
        return Table(self.name, self.title, " ".join(self.words()), heads, rows, self.estimates)

    def _row(self, row: Mapping[str, Any]) -> list[str]:
        decimals = [("parameters", 0), ("estimate", 1), ("log_likelihood", 2), ("aic", 1), ("bic", 1)]
        parameters, zeros, *fits = (
            "–" if pd.isna(row[name]) else number(row[name], d) for name, d in decimals
        )
        limits = interval(row["low"], row["high"])
        return [
            _model_label(row["term"]),
            parameters,
            zeros,
            limits,
            p_value(row["p_value"]),
            *fits,
        ]


def _model_label(model: str) -> str:
    return {
        "poisson": "Poisson",
        "nb2": "NB2",
        "zip": _("Poisson thừa số không"),
        "zinb": _("NB2 thừa số không"),
        "hurdle_poisson": _("Poisson hai bước"),
        "hurdle_nb2": _("NB2 hai bước"),
    }[model]


def zero_choice(
    rows: pd.DataFrame,
    formula: str,
    zero_formula: str = "1",
    *,
    exposure: str | None,
    zero: str = "poisson",
    outcome: str = "admitted",
    level: float = 0.95,
) -> ZeroChoice:
    """Return the count models of the same rows with their zeros, AIC and BIC.

    The zeros seen are tested against those expected: z = sum(I(y = 0) - p0) / sqrt(V) with
    V = sum p0 (1 - p0) - c' I⁻¹ c, where p0 is a row's probability of zero at the estimates, I the information
    and c = sum p0 × (score of a zero): what the estimates take up of the zeros' spread. For Poisson this is
    the test of He et al. (2019). Vuong's test is not used: plain and zero-inflated models are nested at a
    boundary, where its statistic is not normal (Wilson 2015).

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`.
    formula : str
        Of the counts, and of passing the hurdle.
    zero_formula : str
        Of the inflation.
    exposure : str or None
        Column whose logarithm is an offset of the counts, and of the hurdle where ``zero`` is ``poisson``.
    zero : str
        Zero part of the hurdle models: ``poisson``, or ``logit``, which knows no exposure.
    outcome : str
        Column of the counts.
    level : float
        Coverage of the intervals.

    Raises
    ------
    ParameterError
        A column is missing, or a formula cannot be read.

    References
    ----------
    He, H., Zhang, H., Ye, P. and Tang, W. (2019). A test of inflated zeros for Poisson regression models.
    *Statistical Methods in Medical Research* 28, 1157-1169.
    Newey, W. K. (1985). Maximum likelihood specification testing and conditional moment tests.
    *Econometrica* 53, 1047-1070.
    Wilson, P. (2015). The misuse of the Vuong test for non-nested models to test for zero-inflation.
    *Economics Letters* 127, 51-53.

    Examples
    --------
    >>> rows = pd.DataFrame({"admitted": [0, 0, 0, 0, 0, 0, 1, 2, 2, 3, 4, 5], "members": 50})
    >>> found = zero_choice(rows, "1", exposure="members")
    >>> found.estimates[["term", "estimate", "aic"]].round(2).values.tolist()[:3]
    [['poisson', 2.91, 46.44], ['nb2', 5.45, 43.21], ['zip', 6.0, 40.71]]
    """
    if zero not in ZERO_PARTS:
        raise ParameterError(f"zero: {zero!r} is neither 'logit' nor 'poisson'")
    inflation = prepared(rows, Question(outcome, formula, zero_formula, exposure, None, None, level))
    passing = Question(
        outcome, formula, formula, exposure, exposure if zero == "poisson" else None, None, level
    )
    hurdles = prepared(inflation.rows, passing)
    estimates = _models(inflation, hurdles, zero) if sound(inflation.findings) else _no_models()
    mean = " + ".join([*([f"log({exposure})"] if exposure else []), formula])
    return ZeroChoice(
        name="zero-choice",
        title=_("Số không thực có và số không theo từng mô hình"),
        estimates=estimates,
        specification=_(
            "log E(số đếm) = {mean}; logit P(luôn bằng không) = {always}; bước có hay không theo {zero}: {formula}"
        ).format(mean=mean, always=zero_formula, zero=zero, formula=formula),
        link="identity",
        zeros_observed=int((inflation.y == 0).sum()),
        findings=inflation.findings,
        **inflation.basis(),
    )


_COLUMNS = ["term", "estimate", "std_error", "low", "high", "response", "response_low", "response_high"]
_COLUMNS += ["p_value", "parameters", "log_likelihood", "aic", "bic", "withheld"]


def _no_models() -> pd.DataFrame:
    return pd.DataFrame({"term": list(SIMPLER)}).reindex(columns=_COLUMNS).assign(withheld="")


def _models(inflation: Prepared, hurdles: Prepared, zero: str) -> pd.DataFrame:
    plain, cut = ZeroModels(inflation), ZeroModels(hurdles, zero)
    records = [_model(cut if name.startswith("hurdle") else plain, name) for name in SIMPLER]
    return pd.DataFrame.from_records(records, columns=_COLUMNS)


def _model(models: ZeroModels, name: str) -> dict[str, Any]:
    """Return the row of one model."""
    with np.errstate(all="ignore"):
        findings = models.findings(name)
    parameters = sum(len(part.terms) for part in models.parts(name))
    record = {
        "term": name,
        "parameters": parameters,
        "withheld": " ".join(f.code for f in findings if f.fatal),
    }
    if withheld(findings):
        return record
    fit = models.fit(name)
    expected = float(models.zero_probability(name, fit).sum())
    n = len(models.rows.y)
    record |= {
        "estimate": expected,
        "response": expected,
        "log_likelihood": fit.log_likelihood,
        "aic": 2 * parameters - 2 * fit.log_likelihood,
        "bic": parameters * np.log(n) - 2 * fit.log_likelihood,
    }
    return record | (_tested(models, name, expected) if name in COUNTS else {})


def _tested(models: ZeroModels, name: str, expected: float) -> dict[str, float]:
    """Return the test of a model's zeros, whose spread is what the estimates leave of it."""
    fit = models.fit(name)
    none = models.zero_probability(name, fit)
    observed, n = int((models.rows.y == 0).sum()), len(none)
    if max(observed, expected) < LEAST or max(n - observed, n - expected) < LEAST:
        return {}
    slopes = models.likelihoods[name].rows(np.zeros(len(none)), fit.predictors).gradient
    taken = np.concatenate(
        [part.matrix.T @ (none * slopes[:, i]) for i, part in enumerate(models.parts(name))]
    )
    variance = float((none * (1 - none)).sum() - taken @ fit.bread @ taken)
    if variance <= 0:  # the estimates leave nothing: as many patterns as rows
        return {}
    error = float(np.sqrt(variance))
    reach = float(stats.norm.ppf((1 + models.rows.question.level) / 2)) * error
    low, high = max(expected - reach, 0.0), min(expected + reach, float(n))
    p = float(2 * stats.norm.sf(abs(observed - expected) / error))
    return {
        "std_error": error,
        "low": low,
        "high": high,
        "response_low": low,
        "response_high": high,
        "p_value": p,
    }
