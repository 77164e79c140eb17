"""One number for several: rows of whole numbers that are alike share it, others do not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt


def joint_key(columns: Iterable[npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    """Return a number for each row of whole numbers, which sorts as the columns do, the first before the others.

    Parameters
    ----------
    columns : iterable of ndarray, each of shape (n,)
        The product of their ranges must be less than 2**63.

    Examples
    --------
    >>> joint_key([np.array([0, 0, 1]), np.array([-1, 3, -1])]).tolist()
    [0, 4, 5]
    """
    first, *others = (np.asarray(column).astype(np.int64) for column in columns)
    joint = first - first.min(initial=0)
    for values in others:
        low = values.min(initial=0)
        joint = joint * (values.max(initial=0) - low + 1) + (values - low)
    return joint
