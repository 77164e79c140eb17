"""The models of the reports on registers, as their parameters ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.figures import register as figures
from analysis.language import _, number
from analysis.models.counts.count_fit import CountFit
from analysis.models.counts.fit import fit_counts
from analysis.models.counts.random_intercept import RandomIntercept, fit_random_intercept
from analysis.models.design import variables
from analysis.models.process.competing_risks import ends_of_probation
from analysis.models.process.hazards import recognition_hazards
from analysis.models.process.recognition_cohorts import recognition_by_cohort
from analysis.models.process.waiting import recognition_delay
from analysis.models.reform.count_series import count_series
from analysis.models.reform.part_year import part_year
from analysis.models.reform.segmented import segmented
from analysis.models.result import Dropped
from analysis.models.sparse_groups import Grouped, grouped
from analysis.models.terms import category_label, factor_label
from analysis.report.register import Known
from analysis.shown import Prose
from analysis.wording import capital


@dataclass(frozen=True, slots=True)
class Specification:
    """What a model is fitted on, and with which terms.

    Attributes
    ----------
    rows : DataFrame
        By unit and year, or by age band and sex within them.
    formula : str
        The terms that the rows can carry; ``"1"`` where none can.
    exposure : str
        Column that the counts are set against.
    notes : tuple of str
        Which terms were left out, which groups were joined or left out, and why, in the reader's language.
    dropped : tuple of Dropped
        Rows of groups that were left out.
    """

    rows: pd.DataFrame
    formula: str
    exposure: str
    notes: tuple[str, ...]
    dropped: tuple[Dropped, ...]


def specification(known: Known, exposure: str | None = None) -> Specification:
    """Return the rows and terms of the main model, or of the same model against another exposure.

    Members are counted by age and sex; targets and eligible people by unit only. A term that the rows
    cannot tell, or that is the same in all of them, is left out and named.

    Parameters
    ----------
    known : Known
    exposure : str, optional
        ``members``, ``target`` or ``eligible``; the parameter's if not given.
    """
    wanted = exposure or known.parameters.exposure
    by_cell = wanted == "members" and bool({"age_band", "sex"} & _named(known.parameters.factors))
    rows = (known.cells if by_cell else known.units)[0]
    rows = rows.loc[rows[wanted].gt(0).fillna(value=False)]
    found = _carried(known, rows)
    kept, notes = [], [_joined(bands) for bands in found.joined]
    for factor in known.parameters.factors:
        reason = _unfit(factor, found.rows)
        if reason:
            notes.append(reason)
        else:
            kept.append(factor)
    return Specification(found.rows, " + ".join(kept) or "1", wanted, tuple(notes), found.dropped)


def _carried(known: Known, rows: pd.DataFrame) -> Grouped:
    """Return the rows whose groups can each carry an estimate, if groups are to be joined."""
    if known.parameters.sparse_groups == "keep":
        return Grouped(rows, (), ())
    named = [name for name in GROUPED if name in _named(known.parameters.factors) and name in rows]
    return grouped(rows, named, outcome=known.parameters.outcome, cluster=known.parameters.cluster)


def _joined(bands: Sequence[str]) -> str:
    names = ", ".join(category_label("age_band", band) for band in bands)
    return _("các nhóm tuổi {names} được gộp làm một, vì có nhóm quá ít người được kết nạp").format(
        names=names
    )


def _named(factors: list[str]) -> set[str]:
    return {name for factor in factors for name in variables(factor)}


def _unfit(factor: str, rows: pd.DataFrame) -> str:
    """Return why rows cannot carry a term; empty where they can."""
    for name in sorted(variables(factor)):
        label = factor_label(name)
        if name not in rows.columns:
            if name in ("age_band", "sex"):
                return _("{factor} không vào mô hình, vì mẫu số không đếm theo {factor}").format(factor=label)
            continue  # an unknown column is an error of the caller's, which the model names
        if rows[name].astype("object").nunique() < 2:
            return _("{factor} không vào mô hình, vì mọi dòng như nhau").format(factor=label)
    return ""


def main_model(known: Known) -> CountFit:
    """Return the count model that the parameters ask for, clustered as they say.

    Raises
    ------
    ParameterError
        A factor is no column.
    """
    asked = specification(known)
    title = {
        "members": _("Tỷ lệ kết nạp theo nhóm: tỷ số so với nhóm đối chiếu"),
        "target": _("Tỷ lệ đạt chỉ tiêu theo nhóm: tỷ số so với nhóm đối chiếu"),
        "eligible": _("Tỷ lệ kết nạp trong số người đủ điều kiện: tỷ số so với nhóm đối chiếu"),
    }[asked.exposure]
    return fit_counts(
        asked.rows,
        asked.formula,
        outcome=known.parameters.outcome,
        exposure=asked.exposure,
        cluster=known.parameters.cluster,
        name="register-model",
        title=title,
    )


def attainment_model(known: Known) -> CountFit:
    """Return the model of those admitted against the unit's target, with the terms that units can carry."""
    asked = specification(known, "target")
    return fit_counts(
        asked.rows,
        asked.formula,
        outcome="admitted",
        exposure="target",
        cluster=known.parameters.cluster,
        name="register-attainment",
        title=_("Tỷ lệ đạt chỉ tiêu theo nhóm: tỷ số so với nhóm đối chiếu"),
    )


