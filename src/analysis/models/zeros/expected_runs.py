"""Runs of years without admission beside those that a fitted count model makes by chance alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number, percent
from analysis.models.estimate_words import p_value, p_words
from analysis.models.gate import withheld
from analysis.models.result import ESTIMATES, Result
from analysis.models.zeros.dry_runs import LENGTHS, at_least, checked_lengths
from analysis.models.zeros.hurdle import ZERO_PARTS
from analysis.models.zeros.organisations import numbers, set_apart
from analysis.models.zeros.two_part import Prepared, Question, prepared
from analysis.models.zeros.unit_calendar import Calendar, calendar, running
from analysis.models.zeros.zero_models import SIMPLER, fitted
from analysis.shown import Head, Table

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

RARE = 0.01
"""Probability below which a unit's longest run is one that chance hardly makes."""

LEAST_DRAWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRuns(Result):
    """Runs of years without admission beside those that chance makes under a count model.

    ``estimates`` has one row a length L, in ``years``: ``estimate`` is the mean number of runs of at least that
    length in the simulated registers, ``std_error`` their standard deviation, ``low`` to ``high`` the middle share
    ``level`` of them; ``observed`` is the number seen, and ``p_value`` the share of registers with as many or
    more, the one seen counted among them.

    Attributes
    ----------
    units : DataFrame
        One row a unit: ``unit_id``; ``years`` simulated; ``longest`` run seen; ``expected_longest``; ``probability``
        that chance makes one at least as long. Empty where withheld.
    draws : int
        Registers simulated.
    """

    units: pd.DataFrame
    draws: int

    def words(self) -> list[str]:
        """Return for which lengths there are more runs than chance makes, and what that does not say."""
        if self.withheld:
            return [*self._findings(), *self._basis()]
        limits = _(
            "Mô phỏng giữ nguyên xác suất của mô hình và coi các năm là độc lập: nhiều chuỗi năm hơn mức ngẫu nhiên cho "
            "thấy có điều gì kéo dài qua nhiều năm mà mô hình không có, chưa cho biết đó là điều gì."
        )
        lengths = [self._length(row) for row in self.estimates.to_dict("records")]
        return [*self._findings(), *lengths, self._rare(), *self._basis(), limits]

    def _length(self, row: Mapping[str, Any]) -> str:
        if row["p_value"] < 1 - self.level:
            words = _(
                "Chuỗi không kết nạp {length}: có {observed}, ngẫu nhiên chỉ khoảng {expected} ({limits}); {p}."
            )
        else:
            words = _(
                "Chuỗi không kết nạp {length}: có {observed}, không nhiều hơn rõ rệt so với ngẫu nhiên, khoảng {expected} "
                "({limits}); {p}."
            )
        return words.format(
            length=at_least(row["years"]),
            observed=number(row["observed"]),
            expected=number(row["estimate"], 1),
            limits=_limits(row),
            p=p_words(row["p_value"]),
        )

    def _rare(self) -> str:
        words = _(
            "{n} trong {all} đơn vị có chuỗi năm mà xác suất ngẫu nhiên dưới {share}; riêng may rủi cũng tạo ra tới khoảng "
            "{chance} đơn vị như vậy."
        )
        return words.format(
            n=number((self.units["probability"] < RARE).sum()),
            all=number(len(self.units)),
            share=percent(100 * RARE, 0),
            chance=number(RARE * len(self.units), 1),
        )

    def to_table(self) -> Table:
        """Return the runs seen and expected, by length."""
        share = percent(100 * self.level, 0)
        labels = (_("Thực có"), _("Ngẫu nhiên"), _("Khoảng {share}").format(share=share), "p")
        heads = [Head(_("Số năm liền")), *(Head(label, numeric=True) for label in labels)]
        rows = [self._row(row) for row in self.estimates.to_dict("records")]
        return Table(self.name, self.title, " ".join(self.words()), heads, rows, self.estimates)

    def _row(self, row: Mapping[str, Any]) -> list[str]:
        numbers_ = (
            "–" if pd.isna(row[name]) else number(row[name], d)
            for name, d in (("observed", 0), ("estimate", 1))
        )
        return [at_least(row["years"]), *numbers_, _limits(row), p_value(row["p_value"])]


def _limits(row: Mapping[str, Any]) -> str:
    return "–" if pd.isna(row["low"]) else f"{number(row['low'])} – {number(row['high'])}"


