"""Rates by locality as they would be with the same ages and sexes, beside the crude ones."""

from __future__ import annotations

from analysis.figures import register as figures
from analysis.language import _
from analysis.models.result import Dropped
from analysis.models.standardisation import standardise_direct
from analysis.report.register import Known
from analysis.report.register_compare import common_strata

STRATA = ["age_band", "sex"]


def standardised_by_locality(known: Known) -> list[object]:
    """Return the rates of each type of locality, crude and standardised by age and sex, drawn and as a table.

    The standard is the members of all localities of the registers together. Nothing where no register counts
    members by age and sex, or fewer than two types of locality are known.
    """
    rows, dropped = common_strata(known), known.cells[1]
    if rows.empty:
        return []
    known_type = rows["locality"].astype("object").ne("")
    rows = rows.loc[known_type]
    if rows["locality"].astype("object").nunique() < 2:
        return []
    if not known_type.all():
        dropped = (*dropped, Dropped(_("không rõ loại địa bàn"), int((~known_type).sum())))
    found = standardise_direct(rows, by="locality", strata=STRATA, standard="pooled", dropped=dropped)
    return [figures.standardised_rates(found, synthetic=known.synthetic), found]
