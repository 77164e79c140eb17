"""What a row of the published figures may hold: the codebook, as checks."""

from __future__ import annotations

import re
from datetime import date

from analysis.clean import dates, numbers
from analysis.clean.places import nearest_names, resolve
from analysis.clean.raw import CellCheck, Contract, nearest
from analysis.vocab import codes, known_subgroup, table

_DAY = "a day as YYYY-MM-DD, from 1930 to 2099"
_LONGEST_NUMBER = 12
_LARGEST = 10_000_000
"""No count of the field is larger: the whole Party has five million members."""


def _one_of(name: str) -> CellCheck:
    allowed = codes(name)

    def check(cell: str) -> tuple[str, str] | None:
        if cell in allowed:
            return None
        return f"{cell!r} is no known {name}", nearest(cell, allowed)

    return check


def _filled(cell: str) -> tuple[str, str] | None:
    return None if cell else ("the cell is empty", "it must be filled")


def _anything(_: str) -> None:
    return None


def _day_or_empty(cell: str) -> tuple[str, str] | None:
    if not cell or dates.parse_day(cell):
        return None
    return f"{cell!r} is no day", f"{_DAY}, or empty for a stock"


def _day(cell: str) -> tuple[str, str] | None:
    return None if dates.parse_day(cell) else (f"{cell!r} is no day", _DAY)


def _number(cell: str) -> tuple[str, str] | None:
    value = numbers.parse(cell) if len(cell) <= _LONGEST_NUMBER else None
    if value is not None:
        return None if value <= _LARGEST else (repr(cell), f"at most {_LARGEST:,}")
    return f"{cell!r} is no number", "digits with a decimal point, no thousands mark (2128, 62.5)"


def _subgroup(cell: str) -> tuple[str, str] | None:
    if known_subgroup(cell):
        return None
    allowed = [row["code"] for row in table("subgroups") if not row["code"].startswith("other:")]
    return f"{cell!r} is no known subgroup", f"{nearest(cell, allowed)}; or other:<a_word>"


def _address(cell: str) -> tuple[str, str] | None:
    if not cell or re.fullmatch(r"https?://\S.*", cell):
        return None
    return f"{cell!r} is no web address", "an address that begins with http:// or https://, or empty"


def _published(cell: str) -> tuple[str, str] | None:
    if not cell or dates.parse_published(cell):
        return None
    return f"{cell!r} is no date", "YYYY-MM-DD, YYYY-MM, YYYY, or empty"


def _period_problems(row: dict[str, str]) -> list[tuple[str, str, str]]:
    kind, start, end = row["period_type"], row["period_start"], row["period_end"]
    if kind == "point":
        return (
            [("period_start", f"{start!r} for a stock", "empty: a stock has only its day")] if start else []
        )
    if not start:
        return [("period_start", "the cell is empty", f"{_DAY}: only a stock (point) has none")]
    if start > end:
        return [("period_end", f"{end} lies before the start {start}", "a day not before it")]
    if kind == "year" and not (start[5:] == "01-01" and end == f"{start[:4]}-12-31"):
        return [("period_type", f"a year from {start} to {end}", "01-01 to 12-31 of one year")]
    if kind in ("partial_year", "school_year"):
        months = dates.months_between(date.fromisoformat(start), date.fromisoformat(end))
        if months > 12:
            return [("period_type", f"{kind} of {months:g} months", "twelve months at most")]
    return []


