"""Count models of admissions that look only at unit-years off their target, many samples at once.

What lands exactly on the target is what the heaping test asks about, so it must not shape the expectation. A row
whose count equals its target is left out, and every other row counts with its probability *given that it is off
target*, f(y)/(1 - f(T)): the estimate is consistent if the model holds for the rest, whatever happens at the target.
Dropping the rows without that division would bend the fit as much as the heap does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LEAST_ALPHA = 1e-6
"""Over-dispersion below which a negative binomial is a Poisson to nine digits."""
MOST_ALPHA = 1e3
_STEPS = 60
_DONE = 1e-12


@dataclass(frozen=True, slots=True)
class OffTarget:
    """Fits of one design to samples of counts.

    Attributes
    ----------
    coefficients : (samples, k) array
        On the log scale, with log(target) as offset.
    alpha : (samples,) array
        Over-dispersion, variance = mean + alpha mean²; 0 where a Poisson fits at least as well.
    converged : (samples,) array of bool
    """

    coefficients: Floats
    alpha: Floats
    converged: Flags

    def mean(self, targets: Floats, matrix: Floats) -> Floats:
        """Return the expected admissions, (samples, n), of units that nothing ties to their target."""
        with np.errstate(over="ignore"):
            return targets * np.exp(self.coefficients @ matrix.T)


@dataclass(frozen=True, slots=True)
class Derivatives:
    """First and second derivatives of a log-probability by log(mean) and log(alpha), each (samples, n)."""

    eta: Floats
    tau: Floats
    eta_eta: Floats
    eta_tau: Floats
    tau_tau: Floats


def log_probability(counts: Floats, mean: Floats, alpha: Floats) -> Floats:
    """Return log P(Y = count) of a negative binomial (NB2), or of a Poisson where alpha is 0.

    Parameters
    ----------
    counts, mean : (samples, n) arrays, or shapes that broadcast to it
    alpha : (samples, 1) array

    Examples
    --------
    >>> two = np.full((1, 1), 2.0)
    >>> np.exp(log_probability(two, two, np.zeros((1, 1)))).round(6).item()
    0.270671
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        poisson = special.xlogy(counts, mean) - mean - special.gammaln(counts + 1)
        if not (alpha > 0).any():
            return np.asarray(poisson)
        size = np.where(alpha > 0, alpha, 1.0)
        negative = _each(_ways, counts, 1 / size) + special.xlogy(counts, size * mean)
        negative -= (counts + 1 / size) * np.log1p(size * mean)
    return np.asarray(np.where(alpha > 0, negative, poisson))


def _ways(counts: Floats, nu: Floats) -> Floats:
    """Return log Γ(y+ν)/Γ(ν)Γ(y+1), by the beta function, which does not cancel for a large ν."""
    return np.where(counts > 0, -np.log(counts) - special.betaln(counts, nu), 0.0)


def _each(of: Callable[[Floats, Floats], Floats], counts: Floats, nu: Floats) -> Floats:
    """Return a function of the counts and of ν, (samples, n), worked out once a count if few counts occur."""
    most = counts.max(initial=0.0)
    if not most < counts.shape[-1]:
        return of(counts, nu)
    table, place = of(np.arange(most + 1)[None], nu), counts.astype(np.int64)
    return table[:, place] if counts.ndim == 1 else np.take_along_axis(table, place, axis=1)


def derivatives(counts: Floats, mean: Floats, alpha: Floats) -> Derivatives:
    """Return the derivatives of :func:`log_probability`; those by alpha are 0 where alpha is 0.

    References
    ----------
    Lawless, J. F. (1987). Negative binomial and mixed Poisson regression. *Canadian Journal of Statistics* 15,
    209-225.
    """
    width, off = 1 + alpha * mean, counts - mean
    eta = off / width
    eta_eta = -mean * (1 + alpha * counts) / width**2
    if not (alpha > 0).any():
        none = np.zeros_like(mean)
        return Derivatives(eta, none, eta_eta, none, none)
    nu = 1 / np.where(alpha > 0, alpha, 1.0)
    first = _each(lambda count, v: special.psi(count + v) - special.psi(v), counts, nu)
    second = _each(lambda count, v: special.polygamma(1, count + v) - special.polygamma(1, v), counts, nu)
    gap, slope = nu * (np.log(width) - first), nu**2 * second
    eta_tau = -alpha * mean * off / width**2
    tau = np.where(alpha > 0, gap + eta, 0.0)
    tau_tau = np.where(alpha > 0, -gap + mean / width + slope + eta_tau, 0.0)
    return Derivatives(eta, tau, eta_eta, eta_tau, tau_tau)


def conditional(counts: Floats, targets: Floats, mean: Floats, alpha: Floats) -> Derivatives:
    """Return the derivatives of log f(y)/(1 - f(T)) for rows off target, and 0 for rows on it."""
    seen, there = derivatives(counts, mean, alpha), derivatives(targets, mean, alpha)
    chance = np.exp(log_probability(targets, mean, alpha))
    odds = chance / (1 - chance)
    off = counts != targets
    more = odds * (1 + odds)

    def joined(name: str, product: Floats | float = 0.0) -> Floats:
        return np.where(off, getattr(seen, name) + odds * getattr(there, name) + more * product, 0.0)

    return Derivatives(
        joined("eta"),
        joined("tau"),
        joined("eta_eta", there.eta**2),
        joined("eta_tau", there.eta * there.tau),
        joined("tau_tau", there.tau**2),
    )


