"""Groups too small for an estimate of their own: ages joined to their neighbours, others left out, both told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.language import _, number
from analysis.models.gate import MIN_CLUSTERS
from analysis.models.result import Dropped
from analysis.models.terms import category_label, factor_label

MIN_GROUP_EVENTS = 5
"""Fewer admissions than this give a group no rate of its own: the limits of four are a factor of nine apart."""

_BAND = re.compile(r"age_(?:(?P<open>under|over)_(?P<limit>\d+)|(?P<low>\d+)_(?P<high>\d+))")


@dataclass(frozen=True, slots=True)
class Grouped:
    """Rows whose groups can each carry an estimate.

    Attributes
    ----------
    rows : DataFrame
    dropped : tuple of Dropped
        Rows of groups that were left out.
    joined : tuple of (str, ...)
        Age bands that were joined, as their codes.
    """

    rows: pd.DataFrame
    dropped: tuple[Dropped, ...]
    joined: tuple[tuple[str, ...], ...]


def grouped(
    rows: pd.DataFrame, factors: Sequence[str], *, outcome: str = "admitted", cluster: str = "unit_id"
) -> Grouped:
    """Return rows in which every group of every factor has admissions and clusters enough.

    Age bands below :data:`MIN_GROUP_EVENTS` admissions are joined to the neighbour with fewer; groups of
    other factors below it, or with fewer clusters than an interval may rest on, are left out. Factors are
    taken in turn, each on the rows that the one before leaves.

    Parameters
    ----------
    rows : DataFrame
        By :mod:`analysis.models.register_rows`.
    factors : sequence of str
        Columns.
    outcome, cluster : str
        Columns: whole counts, and what rows hang together by.

    Examples
    --------
    >>> rows = pd.DataFrame({"age_band": ["age_18_30", "age_31_35", "age_over_35"], "admitted": [40, 4, 3],
    ...                      "unit_id": ["a", "b", "c"]})
    >>> grouped(rows, ["age_band"]).rows["age_band"].to_list()
    ['age_18_30', 'age_over_30', 'age_over_30']
    """
    dropped: list[Dropped] = []
    joined: list[tuple[str, ...]] = []
    for factor in factors:
        if factor == "age_band":
            rows, bands = _joined(rows, outcome)
            joined += bands
        else:
            rows, left_out = _left_out(rows, factor, outcome, cluster)
            dropped += left_out
    return Grouped(rows, tuple(dropped), tuple(joined))


def _joined(rows: pd.DataFrame, outcome: str) -> tuple[pd.DataFrame, list[tuple[str, ...]]]:
    """Return the rows with sparse age bands joined to their neighbours, and what was joined."""
    present = rows["age_band"].astype("object")
    bands = sorted(present.unique(), key=_ends)
    counts = rows.groupby(present)[outcome].sum()
    groups = [([band], float(counts[band])) for band in bands]
    while len(groups) > 1:
        place = min(range(len(groups)), key=lambda i: groups[i][1])
        if groups[place][1] >= MIN_GROUP_EVENTS:
            break
        beside = [i for i in (place - 1, place + 1) if 0 <= i < len(groups)]
        other = min(beside, key=lambda i: groups[i][1])
        first, last = sorted((place, other))
        groups[first : last + 1] = [(groups[first][0] + groups[last][0], groups[first][1] + groups[last][1])]
    names = {band: _name(held) for held, _count in groups for band in held}
    ordered = list(dict.fromkeys(names[band] for band in bands))
    made = rows.assign(age_band=pd.Categorical(present.map(names), ordered))
    return made, [tuple(held) for held, _count in groups if len(held) > 1]


def _ends(band: str) -> tuple[int, int]:
    """Return the first and last completed year of age of a band."""
    found = _BAND.fullmatch(band)
    if found is None:
        raise ValueError(band)
    if found["open"]:
        limit = int(found["limit"])
        return (0, limit - 1) if found["open"] == "under" else (limit + 1, 200)
    return int(found["low"]), int(found["high"])


def _name(bands: Sequence[str]) -> str:
    """Return the code of what some neighbouring bands are together."""
    if len(bands) == 1:
        return bands[0]
    low, high = _ends(bands[0])[0], _ends(bands[-1])[1]
    if low == 0:
        return f"age_under_{high + 1}"
    return f"age_over_{low - 1}" if high == 200 else f"age_{low}_{high}"


def _left_out(
    rows: pd.DataFrame, factor: str, outcome: str, cluster: str
) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return the rows of the groups that are large enough, and what was left out."""
    words = rows[factor].astype("object")
    told = rows.groupby(words, sort=True).agg(events=(outcome, "sum"), clusters=(cluster, "nunique"))
    sparse = told.loc[(told["events"] < MIN_GROUP_EVENTS) | (told["clusters"] < MIN_CLUSTERS)]
    dropped = [
        Dropped(
            _("{factor} {category} chỉ có {clusters} đơn vị hay cụm và {people} người được kết nạp").format(
                factor=factor_label(factor),
                category=category_label(factor, str(category)),
                clusters=number(row.clusters),
                people=number(row.events),
            ),
            int(words.eq(category).sum()),
        )
        for category, row in sparse.iterrows()
    ]
    return rows.loc[~words.isin(sparse.index)], dropped
