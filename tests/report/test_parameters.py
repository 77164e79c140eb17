"""Parameters of the templates: what is wrong is refused with the nearest right one; notebooks hold the same."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat
import pytest

from analysis.errors import ParameterError
from analysis.report.parameters import TEMPLATES, ComparisonParameters, ProvinceParameters
from analysis.report.place_slice import place


@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param(
            {"provnce": "Điện Biên"}, ["provnce", "'province'"], id="unknown name, with the nearest"
        ),
        pytest.param({"languages": "vi"}, ["languages", "'language'"], id="plural of a name"),
        pytest.param({"zzz": 1}, ["zzz", "data, language, province, units"], id="unknown name, with all"),
        pytest.param({"province": 11}, ["province", "11"], id="number for a name"),
        pytest.param({"units": 2025}, ["units", "2025", "period"], id="number for a word"),
        pytest.param({"units": "2008"}, ["units", "'period' or '2025'"], id="unknown units"),
        pytest.param({"language": "fr"}, ["language", "'vi'"], id="unknown language"),
        pytest.param({"data": None}, ["data"], id="no folder"),
        pytest.param({"units": "x", "language": "y"}, ["units", "language"], id="two at once"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_right(values: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(ParameterError) as refused:
        ProvinceParameters.checked(**({"province": "Điện Biên"} | values))
    assert [part for part in said if part not in str(refused.value)] == []
    assert refused.value.exit_code == 11
    assert "pydantic" not in str(refused.value)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param({"min_clusters": 1}, "min_clusters", id="one cluster"),
        pytest.param({"min_clusters": 64}, "min_clusters", id="more clusters than provinces"),
        pytest.param({"min_clusters": "5"}, "min_clusters", id="a word for a number"),
        pytest.param({"min_cluster": 5}, "'min_clusters'", id="a name misspelt"),
        pytest.param({"province": "Điện Biên"}, "province", id="a parameter of the other template"),
    ],
)
def test_a_wrong_parameter_of_the_comparison_is_named(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        ComparisonParameters.checked(**values)


def test_a_province_is_needed() -> None:
    with pytest.raises(ParameterError, match="province"):
        ProvinceParameters.checked()


@pytest.mark.parametrize(
    ("name", "near"),
    [
        pytest.param("Dien Bienn", "Điện Biên", id="a letter too many"),
        pytest.param("Nghe Am", "Nghệ An", id="a letter wrong"),
        pytest.param("Đắc Lắc", "Đắk Lắk", id="another spelling"),
    ],
)
def test_an_unknown_province_is_refused_with_the_nearest(
    name: str, near: str, processed_folder: Path
) -> None:
    with pytest.raises(ParameterError, match=near) as refused:
        place(province=name, data=str(processed_folder))
    assert name in str(refused.value)


@pytest.mark.parametrize("units", ["period", "2025"])
@pytest.mark.parametrize("written", ["Điện Biên", "dien bien", "11", "tỉnh Điện Biên", "dien-bien"])
def test_a_province_is_meant_however_it_is_written(written: str, units: str) -> None:
    assert ProvinceParameters.checked(province=written, units=units).place().name == "Điện Biên"


def test_a_code_means_the_province_of_the_chosen_units() -> None:
    assert ProvinceParameters.checked(province="15").place().name == "Yên Bái"
    assert ProvinceParameters.checked(province="15", units="2025").place().name == "Lào Cai"


def test_parameters_do_not_change() -> None:
    checked = ProvinceParameters.checked(province="Điện Biên")
    with pytest.raises(ValueError, match="frozen"):
        checked.province = "Lào Cai"  # type: ignore[misc]


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_notebooks_cell_holds_the_parameters_of_its_model(template: str, root: Path) -> None:
    notebook = nbformat.read(root / "notebooks" / f"{template}.ipynb", as_version=4)
    (cell,) = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    given: dict[str, Any] = {}
    for line in ast.parse(cell.source).body:
        assert isinstance(line, ast.Assign)
        (target,) = line.targets
        assert isinstance(target, ast.Name)
        given[target.id] = ast.literal_eval(line.value)
    model = TEMPLATES[template]
    assert set(given) == set(model.model_fields)
    defaults = {name: f.default for name, f in model.model_fields.items() if not f.is_required()}
    assert {name: given[name] for name in defaults} == defaults
    # What has no default is an example that the model takes.
    assert model.checked(**given).model_dump() == given


def test_every_notebook_has_a_model(root: Path) -> None:
    assert {path.stem for path in (root / "notebooks").glob("*.ipynb")} == set(TEMPLATES)