def _value_problems(row: dict[str, str]) -> list[tuple[str, str, str]]:
    found = []
    unit, value = row["value_unit"], numbers.parse(row["value"])
    allowed = next(m["value_units"].split() for m in table("measures") if m["code"] == row["measure"])
    if unit not in allowed:
        found.append(("value_unit", f"{unit!r} for {row['measure']}", nearest(unit, allowed)))
    if unit in ("persons", "organisations", "classes") and "." in row["value"]:
        digits = row["value"].replace(".", "")
        meant = f"a whole number without a point or thousands mark ({digits}, if that is meant)"
        found.append(("value", f"{row['value']!r} {unit}", meant))
    if row["measure"] == "admitted" and row["subgroup"] == "all" and row["basis"] == "admitted":
        found.append(("basis", "'admitted' for all who were admitted", "target or members"))
    bases = ("target", "members", "admitted", "organisations")
    if unit == "percent" and row["basis"] not in bases:
        found.append(("basis", f"{row['basis']!r} for a percent", nearest(row["basis"], bases)))
    shares = ("admitted", "members", "organisations")
    if unit == "percent" and row["basis"] in shares and value is not None and value > 100:
        found.append(("value", f"{row['value']}% of {row['basis']}", "0 to 100"))
    of = {"attainment": "target", "admission_rate": "members", "target_rate": "members"}.get(row["measure"])
    if of and row["basis"] in bases and row["basis"] != of:
        found.append(("basis", f"{row['basis']!r} for {row['measure']}", f"{of!r}"))
    plans = ("year_plan", "term_resolution", "")
    if row["measure"] == "target" and row["basis"] not in plans:
        found.append(("basis", f"{row['basis']!r} for a target", nearest(row["basis"], plans)))
    return found


def _kind_problems(row: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return where a stock is given for a period, or a flow for a day."""
    kind = next(m["kind"] for m in table("measures") if m["code"] == row["measure"])
    stock = row["period_type"] == "point"
    if kind == "stock" and not stock:
        return [("period_type", f"{row['measure']} over a {row['period_type']}", "point: a stock has a day")]
    if kind == "flow" and stock:
        return [("period_type", f"{row['measure']} at a point", "a period: a flow has a start and an end")]
    return []


def _place_problems(row: dict[str, str]) -> list[tuple[str, str, str]]:
    name, level = row["province"], row["level"]
    if level == "national":
        return [("province", f"{name!r} at national level", "empty")] if name else []
    if not name:
        return [("province", "the cell is empty", "the province's name: only national has none")]
    end = date.fromisoformat(row["period_end"])
    if resolve(name, level, row["district"], (None, end), None) is None:
        near = nearest_names(name) or "`ketnap provinces` lists them"
        return [("province", f"{name!r} is no province of Vietnam", near)]
    return []


def observations(source_ids: frozenset[str]) -> Contract:
    """Return the contract of observations.csv, whose sources are these."""

    def source(cell: str) -> tuple[str, str] | None:
        if cell in source_ids:
            return None
        return f"{cell!r} is not in sources.csv", "a source_id that sources.csv lists"

    def row(cells: dict[str, str]) -> list[tuple[str, str, str]]:
        return [
            *_period_problems(cells),
            *_kind_problems(cells),
            *_value_problems(cells),
            *_place_problems(cells),
        ]

    cells: dict[str, CellCheck] = {
        "source_id": source,
        "unit": _filled,
        "level": _one_of("level"),
        "district": _anything,
        "province": _anything,
        "period_type": _one_of("period_type"),
        "period_start": _day_or_empty,
        "period_end": _day,
        "period_limits": _one_of("period_limits"),
        "measure": _one_of("measure"),
        "subgroup": _subgroup,
        "value": _number,
        "value_unit": _one_of("value_unit"),
        "basis": _one_of("basis"),
        "qualifier": _one_of("qualifier"),
        "note": _anything,
    }
    return Contract(cells, row)


def sources() -> Contract:
    """Return the contract of sources.csv."""
    seen: set[str] = set()

    def row(cells: dict[str, str]) -> list[tuple[str, str, str]]:
        name = cells["source_id"]
        if name in seen:
            return [("source_id", f"{name!r} stands twice", "one row a document")]
        seen.add(name)
        return []

    cells: dict[str, CellCheck] = {
        "source_id": _filled,
        "publisher": _filled,
        "title": _filled,
        "url": _address,
        "published": _published,
    }
    return Contract(cells, row)
