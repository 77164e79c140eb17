"""The count models that zeros are explained by, each fitted from the simpler ones that it contains."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit

from analysis.models.counts.separation import rank_findings, separation_findings
from analysis.models.covariance import sandwich, small_sample
from analysis.models.design import variables
from analysis.models.gate import Finding, cluster_findings, estimate_findings
from analysis.models.result import ESTIMATES, tidy
from analysis.models.terms import ZERO_PART
from analysis.models.zeros.recession import recession
from analysis.models.zeros.two_part import Prepared, sound
from analysis.models.zeros.zero_fit import Fit, Part, constant, constant_at, maximise
from analysis.models.zeros.zero_likelihood import (
    Hurdle,
    Inflated,
    NB2Count,
    Plain,
    PoissonCount,
    RowLikelihood,
)

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LEAST_GAIN = 0.005
"""Gain in log-likelihood below which a further parameter lies at its bound: a tenth of a standard error."""

MIN_ZEROS = 5
"""Fewer zeros than this say nothing of two kinds of them."""

VANISHING = 1e-3
"""Robust error, as a share of the model's own, below which scores cancel within clusters."""

SIMPLER = {
    "poisson": (),
    "nb2": ("poisson",),
    "zip": ("poisson",),
    "zinb": ("nb2", "zip"),
    "hurdle_poisson": (),
    "hurdle_nb2": ("hurdle_poisson",),
}
"""Model → the models that it turns into where a parameter of it lies at its bound."""