GROUPED = ("locality", "year", "district", "sex", "age_band")
"""Factors whose sparse groups are joined or left out, in this order."""


def model_notes(known: Known) -> Prose | None:
    """Return which terms and groups the main model joins or leaves out, and why; None where none."""
    asked = specification(known)
    lines = [f"{capital(note)}." for note in asked.notes]
    lines += [
        _("Mô hình bỏ {rows} dòng: {reason}.").format(rows=number(row.rows), reason=row.reason)
        for row in asked.dropped
    ]
    return Prose(lines, listed=True) if lines else None


def unit_spread(known: Known) -> RandomIntercept:
    """Return the main model with a random intercept of every unit: how much units differ beyond its terms."""
    asked = specification(known)
    return fit_random_intercept(
        asked.rows,
        asked.formula,
        outcome=known.parameters.outcome,
        exposure=asked.exposure,
        name="register-spread",
    )


def recognition(known: Known) -> list[object]:
    """Return what followed admission: recognition by cohort, the delay beyond twelve months, ways out.

    Nothing but the reason where the day is not stated to which the registers tell recognitions.
    """
    until, admissions = known.known_until, known.registers.admissions
    if until is None:
        line = _(
            "Chưa nói được gì: không rõ sổ ghi việc công nhận đến ngày nào, nên người chưa có ngày công nhận có thể chỉ là chưa được ghi. "
            "Nêu ngày ấy ở tham số known_until."
        )
        return [Prose([line])]
    synthetic = known.synthetic
    cohorts = recognition_by_cohort(admissions, until)
    ends = ends_of_probation(admissions, until)
    return [
        figures.process_funnel(cohorts, synthetic=synthetic),
        cohorts,
        recognition_delay(admissions, until),
        figures.recognition_curve(ends, synthetic=synthetic),
        ends,
        recognition_hazards(admissions, until, "sex"),
    ]


def over_time(known: Known) -> list[object]:
    """Return the series around a stated date, and the year that is not over carried to its end."""
    change = getattr(known.parameters, "change_date", None)
    found: list[object] = []
    if change is not None:
        found += _around(known, date.fromisoformat(change))
    through = known.last_month
    if through is not None and not through.endswith("-12"):
        found += _part(known, through)
    if not found:
        line = _("Không có mốc (change_date) hay năm chưa trọn (known_until) nào được nêu.")
        return [Prose([line])]
    return found


def _around(known: Known, change: date) -> list[object]:
    admissions = known.registers.admissions
    years = known.units[0]["year"]
    if years.empty:
        return [Prose([_("Không có năm nào có sổ đủ để xét trước và sau mốc.")])]
    last = known.last_month or f"{years.max()}-12"
    coarse = ~admissions["admitted"].astype("str").str.fullmatch(r"\d{4}-\d\d")
    if coarse.any():
        words = _("{people} người chỉ biết năm hay quý kết nạp, nên không dựng được chuỗi theo tháng.")
        return [Prose([words.format(people=number(int(coarse.sum())))])]
    rows, _dropped = count_series(admissions, "month", f"{years.min()}-01", last)
    result = segmented(rows, change)
    return [figures.segmented_series(result, synthetic=known.synthetic), result]


def _part(known: Known, through: str) -> list[object]:
    year = int(through[:4])
    earlier = [int(told) for told in sorted(known.units[0]["year"].unique()) if told < year]
    if not earlier:
        words = _("Năm {year} chưa trọn, và không có năm trước nào trọn để biết nhịp trong năm.")
        return [Prose([words.format(year=year)])]
    return [part_year(known.registers.admissions, through, earlier)]
