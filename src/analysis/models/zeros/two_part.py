"""Models of counts in two parts, zeros and counts: the rows they stand on, and the result they return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number
from analysis.models.counts.separation import rank_findings
from analysis.models.design import complete, design, variables
from analysis.models.estimate_words import interval, p_value, significant
from analysis.models.gate import (
    MIN_ROWS,
    Finding,
    cluster_findings,
    exposure_findings,
    outcome_findings,
    withheld,
)
from analysis.models.result import Dropped, Result
from analysis.models.terms import term_label
from analysis.models.zeros.organisations import known_columns, numbers, set_apart
from analysis.models.zeros.zero_fit import Part

Floats = npt.NDArray[np.float64]

MOST = 100_000
"""Largest count that a model takes; its likelihood is summed up to it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a model in two parts.

    Attributes
    ----------
    outcome : str
        Column of the counts.
    formula, zero_formula : str
        Right sides, for the count and for the zeros.
    exposure, zero_exposure : str or None
        Columns whose logarithm is an offset of the count and of the zero part.
    cluster : str or None
        Column whose rows hang together; None trusts the model's variance.
    level : float
        Coverage of intervals.
    """

    outcome: str
    formula: str
    zero_formula: str
    exposure: str | None
    zero_exposure: str | None
    cluster: str | None
    level: float

    @property
    def covariates(self) -> list[str]:
        """Columns that the formulae name."""
        return sorted(variables(self.formula) | variables(self.zero_formula))

    @property
    def exposures(self) -> list[str]:
        """Columns of the offsets, each once."""
        return list(dict.fromkeys(name for name in (self.exposure, self.zero_exposure) if name))


@dataclass(frozen=True, slots=True)
class Prepared:
    """The rows that a model in two parts stands on.

    Attributes
    ----------
    question : Question
    rows : DataFrame
        Used rows, with the index of those given.
    y : (n,) array
        Counts.
    count, zero : Part or None
        Linear predictors; None where a finding forbids to make them.
    clusters : (n,) array of int, or None
        Cluster of each row, counted from 0.
    dropped : tuple of Dropped
    findings : tuple of Finding
    """

    question: Question
    rows: pd.DataFrame
    y: Floats
    count: Part | None
    zero: Part | None
    clusters: npt.NDArray[np.int64] | None
    dropped: tuple[Dropped, ...]
    findings: tuple[Finding, ...]

    def basis(self) -> dict[str, Any]:
        """Return what every result on these rows tells of them."""
        asked = self.question
        total = float(numbers(self.rows, asked.exposure).sum()) if asked.exposure else None
        clusters = None if self.clusters is None else int(self.clusters.max(initial=-1)) + 1
        return {
            "n": len(self.rows),
            "exposure": total,
            "exposure_unit": asked.exposure or "",
            "clusters": clusters,
            "covariance": f"CR1 by {asked.cluster}" if asked.cluster else "model",
            "dropped": self.dropped,
            "level": asked.level,
        }


def prepared(rows: pd.DataFrame, asked: Question) -> Prepared:
    """Return the rows that a model in two parts stands on: complete, the structural zeros apart.

    Raises
    ------
    ParameterError
        A column is missing or holds no numbers, a formula cannot be read, a count is larger than
        :data:`MOST`, or the coverage is no share.
    """
    if not 0 < asked.level < 1:
        raise ParameterError(f"level: {asked.level} is no share between 0 and 1")
    cluster = [asked.cluster] if asked.cluster else []
    known_columns(rows, [asked.outcome, *asked.exposures, *cluster, *asked.covariates])
    apart = set_apart(rows, asked.outcome)
    used, dropped = complete(apart.rest, [*asked.covariates, *cluster])
    y = numbers(used, asked.outcome)
    findings = [*outcome_findings(y, asked.outcome), *_of_exposures(used, asked), *apart.findings]
    if ((y > MOST) & np.isfinite(y)).any():
        raise ParameterError(f"column {asked.outcome!r}: counts up to {MOST:,} can be modelled")
    codes = pd.factorize(used[asked.cluster])[0].astype(np.int64) if asked.cluster else None
    if codes is not None:
        findings += cluster_findings(int(codes.max(initial=-1)) + 1, str(asked.cluster))
    count = zero = None
    if not any(f.fatal for f in findings if f.code not in ("few_events", "few_clusters")):
        count, zero = (
            _part(used, *of)
            for of in ((asked.formula, asked.exposure), (asked.zero_formula, asked.zero_exposure))
        )
        findings += _of_designs(count, zero)
    return Prepared(asked, used, y, count, zero, codes, (*apart.dropped, *dropped), tuple(findings))


def _of_exposures(rows: pd.DataFrame, asked: Question) -> list[Finding]:
    return [f for name in asked.exposures for f in exposure_findings(numbers(rows, name), name)]


def _of_designs(count: Part, zero: Part) -> list[Finding]:
    least = max(MIN_ROWS, len(count.terms) + len(zero.terms) + 2)
    if len(count.matrix) < least:
        return [Finding("few_rows", "", {"count": len(count.matrix), "least": least})]
    found = [finding for part in (count, zero) for finding in rank_findings(part.matrix, part.terms)[1]]
    return list({(finding.code, finding.where): finding for finding in found}.values())


def _part(rows: pd.DataFrame, formula: str, exposure: str | None) -> Part:
    made = design(formula, rows)
    if not made.terms:
        raise ParameterError(f"formula {formula!r}: has no term")
    offset = np.log(numbers(rows, exposure)) if exposure else np.zeros(len(rows))
    return Part(made.matrix, made.terms, offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPart(Result):
    """A model of counts in two parts.

    ``estimates`` has, beside the usual columns, ``part`` (``count`` or ``zero``) and ``name`` (the term
    within its part); its ``term`` is both: ``count_sex[T.male]``, ``zero_Intercept``. NB2's ``count_alpha``
    is on the log scale, alpha itself being its ``response``; no p-value belongs to it.

    Attributes
    ----------
    log_likelihood : float
        Not a number where withheld.
    parameters : int
        Estimated, alpha included.
    zeros_observed : int
        Rows used without any event.
    zeros_expected : float
        Sum of their probabilities under the model.
    fitted : DataFrame
        One row a row used, with its index: ``mean`` (events expected), ``zero_probability`` (of none).
    """

    log_likelihood: float = np.nan
    parameters: int = 0
    zeros_observed: int = 0
    zeros_expected: float = np.nan
    fitted: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __post_init__(self) -> None:
        Result.__post_init__(self)
        if self.withheld:
            object.__setattr__(self, "log_likelihood", np.nan)
            object.__setattr__(self, "zeros_expected", np.nan)
            object.__setattr__(self, "fitted", self.fitted.assign(**dict.fromkeys(self.fitted, np.nan)))

    @property
    def aic(self) -> float:
        """Akaike's criterion, -2 log-likelihood + 2 parameters."""
        return 2 * self.parameters - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, the rows taken as the sample size."""
        return self.parameters * float(np.log(self.n)) - 2 * self.log_likelihood if self.n else np.nan

    def words(self) -> list[str]:
        """Return what the model says of the zeros, what it stands on, and what it cannot say."""
        lines, caution = self._findings(), list[str]()
        if not self.withheld:
            zeros = _("Có {observed} đơn vị-năm không kết nạp; mô hình dự tính {expected}.")
            lines.append(
                zeros.format(observed=number(self.zeros_observed), expected=number(self.zeros_expected, 1))
            )
            lines += self._reading()
            caution = [_("Các hệ số là mối liên hệ trong số liệu, không phải tác động nhân quả.")]
        return [*lines, *self._basis(), *caution]

    def _reading(self) -> list[str]:
        """Return how the two parts are read."""
        return []

    def _part_label(self, part: str) -> str:
        return _("số người (phần đếm)") if part == "count" else _("phần số không")

    def _response_head(self) -> str:
        return _("exp(hệ số)")

    def _row(self, row: Mapping[str, Any]) -> list[str]:
        return [
            f"{self._part_label(str(row['part']))}: {term_label(str(row['name']))}",
            significant(row["response"]),
            interval(row["response_low"], row["response_high"]),
            significant(row["estimate"]),
            significant(row["std_error"]),
            p_value(row["p_value"]),
        ]


def sound(findings: tuple[Finding, ...]) -> bool:
    """Tell whether a model may be fitted to rows with these findings."""
    return not withheld(findings)
