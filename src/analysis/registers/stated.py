"""What is wrong with what an owner states in a mapping file; a wrong entry is refused, with the nearest right one."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from analysis.clean import mapping as mappings
from analysis.clean.column_reader import CODED, codes_of
from analysis.clean.headers import known_roles
from analysis.clean.identity import unit_identifying
from analysis.clean.mapping import Mapping
from analysis.clean.places import find_province, nearest_names
from analysis.clean.text import tone_key
from analysis.errors import ParameterError, Problem
from analysis.registers.files import RawFile


def wrong_entries(file: RawFile, stated: Mapping) -> list[Problem]:
    """Return what the mapping file states that cannot be so, whatever the table holds."""
    name = mappings.mapping_file(file.path).name
    found = [*_codes(name, stated), *_units(name, stated)]
    if stated.province and not _is_province(stated.province):
        near = nearest_names(stated.province) or "`ketnap provinces` lists them"
        found.append(Problem(name, None, "province", f"{stated.province!r}, no province", near))
    roles = known_roles(file.kind)
    for role in sorted(set(stated.columns.values()) - set(roles)):
        found.append(Problem(name, None, "columns", f"{role!r}, no role of a column", _near(role, roles)))
    return found


def unused_entries(file: RawFile, headers: Collection[str], sheets: Collection[str]) -> list[Problem]:
    """Return the columns and sheets that the table's own mapping file names and the table lacks."""
    own = mappings.own(file.path)
    name = mappings.mapping_file(file.path).name
    known = {tone_key(header) for header in headers}
    found = [
        Problem(name, None, "columns", f"{header!r}, no header of the table", _near(header, headers))
        for header in own.columns
        if tone_key(header) not in known
    ]
    missing = [sheet for sheet in own.skip_sheets if sheet not in sheets]
    return found + [
        Problem(name, None, "skip_sheets", f"{sheet!r}, no sheet of the workbook", _near(sheet, sheets))
        for sheet in missing
    ]


def _near(text: str, known: Iterable[str]) -> str:
    names = list(known)
    return ", ".join(difflib.get_close_matches(text, names, n=3) or names[:30]) or "an entry that is there"


def _is_province(name: str) -> bool:
    for vintage in ("2008", "2025"):
        try:
            find_province(name, vintage)
        except ParameterError:
            continue
        return True
    return False


def _codes(name: str, stated: Mapping) -> list[Problem]:
    found = []
    for column, values in stated.values.items():
        if column not in CODED:
            found.append(Problem(name, None, f"values.{column}", "no coded column", _near(column, CODED)))
            continue
        known = codes_of(column)
        for code in sorted(set(values.values()) - set(known)):
            found.append(Problem(name, None, f"values.{column}", f"the code {code!r}", _near(code, known)))
    return found


def _units(name: str, stated: Mapping) -> list[Problem]:
    allowed = "the name of a unit: xã ..., phường ..., Đảng bộ ..."
    found = []
    for number, unit in enumerate(stated.units.values(), 1):
        if not unit.strip():
            found.append(Problem(name, None, f"units, entry {number}", "an empty name", allowed))
        elif unit_identifying(unit) is not None:
            found.append(
                Problem(name, None, f"units, entry {number}", "what names or finds a person", allowed)
            )
    return found
