"""The models of the reports on registers, as their parameters ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from analysis.report.parameters import ProvinceRegisterParameters
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
    asked = _asked(known)
    wanted = exposure or asked.exposure
    by_cell = wanted == "members" and bool({"age_band", "sex"} & _named(asked.factors))
    rows, dropped = known.cells if by_cell else known.units
    exposed = rows[wanted].gt(0).fillna(value=False).astype(bool)
    if not exposed.all():
        reason = _("thiếu {column}").format(column=factor_label(wanted))
        dropped = (*dropped, Dropped(reason, int((~exposed).sum())))
    found = _carried(asked, rows.loc[exposed], wanted)
    kept, notes = [], [_joined(bands) for bands in found.joined]
    for factor in asked.factors:
        reason = _unfit(factor, found)
        if reason:
            notes.append(reason)
        else:
            kept.append(factor)
    formula = " + ".join(kept) or "1"
    return Specification(found.rows, formula, wanted, tuple(notes), (*dropped, *found.dropped))


def _asked(known: Known) -> ProvinceRegisterParameters:
    if not isinstance(known.parameters, ProvinceRegisterParameters):
        raise TypeError("the comparison has no main model")
    return known.parameters


def _carried(asked: ProvinceRegisterParameters, rows: pd.DataFrame, exposure: str) -> Grouped:
    """Return the rows whose groups can each carry an estimate, if groups are to be joined."""
    if asked.sparse_groups == "keep" or rows.empty:
        return Grouped(rows, (), ())
    named = [name for name in GROUPED if name in _named(asked.factors) and name in rows]
    known = rows.loc[rows[asked.outcome].notna()]
    return grouped(known, named, outcome=asked.outcome, exposure=exposure, cluster=asked.cluster)


def _joined(bands: Sequence[str]) -> str:
    names = ", ".join(category_label("age_band", band) for band in bands)
    return _("các nhóm tuổi {names} được gộp làm một, vì có nhóm quá ít người được kết nạp").format(
        names=names
    )


def _named(factors: list[str]) -> set[str]:
    return {name for factor in factors for name in variables(factor)}


def _unfit(factor: str, found: Grouped) -> str:
    """Return why rows cannot carry a term; empty where they can."""
    for name in sorted(variables(factor)):
        label = factor_label(name)
        if name not in found.rows.columns:
            if name in ("age_band", "sex"):
                return _("{factor} không vào mô hình, vì mẫu số không đếm theo {factor}").format(factor=label)
            continue  # an unknown column is an error of the caller's, which the model names
        if found.rows[name].astype("object").nunique() < 2:
            return _("{factor} không vào mô hình, vì mọi dòng như nhau").format(factor=label)
        if name in found.uncarried:
            return _("{factor} không vào mô hình, vì chỉ một nhóm đủ lớn; các dòng vẫn được tính").format(
                factor=label
            )
    return ""


GROUPED = ("locality", "year", "term", "district", "level", "sex", "age_band")
"""Factors whose sparse groups are joined or left out, in this order."""


def model_notes(known: Known, exposure: str | None = None) -> Prose | None:
    """Return which terms and groups a model joins or leaves out, and why; None where none."""
    notes = specification(known, exposure).notes
    return Prose([f"{capital(note)}." for note in notes], listed=True) if notes else None


def _title(outcome: str, exposure: str) -> str:
    what = {
        "admitted": _("Số kết nạp"),
        "minority": _("Số người dân tộc thiểu số được kết nạp"),
        "youth_union": _("Số đoàn viên được kết nạp"),
    }[outcome]
    per = {
        "members": _("trên số đảng viên"),
        "target": _("trên chỉ tiêu"),
        "eligible": _("trên số người đủ điều kiện"),
    }[exposure]
    return _("{what} {per}, so với nhóm đối chiếu").format(what=what, per=per)


def _fitted(known: Known, asked: Specification, outcome: str, name: str) -> CountFit:
    fit = fit_counts(
        asked.rows,
        asked.formula,
        outcome=outcome,
        exposure=asked.exposure,
        cluster=known.parameters.cluster,
        name=name,
        title=_title(outcome, asked.exposure),
    )
    return replace(fit, dropped=(*asked.dropped, *fit.dropped))


def main_model(known: Known) -> CountFit:
    """Return the count model that the parameters ask for, clustered as they say.

    Raises
    ------
    ParameterError
        A factor is no column.
    """
    return _fitted(known, specification(known), _asked(known).outcome, "register-model")


def attainment_model(known: Known) -> CountFit:
    """Return the model of those admitted against the unit's target, with the terms that units can carry."""
    return _fitted(known, specification(known, "target"), "admitted", "register-attainment")


