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
    uncarried : tuple of str
        Factors of which fewer than two groups are large enough: their rows stay, their term must go.
    """

    rows: pd.DataFrame
    dropped: tuple[Dropped, ...]
    joined: tuple[tuple[str, ...], ...]
    uncarried: tuple[str, ...] = ()


def grouped(
    rows: pd.DataFrame,
    factors: Sequence[str],
    *,
    outcome: str = "admitted",
    exposure: str = "members",
    cluster: str = "unit_id",
) -> Grouped:
    """Return rows in which every group of every factor is large enough for an estimate.

    Age bands below :data:`MIN_GROUP_EVENTS` admissions are joined to the neighbour with fewer. Groups of other
    factors are left out where the common rate would give them fewer than that, so that leaving them out does
    not select by what they did; or where they have fewer clusters than an interval may rest on, as long as all
    the rows together have enough. A factor that would keep fewer than two groups loses its term, not its rows.

    Parameters
    ----------
    rows : DataFrame
        By :mod:`analysis.models.register_rows`.
    factors : sequence of str
        Columns.
    outcome, exposure, cluster : str
        Columns: whole counts, what they are set against, and what rows hang together by.

    Examples
    --------
    >>> rows = pd.DataFrame({"age_band": ["age_18_30", "age_31_35", "age_over_35"], "admitted": [40, 4, 3],
    ...                      "members": [400, 300, 300], "unit_id": ["a", "b", "c"]})
    >>> grouped(rows, ["age_band"]).rows["age_band"].to_list()
    ['age_18_30', 'age_over_30', 'age_over_30']
    """
    dropped: list[Dropped] = []
    uncarried: list[str] = []
    left = [factor for factor in factors if factor != "age_band"]
    while True:  # until no factor has a sparse group on the rows that the others leave
        before = len(rows)
        for factor in [factor for factor in left if factor not in uncarried]:
            kept, out = _left_out(rows, factor, outcome, exposure, cluster)
            if kept[factor].astype("object").nunique() < 2:
                uncarried.append(factor)
                continue
            rows = kept
            dropped += out
        if len(rows) == before:
            break
    joined: list[tuple[str, ...]] = []
    if "age_band" in factors:
        rows, joined = _joined(rows, outcome)
    return Grouped(rows, tuple(dropped), tuple(joined), tuple(uncarried))


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
    rows: pd.DataFrame, factor: str, outcome: str, exposure: str, cluster: str
) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return the rows of the groups that are large enough, and what was left out."""
    words = rows[factor].astype("object")
    told = rows.groupby(words, sort=True).agg(
        events=(outcome, "sum"), exposure=(exposure, "sum"), clusters=(cluster, "nunique")
    )
    common = float(rows[outcome].sum()) / max(float(rows[exposure].sum()), 1.0)
    sparse = told["exposure"].astype(float) * common < MIN_GROUP_EVENTS
    if rows[cluster].nunique() >= MIN_CLUSTERS:
        sparse |= told["clusters"] < min(MIN_CLUSTERS, rows[cluster].nunique())
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
        for category, row in told.loc[sparse].iterrows()
    ]
    return rows.loc[~words.isin(told.index[sparse])], dropped
