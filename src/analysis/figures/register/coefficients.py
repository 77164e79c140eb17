"""The terms of a model as ratios with their intervals, grouped by factor, the reference categories at 1."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from analysis import register_words, wording
from analysis.figures import named_rows, paper, style
from analysis.figures.register import gated, marks, phrases, scales
from analysis.language import _, number
from analysis.models.counts.count_fit import CountFit
from analysis.models.covariance_words import covariance_label
from analysis.models.result import Result
from analysis.models.terms import term_label
from analysis.shown import Drawing

_BASIS = re.compile(r"(?!C\()\w+\(.*\)\[")
"""A column of a spline's basis: its coefficient means nothing alone."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the figure: a heading of a factor, a term, or a reference category."""

    label: str
    term: str = ""
    reference: bool = False


@paper.drawn
def coefficients(fit: Result, *, synthetic: Iterable[bool]) -> Drawing | None:
    """Draw the terms of a fit but the constant; None where there is no other.

    A withheld fit is drawn with empty rows that say why.

    Parameters
    ----------
    fit : Result
        Ratios on a logarithmic axis where its link is ``log`` or ``logit``, differences where ``identity``.
        Reference categories are drawn for a :class:`analysis.models.counts.count_fit.CountFit`, which names them.
    synthetic : iterable of bool
        Whether each row that it was fitted on was made by a simulation.
    """
    terms = _drawn(fit.estimates)
    if terms.empty:
        return None
    rows = _rows(terms, fit)
    labels = [named_rows.fold(row.label, 40) for row in rows]
    most = named_rows.fitting(labels, frame=0.9)
    rows, labels = rows[:most], labels[:most]
    figure, (axes,) = style.new(named_rows.height(labels, frame=0.9))
    shown = terms.loc[terms["term"].isin([row.term for row in rows])]
    _axis(axes, shown, fit)
    named_rows.axis(axes, labels, soft=[place for place, row in enumerate(rows) if not row.term])
    found = terms.set_index("term")
    reasons = gated.reasons(fit, [row.term for row in rows if row.term and not row.reference])
    for place, row in enumerate(rows):
        if row.reference:
            _reference(axes, place, fit)
        elif row.term in reasons:
            marks.blank(axes, place, reasons[row.term])
        elif row.term:
            _term(axes, place, found.loc[row.term])
    title = _("Các hệ số: {title}").format(title=fit.title[:1].lower() + fit.title[1:])
    title = register_words.titled(title, synthetic)
    alt, name = _alt(terms, fit), f"{fit.name}-coefficients"
    return Drawing(
        name,
        title,
        _caption(fit, len(shown), len(terms)),
        alt,
        style.svg(figure, name, alt, synthetic),
        fit.estimates,
    )


def _drawn(estimates: pd.DataFrame) -> pd.DataFrame:
    basis = [
        any(_BASIS.match(part) for part in re.split(r":(?![^\[]*\])", str(t))) for t in estimates["term"]
    ]
    return estimates.loc[~pd.Series(basis, estimates.index, dtype=bool) & estimates["term"].ne("Intercept")]


def _rows(terms: pd.DataFrame, fit: Result) -> list[_Row]:
    """Return the rows in the order of the model: each factor's heading, its reference, its categories."""
    references = {}
    if isinstance(fit, CountFit):
        references = {
            _parts(f"{factor}[T.{category}]")[0]: f"{factor}[T.{category}]"
            for factor, category in fit.references.items()
        }
    rows: list[_Row] = []
    heading = ""
    for term in terms["term"]:
        factor, category = _parts(str(term))
        if not category:
            rows.append(_Row(wording.capital(factor), str(term)))
            heading = ""
            continue
        if factor != heading:
            rows.append(_Row(f"{wording.capital(factor)}:"))
            if factor in references:
                rows.append(_Row(_parts(references[factor])[1], references[factor], reference=True))
            heading = factor
        rows.append(_Row(category, str(term)))
    return rows