def unit_spread(known: Known) -> RandomIntercept:
    """Return the main model with a random intercept of every unit: how much units differ beyond its terms."""
    asked = specification(known)
    return fit_random_intercept(
        asked.rows,
        asked.formula,
        outcome=_asked(known).outcome,
        exposure=asked.exposure,
        name="register-spread",
        title=_("{title}, kèm khác biệt giữa các đơn vị").format(
            title=_title(_asked(known).outcome, asked.exposure)
        ),
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
        line = _(
            "Không so trước và sau một mốc, vì chưa nêu mốc nào (tham số change_date). Không ước tính cả năm từ phần đã qua, vì không "
            "năm nào được nêu là sổ mới ghi đến giữa năm (tham số known_until)."
        )
        return [Prose([line])]
    return found


def _panel(known: Known, years: Sequence[int]) -> tuple[pd.DataFrame, set[str], Prose | None]:
    """Return the admissions of the units that registers cover in each of some years, or why there is no series.

    Units that come and go would make a change of coverage look like a change of admissions.
    """
    units = known.units[0]
    here = units.loc[units["year"].isin(list(years))]
    often = here.groupby(here["unit_id"].astype("str"))["year"].nunique()
    kept = set(often.index[often.eq(len(years))])
    origin = set(units["synthetic"].astype(bool))
    told = known.registers.admissions
    of_units = told["unit_id"].astype("str").isin(kept) & told["synthetic"].astype(bool).isin(origin)
    people = told.loc[of_units]
    if not kept:
        words = _("Không có đơn vị nào có sổ trọn trong mọi năm {first}–{last}, nên không dựng được chuỗi.")
        return people, kept, Prose([words.format(first=min(years), last=max(years))])
    coarse = ~people["admitted"].astype("str").str.fullmatch(r"\d{4}-\d\d").astype(bool)
    if coarse.any():
        words = _("{people} người chỉ biết năm hay quý kết nạp, nên không dựng được chuỗi theo tháng.")
        return people, kept, Prose([words.format(people=number(int(coarse.sum())))])
    return people, kept, None


def _on_panel(kept: set[str], of: int) -> Prose:
    words = _("Chỉ tính {kept} trong {all} đơn vị: những đơn vị có sổ trọn trong mọi năm được so.")
    return Prose([words.format(kept=number(len(kept)), all=number(of))])


def _around(known: Known, change: date) -> list[object]:
    units = known.units[0]
    if units.empty:
        return [Prose([_("Không có năm nào có sổ đủ để xét trước và sau mốc.")])]
    years = range(int(units["year"].min()), int(units["year"].max()) + 1)
    people, kept, why_not = _panel(known, years)
    if why_not is not None:
        return [why_not]
    last = known.last_month
    if last is None or last[:4] != str(years[-1] + 1):
        last = f"{years[-1]}-12"
    rows, _outside = count_series(people, "month", f"{years[0]}-01", last)
    result = segmented(rows, change)
    panel = _on_panel(kept, units["unit_id"].nunique())
    return [panel, figures.segmented_series(result, synthetic=known.synthetic), result]


def _part(known: Known, through: str) -> list[object]:
    year = int(through[:4])
    units = known.units[0]
    earlier = [int(told) for told in sorted(units["year"].unique()) if told < year]
    if not earlier:
        words = _("Năm {year} chưa trọn, và không có năm trước nào trọn để biết nhịp trong năm.")
        return [Prose([words.format(year=year)])]
    people, kept, why_not = _panel(known, earlier)
    if why_not is not None:
        return [why_not]
    return [_on_panel(kept, units["unit_id"].nunique()), part_year(people, through, earlier)]
