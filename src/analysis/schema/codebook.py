"""The codebook: a page for people, from the same description of the contracts as datapackage.json."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.schema import CLEANING_LOG, PUBLISHED, REGISTERS
from analysis.schema.describe import Field, TableDescription, describe
from analysis.schema.meaning import CodeTable, code_table

SHOWN_WHOLE = 20
"""Codes up to which a code table stands in the codebook; of a longer one only its beginning."""
_BEGINNING = 5
_VOCAB = "../src/analysis/vocab/"
_KINDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "yes/no", "date": "day"}
_GROUPS = {
    "From the published figures": list(PUBLISHED.values()),
    "From the registers and tables of offices": list(REGISTERS.values()),
    "From both": [CLEANING_LOG],
}
_HEAD = """# Codebook
Written by `make codebook` from the contracts in `src/analysis/schema/` and the code tables in `src/analysis/vocab/`;
change those, not this page.

Each table is `data/processed/<table>.parquet`, with a twin `<table>.csv` up to the 1,048,575 rows that a spreadsheet
holds. `datapackage.json` beside them says the same as this page for programs (Table Schema).

- An empty cell of a CSV file is missing (not known, not printed or not applicable) unless the column says what it
  stands for. It is never zero.
- Numbers are 0 or more where no other limits are given. Limits are included.
- Days are written 2016-12-31. Yes/no is `True`/`False` in the CSV files of published figures, `true`/`false` in the others.
- In Parquet, text that is missing is empty text; a missing number, day or yes/no is null.
- *filled* means that no cell is empty.
"""


def codebook() -> str:
    """Return the text of docs/codebook.md."""
    groups = {title: [describe(schema) for schema in schemas] for title, schemas in _GROUPS.items()}
    tables = [table for group in groups.values() for table in group]
    names = dict.fromkeys(field.codes for table in tables for field in table.fields if field.codes)
    code_tables = [code_table(name) for name in names]
    parts = [_HEAD, "## Contents", *_contents(groups, code_tables)]
    for title, group in groups.items():
        parts += [f"\n## {title}", *(_table(table) for table in group)]
    parts += ["\n## Code tables", *(_codes(table) for table in code_tables)]
    return "\n".join(parts) + "\n"


def _contents(groups: dict[str, list[TableDescription]], code_tables: Iterable[CodeTable]) -> list[str]:
    lines = []
    for title, group in groups.items():
        lines.append(f"- {_link(title)}")
        lines += [f"  - {_link(table.name)}: {_cell(table.about)}" for table in group]
    return [*lines, f"- {_link('Code tables')}: " + ", ".join(_link(table.name) for table in code_tables)]


def _link(heading: str) -> str:
    return f"[{heading}](#{heading.lower().replace(' ', '-')})"


def _table(table: TableDescription) -> str:
    if table.key:
        key = "Key: " + ", ".join(f"`{name}`" for name in table.key) + "."
    else:
        key = "No key: rows may be alike."
    rows = [(f"`{field.name}`", _KINDS[field.kind], field.unit, _holds(field)) for field in table.fields]
    return f"\n### {table.name}\n{table.about}\n\n{key}\n\n" + _grid(
        ("column", "type", "unit", "holds"), rows
    )


def _holds(field: Field) -> str:
    """Return what a column holds and may hold, in words."""
    said = [field.about, *_limits(field)]
    if field.pattern:
        said.append(f"matches `{field.pattern}`")
    whole = code_table(field.codes) if field.codes else None
    if field.allowed and not (whole and whole.codes() - {""} == set(field.allowed)):
        said.append("one of " + ", ".join(f"`{word}`" for word in field.allowed))
    if whole:
        said.append(f"codes: {_link(whole.name)}")
    if field.required:
        said.append("*filled*")
    return "; ".join(said)


def _limits(field: Field) -> list[str]:
    """Return the limits of a number but for "0 or more", which the head of the page says once."""
    if field.kind not in ("integer", "number") or (field.low, field.high) == (0, None):
        return []
    if field.low is None:
        raise ValueError(f"{field.name}: no lowest number is stated")
    return [f"{field.low} or more" if field.high is None else f"{field.low} to {field.high}"]


def _codes(table: CodeTable) -> str:
    file = f"[{table.file}]({_VOCAB}{table.file})"
    rows = table.rows
    said = f"From {file}."
    if len(rows) > SHOWN_WHOLE:
        said = f"{len(rows)} codes, in {file}; the first {_BEGINNING} are:"
        rows = rows[:_BEGINNING]
    if table.name == "subgroups":
        said = (
            "Also age bands (`age_18_30`, `age_under_30`, `age_over_50`), and `other:` with a word of the coder's "
            f"own where no code fits. {said}"
        )
    head = ["code", "Vietnamese", "English", table.beside_name][: 4 if table.beside_name else 3]
    shown = [(f"`{code}`" if code else "*(empty)*", *words) for code, *words in rows]
    return f"\n### {table.name}\n{said}\n\n" + _grid(head, [row[: len(head)] for row in shown])


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    """Return text that stays within one cell of a table."""
    return " ".join(text.replace("|", "\\|").split())