class ZeroModels:
    """The fits of one question to its rows, each made once.

    Parameters
    ----------
    rows : Prepared
        With both parts; sound so far.
    zero : str
        Zero part of the hurdle models: ``logit`` or ``poisson``.
    """

    def __init__(self, rows: Prepared, zero: str = "logit") -> None:
        assert rows.count is not None
        assert rows.zero is not None
        self.rows, self.count, self.zero = rows, rows.count, rows.zero
        self.likelihoods: dict[str, RowLikelihood] = {
            "poisson": Plain(PoissonCount()),
            "nb2": Plain(NB2Count()),
            "zip": Inflated(PoissonCount()),
            "zinb": Inflated(NB2Count()),
            "hurdle_poisson": Hurdle(PoissonCount(), zero),
            "hurdle_nb2": Hurdle(NB2Count(), zero),
        }
        self.hurdle_link = zero
        self._fits: dict[str, Fit] = {}

    def parts(self, model: str) -> list[Part]:
        """Return the linear predictors of a model."""
        alpha = [constant(len(self.rows.y), "alpha")] if model.endswith(("nb2", "nb")) else []
        zero = [] if model in ("poisson", "nb2") else [self.zero]
        return [self.count, *alpha, *zero]

    def fit(self, model: str) -> Fit:
        """Return the fit of a model."""
        if model not in self._fits:
            self._fits[model] = maximise(
                self.likelihoods[model], self.rows.y, self.parts(model), self._starts(model)
            )
        return self._fits[model]

    def _starts(self, model: str) -> list[Floats]:
        """Return where to begin: at the simpler models, with little and with much of what is added."""
        width = len(self.count.terms)
        if model == "poisson":
            rate = self.rows.y.sum() / np.exp(self.count.offset).sum()
            return [constant_at(self.count, float(np.log(rate)))]
        if model == "hurdle_poisson":
            return [np.r_[self.fit("poisson").parameters, self._passing()]]
        if model == "zip":
            # Means of all rows, and means of the rows with events: the second has more room for zeros
            means = (self.fit("poisson").parameters, self.fit("hurdle_poisson").parameters[:width])
            return [np.r_[mean, self._excess(mean)] for mean in means]
        simpler = self.fit(SIMPLER[model][-1]).parameters
        starts = [np.r_[simpler[:width], np.log(alpha), simpler[width:]] for alpha in (0.1, 1.0)]
        if model == "zinb":
            starts.append(np.r_[self.fit("nb2").parameters, constant_at(self.zero, float(logit(0.05)))])
        return starts

    def _passing(self) -> Floats:
        """Return a zero part of a hurdle that fits the share of rows with events."""
        share = float(np.clip((self.rows.y > 0).mean(), 0.01, 0.99))
        if self.hurdle_link == "logit":
            return constant_at(self.zero, float(logit(share)))
        return constant_at(self.zero, float(np.log(-np.log1p(-share)) - self.zero.offset.mean()))

    def _excess(self, mean: Floats) -> Floats:
        """Return an inflation that fits the zeros which Poisson counts of these means leave over."""
        with np.errstate(over="ignore"):
            expected = np.exp(-np.exp(self.count.matrix @ mean + self.count.offset)).sum()
        over = ((self.rows.y == 0).sum() - expected) / max(len(self.rows.y) - expected, 1.0)
        return constant_at(self.zero, float(logit(np.clip(over, 0.02, 0.98))))

    def covariance(self, fit: Fit) -> Floats:
        """Return the covariance of a fit's parameters: the model's, or robust to clusters (CR1)."""
        codes = self.rows.clusters
        if codes is None:
            return fit.bread
        sums = np.zeros((int(codes.max()) + 1, len(fit.parameters)))
        np.add.at(sums, codes, fit.scores)
        n, k = fit.scores.shape
        return sandwich(fit.bread, sums.T @ sums, small_sample("CR1", n=n, k=k, clusters=len(sums)))

    def errors(self, fit: Fit) -> Floats:
        """Return the standard errors of a fit; not a number where a variance is none."""
        return _errors(self.covariance(fit))

    def estimates(self, model: str, fit: Fit) -> pd.DataFrame:
        """Return the estimates of a model, its parts one after the other."""
        names = [term for part in self.parts(model) for term in part.terms]
        zeros = len(self.zero.terms) if model not in ("poisson", "nb2") else 0
        parts = ["count"] * (len(names) - zeros) + ["zero"] * zeros
        terms = [f"{part}_{name}" for part, name in zip(parts, names, strict=True)]
        codes = self.rows.clusters
        freedom = np.inf if codes is None else float(codes.max())
        table = tidy(
            terms,
            fit.parameters,
            self.errors(fit),
            link="log",
            level=self.rows.question.level,
            freedom=freedom,
        ).assign(part=parts, name=names)
        table.loc[len(self.count.terms) : len(names) - zeros - 1, "p_value"] = np.nan  # alpha's
        return table

    def zero_probability(self, model: str, fit: Fit) -> Floats:
        """Return the probability of no event in each row."""
        nothing = np.zeros(len(self.rows.y))
        found: Floats = np.exp(self.likelihoods[model].rows(nothing, fit.predictors).value)
        return found

    def few_zeros(self, model: str) -> list[Finding]:
        """Return the finding that a model of zeros has too few of them, or none."""
        zeros = int((self.rows.y == 0).sum())
        if model in ("poisson", "nb2") or zeros >= MIN_ZEROS:
            return []
        return [Finding("few_zeros", "", {"count": zeros, "least": MIN_ZEROS})]

    def findings(self, model: str) -> list[Finding]:
        """Return what keeps a model's numbers from being read."""
        few = self.few_zeros(model)
        if few:
            return few
        fit = self.fit(model)
        # The model's own errors, too: scores vanish in a separated category, and with them its robust error
        errors, own = self.errors(fit), _errors(fit.bread)
        absurd = estimate_findings(
            self._terms(model), fit.parameters, np.maximum(own, errors), converged=fit.converged
        )
        if absurd and not model.startswith("hurdle"):
            inflation = self._terms(model)[-len(self.zero.terms) :] if model.startswith("zi") else []
            absurd = [Finding("inflation_bound", f.where) if f.where in inflation else f for f in absurd]
        found = (self._unbounded(model) if absurd else []) or self._bounds(model) or absurd
        return found or self._of_few_clusters(model, errors / own)

    def _of_few_clusters(self, model: str, ratio: Floats) -> list[Finding]:
        """Return the terms whose robust error rests on few clusters, or vanishes beside the model's own."""
        if self.rows.clusters is None:
            return []
        columns = np.concatenate([part.matrix for part in self.parts(model)], axis=1)
        found = []
        for term, column, share in zip(self._terms(model), columns.T, ratio, strict=True):
            clusters = len(np.unique(self.rows.clusters[column != 0]))
            vanishing = [Finding("vanishing_error", term)] if share < VANISHING else []
            found += cluster_findings(clusters, term) or vanishing
        return found

    def _terms(self, model: str) -> list[str]:
        """Return the terms of a model, those of the zero part told apart."""
        return [
            f"{ZERO_PART}{term}" if part is self.zero else term
            for part in self.parts(model)
            for term in part.terms
        ]

    def _bounds(self, model: str) -> list[Finding]:
        """Return the findings that alpha or the inflation lies at its bound."""
        gains = {
            other: self.fit(model).log_likelihood - self.fit(other).log_likelihood for other in SIMPLER[model]
        }
        flat = [other for other, gain in gains.items() if gain < LEAST_GAIN]
        inflated = [Finding("no_excess_zeros") for other in flat if (model, other) in _WITHOUT_INFLATION]
        alpha = [
            Finding("alpha_bound", "alpha") for other in flat if (model, other) not in _WITHOUT_INFLATION
        ]
        return inflated or alpha

    def _unbounded(self, model: str) -> list[Finding]:
        """Return the findings that name categories whose coefficients have no bound, in either part."""
        y, asked = self.rows.y, self.rows.question
        anybody = y > 0
        if not model.startswith("hurdle"):
            where = np.zeros(len(y), dtype=bool)
            where[~anybody] = recession(-self.count.matrix[~anybody], self.count.matrix[anybody])
            return self._named(asked.formula, where, among=np.ones(len(y), dtype=bool))
        side = np.where(anybody, 1.0, -1.0)[:, None]
        where = recession(side * self.zero.matrix, self.zero.matrix[:0])
        found = self._named(asked.zero_formula, where, among=np.ones(len(y), dtype=bool))
        found += rank_findings(self.count.matrix[anybody], self.count.terms)[1]
        if not found:  # only ones above zero: a count cut off at zero whose mean runs to zero
            where = np.zeros(len(y), dtype=bool)
            where[y == 1] = recession(-self.count.matrix[y == 1], self.count.matrix[y > 1])
            found = self._named(asked.formula, where, among=anybody)
        return found

    def _named(self, formula: str, where: Flags, *, among: Flags) -> list[Finding]:
        """Return the findings that name the categories of some rows, told from others ``among`` them."""
        if not where.any():
            return []
        return separation_findings(self.rows.rows.loc[among], sorted(variables(formula)), where[among])