def score_and_information(parts: Derivatives, matrix: Floats, *, dispersed: bool) -> tuple[Floats, Floats]:
    """Return the score, (samples, p), and the observed information, (samples, p, p); log(alpha) comes last."""
    score = parts.eta @ matrix
    block = -np.einsum("si,ij,ik->sjk", parts.eta_eta, matrix, matrix, optimize=True)
    if not dispersed:
        return score, block
    samples, size = score.shape
    information = np.zeros((samples, size + 1, size + 1))
    information[:, :size, :size] = block
    information[:, :size, size] = information[:, size, :size] = -(parts.eta_tau @ matrix)
    information[:, size, size] = -parts.tau_tau.sum(axis=1)
    return np.column_stack([score, parts.tau.sum(axis=1)]), information


def fit_off_target(counts: Floats, targets: Floats, matrix: Floats, *, dispersed: bool) -> OffTarget:
    """Return the maximum of the likelihood of the rows off target, for each sample of counts.

    Parameters
    ----------
    counts : (samples, n) array
        Whole numbers, a sample a row.
    targets : (n,) array
        Whole numbers above 0.
    matrix : (n, k) array
        Design, the same for every sample.
    dispersed : bool
        Whether alpha is estimated (NB2). It is 0 where the likelihood falls from there on.

    Notes
    -----
    For a Poisson mean the likelihood is that of an exponential family, so that its maximum is the only one.
    Newton's steps are taken along the eigenvectors of the information with the absolute eigenvalues, which
    makes every step go upwards, and cut where they would change a mean more than sevenfold.
    """
    start = np.log((counts + 0.5) / targets) @ np.linalg.pinv(matrix).T
    poisson = _climbed(counts, targets, matrix, start, None)
    if not dispersed:
        return poisson
    mean, none = poisson.mean(targets, matrix), np.zeros((len(counts), 1))
    chance = np.exp(log_probability(targets, mean, none))
    # derivative of the log-likelihood by alpha where alpha is 0: ½[(y-μ)² - y], and the same at the target
    rise = ((counts - mean) ** 2 - counts) + chance / (1 - chance) * ((targets - mean) ** 2 - targets)
    rise = np.where(counts != targets, rise, 0.0)
    more = poisson.converged & (rise.sum(axis=1) > 0)
    if not more.any():
        return poisson
    guess = rise[more].sum(axis=1) / (mean[more] ** 2).sum(axis=1)
    tau = np.log(np.clip(guess, 1e-3, 5.0))
    wider = _climbed(counts[more], targets, matrix, poisson.coefficients[more], tau)
    return _replaced(poisson, more, wider)


def _climbed(
    counts: Floats, targets: Floats, matrix: Floats, start: Floats, log_alpha: Floats | None
) -> OffTarget:
    dispersed = log_alpha is not None
    size = matrix.shape[1]
    place = start if log_alpha is None else np.column_stack([start, log_alpha])
    done = np.zeros(len(counts), dtype=bool)
    for _step in range(_STEPS):
        live = np.flatnonzero(~done)
        if not live.size:
            break
        fit = _fit(place[live], size, done[live])
        parts = conditional(counts[live], targets, fit.mean(targets, matrix), fit.alpha[:, None])
        step, gain = _uphill(*score_and_information(parts, matrix, dispersed=dispersed))
        reach = np.abs(step[:, :size] @ matrix.T).max(axis=1) / 2
        if dispersed:
            reach = np.maximum(reach, np.abs(step[:, size]))
        with np.errstate(invalid="ignore"):
            place[live] += step / np.maximum(reach, 1.0)[:, None]
        done[live] = gain < _DONE
        if dispersed:
            low = place[:, size] <= np.log(LEAST_ALPHA)
            place[low, size] = np.log(LEAST_ALPHA)
            done |= low
    return _fit(place, size, done)


def _fit(place: Floats, size: int, done: Flags) -> OffTarget:
    coefficients = place[:, :size]
    if place.shape[1] == size:
        return OffTarget(coefficients, np.zeros(len(place)), done & np.isfinite(coefficients).all(axis=1))
    alpha = np.exp(np.clip(place[:, size], np.log(LEAST_ALPHA), np.log(MOST_ALPHA)))
    sound = np.isfinite(place).all(axis=1) & (alpha < MOST_ALPHA)
    return OffTarget(coefficients, alpha, done & sound)


def _replaced(poisson: OffTarget, where: Flags, wider: OffTarget) -> OffTarget:
    coefficients, alpha = poisson.coefficients.copy(), poisson.alpha.copy()
    converged = poisson.converged.copy()
    real = wider.alpha > LEAST_ALPHA
    places = np.flatnonzero(where)[real]
    coefficients[places], alpha[places] = wider.coefficients[real], wider.alpha[real]
    converged[places] = wider.converged[real]
    return OffTarget(coefficients, alpha, converged)


def _uphill(score: Floats, information: Floats) -> tuple[Floats, Floats]:
    """Return Newton's step made to go up, and what it promises to gain in twice the log-likelihood."""
    size = np.sqrt(np.abs(np.einsum("sjj->sj", information)))
    size = np.where(size > 0, size, 1.0)
    scaled = information / size[:, :, None] / size[:, None, :]
    scaled = np.where(np.isfinite(scaled), scaled, 0.0)
    values, vectors = np.linalg.eigh(scaled)
    values = np.maximum(np.abs(values), 1e-10)
    along = np.einsum("sji,sj->si", vectors, score / size) / values
    step = np.einsum("sij,sj->si", vectors, along) / size
    return step, np.abs(np.einsum("sj,sj->s", step, score))
