"""Who is recognised sooner (Cox): hazard ratios, with errors by clusters, and whether they hold over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number
from analysis.models.design import complete, variables, without
from analysis.models.estimate_words import interval, p_words, significant
from analysis.models.gate import Finding
from analysis.models.process.hazard_fit import DOUBT, counted, fitted
from analysis.models.process.probation import RECOGNISED, after_twelve_months
from analysis.models.reform.share_words import apart_sentences
from analysis.models.result import Dropped, Result, tidy
from analysis.models.sparse_groups import grouped
from analysis.models.terms import category_label, factor_label, term_label


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazards(Result):
    """Hazard ratios: how much faster the wait ends, among those who still wait.

    Attributes
    ----------
    estimates : DataFrame
        One row a term; ``estimate`` is the log hazard ratio, ``response`` the ratio. Intervals are of the normal
        distribution, and with clusters of t with one degree of freedom less than there are clusters.
    proportionality : DataFrame
        ``term`` (the last is ``all``), ``chi2``, ``freedom``, ``p_value``: Grambsch and Therneau's test that
        the ratio does not change with 1 - S(t). It takes rows as independent, and so is too ready to doubt where
        they hang together by clusters.
    events : int
        Waits that ended.
    log_likelihood, chi2, p_value : float
        Partial log-likelihood; Wald's test that no term matters, on ``freedom`` degrees of freedom.
    freedom : int
    references : mapping of str to str
        Factor → category that the others are compared with.
    joined : tuple of (str, ...)
        Age bands that were joined since too few in them were recognised.
    early, left_before : int or None
        People recognised, and people who left, before twelve months; they are not in the model.
    """

    proportionality: pd.DataFrame
    events: int
    log_likelihood: float
    chi2: float
    freedom: int
    p_value: float
    references: Mapping[str, str]
    joined: tuple[tuple[str, ...], ...] = ()
    early: int | None = None
    left_before: int | None = None

    def __post_init__(self) -> None:
        Result.__post_init__(self)
        if self.withheld:
            blank = self.proportionality.assign(chi2=np.nan, p_value=np.nan)
            object.__setattr__(self, "proportionality", blank)
            for name in ("log_likelihood", "chi2", "p_value"):
                object.__setattr__(self, name, float("nan"))

    def words(self) -> list[str]:
        """Return the clear differences, whether they hold over time, what they are not, and what they stand on."""
        said = (
            [] if self.withheld else [*self._compared(), *self._terms(), *self._over_time(), self._caution()]
        )
        apart = apart_sentences(self.early, self.left_before)
        return [*said, *self._findings(), *apart, *self._basis()]

    def _response_head(self) -> str:
        return _("Tỷ số rủi ro")

    def _compared(self) -> list[str]:
        named = "; ".join(term_label(f"{factor}[{category}]") for factor, category in self.references.items())
        return [_("Nhóm đối chiếu: {categories}.").format(categories=named)] if named else []

    def _terms(self) -> list[str]:
        lines = []
        for row in self.estimates.to_dict("records"):
            if row["response_low"] > 1:
                message = _("{term}: sớm hơn, tỷ số rủi ro {ratio} (khoảng {limits}).")
            elif row["response_high"] < 1:
                message = _("{term}: muộn hơn, tỷ số rủi ro {ratio} (khoảng {limits}).")
            else:
                message = _("{term}: không rõ sớm hay muộn hơn, tỷ số rủi ro {ratio} (khoảng {limits}).")
            limits = interval(row["response_low"], row["response_high"])
            term = term_label(str(row["term"]))
            line = message.format(term=term, ratio=significant(row["response"]), limits=limits)
            lines.append(line[:1].upper() + line[1:])
        return lines

    def _over_time(self) -> list[str]:
        row = self.proportionality.iloc[-1]
        if pd.isna(row["p_value"]):
            return []
        if row["p_value"] < DOUBT:
            message = _("Các tỷ số không giữ nguyên theo thời gian chờ (kiểm định Grambsch-Therneau, {p}).")
        else:
            message = _(
                "Không thấy các tỷ số thay đổi theo thời gian chờ (kiểm định Grambsch-Therneau, {p})."
            )
        return [message.format(p=p_words(row["p_value"]))]

    def _caution(self) -> str:
        return _(
            "Tỷ số rủi ro so nhịp công nhận của những người còn chờ và có cùng các yếu tố khác trong mô hình; "
            "nó không cho biết nguyên nhân, và người đã rời đi tính như thôi được theo dõi."
        )

    def _basis(self) -> list[str]:
        lines = [_("{n} người hết chờ.").format(n=number(self.events)), *Result._basis(self)]
        message = _("Gộp {factor}: {bands}, vì có nhóm quá ít người hết chờ.")
        for bands in self.joined:
            words = ", ".join(category_label("age_band", band) for band in bands)
            lines.append(message.format(factor=factor_label("age_band"), bands=words))
        return lines


def cox(
    rows: pd.DataFrame,
    formula: str,
    *,
    time: str,
    event: str,
    cluster: str | None = None,
    level: float = 0.95,
) -> Hazards:
    """Return the hazard ratios of a proportional-hazards model, with Efron's ties.

    Rows alike in all that the model sees are counted together, so that a million of them cost what their
    patterns cost.

    Parameters
    ----------
    rows : DataFrame
        One row a person.
    formula : str
        Right side: ``"sex + age_band + locality"``; the constant falls out.
    time, event : str
        Columns: time waited (zero or more); whether the wait ended then.
    cluster : str, optional
        Column of what rows hang together by: errors are Lin and Wei's, with the factor G/(G-1).
    level : float
        Coverage.

    Raises
    ------
    ParameterError
        The formula or a column cannot be read, or a time is not zero or more.

    References
    ----------
    Lin, D. Y., Wei, L. J. (1989). The robust inference for the Cox proportional hazards model. *Journal of the
    American Statistical Association* 84, 1074-1078. For the rest see
    :mod:`analysis.models.process.partial_likelihood`.
    """
    factors = sorted(variables(formula))
    asked = [time, event, *factors, *([cluster] if cluster else [])]
    missing = [name for name in asked if name not in rows]
    if missing:
        raise ParameterError(f"no column {missing[0]!r} (there are {', '.join(map(str, rows.columns))})")
    if not factors:
        raise ParameterError(f"formula {formula!r} names no column to compare by")
    kept, dropped = complete(rows, [*factors, *([cluster] if cluster else [])])
    cells = counted(formula, kept, time, event, cluster)
    found = fitted(cells)
    freedom = cells.clusters - 1 if cells.clusters is not None else np.inf
    return Hazards(
        name="hazards",
        title=_("Tỷ số rủi ro hết chờ (Cox)"),
        estimates=tidy(
            cells.terms, found.coefficients, found.errors, link="log", level=level, freedom=freedom
        ),
        specification=f"Cox (Efron): {time} ~ {formula}",
        link="log",
        n=len(kept),
        clusters=cells.clusters,
        covariance=f"CR1 by {cluster}" if cluster else "model",
        converged=found.converged,
        dropped=dropped,
        findings=found.findings,
        level=level,
        proportionality=found.proportionality,
        events=int(cells.weight[cells.event].sum()),
        log_likelihood=found.log_likelihood,
        chi2=found.wald[0],
        freedom=len(cells.terms),
        p_value=found.wald[1],
        references=cells.references,
    )


def recognition_hazards(
    admissions: pd.DataFrame,
    known_until: date | Mapping[str, date],
    formula: str,
    *,
    cluster: str | None = "unit_id",
    level: float = 0.95,
) -> Hazards:
    """Return who is recognised (*công nhận chính thức*) sooner after the twelve months of probation.

    The hazard is that of recognition among those who still wait; whoever leaves is seen waiting until then.

    Parameters
    ----------
    admissions : DataFrame
        Processed table, or a slice of it.
    known_until : date, or mapping of str to date
        Day to which the registers tell of recognitions; by ``file`` where they were drawn up on different days.
    formula : str
        Columns of ``admissions``: ``"sex + age_band + locality"``. Age bands in which fewer than five were
        recognised are joined to their neighbours; other categories with so few, or in fewer than five clusters,
        are left out. A factor with only one category large enough leaves the formula, and a finding says so.
    cluster : str or None
        What the rows hang together by; None takes them as independent.
    level : float
        Coverage.

    Raises
    ------
    ParameterError
        A parameter is wrong, or a column is missing.
    """
    found = after_twelve_months(admissions, known_until)
    rows = found.rows.assign(recognised=found.rows["outcome"].eq(RECOGNISED).astype("int64"))
    rows, gaps = complete(rows, sorted(variables(formula) & set(rows.columns)))
    factors = [name for name in sorted(variables(formula) & set(rows.columns)) if _of_words(rows[name])]
    sound = grouped(rows, factors, outcome="recognised", exposure="days", cluster=cluster or "unit_id")
    lonely = (
        sound.uncarried if without(formula, sound.uncarried) != "1" else ()
    )  # else the fit says what is wrong
    untellable = tuple(Finding("one_large_group", name) for name in lonely)
    formula = without(formula, lonely) if lonely else formula
    fit = cox(sound.rows, formula, time="days", event="recognised", cluster=cluster, level=level)
    untold = int((~found.exits_told).sum())
    findings = found.findings + ((Finding("exits_untold", "", {"count": untold}),) if untold else ())
    return replace(
        fit,
        name="recognition-hazards",
        title=_("Ai được công nhận chính thức sớm hơn sau 12 tháng dự bị (Cox)"),
        dropped=(*found.dropped, *gaps, *_left_out(rows, sound.rows, factors), *fit.dropped),
        findings=(*fit.findings, *untellable, *findings),
        joined=sound.joined,
        early=found.early,
        left_before=found.left_before,
    )


def _left_out(before: pd.DataFrame, after: pd.DataFrame, factors: Sequence[str]) -> tuple[Dropped, ...]:
    """Return the categories that are no longer there, with their rows; joined age bands leave nobody out."""
    gone = before.loc[~before.index.isin(after.index)]
    found = []
    for factor in (name for name in factors if name != "age_band"):
        lost = gone[factor].astype("object")
        lost = lost.loc[~lost.isin(set(after[factor]))]
        for category, rows in lost.value_counts().sort_index().items():
            reason = _("{factor} {category}: quá ít người hết chờ hay quá ít cụm").format(
                factor=factor_label(factor), category=category_label(factor, str(category))
            )
            found.append(Dropped(reason, int(rows)))
        gone = gone.loc[~gone.index.isin(lost.index)]
    return tuple(found)


def _of_words(column: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(column)
