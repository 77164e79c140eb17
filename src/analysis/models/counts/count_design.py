"""The design of a count model from the patterns of its rows, and whether an estimate can rest on it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from formulaic import Formula, ModelSpec
from scipy import sparse

from analysis.errors import ParameterError
from analysis.models.counts.patterns import SUMS, Patterns
from analysis.models.counts.separation import rank_findings, separated, separation_findings
from analysis.models.design import Design, design
from analysis.models.gate import MIN_CLUSTERS, MIN_ROWS, MOST_ERROR, Finding
from analysis.models.terms import category_term

Floats = npt.NDArray[np.float64]

_OF_ONE_VALUE = frozenset({"C", "I", "log", "log1p", "log10", "log2", "exp", "sqrt", "abs"})
"""Functions of a formula that need no other row; knots of splines, means and the like do."""

_VANISHING = 1e-6
"""Share of the model's own standard error below which another one is but rounding."""


def pattern_design(formula: str, data: Patterns) -> Design:
    """Return the design of the patterns, with knots and means as the rows give them.

    Raises
    ------
    ParameterError
        The formula cannot be read, has no term, or is not finite in some row.
    """
    if not len(data.table):
        return Design(np.empty((0, 0)), (), ModelSpec(formula=Formula("1")))
    made = _made(formula, data)
    if not made.terms:
        raise ParameterError(f"formula {formula!r} has no term; '1' is the model of a constant rate")
    return made


def _made(formula: str, data: Patterns) -> Design:
    if set(re.findall(r"([\w.]+)\s*\(", formula)) <= _OF_ONE_VALUE:
        return design(formula, data.table)
    rows = design(formula, data.table.iloc[data.pattern].reset_index(drop=True))
    return Design(rows.of(data.table), rows.terms, rows.spec)


def references(made: Design) -> dict[str, str]:
    """Return the category of each factor that its others are compared with: ``{"sex": "female"}``.

    Examples
    --------
    >>> references(design("sex", pd.DataFrame({"sex": ["female", "male"]})))
    {'sex': 'female'}
    """
    parts = [part for term in made.terms for part in re.split(r":(?![^\[]*\])", term)]
    first = {factor: levels[0] for factor, levels in _levels(made).items()}
    # In the order of the terms: formulaic keeps its factors in that of a set
    ordered = sorted(first, key=lambda factor: _place(factor, parts))
    return {factor: first[factor] for factor in ordered if f"{factor}[{first[factor]}]" not in parts}


def _levels(made: Design) -> dict[str, list[str]]:
    """Return the categories of each factor, of those that have coefficients."""
    contrasts = made.spec.factor_contrasts if made.terms else {}
    return {str(factor): [str(level) for level in state.levels] for factor, state in contrasts.items()}


def _place(factor: str, parts: Sequence[str]) -> tuple[int, str]:
    found = (at for at, part in enumerate(parts) if part.startswith(f"{factor}["))
    return next(found, len(parts)), factor


def factor_findings(made: Design) -> list[Finding]:
    """Return a finding for each factor that has one category only, and thus no coefficient."""
    return [
        Finding("one_category", f"{factor}[{levels[0]}]")
        for factor, levels in sorted(_levels(made).items())
        if len(levels) == 1
    ]


def design_findings(data: Patterns, made: Design, columns: Sequence[str]) -> list[Finding]:
    """Return what keeps a model from having estimates: terms that follow from others, separated results."""
    kept, findings = rank_findings(made.matrix, made.terms)
    outcome = data.table["outcome"].to_numpy(dtype=float)
    where = separated(made.matrix[:, kept], outcome)
    return [*findings, *separation_findings(data.table, columns, where)]


