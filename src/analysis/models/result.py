"""What every model returns: estimates as a tidy table, with all that a reader needs to judge them."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis import __version__
from analysis.language import _, again, number, percent, speaking
from analysis.models.covariance_words import covariance_label
from analysis.models.estimate_words import interval, p_value, significant
from analysis.models.gate import Finding, withheld
from analysis.models.table_markup import markdown
from analysis.models.terms import term_label
from analysis.shown import Head, Prose, Table, first_rows

ESTIMATES = (
    "term",
    "estimate",
    "std_error",
    "low",
    "high",
    "response",
    "response_low",
    "response_high",
    "p_value",
)
"""Columns that every table of estimates begins with."""


def library_versions() -> dict[str, str]:
    """Return the versions of what the numbers depend on."""
    names = ("numpy", "scipy", "pandas", "statsmodels")
    return {"ketnap": __version__, "python": platform.python_version()} | {
        name: _version(name) for name in names
    }


_version = cache(version)
"""Of an installed library; to look it up takes longer than to fit a small model."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows that a fit did not use, and why.

    Attributes
    ----------
    reason : str
        In words, in the reader's language of the time.
    rows : int
        How many.
    """

    reason: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a model says, and what it stands on.

    Attributes
    ----------
    name : str
        Anchor and file name of its table: ``admission-rate``.
    title : str
        What is estimated, in the reader's language.
    estimates : DataFrame
        One row a term: the columns :data:`ESTIMATES`, then what the model adds. ``estimate``,
        ``std_error``, ``low``, ``high`` are on the link scale, ``response...`` on the response scale.
        Numbers are missing where the gate withheld them.
    specification : str
        The model in a line.
    link : str
        ``log``, ``logit`` or ``identity``.
    n : int
        Rows used.
    exposure : float or None
        Its sum over the rows used.
    exposure_unit : str
        ``persons``, ``person-years``, ``target``, or ''.
    clusters : int or None
        Clusters of the errors.
    covariance : str
        ``model``, ``HC1``, ``CR1 by unit_id``, ``exact``, ...; in words by
        :func:`analysis.models.covariance_words.covariance_label`.
    dispersion : float or None
        Pearson's chi-square over its degrees of freedom, where that has a meaning.
    converged : bool
        Whether an optimiser that was used ended where it should.
    dropped : tuple of Dropped
    findings : tuple of Finding
        What the gate found; a fatal one withholds the numbers.
    level : float
        Coverage of the intervals.
    seed : int or None
        Of the random numbers, where some were drawn.
    versions : mapping of str to str
        Libraries that the numbers depend on.
    """

    name: str
    title: str
    estimates: pd.DataFrame
    specification: str
    link: str = "identity"
    n: int
    exposure: float | None = None
    exposure_unit: str = ""
    clusters: int | None = None
    covariance: str = ""
    dispersion: float | None = None
    converged: bool = True
    dropped: tuple[Dropped, ...] = ()
    findings: tuple[Finding, ...] = ()
    level: float = 0.95
    seed: int | None = None
    versions: Mapping[str, str] = field(default_factory=library_versions)

    def __post_init__(self) -> None:
        if self.withheld:
            blank = self.estimates.assign(**dict.fromkeys(ESTIMATES[1:], np.nan))
            object.__setattr__(self, "estimates", blank)

    @property
    def withheld(self) -> bool:
        """Whether no number of this result may be read."""
        return withheld(self.findings)

    def at(self, term: str) -> pd.Series:
        """Return the row of one term.

        Raises
        ------
        KeyError
            There is no such term; the message names those that there are.
        """
        rows = self.estimates.loc[self.estimates["term"] == term]
        if rows.empty:
            raise KeyError(f"{term!r} is none of {', '.join(map(str, self.estimates['term']))}")
        return rows.iloc[0]

    def words(self) -> list[str]:
        """Return what the result says, in sentences made from its numbers."""
        return [*self._findings(), *self._basis()]

    def prose(self) -> Prose:
        """Return the sentences as a notebook shows them."""
        return Prose(self.words(), listed=True)

    def _findings(self) -> list[str]:
        lines = []
        if self.withheld:
            lines.append(_("Không công bố con số nào của mô hình này."))
        return lines + [_sentence(finding) for finding in self.findings]

    def _basis(self) -> list[str]:
        parts = [_("{n} dòng").format(n=number(self.n))]
        if self.clusters is not None:
            parts.append(_("{n} cụm").format(n=number(self.clusters)))
        if self.exposure is not None and np.isfinite(self.exposure):
            parts.append(_("mẫu số cộng lại {n}").format(n=number(self.exposure)))
        if self.covariance:
            parts.append(_("sai số: {kind}").format(kind=covariance_label(self.covariance)))
        if self.dispersion is not None and np.isfinite(self.dispersion):
            parts.append(_("độ phân tán {value}").format(value=number(self.dispersion, 2)))
        lines = [
            _("Mô hình: {model}; {parts}.").format(model=again(self.specification), parts="; ".join(parts))
        ]
        lines += [
            _("Bỏ {n} dòng: {why}.").format(n=number(d.rows), why=again(d.reason)) for d in self.dropped
        ]
        return lines

    def to_table(self) -> Table:
        """Return the estimates as a notebook shows them, on the response scale, in the language in use."""
        share = percent(100 * self.level, 0 if (100 * self.level) % 1 == 0 else 1)
        heads = [Head(_("Số hạng"))]
        heads += [
            Head(label, numeric=True)
            for label in (
                self._response_head(),
                _("Khoảng {share}").format(share=share),
                _("Hệ số (thang liên kết)"),
                _("Sai số chuẩn"),
                "p",
            )
        ]
        rows = [self._row(row) for row in self.estimates.to_dict("records")]
        return Table(self.name, self.title, " ".join(self.words()), heads, rows, self.estimates)

    def _response_head(self) -> str:
        return {"log": _("Tỷ số"), "logit": _("Tỷ số chênh"), "identity": _("Ước lượng")}[self.link]

    def _row(self, row: Mapping[str, Any]) -> list[str]:
        return [
            term_label(str(row["term"])),
            significant(row["response"]),
            interval(row["response_low"], row["response_high"]),
            significant(row["estimate"]),
            significant(row["std_error"]),
            p_value(row["p_value"]),
        ]

    def _repr_mimebundle_(self, **asked: Any) -> dict[str, Any]:
        """Show the table in a notebook, with the sentences under it."""
        return first_rows(self._titled())._repr_mimebundle_(**asked)

    def to_markdown(self, lang: str = "vi") -> str:
        """Return the table in Markdown, with the sentences under it.

        Parameters
        ----------
        lang : str
            ``vi`` or ``en``.
        """
        with speaking(lang):
            return markdown(self._titled())

    def to_latex(self, lang: str = "vi") -> str:
        """Return the table in LaTeX, with the rules of booktabs, and the sentences as its note.

        Parameters
        ----------
        lang : str
            ``vi`` or ``en``.
        """
        with speaking(lang):
            return self._titled().to_latex()

    def _titled(self) -> Table:
        """Return the table with its title in the language in use, and the sentences under it."""
        return replace(self.to_table(), title=again(self.title), caption="", notes=self.words())


