"""Whether more organisations land on their target than on its two neighbours can let expect (Frandsen 2017)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.errors import ParameterError
from analysis.language import _, number, percent, plain
from analysis.models.estimate_words import interval, p_value, p_words, significant
from analysis.models.gate import Finding, withheld
from analysis.models.result import ESTIMATES, Result
from analysis.models.sums import counted
from analysis.models.targets.on_target import target_bands, target_findings, with_target
from analysis.shown import Head, Table

Floats = npt.NDArray[np.float64]
Share = TypeVar("Share", float, Floats)


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityTest(Result):
    """Unit-years on target, beside those one short of it and one beyond.

    ``estimates`` has a row for ``all`` and one a band of targets. ``estimate`` is the share on target among the
    unit-years one short, on target and one beyond (0 to 1), with its exact interval (Clopper and Pearson) and no
    standard error; ``p_value`` is Frandsen's. Further columns: ``below``, ``at``, ``above`` (unit-years), ``k``,
    ``share_low`` and ``share_high`` (shares that the curvature k allows), ``p_excess`` (against an excess alone),
    ``k_needed`` (the smallest k that the interval does not contradict).

    Attributes
    ----------
    histogram : DataFrame
        ``difference`` (-1, 0, 1) and ``observed`` (unit-years).
    """

    histogram: pd.DataFrame

    def words(self) -> list[str]:
        """Return what was found, what k means, and what the test cannot say."""
        lines = self._findings()
        if not self.withheld and self.at("all")[["below", "at", "above"]].sum():
            lines += [self._found(), self._meaning(), _caveat()]
        return [*lines, *self._basis()]

    def to_table(self) -> Table:
        """Return the counts on both sides of the target, by band of targets."""
        labels = [
            _("Thiếu một"),
            _("Đúng chỉ tiêu"),
            _("Vượt một"),
            _("Tỷ lệ đúng chỉ tiêu"),
            _("Khoảng {share}%").format(share=plain(100 * self.level)),
            "k",
            _("Tỷ lệ cao nhất mà k cho phép"),
            "p",
            _("p (chỉ phần dư)"),
        ]
        heads = [Head(_("Chỉ tiêu (người)")), *(Head(label, numeric=True) for label in labels)]
        rows = [_row(row) for row in self.estimates.to_dict("records")]
        return Table(self.name, self.title, " ".join(self.words()), heads, rows, self.estimates)

    def _found(self) -> str:
        row = self.at("all")
        return _(
            "Trong {near} đơn vị-năm cách chỉ tiêu không quá một người, {at} ({share}; khoảng {low} – {high}) đúng chỉ "
            "tiêu, {below} thiếu một, {above} vượt một; {p}, và {p_excess} nếu chỉ xét phần dư."
        ).format(
            near=number(row["below"] + row["at"] + row["above"]),
            at=number(row["at"]),
            share=percent(100 * row["estimate"]),
            low=percent(100 * row["low"]),
            high=percent(100 * row["high"]),
            below=number(row["below"]),
            above=number(row["above"]),
            p=p_words(row["p_value"]),
            p_excess=p_words(row["p_excess"]),
        )

    def _meaning(self) -> str:
        row = self.at("all")
        return _(
            "k = {k}: nếu không có gì đặc biệt ở chỉ tiêu, số đúng chỉ tiêu lệch khỏi trung bình của hai bên không quá "
            "{percent}, nghĩa là tỷ lệ từ {low} đến {high}. Muốn số liệu không mâu thuẫn với điều ấy cần k từ {needed} "
            "trở lên."
        ).format(
            k=number(row["k"], 3),
            percent=percent(100 * row["k"]),
            low=percent(100 * row["share_low"]),
            high=percent(100 * row["share_high"]),
            needed=number(row["k_needed"], 3),
        )


def _caveat() -> str:
    return _(
        "Phép thử chỉ so chỉ tiêu với hai số bên cạnh và giả định các đơn vị-năm độc lập; số đếm biến động ít hơn Poisson "
        "cần k lớn hơn. Bác bỏ không nói vì sao: ngừng kết nạp khi đã đủ, giao chỉ tiêu theo số hồ sơ sẵn có và ghi số "
        "cho khớp đều cho cùng một dấu vết."
    )


def poisson_curvature(targets: npt.ArrayLike) -> Floats:
    """Return the most that counts without heaping can bulge at each target: sqrt(1 + 1/T) - 1.

    A Poisson count of mean m has 2 P(T) / (P(T-1) + P(T+1)) = 2 / (T/m + m/(T+1)), which is largest, sqrt(1 + 1/T),
    where m² = T(T+1). No mixture of Poissons, so no over-dispersed count, can bulge more.

    Parameters
    ----------
    targets : (n,) array
        Whole numbers above 0.

    Examples
    --------
    >>> poisson_curvature([1, 2, 3, 10]).round(4).tolist()
    [0.4142, 0.2247, 0.1547, 0.0488]
    """
    return np.asarray(np.sqrt(1 + 1 / np.asarray(targets, dtype=float)) - 1)


def share_bounds(k: Share) -> tuple[Share, Share]:
    """Return the shares of the middle of three points that a curvature of at most k allows.

    Examples
    --------
    >>> [round(share, 4) for share in share_bounds(0.2)]
    [0.2857, 0.375]
    """
    return (1 - k) / (3 - k), (1 + k) / (3 + k)


def frandsen_p_value(at: int, near: int, k: float) -> float:
    """Return the p-value of no manipulation, for ``at`` of ``near`` rows at the threshold itself.

    Where the probability mass p of a discrete running variable satisfies
    ``|p(c-1) - 2 p(c) + p(c+1)| <= k (p(c-1) + p(c+1))``, the count at the threshold c is, given the counts at
    the three points together, binomial with a share between (1-k)/(3-k) and (1+k)/(3+k).

    Parameters
    ----------
    at : int
        Count at the threshold.
    near : int
        Counts at the threshold and both its neighbours together.
    k : float
        Largest curvature that is no manipulation, 0 (a straight line) to 1.

    Notes
    -----
    The tail that ``at`` lies in, at the bound nearest to it, is joined by the opposite tail whose probability, at the
    other bound, comes nearest; the p-value is what both have together at the worse of the two bounds. This is
    what the Stata command ``rddisttestk`` of the paper does for k > 0. For k = 0 that command doubles P(N > at),
    which leaves ``at`` itself out and gives 0 where all rows lie at the threshold; here k = 0 is no exception. Since
    the opposite tails of two counts never cross, no more than a share alpha of p-values is at or below alpha.

    References
    ----------
    Frandsen, B. R. (2017). Party bias in union representation elections: testing for manipulation in the
    regression discontinuity design when the running variable is discrete. *Advances in Econometrics* 38, 281-315.

    Examples
    --------
    >>> round(frandsen_p_value(45, 100, 0.0), 4), round(frandsen_p_value(45, 100, 0.1), 4)
    (0.0191, 0.0337)
    """
    low, high = share_bounds(k)
    counts = np.arange(near + 1)
    # P(N <= y) at the low share and P(N >= y) at the high one, each from nothing to everything
    below = np.r_[0.0, stats.binom.cdf(counts, near, low)]
    above = np.r_[0.0, stats.binom.sf(counts - 1, near, high)[::-1]]
    if above[near + 1 - at] <= below[at + 1]:
        left, right = _nearest(below, above[near + 1 - at]) - 1, at
    else:
        left, right = at, near + 1 - _nearest(above, below[at + 1])
    shares = np.array([low, high])
    both = stats.binom.cdf(left, near, shares) + stats.binom.sf(right - 1, near, shares)
    return float(min(1.0, both.max()))


def _nearest(tails: Floats, own: float) -> int:
    """Return which of the growing tails comes nearest to ``own``; the larger of two as near."""
    gaps = np.abs(tails - own)
    return int(np.flatnonzero(gaps <= gaps.min() + 1e-12)[-1])


def density_test(rows: pd.DataFrame, *, k: float | None = None, level: float = 0.95) -> DensityTest:
    """Return Frandsen's test of manipulation at the target, with admitted - target as the running variable.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`, one a unit and year: ``admitted``, ``target`` (persons).
    k : float, optional
        Largest curvature that is no manipulation, 0 to 1; see :func:`frandsen_p_value`. By default what
        independent counts of any mixture of Poissons can reach at the targets of the rows at hand
        (:func:`poisson_curvature`), the shares that it allows being averaged over the rows near their target:
        it looks at their targets and not at how many were hit. It guards against taking the bulge of small
        targets for an excess; a dip it does not bound.
    level : float
        Coverage of the intervals.

    Raises
    ------
    ParameterError
        A column is missing, or a parameter is out of its range.

    References
    ----------
    Hoeffding, W. (1956). On the distribution of the number of successes in independent trials. *Annals of
    Mathematical Statistics* 27, 713-721, for one mean share in place of unequal ones.

    Examples
    --------
    >>> rows = pd.DataFrame({"target": 10, "admitted": [9] * 5 + [10] * 20 + [11] * 5})
    >>> found = density_test(rows).at("all")
    >>> found[["at", "k", "p_value"]].astype(float).round(4).to_list()
    [20.0, 0.0488, 0.0004]
    """
    if k is not None and not 0 <= k <= 1:
        raise ParameterError(f"k is {k}; it lies between 0 and 1")
    if not 0 < level < 1:
        raise ParameterError(f"level is {level}; it lies between 0 and 1")
    used, dropped = with_target(rows)
    admitted, target = used["admitted"].to_numpy(dtype=float), used["target"].to_numpy(dtype=float)
    findings = target_findings(admitted, target, least=0)
    counted_wrong = withheld(findings)
    with np.errstate(invalid="ignore"):  # numbers without bound, which the gate withholds
        near = (np.abs(admitted - target) <= 1) & (not counted_wrong)
    if not findings and not near.any():
        findings = [Finding("few_rows", "", {"count": 0, "least": 1})]
    records = [
        {"term": label}
        | (_untold(k) if counted_wrong else _tested(admitted[near & band], target[near & band], k, level))
        for label, band in target_bands(target)
    ]
    counts = records[0]
    return DensityTest(
        name="density-test",
        title=_("Phép thử Frandsen: số đúng chỉ tiêu so với hai số bên cạnh"),
        estimates=pd.DataFrame.from_records(records),
        specification=_("số kết nạp trừ chỉ tiêu bằng -1, 0 hay 1; nhị thức có điều kiện, k = {k}").format(
            k=significant(float(counts["k"]), 3)
        ),
        n=int(near.sum()),
        covariance="exact",
        dropped=dropped,
        findings=tuple(findings),
        level=level,
        histogram=pd.DataFrame(
            {"difference": [-1, 0, 1], "observed": [counts[name] for name in ("below", "at", "above")]}
        ),
    )


def _untold(k: float | None) -> dict[str, float]:
    """Return the columns of a row of which nothing is known."""
    names = ("below", "at", "above", "k", "share_low", "share_high", "p_excess", "k_needed")
    return dict.fromkeys((*ESTIMATES[1:], *names), np.nan) | ({} if k is None else {"k": k})


def _tested(admitted: Floats, target: Floats, k: float | None, level: float) -> dict[str, float]:
    """Return the test of the rows given, all of which are near their target."""
    below, at, above = (int((admitted - target == step).sum()) for step in (-1, 0, 1))
    near = below + at + above
    record = _untold(k) | {"below": below, "at": at, "above": above}
    if not near:
        return record
    curvature = _curvature(target) if k is None else k
    share_low, share_high = share_bounds(curvature)
    limits = stats.binomtest(at, near).proportion_ci(level)
    shown = dict(zip(("", "_low", "_high"), (at / near, limits.low, limits.high), strict=True))
    return record | {
        "estimate": at / near,
        "low": limits.low,
        "high": limits.high,
        **{f"response{part}": value for part, value in shown.items()},
        "p_value": frandsen_p_value(at, near, curvature),
        "k": curvature,
        "share_low": share_low,
        "share_high": share_high,
        "p_excess": float(stats.binom.sf(at - 1, near, share_high)),
        "k_needed": _bulge(limits.low),
    }


def _curvature(target: Floats) -> float:
    """Return the curvature that allows the mean of the shares that the bulge of each target allows."""
    return _bulge(float(share_bounds(poisson_curvature(target))[1].mean()))


def _bulge(share: float) -> float:
    """Return the smallest curvature that allows a share of the middle point."""
    return max(0.0, (3 * share - 1) / (1 - share))


def _row(row: Mapping[str, Any]) -> list[str]:
    return [
        _("tất cả") if row["term"] == "all" else str(row["term"]),
        *(counted(row[name]) for name in ("below", "at", "above")),
        "–" if pd.isna(row["estimate"]) else percent(100 * row["estimate"]),
        interval(100 * row["low"], 100 * row["high"], 3),
        significant(row["k"], 3),
        "–" if pd.isna(row["share_high"]) else percent(100 * row["share_high"]),
        p_value(row["p_value"]),
        p_value(row["p_excess"]),
    ]
