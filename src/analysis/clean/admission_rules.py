"""The rules by date that an admission keeps or breaks (DOMAIN.md), as flags; none of them drops anybody."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.clean.changes import Change
from analysis.clean.column_reader import ColumnReader
from analysis.clean.person_dates import Dates, completed_months

Array = npt.NDArray[Any]

FLAGS = ("under_18", "over_60", "recognised_early", "certificate_expired", "before_unit", "same_person")
"""Rules by date (DOMAIN.md) as flags: 1 broken, 0 kept, -1 where the register does not tell."""

_MONTHS_18, _MONTHS_60 = 18 * 12, 60 * 12
_PROBATION, _CERTIFICATE = 12, 60


def judge(
    reader: ColumnReader, age: tuple[Array, Array], admitted: Dates, dates: dict[str, Dates]
) -> dict[str, Array]:
    """Return the flags of the rules by date."""
    low, high = age
    aged = low >= 0
    recognised, certificate, founded = (dates[name] for name in ("recognised", "certificate", "founded"))
    both = admitted.known & recognised.known
    before = both & (recognised.last < admitted.first)
    months = completed_months(admitted, recognised)
    passed = completed_months(certificate, admitted)
    certified = certificate.known & admitted.known
    after = certified & (certificate.first > admitted.last)
    certified &= ~after
    reader.changes.add_same(
        "certificate", reader.body.rows[after], Change(rule="certificate_after_admission", refused=True)
    )
    flags = {
        "under_18": _judged(aged, high < _MONTHS_18, low >= _MONTHS_18),
        # Sixty years to the day are within the rule; one month more is over it.
        "over_60": _judged(aged, low > _MONTHS_60, high <= _MONTHS_60),
        "recognised_early": _judged(both & ~before, months[1] < _PROBATION, months[0] >= _PROBATION),
        "certificate_expired": _judged(certified, passed[0] > _CERTIFICATE, passed[1] <= _CERTIFICATE),
        "before_unit": _judged(
            admitted.known & founded.known, admitted.last < founded.first, admitted.first >= founded.last
        ),
        "same_person": reader.none(),
    }
    for name in FLAGS:
        flags[name] = np.where(flags[name] >= 0, flags[name], reader.flag(name)).astype(np.int8)
    return flags


def _judged(known: Array, broken: Array, kept: Array) -> Array:
    return np.where(known & broken, 1, np.where(known & kept, 0, -1)).astype(np.int8)