def _sentence(finding: Finding) -> str:
    what = finding.what[:1].upper() + finding.what[1:]
    return _("{what}. Nên: {help}.").format(what=what, help=finding.help)


def tidy(
    terms: Sequence[str],
    estimates: Any,
    errors: Any,
    *,
    link: str,
    level: float = 0.95,
    freedom: float = np.inf,
) -> pd.DataFrame:
    """Return the table of estimates from coefficients and their standard errors.

    Parameters
    ----------
    terms : sequence of str
    estimates, errors : (k,) arrays
        On the link scale.
    link : str
        ``log``, ``logit`` (both shown as exp) or ``identity``.
    level : float
        Coverage.
    freedom : float
        Degrees of freedom of Student's t; infinite for the normal.

    Examples
    --------
    >>> tidy(["sex"], [0.0], [0.1], link="log").round(4).to_dict("records")[0]["response_high"]
    1.2165
    """
    values, spread = np.asarray(estimates, dtype=float), np.asarray(errors, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        reach = stats.t.ppf((1 + level) / 2, freedom) * spread
        low, high = values - reach, values + reach
        # A limit too large for a floating number is shown as without bound
        shown = [part if link == "identity" else np.exp(part) for part in (values, low, high)]
        p_values = 2 * stats.t.sf(np.abs(values / spread), freedom)
    columns = [list(terms), values, spread, low, high, *shown, p_values]
    return pd.DataFrame(dict(zip(ESTIMATES, columns, strict=True)))
