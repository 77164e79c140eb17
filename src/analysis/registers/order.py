"""An order of rows that the files do not decide: by what the rows hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Columns = dict[str, Array]


def in_order(columns: Columns) -> Columns:
    """Return the rows sorted by all columns, so that equal rows alone may change places."""
    if not columns:
        return columns
    keys: list[Array] = []
    width = 1
    key: Array | None = None
    for name in _sorting(columns):
        values = columns[name].astype(np.int64)
        low = int(values.min(initial=0))
        span = int(values.max(initial=0)) - low + 1
        if key is None or width * span >= 1 << 62:
            if key is not None:
                keys.append(key)
            key, width = values - low, span
        else:
            key *= span
            key += values - low
            width *= span
    keys.append(key if key is not None else np.empty(0))
    order = np.lexsort(keys[::-1])
    return {name: values[order] for name, values in columns.items()}


def _sorting(columns: Columns) -> list[str]:
    first = ["synthetic", "unit", "year", "admitted"]
    return [name for name in first if name in columns] + sorted(set(columns) - {*first, "person"})
