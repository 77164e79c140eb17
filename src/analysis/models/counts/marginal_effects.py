"""Averages of what a fitted model predicts, of its changes and of its slopes, with delta-method errors."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.genmod.families.links import Link

from analysis.errors import ParameterError
from analysis.models.design import Design, variables

Floats = npt.NDArray[np.float64]

_STEP = 1e-4
"""Step of a derivative, as a share of a covariate's range: rounding and curvature both stay near 1e-8."""


@dataclass(frozen=True, slots=True)
class Average:
    """A weighted average over rows, and how it moves with the coefficients.

    Attributes
    ----------
    value : float
        On the response scale.
    gradient : (k,) array
        Its derivatives by the coefficients.
    """

    value: float
    gradient: Floats

    def __sub__(self, other: Average) -> Average:
        """Return the difference of two averages over the same rows."""
        return Average(self.value - other.value, self.gradient - other.gradient)

    def error(self, vcov: Floats) -> float:
        """Return its standard error by the delta method, from the covariance of the coefficients."""
        return float(np.sqrt(max(float(self.gradient @ vcov @ self.gradient), 0.0)))


@dataclass(frozen=True, slots=True)
class Factor:
    """A covariate, and how its effect is to be measured.

    Attributes
    ----------
    name : str
    kind : {'categories', 'binary', 'number'}
        Categories and the two values of a binary covariate are compared, each with the first; a number
        has a slope.
    levels : tuple
        Values to compare, the reference first; empty for a number.
    """

    name: str
    kind: Literal["categories", "binary", "number"]
    levels: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Surface:
    """A fitted model as a function of rows: inverse link of design times coefficients, without an offset.

    Attributes
    ----------
    design : Design
        Of the rows fitted.
    coefficients : (k,) array
    link : statsmodels link
        ``links.Log()``, ``links.Logit()``, ...

    Examples
    --------
    >>> from statsmodels.genmod.families import links
    >>> from analysis.models.design import design
    >>> rows = pd.DataFrame({"sex": ["female", "male"]})
    >>> surface = Surface(design("sex", rows), np.log([0.02, 1.5]), links.Log())
    >>> change = surface.change(rows, "sex", "male", "female", np.array([1.0, 1.0]))
    >>> round(change.value, 10)
    0.01
    """

    design: Design
    coefficients: Floats
    link: Link

    def average(self, rows: pd.DataFrame, weights: Floats) -> Average:
        """Return the average prediction.

        Parameters
        ----------
        rows : DataFrame
            With the columns of the formula.
        weights : (n,) array
        """
        share = weights / weights.sum()
        matrix = self.design.of(rows)
        predictor = matrix @ self.coefficients
        slope = np.asarray(self.link.inverse_deriv(predictor))
        return Average(float(share @ self.link.inverse(predictor)), (share * slope) @ matrix)

    def change(self, rows: pd.DataFrame, name: str, to: object, since: object, weights: Floats) -> Average:
        """Return the average change of the prediction as a covariate goes from one value to another in all rows."""
        return self.average(rows.assign(**{name: to}), weights) - self.average(
            rows.assign(**{name: since}), weights
        )

    def slope(self, rows: pd.DataFrame, name: str, fitted: pd.DataFrame, weights: Floats) -> Average:
        """Return the average derivative of the prediction by a number.

        The design is differentiated by the parabola through three points, none outside the covariate's
        range: a spline is not defined beyond.

        Parameters
        ----------
        rows : DataFrame
        name : str
        fitted : DataFrame
            Rows that the model was fitted on, whose range of the covariate is used too.
        weights : (n,) array

        Raises
        ------
        ParameterError
            The covariate does not vary.
        """
        share = weights / weights.sum()
        at = rows[name].to_numpy(dtype=float)
        every = np.concatenate([at, fitted[name].to_numpy(dtype=float)])
        width = every.max() - every.min()
        if not width > 0:
            raise ParameterError(f"{name!r} is the same in all rows: it has no slope")
        step = _STEP * width
        centre = np.clip(at, every.min() + step, every.max() - step)
        offset = ((at - centre) / step)[:, None]
        below, middle, above = (
            self.design.of(rows.assign(**{name: centre + move * step})) for move in (-1, 0, 1)
        )
        derivative = (below * (offset - 0.5) - 2 * offset * middle + above * (offset + 0.5)) / step
        matrix = self.design.of(rows)
        predictor, rise = matrix @ self.coefficients, derivative @ self.coefficients
        first = share * np.asarray(self.link.inverse_deriv(predictor))
        second = share * np.asarray(self.link.inverse_deriv2(predictor))
        return Average(float(first @ rise), first @ derivative + (second * rise) @ matrix)


def factors_of(made: Design, rows: pd.DataFrame) -> tuple[Factor, ...]:
    """Return the covariates of a design, in the order of the alphabet, and how the effect of each is measured.

    Parameters
    ----------
    made : Design
    rows : DataFrame
        Rows that it was made from, or their distinct patterns.

    Raises
    ------
    ParameterError
        Categories are made from a covariate within the formula, so that none can be set.

    Examples
    --------
    >>> from analysis.models.design import design
    >>> rows = pd.DataFrame({"sex": ["female", "male"] * 2, "union": [0, 1, 1, 0], "age": [20.0, 30, 40, 50]})
    >>> [(f.name, f.kind, f.levels) for f in factors_of(design("sex + union + age", rows), rows)]
    [('age', 'number', ()), ('sex', 'categories', ('female', 'male')), ('union', 'binary', (0, 1))]
    """
    levels = {
        _named(str(factor)): tuple(state.levels) for factor, state in made.spec.factor_contrasts.items()
    }
    names = sorted(
        {name for term in made.spec.formula for part in term.factors for name in variables(part.expr)}
    )
    return tuple(_factor(name, rows[name], levels.get(name)) for name in names)


def _factor(name: str, column: pd.Series, levels: tuple[object, ...] | None) -> Factor:
    if levels is not None:
        return Factor(name, "categories", levels)
    if not pd.api.types.is_numeric_dtype(column):
        raise ParameterError(
            f"{name!r} is neither a number nor categories of its own: it has no marginal effect"
        )
    if column.astype(float).isin([0.0, 1.0]).all() and column.nunique() == 2:
        return Factor(name, "binary", (0, 1))
    return Factor(name, "number")


def _named(factor: str) -> str:
    """Return the column of which a factor of a formula shows the categories: ``year`` of ``C(year)``."""
    node = ast.parse(factor, mode="eval").body
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "C" and node.args:
        node = node.args[0]
    if not isinstance(node, ast.Name):
        raise ParameterError(
            f"{factor!r} makes its categories within the formula: make a column of them first"
        )
    return node.id
