"""Whether a series has enough on each side of a date to tell a change."""

from __future__ import annotations

from datetime import date

import numpy as np

from analysis.models.gate import MIN_EVENTS, Finding, exposure_findings, outcome_findings
from analysis.models.reform.break_fit import Grid, place_of, side_names
from analysis.models.terms import category_term

MIN_POINTS = 8
"""Fewest periods on each side of a change (Penfold and Zhang 2013)."""

REORGANISATION = date(2025, 7, 1)
"""Districts were abolished and the 63 provinces became 34."""


def least_before(every_year: int, season: str) -> int:
    """Return the fewest periods before a change: eight, or two years where seasons are told apart.

    Examples
    --------
    >>> least_before(12, "factor"), least_before(12, "none"), least_before(1, "factor")
    (24, 8, 8)
    """
    return MIN_POINTS if season == "none" else max(MIN_POINTS, 2 * every_year)


def series_findings(used: Grid, change: int, season: str) -> list[Finding]:
    """Return what keeps a change in a series from being estimated, and what it cannot be told from.

    Parameters
    ----------
    used : Grid
        Periods that would be used.
    change : int
        First period after the change.
    season : str
    """
    found = outcome_findings(used.counts, "admitted") + exposure_findings(used.exposure, "exposure")
    if any(finding.code != "few_events" for finding in found):
        return found
    before, where = used.places < change, used.label(change)
    sides = (
        ("few_points_before", int(before.sum()), least_before(used.a_year, season)),
        ("few_points_after", int((~before).sum()), MIN_POINTS),
    )
    short = [Finding(code, where, {"count": n, "least": least}) for code, n, least in sides if n < least]
    found += short or _few_events(used, change)
    return [*found, *_empty_years(used), *_reorganised(used)]


def _few_events(used: Grid, change: int) -> list[Finding]:
    found = []
    before = used.places < change
    for name, side in zip(side_names(used, change), (before, ~before), strict=True):
        events = float(used.counts[side].sum())
        if events < MIN_EVENTS:
            where = category_term(["side"], [name])
            found.append(Finding("few_events_side", where, {"count": events, "least": MIN_EVENTS}))
    return found


def _empty_years(used: Grid) -> list[Finding]:
    """Return the finding that whole years have no admission, as years that no register covers would."""
    years = used.places // used.a_year
    names, each = np.unique(years, return_inverse=True)
    whole = np.bincount(each) == used.a_year
    empty = names[whole & (np.bincount(each, used.counts) == 0)]
    return [Finding("empty_years", ", ".join(str(year) for year in empty))] if len(empty) else []


def _reorganised(used: Grid) -> list[Finding]:
    place, divided = place_of(REORGANISATION, used.every)
    crosses = used.places[0] < place <= used.places[-1] or divided in used.places
    return [Finding("reorganised")] if crosses else []
