"""Unit-years as arrays, on their target and off it: what a count model expects of them, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.errors import ParameterError
from analysis.language import _
from analysis.models.counts.separation import rank_findings, separated, separation_findings
from analysis.models.covariance import small_sample
from analysis.models.design import complete, design
from analysis.models.gate import (
    MIN_CLUSTERS,
    MIN_EVENTS,
    MIN_ROWS,
    Finding,
    cluster_findings,
    estimate_findings,
    exposure_findings,
    outcome_findings,
    withheld,
)
from analysis.models.result import ESTIMATES, Dropped
from analysis.models.targets.off_target import (
    Derivatives,
    OffTarget,
    conditional,
    derivatives,
    fit_off_target,
    log_probability,
    score_and_information,
)

Floats = npt.NDArray[np.float64]

BANDS = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 10), (11, 20), (21, 50), (51, None))
"""First and last target of the bands in which results are told apart."""
REACH = 10
"""Furthest difference of admitted and target in the histogram."""
_AT_ONCE = 400_000
"""Counts drawn at once, so that a large register needs no more memory than a small one."""


def with_target(rows: pd.DataFrame, columns: Sequence[str] = ()) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return the rows that have admissions and a target to land on, and what the others lack.

    Parameters
    ----------
    rows : DataFrame
        One a unit and year: ``admitted``, ``target`` (persons), and ``columns``, in which no gap may be either.
    columns : sequence of str

    Raises
    ------
    ParameterError
        A column is missing.
    """
    needed = list(dict.fromkeys(["admitted", "target", *columns]))
    missing = [name for name in needed if name not in rows.columns]
    if missing:
        raise ParameterError(f"no column {missing[0]!r} (there are {', '.join(map(str, rows.columns))})")
    used, dropped = complete(rows, needed)
    none = used["target"].eq(0).astype(bool)
    if not none.any():
        return used, dropped
    reason = _("chỉ tiêu bằng 0, không có gì để đạt")
    return used.loc[~none], (*dropped, Dropped(reason, int(none.sum())))


def target_findings(admitted: Floats, target: Floats, *, least: int = MIN_EVENTS) -> list[Finding]:
    """Return what keeps counts from being compared with targets: either of them no whole count, too few events."""
    found = exposure_findings(target, "target") + outcome_findings(admitted, "admitted", least=least)
    fraction = int((target != np.floor(target)).sum())
    return found + ([Finding("outcome_not_a_count", "target", {"count": fraction})] if fraction else [])


