"""A raw column as its distinct cells, and what a cell was read as: the work is done once a distinct cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Cell = str | float | int | bool | date | datetime
"""A cell that is not empty. Text as it stands in the file; numbers and dates where the file types them."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What a cell was read as.

    Attributes
    ----------
    value : T or None
        What it means; None where it was refused, or says that nothing is known.
    rule : str
        Empty where the cell already stood in the form that the tables hold; otherwise the name of
        the rule that changed or refused it.
    refused : bool
        True where the cell could not be read.
    """

    value: T | None
    rule: str = ""
    refused: bool = False


class CellRefusedError(Exception):
    """A cell cannot be read; its text is the rule.

    Raised only between the parts of one reader, which gives it out as a refused :class:`Reading`.
    """


@dataclass(frozen=True, slots=True)
class Column:
    """One raw column.

    Attributes
    ----------
    codes : ndarray of int32, one a row
        Which of ``values`` stands in the row; -1 where the cell is empty.
    values : sequence of Cell
        The distinct cells.
    """

    codes: npt.NDArray[np.int32]
    values: Sequence[Cell]

    def take(self, found: Sequence[Any], dtype: Any, missing: Any) -> npt.NDArray[Any]:
        """Return one value a row from one a distinct cell, ``missing`` where the cell is empty."""
        return np.array([*found, missing], dtype=dtype)[self.codes]

    def to_arrow(self) -> pa.Array:
        """Return each row's cell as text, null where the cell is empty."""
        texts = getattr(self.values, "texts", None)
        if texts is None:
            texts = pa.array([str(value) for value in self.values], pa.string())
        return texts.take(pa.array(self.codes, mask=self.codes < 0))
