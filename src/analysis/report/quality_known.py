"""What cleaning did to registers, counted from its tables in passes that hold a slice in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis import fingerprint, processed, register_words
from analysis.clean.admission_rules import FLAGS
from analysis.clean.column_reader import EXITED
from analysis.errors import DataRefusedError, Problem
from analysis.language import use
from analysis.report.parameters import QualityParameters
from analysis.schema import CLEANING_LOG, REGISTERS

MOST_EXAMPLES = 3
"""Examples shown of a rule."""

_SLICE = 1 << 18
_KEY = ["synthetic", "file"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "cell": ("cell",),
    "locality": ("locality",),
    "age_months": ("birth", "birth_male", "birth_female", "age", "age_months"),
    "sex": ("sex", "male_mark", "female_mark", "birth_male", "birth_female"),
    "ethnicity": ("ethnicity",),
    "minority": ("ethnicity", "minority_flag", "minority_mark"),
    "religion": ("religion", "religious_mark"),
    "general_education": ("general_education", "education"),
    "professional_education": ("professional_education", "education"),
    "occupation": ("occupation",),
    "youth_union": ("youth_union", "youth_union_flag"),
    "mass_organisation": ("mass_organisation",),
    "days_to_recognition": ("recognised", "days_to_recognition"),
    "has_left": (*EXITED, "exit", "has_left"),
}
"""Column of ``admissions`` that may be missing → roles of raw columns that tell it."""

_AGES = ("age_exact", "age_months", "age_year")
_ADMITTED = ("admitted_month", "admitted_quarter", "admitted_half_year", "admitted_year")
_WITHIN_A_YEAR = 11
"""Months between the lowest and highest age from which on no more than the year of birth was told."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What cleaning did to registers, targets and members.

    Attributes
    ----------
    files : DataFrame
        The processed table: a row a sheet.
    changes : DataFrame
        ``file``, ``sheet``, ``synthetic``, ``column``, ``rule``, ``effect``, ``count``: cells, or rows
        where the column is empty.
    examples : DataFrame
        ``rule``, ``before``, ``after``: at most :data:`MOST_EXAMPLES` a rule, frequent ones first.
    missing : DataFrame
        ``synthetic``, ``column``, ``rows``; of them ``no_column`` in files without such a column, and
        ``empty`` where it was empty or could not be read.
    flags : DataFrame
        ``synthetic``, ``flag``, ``broken``, ``kept``, ``unknown``: rows.
    precision : DataFrame
        ``synthetic``, ``what`` (``age`` or ``admitted``), ``precision``, ``rows``.
    contradicted : DataFrame
        ``table``, ``synthetic``, ``rows``, ``contradicted``.
    """

    files: pd.DataFrame
    changes: pd.DataFrame
    examples: pd.DataFrame
    missing: pd.DataFrame
    flags: pd.DataFrame
    precision: pd.DataFrame
    contradicted: pd.DataFrame

    @property
    def sheets(self) -> pd.DataFrame:
        """The sheets that hold a table."""
        return self.files.loc[self.files["table"].ne("")]


def quality(**parameters: object) -> Quality:
    """Return what cleaning did, from the notebook's parameters.

    Raises
    ------
    ParameterError, DataRefusedError
        A parameter is wrong; the processed tables are missing, or not those that were written together.
    """
    checked = QualityParameters.checked(**parameters)
    use(checked.language)
    return measured(checked.folder())


def measured(folder: Path) -> Quality:
    """Return what cleaning did, from a folder of processed tables."""
    names = ("admissions", "targets", "members", CLEANING_LOG.name)
    files = processed.load_table(folder, "files")
    text = [name for name, column in REGISTERS["files"].columns.items() if str(column.dtype) == "str"]
    files[text] = files[text].astype("object").fillna("").astype("str")
    paths = {name: _checked(folder, name) for name in names}
    counted = _admissions(paths["admissions"])
    changes, examples = _log(paths[CLEANING_LOG.name])
    changes = changes.merge(files[["file", "sheet", "synthetic"]], on=["file", "sheet"], how="left")
    return Quality(
        files,
        changes,
        examples,
        _missing(counted, files),
        _flags(counted),
        _precision(counted),
        _contradicted({name: paths[name] for name in ("targets", "members")}),
    )


def _checked(folder: Path, name: str) -> Path:
    """Return the path of a table, which must hold what was written with the package file."""
    path = folder / f"{name}.parquet"
    resources = processed.package(folder)["resources"]
    hashes = next(resource["hashes"] for resource in resources if resource["name"] == name)
    if not path.is_file() or fingerprint.of_file(path) != hashes[path.name]:
        seen = "not the table that cleaning wrote last"
        raise DataRefusedError([Problem(path.name, None, None, seen, "run `ketnap clean` again")])
    return path


def _slices(path: Path, columns: Sequence[str]) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_SLICE, columns=list(columns)):
            if len(batch):
                yield pa.Table.from_batches([batch])


def _grouped(found: pa.Table, keys: list[str], aggregates: list[tuple[Any, str]]) -> pd.DataFrame:
    """Return groups of a slice; words stand as text, since each slice numbers them anew."""
    grouped = found.group_by(keys, use_threads=False).aggregate(aggregates)
    plain = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in grouped.schema
    ]
    return grouped.cast(pa.schema(plain)).to_pandas()


def _added(parts: Iterable[pd.DataFrame], keys: list[str], columns: list[str]) -> pd.DataFrame:
    """Return the counts of all slices together."""
    held = list(parts)
    if not held:
        return pd.DataFrame(columns=[*keys, *columns])
    return (
        pd.concat(held)
        .groupby(keys, as_index=False, dropna=False)[columns]
        .sum()
        .astype(dict.fromkeys(columns, "int64"))
    )


def _text(column: pa.ChunkedArray, test: Any) -> pa.Array:
    """Return what a test of text gives of each row, asked once a distinct text."""
    codes = column.unify_dictionaries().combine_chunks()
    return test(codes.dictionary).take(codes.indices)


def _known(column: pa.ChunkedArray) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return _text(column, lambda words: pc.not_equal(words, ""))
    return pc.is_valid(column)


def _admissions(path: Path) -> pd.DataFrame:
    """Return the counts of the admissions by file: rows, known cells, flags, precision."""
    names = [*_KEY, *COLUMNS, *FLAGS, "age_uncertainty", "admitted"]
    counts = [f"known_{name}" for name in (*COLUMNS, *FLAGS)] + [f"broken_{name}" for name in FLAGS]
    counts += [*_AGES, *_ADMITTED]

    def counted(rows: pa.Table) -> pd.DataFrame:
        spread = pc.fill_null(rows["age_uncertainty"], -1)
        year = pc.greater_equal(spread, _WITHIN_A_YEAR)
        told = {f"known_{name}": _known(rows[name]) for name in (*COLUMNS, *FLAGS)}
        told |= {f"broken_{name}": pc.fill_null(rows[name], fill_value=False) for name in FLAGS}
        told |= {
            "age_exact": pc.equal(spread, 0),
            "age_months": pc.and_(pc.greater(spread, 0), pc.invert(year)),
            "age_year": year,
            "admitted_month": _text(rows["admitted"], lambda w: pc.match_substring_regex(w, r"-\d\d$")),
            "admitted_quarter": _text(rows["admitted"], lambda w: pc.match_substring(w, "-Q")),
            "admitted_half_year": _text(rows["admitted"], lambda w: pc.match_substring(w, "-H")),
            "admitted_year": _text(rows["admitted"], lambda w: pc.equal(pc.utf8_length(w), 4)),
        }
        table = pa.table({name: rows[name] for name in _KEY} | told)
        grouped = _grouped(table, _KEY, [*((name, "sum") for name in counts), ([], "count_all")])
        return grouped.rename(columns={f"{name}_sum": name for name in counts} | {"count_all": "rows"})

    return _added(map(counted, _slices(path, names)), _KEY, ["rows", *counts])


def _missing(counted: pd.DataFrame, files: pd.DataFrame) -> pd.DataFrame:
    """Return the missing cells by column; a file has the column if one of its sheets has it."""
    roles: dict[str, set[str]] = {}
    for row in files.loc[files["table"] == "admissions"].itertuples():
        roles.setdefault(str(row.file), set()).update(
            name for _, name in register_words.columns(str(row.columns_read))
        )
    in_file = counted["file"].map(lambda file: roles.get(file, set()))
    parts = []
    for column, telling in COLUMNS.items():
        known = counted[f"known_{column}"]
        # What headings tell needs no column.
        absent = known.eq(0) & in_file.map(frozenset(telling).isdisjoint).astype(bool)
        gaps = counted["rows"] - known
        parts.append(
            pd.DataFrame(
                {
                    "synthetic": counted["synthetic"],
                    "column": column,
                    "rows": counted["rows"],
                    "no_column": gaps * absent,
                    "empty": gaps * ~absent,
                }
            )
        )
    order = list(COLUMNS)
    found = _added(parts, ["synthetic", "column"], ["rows", "no_column", "empty"])
    return found.sort_values(
        ["synthetic", "column"], key=lambda c: c.map(order.index) if c.name == "column" else c
    )


def _flags(counted: pd.DataFrame) -> pd.DataFrame:
    totals = _added([counted], ["synthetic"], [c for c in counted.columns if c not in _KEY])
    return pd.DataFrame(
        [
            (row["synthetic"], flag, broken, known - broken, row["rows"] - known)
            for row in totals.to_dict("records")
            for flag in FLAGS
            for broken, known in [(row[f"broken_{flag}"], row[f"known_{flag}"])]
        ],
        columns=["synthetic", "flag", "broken", "kept", "unknown"],
    )


def _precision(counted: pd.DataFrame) -> pd.DataFrame:
    totals = _added([counted], ["synthetic"], ["rows", *_AGES, *_ADMITTED])
    found = []
    for row in totals.to_dict("records"):
        ages = [("age", name.removeprefix("age_"), row[name]) for name in _AGES]
        ages.append(("age", "unknown", row["rows"] - sum(n for _, _, n in ages)))
        days = [("admitted", name.removeprefix("admitted_"), row[name]) for name in _ADMITTED]
        found += [(row["synthetic"], *line) for line in (*ages, *days)]
    return pd.DataFrame(found, columns=["synthetic", "what", "precision", "rows"])


def _contradicted(paths: dict[str, Path]) -> pd.DataFrame:
    parts = []
    for name, path in paths.items():
        for rows in _slices(path, ["synthetic", "contradicted"]):
            found = _grouped(rows, ["synthetic"], [("contradicted", "sum"), ([], "count_all")])
            found = found.rename(columns={"contradicted_sum": "contradicted", "count_all": "rows"})
            parts.append(found.assign(table=name))
    return _added(parts, ["table", "synthetic"], ["rows", "contradicted"])


def _log(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the counts of the log by sheet, column, rule and effect, and a few examples of each rule."""
    keys = ["file", "sheet", "column", "rule", "valued"]
    cells = ["rule", "before", "after"]
    counts, examples = [], []
    for rows in _slices(path, ["table", "file", "sheet", "column", "before", "after", "rule"]):
        ours = rows.filter(_text(rows["table"], lambda words: pc.is_in(words, pa.array(list(REGISTERS)))))
        if not len(ours):
            continue
        ours = ours.append_column("valued", _known(ours["after"]))
        counts.append(_grouped(ours, keys, [([], "count_all")]))
        examples.append(_most_frequent(_grouped(ours, cells, [([], "count_all")]), cells))
    found = _added(counts, keys, ["count_all"]).rename(columns={"count_all": "count"})
    found["effect"] = [
        register_words.effect(rule, valued=valued)
        for rule, valued in zip(found["rule"], found["valued"], strict=True)
    ]
    keys = ["file", "sheet", "column", "rule", "effect"]
    shown = _most_frequent(_added(examples, cells, ["count_all"]), cells)
    return _added([found], keys, ["count"]), shown[cells].reset_index(drop=True)


def _most_frequent(found: pd.DataFrame, cells: list[str]) -> pd.DataFrame:
    """Return the most frequent cells of each rule, first those whose new value may be written."""
    shown = found.loc[found["before"].ne("") | found["after"].ne("")]
    told = shown.assign(bare=shown["after"].eq(""))
    order = ["rule", "bare", "count_all", *cells[1:]]
    ordered = told.sort_values(order, ascending=[True, True, False, True, True])
    return ordered.groupby("rule").head(MOST_EXAMPLES)[[*cells, "count_all"]]
