"""Das Gupta's symmetric splitting of a product, and of a cross-classified composition, among its factors."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def product_effects(first: Floats, second: Floats) -> Floats:
    """Return what each factor contributes to the difference of two products.

    A factor's effect is its own difference, times each choice of the other factors from the one side or the
    other; a choice that takes s of the n - 1 others from the second side weighs 1 / (n comb(n - 1, s)). The
    effects add up to the difference.

    Parameters
    ----------
    first, second : (n, ...) arrays
        One factor a row; further axes are cells.

    Returns
    -------
    (n, ...) array

    References
    ----------
    Das Gupta, P. (1993). *Standardization and Decomposition of Rates: A User's Manual*. U.S. Bureau of the Census,
    Current Population Reports P23-186, chapters 2 and 3.

    Examples
    --------
    >>> effects = product_effects(np.array([10930, 0.717892]), np.array([16591, 0.825974]))
    >>> effects.round(3).tolist()
    [4369.913, 1487.262]
    """
    count = len(first)
    effects = np.zeros_like(np.asarray(first, dtype=float))
    for factor in range(count):
        others = [other for other in range(count) if other != factor]
        for size in range(count):
            for taken in combinations(others, size):
                sides = [second[other] if other in taken else first[other] for other in others]
                weight = 1 / (count * comb(count - 1, size))
                effects[factor] += weight * np.prod(sides, axis=0)
        effects[factor] *= second[factor] - first[factor]
    return effects


def composition_factors(keys: pd.DataFrame, exposure: Floats) -> Floats:
    """Return the share of each cell as a product of one part a factor of the cross-classification.

    The part of a factor is the geometric mean of its conditional shares given each set of the other factors; a set
    of s of the n - 1 others weighs 1 / (n comb(n - 1, s)).

    Parameters
    ----------
    keys : (cells, n) DataFrame
        The category of each cell, a column a factor.
    exposure : (cells,) array
        Not all zero.

    Returns
    -------
    (n, cells) array
        Their product over factors is exposure / its sum; all parts of an empty cell are zero.

    References
    ----------
    Das Gupta, P. (1993). *Standardization and Decomposition of Rates: A User's Manual*. U.S. Bureau of the Census,
    Current Population Reports P23-186, equation 5.36.

    Examples
    --------
    >>> keys = pd.DataFrame({"sex": ["f", "f", "m", "m"], "age": ["18", "31", "18", "31"]})
    >>> composition_factors(keys, np.array([10.0, 20.0, 30.0, 40.0])).prod(axis=0).round(12).tolist()
    [0.1, 0.2, 0.3, 0.4]
    """
    count = keys.shape[1]
    marginal = _marginals(keys, exposure)
    parts = np.ones((count, len(keys)))
    for factor in range(count):
        others = [other for other in range(count) if other != factor]
        for size in range(count):
            for given in combinations(others, size):
                with np.errstate(invalid="ignore"):
                    share = marginal[frozenset((factor, *given))] / marginal[frozenset(given)]
                parts[factor] *= np.where(exposure > 0, share, 0.0) ** (1 / (count * comb(count - 1, size)))
    return parts


def _marginals(keys: pd.DataFrame, exposure: Floats) -> dict[frozenset[int], Floats]:
    """Return for each set of factors the exposure of all cells that share a cell's categories of these."""
    codes = np.array([pd.factorize(keys[name])[0] for name in keys.columns])
    levels = codes.max(axis=1) + 1
    found = {frozenset[int](): np.full(len(keys), exposure.sum())}
    for size in range(1, len(codes) + 1):
        for chosen in combinations(range(len(codes)), size):
            cells = np.ravel_multi_index(codes[list(chosen)], levels[list(chosen)])
            found[frozenset(chosen)] = np.bincount(cells, weights=exposure)[cells]
    return found