def expected_runs(
    rows: pd.DataFrame,
    formula: str,
    zero_formula: str = "1",
    *,
    exposure: str | None,
    seed: int,
    model: str = "nb2",
    zero: str = "logit",
    lengths: Sequence[int] = LENGTHS,
    draws: int = 2000,
    level: float = 0.95,
) -> ExpectedRuns:
    """Return how many runs of years without admission chance alone would make.

    The model gives each unit-year, by its own exposure and covariates, a probability of no admission. Registers
    are drawn from these, year by year and independently; what is unknown stays unknown, and years without
    eligible people are always dry. More long runs than drawn means that dry years follow dry years for reasons
    that the model has not: lasting traits of units, or years that depend on each other.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`.
    formula, zero_formula : str
        Of the count, and of the zero part where the model has one.
    exposure : str or None
        Column whose logarithm is an offset of the count.
    seed : int
        Of the random numbers (PCG64).
    model : str
        ``poisson``, ``nb2``, ``zip``, ``zinb``, ``hurdle_poisson`` or ``hurdle_nb2``.
    zero : str
        Zero part of a hurdle model: ``logit``, or ``poisson`` with the same exposure as the count.
    lengths : sequence of int
        Lengths of runs, in years.
    draws : int
        Registers to draw.
    level : float
        Share of them that the intervals hold.

    Raises
    ------
    ParameterError
        A column is missing, a formula cannot be read, or another parameter is not one of those above.

    References
    ----------
    Davison, A. C. and Hinkley, D. V. (1997). *Bootstrap Methods and their Application*. Cambridge, section 4.2, for
    the p-value.
    """
    wanted = checked_lengths(lengths)
    if model not in SIMPLER or zero not in ZERO_PARTS:
        raise ParameterError(
            f"model {model!r}, zero {zero!r}: choose of {', '.join(SIMPLER)}; {', '.join(ZERO_PARTS)}"
        )
    if draws < LEAST_DRAWS or seed < 0:
        raise ParameterError(f"draws {draws}, seed {seed}: at least {LEAST_DRAWS} draws, and no seed below 0")
    rows = rows.reset_index(drop=True)
    passing = exposure if zero == "poisson" and model.startswith("hurdle") else None
    used = prepared(rows, Question("admitted", formula, zero_formula, exposure, passing, None, level))
    calendar(rows)
    found = fitted(used, model, zero)
    estimates, units = _nothing(wanted)
    if not withheld(found["findings"]):
        estimates, units = _simulated(
            rows, used, found["fitted"]["zero_probability"], wanted, draws, seed, level
        )
    return ExpectedRuns(
        name="expected-runs",
        title=_("Chuỗi năm không kết nạp so với ngẫu nhiên"),
        estimates=estimates,
        specification=_(
            "{model}, {formula}; rút {draws} bộ sổ theo xác suất không kết nạp ai của mô hình"
        ).format(model=model, formula=formula, draws=number(draws)),
        findings=found["findings"],
        converged=found["converged"],
        seed=seed,
        units=units,
        draws=draws,
        **used.basis() | {"covariance": "simulation"},
    )


def _nothing(lengths: tuple[int, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    estimates = pd.DataFrame({"term": [f"runs[{n}]" for n in lengths], "years": lengths})
    units = pd.DataFrame(columns=["unit_id", "years", "longest", "expected_longest", "probability"])
    return estimates.reindex(columns=[*ESTIMATES, "years", "observed"]), units


def _simulated(
    rows: pd.DataFrame,
    used: Prepared,
    zero_probability: pd.Series,
    lengths: tuple[int, ...],
    draws: int,
    seed: int,
    level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the runs seen and drawn, by length and by unit."""
    nobody = set_apart(rows).structural
    known = pd.concat([used.rows, nobody]).sort_values(["unit_id", "year"])
    place = calendar(known)
    chance = pd.concat([zero_probability, pd.Series(1.0, nobody.index)]).loc[known.index].to_numpy()
    seen = running(place.spread(numbers(known, "admitted") == 0, empty=False))
    longest = seen.max(axis=1)
    # What is unknown is dry in no register
    counts, most = _drawn(place.spread(chance, empty=-1.0), longest, lengths, draws, seed)
    observed = np.array([(seen == n).sum() for n in lengths])
    estimates = _by_length(lengths, observed, counts, level)
    return estimates, _by_unit(place, longest, most, draws)


def _drawn(
    chance: Floats, longest: npt.NDArray[np.int16], lengths: tuple[int, ...], draws: int, seed: int
) -> tuple[Counts, tuple[Counts, Counts]]:
    """Return the runs by register and length; by unit, registers with a run as long, and the sum of longest runs."""
    generator = np.random.default_rng(seed)
    counts = np.zeros((draws, len(lengths)), dtype=np.int64)
    as_long, total = (np.zeros(len(chance), dtype=np.int64) for _part in range(2))
    for draw in range(draws):
        runs = running(generator.random(chance.shape) < chance)
        counts[draw] = [np.count_nonzero(runs == n) for n in lengths]
        most = runs.max(axis=1)
        as_long += most >= longest
        total += most
    return counts, (as_long, total)


def _by_length(lengths: tuple[int, ...], observed: Counts, counts: Counts, level: float) -> pd.DataFrame:
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(counts, tails, axis=0, method="inverted_cdf").astype(float)
    mean, spread = counts.mean(axis=0), counts.std(axis=0, ddof=1)
    p = (1 + (counts >= observed).sum(axis=0)) / (1 + len(counts))
    columns = [[f"runs[{n}]" for n in lengths], mean, spread, low, high, mean, low, high, p]
    return pd.DataFrame(dict(zip(ESTIMATES, columns, strict=True))).assign(years=lengths, observed=observed)


def _by_unit(
    place: Calendar, longest: npt.NDArray[np.int16], drawn: tuple[Counts, Counts], draws: int
) -> pd.DataFrame:
    as_long, total = drawn
    return pd.DataFrame(
        {
            "unit_id": place.units,
            "years": np.bincount(place.unit, minlength=len(place.units)),
            "longest": longest.astype(int),
            "expected_longest": total / draws,
            "probability": (1 + as_long) / (1 + draws),
        }
    )
