"""The ratchet: whether a target that was passed is raised, and one that was missed is lowered, and by as much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number, percent
from analysis.models.bell_mccaffrey import cr2_errors
from analysis.models.counts.count_design import categories
from analysis.models.counts.separation import rank_findings
from analysis.models.design import complete, design, variables
from analysis.models.estimate_words import p_words
from analysis.models.gate import (
    MIN_ROWS,
    Finding,
    cluster_findings,
    estimate_findings,
    exposure_findings,
    withheld,
)
from analysis.models.result import Dropped, Result, tidy
from analysis.models.targets.on_target import target_findings, with_target

Floats = npt.NDArray[np.float64]

SLOPES = ("over", "under", "log_target")
"""Terms of every model: overshoot and shortfall as shares of the target, and the target itself."""

_NO_NOISE = 1e-9
"""Residual, as a share of the largest change, at which nothing but rounding is left to tell errors from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratchet(Result):
    """How next year's target goes with this year's over- and undershoot.

    ``estimates``, on the scale of ln(target next year / target): ``over``, by how much it rises for an overshoot of
    the whole target; ``under``, for a shortfall of the whole target; ``asymmetry``, their sum, 0 where a
    shortfall lowers the target by as much as an overshoot of the same size raises it; ``log_target``, by how much
    it rises for a target e times as large (below 0: large targets come down again); then the intercept and
    covariates. ``freedom`` is that of each term's t.

    Attributes
    ----------
    fixed_effects : bool
        Whether units are compared with themselves only.
    pairs : DataFrame
        One row a unit and year that the model stands on: ``unit_id``, ``year``, ``over``, ``under`` (shares of the
        target), ``log_target``, ``log_change`` (of the target, to the next year).
    """

    fixed_effects: bool
    pairs: pd.DataFrame

    def words(self) -> list[str]:
        """Return what was found, and why it need not be a ratchet."""
        lines = self._findings()
        if not self.withheld:
            lines += [self._slope("over"), self._slope("under"), self._asymmetry(), *self._caveats()]
        return [*lines, *self._basis()]

    def _slope(self, term: str) -> str:
        row = self.at(term)
        text = {
            "over": _(
                "Vượt chỉ tiêu 10% đi kèm với chỉ tiêu năm sau thay đổi {change} (khoảng {low} – {high}; {p})."
            ),
            "under": _(
                "Hụt chỉ tiêu 10% đi kèm với chỉ tiêu năm sau thay đổi {change} (khoảng {low} – {high}; {p})."
            ),
        }[term]
        change, low, high = (percent(100 * np.expm1(0.1 * row[name])) for name in ("estimate", "low", "high"))
        return text.format(change=change, low=low, high=high, p=p_words(row["p_value"]))

    def _asymmetry(self) -> str:
        row = self.at("asymmetry")
        known = row["p_value"] < 1 - self.level
        if not known:
            text = _(
                "Không bác bỏ được rằng vượt và hụt cùng một tỷ lệ bù trừ nhau (tổng hai hệ số {sum}, {p})."
            )
        elif row["estimate"] > 0:
            text = _(
                "Vượt và hụt cùng một tỷ lệ không bù trừ nhau: cộng lại, chúng đi kèm với chỉ tiêu tăng lên (tổng hai hệ số {sum}, {p})."
            )
        else:
            text = _(
                "Vượt và hụt cùng một tỷ lệ không bù trừ nhau: cộng lại, chúng đi kèm với chỉ tiêu giảm xuống (tổng hai hệ số {sum}, {p})."
            )
        return text.format(sum=number(row["estimate"], 3), p=p_words(row["p_value"]))

    def _caveats(self) -> list[str]:
        lines = [
            _(
                "Đây không phải là tác động nhân quả: chỉ tiêu cao nhất thời vừa dễ hụt vừa hạ xuống năm sau (hồi quy về "
                "trung bình), và nguồn kết nạp dồi dào nâng cả kết quả lẫn chỉ tiêu. Biến ln(chỉ tiêu) chỉ bớt được một phần."
            )
        ]
        if self.fixed_effects:
            lines.append(
                _(
                    "Hiệu ứng cố định của đơn vị với ít năm làm lệch các hệ số của biến phụ thuộc vào quá khứ (Nickell "
                    "1981), cỡ 1 chia cho số năm."
                )
            )
        return lines


