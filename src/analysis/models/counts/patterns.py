"""Rows with the same covariates are one pattern: what a count model needs of millions of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

SUMS = ("outcome", "exposure", "rows")
"""Columns that a table of patterns adds to the covariates."""

_DENSE = 20_000_000
"""Largest product of numbers of categories for which a table of all combinations is laid out."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """Rows, each told by its pattern of covariates.

    The likelihood of a Poisson rate depends on the rows through the sums over each pattern alone; what
    depends on the rows themselves (deviance, Pearson's chi-square, robust errors) takes one pass over
    ``outcome``, ``exposure`` and ``pattern``.

    Attributes
    ----------
    table : DataFrame
        One row a distinct pattern, in the order of the categories: the covariates, then ``outcome``
        and ``exposure`` (sums over its rows) and ``rows`` (how many).
    pattern : (n,) array of int
        Place of each row's pattern in ``table``.
    outcome, exposure : (n,) arrays
        Of each row.
    cluster : (n,) array of int
        Number of each row's cluster, counted from 0 in the order of ``labels``; -1 without clusters.
    labels : Index
        The clusters.
    """

    table: pd.DataFrame
    pattern: Codes
    outcome: Floats
    exposure: Floats
    cluster: Codes
    labels: pd.Index

    def by_pattern(self, values: Floats) -> Floats:
        """Return the sums over each pattern of a number of each row."""
        return np.bincount(self.pattern, values, len(self.table)).astype(np.float64)

    def cells(self) -> pd.DataFrame:
        """Return the sums over each cluster and pattern that occur together; no row without clusters.

        Returns
        -------
        DataFrame
            ``cluster`` and ``pattern`` (numbers as above), ``outcome``, ``exposure``, ``rows``.
        """
        kept = slice(None) if len(self.labels) else slice(0)
        pattern, cluster = self.pattern[kept], self.cluster[kept]
        place, first = compact([cluster, pattern], [len(self.labels), len(self.table)])
        sums = {
            "outcome": np.bincount(place, self.outcome[kept], len(first)),
            "exposure": np.bincount(place, self.exposure[kept], len(first)),
            "rows": np.bincount(place, minlength=len(first)),
        }
        return pd.DataFrame({"cluster": cluster[first], "pattern": pattern[first], **sums})


def collapse(
    rows: pd.DataFrame,
    columns: Sequence[str],
    *,
    outcome: str,
    exposure: str | None,
    cluster: str | None = None,
    reference: Mapping[str, object] | None = None,
) -> Patterns:
    """Return the rows by their distinct patterns of covariates.

    Parameters
    ----------
    rows : DataFrame
        Without missing values in the columns named here.
    columns : sequence of str
        Covariates.
    outcome : str
        Column of counts.
    exposure : str or None
        Column of positive numbers; None counts each row as one.
    cluster : str, optional
        Column of what the rows hang together by.
    reference : mapping of str to object, optional
        Covariate → the category that the others are compared with; it is put first. Without, the
        first of a categorical column, or the lowest value, is.

    Raises
    ------
    ParameterError
        A reference names no covariate or no category.

    Examples
    --------
    >>> rows = pd.DataFrame({"sex": ["f", "m", "f"], "admitted": [1, 2, 3], "members": [10, 20, 30]})
    >>> collapse(rows, ["sex"], outcome="admitted", exposure="members").table.to_dict("list")
    {'sex': ['f', 'm'], 'outcome': [4.0, 2.0], 'exposure': [40.0, 20.0], 'rows': [2, 1]}
    """
    counts = numbers(rows[outcome])
    exposed = np.ones(len(rows)) if exposure is None else numbers(rows[exposure])
    pattern, covariates = _distinct(rows, columns, reference or {})
    sums = {
        "outcome": np.bincount(pattern, counts, len(covariates)),
        "exposure": np.bincount(pattern, exposed, len(covariates)),
        "rows": np.bincount(pattern, minlength=len(covariates)),
    }
    codes, labels = np.full(len(rows), -1), pd.Index([])
    if cluster is not None:
        codes, labels = _codes(rows[cluster])
        codes, first = compact([codes], [len(labels)])
        labels = pd.Index(rows[cluster].iloc[first].astype("object"))
    return Patterns(covariates.assign(**sums), pattern, counts, exposed, codes, labels)


def numbers(column: pd.Series) -> Floats:
    """Return a column as floating numbers, missing ones as NaN.

    Raises
    ------
    ParameterError
        The column holds no numbers.
    """
    try:
        return column.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise ParameterError(f"column {column.name!r} holds no numbers, but {column.dtype}") from None


def compact(codes: Sequence[Codes], sizes: Sequence[int] | None = None) -> tuple[Codes, Codes]:
    """Return one number for each row's combination of codes, without gaps, and a row of each combination.

    Parameters
    ----------
    codes : sequence of (n,) arrays
        Whole numbers from 0.
    sizes : sequence of int, optional
        One more than the largest possible of each.

    Returns
    -------
    place : (n,) array
        Sorts as the codes do, the first before the others.
    first : (m,) array
        Number of a row with each combination: of its first.

    Examples
    --------
    >>> [part.tolist() for part in compact([np.array([2, 0, 2]), np.array([1, 1, 1])])]
    [[1, 0, 1], [1, 0]]
    """
    limits = sizes or [int(code.max(initial=-1)) + 1 for code in codes]
    key, size = np.zeros(len(codes[0]), dtype=np.int64), 1
    for code, limit in zip(codes, limits, strict=True):
        if size * limit >= 2**62:
            # Too many combinations for one number: count those so far that occur, then go on
            key, first = compact([key], [size])
            size = len(first)
        key, size = key * limit + code, size * limit
    if size > _DENSE:
        _, first, place = np.unique(key, return_index=True, return_inverse=True)
        return place, first
    first_of = np.full(size, -1)
    first_of[key[::-1]] = np.arange(len(key))[::-1]
    present = np.flatnonzero(first_of >= 0)
    place_of = np.zeros(size, dtype=np.int64)
    place_of[present] = np.arange(len(present))
    return place_of[key], first_of[present]


def _distinct(
    rows: pd.DataFrame, columns: Sequence[str], reference: Mapping[str, object]
) -> tuple[Codes, pd.DataFrame]:
    taken = sorted(set(columns) & set(SUMS))
    if taken:
        raise ParameterError(f"a covariate cannot be called {taken[0]!r}: rename the column")
    unknown = sorted(set(reference) - set(columns))
    if unknown:
        raise ParameterError(f"reference: {unknown[0]!r} is no covariate (there are {', '.join(columns)})")
    if not columns:
        return np.zeros(len(rows), dtype=np.int64), pd.DataFrame(index=range(min(len(rows), 1)))
    coded = [_codes(rows[name]) for name in columns]
    pattern, first = compact([codes for codes, _ in coded], [len(values) for _, values in coded])
    table = rows[list(columns)].iloc[first].reset_index(drop=True)
    for name, category in reference.items():
        table[name] = _first(table[name], category)
    return pattern, table


def _codes(column: pd.Series) -> tuple[Codes, pd.Index]:
    """Return each value as its place among the values, in the order of the categories or of size."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(dtype=np.int64), column.cat.categories
    codes, values = pd.factorize(column, sort=True)
    return codes.astype(np.int64), pd.Index(values)


def _first(column: pd.Series, category: object) -> pd.Series:
    """Return a column as categories, the one that is named before the others."""
    ordered = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else column.unique()
    present = [value for value in ordered if (column == value).any()]
    if category not in present:
        known = ", ".join(map(repr, present))
        raise ParameterError(f"reference: {column.name} has no category {category!r} (there are {known})")
    others = [value for value in present if value != category]
    return pd.Series(pd.Categorical(column, [category, *others]), column.index)
