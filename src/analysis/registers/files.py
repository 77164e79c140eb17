"""Which files under data/raw hold registers, targets and members, and of which province."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from analysis.clean.identity import unit_identifying
from analysis.clean.office_files import TEXTS, WORKBOOKS
from analysis.clean.places import find_province
from analysis.clean.text import fold
from analysis.errors import DataRefusedError, ParameterError, Problem
from analysis.vocab import provinces

KINDS = {"registers": "register", "targets": "targets", "members": "members"}
"""Folder under data/raw → what its files list."""

_BESIDE = {".toml", ".md", ".json"}


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file of an office.

    Attributes
    ----------
    path : Path
        Where it is.
    name : str
        Its path under data/raw, with ``/``.
    kind : {"register", "targets", "members"}
        What it lists.
    province : str
        Name of the province that its folder or its own name gives; empty where they give none.
    """

    path: Path
    name: str
    kind: str
    province: str


def raw_files(raw: Path) -> list[RawFile]:
    """Return the files of offices under a folder of raw data, in the order of their names.

    Raises
    ------
    DataRefusedError
        A file is neither a workbook nor a text file.
    """
    found, problems = [], []
    for folder, kind in KINDS.items():
        for path in sorted((raw / folder).rglob("*")):
            name = path.relative_to(raw).as_posix()
            if not path.is_file() or path.suffix.lower() in _BESIDE or path.name.startswith((".", "~$")):
                continue
            if _names_a_person(path):
                seen = "a file whose name may be a person's or holds a number that finds one"
                problems.append(
                    Problem(f"{folder}/...{path.suffix}", None, None, seen, "a name of unit and year")
                )
                continue
            if path.suffix.lower() not in (*WORKBOOKS, *TEXTS):
                seen = f"a file that ends in {path.suffix or 'nothing'}"
                problems.append(Problem(name, None, None, seen, ", ".join((*WORKBOOKS, *TEXTS))))
                continue
            found.append(RawFile(path, name, kind, province_of(path, raw / folder)))
    if problems:
        raise DataRefusedError(problems)
    return found


_SMALLER = ("xa", "phuong", "thi tran", "huyen", "thi xa", "quan", "truong")


def _names_a_person(path: Path) -> bool:
    """Tell whether a file's name as a person writes it, with spaces, is that of a person."""
    return " " in path.stem and unit_identifying(path.stem) is not None


def province_of(path: Path, top: Path) -> str:
    """Return the province that a file's folder, or else its own name, gives; empty where neither does.

    A name such as ``chi-tieu-dien-bien-2016.xlsx`` gives one if it holds the name of one alone.
    """
    for part in reversed(path.relative_to(top).parts[:-1]):
        for vintage in ("2008", "2025"):
            try:
                return find_province(part, vintage).name
            except ParameterError:
                continue
    words = f" {fold(path.stem)} "
    for kind in _SMALLER:  # xã Hòa Bình is no province
        words = re.sub(rf" {kind} \w+ \w+", " ", words)
    names = {fold(place.name): place.name for place in provinces()}
    held = {key for key in names if f" {key} " in words}
    longest = {key for key in held if not any(key != other and f" {key} " in f" {other} " for other in held)}
    return names[longest.pop()] if len(longest) == 1 else ""


def is_synthetic(path: Path) -> bool:
    """Tell whether a file's name says that a simulation made it."""
    words = f" {fold(path.name)} "
    return " synthetic " in words or " gia lap " in words