def _parts(term: str) -> tuple[str, str]:
    """Return the words for a term's factors and for its categories; none for a numeric term."""
    halves = [part.partition(": ") for part in term_label(term).split(" × ")]
    factors = " × ".join(factor for factor, _colon, _category in halves)
    if not any(category for _factor, _colon, category in halves):
        return factors, ""
    return factors, " × ".join(category or factor for factor, _colon, category in halves)


def _ratios(fit: Result) -> bool:
    return fit.link != "identity"


def _axis(axes: Axes, terms: pd.DataFrame, fit: Result) -> None:
    columns = [terms[name].astype("float64") for name in ("response", "response_low", "response_high")]
    (scales.ratio_axis if _ratios(fit) else scales.difference_axis)(axes, *columns)
    if fit.withheld:
        axes.set_xticks([])
        return
    axes.axvline(_null(fit), color=style.INK, linewidth=1.1, zorder=1)
    axes.set_xlabel(
        {
            "log": _("Tỷ số so với nhóm so sánh (thang logarit)"),
            "logit": _("Tỷ số chênh so với nhóm so sánh (thang logarit)"),
            "identity": _("Khác biệt so với nhóm so sánh"),
        }[fit.link]
    )


def _null(fit: Result) -> int:
    """Return what a term that makes no difference is."""
    return 1 if _ratios(fit) else 0


def _reference(axes: Axes, place: int, fit: Result) -> None:
    if not fit.withheld:
        axes.plot(_null(fit), place, "D", color=style.SOFT, markersize=4.5, zorder=4)
    named_rows.beside(axes, place, _("nhóm so sánh"))


def _term(axes: Axes, place: int, row: pd.Series) -> None:
    middle, low, high = (float(row[name]) for name in ("response", "response_low", "response_high"))
    if pd.isna(middle):
        marks.blank(axes, place, _("không ước lượng được"))
        return
    marks.estimate(axes, place, (middle, low, high))
    named_rows.beside(axes, place, phrases.said(middle, low, high))


def _alt(terms: pd.DataFrame, fit: Result) -> str:
    known = terms.loc[terms["response"].notna()]
    if known.empty:
        return _("Biểu đồ hệ số với {count} số hạng, không công bố số nào: {why}").format(
            count=len(terms), why=gated.findings_words(fit)
        )
    null = _null(fit)
    apart = int(((known["response_low"] > null) | (known["response_high"] < null)).sum())
    most, least = known.loc[known["response"].idxmax()], known.loc[known["response"].idxmin()]
    return _(
        "Biểu đồ hệ số: {count} số hạng, {apart} có khoảng không chứa {null}; cao nhất {most}: {high}, thấp nhất {least}: {low}."
    ).format(
        count=number(len(known)),
        apart=number(apart),
        null=null,
        most=term_label(str(most["term"])),
        high=phrases.said(most["response"], most["response_low"], most["response_high"]),
        least=term_label(str(least["term"])),
        low=phrases.said(least["response"], least["response_low"], least["response_high"]),
    )


def _caption(fit: Result, shown: int, terms: int) -> str:
    what = {
        "log": _("tỷ số tỷ suất, các biến khác như nhau"),
        "logit": _("tỷ số chênh, các biến khác như nhau"),
        "identity": _("khác biệt, các biến khác như nhau"),
    }[fit.link]
    covariance = (
        _(" (sai số: {kind})").format(kind=covariance_label(fit.covariance)) if fit.covariance else ""
    )
    lines = [
        _(
            "Mô hình: {model}. Chấm: {what}; đoạn ngang: khoảng {level}{covariance}; mũi tên: khoảng đi quá trục."
        ).format(
            model=fit.specification, what=what, level=phrases.coverage(fit.level), covariance=covariance
        ),
        _("Hình thoi: nhóm so sánh. Không vẽ hằng số và các thành phần của đường trơn."),
    ]
    if terms > shown:
        words = _("Hình giữ {shown} trong {all} số hạng.")
        lines.append(words.format(shown=number(shown), all=number(terms)))
    lines.append(_("Các hệ số mô tả khác biệt giữa các nhóm, không phải tác động."))
    return phrases.joined(gated.findings_words(fit), *lines)
