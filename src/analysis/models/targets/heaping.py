"""How many organisations land exactly on their target, beside what a count model expects of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number, percent
from analysis.models.design import variables
from analysis.models.estimate_words import interval, p_value, p_words
from analysis.models.gate import Finding
from analysis.models.result import Result
from analysis.models.targets.off_target import OffTarget, fit_off_target
from analysis.models.targets.on_target import OnTarget, on_target_at_most, with_target
from analysis.shown import Head, Table

FEWEST_DRAWS = 99
"""Samples below which a p-value has steps wider than a hundredth."""
MOST_FAILED = 0.01
"""Share of the samples drawn whose fit may fail; a failed one counts as one with as large an excess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heaping(Result):
    """Unit-years that land exactly on their target, observed and expected.

    ``estimates`` has a row for ``all`` and one a band of targets. ``estimate`` is the excess, the observed less the
    expected share of unit-years (0 to 1); ``std_error``, ``low``, ``high`` are those of the excess, by clusters,
    whether or not there is heaping; ``p_value`` is that of no heaping against an excess, by parametric bootstrap.
    Further columns, in unit-years: ``rows``, ``observed``, ``expected``, ``null_low`` and ``null_high`` (what
    ``observed`` stays between without heaping), ``ceiling`` (see :func:`on_target_at_most`).

    Attributes
    ----------
    draws : int
        Samples drawn of the fitted model.
    alpha : float
        Over-dispersion of the fitted model; 0 is Poisson.
    ceiling_p : float
        Most that the probability of as many unit-years on target can be under any mixture of Poissons.
    histogram : DataFrame
        ``difference`` (admitted - target, persons, up to ten either way), ``observed``, ``expected`` (unit-years).
    """

    draws: int
    alpha: float
    ceiling_p: float
    histogram: pd.DataFrame

    def __post_init__(self) -> None:
        Result.__post_init__(self)
        if self.withheld:
            fitted = dict.fromkeys(("expected", "null_low", "null_high"), np.nan)
            object.__setattr__(self, "estimates", self.estimates.assign(**fitted))
            object.__setattr__(self, "histogram", self.histogram.assign(expected=np.nan))
            object.__setattr__(self, "alpha", np.nan)
            object.__setattr__(self, "ceiling_p", np.nan)

    def words(self) -> list[str]:
        """Return what was found, what small targets make of it, and what it does not say."""
        lines = self._findings()
        if not self.withheld:
            lines += [self._found(), *self._small(), self._ceiling(), *_caveats()]
        return [*lines, *self._basis()]

    def to_table(self) -> Table:
        """Return observed and expected unit-years on target, by band of targets."""
        heads = [Head(_("Chỉ tiêu (người)"))]
        heads += [
            Head(label, numeric=True)
            for label in (
                _("Đơn vị-năm"),
                _("Đúng chỉ tiêu"),
                _("Mô hình chờ đợi"),
                _("Khoảng nếu không ai nhắm chỉ tiêu"),
                _("Phần dư (điểm phần trăm)"),
                _("Khoảng của phần dư"),
                "p",
            )
        ]
        rows = [_row(row) for row in self.estimates.to_dict("records")]
        return Table(self.name, self.title, " ".join(self.words()), heads, rows, self.estimates)

    def _found(self) -> str:
        row = self.at("all")
        seen = _("{observed} trong {rows} đơn vị-năm ({share}) kết nạp đúng bằng chỉ tiêu").format(
            observed=number(row["observed"]),
            rows=number(row["rows"]),
            share=percent(100 * row["observed"] / row["rows"]),
        )
        if pd.isna(row["expected"]):
            return _("{seen}; mô hình không khớp được nên không có số chờ đợi.").format(seen=seen)
        return _(
            "{seen}; mô hình chờ đợi {expected} ({expected_share}), và nếu không ai nhắm chỉ tiêu thì số ấy nằm "
            "trong khoảng {low} – {high} với xác suất {level}. Phần dư {excess} điểm phần trăm (khoảng {excess_low} – "
            "{excess_high}), {p}."
        ).format(
            seen=seen,
            expected=number(row["expected"], 1),
            expected_share=percent(100 * row["expected"] / row["rows"]),
            low=number(row["null_low"], 1),
            high=number(row["null_high"], 1),
            level=percent(100 * self.level, 0),
            excess=number(100 * row["estimate"], 1),
            excess_low=number(100 * row["low"], 1),
            excess_high=number(100 * row["high"], 1),
            p=p_words(row["p_value"]),
        )

    def _small(self) -> list[str]:
        terms = self.estimates.set_index("term")["rows"]
        few = [target for target in (1, 2, 3) if str(target) in terms.index]
        if not few:
            return []
        chances = on_target_at_most(np.array(few, dtype=float))
        shown = "; ".join(f"{t}: {percent(100 * p)}" for t, p in zip(few, chances, strict=True))
        text = _(
            "{rows} trong {all} đơn vị-năm có chỉ tiêu từ 1 đến 3 người. Với chỉ tiêu nhỏ, đạt đúng 100% là chuyện "
            "thường dù không ai nhắm vào đó: số kết nạp Poisson có trung bình bằng chỉ tiêu trúng chỉ tiêu với xác "
            "suất {shown}."
        )
        rows = number(sum(terms[str(target)] for target in few))
        return [text.format(rows=rows, all=number(terms["all"]), shown=shown)]

    def _ceiling(self) -> str:
        row = self.at("all")
        text = _(
            "Không cần mô hình nào: dù trung bình và độ quá phân tán ra sao, các số đếm Poisson độc lập trúng chỉ "
            "tiêu trung bình không quá {ceiling} lần; với {observed} lần, chặn trên: {p}."
        )
        ceiling, observed = number(row["ceiling"], 1), number(row["observed"])
        return text.format(ceiling=ceiling, observed=observed, p=p_words(self.ceiling_p))


