"""Whether a count model has estimates at all: separated results, and terms that follow from others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.linalg import qr
from scipy.optimize import linprog

from analysis.models.gate import Finding
from analysis.models.terms import category_term, shortened

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

TOLERANCE = 1e-9
"""Share of a column's length below which what others do not explain of it is rounding."""


def rank_findings(matrix: Floats, terms: Sequence[str]) -> tuple[list[int], list[Finding]]:
    """Return columns that are independent, and a finding for each of the others.

    Parameters
    ----------
    matrix : (m, k) array
        Design.
    terms : sequence of str
        Names of its columns.

    Returns
    -------
    kept : list of int
        The first columns, from the left, of which none follows from those before it.
    findings : list of Finding
        ``empty_term`` for a column of zeros, ``rank`` for one that follows from others, which are named.

    Examples
    --------
    >>> x = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0]])
    >>> kept, found = rank_findings(x, ["Intercept", "a", "b"])
    >>> kept, [(f.code, f.where) for f in found]
    ([0, 1], [('rank', 'b ~ Intercept + a')])
    """
    lengths = np.linalg.norm(matrix, axis=0)
    scaled = matrix / np.where(lengths > 0, lengths, 1.0)
    if _full_rank(scaled):
        return list(range(len(terms))), []
    kept: list[int] = []
    findings = []
    for place, term in enumerate(terms):
        if lengths[place] == 0:
            findings.append(Finding("empty_term", term))
            continue
        weights = np.linalg.lstsq(scaled[:, kept], scaled[:, place], rcond=None)[0] if kept else np.zeros(0)
        rest = scaled[:, place] - scaled[:, kept] @ weights
        if np.linalg.norm(rest) > TOLERANCE:
            kept.append(place)
            continue
        others = [terms[at] for at, w in zip(kept, weights, strict=True) if abs(w) > 1e-6]
        findings.append(Finding("rank", f"{term} ~ {' + '.join(others)}"))
    return kept, findings


def _full_rank(scaled: Floats) -> bool:
    if scaled.shape[0] < scaled.shape[1]:
        return False
    triangle = qr(scaled, mode="r", pivoting=True)[0]
    return bool(np.abs(np.diag(triangle)).min(initial=1.0) > TOLERANCE)


def separated(matrix: Floats, outcome: Floats) -> Flags:
    """Return which patterns a Poisson model would fit by a rate of zero, its coefficients without bound.

    Estimates exist if and only if no combination of the covariates is zero wherever somebody was admitted
    and of one sign, and somewhere not zero, where nobody was. A linear programme finds all patterns of which this is not so.

    Parameters
    ----------
    matrix : (m, k) array
        Design of each pattern, of full rank.
    outcome : (m,) array
        Counts of each pattern.

    Returns
    -------
    (m,) array of bool

    References
    ----------
    Correia, S., Guimarães, P. and Zylkin, T. (2019). Verifying the existence of maximum likelihood
    estimates for generalized linear models. arXiv:1903.01633.

    Examples
    --------
    >>> separated(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([4.0, 0.0])).tolist()
    [False, True]
    """
    found = np.zeros(len(outcome), dtype=bool)
    lengths = np.linalg.norm(matrix, axis=0)
    scaled = matrix / np.where(lengths > 0, lengths, 1.0)
    free = _null_space(scaled[outcome > 0])
    none = np.flatnonzero(outcome == 0)
    if not free.shape[1] or not len(none):
        return found
    # A direction that leaves the rates of patterns with admissions alone; by how much it lowers the others
    lowers = -scaled[none] @ free
    largest = np.abs(lowers).max()
    if largest > TOLERANCE:
        found[none] = _lowered(lowers / largest)
    return found


def _null_space(matrix: Floats) -> Floats:
    triangle = qr(matrix, mode="r")[0][: matrix.shape[1]] if len(matrix) else matrix
    _, sizes, directions = np.linalg.svd(triangle, full_matrices=True)
    rank = int((sizes > TOLERANCE * max(sizes.max(initial=0.0), 1e-300)).sum())
    return np.asarray(directions[rank:].T)


def _lowered(lowers: Floats) -> Flags:
    """Return the rows that some direction makes positive while it makes none negative.

    max sum z, over directions d and 0 <= z <= 1, subject to z <= lowers @ d.
    """
    count, width = lowers.shape
    solved = linprog(
        np.r_[np.zeros(width), -np.ones(count)],
        A_ub=sparse.hstack([sparse.csr_array(-lowers), sparse.eye_array(count)], format="csr"),
        b_ub=np.zeros(count),
        bounds=[(None, None)] * width + [(0, 1)] * count,
        method="highs",
    )
    if solved.status != 0:
        # Bounded, and zero is feasible: only the arithmetic can have failed. Then nothing is known
        # to be sound, so that all of these patterns are held back.
        return np.ones(count, dtype=bool)
    return np.asarray(solved.x[width:] > 0.5)


def separation_findings(patterns: pd.DataFrame, columns: Sequence[str], where: Flags) -> list[Finding]:
    """Return findings that name the categories of the separated patterns.

    A category all of whose patterns are separated is named alone; then pairs of categories, and so on.

    Parameters
    ----------
    patterns : DataFrame
        Covariates of each pattern.
    columns : sequence of str
        Its columns.
    where : (m,) array of bool
        Of :func:`separated`.

    Examples
    --------
    >>> table = pd.DataFrame({"sex": ["f", "f", "m", "m"], "year": [1, 2, 1, 2]})
    >>> [f.where for f in separation_findings(table, ["sex", "year"], np.array([True, True, False, False]))]
    ['sex[f]']
    """
    left = where.copy()
    found: list[Finding] = []
    for size in range(1, len(columns) + 1):
        for names in combinations(columns, size):
            if not left.any():
                return found
            cells = patterns.groupby(list(names), observed=True, sort=False).ngroup().to_numpy()
            whole = np.bincount(cells, ~where) == 0
            named = left & whole[cells]
            if named.any():
                found.append(Finding("separation", _categories(patterns.loc[named, list(names)])))
                left &= ~named
    return [*found, Finding("separation", "Intercept")] if left.any() else found


def _categories(patterns: pd.DataFrame) -> str:
    distinct = patterns.drop_duplicates()
    names = distinct.columns
    rows = distinct.itertuples(index=False, name=None)
    return shortened([category_term(names, row) for row in rows], "; ")
