"""Hurdle models: whether a unit-year admitted anybody, and how many where it did."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _
from analysis.models.zeros.two_part import Question, TwoPart, prepared
from analysis.models.zeros.zero_models import fitted

ZERO_PARTS = ("logit", "poisson")


@dataclass(frozen=True, slots=True, kw_only=True)
class HurdleCount(TwoPart):
    """A hurdle model.

    The ``zero`` part is about passing the hurdle: a positive coefficient means that admitting anybody is
    likelier. With ``logit`` exp of it is an odds ratio, with ``poisson`` a ratio of rates.
    """

    def _reading(self) -> list[str]:
        return [
            _(
                "Phần có hay không: hệ số dương nghĩa là dễ có người được kết nạp hơn. Phần đếm chỉ nói về các đơn "
                "vị-năm có ít nhất một người được kết nạp."
            )
        ]

    def _part_label(self, part: str) -> str:
        return _("số người (phần đếm)") if part == "count" else _("có hay không (phần số không)")


def hurdle(
    rows: pd.DataFrame,
    formula: str,
    zero_formula: str | None = None,
    *,
    exposure: str | None,
    zero_exposure: str | None = None,
    count: str = "poisson",
    zero: str = "logit",
    outcome: str = "admitted",
    cluster: str | None = "unit_id",
    level: float = 0.95,
) -> HurdleCount:
    """Return a hurdle model of the unit-years that had eligible people, as far as is known.

    P(Y > 0) by ``zero_formula``, and given Y > 0 a Poisson or NB2 count cut off at zero with
    log E(uncut count) = log(exposure) + formula. The two parts share no parameter. Both are fitted by Newton's
    method with a check of the gradient; ``HurdleCountModel`` of statsmodels 0.15 takes no exposure, and its
    default optimiser stops in a wrong place.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`.
    formula, zero_formula : str
        Right sides, for the count and for passing the hurdle; the second is the first unless given.
    exposure : str or None
        Column whose logarithm is an offset of the count.
    zero_exposure : str or None
        The same for passing the hurdle, where ``zero`` is ``poisson``: P(Y > 0) = 1 - exp(-exposure × rate).
        Without it a large unit is taken to pass no easier than a small one.
    count : str
        ``poisson`` or ``nb2``.
    zero : str
        ``logit``; or ``poisson``, which with the same formula and exposure holds the Poisson model as
        the case of equal coefficients. A logit knows no exposure: give it ``log(members)`` as a term.
    outcome : str
        Column of the counts.
    cluster : str or None
        Column whose rows hang together (CR1, Student's t with clusters - 1 degrees of freedom); None
        trusts the model's variance.
    level : float
        Coverage of intervals.

    Raises
    ------
    ParameterError
        A column is missing, a formula cannot be read, or another parameter is not one of those above.

    References
    ----------
    Mullahy, J. (1986). Specification and testing of some modified count data models. *Journal of
    Econometrics* 33, 341-365.
    Zeileis, A., Kleiber, C. and Jackman, S. (2008). Regression models for count data in R. *Journal of
    Statistical Software* 27(8).

    Examples
    --------
    >>> rows = pd.DataFrame({"admitted": [0, 0, 0, 0, 0, 0, 1, 2, 2, 3, 4, 5], "members": 50})
    >>> found = hurdle(rows, "1", exposure="members", cluster=None)
    >>> found.estimates[["term", "estimate"]].round(4).values.tolist()
    [['count_Intercept', -2.9455], ['zero_Intercept', 0.0]]
    """
    if count not in ("poisson", "nb2"):
        raise ParameterError(f"count: {count!r} is neither 'poisson' nor 'nb2'")
    if zero not in ZERO_PARTS:
        raise ParameterError(f"zero: {zero!r} is neither 'logit' nor 'poisson'")
    if zero == "logit" and zero_exposure:
        raise ParameterError(
            f"a logit has no exposure: add log({zero_exposure}) to zero_formula, or zero='poisson'"
        )
    passing = formula if zero_formula is None else zero_formula
    asked = Question(outcome, formula, passing, exposure, zero_exposure, cluster, level)
    return HurdleCount(
        name="hurdle",
        title=_("Có kết nạp hay không và kết nạp bao nhiêu (mô hình hai bước)"),
        specification=_specification(asked, count, zero),
        link="log",
        **fitted(prepared(rows, asked), f"hurdle_{count}", zero),
    )


def _specification(asked: Question, count: str, zero: str) -> str:
    name = {"poisson": "Poisson", "nb2": "NB2"}[count]
    offsets = ([f"log({name})"] if name else [] for name in (asked.exposure, asked.zero_exposure))
    mean, passing = (
        " + ".join([*offset, formula])
        for offset, formula in zip(offsets, (asked.formula, asked.zero_formula), strict=True)
    )
    some = {"logit": _("logit P(có kết nạp)"), "poisson": _("log(-log P(không kết nạp ai))")}[zero]
    words = _("hai bước: {name} cắt tại số không, log E(số chưa cắt) = {mean}; {some} = {passing}")
    return words.format(name=name, mean=mean, some=some, passing=passing)