def on_target_at_most(targets: Floats) -> Floats:
    """Return the largest probability of a count on target: Poisson with the target as mean, e^-T T^T / T!.

    A Poisson count hits T most often when its mean is T, and a mixture of Poissons, such as a negative
    binomial, no oftener than the best of them.

    Parameters
    ----------
    targets : (n,) array
        Whole numbers above 0.

    Examples
    --------
    >>> on_target_at_most(np.array([2.0, 3.0, 5.0, 10.0, 100.0])).round(6).tolist()
    [0.270671, 0.224042, 0.175467, 0.12511, 0.039861]
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(stats.poisson.pmf(targets, targets))


def ceiling_p_value(observed: int, chances: Floats) -> float:
    """Return a bound on the probability of ``observed`` or more hits, one chance a row, rows independent.

    References
    ----------
    Hoeffding, W. (1956). On the distribution of the number of successes in independent trials. *Annals of
    Mathematical Statistics* 27, 713-721: from np + 1 on, unequal chances reach less far than n equal ones of mean p.

    Examples
    --------
    >>> round(ceiling_p_value(5, np.full(5, 0.5)), 5), ceiling_p_value(2, np.full(5, 0.5))
    (0.03125, 1.0)
    """
    mean = float(chances.mean())
    if observed < len(chances) * mean + 1:
        return 1.0
    return float(stats.binom.sf(observed - 1, len(chances), mean))


@dataclass(frozen=True, slots=True)
class OnTarget:
    """The rows as arrays: counts, targets, design, cluster of each, and which bands each is in."""

    admitted: Floats
    target: Floats
    matrix: Floats
    terms: tuple[str, ...]
    cluster: npt.NDArray[np.int64]
    bands: Floats
    labels: tuple[str, ...]

    @classmethod
    def of(cls, rows: pd.DataFrame, formula: str, cluster: str) -> OnTarget:
        """Return rows of :func:`with_target` as arrays."""
        made = design(formula, rows) if len(rows) else None
        target = rows["target"].to_numpy(dtype=float)
        labels, bands = zip(*target_bands(target), strict=True)
        return cls(
            rows["admitted"].to_numpy(dtype=float),
            target,
            made.matrix if made else np.zeros((0, 1)),
            made.terms if made else ("Intercept",),
            pd.factorize(rows[cluster].to_numpy())[0],
            np.column_stack(bands).astype(float),
            labels,
        )

    @property
    def off(self) -> npt.NDArray[np.bool_]:
        """Which rows are not on their target."""
        return self.admitted != self.target

    @property
    def groups(self) -> int:
        """How many clusters there are."""
        return len(np.unique(self.cluster))

    def findings(self, covariates: pd.DataFrame, cluster: str) -> list[Finding]:
        """Return what keeps the model from being fitted to the rows off target, whose columns are named."""
        found = target_findings(self.admitted, self.target)
        if withheld(found):
            return found
        matrix, least = self.matrix[self.off], max(MIN_ROWS, self.matrix.shape[1] + 1)
        if len(matrix) < least:
            return [Finding("few_off_target", "", {"count": len(matrix), "least": least})]
        found = outcome_findings(self.admitted[self.off], "admitted")
        found += rank_findings(matrix, self.terms)[1] + cluster_findings(self.groups, cluster)
        apart = separated(matrix, self.admitted[self.off]) if not withheld(found) else np.zeros(0, dtype=bool)
        if apart.any():
            found += separation_findings(covariates.loc[self.off], list(covariates.columns), apart)
        return found

    def fit_findings(self, fit: OffTarget) -> list[Finding]:
        """Return what is wrong with the fit, by the model's own errors, which separation cannot make small."""
        _score, information = score_and_information(
            self._parts(fit), self.matrix, dispersed=bool(fit.alpha[0] > 0)
        )
        variance = np.diag(np.linalg.pinv(information[0]))[: len(self.terms)]
        with np.errstate(invalid="ignore"):
            errors = np.sqrt(variance)
        return estimate_findings(self.terms, fit.coefficients[0], errors, converged=bool(fit.converged[0]))

    def _parts(self, fit: OffTarget) -> Derivatives:
        mean = fit.mean(self.target, self.matrix)
        return conditional(self.admitted[None], self.target, mean, fit.alpha[:, None])

    def chances(self, fit: OffTarget) -> Floats:
        """Return P(Y = T), (samples, n)."""
        return np.exp(log_probability(self.target, fit.mean(self.target, self.matrix), fit.alpha[:, None]))

    def excess(self, counts: Floats, fit: OffTarget) -> Floats:
        """Return observed less expected unit-years on target, (samples, bands)."""
        return np.asarray(((counts == self.target) - self.chances(fit)) @ self.bands)

    def null(self, fit: OffTarget, draws: int, seed: int, *, dispersed: bool) -> tuple[Floats, int]:
        """Return the excess in samples drawn of the fit, (draws, bands), and how many could not be fitted."""
        random = np.random.default_rng(seed)
        mean, alpha = fit.mean(self.target, self.matrix)[0], float(fit.alpha[0])
        found, failed = [], 0
        for size in _pieces(draws, max(1, _AT_ONCE // len(mean))):
            shape = (size, len(mean))
            drawn = (
                random.negative_binomial(1 / alpha, 1 / (1 + alpha * mean), shape)
                if alpha > 0
                else random.poisson(mean, shape)
            )
            counts = drawn.astype(float)
            refit = fit_off_target(counts, self.target, self.matrix, dispersed=dispersed)
            found.append(np.where(refit.converged[:, None], self.excess(counts, refit), np.inf))
            failed += int((~refit.converged).sum())
        return np.concatenate(found), failed

    def errors(self, fit: OffTarget) -> Floats:
        """Return the cluster-robust standard error of the excess, (bands,), in unit-years.

        The influence of a row on the excess is its own [on target] - P(Y = T), less what it does to the fit.
        """
        dispersed = bool(fit.alpha[0] > 0)
        parts, mean = self._parts(fit), fit.mean(self.target, self.matrix)
        there = derivatives(self.target, mean, fit.alpha[:, None])
        scores, slopes = parts.eta[0][:, None] * self.matrix, there.eta[0][:, None] * self.matrix
        if dispersed:
            scores = np.column_stack([scores, parts.tau[0]])
            slopes = np.column_stack([slopes, there.tau[0]])
        information = score_and_information(parts, self.matrix, dispersed=dispersed)[1][0]
        chance = self.chances(fit)[0]
        through = (self.bands * chance[:, None]).T @ slopes @ np.linalg.pinv(information)
        own = ((self.admitted == self.target) - chance)[:, None] * self.bands
        sums = np.zeros((self.groups, self.bands.shape[1]))
        np.add.at(sums, self.cluster, own - scores @ through.T)
        factor = small_sample("CR1", n=len(own), k=len(self.terms), clusters=self.groups)
        return np.asarray(np.sqrt(factor * ((sums - sums.mean(axis=0)) ** 2).sum(axis=0)))

    @property
    def ceiling_p(self) -> float:
        """Most that the probability of as many rows on target can be."""
        if not len(self.target):
            return float("nan")
        return ceiling_p_value(int((~self.off).sum()), on_target_at_most(self.target))

    def table(self, fit: OffTarget, null: Floats | None, level: float) -> pd.DataFrame:
        """Return the estimates, a row a band; without what samples of the fit would tell where there are none."""
        rows = self.bands.sum(axis=0)
        observed = (self.admitted == self.target) @ self.bands
        ceiling = on_target_at_most(self.target) @ self.bands
        frame = pd.DataFrame(
            {"term": self.labels, "rows": rows.astype(int), "observed": observed.astype(int)}
        )
        frame = frame.assign(ceiling=ceiling).reindex(columns=[*ESTIMATES, "rows", "observed", "ceiling"])
        frame = frame.assign(expected=np.nan, null_low=np.nan, null_high=np.nan)
        if null is None:
            return frame
        excess = self.excess(self.admitted[None], fit)[0]
        fitted = np.where(np.isfinite(null), null, np.nan)
        low, high = np.nanquantile(fitted, [(1 - level) / 2, (1 + level) / 2], axis=0)
        expected = observed - excess
        share = excess / rows
        clusters = np.array([len(np.unique(self.cluster[band > 0])) for band in self.bands.T])
        spread = np.where(clusters >= MIN_CLUSTERS, self.errors(fit) / rows, np.nan)
        reach = stats.t.ppf((1 + level) / 2, self.groups - 1) * spread
        as_large = (null >= excess - 1e-9).sum(axis=0)
        numbers = [share, spread, share - reach, share + reach]
        numbers += [share, share - reach, share + reach, (1 + as_large) / (1 + len(null))]
        frame = frame.assign(**dict(zip(ESTIMATES[1:], numbers, strict=True)))
        return frame.assign(
            expected=expected, null_low=np.maximum(expected + low, 0), null_high=expected + high
        )

    def histogram(self, fit: OffTarget) -> pd.DataFrame:
        """Return admitted - target, observed and expected."""
        mean, alpha = fit.mean(self.target, self.matrix), fit.alpha[:, None]
        records = []
        for difference in range(-REACH, REACH + 1):
            counts = self.target + difference
            chance = np.exp(log_probability(np.maximum(counts, 0), mean, alpha))
            observed = int((self.admitted == counts).sum())
            records.append((difference, observed, float(np.where(counts >= 0, chance, 0.0).sum())))
        return pd.DataFrame.from_records(records, columns=["difference", "observed", "expected"])


def target_bands(target: Floats) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    """Return ``all`` and each band of targets that occurs, with the rows that are in it.

    Examples
    --------
    >>> [(label, rows.tolist()) for label, rows in target_bands(np.array([2.0, 60.0]))]
    [('all', [True, True]), ('2', [True, False]), ('51+', [False, True])]
    """
    yield "all", np.ones(len(target), dtype=bool)
    for first, last in BANDS:
        within = (target >= first) & (target <= (np.inf if last is None else last))
        if within.any():
            label = f"{first}+" if last is None else f"{first}" if last == first else f"{first}–{last}"
            yield label, within


def _pieces(whole: int, most: int) -> Iterator[int]:
    for start in range(0, whole, most):
        yield min(most, whole - start)
