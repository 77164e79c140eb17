"""Holds an Arrow table against its contract by its distinct values, so that five million rows cost what they hold."""

from __future__ import annotations

import pandas as pd
import pyarrow
import pyarrow.compute as pc

from analysis.schema import REGISTERS

_NULLABLE = {pyarrow.int64(): pd.Int64Dtype(), pyarrow.bool_(): pd.BooleanDtype()}


class ContractBrokenError(Exception):
    """A table that the package made breaks its own contract: a defect of the package."""


def check_table(name: str, found: pyarrow.Table) -> None:
    """Raise where a table of registers breaks its contract.

    Columns are checked by their distinct values, the key by the rows.

    Raises
    ------
    ContractBrokenError
        Names the column and what breaks which check.
    """
    contract = REGISTERS[name]
    if found.column_names != list(contract.columns):
        raise ContractBrokenError(f"{name}: the columns are {found.column_names}")
    for column in contract.columns.values():
        distinct = pc.unique(found[column.name]).to_pandas(types_mapper=_NULLABLE.get)
        if not column.nullable and distinct.isna().any():
            raise ContractBrokenError(f"{name}.{column.name}: a value is missing")
        for check in column.checks:
            if not check(distinct.dropna()).check_passed:
                raise ContractBrokenError(f"{name}.{column.name}: a value breaks {check}")
    key = contract.metadata["key"] if contract.metadata else []
    if key and len(found.group_by(key).aggregate([])) != len(found):
        raise ContractBrokenError(f"{name}: rows with the same {', '.join(key)}")