def _caveats() -> list[str]:
    return [
        _(
            "Phần dư không nói vì sao: ngừng kết nạp khi đã đủ, giao chỉ tiêu theo số hồ sơ sẵn có và ghi số cho "
            "khớp đều cho cùng một dấu vết. Các p của từng nhóm chỉ tiêu không hiệu chỉnh cho nhiều phép thử."
        ),
        _(
            "Số đếm biến động ít hơn Poisson, như khi nguồn kết nạp chỉ có vài người, trúng chỉ tiêu thường hơn mô hình "
            "chờ đợi dù không ai nhắm chỉ tiêu."
        ),
        _(
            "Mẫu giả định các đơn vị-năm độc lập khi đã biết các biến; năm nối năm của cùng đơn vị chỉ được tính đến "
            "trong khoảng của phần dư."
        ),
    ]


def _row(row: Mapping[str, Any]) -> list[str]:
    excess = row["estimate"]
    return [
        _("tất cả") if row["term"] == "all" else str(row["term"]),
        number(row["rows"]),
        number(row["observed"]),
        "–" if pd.isna(row["expected"]) else number(row["expected"], 1),
        interval(row["null_low"], row["null_high"], 3),
        "–" if pd.isna(excess) else number(100 * excess, 1),
        interval(100 * row["low"], 100 * row["high"], 3),
        p_value(row["p_value"]),
    ]