def support_findings(data: Patterns, cells: pd.DataFrame, made: Design, covariance: str) -> list[Finding]:
    """Return the categories that too few clusters, or rows, tell from the others for a robust error.

    A robust error is estimated from how the rows of a category scatter; where the category lies within
    one cluster, its residuals add up to zero and the error comes out near zero.

    Parameters
    ----------
    data : Patterns
    cells : DataFrame
        Of :meth:`Patterns.cells`.
    made : Design
    covariance : str
        ``HC0``, ``HC1``, ``CR0``, ``CR1``; nothing is asked of ``model``.

    References
    ----------
    MacKinnon, J. G. and Webb, M. D. (2017). Wild bootstrap inference for wildly different cluster sizes.
    *Journal of Applied Econometrics* 32, 233-254.
    """
    if covariance == "model":
        return []
    clustered = covariance.startswith("CR")
    code, least = ("few_clusters", MIN_CLUSTERS) if clustered else ("few_rows_of", MIN_ROWS)
    found = categories(made)
    if not found:
        return []
    members = np.column_stack([member for _, member in found]).astype(float)
    if clustered:
        together = cells["cluster"].to_numpy(), cells["pattern"].to_numpy()
        where = sparse.coo_array((np.ones(len(cells)), together), shape=(len(data.labels), len(data.table)))
        support = (where @ members > 0).sum(axis=0)
    else:
        support = data.table["rows"].to_numpy() @ members
    return [
        Finding(code, term, {"count": int(count), "least": least})
        for (term, _), count in zip(found, support, strict=True)
        if count < least
    ]


def categories(made: Design) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    """Return term and rows of each category that a coefficient compares, reference ones too.

    Examples
    --------
    >>> made = design("sex", pd.DataFrame({"sex": ["female", "male", "male"]}))
    >>> [(term, where.tolist()) for term, where in categories(made)]
    [('sex[T.male]', [False, True, True]), ('sex[female]', [True, False, False])]
    """
    found = []
    for at, term in enumerate(made.terms):
        column = made.matrix[:, at]
        if np.isin(column, (0.0, 1.0)).all() and not (column == 1.0).all():
            found.append((term, column == 1.0))
    for factor, category in references(made).items():
        columns = [
            at for at, term in enumerate(made.terms) if term.startswith(f"{factor}[") and ":" not in term
        ]
        if columns:
            found.append((f"{factor}[{category}]", ~made.matrix[:, columns].any(axis=1)))
    return found


def absurd_findings(data: Patterns, made: Design, vcov: Floats) -> list[Finding]:
    """Return the terms and patterns whose standard error says that nothing is known of them.

    A coefficient is judged by what it moves: a category by its coefficient, a number by that times its spread.
    Beside numbers the constant and the categories are those at zero of the numbers, at the year 0 for
    instance, far from the data and rightly uncertain; then the rates of the patterns are judged instead.

    Parameters
    ----------
    data : Patterns
    made : Design
    vcov : (k, k) array
    """
    moves = np.array([_moves(column) for column in made.matrix.T])
    errors = np.sqrt(np.maximum(np.diag(vcov), 0.0))
    judged = errors * (np.nan_to_num(moves, nan=0.0) if (~np.isnan(moves)).any() else 1.0)
    found = [
        Finding("absurd_error", term, {"count": float(error)})
        for term, error, size in zip(made.terms, errors, judged, strict=True)
        if size > MOST_ERROR
    ]
    spread = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", made.matrix, vcov, made.matrix), 0.0))
    worst = int(np.argmax(spread))
    if not found and spread[worst] > MOST_ERROR:
        covariates = data.table.drop(columns=list(SUMS)).iloc[[worst]]
        values = next(covariates.itertuples(index=False, name=None))
        where = category_term(covariates.columns, values)
        found = [Finding("absurd_error", where, {"count": float(spread[worst])})]
    return found


def _moves(column: Floats) -> float:
    """Return how far a number's values lie from each other; NaN for a category or a constant."""
    values = column[column != 0]
    if not len(values) or (values == values[0]).all():
        return np.nan
    return float(values.std())


def vanishing_findings(made: Design, errors: Floats, inverse: Floats) -> list[Finding]:
    """Return the terms whose standard error vanishes beside the model's own.

    Residuals that are zero, or that add up to zero within each cluster, tell nothing of how the estimate varies.

    Parameters
    ----------
    made : Design
    errors : (k,) array
        That are to be reported.
    inverse : (k, k) array
        Covariance by the model's variance.
    """
    own = np.sqrt(np.diag(inverse))
    return [
        Finding("vanishing_error", term)
        for term, error, usual in zip(made.terms, errors, own, strict=True)
        if error < _VANISHING * usual
    ]
