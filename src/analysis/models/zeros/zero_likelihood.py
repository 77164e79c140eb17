"""Log-likelihoods of counts with many zeros, a row each, with their slopes and curvatures.

A row's likelihood depends on the parameters through a few linear predictors only: the log mean of the
count, the log of NB2's alpha, the predictor of the zero part. Each likelihood returns its derivatives in
these; what a design matrix adds is the business of the fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import expit, gammaln

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pieces:
    """A function of a row's m predictors: value (n,), gradient (n, m), curvature (n, m, m)."""

    value: Floats
    gradient: Floats
    curvature: Floats

    def __add__(self, other: Pieces) -> Pieces:
        """Return the sum of two functions of the same predictors."""
        return Pieces(
            self.value + other.value, self.gradient + other.gradient, self.curvature + other.curvature
        )

    def __neg__(self) -> Pieces:
        """Return the function with its sign changed."""
        return Pieces(-self.value, -self.gradient, -self.curvature)

    def through(self, value: Floats, slope: Floats, bend: Floats) -> Pieces:
        """Return f(self), given f, f' and f'' there."""
        outer = self.gradient[:, :, None] * self.gradient[:, None, :]
        curvature = slope[:, None, None] * self.curvature + bend[:, None, None] * outer
        return Pieces(value, slope[:, None] * self.gradient, curvature)

    def where(self, rows: npt.NDArray[np.bool_], other: Pieces) -> Pieces:
        """Return this function in some rows, and another in the rest."""
        return Pieces(
            np.where(rows, self.value, other.value),
            np.where(rows[:, None], self.gradient, other.gradient),
            np.where(rows[:, None, None], self.curvature, other.curvature),
        )

    def among(self, width: int, first: int = 0) -> Pieces:
        """Return the same as a function of ``width`` predictors, its own being those from ``first`` on."""
        n, own = self.gradient.shape
        here = slice(first, first + own)
        gradient, curvature = np.zeros((n, width)), np.zeros((n, width, width))
        gradient[:, here], curvature[:, here, here] = self.gradient, self.curvature
        return Pieces(self.value, gradient, curvature)


class Count(Protocol):
    """A distribution of counts with a log link; ``width`` predictors, the log mean first."""

    width: int

    def mass(self, y: Floats, predictors: Floats) -> Pieces:
        """Return log P(Y = y)."""

    def zero(self, predictors: Floats) -> Pieces:
        """Return log P(Y = 0)."""


class RowLikelihood(Protocol):
    """A model of whole rows; ``width`` predictors."""

    @property
    def width(self) -> int:
        """Number of predictors."""

    def rows(self, y: Floats, predictors: Floats) -> Pieces:
        """Return the log-likelihood of each row."""

    def mean(self, predictors: Floats) -> Floats:
        """Return E(Y)."""


class PoissonCount:
    """Counts of variance equal to their mean."""

    width = 1

    def mass(self, y: Floats, predictors: Floats) -> Pieces:
        """Return log P(Y = y)."""
        linear = Pieces(y * predictors[:, 0] - gammaln(y + 1), y[:, None], np.zeros((len(y), 1, 1)))
        return linear + self.zero(predictors)

    def zero(self, predictors: Floats) -> Pieces:
        """Return log P(Y = 0) = -mean."""
        lost = -np.exp(predictors[:, 0])
        return Pieces(lost, lost[:, None], lost[:, None, None])


