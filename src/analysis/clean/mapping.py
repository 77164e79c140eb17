"""The mapping file beside an office's table: what its owner states where the package will not guess."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.errors import DataRefusedError, Problem

FOLDER_FILE = "mapping.toml"
"""Name of a mapping file that holds for every table of its folder."""


class Mapping(BaseModel):
    """What the owner of a table states about it; each entry does nothing unless given.

    Attributes
    ----------
    province : str
        Province of the table, where neither the folder nor a column names it.
    district : str
        District of the whole table.
    synthetic : bool
        Whether the rows were made by a simulation.
    encoding : str
        Code of a text file: utf-8, utf-16, cp1258, cp1252, tcvn3, vni.
    date_order : {"dmy", "mdy"}
        Order of the parts of a date.
    numbers : {"vi", "en"}
        Whether 2.128 means 2128 (vi) or 2,128 does (en).
    year : int
        Year of the whole table.
    members_at : {"start", "end"}
        At which end of the year members were counted, where the header does not say.
    skip_sheets : tuple of str
        Sheets that hold no table.
    columns : dict of str to str
        Header, its lines joined by " / " → what the column holds, or "dropped".
    values : dict of str to dict of str to str
        Code table → cell as written → code.
    units : dict of str to str
        Unit as written → unit as meant.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    province: str = ""
    district: str = ""
    synthetic: bool = False
    encoding: Literal["", "utf-8", "utf-8-sig", "utf-16", "cp1258", "cp1252", "tcvn3", "vni"] = ""
    date_order: Literal["", "dmy", "mdy"] = ""
    numbers: Literal["", "vi", "en"] = ""
    year: int | None = Field(default=None, ge=1930, le=2099)
    members_at: Literal["", "start", "end"] = ""
    skip_sheets: tuple[str, ...] = ()
    columns: dict[str, str] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    units: dict[str, str] = Field(default_factory=dict)


def mapping_file(table: Path) -> Path:
    """Return where the mapping of one table stands: ``register.xlsx.toml`` beside ``register.xlsx``."""
    return table.with_name(table.name + ".toml")


def own(table: Path) -> Mapping:
    """Return what the table's own mapping file states."""
    path = mapping_file(table)
    return Mapping.model_validate(_read(path) if path.is_file() else {})


def load(table: Path) -> Mapping:
    """Return what is stated about a table: its folder's mapping, and its own over it.

    Raises
    ------
    DataRefusedError
        A mapping file is no TOML, or holds an entry that is not known.
    """
    stated: dict[str, object] = {}
    for path in (table.parent / FOLDER_FILE, mapping_file(table)):
        if path.is_file():
            stated |= _read(path)
    return Mapping.model_validate(stated)


def _read(path: Path) -> dict[str, object]:
    try:
        found: dict[str, object] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        Mapping.model_validate(found)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataRefusedError(
            [Problem(path.name, None, None, f"no TOML in UTF-8: {error}", "what `ketnap check` drafts")]
        ) from None
    except ValidationError as error:
        raise DataRefusedError(
            [_problem(path, e["loc"], e["type"], e["msg"]) for e in error.errors()]
        ) from None
    return found


def _problem(path: Path, place: tuple[int | str, ...], kind: str, message: str) -> Problem:
    name = ".".join(str(part) for part in place)
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(name, Mapping.model_fields, n=1, cutoff=0.5)
        known = ", ".join(Mapping.model_fields)
        return Problem(path.name, None, name, "an entry that is not known", f"{near[0]}?" if near else known)
    return Problem(path.name, None, name, "a value that does not fit", message)


def draft(unknown: AnyMapping[str, str], missing: list[tuple[str, ...]], roles: tuple[str, ...]) -> str:
    """Return a mapping file to be filled in.

    Parameters
    ----------
    unknown : mapping of str to str
        Header → the role that seems nearest, or empty.
    missing : list of tuple of str
        Groups of roles of which one must be there.
    roles : tuple of str
        Every role that a column may have.
    """
    lines = ["# What a column holds, one of:", *_wrapped(", ".join(roles))]
    lines += [f"# Needed and not found: {' or '.join(group)}" for group in missing]
    lines += [
        "# Other entries, before [columns]: province, district, year, encoding, date_order, numbers, members_at,",
        '# skip_sheets, synthetic; after it: [values.ethnicity] "cell" = "code", [units] "as written" = "as meant".',
        "[columns]",
    ]
    for header, near in unknown.items():
        key = json.dumps(header, ensure_ascii=False)
        lines.append(f'{key} = "{near or "dropped"}"' + ("  # is that so?" if near else ""))
    return "\n".join(lines) + "\n"


def _wrapped(text: str, width: int = 100) -> list[str]:
    lines, line = [], "#"
    for word in text.split():
        if len(line) + len(word) + 1 > width:
            lines.append(line)
            line = "#"
        line += " " + word
    return [*lines, line]
