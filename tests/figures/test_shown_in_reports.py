"""Figures and tables as the reports of the example registers show them: of their own province, and marked."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest

from analysis.language import LANGUAGES, file_name
from analysis.report import province_register
from analysis.report.register import Known
from analysis.report.register_models import main_model
from analysis.shown import MIME_NAME

pytestmark = pytest.mark.xdist_group("rendered")


def shown(folder: Path, language: str = "vi") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield kind and name of each figure and table of a report, with its representations."""
    notebook = nbformat.read(folder / file_name("report.ipynb", language), as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if MIME_NAME in data:
                yield data[MIME_NAME]["kind"], data[MIME_NAME]["name"], data


# The place -------------------------------------------------------------------------------------------------


def _sums(rows: pd.DataFrame, keys: list[str], **sums: str) -> pd.DataFrame:
    plain = rows.astype(dict.fromkeys(keys, "str"))
    return plain.groupby(keys)[list(sums.values())].sum().set_axis(list(sums), axis=1)


def _aimed(known: Known) -> pd.DataFrame:
    return known.aimed.loc[known.aimed["admitted"].notna()].astype({"admitted": "int64", "target": "int64"})


def _differences(known: Known) -> pd.DataFrame:
    rows = _aimed(known)
    found = (rows["admitted"] - rows["target"]).astype("str").value_counts()
    return found.rename_axis("difference").to_frame("observed")


def _by_unit(known: Known) -> pd.DataFrame:
    found = _sums(_aimed(known), ["unit_id"], observed="admitted", exposure="target")
    return found.rename_axis("term")


def _by_year(known: Known) -> pd.DataFrame:
    rows = known.units[0].loc[known.units[0]["members"].gt(0).fillna(value=False)]
    return _sums(
        rows.dropna(subset="admitted"), ["year", "members_at"], admitted="admitted", members="members"
    )


def _by_cell(*keys: str) -> Callable[[Known], pd.DataFrame]:
    return lambda known: _sums(known.cells[0], list(keys), admitted="admitted", members="members")


def _by_locality(known: Known) -> pd.DataFrame:
    return _sums(known.cells[0], ["locality"], observed="admitted", exposure="members").rename_axis("term")


OF_THE_SLICE: dict[str, Callable[[Known], pd.DataFrame]] = {
    "register-trend": _by_year,
    "register-pyramid": _by_cell("age_band", "sex"),
    "register-rates": _by_cell("locality", "age_band"),
    "direct-locality-plot": _by_locality,
    "register-model-coefficients": lambda known: main_model(known).estimates.set_index("term")[["estimate"]],
    "register-target-admitted": lambda known: _sums(
        _aimed(known).assign(unit_years=1), ["target", "admitted"], unit_years="unit_years"
    ),
    "heaping-histogram": _differences,
    "funnel-admitted-target-plot": _by_unit,
    "shrunken-admitted-target-plot": _by_unit,
}
"""Figure → what its data must say, counted from the rows of a province."""


def differing(name: str, text: str, known: Known) -> int:
    """Return how many rows of a figure's data a province's own rows do not bear out."""
    own = OF_THE_SLICE[name](known)
    drawn = pd.read_csv(io.StringIO(text), dtype=dict.fromkeys(own.index.names, "str"))
    told = drawn.set_index(own.index.names)[list(own.columns)].astype("float64")
    borne_out = own.astype("float64").reindex(told.index)
    if name == "heaping-histogram":  # also tells of differences that no unit has
        borne_out = borne_out.fillna(0.0)
    return int((~np.isclose(told, borne_out)).any(axis=1).sum())


@pytest.fixture(scope="module")
def slices(rendered: Path) -> dict[str, Known]:
    data = str(rendered.parent / "processed")
    return {place: province_register(province=place, data=data) for place in ("Nghệ An", "Điện Biên")}


def test_every_figure_of_a_register_report_is_of_its_province(
    rendered: Path, slices: dict[str, Known]
) -> None:
    drawn = {
        name: data["text/csv"]
        for kind, name, data in shown(rendered / "nghe-an-register")
        if kind == "figure"
    }
    assert len(drawn) > 6
    assert {name: differing(name, text, slices["Nghệ An"]) for name, text in drawn.items()} == dict.fromkeys(
        drawn, 0
    )
    # The same figures beside the rows of another province: each is found.
    assert all(differing(name, text, slices["Điện Biên"]) for name, text in drawn.items())


# Synthetic data ---------------------------------------------------------------------------------------------


def test_every_file_of_data_of_a_synthetic_register_says_so(rendered: Path) -> None:
    files = [
        path
        for name in ("nghe-an-register", "comparison-register")
        for path in (rendered / name).rglob("*.csv")
    ]
    assert len(files) > 20
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["synthetic"] for row in rows} == {"True"}, path.name
    published = [path.read_text(encoding="utf-8-sig") for path in (rendered / "nghe-an").rglob("*.csv")]
    assert published
    assert not any("synthetic" in text.split("\n")[0] for text in published)


