"""The age bands of form 2-BTCTW within those of the older form 2-TCTW, which are fewer and wider."""

from __future__ import annotations

from functools import cache

from analysis.vocab import table

_OLDER = "2-TCTW"


@cache
def coarse_bands() -> dict[str, str]:
    """Return band of form 2-BTCTW → band of form 2-TCTW that holds it; without those of both forms.

    Examples
    --------
    >>> bands = coarse_bands()
    >>> bands["age_36_40"], bands["age_over_60"], "age_18_30" in bands
    ('age_31_40', 'age_over_50', False)
    """
    begins = first_years()
    older = {row["code"] for row in table("age_bands") if row["form"] == _OLDER}
    return {
        band: max((wide for wide in older if begins[wide] <= first), key=begins.__getitem__)
        for band, first in begins.items()
        if band not in older
    }


@cache
def first_years() -> dict[str, int]:
    """Return each band with the first year of age in it, in the order of the forms."""
    return {row["code"]: int(row["from_years"]) for row in table("age_bands")}
