"""Who those admitted are: ethnicity, religion, education, occupation, organisation."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis import vocab
from analysis.clean import categories
from analysis.clean.changes import Change
from analysis.clean.column_reader import ColumnReader, codes_of

Array = npt.NDArray[Any]

MARKS = ("minority", "youth_union")


def read_traits(reader: ColumnReader) -> dict[str, Array]:
    """Return who they are: ethnicity, religion, education, occupation, organisation."""
    found: dict[str, Array] = {}
    for name in ("ethnicity", "religion", "occupation", "mass_organisation"):
        codes = reader.coded(name, name)
        found[name] = reader.none() if codes is None else codes
    found |= _education(reader)
    youth = reader.mark("youth_union")
    found["youth_union"] = reader.flag("youth_union_flag") if youth is None else youth
    found["minority"] = _minority(reader, found["ethnicity"])
    religious = reader.mark("religious_mark")
    if religious is not None:
        none = codes_of("religion").index("none")
        found["religion"] = np.where((found["religion"] < 0) & (religious == 0), none, found["religion"])
    return {name: codes.astype(np.int8) for name, codes in found.items()}


def _education(reader: ColumnReader) -> dict[str, Array]:
    """Return both levels, each from its own column first: offices write both in either."""
    own = ("general_education", "professional_education")
    columns = {role: reader.column(role) for role in (*own, "education")}
    read = {
        role: (column, [categories.read_education(cell) for cell in column.values])
        for role, column in columns.items()
        if column is not None
    }
    for role, (column, found) in read.items():
        reader.log(role, column, found, _education_text)
    levels = {}
    for name in own:
        known = {code: i for i, code in enumerate(codes_of(name))}
        codes = reader.none()
        for role in sorted(read, key=lambda role: role != name):
            column, found = read[role]
            told = [
                getattr(one.value, name.removesuffix("_education")) if one.value else None for one in found
            ]
            here = column.take([known[code] if code else -1 for code in told], np.int8, -1)
            codes = np.where(codes < 0, here, codes)
        levels[name] = codes
    return levels


def _education_text(found: categories.Education) -> str:
    return "; ".join(part for part in (found.general, found.professional) if part)


def _minority(reader: ColumnReader, ethnicity: Array) -> Array:
    groups = [row["minority"] == "true" for row in vocab.categories("ethnic_groups")]
    told = np.array([*(int(minority) for minority in groups), -1], dtype=np.int8)[ethnicity]
    mark = reader.mark("minority_mark")
    if mark is None:
        mark = reader.flag("minority_flag")
    contradicted = (told >= 0) & (mark >= 0) & (told != mark)
    reader.changes.add_same(
        "minority", reader.body.rows[contradicted], Change(rule="minority_contradicted", refused=True)
    )
    return np.where(contradicted, -1, np.where(told >= 0, told, mark)).astype(np.int8)