@pytest.mark.parametrize(("language", "mark"), [("vi", "Dữ liệu giả lập"), ("en", "Synthetic data")])
def test_every_figure_and_table_of_a_synthetic_register_says_so(
    language: str, mark: str, rendered: Path
) -> None:
    found = [
        one
        for name in ("nghe-an-register", "comparison-register")
        for one in shown(rendered / name, language)
    ]
    assert {kind for kind, _name, _data in found} == {"figure", "table"}
    for kind, name, data in found:
        # Of each text in a drawing, which is drawn as paths, the words stand in a comment.
        text, words = (
            (data["text/html"], f"<!-- {mark} -->") if kind == "figure" else (data["text/latex"], mark)
        )
        assert words.casefold() in text.casefold(), name


# LaTeX ------------------------------------------------------------------------------------------------------


def unbalanced(text: str) -> list[str]:
    """Return what does not go together in a table in LaTeX: braces, environments, the cells of a row."""
    bare = re.sub(r"\\[\\{}&%$#_]", lambda one: "\n" if one[0] == r"\\" else "", text)
    found = ["braces"] if bare.count("{") != bare.count("}") or bare.count("$") % 2 else []
    begun, ended = (Counter(re.findall(rf"\\{word}{{(\w+)}}", bare)) for word in ("begin", "end"))
    found += [] if begun == ended else ["environments"]
    columns = re.search(r"\\begin{(?:tabular|longtable)}{(.*)}\n", bare)
    assert columns is not None
    wanted = len(re.findall("[lrp]", re.sub(r">{[^}]*}|{[^{}]*}", "", columns[1])))
    rows = [line for line in bare.split("\n") if " & " in line]
    found += [line for line in rows if line.count("&") != wanted - 1]
    return found if rows or wanted == 1 else [*found, "no rows"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "report", ["nghe-an", "nghe-an-register", "comparison", "comparison-register", "data-quality"]
)
def test_every_table_of_a_report_goes_together_in_latex(report: str, language: str, rendered: Path) -> None:
    tables = {
        name: data["text/latex"] for kind, name, data in shown(rendered / report, language) if kind == "table"
    }
    assert tables
    faults = {name: found for name, text in tables.items() if (found := unbalanced(text))}
    assert faults == {}


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param((r"A \& B", "A & B"), id="cell"),
        pytest.param(("62,5", "{62,5"), id="brace"),
        pytest.param((r"\end{tabular}", ""), id="environment"),
    ],
)
def test_a_table_that_does_not_go_together_is_found(broken: tuple[str, str]) -> None:
    text = "\\begin{tabular}{lr}\n\\toprule\nA \\& B & 62,5 \\\\\n\\end{tabular}\n"
    assert unbalanced(text) == []
    assert unbalanced(text.replace(*broken)) != []
