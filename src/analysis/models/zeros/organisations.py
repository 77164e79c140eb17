"""Organisations without admissions, and those of them that have no eligible people left (*hết nguồn*)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import ParameterError
from analysis.language import _, number, percent
from analysis.models import sums
from analysis.models.gate import Finding
from analysis.models.result import ESTIMATES, Dropped, Result
from analysis.models.terms import category_label, factor_label
from analysis.shown import Head, Table

Floats = npt.NDArray[np.float64]

BASE = ("commune", "grassroots")
"""Levels whose committees and cells are the base organisations (*tổ chức cơ sở đảng*)."""


@dataclass(frozen=True, slots=True)
class SetApart:
    """Unit-years, those without eligible people apart.

    Attributes
    ----------
    rest : DataFrame
        Rows in which somebody could be admitted, as far as is known.
    structural : DataFrame
        Rows without eligible people and without admissions: structural zeros.
    contradicted : DataFrame
        Rows of ``rest`` that admitted people although none was eligible: one of the numbers is wrong.
    unknown : int
        Rows of ``rest`` without admissions whose eligible people nobody counted.
    """

    rest: pd.DataFrame
    structural: pd.DataFrame
    contradicted: pd.DataFrame
    unknown: int

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """The structural zeros, as rows that a model of the rest does not use."""
        reason = _("không còn người đủ điều kiện nên không thể kết nạp (số không cấu trúc)")
        return (Dropped(reason, len(self.structural)),) if len(self.structural) else ()

    @property
    def findings(self) -> list[Finding]:
        """What a reader must know of the separation; none of it withholds a fit."""
        counts = {"eligible_contradicted": len(self.contradicted), "eligible_unknown": self.unknown}
        return [Finding(code, "", {"count": count}) for code, count in counts.items() if count]


def set_apart(rows: pd.DataFrame, outcome: str = "admitted") -> SetApart:
    """Return unit-years with the structural zeros apart.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`; without a column ``eligible`` nothing is set apart.
    outcome : str
        Column of the counts.

    Examples
    --------
    >>> rows = pd.DataFrame({"admitted": [0, 3, 0, 1], "eligible": [0, 0, 5, None]})
    >>> apart = set_apart(rows)
    >>> len(apart.rest), len(apart.structural), len(apart.contradicted), apart.unknown
    (3, 1, 1, 0)
    """
    if "eligible" not in rows.columns:
        return SetApart(rows, rows.iloc[:0], rows.iloc[:0], 0)
    admitted, eligible = numbers(rows, outcome), numbers(rows, "eligible")
    structural = _structural(admitted, eligible)
    return SetApart(
        rest=rows.loc[~structural],
        structural=rows.loc[structural],
        contradicted=rows.loc[(eligible == 0) & (admitted > 0)],
        unknown=int((np.isnan(eligible) & (admitted == 0)).sum()),
    )


def _structural(admitted: Floats, eligible: Floats) -> npt.NDArray[np.bool_]:
    """Tell the unit-years that admitted nobody and had nobody to admit."""
    return np.asarray((eligible == 0) & (admitted == 0))


def numbers(rows: pd.DataFrame, column: str) -> Floats:
    """Return a column as numbers, gaps as not-a-number.

    Raises
    ------
    ParameterError
        There is no such column, or it holds something else than numbers.
    """
    known_columns(rows, [column])
    return sums.numbers(rows, column)


def known_columns(rows: pd.DataFrame, columns: Sequence[str]) -> None:
    """Refuse columns that are not there.

    Raises
    ------
    ParameterError
        Names the column, and those that there are.
    """
    for column in columns:
        if column not in rows.columns:
            known = ", ".join(map(str, rows.columns))
            raise ParameterError(f"no column {column!r} (there are {known})")


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutAdmission(Result):
    """Base organisations with and without admissions, those without eligible people apart.

    ``estimates`` has one row a group. ``estimate`` is the share without admission among the organisations
    that had eligible people, 0 to 1, with Wilson limits; missing where there is none. Its further columns:

    ``by`` columns, one each
        Category of the group.
    ``organisations``, ``with_admission``, ``without_admission``, ``no_eligible``
        Counts; the first is the sum of the others.
    ``eligible_unknown``
        Of those without admission, organisations whose eligible people nobody counted.

    Attributes
    ----------
    by : tuple of str
        Columns that the groups are made of.
    contradicted : DataFrame
        Unit-years that admitted people although none was eligible; they count as with admission.
    """

    by: tuple[str, ...]
    contradicted: pd.DataFrame

    def words(self) -> list[str]:
        """Return the latest year's counts, and what they do not say."""
        return [*self._findings(), *self._counts(), *self._basis(), *self._limits()]

    def _counts(self) -> list[str]:
        if self.withheld or "year" not in self.by:
            return []
        last = self.estimates.loc[self.estimates["year"] == self.estimates["year"].max()]
        sums = last[["organisations", "with_admission", "without_admission", "no_eligible"]].sum()
        words = _(
            "Năm {year}, trong {organisations} tổ chức cơ sở đảng có {with_admission} kết nạp được đảng viên, "
            "{without_admission} không kết nạp được, {no_eligible} không còn người đủ điều kiện."
        )
        counts = {str(name): number(count) for name, count in sums.items()}
        return [words.format(year=int(last["year"].iloc[0]), **counts)]

    def _limits(self) -> list[str]:
        if self.withheld:
            return []
        return [
            _(
                "Tỷ lệ không kết nạp chỉ tính trên các tổ chức còn người đủ điều kiện; khoảng tính theo Wilson, coi các "
                "tổ chức trong một năm là độc lập. Một năm không kết nạp chưa nói lên nguyên nhân."
            )
        ]

    def to_table(self) -> Table:
        """Return the counts and the shares of the groups."""
        heads = [Head(factor_label(name)) for name in self.by]
        labels = (
            _("Tổ chức"),
            _("Có kết nạp"),
            _("Không kết nạp"),
            _("Không còn nguồn"),
            _("Tỷ lệ không kết nạp"),
            _("Khoảng {share}").format(share=percent(100 * self.level, 0)),
        )
        heads += [Head(label, numeric=True) for label in labels]
        rows = [self._row(row) for row in self.estimates.to_dict("records")]
        return Table(self.name, self.title, " ".join(self.words()), heads, rows, self.estimates)

    def _row(self, row: Mapping[str, Any]) -> list[str]:
        names = [category_label(name, str(row[name])) or _("không rõ") for name in self.by]
        counts = ("organisations", "with_admission", "without_admission", "no_eligible")
        shown = ["–" if pd.isna(row["estimate"]) else percent(100 * row["estimate"])]
        limits = f"{percent(100 * row['low'])} – {percent(100 * row['high'])}" if shown != ["–"] else "–"
        return [*names, *(number(row[count]) for count in counts), *shown, limits]


def without_admission(
    rows: pd.DataFrame,
    *,
    by: Sequence[str] = ("year", "locality"),
    levels: Sequence[str] = BASE,
    level: float = 0.95,
) -> WithoutAdmission:
    """Return the base organisations with and without admissions, those without eligible people apart.

    The categories are those of the Party's own statistics: base organisations with admissions, without,
    and with nobody left to admit, which is no failure of theirs.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`analysis.models.register_rows.by_unit`.
    by : sequence of str
        Columns that make the groups.
    levels : sequence of str
        Levels of the units that are counted as base organisations; the others are dropped.
    level : float
        Coverage of the limits.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal
    of the American Statistical Association* 22, 209-212.

    Examples
    --------
    >>> rows = pd.DataFrame({"year": 2020, "locality": "commune", "level": "commune",
    ...                      "admitted": [0, 0, 3, 4], "eligible": [0, 2, 5, 6]})
    >>> found = without_admission(rows).estimates
    >>> found[["organisations", "with_admission", "without_admission", "no_eligible"]].values.tolist()
    [[4, 2, 1, 1]]
    >>> float(found.at[0, "estimate"].round(4))
    0.3333
    """
    if not 0 < level < 1:
        raise ParameterError(f"level: {level} is no share between 0 and 1")
    known_columns(rows, [*by, "level", "admitted", "eligible"])
    kept, dropped = _of_levels(rows, levels)
    missing = np.isnan(numbers(kept, "admitted"))
    if missing.any():
        kept = kept.loc[~missing]
        dropped += (Dropped(_("không biết số kết nạp"), int(missing.sum())),)
    apart = set_apart(kept)
    estimates = _shares(_groups(kept, list(by)), list(by), level)
    return WithoutAdmission(
        name="without-admission",
        title=_("Tổ chức cơ sở đảng có và không kết nạp đảng viên"),
        estimates=estimates,
        specification=_("tỷ lệ không kết nạp ai trong số còn người đủ điều kiện, theo {by}").format(
            by=" × ".join(by)
        ),
        n=len(kept),
        covariance="Wilson",
        dropped=dropped,
        findings=(*([] if len(kept) else [Finding("no_rows")]), *apart.findings),
        level=level,
        by=tuple(by),
        contradicted=apart.contradicted,
    )


def _of_levels(rows: pd.DataFrame, levels: Sequence[str]) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    out = ~rows["level"].astype("object").isin(list(levels))
    reason = _("không phải tổ chức cơ sở đảng")
    return rows.loc[~out], ((Dropped(reason, int(out.sum())),) if out.any() else ())


def _groups(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the counts of each group."""
    admitted, eligible = numbers(rows, "admitted"), numbers(rows, "eligible")
    none = _structural(admitted, eligible)
    flags = rows[by].assign(
        organisations=1,
        with_admission=(admitted > 0).astype(int),
        without_admission=((admitted == 0) & ~none).astype(int),
        no_eligible=none.astype(int),
        eligible_unknown=(np.isnan(eligible) & (admitted == 0)).astype(int),
    )
    return flags.groupby(by, observed=True, sort=True, dropna=False, as_index=False).sum()


def _shares(groups: pd.DataFrame, by: list[str], level: float) -> pd.DataFrame:
    """Return the groups as estimates: the share without admission among those with eligible people."""
    without = groups["without_admission"].to_numpy(dtype=float)
    of = without + groups["with_admission"].to_numpy(dtype=float)
    share, low, high = (np.full(len(groups), np.nan) for _part in range(3))
    some = of > 0
    share[some] = without[some] / of[some]
    low[some], high[some] = proportion_confint(without[some], of[some], alpha=1 - level, method="wilson")
    low[some & (without == 0)], high[some & (without == of)] = 0.0, 1.0  # exactly, not but for rounding
    terms = [":".join(f"{name}[{row[name]}]" for name in by) for row in groups.to_dict("records")]
    columns = [
        terms,
        share,
        np.sqrt(share * (1 - share) / np.where(some, of, 1)),
        low,
        high,
        share,
        low,
        high,
    ]
    estimates = pd.DataFrame(dict(zip(ESTIMATES, [*columns, np.full(len(groups), np.nan)], strict=True)))
    return pd.concat([estimates, groups], axis=1)