def fit_ratchet(
    rows: pd.DataFrame,
    covariates: str = "1",
    *,
    fixed_effects: bool = False,
    cluster: str = "unit_id",
    level: float = 0.95,
) -> Ratchet:
    """Return how next year's target goes with this year's over- and undershoot.

    ln(T' / T) = b1 max(A - T, 0)/T + b2 max(T - A, 0)/T + b3 ln T + covariates, by least squares over pairs of
    consecutive years of a unit, T and A being target and admitted of the first and T' the next target; errors by
    clusters, mended after Bell and McCaffrey (:mod:`analysis.models.bell_mccaffrey`): small units whose overshoot is a
    large share of their target carry the slopes, and with 60 units intervals by Stata's clustered errors covered 91%
    instead of 95% in simulations.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`, one a unit and year: ``unit_id``, ``year``, ``admitted``,
        ``target`` (persons).
    covariates : str
        Right side of a formula of columns of the first year: ``"C(year) + locality"``.
    fixed_effects : bool
        Compare each unit with itself only; units with one pair of years are left out.
    cluster : str
        Column that tells which rows hang together.
    level : float
        Coverage of the intervals, by Student's t.

    Raises
    ------
    ParameterError
        A column is missing, a unit has two rows of one year, or a parameter is out of its range.

    References
    ----------
    Weitzman, M. L. (1980). The "ratchet principle" and performance incentives. *Bell Journal of Economics* 11,
    302-308. Nickell, S. (1981). Biases in dynamic models with fixed effects. *Econometrica* 49, 1417-1426.

    Examples
    --------
    >>> rows = pd.DataFrame({"unit_id": [1, 1, 2, 2], "year": [2018, 2020] * 2, "target": 5, "admitted": 5})
    >>> [finding.code for finding in fit_ratchet(rows).findings]
    ['no_consecutive_years']
    """
    if not 0 < level < 1:
        raise ParameterError(f"level is {level}; it lies between 0 and 1")
    names = sorted(variables(covariates))
    used, dropped = with_target(rows, ["unit_id", "year", cluster, *names])
    pairs, more = _pairs(used, rows, single=not fixed_effects)
    dropped = (*dropped, *more)
    findings = target_findings(_floats(pairs, "admitted"), _floats(pairs, "target"), least=0)
    findings += exposure_findings(_floats(pairs, "target_next"), "target")
    if pairs.empty:
        findings = [Finding("no_consecutive_years")]
    terms, matrix = _matrix(pairs, covariates, fixed_effects=fixed_effects)
    least = max(MIN_ROWS, len(terms) + 2)
    if not findings and len(pairs) < least:
        findings = [Finding("few_rows", "", {"count": len(pairs), "least": least})]
    codes = pd.factorize(pairs[cluster].to_numpy())[0]
    groups = len(np.unique(codes))
    if not findings:
        findings = rank_findings(matrix, terms)[1] + cluster_findings(groups, cluster)
    if not findings:
        findings = _of_one_cluster(pairs, covariates, codes)
    estimates, errors, freedom = np.full((3, len(terms) + 1), np.nan)
    if not withheld(findings):
        change = (
            _within(_floats(pairs, "log_change"), pairs) if fixed_effects else _floats(pairs, "log_change")
        )
        estimates, errors, freedom = _least_squares(matrix, change, codes)
        findings += _no_noise(change, change - matrix @ estimates[1:])
        findings += estimate_findings(["asymmetry", *terms], estimates, errors, converged=True)
    table = _table(["asymmetry", *terms], estimates, errors, freedom, level)
    first = ["over", "under", "asymmetry"]
    order = [*first, *(term for term in table["term"] if term not in first)]
    return Ratchet(
        name="ratchet",
        title=_("Chỉ tiêu năm sau theo mức vượt và mức hụt của năm trước"),
        estimates=table.set_index("term").loc[order].reset_index(),
        specification=_specification(covariates, fixed_effects=fixed_effects),
        n=len(pairs),
        clusters=groups,
        covariance=f"CR2 by {cluster}",
        dropped=dropped,
        findings=tuple(findings),
        level=level,
        fixed_effects=fixed_effects,
        pairs=pairs[["unit_id", "year", *SLOPES, "log_change"]].reset_index(drop=True),
    )