_WITHOUT_INFLATION = frozenset({("zip", "poisson"), ("zinb", "nb2")})


def _errors(covariance: Floats) -> Floats:
    variance = np.diag(covariance)
    return np.sqrt(np.where(variance > 0, variance, np.nan))


def fitted(rows: Prepared, model: str, zero: str = "logit") -> dict[str, Any]:
    """Return what a result tells of a model of some rows; estimates without numbers where none may be made.

    Parameters
    ----------
    rows : Prepared
    model : str
        A key of :data:`SIMPLER`.
    zero : str
        Zero part of a hurdle model.
    """
    told = rows.basis() | {"zeros_observed": int((rows.y == 0).sum())}
    if not sound(rows.findings):
        return told | _nothing(rows.findings)
    models = ZeroModels(rows, zero)
    few = models.few_zeros(model)
    if few:
        return told | _nothing((*rows.findings, *few))
    fit = models.fit(model)
    # An unsound fit may lie where exp overflows; the findings withhold its numbers
    with np.errstate(all="ignore"):
        findings = (*rows.findings, *models.findings(model))
        none = models.zero_probability(model, fit)
        mean = models.likelihoods[model].mean(fit.predictors)
        estimates = models.estimates(model, fit)
    columns = {"mean": mean, "zero_probability": none}
    if model.startswith("zi"):
        columns["always_zero"] = expit(fit.predictors[:, -1])
    return told | {
        "estimates": estimates,
        "log_likelihood": fit.log_likelihood,
        "parameters": len(fit.parameters),
        "zeros_expected": float(none.sum()),
        "fitted": pd.DataFrame(columns, index=rows.rows.index),
        "converged": fit.converged,
        "findings": findings,
    }


def _nothing(findings: tuple[Finding, ...]) -> dict[str, Any]:
    return {
        "estimates": pd.DataFrame(columns=[*ESTIMATES, "part", "name"]),
        "converged": False,
        "findings": findings,
    }
