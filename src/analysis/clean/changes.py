"""The cleaning log of one table: a row for each value that was changed or refused, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_TEXT = pa.dictionary(pa.int32(), pa.string())

SCHEMA = pa.schema(
    [
        ("table", _TEXT),
        ("file", _TEXT),
        ("sheet", _TEXT),
        ("raw_row", pa.int64()),
        ("column", _TEXT),
        ("before", _TEXT),
        ("after", _TEXT),
        ("rule", _TEXT),
    ]
)


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one distinct cell.

    Attributes
    ----------
    before, after : str
        What may be written of the cell as it stood, and the value that it became; empty where
        nothing may be written or nothing remained.
    rule : str
        Why; empty where the cell was not changed.
    refused : bool
        Whether the cell could not be read.
    """

    before: str = ""
    after: str = ""
    rule: str = ""
    refused: bool = False


UNCHANGED = Change()


@dataclass(slots=True)
class Changes:
    """Collects the changes of one sheet, or of a chunk of it.

    Attributes
    ----------
    table, file, sheet : str
        What the rows belong to.
    """

    table: str
    file: str
    sheet: str
    _parts: list[tuple[str, npt.NDArray[np.int64], npt.NDArray[np.int32], Sequence[Change]]] = field(
        default_factory=list
    )

    def add(
        self,
        column: str,
        rows: npt.NDArray[np.int64],
        codes: npt.NDArray[np.int32],
        changes: Sequence[Change],
    ) -> None:
        """Add what happened in a column.

        Parameters
        ----------
        column : str
            Column of the table; empty where whole rows are meant.
        rows : ndarray of int64, shape (n,)
            Rows of the raw file.
        codes : ndarray of int32, shape (n,)
            Which distinct cell stands in each; -1 for none.
        changes : sequence of Change
            What happened to each distinct cell.
        """
        changed = np.array([bool(change.rule) for change in changes] + [False])
        hit = np.flatnonzero(changed[codes])
        if len(hit):
            self._parts.append((column, rows[hit], codes[hit], changes))

    def add_same(self, column: str, rows: npt.NDArray[np.int64], change: Change) -> None:
        """Add the same change for several rows."""
        self.add(column, rows, np.zeros(len(rows), dtype=np.int32), [change])

    def rules(self) -> dict[tuple[str, str, bool], int]:
        """Return for each column, rule and whether it refuses: how many rows."""
        found: dict[tuple[str, str, bool], int] = {}
        for column, _, codes, changes in self._parts:
            counts = np.bincount(codes, minlength=len(changes))
            for at in np.flatnonzero(counts).tolist():
                key = column, changes[at].rule, changes[at].refused
                found[key] = found.get(key, 0) + int(counts[at])
        return found

    def rows_changed(self) -> int:
        """Return how many rows have a cell that was changed or refused."""
        rows = [rows for column, rows, _, _ in self._parts if column]
        if not rows:
            return 0
        first = min(int(part.min()) for part in rows)
        changed = np.zeros(max(int(part.max()) for part in rows) - first + 1, dtype=bool)
        for part in rows:
            changed[part - first] = True
        return int(changed.sum())

    def to_arrow(self) -> pa.Table:
        """Return the log's rows in the order of the raw file."""
        batches = [self._batch(*part) for part in self._parts]
        if not batches:
            return SCHEMA.empty_table()
        rows = np.concatenate([batch.column("raw_row").to_numpy() for batch in batches])
        table = pa.Table.from_batches(batches, SCHEMA).unify_dictionaries().combine_chunks()
        return table.take(pa.array(np.argsort(rows, kind="stable")))

    def _batch(
        self,
        column: str,
        rows: npt.NDArray[np.int64],
        codes: npt.NDArray[np.int32],
        changes: Sequence[Change],
    ) -> pa.RecordBatch:
        def same(text: str) -> pa.Array:
            return pa.DictionaryArray.from_arrays(np.zeros(len(rows), dtype=np.int32), pa.array([text]))

        used, local = np.unique(codes, return_inverse=True)

        def each(texts: list[str]) -> pa.Array:
            distinct = list(dict.fromkeys(texts))
            at = {text: i for i, text in enumerate(distinct)}
            place = np.array([at[text] for text in texts], dtype=np.int32)
            return pa.DictionaryArray.from_arrays(place[local], pa.array(distinct, pa.string()))

        chosen = [changes[code] for code in used.tolist()]
        return pa.RecordBatch.from_arrays(
            [
                same(self.table),
                same(self.file),
                same(self.sheet),
                pa.array(rows),
                same(column),
                each([c.before for c in chosen]),
                each([c.after for c in chosen]),
                each([c.rule for c in chosen]),
            ],
            schema=SCHEMA,
        )