def heaping(
    rows: pd.DataFrame,
    formula: str = "1",
    *,
    family: str = "nb2",
    cluster: str = "unit_id",
    draws: int = 999,
    seed: int = 1,
    level: float = 0.95,
) -> Heaping:
    """Return how many unit-years land exactly on their target, beside what a count model expects.

    log E(admitted) = log(target) + covariates, a negative binomial or a Poisson, is fitted to the unit-years *off*
    their target, given that they are off it (:mod:`analysis.models.targets.off_target`), and expects sum P(Y = T) of them
    on it. The statistic is observed less expected; its distribution without heaping is that of ``draws`` samples of the
    fitted model, to each of which the model is fitted anew, so that the p-value, (1 + as large)/(draws + 1), knows
    that the model was estimated.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`, one a unit and year: ``admitted``, ``target`` (persons).
    formula : str
        Right side of the model: ``"locality + C(year)"``.
    family : str
        ``nb2`` or ``poisson``. Over-dispersed counts hit the target less often than the Poisson expects, which
        then hides heaping.
    cluster : str
        Column that tells which rows hang together, for the interval of the excess.
    draws : int
        99 at least.
    seed : int
    level : float
        Coverage.

    Raises
    ------
    ParameterError
        A parameter or a column is not one that there is.

    References
    ----------
    Davison, A. C. and Hinkley, D. V. (1997). *Bootstrap Methods and their Application*, section 4.2.
    Kleven, H. J. (2016). Bunching. *Annual Review of Economics* 8, 435-464, for leaving the heap out of the fit.
    Stefanski, L. A. and Boos, D. D. (2002). The calculus of M-estimation. *American Statistician* 56, 29-38, for
    the standard error.

    Examples
    --------
    >>> rows = pd.DataFrame({"unit_id": range(60), "target": 8, "admitted": [4, 6, 8, 8, 9, 12] * 10})
    >>> found = heaping(rows, family="poisson", draws=99).at("all")
    >>> found[["observed", "expected", "p_value"]].astype(float).round(2).to_list()
    [20.0, 8.35, 0.01]
    """
    names = variables(formula)
    _checked(family, draws, level)
    used, dropped = with_target(rows, [*sorted(names), cluster])
    sample = OnTarget.of(used, formula, cluster)
    findings = sample.findings(used[sorted(names)], cluster)
    dispersed = family == "nb2"
    fit, null = _unfitted(sample), None
    if not findings:
        fit = fit_off_target(sample.admitted[None], sample.target, sample.matrix, dispersed=dispersed)
        findings += sample.fit_findings(fit)
    if not findings:
        null, failed = sample.null(fit, draws, seed, dispersed=dispersed)
        if failed > MOST_FAILED * draws:
            findings, null = [Finding("not_converged")], None
    return Heaping(
        name="heaping",
        title=_("Số đơn vị-năm kết nạp đúng bằng chỉ tiêu, so với mô hình đếm"),
        estimates=sample.table(fit, null, level),
        specification=_specification(formula, np.nan if findings else float(fit.alpha[0]), family),
        n=len(used),
        exposure=float(sample.target.sum()),
        exposure_unit="target",
        clusters=sample.groups,
        covariance=f"CR1 by {cluster}",
        converged=bool(fit.converged[0]),
        dropped=dropped,
        findings=tuple(findings),
        level=level,
        seed=seed,
        draws=draws,
        alpha=float(fit.alpha[0]),
        ceiling_p=sample.ceiling_p,
        histogram=sample.histogram(fit),
    )


def _unfitted(sample: OnTarget) -> OffTarget:
    """Return a fit without numbers; no optimiser was used, so that none failed."""
    nothing = np.full((1, sample.matrix.shape[1]), np.nan)
    return OffTarget(nothing, np.full(1, np.nan), np.ones(1, dtype=bool))


def _specification(formula: str, alpha: float, family: str) -> str:
    kind = "Poisson" if family == "poisson" else "NB2"
    if family == "nb2" and np.isfinite(alpha):
        kind = f"NB2 (alpha = {number(alpha, 3) if alpha else 0})"
    text = _("{kind}, admitted ~ {formula}, offset log(target), khớp trên các đơn vị-năm không đúng chỉ tiêu")
    return text.format(kind=kind, formula=formula)


def _checked(family: str, draws: int, level: float) -> None:
    if family not in ("nb2", "poisson"):
        raise ParameterError(f"family is {family!r}; it is 'nb2' or 'poisson'")
    if draws < FEWEST_DRAWS:
        raise ParameterError(f"draws is {draws}; at least {FEWEST_DRAWS} are needed")
    if not 0 < level < 1:
        raise ParameterError(f"level is {level}; it lies between 0 and 1")
