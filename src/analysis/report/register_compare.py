"""What the comparison of registers sets side by side: provinces on the same strata, the same model in each."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.clean.places import find_province
from analysis.clean.text import slug
from analysis.errors import ParameterError
from analysis.figures import register as figures
from analysis.language import _, number
from analysis.models.age_bands import coarse_bands
from analysis.models.counts.fit import fit_counts
from analysis.models.provinces.across_provinces import across_fits
from analysis.models.provinces.meta_analysis import MetaAnalysis
from analysis.models.result import Result
from analysis.models.sparse_groups import grouped
from analysis.report.parameters import VINTAGES, ComparisonRegisterParameters
from analysis.report.register import Known
from analysis.shown import Drawing, Prose

YOUNG = ("age_under_18", "age_18_30")
"""Age bands to 30, which both forms of the Party's statistics tell apart."""


def common_strata(known: Known) -> pd.DataFrame:
    """Return the cells of all places with age bands joined, so that each holds admissions enough.

    Where bands that are joined would have the name of one of the older form 2-TCTW beside bands of the newer
    one, all are carried to the older form first: strata of two forms do not compare.
    """
    cells = known.cells[0]
    if cells.empty:
        return cells
    joined = grouped(cells, ["age_band"]).rows
    older, present = coarse_bands(), set(joined["age_band"].astype("object"))
    if not (present & set(older) and present & set(older.values())):
        return joined
    bands = cells["age_band"].astype("object").replace(older)
    return grouped(cells.assign(age_band=bands), ["age_band"]).rows


def compared_pair(known: Known) -> tuple[str, str]:
    """Return the two provinces whose difference is decomposed: those asked for, or the two with most members.

    Raises
    ------
    ParameterError
        One province is named, or one of which no register counts members by age and sex.
    """
    cells = known.cells[0]
    there = cells.groupby("province", observed=True)["members"].sum().sort_values(ascending=False)
    asked = known.parameters
    if not isinstance(asked, ComparisonRegisterParameters) or not asked.pair:
        if len(there) < 2:
            raise ParameterError(
                "registers count members by age and sex in fewer than two provinces: no pair to compare"
            )
        return str(there.index[0]), str(there.index[1])
    names = [find_province(name, VINTAGES[asked.units]).name for name in asked.pair]
    if len(set(names)) != 2:
        raise ParameterError(f"pair: {asked.pair!r} are not two provinces")
    for name in names:
        if name not in there.index:
            known_names = ", ".join(map(str, there.index))
            raise ParameterError(
                f"pair: no register counts members by age and sex in {name} (in {known_names})"
            )
    return names[0], names[1]


def meta_analyses(known: Known) -> list[Drawing | MetaAnalysis | Prose | None]:
    """Return what the same models say in each province, drawn and put together: attainment, sex, age over 30.

    A province whose fit is withheld is left out by the meta-analysis, which says so.
    """
    cluster = known.parameters.cluster
    people = known.cells[0]
    young = people["age_band"].astype("object").isin(YOUNG)
    ages = people.assign(over_30=(~young).astype("int64"))
    attained = _fits(known.aimed, "1", exposure="target", cluster=cluster)
    admitted = _fits(ages, "over_30 + sex", exposure="members", cluster=cluster)
    asked = [
        (attained, "Intercept", _("Tỷ lệ đạt chỉ tiêu")),
        (admitted, "sex[T.male]", _("Tỷ lệ kết nạp: nam so với nữ")),
        (admitted, "over_30", _("Tỷ lệ kết nạp: trên 30 tuổi so với đến 30 tuổi")),
    ]
    found: list[Drawing | MetaAnalysis | Prose | None] = []
    for fits, term, title in asked:
        together = _together(fits, term, title)
        if isinstance(together, MetaAnalysis):
            found.append(figures.forest(together, synthetic=known.synthetic))
        found.append(together)
    return found


def _fits(rows: pd.DataFrame, formula: str, *, exposure: str, cluster: str) -> dict[str, Result]:
    return {
        str(name): fit_counts(group, formula, exposure=exposure, cluster=cluster)
        for name, group in rows.groupby("province", observed=True, sort=True)
    }


def _together(fits: dict[str, Result], term: str, title: str) -> MetaAnalysis | Prose:
    told = {name: fit for name, fit in fits.items() if term in set(fit.estimates["term"])}
    if len(told) < 2:
        words = _("{title}: chỉ {count} tỉnh, thành phố có số liệu, không có gì để gộp.")
        return Prose([words.format(title=title, count=number(len(told)))])
    name = "meta-" + slug(term)
    return replace(across_fits(told, term), name=name, title=_("{title}, gộp các tỉnh").format(title=title))
