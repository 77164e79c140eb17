"""From a formula and rows to a design matrix, and back to the same columns for other rows."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from formulaic import Formula, ModelSpec
from formulaic.errors import DataMismatchWarning, FormulaicError

from analysis.errors import ParameterError
from analysis.language import _
from analysis.models.result import Dropped
from analysis.models.terms import factor_label

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Design:
    """A design matrix, and what makes the same columns of other rows.

    Attributes
    ----------
    matrix : (n, k) array
    terms : tuple of str
        Names of the columns: ``Intercept``, ``sex[T.female]``, ``C(year)[T.2016]``, ``x1:x2``.
    spec : formulaic.ModelSpec
        Levels and spline knots as these rows gave them.
    """

    matrix: Floats
    terms: tuple[str, ...]
    spec: ModelSpec

    def of(self, rows: pd.DataFrame) -> Floats:
        """Return the design of other rows, with this one's levels and knots.

        Raises
        ------
        ParameterError
            A column is missing, or a category was not among the rows that the model was fitted on.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("error", DataMismatchWarning)
            try:
                made = self.spec.get_model_matrix(_plain(rows), context={}, na_action="raise")
            except (DataMismatchWarning, FormulaicError, ValueError, KeyError) as error:
                raise ParameterError(f"these rows do not fit the model: {error}") from None
        return np.asarray(made, dtype=float)


def design(formula: str, rows: pd.DataFrame) -> Design:
    """Return the design of the right side of a formula, by treatment contrasts.

    Parameters
    ----------
    formula : str
        ``"age_band * sex + locality + C(year)"``; splines by ``bs(x, df=4)``, natural ones by
        ``cr(x, df=4, constraints='center')``, which without the constraint hold a constant of their own.
    rows : DataFrame
        Without missing values in the columns that the formula names; see :func:`complete`.

    Raises
    ------
    ParameterError
        The formula cannot be read, names a column that is not there, or is not finite in some row.

    Examples
    --------
    >>> rows = pd.DataFrame({"sex": ["female", "male", "male"], "year": [2016, 2016, 2017]})
    >>> design("sex + C(year)", rows).terms
    ('Intercept', 'sex[T.male]', 'C(year)[T.2017]')
    >>> design("sexx", rows)
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: formula 'sexx': no column 'sexx' (there are sex, year)
    """
    names = variables(formula)
    unknown = sorted(names - set(rows.columns))
    if unknown:
        known = ", ".join(map(str, rows.columns))
        raise ParameterError(f"formula {formula!r}: no column {unknown[0]!r} (there are {known})")
    try:
        with np.errstate(all="ignore"):  # what is not finite is refused below, with its name
            made = Formula(formula).get_model_matrix(
                _plain(rows[sorted(names)]), context={}, na_action="raise"
            )
    except (FormulaicError, ValueError, TypeError, NameError, KeyError) as error:
        raise ParameterError(f"formula {formula!r}: {error}") from None
    matrix, terms = np.asarray(made, dtype=float), tuple(made.model_spec.column_names)
    finite = np.isfinite(matrix).all(axis=0)
    if not finite.all():
        term = terms[int(np.argmin(finite))]
        raise ParameterError(f"formula {formula!r}: {term!r} is not a finite number in every row")
    return Design(matrix, terms, made.model_spec)


def variables(formula: str) -> set[str]:
    """Return the names of the columns that a formula needs.

    Raises
    ------
    ParameterError
        The formula cannot be read.

    Examples
    --------
    >>> sorted(variables("age_band * sex + C(year) + bs(age, df=4)"))
    ['age', 'age_band', 'sex', 'year']
    """
    try:
        factors = {factor.expr for term in Formula(formula) for factor in term.factors}
        trees = [ast.parse(factor, mode="eval") for factor in factors]
    except (FormulaicError, ValueError, SyntaxError) as error:
        why = str(error).splitlines()[0]
        raise ParameterError(f"formula {formula!r} cannot be read: {why}") from None
    except AttributeError:
        raise ParameterError(f"formula {formula!r}: give the right side only, without ~ and |") from None
    nodes = [node for tree in trees for node in ast.walk(tree)]
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    return {node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called}


def without(formula: str, names: Iterable[str]) -> str:
    """Return the formula without the terms that need some columns.

    Examples
    --------
    >>> without("age_band * sex + C(year)", ["sex"])
    'age_band + C(year)'
    """
    gone = set(names)
    kept = [str(term) for term in Formula(formula) if not variables(str(term)) & gone]
    return " + ".join(term for term in kept if term != "1") or "1"


def complete(rows: pd.DataFrame, columns: Iterable[str]) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return the rows without gaps in some columns, and how many each gap cost.

    An empty text is a gap, as in the processed tables. A row with several gaps counts under the first.

    Examples
    --------
    >>> rows = pd.DataFrame({"sex": ["female", "", "male"], "members": [1, 2, None]})
    >>> kept, dropped = complete(rows, ["sex", "members"])
    >>> len(kept), [(d.reason, d.rows) for d in dropped]
    (1, [('thiếu giới', 1), ('thiếu đảng viên', 1)])
    """
    kept, dropped = rows, []
    for column in columns:
        gap = _gap(kept[column])
        if gap.any():
            reason = _("thiếu {column}").format(column=factor_label(column))
            dropped.append(Dropped(reason, int(gap.sum())))
            kept = kept.loc[~gap]
    return kept, tuple(dropped)


def _gap(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype) and "" not in column.cat.categories:
        return column.isna()
    empty = not pd.api.types.is_numeric_dtype(column)
    return column.isna() | column.isin([""]) if empty else column.isna()


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows in types that a formula reads: nullable numbers as numbers, only categories that occur."""
    plain = rows.copy()
    for name in plain.columns:
        column = plain[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            plain[name] = column.cat.remove_unused_categories()
        elif isinstance(column.dtype, pd.StringDtype):
            plain[name] = column.astype("object")
        elif isinstance(column.dtype, pd.BooleanDtype):
            plain[name] = column.astype("int64")
        elif pd.api.types.is_extension_array_dtype(column.dtype) and pd.api.types.is_numeric_dtype(column):
            plain[name] = column.astype("float64" if column.dtype.kind == "f" else "int64")
    return plain
