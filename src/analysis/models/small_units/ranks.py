"""Ranks of units, with how little is known about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.errors import ParameterError
from analysis.language import _, number, plain
from analysis.models.estimate_words import interval, significant
from analysis.models.gate import Finding, withheld
from analysis.models.intervals import with_limits
from analysis.models.result import Result
from analysis.models.small_units.shrinkage import SmallUnits, listed
from analysis.shown import Head, Table

Floats = npt.NDArray[np.float64]
Halves = npt.NDArray[np.float32]
"""Ranks, whole or with a half where two draws are equal, which this type holds exactly."""

_BATCH = 250
"""Draws ranked at a time; a constant, since the stream of random numbers runs through the batches."""

_FEWEST_DRAWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks(Result):
    """Ranks, a row a unit; rank 1 is the highest rate.

    ``estimates`` has after its usual columns, in which ``estimate`` and ``response`` are the mean rank with its
    posterior standard deviation and interval: ``label`` (the unit's name), ``top`` and ``bottom``
    (probability of being among the ``tail_size`` highest or lowest), ``half`` (``upper`` or ``lower`` where the
    interval lies wholly in that half, else empty).

    Attributes
    ----------
    tail_size : int
        How many units are a tenth of them, at least one.
    draws : int
        Draws from the posterior.
    """

    tail_size: int
    draws: int

    def words(self) -> list[str]:
        """Return what the result says: which units can be told from the middle at all."""
        return [*([] if self.withheld else self._said()), *self._findings(), *self._basis()]

    def _said(self) -> list[str]:
        table = self.estimates
        total = number(len(table))
        lines = []
        for half, some in (
            ("upper", _("Khoảng hạng nằm trọn trong nửa trên: {n} trong {total} đơn vị ({names}).")),
            ("lower", _("Khoảng hạng nằm trọn trong nửa dưới: {n} trong {total} đơn vị ({names}).")),
        ):
            found = table.loc[table["half"] == half].sort_values("estimate", kind="stable")
            if len(found):
                lines.append(
                    some.format(n=number(len(found)), total=total, names=listed(found["label"].tolist()))
                )
        rest = int((table["half"] == "").sum())
        if rest:
            width = (table["high"] - table["low"]).median()
            lines.append(
                _(
                    "Không phân biệt được {n} trong {total} đơn vị với mức giữa; khoảng hạng thường rộng {width} bậc."
                ).format(n=number(rest), total=total, width=number(width))
            )
        lines.append(
            _(
                "Hạng không được đọc mà thiếu khoảng của nó; đơn vị đứng đầu có thể chỉ gặp may, và hạng không nói vì sao."
            )
        )
        return lines

    def to_table(self) -> Table:
        """Return the ranks as a notebook shows them, each with its interval; none where the units cannot be ranked."""
        heads = [Head(_("Đơn vị"))]
        names = [_("Hạng trung bình"), _("Khoảng {share}%").format(share=plain(100 * self.level))]
        names += [
            _("Xác suất trong {n} đơn vị cao nhất, %").format(n=number(self.tail_size)),
            _("Xác suất trong {n} đơn vị thấp nhất, %").format(n=number(self.tail_size)),
        ]
        heads += [Head(name, numeric=True) for name in names]
        ranked = self.estimates.dropna(subset="estimate")
        rows = [
            [
                row["label"],
                significant(row["response"], 3),
                interval(row["response_low"], row["response_high"], 1),
                significant(100 * row["top"], 2),
                significant(100 * row["bottom"], 2),
            ]
            for row in ranked.sort_values("estimate", kind="stable").to_dict("records")
        ]
        title = _("Hạng của các đơn vị, kèm khoảng")
        return Table(self.name, title, " ".join(self.words()), heads, rows, self.estimates)


def posterior_ranks(shrunken: SmallUnits, *, seed: int, draws: int = 4000) -> Ranks:
    """Return the rank of each unit with its uncertainty, by simulation from the posterior of the rates.

    Parameters
    ----------
    shrunken : SmallUnits
        What :func:`analysis.models.small_units.shrinkage.shrink` returned; its level is that of the intervals.
    seed : int
        The same seed gives the same ranks.
    draws : int
        Draws from the posterior, at least 1,000.

    Raises
    ------
    ParameterError
        The seed is no whole number from 0 on, or there are too few draws.

    References
    ----------
    Laird, N. M. and Louis, T. A. (1989). Empirical Bayes ranking methods. *Journal of Educational Statistics*
    14, 29-46.

    Goldstein, H. and Spiegelhalter, D. J. (1996). League tables and their limitations: statistical issues in
    comparisons of institutional performance. *Journal of the Royal Statistical Society A* 159, 385-443.

    Examples
    --------
    >>> from analysis.models.small_units.shrinkage import shrink
    >>> rows = pd.DataFrame(
    ...     {"unit_id": list("abcde"), "admitted": [90, 30, 5, 60, 9], "target": [40, 20, 20, 50, 40]}
    ... )
    >>> found = posterior_ranks(shrink(rows), seed=1).estimates
    >>> found[["term", "low", "high", "half"]].to_numpy().tolist()[:2]
    [['a', 1.0, 1.0, 'upper'], ['b', 2.0, 3.0, '']]
    """
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ParameterError(f"seed {seed!r} is not a whole number from 0 on")
    if draws < _FEWEST_DRAWS:
        raise ParameterError(
            f"{draws} draws are too few for intervals of ranks; take {_FEWEST_DRAWS} or more"
        )
    findings = list(shrunken.findings)
    if not shrunken.withheld and shrunken.prior.variance == 0:
        findings.append(Finding("cannot_rank"))
    units = shrunken.estimates
    tail_size = max(len(units) // 10, 1)
    if withheld(findings):
        table = with_limits(units["term"].tolist(), *_missing(len(units)))
        table = table.assign(label=units["label"], top=np.nan, bottom=np.nan, half="")
    else:
        table = _summary(units, _ranks(shrunken, seed, draws), tail_size, shrunken.level)
    return Ranks(
        name=f"ranks-{shrunken.name.removeprefix('shrunken-')}",
        title=_("Hạng của các đơn vị, kèm khoảng"),
        estimates=table,
        specification=shrunken.specification,
        n=shrunken.n,
        exposure=shrunken.exposure,
        exposure_unit=shrunken.exposure_unit,
        covariance="posterior",
        converged=shrunken.converged,
        dropped=shrunken.dropped,
        findings=tuple(findings),
        level=shrunken.level,
        seed=seed,
        tail_size=tail_size,
        draws=draws,
    )


def _ranks(shrunken: SmallUnits, seed: int, draws: int) -> Halves:
    """Return ranks, a row a draw and a column a unit; equal draws share the mean of their ranks."""
    shape, rate = shrunken.posterior()
    random = np.random.default_rng(seed)
    ranks = np.empty((draws, len(shape)), dtype=np.float32)
    for first in range(0, draws, _BATCH):
        part = ranks[first : first + _BATCH]
        rates = random.standard_gamma(shape, size=(len(part), len(shape))) / rate
        part[:] = stats.rankdata(-rates, axis=1)
    return ranks


def _summary(units: pd.DataFrame, ranks: Halves, tail_size: int, level: float) -> pd.DataFrame:
    total = ranks.shape[1]
    ends = np.quantile(ranks, [(1 - level) / 2, (1 + level) / 2], axis=0, method="inverted_cdf")
    low, high = ends.astype(float)
    mean, spread = ranks.mean(axis=0, dtype=float), ranks.std(axis=0, dtype=float)
    middle = (total + 1) / 2
    table = with_limits(units["term"].tolist(), mean, (low, high), spread)
    return table.assign(
        label=units["label"],
        top=(ranks <= tail_size).mean(axis=0),
        bottom=(ranks > total - tail_size).mean(axis=0),
        half=np.select([high < middle, low > middle], ["upper", "lower"], ""),
    )


def _missing(count: int) -> tuple[Floats, tuple[Floats, Floats], Floats]:
    gap = np.full(count, np.nan)
    return gap, (gap, gap), gap
