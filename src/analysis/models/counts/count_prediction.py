"""The rates and counts that a fitted count model expects, for rows and exposures that the caller names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, plain
from analysis.models.gate import Finding
from analysis.models.result import Result, tidy
from analysis.models.terms import category_term, factor_label

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction(Result):
    """Expected rates or counts of some rows.

    ``response`` is the rate per ``per`` of the exposure, or the expected count; ``estimate`` its logarithm.
    The intervals (delta method on the log scale) are of these means; a count to be seen varies around them.

    Attributes
    ----------
    covariates : DataFrame
        One row an estimate: the covariates that it is for.
    exposure_name : str or None
        Column of exposures of the fit.
    per : float or None
        How much of the exposure a rate is for; None where counts are expected.
    exposures : (n,) array
        That expected counts are for; empty for rates.
    """

    covariates: pd.DataFrame
    exposure_name: str | None
    per: float | None
    exposures: Floats

    def words(self) -> list[str]:
        """Return what the numbers are, then what they stand on."""
        lines = [] if self.withheld else [self._meaning()]
        return [*self._findings(), *lines, *self._basis()]

    def _meaning(self) -> str:
        if self.per is None:
            return _(
                "Các số là số người dự kiến trung bình; khoảng là của trung bình ấy, số thực tế còn dao động quanh nó."
            )
        return _("Các số là tỷ suất trên {per} {exposure}; khoảng là của tỷ suất trung bình.").format(
            per=plain(self.per), exposure=factor_label(self.exposure_name or "")
        )

    def _response_head(self) -> str:
        if self.per is None:
            return _("Số dự kiến")
        return _("Tỷ suất trên {per} {exposure}").format(
            per=plain(self.per), exposure=factor_label(self.exposure_name or "")
        )


def log_means(matrix: Floats, coefficients: Floats, vcov: Floats) -> tuple[Floats, Floats]:
    """Return the logarithm of each row's rate, and its standard error by the delta method.

    Parameters
    ----------
    matrix : (n, k) array
    coefficients : (k,) array
    vcov : (k, k) array
    """
    spread = np.einsum("ij,jk,ik->i", matrix, vcov, matrix)
    return matrix @ coefficients, np.sqrt(np.maximum(spread, 0.0))


def table(
    covariates: pd.DataFrame, logs: Floats, errors: Floats, *, level: float, freedom: float
) -> pd.DataFrame:
    """Return the estimates of a prediction; there is nothing to test, so that ``p_value`` is missing."""
    made = tidy(terms(covariates), logs, errors, link="log", level=level, freedom=freedom)
    return made.assign(p_value=np.nan)


def terms(covariates: pd.DataFrame) -> list[str]:
    """Return the term of each row of covariates; ``all`` without any.

    Examples
    --------
    >>> terms(pd.DataFrame({"sex": ["female"], "year": [2016]}))
    ['sex[female]:year[2016]']
    """
    names = [str(name) for name in covariates.columns]
    rows = covariates.itertuples(index=False, name=None)
    return [category_term(names, row) for row in rows] if names else ["all"] * len(covariates)


def wanted_exposure(exposure: object, rows: pd.DataFrame, name: str | None) -> Floats:
    """Return the exposures that counts are expected for, or refuse to make them up.

    Parameters
    ----------
    exposure : number, (n,) array or None
    rows : DataFrame
    name : str or None
        Column of exposures of the fit.

    Raises
    ------
    ParameterError
        None is given though the model has one, they are not as many as the rows, or not positive.
    """
    if name is None:
        if exposure is not None:
            raise ParameterError("this model has no exposure, so that none can be given")
        return np.ones(len(rows))
    if exposure is None:
        raise ParameterError(f"expected counts need their exposure: give exposure=, in {name}")
    try:
        given = np.asarray(exposure, dtype=float)
        values = np.broadcast_to(given, (len(rows),)).copy()
    except (TypeError, ValueError):
        raise ParameterError(f"exposure must be a number, or one for each of the {len(rows)} rows") from None
    if not (np.isfinite(values) & (values > 0)).all():
        raise ParameterError("an exposure is missing, infinite or not above zero")
    return values


def outside(covariates: pd.DataFrame, fitted: pd.DataFrame) -> list[Finding]:
    """Return a finding for each number among the covariates beyond those that the model was fitted on."""
    found = []
    for name in covariates.columns:
        if not pd.api.types.is_numeric_dtype(fitted[name]):
            continue
        values = covariates[name].astype(float)
        beyond = (values < float(fitted[name].min())) | (values > float(fitted[name].max()))
        if beyond.any():
            found.append(Finding("extrapolated", str(name), {"count": int(beyond.sum())}))
    return found


def chosen(rows: pd.DataFrame | None, patterns: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the covariates of the rows asked for; of the model's own patterns where none are named.

    Raises
    ------
    ParameterError
        A covariate is missing, or there is no row.
    """
    given = patterns if rows is None else rows
    missing = [name for name in columns if name not in given.columns]
    if missing:
        raise ParameterError(f"the rows lack the covariate {missing[0]!r}")
    if not len(given):
        raise ParameterError("there is no row to say anything of")
    return given[list(columns)].reset_index(drop=True)
