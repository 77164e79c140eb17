"""Zero-inflated counts: some unit-years could not admit anybody, for reasons that the register does not tell."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, percent
from analysis.models.zeros.two_part import Question, TwoPart, prepared
from analysis.models.zeros.zero_models import fitted


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroInflated(TwoPart):
    """A zero-inflated count model; ``fitted`` has ``always_zero``, too: P(the unit-year is always zero).

    The ``zero`` part is a logit of being always zero: a positive coefficient means fewer admissions.
    """

    @property
    def always_zero(self) -> float:
        """Mean probability of being always zero, over the rows used; not a number where withheld."""
        return float(self.fitted["always_zero"].mean()) if "always_zero" in self.fitted else float("nan")

    def _reading(self) -> list[str]:
        share = _(
            "Theo mô hình, {share} số đơn vị-năm thuộc nhóm luôn bằng không, ngoài các đơn vị đã biết là không còn "
            "người đủ điều kiện. Mô hình không cho biết đó là những đơn vị nào, và tỷ lệ này chỉ đúng khi phân phối "
            "của phần đếm là đúng."
        )
        odds = _("Trong phần số không, hệ số dương nghĩa là dễ không có kết nạp hơn.")
        return [share.format(share=percent(100 * self.always_zero)), odds]

    def _part_label(self, part: str) -> str:
        return _("số người (phần đếm)") if part == "count" else _("luôn bằng không (phần số không)")


def zero_inflated(
    rows: pd.DataFrame,
    formula: str,
    zero_formula: str = "1",
    *,
    exposure: str | None,
    count: str = "poisson",
    outcome: str = "admitted",
    cluster: str | None = "unit_id",
    level: float = 0.95,
) -> ZeroInflated:
    """Return a zero-inflated model of the unit-years that had eligible people, as far as is known.

    P(Y = 0) = p + (1 - p) P(C = 0) and P(Y = y) = (1 - p) P(C = y), the count C being Poisson or NB2 with
    log E(C) = log(exposure) + formula, and logit p = zero_formula. Unit-years without eligible people are
    no part of it (:func:`analysis.models.zeros.organisations.set_apart`).

    Vuong's test is not used to choose it over a plain count model: the plain model lies on the boundary of
    this one, where the statistic has not the normal distribution that the test assumes (Wilson 2015). See
    :func:`analysis.models.zeros.zero_choice.zero_choice`.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`.
    formula, zero_formula : str
        Right sides, for the count and for the zeros; ``log(members)`` is understood.
    exposure : str or None
        Column whose logarithm is an offset of the count: ``members``, ``eligible``, ``target``.
    count : str
        ``poisson`` or ``nb2``.
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
    Lambert, D. (1992). Zero-inflated Poisson regression, with an application to defects in
    manufacturing. *Technometrics* 34, 1-14.
    Wilson, P. (2015). The misuse of the Vuong test for non-nested models to test for zero-inflation.
    *Economics Letters* 127, 51-53.

    Examples
    --------
    >>> rows = pd.DataFrame({"admitted": [0, 0, 0, 0, 0, 0, 1, 2, 2, 3, 4, 5], "members": 50})
    >>> found = zero_inflated(rows, "1", exposure="members", cluster=None)
    >>> found.estimates[["term", "estimate"]].round(4).values.tolist()
    [['count_Intercept', -2.9455], ['zero_Intercept', -0.1559]]
    >>> [f.code for f in zero_inflated(rows.assign(members=0), "1", exposure="members", cluster=None).findings]
    ['exposure_not_positive']
    """
    if count not in ("poisson", "nb2"):
        raise ParameterError(f"count: {count!r} is neither 'poisson' nor 'nb2'")
    asked = Question(outcome, formula, zero_formula, exposure, None, cluster, level)
    name = {"poisson": "Poisson", "nb2": "NB2"}[count]
    mean = " + ".join([*([f"log({exposure})"] if exposure else []), formula])
    return ZeroInflated(
        name="zero-inflated",
        title=_("Số kết nạp theo mô hình thừa số không"),
        specification=_(
            "{name} thừa số không: log E(số đếm) = {mean}; logit P(luôn bằng không) = {zero}"
        ).format(name=name, mean=mean, zero=zero_formula),
        link="log",
        **fitted(prepared(rows, asked), {"poisson": "zip", "nb2": "zinb"}[count]),
    )
