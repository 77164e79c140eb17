"""The gamma distribution of the rates of many small units, from their counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats
from scipy.special import gammaln

Floats = npt.NDArray[np.float64]

_EXACT = 1000
"""Terms of a sum over 0, 1, ... count - 1 that are added one by one; the rest by Euler and Maclaurin."""

_WIDEST = 1e4
"""Largest variance of the rates, relative to their squared mean, that is looked for."""

_NARROWEST = 1e-6
"""Smallest one that is looked for, where the largest unit expects one event; below it, units weigh nothing."""


@dataclass(frozen=True, slots=True)
class Prior:
    """A gamma distribution of the units' rates.

    Attributes
    ----------
    mean, variance : float
        Of the rates; the variance is 0 where the units do not differ by more than chance.
    log_likelihood : float
        Of the counts, with all constants; NaN for moments.
    heterogeneity_p : float
        p of the likelihood-ratio test that the variance is 0; NaN for moments.
    converged : bool
    """

    mean: float
    variance: float
    log_likelihood: float = float("nan")
    heterogeneity_p: float = float("nan")
    converged: bool = True

    @property
    def shape(self) -> float:
        """Shape (Clayton and Kaldor's nu); infinite where the variance is 0."""
        return self.mean**2 / self.variance if self.variance > 0 else float("inf")

    @property
    def rate(self) -> float:
        """Inverse scale (their alpha), in units of the exposure; infinite where the variance is 0."""
        return self.mean / self.variance if self.variance > 0 else float("inf")


def moments(observed: Floats, exposure: Floats) -> Prior:
    """Return the gamma distribution of the units' rates by moments.

    Parameters
    ----------
    observed : (n,) array of counts
    exposure : (n,) array of positive numbers

    References
    ----------
    Marshall, R. J. (1991). Mapping disease and mortality rates using empirical Bayes estimators.
    *Applied Statistics* 40, 283-294.

    Examples
    --------
    >>> moments(np.array([9.0, 1.0, 2.0]), np.array([3.0, 3.0, 3.0])).mean
    1.3333333333333333
    """
    mean = observed.sum() / exposure.sum()
    spread = (exposure * (observed / exposure - mean) ** 2).sum() / exposure.sum()
    return Prior(float(mean), max(float(spread - mean / exposure.mean()), 0.0))


def maximum_likelihood(observed: Floats, exposure: Floats) -> Prior:
    """Return the gamma distribution of the units' rates by maximum likelihood.

    Given the distribution, counts are negative binomial. The mean is profiled out, the variance found where the
    profile's slope is zero, after a search over all its orders of magnitude, zero among them.

    Parameters
    ----------
    observed : (n,) array of counts
        Not all zero.
    exposure : (n,) array of positive numbers

    References
    ----------
    Clayton, D. and Kaldor, J. (1987). Empirical Bayes estimates of age-standardized relative risks for use in
    disease mapping. *Biometrics* 43, 671-681.

    Self, S. G. and Liang, K.-Y. (1987). Asymptotic properties of maximum likelihood estimators and likelihood
    ratio tests under nonstandard conditions. *Journal of the American Statistical Association* 82, 605-610.
    """
    marginal = _Marginal(observed, exposure)
    lowest = _NARROWEST / (marginal.mean(0.0) * exposure).max()
    grid = np.concatenate([[0.0], np.geomspace(lowest, _WIDEST, int(4 * np.log10(_WIDEST / lowest)) + 2)])
    likelihood = [marginal.log_likelihood(size) for size in grid]
    best = int(np.argmax(likelihood))
    slope = marginal.slope(grid[best])
    if best == 0 and slope <= 0:
        return Prior(marginal.mean(0.0), 0.0, likelihood[0], 1.0)
    low, high = (
        (grid[best], grid[min(best + 1, len(grid) - 1)]) if slope > 0 else (grid[best - 1], grid[best])
    )
    if marginal.slope(low) <= 0 or marginal.slope(high) >= 0:
        return Prior(marginal.mean(grid[best]), float("nan"), converged=False)
    size = optimize.brentq(marginal.slope, low, high, xtol=1e-300, rtol=1e-15)
    mean, top = marginal.mean(size), marginal.log_likelihood(size)
    p_value = stats.chi2.sf(2 * max(top - likelihood[0], 0.0), 1) / 2
    return Prior(mean, float(size * mean**2), top, float(p_value))


class _Marginal:
    """The negative binomial likelihood of the counts, by the variance relative to the squared mean."""

    def __init__(self, observed: Floats, exposure: Floats) -> None:
        self.observed = observed
        self.exposure = exposure
        self.ratios = observed / exposure

    def mean(self, size: float) -> float:
        """Return the mean rate that is likeliest given the relative variance."""
        low, high = float(self.ratios.min()), float(self.ratios.max())
        if size == 0 or low == high:
            return float(self.observed.sum() / self.exposure.sum())

        def slope(mean: float) -> float:
            expected = mean * self.exposure
            return float(((self.observed - expected) / (1 + size * expected)).sum())

        return float(optimize.brentq(slope, low, high, xtol=1e-300, rtol=1e-15))

    def log_likelihood(self, size: float) -> float:
        """Return the likelihood at its likeliest mean, with all constants."""
        expected = self.mean(size) * self.exposure
        terms = self.observed * np.log(expected) - gammaln(self.observed + 1)
        if size == 0:
            return float((terms - expected).sum())
        rising = _sum_below(
            self.observed,
            lambda x: np.log1p(size * x),
            integral=lambda x: ((1 + size * x) * np.log1p(size * x) - size * x) / size,
            slope=lambda x: size / (1 + size * x),
        )
        return float((terms + rising - (self.observed + 1 / size) * np.log1p(size * expected)).sum())

    def slope(self, size: float) -> float:
        """Return the derivative of :meth:`log_likelihood`."""
        expected = self.mean(size) * self.exposure
        if size == 0:
            return float(((self.observed - expected) ** 2 - self.observed).sum() / 2)
        rising = _sum_below(
            self.observed,
            lambda x: x / (1 + size * x),
            integral=lambda x: (size * x - np.log1p(size * x)) / size**2,
            slope=lambda x: 1 / (1 + size * x) ** 2,
        )
        part = size * expected
        falling = (np.log1p(part) - part / (1 + part)) / size**2
        return float((rising + falling - self.observed * expected / (1 + part)).sum())


def _sum_below(
    counts: Floats,
    function: Callable[[Floats], Floats],
    *,
    integral: Callable[[Floats], Floats],
    slope: Callable[[Floats], Floats],
) -> Floats:
    """Return function(0) + function(1) + ... + function(count - 1) for each count.

    The differences of gamma and digamma functions that these sums are would lose their digits where the
    variance is small.
    """
    first = np.concatenate([[0.0], np.cumsum(function(np.arange(_EXACT, dtype=float)))])
    start = np.minimum(counts, _EXACT)
    rest = integral(counts) - integral(start) + (function(start) - function(counts)) / 2
    rest += (slope(counts) - slope(start)) / 12
    return np.asarray(first[start.astype(int)] + rest)