class NB2Count:
    """Negative binomial counts of variance mean + alpha mean², predictors log mean and log alpha.

    References
    ----------
    Lawless, J. F. (1987). Negative binomial and mixed Poisson regression. *Canadian Journal of
    Statistics* 15, 209-225. The ratio of gamma functions is summed as there, so that nothing cancels
    where alpha is small.
    """

    width = 2

    def mass(self, y: Floats, predictors: Floats) -> Pieces:
        """Return log P(Y = y)."""
        eta, tau = predictors.T
        growth, slope, bend = self._growth(y, tau)
        u = expit(eta + tau)  # alpha mean / (1 + alpha mean)
        lost, bent = y * u, y * u * (1 - u)
        value = growth + y * eta - y * np.logaddexp(0, eta + tau) - gammaln(y + 1)
        gradient = np.stack([y - lost, slope - lost], axis=1)
        curvature = -bent[:, None, None] * np.ones((2, 2))
        curvature[:, 1, 1] += bend
        return Pieces(value, gradient, curvature) + self.zero(predictors)

    def zero(self, predictors: Floats) -> Pieces:
        """Return log P(Y = 0) = -log(1 + alpha mean) / alpha."""
        eta, tau = predictors.T
        r = np.exp(-tau)
        whole, u = r * np.log1p(np.exp(eta + tau)), expit(eta + tau)
        gradient = np.stack([-r * u, whole - r * u], axis=1)
        curvature = np.empty((len(eta), 2, 2))
        curvature[:, 0, 0] = -r * u * (1 - u)
        curvature[:, 0, 1] = curvature[:, 1, 0] = r * u**2
        curvature[:, 1, 1] = -whole + r * u + r * u**2
        return Pieces(-whole, gradient, curvature)

    @staticmethod
    def _growth(y: Floats, tau: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the sum of log(1 + alpha j) over j < y, and its derivatives in log alpha, one for all rows."""
        alpha_j = np.exp(tau[0]) * np.arange(int(y.max()) + 1)
        share = alpha_j / (1 + alpha_j)
        sums = (np.cumsum(part) - part for part in (np.log1p(alpha_j), share, share / (1 + alpha_j)))
        growth, slope, bend = (part[y.astype(int)] for part in sums)
        return growth, slope, bend


@dataclass(frozen=True, slots=True)
class Plain:
    """A count without a zero part."""

    count: Count

    @property
    def width(self) -> int:
        """Number of predictors."""
        return self.count.width

    def rows(self, y: Floats, predictors: Floats) -> Pieces:
        """Return the log-likelihood of each row."""
        return self.count.mass(y, predictors)

    def mean(self, predictors: Floats) -> Floats:
        """Return E(Y)."""
        return np.exp(predictors[:, 0])


@dataclass(frozen=True, slots=True)
class Inflated:
    """A count beside a class of rows that are always zero, of probability expit(last predictor).

    References
    ----------
    Lambert, D. (1992). Zero-inflated Poisson regression, with an application to defects in
    manufacturing. *Technometrics* 34, 1-14.
    """

    count: Count

    @property
    def width(self) -> int:
        """Number of predictors."""
        return self.count.width + 1

    def rows(self, y: Floats, predictors: Floats) -> Pieces:
        """Return the log-likelihood of each row."""
        width = self.width
        always = _line(predictors[:, -1:]).among(width, width - 1)
        mass = self.count.mass(y, predictors[:, :-1]).among(width)
        zero = self.count.zero(predictors[:, :-1]).among(width)
        # log(e^zeta + P(0)) = log P(0) + log(1 + e^(zeta - log P(0)))
        either = zero + _log1pexp(always + -zero)
        return either.where(y == 0, mass) + -_log1pexp(always)

    def mean(self, predictors: Floats) -> Floats:
        """Return E(Y)."""
        found: Floats = expit(-predictors[:, -1]) * np.exp(predictors[:, 0])
        return found


@dataclass(frozen=True, slots=True)
class Hurdle:
    """Whether there is any, and how many where there is: a binary part and a count cut off at zero.

    ``zero`` is ``logit``, or ``poisson``: the probability that a Poisson count passes zero, which
    makes the Poisson model itself the case of equal coefficients.

    References
    ----------
    Mullahy, J. (1986). Specification and testing of some modified count data models. *Journal of
    Econometrics* 33, 341-365.
    """

    count: Count
    zero: str

    @property
    def width(self) -> int:
        """Number of predictors."""
        return self.count.width + 1

    def rows(self, y: Floats, predictors: Floats) -> Pieces:
        """Return the log-likelihood of each row."""
        width = self.width
        none = self.count.zero(predictors[:, :-1])
        positive = self.count.mass(y, predictors[:, :-1]) + -_log1mexp(none)
        nothing = Pieces(np.zeros(len(y)), np.zeros_like(none.gradient), np.zeros_like(none.curvature))
        how_many = positive.where(y > 0, nothing).among(width)
        return how_many + self._passing(y > 0, predictors[:, -1:]).among(width, width - 1)

    def _passing(self, some: npt.NDArray[np.bool_], predictors: Floats) -> Pieces:
        """Return log P(Y > 0) in some rows, log P(Y = 0) in the rest."""
        if self.zero == "poisson":
            none = PoissonCount().zero(predictors)
            return _log1mexp(none).where(some, none)
        line = _line(predictors)
        return (-_log1pexp(-line)).where(some, -_log1pexp(line))

    def mean(self, predictors: Floats) -> Floats:
        """Return E(Y)."""
        some = self._passing(np.ones(len(predictors), dtype=bool), predictors[:, -1:])
        none = self.count.zero(predictors[:, :-1])
        found: Floats = np.exp(some.value + predictors[:, 0] - _log1mexp(none).value)
        return found


def _line(predictor: Floats) -> Pieces:
    """Return a predictor (n, 1) as a function of itself."""
    return Pieces(predictor[:, 0], np.ones_like(predictor), np.zeros((*predictor.shape, 1)))


def _log1pexp(of: Pieces) -> Pieces:
    """Return log(1 + e^f)."""
    p = expit(of.value)
    return of.through(np.logaddexp(0, of.value), p, p * (1 - p))


def _log1mexp(of: Pieces) -> Pieces:
    """Return log(1 - e^f), f < 0."""
    odds = np.exp(of.value) / -np.expm1(of.value)
    return of.through(np.log(-np.expm1(of.value)), -odds, -odds * (1 + odds))
