"""Who those admitted are: ethnicity, religion, education, occupation, organisation."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis import vocab
from analysis.clean.changes import Change
from analysis.clean.column_reader import ColumnReader, codes_of
from analysis.clean.education import Education, read_education

Array = npt.NDArray[Any]

MARKS = ("minority", "religious", "youth_union")


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
    found["religion"], found["religious"] = _religious(reader, found["religion"])
    return {name: codes.astype(np.int8) for name, codes in found.items()}


def _religious(reader: ColumnReader, religion: Array) -> tuple[Array, Array]:
    """Return the religion, and whether there is one: an x under *Có đạo* tells that without its name.

    Where the one says none and the other has one, neither is known. An empty cell under *Có đạo*
    beside a religion says nothing.
    """
    none = codes_of("religion").index("none")
    told = np.where(religion < 0, -1, religion != none)
    mark, flag = reader.mark("religious_mark"), reader.flag("religious_flag")
    stated = flag if mark is None else mark
    contradicted = (told >= 0) & (stated >= 0) & (told != stated)
    if mark is not None:
        contradicted &= stated == 1
    reader.changes.add_same(
        "religious", reader.body.rows[contradicted], Change(rule="religious_contradicted", refused=True)
    )
    # In our own table an empty flag was looked at before: what contradicted itself stays unknown.
    own = mark is None and reader.column("religious_flag") is not None
    religious = np.where(contradicted, -1, np.where((told >= 0) & (not own), told, stated))
    if mark is not None:
        religion = np.where((religion < 0) & (mark == 0), none, religion)
    return np.where(contradicted, -1, religion), religious


def _education(reader: ColumnReader) -> dict[str, Array]:
    """Return both levels, each from its own column first: offices write both in either."""
    own = ("general_education", "professional_education")
    columns = {role: reader.column(role) for role in (*own, "education")}
    read = {
        role: (column, [read_education(cell) for cell in column.values])
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


def _education_text(found: Education) -> str:
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