def _pairs(
    used: pd.DataFrame, rows: pd.DataFrame, *, single: bool
) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return the rows that have a target in the next year of the same unit, and what became of the others.

    The next year needs no more than its target: what was admitted in it may be unknown.
    """
    following = complete(rows, ["unit_id", "year", "target"])[0][["unit_id", "year", "target"]]
    twice = following.duplicated(["unit_id", "year"])
    if twice.any():
        row = following.loc[twice].iloc[0]
        raise ParameterError(
            f"unit {row['unit_id']!r} has two rows of {row['year']}; one a unit and year is needed"
        )
    following = following.assign(year=following["year"] - 1)
    both = [frame.astype({"unit_id": "object"}) for frame in (used, following)]
    joined = both[0].merge(both[1], on=["unit_id", "year"], how="left", suffixes=("", "_next"))
    pairs = joined.sort_values(["unit_id", "year"], ignore_index=True)
    once = (
        pairs.loc[pairs["target_next"].gt(0).fillna(value=False)]
        .groupby("unit_id")["year"]
        .transform("size")
        .eq(1)
    )
    reasons = {
        _("năm sau không có chỉ tiêu của cùng đơn vị"): pairs["target_next"].isna(),
        _("chỉ tiêu năm sau bằng 0, không có logarit"): pairs["target_next"].eq(0).fillna(value=False),
    }
    if not single:
        reasons[_("đơn vị chỉ có một cặp năm liền nhau")] = once.reindex(pairs.index, fill_value=False)
    kept, dropped = pd.Series(data=True, index=pairs.index), []
    for reason, out in reasons.items():
        lost = kept & out.astype(bool)
        dropped += [Dropped(reason, int(lost.sum()))] if lost.any() else []
        kept &= ~lost
    pairs = pairs.loc[kept]
    target, admitted = _floats(pairs, "target"), _floats(pairs, "admitted")
    with np.errstate(divide="ignore", invalid="ignore"):
        pairs = pairs.assign(
            over=np.maximum(admitted - target, 0) / target,
            under=np.maximum(target - admitted, 0) / target,
            log_target=np.log(target),
            log_change=np.log(_floats(pairs, "target_next") / target),
        )
    return pairs, tuple(dropped)


def _floats(rows: pd.DataFrame, name: str) -> Floats:
    return rows[name].to_numpy(dtype=float)


def _matrix(pairs: pd.DataFrame, covariates: str, *, fixed_effects: bool) -> tuple[tuple[str, ...], Floats]:
    """Return the design: the slopes, then the covariates; all less the units' means for fixed effects."""
    made = design(covariates, pairs) if len(pairs) else None
    terms = (*SLOPES, *(made.terms if made else ("Intercept",)))
    slopes = pairs[list(SLOPES)].to_numpy(dtype=float)
    matrix = np.column_stack([slopes, made.matrix]) if made else np.zeros((0, len(terms)))
    if not fixed_effects:
        return terms, matrix
    kept = [place for place, term in enumerate(terms) if term != "Intercept"]
    within = [_within(matrix[:, place], pairs) for place in kept]
    return tuple(terms[place] for place in kept), np.column_stack(within)


def _of_one_cluster(pairs: pd.DataFrame, covariates: str, codes: npt.NDArray[np.int64]) -> list[Finding]:
    """Return the slopes and categories that one cluster alone tells of: its residuals say nothing of their errors."""
    told = [(name, _floats(pairs, name) > 0) for name in ("over", "under")]
    told += categories(design(covariates, pairs))
    return [
        found
        for term, where in told
        for found in cluster_findings(len(np.unique(codes[where])), term, least=2)
    ]


def _no_noise(change: Floats, residuals: Floats) -> list[Finding]:
    """Return the finding that the fit runs through every change of a target, or none."""
    rounding = _NO_NOISE * max(1.0, np.abs(change).max())
    return [Finding("no_noise")] if np.abs(residuals).max() <= rounding else []


def _within(values: Floats, pairs: pd.DataFrame) -> Floats:
    """Return what a value differs from its mean over the unit; 0 where only rounding is left."""
    means = pd.Series(values).groupby(pairs["unit_id"].to_numpy()).transform("mean").to_numpy()
    with np.errstate(invalid="ignore"):  # of a target without bound, which the gate withholds
        rest = values - means
    return np.where(np.abs(rest) > 1e-12 * max(1.0, np.abs(values).max(initial=0.0)), rest, 0.0)


def _least_squares(
    matrix: Floats, change: Floats, codes: npt.NDArray[np.int64]
) -> tuple[Floats, Floats, Floats]:
    """Return estimates, errors, and freedom: first of the sum of the slopes ``over`` and ``under``, then of every term."""
    k = matrix.shape[1]
    coefficients = np.linalg.lstsq(matrix, change, rcond=None)[0]
    both = np.vstack([np.isin(np.arange(k), (0, 1)).astype(float), np.eye(k)])
    errors, freedom = cr2_errors(matrix, change - matrix @ coefficients, codes, both)
    return both @ coefficients, errors, freedom


def _table(
    terms: Sequence[str], estimates: Floats, errors: Floats, freedom: Floats, level: float
) -> pd.DataFrame:
    rows = [
        tidy([term], [value], [error], link="identity", level=level, freedom=float(free))
        for term, value, error, free in zip(terms, estimates, errors, freedom, strict=True)
    ]
    return pd.concat(rows, ignore_index=True).assign(freedom=freedom)


def _specification(covariates: str, *, fixed_effects: bool) -> str:
    parts = ["over", "under", "log(target)", *([covariates] if covariates != "1" else [])]
    model = "log(target[t+1] / target[t]) ~ " + " + ".join(parts)
    return _("{model} + hiệu ứng cố định của đơn vị").format(model=model) if fixed_effects else model
